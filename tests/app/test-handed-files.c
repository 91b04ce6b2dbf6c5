/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-backend.h"
#include "fake-uploader.h"
#include "hoist-handed-files.h"
#include "ui-test.h"

typedef struct
{
  FakeUploader *uploader;
  FakeBackend *backend;
  HoistWindow *window;
  HoistHandedFiles *handed;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->uploader = fake_uploader_new ();
  fixture->backend = fake_backend_new (3);
  fixture->window = HOIST_WINDOW (hoist_window_new (NULL, HOIST_UPLOADER (fixture->uploader),
                                                    HOIST_DESTINATION_BACKEND (fixture->backend)));
  fixture->handed = hoist_handed_files_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hoist_handed_files_free (fixture->handed);
  ui_test_close_windows ();
  g_assert_finalize_object (fixture->uploader);
  g_assert_finalize_object (fixture->backend);
}

static gboolean
add_text (Fixture *fixture, const char *text)
{
  g_autoptr (GVariant) parameter = g_variant_parse (NULL, text, NULL, NULL, NULL);

  g_assert_nonnull (parameter);
  return hoist_handed_files_add_variant (fixture->handed, parameter);
}

static void
assert_given (Fixture *fixture, const char *expected)
{
  g_autofree char *log = NULL;

  hoist_handed_files_give_to (fixture->handed, fixture->window);
  log = fake_uploader_take_log (fixture->uploader);
  g_assert_cmpstr (log, ==, expected);
}

/* What comes before there is a window is given to it in order, once. */
static void
test_order (Fixture *fixture, gconstpointer data)
{
  g_assert_true (add_text (fixture, "('', ['file:///data/a'])"));
  g_assert_true (add_text (fixture, "('archive & backup', ['file:///b%20%C3%BC', 'file:///c'])"));
  g_assert_true (add_text (fixture, "('', ['file:///d'])"));
  assert_given (fixture, "add studio /data/a\n"
                         "add archive & backup /b ü /c\n"
                         "add studio /d\n");
  assert_given (fixture, "");
}

/* What was only opened leaves the computer when a person says so. */
static void
test_opened (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/data/a");
  g_autoptr (GFile) folder = g_file_new_for_path ("/data/folder");
  GFile *both[] = { file, folder };
  GtkWidget *dialog;

  hoist_handed_files_add_opened (fixture->handed, &file, 1);
  assert_given (fixture, "");
  dialog = ui_test_find_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_cmpstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (dialog)), ==, "Upload “a”?");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  gtk_window_destroy (GTK_WINDOW (dialog));
  assert_given (fixture, "");

  hoist_handed_files_add_opened (fixture->handed, both, G_N_ELEMENTS (both));
  assert_given (fixture, "");
  dialog = ui_test_find_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_cmpstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (dialog)), ==,
                   "Upload 2 Items?");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "upload");
  assert_given (fixture, "add studio /data/a /data/folder\n");
}

static gboolean
refuses_one (gpointer data)
{
  Fixture *fixture = data;

  return ui_test_shows (GTK_WIDGET (fixture->window), "“a” is not on this computer");
}

/* What has no path on this computer, which is known later, is left out, the rest is not. */
static void
test_remote (Fixture *fixture, gconstpointer data)
{
  g_assert_true (add_text (fixture, "('', ['sftp://host/a', 'file:///b'])"));
  assert_given (fixture, "add studio /b\n");
  ui_test_wait_until (refuses_one, fixture);
  assert_given (fixture, "");
}

static void
test_remote_only (Fixture *fixture, gconstpointer data)
{
  g_assert_true (add_text (fixture, "('', ['smb://host/share/a'])"));
  hoist_handed_files_give_to (fixture->handed, fixture->window);
  ui_test_wait_until (refuses_one, fixture);
  assert_given (fixture, "");
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const refused[] = {
    "('', @as [])",
    "('', ['/no/uri'])",
    "('', ['file:///a', ''])",
    "('', ['file:///a', 'file://[/b'])",
    "['file:///a']",
    "('studio', 'file:///a')",
    "(1, ['file:///a'])",
    "'file:///a'",
  };
  g_autofree char *long_id = g_strnfill (1001, 'x');
  g_autofree char *too_long = g_strdup_printf ("('%s', ['file:///a'])", long_id);
  g_autoptr (GVariantBuilder) many = g_variant_builder_new (G_VARIANT_TYPE_STRING_ARRAY);
  g_autoptr (GVariant) too_many = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_test_message ("%s", refused[i]);
      g_assert_false (add_text (fixture, refused[i]));
    }
  g_assert_false (add_text (fixture, too_long));
  g_assert_false (hoist_handed_files_add_variant (fixture->handed, NULL));
  for (guint i = 0; i < 100001; i++)
    g_variant_builder_add (many, "s", "file:///a");
  too_many = g_variant_ref_sink (g_variant_new ("(sas)", "", many));
  g_assert_false (hoist_handed_files_add_variant (fixture->handed, too_many));
  assert_given (fixture, "");
}

/* Names on a command line need not be UTF-8, and can be URIs. */
static void
test_arguments (Fixture *fixture, gconstpointer data)
{
  const char *const arguments[] = { "a b#%20.txt", "/data/\xff", "file:///data/c%20d", "../e",
                                    NULL };
  g_autoptr (GVariant) parameter = NULL;

  parameter = g_variant_ref_sink (hoist_handed_files_make_variant ("studio", arguments, "/home/x"));
  g_assert_true (hoist_handed_files_add_variant (fixture->handed, parameter));
  assert_given (fixture, "add studio /home/x/a b#%20.txt /data/\xff /data/c d /home/e\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/app/handed-files/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/app/handed-files/opened", Fixture, NULL, set_up, test_opened, tear_down);
  g_test_add ("/app/handed-files/remote", Fixture, NULL, set_up, test_remote, tear_down);
  g_test_add ("/app/handed-files/remote-only", Fixture, NULL, set_up, test_remote_only, tear_down);
  g_test_add ("/app/handed-files/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/app/handed-files/arguments", Fixture, NULL, set_up, test_arguments, tear_down);
  return g_test_run ();
}
