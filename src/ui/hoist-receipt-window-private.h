/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-receipt-window.h"

G_BEGIN_DECLS

struct _HoistReceiptWindow
{
  AdwWindow parent_instance;

  HoistUploader *uploader; /* (owned) */
  guint64 id;
  char *destination_name;      /* (owned) (nullable) */
  HoistReceipt *receipt;       /* (owned) (nullable) once it is there */
  GCancellable *cancellable;   /* (owned) ends what is asked when the window goes */
  GtkFileChooserNative *saver; /* (owned) (nullable) */
  gboolean exports_json;       /* what @saver is for */

  AdwWindowTitle *title;
  GtkWidget *share_button;
  AdwToastOverlay *toast_overlay;
  GtkStack *stack;
  AdwStatusPage *error_page;
  AdwActionRow *proof_row;
  AdwActionRow *object_row;
  GtkImage *object_icon;
  GtkSpinner *object_spinner;
  AdwActionRow *file_row;
  GtkImage *file_icon;
  GtkSpinner *file_spinner;
  AdwPreferencesGroup *file_group;
  AdwPreferencesGroup *object_group;
  AdwPreferencesGroup *delivery_group;
};

/* hoist-receipt-window-share.c */
void _hoist_receipt_window_install_share_action (GtkWidgetClass *widget_class);
void _hoist_receipt_window_ask_for_share (HoistReceiptWindow *self);

/* hoist-receipt-window-copy.c */
void _hoist_receipt_window_install_copy_actions (GtkWidgetClass *widget_class);
void _hoist_receipt_window_copy (HoistReceiptWindow *self, const char *text);

G_END_DECLS
