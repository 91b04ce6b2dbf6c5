/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-limiter.h"

/* Parts that fail together tell one thing, not several. */
#define DECREASE_INTERVAL_US (2 * G_USEC_PER_SEC)

/**
 * hoist_limiter_init:
 * @self: a limiter
 * @max_slots: most parts at a time; 0 for the default
 *
 * Starts a limiter at its maximum.
 */
void
hoist_limiter_init (HoistLimiter *self, guint max_slots)
{
  *self = (HoistLimiter){ 0 };
  hoist_limiter_set_max (self, max_slots);
  self->slots = self->max_slots;
}

/**
 * hoist_limiter_set_max:
 * @self: a limiter
 * @max_slots: most parts at a time, 1 to %HOIST_LIMITER_MAX_SLOTS; 0 for the default
 *
 * Changes the maximum; parts that already travel are let to their end.
 */
void
hoist_limiter_set_max (HoistLimiter *self, guint max_slots)
{
  gboolean at_max = self->slots == self->max_slots;

  self->max_slots = max_slots == 0 ? HOIST_LIMITER_DEFAULT_SLOTS
                                   : MIN (max_slots, HOIST_LIMITER_MAX_SLOTS);
  self->slots = at_max ? self->max_slots : MIN (self->slots, self->max_slots);
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
  if (self->in_use >= self->slots)
    return FALSE;
  self->in_use++;
  return TRUE;
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
  if (delivered)
    {
      if (++self->good < self->slots || self->slots >= self->max_slots)
        return;
      self->slots++;
      self->good = 0;
    }
  else if ((error_code == HOIST_ERROR_THROTTLED || error_code == HOIST_ERROR_UNAVAILABLE ||
            error_code == HOIST_ERROR_TIMED_OUT) &&
           (self->decreased_us == 0 || now_us - self->decreased_us >= DECREASE_INTERVAL_US))
    {
      self->slots = MAX (1, self->slots / 2);
      self->good = 0;
      self->decreased_us = now_us;
    }
}
