/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "editor-fixture.h"
#include "hoist-destination-editor.h"
#include "hoist-destination-entry.h"
#include "hoist-destination-kind.h"
#include "hoist-field-row.h"
#include "hoist-file-row.h"
#include "hoist-forget-row.h"
#include "hoist-headers-row.h"
#include "ui-test.h"

static void
test_urls (EditorFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *typed;
    const char *url;
  } cases[] = {
    { "https://hoist.example.com/api", "https://hoist.example.com/api" },
    { "  hoist.example.com/api\n", "https://hoist.example.com/api" },
    { "hoist.example.com:8443", "https://hoist.example.com:8443" },
    { "http://127.0.0.1:9000", "http://127.0.0.1:9000" },
    { "", NULL },
    { "   ", NULL },
    { "ftp://hoist.example.com", NULL },
    { "file:///etc/passwd", NULL },
    { "https://", NULL },
    { "two words", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *url = hoist_destination_complete_url (cases[i].typed);

      g_assert_cmpstr (url, ==, cases[i].url);
    }
}

static void
test_required (EditorFixture *fixture, gconstpointer data)
{
  editor_fixture_open (fixture, NULL);
  editor_fixture_choose (fixture, "kind_row", "Hoist Backend");
  g_assert_false (editor_fixture_can_save (fixture));
  editor_fixture_fill (fixture, "Archive", "hoist.example.com", "secret");
  g_assert_true (editor_fixture_can_save (fixture));
  editor_fixture_enter (fixture, "token_row", " ");
  g_assert_false (editor_fixture_can_save (fixture));
  editor_fixture_fill (fixture, "", "hoist.example.com", "secret");
  g_assert_false (editor_fixture_can_save (fixture));
  editor_fixture_fill (fixture, "Archive", "not a url", "secret");
  g_assert_false (editor_fixture_can_save (fixture));
  /* «Studio» is there already. */
  editor_fixture_fill (fixture, " studio ", "hoist.example.com", "secret");
  g_assert_false (editor_fixture_can_save (fixture));
}

/* What is wrong is said at the row, in words, and only once something was entered. */
static void
test_faults (EditorFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *row;
    const char *bad;
    const char *said;
    const char *good;
  } cases[] = {
    { "name_row", "studio", "Another destination has this name", "Archive" },
    { "url_row", "http://hoist.example.com", "The address must begin with", "hoist.example.com" },
    { "url_row", "https://me@hoist.example.com", "The address must not hold", "hoist.example.com" },
    { "url_row", "two words", "This is not an address", "hoist.example.com" },
    { "url_row", "hoist.example.com/?a=b", "The address must end before", "hoist.example.com" },
    { "token_row", "half a token", "The token has a character", "secret" },
    { "prefix_row", "/films", "The folder at the destination", "films/" },
  };

  editor_fixture_open (fixture, NULL);
  g_assert_null (editor_fixture_get_fault (fixture, "name_row"));
  g_assert_null (editor_fixture_get_fault (fixture, "url_row"));
  editor_fixture_fill (fixture, "Archive", "hoist.example.com", "secret");
  g_assert_true (editor_fixture_can_save (fixture));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      editor_fixture_enter (fixture, cases[i].row, cases[i].bad);
      g_assert_nonnull (editor_fixture_get_fault (fixture, cases[i].row));
      g_assert_true (
        g_str_has_prefix (editor_fixture_get_fault (fixture, cases[i].row), cases[i].said));
      g_assert_true (
        gtk_widget_has_css_class (editor_fixture_get_row (fixture, cases[i].row), "error"));
      g_assert_false (editor_fixture_can_save (fixture));
      editor_fixture_enter (fixture, cases[i].row, cases[i].good);
      g_assert_null (editor_fixture_get_fault (fixture, cases[i].row));
      g_assert_false (
        gtk_widget_has_css_class (editor_fixture_get_row (fixture, cases[i].row), "error"));
      g_assert_true (editor_fixture_can_save (fixture));
    }
}

