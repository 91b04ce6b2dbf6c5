/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-pace.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define KIB 1024u

/* floor (rate · time) in bytes, exactly */
static guint64
integral (guint64 rate, gint64 us)
{
  return (guint64) ((unsigned __int128) rate * (guint64) us / G_USEC_PER_SEC);
}

static guint64
burst_of (guint64 rate)
{
  return MAX (rate / 10, 64 * KIB);
}

static void
test_no_limit (void)
{
  HoistPace pace;

  hoist_pace_init (&pace, 0, 0);
  g_assert_cmpuint (hoist_pace_get_rate (&pace), ==, 0);
  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpuint (hoist_pace_take (&pace, G_MAXSIZE, 0), ==, G_MAXSIZE);
      g_assert_cmpint (hoist_pace_get_wait_us (&pace, G_MAXSIZE, 0), ==, 0);
    }
}

/* After the first burst the sum is the integral of the rate, to the byte, at
 * every moment, whatever the steps: nothing drifts. */
static void
test_exact (void)
{
  static const guint64 rates[] = { 1, 3, 999, 65537, 1000003, 12500000, 1250000000, 999999999999 };

  for (gsize r = 0; r < G_N_ELEMENTS (rates); r++)
    {
      guint64 rate = rates[r];
      gint64 start_us = g_test_rand_int_range (0, G_MAXINT32);
      gint64 now_us = start_us;
      guint64 sum;
      HoistPace pace;

      hoist_pace_init (&pace, rate, now_us);
      sum = hoist_pace_take (&pace, G_MAXSIZE, now_us);
      g_assert_cmpuint (sum, ==, burst_of (rate));
      for (guint i = 0; i < 20000; i++)
        {
          now_us += g_test_rand_int_range (0, i % 2 == 0 ? 20 : 99000);
          sum += hoist_pace_take (&pace, G_MAXSIZE, now_us);
          g_assert_cmpuint (sum, ==, burst_of (rate) + integral (rate, now_us - start_us));
        }
    }
}

/* With any demand: never more than a burst and the integral, in any stretch. */
static void
test_never_more (void)
{
  for (guint round = 0; round < 50; round++)
    {
      guint64 rate = (guint64) g_test_rand_int_range (1, 100000000);
      gint64 now_us = 0;
      guint64 sum = 0;
      gint64 idle_us = 0;
      HoistPace pace;

      hoist_pace_init (&pace, rate, now_us);
      for (guint i = 0; i < 2000; i++)
        {
          gsize wanted = (gsize) g_test_rand_int_range (0, 300000);
          gsize taken;

          now_us += g_test_rand_int_range (0, 2000);
          if (i % 500 == 499)
            now_us += idle_us = 3600 * SECOND;
          taken = hoist_pace_take (&pace, wanted, now_us);
          g_assert_cmpuint (taken, <=, MIN (wanted, burst_of (rate)));
          sum += taken;
          g_assert_cmpuint (sum, <=, burst_of (rate) + integral (rate, now_us));
        }
      g_assert_cmpint (idle_us, >, 0);
    }
}

/* The wait that it names is the shortest that is enough. */
static void
test_wait (void)
{
  for (guint round = 0; round < 5000; round++)
    {
      guint64 rate = (guint64) g_test_rand_int_range (1, 50000000);
      gsize wanted = (gsize) g_test_rand_int_range (1, 70 * 1024);
      gsize full = (gsize) MIN (wanted, burst_of (rate));
      gint64 now_us = 0;
      gint64 wait_us;
      HoistPace pace;
      HoistPace early;

      hoist_pace_init (&pace, rate, 0);
      for (guint i = 0; i < 5; i++)
        {
          now_us += g_test_rand_int_range (0, 3000);
          hoist_pace_take (&pace, (gsize) g_test_rand_int_range (0, 9999999), now_us);
        }
      wait_us = hoist_pace_get_wait_us (&pace, wanted, now_us);
      g_assert_cmpint (wait_us, >=, 0);
      early = pace;
      if (wait_us > 0)
        g_assert_cmpuint (hoist_pace_take (&early, full, now_us + wait_us - 1), <, full);
      g_assert_cmpuint (hoist_pace_take (&pace, full, now_us + wait_us), ==, full);
    }
}

