/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-backend.h"
#include "hoist-destination-editor.h"
#include "hoist-destination-kind.h"
#include "hoist-field-row.h"
#include "hoist-file-row.h"
#include "hoist-headers-row.h"
#include "ui-test.h"

typedef struct
{
  FakeBackend *backend;
  GtkWidget *editor; /* weak */
  guint n_saved;
  char *saved_id;
  char *not_kept;
  char *capabilities;
} Fixture;

static void
saved_cb (Fixture *fixture,
          HoistDestination *destination,
          const char *not_kept,
          const char *capabilities)
{
  fixture->n_saved++;
  g_free (fixture->saved_id);
  fixture->saved_id = g_strdup (hoist_destination_get_id (destination));
  fixture->not_kept = g_strdup (not_kept);
  fixture->capabilities = g_strdup (capabilities);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->backend = fake_backend_new (1);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_weak_pointer (&fixture->editor);
  ui_test_close_windows ();
  g_free (fixture->saved_id);
  g_free (fixture->not_kept);
  g_free (fixture->capabilities);
  g_assert_finalize_object (fixture->backend);
}

static void
open_editor (Fixture *fixture, const char *id)
{
  g_autoptr (HoistDestination) destination = NULL;

  if (id != NULL)
    destination =
      hoist_destination_backend_lookup (HOIST_DESTINATION_BACKEND (fixture->backend), id);
  g_set_weak_pointer (&fixture->editor,
                      hoist_destination_editor_new (HOIST_DESTINATION_BACKEND (fixture->backend),
                                                    destination));
  g_signal_connect_swapped (fixture->editor, "saved", G_CALLBACK (saved_cb), fixture);
  gtk_window_present (GTK_WINDOW (fixture->editor));
}

/* In the window, or in the fields of its kind. */
static GtkWidget *
get_row (Fixture *fixture, const char *name)
{
  static const char *const parts[] = { "server_fields", "bucket_fields", "trust_row" };
  GObject *row =
    gtk_widget_get_template_child (fixture->editor, HOIST_TYPE_DESTINATION_EDITOR, name);

  for (gsize i = 0; row == NULL && i < G_N_ELEMENTS (parts); i++)
    {
      GtkWidget *part = ui_test_child (fixture->editor, parts[i]);

      row = gtk_widget_get_template_child (part, G_OBJECT_TYPE (part), name);
    }
  g_assert_nonnull (row);
  return GTK_WIDGET (row);
}

static void
enter (Fixture *fixture, const char *row, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (get_row (fixture, row)), text);
}

static void
choose (Fixture *fixture, const char *row, const char *choice)
{
  AdwComboRow *combo = ADW_COMBO_ROW (get_row (fixture, row));
  GtkStringList *choices = GTK_STRING_LIST (adw_combo_row_get_model (combo));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (choices)); i++)
    if (g_str_equal (gtk_string_list_get_string (choices, i), choice))
      {
        adw_combo_row_set_selected (combo, i);
        return;
      }
  g_assert_not_reached ();
}

static const char *
get_fault (Fixture *fixture, const char *row)
{
  return hoist_field_row_get_fault (get_row (fixture, row));
}

static void
fill (Fixture *fixture, const char *name, const char *url, const char *token)
{
  enter (fixture, "name_row", name);
  enter (fixture, "url_row", url);
  enter (fixture, "token_row", token);
}

static gboolean
can_save (Fixture *fixture)
{
  return gtk_widget_get_sensitive (ui_test_child (fixture->editor, "save_button"));
}

static const char *
get_verdict (Fixture *fixture)
{
  if (!gtk_widget_get_visible (ui_test_child (fixture->editor, "verdict_box")))
    return NULL;
  return gtk_label_get_label (GTK_LABEL (ui_test_child (fixture->editor, "verdict_label")));
}

static gboolean
is_gone (gpointer data)
{
  return ((Fixture *) data)->editor == NULL;
}

static gboolean
is_tested (gpointer data)
{
  Fixture *fixture = data;

  return gtk_widget_get_sensitive (ui_test_child (fixture->editor, "fields"));
}

