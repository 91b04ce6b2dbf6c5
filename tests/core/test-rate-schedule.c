/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-error.h"
#include "hoist-limits.h"

/* Zones by their rules, which are there without a table of the world's: tzset(3). */
#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"
#define LORD_HOWE "LHST-10:30LHDT-11,M10.1.0,M4.1.0"
#define ST_JOHNS "NST3:30NDT,M3.2.0,M11.1.0"

static GTimeZone *
get_zone (const char *name)
{
  GTimeZone *zone = g_time_zone_new_identifier (name);

  g_assert_nonnull (zone);
  return zone;
}

/* @time: as in 2026-03-28 21:59 */
static GDateTime *
get_time (const char *zone_name, const char *time)
{
  g_autoptr (GTimeZone) zone = get_zone (zone_name);
  g_autofree char *text = g_strdup_printf ("%s:00", time);
  GDateTime *result = g_date_time_new_from_iso8601 (text, zone);

  g_assert_nonnull (result);
  return result;
}

static char *
format_us (gint64 unix_us, GDateTime *like)
{
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) local = NULL;

  if (unix_us == HOIST_RATE_SCHEDULE_NEVER)
    return g_strdup ("never");
  utc = g_date_time_new_from_unix_utc (unix_us / G_USEC_PER_SEC);
  local = g_date_time_to_timezone (utc, g_date_time_get_timezone (like));
  return g_date_time_format (local, "%Y-%m-%d %H:%M");
}

static const struct
{
  const char *zone;
  const char *schedule;
  const char *now;
  gboolean on;
  const char *change;
} moments[] = {
  /* over midnight */
  { BERLIN, "22:00-7:00=full", "2026-01-14 21:59", FALSE, "2026-01-14 22:00" },
  { BERLIN, "22:00-7:00=full", "2026-01-14 22:00", TRUE, "2026-01-15 07:00" },
  { BERLIN, "22:00-7:00=full", "2026-01-15 00:00", TRUE, "2026-01-15 07:00" },
  { BERLIN, "22:00-7:00=full", "2026-01-15 06:59", TRUE, "2026-01-15 07:00" },
  { BERLIN, "22:00-7:00=full", "2026-01-15 07:00", FALSE, "2026-01-15 22:00" },
  /* within a day, until midnight, from midnight, all day */
  { BERLIN, "8-17:30=500k", "2026-01-14 17:29", TRUE, "2026-01-14 17:30" },
  { BERLIN, "8-17:30=500k", "2026-01-14 17:30", FALSE, "2026-01-15 08:00" },
  { BERLIN, "18-24=500k", "2026-01-14 23:59", TRUE, "2026-01-15 00:00" },
  { BERLIN, "0-8=500k", "2026-01-14 00:00", TRUE, "2026-01-14 08:00" },
  { BERLIN, "8-8=500k", "2026-01-14 12:00", TRUE, "never" },
  /* on some days: they count where it begins (2026-01-16 is a Friday) */
  { BERLIN, "fri,22-7=full", "2026-01-17 06:59", TRUE, "2026-01-17 07:00" },
  { BERLIN, "fri,22-7=full", "2026-01-17 22:00", FALSE, "2026-01-23 22:00" },
  { BERLIN, "sat-sun,0-24=full", "2026-01-16 12:00", FALSE, "2026-01-17 00:00" },
  { BERLIN, "sat-sun,0-24=full", "2026-01-17 12:00", TRUE, "2026-01-19 00:00" },
  { BERLIN, "sun-mon,0-24=full", "2026-01-18 12:00", TRUE, "2026-01-20 00:00" },
  { BERLIN, "fri,0-0=full", "2026-01-16 00:00", TRUE, "2026-01-17 00:00" },
  { BERLIN, "fri,0-0=full", "2026-01-17 00:00", FALSE, "2026-01-23 00:00" },
  /* the clock is put forward at 2:00, and back at 3:00 */
  { BERLIN, "22-7=full", "2026-03-29 01:59", TRUE, "2026-03-29 07:00" },
  { BERLIN, "1-4=full", "2026-03-29 00:59", FALSE, "2026-03-29 01:00" },
  { BERLIN, "1-4=full", "2026-03-29 03:00", TRUE, "2026-03-29 04:00" },
  { BERLIN, "1-4=full", "2026-10-25 03:59", TRUE, "2026-10-25 04:00" },
  { BERLIN, "22-7=full", "2026-10-24 22:00", TRUE, "2026-10-25 07:00" },
  /* where it is changed by half an hour, at 2:00 */
  { LORD_HOWE, "1-4=full", "2026-10-04 03:59", TRUE, "2026-10-04 04:00" },
  /* a new year, a leap day */
  { BERLIN, "22-7=full", "2027-12-31 23:30", TRUE, "2028-01-01 07:00" },
  { BERLIN, "tue,12-13=full", "2028-02-28 12:00", FALSE, "2028-02-29 12:00" },
  /* none */
  { BERLIN, "", "2026-01-14 12:00", FALSE, "never" },
};

