/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others may ask of the service, and what it sends, seen as plain messages. */

#include "config.h"

#include "hoist-uploads-protocol.h"
#include "uploads-rig.h"

static GDBusMessage *
count_changed (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  if (incoming && g_strcmp0 (g_dbus_message_get_member (message), "Changed") == 0)
    g_atomic_int_inc ((int *) data);
  return message;
}

/* However often something changes: ten messages a second. */
static void
test_rate (RigFixture *f, gconstpointer data)
{
  int n_messages = 0;
  guint filter_id;

  rig_start_service (f);
  g_autoptr (HoistRemoteUploader) remote = rig_make_remote (f, NULL);
  filter_id = g_dbus_connection_add_filter (f->client, count_changed, &n_messages, NULL);

  gint64 start_us = g_get_monotonic_time ();
  for (guint64 sent = 0; g_atomic_int_get (&n_messages) < 4; sent++)
    {
      fake_uploader_put (f->fake, 1, 3, sent % 1000);
      g_main_context_iteration (NULL, FALSE);
    }
  rig_wait_equal (f->fake->list, rig_get_list (remote));
  gint64 elapsed_ms = (g_get_monotonic_time () - start_us) / 1000;

  g_assert_cmpint (g_atomic_int_get (&n_messages), <=, elapsed_ms / 100 + 1);
  g_dbus_connection_remove_filter (f->client, filter_id);
}

static void
unexpected_cb (GDBusConnection *connection,
               const char *sender,
               const char *object_path,
               const char *interface_name,
               const char *signal_name,
               GVariant *parameters,
               gpointer user_data)
{
  g_assert_not_reached ();
}

/* Who does not follow is sent nothing, even when it asks the bus for it. */
static void
test_only_followers (RigFixture *f, gconstpointer data)
{
  g_autoptr (GDBusConnection) follower = rig_connect_bus ();
  int n_messages = 0, n_follower = 0;
  guint filter_id, follower_filter_id, subscription_id;
  g_autoptr (GVariant) page = NULL;
  g_autoptr (GVariant) pong = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  rig_start_service (f);
  filter_id = g_dbus_connection_add_filter (f->client, count_changed, &n_messages, NULL);
  follower_filter_id = g_dbus_connection_add_filter (follower, count_changed, &n_follower, NULL);
  subscription_id =
    g_dbus_connection_signal_subscribe (f->client, HOIST_UPLOADS_BUS_NAME, HOIST_UPLOADS_INTERFACE,
                                        "Changed", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                        unexpected_cb, NULL, NULL);

  g_dbus_connection_call (follower, HOIST_UPLOADS_BUS_NAME, HOIST_UPLOADS_OBJECT_PATH,
                          HOIST_UPLOADS_INTERFACE, "List", g_variant_new ("(tu)", (guint64) 0, 0u),
                          NULL, 0, -1, NULL, await_take_cb, &result);
  await_result (&result);
  page = g_dbus_connection_call_finish (follower, result, NULL);
  g_assert_nonnull (page);
  fake_uploader_put (f->fake, 1, 3, 0);
  while (g_atomic_int_get (&n_follower) == 0)
    g_main_context_iteration (NULL, FALSE);
  /* What the bus had for us before comes before its answer. */
  pong =
    g_dbus_connection_call_sync (f->client, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                 "org.freedesktop.DBus", "GetId", NULL, NULL, 0, -1, NULL, NULL);
  g_assert_nonnull (pong);
  g_assert_cmpint (g_atomic_int_get (&n_messages), ==, 0);

  g_dbus_connection_signal_unsubscribe (f->client, subscription_id);
  g_dbus_connection_remove_filter (f->client, filter_id);
  g_dbus_connection_remove_filter (follower, follower_filter_id);
  g_dbus_connection_close_sync (follower, NULL, NULL);
  fake_uploader_put (f->fake, 1, 3, 5);
}

static GVariant *
make_long_path (void)
{
  g_autofree char *path = g_strnfill (4096, '/');

  return g_variant_new_parsed ("([%^ay], 'home', @a{sv} {})", path);
}

static GVariant *
make_many_paths (void)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aay"));
  for (guint i = 0; i <= HOIST_UPLOADS_MAX_PATHS; i++)
    g_variant_builder_add (&builder, "^ay", "/a");
  return g_variant_new ("(aaysa{sv})", &builder, "home", NULL);
}

static GVariant *
make_many_ids (void)
{
  g_autofree guint64 *ids = g_new0 (guint64, HOIST_UPLOADS_MAX_IDS + 1);
  GVariant *array =
    g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, ids, HOIST_UPLOADS_MAX_IDS + 1, sizeof *ids);

  return g_variant_new ("(u@at)", 0u, array);
}

