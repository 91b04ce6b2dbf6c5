/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-retry.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

typedef struct
{
  HoistError code;
  guint attempt;
  gint64 stuck_us;
  gint64 retry_after_us;
  double random_fraction;
  gint64 delay_us;
} Row;

/* base 1 s, cap 60 s, gives up after 10 minutes without progress */
static const Row rows[] = {
  /* doubles up to the cap */
  { HOIST_ERROR_NETWORK, 0, 0, 0, 0.5, SECOND / 2 },
  { HOIST_ERROR_NETWORK, 1, 0, 0, 0.5, SECOND },
  { HOIST_ERROR_NETWORK, 2, 0, 0, 0.5, 2 * SECOND },
  { HOIST_ERROR_NETWORK, 5, 0, 0, 0.5, 16 * SECOND },
  { HOIST_ERROR_NETWORK, 6, 0, 0, 0.5, 30 * SECOND },
  { HOIST_ERROR_NETWORK, 64, 0, 0, 0.5, 30 * SECOND },
  { HOIST_ERROR_NETWORK, G_MAXUINT, 0, 0, 0.5, 30 * SECOND },
  { HOIST_ERROR_NETWORK, 3, 0, 0, 0.0, 0 },
  /* never before the server wants it, and no later than needed */
  { HOIST_ERROR_THROTTLED, 0, 0, 5 * SECOND, 0.5, 5 * SECOND },
  { HOIST_ERROR_THROTTLED, 0, 0, 300 * SECOND, 0.5, 300 * SECOND },
  { HOIST_ERROR_THROTTLED, 6, 0, 5 * SECOND, 0.5, 30 * SECOND },
  { HOIST_ERROR_THROTTLED, 0, 0, -5, 0.5, SECOND / 2 },
  { HOIST_ERROR_THROTTLED, 0, 0, G_MAXINT64, 0.5, 24 * 60 * 60 * SECOND },
  /* enough is enough */
  { HOIST_ERROR_NETWORK, 9, 600 * SECOND, 0, 0.5, 30 * SECOND },
  { HOIST_ERROR_NETWORK, 9, 600 * SECOND + 1, 0, 0.5, -1 },
  { HOIST_ERROR_NETWORK, 9, G_MAXINT64, SECOND, 0.5, -1 },
  /* no use */
  { HOIST_ERROR_FORBIDDEN, 0, 0, 0, 0.5, -1 },
  { HOIST_ERROR_FILE_MISSING, 0, 0, SECOND, 0.5, -1 },
  { HOIST_ERROR_UPLOAD_GONE, 0, 0, 0, 0.5, -1 },
};

static void
test_rows (void)
{
  const HoistRetryPolicy policy = { SECOND, 60 * SECOND, 600 * SECOND };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (hoist_retry_get_delay_us (&policy, rows[i].code, rows[i].attempt,
                                               rows[i].stuck_us, rows[i].retry_after_us,
                                               rows[i].random_fraction),
                     ==, rows[i].delay_us);
}

static void
test_default (void)
{
  HoistRetryPolicy policy;

  hoist_retry_policy_init (&policy);
  g_assert_cmpint (policy.base_us, ==, SECOND);
  g_assert_cmpint (policy.cap_us, ==, 60 * SECOND);
  /* never gives up */
  g_assert_cmpint (hoist_retry_get_delay_us (&policy, HOIST_ERROR_NETWORK, 1000, G_MAXINT64, 0,
                                             0.5),
                   ==, 30 * SECOND);
}

/* Whatever the numbers: within the cap, and never before Retry-After. */
static void
test_bounds (void)
{
  for (guint round = 0; round < 200; round++)
    {
      HoistRetryPolicy policy = { g_test_rand_int_range (1, 5000000),
                                  g_test_rand_int_range (1, 200000000), 0 };
      guint attempt = (guint) g_test_rand_int_range (0, 40);

      for (guint i = 0; i < 200; i++)
        {
          gint64 retry_after_us = g_test_rand_bit () ? g_test_rand_int_range (0, 90000000) : 0;
          double fraction = g_test_rand_double ();
          gint64 plain_us =
            hoist_retry_get_delay_us (&policy, HOIST_ERROR_UNAVAILABLE, attempt, 0, 0, fraction);
          gint64 asked_us = hoist_retry_get_delay_us (&policy, HOIST_ERROR_UNAVAILABLE, attempt, 0,
                                                      retry_after_us, fraction);

          g_assert_cmpint (plain_us, >=, 0);
          g_assert_cmpint (plain_us, <=, policy.cap_us);
          g_assert_cmpint (asked_us, ==, MAX (plain_us, retry_after_us));
        }
    }
}

static void
test_huge_policy (void)
{
  const HoistRetryPolicy huge = { G_MAXINT64 / 2 + 1, G_MAXINT64, 0 };
  const HoistRetryPolicy none = { 0, 60 * SECOND, 0 };
  const HoistRetryPolicy inside_out = { 60 * SECOND, SECOND, 0 };

  g_assert_cmpint (hoist_retry_get_delay_us (&huge, HOIST_ERROR_NETWORK, 70, 0, 0, 0.25), >, 0);
  g_assert_cmpint (hoist_retry_get_delay_us (&none, HOIST_ERROR_NETWORK, G_MAXUINT, 0, 0, 0.5), ==,
                   0);
  g_assert_cmpint (hoist_retry_get_delay_us (&inside_out, HOIST_ERROR_NETWORK, 0, 0, 0, 0.5), ==,
                   SECOND / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/retry/rows", test_rows);
  g_test_add_func ("/retry/default", test_default);
  g_test_add_func ("/retry/bounds", test_bounds);
  g_test_add_func ("/retry/huge-policy", test_huge_policy);
  return g_test_run ();
}