static void
test_more_than_a_burst (void)
{
  HoistPace pace;

  hoist_pace_init (&pace, 1000000, 0);
  hoist_pace_take (&pace, G_MAXSIZE, 0);
  g_assert_cmpint (hoist_pace_get_wait_us (&pace, G_MAXSIZE, 0), ==, SECOND / 10);
  g_assert_cmpint (hoist_pace_get_wait_us (&pace, 0, 0), ==, 0);
}

static void
test_clock_jumps (void)
{
  static const gint64 jumps[] = { 0, -1, G_MININT64, G_MAXINT64, -SECOND, 5, G_MININT64, 0 };
  HoistPace pace;

  hoist_pace_init (&pace, 1000000, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (jumps); i++)
    {
      gint64 now_us = jumps[i];

      g_assert_cmpuint (hoist_pace_take (&pace, G_MAXSIZE, now_us), <=, 100000);
      g_assert_cmpint (hoist_pace_get_wait_us (&pace, 1000, now_us), <=, 1000);
      /* It flows on at once, whatever time it is now. */
      if (now_us < G_MAXINT64 - SECOND)
        g_assert_cmpuint (hoist_pace_take (&pace, G_MAXSIZE, now_us + 1000), ==, 1000);
    }
}

static void
test_change_of_rate (void)
{
  HoistPace pace;

  hoist_pace_init (&pace, 10000000, 0);
  hoist_pace_set_rate (&pace, 1000000, 0);
  g_assert_cmpuint (hoist_pace_get_rate (&pace), ==, 1000000);
  /* the burst shrank with the rate */
  g_assert_cmpuint (hoist_pace_take (&pace, G_MAXSIZE, 0), ==, 100000);

  /* what the old rate gave until now is not lost */
  hoist_pace_set_rate (&pace, 2000000, 50000);
  g_assert_cmpuint (hoist_pace_take (&pace, G_MAXSIZE, 50000), ==, 50000);
  g_assert_cmpuint (hoist_pace_take (&pace, G_MAXSIZE, 60000), ==, 20000);

  hoist_pace_set_rate (&pace, 0, 60000);
  g_assert_cmpuint (hoist_pace_take (&pace, 12345678, 60000), ==, 12345678);

  /* back from no limit: no debt, and no more than a burst */
  hoist_pace_set_rate (&pace, 1000000, 90 * SECOND);
  g_assert_cmpuint (hoist_pace_take (&pace, G_MAXSIZE, 90 * SECOND), <=, 100000);
  g_assert_cmpuint (hoist_pace_take (&pace, G_MAXSIZE, 90 * SECOND + 1000), ==, 1000);
}

/* What is put back can be taken again, and never makes more than a burst. */
static void
test_give_back (void)
{
  HoistPace pace;

  hoist_pace_init (&pace, 1000000, 0);
  g_assert_cmpuint (hoist_pace_take (&pace, 60000, 0), ==, 60000);
  hoist_pace_give_back (&pace, 50000);
  g_assert_cmpuint (hoist_pace_take (&pace, G_MAXSIZE, 0), ==, 90000);
  hoist_pace_give_back (&pace, 1000000);
  g_assert_cmpuint (hoist_pace_take (&pace, G_MAXSIZE, 0), ==, 100000);
}

static void
test_absurd_rate (void)
{
  HoistPace pace;

  hoist_pace_init (&pace, G_MAXUINT64, 0);
  for (gint64 now_us = 0; now_us < 100; now_us++)
    {
      g_assert_cmpuint (hoist_pace_take (&pace, G_MAXSIZE, now_us), >, 0);
      g_assert_cmpint (hoist_pace_get_wait_us (&pace, G_MAXSIZE, now_us), <=, SECOND / 10);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pace/no-limit", test_no_limit);
  g_test_add_func ("/pace/exact", test_exact);
  g_test_add_func ("/pace/never-more", test_never_more);
  g_test_add_func ("/pace/wait", test_wait);
  g_test_add_func ("/pace/more-than-a-burst", test_more_than_a_burst);
  g_test_add_func ("/pace/clock-jumps", test_clock_jumps);
  g_test_add_func ("/pace/change-of-rate", test_change_of_rate);
  g_test_add_func ("/pace/give-back", test_give_back);
  g_test_add_func ("/pace/absurd-rate", test_absurd_rate);
  return g_test_run ();
}
