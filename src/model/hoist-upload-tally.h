/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-info.h"

G_BEGIN_DECLS

/**
 * HoistUploadTotals:
 * @n_pending: queued, preparing, starting, sending, finishing and waiting
 * @n_folders: of these, folders that files are looked for in, which are no files themselves
 * @n_waiting: of the pending ones, waiting for their next try
 * @n_held: of those, by what holds them up that is not their own affair
 * @n_active: preparing, starting, sending and finishing: under way now
 * @n_paused: paused, the restored ones too
 * @n_failed: failed
 * @n_done: done, and still on the list
 * @n_documents: not over yet, of files that a sandbox was lent
 * @n_restored: left over from an earlier run, and nobody said what to do
 * @restored_bytes: of these, what is not sent yet
 * @n_round: files that the byte sums stand for
 * @total_bytes: size of the round's uploads
 * @sent_bytes: of these, what the server acknowledged
 * @bytes_per_s: speed of all pending ones together
 *
 * Sums over uploads. The byte sums cover a round: the pending ones, and those
 * that were done since nothing was pending, so that the overall fraction runs
 * from 0 to 1 once.
 */
typedef struct
{
  guint n_pending;
  guint n_folders;
  guint n_waiting;
  guint n_held[HOIST_N_HOLDS];
  guint n_active;
  guint n_paused;
  guint n_failed;
  guint n_done;
  guint n_documents;
  guint n_restored;
  guint64 restored_bytes;
  guint n_round;
  guint64 total_bytes;
  guint64 sent_bytes;
  guint64 bytes_per_s;
} HoistUploadTotals;

/**
 * HoistUploadTally:
 *
 * What keeps [struct@UploadTotals] up to date at O(1) a change.
 */
typedef struct
{
  HoistUploadTotals totals;
  guint64 pending_bytes;
  guint64 pending_sent_bytes;
  guint64 round_done_bytes;
  guint round_n_done;
  gboolean round_over; /* nothing was pending after the last set */
} HoistUploadTally;

gboolean hoist_upload_info_is_pending (const HoistUploadInfo *info);

void hoist_upload_tally_init (HoistUploadTally *tally);
void hoist_upload_tally_change (HoistUploadTally *tally,
                                const HoistUploadInfo *old,
                                const HoistUploadInfo *info);
void hoist_upload_tally_finish (HoistUploadTally *tally);

double hoist_upload_totals_get_fraction (const HoistUploadTotals *totals);
guint hoist_upload_totals_get_percentage (const HoistUploadTotals *totals);

G_END_DECLS
