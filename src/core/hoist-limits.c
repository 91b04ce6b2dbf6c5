/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-limits.h"

/**
 * hoist_limits_equal:
 * @a: limits
 * @b: limits
 *
 * Returns: whether they are the same
 */
gboolean
hoist_limits_equal (const HoistLimits *a, const HoistLimits *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->parts_in_flight == b->parts_in_flight && !a->fixed_parts == !b->fixed_parts &&
         a->bytes_per_s == b->bytes_per_s && hoist_rate_schedule_equal (&a->schedule, &b->schedule);
}

/**
 * hoist_limits_get_rate:
 * @limits: limits
 * @now: the local time, with its time zone
 * @until_us: (out) (optional): until when that holds, in microseconds since 1970;
 *   %HOIST_RATE_SCHEDULE_NEVER for good
 *
 * What bandwidth there is now.
 *
 * Returns: bytes a second; 0 = no limit
 */
guint64
hoist_limits_get_rate (const HoistLimits *limits, GDateTime *now, gint64 *until_us)
{
  const HoistRateSchedule *schedule;

  g_return_val_if_fail (limits != NULL && now != NULL, 0);

  schedule = &limits->schedule;
  if (until_us != NULL)
    *until_us = schedule->bytes_per_s == limits->bytes_per_s
                  ? HOIST_RATE_SCHEDULE_NEVER
                  : hoist_rate_schedule_get_change_us (schedule, now);
  return hoist_rate_schedule_is_on (schedule, now) ? schedule->bytes_per_s : limits->bytes_per_s;
}

/**
 * hoist_limits_options_to_variant:
 * @limits: limits
 *
 * Packs what is not an argument of its own on the bus.
 *
 * Returns: (transfer none): a floating `a{sv}`
 */
GVariant *
hoist_limits_options_to_variant (const HoistLimits *limits)
{
  GVariantDict dict;
  g_autofree char *schedule = NULL;

  g_return_val_if_fail (limits != NULL, NULL);

  schedule = hoist_rate_schedule_to_string (&limits->schedule);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "fixed-parts", "b", limits->fixed_parts);
  g_variant_dict_insert (&dict, "schedule", "s", schedule);
  return g_variant_dict_end (&dict);
}

/**
 * hoist_limits_options_from_variant:
 * @limits: (inout): what is packed is set in it
 * @options: an `a{sv}`; unknown keys and other types are passed over
 * @error: return location for an error
 *
 * Unpacks what [func@hoist_limits_options_to_variant] packed.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT for a schedule that is none.
 *
 * Returns: whether it makes sense
 */
gboolean
hoist_limits_options_from_variant (HoistLimits *limits, GVariant *options, GError **error)
{
  const char *schedule = "";

  g_return_val_if_fail (limits != NULL && options != NULL, FALSE);

  limits->fixed_parts = FALSE;
  g_variant_lookup (options, "fixed-parts", "b", &limits->fixed_parts);
  g_variant_lookup (options, "schedule", "&s", &schedule);
  return hoist_rate_schedule_parse (&limits->schedule, schedule, error);
}
