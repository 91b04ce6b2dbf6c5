/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "editor-fixture.h"
#include "hoist-destination-kind.h"
#include "ui-test.h"

static void
test_bucket_faults (EditorFixture *fixture, gconstpointer data)
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

  editor_fixture_open (fixture, NULL);
  editor_fixture_fill_bucket (fixture);
  g_assert_true (editor_fixture_can_save (fixture));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkWidget *expander = gtk_widget_get_ancestor (editor_fixture_get_row (fixture, cases[i].row),
                                                     ADW_TYPE_EXPANDER_ROW);

      editor_fixture_enter (fixture, cases[i].row, cases[i].bad);
      g_assert_nonnull (editor_fixture_get_fault (fixture, cases[i].row));
      g_assert_false (editor_fixture_can_save (fixture));
      /* Nothing is wrong where nobody sees it. */
      g_assert_true (expander == NULL ||
                     adw_expander_row_get_expanded (ADW_EXPANDER_ROW (expander)));
      editor_fixture_enter (fixture, cases[i].row, cases[i].good);
      g_assert_null (editor_fixture_get_fault (fixture, cases[i].row));
      g_assert_true (editor_fixture_can_save (fixture));
    }
}

static GtkWidget *
find_child (GtkWidget *widget, GType type)
{
  GtkWidget *found = g_type_is_a (G_OBJECT_TYPE (widget), type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_child (child, type);
  return found;
}

static gboolean
has_answered (gpointer stack)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (stack), "busy") != 0;
}

/* «Choose…» shows what the keys can see; what is chosen is what would have been typed. */
static void
test_choose (EditorFixture *fixture, gconstpointer data)
{
  GtkWidget *row, *button, *popover, *stack;
  GtkListBox *list;

  editor_fixture_open (fixture, NULL);
  editor_fixture_choose (fixture, "kind_row", "S3 Bucket");
  row = editor_fixture_get_row (fixture, "bucket_row");
  button = find_child (row, GTK_TYPE_MENU_BUTTON);
  popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  stack = find_child (popover, GTK_TYPE_STACK);
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (stack)), ==, "message");
  gtk_menu_button_popdown (GTK_MENU_BUTTON (button));

  editor_fixture_fill_bucket (fixture);
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  ui_test_wait_until (has_answered, stack);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (stack)), ==, "list");
  g_assert_nonnull (strstr (fake_backend_get_token (fixture->backend), "AKIA"));
  list = GTK_LIST_BOX (find_child (popover, GTK_TYPE_LIST_BOX));
  g_signal_emit_by_name (list, "row-activated", gtk_list_box_get_row_at_index (list, 1));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "<b>raw</b>");
  editor_fixture_enter (fixture, "bucket_row", "typed");
  g_assert_true (editor_fixture_can_save (fixture));

  /* Refused: it is said, and typing goes on. */
  editor_fixture_enter (fixture, "endpoint_row", "https://bad.example.com");
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  ui_test_wait_until (has_answered, stack);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (stack)), ==, "message");
  g_assert_nonnull (
    strstr (gtk_label_get_label (GTK_LABEL (find_child (stack, GTK_TYPE_LABEL))), "may not list"));
  gtk_menu_button_popdown (GTK_MENU_BUTTON (button));
}

/* What another service does not take is not asked for, and does not stand in the way. */
static void
test_services (EditorFixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestination) stored = NULL;

  editor_fixture_open (fixture, NULL);
  editor_fixture_fill_bucket (fixture);
  editor_fixture_enter (fixture, "tags_row", "project=film");
  editor_fixture_choose (fixture, "encryption_row", "With the service’s key");
  editor_fixture_choose (fixture, "service_row", "Garage");
  g_assert_false (gtk_widget_get_visible (editor_fixture_get_row (fixture, "tags_row")));
  g_assert_false (gtk_widget_get_visible (editor_fixture_get_row (fixture, "encryption_row")));
  g_assert_nonnull (strstr (adw_preferences_group_get_description (ADW_PREFERENCES_GROUP (
                              editor_fixture_get_row (fixture, "bucket_group"))),
                            "Takes no storage classes, encryption, access lists, tags"));
  g_assert_false (editor_fixture_can_save (fixture));
  editor_fixture_enter (fixture, "address_row", "s3.garage.example.com");
  g_assert_true (editor_fixture_can_save (fixture));
  /* One that has only keys of its own says so at the row. */
  editor_fixture_choose (fixture, "service_row", "Backblaze B2");
  editor_fixture_choose (fixture, "encryption_row", "With a key of its KMS");
  g_assert_nonnull (editor_fixture_get_fault (fixture, "encryption_row"));
  editor_fixture_choose (fixture, "service_row", "Garage");
  editor_fixture_choose (fixture, "addressing_row", "Bucket in the host name");
  editor_fixture_choose (fixture, "checksum_row", "SHA-256");
  editor_fixture_enter (fixture, "part_size_row", "16M");
  g_assert_nonnull (editor_fixture_get_fault (fixture, "part_size_row"));
  g_assert_false (editor_fixture_can_save (fixture));
  editor_fixture_enter (fixture, "part_size_row", "16777216");
  g_assert_true (editor_fixture_can_save (fixture));
  gtk_widget_activate_action (fixture->editor, "editor.save", NULL);
  ui_test_wait_until (editor_fixture_is_gone, fixture);
  stored =
    hoist_destination_backend_lookup (HOIST_DESTINATION_BACKEND (fixture->backend), "footage");
  g_assert_cmpstr (hoist_destination_get_provider_type (stored), ==, HOIST_S3_KIND);
  g_assert_cmpstr (hoist_destination_get_url (stored), ==, "https://s3.garage.example.com");
  g_assert_cmpstr (hoist_destination_get_setting (stored, HOIST_SETTING_ADDRESSING), ==, "host");
  g_assert_cmpstr (hoist_destination_get_setting (stored, HOIST_SETTING_CHECKSUM), ==, "sha256");
  g_assert_cmpstr (hoist_destination_get_setting (stored, HOIST_SETTING_PART_SIZE), ==, "16777216");
  g_assert_null (hoist_destination_get_setting (stored, HOIST_SETTING_TAGS));
  g_assert_null (hoist_destination_get_setting (stored, HOIST_SETTING_ENCRYPTION));
  g_assert_nonnull (strstr (fake_backend_get_token (fixture->backend), "AKIA"));
}

/* Half of a pair of keys would lose the stored one. */
static void
test_new_keys (EditorFixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestination) full = editor_fixture_add_full (fixture, HOIST_S3_KIND);

  editor_fixture_open (fixture, "full");
  g_assert_cmpstr (
    gtk_editable_get_text (GTK_EDITABLE (editor_fixture_get_row (fixture, "access_key_row"))), ==,
    "");
  editor_fixture_enter (fixture, "access_key_row", "AKIA");
  g_assert_nonnull (editor_fixture_get_fault (fixture, "secret_key_row"));
  g_assert_false (editor_fixture_can_save (fixture));
  editor_fixture_enter (fixture, "secret_key_row", "secret");
  g_assert_null (editor_fixture_get_fault (fixture, "secret_key_row"));
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
    { "/ui/bucket-fields/faults", test_bucket_faults },
    { "/ui/bucket-fields/choose", test_choose },
    { "/ui/bucket-fields/services", test_services },
    { "/ui/bucket-fields/new-keys", test_new_keys },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EditorFixture, NULL, editor_fixture_set_up, tests[i].test,
                editor_fixture_tear_down);
  return g_test_run ();
}
