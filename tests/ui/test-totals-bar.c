/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-totals-bar.h"
#include "ui-test.h"

typedef struct
{
  const char *line;
  gboolean counting;
  HoistUploadTotals totals;
} Case;

static const Case cases[] = {
  { "", FALSE, { 0 } },
  { "", FALSE, { .n_done = 9 } },
  { "Looking for files…", TRUE, { 0 } },
  { "3 of 12 files — 42 % — About 2 minutes left — 84.0\u00a0MB/s",
    FALSE,
    { .n_pending = 9,
      .n_round = 12,
      .total_bytes = 17379000000,
      .sent_bytes = 7299180000,
      .bytes_per_s = 84000000 } },
  { "0 of 1 file — 0 %", FALSE, { .n_pending = 1, .n_round = 1, .total_bytes = 10 } },
  { "0 of 3 files so far — 0 %", TRUE, { .n_pending = 3, .n_round = 3, .total_bytes = 10 } },
  /* 100 % is only said of what is done. */
  { "0 of 1 file — 99 %",
    FALSE,
    { .n_pending = 1, .n_round = 1, .total_bytes = 1000, .sent_bytes = 999 } },
  { "0 of 1 file — 99 %",
    FALSE,
    { .n_pending = 1, .n_round = 1, .total_bytes = 1000, .sent_bytes = 1000 } },
  { "0 of 1 file — 0 %", FALSE, { .n_pending = 1, .n_round = 1 } },
  { "1 of 2 files — 50 % — 1 paused — 2 failed",
    FALSE,
    { .n_pending = 1,
      .n_round = 2,
      .total_bytes = 2,
      .sent_bytes = 1,
      .n_paused = 1,
      .n_failed = 2 } },
  { "4 paused", FALSE, { .n_paused = 4 } },
  { "1 failed", FALSE, { .n_failed = 1, .n_done = 3 } },
};

static void
test_format (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = hoist_totals_bar_format (&cases[i].totals, cases[i].counting);

      g_assert_cmpstr (line, ==, cases[i].line);
    }
}

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
  hoist_totals_bar_update (bar, &sending, FALSE);
  g_assert_true (gtk_revealer_get_reveal_child (revealer));
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (progress_bar), ==, 0.75);
  g_assert_cmpstr (gtk_label_get_label (label), ==, "1 of 2 files — 75 %");
  hoist_totals_bar_update (bar, &idle, FALSE);
  g_assert_false (gtk_revealer_get_reveal_child (revealer));
  g_assert_finalize_object (bar);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/totals-bar/format", test_format);
  g_test_add_func ("/ui/totals-bar/show", test_show);
  return g_test_run ();
}
