/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-power-watch.h"

#include "hoist-battery-files.h"

#define UPOWER_NAME "org.freedesktop.UPower"
#define PROPERTIES_INTERFACE "org.freedesktop.DBus.Properties"

/* UpDeviceLevel: 3 is «low», what is above that is worse. */
#define WARNING_LEVEL_LOW 3

/* UPower's manager says whether the computer runs on a battery, its display device, which
 * stands for all batteries together, how full it is. */
static const struct
{
  const char *path;
  const char *interface;
} objects[] = {
  { "/org/freedesktop/UPower", "org.freedesktop.UPower" },
  { "/org/freedesktop/UPower/devices/DisplayDevice", "org.freedesktop.UPower.Device" },
};

/**
 * HoistPowerWatch:
 *
 * Hears from UPower how full the battery is, or looks at the kernel's files where UPower
 * cannot be asked, and from GLib, which asks power-profiles-daemon, or the portal in a
 * sandbox, whether the computer saves power. Where none of them is nothing is ever scarce.
 */
struct _HoistPowerWatch
{
  GObject parent_instance;

  GDBusConnection *bus;           /* (owned) (nullable) */
  GPowerProfileMonitor *profiles; /* (owned) (nullable) */
  GCancellable *cancellable;      /* (owned) (nullable) while UPower is there */
  guint watch_id;
  guint signal_ids[G_N_ELEMENTS (objects)];
  char *folder;   /* (owned) (nullable) the kernel's */
  guint again_ms; /* when that is looked at again */
  guint look_id;
  GCancellable *looking; /* (owned) (nullable) while it is looked at */
  HoistPowerState state;
};

G_DEFINE_FINAL_TYPE (HoistPowerWatch, hoist_power_watch, G_TYPE_OBJECT)

static guint changed_signal;

static void
set_state (HoistPowerWatch *self, const HoistPowerState *state)
{
  if (hoist_power_state_equal (&self->state, state))
    return;
  self->state = *state;
  g_signal_emit (self, changed_signal, 0);
}

/* The names are each of one object only. What has another type than it should is not
 * looked at. */
static void
take_properties (HoistPowerWatch *self, GVariant *properties)
{
  HoistPowerState state = self->state;
  double percentage;
  guint level;

  g_variant_lookup (properties, "OnBattery", "b", &state.on_battery);
  if (g_variant_lookup (properties, "WarningLevel", "u", &level))
    state.low = level >= WARNING_LEVEL_LOW;
  if (g_variant_lookup (properties, "Percentage", "d", &percentage))
    state.percent = percentage > 0 ? (guint) MIN (percentage, 100) : 0;
  set_state (self, &state);
}

static void
got_properties_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) properties = NULL;

  if (reply == NULL)
    return;
  properties = g_variant_get_child_value (reply, 0);
  take_properties (HOIST_POWER_WATCH (user_data), properties);
}

static void
properties_changed_cb (GDBusConnection *connection,
                       const char *sender,
                       const char *object_path,
                       const char *interface_name,
                       const char *signal_name,
                       GVariant *parameters,
                       gpointer user_data)
{
  g_autoptr (GVariant) properties = NULL;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;
  properties = g_variant_get_child_value (parameters, 1);
  take_properties (HOIST_POWER_WATCH (user_data), properties);
}

static void
appeared_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  HoistPowerWatch *self = user_data;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (objects); i++)
    g_dbus_connection_call (connection, owner, objects[i].path, PROPERTIES_INTERFACE, "GetAll",
                            g_variant_new ("(s)", objects[i].interface), G_VARIANT_TYPE ("(a{sv})"),
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable,
                            got_properties_cb, self);
}

static void
vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  HoistPowerWatch *self = user_data;
  HoistPowerState state = { .saver = self->state.saver };

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  set_state (self, &state);
}

/* --- The kernel's files ----------------------------------------------------------------------- */

static void look (HoistPowerWatch *self);

static gboolean
look_again_cb (gpointer user_data)
{
  HoistPowerWatch *self = user_data;

  self->look_id = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree HoistPowerState *found = g_task_propagate_pointer (G_TASK (result), &error);
  HoistPowerWatch *self = user_data;
  HoistPowerState state = { 0 };

  /* Called off: the watch may be gone. */
  if (error != NULL)
    return;
  g_clear_object (&self->looking);
  /* A computer without a battery gets none while it is used. */
  if (found != NULL)
    {
      state = *found;
      self->look_id = g_timeout_add (self->again_ms, look_again_cb, self);
    }
  state.saver = self->state.saver;
  set_state (self, &state);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autofree HoistPowerState *state = g_new0 (HoistPowerState, 1);
  gboolean is_there = hoist_battery_files_read (task_data, state);

  g_task_return_pointer (task, is_there ? g_steal_pointer (&state) : NULL, g_free);
}

static void
look (HoistPowerWatch *self)
{
  g_autoptr (GTask) task = NULL;

  self->looking = g_cancellable_new ();
  /* Without the watch, which would be let go of in the thread now and then. */
  task = g_task_new (NULL, self->looking, looked_cb, self);
  g_task_set_source_tag (task, look);
  g_task_set_task_data (task, g_strdup (self->folder), g_free);
  g_task_run_in_thread (task, look_in_thread);
}