static GVariant *
make_many_receipts (void)
{
  const guint64 ids[HOIST_UPLOADER_MAX_RECEIPTS + 1] = { 0 };

  return g_variant_new ("(@at)", g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, ids,
                                                            G_N_ELEMENTS (ids), sizeof *ids));
}

static GVariant *
make_many_to_verify (void)
{
  const guint64 ids[HOIST_UPLOADER_MAX_RECEIPTS + 1] = { 0 };

  return g_variant_new (
    "(@ata{sv})",
    g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, ids, G_N_ELEMENTS (ids), sizeof *ids), NULL);
}

/* What the service must refuse, and never ask the uploader. */
static const struct
{
  const char *method;
  const char *text;         /* of the parameters, or null */
  GVariant *(*make) (void); /* else what makes them */
  gboolean known;           /* refused by us with BAD_INPUT; else by the type */
} bad_calls[] = {
  { "Add", "(@aay [], 'home', @a{sv} {})", NULL, TRUE },
  { "Add", "([b'relative'], 'home', @a{sv} {})", NULL, TRUE },
  { "Add", "([b''], 'home', @a{sv} {})", NULL, TRUE },
  { "Add", "([@ay []], 'home', @a{sv} {})", NULL, TRUE },
  { "Add", "([b'/a', [byte 0x2f, 0x62]], 'home', @a{sv} {})", NULL, TRUE },
  { "Add", "([b'/a', [byte 0x2f, 0x61, 0, 0x62, 0]], 'home', @a{sv} {})", NULL, TRUE },
  { "Add", "([b'/a'], '', @a{sv} {})", NULL, TRUE },
  { "Add", NULL, make_long_path, TRUE },
  { "Add", NULL, make_many_paths, TRUE },
  { "Add", "(['/a'], 'home', @a{sv} {})", NULL, FALSE },
  { "Add", "([b'/a'], 'home')", NULL, FALSE },
  { "Command", "(uint32 99, [uint64 1])", NULL, TRUE },
  { "Command", "(uint32 4294967295, [uint64 1])", NULL, TRUE },
  { "Command", "(uint32 0, [1])", NULL, FALSE },
  { "Command", NULL, make_many_ids, TRUE },
  { "Relocate", "(uint64 1, b'relative')", NULL, TRUE },
  { "Relocate", "(uint64 1, [byte 0x2f, 0x61, 0, 0])", NULL, TRUE },
  { "Relocate", "(uint64 1, '/a')", NULL, FALSE },
  { "GetReceipts", "(@at [],)", NULL, TRUE },
  { "GetReceipts", NULL, make_many_receipts, TRUE },
  { "GetReceipts", "([1],)", NULL, FALSE },
  { "Verify", "(@at [], @a{sv} {})", NULL, TRUE },
  { "Verify", NULL, make_many_to_verify, TRUE },
  { "Verify", "([uint64 1],)", NULL, FALSE },
  { "Share", "(uint64 1, uint32 604801, @a{sv} {})", NULL, TRUE },
  { "Share", "(uint64 1, uint64 60, @a{sv} {})", NULL, FALSE },
  { "SetLimits", "(uint32 33, uint64 0, @a{sv} {})", NULL, TRUE },
  { "SetLimits", "(uint32 3, uint64 0, {'schedule': <'always'>})", NULL, TRUE },
  { "SetLimits", "(uint32 3, uint64 0)", NULL, FALSE },
  { "SetLimits", "()", NULL, FALSE },
  { "SetMetered", "(uint32 3,)", NULL, TRUE },
  { "SetMetered", "(true,)", NULL, FALSE },
  { "List", "(uint32 0,)", NULL, FALSE },
  { "ListUnfinished", "('', '', true)", NULL, TRUE },
  { "ListUnfinished", "('home', '')", NULL, FALSE },
  { "ClearUnfinished", "('home', @aa{sv} [])", NULL, TRUE },
  { "ClearUnfinished", "('home', [{'upload-id': <'u'>}])", NULL, TRUE },
  { "ClearUnfinished", "('', [{'upload-id': <'u'>, 'key': <'k'>}])", NULL, TRUE },
  { "ContinueUnfinished", "('home', {'upload-id': <'u'>, 'key': <'k'>}, b'relative')", NULL, TRUE },
  { "ContinueUnfinished", "('home', {'upload-id': <'u'>, 'key': <''>}, b'/a')", NULL, TRUE },
  { "ContinueUnfinished", "('', {'upload-id': <'u'>, 'key': <'k'>}, b'/a')", NULL, TRUE },
  { "Nonsense", "()", NULL, FALSE },
};

