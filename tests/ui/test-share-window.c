/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "fake-uploader.h"
#include "hoist-qr-view.h"
#include "hoist-share-window.h"
#include "ui-test.h"

#define URL "https://s3.example.org/b/k?X-Amz-Expires=86400&X-Amz-Signature=0f"

typedef struct
{
  FakeUploader *uploader;
  GtkWidget *window;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->uploader = fake_uploader_new ();
  fake_uploader_put (fixture->uploader, fake_uploader_info (1, HOIST_UPLOAD_DONE));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  ui_test_close_windows ();
  ui_test_settle ();
  g_assert_finalize_object (fixture->uploader);
}

static void
show (Fixture *fixture)
{
  g_free (fake_uploader_take_log (fixture->uploader));
  fixture->window = hoist_share_window_new (HOIST_UPLOADER (fixture->uploader), 1);
  gtk_window_present (GTK_WINDOW (fixture->window));
  ui_test_settle ();
}

static gboolean
is_visible (Fixture *fixture, const char *child)
{
  return gtk_widget_get_visible (ui_test_child (fixture->window, child));
}

static const char *
get_label (Fixture *fixture, const char *child)
{
  return gtk_label_get_label (GTK_LABEL (ui_test_child (fixture->window, child)));
}

static const char *
get_page (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (ui_test_child (fixture->window, "stack")));
}

static void
assert_log (Fixture *fixture, const char *expected)
{
  g_autofree char *log = fake_uploader_take_log (fixture->uploader);

  g_assert_cmpstr (log, ==, expected);
}

static void
test_signed (Fixture *fixture, gconstpointer data)
{
  GdkContentProvider *content;
  g_auto (GValue) value = G_VALUE_INIT;
  GtkWidget *row;

  fake_uploader_set_share (fixture->uploader, hoist_share_new (URL, 1740830400000000));
  show (fixture);
  assert_log (fixture, "share 1 86400\n");
  g_assert_cmpstr (get_page (fixture), ==, "link");
  g_assert_cmpstr (get_label (fixture, "link_label"), ==, URL);
  g_assert_true (is_visible (fixture, "qr_view"));
  g_assert_true (is_visible (fixture, "expiry_group"));
  g_assert_true (is_visible (fixture, "until_label"));
  g_assert_false (is_visible (fixture, "note_label"));
  g_assert_false (is_visible (fixture, "no_qr_label"));

  row = ui_test_child (fixture->window, "expiry_row");
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 2);
  ui_test_settle ();
  assert_log (fixture, "share 1 604800\n");
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 0);
  ui_test_settle ();
  assert_log (fixture, "share 1 3600\n");

  gtk_widget_activate_action (fixture->window, "share.copy", NULL);
  content = gdk_clipboard_get_content (gtk_widget_get_clipboard (fixture->window));
  g_value_init (&value, G_TYPE_STRING);
  g_assert_true (gdk_content_provider_get_value (content, &value, NULL));
  g_assert_cmpstr (g_value_get_string (&value), ==, URL);
}

static void
test_temporary (Fixture *fixture, gconstpointer data)
{
  HoistShare *share = hoist_share_new (URL, 1740830400000000);

  share->temporary = TRUE;
  fake_uploader_set_share (fixture->uploader, share);
  show (fixture);
  g_assert_nonnull (strstr (get_label (fixture, "note_label"), "keys are temporary"));
}

static void
test_location (Fixture *fixture, gconstpointer data)
{
  HoistShare *share = hoist_share_new ("https://example.org/k", 0);

  share->is_signed = FALSE;
  fake_uploader_set_share (fixture->uploader, share);
  show (fixture);
  g_assert_false (is_visible (fixture, "expiry_group"));
  g_assert_false (is_visible (fixture, "until_label"));
  g_assert_nonnull (strstr (get_label (fixture, "note_label"), "up to its server"));
  g_assert_true (is_visible (fixture, "qr_view"));
}

