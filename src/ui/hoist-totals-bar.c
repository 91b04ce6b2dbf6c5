/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-totals-bar.h"

#include <glib/gi18n.h>

struct _HoistTotalsBar
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkProgressBar *progress_bar;
  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (HoistTotalsBar, hoist_totals_bar, GTK_TYPE_WIDGET)

static double
get_fraction (const HoistUploadTotals *totals)
{
  if (totals->total_bytes == 0)
    return 0;
  return MIN ((double) totals->sent_bytes / (double) totals->total_bytes, 1);
}

/* What is pending is not all there yet, whatever was sent: the server has not
 * confirmed it. */
static guint
get_percentage (const HoistUploadTotals *totals)
{
  return (guint) MIN (get_fraction (totals) * 100, 99);
}

static void
add_part (GString *line, char *part)
{
  if (*part != '\0')
    {
      if (line->len > 0)
        g_string_append (line, " — ");
      g_string_append (line, part);
    }
  g_free (part);
}

static char *
format_count (guint n, const char *one, const char *many)
{
  return g_strdup_printf (ngettext (one, many, n), n);
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
hoist_totals_bar_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), HOIST_TYPE_TOTALS_BAR);
  G_OBJECT_CLASS (hoist_totals_bar_parent_class)->dispose (object);
}

static void
hoist_totals_bar_class_init (HoistTotalsBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hoist_totals_bar_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-totals-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistTotalsBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, HoistTotalsBar, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, HoistTotalsBar, label);
}

static void
hoist_totals_bar_init (HoistTotalsBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hoist_totals_bar_format:
 * @totals: sums over all uploads
 * @counting: whether folders are still being walked
 *
 * Says how far all uploads are: «3 of 12 files — 42 % — About 2 minutes left —
 * 84 MB/s».
 *
 * Returns: (transfer full): the line; empty when nothing is pending, paused,
 *   failed or counted
 */
char *
hoist_totals_bar_format (const HoistUploadTotals *totals, gboolean counting)
{
  GString *line = g_string_new (NULL);

  g_return_val_if_fail (totals != NULL, g_string_free (line, FALSE));

  if (totals->n_pending > 0)
    {
      guint n_done = totals->n_round - MIN (totals->n_pending, totals->n_round);

      add_part (line, format_files (n_done, totals->n_round, counting));
      /* Translators: a percentage. */
      add_part (line, g_strdup_printf (_ ("%u %%"), get_percentage (totals)));
      add_part (line, hoist_upload_format_time_left (
                        totals->total_bytes - MIN (totals->sent_bytes, totals->total_bytes),
                        totals->bytes_per_s));
      add_part (line, hoist_upload_format_speed (totals->bytes_per_s));
    }
  else if (counting)
    add_part (line, g_strdup (_ ("Looking for files…")));
  if (totals->n_paused > 0)
    add_part (line, format_count (totals->n_paused, N_ ("%'u paused"), N_ ("%'u paused")));
  if (totals->n_failed > 0)
    add_part (line, format_count (totals->n_failed, N_ ("%'u failed"), N_ ("%'u failed")));
  return g_string_free (line, FALSE);
}

/**
 * hoist_totals_bar_update:
 * @self: a totals bar
 * @totals: sums over all uploads
 * @counting: whether folders are still being walked
 *
 * Shows the sums; hides itself when there is nothing to say.
 */
void
hoist_totals_bar_update (HoistTotalsBar *self, const HoistUploadTotals *totals, gboolean counting)
{
  g_autofree char *line = NULL;

  g_return_if_fail (HOIST_IS_TOTALS_BAR (self));
  g_return_if_fail (totals != NULL);

  line = hoist_totals_bar_format (totals, counting);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), totals->n_pending > 0);
  gtk_progress_bar_set_fraction (self->progress_bar, get_fraction (totals));
  gtk_revealer_set_reveal_child (self->revealer, *line != '\0');
  /* While it slides out, what was said stays. */
  if (*line != '\0')
    gtk_label_set_label (self->label, line);
}