/* A Companion by itself asks nobody who they are. */
static void
test_without_token (EditorFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *kind;
  } cases[] = { { "Uppy Companion", HOIST_COMPANION_KIND }, { "Plain Backend", HOIST_PLAIN_KIND } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = g_ascii_strdown (cases[i].name, -1);
      g_autoptr (HoistDestination) stored = NULL;

      editor_fixture_open (fixture, NULL);
      editor_fixture_choose (fixture, "kind_row", "Hoist Backend");
      g_assert_false (gtk_widget_get_visible (editor_fixture_get_row (fixture, "headers_row")));
      editor_fixture_choose (fixture, "kind_row", cases[i].name);
      g_assert_true (gtk_widget_get_visible (editor_fixture_get_row (fixture, "headers_row")));
      editor_fixture_fill (fixture, cases[i].name, "uppy.example.com", "");
      g_assert_true (editor_fixture_can_save (fixture));
      gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
      ui_test_wait_until (editor_fixture_is_gone, fixture);
      g_assert_null (fake_backend_get_token (fixture->backend));
      stored = hoist_destination_backend_lookup (HOIST_DESTINATION_BACKEND (fixture->backend), id);
      g_assert_cmpstr (hoist_destination_get_provider_type (stored), ==, cases[i].kind);
      g_clear_pointer (&fixture->capabilities, g_free);
    }
}

static GtkWidget *
get_header (EditorFixture *fixture, guint index)
{
  return hoist_headers_row_get_row (
    HOIST_HEADERS_ROW (editor_fixture_get_row (fixture, "headers_row")), index);
}

static void
test_headers (EditorFixture *fixture, gconstpointer data)
{
  editor_fixture_open (fixture, NULL);
  editor_fixture_choose (fixture, "kind_row", "Uppy Companion");
  editor_fixture_fill (fixture, "Uppy", "uppy.example.com", "secret");
  gtk_editable_set_text (GTK_EDITABLE (get_header (fixture, 0)), "no colon");
  g_assert_nonnull (hoist_field_row_get_fault (get_header (fixture, 0)));
  g_assert_null (strstr (hoist_field_row_get_fault (get_header (fixture, 0)), "no colon"));
  g_assert_false (editor_fixture_can_save (fixture));
  gtk_editable_set_text (GTK_EDITABLE (get_header (fixture, 0)), "Cookie: session=abc");
  g_assert_null (hoist_field_row_get_fault (get_header (fixture, 0)));
  /* There is always room for one more. */
  gtk_editable_set_text (GTK_EDITABLE (get_header (fixture, 1)), "X-Api-Key: def");
  g_assert_nonnull (get_header (fixture, 2));
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (editor_fixture_is_gone, fixture);
  g_assert_cmpstr (fake_backend_get_token (fixture->backend), ==,
                   "Authorization: Bearer secret\nCookie: session=abc\nX-Api-Key: def");
}

/* What is not touched stays as it is, whatever the kind, and its secret with it. */
static void
test_nothing_lost (EditorFixture *fixture, gconstpointer data)
{
  static const char *const types[] = { HOIST_API_KIND, HOIST_S3_KIND, HOIST_COMPANION_KIND,
                                       HOIST_PLAIN_KIND, "of-the-future" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (HoistDestination) full = editor_fixture_add_full (fixture, types[i]);
      g_autoptr (HoistDestination) before = hoist_destination_copy (full, "full");
      guint position;

      editor_fixture_open (fixture, "full");
      g_assert_true (editor_fixture_can_save (fixture));
      gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
      ui_test_wait_until (editor_fixture_is_gone, fixture);
      g_assert_null (fake_backend_get_token (fixture->backend));
      g_assert_false (hoist_destination_assign (before, full));
      g_assert_true (g_list_store_find (G_LIST_STORE (hoist_destination_backend_get_destinations (
                                          HOIST_DESTINATION_BACKEND (fixture->backend))),
                                        full, &position));
      g_list_store_remove (G_LIST_STORE (hoist_destination_backend_get_destinations (
                             HOIST_DESTINATION_BACKEND (fixture->backend))),
                           position);
      g_clear_pointer (&fixture->capabilities, g_free);
    }
}

