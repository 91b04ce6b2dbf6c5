/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "fake-backend.h"
#include "fake-uploader.h"
#include "hoist-leftovers-window.h"
#include "ui-test.h"

#define HOUR ((gint64) 3600 * G_USEC_PER_SEC)

typedef struct
{
  HoistDestinationBackend *backend;
  FakeUploader *uploader;
  HoistLeftovers *leftovers;
  GtkWidget *window;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->backend = HOIST_DESTINATION_BACKEND (fake_backend_new (2));
  fixture->uploader = fake_uploader_new ();
  fixture->leftovers = hoist_leftovers_new (HOIST_UPLOADER (fixture->uploader), fixture->backend);
  fixture->window = hoist_leftovers_window_new (
    fixture->leftovers, HOIST_UPLOADER (fixture->uploader), fixture->backend);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  ui_test_close_windows ();
  ui_test_settle ();
  g_assert_finalize_object (fixture->leftovers);
  g_assert_finalize_object (fixture->uploader);
  g_assert_finalize_object (fixture->backend);
}

static gboolean
is_loaded (gpointer leftovers)
{
  return !hoist_leftovers_is_loading (leftovers);
}

static void
load (Fixture *fixture)
{
  hoist_leftovers_refresh (fixture->leftovers);
  ui_test_wait_until (is_loaded, fixture->leftovers);
}

static void
load_three (Fixture *fixture)
{
  fake_uploader_add_leftover (fixture->uploader, "old", "b/<old>.bin", 12000000000, 72 * HOUR);
  fake_uploader_add_leftover (fixture->uploader, "young", "young.bin", 400000000, HOUR);
  fake_uploader_add_leftover (fixture->uploader, "older", "older.bin", 0, 240 * HOUR);
  load (fixture);
}

static const char *
get_page (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (ui_test_child (fixture->window, "stack")));
}

static GtkListBoxRow *
get_row (Fixture *fixture, const char *box, int index)
{
  return gtk_list_box_get_row_at_index (GTK_LIST_BOX (ui_test_child (fixture->window, box)), index);
}

static char *
dup_id (Fixture *fixture, guint index)
{
  return hoist_unfinished_dup_id (hoist_leftovers_get (fixture->leftovers, index)->upload);
}

static void
assert_log (Fixture *fixture, const char *expected)
{
  g_autofree char *log = fake_uploader_take_log (fixture->uploader);

  g_assert_cmpstr (log, ==, expected);
}

static void
respond (const char *response, const char *says)
{
  GtkWidget *dialog = ui_test_find_window (ADW_TYPE_MESSAGE_DIALOG);

  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), says));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  AdwActionRow *row;
  g_autofree char *sum = NULL;

  load_three (fixture);
  g_assert_cmpstr (get_page (fixture), ==, "list");
  row = ADW_ACTION_ROW (get_row (fixture, "list_box", 0));
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, "b/<old>.bin");
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "12.0\u00a0GB on Studio, 3 days ago");
  g_assert_nonnull (get_row (fixture, "list_box", 2));
  g_assert_null (get_row (fixture, "list_box", 3));
  sum = hoist_leftovers_dup_sum (fixture->leftovers);
  g_assert_cmpstr (sum, ==, "12.4\u00a0GB");
}

static void
test_pages (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpstr (get_page (fixture), ==, "empty");
  hoist_leftovers_refresh (fixture->leftovers);
  g_assert_cmpstr (get_page (fixture), ==, "loading");
  ui_test_wait_until (is_loaded, fixture->leftovers);
  g_assert_cmpstr (get_page (fixture), ==, "empty");
  fake_uploader_set_list_error (fixture->uploader, "There is no network.");
  load (fixture);
  g_assert_cmpstr (get_page (fixture), ==, "failed");
  g_assert_cmpstr (adw_status_page_get_description (
                     ADW_STATUS_PAGE (ui_test_child (fixture->window, "failed_page"))),
                   ==, "There is no network.");
  fake_uploader_set_list_error (fixture->uploader, NULL);
  load_three (fixture);
  g_assert_cmpstr (get_page (fixture), ==, "list");
}

