/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-uploader.h"

G_BEGIN_DECLS

#define HOIST_TYPE_UPLOADS_SERVICE (hoist_uploads_service_get_type ())
G_DECLARE_FINAL_TYPE (HoistUploadsService, hoist_uploads_service, HOIST, UPLOADS_SERVICE, GObject)

HoistUploadsService *hoist_uploads_service_new (HoistUploader *uploader,
                                                GDBusConnection *connection,
                                                GError **error);
gboolean hoist_uploads_service_owns_name (HoistUploadsService *self);

G_END_DECLS
