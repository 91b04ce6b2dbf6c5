/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-notification-server.h"

#include "hoist-sandbox.h"

#define GNOME_NAME "org.gtk.Notifications"
#define NAME "org.freedesktop.Notifications"
#define PATH "/org/freedesktop/Notifications"

/* As GLib decides whether it goes through the portal (gio/gportalsupport.c). */
static gboolean
has_portal (void)
{
  const char *asked = g_getenv ("GTK_USE_PORTAL");

  return hoist_sandbox_is_flatpak () || g_getenv ("SNAP_NAME") != NULL ||
         (asked != NULL && g_str_equal (asked, "1"));
}

static void
capabilities_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree const char **capabilities = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (reply == NULL)
    {
      g_debug ("Nobody shows notifications: %s", error->message);
      g_task_return_int (task, HOIST_NOTIFICATION_SERVER_NONE);
      return;
    }
  g_variant_get (reply, "(^a&s)", &capabilities);
  g_task_return_int (task, g_strv_contains (capabilities, "body-markup")
                             ? HOIST_NOTIFICATION_SERVER_MARKUP
                             : HOIST_NOTIFICATION_SERVER_PLAIN);
}

static void
owned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  gboolean owned = FALSE;

  if (reply != NULL)
    g_variant_get (reply, "(b)", &owned);
  if (owned)
    {
      g_task_return_int (task, HOIST_NOTIFICATION_SERVER_DESKTOP);
      return;
    }
  /* This starts the daemon where the bus can. */
  g_dbus_connection_call (G_DBUS_CONNECTION (source), NAME, PATH, NAME, "GetCapabilities", NULL,
                          G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, -1,
                          g_task_get_cancellable (task), capabilities_cb, g_object_ref (task));
}

/**
 * hoist_notification_server_look_async:
 * @connection: a session bus
 * @cancellable: (nullable): stops it
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Looks who shows notifications now, and starts who does if the bus knows it.
 */
void
hoist_notification_server_look_async (GDBusConnection *connection,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (connection, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_notification_server_look_async);
  if (has_portal ())
    {
      g_task_return_int (task, HOIST_NOTIFICATION_SERVER_DESKTOP);
      return;
    }
  g_dbus_connection_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "NameHasOwner", g_variant_new ("(s)", GNOME_NAME),
                          G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, -1, cancellable, owned_cb,
                          g_object_ref (task));
}

/**
 * hoist_notification_server_look_finish:
 * @result: of [func@notification_server_look_async]
 * @error: (out) (optional): why there is no answer
 *
 * Ends looking.
 *
 * Errors: %G_IO_ERROR_CANCELLED.
 *
 * Returns: who shows them; %HOIST_NOTIFICATION_SERVER_NONE on error too
 */
HoistNotificationServer
hoist_notification_server_look_finish (GAsyncResult *result, GError **error)
{
  gssize server;

  g_return_val_if_fail (G_IS_TASK (result), HOIST_NOTIFICATION_SERVER_NONE);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) ==
                          hoist_notification_server_look_async,
                        HOIST_NOTIFICATION_SERVER_NONE);

  server = g_task_propagate_int (G_TASK (result), error);
  return server < 0 ? HOIST_NOTIFICATION_SERVER_NONE : (HoistNotificationServer) server;
}