/* The row of the part that is shown. */
static HoistForgetRow *
get_forget_row (EditorFixture *fixture)
{
  GtkWidget *part = ui_test_child (fixture->editor, "bucket_fields");

  if (!gtk_widget_get_visible (part))
    part = ui_test_child (fixture->editor, "server_fields");
  return HOIST_FORGET_ROW (ui_test_child (part, "forget_row"));
}

static gboolean
forgets (gpointer data)
{
  return hoist_forget_row_is_on (get_forget_row (data));
}

/* A stored secret goes when the change is saved, and only then; without a test where that must
 * fail. */
static void
test_forget (EditorFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *type;
    gboolean is_tested;
  } cases[] = {
    { HOIST_API_KIND, FALSE },
    { HOIST_S3_KIND, FALSE },
    { HOIST_COMPANION_KIND, TRUE },
    { HOIST_PLAIN_KIND, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistDestination) full = editor_fixture_add_full (fixture, cases[i].type);
      GtkWidget *entry;

      editor_fixture_open (fixture, "full");
      ui_test_settle ();
      entry = editor_fixture_get_row (
        fixture, g_str_equal (cases[i].type, HOIST_S3_KIND) ? "secret_key_row" : "token_row");
      gtk_editable_set_text (GTK_EDITABLE (entry), "typed before");
      g_assert_true (gtk_widget_get_visible (GTK_WIDGET (get_forget_row (fixture))));
      g_assert_false (hoist_forget_row_is_on (get_forget_row (fixture)));
      adw_action_row_activate (ADW_ACTION_ROW (get_forget_row (fixture)));
      ui_test_wait_until (forgets, fixture);
      g_assert_false (gtk_widget_get_sensitive (entry));
      g_assert_true (editor_fixture_can_save (fixture));
      gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
      ui_test_wait_until (editor_fixture_is_gone, fixture);
      g_assert_cmpstr (fake_backend_get_token (fixture->backend), ==, "");
      g_assert_true ((fixture->capabilities != NULL) == cases[i].is_tested);
      g_list_store_remove_all (G_LIST_STORE (
        hoist_destination_backend_get_destinations (HOIST_DESTINATION_BACKEND (fixture->backend))));
      g_clear_pointer (&fixture->capabilities, g_free);
    }
}

static void
test_nothing_to_forget (EditorFixture *fixture, gconstpointer data)
{
  fake_backend_set_without_secrets (fixture->backend, TRUE);
  editor_fixture_open (fixture, "studio");
  ui_test_settle ();
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (get_forget_row (fixture))));
  g_assert_cmpstr (adw_preferences_row_get_title (
                     ADW_PREFERENCES_ROW (editor_fixture_get_row (fixture, "token_row"))),
                   ==, "Token");
  /* What is there may be changed all the same. */
  g_assert_true (editor_fixture_can_save (fixture));
}

static void
test_certificates (EditorFixture *fixture, gconstpointer data)
{
  editor_fixture_open (fixture, NULL);
  editor_fixture_fill (fixture, "Archive", "hoist.example.com", "secret");
  hoist_file_row_set_path (HOIST_FILE_ROW (editor_fixture_get_row (fixture, "key_row")),
                           "/etc/ssl/anna.key");
  g_signal_emit_by_name (editor_fixture_get_row (fixture, "key_row"), "changed");
  g_assert_nonnull (editor_fixture_get_fault (fixture, "key_row"));
  g_assert_false (editor_fixture_can_save (fixture));
  hoist_file_row_set_path (HOIST_FILE_ROW (editor_fixture_get_row (fixture, "certificate_row")),
                           "/etc/ssl/a.crt");
  g_signal_emit_by_name (editor_fixture_get_row (fixture, "certificate_row"), "changed");
  g_assert_null (editor_fixture_get_fault (fixture, "key_row"));
  g_assert_true (editor_fixture_can_save (fixture));
}

