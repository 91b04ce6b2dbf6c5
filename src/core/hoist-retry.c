/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-retry.h"

/* What a server may ask for at most: more is a mistake, or no answer at all. */
#define MAX_RETRY_AFTER_US (24 * 60 * 60 * (gint64) G_USEC_PER_SEC)

/**
 * hoist_retry_policy_init:
 * @policy: (out caller-allocates): a policy
 *
 * Sets the default: from 1 second up to 1 minute, and never giving up, because
 * an upload that waits for its network costs nothing.
 */
void
hoist_retry_policy_init (HoistRetryPolicy *policy)
{
  g_return_if_fail (policy != NULL);

  policy->base_us = G_USEC_PER_SEC;
  policy->cap_us = 60 * G_USEC_PER_SEC;
  policy->give_up_us = 0;
}

static gint64
get_bound_us (const HoistRetryPolicy *policy, guint attempt)
{
  gint64 bound_us = MAX (policy->base_us, 0);
  gint64 cap_us = MAX (policy->cap_us, 0);

  if (bound_us == 0)
    return 0;
  for (; attempt > 0 && bound_us < cap_us; attempt--)
    bound_us = bound_us > cap_us / 2 ? cap_us : bound_us * 2;
  return MIN (bound_us, cap_us);
}

/**
 * hoist_retry_get_delay_us:
 * @policy: how persistent to be
 * @code: what went wrong
 * @attempt: how often it failed in a row before this time, from 0
 * @stuck_us: time since there was any progress, in microseconds
 * @retry_after_us: what the server asked for, in microseconds; 0 = nothing
 * @random_fraction: a random number of at least 0 and less than 1
 *
 * When to try again. Exponential with full jitter: @random_fraction of
 * min (cap, base · 2^attempt), so that many parts or many clients that failed
 * together do not come back together. Never earlier than the server asked for,
 * of which a day at most is honoured.
 *
 * Returns: the delay in microseconds; -1 = do not try again
 */
gint64
hoist_retry_get_delay_us (const HoistRetryPolicy *policy,
                          HoistError code,
                          guint attempt,
                          gint64 stuck_us,
                          gint64 retry_after_us,
                          double random_fraction)
{
  gint64 delay_us;

  g_return_val_if_fail (policy != NULL, -1);
  g_return_val_if_fail (random_fraction >= 0.0 && random_fraction <= 1.0, -1);

  if (!hoist_error_is_retryable (code))
    return -1;
  if (policy->give_up_us > 0 && stuck_us > policy->give_up_us)
    return -1;

  delay_us = (gint64) (random_fraction * (double) get_bound_us (policy, attempt));
  return MAX (delay_us, CLAMP (retry_after_us, 0, MAX_RETRY_AFTER_US));
}