static void
test_clear (Fixture *fixture, gconstpointer data)
{
  g_autofree char *young = NULL;

  load_three (fixture);
  young = dup_id (fixture, 1);
  gtk_widget_activate_action (fixture->window, "leftovers.clear", "s", young);
  respond ("cancel", "another computer may still be sending it");
  assert_log (fixture, "");
  gtk_widget_activate_action (fixture->window, "leftovers.clear", "s", young);
  respond ("clear", "is deleted");
  assert_log (fixture, "clear of studio: young\n");
  g_assert_cmpuint (hoist_leftovers_get_length (fixture->leftovers), ==, 2);
  g_assert_null (get_row (fixture, "list_box", 2));
}

/* What may be under way elsewhere is left alone. */
static void
test_clear_all (Fixture *fixture, gconstpointer data)
{
  load_three (fixture);
  gtk_widget_activate_action (fixture->window, "leftovers.clear-all", NULL);
  respond ("clear", "are left alone");
  assert_log (fixture, "clear of studio: old older\n");
  g_assert_cmpuint (hoist_leftovers_get_length (fixture->leftovers), ==, 1);
  gtk_widget_activate_action (fixture->window, "leftovers.clear-all", NULL);
  respond ("close", "one by one");
  assert_log (fixture, "");
}

static void
test_continue (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;

  load_three (fixture);
  id = dup_id (fixture, 0);
  fake_uploader_set_relocate_error (fixture->uploader, "Another file.");
  hoist_leftovers_window_continue_with (HOIST_LEFTOVERS_WINDOW (fixture->window), id, "/x");
  ui_test_settle ();
  respond ("close", "Another file.");
  g_assert_cmpuint (hoist_leftovers_get_length (fixture->leftovers), ==, 3);
  fake_uploader_set_relocate_error (fixture->uploader, NULL);
  hoist_leftovers_window_continue_with (HOIST_LEFTOVERS_WINDOW (fixture->window), id, "/y");
  ui_test_settle ();
  assert_log (fixture, "continue old with /x\ncontinue old with /y\n");
  g_assert_cmpuint (hoist_leftovers_get_length (fixture->leftovers), ==, 2);
}

/* A cancelled upload whose server is gone: a way out, which says what it leaves behind. */
static void
test_leave (Fixture *fixture, gconstpointer data)
{
  HoistUploadInfo *info = fake_uploader_info (7, HOIST_UPLOAD_CANCELLING);
  AdwActionRow *row;

  g_assert_false (gtk_widget_get_visible (ui_test_child (fixture->window, "stuck_group")));
  info->error_code = HOIST_ERROR_BAD_INPUT;
  info->error_message = g_ref_string_new ("The destination does not exist any more.");
  info->key = g_ref_string_new ("k/seven");
  fake_uploader_put (fixture->uploader, info);
  g_assert_cmpstr (get_page (fixture), ==, "list");
  g_assert_true (gtk_widget_get_visible (ui_test_child (fixture->window, "stuck_group")));
  row = ADW_ACTION_ROW (get_row (fixture, "stuck_box", 0));
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==,
                   "The destination does not exist any more.");
  gtk_widget_activate_action (fixture->window, "leftovers.leave", "t", (guint64) 7);
  respond ("cancel", "“k/seven”");
  assert_log (fixture, "");
  gtk_widget_activate_action (fixture->window, "leftovers.leave", "t", (guint64) 7);
  respond ("leave", "Hoist does not try any more");
  assert_log (fixture, "abandon 7\n");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/ui/leftovers-window/list", test_list },
    { "/ui/leftovers-window/pages", test_pages },
    { "/ui/leftovers-window/clear", test_clear },
    { "/ui/leftovers-window/clear-all", test_clear_all },
    { "/ui/leftovers-window/continue", test_continue },
    { "/ui/leftovers-window/leave", test_leave },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
