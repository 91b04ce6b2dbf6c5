/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-window-private.h"

#define LINK_KEY "hoist-link"

static void
refused_response_cb (GtkWidget *dialog, const char *response)
{
  if (g_str_equal (response, "copy"))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (dialog),
                            g_object_get_data (G_OBJECT (dialog), LINK_KEY));
}

/* The address is shown, so that it can be had all the same. */
static void
tell_refused (GtkWindow *about, const char *uri, const char *reason)
{
  g_autofree char *body = g_strdup_printf ("%s\n\n%s", reason, uri);
  GtkWidget *dialog = adw_message_dialog_new (about, _ ("The link could not be opened"), body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "close",
                                    _ ("_Close"), "copy", _ ("C_opy Link"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "close");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  g_object_set_data_full (G_OBJECT (dialog), LINK_KEY, g_strdup (uri), g_free);
  g_signal_connect (dialog, "response", G_CALLBACK (refused_response_cb), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *uri = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      gtk_widget_get_mapped (GTK_WIDGET (source)))
    tell_refused (GTK_WINDOW (source), uri, error->message);
}

/* libadwaita would open it without asking whether that is possible: without a portal for it
 * GLib 2.84 ends the program (src/app/hoist-desktop-parts.c). */
static gboolean
link_cb (GtkWindow *about, const char *uri, HoistWindow *self)
{
  if (self->opens_no_links)
    tell_refused (about, uri, _ ("This desktop has no portal that opens links."));
  else
    gtk_show_uri_full (about, uri, GDK_CURRENT_TIME, NULL, opened_cb, g_strdup (uri));
  return TRUE;
}

void
_hoist_window_about_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  const char *comments =
    _ ("Sends files and folders straight to object storage, and survives a lost network, a crash "
       "and a reboot on the way.");
  GtkWidget *about = adw_about_window_new ();

  g_object_set (
    about, "application-name",
    _ ("Hoist"), "application-icon", HOIST_APP_ID, "version", HOIST_VERSION, "developer-name",
       _ ("The Hoist project"), "license-type", GTK_LICENSE_GPL_3_0, "comments", comments, NULL);
  g_signal_connect_object (about, "activate-link", G_CALLBACK (link_cb), widget, 0);
  gtk_window_set_modal (GTK_WINDOW (about), TRUE);
  gtk_window_set_transient_for (GTK_WINDOW (about), GTK_WINDOW (widget));
  gtk_window_present (GTK_WINDOW (about));
}
