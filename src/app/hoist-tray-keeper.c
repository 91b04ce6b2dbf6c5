/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-tray-keeper.h"

#include "hoist-tray.h"

/* Trays take the focus when they are clicked: a window that had it so shortly ago is
 * the one that the person was in. */
#define JUST_NOW_US (G_USEC_PER_SEC / 2)

/* A panel that restarts is back before; then nobody needs to know. */
#define WITHOUT_TRAY_S 10

struct _HoistTrayKeeper
{
  GObject parent_instance;

  GtkApplication *application; /* (not owned) outlives this */
  GSettings *settings;         /* (owned) (nullable) */
  HoistActivation *activation; /* (owned) */
  HoistLinkCopier *copier;     /* (owned) */
  HoistWindow *window;         /* (weak) (nullable) between show and hide */
  HoistUploader *uploader;     /* (owned) (nullable) between show and hide */
  GCancellable *connecting;    /* (owned) (nullable) while it connects to the bus */
  GDBusConnection *connection; /* (owned) (nullable) the tray's own */
  HoistTray *tray;             /* (owned) (nullable) */
  gint64 active_us;            /* when the window lost the focus; 0 = never */
  gboolean was_hosted;
  guint without_tray_id;
};

G_DEFINE_FINAL_TYPE (HoistTrayKeeper, hoist_tray_keeper, G_TYPE_OBJECT)

static guint hosted_changed_signal;

/* --- The window ------------------------------------------------------------------------------- */

static void
present (HoistTrayKeeper *self)
{
  if (self->tray != NULL)
    hoist_activation_take_token (self->activation, hoist_tray_take_token (self->tray));
  hoist_activation_present (self->activation, GTK_WINDOW (self->window));
}

static void
hide_window (HoistTrayKeeper *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->window), FALSE);
}

static void
toggle (HoistTrayKeeper *self)
{
  gboolean active =
    gtk_window_is_active (GTK_WINDOW (self->window)) ||
    (self->active_us != 0 && g_get_monotonic_time () - self->active_us < JUST_NOW_US);

  if (gtk_widget_get_visible (GTK_WIDGET (self->window)) && active)
    hide_window (self);
  else
    present (self);
}

static void
copy_link (HoistTrayKeeper *self, guint64 upload_id)
{
  hoist_activation_take_token (self->activation, hoist_tray_take_token (self->tray));
  hoist_link_copier_copy (self->copier, upload_id);
}

static void
active_changed_cb (HoistTrayKeeper *self)
{
  if (!gtk_window_is_active (GTK_WINDOW (self->window)))
    self->active_us = g_get_monotonic_time ();
}

static void
visible_changed_cb (HoistTrayKeeper *self)
{
  if (self->tray != NULL)
    hoist_tray_set_window_shown (self->tray, gtk_widget_get_visible (GTK_WIDGET (self->window)));
}

/* --- The tray --------------------------------------------------------------------------------- */

static void
command_cb (HoistTrayKeeper *self, HoistTrayCommand command, guint64 upload_id)
{
  switch (command)
    {
    case HOIST_TRAY_COMMAND_TOGGLE:
      toggle (self);
      break;
    case HOIST_TRAY_COMMAND_OPEN:
      present (self);
      break;
    case HOIST_TRAY_COMMAND_UPLOAD_FILES:
      present (self);
      gtk_widget_activate_action (GTK_WIDGET (self->window), "win.add-files", NULL);
      break;
    case HOIST_TRAY_COMMAND_DELIVERED:
      copy_link (self, upload_id);
      break;
    case HOIST_TRAY_COMMAND_PREFERENCES:
      present (self);
      gtk_widget_activate_action (GTK_WIDGET (self->window), "win.preferences", NULL);
      break;
    case HOIST_TRAY_COMMAND_QUIT:
      g_action_group_activate_action (G_ACTION_GROUP (self->application), "quit", NULL);
      break;
    case HOIST_TRAY_COMMAND_NONE:
    case HOIST_TRAY_COMMAND_PAUSE_ALL:
    case HOIST_TRAY_COMMAND_RESUME_ALL:
    default:
      break;
    }
}

