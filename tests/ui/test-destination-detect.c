/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "editor-fixture.h"
#include "hoist-destination-kind.h"
#include "ui-test.h"

static const char *
get_chosen (EditorFixture *fixture, const char *row)
{
  AdwComboRow *combo = ADW_COMBO_ROW (editor_fixture_get_row (fixture, row));

  return gtk_string_object_get_string (GTK_STRING_OBJECT (adw_combo_row_get_selected_item (combo)));
}

static const char *
get_text (EditorFixture *fixture, const char *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (editor_fixture_get_row (fixture, row)));
}

static const char *
get_save_label (EditorFixture *fixture)
{
  return gtk_button_get_label (GTK_BUTTON (editor_fixture_get_row (fixture, "save_button")));
}

static void
test_proposes (EditorFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *url;
    const char *token;
    const char *kind;
    const char *said;
  } cases[] = {
    { "hoist.example.com", "secret", "Hoist Backend",
      "It is a Hoist backend. Connected as studio" },
    { "uppy.example.com", "", "Uppy Companion", "It is an Uppy Companion. Connected" },
    { "plain.example.com", "", "Plain Backend", "It is a plain backend. Connected" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      editor_fixture_open (fixture, NULL);
      g_assert_cmpstr (get_chosen (fixture, "kind_row"), ==, "Find Out");
      editor_fixture_fill (fixture, "Archive", cases[i].url, cases[i].token);
      gtk_widget_activate_action (fixture->editor, "editor.test", NULL);
      ui_test_wait_until (editor_fixture_is_tested, fixture);
      g_assert_cmpstr (get_chosen (fixture, "kind_row"), ==, cases[i].kind);
      g_assert_true (g_str_has_prefix (editor_fixture_get_verdict (fixture), cases[i].said));
      g_assert_cmpuint (fixture->n_saved, ==, 0);
      gtk_window_destroy (GTK_WINDOW (fixture->editor));
      ui_test_wait_until (editor_fixture_is_gone, fixture);
    }
}

/* Adding finds out first; what works is added at once. */
static void
test_adds (EditorFixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestination) stored = NULL;

  editor_fixture_open (fixture, NULL);
  editor_fixture_fill (fixture, "Site", "uppy.example.com", "");
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (editor_fixture_is_gone, fixture);
  g_assert_cmpuint (fixture->n_saved, ==, 1);
  stored = hoist_destination_backend_lookup (HOIST_DESTINATION_BACKEND (fixture->backend), "site");
  g_assert_cmpstr (hoist_destination_get_provider_type (stored), ==, HOIST_COMPANION_KIND);
  g_assert_nonnull (strstr (fixture->capabilities, "Connected"));
}

/* Of a bucket the address tells a part; the rest is asked for before anything is added. */
static void
test_bucket (EditorFixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestination) stored = NULL;

  editor_fixture_open (fixture, NULL);
  editor_fixture_fill (fixture, "Footage", "films.s3.example.com", "");
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (editor_fixture_is_tested, fixture);
  g_assert_cmpuint (fixture->n_saved, ==, 0);
  g_assert_cmpstr (get_chosen (fixture, "kind_row"), ==, "S3 Bucket");
  g_assert_cmpstr (get_chosen (fixture, "service_row"), ==, "Ceph Object Gateway");
  g_assert_cmpstr (get_text (fixture, "address_row"), ==, "https://s3.example.com");
  g_assert_cmpstr (get_text (fixture, "bucket_row"), ==, "films");
  g_assert_true (g_str_has_prefix (editor_fixture_get_verdict (fixture), "It is S3."));
  g_assert_false (editor_fixture_can_save (fixture));
  editor_fixture_enter (fixture, "access_key_row", "AKIA");
  editor_fixture_enter (fixture, "secret_key_row", "secret");
  g_assert_true (editor_fixture_can_save (fixture));
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (editor_fixture_is_gone, fixture);
  stored =
    hoist_destination_backend_lookup (HOIST_DESTINATION_BACKEND (fixture->backend), "footage");
  g_assert_cmpstr (hoist_destination_get_provider_type (stored), ==, HOIST_S3_KIND);
}

static void
test_nothing_there (EditorFixture *fixture, gconstpointer data)
{
  editor_fixture_open (fixture, NULL);
  editor_fixture_fill (fixture, "Archive", "bad.example.com", "secret");
  for (guint i = 0; i < 2; i++)
    {
      /* What nobody knows cannot be added anyway: it is asked for again. */
      gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
      ui_test_wait_until (editor_fixture_is_tested, fixture);
      g_assert_nonnull (strstr (editor_fixture_get_verdict (fixture), "does not accept the token"));
      g_assert_cmpstr (get_save_label (fixture), ==, "Add");
      g_assert_cmpuint (fixture->n_saved, ==, 0);
      g_assert_cmpstr (get_chosen (fixture, "kind_row"), ==, "Find Out");
    }
}

