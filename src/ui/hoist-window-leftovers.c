/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What other runs left on the servers: asked for when the window comes up, and said in a banner. */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-leftovers-window.h"
#include "hoist-window-private.h"

/* Asked again when a person comes back to the window, but not with each glance. */
#define ASK_AGAIN_US (10 * 60 * (gint64) G_USEC_PER_SEC)

/* What could not be asked, offline or before the keyring gave the token, is asked after this
 * time, and twice and four times it, up to the longest. */
#define TRY_AGAIN_S 2
#define MAX_TRY_AGAIN_S 600

static gboolean
try_again_cb (gpointer user_data)
{
  HoistWindow *self = HOIST_WINDOW (user_data);

  self->leftovers_retry_id = 0;
  hoist_leftovers_refresh (self->leftovers);
  return G_SOURCE_REMOVE;
}

static void
try_again_later (HoistWindow *self)
{
  if (hoist_leftovers_get_error (self->leftovers) == NULL)
    {
      self->leftovers_delay_s = 0;
      return;
    }
  if (self->leftovers_retry_id != 0)
    return;
  self->leftovers_delay_s = CLAMP (2 * self->leftovers_delay_s, TRY_AGAIN_S, MAX_TRY_AGAIN_S);
  self->leftovers_retry_id = g_timeout_add_seconds (self->leftovers_delay_s, try_again_cb, self);
}

static void
show_banner (HoistWindow *self)
{
  guint n = hoist_leftovers_get_length (self->leftovers);
  g_autofree char *sum = NULL;
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;

  if (hoist_leftovers_is_loading (self->leftovers))
    return;
  try_again_later (self);
  if (n == 0 || self->leftovers_seen)
    {
      hoist_banner_hide (self->leftovers_banner);
      return;
    }
  sum = hoist_leftovers_dup_sum (self->leftovers);
  /* Translators: %s is an amount of data, such as “12.4 GB”. */
  title = g_strdup_printf (_ ("Unfinished uploads hold %s"), sum);
  detail = g_strdup_printf (ngettext ("%u was begun by another computer, or before Hoist was "
                                      "installed anew.",
                                      "%u were begun by other computers, or before Hoist was "
                                      "installed anew.",
                                      n),
                            n);
  hoist_banner_show (self->leftovers_banner, title, detail);
}

static gboolean
is_due (HoistWindow *self)
{
  gint64 passed_us = g_get_monotonic_time () - self->leftovers_asked_us;

  if (hoist_leftovers_is_loading (self->leftovers))
    return FALSE;
  return self->leftovers_asked_us == 0 || passed_us >= ASK_AGAIN_US;
}

static void
ask_if_due (HoistWindow *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || !is_due (self))
    return;
  self->leftovers_asked_us = g_get_monotonic_time ();
  hoist_leftovers_refresh (self->leftovers);
}

/* A destination is there now, or has its token. */
static void
ask_anew (HoistWindow *self)
{
  self->leftovers_asked_us = 0;
  ask_if_due (self);
}

static GtkWidget *
open_leftovers (HoistWindow *self)
{
  GtkWidget *window = hoist_leftovers_window_new (self->leftovers, self->uploader, self->backend);

  self->leftovers_seen = TRUE;
  hoist_banner_hide (self->leftovers_banner);
  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static void
leftovers_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);

  if (!hoist_leftovers_is_loading (self->leftovers))
    hoist_leftovers_refresh (self->leftovers);
  open_leftovers (self);
}

static void
clear_leftovers_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  gtk_widget_activate_action (open_leftovers (HOIST_WINDOW (widget)), "leftovers.clear-all", NULL);
}

void
_hoist_window_install_leftovers_actions (GtkWidgetClass *widget_class)
{
  g_type_ensure (HOIST_TYPE_LEFTOVERS_WINDOW);
  gtk_widget_class_install_action (widget_class, "win.leftovers", NULL, leftovers_cb);
  gtk_widget_class_install_action (widget_class, "win.clear-leftovers", NULL, clear_leftovers_cb);
}

void
_hoist_window_leftovers_init (HoistWindow *self)
{
  self->leftovers = hoist_leftovers_new (self->uploader, self->backend);
  g_signal_connect_object (self->leftovers, "changed", G_CALLBACK (show_banner), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "map", G_CALLBACK (ask_if_due), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::is-active", G_CALLBACK (ask_if_due), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hoist_destination_backend_get_destinations (self->backend),
                           "items-changed", G_CALLBACK (ask_anew), self, G_CONNECT_SWAPPED);
}
