/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "editor-fixture.h"

#include "hoist-destination-editor.h"
#include "hoist-field-row.h"
#include "hoist-verdict.h"
#include "ui-test.h"

static void
saved_cb (EditorFixture *fixture,
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

void
editor_fixture_set_up (EditorFixture *fixture, gconstpointer data)
{
  fixture->backend = fake_backend_new (1);
}

void
editor_fixture_tear_down (EditorFixture *fixture, gconstpointer data)
{
  g_clear_weak_pointer (&fixture->editor);
  ui_test_close_windows ();
  g_free (fixture->saved_id);
  g_free (fixture->not_kept);
  g_free (fixture->capabilities);
  g_assert_finalize_object (fixture->backend);
}

void
editor_fixture_open (EditorFixture *fixture, const char *id)
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
GtkWidget *
editor_fixture_get_row (EditorFixture *fixture, const char *name)
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

void
editor_fixture_enter (EditorFixture *fixture, const char *row, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (editor_fixture_get_row (fixture, row)), text);
}

void
editor_fixture_choose (EditorFixture *fixture, const char *row, const char *choice)
{
  AdwComboRow *combo = ADW_COMBO_ROW (editor_fixture_get_row (fixture, row));
  GtkStringList *choices = GTK_STRING_LIST (adw_combo_row_get_model (combo));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (choices)); i++)
    if (g_str_equal (gtk_string_list_get_string (choices, i), choice))
      {
        adw_combo_row_set_selected (combo, i);
        return;
      }
  g_assert_not_reached ();
}

const char *
editor_fixture_get_fault (EditorFixture *fixture, const char *row)
{
  return hoist_field_row_get_fault (editor_fixture_get_row (fixture, row));
}

void
editor_fixture_fill (EditorFixture *fixture, const char *name, const char *url, const char *token)
{
  editor_fixture_enter (fixture, "name_row", name);
  editor_fixture_enter (fixture, "url_row", url);
  editor_fixture_enter (fixture, "token_row", token);
}

gboolean
editor_fixture_can_save (EditorFixture *fixture)
{
  return gtk_widget_get_sensitive (ui_test_child (fixture->editor, "save_button"));
}

const char *
editor_fixture_get_verdict (EditorFixture *fixture)
{
  return hoist_verdict_get_text (HOIST_VERDICT (ui_test_child (fixture->editor, "verdict")));
}

gboolean
editor_fixture_is_gone (gpointer data)
{
  return ((EditorFixture *) data)->editor == NULL;
}

gboolean
editor_fixture_is_tested (gpointer data)
{
  EditorFixture *fixture = data;

  return gtk_widget_get_sensitive (ui_test_child (fixture->editor, "fields"));
}

/* A destination of which everything is said that can be. */
HoistDestination *
editor_fixture_add_full (EditorFixture *fixture, const char *type)
{
  static const char *const settings[][2] = {
    { HOIST_SETTING_SERVICE, "aws" },
    { HOIST_SETTING_REGION, "eu-central-1" },
    { HOIST_SETTING_BUCKET, "footage" },
    { HOIST_SETTING_ADDRESSING, "path" },
    { HOIST_SETTING_CHECKSUM, "md5" },
    { HOIST_SETTING_PART_SIZE, "16777216" },
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

void
editor_fixture_fill_bucket (EditorFixture *fixture)
{
  editor_fixture_choose (fixture, "kind_row", "S3 Bucket");
  editor_fixture_enter (fixture, "name_row", "Footage");
  editor_fixture_enter (fixture, "bucket_row", "footage");
  editor_fixture_enter (fixture, "access_key_row", "AKIA");
  editor_fixture_enter (fixture, "secret_key_row", "secret");
}
