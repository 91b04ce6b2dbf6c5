/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-error.h"

G_BEGIN_DECLS

/**
 * HoistRetryPolicy:
 * @base_us: upper bound of the first delay
 * @cap_us: upper bound of every delay, unless the server asked for more
 * @give_up_us: time without any progress after which an error is final; 0 = never
 *
 * How persistent to be. Exponential with full jitter
 * (AWS Architecture Blog, «Exponential Backoff And Jitter»).
 */
typedef struct
{
  gint64 base_us;
  gint64 cap_us;
  gint64 give_up_us;
} HoistRetryPolicy;

void hoist_retry_policy_init (HoistRetryPolicy *policy);
gint64 hoist_retry_get_delay_us (const HoistRetryPolicy *policy,
                                 HoistError code,
                                 guint attempt,
                                 gint64 stuck_us,
                                 gint64 retry_after_us,
                                 double random_fraction);

G_END_DECLS
