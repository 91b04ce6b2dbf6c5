/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-backend.h"
#include "hoist-destination-editor.h"
#include "hoist-destinations-window.h"
#include "hoist-limits-row.h"
#include "hoist-preferences-window.h"
#include "ui-test.h"

typedef struct
{
  HoistDestinationBackend *backend;
  GtkWidget *window;
  GtkListBox *list_box;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer n_destinations)
{
  fixture->backend =
    HOIST_DESTINATION_BACKEND (fake_backend_new (GPOINTER_TO_UINT (n_destinations)));
  fixture->window = hoist_destinations_window_new (fixture->backend);
  fixture->list_box = GTK_LIST_BOX (ui_test_child (fixture->window, "list_box"));
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  ui_test_close_windows ();
  g_assert_finalize_object (fixture->backend);
}

static const char *
get_page (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (ui_test_child (fixture->window, "stack")));
}

static GtkCheckButton *
get_default_button (Fixture *fixture, int index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (fixture->list_box, index);

  return GTK_CHECK_BUTTON (ui_test_child (row, "default_button"));
}

static guint
count_destinations (Fixture *fixture)
{
  return g_list_model_get_n_items (hoist_destination_backend_get_destinations (fixture->backend));
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (fixture->list_box, 1);
  g_autoptr (HoistDestination) studio =
    hoist_destination_backend_lookup (fixture->backend, "studio");

  g_assert_cmpstr (get_page (fixture), ==, "list");
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==,
                   "Archive & Backup");
  g_assert_false (adw_preferences_row_get_use_markup (ADW_PREFERENCES_ROW (row)));
  hoist_destination_set_name (studio, "Atelier");
  row = gtk_list_box_get_row_at_index (fixture->list_box, 0);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, "Atelier");
}

/* What each can do stands below its address, and why one does not say it. */
static void
test_abilities (Fixture *fixture, gconstpointer data)
{
  AdwActionRow *row = ADW_ACTION_ROW (gtk_list_box_get_row_at_index (fixture->list_box, 0));
  g_autoptr (HoistDestination) studio =
    hoist_destination_backend_lookup (fixture->backend, "studio");

  g_assert_nonnull (strstr (adw_action_row_get_subtitle (row), "\nFiles up to 5.0"));
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (row), "links to share"));
  hoist_destination_set_url (studio, "https://bad.example.com");
  hoist_destination_backend_look (fixture->backend, studio, NULL);
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==,
                   "https://bad.example.com\nNo connection to bad.example.com.");
}

static void
test_default (Fixture *fixture, gconstpointer data)
{
  g_assert_true (gtk_check_button_get_active (get_default_button (fixture, 0)));
  gtk_check_button_set_active (get_default_button (fixture, 1), TRUE);
  g_assert_cmpstr (hoist_destination_backend_get_default_id (fixture->backend), ==,
                   "archive & backup");
  g_assert_false (gtk_check_button_get_active (get_default_button (fixture, 0)));

  /* It may be changed elsewhere too. */
  hoist_destination_backend_set_default_id (fixture->backend, "studio");
  g_assert_true (gtk_check_button_get_active (get_default_button (fixture, 0)));
}

static gboolean
has_room_for_colour (Fixture *fixture, int index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (fixture->list_box, index);

  return gtk_widget_get_visible (ui_test_child (row, "dot_place"));
}

/* Names begin at the same place in all rows, without a gap where there is no colour at all. */
static void
test_colours (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestination) studio =
    hoist_destination_backend_lookup (fixture->backend, "studio");

  g_assert_false (has_room_for_colour (fixture, 0));
  g_assert_false (has_room_for_colour (fixture, 1));
  hoist_destination_set_setting (studio, HOIST_SETTING_COLOUR, "red");
  g_assert_true (has_room_for_colour (fixture, 0));
  g_assert_true (has_room_for_colour (fixture, 1));
  hoist_destination_set_setting (studio, HOIST_SETTING_COLOUR, NULL);
  g_assert_false (has_room_for_colour (fixture, 0));
  g_assert_false (has_room_for_colour (fixture, 1));
}

