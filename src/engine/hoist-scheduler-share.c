/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a destination gets of what all of them share: no more than its own limits say, and
 * if it has limits, never so much that the others would wait for what is slow on purpose. */

#include "hoist-scheduler-private.h"

static gboolean
has_limits (HoistTarget *target)
{
  const HoistDestinationLimits *limits = hoist_target_get_limits (target);

  return limits->parts != 0 || limits->files != 0 || limits->bytes_per_s != 0;
}

static gboolean
is_alone (HoistScheduler *self)
{
  return g_hash_table_size (self->routes) < 2;
}

/* In both lanes. What waits for its server to finish is still one of the files that the
 * destination is given at a time. */
static guint
count_files (HoistScheduler *self, HoistTarget *target)
{
  guint n = 0;

  for (guint lane = 0; lane < HOIST_N_LANES; lane++)
    for (GList *l = self->active[lane].head; l != NULL; l = l->next)
      {
        HoistTransfer *transfer = l->data;
        n += transfer->target == target && transfer->record->state != HOIST_UPLOAD_CANCELLING;
      }
  return n;
}

static guint
count_with_limits (HoistScheduler *self, HoistLane lane)
{
  guint n = 0;

  for (GList *l = self->active[lane].head; l != NULL; l = l->next)
    {
      HoistTransfer *transfer = l->data;
      n += transfer->target != NULL && has_limits (transfer->target);
    }
  return n;
}

/**
 * hoist_scheduler_share_has_place:
 * @self: a scheduler
 * @transfer: an upload that may go
 * @lane: its lane
 * @max_active: how many go there at a time
 *
 * Whether the limits of its destination let an upload go. All destinations with
 * limits together leave a third of the places to the others.
 *
 * Returns: whether it may go now
 */
gboolean
hoist_scheduler_share_has_place (HoistScheduler *self,
                                 HoistTransfer *transfer,
                                 HoistLane lane,
                                 guint max_active)
{
  HoistTarget *target = transfer->target;
  guint max_files;

  /* Clearing up is no load. */
  if (transfer->record->state == HOIST_UPLOAD_CANCELLING || target == NULL || !has_limits (target))
    return TRUE;
  max_files = hoist_target_get_limits (target)->files;
  if (max_files != 0 && count_files (self, target) >= max_files)
    return FALSE;
  return is_alone (self) || count_with_limits (self, lane) < max_active - max_active / 3;
}

static guint
count_sending (HoistScheduler *self, HoistTarget *target)
{
  guint n = 0;

  for (guint lane = 0; lane < HOIST_N_LANES; lane++)
    for (GList *l = self->active[lane].head; l != NULL; l = l->next)
      {
        HoistTransfer *transfer = l->data;
        if (transfer->target == target)
          n += transfer->run->n_sending;
      }
  return n;
}

/* What is slowed down holds its slots for long. */
static guint
count_slow (HoistScheduler *self)
{
  guint n = 0;

  for (guint lane = 0; lane < HOIST_N_LANES; lane++)
    for (GList *l = self->active[lane].head; l != NULL; l = l->next)
      {
        HoistTransfer *transfer = l->data;
        if (transfer->target != NULL &&
            hoist_target_get_limits (transfer->target)->bytes_per_s != 0)
          n += transfer->run->n_sending;
      }
  return n;
}

/**
 * hoist_scheduler_share_is_used_up:
 * @self: a scheduler
 * @target: where a part would go
 *
 * Whether the limits of a destination forbid another part. All destinations whose
 * speed is limited together leave one slot to the others.
 *
 * Returns: whether nothing more may be sent to it now
 */
gboolean
hoist_scheduler_share_is_used_up (HoistScheduler *self, HoistTarget *target)
{
  const HoistDestinationLimits *limits = hoist_target_get_limits (target);

  if (limits->parts != 0 && count_sending (self, target) >= limits->parts)
    return TRUE;
  return limits->bytes_per_s != 0 && !is_alone (self) && self->limiter.slots > 1 &&
         count_slow (self) + 1 >= self->limiter.slots;
}