static void
test_moments (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_autoptr (GDateTime) now = get_time (moments[i].zone, moments[i].now);
      g_autofree char *change = NULL;
      HoistRateSchedule schedule;

      g_test_message ("%s at %s", moments[i].schedule, moments[i].now);
      g_assert_true (hoist_rate_schedule_parse (&schedule, moments[i].schedule, NULL));
      g_assert_cmpint (hoist_rate_schedule_is_on (&schedule, now), ==, moments[i].on);
      change = format_us (hoist_rate_schedule_get_change_us (&schedule, now), now);
      g_assert_cmpstr (change, ==, moments[i].change);
    }
}

/* Whatever the schedule and the zone: until the next change it is as it is now, and then it
 * is the other way. */
static void
test_change_is_the_next_one (void)
{
  static const char *const zones[] = { BERLIN, LORD_HOWE, ST_JOHNS, "UTC" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < 400; i++)
    {
      g_autoptr (GTimeZone) zone = get_zone (zones[i % G_N_ELEMENTS (zones)]);
      /* Around a change of the clock in Berlin as often as at any time of two years. */
      gint64 now_us = (1774746000 + (gint64) g_rand_int_range (rand, 0, i % 2 ? 86400 : 63072000)) *
                      G_USEC_PER_SEC;
      HoistRateSchedule schedule = {
        .days = (guint) g_rand_int_range (rand, 1, 128),
        .from_minute = (guint) g_rand_int_range (rand, 0, 1440),
        .to_minute = (guint) g_rand_int_range (rand, 0, 1440),
        .bytes_per_s = 1000,
      };
      g_autoptr (GDateTime) now = NULL;
      gint64 change_us;
      gboolean on;

      {
        g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_us / G_USEC_PER_SEC);
        now = g_date_time_to_timezone (utc, zone);
      }
      on = hoist_rate_schedule_is_on (&schedule, now);
      change_us = hoist_rate_schedule_get_change_us (&schedule, now);
      g_assert_cmpint (change_us, >, now_us);
      if (change_us == HOIST_RATE_SCHEDULE_NEVER)
        change_us = now_us + 9 * G_TIME_SPAN_DAY;
      else
        {
          g_autoptr (GDateTime) then = g_date_time_add (now, change_us - now_us);
          g_assert_cmpint (hoist_rate_schedule_is_on (&schedule, then), ==, !on);
        }
      for (gint64 t = now_us; t < change_us; t += 17 * G_TIME_SPAN_MINUTE)
        {
          g_autoptr (GDateTime) then = g_date_time_add (now, t - now_us);
          g_assert_cmpint (hoist_rate_schedule_is_on (&schedule, then), ==, on);
        }
    }
}

