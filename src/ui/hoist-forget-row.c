/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-forget-row.h"

struct _HoistForgetRow
{
  AdwActionRow parent_instance;

  GtkSwitch *button;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistForgetRow, hoist_forget_row, ADW_TYPE_ACTION_ROW)

static void
active_cb (HoistForgetRow *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
name_button (HoistForgetRow *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)), -1);
}

static void
hoist_forget_row_class_init (HoistForgetRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  /**
   * HoistForgetRow::changed:
   * @self: the row
   *
   * It was switched on or off.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-forget-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistForgetRow, button);
  gtk_widget_class_bind_template_callback (widget_class, active_cb);
}

static void
hoist_forget_row_init (HoistForgetRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::title", G_CALLBACK (name_button), NULL);
}

/**
 * hoist_forget_row_is_on:
 * @self: the row
 *
 * Returns: whether the stored secret is to be removed
 */
gboolean
hoist_forget_row_is_on (HoistForgetRow *self)
{
  g_return_val_if_fail (HOIST_IS_FORGET_ROW (self), FALSE);
  return gtk_switch_get_active (self->button);
}

/**
 * hoist_forget_row_offer:
 * @self: the row
 * @offered: whether there is, or may be, a stored secret
 *
 * Shows the row where there is something to remove.
 */
void
hoist_forget_row_offer (HoistForgetRow *self, gboolean offered)
{
  g_return_if_fail (HOIST_IS_FORGET_ROW (self));

  if (!offered)
    gtk_switch_set_active (self->button, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), offered);
}
