/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-destinations-window.h"
#include "hoist-preferences-window.h"
#include "hoist-window-private.h"

static GArray *
list_restored (HoistWindow *self)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  const HoistUploadInfo *info;

  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if (info->restored)
      g_array_append_val (ids, info->id);
  return ids;
}

static void
command_restored (HoistWindow *self, HoistCommand command)
{
  g_autoptr (GArray) ids = list_restored (self);

  hoist_uploader_command (self->uploader, command, (const guint64 *) ids->data, ids->len);
}

static void
restored_continue_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  command_restored (HOIST_WINDOW (widget), HOIST_COMMAND_RESUME);
}

static void
discard_response_cb (HoistWindow *self, const char *response)
{
  if (g_str_equal (response, "discard"))
    command_restored (self, HOIST_COMMAND_CANCEL);
}

static void
restored_discard_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  g_autofree char *heading = NULL;
  GtkWidget *dialog;
  AdwMessageDialog *message;

  heading = g_strdup_printf (ngettext ("Discard %u Unfinished Upload?",
                                       "Discard %u Unfinished Uploads?", self->shown_restored),
                             self->shown_restored);
  dialog = adw_message_dialog_new (
    GTK_WINDOW (self), heading,
    _ ("What was already sent is deleted from the server. The files on this computer stay."));
  message = ADW_MESSAGE_DIALOG (dialog);
  adw_message_dialog_add_responses (message, "cancel",
                                    _ ("_Cancel"), "discard", _ ("_Discard"), NULL);
  adw_message_dialog_set_response_appearance (message, "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (message, "cancel");
  adw_message_dialog_set_close_response (message, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (discard_response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
ask_keyring_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_signal_emit_by_name (widget, "ask-keyring");
}

static void
dismiss_not_kept_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  hoist_banner_hide (HOIST_WINDOW (widget)->not_kept_banner);
}

static void
destinations_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  GtkWidget *window = hoist_destinations_window_new (self->backend);

  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  g_signal_connect_object (window, "saved", G_CALLBACK (_hoist_window_destination_saved), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}

static void
limits_changed_cb (HoistWindow *self, HoistPreferencesWindow *preferences)
{
  HoistLimits limits;

  hoist_preferences_window_read_limits (preferences, &limits);
  hoist_window_set_limits (self, &limits);
}

/* The window's preferences, when they are open: they can be asked for from outside, too. */
static GtkWindow *
find_preferences (HoistWindow *self)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWindow) toplevel = g_list_model_get_item (toplevels, i);

      /* GTK holds it for as long as it is in the list. */
      if (HOIST_IS_PREFERENCES_WINDOW (toplevel) &&
          gtk_window_get_transient_for (toplevel) == GTK_WINDOW (self))
        return toplevel;
    }
  return NULL;
}

static void
preferences_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  GtkWidget *window;

  if (find_preferences (self) != NULL)
    {
      gtk_window_present (find_preferences (self));
      return;
    }
  window =
    hoist_preferences_window_new (gtk_window_get_application (GTK_WINDOW (self)), &self->limits);
  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  g_signal_connect_object (window, "limits-changed", G_CALLBACK (limits_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}

static void
shortcuts_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GtkApplicationWindow *window = GTK_APPLICATION_WINDOW (widget);

  /* Made when first asked for. Only as the help overlay it knows the keys of the actions. */
  if (gtk_application_window_get_help_overlay (window) == NULL)
    {
      g_autoptr (GtkBuilder) builder =
        gtk_builder_new_from_resource ("/io/github/hoist/Hoist/ui/hoist-shortcuts-window.ui");

      gtk_application_window_set_help_overlay (
        window, GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "shortcuts_window")));
    }
  gtk_window_present (GTK_WINDOW (gtk_application_window_get_help_overlay (window)));
}

static void
show_details_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  const char *title;
  const char *detail;
  GtkWidget *dialog;

  g_variant_get (parameter, "(&s&s)", &title, &detail);
  dialog = adw_message_dialog_new (GTK_WINDOW (widget), title, detail);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

void
_hoist_window_install_dialog_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "win.restored-continue", restored_continue_cb },
    { "win.restored-discard", restored_discard_cb },
    { "win.ask-keyring", ask_keyring_cb },
    { "win.dismiss-not-kept", dismiss_not_kept_cb },
    { "win.destinations", destinations_cb },
    { "win.preferences", preferences_cb },
    { "win.shortcuts", shortcuts_cb },
    { "win.about", _hoist_window_about_cb },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);
  gtk_widget_class_install_action (widget_class, "win.show-details", "(ss)", show_details_cb);
}

/**
 * hoist_window_install_accels:
 * @application: the application
 *
 * Binds the window's actions, and the application's `app.quit`, to their keys.
 */
void
hoist_window_install_accels (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *accels[2];
  } keys[] = {
    { "win.add-files", { "<Control>o" } },
    { "win.add-folder", { "<Control><Shift>o" } },
    { "win.pause-all", { "<Control>p" } },
    { "win.resume-all", { "<Control>r" } },
    { "win.preferences", { "<Control>comma" } },
    { "win.shortcuts", { "<Control>question" } },
    { "win.copy-links", { "<Control>c" } },
    { "window.close", { "<Control>w" } },
    { "app.quit", { "<Control>q" } },
  };

  g_return_if_fail (GTK_IS_APPLICATION (application));

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_application_set_accels_for_action (application, keys[i].action, keys[i].accels);
}

/* Says something short that needs no answer. */
void
_hoist_window_show_toast (HoistWindow *self, const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (markup));
}

/* Says that something failed that no row tells of. A toast has one line: the
 * reason is behind its button. */
void
_hoist_window_show_error (HoistWindow *self, const char *title, const GError *error)
{
  g_autofree char *markup = g_markup_escape_text (title, -1);
  AdwToast *toast = adw_toast_new (markup);

  adw_toast_set_button_label (toast, _ ("_Details"));
  adw_toast_set_action_name (toast, "win.show-details");
  adw_toast_set_action_target (toast, "(ss)", title, error->message);
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}