static void
test_bad_calls (RigFixture *f, gconstpointer data)
{
  rig_start_service (f);
  for (gsize i = 0; i < G_N_ELEMENTS (bad_calls); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      GVariant *parameters = bad_calls[i].make != NULL ? bad_calls[i].make ()
                                                       : g_variant_new_parsed (bad_calls[i].text);

      g_dbus_connection_call (f->client, HOIST_UPLOADS_BUS_NAME, HOIST_UPLOADS_OBJECT_PATH,
                              HOIST_UPLOADS_INTERFACE, bad_calls[i].method, parameters, NULL, 0, -1,
                              NULL, await_take_cb, &result);
      await_result (&result);
      g_assert_null (g_dbus_connection_call_finish (f->client, result, &error));
      if (bad_calls[i].known)
        g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
      else
        g_assert_true (error->domain == G_DBUS_ERROR);
    }
  g_assert_cmpstr (f->fake->log->str, ==, "");
}

/* Ids that are nowhere, and limits of a page: an answer all the same. */
static void
test_odd_pages (RigFixture *f, gconstpointer data)
{
  static const struct
  {
    guint64 after_id;
    guint max_uploads;
    guint n;
    gboolean more;
  } table[] = {
    { 0, 0, HOIST_UPLOADS_MAX_PER_MESSAGE, TRUE },
    { 0, G_MAXUINT, HOIST_UPLOADS_MAX_PER_MESSAGE, TRUE },
    { 0, 1, 1, TRUE },
    { 1999, 10, 1, FALSE },
    { 2000, 0, 0, FALSE },
    { G_MAXUINT64, 0, 0, FALSE },
    { 1900, 100, 100, FALSE },
    { 1900, 99, 99, TRUE },
  };

  fake_uploader_put (f->fake, 1, 2000, 0);
  rig_start_service (f);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GVariant) reply = NULL;
      g_autoptr (GVariant) infos = NULL;
      gboolean more;

      g_dbus_connection_call (f->client, HOIST_UPLOADS_BUS_NAME, HOIST_UPLOADS_OBJECT_PATH,
                              HOIST_UPLOADS_INTERFACE, "List",
                              g_variant_new ("(tu)", table[i].after_id, table[i].max_uploads),
                              G_VARIANT_TYPE ("(" HOIST_CHANGE_SET_TYPE "b)"), 0, -1, NULL,
                              await_take_cb, &result);
      await_result (&result);
      reply = g_dbus_connection_call_finish (f->client, result, NULL);
      g_assert_nonnull (reply);
      g_variant_get (reply, "((@aa{sv}@at@a(tub))b)", &infos, NULL, NULL, &more);
      g_assert_cmpuint (g_variant_n_children (infos), ==, table[i].n);
      g_assert_cmpint (more, ==, table[i].more);
    }
}

/* The second one gets the name when the first one ends, and not before. */
static void
test_succession (RigFixture *f, gconstpointer data)
{
  g_autoptr (FakeUploader) other = fake_uploader_new ();
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = rig_connect_bus ();

  fake_uploader_put (other, 50, 1, 0);
  rig_start_service (f);
  HoistUploadsService *second =
    hoist_uploads_service_new (HOIST_UPLOADER (other), connection, &error);
  g_assert_no_error (error);

  g_autoptr (HoistRemoteUploader) to_first = rig_make_remote (f, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rig_get_list (to_first))), ==, 0);
  g_assert_false (hoist_uploads_service_owns_name (second));

  g_clear_object (&f->service);
  while (!hoist_uploads_service_owns_name (second))
    g_main_context_iteration (NULL, TRUE);
  g_autoptr (HoistRemoteUploader) to_second = rig_make_remote (f, NULL);
  g_assert_nonnull (hoist_upload_list_lookup (rig_get_list (to_second), 50));

  g_clear_object (&second);
  rig_disconnect_bus (&connection);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/uploads-service/" name, RigFixture, NULL, rig_set_up, func, rig_tear_down)

int
main (int argc, char *argv[])
{
  g_autoptr (GTestDBus) bus = NULL;

  g_test_init (&argc, &argv, NULL);

  ADD ("rate", test_rate);
  ADD ("only-followers", test_only_followers);
  ADD ("bad-calls", test_bad_calls);
  ADD ("odd-pages", test_odd_pages);
  ADD ("succession", test_succession);

  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  int status = g_test_run ();
  g_test_dbus_down (bus);
  return status;
}
