/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-batch-note.h"
#include "hoist-upload-list.h"

G_BEGIN_DECLS

/**
 * HoistBatchWatch:
 * @number: of the round that is followed; 0 = none yet
 * @began_us: when it was first seen
 * @ended_us: when nothing of it was seen under way any more
 * @settled: what there is to say of its end was decided
 *
 * Follows the rounds of a list by the clock, all zero at first. The batch that a notification
 * speaks of is a round: all that is uploaded from idle to idle.
 */
typedef struct
{
  guint number;
  gint64 began_us;
  gint64 ended_us;
  gboolean settled;
} HoistBatchWatch;

/**
 * HoistBatchScene:
 * @now_us: the time now, of a clock that never goes back
 * @focused: a window of Hoist has the focus
 * @hidden: nothing of Hoist is on the screen
 *
 * What the person has before them.
 */
typedef struct
{
  gint64 now_us;
  gboolean focused;
  gboolean hidden;
} HoistBatchScene;

HoistBatchTell hoist_batch_watch_look (HoistBatchWatch *self,
                                       HoistUploadList *list,
                                       const HoistBatchScene *scene,
                                       HoistBatchFacts *facts,
                                       gint64 *wait_us);

G_END_DECLS