/* Whose server is away, or is not understood, chooses the kind and may add it all the same. */
static void
test_adds_anyway (EditorFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *url;
    const char *said;
    gboolean is_hinted; /* the words of a server that is not understood have it already */
  } cases[] = { { "away.example.com", "Nobody is there.", TRUE },
                { "odd.example.com", "That is nonsense.", FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = g_strdup_printf ("site%zu", i);
      g_autofree char *url = g_strconcat ("https://", cases[i].url, NULL);
      g_autoptr (HoistDestination) stored = NULL;

      editor_fixture_open (fixture, NULL);
      editor_fixture_fill (fixture, id, cases[i].url, "");
      gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
      ui_test_wait_until (editor_fixture_is_tested, fixture);
      g_assert_true (g_str_has_prefix (editor_fixture_get_verdict (fixture), cases[i].said));
      g_assert_true ((strstr (editor_fixture_get_verdict (fixture), "choose yourself") != NULL) ==
                     cases[i].is_hinted);
      g_assert_cmpstr (get_save_label (fixture), ==, "Add");

      /* What is chosen is tried first. */
      editor_fixture_choose (fixture, "kind_row", "Plain Backend");
      g_assert_null (editor_fixture_get_verdict (fixture));
      g_assert_cmpstr (get_save_label (fixture), ==, "Add");
      gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
      ui_test_wait_until (editor_fixture_is_tested, fixture);
      g_assert_cmpstr (editor_fixture_get_verdict (fixture), ==, cases[i].said);
      g_assert_cmpuint (fixture->n_saved, ==, i);
      g_assert_cmpstr (get_save_label (fixture), ==, "Add Anyway");
      gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
      ui_test_wait_until (editor_fixture_is_gone, fixture);
      stored = hoist_destination_backend_lookup (HOIST_DESTINATION_BACKEND (fixture->backend), id);
      g_assert_cmpstr (hoist_destination_get_provider_type (stored), ==, HOIST_PLAIN_KIND);
      g_assert_cmpstr (hoist_destination_get_url (stored), ==, url);
    }
}

/* An address that was typed is not typed again when it turns out to be a bucket's. */
static void
test_keeps_address (EditorFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *typed;
    const char *service;
    const char *row;
    const char *address;
    const char *bucket;
  } cases[] = {
    { "s3.away.example.com", "Another Service", "address_row", "https://s3.away.example.com", "" },
    { "films.s3.eu-central-1.amazonaws.com", "Amazon S3", "endpoint_row", "", "films" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      editor_fixture_open (fixture, NULL);
      editor_fixture_fill (fixture, "Footage", cases[i].typed, "");
      editor_fixture_choose (fixture, "kind_row", "S3 Bucket");
      g_assert_cmpstr (get_chosen (fixture, "service_row"), ==, cases[i].service);
      g_assert_cmpstr (get_text (fixture, cases[i].row), ==, cases[i].address);
      g_assert_cmpstr (get_text (fixture, "bucket_row"), ==, cases[i].bucket);

      /* What was entered there stays. */
      editor_fixture_enter (fixture, "bucket_row", "tapes");
      editor_fixture_choose (fixture, "kind_row", "Hoist Backend");
      editor_fixture_enter (fixture, "url_row", "https://other.example.com");
      editor_fixture_choose (fixture, "kind_row", "S3 Bucket");
      g_assert_cmpstr (get_text (fixture, cases[i].row), ==, cases[i].address);
      g_assert_cmpstr (get_text (fixture, "bucket_row"), ==, "tapes");
      gtk_window_destroy (GTK_WINDOW (fixture->editor));
      ui_test_wait_until (editor_fixture_is_gone, fixture);
    }
}

/* It says what it asks for, and stops when it is told to; what was entered is still there. */
static void
test_stop (EditorFixture *fixture, gconstpointer data)
{
  editor_fixture_open (fixture, NULL);
  editor_fixture_fill (fixture, "Archive", "slow.example.com", "secret");
  gtk_widget_activate_action (fixture->editor, "editor.test", NULL);
  g_assert_cmpstr (editor_fixture_get_verdict (fixture), ==, "Is it a Hoist backend?");
  g_assert_false (editor_fixture_is_tested (fixture));
  gtk_widget_activate_action (fixture->editor, "editor.stop", NULL);
  ui_test_wait_until (editor_fixture_is_tested, fixture);
  g_assert_null (editor_fixture_get_verdict (fixture));
  g_assert_true (editor_fixture_can_save (fixture));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (EditorFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/ui/destination-detect/proposes", test_proposes },
    { "/ui/destination-detect/adds", test_adds },
    { "/ui/destination-detect/bucket", test_bucket },
    { "/ui/destination-detect/nothing-there", test_nothing_there },
    { "/ui/destination-detect/adds-anyway", test_adds_anyway },
    { "/ui/destination-detect/keeps-address", test_keeps_address },
    { "/ui/destination-detect/stop", test_stop },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EditorFixture, NULL, editor_fixture_set_up, tests[i].test,
                editor_fixture_tear_down);
  return g_test_run ();
}
