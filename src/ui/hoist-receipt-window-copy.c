/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A receipt goes elsewhere: to the clipboard, or into a file. */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-receipt-format.h"
#include "hoist-receipt-window-private.h"

static void
show_toast (HoistReceiptWindow *self, const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (markup));
}

/* Puts @text into the clipboard, and says so. */
void
_hoist_receipt_window_copy (HoistReceiptWindow *self, const char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  show_toast (self, _ ("Copied"));
}

static void
copy_text_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistReceiptWindow *self = HOIST_RECEIPT_WINDOW (widget);
  g_autofree char *text = hoist_receipt_format_text (self->receipt, self->destination_name);

  _hoist_receipt_window_copy (self, text);
}

static void
copy_sums_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistReceiptWindow *self = HOIST_RECEIPT_WINDOW (widget);
  g_autofree char *line = hoist_receipt_dup_sums_line (self->receipt);
  g_autofree char *valid = line != NULL ? g_utf8_make_valid (line, -1) : NULL;

  if (valid != NULL)
    _hoist_receipt_window_copy (self, valid);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistReceiptWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    show_toast (self, _ ("Exported"));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      /* Translators: %s says why */
      text = g_strdup_printf (_ ("The receipt could not be exported: %s"), error->message);
      show_toast (self, text);
    }
}

static void
save (HoistReceiptWindow *self, GFile *file)
{
  g_autofree char *line = self->exports_json ? hoist_receipt_format_json (self->receipt)
                                             : hoist_receipt_dup_sums_line (self->receipt);
  g_autoptr (GBytes) contents = NULL;
  char *text;

  if (line == NULL)
    return;
  text = g_strconcat (line, "\n", NULL);
  contents = g_bytes_new_take (text, strlen (text));
  g_file_replace_contents_bytes_async (file, contents, NULL, FALSE, G_FILE_CREATE_NONE,
                                       self->cancellable, saved_cb, g_object_ref (self));
}

static void
chosen_cb (HoistReceiptWindow *self, int response, GtkFileChooser *chooser)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (chooser);

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    save (self, file);
  g_clear_object (&self->saver);
}

static void
export_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistReceiptWindow *self = HOIST_RECEIPT_WINDOW (widget);
  g_autofree char *base = g_path_get_basename (self->receipt->name);
  g_autofree char *name = NULL;

  self->exports_json = g_str_equal (action_name, "receipt.export-json");
  name = self->exports_json ? g_strconcat (base, ".receipt.json", NULL) : g_strdup ("SHA256SUMS");
  g_clear_object (&self->saver);
  self->saver = gtk_file_chooser_native_new (_ ("Export Receipt"), GTK_WINDOW (self),
                                                GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->saver), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->saver), TRUE);
  g_signal_connect_object (self->saver, "response", G_CALLBACK (chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->saver));
}

void
_hoist_receipt_window_install_copy_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "receipt.copy-text", NULL, copy_text_cb);
  gtk_widget_class_install_action (widget_class, "receipt.copy-sums", NULL, copy_sums_cb);
  gtk_widget_class_install_action (widget_class, "receipt.export-json", NULL, export_cb);
  gtk_widget_class_install_action (widget_class, "receipt.export-sums", NULL, export_cb);
}
