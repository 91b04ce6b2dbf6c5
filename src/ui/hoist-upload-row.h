/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "hoist-destination-backend.h"
#include "hoist-uploader.h"

G_BEGIN_DECLS

/* One upload in the list. Made once and bound to one upload after the other.
 * Its buttons activate win.upload-… with the upload's id. */
#define HOIST_TYPE_UPLOAD_ROW (hoist_upload_row_get_type ())
G_DECLARE_FINAL_TYPE (HoistUploadRow, hoist_upload_row, HOIST, UPLOAD_ROW, GtkBox)

GtkWidget *hoist_upload_row_new (HoistDestinationBackend *backend, HoistUploader *uploader);
void hoist_upload_row_set_upload (HoistUploadRow *self, HoistUpload *upload);
HoistUpload *hoist_upload_row_get_upload (HoistUploadRow *self);
void hoist_upload_row_refresh (HoistUploadRow *self);
void hoist_upload_row_renew_words (HoistUploadRow *self);
gint64 hoist_upload_row_get_change_us (HoistUploadRow *self);

G_END_DECLS
