/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "hoist-sleep-watch.h"

/* --- A logind with the one thing that is asked of it ------------------------------------------ */

static const char LOGIN_XML[] = "<node><interface name='org.freedesktop.login1.Manager'>"
                                "<method name='Inhibit'>"
                                "<arg type='s' direction='in'/><arg type='s' direction='in'/>"
                                "<arg type='s' direction='in'/><arg type='s' direction='in'/>"
                                "<arg type='h' direction='out'/></method>"
                                "</interface></node>";

typedef struct
{
  GTestDBus *bus;
  GDBusConnection *server;
  GDBusConnection *client;
  HoistSleepWatch *watch;
  guint object_id;
  guint name_id;
  gboolean owned;
  int lock_end; /* our end of the lock; -1 = none was taken */
  guint n_locks;
  char *asked; /* what for */
  guint n_going;
  guint n_woke;
} Fixture;

static void
call_cb (GDBusConnection *connection,
         const char *sender,
         const char *object_path,
         const char *interface_name,
         const char *method_name,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  const char *what;
  const char *who;
  const char *why;
  const char *mode;
  int ends[2];

  g_variant_get (parameters, "(&s&s&s&s)", &what, &who, &why, &mode);
  g_free (f->asked);
  f->asked = g_strdup_printf ("%s %s %s", what, who, mode);
  g_assert_cmpint (pipe2 (ends, O_CLOEXEC | O_NONBLOCK), ==, 0);
  if (f->lock_end >= 0)
    close (f->lock_end);
  f->lock_end = ends[0];
  f->n_locks++;
  g_unix_fd_list_append (fds, ends[1], NULL);
  close (ends[1]);
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0),
                                                           fds);
}

static void
acquired_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  ((Fixture *) user_data)->owned = TRUE;
}

static GDBusConnection *
connect_bus (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
    g_test_dbus_get_bus_address (f->bus),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
start_login (Fixture *f)
{
  static const GDBusInterfaceVTable table = { .method_call = call_cb };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (LOGIN_XML, NULL);

  f->object_id = g_dbus_connection_register_object (f->server, "/org/freedesktop/login1",
                                                    node->interfaces[0], &table, f, NULL, NULL);
  f->name_id = g_bus_own_name_on_connection (
    f->server, "org.freedesktop.login1", G_BUS_NAME_OWNER_FLAGS_NONE, acquired_cb, NULL, f, NULL);
  while (!f->owned)
    g_main_context_iteration (NULL, TRUE);
}

static void
say_sleep (Fixture *f, gboolean going)
{
  g_assert_true (g_dbus_connection_emit_signal (f->server, NULL, "/org/freedesktop/login1",
                                                "org.freedesktop.login1.Manager", "PrepareForSleep",
                                                g_variant_new ("(b)", going), NULL));
}

static gboolean
is_locked (Fixture *f)
{
  char byte;

  /* the other end is open: nothing to read yet, and no end either */
  return f->lock_end >= 0 && read (f->lock_end, &byte, 1) < 0;
}

static gboolean
keep_ticking_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* The bus's threads may hold the lock's other copies for a moment longer. */
static void
wait_until_unlocked (Fixture *f)
{
  guint tick = g_timeout_add (10, keep_ticking_cb, NULL);

  while (is_locked (f))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

static void
going_cb (HoistSleepWatch *watch, Fixture *f)
{
  f->n_going++;
}

static void
woke_cb (HoistSleepWatch *watch, Fixture *f)
{
  f->n_woke++;
}

static void
watch (Fixture *f)
{
  f->watch = hoist_sleep_watch_new (f->client);
  g_signal_connect (f->watch, "going", G_CALLBACK (going_cb), f);
  g_signal_connect (f->watch, "woke", G_CALLBACK (woke_cb), f);
}

static void
wait_for_lock (Fixture *f, guint n_locks)
{
  while (f->n_locks < n_locks || !hoist_sleep_watch_has_lock (f->watch))
    g_main_context_iteration (NULL, TRUE);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->lock_end = -1;
  f->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (f->bus);
  f->server = connect_bus (f);
  f->client = connect_bus (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->watch);
  if (f->name_id != 0)
    g_bus_unown_name (f->name_id);
  if (f->object_id != 0)
    g_dbus_connection_unregister_object (f->server, f->object_id);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_dbus_connection_close_sync (f->client, NULL, NULL);
  g_dbus_connection_close_sync (f->server, NULL, NULL);
  g_clear_object (&f->client);
  g_clear_object (&f->server);
  g_test_dbus_down (f->bus);
  g_clear_object (&f->bus);
  if (f->lock_end >= 0)
    close (f->lock_end);
  g_free (f->asked);
}

/* The computer waits until everything is written down, and the next time, too. */
static void
test_suspend (Fixture *f, gconstpointer data)
{
  start_login (f);
  watch (f);
  wait_for_lock (f, 1);
  g_assert_cmpstr (f->asked, ==, "sleep Hoist delay");
  g_assert_true (is_locked (f));

  for (guint round = 1; round <= 2; round++)
    {
      say_sleep (f, TRUE);
      while (f->n_going < round)
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (is_locked (f));
      hoist_sleep_watch_ready (f->watch);
      wait_until_unlocked (f);
      say_sleep (f, FALSE);
      while (f->n_woke < round)
        g_main_context_iteration (NULL, TRUE);
      wait_for_lock (f, round + 1);
      g_assert_true (is_locked (f));
    }
}

/* Who is never ready holds nobody up for longer than it takes. */
static void
test_never_ready (Fixture *f, gconstpointer data)
{
  start_login (f);
  watch (f);
  wait_for_lock (f, 1);
  say_sleep (f, TRUE);
  wait_until_unlocked (f);
  g_assert_cmpuint (f->n_going, ==, 1);
  g_assert_false (hoist_sleep_watch_has_lock (f->watch));
}

/* logind comes later than we do. */
static void
test_late (Fixture *f, gconstpointer data)
{
  watch (f);
  g_assert_false (hoist_sleep_watch_has_lock (f->watch));
  start_login (f);
  wait_for_lock (f, 1);
  g_assert_true (is_locked (f));
}

/* With the program goes its lock. */
static void
test_end (Fixture *f, gconstpointer data)
{
  start_login (f);
  watch (f);
  wait_for_lock (f, 1);
  g_assert_finalize_object (f->watch);
  f->watch = NULL;
  wait_until_unlocked (f);
}

#define ADD(name, func) g_test_add ("/sleep-watch/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("suspend", test_suspend);
  ADD ("never-ready", test_never_ready);
  ADD ("late", test_late);
  ADD ("end", test_end);
  return g_test_run ();
}
