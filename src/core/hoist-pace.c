/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-pace.h"

#define MIN_BURST_BYTES (G_GUINT64_CONSTANT (64) << 10)
#define BURSTS_PER_SECOND 10

/* 64 TiB a second: no line is as fast, and rates and amounts of time below it
 * can be multiplied in 64 bits. */
#define MAX_RATE_BYTES_PER_S (G_GUINT64_CONSTANT (1) << 46)

static void
adopt_rate (HoistPace *pace, guint64 rate_bytes_per_s)
{
  pace->rate_bytes_per_s = MIN (rate_bytes_per_s, MAX_RATE_BYTES_PER_S);
  pace->burst_bytes = MAX (pace->rate_bytes_per_s / BURSTS_PER_SECOND, MIN_BURST_BYTES);
}

/* What does not make a whole byte is carried over in @remainder, so that the
 * sum over any number of small steps is exact. */
static void
refill (HoistPace *pace, gint64 now_us)
{
  gint64 missing_bytes = (gint64) pace->burst_bytes - pace->tokens_bytes;
  guint64 elapsed_us;
  guint64 gained;

  if (now_us <= pace->refilled_us)
    {
      /* A clock that went back must not stop the flow until it has caught up. */
      pace->refilled_us = now_us;
      return;
    }

  elapsed_us = (guint64) now_us - (guint64) pace->refilled_us;
  pace->refilled_us = now_us;
  if (elapsed_us > (guint64) missing_bytes * G_USEC_PER_SEC / pace->rate_bytes_per_s)
    {
      pace->tokens_bytes = (gint64) pace->burst_bytes;
      pace->remainder = 0;
      return;
    }
  gained = pace->rate_bytes_per_s * elapsed_us + pace->remainder;
  pace->tokens_bytes += (gint64) (gained / G_USEC_PER_SEC);
  pace->remainder = gained % G_USEC_PER_SEC;
  if (pace->tokens_bytes < (gint64) pace->burst_bytes)
    return;
  pace->tokens_bytes = (gint64) pace->burst_bytes;
  pace->remainder = 0;
}

/**
 * hoist_pace_init:
 * @pace: (out caller-allocates): a bucket
 * @rate_bytes_per_s: the rate in bytes a second; 0 = no limit
 * @now_us: the monotonic time in microseconds
 *
 * Starts a bucket, full: the first bytes need not wait. It holds what the rate
 * allows in 100 ms, and 64 KiB at least, so that is what a burst can be.
 */
void
hoist_pace_init (HoistPace *pace, guint64 rate_bytes_per_s, gint64 now_us)
{
  g_return_if_fail (pace != NULL);

  *pace = (HoistPace){ 0 };
  adopt_rate (pace, rate_bytes_per_s);
  pace->tokens_bytes = (gint64) pace->burst_bytes;
  pace->refilled_us = now_us;
}

/**
 * hoist_pace_set_rate:
 * @pace: a bucket
 * @rate_bytes_per_s: the new rate in bytes a second; 0 = no limit
 * @now_us: the monotonic time in microseconds
 *
 * Changes the rate from now on. What was saved up at the old one stays, as far
 * as the new burst allows.
 */
void
hoist_pace_set_rate (HoistPace *pace, guint64 rate_bytes_per_s, gint64 now_us)
{
  g_return_if_fail (pace != NULL);

  if (pace->rate_bytes_per_s > 0)
    refill (pace, now_us);
  adopt_rate (pace, rate_bytes_per_s);
  pace->tokens_bytes = MIN (pace->tokens_bytes, (gint64) pace->burst_bytes);
  pace->remainder = 0;
  pace->refilled_us = now_us;
}

/**
 * hoist_pace_get_rate:
 * @pace: a bucket
 *
 * Gets the rate.
 *
 * Returns: bytes a second; 0 = no limit
 */
guint64
hoist_pace_get_rate (const HoistPace *pace)
{
  g_return_val_if_fail (pace != NULL, 0);

  return pace->rate_bytes_per_s;
}

/**
 * hoist_pace_take:
 * @pace: a bucket
 * @wanted_bytes: how much could be sent
 * @now_us: the monotonic time in microseconds
 *
 * Takes the permission to send. Over any length of time the sum of what is given
 * is the rate times the time, to the byte, if always more was wanted.
 *
 * Returns: how much may be sent now, in bytes, from 0 to @wanted_bytes
 */
gsize
hoist_pace_take (HoistPace *pace, gsize wanted_bytes, gint64 now_us)
{
  gsize taken_bytes;

  g_return_val_if_fail (pace != NULL, 0);

  if (pace->rate_bytes_per_s == 0)
    return wanted_bytes;
  refill (pace, now_us);
  taken_bytes = (gsize) MIN ((guint64) wanted_bytes, (guint64) pace->tokens_bytes);
  pace->tokens_bytes -= (gint64) taken_bytes;
  return taken_bytes;
}

/**
 * hoist_pace_give_back:
 * @pace: a bucket
 * @n_bytes: how much of what was just taken is not going to be sent
 *
 * Puts back what could not be used.
 */
void
hoist_pace_give_back (HoistPace *pace, gsize n_bytes)
{
  g_return_if_fail (pace != NULL);

  if (pace->rate_bytes_per_s > 0)
    pace->tokens_bytes = (gint64) MIN ((guint64) pace->tokens_bytes + n_bytes, pace->burst_bytes);
}

/**
 * hoist_pace_get_wait_us:
 * @pace: a bucket
 * @wanted_bytes: how much will be wanted; more than a burst counts as a burst
 * @now_us: the monotonic time in microseconds
 *
 * How long to wait until [method@HoistPace.take] gives as much at once.
 *
 * Returns: the time in microseconds; 0 = at once
 */
gint64
hoist_pace_get_wait_us (HoistPace *pace, gsize wanted_bytes, gint64 now_us)
{
  guint64 goal_bytes;
  guint64 missing;

  g_return_val_if_fail (pace != NULL, 0);

  if (pace->rate_bytes_per_s == 0)
    return 0;
  refill (pace, now_us);
  goal_bytes = MIN ((guint64) wanted_bytes, pace->burst_bytes);
  if ((guint64) pace->tokens_bytes >= goal_bytes)
    return 0;
  missing = (goal_bytes - (guint64) pace->tokens_bytes) * G_USEC_PER_SEC - pace->remainder;
  return (gint64) ((missing + pace->rate_bytes_per_s - 1) / pace->rate_bytes_per_s);
}
