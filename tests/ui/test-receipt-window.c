/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "fake-uploader.h"
#include "hoist-receipt-window.h"
#include "ui-test.h"

typedef struct
{
  FakeUploader *uploader;
  GtkWidget *window;
} Fixture;

static void
show (Fixture *fixture, guint64 id)
{
  fixture->window = hoist_receipt_window_new (HOIST_UPLOADER (fixture->uploader), id, "Studio");
  gtk_window_present (GTK_WINDOW (fixture->window));
  ui_test_settle ();
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const HoistVerification same = { .object = HOIST_OBJECT_SAME, .file = HOIST_FILE_SAME };

  fixture->uploader = fake_uploader_new ();
  fake_uploader_put (fixture->uploader, fake_uploader_info (1, HOIST_UPLOAD_DONE));
  fake_uploader_set_proof (fixture->uploader, HOIST_WHOLE_KNOWN, &same);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  ui_test_close_windows ();
  ui_test_settle ();
  g_assert_finalize_object (fixture->uploader);
}

static const char *
get_title (Fixture *fixture, const char *row)
{
  return adw_preferences_row_get_title (ADW_PREFERENCES_ROW (ui_test_child (fixture->window, row)));
}

static const char *
get_subtitle (Fixture *fixture, const char *row)
{
  return adw_action_row_get_subtitle (ADW_ACTION_ROW (ui_test_child (fixture->window, row)));
}

static const char *
get_page (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (ui_test_child (fixture->window, "stack")));
}

static AdwActionRow *
find_row (GtkWidget *widget, const char *title)
{
  AdwActionRow *found = NULL;

  if (ADW_IS_ACTION_ROW (widget) &&
      g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title))
    return ADW_ACTION_ROW (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_row (child, title);
  return found;
}

static char *
read_clipboard (Fixture *fixture)
{
  GdkContentProvider *content =
    gdk_clipboard_get_content (gtk_widget_get_clipboard (fixture->window));
  g_auto (GValue) value = G_VALUE_INIT;

  g_assert_nonnull (content);
  g_value_init (&value, G_TYPE_STRING);
  g_assert_true (gdk_content_provider_get_value (content, &value, NULL));
  return g_value_dup_string (&value);
}

#define SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void
test_receipt (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *title;
    const char *value;
  } rows[] = {
    { "Name", "rushes/interview & <b>take 3</b>.mov" },
    { "SHA-256", SHA256 },
    { "Destination", "Studio" },
    { "ETag", "616b22817b80eed9f65c3aa38cd29054-5760" },
  };

  show (fixture, 1);
  g_assert_cmpstr (get_page (fixture), ==, "receipt");
  g_assert_nonnull (strstr (get_subtitle (fixture, "proof_row"), "Read back"));
  g_assert_null (find_row (fixture->window, "Proof")); /* it is at the top already */
  /* There is no link to share. */
  g_assert_false (gtk_widget_get_visible (ui_test_child (fixture->window, "share_button")));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      AdwActionRow *row = find_row (fixture->window, rows[i].title);

      g_assert_nonnull (row);
      g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, rows[i].value);
      g_assert_false (adw_preferences_row_get_use_markup (ADW_PREFERENCES_ROW (row)));
    }
}

static void
test_verify (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    HoistObjectVerdict object;
    HoistFileVerdict file;
    const char *title;
    const char *file_subtitle;
  } rows[] = {
    { HOIST_OBJECT_SAME, HOIST_FILE_SAME, "has it, unchanged", "is what was delivered" },
    { HOIST_OBJECT_GONE, HOIST_FILE_DIFFERS, "does not have it", "changed since" },
    { HOIST_OBJECT_REPLACED, HOIST_FILE_UNREADABLE, "something else", "cannot be read" },
    { HOIST_OBJECT_UNKNOWN, HOIST_FILE_SAME, "No net.", "is what was delivered" },
  };
  g_autofree char *log = NULL;

  show (fixture, 1);
  g_assert_cmpstr (get_subtitle (fixture, "object_row"), ==, "Not verified again yet");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const HoistVerification answer = {
        .object = rows[i].object,
        .file = rows[i].file,
        .message = rows[i].object == HOIST_OBJECT_UNKNOWN ? (char *) "No net." : NULL,
      };

      fake_uploader_set_proof (fixture->uploader, HOIST_WHOLE_KNOWN, &answer);
      gtk_widget_activate_action (fixture->window, "receipt.verify", NULL);
      gtk_widget_activate_action (fixture->window, "receipt.compare", NULL);
      ui_test_settle ();
      g_assert_nonnull (strstr (get_title (fixture, "object_row"), rows[i].title));
      g_assert_nonnull (strstr (get_subtitle (fixture, "object_row"), "2025"));
      g_assert_nonnull (strstr (get_subtitle (fixture, "file_row"), rows[i].file_subtitle));
      g_assert_false (
        gtk_spinner_get_spinning (GTK_SPINNER (ui_test_child (fixture->window, "object_spinner"))));
    }
  log = fake_uploader_take_log (fixture->uploader);
  g_assert_true (g_str_has_prefix (log, "share 1 0\nverify 1\nverify file 1\n"));
}

static void
test_copy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  show (fixture, 1);
  gtk_widget_activate_action (fixture->window, "receipt.copy-text", NULL);
  text = read_clipboard (fixture);
  g_assert_nonnull (strstr (text, "SHA-256: " SHA256 "\n"));
  gtk_widget_activate_action (fixture->window, "receipt.copy-sums", NULL);
  line = read_clipboard (fixture);
  g_assert_cmpstr (line, ==, SHA256 "  rushes/interview & <b>take 3</b>.mov");
}

/* Without its SHA-256 there is no line for sha256sum. */
static void
test_digest_follows (Fixture *fixture, gconstpointer data)
{
  const HoistVerification same = { .object = HOIST_OBJECT_SAME };
  g_autofree char *text = NULL;

  fake_uploader_set_proof (fixture->uploader, HOIST_WHOLE_FOLLOWS, &same);
  show (fixture, 1);
  g_assert_cmpstr (adw_action_row_get_subtitle (find_row (fixture->window, "SHA-256")), ==,
                   "Still being computed");
  gtk_widget_activate_action (fixture->window, "receipt.copy-text", NULL);
  gtk_widget_activate_action (fixture->window, "receipt.copy-sums", NULL);
  text = read_clipboard (fixture);
  g_assert_true (g_str_has_prefix (text, "Name: "));
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  show (fixture, 7);
  g_assert_cmpstr (get_page (fixture), ==, "error");
  gtk_widget_activate_action (fixture->window, "receipt.verify", NULL);
  gtk_widget_activate_action (fixture->window, "receipt.copy-text", NULL);
  ui_test_settle ();
}

#define ADD(name, func) g_test_add ("/receipt-window/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  adw_init ();
  g_test_init (&argc, &argv, NULL);
  ADD ("receipt", test_receipt);
  ADD ("verify", test_verify);
  ADD ("copy", test_copy);
  ADD ("digest-follows", test_digest_follows);
  ADD ("gone", test_gone);
  return g_test_run ();
}
