/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-receipt-format.h"
#include "hoist-receipt-window-private.h"

G_DEFINE_FINAL_TYPE (HoistReceiptWindow, hoist_receipt_window, ADW_TYPE_WINDOW)

/* --- What it shows ------------------------------------------------------------------------------ */

static void
copy_clicked_cb (HoistReceiptWindow *self, GtkWidget *button)
{
  _hoist_receipt_window_copy (self, g_object_get_data (G_OBJECT (button), "text"));
}

static GtkWidget *
make_copy_button (HoistReceiptWindow *self, const HoistReceiptRow *row)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  g_autofree char *label = NULL;

  /* Translators: a button; %s is a line of a receipt, such as «SHA-256» */
  label = g_strdup_printf (_ ("Copy %s"), row->title);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "text", g_strdup (row->value), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (copy_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  return button;
}

static void
add_row (HoistReceiptWindow *self, const HoistReceiptRow *row)
{
  AdwPreferencesGroup *groups[] = { self->file_group, self->object_group, self->delivery_group };
  GtkWidget *widget = adw_action_row_new ();

  /* Values are of others: nothing in them is markup. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (widget), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (widget), row->title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (widget), row->value);
  gtk_widget_add_css_class (widget, "receipt-row");
  if (row->exact)
    {
      gtk_widget_add_css_class (widget, "exact");
      adw_action_row_add_suffix (ADW_ACTION_ROW (widget), make_copy_button (self, row));
    }
  adw_preferences_group_add (groups[row->group], widget);
}

/* The one that is shown at the top already. */
static gboolean
is_proof (const HoistReceiptWindow *self, const HoistReceiptRow *row)
{
  return g_str_equal (row->value, hoist_receipt_format_proof (self->receipt));
}

static void
set_icon (GtkImage *image, const char *icon_name, const char *css_class)
{
  static const char *const all[] = { "success", "warning", "error" };

  gtk_image_set_from_icon_name (image, icon_name);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_strcmp0 (all[i], css_class) == 0)
      gtk_widget_add_css_class (GTK_WIDGET (image), all[i]);
    else
      gtk_widget_remove_css_class (GTK_WIDGET (image), all[i]);
}

static void
show_object (HoistReceiptWindow *self,
             HoistObjectVerdict verdict,
             guint differences,
             const char *message,
             gint64 time_us)
{
  static const struct
  {
    const char *icon_name;
    const char *css_class;
  } looks[HOIST_N_OBJECT_VERDICTS] = {
    [HOIST_OBJECT_UNKNOWN] = { "network-server-symbolic", NULL },
    [HOIST_OBJECT_SAME] = { "emblem-ok-symbolic", "success" },
    [HOIST_OBJECT_REPLACED] = { "dialog-warning-symbolic", "error" },
    [HOIST_OBJECT_GONE] = { "dialog-warning-symbolic", "error" },
  };
  g_autofree char *words = hoist_verification_format_object (verdict, differences, message);
  g_autofree char *time = hoist_receipt_format_time (time_us);
  g_autofree char *when = NULL;

  if (verdict == HOIST_OBJECT_UNKNOWN && message != NULL)
    set_icon (self->object_icon, "dialog-warning-symbolic", "warning");
  else
    set_icon (self->object_icon, looks[verdict].icon_name, looks[verdict].css_class);
  /* Translators: when the storage was asked last; %s is a date and a time */
  when = time != NULL ? g_strdup_printf (_ ("Asked on %s"), time) : g_strdup ("");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->object_row), words);
  adw_action_row_set_subtitle (self->object_row, when);
}

static void
show_file (HoistReceiptWindow *self, HoistFileVerdict verdict, const char *message)
{
  g_autofree char *words = hoist_verification_format_file (verdict, message);

  if (words == NULL)
    return;
  if (verdict == HOIST_FILE_SAME)
    set_icon (self->file_icon, "emblem-ok-symbolic", "success");
  else
    set_icon (self->file_icon, "dialog-warning-symbolic", "warning");
  adw_action_row_set_subtitle (self->file_row, words);
}

static void
show_receipt (HoistReceiptWindow *self)
{
  const HoistReceipt *receipt = self->receipt;
  g_autoptr (GPtrArray) rows = hoist_receipt_format_rows (receipt, self->destination_name);

  adw_window_title_set_subtitle (self->title, receipt->name);
  adw_action_row_set_subtitle (self->proof_row, hoist_receipt_format_proof (receipt));
  for (guint i = 0; i < rows->len; i++)
    if (!is_proof (self, g_ptr_array_index (rows, i)))
      add_row (self, g_ptr_array_index (rows, i));
  if (receipt->verified_us > 0)
    show_object (self, receipt->verdict, 0, NULL, receipt->verified_us);
  else
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->object_row),
                                     _ ("Object in the storage"));
      adw_action_row_set_subtitle (self->object_row, _ ("Not verified again yet"));
    }
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "receipt.copy-sums",
                                 receipt->whole == HOIST_WHOLE_KNOWN);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "receipt.export-sums",
                                 receipt->whole == HOIST_WHOLE_KNOWN);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "receipt.copy-text", TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "receipt.export-json", TRUE);
  gtk_stack_set_visible_child_name (self->stack, "receipt");
}

