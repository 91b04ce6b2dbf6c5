/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-concurrency.h"
#include "hoist-error.h"

G_BEGIN_DECLS

/**
 * HoistLimiter:
 *
 * The slots of parts that travel: at most as many as [struct@HoistConcurrency] says.
 */
typedef struct
{
  HoistConcurrency concurrency;
  guint slots; /* its answer */
  guint in_use;
  guint64 n_delivered;
} HoistLimiter;

void hoist_limiter_init (HoistLimiter *self, guint start, gboolean automatic);
void hoist_limiter_set (HoistLimiter *self, guint start, gboolean automatic);
gboolean hoist_limiter_has_slot (const HoistLimiter *self);
gboolean hoist_limiter_take (HoistLimiter *self);
void hoist_limiter_release (HoistLimiter *self, gboolean delivered, int error_code, gint64 now_us);
gboolean hoist_limiter_sample (HoistLimiter *self,
                               gint64 now_us,
                               guint64 acked_bytes,
                               guint64 resent_bytes);

G_END_DECLS
