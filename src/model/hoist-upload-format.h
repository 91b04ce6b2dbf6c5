/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-info.h"

G_BEGIN_DECLS

/* Words that the window, the tray and hoistctl share. */
char *hoist_upload_format_time_left (guint64 bytes_left, guint64 bytes_per_s);
char *hoist_upload_format_time_left_within (guint64 bytes_left, guint64 bytes_per_s);
char *hoist_upload_format_amount (guint64 sent_bytes, guint64 size_bytes);
char *hoist_upload_format_speed (guint64 bytes_per_s);
char *hoist_upload_format_status (const HoistUploadInfo *info, gint64 now_us);

G_END_DECLS
