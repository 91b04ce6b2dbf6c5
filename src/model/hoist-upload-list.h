/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload.h"

G_BEGIN_DECLS

/**
 * HoistUploadTotals:
 *
 * Sums over a list, kept up to date by each change set in O(changes).
 * @pending counts queued, preparing, starting, sending, finishing and waiting;
 * the byte sums cover the pending ones and those that were done since nothing
 * was pending, so that the overall fraction runs from 0 to 1 once.
 */
typedef struct
{
  guint n_pending;
  guint n_waiting;
  guint n_paused;
  guint n_failed;
  guint n_done;
  guint n_restored;
  guint n_round;
  guint64 total_bytes;
  guint64 sent_bytes;
  guint64 bytes_per_s;
} HoistUploadTotals;

/* A GListModel of HoistUpload in order of their ids, mirrored from change
 * sets. Signal `applied (const HoistChangeSet *)` after each set, with the set:
 * views that order the uploads otherwise need not look at all of them. */
#define HOIST_TYPE_UPLOAD_LIST (hoist_upload_list_get_type ())
G_DECLARE_FINAL_TYPE (HoistUploadList, hoist_upload_list, HOIST, UPLOAD_LIST, GObject)

HoistUploadList *hoist_upload_list_new (void);
void hoist_upload_list_apply (HoistUploadList *self, const HoistChangeSet *changes);
void hoist_upload_list_clear (HoistUploadList *self);
HoistUpload *hoist_upload_list_lookup (HoistUploadList *self, guint64 id);
const HoistUploadTotals *hoist_upload_list_get_totals (HoistUploadList *self);
const HoistBatchInfo *hoist_upload_list_get_batch (HoistUploadList *self, guint64 batch);

/* Words that the window, the tray and hoistctl share. */
char *hoist_upload_format_time_left (guint64 bytes_left, guint64 bytes_per_s);
char *hoist_upload_format_amount (guint64 sent_bytes, guint64 size_bytes);
char *hoist_upload_format_speed (guint64 bytes_per_s);
char *hoist_upload_format_status (const HoistUploadInfo *info, gint64 now_real_us);

G_END_DECLS
