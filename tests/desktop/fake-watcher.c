/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-watcher.h"

#include "hoist-dbus-tray-watcher.h"
#include "hoist-tray-watcher.h"

static gboolean
register_item_cb (FakeWatcher *self, GDBusMethodInvocation *invocation, const char *service)
{
  if (self->refuses)
    {
      g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR,
                                                     G_DBUS_ERROR_ACCESS_DENIED, "no");
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  g_string_append_printf (self->items, "%s\n", service);
  g_dbus_method_invocation_return_value (invocation, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

FakeWatcher *
fake_watcher_new (GDBusConnection *connection, gboolean has_host)
{
  FakeWatcher *self = g_new0 (FakeWatcher, 1);
  g_autoptr (GError) error = NULL;

  self->connection = g_object_ref (connection);
  self->items = g_string_new (NULL);
  self->skeleton = hoist_dbus_tray_watcher_skeleton_new ();
  hoist_dbus_tray_watcher_set_is_status_notifier_host_registered (self->skeleton, has_host);
  g_signal_connect_swapped (self->skeleton, "handle-register-status-notifier-item",
                            G_CALLBACK (register_item_cb), self);
  g_dbus_interface_skeleton_export (self->skeleton, connection, HOIST_TRAY_WATCHER_PATH, &error);
  g_assert_no_error (error);
  self->name_id = g_bus_own_name_on_connection (
    connection, HOIST_TRAY_WATCHER_NAME, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
  return self;
}

void
fake_watcher_free (FakeWatcher *self)
{
  g_bus_unown_name (self->name_id);
  g_dbus_interface_skeleton_unexport (self->skeleton);
  g_object_unref (self->skeleton);
  g_object_unref (self->connection);
  g_string_free (self->items, TRUE);
  g_free (self);
}

/* Says so as real watchers do: the property changes, and its own signal comes. */
void
fake_watcher_set_host (FakeWatcher *self, gboolean has_host, const char *signal)
{
  hoist_dbus_tray_watcher_set_is_status_notifier_host_registered (self->skeleton, has_host);
  g_dbus_connection_emit_signal (self->connection, NULL, HOIST_TRAY_WATCHER_PATH,
                                 HOIST_TRAY_WATCHER_NAME, signal, NULL, NULL);
}
