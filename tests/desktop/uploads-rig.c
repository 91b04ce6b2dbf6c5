/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "uploads-rig.h"

#include <string.h>

#include "hoist-uploads-protocol.h"

static gboolean
guard_cb (gpointer user_data)
{
  g_error ("something never ended");
  return G_SOURCE_REMOVE;
}

GDBusConnection *
rig_connect_bus (void)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
    g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

void
rig_disconnect_bus (GDBusConnection **connection)
{
  if (*connection != NULL)
    g_dbus_connection_close_sync (*connection, NULL, NULL);
  g_clear_object (connection);
}

void
rig_start_service (RigFixture *f)
{
  g_autoptr (GError) error = NULL;

  f->service = hoist_uploads_service_new (HOIST_UPLOADER (f->fake), f->server, &error);
  g_assert_no_error (error);
  while (!hoist_uploads_service_owns_name (f->service))
    g_main_context_iteration (NULL, TRUE);
}

void
rig_set_up (RigFixture *f, gconstpointer data)
{
  f->guard_id = g_timeout_add_seconds (60, guard_cb, NULL);
  f->server = rig_connect_bus ();
  f->client = rig_connect_bus ();
  f->fake = fake_uploader_new ();
}

void
rig_tear_down (RigFixture *f, gconstpointer data)
{
  g_clear_object (&f->service);
  g_clear_object (&f->fake);
  rig_disconnect_bus (&f->server);
  rig_disconnect_bus (&f->client);
  g_source_remove (f->guard_id);
}

HoistRemoteUploader *
rig_make_remote (RigFixture *f, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_remote_uploader_new_async (f->client, NULL, await_take_cb, &result);
  await_result (&result);
  return hoist_remote_uploader_new_finish (result, error);
}

HoistUploadList *
rig_get_list (HoistRemoteUploader *remote)
{
  return hoist_uploader_get_list (HOIST_UPLOADER (remote));
}

gboolean
rig_lists_are_equal (HoistUploadList *a, HoistUploadList *b)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (a));

  if (n != g_list_model_get_n_items (G_LIST_MODEL (b)))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const HoistUploadInfo *info_a = hoist_upload_list_get_info (a, i);
      const HoistUploadInfo *info_b = hoist_upload_list_get_info (b, i);

      if (info_a->id != info_b->id || info_a->sent_bytes != info_b->sent_bytes ||
          strcmp (info_a->name, info_b->name) != 0 || strcmp (info_a->path, info_b->path) != 0)
        return FALSE;
    }
  return TRUE;
}

void
rig_wait_equal (HoistUploadList *a, HoistUploadList *b)
{
  while (!rig_lists_are_equal (a, b))
    g_main_context_iteration (NULL, TRUE);
}

guint64
rig_add_paths (HoistRemoteUploader *remote, const char *const *paths, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_uploader_add_async (HOIST_UPLOADER (remote), paths, "home", NULL, await_take_cb, &result);
  await_result (&result);
  return hoist_uploader_add_finish (HOIST_UPLOADER (remote), result, error);
}

void
rig_take_name (GDBusConnection *connection)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
    connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
    "RequestName", g_variant_new ("(su)", HOIST_UPLOADS_BUS_NAME, 4u), NULL, 0, -1, NULL, NULL);

  g_assert_nonnull (reply);
}
