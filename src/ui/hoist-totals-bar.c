/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-totals-bar.h"

#include "hoist-totals-format.h"

struct _HoistTotalsBar
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkProgressBar *progress_bar;
  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (HoistTotalsBar, hoist_totals_bar, GTK_TYPE_WIDGET)

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
 * hoist_totals_bar_update:
 * @self: a totals bar
 * @totals: sums over all uploads
 * @counting: whether folders are still being walked
 * @limit: what limits the speed, for people; empty if nothing does
 *
 * Shows the sums; hides itself when there is nothing to say.
 */
void
hoist_totals_bar_update (HoistTotalsBar *self,
                         const HoistUploadTotals *totals,
                         gboolean counting,
                         const char *limit)
{
  g_autofree char *line = NULL;

  g_return_if_fail (HOIST_IS_TOTALS_BAR (self));
  g_return_if_fail (totals != NULL);

  line = hoist_totals_format_line (totals, counting);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), totals->n_pending > 0);
  gtk_progress_bar_set_fraction (self->progress_bar, hoist_upload_totals_get_fraction (totals));
  gtk_revealer_set_reveal_child (self->revealer, *line != '\0');
  /* While it slides out, what was said stays. */
  if (*line != '\0' && totals->n_pending > 0 && *limit != '\0')
    {
      g_autofree char *both = g_strconcat (line, " — ", limit, NULL);

      gtk_label_set_label (self->label, both);
    }
  else if (*line != '\0')
    gtk_label_set_label (self->label, line);
}
