/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-preferences-window.h"

#include <glib/gi18n-lib.h>

#include "hoist-limits-format.h"
#include "hoist-link-format.h"
#include "hoist-schedule-row.h"

#define BYTES_PER_MB 1000000.0

/* What is offered when the limit is switched on for the first time. */
#define SUGGESTED_MB_PER_S 10.0

struct _HoistPreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  GtkSpinButton *parts_button;
  GtkSwitch *limit_switch;
  GtkSpinButton *rate_button;
  GtkSwitch *adapt_switch;
  HoistScheduleRow *schedule_row;
  guint64 shown_bytes_per_s; /* kept as it is unless a person changes it */
  GtkWidget *metered_row;
  GtkWidget *power_group;
  GtkWidget *battery_row;
  GtkWidget *percent_row;
  GtkSpinButton *percent_button;
  GtkWidget *receipts_group;
  GtkWidget *session_group;
  AdwActionRow *autostart_row;
  GtkWidget *links_group;
  AdwComboRow *link_format_row;
  GtkWidget *tray_group;
  AdwComboRow *tray_icon_row;
};

/* In the order of the row's choices. */
static const char *const tray_icons[] = { "automatic", "light", "dark" };

enum
{
  SIGNAL_LIMITS_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistPreferencesWindow, hoist_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

/* Which bandwidth that makes now. */
static void
show_rate (HoistPreferencesWindow *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  HoistLimits limits;
  g_autofree char *rate = NULL;
  g_autofree char *subtitle = NULL;

  hoist_preferences_window_read_limits (self, &limits);
  rate = hoist_limits_format_rate (&limits, now);
  if (hoist_rate_schedule_is_set (&limits.schedule) && *rate != '\0')
    /* Translators: %s is “at most 2 MB/s until 22:00”, or “no limit until 07:00”. */
    subtitle = g_strdup_printf (_ ("Now: %s"), rate);
  else
    subtitle = g_strdup (_ ("Such as full speed at night"));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self->schedule_row), subtitle);
}

static void
changed_cb (HoistPreferencesWindow *self)
{
  show_rate (self);
  g_signal_emit (self, signals[SIGNAL_LIMITS_CHANGED], 0);
}

static void
tray_icon_selected_cb (HoistPreferencesWindow *self)
{
  guint selected = adw_combo_row_get_selected (self->tray_icon_row);

  if (selected < G_N_ELEMENTS (tray_icons))
    gtk_widget_activate_action (GTK_WIDGET (self), "app.tray-icon", "s", tray_icons[selected]);
}

static void
link_format_selected_cb (HoistPreferencesWindow *self)
{
  guint selected = adw_combo_row_get_selected (self->link_format_row);

  if (selected < HOIST_N_LINK_FORMATS)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.link-format", "s",
                                hoist_link_format_get_nick ((HoistLinkFormat) selected));
}

/* The row's choices are in the order of the formats. */
static void
show_link_format (HoistPreferencesWindow *self, GtkApplication *application)
{
  g_autoptr (GVariant) state = NULL;
  HoistLinkFormat format;

  if (application != NULL)
    state = g_action_group_get_action_state (G_ACTION_GROUP (application), "link-format");
  gtk_widget_set_visible (self->links_group, state != NULL);
  if (state != NULL && hoist_link_format_from_nick (g_variant_get_string (state, NULL), &format))
    adw_combo_row_set_selected (self->link_format_row, format);
}

static void
percent_changed_cb (HoistPreferencesWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "app.low-battery-percent", "u",
                              (guint) gtk_spin_button_get_value_as_int (self->percent_button));
}

static void
show_percent (HoistPreferencesWindow *self, GtkApplication *application)
{
  g_autoptr (GVariant) state = NULL;

  if (application != NULL)
    state = g_action_group_get_action_state (G_ACTION_GROUP (application), "low-battery-percent");
  gtk_widget_set_visible (self->battery_row, state != NULL);
  gtk_widget_set_visible (self->percent_row, state != NULL);
  if (state != NULL)
    gtk_spin_button_set_value (self->percent_button, g_variant_get_uint32 (state));
}

/* The switch follows its action by itself. */
static void
show_autostart (HoistPreferencesWindow *self, GtkApplication *application)
{
  gtk_widget_set_visible (self->session_group,
                          application != NULL &&
                            g_action_group_has_action (G_ACTION_GROUP (application), "autostart"));
}

/* What concerns metered networks, power, receipts and the tray is an action of the application,
 * where it has settings. */
static void
show_tray_icon (HoistPreferencesWindow *self, GtkApplication *application)
{
  g_autoptr (GVariant) state = NULL;

  if (application != NULL)
    state = g_action_group_get_action_state (G_ACTION_GROUP (application), "tray-icon");
  gtk_widget_set_visible (self->tray_group, state != NULL);
  gtk_widget_set_visible (self->metered_row, state != NULL);
  gtk_widget_set_visible (self->power_group, state != NULL);
  gtk_widget_set_visible (self->receipts_group, state != NULL);
  for (guint i = 0; state != NULL && i < G_N_ELEMENTS (tray_icons); i++)
    if (g_str_equal (tray_icons[i], g_variant_get_string (state, NULL)))
      adw_combo_row_set_selected (self->tray_icon_row, i);
}

