/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window says of uploads that wait. */

#include <string.h>

#include "ui-test.h"
#include "window-test.h"

/* As long as one waits for that; what the person allows holds for all of them. */
static void
test_metered (WindowTest *fixture, gconstpointer data)
{
  HoistBanner *banner = fixture->window->hold_banner;

  g_assert_false (hoist_banner_get_revealed (banner));
  for (guint64 id = 1; id <= 2; id++)
    {
      HoistUploadInfo *info = fake_uploader_info (id, HOIST_UPLOAD_WAITING);

      info->hold = HOIST_HOLD_METERED;
      fake_uploader_put (fixture->uploader, info);
      g_assert_true (hoist_banner_get_revealed (banner));
    }
  window_test_activate (fixture, "win.upload-anyway");
  window_test_assert_log (fixture, "metered 1\n");
  window_test_put (fixture, 1, HOIST_UPLOAD_SENDING);
  g_assert_true (hoist_banner_get_revealed (banner));
  window_test_put (fixture, 2, HOIST_UPLOAD_PAUSED);
  g_assert_false (hoist_banner_get_revealed (banner));
}

/* Each reason in its own words; what a person allows is the one that is shown. */
static void
test_power (WindowTest *fixture, gconstpointer data)
{
  static const struct
  {
    HoistHold hold;
    const char *title;
    const char *log;
  } rows[] = {
    { HOIST_HOLD_POWER_SAVER, "The computer saves power", "power 1\n" },
    { HOIST_HOLD_BATTERY, "The battery is low", "power 1\n" },
    { HOIST_HOLD_METERED, "This network is metered", "metered 1\n" },
  };
  HoistBanner *banner = fixture->window->hold_banner;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HoistUploadInfo *info = fake_uploader_info (i + 1, HOIST_UPLOAD_WAITING);

      info->hold = rows[i].hold;
      fake_uploader_put (fixture->uploader, info);
      g_assert_true (hoist_banner_get_revealed (banner));
      g_assert_cmpstr (
        gtk_label_get_label (GTK_LABEL (ui_test_child (GTK_WIDGET (banner), "title_label"))), ==,
        rows[i].title);
      window_test_activate (fixture, "win.upload-anyway");
      window_test_assert_log (fixture, rows[i].log);
    }
  for (guint64 id = 1; id <= G_N_ELEMENTS (rows); id++)
    window_test_put (fixture, id, HOIST_UPLOAD_SENDING);
  g_assert_false (hoist_banner_get_revealed (banner));
}

/* What is said of an upload that waits goes to the clipboard, without what may be used by others. */
static void
test_copy_details (WindowTest *fixture, gconstpointer data)
{
  HoistUploadInfo *info = fake_uploader_info (5, HOIST_UPLOAD_WAITING);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (fixture->window));
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  info->error_code = HOIST_ERROR_NETWORK;
  info->error_message =
    g_ref_string_new ("No answer from https://s3.example.com/a?X-Amz-Signature=abcdef.");
  fake_uploader_put (fixture->uploader, info);
  window_test_activate_for (fixture, "win.upload-copy-details", 5);
  g_value_init (&value, G_TYPE_STRING);
  gdk_content_provider_get_value (gdk_clipboard_get_content (clipboard), &value, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (g_value_get_string (&value), "file-5.mov"));
  g_assert_nonnull (strstr (g_value_get_string (&value), "https://s3.example.com/a"));
  g_assert_null (strstr (g_value_get_string (&value), "abcdef"));
}

static const char *
get_row_text (WindowTest *fixture, guint64 id, const char *label)
{
  return gtk_label_get_label (
    GTK_LABEL (ui_test_child (window_test_wait_for_row (fixture, id), label)));
}

static gboolean
is_second (gpointer data)
{
  return g_str_equal (get_row_text (data, 3, "status_label"),
                      "Waits for its turn: 1 file before it.");
}

