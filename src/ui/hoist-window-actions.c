/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-receipt-window.h"
#include "hoist-toast.h"
#include "hoist-undo-time.h"
#include "hoist-upload-details.h"
#include "hoist-window-private.h"

/* What a comparison is about. */
typedef struct
{
  HoistWindow *window; /* (owned) */
  guint64 id;
  char *name;      /* (owned) */
  AdwToast *toast; /* (owned) while comparing */
} Locate;

static void
locate_free (Locate *locate)
{
  g_clear_object (&locate->toast);
  g_clear_object (&locate->window);
  g_free (locate->name);
  g_free (locate);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Locate, locate_free)

static const HoistUploadInfo *
lookup (HoistWindow *self, GVariant *parameter)
{
  return hoist_upload_list_lookup_info (hoist_uploader_get_list (self->uploader),
                                        g_variant_get_uint64 (parameter));
}

static void
command_one (GtkWidget *widget, HoistCommand command, GVariant *parameter)
{
  guint64 id = g_variant_get_uint64 (parameter);

  hoist_uploader_command (HOIST_WINDOW (widget)->uploader, command, &id, 1);
}

static void
pause_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  command_one (widget, HOIST_COMMAND_PAUSE, parameter);
}

static void
resume_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  command_one (widget, HOIST_COMMAND_RESUME, parameter);
}

static void
retry_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  command_one (widget, HOIST_COMMAND_RETRY, parameter);
}

static void
forget_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  command_one (widget, HOIST_COMMAND_FORGET, parameter);
}

static void
toast_dismissed_cb (HoistWindow *self, AdwToast *toast)
{
  if (self->cancel_toast != toast)
    return;
  g_clear_object (&self->cancel_toast);
  g_array_set_size (self->cancelled_ids, 0);
}

/* One toast for all cancels that can still be undone, so that they do not queue up. */
static void
offer_undo (HoistWindow *self, const char *name)
{
  g_autofree char *text = NULL;

  if (self->cancelled_ids->len == 1)
    /* Translators: %s is the name of a file. */
    text = g_strdup_printf (_ ("“%s” cancelled"), name);
  else
    text = g_strdup_printf (ngettext ("%u upload cancelled", "%u uploads cancelled",
                                      self->cancelled_ids->len),
                            self->cancelled_ids->len);

  if (self->cancel_toast == NULL)
    {
      self->cancel_toast = adw_toast_new ("");
      adw_toast_set_button_label (self->cancel_toast, _ ("_Undo"));
      adw_toast_set_action_name (self->cancel_toast, "win.undo-cancel");
      adw_toast_set_priority (self->cancel_toast, ADW_TOAST_PRIORITY_HIGH);
      adw_toast_set_timeout (self->cancel_toast, hoist_undo_time_get_s ());
      g_signal_connect_object (self->cancel_toast, "dismissed", G_CALLBACK (toast_dismissed_cb),
                               self, G_CONNECT_SWAPPED);
    }
  hoist_toast_say_again (self->toast_overlay, self->cancel_toast, text);
}

static void
cancel_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  const HoistUploadInfo *info = lookup (self, parameter);
  g_autofree char *name = NULL;
  guint64 id;

  if (info == NULL)
    return;
  id = info->id;
  name = g_strdup (info->name);
  hoist_uploader_command (self->uploader, HOIST_COMMAND_CANCEL, &id, 1);
  g_array_append_val (self->cancelled_ids, id);
  offer_undo (self, name);
}

static void
undo_cancel_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);

  hoist_uploader_command (self->uploader, HOIST_COMMAND_UNDO_CANCEL,
                          (const guint64 *) self->cancelled_ids->data, self->cancelled_ids->len);
  g_array_set_size (self->cancelled_ids, 0);
}

static void
pause_all_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  hoist_uploader_command_all (HOIST_WINDOW (widget)->uploader, HOIST_COMMAND_PAUSE);
}

static void
resume_all_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  hoist_uploader_command_all (HOIST_WINDOW (widget)->uploader, HOIST_COMMAND_RESUME);
}

static void
clear_finished_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  const HoistUploadInfo *info;

  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if (info->state == HOIST_UPLOAD_DONE)
      g_array_append_val (ids, info->id);
  hoist_uploader_command (self->uploader, HOIST_COMMAND_FORGET, (const guint64 *) ids->data,
                          ids->len);
}

/* What whoever can help asks for, without any secret. */
static void
copy_details_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  const HoistUploadInfo *info = lookup (self, parameter);
  g_autoptr (HoistDestination) destination = NULL;
  g_autoptr (GPtrArray) details = NULL;
  g_autofree char *text = NULL;
  HoistDetailsContext context = { 0 };
  HoistNetworkState network;

  if (info == NULL)
    return;
  hoist_network_state_init (&network);
  hoist_network_state_take (&network, g_network_monitor_get_default ());
  destination = hoist_destination_backend_lookup (self->backend, info->destination_id);
  context.destination = destination;
  context.network = &network;
  context.n_before =
    hoist_upload_list_count_before (hoist_uploader_get_list (self->uploader), info);
  context.now_us = g_get_monotonic_time ();
  context.now_real_us = g_get_real_time ();
  details = hoist_upload_details_new (info, &context);
  text = hoist_upload_details_to_text (details);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  _hoist_window_show_toast (self, _ ("Details copied"));
}

