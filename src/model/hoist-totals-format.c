/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-totals-format.h"

#include <glib/gi18n-lib.h>

#include "hoist-upload-format.h"

static void
add_part (GString *line, const char *separator, char *part)
{
  if (*part != '\0')
    {
      if (line->len > 0)
        g_string_append (line, separator);
      g_string_append (line, part);
    }
  g_free (part);
}

static char *
format_files (guint n_done, guint n_files, gboolean counting)
{
  if (counting)
    /* Translators: how many files are uploaded, of those that were found until now. */
    return g_strdup_printf (ngettext ("%'u of %'u file so far", "%'u of %'u files so far", n_files),
                            n_done, n_files);
  /* Translators: how many files of all are uploaded. */
  return g_strdup_printf (ngettext ("%'u of %'u file", "%'u of %'u files", n_files), n_done,
                          n_files);
}

static void
add_progress (GString *line,
              const char *separator,
              const HoistUploadTotals *totals,
              gboolean counting)
{
  guint n_left = totals->n_pending - totals->n_folders;
  guint n_done = totals->n_round - MIN (n_left, totals->n_round);

  add_part (line, separator, format_files (n_done, totals->n_round, counting));
  add_part (line, separator,
            /* Translators: a percentage. */
            g_strdup_printf (_ ("%u %%"), hoist_upload_totals_get_percentage (totals)));
}

static void
add_stopped (GString *line, const char *separator, const HoistUploadTotals *totals)
{
  if (totals->n_paused > 0)
    add_part (line, separator,
              g_strdup_printf (ngettext ("%'u paused", "%'u paused", totals->n_paused),
                               totals->n_paused));
  if (totals->n_failed > 0)
    add_part (line, separator,
              g_strdup_printf (ngettext ("%'u failed", "%'u failed", totals->n_failed),
                               totals->n_failed));
}

static guint64
get_bytes_left (const HoistUploadTotals *totals)
{
  return totals->total_bytes - MIN (totals->sent_bytes, totals->total_bytes);
}

/**
 * hoist_totals_format_line:
 * @totals: sums over all uploads
 * @counting: whether folders are still being walked
 *
 * Says how far all uploads are, part by part: «3 of 12 files — 42 % — About 2
 * minutes left — 84 MB/s».
 *
 * Returns: (transfer full): the line; empty when nothing is pending, paused,
 *   failed or counted
 */
char *
hoist_totals_format_line (const HoistUploadTotals *totals, gboolean counting)
{
  static const char separator[] = " — ";
  GString *line = g_string_new (NULL);

  g_return_val_if_fail (totals != NULL, g_string_free (line, FALSE));

  if (totals->n_pending > totals->n_folders)
    {
      add_progress (line, separator, totals, counting);
      add_part (line, separator,
                hoist_upload_format_time_left (get_bytes_left (totals), totals->bytes_per_s));
      add_part (line, separator, hoist_upload_format_speed (totals->bytes_per_s));
    }
  else if (counting || totals->n_folders > 0)
    add_part (line, separator, g_strdup (_ ("Looking for files…")));
  add_stopped (line, separator, totals);
  return g_string_free (line, FALSE);
}

/**
 * hoist_totals_format_sentence:
 * @totals: sums over all uploads
 * @counting: whether folders are still being walked
 *
 * Says how far all uploads are to someone who sees nothing else of them, as in
 * the tray: «3 of 12 files, 42 %, about 2 minutes left, 84 MB/s». There is always
 * something to say.
 *
 * Returns: (transfer full): the words
 */
char *
hoist_totals_format_sentence (const HoistUploadTotals *totals, gboolean counting)
{
  /* Translators: stands between the parts of “3 of 12 files, 42 %, about 2 minutes left”. */
  const char *separator = _ (", ");
  GString *line = g_string_new (NULL);

  g_return_val_if_fail (totals != NULL, g_string_free (line, FALSE));

  if (totals->n_pending > totals->n_folders)
    {
      add_progress (line, separator, totals, counting);
      add_part (line, separator,
                hoist_upload_format_time_left_within (get_bytes_left (totals),
                                                      totals->bytes_per_s));
      add_part (line, separator, hoist_upload_format_speed (totals->bytes_per_s));
      if (totals->n_waiting == totals->n_pending)
        /* Translators: no upload moves now, they are tried again by themselves. */
        add_part (line, separator, g_strdup (_ ("waiting to try again")));
    }
  else if (counting || totals->n_folders > 0)
    add_part (line, separator, g_strdup (_ ("Looking for files…")));
  add_stopped (line, separator, totals);
  if (line->len == 0)
    g_string_append (line, totals->n_done > 0 ? _ ("All uploads are delivered")
                                              : _ ("Nothing to upload"));
  return g_string_free (line, FALSE);
}
