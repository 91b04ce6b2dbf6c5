/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-destination-limits.h"
#include "hoist-error.h"

typedef struct
{
  const char *files;
  const char *bytes_per_s;
  gboolean good;
  guint n_files;
  guint64 n_bytes_per_s;
} Case;

static const Case cases[] = {
  { NULL, NULL, TRUE, 0, 0 },
  { "1", "1000", TRUE, 1, 1000 },
  { "32", "1000000000000", TRUE, 32, G_GUINT64_CONSTANT (1000000000000) },
  { "0", NULL, FALSE, 0, 0 },
  { "33", "2000", FALSE, 0, 2000 },
  { "-1", NULL, FALSE, 0, 0 },
  { "2 ", NULL, FALSE, 0, 0 },
  { "two", NULL, FALSE, 0, 0 },
  { "2", "999", FALSE, 2, 0 },
  { "2", "1000000000001", FALSE, 2, 0 },
  { "2", "5k", FALSE, 2, 0 },
  { "2", "99999999999999999999999", FALSE, 2, 0 },
};

static void
test_read (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistDestinationSettings) settings = hoist_destination_settings_new ();
      HoistDestinationLimits limits = { .parts = 7, .files = 99, .bytes_per_s = 99 };
      HoistDestinationLimits wanted = { 7, cases[i].n_files, cases[i].n_bytes_per_s };
      g_autoptr (GError) error = NULL;

      hoist_destination_settings_set (settings, HOIST_SETTING_FILES, cases[i].files);
      hoist_destination_settings_set (settings, HOIST_SETTING_BYTES_PER_SECOND,
                                      cases[i].bytes_per_s);
      g_assert_cmpint (hoist_destination_limits_read (&limits, settings, &error), ==,
                       cases[i].good);
      if (cases[i].good)
        g_assert_no_error (error);
      else
        g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
      g_assert_true (hoist_destination_limits_equal (&limits, &wanted));
    }
}

static void
test_equal (void)
{
  const HoistDestinationLimits all[] = { { 1, 2, 3 }, { 9, 2, 3 }, { 1, 9, 3 }, { 1, 2, 9 } };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (all); k++)
      g_assert_cmpint (hoist_destination_limits_equal (&all[i], &all[k]), ==, i == k);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/destination-limits/read", test_read);
  g_test_add_func ("/destination-limits/equal", test_equal);
  return g_test_run ();
}
