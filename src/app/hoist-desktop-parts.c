/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-desktop-parts.h"

#include "hoist-activation-token.h"
#include "hoist-activation.h"
#include "hoist-background-keeper.h"
#include "hoist-batch-notifier.h"
#include "hoist-launcher-entry.h"
#include "hoist-link-copier.h"
#include "hoist-portal.h"
#include "hoist-tray-keeper.h"

#define LINKS_INTERFACE "org.freedesktop.portal.OpenURI"

struct _HoistDesktopParts
{
  GApplication *application;         /* (not owned) outlives this */
  HoistActivation *activation;       /* (owned) */
  HoistTrayKeeper *tray;             /* (owned) */
  HoistBackgroundKeeper *background; /* (owned) */
  HoistBatchNotifier *notifier;      /* (owned) */
  HoistLauncherEntry *launcher;      /* (owned) (nullable) while there is a window, and a bus */
  GCancellable *finding;             /* (owned) (nullable) while there is a window in a sandbox */
};

static void
hosted_changed_cb (HoistTrayKeeper *tray, HoistBatchNotifier *notifier)
{
  g_object_set (notifier, "in-tray", hoist_tray_keeper_is_hosted (tray), NULL);
}

/**
 * hoist_desktop_parts_new:
 * @application: the application, which is registered and outlives this
 * @settings: (nullable): its settings; %NULL for the defaults
 *
 * Makes the parts, which show nothing yet.
 *
 * Returns: (transfer full): the parts
 */
HoistDesktopParts *
hoist_desktop_parts_new (GtkApplication *application, GSettings *settings)
{
  HoistDesktopParts *self = g_new0 (HoistDesktopParts, 1);
  GDBusConnection *connection = g_application_get_dbus_connection (G_APPLICATION (application));
  g_autoptr (HoistLinkCopier) copier = NULL;

  self->application = G_APPLICATION (application);
  self->activation = hoist_activation_new ();
  if (connection != NULL)
    hoist_activation_listen (self->activation, connection);
  copier = hoist_link_copier_new (self->activation);
  self->tray = hoist_tray_keeper_new (application, settings, self->activation, copier);
  self->notifier = hoist_batch_notifier_new (application, copier);
  g_signal_connect_object (self->tray, "hosted-changed", G_CALLBACK (hosted_changed_cb),
                           self->notifier, 0);
  self->background = hoist_background_keeper_new (application, settings, self->tray);
  g_object_bind_property (self->notifier, "clickable", self->background, "stay",
                          G_BINDING_SYNC_CREATE);
  return self;
}

/**
 * hoist_desktop_parts_free:
 * @self: (transfer full) (nullable): the parts
 *
 * Takes all off the desktop.
 */
void
hoist_desktop_parts_free (HoistDesktopParts *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->finding);
  g_clear_object (&self->finding);
  g_clear_object (&self->launcher);
  g_clear_object (&self->background);
  g_clear_object (&self->notifier);
  g_clear_object (&self->tray);
  g_clear_object (&self->activation);
  g_free (self);
}

static void
links_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistWindow) window = HOIST_WINDOW (user_data);
  g_autoptr (GError) error = NULL;
  gboolean found = hoist_portal_find_finish (result, &error);

  if (error == NULL)
    hoist_window_set_opens_links (window, found);
}

/* Without that portal GLib 2.84 does not fail to open a link, but ends the program
 * (gio/gopenuriportal.c, call_data_free()). */
static void
find_links (HoistDesktopParts *self, HoistWindow *window)
{
  GDBusConnection *connection = g_application_get_dbus_connection (self->application);

  if (!hoist_portal_is_sandboxed () || connection == NULL)
    return;
  g_cancellable_cancel (self->finding);
  g_clear_object (&self->finding);
  self->finding = g_cancellable_new ();
  hoist_portal_find_async (connection, LINKS_INTERFACE, self->finding, links_found_cb,
                           g_object_ref (window));
}

/**
 * hoist_desktop_parts_enter:
 * @self: the parts
 * @window: what shows the uploads
 * @uploader: whose uploads they are
 *
 * Shows the uploads wherever the desktop has a place for it, until hoist_desktop_parts_leave().
 */
void
hoist_desktop_parts_enter (HoistDesktopParts *self, HoistWindow *window, HoistUploader *uploader)
{
  GDBusConnection *connection = g_application_get_dbus_connection (self->application);

  hoist_tray_keeper_show (self->tray, window, uploader);
  hoist_batch_notifier_show (self->notifier, window, uploader);
  hoist_background_keeper_follow (self->background, window, uploader);
  g_clear_object (&self->launcher);
  if (connection != NULL)
    self->launcher = hoist_launcher_entry_new (uploader, connection, NULL);
  find_links (self, window);
}

/**
 * hoist_desktop_parts_leave:
 * @self: the parts
 *
 * Forgets the window and its uploads.
 */
void
hoist_desktop_parts_leave (HoistDesktopParts *self)
{
  g_cancellable_cancel (self->finding);
  g_clear_object (&self->finding);
  hoist_background_keeper_forget (self->background);
  hoist_tray_keeper_hide (self->tray);
  hoist_batch_notifier_hide (self->notifier);
  g_clear_object (&self->launcher);
}

/**
 * hoist_desktop_parts_go_on:
 * @self: the parts, with a window
 *
 * Goes on with what was not finished.
 */
void
hoist_desktop_parts_go_on (HoistDesktopParts *self)
{
  hoist_background_keeper_go_on (self->background);
}

/**
 * hoist_desktop_parts_close_window:
 * @self: the parts
 *
 * Hides the window when there is work left.
 *
 * Returns: %FALSE when closing the window should end the program
 */
gboolean
hoist_desktop_parts_close_window (HoistDesktopParts *self)
{
  return hoist_background_keeper_close_window (self->background);
}

/**
 * hoist_desktop_parts_present:
 * @self: the parts
 * @window: a window
 *
 * Brings a window to the front because a person asked for it just now.
 */
void
hoist_desktop_parts_present (HoistDesktopParts *self, GtkWindow *window)
{
  hoist_activation_present (self->activation, window);
}

/**
 * hoist_desktop_parts_take_platform_data:
 * @self: the parts
 * @platform_data: of a call over D-Bus
 *
 * Keeps what proves that a person asked for it, for the next window that is presented.
 */
void
hoist_desktop_parts_take_platform_data (HoistDesktopParts *self, GVariant *platform_data)
{
  hoist_activation_take_token (self->activation,
                               hoist_activation_token_from_platform_data (platform_data));
}

/**
 * hoist_desktop_parts_add_platform_data:
 * @builder: platform data of a call to the process that runs already
 *
 * Passes on what this process was started with. GTK does so for X11; the versions that
 * Hoist builds with need help for Wayland.
 */
void
hoist_desktop_parts_add_platform_data (GVariantBuilder *builder)
{
  const char *token = g_getenv ("XDG_ACTIVATION_TOKEN");

  if (hoist_activation_token_is_valid (token))
    g_variant_builder_add (builder, "{sv}", HOIST_ACTIVATION_TOKEN, g_variant_new_string (token));
}