static void
test_urls (Fixture *fixture, gconstpointer data)
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
      g_autofree char *url = hoist_destination_editor_complete_url (cases[i].typed);

      g_assert_cmpstr (url, ==, cases[i].url);
    }
}

static void
test_required (Fixture *fixture, gconstpointer data)
{
  open_editor (fixture, NULL);
  g_assert_false (can_save (fixture));
  fill (fixture, "Archive", "hoist.example.com", "secret");
  g_assert_true (can_save (fixture));
  enter (fixture, "token_row", " ");
  g_assert_false (can_save (fixture));
  fill (fixture, "", "hoist.example.com", "secret");
  g_assert_false (can_save (fixture));
  fill (fixture, "Archive", "not a url", "secret");
  g_assert_false (can_save (fixture));
  /* «Studio» is there already. */
  fill (fixture, " studio ", "hoist.example.com", "secret");
  g_assert_false (can_save (fixture));
}

/* What is wrong is said at the row, in words, and only once something was entered. */
static void
test_faults (Fixture *fixture, gconstpointer data)
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

  open_editor (fixture, NULL);
  g_assert_null (get_fault (fixture, "name_row"));
  g_assert_null (get_fault (fixture, "url_row"));
  fill (fixture, "Archive", "hoist.example.com", "secret");
  g_assert_true (can_save (fixture));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      enter (fixture, cases[i].row, cases[i].bad);
      g_assert_nonnull (get_fault (fixture, cases[i].row));
      g_assert_true (g_str_has_prefix (get_fault (fixture, cases[i].row), cases[i].said));
      g_assert_true (gtk_widget_has_css_class (get_row (fixture, cases[i].row), "error"));
      g_assert_false (can_save (fixture));
      enter (fixture, cases[i].row, cases[i].good);
      g_assert_null (get_fault (fixture, cases[i].row));
      g_assert_false (gtk_widget_has_css_class (get_row (fixture, cases[i].row), "error"));
      g_assert_true (can_save (fixture));
    }
}

/* A Companion by itself asks nobody who they are. */
static void
test_without_token (Fixture *fixture, gconstpointer data)
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

      open_editor (fixture, NULL);
      g_assert_false (gtk_widget_get_visible (get_row (fixture, "headers_row")));
      choose (fixture, "kind_row", cases[i].name);
      g_assert_true (gtk_widget_get_visible (get_row (fixture, "headers_row")));
      fill (fixture, cases[i].name, "uppy.example.com", "");
      g_assert_true (can_save (fixture));
      gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
      ui_test_wait_until (is_gone, fixture);
      g_assert_null (fake_backend_get_token (fixture->backend));
      stored = hoist_destination_backend_lookup (HOIST_DESTINATION_BACKEND (fixture->backend), id);
      g_assert_cmpstr (hoist_destination_get_provider_type (stored), ==, cases[i].kind);
      g_clear_pointer (&fixture->capabilities, g_free);
    }
}

static GtkWidget *
get_header (Fixture *fixture, guint index)
{
  return hoist_headers_row_get_row (HOIST_HEADERS_ROW (get_row (fixture, "headers_row")), index);
}

static void
test_headers (Fixture *fixture, gconstpointer data)
{
  open_editor (fixture, NULL);
  choose (fixture, "kind_row", "Uppy Companion");
  fill (fixture, "Uppy", "uppy.example.com", "secret");
  gtk_editable_set_text (GTK_EDITABLE (get_header (fixture, 0)), "no colon");
  g_assert_nonnull (hoist_field_row_get_fault (get_header (fixture, 0)));
  g_assert_null (strstr (hoist_field_row_get_fault (get_header (fixture, 0)), "no colon"));
  g_assert_false (can_save (fixture));
  gtk_editable_set_text (GTK_EDITABLE (get_header (fixture, 0)), "Cookie: session=abc");
  g_assert_null (hoist_field_row_get_fault (get_header (fixture, 0)));
  /* There is always room for one more. */
  gtk_editable_set_text (GTK_EDITABLE (get_header (fixture, 1)), "X-Api-Key: def");
  g_assert_nonnull (get_header (fixture, 2));
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (is_gone, fixture);
  g_assert_cmpstr (fake_backend_get_token (fixture->backend), ==,
                   "Authorization: Bearer secret\nCookie: session=abc\nX-Api-Key: def");
}

