/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-format.h"
#include "hoist-upload-round.h"
#include "hoist-upload-tally.h"
#include "hoist-upload-turns.h"
#include "hoist-upload.h"

G_BEGIN_DECLS

/* A GListModel of HoistUpload in order of their ids, mirrored from change
 * sets. Signal `applied (const HoistChangeSet *)` after each set, with the set:
 * views that order the uploads otherwise need not look at all of them. */
#define HOIST_TYPE_UPLOAD_LIST (hoist_upload_list_get_type ())
G_DECLARE_FINAL_TYPE (HoistUploadList, hoist_upload_list, HOIST, UPLOAD_LIST, GObject)

HoistUploadList *hoist_upload_list_new (void);
void hoist_upload_list_apply (HoistUploadList *self, const HoistChangeSet *changes);
void hoist_upload_list_clear (HoistUploadList *self);
HoistUpload *hoist_upload_list_lookup (HoistUploadList *self, guint64 id);
const HoistUploadInfo *hoist_upload_list_lookup_info (HoistUploadList *self, guint64 id);
const HoistUploadInfo *hoist_upload_list_get_info (HoistUploadList *self, guint position);
guint hoist_upload_list_find_after (HoistUploadList *self, guint64 id);
const HoistUploadTotals *hoist_upload_list_get_totals (HoistUploadList *self);
gboolean hoist_upload_list_is_counting (HoistUploadList *self);
const HoistUploadRound *hoist_upload_list_get_round (HoistUploadList *self);
const HoistBatchInfo *hoist_upload_list_get_batch (HoistUploadList *self, guint64 batch);
guint hoist_upload_list_count_before (HoistUploadList *self, const HoistUploadInfo *info);
HoistChangeSet *hoist_upload_list_to_changes (HoistUploadList *self,
                                              guint first,
                                              guint max_uploads,
                                              gboolean *more);

G_END_DECLS