static HoistTrayStyle
get_style (HoistTrayKeeper *self)
{
  g_autofree char *wanted = self->settings != NULL
                              ? g_settings_get_string (self->settings, "tray-icon")
                              : g_strdup ("automatic");
  GtkIconTheme *theme =
    gtk_icon_theme_get_for_display (gtk_widget_get_display (GTK_WIDGET (self->window)));
  const char *name = hoist_tray_look_get_icon_name (HOIST_TRAY_LOOK_PAUSED);
  HoistTrayStyle style =
    hoist_tray_style_choose (wanted, g_getenv ("XDG_CURRENT_DESKTOP"),
                             gtk_icon_theme_has_icon (theme, name),
                             adw_style_manager_get_dark (adw_style_manager_get_default ()));

  style.right_to_left = gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL;
  return style;
}

static void
style_changed_cb (HoistTrayKeeper *self)
{
  HoistTrayStyle style;

  if (self->tray == NULL)
    return;
  style = get_style (self);
  hoist_tray_set_style (self->tray, &style);
}

static gboolean
without_tray_cb (gpointer user_data)
{
  HoistTrayKeeper *self = HOIST_TRAY_KEEPER (user_data);

  self->without_tray_id = 0;
  gtk_window_present (GTK_WINDOW (self->window));
  return G_SOURCE_REMOVE;
}

/* The tray went while the window was hidden: there must be a way back to it. */
static void
hosted_changed_cb (HoistTrayKeeper *self)
{
  gboolean hosted = hoist_tray_keeper_is_hosted (self);
  gboolean lost = self->was_hosted && !hosted;

  self->was_hosted = hosted;
  g_clear_handle_id (&self->without_tray_id, g_source_remove);
  if (lost && self->window != NULL && !gtk_widget_get_visible (GTK_WIDGET (self->window)))
    self->without_tray_id = g_timeout_add_seconds (WITHOUT_TRAY_S, without_tray_cb, self);
  g_signal_emit (self, hosted_changed_signal, 0);
}

static gboolean
is_wanted (HoistTrayKeeper *self)
{
  return self->window != NULL &&
         (self->settings == NULL || g_settings_get_boolean (self->settings, "tray"));
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_dbus_connection_flush_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_dbus_connection_close (G_DBUS_CONNECTION (source), NULL, NULL, NULL);
}

static void
drop_tray (HoistTrayKeeper *self)
{
  g_autoptr (GDBusConnection) connection = g_steal_pointer (&self->connection);

  g_cancellable_cancel (self->connecting);
  g_clear_object (&self->connecting);
  g_clear_object (&self->tray);
  if (connection != NULL)
    g_dbus_connection_flush (connection, NULL, flushed_cb, NULL);
}