/* A destination of which everything is said that can be. */
static HoistDestination *
add_full (Fixture *fixture, const char *type)
{
  static const char *const settings[][2] = {
    { HOIST_SETTING_SERVICE, "aws" },
    { HOIST_SETTING_REGION, "eu-central-1" },
    { HOIST_SETTING_BUCKET, "footage" },
    { HOIST_SETTING_ADDRESSING, "path" },
    { HOIST_SETTING_CHECKSUM, "md5" },
    { HOIST_SETTING_STORAGE_CLASS, "STANDARD_IA" },
    { HOIST_SETTING_ENCRYPTION, "aws:kms" },
    { HOIST_SETTING_KMS_KEY, "alias/films" },
    { HOIST_SETTING_ACL, "bucket-owner-full-control" },
    { HOIST_SETTING_TAGS, "project=film; year=2024" },
    { HOIST_SETTING_METADATA, "from=studio" },
    { HOIST_SETTING_KEY_TEMPLATE, "{yyyy}/{path}" },
    { HOIST_SETTING_CLIENT_CERTIFICATE, "/etc/ssl/anna.crt" },
    { HOIST_SETTING_CLIENT_KEY, "/etc/ssl/anna.key" },
    { HOIST_SETTING_COLOUR, "teal" },
    { HOIST_SETTING_FILES, "2" },
    { HOIST_SETTING_BYTES_PER_SECOND, "500000" },
  };
  HoistDestination *destination = hoist_destination_new ("full");

  hoist_destination_set_name (destination, "Full");
  hoist_destination_set_provider_type (destination, type);
  hoist_destination_set_url (destination, "https://s3.example.com");
  hoist_destination_set_key_prefix (destination, "films/");
  hoist_destination_set_ca_file (destination, "/etc/ssl/ca.pem");
  hoist_destination_set_concurrency (destination, 3);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    hoist_destination_set_setting (destination, settings[i][0], settings[i][1]);
  for (guint i = 0; hoist_destination_settings_get_name (i) != NULL; i++)
    g_assert_nonnull (
      hoist_destination_get_setting (destination, hoist_destination_settings_get_name (i)));
  g_list_store_append (G_LIST_STORE (hoist_destination_backend_get_destinations (
                         HOIST_DESTINATION_BACKEND (fixture->backend))),
                       destination);
  return destination;
}

/* What is not touched stays as it is, whatever the kind, and its secret with it. */
static void
test_nothing_lost (Fixture *fixture, gconstpointer data)
{
  static const char *const types[] = { HOIST_API_KIND, HOIST_S3_KIND, HOIST_COMPANION_KIND,
                                       HOIST_PLAIN_KIND, "of-the-future" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (HoistDestination) full = add_full (fixture, types[i]);
      g_autoptr (HoistDestination) before = hoist_destination_copy (full, "full");
      guint position;

      open_editor (fixture, "full");
      g_assert_true (can_save (fixture));
      gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
      ui_test_wait_until (is_gone, fixture);
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

static void
fill_bucket (Fixture *fixture)
{
  choose (fixture, "kind_row", "S3 Bucket");
  enter (fixture, "name_row", "Footage");
  enter (fixture, "bucket_row", "footage");
  enter (fixture, "access_key_row", "AKIA");
  enter (fixture, "secret_key_row", "secret");
}

static void
test_bucket_faults (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *row;
    const char *bad;
    const char *good;
  } cases[] = {
    { "bucket_row", "a/b", "footage" },
    { "endpoint_row", "http://s3.example.com", "" },
    { "access_key_row", "AKIA KEY", "AKIA" },
    { "template_row", "{nothing}", "{yyyy}/{path}" },
    { "storage_class_row", "TWO WORDS", "STANDARD_IA" },
    { "acl_row", "two words", "private" },
    { "tags_row", "film", "project=film" },
    { "metadata_row", "From=studio", "from=studio" },
  };

  open_editor (fixture, NULL);
  fill_bucket (fixture);
  g_assert_true (can_save (fixture));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkWidget *expander =
        gtk_widget_get_ancestor (get_row (fixture, cases[i].row), ADW_TYPE_EXPANDER_ROW);

      enter (fixture, cases[i].row, cases[i].bad);
      g_assert_nonnull (get_fault (fixture, cases[i].row));
      g_assert_false (can_save (fixture));
      /* Nothing is wrong where nobody sees it. */
      g_assert_true (expander == NULL ||
                     adw_expander_row_get_expanded (ADW_EXPANDER_ROW (expander)));
      enter (fixture, cases[i].row, cases[i].good);
      g_assert_null (get_fault (fixture, cases[i].row));
      g_assert_true (can_save (fixture));
    }
}