static const struct
{
  const char *text;
  const char *written; /* NULL: it is refused */
} texts[] = {
  { "", "" },
  { "22:00-07:00=full", "22:00-07:00=full" },
  { "22-7=FULL", "22:00-07:00=full" },
  { "mon-fri,8:00-17:30=500k", "mon,tue,wed,thu,fri,08:00-17:30=500000" },
  { "Sat-Mon,0-24=2M", "mon,sat,sun,00:00-00:00=2000000" },
  { "mon-sun,0-1=1G", "00:00-01:00=1000000000" },
  { "wed,wed,0-1=1000", "wed,00:00-01:00=1000" },
  { "22:00-07:00", NULL },
  { "22:00=full", NULL },
  { "=full", NULL },
  { "22:00-07:00=", NULL },
  { "22:00-07:00=999", NULL },
  { "22:00-07:00=2T", NULL },
  { "22:00-07:00=-2M", NULL },
  { "22:00-07:00=2m", NULL },
  { "22:00-07:00=18446744073709551615k", NULL },
  { "25-7=full", NULL },
  { "24:01-7=full", NULL },
  { "7:60-8=full", NULL },
  { "7:5-8=full", NULL },
  { "7:-8=full", NULL },
  { "-7=full", NULL },
  { "someday,22-7=full", NULL },
  { ",22-7=full", NULL },
  { "mon-,22-7=full", NULL },
  { "mon=full", NULL },
  { "22-7=full=full", NULL },
  { " 22-7=full", NULL },
};

static void
test_text (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *written = NULL;
      HoistRateSchedule schedule;
      HoistRateSchedule again;

      g_test_message ("%s", texts[i].text);
      if (texts[i].written == NULL)
        {
          g_assert_false (hoist_rate_schedule_parse (&schedule, texts[i].text, &error));
          g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
          g_assert_false (hoist_rate_schedule_is_set (&schedule));
          continue;
        }
      g_assert_true (hoist_rate_schedule_parse (&schedule, texts[i].text, &error));
      g_assert_no_error (error);
      written = hoist_rate_schedule_to_string (&schedule);
      g_assert_cmpstr (written, ==, texts[i].written);
      g_assert_true (hoist_rate_schedule_parse (&again, written, NULL));
      g_assert_true (hoist_rate_schedule_equal (&schedule, &again));
    }
}

static void
test_limits (void)
{
  HoistLimits limits = { .bytes_per_s = 2000000 };
  g_autoptr (GDateTime) day = get_time (BERLIN, "2026-01-14 12:00");
  g_autoptr (GDateTime) night = get_time (BERLIN, "2026-01-14 23:00");
  g_autofree char *until = NULL;
  gint64 until_us;

  g_assert_cmpuint (hoist_limits_get_rate (&limits, day, &until_us), ==, 2000000);
  g_assert_cmpint (until_us, ==, HOIST_RATE_SCHEDULE_NEVER);

  g_assert_true (hoist_rate_schedule_parse (&limits.schedule, "22-7=full", NULL));
  g_assert_cmpuint (hoist_limits_get_rate (&limits, day, &until_us), ==, 2000000);
  until = format_us (until_us, day);
  g_assert_cmpstr (until, ==, "2026-01-14 22:00");
  g_assert_cmpuint (hoist_limits_get_rate (&limits, night, NULL), ==, 0);

  /* The same limit at all hours does not end. */
  limits.schedule.bytes_per_s = 2000000;
  g_assert_cmpuint (hoist_limits_get_rate (&limits, night, &until_us), ==, 2000000);
  g_assert_cmpint (until_us, ==, HOIST_RATE_SCHEDULE_NEVER);
}

static void
test_options (void)
{
  HoistLimits limits = { .fixed_parts = TRUE };
  HoistLimits read = { 0 };
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GVariant) bad = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hoist_rate_schedule_parse (&limits.schedule, "mon,22-7=1M", NULL));
  options = g_variant_ref_sink (hoist_limits_options_to_variant (&limits));
  g_assert_true (hoist_limits_options_from_variant (&read, options, NULL));
  g_assert_true (hoist_limits_equal (&limits, &read));
  read.fixed_parts = FALSE;
  g_assert_false (hoist_limits_equal (&limits, &read));

  bad = g_variant_ref_sink (g_variant_new_parsed ("{'schedule': <'x'>}"));
  g_assert_false (hoist_limits_options_from_variant (&read, bad, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rate-schedule/moments", test_moments);
  g_test_add_func ("/rate-schedule/change-is-the-next-one", test_change_is_the_next_one);
  g_test_add_func ("/rate-schedule/text", test_text);
  g_test_add_func ("/rate-schedule/limits", test_limits);
  g_test_add_func ("/rate-schedule/options", test_options);
  return g_test_run ();
}