static void
show_error (HoistReceiptWindow *self, const char *message)
{
  g_autofree char *markup = g_markup_escape_text (message, -1);

  adw_status_page_set_description (self->error_page, markup);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

static void
got_receipts_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistReceiptWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) receipts =
    hoist_uploader_receipts_finish (HOIST_UPLOADER (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (receipts == NULL)
    show_error (self, error->message);
  else if (receipts->len == 0)
    show_error (self, _ ("This upload is not in the list any more."));
  else
    {
      self->receipt = g_ptr_array_steal_index (receipts, 0);
      show_receipt (self);
      _hoist_receipt_window_ask_for_share (self);
    }
}

/* --- Verify again ------------------------------------------------------------------------------- */

static void
set_busy (HoistReceiptWindow *self, const char *action, GtkSpinner *spinner, gboolean busy)
{
  gtk_spinner_set_spinning (spinner, busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), action, !busy);
}

static HoistVerification *
finish_verify (HoistReceiptWindow *self, GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results =
    hoist_uploader_verify_finish (HOIST_UPLOADER (source), result, &error);
  HoistVerification *verification;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return NULL;
  if (results != NULL && results->len > 0)
    return g_ptr_array_steal_index (results, 0);
  verification = hoist_verification_new (self->id);
  if (error != NULL)
    hoist_verification_set_error (verification, error);
  return verification;
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistReceiptWindow) self = user_data;
  g_autoptr (HoistVerification) verification = finish_verify (self, source, result);

  if (verification == NULL)
    return;
  set_busy (self, "receipt.verify", self->object_spinner, FALSE);
  show_object (self, verification->object, verification->differences, verification->message,
               verification->time_us > 0 ? verification->time_us : g_get_real_time ());
  if (verification->object == HOIST_OBJECT_UNKNOWN)
    return;
  self->receipt->verdict = verification->object;
  self->receipt->verified_us = verification->time_us;
}

static void
compared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistReceiptWindow) self = user_data;
  g_autoptr (HoistVerification) verification = finish_verify (self, source, result);

  if (verification == NULL)
    return;
  set_busy (self, "receipt.compare", self->file_spinner, FALSE);
  show_file (self, verification->file, verification->file_message);
}

static void
verify_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistReceiptWindow *self = HOIST_RECEIPT_WINDOW (widget);
  gboolean with_file = g_str_equal (action_name, "receipt.compare");

  if (self->receipt == NULL)
    return;
  set_busy (self, action_name, with_file ? self->file_spinner : self->object_spinner, TRUE);
  hoist_uploader_verify_async (self->uploader, &self->id, 1, with_file, self->cancellable,
                               with_file ? compared_cb : verified_cb, g_object_ref (self));
}

/* --- The object --------------------------------------------------------------------------------- */

static void
hoist_receipt_window_dispose (GObject *object)
{
  HoistReceiptWindow *self = HOIST_RECEIPT_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->saver);
  g_clear_object (&self->uploader);
  G_OBJECT_CLASS (hoist_receipt_window_parent_class)->dispose (object);
}

static void
hoist_receipt_window_finalize (GObject *object)
{
  HoistReceiptWindow *self = HOIST_RECEIPT_WINDOW (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->receipt, hoist_receipt_free);
  g_free (self->destination_name);
  G_OBJECT_CLASS (hoist_receipt_window_parent_class)->finalize (object);
}

/* What is under way holds a reference: without this, closing would wait for it. */
static gboolean
hoist_receipt_window_close_request (GtkWindow *window)
{
  g_cancellable_cancel (HOIST_RECEIPT_WINDOW (window)->cancellable);
  return GTK_WINDOW_CLASS (hoist_receipt_window_parent_class)->close_request (window);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, title);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, share_button);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, error_page);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, proof_row);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, object_row);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, object_icon);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, object_spinner);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, file_row);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, file_icon);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, file_spinner);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, file_group);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, object_group);
  gtk_widget_class_bind_template_child (widget_class, HoistReceiptWindow, delivery_group);
}

static void
hoist_receipt_window_class_init (HoistReceiptWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hoist_receipt_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = hoist_receipt_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = hoist_receipt_window_close_request;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-receipt-window.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "receipt.verify", NULL, verify_cb);
  gtk_widget_class_install_action (widget_class, "receipt.compare", NULL, verify_cb);
  _hoist_receipt_window_install_copy_actions (widget_class);
  _hoist_receipt_window_install_share_action (widget_class);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hoist_receipt_window_init (HoistReceiptWindow *self)
{
  static const char *const later[] = { "receipt.copy-text", "receipt.copy-sums",
                                       "receipt.export-json", "receipt.export-sums" };

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (later); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), later[i], FALSE);
}

/**
 * hoist_receipt_window_new:
 * @uploader: who has the receipt
 * @id: an upload that is done
 * @destination_name: (nullable): what its destination is called
 *
 * Makes a window with the receipt of a delivery, which is fetched.
 *
 * Returns: (transfer none): the window, owned by GTK
 */
GtkWidget *
hoist_receipt_window_new (HoistUploader *uploader, guint64 id, const char *destination_name)
{
  HoistReceiptWindow *self = g_object_new (HOIST_TYPE_RECEIPT_WINDOW, NULL);

  self->uploader = g_object_ref (uploader);
  self->id = id;
  self->destination_name = g_strdup (destination_name);
  hoist_uploader_receipts_async (uploader, &self->id, 1, self->cancellable, got_receipts_cb,
                                 g_object_ref (self));
  return GTK_WIDGET (self);
}