static void
answer_remove (Fixture *fixture, const char *id, const char *response)
{
  GtkWidget *dialog;

  g_assert_true (gtk_widget_activate_action (fixture->window, "destinations.remove", "s", id));
  dialog = ui_test_find_window (ADW_TYPE_MESSAGE_DIALOG);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (GTK_WINDOW (dialog));
  ui_test_settle ();
}

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  answer_remove (fixture, "studio", "cancel");
  g_assert_cmpuint (count_destinations (fixture), ==, 2);
  answer_remove (fixture, "studio", "remove");
  g_assert_cmpuint (count_destinations (fixture), ==, 1);
  answer_remove (fixture, "archive & backup", "remove");
  g_assert_cmpstr (get_page (fixture), ==, "empty");
  /* One that is gone asks nothing. */
  gtk_widget_activate_action (fixture->window, "destinations.remove", "s", "studio");
  g_assert_null (ui_test_find_window (ADW_TYPE_MESSAGE_DIALOG));
}

static void
test_edit (Fixture *fixture, gconstpointer data)
{
  GtkWidget *editor;

  gtk_widget_activate_action (fixture->window, "destinations.edit", "s", "studio");
  editor = ui_test_find_window (HOIST_TYPE_DESTINATION_EDITOR);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (ui_test_child (editor, "name_row"))), ==,
                   "Studio");
  gtk_window_destroy (GTK_WINDOW (editor));

  gtk_widget_activate_action (fixture->window, "destinations.add", NULL);
  editor = ui_test_find_window (HOIST_TYPE_DESTINATION_EDITOR);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (ui_test_child (editor, "name_row"))), ==,
                   "");
}

static const char *
get_title (Fixture *fixture, int index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (fixture->list_box, index);

  return adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row));
}

/* By the keyboard: Alt and an arrow; the one that was moved keeps the focus. */
static void
test_order (Fixture *fixture, gconstpointer data)
{
  GtkWidget *focus;

  gtk_widget_activate_action (fixture->window, "destinations.step", "(sb)", "studio", TRUE);
  g_assert_cmpstr (get_title (fixture, 0), ==, "Archive & Backup");
  g_assert_cmpstr (get_title (fixture, 1), ==, "Studio");
  focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  g_assert_true (focus == GTK_WIDGET (gtk_list_box_get_row_at_index (fixture->list_box, 1)));
  /* It is the last one, and stays that. */
  gtk_widget_activate_action (fixture->window, "destinations.step", "(sb)", "studio", TRUE);
  g_assert_cmpstr (get_title (fixture, 1), ==, "Studio");
  gtk_widget_activate_action (fixture->window, "destinations.step", "(sb)", "studio", FALSE);
  g_assert_cmpstr (get_title (fixture, 0), ==, "Studio");
  gtk_widget_activate_action (fixture->window, "destinations.step", "(sb)", "studio", FALSE);
  g_assert_cmpstr (get_title (fixture, 0), ==, "Studio");

  /* As a drop does it. */
  gtk_widget_activate_action (fixture->window, "destinations.move", "(ss)", "studio", "");
  g_assert_cmpstr (get_title (fixture, 1), ==, "Studio");
  gtk_widget_activate_action (fixture->window, "destinations.move", "(ss)", "studio",
                              "archive & backup");
  g_assert_cmpstr (get_title (fixture, 0), ==, "Studio");
  g_assert_true (gtk_check_button_get_active (get_default_button (fixture, 0)));
}

static void
test_colour (Fixture *fixture, gconstpointer data)
{
  GtkWidget *dot = ui_test_child (gtk_list_box_get_row_at_index (fixture->list_box, 0), "dot");
  g_autoptr (HoistDestination) studio =
    hoist_destination_backend_lookup (fixture->backend, "studio");

  g_assert_false (gtk_widget_get_visible (dot));
  hoist_destination_set_setting (studio, HOIST_SETTING_COLOUR, "red");
  g_assert_true (gtk_widget_get_visible (dot));
  g_assert_true (gtk_widget_has_css_class (dot, "red"));
  hoist_destination_set_setting (studio, HOIST_SETTING_COLOUR, "teal");
  g_assert_true (gtk_widget_has_css_class (dot, "teal"));
  g_assert_false (gtk_widget_has_css_class (dot, "red"));
  hoist_destination_set_setting (studio, HOIST_SETTING_COLOUR, NULL);
  g_assert_false (gtk_widget_get_visible (dot));
}

