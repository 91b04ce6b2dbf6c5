/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-info.h"

G_BEGIN_DECLS

/* That nothing is known of what is before an upload. */
#define HOIST_TURN_UNKNOWN G_MAXUINT

/**
 * HoistUploadTurns:
 *
 * The queues for the same slots, to tell how many files are before one.
 */
typedef struct _HoistUploadTurns HoistUploadTurns;

HoistUploadTurns *hoist_upload_turns_new (void);
void hoist_upload_turns_free (HoistUploadTurns *self);
void hoist_upload_turns_change (HoistUploadTurns *self,
                                const HoistUploadInfo *old,
                                const HoistUploadInfo *info);
guint hoist_upload_turns_count_before (HoistUploadTurns *self, const HoistUploadInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistUploadTurns, hoist_upload_turns_free)

G_END_DECLS
