/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-list.h"

/* Puts an upload of 1000 bytes into a list. */
void tray_put_upload (HoistUploadList *list,
                      guint64 id,
                      const char *name,
                      HoistUploadState state,
                      guint64 sent_bytes);
void tray_remove_upload (HoistUploadList *list, guint64 id);
