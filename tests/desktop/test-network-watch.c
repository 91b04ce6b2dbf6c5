/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-network-watch.h"

/* --- A system that says what it is told ------------------------------------------------------- */

#define FAKE_TYPE_MONITOR (fake_monitor_get_type ())
G_DECLARE_FINAL_TYPE (FakeMonitor, fake_monitor, FAKE, MONITOR, GObject)

struct _FakeMonitor
{
  GObject parent_instance;

  gboolean available;
  gboolean metered;
  GNetworkConnectivity connectivity;
};

enum
{
  PROP_AVAILABLE = 1,
  PROP_METERED,
  PROP_CONNECTIVITY,
};

static gboolean
init (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
initable_init (GInitableIface *iface)
{
  iface->init = init;
}

static void
monitor_init (GNetworkMonitorInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeMonitor,
                               fake_monitor,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_init)
                                 G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, monitor_init))

static void
fake_monitor_get_property (GObject *object, guint property, GValue *value, GParamSpec *pspec)
{
  FakeMonitor *self = FAKE_MONITOR (object);

  if (property == PROP_AVAILABLE)
    g_value_set_boolean (value, self->available);
  else if (property == PROP_METERED)
    g_value_set_boolean (value, self->metered);
  else
    g_value_set_enum (value, self->connectivity);
}

static void
fake_monitor_class_init (FakeMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = fake_monitor_get_property;
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
fake_monitor_init (FakeMonitor *self)
{
  self->available = TRUE;
  self->connectivity = G_NETWORK_CONNECTIVITY_FULL;
}

/* --- The tests -------------------------------------------------------------------------------- */

static void
count_cb (HoistNetworkWatch *watch, guint *count)
{
  (*count)++;
}

static void
say (FakeMonitor *monitor,
     gboolean available,
     GNetworkConnectivity connectivity,
     gboolean metered,
     const guint *count)
{
  guint before = *count;

  monitor->available = available;
  monitor->connectivity = connectivity;
  monitor->metered = metered;
  g_signal_emit_by_name (monitor, "network-changed", available);
  g_object_notify (G_OBJECT (monitor), "connectivity");
  g_object_notify (G_OBJECT (monitor), "network-metered");
  while (*count == before)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_changes (void)
{
  g_autoptr (FakeMonitor) monitor = g_object_new (FAKE_TYPE_MONITOR, NULL);
  g_autoptr (HoistNetworkWatch) watch = hoist_network_watch_new (G_NETWORK_MONITOR (monitor));
  const HoistNetworkState *state = hoist_network_watch_get_state (watch);
  guint count = 0;

  g_signal_connect (watch, "changed", G_CALLBACK (count_cb), &count);
  g_assert_true (state->available);
  g_assert_cmpint (state->connectivity, ==, G_NETWORK_CONNECTIVITY_FULL);
  g_assert_false (state->metered);
  g_assert_false (state->asleep);

  say (monitor, FALSE, G_NETWORK_CONNECTIVITY_LOCAL, FALSE, &count);
  g_assert_false (state->available);
  say (monitor, TRUE, G_NETWORK_CONNECTIVITY_PORTAL, TRUE, &count);
  g_assert_true (state->available);
  g_assert_cmpint (state->connectivity, ==, G_NETWORK_CONNECTIVITY_PORTAL);
  g_assert_true (state->metered);
  say (monitor, TRUE, G_NETWORK_CONNECTIVITY_FULL, FALSE, &count);
  /* what comes together is told once */
  g_assert_cmpuint (count, ==, 3);
}

static gboolean
stop_cb (gpointer done)
{
  *(gboolean *) done = TRUE;
  return G_SOURCE_REMOVE;
}

/* A system that repeats itself wakes nobody. */
static void
test_nothing_new (void)
{
  g_autoptr (FakeMonitor) monitor = g_object_new (FAKE_TYPE_MONITOR, NULL);
  g_autoptr (HoistNetworkWatch) watch = hoist_network_watch_new (G_NETWORK_MONITOR (monitor));
  gboolean done = FALSE;
  guint count = 0;

  g_signal_connect (watch, "changed", G_CALLBACK (count_cb), &count);
  g_signal_emit_by_name (monitor, "network-changed", TRUE);
  g_timeout_add (500, stop_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (count, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-watch/changes", test_changes);
  g_test_add_func ("/network-watch/nothing-new", test_nothing_new);
  return g_test_run ();
}
