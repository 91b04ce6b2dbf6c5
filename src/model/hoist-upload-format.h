/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-info.h"
#include "hoist-upload-turns.h"

G_BEGIN_DECLS

/* Words that the window, the tray and hoistctl share. */
char *hoist_upload_format_time_left (guint64 bytes_left, guint64 bytes_per_s);
char *hoist_upload_format_time_left_within (guint64 bytes_left, guint64 bytes_per_s);
char *hoist_upload_format_size (const HoistUploadInfo *info);
char *hoist_upload_format_amount (guint64 sent_bytes, guint64 size_bytes);
char *hoist_upload_format_speed (guint64 bytes_per_s);
char *hoist_upload_format_status (const HoistUploadInfo *info, gint64 now_us);
char *hoist_upload_format_status_in_queue (const HoistUploadInfo *info,
                                           guint n_before,
                                           gint64 now_us);

/* hoist-upload-why.c: why an upload waits, what happens next and when */
char *hoist_upload_format_turn (guint n_before);
char *hoist_upload_format_wait (const HoistUploadInfo *info, gint64 now_us);
char *hoist_upload_format_clearing (const HoistUploadInfo *info, gint64 now_us);
gint64 hoist_upload_format_get_change_us (const HoistUploadInfo *info, gint64 now_us);

G_END_DECLS
