/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-schedule-row.h"

#include <glib/gi18n.h>

#define BYTES_PER_MB 1000000.0
#define N_DAYS 7

/* What is offered when it is switched on for the first time: full speed at night. */
#define SUGGESTED_FROM (22 * 60)
#define SUGGESTED_TO (7 * 60)

/* A Monday, for the days' names. */
#define MONDAY 2024, 1, 1

struct _HoistScheduleRow
{
  AdwExpanderRow parent_instance;

  gboolean showing;          /* it is the program that changes something */
  guint64 shown_bytes_per_s; /* kept as it is unless a person changes it */

  GtkSpinButton *from_button;
  GtkSpinButton *to_button;
  GtkSpinButton *rate_button;
  GtkBox *days_box;
  GtkToggleButton *day_buttons[N_DAYS];
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistScheduleRow, hoist_schedule_row, ADW_TYPE_EXPANDER_ROW)

static void
changed_cb (HoistScheduleRow *self)
{
  if (!self->showing)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* Without any day there would be nothing left: the last one stays. */
static void
day_toggled_cb (GtkToggleButton *button, HoistScheduleRow *self)
{
  guint n_active = 0;

  for (guint i = 0; i < N_DAYS; i++)
    n_active += gtk_toggle_button_get_active (self->day_buttons[i]);
  if (n_active == 0)
    gtk_toggle_button_set_active (button, TRUE);
  else
    changed_cb (self);
}

static gboolean
show_time_cb (GtkSpinButton *button, gpointer user_data)
{
  guint minute = (guint) gtk_spin_button_get_value_as_int (button);
  g_autofree char *text = g_strdup_printf ("%02u:%02u", minute / 60, minute % 60);

  if (!g_str_equal (text, gtk_editable_get_text (GTK_EDITABLE (button))))
    gtk_editable_set_text (GTK_EDITABLE (button), text);
  return TRUE;
}

static int
read_time_cb (GtkSpinButton *button, double *value, gpointer user_data)
{
  g_auto (GStrv) parts = g_strsplit (gtk_editable_get_text (GTK_EDITABLE (button)), ":", 2);
  guint64 hours;
  guint64 minutes = 0;

  if (parts[0] == NULL || !g_ascii_string_to_unsigned (parts[0], 10, 0, 23, &hours, NULL) ||
      (parts[1] != NULL && !g_ascii_string_to_unsigned (parts[1], 10, 0, 59, &minutes, NULL)))
    return GTK_INPUT_ERROR;
  *value = (double) (hours * 60 + minutes);
  return TRUE;
}

static void
add_day (HoistScheduleRow *self, guint day)
{
  g_autoptr (GDateTime) monday = g_date_time_new_utc (MONDAY, 0, 0, 0);
  g_autoptr (GDateTime) date = g_date_time_add_days (monday, (int) day);
  g_autofree char *name = g_date_time_format (date, "%a");
  g_autofree char *full_name = g_date_time_format (date, "%A");
  GtkWidget *button = gtk_toggle_button_new_with_label (name);

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, full_name,
                                  -1);
  gtk_widget_set_tooltip_text (button, full_name);
  gtk_box_append (self->days_box, button);
  self->day_buttons[day] = GTK_TOGGLE_BUTTON (button);
  g_signal_connect (button, "toggled", G_CALLBACK (day_toggled_cb), self);
}

static void
hoist_schedule_row_class_init (HoistScheduleRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  /**
   * HoistScheduleRow::changed:
   * @self: the row
   *
   * A person has changed the hours, or what holds in them.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-schedule-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistScheduleRow, from_button);
  gtk_widget_class_bind_template_child (widget_class, HoistScheduleRow, to_button);
  gtk_widget_class_bind_template_child (widget_class, HoistScheduleRow, rate_button);
  gtk_widget_class_bind_template_child (widget_class, HoistScheduleRow, days_box);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_time_cb);
  gtk_widget_class_bind_template_callback (widget_class, read_time_cb);
}

static void
hoist_schedule_row_init (HoistScheduleRow *self)
{
  const HoistRateSchedule none = { 0 };

  self->showing = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < N_DAYS; i++)
    add_day (self, i);
  hoist_schedule_row_show (self, &none);
}

/**
 * hoist_schedule_row_show:
 * @self: the row
 * @schedule: what is set; if nothing is, the night is offered
 *
 * Shows a schedule.
 */
void
hoist_schedule_row_show (HoistScheduleRow *self, const HoistRateSchedule *schedule)
{
  gboolean set;

  g_return_if_fail (HOIST_IS_SCHEDULE_ROW (self));
  g_return_if_fail (schedule != NULL);

  set = hoist_rate_schedule_is_set (schedule);
  self->showing = TRUE;
  self->shown_bytes_per_s = schedule->bytes_per_s;
  gtk_spin_button_set_value (self->from_button, set ? schedule->from_minute : SUGGESTED_FROM);
  gtk_spin_button_set_value (self->to_button, set ? schedule->to_minute : SUGGESTED_TO);
  gtk_spin_button_set_value (self->rate_button, (double) schedule->bytes_per_s / BYTES_PER_MB);
  for (guint i = 0; i < N_DAYS; i++)
    gtk_toggle_button_set_active (self->day_buttons[i], !set || (schedule->days & (1u << i)) != 0);
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (self), set);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self), set);
  self->showing = FALSE;
}

/* What a spin button rounds is not what a person set. */
static guint64
read_rate (HoistScheduleRow *self)
{
  double mb_per_s = gtk_spin_button_get_value (self->rate_button);
  double shown = (double) self->shown_bytes_per_s / BYTES_PER_MB;

  if (mb_per_s - shown < 0.05 && shown - mb_per_s < 0.05)
    return self->shown_bytes_per_s;
  return (guint64) (mb_per_s * BYTES_PER_MB + 0.5);
}

/**
 * hoist_schedule_row_read:
 * @self: the row
 * @schedule: (out caller-allocates): what it says
 *
 * Reads what a person set.
 */
void
hoist_schedule_row_read (HoistScheduleRow *self, HoistRateSchedule *schedule)
{
  g_return_if_fail (HOIST_IS_SCHEDULE_ROW (self));
  g_return_if_fail (schedule != NULL);

  *schedule = (HoistRateSchedule){ 0 };
  if (!adw_expander_row_get_enable_expansion (ADW_EXPANDER_ROW (self)))
    return;
  for (guint i = 0; i < N_DAYS; i++)
    if (gtk_toggle_button_get_active (self->day_buttons[i]))
      schedule->days |= 1u << i;
  schedule->from_minute = (guint) gtk_spin_button_get_value_as_int (self->from_button);
  schedule->to_minute = (guint) gtk_spin_button_get_value_as_int (self->to_button);
  schedule->bytes_per_s = read_rate (self);
}
