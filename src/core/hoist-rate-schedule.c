/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-rate-schedule.h"

#include <glib/gi18n-lib.h>

#include "hoist-destination-limits.h"
#include "hoist-error.h"

#define MINUTES_PER_DAY (24 * 60)
#define MAX_TEXT_BYTES 200

/* These are no words for people: they are typed and kept in every language. */
static const char *const day_names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

/**
 * hoist_rate_schedule_is_set:
 * @schedule: a schedule
 *
 * Returns: whether there are such hours
 */
gboolean
hoist_rate_schedule_is_set (const HoistRateSchedule *schedule)
{
  g_return_val_if_fail (schedule != NULL, FALSE);

  return schedule->days != 0;
}

/**
 * hoist_rate_schedule_equal:
 * @a: a schedule
 * @b: a schedule
 *
 * Returns: whether they say the same
 */
gboolean
hoist_rate_schedule_equal (const HoistRateSchedule *a, const HoistRateSchedule *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->days == b->days &&
         (a->days == 0 || (a->from_minute == b->from_minute && a->to_minute == b->to_minute &&
                           a->bytes_per_s == b->bytes_per_s));
}

/* --- when ------------------------------------------------------------------------------------ */

/* A moment of a local day, as an instant: where a clock was put forward over it, the one
 * that takes its place; where it comes twice, one of both. */
static gint64
get_instant_us (GDateTime *day, guint minute)
{
  g_autoptr (GDateTime) moment =
    g_date_time_new (g_date_time_get_timezone (day), g_date_time_get_year (day),
                     g_date_time_get_month (day), g_date_time_get_day_of_month (day),
                     (int) minute / 60, (int) minute % 60, 0);

  return moment != NULL ? g_date_time_to_unix (moment) * G_USEC_PER_SEC : G_MAXINT64;
}

/* The hours that begin on the day that is @n_days after that of @noon.
 * Returns whether there are any. */
static gboolean
get_hours (const HoistRateSchedule *schedule,
           GDateTime *noon,
           int n_days,
           gint64 *begin_us,
           gint64 *end_us)
{
  gboolean over_night = schedule->to_minute <= schedule->from_minute;
  g_autoptr (GDateTime) first = g_date_time_add_days (noon, n_days);
  g_autoptr (GDateTime) last = g_date_time_add_days (noon, n_days + (over_night ? 1 : 0));

  if (first == NULL || last == NULL ||
      (schedule->days & (1u << (g_date_time_get_day_of_week (first) - 1))) == 0)
    return FALSE;
  *begin_us = get_instant_us (first, schedule->from_minute);
  *end_us = get_instant_us (last, schedule->to_minute);
  return *begin_us < *end_us;
}

/* At noon every day exists, and adding days to it changes no date. */
static GDateTime *
get_noon (GDateTime *now)
{
  return g_date_time_new (g_date_time_get_timezone (now), g_date_time_get_year (now),
                          g_date_time_get_month (now), g_date_time_get_day_of_month (now), 12, 0,
                          0);
}

static gint64
get_unix_us (GDateTime *now)
{
  return g_date_time_to_unix (now) * G_USEC_PER_SEC + g_date_time_get_microsecond (now);
}

static gboolean
is_on_at (const HoistRateSchedule *schedule, GDateTime *noon, gint64 unix_us)
{
  gint64 begin_us;
  gint64 end_us;

  for (int i = -2; i <= 9; i++)
    if (get_hours (schedule, noon, i, &begin_us, &end_us) && begin_us <= unix_us &&
        unix_us < end_us)
      return TRUE;
  return FALSE;
}

/**
 * hoist_rate_schedule_is_on:
 * @schedule: a schedule
 * @now: the local time, with its time zone
 *
 * Returns: whether its limit holds now
 */
gboolean
hoist_rate_schedule_is_on (const HoistRateSchedule *schedule, GDateTime *now)
{
  g_autoptr (GDateTime) noon = NULL;

  g_return_val_if_fail (schedule != NULL && now != NULL, FALSE);

  if (schedule->days == 0)
    return FALSE;
  noon = get_noon (now);
  return noon != NULL && is_on_at (schedule, noon, get_unix_us (now));
}

/**
 * hoist_rate_schedule_get_change_us:
 * @schedule: a schedule
 * @now: the local time, with its time zone
 *
 * When it begins or ends the next time. Hours that follow each other without a break are
 * one.
 *
 * Returns: microseconds since 1970, later than @now; %HOIST_RATE_SCHEDULE_NEVER if it
 *   goes on as it is
 */
gint64
hoist_rate_schedule_get_change_us (const HoistRateSchedule *schedule, GDateTime *now)
{
  g_autoptr (GDateTime) noon = NULL;
  gint64 change_us = HOIST_RATE_SCHEDULE_NEVER;
  gint64 now_us;
  gboolean on;

  g_return_val_if_fail (schedule != NULL && now != NULL, HOIST_RATE_SCHEDULE_NEVER);

  noon = schedule->days != 0 ? get_noon (now) : NULL;
  if (noon == NULL)
    return HOIST_RATE_SCHEDULE_NEVER;
  now_us = get_unix_us (now);
  on = is_on_at (schedule, noon, now_us);
  for (int i = -1; i <= 8; i++)
    {
      gint64 moments[2];

      if (!get_hours (schedule, noon, i, &moments[0], &moments[1]))
        continue;
      for (guint j = 0; j < G_N_ELEMENTS (moments); j++)
        if (moments[j] > now_us && moments[j] < change_us &&
            is_on_at (schedule, noon, moments[j]) != on)
          change_us = moments[j];
    }
  return change_us;
}

/* --- as text --------------------------------------------------------------------------------- */