/* Those that wait say how many are before them; nothing wakes the window when nothing happens. */
static void
test_turns (WindowTest *fixture, gconstpointer data)
{
  gtk_window_present (GTK_WINDOW (fixture->window));
  for (guint64 id = 1; id <= 3; id++)
    {
      HoistUploadInfo *info = fake_uploader_info (id, HOIST_UPLOAD_QUEUED);

      info->turn = id;
      fake_uploader_put (fixture->uploader, info);
    }
  ui_test_wait_until (window_test_has_rows, fixture);
  g_assert_cmpstr (get_row_text (fixture, 1, "status_label"), ==,
                   "Waits for its turn: it is the next one.");
  g_assert_cmpstr (get_row_text (fixture, 3, "status_label"), ==,
                   "Waits for its turn: 2 files before it.");
  /* The others' rows do not change by themselves. */
  window_test_put (fixture, 1, HOIST_UPLOAD_SENDING);
  g_assert_cmpuint (fixture->window->words_id, !=, 0);
  ui_test_wait_until (is_second, fixture);
  g_assert_cmpuint (fixture->window->words_id, ==, 0);
}

static void
put_waiting (WindowTest *fixture, gint64 next_try_us, HoistHold hold)
{
  HoistUploadInfo *info = fake_uploader_info (1, HOIST_UPLOAD_WAITING);

  info->error_code = HOIST_ERROR_THROTTLED;
  info->next_try_us = next_try_us;
  info->hold = hold;
  fake_uploader_put (fixture->uploader, info);
}

static gboolean
is_trying (gpointer data)
{
  return g_str_has_suffix (get_row_text (data, 1, "error_label"), "Trying again now.");
}

/* The window wakes when the words change, and then only. */
static void
test_countdown (WindowTest *fixture, gconstpointer data)
{
  HoistWindow *window = fixture->window;
  gint64 now_us = g_get_monotonic_time ();

  gtk_window_present (GTK_WINDOW (window));
  put_waiting (fixture, now_us + (gint64) G_USEC_PER_SEC * 60 * 60, HOIST_HOLD_NONE);
  ui_test_wait_until (window_test_has_rows, fixture);
  /* Said in minutes. */
  g_assert_cmpint (window->words_due_us - now_us, >=, 29 * (gint64) G_USEC_PER_SEC);
  gtk_widget_set_visible (GTK_WIDGET (window), FALSE);
  g_assert_cmpuint (window->words_id, ==, 0);
  put_waiting (fixture, now_us + (gint64) G_USEC_PER_SEC * 60, HOIST_HOLD_NONE);
  g_assert_cmpuint (window->words_id, ==, 0);
  gtk_window_present (GTK_WINDOW (window));
  ui_test_wait_until (window_test_has_rows, fixture);
  g_assert_cmpuint (window->words_id, !=, 0);
  g_assert_cmpint (window->words_due_us, <=, now_us + (gint64) G_USEC_PER_SEC * 60);

  put_waiting (fixture, g_get_monotonic_time () + G_USEC_PER_SEC / 4, HOIST_HOLD_NONE);
  ui_test_wait_until (is_trying, fixture);
  g_assert_cmpuint (window->words_id, ==, 0);
  put_waiting (fixture, 0, HOIST_HOLD_OFFLINE);
  g_assert_cmpstr (get_row_text (fixture, 1, "error_label"), ==,
                   "No network. Goes on when it is back.");
  g_assert_cmpuint (window->words_id, ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (WindowTest *fixture, gconstpointer data);
  } tests[] = {
    { "/ui/window-waiting/metered", test_metered },
    { "/ui/window-waiting/power", test_power },
    { "/ui/window-waiting/copy-details", test_copy_details },
    { "/ui/window-waiting/turns", test_turns },
    { "/ui/window-waiting/countdown", test_countdown },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, WindowTest, GUINT_TO_POINTER (1), window_test_set_up, tests[i].test,
                window_test_tear_down);
  return g_test_run ();
}
