/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-uploader.h"

G_BEGIN_DECLS

/* Shows what proves one delivery, and has it verified again. */
#define HOIST_TYPE_RECEIPT_WINDOW (hoist_receipt_window_get_type ())
G_DECLARE_FINAL_TYPE (HoistReceiptWindow, hoist_receipt_window, HOIST, RECEIPT_WINDOW, AdwWindow)

GtkWidget *hoist_receipt_window_new (HoistUploader *uploader,
                                     guint64 id,
                                     const char *destination_name);

G_END_DECLS