static void
test_add (EditorFixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestination) stored = NULL;

  fake_backend_set_not_kept (fixture->backend, "There is no keyring.");
  editor_fixture_open (fixture, NULL);
  editor_fixture_fill (fixture, "Archive", "hoist.example.com/api", " secret ");
  editor_fixture_enter (fixture, "prefix_row", "films/");
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (editor_fixture_is_gone, fixture);

  g_assert_cmpuint (fixture->n_saved, ==, 1);
  g_assert_cmpstr (fixture->saved_id, ==, "archive");
  g_assert_cmpstr (fixture->not_kept, ==, "There is no keyring.");
  g_assert_nonnull (strstr (fixture->capabilities, "Connected as studio"));
  g_assert_cmpstr (fake_backend_get_token (fixture->backend), ==, "secret");
  stored =
    hoist_destination_backend_lookup (HOIST_DESTINATION_BACKEND (fixture->backend), "archive");
  g_assert_cmpstr (hoist_destination_get_name (stored), ==, "Archive");
  g_assert_cmpstr (hoist_destination_get_url (stored), ==, "https://hoist.example.com/api");
  g_assert_cmpstr (hoist_destination_get_key_prefix (stored), ==, "films/");
}

static void
test_only_test (EditorFixture *fixture, gconstpointer data)
{
  editor_fixture_open (fixture, NULL);
  editor_fixture_choose (fixture, "kind_row", "Hoist Backend");
  editor_fixture_fill (fixture, "Archive", "hoist.example.com/api", "secret");
  gtk_widget_activate_action (fixture->editor, "editor.test", NULL);
  g_assert_cmpstr (editor_fixture_get_verdict (fixture), ==, "Asking the backend…");
  ui_test_wait_until (editor_fixture_is_tested, fixture);
  g_assert_nonnull (strstr (editor_fixture_get_verdict (fixture), "Connected as studio"));
  g_assert_cmpuint (fixture->n_saved, ==, 0);

  /* What was tested is no longer what is there. */
  editor_fixture_enter (fixture, "token_row", "another");
  g_assert_null (editor_fixture_get_verdict (fixture));
}

static void
test_bad (EditorFixture *fixture, gconstpointer data)
{
  editor_fixture_open (fixture, NULL);
  editor_fixture_choose (fixture, "kind_row", "Hoist Backend");
  editor_fixture_fill (fixture, "Archive", "bad.example.com", "secret");
  gtk_widget_grab_focus (editor_fixture_get_row (fixture, "token_row"));
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (editor_fixture_is_tested, fixture);
  g_assert_nonnull (strstr (editor_fixture_get_verdict (fixture), "does not accept the token"));
  g_assert_cmpuint (fixture->n_saved, ==, 0);

  /* A person may know better. */
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (editor_fixture_is_gone, fixture);
  g_assert_cmpuint (fixture->n_saved, ==, 1);
  g_assert_null (fixture->capabilities);
}

static void
test_edit (EditorFixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestination) stored = NULL;

  editor_fixture_open (fixture, "studio");
  g_assert_true (editor_fixture_can_save (fixture));
  editor_fixture_enter (fixture, "name_row", "Atelier");
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (editor_fixture_is_gone, fixture);
  g_assert_cmpstr (fixture->saved_id, ==, "studio");
  g_assert_null (fake_backend_get_token (fixture->backend));
  stored =
    hoist_destination_backend_lookup (HOIST_DESTINATION_BACKEND (fixture->backend), "studio");
  g_assert_cmpstr (hoist_destination_get_name (stored), ==, "Atelier");
}

/* What a person who presses Tab is at, by its title. */
static const char *
get_focused (EditorFixture *fixture)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->editor));
  GtkWidget *row = gtk_widget_get_ancestor (focus, ADW_TYPE_PREFERENCES_ROW);
  GtkWidget *button = gtk_widget_get_ancestor (focus, GTK_TYPE_BUTTON);

  if (row != NULL)
    return adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row));
  return button != NULL ? gtk_button_get_label (GTK_BUTTON (button)) : NULL;
}

