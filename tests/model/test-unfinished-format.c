/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-unfinished-format.h"

#define S ((gint64) G_USEC_PER_SEC)
#define NOW (G_GINT64_CONSTANT (1700000000) * S)

static const struct
{
  gint64 age_s; /* -1: not known */
  const char *text;
  gboolean alive;
} ages[] = {
  { 0, "just now", TRUE },
  { -100, "just now", TRUE }, /* the server's clock is ahead */
  { 119, "just now", TRUE },
  { 120, "2 minutes ago", TRUE },
  { 7199, "119 minutes ago", TRUE },
  { 7200, "2 hours ago", TRUE },
  { 86399, "23 hours ago", TRUE },
  { 86400, "24 hours ago", FALSE },
  { 2 * 86400, "2 days ago", FALSE },
  { 400 * 86400, "400 days ago", FALSE },
};

static void
test_ages (void)
{
  g_autoptr (HoistUnfinished) upload = hoist_unfinished_new ("u", "k");
  g_autofree char *unknown = hoist_unfinished_format_age (upload, NOW);

  g_assert_cmpstr (unknown, ==, "some time ago");
  g_assert_true (hoist_unfinished_may_be_alive (upload, NOW));
  for (gsize i = 0; i < G_N_ELEMENTS (ages); i++)
    {
      g_autofree char *text = NULL;

      upload->initiated_us = 1;
      upload->modified_us = NOW - ages[i].age_s * S;
      text = hoist_unfinished_format_age (upload, NOW);
      g_assert_cmpstr (text, ==, ages[i].text);
      g_assert_true (hoist_unfinished_may_be_alive (upload, NOW) == ages[i].alive);
    }
}

static void
test_sums (void)
{
  g_autoptr (GPtrArray) uploads =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_unfinished_free);
  HoistUnfinished *first = hoist_unfinished_new ("u", "k");
  HoistUnfinished *second = hoist_unfinished_new ("v", "k");
  g_autofree char *none = hoist_unfinished_format_sum (uploads, FALSE);
  g_autofree char *known = NULL;
  g_autofree char *more = NULL;
  g_autofree char *unknown = NULL;
  g_autofree char *size = NULL;

  g_assert_cmpstr (none, ==, "0 bytes");
  first->has_size = TRUE;
  first->size_bytes = 12400000000;
  g_ptr_array_add (uploads, first);
  known = hoist_unfinished_format_sum (uploads, FALSE);
  g_assert_cmpstr (known, ==, "12.4\u00a0GB");
  more = hoist_unfinished_format_sum (uploads, TRUE);
  g_assert_cmpstr (more, ==, "more than 12.4\u00a0GB");
  g_ptr_array_add (uploads, second);
  unknown = hoist_unfinished_format_sum (uploads, FALSE);
  g_assert_cmpstr (unknown, ==, "more than 12.4\u00a0GB");
  size = hoist_unfinished_format_size (second);
  g_assert_cmpstr (size, ==, "size not known");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unfinished-format/ages", test_ages);
  g_test_add_func ("/unfinished-format/sums", test_sums);
  return g_test_run ();
}
