/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-round.h"

G_BEGIN_DECLS

/* What was over sooner needs no notification. */
#define HOIST_BATCH_NOTE_MIN_US (2 * G_USEC_PER_SEC)

/**
 * HoistBatchTell:
 * @HOIST_BATCH_TELL_NOTHING: there is nothing to say now; what was said of an earlier end stays
 * @HOIST_BATCH_TELL_SEEN: the person looks at the window: take back whatever was said
 * @HOIST_BATCH_TELL_UNDER_WAY: uploads are under way without anything on the screen
 * @HOIST_BATCH_TELL_DELIVERED: all is delivered
 * @HOIST_BATCH_TELL_FAILED: all is over or paused, and something failed
 *
 * What a notification says of a batch.
 */
typedef enum
{
  HOIST_BATCH_TELL_NOTHING,
  HOIST_BATCH_TELL_SEEN,
  HOIST_BATCH_TELL_UNDER_WAY,
  HOIST_BATCH_TELL_DELIVERED,
  HOIST_BATCH_TELL_FAILED,
} HoistBatchTell;

/**
 * HoistBatchFacts:
 * @elapsed_us: from its begin to its end, or till now
 * @under_way: whether anything of it is
 * @n_delivered: how many files of it were delivered
 * @delivered_bytes: their size
 * @n_paused: how many are paused
 * @failure: what failed
 * @focused: a window of Hoist has the focus
 * @hidden: nothing of Hoist is on the screen, neither the window nor an icon in the tray
 * @delivered: (nullable): the one file that was delivered, if it is one
 * @failed: (nullable): the first one that failed
 *
 * All that is looked at.
 */
typedef struct
{
  gint64 elapsed_us;
  gboolean under_way;
  guint n_delivered;
  guint64 delivered_bytes;
  guint n_paused;
  HoistRoundFailure failure;
  gboolean focused;
  gboolean hidden;
  const HoistUploadInfo *delivered;
  const HoistUploadInfo *failed;
} HoistBatchFacts;

/**
 * HoistBatchNote:
 * @title: one line
 * @body: what else there is to say, in one or two lines
 * @category: of the freedesktop.org specification
 * @priority: how much it matters
 * @copy_id: an upload whose link can be copied; 0 = none
 * @retry: uploads that can be tried again; none if its n is 0
 *
 * What a notification shows and offers.
 */
typedef struct
{
  char *title;
  char *body;
  const char *category;
  GNotificationPriority priority;
  guint64 copy_id;
  HoistRoundFailure retry;
} HoistBatchNote;

HoistBatchTell hoist_batch_note_choose (const HoistBatchFacts *facts, gint64 *wait_us);
HoistBatchNote *hoist_batch_note_new (HoistBatchTell tell, const HoistBatchFacts *facts);
void hoist_batch_note_free (HoistBatchNote *note);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistBatchNote, hoist_batch_note_free)

G_END_DECLS