static void
hoist_preferences_window_class_init (HoistPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (HOIST_TYPE_SCHEDULE_ROW);
  /**
   * HoistPreferencesWindow::limits-changed:
   * @self: the window
   *
   * A person set another limit.
   */
  signals[SIGNAL_LIMITS_CHANGED] =
    g_signal_new ("limits-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/hoist/Hoist/ui/hoist-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, parts_button);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, limit_switch);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, rate_button);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, adapt_switch);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, schedule_row);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, metered_row);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, power_group);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, battery_row);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, percent_row);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, percent_button);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, receipts_group);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, session_group);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, autostart_row);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, links_group);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, link_format_row);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, tray_group);
  gtk_widget_class_bind_template_child (widget_class, HoistPreferencesWindow, tray_icon_row);
}

static void
hoist_preferences_window_init (HoistPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show_limits (HoistPreferencesWindow *self, const HoistLimits *limits)
{
  double mb_per_s = (double) limits->bytes_per_s / BYTES_PER_MB;

  self->shown_bytes_per_s = limits->bytes_per_s;
  gtk_spin_button_set_value (self->parts_button, limits->parts_in_flight);
  gtk_switch_set_active (self->adapt_switch, !limits->fixed_parts);
  gtk_switch_set_active (self->limit_switch, limits->bytes_per_s > 0);
  gtk_spin_button_set_value (self->rate_button,
                             limits->bytes_per_s > 0 ? mb_per_s : SUGGESTED_MB_PER_S);
  hoist_schedule_row_show (self->schedule_row, &limits->schedule);
  show_rate (self);
}

/* What a spin button rounds is not what a person set. */
static guint64
read_rate (HoistPreferencesWindow *self)
{
  double mb_per_s = gtk_spin_button_get_value (self->rate_button);
  double shown = (double) self->shown_bytes_per_s / BYTES_PER_MB;

  if (!gtk_switch_get_active (self->limit_switch))
    return 0;
  if (self->shown_bytes_per_s != 0 && mb_per_s - shown < 0.05 && shown - mb_per_s < 0.05)
    return self->shown_bytes_per_s;
  return (guint64) (mb_per_s * BYTES_PER_MB + 0.5);
}

/**
 * hoist_preferences_window_read_limits:
 * @self: the window
 * @limits: (out caller-allocates): what it says
 *
 * Reads the limits that a person set.
 */
void
hoist_preferences_window_read_limits (HoistPreferencesWindow *self, HoistLimits *limits)
{
  g_return_if_fail (HOIST_IS_PREFERENCES_WINDOW (self));
  g_return_if_fail (limits != NULL);

  *limits = (HoistLimits){ 0 };
  limits->parts_in_flight = (guint) gtk_spin_button_get_value_as_int (self->parts_button);
  limits->fixed_parts = !gtk_switch_get_active (self->adapt_switch);
  limits->bytes_per_s = read_rate (self);
  hoist_schedule_row_read (self->schedule_row, &limits->schedule);
}

/**
 * hoist_preferences_window_new:
 * @application: (nullable): whose settings it shows, as its actions
 * @limits: the limits as they are now
 *
 * Makes a window that asks for the limits, and how Hoist shows itself.
 *
 * Returns: (transfer none): the window, owned by GTK
 */
GtkWidget *
hoist_preferences_window_new (GtkApplication *application, const HoistLimits *limits)
{
  HoistPreferencesWindow *self =
    g_object_new (HOIST_TYPE_PREFERENCES_WINDOW, "application", application, NULL);

  show_limits (self, limits);
  show_tray_icon (self, application);
  show_link_format (self, application);
  show_percent (self, application);
  show_autostart (self, application);

  g_signal_connect_object (self->parts_button, "value-changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->adapt_switch, "notify::active", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->schedule_row, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->limit_switch, "notify::active", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rate_button, "value-changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->percent_button, "value-changed", G_CALLBACK (percent_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->link_format_row, "notify::selected",
                           G_CALLBACK (link_format_selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tray_icon_row, "notify::selected",
                           G_CALLBACK (tray_icon_selected_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/**
 * hoist_preferences_window_set_autostart_reason:
 * @self: the window
 * @reason: why starting with the session cannot be switched
 *
 * Says so, in the place of what the switch is for.
 */
void
hoist_preferences_window_set_autostart_reason (HoistPreferencesWindow *self, const char *reason)
{
  g_return_if_fail (HOIST_IS_PREFERENCES_WINDOW (self));
  g_return_if_fail (reason != NULL);

  adw_action_row_set_subtitle (self->autostart_row, reason);
}
