/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How much of the machine and the line all uploads use: what a person set, what hour it
 * is, and what turns out to be best. */

#include "hoist-scheduler-private.h"

/* The local time is looked at so often at least: a clock can be set, and a time zone left. */
#define MAX_RATE_AGE_US (60 * (gint64) G_USEC_PER_SEC)

/* Of a segment on an Ethernet; what was lost is told in segments. */
#define SEGMENT_BYTES 1448

static void
apply_rate (HoistScheduler *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gint64 now_us = g_get_real_time ();

  self->rate_bytes_per_s = hoist_limits_get_rate (&self->limits, now, &self->rate_until_us);
  self->rate_until_us = MIN (self->rate_until_us, now_us + MAX_RATE_AGE_US);
  self->rate_since_us = now_us;
  hoist_transport_set_rate (self->transport, self->rate_bytes_per_s);
}

/**
 * hoist_scheduler_set_limits:
 * @self: a scheduler
 * @limits: what a person set
 *
 * Changes the limits for what comes, and for what travels.
 */
void
hoist_scheduler_set_limits (HoistScheduler *self, const HoistLimits *limits)
{
  self->limits = *limits;
  hoist_limiter_set (&self->limiter, limits->parts_in_flight, !limits->fixed_parts);
  apply_rate (self);
  hoist_scheduler_kick (self);
}

/**
 * hoist_scheduler_limits_init:
 * @self: a scheduler with a transport
 * @limits: what a person set
 *
 * Begins with these limits.
 */
void
hoist_scheduler_limits_init (HoistScheduler *self, const HoistLimits *limits)
{
  self->limits = *limits;
  hoist_limiter_init (&self->limiter, limits->parts_in_flight, !limits->fixed_parts);
  apply_rate (self);
}

/**
 * hoist_scheduler_limits_check_hour:
 * @self: a scheduler
 *
 * Applies the bandwidth of this hour, if it is due. Cheap enough to be asked at any time.
 */
void
hoist_scheduler_limits_check_hour (HoistScheduler *self)
{
  gint64 now_us = g_get_real_time ();

  if (now_us >= self->rate_until_us || now_us < self->rate_since_us)
    apply_rate (self);
}

/**
 * hoist_scheduler_count_put:
 * @self: a scheduler
 * @put: what has just ended, whatever became of it
 *
 * Has what was acknowledged of it in the sums.
 */
void
hoist_scheduler_count_put (HoistScheduler *self, const HoistPut *put)
{
  self->acked_bytes += put->acked_bytes;
  self->resent_segments += put->resent_segments;
}

static void
add_travelling (HoistTransfer *transfer, guint64 *acked_bytes, guint64 *resent_segments)
{
  for (guint i = 0; i < transfer->run->parts->len; i++)
    {
      HoistPart *part = g_ptr_array_index (transfer->run->parts, i);

      if (part->stage != HOIST_PART_SENDING)
        continue;
      *acked_bytes += part->put->acked_bytes;
      *resent_segments += part->put->resent_segments;
    }
}

/**
 * hoist_scheduler_get_part_bytes_per_s:
 * @self: a scheduler
 *
 * Returns: how fast a part travels, as large uploads that are under way show it; 0 if none
 *   shows it
 */
guint64
hoist_scheduler_get_part_bytes_per_s (HoistScheduler *self)
{
  guint64 bytes_per_s = 0;
  guint n_parts = 0;

  for (GList *l = self->active[HOIST_LANE_LARGE].head; l != NULL; l = l->next)
    {
      HoistTransfer *transfer = l->data;

      if (transfer->run->bytes_per_s == 0)
        continue;
      bytes_per_s += transfer->run->bytes_per_s;
      n_parts += transfer->run->n_sending;
    }
  return n_parts > 0 ? bytes_per_s / n_parts : 0;
}

/**
 * hoist_scheduler_limits_sample:
 * @self: a scheduler
 * @now_us: the monotonic time
 *
 * Looks at how much was acknowledged, whether more parts at a time bring more.
 */
void
hoist_scheduler_limits_sample (HoistScheduler *self, gint64 now_us)
{
  guint64 acked_bytes = self->acked_bytes;
  guint64 resent_segments = self->resent_segments;

  for (guint lane = 0; lane < HOIST_N_LANES; lane++)
    for (GList *l = self->active[lane].head; l != NULL; l = l->next)
      add_travelling (l->data, &acked_bytes, &resent_segments);
  if (hoist_limiter_sample (&self->limiter, now_us, acked_bytes, resent_segments * SEGMENT_BYTES))
    hoist_scheduler_kick (self);
}