static void
test_too_long (Fixture *fixture, gconstpointer data)
{
  g_autofree char *rest = g_strnfill (3000, 'x');
  g_autofree char *url = g_strconcat ("https://h/", rest, NULL);

  fake_uploader_set_share (fixture->uploader, hoist_share_new (url, 1));
  show (fixture);
  g_assert_false (is_visible (fixture, "qr_view"));
  g_assert_true (is_visible (fixture, "no_qr_label"));
}

/* A desktop without a way to open links: it is said where the button is, and the link can be
 * copied, whether that is known before the link is there or after. */
static void
test_opens_no_links (Fixture *fixture, gconstpointer data)
{
  GtkWidget *button;

  fake_uploader_set_share (fixture->uploader, hoist_share_new (URL, 1740830400000000));
  fixture->window = hoist_share_window_new (HOIST_UPLOADER (fixture->uploader), 1);
  hoist_share_window_set_opens_links (HOIST_SHARE_WINDOW (fixture->window), FALSE);
  button = ui_test_child (fixture->window, "open_button");
  gtk_window_present (GTK_WINDOW (fixture->window));
  ui_test_settle ();
  g_assert_cmpstr (get_page (fixture), ==, "link");
  g_assert_false (gtk_widget_is_sensitive (button));
  g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (button), "no portal that opens links"));
  g_assert_true (gtk_widget_activate_action (fixture->window, "share.copy", NULL));

  hoist_share_window_set_opens_links (HOIST_SHARE_WINDOW (fixture->window), TRUE);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_assert_null (gtk_widget_get_tooltip_text (button));
  hoist_share_window_set_opens_links (HOIST_SHARE_WINDOW (fixture->window), FALSE);
  g_assert_false (gtk_widget_is_sensitive (button));
}

static void
test_error_and_again (Fixture *fixture, gconstpointer data)
{
  AdwStatusPage *page;

  show (fixture);
  g_assert_cmpstr (get_page (fixture), ==, "error");
  page = ADW_STATUS_PAGE (ui_test_child (fixture->window, "error_page"));
  g_assert_cmpstr (adw_status_page_get_description (page), ==, "No &lt;links&gt; here.");
  fake_uploader_set_share (fixture->uploader, hoist_share_new (URL, 1));
  gtk_widget_activate_action (fixture->window, "share.again", NULL);
  ui_test_settle ();
  g_assert_cmpstr (get_page (fixture), ==, "link");
}

/* Its modules have whole pixels, and it is no larger than a small window. */
static void
test_qr_sizes (Fixture *fixture, gconstpointer data)
{
  for (gsize length = 1; length <= 2953; length += 41)
    {
      g_autofree char *text = g_strnfill (length, 'x');
      g_autoptr (GtkWidget) view = g_object_ref_sink (g_object_new (HOIST_TYPE_QR_VIEW, NULL));
      int width;
      int height;

      g_assert_true (hoist_qr_view_set_text (HOIST_QR_VIEW (view), text));
      gtk_widget_measure (view, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
      gtk_widget_measure (view, GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL, NULL);
      g_assert_cmpint (width, ==, height);
      g_assert_cmpint (width, >=, 250);
      g_assert_cmpint (width, <=, 375);
      g_assert_true (hoist_qr_view_set_text (HOIST_QR_VIEW (view), "x"));
      g_assert_false (hoist_qr_view_set_text (HOIST_QR_VIEW (view), NULL));
      gtk_widget_measure (view, GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL, NULL);
      g_assert_cmpint (height, ==, 0);
    }
}

#define ADD(name, func) g_test_add ("/share-window/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("signed", test_signed);
  ADD ("temporary", test_temporary);
  ADD ("location", test_location);
  ADD ("too-long", test_too_long);
  ADD ("opens-no-links", test_opens_no_links);
  ADD ("error-and-again", test_error_and_again);
  ADD ("qr-sizes", test_qr_sizes);
  return g_test_run ();
}
