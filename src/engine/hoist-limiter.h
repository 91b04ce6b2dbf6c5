/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-error.h"

G_BEGIN_DECLS

#define HOIST_LIMITER_DEFAULT_SLOTS 4
#define HOIST_LIMITER_MAX_SLOTS 32

/**
 * HoistLimiter:
 *
 * How many parts may travel at a time. Additive increase, multiplicative
 * decrease below what the person set: halved when the server asks for less or a
 * part stalls, one more after as many good parts as there are slots.
 */
typedef struct
{
  guint max_slots;
  guint slots;
  guint in_use;
  guint good;          /* parts delivered since the last change */
  gint64 decreased_us; /* monotonic */
} HoistLimiter;

void hoist_limiter_init (HoistLimiter *self, guint max_slots);
void hoist_limiter_set_max (HoistLimiter *self, guint max_slots);
gboolean hoist_limiter_take (HoistLimiter *self);
void hoist_limiter_release (HoistLimiter *self, gboolean delivered, int error_code, gint64 now_us);

G_END_DECLS
