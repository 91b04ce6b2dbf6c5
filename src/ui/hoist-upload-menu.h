/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-uploader.h"

G_BEGIN_DECLS

GMenuModel *hoist_upload_menu_new (HoistUploader *uploader,
                                   const HoistUploadInfo *info,
                                   const char *kind,
                                   GCancellable *cancellable);

G_END_DECLS
