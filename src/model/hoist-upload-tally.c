/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-upload-tally.h"

#include "hoist-document-path.h"

/**
 * hoist_upload_info_is_pending:
 * @info: an upload
 *
 * Tells whether it is under way, or will be without anybody's doing.
 *
 * Returns: whether it is
 */
gboolean
hoist_upload_info_is_pending (const HoistUploadInfo *info)
{
  switch (info->state)
    {
    case HOIST_UPLOAD_QUEUED:
    case HOIST_UPLOAD_PREPARING:
    case HOIST_UPLOAD_STARTING:
    case HOIST_UPLOAD_SENDING:
    case HOIST_UPLOAD_FINISHING:
    case HOIST_UPLOAD_WAITING:
      return TRUE;
    case HOIST_UPLOAD_DONE:
    case HOIST_UPLOAD_PAUSED:
    case HOIST_UPLOAD_FAILED:
    case HOIST_UPLOAD_CANCELLING:
    default:
      return FALSE;
    }
}

static gboolean
is_active (const HoistUploadInfo *info)
{
  return info->state == HOIST_UPLOAD_PREPARING || info->state == HOIST_UPLOAD_STARTING ||
         info->state == HOIST_UPLOAD_SENDING || info->state == HOIST_UPLOAD_FINISHING;
}

/* Adds @info to the sums, or with @sign -1 takes it out. */
static void
count (HoistUploadTally *tally, const HoistUploadInfo *info, int sign)
{
  HoistUploadTotals *totals = &tally->totals;

  if (hoist_upload_info_is_pending (info))
    {
      totals->n_pending += sign;
      totals->n_folders += sign * (info->is_folder != FALSE);
      totals->bytes_per_s += sign * info->bytes_per_s;
      tally->pending_bytes += sign * info->size_bytes;
      tally->pending_sent_bytes += sign * MIN (info->sent_bytes, info->size_bytes);
    }
  totals->n_waiting += sign * (info->state == HOIST_UPLOAD_WAITING);
  totals->n_held[info->hold] += sign * (info->state == HOIST_UPLOAD_WAITING);
  totals->n_active += sign * is_active (info);
  totals->n_paused += sign * (info->state == HOIST_UPLOAD_PAUSED);
  totals->n_failed += sign * (info->state == HOIST_UPLOAD_FAILED);
  totals->n_done += sign * (info->state == HOIST_UPLOAD_DONE);
  totals->n_documents += sign * (info->state != HOIST_UPLOAD_DONE && info->path != NULL &&
                                 hoist_document_path_check (info->path));
  totals->n_restored += sign * (info->restored != FALSE);
  if (info->restored)
    totals->restored_bytes += sign * (info->size_bytes - MIN (info->sent_bytes, info->size_bytes));
}

/**
 * hoist_upload_tally_init:
 * @tally: (out): where to begin
 *
 * Sets the sums of no uploads.
 */
void
hoist_upload_tally_init (HoistUploadTally *tally)
{
  *tally = (HoistUploadTally){ .round_over = TRUE };
}

/**
 * hoist_upload_tally_change:
 * @tally: the sums
 * @old: (nullable): what the upload was; %NULL when it is new
 * @info: (nullable): what it is now; %NULL when it is gone
 *
 * Takes over one upload's change. The sums over bytes follow with
 * hoist_upload_tally_finish().
 */
void
hoist_upload_tally_change (HoistUploadTally *tally,
                           const HoistUploadInfo *old,
                           const HoistUploadInfo *info)
{
  g_return_if_fail (tally != NULL);

  if (old != NULL)
    count (tally, old, -1);
  if (info == NULL)
    return;

  count (tally, info, 1);
  if (tally->round_over && hoist_upload_info_is_pending (info))
    {
      tally->round_over = FALSE;
      tally->round_done_bytes = 0;
      tally->round_n_done = 0;
    }
  /* Only what was seen on its way: one that is new and done may be old history. */
  if (old != NULL && hoist_upload_info_is_pending (old) && info->state == HOIST_UPLOAD_DONE)
    {
      tally->round_done_bytes += info->size_bytes;
      tally->round_n_done++;
    }
}

/**
 * hoist_upload_tally_finish:
 * @tally: the sums
 *
 * Ends a set of changes: sets the byte sums, and ends the round when nothing is
 * pending any more. That counts only here: within a set the last upload may be
 * done before the next one comes in.
 */
void
hoist_upload_tally_finish (HoistUploadTally *tally)
{
  HoistUploadTotals *totals = &tally->totals;

  if (totals->n_pending == 0)
    tally->round_over = TRUE;
  totals->n_round = totals->n_pending - totals->n_folders + tally->round_n_done;
  totals->total_bytes = tally->pending_bytes + tally->round_done_bytes;
  totals->sent_bytes = tally->pending_sent_bytes + tally->round_done_bytes;
}

/**
 * hoist_upload_totals_get_fraction:
 * @totals: sums over all uploads
 *
 * Gets how much of the round is there.
 *
 * Returns: 0–1
 */
double
hoist_upload_totals_get_fraction (const HoistUploadTotals *totals)
{
  g_return_val_if_fail (totals != NULL, 0);

  if (totals->total_bytes == 0)
    return 0;
  return MIN ((double) totals->sent_bytes / (double) totals->total_bytes, 1);
}

/**
 * hoist_upload_totals_get_percentage:
 * @totals: sums over all uploads, some of them pending
 *
 * Gets the same as a number for people. What is pending is not all there yet,
 * whatever was sent: the server has not confirmed it.
 *
 * Returns: 0–99
 */
guint
hoist_upload_totals_get_percentage (const HoistUploadTotals *totals)
{
  g_return_val_if_fail (totals != NULL, 0);

  return (guint) MIN (hoist_upload_totals_get_fraction (totals) * 100, 99);
}
