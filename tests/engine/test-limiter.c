/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-limiter.h"

static void
take (HoistLimiter *limiter, guint n)
{
  for (guint i = 0; i < n; i++)
    g_assert_true (hoist_limiter_take (limiter));
}

static void
test_bounds (void)
{
  HoistLimiter limiter;

  hoist_limiter_init (&limiter, 0, FALSE);
  g_assert_cmpuint (limiter.slots, ==, HOIST_CONCURRENCY_DEFAULT);
  take (&limiter, HOIST_CONCURRENCY_DEFAULT);
  g_assert_false (hoist_limiter_take (&limiter));

  hoist_limiter_init (&limiter, 1000, FALSE);
  g_assert_cmpuint (limiter.slots, ==, HOIST_CONCURRENCY_MAX);
}

/* Parts that fail together halve it once; one slot always remains. */
static void
test_backs_off (void)
{
  HoistLimiter limiter;
  gint64 now_us = G_USEC_PER_SEC;

  hoist_limiter_init (&limiter, 8, FALSE);
  take (&limiter, 8);
  for (guint i = 0; i < 8; i++)
    hoist_limiter_release (&limiter, FALSE, HOIST_ERROR_THROTTLED, now_us);
  g_assert_cmpuint (limiter.slots, ==, 4);

  for (guint i = 0; i < 5; i++)
    {
      now_us += 10 * G_USEC_PER_SEC;
      take (&limiter, 1);
      hoist_limiter_release (&limiter, FALSE, HOIST_ERROR_TIMED_OUT, now_us);
    }
  g_assert_cmpuint (limiter.slots, ==, 1);
  g_assert_cmpuint (limiter.in_use, ==, 0);
}

static void
test_ignores_what_is_no_load (void)
{
  static const int codes[] = { -1, HOIST_ERROR_NETWORK, HOIST_ERROR_CHECKSUM,
                               HOIST_ERROR_URL_EXPIRED };
  HoistLimiter limiter;

  hoist_limiter_init (&limiter, 8, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      take (&limiter, 1);
      hoist_limiter_release (&limiter, FALSE, codes[i], (i + 1) * 60 * G_USEC_PER_SEC);
    }
  g_assert_cmpuint (limiter.slots, ==, 8);
}

/* As many good parts as there are slots bring one slot back, up to the maximum. */
static void
test_recovers (void)
{
  HoistLimiter limiter;
  guint delivered = 0;

  hoist_limiter_init (&limiter, 4, FALSE);
  take (&limiter, 1);
  hoist_limiter_release (&limiter, FALSE, HOIST_ERROR_UNAVAILABLE, G_USEC_PER_SEC);
  g_assert_cmpuint (limiter.slots, ==, 2);

  for (; limiter.slots < 4; delivered++)
    {
      take (&limiter, 1);
      hoist_limiter_release (&limiter, TRUE, 0, G_USEC_PER_SEC);
    }
  g_assert_cmpuint (delivered, ==, 2 + 3);
  take (&limiter, 4);
  for (guint i = 0; i < 4; i++)
    hoist_limiter_release (&limiter, TRUE, 0, G_USEC_PER_SEC);
  g_assert_cmpuint (limiter.slots, ==, 4);
}

/* Fewer slots than travel: those that travel end, no new one goes. */
static void
test_shrinks (void)
{
  HoistLimiter limiter;

  hoist_limiter_init (&limiter, 4, FALSE);
  take (&limiter, 4);
  hoist_limiter_set (&limiter, 2, FALSE);
  hoist_limiter_release (&limiter, TRUE, 0, 0);
  g_assert_false (hoist_limiter_take (&limiter));
  hoist_limiter_release (&limiter, TRUE, 0, 0);
  g_assert_false (hoist_limiter_take (&limiter));
  hoist_limiter_release (&limiter, TRUE, 0, 0);
  g_assert_true (hoist_limiter_take (&limiter));

  hoist_limiter_set (&limiter, 6, FALSE);
  g_assert_cmpuint (limiter.slots, ==, 6);
}

/* Twice as many bring twice as much until there are 16: it finds that out by itself. */
static void
test_grows (void)
{
  HoistLimiter limiter;
  guint64 acked_bytes = 0;

  hoist_limiter_init (&limiter, 4, TRUE);
  for (gint64 now_us = 1; now_us < 60 * G_USEC_PER_SEC; now_us += G_USEC_PER_SEC / 4)
    {
      while (hoist_limiter_take (&limiter))
        ;
      acked_bytes += MIN (limiter.in_use, 16) * G_GUINT64_CONSTANT (1000000);
      hoist_limiter_sample (&limiter, now_us, acked_bytes, 0);
    }
  g_assert_cmpuint (limiter.in_use, >=, 16);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limiter/bounds", test_bounds);
  g_test_add_func ("/limiter/backs-off", test_backs_off);
  g_test_add_func ("/limiter/ignores-what-is-no-load", test_ignores_what_is_no_load);
  g_test_add_func ("/limiter/recovers", test_recovers);
  g_test_add_func ("/limiter/shrinks", test_shrinks);
  g_test_add_func ("/limiter/grows", test_grows);
  return g_test_run ();
}