static void
forget_folder (HoistPowerWatch *self)
{
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_pointer (&self->folder, g_free);
}

/* --- Who saves power -------------------------------------------------------------------------- */

static void
saver_changed_cb (HoistPowerWatch *self)
{
  HoistPowerState state = self->state;

  state.saver = g_power_profile_monitor_get_power_saver_enabled (self->profiles);
  set_state (self, &state);
}

static void
forget_bus (HoistPowerWatch *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  for (gsize i = 0; i < G_N_ELEMENTS (objects); i++)
    {
      if (self->signal_ids[i] != 0)
        g_dbus_connection_signal_unsubscribe (self->bus, self->signal_ids[i]);
      self->signal_ids[i] = 0;
    }
  g_clear_object (&self->bus);
}

static void
hoist_power_watch_dispose (GObject *object)
{
  HoistPowerWatch *self = HOIST_POWER_WATCH (object);

  forget_bus (self);
  forget_folder (self);
  g_clear_object (&self->profiles);
  G_OBJECT_CLASS (hoist_power_watch_parent_class)->dispose (object);
}

static void
hoist_power_watch_class_init (HoistPowerWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hoist_power_watch_dispose;

  /**
   * HoistPowerWatch::changed:
   * @self: the watch
   *
   * The system says something else of its power than before.
   */
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
hoist_power_watch_init (HoistPowerWatch *self)
{
}

/**
 * hoist_power_watch_new:
 *
 * Makes a watch that asks nobody yet.
 *
 * Returns: (transfer full): the watch
 */
HoistPowerWatch *
hoist_power_watch_new (void)
{
  return g_object_new (HOIST_TYPE_POWER_WATCH, NULL);
}

/**
 * hoist_power_watch_set_bus:
 * @self: a watch
 * @system_bus: (nullable): the system bus; %NULL to ask nobody any more
 *
 * Asks UPower about the battery, whenever it is there.
 */
void
hoist_power_watch_set_bus (HoistPowerWatch *self, GDBusConnection *system_bus)
{
  HoistPowerState state = { .saver = self->state.saver };

  g_return_if_fail (HOIST_IS_POWER_WATCH (self));

  if (system_bus == self->bus)
    return;
  forget_bus (self);
  set_state (self, &state);
  if (system_bus == NULL)
    return;
  self->bus = g_object_ref (system_bus);
  for (gsize i = 0; i < G_N_ELEMENTS (objects); i++)
    self->signal_ids[i] = g_dbus_connection_signal_subscribe (
      system_bus, UPOWER_NAME, PROPERTIES_INTERFACE, "PropertiesChanged", objects[i].path,
      objects[i].interface, G_DBUS_SIGNAL_FLAGS_NONE, properties_changed_cb, self, NULL);
  /* Nobody else may have needed it yet. */
  self->watch_id =
    g_bus_watch_name_on_connection (system_bus, UPOWER_NAME, G_BUS_NAME_WATCHER_FLAGS_AUTO_START,
                                    appeared_cb, vanished_cb, self, NULL);
}

/**
 * hoist_power_watch_set_folder:
 * @self: a watch
 * @folder: (nullable): %HOIST_POWER_SUPPLY_FOLDER; %NULL to look at it no more
 * @again_ms: how long to wait before each further look, milliseconds
 *
 * Looks at the kernel's files about the battery from time to time, for those who cannot ask
 * UPower. Not beside hoist_power_watch_set_bus().
 */
void
hoist_power_watch_set_folder (HoistPowerWatch *self, const char *folder, guint again_ms)
{
  HoistPowerState state = { .saver = self->state.saver };

  g_return_if_fail (HOIST_IS_POWER_WATCH (self));
  g_return_if_fail (folder == NULL || self->bus == NULL);

  if (g_strcmp0 (folder, self->folder) == 0)
    return;
  forget_folder (self);
  set_state (self, &state);
  if (folder == NULL)
    return;
  self->folder = g_strdup (folder);
  self->again_ms = again_ms;
  look (self);
}

/**
 * hoist_power_watch_set_profiles:
 * @self: a watch
 * @profiles: (nullable): who knows whether the computer saves power; %NULL to ask nobody
 *   any more
 *
 * Asks whether the computer saves power.
 */
void
hoist_power_watch_set_profiles (HoistPowerWatch *self, GPowerProfileMonitor *profiles)
{
  HoistPowerState state;

  g_return_if_fail (HOIST_IS_POWER_WATCH (self));

  if (profiles == self->profiles)
    return;
  if (self->profiles != NULL)
    g_signal_handlers_disconnect_by_data (self->profiles, self);
  g_set_object (&self->profiles, profiles);
  if (profiles != NULL)
    {
      g_signal_connect_object (profiles, "notify::power-saver-enabled",
                               G_CALLBACK (saver_changed_cb), self, G_CONNECT_SWAPPED);
      saver_changed_cb (self);
      return;
    }
  state = self->state;
  state.saver = FALSE;
  set_state (self, &state);
}

/**
 * hoist_power_watch_get_state:
 * @self: a watch
 *
 * Returns: (transfer none): what the system says now
 */
const HoistPowerState *
hoist_power_watch_get_state (HoistPowerWatch *self)
{
  g_return_val_if_fail (HOIST_IS_POWER_WATCH (self), NULL);

  return &self->state;
}