static gboolean
parse_minute (const char *text, guint *minute)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);
  guint64 hours;
  guint64 minutes = 0;

  if (parts[0] == NULL || !g_ascii_string_to_unsigned (parts[0], 10, 0, 24, &hours, NULL))
    return FALSE;
  if (parts[1] != NULL &&
      (strlen (parts[1]) != 2 || !g_ascii_string_to_unsigned (parts[1], 10, 0, 59, &minutes, NULL)))
    return FALSE;
  *minute = (guint) (hours * 60 + minutes) % MINUTES_PER_DAY;
  return hours < 24 || minutes == 0;
}

static gboolean
parse_hours (const char *text, HoistRateSchedule *schedule)
{
  g_auto (GStrv) parts = g_strsplit (text, "-", 2);

  return g_strv_length (parts) == 2 && parse_minute (parts[0], &schedule->from_minute) &&
         parse_minute (parts[1], &schedule->to_minute);
}

static gboolean
parse_day (const char *text, guint *day)
{
  for (guint i = 0; i < G_N_ELEMENTS (day_names); i++)
    if (g_ascii_strcasecmp (text, day_names[i]) == 0)
      {
        *day = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse_days (const char *text, guint *days)
{
  g_auto (GStrv) ends = g_strsplit (text, "-", 2);
  guint day = 0;
  guint last = 0;

  if (ends[0] == NULL || !parse_day (ends[0], &day) ||
      !parse_day (ends[1] != NULL ? ends[1] : ends[0], &last))
    return FALSE;
  *days |= 1u << day;
  for (; day != last; *days |= 1u << day)
    day = (day + 1) % G_N_ELEMENTS (day_names);
  return TRUE;
}

/* As 500k or 2M, of a thousand each; «full» is no limit. */
static gboolean
parse_limit (const char *text, guint64 *bytes_per_s)
{
  static const char units[] = "kMGT";
  g_autofree char *number = g_strdup (text);
  gsize length = strlen (number);
  const char *unit = length > 0 ? strchr (units, number[length - 1]) : NULL;
  guint64 factor = 1;

  *bytes_per_s = 0;
  if (g_ascii_strcasecmp (text, "full") == 0)
    return TRUE;
  for (const char *u = units; unit != NULL && u <= unit; u++)
    factor *= 1000;
  if (unit != NULL)
    number[length - 1] = '\0';
  return g_ascii_string_to_unsigned (number, 10, 1, HOIST_LIMITS_MAX_BYTES_PER_S / factor,
                                     bytes_per_s, NULL) &&
         (*bytes_per_s *= factor) >= HOIST_LIMITS_MIN_BYTES_PER_S;
}

/* [DAYS,…]HOURS=LIMIT */
static gboolean
parse (HoistRateSchedule *schedule, const char *text)
{
  g_auto (GStrv) sides = g_strsplit (text, "=", 2);
  g_auto (GStrv) words = NULL;
  guint n_words;

  if (strlen (text) > MAX_TEXT_BYTES || g_strv_length (sides) != 2 ||
      !parse_limit (sides[1], &schedule->bytes_per_s))
    return FALSE;
  words = g_strsplit (sides[0], ",", -1);
  n_words = g_strv_length (words);
  for (guint i = 0; i + 1 < n_words; i++)
    if (!parse_days (words[i], &schedule->days))
      return FALSE;
  if (n_words == 1)
    schedule->days = HOIST_RATE_SCHEDULE_EVERY_DAY;
  return n_words > 0 && parse_hours (words[n_words - 1], schedule);
}

/**
 * hoist_rate_schedule_parse:
 * @schedule: (out caller-allocates): the schedule
 * @text: such as `22:00-7:00=full` or `mon-fri,sun,8-17:30=500k`; empty for none
 * @error: return location for an error
 *
 * Reads a schedule as it is written in settings and on command lines: the days on which
 * the hours begin, all if none are named; the hours, over midnight if they end before they
 * begin; and the limit in bytes a second, or `full`.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT, and there is no schedule then.
 *
 * Returns: whether it is one
 */
gboolean
hoist_rate_schedule_parse (HoistRateSchedule *schedule, const char *text, GError **error)
{
  g_return_val_if_fail (schedule != NULL && text != NULL, FALSE);

  *schedule = (HoistRateSchedule){ 0 };
  if (*text == '\0' || parse (schedule, text))
    return TRUE;
  *schedule = (HoistRateSchedule){ 0 };
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                       _ ("Hours with another limit are written as in 22:00-7:00=full or "
                          "mon-fri,8:00-17:30=500k."));
  return FALSE;
}

/**
 * hoist_rate_schedule_to_string:
 * @schedule: a schedule
 *
 * Writes it as [func@hoist_rate_schedule_parse] reads it.
 *
 * Returns: (transfer full): the text
 */
char *
hoist_rate_schedule_to_string (const HoistRateSchedule *schedule)
{
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (schedule != NULL, g_string_free (text, FALSE));

  if (schedule->days == 0)
    return g_string_free (text, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (day_names); i++)
    if ((schedule->days & HOIST_RATE_SCHEDULE_EVERY_DAY) != HOIST_RATE_SCHEDULE_EVERY_DAY &&
        (schedule->days & (1u << i)) != 0)
      g_string_append_printf (text, "%s,", day_names[i]);
  g_string_append_printf (text, "%02u:%02u-%02u:%02u=", schedule->from_minute / 60,
                          schedule->from_minute % 60, schedule->to_minute / 60,
                          schedule->to_minute % 60);
  if (schedule->bytes_per_s == 0)
    g_string_append (text, "full");
  else
    g_string_append_printf (text, "%" G_GUINT64_FORMAT, schedule->bytes_per_s);
  return g_string_free (text, FALSE);
}