/* What another service does not take is not asked for, and does not stand in the way. */
static void
test_services (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestination) stored = NULL;

  open_editor (fixture, NULL);
  fill_bucket (fixture);
  enter (fixture, "tags_row", "project=film");
  choose (fixture, "encryption_row", "With the service’s key");
  choose (fixture, "service_row", "Garage");
  g_assert_false (gtk_widget_get_visible (get_row (fixture, "tags_row")));
  g_assert_false (gtk_widget_get_visible (get_row (fixture, "encryption_row")));
  g_assert_nonnull (strstr (adw_preferences_group_get_description (
                              ADW_PREFERENCES_GROUP (get_row (fixture, "bucket_group"))),
                            "Takes no storage classes, encryption, access lists, tags"));
  g_assert_false (can_save (fixture));
  enter (fixture, "address_row", "s3.garage.example.com");
  g_assert_true (can_save (fixture));
  /* One that has only keys of its own says so at the row. */
  choose (fixture, "service_row", "Backblaze B2");
  choose (fixture, "encryption_row", "With a key of its KMS");
  g_assert_nonnull (get_fault (fixture, "encryption_row"));
  choose (fixture, "service_row", "Garage");
  choose (fixture, "addressing_row", "Bucket in the host name");
  choose (fixture, "checksum_row", "SHA-256");
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (is_gone, fixture);
  stored =
    hoist_destination_backend_lookup (HOIST_DESTINATION_BACKEND (fixture->backend), "footage");
  g_assert_cmpstr (hoist_destination_get_provider_type (stored), ==, HOIST_S3_KIND);
  g_assert_cmpstr (hoist_destination_get_url (stored), ==, "https://s3.garage.example.com");
  g_assert_cmpstr (hoist_destination_get_setting (stored, HOIST_SETTING_ADDRESSING), ==, "host");
  g_assert_cmpstr (hoist_destination_get_setting (stored, HOIST_SETTING_CHECKSUM), ==, "sha256");
  g_assert_null (hoist_destination_get_setting (stored, HOIST_SETTING_TAGS));
  g_assert_null (hoist_destination_get_setting (stored, HOIST_SETTING_ENCRYPTION));
  g_assert_nonnull (strstr (fake_backend_get_token (fixture->backend), "AKIA"));
}

/* Half of a pair of keys would lose the stored one. */
static void
test_new_keys (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestination) full = add_full (fixture, HOIST_S3_KIND);

  open_editor (fixture, "full");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (get_row (fixture, "access_key_row"))), ==,
                   "");
  enter (fixture, "access_key_row", "AKIA");
  g_assert_nonnull (get_fault (fixture, "secret_key_row"));
  g_assert_false (can_save (fixture));
  enter (fixture, "secret_key_row", "secret");
  g_assert_null (get_fault (fixture, "secret_key_row"));
  g_assert_true (can_save (fixture));
}

