/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-totals-bar.h"
#include "ui-test.h"

static void
test_show (void)
{
  HoistTotalsBar *bar = g_object_ref_sink (g_object_new (HOIST_TYPE_TOTALS_BAR, NULL));
  GtkRevealer *revealer = GTK_REVEALER (ui_test_child (bar, "revealer"));
  GtkProgressBar *progress_bar = GTK_PROGRESS_BAR (ui_test_child (bar, "progress_bar"));
  GtkLabel *label = GTK_LABEL (ui_test_child (bar, "label"));
  const HoistUploadTotals sending = {
    .n_pending = 1, .n_round = 2, .total_bytes = 4, .sent_bytes = 3
  };
  const HoistUploadTotals idle = { .n_done = 2 };

  g_assert_false (gtk_revealer_get_reveal_child (revealer));
  hoist_totals_bar_update (bar, &sending, FALSE, "");
  g_assert_true (gtk_revealer_get_reveal_child (revealer));
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (progress_bar), ==, 0.75);
  g_assert_cmpstr (gtk_label_get_label (label), ==, "1 of 2 files — 75 %");
  hoist_totals_bar_update (bar, &sending, FALSE, "no limit until 07:00");
  g_assert_cmpstr (gtk_label_get_label (label), ==, "1 of 2 files — 75 % — no limit until 07:00");
  hoist_totals_bar_update (bar, &idle, FALSE, "at most 2 MB/s");
  g_assert_false (gtk_revealer_get_reveal_child (revealer));
  g_assert_finalize_object (bar);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/totals-bar/show", test_show);
  return g_test_run ();
}
