/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-limits-format.h"

static const struct
{
  guint64 bytes_per_s;
  const char *schedule;
  int day; /* of January 2026; the 14th is a Wednesday */
  int hour;
  const char *expected;
} rates[] = {
  { 0, "", 14, 12, "" },
  { 2000000, "", 14, 12, "at most 2.0 MB/s" },
  { 2000000, "22-7=full", 14, 12, "at most 2.0 MB/s until 22:00" },
  { 2000000, "22-7=full", 14, 23, "no limit until 07:00" },
  { 0, "8-17:30=500k", 14, 12, "at most 500.0 kB/s until 17:30" },
  { 0, "8-17:30=500k", 14, 18, "no limit until 08:00" },
  { 0, "mon,8-17=500k", 14, 18, "no limit until Monday, 08:00" },
  { 0, "0-0=500k", 14, 18, "at most 500.0 kB/s" },
  { 500000, "22-7=500k", 14, 18, "at most 500.0 kB/s" },
  { 0, "22-7=full", 14, 18, "" },
};

/* GLib writes a space that does not break between a number and its unit. */
static char *
break_spaces (const char *text)
{
  GString *string = g_string_new (text);

  g_string_replace (string, "\u00a0", " ", 0);
  return g_string_free (string, FALSE);
}

static void
test_rate (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 1, rates[i].day, rates[i].hour, 0, 0);
      HoistLimits limits = { .bytes_per_s = rates[i].bytes_per_s };
      g_autofree char *text = NULL;
      g_autofree char *plain = NULL;

      g_assert_true (hoist_rate_schedule_parse (&limits.schedule, rates[i].schedule, NULL));
      text = hoist_limits_format_rate (&limits, now);
      plain = break_spaces (text);
      g_assert_cmpstr (plain, ==, rates[i].expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limits-format/rate", test_rate);
  return g_test_run ();
}