/* As they stand there, each one, and all around. */
static void
test_tab_order (EditorFixture *fixture, gconstpointer data)
{
  static const char *const order[] = {
    "Name",
    "Address",
    "Token (Optional)",
    "Headers and Cookies",
    "Folder in the Destination (Optional)",
    "Certificates",
    "Colour and Limits",
    "Test Connection",
    "Cancel",
    "Add",
    "Kind",
    "Name",
  };

  editor_fixture_open (fixture, NULL);
  editor_fixture_choose (fixture, "kind_row", "Plain Backend");
  editor_fixture_fill (fixture, "Site", "plain.example.com", "");
  ui_test_settle ();
  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      const char *before = get_focused (fixture);

      g_assert_cmpstr (before, ==, order[i]);
      /* A row may have buttons, too. */
      while (i + 1 < G_N_ELEMENTS (order) && g_strcmp0 (get_focused (fixture), before) == 0)
        g_assert_true (gtk_widget_child_focus (fixture->editor, GTK_DIR_TAB_FORWARD));
    }
}

/* Closing ends a test that does not end by itself. */
static void
test_close (EditorFixture *fixture, gconstpointer data)
{
  editor_fixture_open (fixture, NULL);
  editor_fixture_fill (fixture, "Archive", "slow.example.com", "secret");
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_settle ();
  gtk_window_close (GTK_WINDOW (fixture->editor));
  ui_test_wait_until (editor_fixture_is_gone, fixture);
  g_assert_cmpuint (fixture->n_saved, ==, 0);
}

/* After an error nothing is lost by a key that was pressed too much. */
static void
test_close_after_error (EditorFixture *fixture, gconstpointer data)
{
  static const char *const responses[] = { "keep", "discard" };

  editor_fixture_open (fixture, NULL);
  editor_fixture_choose (fixture, "kind_row", "Hoist Backend");
  editor_fixture_fill (fixture, "Archive", "bad.example.com", "secret");
  gtk_widget_activate_action (fixture->editor, "editor.test", NULL);
  ui_test_wait_until (editor_fixture_is_tested, fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (responses); i++)
    {
      GtkWidget *dialog;

      gtk_window_close (GTK_WINDOW (fixture->editor));
      ui_test_settle ();
      g_assert_nonnull (fixture->editor);
      dialog = ui_test_find_window (ADW_TYPE_MESSAGE_DIALOG);
      g_assert_nonnull (dialog);
      adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), responses[i]);
      gtk_window_destroy (GTK_WINDOW (dialog));
      if (g_str_equal (responses[i], "discard"))
        ui_test_wait_until (editor_fixture_is_gone, fixture);
      ui_test_settle ();
      g_assert_true ((fixture->editor != NULL) == g_str_equal (responses[i], "keep"));
    }
  g_assert_cmpuint (fixture->n_saved, ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (EditorFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/ui/destination-editor/urls", test_urls },
    { "/ui/destination-editor/required", test_required },
    { "/ui/destination-editor/faults", test_faults },
    { "/ui/destination-editor/without-token", test_without_token },
    { "/ui/destination-editor/headers", test_headers },
    { "/ui/destination-editor/nothing-lost", test_nothing_lost },
    { "/ui/destination-editor/forget", test_forget },
    { "/ui/destination-editor/nothing-to-forget", test_nothing_to_forget },
    { "/ui/destination-editor/certificates", test_certificates },
    { "/ui/destination-editor/add", test_add },
    { "/ui/destination-editor/only-test", test_only_test },
    { "/ui/destination-editor/bad", test_bad },
    { "/ui/destination-editor/edit", test_edit },
    { "/ui/destination-editor/tab-order", test_tab_order },
    { "/ui/destination-editor/close", test_close },
    { "/ui/destination-editor/close-after-error", test_close_after_error },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EditorFixture, NULL, editor_fixture_set_up, tests[i].test,
                editor_fixture_tear_down);
  return g_test_run ();
}
