/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-list.h"

G_BEGIN_DECLS

/* The uploads of a HoistUploadList as the window shows them: a GListModel of
 * HoistUpload, what needs the eye first. */
#define HOIST_TYPE_UPLOAD_ORDER (hoist_upload_order_get_type ())
G_DECLARE_FINAL_TYPE (HoistUploadOrder, hoist_upload_order, HOIST, UPLOAD_ORDER, GObject)

HoistUploadOrder *hoist_upload_order_new (HoistUploadList *list);

G_END_DECLS