/* Allows what holds uploads up, this time; and nothing else. */
static void
upload_anyway_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);

  if (self->shown_hold == HOIST_HOLD_METERED)
    hoist_uploader_set_metered (self->uploader, HOIST_ALLOWANCE_THIS_TIME);
  else if (self->shown_hold != HOIST_HOLD_NONE)
    hoist_uploader_set_power (self->uploader, HOIST_ALLOWANCE_THIS_TIME);
}

static void
not_same_response_cb (HoistWindow *self, const char *response, AdwMessageDialog *dialog)
{
  const guint64 *id = g_object_get_data (G_OBJECT (dialog), "upload-id");

  if (g_str_equal (response, "again"))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.upload-locate", "t", *id);
}

static void
tell_not_same (Locate *locate, const GError *error)
{
  GtkWidget *dialog =
    adw_message_dialog_new (GTK_WINDOW (locate->window), _ ("Not the Same File"), error->message);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_add_responses (message, "close",
                                    _ ("_Close"), "again", _ ("Choose _Another…"), NULL);
  adw_message_dialog_set_response_appearance (message, "again", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (message, "again");
  adw_message_dialog_set_close_response (message, "close");
  g_object_set_data_full (G_OBJECT (dialog), "upload-id",
                          g_memdup2 (&locate->id, sizeof locate->id), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (not_same_response_cb), locate->window,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
relocated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Locate) locate = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!hoist_uploader_relocate_finish (HOIST_UPLOADER (source), result, &error))
    {
      gboolean cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

      hoist_toast_settle (locate->window->toast_overlay, locate->toast,
                          cancelled ? _ ("Not compared")
                                    : _ ("The upload still waits for its file"));
      if (!cancelled)
        tell_not_same (locate, error);
      return;
    }
  /* Translators: %s is the name of a file that was moved and found again. */
  text = g_strdup_printf (_ ("“%s” is the same file: the upload goes on"), locate->name);
  hoist_toast_settle (locate->window->toast_overlay, locate->toast, text);
}

/* Says where the file of an upload is now. */
void
_hoist_window_relocate (HoistWindow *self, guint64 id, const char *path)
{
  const HoistUploadInfo *info =
    hoist_upload_list_lookup_info (hoist_uploader_get_list (self->uploader), id);
  g_autofree char *text = NULL;
  Locate *locate;

  if (info == NULL)
    return;
  /* Translators: %s is the name of a file. */
  text = g_strdup_printf (_ ("Comparing “%s” with what was sent…"), info->name);
  locate = g_new0 (Locate, 1);
  locate->window = g_object_ref (self);
  locate->id = id;
  locate->name = g_strdup (info->name);
  locate->toast = hoist_toast_begin (self->toast_overlay, text);
  hoist_uploader_relocate_async (self->uploader, id, path, NULL, relocated_cb, locate);
}

static void
located_cb (HoistWindow *self, int response, GtkFileChooser *chooser)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (chooser);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL)
    _hoist_window_note_chosen (self, (const char *const[]){ path, NULL });
  if (response == GTK_RESPONSE_ACCEPT && path != NULL)
    _hoist_window_relocate (self, self->locating_id, path);
  g_clear_object (&self->chooser);
}

static void
locate_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  const HoistUploadInfo *info = lookup (self, parameter);
  g_autofree char *title = NULL;
  GtkFileChooserNative *chooser;

  if (info == NULL)
    return;
  self->locating_id = info->id;

  /* Translators: the title of a file chooser; %s is the name of a file. */
  title = g_strdup_printf (_ ("Locate “%s”"), info->name);
  chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_OPEN,
                                         _ ("_Choose"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (located_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
  g_clear_object (&self->chooser);
  self->chooser = GTK_NATIVE_DIALOG (chooser);
}

static void
receipt_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  const HoistUploadInfo *info = lookup (self, parameter);
  g_autoptr (HoistDestination) destination = NULL;
  GtkWidget *window;

  if (info == NULL || info->state != HOIST_UPLOAD_DONE)
    return;
  destination = hoist_destination_backend_lookup (self->backend, info->destination_id);
  window = hoist_receipt_window_new (self->uploader, info->id,
                                     destination != NULL ? hoist_destination_get_name (destination)
                                                         : NULL);
  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (window));
}

void
_hoist_window_install_upload_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc activate;
  } one[] = {
    { "win.upload-pause", pause_cb },
    { "win.upload-resume", resume_cb },
    { "win.upload-retry", retry_cb },
    { "win.upload-cancel", cancel_cb },
    { "win.upload-forget", forget_cb },
    { "win.upload-locate", locate_cb },
    { "win.upload-copy-details", copy_details_cb },
    { "win.upload-receipt", receipt_cb },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (one); i++)
    gtk_widget_class_install_action (widget_class, one[i].name, "t", one[i].activate);
  gtk_widget_class_install_action (widget_class, "win.upload-anyway", NULL, upload_anyway_cb);
  gtk_widget_class_install_action (widget_class, "win.undo-cancel", NULL, undo_cancel_cb);
  gtk_widget_class_install_action (widget_class, "win.pause-all", NULL, pause_all_cb);
  gtk_widget_class_install_action (widget_class, "win.resume-all", NULL, resume_all_cb);
  gtk_widget_class_install_action (widget_class, "win.clear-finished", NULL, clear_finished_cb);
}
