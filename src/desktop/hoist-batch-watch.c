/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-batch-watch.h"

static void
fill_facts (const HoistUploadRound *round, HoistUploadList *list, HoistBatchFacts *facts)
{
  facts->under_way = hoist_upload_round_is_under_way (round);
  /* The rest is for the end, and looking at what failed costs something. */
  if (facts->under_way)
    return;
  facts->n_delivered = hoist_upload_round_count_delivered (round, &facts->delivered_bytes);
  facts->n_paused = hoist_upload_round_count_paused (round);
  hoist_upload_round_get_failure (round, &facts->failure);
  if (facts->n_delivered == 1)
    facts->delivered =
      hoist_upload_list_lookup_info (list, hoist_upload_round_get_delivered (round));
  if (facts->failure.n > 0)
    facts->failed = hoist_upload_list_lookup_info (list, facts->failure.first_id);
}

/**
 * hoist_batch_watch_look:
 * @self: the watch
 * @list: the uploads, with a change set applied or not
 * @scene: what the person has before them
 * @facts: (out): what is known; its snapshots are valid until the next change set
 * @wait_us: (out): microseconds after which to look again if nothing changes; 0 = never
 *
 * Decides what to say now. To be called after each change set, and when the scene changes. The
 * end of a batch is told when it comes or not at all: who looked away later knows of it.
 *
 * Returns: what to say
 */
HoistBatchTell
hoist_batch_watch_look (HoistBatchWatch *self,
                        HoistUploadList *list,
                        const HoistBatchScene *scene,
                        HoistBatchFacts *facts,
                        gint64 *wait_us)
{
  const HoistUploadRound *round = hoist_upload_list_get_round (list);
  guint number = hoist_upload_round_get_number (round);
  gboolean was_settled = self->settled;
  HoistBatchTell tell;

  *facts = (HoistBatchFacts){ .focused = scene->focused, .hidden = scene->hidden };
  if (number != self->number)
    {
      *self = (HoistBatchWatch){ .number = number, .began_us = scene->now_us };
      was_settled = FALSE;
    }
  if (number > 0)
    fill_facts (round, list, facts);
  if (!facts->under_way && !was_settled)
    self->ended_us = scene->now_us;
  self->settled = !facts->under_way;
  facts->elapsed_us = (facts->under_way ? scene->now_us : self->ended_us) - self->began_us;

  tell = hoist_batch_note_choose (facts, wait_us);
  if (was_settled && self->settled && tell != HOIST_BATCH_TELL_SEEN)
    return HOIST_BATCH_TELL_NOTHING;
  return tell;
}
