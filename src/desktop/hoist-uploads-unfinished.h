/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-dbus-uploads.h"
#include "hoist-uploader.h"

G_BEGIN_DECLS

void hoist_uploads_unfinished_export (HoistDBusUploads1 *skeleton, HoistUploader *uploader);

G_END_DECLS
