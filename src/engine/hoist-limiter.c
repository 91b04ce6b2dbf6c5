/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-limiter.h"

static void
follow (HoistLimiter *self)
{
  self->slots = hoist_concurrency_get_slots (&self->concurrency);
}

/**
 * hoist_limiter_init:
 * @self: a limiter
 * @start: parts at a time at first, 1 to %HOIST_CONCURRENCY_MAX; 0 for the default
 * @automatic: whether to find out how many are best; else @start is the most
 *
 * Starts a limiter with all slots free.
 */
void
hoist_limiter_init (HoistLimiter *self, guint start, gboolean automatic)
{
  *self = (HoistLimiter){ 0 };
  hoist_concurrency_init (&self->concurrency, start, automatic);
  follow (self);
}

/**
 * hoist_limiter_set:
 * @self: a limiter
 * @start: as for [func@hoist_limiter_init]
 * @automatic: as for [func@hoist_limiter_init]
 *
 * Changes the number; parts that already travel are let to their end.
 */
void
hoist_limiter_set (HoistLimiter *self, guint start, gboolean automatic)
{
  hoist_concurrency_set (&self->concurrency, start, automatic);
  follow (self);
}

/**
 * hoist_limiter_has_slot:
 * @self: a limiter
 *
 * Returns: whether one more part may travel
 */
gboolean
hoist_limiter_has_slot (const HoistLimiter *self)
{
  return self->in_use < self->slots;
}

/**
 * hoist_limiter_take:
 * @self: a limiter
 *
 * Returns: whether one more part may travel; it must be released afterwards
 */
gboolean
hoist_limiter_take (HoistLimiter *self)
{
  if (!hoist_limiter_has_slot (self))
    return FALSE;
  self->in_use++;
  return TRUE;
}

static gboolean
asks_for_less (int error_code)
{
  return error_code == HOIST_ERROR_THROTTLED || error_code == HOIST_ERROR_UNAVAILABLE ||
         error_code == HOIST_ERROR_TIMED_OUT;
}

/**
 * hoist_limiter_release:
 * @self: a limiter
 * @delivered: whether the part was delivered
 * @error_code: the #HoistError if it was not; -1 for cancelled
 * @now_us: the monotonic time
 *
 * Gives a slot back and learns from what became of the part.
 */
void
hoist_limiter_release (HoistLimiter *self, gboolean delivered, int error_code, gint64 now_us)
{
  g_return_if_fail (self->in_use > 0);

  self->in_use--;
  self->n_delivered += delivered;
  if (delivered)
    hoist_concurrency_delivered (&self->concurrency);
  else if (asks_for_less (error_code))
    hoist_concurrency_push_back (&self->concurrency, now_us);
  follow (self);
}

/**
 * hoist_limiter_sample:
 * @self: a limiter
 * @now_us: the monotonic time
 * @acked_bytes: all that was acknowledged until now
 * @resent_bytes: about how much of it had to be sent twice
 *
 * Learns from the speed. Asked a few times a second while anything is to be sent.
 *
 * Returns: whether there are more slots now than before
 */
gboolean
hoist_limiter_sample (HoistLimiter *self, gint64 now_us, guint64 acked_bytes, guint64 resent_bytes)
{
  const HoistConcurrencySample sample = {
    .now_us = now_us,
    .acked_bytes = acked_bytes,
    .resent_bytes = resent_bytes,
    .n_delivered = self->n_delivered,
    .n_sending = self->in_use,
  };
  guint before = self->slots;

  hoist_concurrency_sample (&self->concurrency, &sample);
  follow (self);
  return self->slots > before;
}
