/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-portion.h"

#define NONE HOIST_PORTION_NO_LIMIT
#define MAX_PORTIONS 8

static const struct
{
  guint64 limits[3];
  guint n_portions;
  guint under[MAX_PORTIONS][HOIST_PORTION_LIMITS];
  guint64 expected[MAX_PORTIONS];
} cases[] = {
  /* nobody is limited */
  { { 0 }, 2, { { 0, NONE, NONE }, { NONE, NONE, NONE } }, { 0, 0 } },
  /* one limit, and what does not divide */
  { { 1000 }, 1, { { 0, NONE, NONE } }, { 1000 } },
  { { 1000 }, 3, { { 0, NONE, NONE }, { 0, NONE, NONE }, { 0, NONE, NONE } }, { 333, 333, 334 } },
  /* a destination takes less than its part: the others get the rest */
  { { 1000, 100 }, 3, { { 0, 1, NONE }, { 0, NONE, NONE }, { 0, NONE, NONE } }, { 100, 450, 450 } },
  /* all, a destination and an upload */
  { { 1000, 600, 50 },
    4,
    { { 0, 1, 2 }, { 0, 1, NONE }, { 0, 1, NONE }, { 0, NONE, NONE } },
    { 50, 275, 275, 400 } },
  /* the limit of all is the tighter one */
  { { 300, 600 }, 3, { { 0, 1, NONE }, { 0, 1, NONE }, { 0, NONE, NONE } }, { 100, 100, 100 } },
  /* one only, the other is free */
  { { 0, 500 }, 2, { { 0, 1, NONE }, { 0, NONE, NONE } }, { 500, 0 } },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HoistPortionLimit limits[3] = { 0 };
      HoistPortion portions[MAX_PORTIONS] = { 0 };

      for (guint j = 0; j < G_N_ELEMENTS (limits); j++)
        limits[j].bytes_per_s = cases[i].limits[j];
      for (guint j = 0; j < cases[i].n_portions; j++)
        memcpy (portions[j].limits, cases[i].under[j], sizeof portions[j].limits);
      hoist_portions_share_out (limits, G_N_ELEMENTS (limits), portions, cases[i].n_portions);
      for (guint j = 0; j < cases[i].n_portions; j++)
        g_assert_cmpuint (portions[j].bytes_per_s, ==, cases[i].expected[j]);
    }
}

/* No limit is exceeded, each connection is held by one that is given out completely, or
 * that nobody holds back more, and nobody has nothing. */
static void
test_any (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < 2000; i++)
    {
      HoistPortionLimit limits[7] = { 0 };
      HoistPortion portions[32] = { 0 };
      guint n = (guint) g_rand_int_range (rand, 1, 33);
      guint64 sums[7] = { 0 };

      for (guint j = 0; j < G_N_ELEMENTS (limits); j++)
        limits[j].bytes_per_s =
          g_rand_boolean (rand) ? (guint64) g_rand_int_range (rand, 1000, 100000000) : 0;
      for (guint j = 0; j < n; j++)
        {
          portions[j].limits[0] = 0;
          portions[j].limits[1] = (guint) g_rand_int_range (rand, 1, 4);
          portions[j].limits[2] = (guint) g_rand_int_range (rand, 4, 7);
        }
      hoist_portions_share_out (limits, G_N_ELEMENTS (limits), portions, n);

      for (guint j = 0; j < n; j++)
        for (guint k = 0; k < HOIST_PORTION_LIMITS; k++)
          sums[portions[j].limits[k]] += portions[j].bytes_per_s;
      for (guint j = 0; j < G_N_ELEMENTS (limits); j++)
        if (limits[j].bytes_per_s > 0)
          g_assert_cmpuint (sums[j], <=, limits[j].bytes_per_s);
      for (guint j = 0; j < n; j++)
        {
          gboolean limited = FALSE;
          gboolean used_up = FALSE;

          for (guint k = 0; k < HOIST_PORTION_LIMITS; k++)
            {
              guint limit = portions[j].limits[k];

              limited |= limits[limit].bytes_per_s > 0;
              /* What is rounded down for one may be left by another limit, a byte each. */
              used_up |=
                limits[limit].bytes_per_s > 0 && sums[limit] + n >= limits[limit].bytes_per_s;
            }
          g_assert_cmpint (portions[j].bytes_per_s > 0, ==, limited);
          g_assert_true (used_up || !limited);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portion/cases", test_cases);
  g_test_add_func ("/portion/any", test_any);
  return g_test_run ();
}
