/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-activation.h"

#ifdef GDK_WINDOWING_X11
#include <gdk/x11/gdkx.h>
#endif

#include "hoist-activation-token.h"

/* A cold start, with a keyring that has to be unlocked; desktops forget tokens by themselves. */
#define TOKEN_LIFE_US (30 * G_USEC_PER_SEC)

/* Notification daemons say everybody's tokens to everybody. One that is meant for Hoist is
 * followed by the click at once. */
#define HEARD_TOKEN_LIFE_US G_USEC_PER_SEC

#define NOTIFICATIONS "org.freedesktop.Notifications"

/**
 * HoistActivation:
 *
 * Desktops let a window come to the front only when a person asked for it. What proves that is a
 * token under Wayland and the time of the click under X11, and it arrives before the call that
 * needs it: with the platform data of a D-Bus call, from the tray, from the notification
 * daemon, or in the environment. It is kept here until a window is presented, and serves once.
 */
struct _HoistActivation
{
  GObject parent_instance;

  GDBusConnection *connection; /* (owned) (nullable) */
  guint signal_id;
  char *token; /* (owned) (nullable) */
  gint64 expires_us;
};

G_DEFINE_FINAL_TYPE (HoistActivation, hoist_activation, G_TYPE_OBJECT)

static void
keep (HoistActivation *self, char *token, gint64 life_us)
{
  g_free (self->token);
  self->token = token;
  self->expires_us = g_get_monotonic_time () + life_us;
}

/* Version 1.2 of the specification; GLib 2.74 does not pass it on. */
static void
heard_cb (GDBusConnection *connection,
          const char *sender,
          const char *path,
          const char *interface,
          const char *signal,
          GVariant *parameters,
          gpointer user_data)
{
  const char *token;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(us)")))
    return;
  g_variant_get (parameters, "(u&s)", NULL, &token);
  if (hoist_activation_token_is_valid (token))
    keep (HOIST_ACTIVATION (user_data), g_strdup (token), HEARD_TOKEN_LIFE_US);
}

static void
hoist_activation_dispose (GObject *object)
{
  HoistActivation *self = HOIST_ACTIVATION (object);

  if (self->signal_id != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->signal_id);
  self->signal_id = 0;
  g_clear_object (&self->connection);
  g_clear_pointer (&self->token, g_free);
  G_OBJECT_CLASS (hoist_activation_parent_class)->dispose (object);
}

static void
hoist_activation_class_init (HoistActivationClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hoist_activation_dispose;
}

static void
hoist_activation_init (HoistActivation *self)
{
}

/**
 * hoist_activation_new:
 *
 * Makes one with the token that this process was started with, if there is one.
 *
 * Returns: (transfer full): the object
 */
HoistActivation *
hoist_activation_new (void)
{
  HoistActivation *self = g_object_new (HOIST_TYPE_ACTIVATION, NULL);
  const char *token = g_getenv ("XDG_ACTIVATION_TOKEN");

  if (hoist_activation_token_is_valid (token))
    keep (self, g_strdup (token), TOKEN_LIFE_US);
  return self;
}

/**
 * hoist_activation_listen:
 * @self: the object
 * @connection: a session bus
 *
 * Hears the tokens that notification daemons give along with a click.
 */
void
hoist_activation_listen (HoistActivation *self, GDBusConnection *connection)
{
  g_return_if_fail (HOIST_IS_ACTIVATION (self));
  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));
  g_return_if_fail (self->connection == NULL);

  self->connection = g_object_ref (connection);
  self->signal_id =
    g_dbus_connection_signal_subscribe (connection, NOTIFICATIONS, NOTIFICATIONS, "ActivationToken",
                                        "/org/freedesktop/Notifications", NULL,
                                        G_DBUS_SIGNAL_FLAGS_NONE, heard_cb, self, NULL);
}

/**
 * hoist_activation_take_token:
 * @self: the object
 * @token: (transfer full) (nullable): a valid token, or nothing
 *
 * Keeps a token for the next window that is presented.
 */
void
hoist_activation_take_token (HoistActivation *self, char *token)
{
  g_return_if_fail (HOIST_IS_ACTIVATION (self));

  if (token != NULL)
    keep (self, token, TOKEN_LIFE_US);
}

/* Under X11 the window manager compares times: without one it takes the last click into this
 * window for the reason, which may be hours ago. */
static guint32
get_click_time (GtkWindow *window)
{
#ifdef GDK_WINDOWING_X11
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (window));

  if (surface != NULL && GDK_IS_X11_SURFACE (surface))
    return gdk_x11_get_server_time (surface);
#endif
  return GDK_CURRENT_TIME;
}

/**
 * hoist_activation_present:
 * @self: the object
 * @window: a window
 *
 * Brings a window to the front because a person asked for it just now.
 */
void
hoist_activation_present (HoistActivation *self, GtkWindow *window)
{
  g_autofree char *token = NULL;

  g_return_if_fail (HOIST_IS_ACTIVATION (self));
  g_return_if_fail (GTK_IS_WINDOW (window));

  token = g_steal_pointer (&self->token);
  if (token == NULL || g_get_monotonic_time () > self->expires_us)
    {
      gtk_window_present_with_time (window, get_click_time (window));
      return;
    }
  gtk_window_set_startup_id (window, token);
  gtk_window_present (window);
}
