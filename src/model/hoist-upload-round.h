/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-info.h"

G_BEGIN_DECLS

/**
 * HoistRoundFailure:
 * @n: how many of a round's uploads failed
 * @first_id: the smallest id of them
 * @last_id: the largest one
 *
 * What failed, in a form that is as short for many as it is for one.
 */
typedef struct
{
  guint n;
  guint64 first_id;
  guint64 last_id;
} HoistRoundFailure;

/**
 * HoistUploadRound:
 *
 * What is uploaded from idle to idle, whoever added it: it begins with the first
 * upload that is under way and ends when none is, no folder is walked any more and
 * nothing of it is paused. What is added meanwhile belongs to it. What came of it is
 * known until the next one begins.
 */
typedef struct _HoistUploadRound HoistUploadRound;

HoistUploadRound *hoist_upload_round_new (void);
void hoist_upload_round_free (HoistUploadRound *self);
void hoist_upload_round_change (HoistUploadRound *self,
                                const HoistUploadInfo *old,
                                const HoistUploadInfo *info);
void hoist_upload_round_note_batch (HoistUploadRound *self, const HoistBatchInfo *batch);
void hoist_upload_round_finish (HoistUploadRound *self);
void hoist_upload_round_clear (HoistUploadRound *self);

guint hoist_upload_round_get_number (const HoistUploadRound *self);
gboolean hoist_upload_round_is_under_way (const HoistUploadRound *self);
guint hoist_upload_round_count_delivered (const HoistUploadRound *self, guint64 *bytes);
guint64 hoist_upload_round_get_delivered (const HoistUploadRound *self);
guint hoist_upload_round_count_paused (const HoistUploadRound *self);
void hoist_upload_round_get_failure (const HoistUploadRound *self, HoistRoundFailure *failure);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistUploadRound, hoist_upload_round_free)

G_END_DECLS
