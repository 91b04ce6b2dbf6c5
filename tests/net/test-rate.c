/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Limits of speed, by a clock that the test has in its hand. */

#include "hoist-rate.h"

#define KB 1000
#define MB (1000 * KB)

/* Who sends, as fast as both limits let it. */
typedef struct
{
  HoistRate *own; /* (nullable) */
  guint64 sent_bytes;
} Sender;

/* Lets all of them send for a time, each a chunk in its turn. */
static void
run (HoistRate *shared, Sender *senders, guint n_senders, gint64 from_us, gint64 until_us)
{
  for (gint64 now_us = from_us; now_us < until_us; now_us += 1000)
    for (guint n_idle = 0; n_idle < n_senders;)
      for (guint i = 0; i < n_senders; i++)
        {
          gint64 wait_us;
          gsize n = hoist_rate_take_of_both (senders[i].own, shared, 256 * 1024, now_us, &wait_us);

          g_assert_true (n > 0 || wait_us > 0);
          senders[i].sent_bytes += n;
          n_idle = n == 0 ? n_idle + 1 : 0;
          /* without any limit there would be no end to it */
          if (senders[i].sent_bytes > 100 * MB)
            return;
        }
}

static HoistRate *
new_rate (guint64 bytes_per_s)
{
  HoistRate *rate = hoist_rate_new ();

  hoist_rate_set (rate, bytes_per_s);
  g_assert_cmpuint (hoist_rate_get (rate), ==, bytes_per_s);
  return rate;
}

static void
assert_near (guint64 bytes, guint64 wanted)
{
  g_assert_cmpuint (bytes, >=, wanted * 97 / 100);
  g_assert_cmpuint (bytes, <=, wanted * 103 / 100);
}

/* From the time at which they were made on, by the clock of the machine. */
#define START_US (g_get_monotonic_time () + G_USEC_PER_SEC)

/* One is limited and the other is not: it has what is left. */
static void
test_one_limited (void)
{
  g_autoptr (HoistRate) shared = new_rate (4 * MB);
  g_autoptr (HoistRate) slow = new_rate (500 * KB);
  Sender senders[] = { { slow, 0 }, { NULL, 0 } };
  gint64 start_us = START_US;

  run (shared, senders, 2, start_us, start_us + 20 * G_USEC_PER_SEC);
  assert_near (senders[0].sent_bytes, 20 * 500 * KB);
  assert_near (senders[1].sent_bytes, 20 * 3500 * KB);
}

/* What one destination may not have is not taken from what all have. */
static void
test_shared_is_less (void)
{
  g_autoptr (HoistRate) shared = new_rate (1 * MB);
  g_autoptr (HoistRate) wide = new_rate (50 * MB);
  Sender senders[] = { { wide, 0 } };
  gint64 start_us = START_US;

  run (shared, senders, 1, start_us, start_us + 20 * G_USEC_PER_SEC);
  assert_near (senders[0].sent_bytes, 20 * MB);
  /* The wide one lost nothing by it: it still has a whole burst. */
  for (gsize total = 0; total < 5 * MB - 4096;)
    {
      gint64 wait_us;
      gsize n = hoist_rate_take (wide, 5 * MB - total, start_us + 20 * G_USEC_PER_SEC, &wait_us);

      g_assert_cmpuint (n, >, 0);
      total += n;
    }
}

/* Two parts to the same destination share its limit; a new limit is felt at once. */
static void
test_several_parts (void)
{
  g_autoptr (HoistRate) shared = new_rate (0);
  g_autoptr (HoistRate) own = new_rate (300 * KB);
  Sender senders[] = { { own, 0 }, { own, 0 } };
  gint64 start_us = START_US;

  run (shared, senders, 2, start_us, start_us + 20 * G_USEC_PER_SEC);
  assert_near (senders[0].sent_bytes + senders[1].sent_bytes, 20 * 300 * KB);

  senders[0].sent_bytes = senders[1].sent_bytes = 0;
  hoist_rate_set (own, 2 * MB);
  run (shared, senders, 2, start_us + 20 * G_USEC_PER_SEC, start_us + 40 * G_USEC_PER_SEC);
  assert_near (senders[0].sent_bytes + senders[1].sent_bytes, 20 * 2 * MB);
}

static void
test_no_limit (void)
{
  g_autoptr (HoistRate) shared = new_rate (0);
  g_autoptr (HoistRate) own = new_rate (0);
  gint64 wait_us;

  g_assert_cmpuint (hoist_rate_take_of_both (own, shared, 12345, 1, &wait_us), ==, 12345);
  g_assert_cmpuint (hoist_rate_take_of_both (NULL, shared, 12345, 1, &wait_us), ==, 12345);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rate/one-limited", test_one_limited);
  g_test_add_func ("/rate/shared-is-less", test_shared_is_less);
  g_test_add_func ("/rate/several-parts", test_several_parts);
  g_test_add_func ("/rate/no-limit", test_no_limit);
  return g_test_run ();
}