/* What an administrator set up has a padlock, and cannot be removed. */
static void
test_preset (Fixture *fixture, gconstpointer data)
{
  static const char *const locks[] = { "name", "url", "files", NULL };
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (fixture->list_box, 0);
  g_autoptr (HoistDestination) studio =
    hoist_destination_backend_lookup (fixture->backend, "studio");
  GtkWidget *editor, *server, *limits;

  g_assert_false (gtk_widget_get_visible (ui_test_child (row, "lock_icon")));
  hoist_destination_set_locks (studio, locks);
  g_assert_true (gtk_widget_get_visible (ui_test_child (row, "lock_icon")));
  g_assert_false (gtk_widget_get_sensitive (ui_test_child (row, "remove_button")));
  g_assert_true (gtk_widget_get_sensitive (ui_test_child (row, "edit_button")));

  gtk_widget_activate_action (fixture->window, "destinations.edit", "s", "studio");
  editor = ui_test_find_window (HOIST_TYPE_DESTINATION_EDITOR);
  server = ui_test_child (editor, "server_fields");
  limits = ui_test_child (editor, "limits_row");
  g_assert_false (gtk_editable_get_editable (GTK_EDITABLE (ui_test_child (editor, "name_row"))));
  g_assert_false (gtk_editable_get_editable (GTK_EDITABLE (ui_test_child (server, "url_row"))));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (ui_test_child (server, "url_row")), ==,
                   "Set by your administrator");
  g_assert_true (gtk_editable_get_editable (GTK_EDITABLE (ui_test_child (server, "token_row"))));
  g_assert_true (gtk_editable_get_editable (GTK_EDITABLE (ui_test_child (editor, "prefix_row"))));
  g_assert_false (gtk_widget_get_sensitive (ui_test_child (limits, "files_button")));
  g_assert_true (gtk_widget_get_sensitive (ui_test_child (limits, "parts_button")));
}

static void
test_default_locked (Fixture *fixture, gconstpointer data)
{
  GtkWidget *window;
  GtkListBox *list_box;

  fake_backend_set_default_locked (FAKE_BACKEND (fixture->backend), TRUE);
  window = hoist_destinations_window_new (fixture->backend);
  list_box = GTK_LIST_BOX (ui_test_child (window, "list_box"));
  for (int i = 0; i < 2; i++)
    g_assert_false (gtk_widget_get_sensitive (
      ui_test_child (gtk_list_box_get_row_at_index (list_box, i), "default_button")));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A colour and limits are asked for, and what a file says to the byte is kept. */
static void
test_limits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestination) studio =
    hoist_destination_backend_lookup (fixture->backend, "studio");
  g_autoptr (HoistDestination) copy = NULL;
  GtkWidget *editor, *limits;

  hoist_destination_set_setting (studio, HOIST_SETTING_BYTES_PER_SECOND, "1234567");
  hoist_destination_set_concurrency (studio, 3);
  gtk_widget_activate_action (fixture->window, "destinations.edit", "s", "studio");
  editor = ui_test_find_window (HOIST_TYPE_DESTINATION_EDITOR);
  limits = ui_test_child (editor, "limits_row");
  copy = hoist_destination_copy (studio, NULL);
  hoist_limits_row_apply (HOIST_LIMITS_ROW (limits), copy);
  g_assert_cmpstr (hoist_destination_get_setting (copy, HOIST_SETTING_BYTES_PER_SECOND), ==,
                   "1234567");
  g_assert_cmpuint (hoist_destination_get_concurrency (copy), ==, 3);
  g_assert_null (hoist_destination_get_setting (copy, HOIST_SETTING_COLOUR));

  adw_combo_row_set_selected (ADW_COMBO_ROW (ui_test_child (limits, "colour_row")), 2);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (ui_test_child (limits, "files_button")), 5);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (ui_test_child (limits, "parts_button")), 0);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (ui_test_child (limits, "rate_button")), 2.5);
  hoist_limits_row_apply (HOIST_LIMITS_ROW (limits), copy);
  g_assert_cmpstr (hoist_destination_get_setting (copy, HOIST_SETTING_COLOUR), ==, "teal");
  g_assert_cmpstr (hoist_destination_get_setting (copy, HOIST_SETTING_FILES), ==, "5");
  g_assert_cmpstr (hoist_destination_get_setting (copy, HOIST_SETTING_BYTES_PER_SECOND), ==,
                   "2500000");
  g_assert_cmpuint (hoist_destination_get_concurrency (copy), ==, 0);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpstr (get_page (fixture), ==, "empty");
}

