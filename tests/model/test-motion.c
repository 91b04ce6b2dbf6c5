/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-motion.h"

#define S ((gint64) G_USEC_PER_SEC)

/* What happens, second by second. */
static const struct
{
  const char *what;
  guint at_s;
  guint n_active;
  guint64 sent_bytes;
  gboolean moves;
  guint end_s; /* 0 = none */
} table[] = {
  { "nothing to do", 100, 0, 0, FALSE, 0 },
  { "an upload of an earlier run, which waits", 101, 0, 5000, FALSE, 0 },
  { "it is looked at", 102, 1, 5000, FALSE, 0 },
  { "bytes", 103, 1, 6000, TRUE, 113 },
  { "and more", 108, 1, 9000, TRUE, 118 },
  { "silence", 110, 1, 9000, TRUE, 118 },
  { "a long silence", 118, 1, 9000, FALSE, 0 },
  { "it goes on", 119, 1, 9001, TRUE, 129 },
  { "paused", 120, 0, 0, FALSE, 0 },
  { "resumed", 121, 1, 9001, TRUE, 131 },
  { "the network is gone", 122, 0, 9001, FALSE, 0 },
  { "another file between", 123, 2, 9500, TRUE, 133 },
  { "all done", 124, 0, 12000, FALSE, 0 },
  { "nothing moves afterwards", 125, 0, 12000, FALSE, 0 },
};

static void
test_table (void)
{
  HoistMotion motion = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      HoistUploadTotals totals = { .n_active = table[i].n_active,
                                   .sent_bytes = table[i].sent_bytes };

      g_test_message ("%s", table[i].what);
      g_assert_cmpint (hoist_motion_update (&motion, &totals, table[i].at_s * S), ==,
                       table[i].moves);
      g_assert_cmpint (hoist_motion_get_end_us (&motion), ==, table[i].end_s * S);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/motion/table", test_table);
  return g_test_run ();
}
