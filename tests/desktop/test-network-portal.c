/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bus-rig.h"
#include "hoist-network-portal.h"
#include "hoist-network-watch.h"
#include "hoist-portal.h"

#define XML                                                                                        \
  "<node><interface name='org.freedesktop.portal.NetworkMonitor'>"                                 \
  "<method name='GetStatus'><arg type='a{sv}' direction='out'/></method>"                          \
  "</interface></node>"

/* A portal that answers when it is asked, and says nothing by itself. */
typedef struct
{
  BusRig rig;
  guint name_id;
  guint object_id;
  const char *answer; /* as text; NULL for an error */
  guint n_asked;
  HoistNetworkPortal *portal;
  guint n_changes;
} Fixture;

static void
asked_cb (GDBusConnection *connection,
          const char *sender,
          const char *path,
          const char *interface,
          const char *method,
          GVariant *parameters,
          GDBusMethodInvocation *invocation,
          gpointer user_data)
{
  Fixture *f = user_data;

  f->n_asked++;
  if (f->answer == NULL)
    g_dbus_method_invocation_return_dbus_error (
      invocation, "org.freedesktop.portal.Error.NotAllowed", "Not available inside the sandbox");
  else
    g_dbus_method_invocation_return_value (
      invocation, g_variant_new ("(@a{sv})", g_variant_new_parsed (f->answer)));
}

static void
count_cb (Fixture *f)
{
  f->n_changes++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const GDBusInterfaceVTable table = { .method_call = asked_cb };

  bus_rig_up (&f->rig);
  f->answer = "@a{sv} {}";
  f->object_id = bus_rig_export (&f->rig, HOIST_PORTAL_PATH, XML, &table, f);
  f->name_id = bus_rig_own_name (&f->rig, HOIST_PORTAL_NAME);
  f->portal = hoist_network_portal_new (f->rig.client, 1);
  g_signal_connect_swapped (f->portal, "changed", G_CALLBACK (count_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->portal);
  g_clear_handle_id (&f->name_id, g_bus_unown_name);
  g_dbus_connection_unregister_object (f->rig.server, f->object_id);
  bus_rig_down (&f->rig);
}

/* What comes of an answer, by the question after it. */
static void
test_answers (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *answer;
    gboolean available;
    gboolean metered;
    GNetworkConnectivity connectivity;
  } table[] = {
    { "{'available': <true>, 'metered': <true>, 'connectivity': <uint32 4>}", TRUE, TRUE,
      G_NETWORK_CONNECTIVITY_FULL },
    { "{'available': <true>, 'metered': <false>, 'connectivity': <uint32 3>}", TRUE, FALSE,
      G_NETWORK_CONNECTIVITY_PORTAL },
    { "{'available': <false>, 'metered': <false>, 'connectivity': <uint32 1>}", FALSE, FALSE,
      G_NETWORK_CONNECTIVITY_LOCAL },
    /* nonsense is left out */
    { "{'available': <'no'>, 'metered': <true>, 'connectivity': <uint32 77>}", TRUE, TRUE,
      G_NETWORK_CONNECTIVITY_FULL },
    { "{'connectivity': <uint32 0>}", TRUE, FALSE, G_NETWORK_CONNECTIVITY_FULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      guint before = f->n_changes;
      HoistNetworkState state = { 0 };

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      f->answer = table[i].answer;
      BUS_RIG_WAIT_FOR (f->n_changes > before);
      hoist_network_portal_apply (f->portal, &state);
      g_assert_cmpint (state.available, ==, table[i].available);
      g_assert_cmpint (state.metered, ==, table[i].metered);
      g_assert_cmpint (state.connectivity, ==, table[i].connectivity);
    }
}

/* Who is not told anything leaves what GLib says, and says so once. */
static void
test_refuses (Fixture *f, gconstpointer data)
{
  HoistNetworkState state = { .metered = TRUE };

  BUS_RIG_WAIT_FOR (f->n_changes == 1);
  f->answer = NULL;
  BUS_RIG_WAIT_FOR (f->n_changes == 2);
  hoist_network_portal_apply (f->portal, &state);
  g_assert_true (state.metered);
  g_assert_false (state.available);
  f->n_asked = 0;
  BUS_RIG_WAIT_FOR (f->n_asked == 2);
  bus_rig_catch_up (&f->rig);
  g_assert_cmpuint (f->n_changes, ==, 2);
}

/* One question at a time. */
static void
test_asks_once (Fixture *f, gconstpointer data)
{
  BUS_RIG_WAIT_FOR (f->n_changes == 1);
  f->n_asked = 0;
  for (guint i = 0; i < 5; i++)
    hoist_network_portal_ask (f->portal);
  BUS_RIG_WAIT_FOR (f->n_asked == 1);
  bus_rig_catch_up (&f->rig);
  g_assert_cmpuint (f->n_asked, ==, 1);
}

/* A network that became metered without another route: no signal tells, the watch does. */
static void
test_watch (Fixture *f, gconstpointer data)
{
  g_autoptr (HoistNetworkWatch) watch = hoist_network_watch_new (NULL);

  hoist_network_watch_set_portal (watch, f->portal);
  f->answer = "{'available': <true>, 'metered': <true>, 'connectivity': <uint32 4>}";
  BUS_RIG_WAIT_FOR (hoist_network_watch_get_state (watch)->metered);
  f->answer = "{'available': <true>, 'metered': <false>, 'connectivity': <uint32 4>}";
  BUS_RIG_WAIT_FOR (!hoist_network_watch_get_state (watch)->metered);
  f->answer = "{'available': <false>, 'metered': <false>, 'connectivity': <uint32 1>}";
  BUS_RIG_WAIT_FOR (!hoist_network_watch_get_state (watch)->available);
}

#define ADD(name, func) g_test_add ("/network-portal/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("answers", test_answers);
  ADD ("refuses", test_refuses);
  ADD ("asks-once", test_asks_once);
  ADD ("watch", test_watch);
  return g_test_run ();
}
