/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-tray-watcher.h"

/**
 * HoistTrayWatcher:
 *
 * Follows `org.kde.StatusNotifierWatcher` as it comes, goes and restarts, and
 * registers with each owner of that name.
 *
 * The item is registered under the connection's unique name: a name of its own
 * below org.kde would need a permission that no sandbox gives. The watcher is
 * never started: it belongs to a tray, and where there is none nothing would
 * show the item.
 */
struct _HoistTrayWatcher
{
  GObject parent_instance;

  GDBusConnection *connection; /* (owned) */
  char *owner;                 /* (owned) (nullable) the watcher's unique name */
  GCancellable *cancellable;   /* (owned) (nullable) of calls to this owner */
  guint name_id;
  guint signals_id;
  gboolean registered; /* this owner has the item */
  gboolean has_host;
};

typedef enum
{
  PROP_HOSTED = 1,
} HoistTrayWatcherProperty;

static GParamSpec *properties[PROP_HOSTED + 1];

G_DEFINE_FINAL_TYPE (HoistTrayWatcher, hoist_tray_watcher, G_TYPE_OBJECT)

static void
set_state (HoistTrayWatcher *self, gboolean registered, gboolean has_host)
{
  gboolean was_hosted = hoist_tray_watcher_is_hosted (self);

  self->registered = registered;
  self->has_host = has_host;
  if (was_hosted != hoist_tray_watcher_is_hosted (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HOSTED]);
}

static void
host_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  HoistTrayWatcher *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = HOIST_TRAY_WATCHER (user_data);
  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);
  set_state (self, self->registered,
             value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) &&
               g_variant_get_boolean (value));
}

static void
read_host (HoistTrayWatcher *self)
{
  g_dbus_connection_call (
    self->connection, self->owner, HOIST_TRAY_WATCHER_PATH, "org.freedesktop.DBus.Properties",
    "Get", g_variant_new ("(ss)", HOIST_TRAY_WATCHER_NAME, "IsStatusNotifierHostRegistered"),
    G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, host_read_cb,
    self);
}

static void
registered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply == NULL)
    {
      g_debug ("The tray does not take the item: %s", error->message);
      return;
    }
  set_state (HOIST_TRAY_WATCHER (user_data), TRUE, FALSE);
  read_host (HOIST_TRAY_WATCHER (user_data));
}

static void
forget_owner (HoistTrayWatcher *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->owner, g_free);
}

static void
appeared_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  HoistTrayWatcher *self = HOIST_TRAY_WATCHER (user_data);

  forget_owner (self);
  set_state (self, FALSE, FALSE);
  self->owner = g_strdup (owner);
  self->cancellable = g_cancellable_new ();
  g_dbus_connection_call (connection, owner, HOIST_TRAY_WATCHER_PATH, HOIST_TRAY_WATCHER_NAME,
                          "RegisterStatusNotifierItem",
                          g_variant_new ("(s)", g_dbus_connection_get_unique_name (connection)),
                          NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable,
                          registered_cb, self);
}

static void
vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  HoistTrayWatcher *self = HOIST_TRAY_WATCHER (user_data);

  forget_owner (self);
  set_state (self, FALSE, FALSE);
}

/* A host came or went: with several, only the watcher knows whether one is left. */
static void
signal_cb (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface,
           const char *signal,
           GVariant *parameters,
           gpointer user_data)
{
  HoistTrayWatcher *self = HOIST_TRAY_WATCHER (user_data);

  if (self->registered && g_str_has_prefix (signal, "StatusNotifierHost") &&
      g_strcmp0 (sender, self->owner) == 0)
    read_host (self);
}

static void
hoist_tray_watcher_get_property (GObject *object, guint property, GValue *value, GParamSpec *pspec)
{
  switch ((HoistTrayWatcherProperty) property)
    {
    case PROP_HOSTED:
      g_value_set_boolean (value, hoist_tray_watcher_is_hosted (HOIST_TRAY_WATCHER (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
hoist_tray_watcher_dispose (GObject *object)
{
  HoistTrayWatcher *self = HOIST_TRAY_WATCHER (object);

  forget_owner (self);
  g_clear_handle_id (&self->name_id, g_bus_unwatch_name);
  if (self->signals_id != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->signals_id);
  self->signals_id = 0;
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (hoist_tray_watcher_parent_class)->dispose (object);
}

static void
hoist_tray_watcher_class_init (HoistTrayWatcherClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hoist_tray_watcher_get_property;
  object_class->dispose = hoist_tray_watcher_dispose;

  /**
   * HoistTrayWatcher:hosted: (getter is_hosted)
   *
   * Whether the item is registered and a tray is there to show it.
   */
  properties[PROP_HOSTED] =
    g_param_spec_boolean ("hosted", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
hoist_tray_watcher_init (HoistTrayWatcher *self)
{
}

/**
 * hoist_tray_watcher_new:
 * @connection: a session bus, with the item exported
 *
 * Begins to follow the watcher. To end it, free the object.
 *
 * Returns: (transfer full): the object
 */
HoistTrayWatcher *
hoist_tray_watcher_new (GDBusConnection *connection)
{
  HoistTrayWatcher *self;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), NULL);

  self = g_object_new (HOIST_TYPE_TRAY_WATCHER, NULL);
  self->connection = g_object_ref (connection);
  self->signals_id =
    g_dbus_connection_signal_subscribe (connection, HOIST_TRAY_WATCHER_NAME,
                                        HOIST_TRAY_WATCHER_NAME, NULL, HOIST_TRAY_WATCHER_PATH,
                                        NULL, G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);
  self->name_id = g_bus_watch_name_on_connection (connection, HOIST_TRAY_WATCHER_NAME,
                                                  G_BUS_NAME_WATCHER_FLAGS_NONE, appeared_cb,
                                                  vanished_cb, self, NULL);
  return self;
}

/**
 * hoist_tray_watcher_is_hosted:
 * @self: the object
 *
 * Tells whether a tray shows the item.
 *
 * Returns: whether one does
 */
gboolean
hoist_tray_watcher_is_hosted (HoistTrayWatcher *self)
{
  g_return_val_if_fail (HOIST_IS_TRAY_WATCHER (self), FALSE);

  return self->registered && self->has_host;
}
