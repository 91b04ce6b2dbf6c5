/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-limits-row.h"

#include <glib/gi18n.h>

#include "hoist-destination-colour.h"
#include "hoist-destination-limits.h"
#include "hoist-field-row.h"

#define BYTES_PER_MB 1000000.0

struct _HoistLimitsRow
{
  AdwExpanderRow parent_instance;

  guint64 shown_bytes_per_s; /* kept as it is unless a person changes it */

  AdwComboRow *colour_row;
  GtkWidget *parts_row;
  GtkSpinButton *parts_button;
  GtkWidget *files_row;
  GtkSpinButton *files_button;
  GtkWidget *rate_row;
  GtkSpinButton *rate_button;
};

G_DEFINE_FINAL_TYPE (HoistLimitsRow, hoist_limits_row, ADW_TYPE_EXPANDER_ROW)

static void
hoist_limits_row_class_init (HoistLimitsRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-limits-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistLimitsRow, colour_row);
  gtk_widget_class_bind_template_child (widget_class, HoistLimitsRow, parts_row);
  gtk_widget_class_bind_template_child (widget_class, HoistLimitsRow, parts_button);
  gtk_widget_class_bind_template_child (widget_class, HoistLimitsRow, files_row);
  gtk_widget_class_bind_template_child (widget_class, HoistLimitsRow, files_button);
  gtk_widget_class_bind_template_child (widget_class, HoistLimitsRow, rate_row);
  gtk_widget_class_bind_template_child (widget_class, HoistLimitsRow, rate_button);
}

static void
hoist_limits_row_init (HoistLimitsRow *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  /* Translators: no colour. */
  gtk_string_list_append (names, _ ("None"));
  for (guint i = 0; hoist_destination_colour_get_id (i) != NULL; i++)
    gtk_string_list_append (
      names, hoist_destination_colour_get_name (hoist_destination_colour_get_id (i)));
  adw_combo_row_set_model (self->colour_row, G_LIST_MODEL (names));
}

static guint
find_colour (const char *id)
{
  for (guint i = 0; hoist_destination_colour_get_id (i) != NULL; i++)
    if (g_strcmp0 (hoist_destination_colour_get_id (i), id) == 0)
      return i + 1;
  return 0;
}

/**
 * hoist_limits_row_show:
 * @self: the row
 * @destination: a destination
 *
 * Shows its colour and its limits, opened if it has any limits, and what of them
 * an administrator set.
 */
void
hoist_limits_row_show (HoistLimitsRow *self, HoistDestination *destination)
{
  HoistDestinationLimits limits = { 0 };

  hoist_destination_limits_read (&limits, hoist_destination_get_settings (destination), NULL);
  limits.parts = hoist_destination_get_concurrency (destination);
  self->shown_bytes_per_s = limits.bytes_per_s;
  adw_combo_row_set_selected (self->colour_row, find_colour (hoist_destination_get_setting (
                                                  destination, HOIST_SETTING_COLOUR)));
  gtk_spin_button_set_value (self->parts_button, limits.parts);
  gtk_spin_button_set_value (self->files_button, limits.files);
  gtk_spin_button_set_value (self->rate_button, (double) limits.bytes_per_s / BYTES_PER_MB);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self),
                                 limits.parts != 0 || limits.files != 0 || limits.bytes_per_s != 0);
  hoist_field_row_set_locked (GTK_WIDGET (self->colour_row),
                              hoist_destination_is_locked (destination, HOIST_SETTING_COLOUR));
  hoist_field_row_set_locked (self->parts_row,
                              hoist_destination_is_locked (destination, "concurrency"));
  hoist_field_row_set_locked (self->files_row,
                              hoist_destination_is_locked (destination, HOIST_SETTING_FILES));
  hoist_field_row_set_locked (
    self->rate_row, hoist_destination_is_locked (destination, HOIST_SETTING_BYTES_PER_SECOND));
}

static void
set_number (HoistDestination *destination, const char *name, guint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

  hoist_destination_set_setting (destination, name, number > 0 ? text : NULL);
}

/**
 * hoist_limits_row_apply:
 * @self: the row
 * @destination: a destination
 *
 * Gives it the chosen colour and limits.
 */
void
hoist_limits_row_apply (HoistLimitsRow *self, HoistDestination *destination)
{
  guint colour = adw_combo_row_get_selected (self->colour_row);
  double mb_per_s = gtk_spin_button_get_value (self->rate_button);
  guint64 bytes_per_s = (guint64) (mb_per_s * BYTES_PER_MB + 0.5);
  double shown = (double) self->shown_bytes_per_s / BYTES_PER_MB;

  /* The button rounds what a file says to the byte. */
  if (ABS (mb_per_s - shown) < 0.05)
    bytes_per_s = self->shown_bytes_per_s;
  hoist_destination_set_setting (destination, HOIST_SETTING_COLOUR,
                                 colour > 0 ? hoist_destination_colour_get_id (colour - 1) : NULL);
  hoist_destination_set_concurrency (destination,
                                     (guint) gtk_spin_button_get_value_as_int (self->parts_button));
  set_number (destination, HOIST_SETTING_FILES,
              (guint64) gtk_spin_button_get_value_as_int (self->files_button));
  set_number (destination, HOIST_SETTING_BYTES_PER_SECOND, bytes_per_s);
}
