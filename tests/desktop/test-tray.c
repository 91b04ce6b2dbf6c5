/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The item and its menu as trays see them: watchers that come and go, what they are
 * told, and calls that make no sense. */

#include <string.h>

#include "await.h"
#include "fake-uploader.h"
#include "fake-watcher.h"
#include "hoist-tray-watcher.h"
#include "hoist-tray.h"
#include "tray-uploads.h"

#define ITEM "org.kde.StatusNotifierItem"
#define MENU "com.canonical.dbusmenu"

typedef struct
{
  GDBusConnection *server;
  GDBusConnection *client; /* a tray's */
  FakeUploader *fake;
  HoistTray *tray;
  GString *commands; /* what was asked for, a line each */
  guint n_told;      /* signals that came */
  GString *told;     /* their names, a line each */
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

static void
disconnect_bus (GDBusConnection *connection)
{
  g_dbus_connection_close_sync (connection, NULL, NULL);
  g_object_unref (connection);
}

static void
command_cb (HoistTray *tray, HoistTrayCommand command, guint64 upload_id, Fixture *f)
{
  g_string_append_printf (f->commands, "%d %" G_GUINT64_FORMAT "\n", command, upload_id);
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

  f->n_told++;
  g_string_append_printf (f->told, "%s\n", signal);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const HoistTrayStyle style = { .by_name = TRUE };
  g_autoptr (GError) error = NULL;

  f->guard_id = g_timeout_add_seconds (60, guard_cb, NULL);
  f->server = connect_bus ();
  f->client = connect_bus ();
  f->fake = fake_uploader_new ();
  f->commands = g_string_new (NULL);
  f->told = g_string_new (NULL);
  f->told_id =
    g_dbus_connection_signal_subscribe (f->client, g_dbus_connection_get_unique_name (f->server),
                                        NULL, NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, told_cb,
                                        f, NULL);
  f->tray = hoist_tray_new (HOIST_UPLOADER (f->fake), f->server, &style, &error);
  g_assert_no_error (error);
  g_signal_connect (f->tray, "command", G_CALLBACK (command_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->tray);
  g_assert_finalize_object (f->fake);
  g_dbus_connection_signal_unsubscribe (f->client, f->told_id);
  disconnect_bus (f->server);
  disconnect_bus (f->client);
  g_string_free (f->commands, TRUE);
  g_string_free (f->told, TRUE);
  g_source_remove (f->guard_id);
}

static GVariant *
call (Fixture *f,
      const char *path,
      const char *interface,
      const char *method,
      GVariant *parameters,
      GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_dbus_connection_call (f->client, g_dbus_connection_get_unique_name (f->server), path, interface,
                          method, parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, await_take_cb,
                          &result);
  await_result (&result);
  return g_dbus_connection_call_finish (f->client, result, error);
}

/* Calls something that must work. */
static GVariant *
call_well (Fixture *f, const char *interface, const char *method, const char *parameters)
{
  g_autoptr (GError) error = NULL;
  gboolean menu = g_str_equal (interface, MENU);
  GVariant *reply = call (f, menu ? HOIST_TRAY_MENU_PATH : HOIST_TRAY_ITEM_PATH, interface, method,
                          g_variant_new_parsed (parameters), &error);

  g_assert_no_error (error);
  return reply;
}

static void
call_and_forget (Fixture *f, const char *interface, const char *method, const char *parameters)
{
  g_variant_unref (call_well (f, interface, method, parameters));
}

static GVariant *
read_property (Fixture *f, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = call (f, HOIST_TRAY_ITEM_PATH, "org.freedesktop.DBus.Properties",
                                     "Get", g_variant_new ("(ss)", ITEM, name), &error);
  GVariant *value;

  g_assert_no_error (error);
  g_variant_get (reply, "(v)", &value);
  return value;
}

static void
assert_string (Fixture *f, const char *name, const char *expected)
{
  g_autoptr (GVariant) value = read_property (f, name);

  g_assert_cmpstr (g_variant_get_string (value, NULL), ==, expected);
}

static void
wait_told (Fixture *f, const char *signal)
{
  while (g_strstr_len (f->told->str, -1, signal) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_hosted (Fixture *f, gboolean hosted)
{
  while (hoist_tray_is_hosted (f->tray) != hosted)
    g_main_context_iteration (NULL, TRUE);
}

/* --- Watchers --------------------------------------------------------------------------------- */

static void
test_no_watcher (Fixture *f, gconstpointer data)
{
  assert_string (f, "Status", "Passive");
  g_assert_false (hoist_tray_is_hosted (f->tray));
}

/* It comes, goes and restarts: each is told of the item, under the unique name. */
static void
test_restart (Fixture *f, gconstpointer data)
{
  g_autofree char *item = g_strconcat (g_dbus_connection_get_unique_name (f->server), "\n", NULL);

  for (guint i = 0; i < 3; i++)
    {
      GDBusConnection *connection = connect_bus ();
      FakeWatcher *watcher = fake_watcher_new (connection, TRUE);

      wait_hosted (f, TRUE);
      g_assert_cmpstr (watcher->items->str, ==, item);
      fake_watcher_free (watcher);
      disconnect_bus (connection);
      wait_hosted (f, FALSE);
    }
}

/* A watcher that is replaced without a moment in between. */
static void
test_replaced (Fixture *f, gconstpointer data)
{
  GDBusConnection *first_connection = connect_bus ();
  GDBusConnection *second_connection = connect_bus ();
  FakeWatcher *first = fake_watcher_new (first_connection, TRUE);
  FakeWatcher *second;

  wait_hosted (f, TRUE);
  second = fake_watcher_new (second_connection, TRUE); /* in the queue for the name */
  g_assert_cmpstr (second->items->str, ==, "");
  fake_watcher_free (first);
  while (second->items->len == 0 || !hoist_tray_is_hosted (f->tray))
    g_main_context_iteration (NULL, TRUE);
  fake_watcher_free (second);
  disconnect_bus (first_connection);
  disconnect_bus (second_connection);
  wait_hosted (f, FALSE);
}

/* A watcher without a tray shows nothing; of several trays one is enough. */
static void
test_hosts (Fixture *f, gconstpointer data)
{
  FakeWatcher *watcher = fake_watcher_new (f->client, FALSE);

  while (watcher->items->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (hoist_tray_is_hosted (f->tray));

  fake_watcher_set_host (watcher, TRUE, "StatusNotifierHostRegistered");
  wait_hosted (f, TRUE);
  fake_watcher_set_host (watcher, TRUE, "StatusNotifierHostRegistered");
  fake_watcher_set_host (watcher, TRUE, "StatusNotifierHostUnregistered");
  call_and_forget (f, ITEM, "Scroll", "(1, 'vertical')");
  g_assert_true (hoist_tray_is_hosted (f->tray));
  fake_watcher_set_host (watcher, FALSE, "StatusNotifierHostUnregistered");
  wait_hosted (f, FALSE);
  /* It is registered all the same, once. */
  g_assert_cmpstr (strchr (watcher->items->str, '\n'), ==, "\n");
  fake_watcher_free (watcher);
}

/* Its signals count only when they are its own. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  GDBusConnection *stranger = connect_bus ();
  FakeWatcher *watcher = fake_watcher_new (f->client, TRUE);

  watcher->refuses = TRUE;
  g_dbus_connection_emit_signal (stranger, NULL, HOIST_TRAY_WATCHER_PATH, HOIST_TRAY_WATCHER_NAME,
                                 "StatusNotifierHostRegistered", NULL, NULL);
  for (guint i = 0; i < 3; i++)
    call_and_forget (f, ITEM, "Scroll", "(1, 'vertical')");
  g_assert_false (hoist_tray_is_hosted (f->tray));
  fake_watcher_free (watcher);
  disconnect_bus (stranger);
}

/* --- What trays are told ---------------------------------------------------------------------- */

static void
test_properties (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *type;
  } table[] = {
    { "Category", "s" },
    { "Id", "s" },
    { "Title", "s" },
    { "Status", "s" },
    { "WindowId", "i" },
    { "IconThemePath", "s" },
    { "IconName", "s" },
    { "IconPixmap", "a(iiay)" },
    { "IconAccessibleDesc", "s" },
    { "OverlayIconName", "s" },
    { "OverlayIconPixmap", "a(iiay)" },
    { "AttentionIconName", "s" },
    { "AttentionIconPixmap", "a(iiay)" },
    { "AttentionAccessibleDesc", "s" },
    { "AttentionMovieName", "s" },
    { "ToolTip", "(sa(iiay)ss)" },
    { "ItemIsMenu", "b" },
    { "Menu", "o" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GVariant) value = read_property (f, table[i].name);

      g_assert_cmpstr (g_variant_get_type_string (value), ==, table[i].type);
    }
  assert_string (f, "Id", "io.github.hoist.Hoist");
  assert_string (f, "Menu", HOIST_TRAY_MENU_PATH);
  assert_string (f, "IconName", "io.github.hoist.Hoist-symbolic");
  g_assert_cmpuint (f->n_told, ==, 0);
}

static void
assert_tooltip (Fixture *f, const char *expected)
{
  g_autoptr (GVariant) value = read_property (f, "ToolTip");
  const char *title, *text;

  g_variant_get (value, "(&s@a(iiay)&s&s)", NULL, NULL, &title, &text);
  g_assert_cmpstr (title, ==, "Hoist");
  g_assert_cmpstr (text, ==, expected);
}

static void
test_states (Fixture *f, gconstpointer data)
{
  HoistUploadList *list = f->fake->list;

  tray_put_upload (list, 1, "a.txt", HOIST_UPLOAD_SENDING, 420);
  wait_told (f, "NewStatus");
  wait_told (f, "NewIcon");
  assert_string (f, "Status", "Active");
  assert_string (f, "IconName", "io.github.hoist.Hoist-progress-3-symbolic");
  assert_tooltip (f, "0 of 1 file, 42 %");
  wait_told (f, "NewToolTip");
  wait_told (f, "ItemsPropertiesUpdated");
  g_assert_null (g_strstr_len (f->told->str, -1, "LayoutUpdated"));

  tray_put_upload (list, 1, "a.txt", HOIST_UPLOAD_DONE, 1000);
  tray_put_upload (list, 2, "b.txt", HOIST_UPLOAD_FAILED, 0);
  wait_told (f, "NewAttentionIcon");
  wait_told (f, "LayoutUpdated");
  assert_string (f, "Status", "NeedsAttention");
  assert_string (f, "AttentionIconName", "io.github.hoist.Hoist-attention-symbolic");
  assert_tooltip (f, "1 failed");

  tray_remove_upload (list, 2);
  g_string_truncate (f->told, 0);
  wait_told (f, "NewStatus");
  assert_string (f, "Status", "Passive");
  g_string_truncate (f->told, 0);
  hoist_tray_set_window_shown (f->tray, FALSE);
  wait_told (f, "NewStatus");
  assert_string (f, "Status", "Active");
  assert_tooltip (f, "All uploads are delivered");
}

/* Folders that are walked count as work. */
static void
test_walking (Fixture *f, gconstpointer data)
{
  fake_uploader_put_batch (f->fake, 7, 0, FALSE);
  wait_told (f, "NewIcon");
  assert_string (f, "Status", "Active");
  assert_tooltip (f, "Looking for files…");
  g_string_truncate (f->told, 0);
  fake_uploader_put_batch (f->fake, 7, 0, TRUE);
  wait_told (f, "NewIcon");
  assert_string (f, "Status", "Passive");
}

/* At most two signals in any second since @start_us. */
static void
assert_few_told (Fixture *f, gint64 start_us)
{
  gint64 elapsed_s = (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;

  g_assert_cmpuint (f->n_told, <=, (elapsed_s + 1) * 2);
}

/* However much happens there are few signals, and none when nothing does. */
static void
test_rate (Fixture *f, gconstpointer data)
{
  HoistUploadList *list = f->fake->list;
  gint64 start_us = g_get_monotonic_time ();
  guint64 id = 1;
  gboolean quiet = FALSE;

  while (f->n_told < 3 || g_get_monotonic_time () - start_us < 2 * G_USEC_PER_SEC)
    {
      tray_put_upload (list, id, "a.txt", HOIST_UPLOAD_DONE, 1000);
      id++;
      tray_put_upload (list, id, "b.txt", HOIST_UPLOAD_SENDING, id % 1000);
      g_main_context_iteration (NULL, FALSE);
      assert_few_told (f, start_us);
    }

  /* What is left to say is said, and then it is quiet. */
  while (!quiet)
    {
      gint64 since_us = g_get_monotonic_time ();
      guint n_told = f->n_told;

      while (g_get_monotonic_time () - since_us < 2 * G_USEC_PER_SEC && n_told == f->n_told)
        g_main_context_iteration (NULL, FALSE);
      quiet = n_told == f->n_told;
      assert_few_told (f, start_us);
    }
  g_assert_null (g_main_context_find_source_by_user_data (NULL, f->tray));
}

/* --- Clicks ----------------------------------------------------------------------------------- */

static void
test_clicks (Fixture *f, gconstpointer data)
{
  HoistUploadList *list = f->fake->list;

  tray_put_upload (list, 1, "a.txt", HOIST_UPLOAD_SENDING, 0);
  tray_put_upload (list, 2, "b.txt", HOIST_UPLOAD_PAUSED, 0);
  tray_put_upload (list, 9, "done.txt", HOIST_UPLOAD_DONE, 1000);
  call_and_forget (f, ITEM, "Scroll", "(-120, 'Vertical')");
  call_and_forget (f, ITEM, "Activate", "(3, 4)");
  call_and_forget (f, ITEM, "SecondaryActivate", "(3, 4)");
  call_and_forget (f, ITEM, "ContextMenu", "(-3, 4)");
  /* The menu is up to date before it is shown, whatever was told until then. */
  g_autoptr (GVariant) needed = call_well (f, MENU, "AboutToShow", "(0,)");
  g_autofree char *printed = g_variant_print (needed, FALSE);
  g_assert_cmpstr (printed, ==, "(true,)");
  call_and_forget (f, MENU, "Event", "(3, 'clicked', <0>, uint32 0)");
  call_and_forget (f, MENU, "Event", "(4, 'clicked', <''>, uint32 99)");
  call_and_forget (f, MENU, "Event", "(100, 'clicked', <0>, uint32 0)");
  call_and_forget (f, MENU, "Event", "(3, 'hovered', <0>, uint32 0)");
  call_and_forget (f, MENU, "Event", "(0, 'opened', <0>, uint32 0)");
  call_and_forget (f, MENU, "Event", "(0, 'x-vendor-thing', <0>, uint32 0)");
  g_autoptr (GVariant) errors = call_well (
    f, MENU, "EventGroup", "([(11, 'clicked', <0>, uint32 0), (555, 'clicked', <0>, 0)],)");
  g_autofree char *wrong = g_variant_print (errors, FALSE);
  g_assert_cmpstr (wrong, ==, "([555],)");
  g_assert_cmpstr (f->commands->str, ==, "1 0\n2 0\n2 0\n2 0\n3 0\n6 9\n7 0\n");

  /* Pausing and resuming is done here. */
  call_and_forget (f, MENU, "Event", "(6, 'clicked', <0>, uint32 0)");
  call_and_forget (f, MENU, "Event", "(7, 'clicked', <0>, uint32 0)");
  g_assert_cmpstr (f->fake->log->str, ==, "command 0 of 1 from 1\ncommand 1 of 1 from 2\n");
}

static void
test_token (Fixture *f, gconstpointer data)
{
  call_and_forget (f, ITEM, "ProvideXdgActivationToken", "('one',)");
  call_and_forget (f, ITEM, "ProvideXdgActivationToken", "('two_TIME123',)");
  g_autofree char *token = hoist_tray_take_token (f->tray);
  g_assert_cmpstr (token, ==, "two_TIME123");
  g_assert_null (hoist_tray_take_token (f->tray));
}

static GVariant *
make_many_ids (void)
{
  g_autofree int *ids = g_new0 (int, 300);

  return g_variant_new ("(@ai)", g_variant_new_fixed_array (G_VARIANT_TYPE_INT32, ids, 300, 4));
}

static GVariant *
make_long_token (void)
{
  g_autofree char *token = g_strnfill (513, 'a');

  return g_variant_new ("(s)", token);
}

/* What must get an error and do nothing. */
static const struct
{
  const char *interface;
  const char *method;
  const char *parameters;
  GVariant *(*make) (void);
} bad_calls[] = {
  { ITEM, "Activate", "()" },
  { ITEM, "Activate", "('1', '2')" },
  { ITEM, "Activate", "(uint32 1, uint32 2)" },
  { ITEM, "Activate", "(1, 2, 3)" },
  { ITEM, "SecondaryActivate", "(1,)" },
  { ITEM, "ContextMenu", "(1.0, 2.0)" },
  { ITEM, "Scroll", "(1, 'diagonal')" },
  { ITEM, "Scroll", "('vertical', 1)" },
  { ITEM, "ProvideXdgActivationToken", "('',)" },
  { ITEM, "ProvideXdgActivationToken", "('two\\nlines',)" },
  { ITEM, "ProvideXdgActivationToken", "('ä',)" },
  { ITEM, "ProvideXdgActivationToken", NULL, make_long_token },
  { ITEM, "Nonsense", "()" },
  { ITEM, "Event", "(3, 'clicked', <0>, uint32 0)" },
  { MENU, "Activate", "(1, 2)" },
  { MENU, "Event", "(3, 'clicked', <0>)" },
  { MENU, "Event", "(uint32 3, 'clicked', <0>, uint32 0)" },
  { MENU, "Event", "(3, 'clicked', 0, uint32 0)" },
  { MENU, "Event", "(3, '', <0>, uint32 0)" },
  { MENU, "Event", "(3, 'Clicked', <0>, uint32 0)" },
  { MENU, "Event", "(0, 'clicked', <0>, uint32 0)" },
  { MENU, "Event", "(1, 'clicked', <0>, uint32 0)" },
  { MENU, "Event", "(2, 'clicked', <0>, uint32 0)" },
  { MENU, "Event", "(6, 'clicked', <0>, uint32 0)" },
  { MENU, "Event", "(7, 'clicked', <0>, uint32 0)" },
  { MENU, "Event", "(100, 'clicked', <0>, uint32 0)" },
  { MENU, "Event", "(-1, 'clicked', <0>, uint32 0)" },
  { MENU, "Event", "(2147483647, 'hovered', <0>, uint32 0)" },
  { MENU, "EventGroup", "([(77, 'clicked', <0>, uint32 0), (1, 'clicked', <0>, 0)],)" },
  { MENU, "EventGroup", "([(3, 'clicked')],)" },
  { MENU, "GetLayout", "(77, -1, @as [])" },
  { MENU, "GetLayout", "(0, -2, @as [])" },
  { MENU, "GetLayout", "(0, -1)" },
  { MENU, "GetGroupProperties", "(@au [], @as [])" },
  { MENU, "GetProperty", "(3, 'nonsense')" },
  { MENU, "GetProperty", "(77, 'label')" },
  { MENU, "AboutToShow", "(77,)" },
  { MENU, "AboutToShowGroup", "([77, -5],)" },
  { MENU, "AboutToShowGroup", NULL, make_many_ids },
};

static void
test_bad_calls (Fixture *f, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_calls); i++)
    {
      gboolean menu = g_str_equal (bad_calls[i].interface, MENU);
      g_autoptr (GError) error = NULL;
      GVariant *parameters = bad_calls[i].make != NULL
                               ? bad_calls[i].make ()
                               : g_variant_new_parsed (bad_calls[i].parameters);

      g_assert_null (call (f, menu ? HOIST_TRAY_MENU_PATH : HOIST_TRAY_ITEM_PATH,
                           bad_calls[i].interface, bad_calls[i].method, parameters, &error));
      g_assert_true (error->domain == G_DBUS_ERROR);
    }
  g_assert_cmpstr (f->commands->str, ==, "");
  g_assert_cmpstr (f->fake->log->str, ==, "");
  g_assert_cmpuint (f->n_told, ==, 0);
  g_assert_null (hoist_tray_take_token (f->tray));
}

/* Nothing of it can be written. */
static void
test_read_only (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (call (f, HOIST_TRAY_ITEM_PATH, "org.freedesktop.DBus.Properties", "Set",
                       g_variant_new_parsed ("(%s, 'Status', <'Active'>)", ITEM), &error));
  g_assert_true (error->domain == G_DBUS_ERROR);
  assert_string (f, "Status", "Passive");
}

#define ADD(name, func) g_test_add ("/tray/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_autoptr (GTestDBus) bus = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);

  ADD ("no-watcher", test_no_watcher);
  ADD ("restart", test_restart);
  ADD ("replaced", test_replaced);
  ADD ("hosts", test_hosts);
  ADD ("refused", test_refused);
  ADD ("properties", test_properties);
  ADD ("states", test_states);
  ADD ("walking", test_walking);
  ADD ("rate", test_rate);
  ADD ("clicks", test_clicks);
  ADD ("token", test_token);
  ADD ("bad-calls", test_bad_calls);
  ADD ("read-only", test_read_only);

  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  status = g_test_run ();
  g_test_dbus_down (bus);
  return status;
}
