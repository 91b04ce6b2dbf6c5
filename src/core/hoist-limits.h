/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-rate-schedule.h"

G_BEGIN_DECLS

/**
 * HoistLimits:
 * @parts_in_flight: parts that travel at a time, 1 to 32; 0 = the default
 * @fixed_parts: whether that is the most; else it is where Hoist begins to find out how
 *   many are best
 * @bytes_per_s: bandwidth of all uploads together; 0 = no limit
 * @schedule: hours in which another bandwidth holds
 *
 * How much of the machine and of the line all uploads may use.
 */
typedef struct
{
  guint parts_in_flight;
  gboolean fixed_parts;
  guint64 bytes_per_s;
  HoistRateSchedule schedule;
} HoistLimits;

gboolean hoist_limits_equal (const HoistLimits *a, const HoistLimits *b);
guint64 hoist_limits_get_rate (const HoistLimits *limits, GDateTime *now, gint64 *until_us);
GVariant *hoist_limits_options_to_variant (const HoistLimits *limits);
gboolean hoist_limits_options_from_variant (HoistLimits *limits, GVariant *options, GError **error);

G_END_DECLS