static void
make_tray (HoistTrayKeeper *self)
{
  HoistTrayStyle style = get_style (self);
  g_autoptr (GError) error = NULL;

  self->tray = hoist_tray_new (self->uploader, self->connection, &style, &error);
  if (self->tray == NULL)
    {
      g_debug ("There is no tray: %s", error->message);
      drop_tray (self);
      return;
    }
  visible_changed_cb (self);
  g_signal_connect_object (self->tray, "command", G_CALLBACK (command_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tray, "notify::hosted", G_CALLBACK (hosted_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection =
    g_dbus_connection_new_for_address_finish (result, &error);
  HoistTrayKeeper *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = HOIST_TRAY_KEEPER (user_data);
  g_clear_object (&self->connecting);
  if (connection == NULL)
    {
      g_debug ("There is no tray: %s", error->message);
      return;
    }
  self->connection = g_steal_pointer (&connection);
  make_tray (self);
}

/* The item has a connection of its own. A tray shows it for as long as its bus name is
 * there, and the application's stays when the icon is switched off. */
static void
connect_to_bus (HoistTrayKeeper *self)
{
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  if (address == NULL)
    return;
  self->connecting = g_cancellable_new ();
  g_dbus_connection_new_for_address (address,
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                       G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                     NULL, self->connecting, connected_cb, self);
}

/* Without a session bus there is no tray either. */
static void
update_tray (HoistTrayKeeper *self)
{
  if (!is_wanted (self) ||
      g_application_get_dbus_connection (G_APPLICATION (self->application)) == NULL)
    {
      drop_tray (self);
      hosted_changed_cb (self);
    }
  else if (self->tray == NULL && self->connecting == NULL)
    {
      connect_to_bus (self);
    }
}

/* --- The object ------------------------------------------------------------------------------- */

static void
hoist_tray_keeper_dispose (GObject *object)
{
  HoistTrayKeeper *self = HOIST_TRAY_KEEPER (object);

  hoist_tray_keeper_hide (self);
  g_clear_object (&self->settings);
  g_clear_object (&self->activation);
  g_clear_object (&self->copier);
  G_OBJECT_CLASS (hoist_tray_keeper_parent_class)->dispose (object);
}

static void
hoist_tray_keeper_class_init (HoistTrayKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hoist_tray_keeper_dispose;

  /**
   * HoistTrayKeeper::hosted-changed:
   * @self: the keeper
   *
   * The icon came into a tray, or is in none any more.
   */
  hosted_changed_signal = g_signal_new ("hosted-changed", G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hoist_tray_keeper_init (HoistTrayKeeper *self)
{
}

/**
 * hoist_tray_keeper_new:
 * @application: the application, which outlives the keeper
 * @settings: (nullable): its settings; %NULL for the defaults
 * @activation: brings the window to the front
 * @copier: copies links
 *
 * Makes a keeper that shows nothing yet.
 *
 * Returns: (transfer full): the keeper
 */
HoistTrayKeeper *
hoist_tray_keeper_new (GtkApplication *application,
                       GSettings *settings,
                       HoistActivation *activation,
                       HoistLinkCopier *copier)
{
  HoistTrayKeeper *self;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (HOIST_IS_ACTIVATION (activation), NULL);
  g_return_val_if_fail (HOIST_IS_LINK_COPIER (copier), NULL);

  self = g_object_new (HOIST_TYPE_TRAY_KEEPER, NULL);
  self->application = application;
  self->activation = g_object_ref (activation);
  self->copier = g_object_ref (copier);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (style_changed_cb), self, G_CONNECT_SWAPPED);
  if (settings == NULL)
    return self;
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::tray", G_CALLBACK (update_tray), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::tray-icon", G_CALLBACK (style_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * hoist_tray_keeper_show:
 * @self: the keeper
 * @window: what the tray leads to
 * @uploader: what it tells of
 *
 * Goes into the tray, whenever there is one, until hoist_tray_keeper_hide().
 */
void
hoist_tray_keeper_show (HoistTrayKeeper *self, HoistWindow *window, HoistUploader *uploader)
{
  g_return_if_fail (HOIST_IS_TRAY_KEEPER (self));
  g_return_if_fail (HOIST_IS_WINDOW (window));
  g_return_if_fail (HOIST_IS_UPLOADER (uploader));

  hoist_tray_keeper_hide (self);
  g_set_weak_pointer (&self->window, window);
  self->uploader = g_object_ref (uploader);
  g_signal_connect_object (window, "notify::visible", G_CALLBACK (visible_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (active_changed_cb), self,
                           G_CONNECT_SWAPPED);
  update_tray (self);
}

/**
 * hoist_tray_keeper_hide:
 * @self: the keeper
 *
 * Leaves the tray, and forgets the window.
 */
void
hoist_tray_keeper_hide (HoistTrayKeeper *self)
{
  g_return_if_fail (HOIST_IS_TRAY_KEEPER (self));

  g_clear_handle_id (&self->without_tray_id, g_source_remove);
  drop_tray (self);
  if (self->window != NULL)
    g_signal_handlers_disconnect_by_data (self->window, self);
  g_clear_weak_pointer (&self->window);
  self->active_us = 0;
  self->was_hosted = FALSE;
  g_clear_object (&self->uploader);
}

/**
 * hoist_tray_keeper_is_hosted:
 * @self: the keeper
 *
 * Returns: whether a tray shows the icon
 */
gboolean
hoist_tray_keeper_is_hosted (HoistTrayKeeper *self)
{
  g_return_val_if_fail (HOIST_IS_TRAY_KEEPER (self), FALSE);

  return self->tray != NULL && hoist_tray_is_hosted (self->tray);
}

/**
 * hoist_tray_keeper_leads_back:
 * @self: the keeper
 *
 * Returns: whether a hidden window comes again by way of the tray: when its icon is
 *   clicked, or by itself if the tray has just gone and does not come back
 */
gboolean
hoist_tray_keeper_leads_back (HoistTrayKeeper *self)
{
  return hoist_tray_keeper_is_hosted (self) || self->without_tray_id != 0;
}
