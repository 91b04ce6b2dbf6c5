/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-totals-format.h"

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
  /* A folder that is looked through is no file. */
  { "Looking for files…", FALSE, { .n_pending = 1, .n_folders = 1 } },
  { "16 of 19 files so far — 0 %", TRUE, { .n_pending = 4, .n_folders = 1, .n_round = 19 } },
  { "4 paused", FALSE, { .n_paused = 4 } },
  { "1 failed", FALSE, { .n_failed = 1, .n_done = 3 } },
};

static void
test_line (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = hoist_totals_format_line (&cases[i].totals, cases[i].counting);

      g_assert_cmpstr (line, ==, cases[i].line);
    }
}

/* Within a sentence, and never empty. */
static const Case sentences[] = {
  { "Nothing to upload", FALSE, { 0 } },
  { "All uploads are delivered", FALSE, { .n_done = 9 } },
  { "Looking for files…", TRUE, { 0 } },
  { "3 of 12 files, 42 %, about 2 minutes left, 84.0\u00a0MB/s",
    FALSE,
    { .n_pending = 9,
      .n_round = 12,
      .total_bytes = 17379000000,
      .sent_bytes = 7299180000,
      .bytes_per_s = 84000000 } },
  { "0 of 3 files so far, 0 %", TRUE, { .n_pending = 3, .n_round = 3, .total_bytes = 10 } },
  { "0 of 2 files, 0 %, waiting to try again",
    FALSE,
    { .n_pending = 2, .n_waiting = 2, .n_round = 2, .total_bytes = 10 } },
  { "0 of 2 files, 0 %",
    FALSE,
    { .n_pending = 2, .n_waiting = 1, .n_round = 2, .total_bytes = 10 } },
  { "1 of 2 files, 50 %, 1 paused, 2 failed",
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
test_sentence (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    {
      g_autofree char *line =
        hoist_totals_format_sentence (&sentences[i].totals, sentences[i].counting);

      g_assert_cmpstr (line, ==, sentences[i].line);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/totals-format/line", test_line);
  g_test_add_func ("/totals-format/sentence", test_sentence);
  return g_test_run ();
}
