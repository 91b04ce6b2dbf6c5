/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-progress.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-cli-text.h"
#include "hoist-upload-format.h"

#define WIDE_BAR 20
#define NARROW_BAR 10

/**
 * hoist_cli_progress_get_percent:
 * @progress: how far it is
 *
 * Says how far it is. 100 only when every file is finished, however the bytes
 * round.
 *
 * Returns: 0 to 100
 */
guint
hoist_cli_progress_get_percent (const HoistCliProgress *progress)
{
  double fraction;

  if (progress->n_files > 0 && progress->n_done >= progress->n_files && !progress->counting)
    return 100;
  /* A folder of empty files has no bytes to go by. */
  if (progress->total_bytes == 0)
    fraction = progress->n_files > 0 ? (double) progress->n_done / progress->n_files : 0;
  else
    fraction = (double) progress->sent_bytes / (double) progress->total_bytes;
  return (guint) CLAMP (fraction * 100, 0, 99);
}

static char *
format_bar (guint percent, guint width)
{
  guint full = percent * width / 100;
  g_autofree char *done = g_strnfill (full, '#');
  g_autofree char *rest = g_strnfill (width - full, '-');

  return g_strconcat ("[", done, rest, "]", NULL);
}

/* What stands behind the bar, the most important first: what does not fit is left out from the
 * end. */
static GPtrArray *
make_fields (const HoistCliProgress *progress)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func (g_free);
  guint64 left = progress->total_bytes - MIN (progress->sent_bytes, progress->total_bytes);

  g_ptr_array_add (fields, g_strdup_printf ("%3u %%", hoist_cli_progress_get_percent (progress)));
  if (progress->note != NULL)
    {
      g_ptr_array_add (fields, hoist_cli_text_escape (progress->note));
      return fields;
    }
  if (progress->n_files > 1 || progress->counting)
    g_ptr_array_add (fields, g_strdup_printf ("%u/%u%s", progress->n_done, progress->n_files,
                                              progress->counting ? "+" : ""));
  g_ptr_array_add (fields,
                   hoist_upload_format_amount (progress->sent_bytes, progress->total_bytes));
  g_ptr_array_add (fields, hoist_upload_format_speed (progress->bytes_per_s));
  if (!progress->counting && left > 0)
    g_ptr_array_add (fields, hoist_upload_format_time_left (left, progress->bytes_per_s));
  return fields;
}

static guint
clamp_name (guint columns)
{
  return columns < 40 ? 0 : CLAMP (columns / 4, 10, 32);
}

/**
 * hoist_cli_progress_format:
 * @progress: how far it is
 * @columns: the terminal's width
 *
 * Draws the line that shows how far an upload is: name, bar, percent, amount,
 * speed and time left, as many of them as there is room for. Name and bar have
 * a fixed width, so that they stand still.
 *
 * Returns: (transfer full): a line that is shorter than @columns, without
 *   anything that drives the terminal
 */
char *
hoist_cli_progress_format (const HoistCliProgress *progress, guint columns)
{
  g_autoptr (GPtrArray) fields = make_fields (progress);
  g_autoptr (GString) line = g_string_new (NULL);
  guint name_columns = clamp_name (columns);
  guint used;

  if (name_columns > 0)
    {
      g_autofree char *name = hoist_cli_text_escape (progress->name != NULL ? progress->name : "");
      g_autofree char *padded = hoist_cli_text_pad (name, name_columns);
      g_autofree char *bar = format_bar (hoist_cli_progress_get_percent (progress),
                                         columns < 80 ? NARROW_BAR : WIDE_BAR);

      g_string_append_printf (line, "%s %s", padded, bar);
    }
  used = hoist_cli_text_get_columns (line->str);
  for (guint i = 0; i < fields->len; i++)
    {
      const char *field = g_ptr_array_index (fields, i);
      guint width = hoist_cli_text_get_columns (field) + 2;
      gboolean is_note = progress->note != NULL && i == 1;
      g_autofree char *fitted = NULL;

      if (field[0] == '\0')
        continue;
      if (used + width >= columns && (!is_note || used + 7 >= columns))
        break;
      /* A line as wide as the terminal would already wrap. */
      fitted = hoist_cli_text_fit (field, MIN (width - 2, columns - used - 3));
      g_string_append_printf (line, "%s%s", line->len > 0 ? "  " : "", fitted);
      used = hoist_cli_text_get_columns (line->str);
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}