static void
test_certificates (Fixture *fixture, gconstpointer data)
{
  open_editor (fixture, NULL);
  fill (fixture, "Archive", "hoist.example.com", "secret");
  hoist_file_row_set_path (HOIST_FILE_ROW (get_row (fixture, "key_row")), "/etc/ssl/anna.key");
  g_signal_emit_by_name (get_row (fixture, "key_row"), "changed");
  g_assert_nonnull (get_fault (fixture, "key_row"));
  g_assert_false (can_save (fixture));
  hoist_file_row_set_path (HOIST_FILE_ROW (get_row (fixture, "certificate_row")), "/etc/ssl/a.crt");
  g_signal_emit_by_name (get_row (fixture, "certificate_row"), "changed");
  g_assert_null (get_fault (fixture, "key_row"));
  g_assert_true (can_save (fixture));
}

static void
test_add (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestination) stored = NULL;

  fake_backend_set_not_kept (fixture->backend, "There is no keyring.");
  open_editor (fixture, NULL);
  fill (fixture, "Archive", "hoist.example.com/api", " secret ");
  enter (fixture, "prefix_row", "films/");
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (is_gone, fixture);

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
test_only_test (Fixture *fixture, gconstpointer data)
{
  open_editor (fixture, NULL);
  fill (fixture, "Archive", "hoist.example.com/api", "secret");
  gtk_widget_activate_action (fixture->editor, "editor.test", NULL);
  g_assert_cmpstr (get_verdict (fixture), ==, "Asking the backend…");
  ui_test_wait_until (is_tested, fixture);
  g_assert_nonnull (strstr (get_verdict (fixture), "Connected as studio"));
  g_assert_cmpuint (fixture->n_saved, ==, 0);

  /* What was tested is no longer what is there. */
  enter (fixture, "token_row", "another");
  g_assert_null (get_verdict (fixture));
}

static void
test_bad (Fixture *fixture, gconstpointer data)
{
  open_editor (fixture, NULL);
  fill (fixture, "Archive", "bad.example.com", "secret");
  gtk_widget_grab_focus (get_row (fixture, "token_row"));
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (is_tested, fixture);
  g_assert_nonnull (strstr (get_verdict (fixture), "does not accept the token"));
  g_assert_cmpuint (fixture->n_saved, ==, 0);

  /* A person may know better. */
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (is_gone, fixture);
  g_assert_cmpuint (fixture->n_saved, ==, 1);
  g_assert_null (fixture->capabilities);
}

static void
test_edit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestination) stored = NULL;

  open_editor (fixture, "studio");
  g_assert_true (can_save (fixture));
  enter (fixture, "name_row", "Atelier");
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (is_gone, fixture);
  g_assert_cmpstr (fixture->saved_id, ==, "studio");
  g_assert_null (fake_backend_get_token (fixture->backend));
  stored =
    hoist_destination_backend_lookup (HOIST_DESTINATION_BACKEND (fixture->backend), "studio");
  g_assert_cmpstr (hoist_destination_get_name (stored), ==, "Atelier");
}

/* Closing ends a test that does not end by itself. */
static void
test_close (Fixture *fixture, gconstpointer data)
{
  open_editor (fixture, NULL);
  fill (fixture, "Archive", "slow.example.com", "secret");
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_settle ();
  gtk_window_close (GTK_WINDOW (fixture->editor));
  ui_test_wait_until (is_gone, fixture);
  g_assert_cmpuint (fixture->n_saved, ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/ui/destination-editor/urls", test_urls },
    { "/ui/destination-editor/required", test_required },
    { "/ui/destination-editor/faults", test_faults },
    { "/ui/destination-editor/without-token", test_without_token },
    { "/ui/destination-editor/headers", test_headers },
    { "/ui/destination-editor/nothing-lost", test_nothing_lost },
    { "/ui/destination-editor/bucket-faults", test_bucket_faults },
    { "/ui/destination-editor/services", test_services },
    { "/ui/destination-editor/new-keys", test_new_keys },
    { "/ui/destination-editor/certificates", test_certificates },
    { "/ui/destination-editor/add", test_add },
    { "/ui/destination-editor/only-test", test_only_test },
    { "/ui/destination-editor/bad", test_bad },
    { "/ui/destination-editor/edit", test_edit },
    { "/ui/destination-editor/close", test_close },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
