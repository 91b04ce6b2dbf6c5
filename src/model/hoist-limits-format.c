/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-limits-format.h"

#include <glib/gi18n-lib.h>

#include "hoist-upload-format.h"

static char *
format_until (gint64 until_us, GDateTime *now)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (until_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) until =
    utc != NULL ? g_date_time_to_timezone (utc, g_date_time_get_timezone (now)) : NULL;
  gboolean soon = until_us - g_date_time_to_unix (now) * G_USEC_PER_SEC < G_TIME_SPAN_DAY;

  if (until == NULL)
    return NULL;
  /* Translators: a time of the day, and one on a day of the week, for g_date_time_format(). */
  return g_date_time_format (until, soon ? _ ("%H:%M") : _ ("%A, %H:%M"));
}

/**
 * hoist_limits_format_rate:
 * @limits: the limits
 * @now: the local time, with its time zone
 *
 * Says which bandwidth there is now, and until when: «at most 2 MB/s until 22:00».
 *
 * Returns: (transfer full): the words; empty if there is never a limit
 */
char *
hoist_limits_format_rate (const HoistLimits *limits, GDateTime *now)
{
  g_autofree char *speed = NULL;
  g_autofree char *until = NULL;
  guint64 bytes_per_s;
  gint64 until_us;

  g_return_val_if_fail (limits != NULL && now != NULL, NULL);

  bytes_per_s = hoist_limits_get_rate (limits, now, &until_us);
  if (until_us != HOIST_RATE_SCHEDULE_NEVER)
    until = format_until (until_us, now);
  if (bytes_per_s == 0)
    return until == NULL ? g_strdup ("")
                         /* Translators: of the bandwidth; %s is a time, such as “07:00”. */
                         : g_strdup_printf (_ ("no limit until %s"), until);
  speed = hoist_upload_format_speed (bytes_per_s);
  if (until == NULL)
    /* Translators: of the bandwidth; %s is a speed, such as “2 MB/s”. */
    return g_strdup_printf (_ ("at most %s"), speed);
  /* Translators: of the bandwidth; a speed and a time, such as “2 MB/s” and “22:00”. */
  return g_strdup_printf (_ ("at most %s until %s"), speed, until);
}
