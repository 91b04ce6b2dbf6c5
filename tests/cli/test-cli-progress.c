/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-cli-progress.h"
#include "hoist-cli-text.h"

#define MB G_GUINT64_CONSTANT (1000000)
#define GB (1000 * MB)

static const HoistCliProgress half_way = {
  .name = "film.mkv",
  .n_files = 1,
  .total_bytes = 4 * GB,
  .sent_bytes = 2 * GB,
  .bytes_per_s = 20 * MB,
};

static const HoistCliProgress folder = {
  .name = "photos/2024/a very long name that does not fit.jpg",
  .n_files = 1000,
  .n_done = 420,
  .total_bytes = 10 * GB,
  .sent_bytes = 9999 * MB,
  .bytes_per_s = 512 * 1000,
};

static const HoistCliProgress counting = {
  .name = NULL,
  .n_files = 12,
  .n_done = 12,
  .total_bytes = MB,
  .sent_bytes = MB,
  .bytes_per_s = MB,
  .counting = TRUE,
};

static const HoistCliProgress waiting = {
  .name = "a\033[2J\n.bin",
  .n_files = 1,
  .total_bytes = 100,
  .sent_bytes = 50,
  .note = "There is no connection to the server. Next try in 12 s.",
};

static const HoistCliProgress done = { .name = "a",
                                       .n_files = 2,
                                       .n_done = 2,
                                       .total_bytes = 10,
                                       .sent_bytes = 10 };

static const struct
{
  const HoistCliProgress *progress;
  guint columns;
  const char *line;
} lines[] = {
  { &half_way, 120,
    "film.mkv                       [##########----------]   50 %  2.0 of 4.0\u00a0GB  "
    "20.0\u00a0MB/s  "
    "About 2 minutes left" },
  { &half_way, 80,
    "film.mkv             [##########----------]   50 %  2.0 of 4.0\u00a0GB  20.0\u00a0MB/s" },
  { &half_way, 60, "film.mkv        [#####-----]   50 %  2.0 of 4.0\u00a0GB" },
  { &half_way, 40, "film.mkv   [#####-----]   50 %" },
  { &half_way, 39, " 50 %  2.0 of 4.0\u00a0GB  20.0\u00a0MB/s" },
  { &half_way, 8, " 50 %" },
  { &half_way, 5, "" },
  { &half_way, 0, "" },
  { &folder, 100,
    "photos/2024/… not fit.jpg [###################-]   99 %  420/1000  10.0 of 10.0\u00a0GB  "
    "512.0\u00a0kB/s" },
  { &counting, 100,
    "                          [###################-]   99 %  12/12+  1.0\u00a0MB  1.0\u00a0MB/s" },
  { &waiting, 80,
    "a\\x1b[2J\\n.bin       [##########----------]   50 %  There is no c… try in 12 s." },
  { &done, 60, "a               [##########]  100 %  2/2  10 bytes" },
};

static void
test_lines (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *line = hoist_cli_progress_format (lines[i].progress, lines[i].columns);

      g_assert_cmpstr (line, ==, lines[i].line);
    }
}

/* Whatever is shown, it is one line that does not wrap. */
static void
test_any_width (void)
{
  const HoistCliProgress *const all[] = { &half_way, &folder, &counting, &waiting, &done };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    for (guint columns = 0; columns < 250; columns++)
      {
        g_autofree char *line = hoist_cli_progress_format (all[i], columns);

        g_assert_cmpuint (hoist_cli_text_get_columns (line), <, MAX (columns, 1));
        for (const char *p = line; *p != '\0'; p = g_utf8_next_char (p))
          g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
      }
}

static void
test_percent (void)
{
  const struct
  {
    HoistCliProgress progress;
    guint percent;
  } cases[] = {
    { { .n_files = 0 }, 0 },
    { { .n_files = 1, .total_bytes = 10, .sent_bytes = 10 }, 99 },
    { { .n_files = 1, .n_done = 1, .total_bytes = 10, .sent_bytes = 10 }, 100 },
    { { .n_files = 1, .n_done = 1, .counting = TRUE }, 99 },
    { { .n_files = 4, .n_done = 1 }, 25 },
    { { .n_files = 1, .n_done = 1, .n_failed = 1, .total_bytes = 10 }, 100 },
    { { .n_files = 1, .total_bytes = G_MAXUINT64, .sent_bytes = G_MAXUINT64 / 2 }, 50 },
    { { .n_files = 1, .total_bytes = 1, .sent_bytes = 5 }, 99 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (hoist_cli_progress_get_percent (&cases[i].progress), ==, cases[i].percent);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/progress/lines", test_lines);
  g_test_add_func ("/cli/progress/any-width", test_any_width);
  g_test_add_func ("/cli/progress/percent", test_percent);
  return g_test_run ();
}
