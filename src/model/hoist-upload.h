/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-info.h"

G_BEGIN_DECLS

#define HOIST_TYPE_UPLOAD (hoist_upload_get_type ())
G_DECLARE_FINAL_TYPE (HoistUpload, hoist_upload, HOIST, UPLOAD, GObject)

/* Properties, all read-only, notified when a change set changed them:
 * id, name, destination-id, state (uint, HoistUploadState), restored, size-bytes,
 * sent-bytes, bytes-per-s, fraction (double, 0–1), error-message, location. */
HoistUpload *hoist_upload_new (HoistUploadInfo *info);
void hoist_upload_update (HoistUpload *self, HoistUploadInfo *info);
const HoistUploadInfo *hoist_upload_get_info (HoistUpload *self);
guint64 hoist_upload_get_id (HoistUpload *self);
HoistUploadState hoist_upload_get_state (HoistUpload *self);
double hoist_upload_get_fraction (HoistUpload *self);

G_END_DECLS
