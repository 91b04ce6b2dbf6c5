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

  hoist_limiter_init (&limiter, 0);
  g_assert_cmpuint (limiter.slots, ==, HOIST_LIMITER_DEFAULT_SLOTS);
  take (&limiter, HOIST_LIMITER_DEFAULT_SLOTS);
  g_assert_false (hoist_limiter_take (&limiter));

  hoist_limiter_init (&limiter, 1000);
  g_assert_cmpuint (limiter.slots, ==, HOIST_LIMITER_MAX_SLOTS);
}

/* Parts that fail together halve it once; one slot always remains. */
static void
test_backs_off (void)
{
  HoistLimiter limiter;
  gint64 now_us = G_USEC_PER_SEC;

  hoist_limiter_init (&limiter, 8);
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

  hoist_limiter_init (&limiter, 8);
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

  hoist_limiter_init (&limiter, 4);
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

  hoist_limiter_init (&limiter, 4);
  take (&limiter, 4);
  hoist_limiter_set_max (&limiter, 2);
  hoist_limiter_release (&limiter, TRUE, 0, 0);
  g_assert_false (hoist_limiter_take (&limiter));
  hoist_limiter_release (&limiter, TRUE, 0, 0);
  g_assert_false (hoist_limiter_take (&limiter));
  hoist_limiter_release (&limiter, TRUE, 0, 0);
  g_assert_true (hoist_limiter_take (&limiter));

  hoist_limiter_set_max (&limiter, 6);
  g_assert_cmpuint (limiter.slots, ==, 6);
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
  return g_test_run ();
}
