/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistNotificationServer:
 * @HOIST_NOTIFICATION_SERVER_NONE: nobody shows notifications
 * @HOIST_NOTIFICATION_SERVER_DESKTOP: GNOME's interface or the portal: they outlive the program,
 *   and a click starts it
 * @HOIST_NOTIFICATION_SERVER_PLAIN: org.freedesktop.Notifications, plain text
 * @HOIST_NOTIFICATION_SERVER_MARKUP: the same one, which takes a body for markup
 *
 * Who shows what g_application_send_notification() sends. GLib chooses by itself and does not
 * tell; it matters, as it sends a body as it is even to who reads markup in it.
 */
typedef enum
{
  HOIST_NOTIFICATION_SERVER_NONE,
  HOIST_NOTIFICATION_SERVER_DESKTOP,
  HOIST_NOTIFICATION_SERVER_PLAIN,
  HOIST_NOTIFICATION_SERVER_MARKUP,
} HoistNotificationServer;

void hoist_notification_server_look_async (GDBusConnection *connection,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
HoistNotificationServer hoist_notification_server_look_finish (GAsyncResult *result,
                                                               GError **error);

G_END_DECLS