typedef struct
{
  HoistLimits limits;
  guint n_signals;
} Limits;

static void
limits_changed_cb (Limits *limits, HoistPreferencesWindow *window)
{
  hoist_preferences_window_read_limits (window, &limits->limits);
  limits->n_signals++;
}

static void
test_preferences (void)
{
  const HoistLimits shown = { 6, TRUE, 2543210, { 0 } };
  GtkWidget *window = hoist_preferences_window_new (NULL, &shown);
  GtkSpinButton *parts = GTK_SPIN_BUTTON (ui_test_child (window, "parts_button"));
  GtkSpinButton *rate = GTK_SPIN_BUTTON (ui_test_child (window, "rate_button"));
  GtkSwitch *limit = GTK_SWITCH (ui_test_child (window, "limit_switch"));
  GtkSwitch *adapt = GTK_SWITCH (ui_test_child (window, "adapt_switch"));
  Limits limits = { 0 };

  g_signal_connect_swapped (window, "limits-changed", G_CALLBACK (limits_changed_cb), &limits);
  g_assert_cmpfloat (gtk_spin_button_get_value (parts), ==, 6);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (rate)), ==, "2.5");
  g_assert_true (gtk_switch_get_active (limit));
  g_assert_false (gtk_switch_get_active (adapt));
  gtk_spin_button_set_value (parts, 32);
  g_assert_cmpuint (limits.limits.parts_in_flight, ==, 32);
  g_assert_true (limits.limits.fixed_parts);
  g_assert_cmpuint (limits.limits.bytes_per_s, ==, 2543210);
  gtk_switch_set_active (adapt, TRUE);
  g_assert_false (limits.limits.fixed_parts);
  gtk_spin_button_set_value (rate, 0.1);
  g_assert_cmpuint (limits.limits.bytes_per_s, ==, 100000);
  gtk_switch_set_active (limit, FALSE);
  g_assert_cmpuint (limits.limits.bytes_per_s, ==, 0);
  g_assert_false (hoist_rate_schedule_is_set (&limits.limits.schedule));
  g_assert_cmpuint (limits.n_signals, ==, 4);
  ui_test_close_windows ();
}

static void
assert_schedule (const Limits *limits, const char *expected)
{
  g_autofree char *text = hoist_rate_schedule_to_string (&limits->limits.schedule);

  g_assert_cmpstr (text, ==, expected);
}

/* Hours with another limit: the night is offered, and each change is told. */
static void
test_schedule (void)
{
  HoistLimits shown = { .bytes_per_s = 2000000 };
  GtkWidget *window = hoist_preferences_window_new (NULL, &shown);
  GtkWidget *row = ui_test_child (window, "schedule_row");
  GtkSpinButton *from = GTK_SPIN_BUTTON (ui_test_child (row, "from_button"));
  GtkSpinButton *rate = GTK_SPIN_BUTTON (ui_test_child (row, "rate_button"));
  GtkWidget *monday = gtk_widget_get_first_child (ui_test_child (row, "days_box"));
  Limits limits = { 0 };

  g_signal_connect_swapped (window, "limits-changed", G_CALLBACK (limits_changed_cb), &limits);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (from)), ==, "22:00");
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (row), TRUE);
  assert_schedule (&limits, "22:00-07:00=full");
  /* As it is typed. */
  gtk_editable_set_text (GTK_EDITABLE (from), "23:30");
  gtk_spin_button_update (from);
  gtk_spin_button_set_value (rate, 0.5);
  assert_schedule (&limits, "23:30-07:00=500000");
  for (GtkWidget *day = monday; day != NULL; day = gtk_widget_get_next_sibling (day))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (day), FALSE);
  assert_schedule (&limits, "sun,23:30-07:00=500000");
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (row), FALSE);
  assert_schedule (&limits, "");
  gtk_window_destroy (GTK_WINDOW (window));

  g_assert_true (hoist_rate_schedule_parse (&shown.schedule, "tue,8:05-17=1234567", NULL));
  window = hoist_preferences_window_new (NULL, &shown);
  hoist_preferences_window_read_limits (HOIST_PREFERENCES_WINDOW (window), &limits.limits);
  assert_schedule (&limits, "tue,08:05-17:00=1234567");
  ui_test_close_windows ();
}

