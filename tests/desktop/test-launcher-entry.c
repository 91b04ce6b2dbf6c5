/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What docks and launchers are told, on a real bus. */

#include "await.h"
#include "fake-uploader.h"
#include "hoist-launcher-entry.h"
#include "tray-uploads.h"

#define ENTRY "com.canonical.Unity.LauncherEntry"
#define APP_URI "application://io.github.hoist.Hoist.desktop"

typedef struct
{
  GDBusConnection *server;
  GDBusConnection *client; /* a launcher's */
  FakeUploader *fake;
  HoistLauncherEntry *entry;
  guint n_told;
  char *told; /* (owned) (nullable) what the last one said */
  guint told_id;
  guint guard_id;
} Fixture;

static gboolean
guard_cb (gpointer user_data)
{
  g_error ("something never ended");
  return G_SOURCE_REMOVE;
}

static GDBusConnection *
connect_bus (void)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
    g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

/* The four properties in one line. */
static char *
describe (GVariant *properties)
{
  gint64 count;
  double progress;
  gboolean count_visible;
  gboolean progress_visible;

  g_assert_cmpuint (g_variant_n_children (properties), ==, 4);
  g_assert_true (g_variant_lookup (properties, "count", "x", &count));
  g_assert_true (g_variant_lookup (properties, "count-visible", "b", &count_visible));
  g_assert_true (g_variant_lookup (properties, "progress", "d", &progress));
  g_assert_true (g_variant_lookup (properties, "progress-visible", "b", &progress_visible));
  g_assert_cmpint (count_visible, ==, progress_visible);
  return g_strdup_printf ("%d %.2f%s", (int) count, progress, count_visible ? "" : " hidden");
}

static void
told_cb (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *signal,
         GVariant *parameters,
         gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GVariant) properties = NULL;
  const char *uri;

  g_assert_cmpstr (signal, ==, "Update");
  g_assert_true (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv})")));
  g_variant_get (parameters, "(&s@a{sv})", &uri, &properties);
  g_assert_cmpstr (uri, ==, APP_URI);
  g_free (f->told);
  f->told = describe (properties);
  f->n_told++;
}

static void
make_entry (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->entry = hoist_launcher_entry_new (HOIST_UPLOADER (f->fake), f->server, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->guard_id = g_timeout_add_seconds (60, guard_cb, NULL);
  f->server = connect_bus ();
  f->client = connect_bus ();
  f->fake = fake_uploader_new ();
  f->told_id = g_dbus_connection_signal_subscribe (f->client, NULL, ENTRY, NULL, NULL, NULL,
                                                   G_DBUS_SIGNAL_FLAGS_NONE, told_cb, f, NULL);
  make_entry (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->entry);
  g_assert_finalize_object (f->fake);
  g_dbus_connection_signal_unsubscribe (f->client, f->told_id);
  g_dbus_connection_close_sync (f->server, NULL, NULL);
  g_dbus_connection_close_sync (f->client, NULL, NULL);
  g_object_unref (f->server);
  g_object_unref (f->client);
  g_free (f->told);
  g_source_remove (f->guard_id);
}

static void
wait_told (Fixture *f, const char *expected)
{
  while (g_strcmp0 (f->told, expected) != 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_query (Fixture *f, const char *expected)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) properties = NULL;
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;
  const char *uri;

  g_dbus_connection_call (f->client, g_dbus_connection_get_unique_name (f->server),
                          "/com/canonical/unity/launcherentry/hoist", ENTRY, "Query", NULL,
                          G_VARIANT_TYPE ("(sa{sv})"), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          await_take_cb, &result);
  await_result (&result);
  reply = g_dbus_connection_call_finish (f->client, result, &error);
  g_assert_no_error (error);
  g_variant_get (reply, "(&s@a{sv})", &uri, &properties);
  found = describe (properties);
  g_assert_cmpstr (uri, ==, APP_URI);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_progress (Fixture *f, gconstpointer data)
{
  HoistUploadList *list = f->fake->list;

  assert_query (f, "0 0.00 hidden");
  g_assert_cmpuint (f->n_told, ==, 0);
  tray_put_upload (list, 1, "a.txt", HOIST_UPLOAD_SENDING, 500);
  wait_told (f, "1 0.50");
  tray_put_upload (list, 2, "b.txt", HOIST_UPLOAD_WAITING, 0);
  wait_told (f, "2 0.25");
  assert_query (f, "2 0.25");
  tray_put_upload (list, 2, "b.txt", HOIST_UPLOAD_PAUSED, 0);
  wait_told (f, "1 0.50");
  /* Not full before the server confirmed it. */
  tray_put_upload (list, 1, "a.txt", HOIST_UPLOAD_FINISHING, 1000);
  wait_told (f, "1 0.99");
  tray_put_upload (list, 1, "a.txt", HOIST_UPLOAD_DONE, 1000);
  wait_told (f, "0 0.00 hidden");
  assert_query (f, "0 0.00 hidden");
}

/* However much happens there are few signals, and none when nothing does. */
static void
test_rate (Fixture *f, gconstpointer data)
{
  HoistUploadList *list = f->fake->list;
  gint64 start_us = g_get_monotonic_time ();
  guint64 sent = 0;

  while (f->n_told < 4)
    {
      tray_put_upload (list, 1, "a.txt", HOIST_UPLOAD_SENDING, ++sent % 1000);
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpuint (f->n_told, <=,
                        ((g_get_monotonic_time () - start_us) / G_USEC_PER_SEC + 1) * 2);
    }
  tray_remove_upload (list, 1);
  wait_told (f, "0 0.00 hidden");
  g_assert_null (g_main_context_find_source_by_user_data (NULL, f->entry));

  /* What changes nothing that is shown is not told. */
  tray_put_upload (list, 2, "b.txt", HOIST_UPLOAD_DONE, 1000);
  while (g_main_context_find_source_by_user_data (NULL, f->entry) != NULL)
    g_main_context_iteration (NULL, TRUE);
  f->n_told = 0;
  assert_query (f, "0 0.00 hidden");
  g_assert_cmpuint (f->n_told, ==, 0);
}

/* It takes back what it said, and starts with what there is. */
static void
test_end (Fixture *f, gconstpointer data)
{
  tray_put_upload (f->fake->list, 1, "a.txt", HOIST_UPLOAD_SENDING, 500);
  wait_told (f, "1 0.50");
  g_assert_finalize_object (g_steal_pointer (&f->entry));
  wait_told (f, "0 0.00 hidden");
  make_entry (f);
  wait_told (f, "1 0.50");
}

int
main (int argc, char **argv)
{
  g_autoptr (GTestDBus) bus = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add ("/launcher-entry/progress", Fixture, NULL, set_up, test_progress, tear_down);
  g_test_add ("/launcher-entry/rate", Fixture, NULL, set_up, test_rate, tear_down);
  g_test_add ("/launcher-entry/end", Fixture, NULL, set_up, test_end, tear_down);
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  status = g_test_run ();
  g_test_dbus_down (bus);
  return status;
}
