/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a receipt to a link. */

#include "config.h"

#include "hoist-receipt-window-private.h"
#include "hoist-share-window.h"

static void
share_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistReceiptWindow *self = HOIST_RECEIPT_WINDOW (widget);
  GtkWidget *window = hoist_share_window_new (self->uploader, self->id);

  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (window));
}

static void
may_share_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistReceiptWindow) self = user_data;
  g_autoptr (HoistShare) share =
    hoist_uploader_share_finish (HOIST_UPLOADER (source), result, NULL);

  if (share != NULL)
    gtk_widget_set_visible (self->share_button, TRUE);
}

/* Shows the button where there can be a link. */
void
_hoist_receipt_window_ask_for_share (HoistReceiptWindow *self)
{
  hoist_uploader_share_async (self->uploader, self->id, 0, self->cancellable, may_share_cb,
                              g_object_ref (self));
}

void
_hoist_receipt_window_install_share_action (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "receipt.share", NULL, share_cb);
}
