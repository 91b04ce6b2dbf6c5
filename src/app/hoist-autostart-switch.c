/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-autostart-switch.h"

#include <glib/gi18n.h>

#include "hoist-autostart.h"
#include "hoist-background-portal.h"
#include "hoist-portal.h"
#include "hoist-preferences-window.h"

struct _HoistAutostartSwitch
{
  GObject parent_instance;

  GtkApplication *application;   /* (not owned) outlives this */
  GSettings *settings;           /* (owned) (nullable) */
  HoistBackgroundPortal *portal; /* (owned) (nullable) in a sandbox */
  GSimpleAction *action;         /* (owned) */
  GCancellable *cancellable;     /* (owned) (nullable) of what is under way */
};

G_DEFINE_FINAL_TYPE (HoistAutostartSwitch, hoist_autostart_switch, G_TYPE_OBJECT)

static void
show (HoistAutostartSwitch *self, gboolean on)
{
  g_simple_action_set_state (self->action, g_variant_new_boolean (on));
}

/* To whoever switched it. */
static void
tell_failure (HoistAutostartSwitch *self, const GError *error)
{
  GtkWindow *window = gtk_application_get_active_window (self->application);
  g_autofree char *text = NULL;

  g_message ("Starting with the session could not be changed: %s", error->message);
  if (!HOIST_IS_PREFERENCES_WINDOW (window))
    return;
  /* Translators: %s says why. */
  text = g_strdup_printf (_ ("That could not be changed: %s"), error->message);
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (window), adw_toast_new (text));
}

/* That it can be switched, or why not. */
static void
set_reason (HoistAutostartSwitch *self, const char *reason)
{
  GList *windows = gtk_application_get_windows (self->application);

  g_simple_action_set_enabled (self->action, reason == NULL);
  for (GList *l = windows; reason != NULL && l != NULL; l = l->next)
    if (HOIST_IS_PREFERENCES_WINDOW (l->data))
      hoist_preferences_window_set_autostart_reason (l->data, reason);
}

/* --- The file of the session ------------------------------------------------------------------ */

static void
file_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistAutostart state;
  g_autoptr (GError) error = NULL;
  gboolean good = hoist_autostart_finish (result, &state, &error);
  HoistAutostartSwitch *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = HOIST_AUTOSTART_SWITCH (user_data);
  if (!good)
    {
      tell_failure (self, error);
      return;
    }
  set_reason (self, state == HOIST_AUTOSTART_FOREIGN
              ? _ ("Something else starts Hoist with the session, and decides about that")
              : NULL);
  show (self, state != HOIST_AUTOSTART_OFF);
}

/* What was under way would tell of what was before. */
static GCancellable *
begin (HoistAutostartSwitch *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  return self->cancellable;
}

/* --- In a sandbox ----------------------------------------------------------------------------- */

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean found = hoist_portal_find_finish (result, &error);

  if (error == NULL)
    set_reason (HOIST_AUTOSTART_SWITCH (user_data),
                found ? NULL
                      /* Translators: a portal is the desktop's service for sandboxed programs. */
                      : _ ("This desktop has no portal for it. Its own settings may start Hoist"));
}

static void
portal_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistBackgroundPortal *portal = HOIST_BACKGROUND_PORTAL (source);
  gboolean on;
  g_autoptr (GError) error = NULL;
  gboolean good = hoist_background_portal_request_finish (portal, result, &on, &error);
  HoistAutostartSwitch *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = HOIST_AUTOSTART_SWITCH (user_data);
  if (!good)
    {
      tell_failure (self, error);
      return;
    }
  g_settings_set_boolean (self->settings, "autostart", on);
  show (self, on);
}

static void
change_state_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  HoistAutostartSwitch *self = HOIST_AUTOSTART_SWITCH (user_data);
  gboolean on = g_variant_get_boolean (value);

  if (self->portal != NULL)
    hoist_background_portal_request_async (self->portal, on, begin (self), portal_done_cb, self);
  else
    hoist_autostart_write_async (on, begin (self), file_done_cb, self);
}

/* The desktop's own settings, or a person, may have changed it since. */
static void
window_added_cb (HoistAutostartSwitch *self, GtkWindow *window)
{
  if (!HOIST_IS_PREFERENCES_WINDOW (window))
    return;
  if (self->portal != NULL)
    hoist_portal_find_async (g_application_get_dbus_connection (G_APPLICATION (self->application)),
                             HOIST_BACKGROUND_INTERFACE, begin (self), found_cb, self);
  else
    hoist_autostart_read_async (begin (self), file_done_cb, self);
}

/* --- The object ------------------------------------------------------------------------------- */

static void
hoist_autostart_switch_dispose (GObject *object)
{
  HoistAutostartSwitch *self = HOIST_AUTOSTART_SWITCH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->portal);
  g_clear_object (&self->settings);
  g_clear_object (&self->action);
  G_OBJECT_CLASS (hoist_autostart_switch_parent_class)->dispose (object);
}

static void
hoist_autostart_switch_class_init (HoistAutostartSwitchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hoist_autostart_switch_dispose;
}

static void
hoist_autostart_switch_init (HoistAutostartSwitch *self)
{
  self->action = g_simple_action_new_stateful ("autostart", NULL, g_variant_new_boolean (FALSE));
}

/**
 * hoist_autostart_switch_new:
 * @application: the application, which outlives the switch
 * @settings: (nullable): its settings
 *
 * Adds the action to the application. In a sandbox, where nobody can look what is
 * there, its state is what the desktop said the last time, and without settings to
 * remember that there is no action.
 *
 * Returns: (transfer full): the switch
 */
HoistAutostartSwitch *
hoist_autostart_switch_new (GtkApplication *application, GSettings *settings)
{
  HoistAutostartSwitch *self = g_object_new (HOIST_TYPE_AUTOSTART_SWITCH, NULL);
  GDBusConnection *bus = g_application_get_dbus_connection (G_APPLICATION (application));

  self->application = application;
  g_set_object (&self->settings, settings);
  if (hoist_portal_is_sandboxed ())
    {
      if (bus == NULL || settings == NULL)
        return self;
      self->portal = hoist_background_portal_new (bus);
      show (self, g_settings_get_boolean (settings, "autostart"));
    }
  g_signal_connect_object (self->action, "change-state", G_CALLBACK (change_state_cb), self, 0);
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (self->action));
  g_signal_connect_object (application, "window-added", G_CALLBACK (window_added_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}