static void
tray_icon_wanted_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_simple_action_set_state (action, value);
}

/* What concerns the tray and metered networks is an action of the application, and is not
 * offered without. */
static void
test_settings_preferences (void)
{
  g_autoptr (GtkApplication) application = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_autoptr (GSimpleAction) icon = g_simple_action_new_stateful ("tray-icon", G_VARIANT_TYPE_STRING,
                                                                 g_variant_new_string ("dark"));
  g_autoptr (GSimpleAction) metered =
    g_simple_action_new_stateful ("use-metered", NULL, g_variant_new_boolean (TRUE));
  const HoistLimits limits = { .parts_in_flight = 6 };
  GtkWidget *window = hoist_preferences_window_new (NULL, &limits);
  GtkSwitch *metered_switch;
  AdwComboRow *row;

  g_assert_false (gtk_widget_get_visible (ui_test_child (window, "tray_group")));
  g_assert_false (gtk_widget_get_visible (ui_test_child (window, "metered_row")));
  gtk_window_destroy (GTK_WINDOW (window));

  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_signal_connect (icon, "activate", G_CALLBACK (tray_icon_wanted_cb), NULL);
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (icon));
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (metered));
  window = hoist_preferences_window_new (application, &limits);
  g_assert_true (gtk_widget_get_visible (ui_test_child (window, "tray_group")));
  row = ADW_COMBO_ROW (ui_test_child (window, "tray_icon_row"));
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 2);
  adw_combo_row_set_selected (row, 1);
  g_autoptr (GVariant) wanted = g_action_get_state (G_ACTION (icon));
  g_assert_cmpstr (g_variant_get_string (wanted, NULL), ==, "light");

  g_assert_true (gtk_widget_get_visible (ui_test_child (window, "metered_row")));
  metered_switch = GTK_SWITCH (
    adw_action_row_get_activatable_widget (ADW_ACTION_ROW (ui_test_child (window, "metered_row"))));
  g_assert_true (gtk_switch_get_active (metered_switch));
  gtk_widget_activate_action (GTK_WIDGET (metered_switch), "app.use-metered", NULL);
  g_assert_false (gtk_switch_get_active (metered_switch));
  ui_test_close_windows ();
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    guint n_destinations;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/ui/destinations-window/list", 2, test_list },
    { "/ui/destinations-window/abilities", 2, test_abilities },
    { "/ui/destinations-window/default", 2, test_default },
    { "/ui/destinations-window/remove", 2, test_remove },
    { "/ui/destinations-window/edit", 2, test_edit },
    { "/ui/destinations-window/empty", 0, test_empty },
    { "/ui/destinations-window/order", 2, test_order },
    { "/ui/destinations-window/colour", 2, test_colour },
    { "/ui/destinations-window/colours", 2, test_colours },
    { "/ui/destinations-window/preset", 2, test_preset },
    { "/ui/destinations-window/default-locked", 2, test_default_locked },
    { "/ui/destinations-window/limits", 2, test_limits },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, GUINT_TO_POINTER (tests[i].n_destinations), set_up,
                tests[i].test, tear_down);
  g_test_add_func ("/ui/preferences-window/limits", test_preferences);
  g_test_add_func ("/ui/preferences-window/schedule", test_schedule);
  g_test_add_func ("/ui/preferences-window/settings", test_settings_preferences);
  return g_test_run ();
}
