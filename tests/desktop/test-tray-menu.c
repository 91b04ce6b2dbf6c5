/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The menu's entries and revision, and the deliveries in it. */

#include "hoist-tray-menu.h"
#include "tray-uploads.h"

typedef struct
{
  HoistUploadList *list;
  GPtrArray *delivered;
  HoistTrayMenu *menu;
} Fixture;

static void
applied_cb (HoistUploadList *list, const HoistChangeSet *changes, Fixture *f)
{
  hoist_tray_delivered_apply (f->delivered, list, changes);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->list = hoist_upload_list_new ();
  f->delivered = hoist_tray_delivered_new ();
  f->menu = hoist_tray_menu_new ();
  g_signal_connect (f->list, "applied", G_CALLBACK (applied_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->list);
  g_ptr_array_unref (f->delivered);
  hoist_tray_menu_free (f->menu);
}

static gboolean
update (Fixture *f)
{
  return hoist_tray_menu_update (f->menu, hoist_upload_list_get_totals (f->list), FALSE,
                                 f->delivered);
}

/* The menu as a person reads it: «-» before a line, «(…)» for what cannot be clicked. */
static char *
read_menu (HoistTrayMenu *menu)
{
  g_autoptr (GVariant) layout = g_variant_ref_sink (hoist_tray_menu_get_layout (menu, 0, -1, NULL));
  g_autoptr (GVariant) children = g_variant_get_child_value (layout, 2);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < g_variant_n_children (children); i++)
    {
      g_autoptr (GVariant) child = NULL;
      g_autoptr (GVariant) values = NULL;
      const char *type = "standard", *label = "";
      gboolean visible = TRUE, enabled = TRUE;

      g_variant_get_child (children, i, "v", &child);
      values = g_variant_get_child_value (child, 1);
      g_variant_lookup (values, "type", "&s", &type);
      g_variant_lookup (values, "label", "&s", &label);
      g_variant_lookup (values, "visible", "b", &visible);
      g_variant_lookup (values, "enabled", "b", &enabled);
      if (!visible)
        continue;
      if (g_str_equal (type, "separator"))
        g_string_append (text, "-");
      else
        g_string_append_printf (text, enabled ? "%s|" : "(%s)|", label);
    }
  return g_string_free (text, FALSE);
}

static void
assert_menu (Fixture *f, const char *expected)
{
  g_autofree char *text = read_menu (f->menu);

  g_assert_cmpstr (text, ==, expected);
}

static int
find_id (Fixture *f, const char *label)
{
  for (int id = 1; id < 1000; id++)
    {
      g_autoptr (GVariant) value = hoist_tray_menu_get_property (f->menu, id, "label");

      if (value != NULL)
        g_variant_ref_sink (value);
      if (value != NULL && g_str_equal (g_variant_get_string (value, NULL), label))
        return id;
    }
  g_assert_not_reached ();
}

static HoistTrayCommand
click (Fixture *f, const char *label)
{
  guint64 upload_id;

  return hoist_tray_menu_click (f->menu, find_id (f, label), &upload_id);
}

static void
test_states (Fixture *f, gconstpointer data)
{
  update (f);
  assert_menu (f, "(Nothing to upload)|-_Open Hoist|_Upload Files…|-(_Pause All)|"
                  "-P_references|_Quit|");

  tray_put_upload (f->list, 1, "a.txt", HOIST_UPLOAD_SENDING, 420);
  update (f);
  assert_menu (f, "(0 of 1 file, 42 %)|-_Open Hoist|_Upload Files…|-_Pause All|"
                  "-P_references|_Quit|");

  tray_put_upload (f->list, 2, "b.txt", HOIST_UPLOAD_PAUSED, 0);
  update (f);
  assert_menu (f, "(0 of 1 file, 42 %, 1 paused)|-_Open Hoist|_Upload Files…|-_Pause All|"
                  "_Resume All|-P_references|_Quit|");

  tray_put_upload (f->list, 1, "a.txt", HOIST_UPLOAD_PAUSED, 420);
  update (f);
  assert_menu (f, "(2 paused)|-_Open Hoist|_Upload Files…|-_Resume All|-P_references|_Quit|");

  tray_put_upload (f->list, 1, "a.txt", HOIST_UPLOAD_DONE, 1000);
  tray_put_upload (f->list, 2, "b.txt", HOIST_UPLOAD_DONE, 1000);
  update (f);
  assert_menu (f, "(All uploads are delivered)|-_Open Hoist|_Upload Files…|-(_Pause All)|"
                  "-(Copy the Link of)|b.txt|a.txt|-P_references|_Quit|");
}

static void
test_clicks (Fixture *f, gconstpointer data)
{
  guint64 upload_id;

  tray_put_upload (f->list, 7, "done.txt", HOIST_UPLOAD_DONE, 1000);
  tray_put_upload (f->list, 8, "on its way", HOIST_UPLOAD_SENDING, 0);
  tray_put_upload (f->list, 9, "paused", HOIST_UPLOAD_PAUSED, 0);
  update (f);
  g_assert_cmpint (click (f, "_Open Hoist"), ==, HOIST_TRAY_COMMAND_OPEN);
  g_assert_cmpint (click (f, "_Upload Files…"), ==, HOIST_TRAY_COMMAND_UPLOAD_FILES);
  g_assert_cmpint (click (f, "_Pause All"), ==, HOIST_TRAY_COMMAND_PAUSE_ALL);
  g_assert_cmpint (click (f, "_Resume All"), ==, HOIST_TRAY_COMMAND_RESUME_ALL);
  g_assert_cmpint (click (f, "P_references"), ==, HOIST_TRAY_COMMAND_PREFERENCES);
  g_assert_cmpint (click (f, "_Quit"), ==, HOIST_TRAY_COMMAND_QUIT);
  g_assert_cmpint (hoist_tray_menu_click (f->menu, find_id (f, "done.txt"), &upload_id), ==,
                   HOIST_TRAY_COMMAND_DELIVERED);
  g_assert_cmpuint (upload_id, ==, 7);

  g_assert_cmpint (click (f, "Copy the Link of"), ==, HOIST_TRAY_COMMAND_NONE);
  for (int id = -2; id < 2; id++)
    g_assert_cmpint (hoist_tray_menu_click (f->menu, id, &upload_id), ==, HOIST_TRAY_COMMAND_NONE);
  g_assert_cmpint (hoist_tray_menu_click (f->menu, G_MAXINT, &upload_id), ==,
                   HOIST_TRAY_COMMAND_NONE);

  /* What is not shown cannot be clicked, whoever asks. */
  tray_remove_upload (f->list, 8);
  tray_remove_upload (f->list, 9);
  update (f);
  g_assert_cmpint (click (f, "_Pause All"), ==, HOIST_TRAY_COMMAND_NONE);
  g_assert_cmpint (click (f, "_Resume All"), ==, HOIST_TRAY_COMMAND_NONE);
}

/* Progress changes entries; only deliveries that come or go change the layout. */
static void
test_revision (Fixture *f, gconstpointer data)
{
  guint revision = hoist_tray_menu_get_revision (f->menu);
  g_autoptr (GVariant) changes = NULL;
  int id;

  g_assert_false (update (f));
  g_assert_false (hoist_tray_menu_has_changes (f->menu));
  for (guint64 sent = 0; sent < 1000; sent += 10)
    {
      tray_put_upload (f->list, 1, "a.txt", HOIST_UPLOAD_SENDING, sent);
      g_assert_false (update (f));
    }
  g_assert_cmpuint (hoist_tray_menu_get_revision (f->menu), ==, revision);
  g_assert_true (hoist_tray_menu_has_changes (f->menu));
  changes = g_variant_ref_sink (hoist_tray_menu_take_changes (f->menu));
  /* The state, and that it can be paused. */
  g_assert_cmpuint (g_variant_n_children (changes), ==, 2);
  g_assert_false (hoist_tray_menu_has_changes (f->menu));
  update (f);
  g_assert_false (hoist_tray_menu_has_changes (f->menu));

  tray_put_upload (f->list, 1, "a.txt", HOIST_UPLOAD_DONE, 1000);
  g_assert_true (update (f));
  g_assert_cmpuint (hoist_tray_menu_get_revision (f->menu), ==, revision + 1);
  g_assert_false (update (f));
  id = find_id (f, "a.txt");

  /* An entry keeps its id while others come, and nobody else ever has it. */
  tray_put_upload (f->list, 2, "b.txt", HOIST_UPLOAD_DONE, 1000);
  g_assert_true (update (f));
  g_assert_cmpint (find_id (f, "a.txt"), ==, id);
  tray_remove_upload (f->list, 1);
  g_assert_true (update (f));
  g_assert_false (hoist_tray_menu_has (f->menu, id));
  tray_put_upload (f->list, 3, "c.txt", HOIST_UPLOAD_DONE, 1000);
  g_assert_true (update (f));
  g_assert_false (hoist_tray_menu_has (f->menu, id));
}

static void
test_last_five (Fixture *f, gconstpointer data)
{
  for (guint64 id = 1; id <= 9; id++)
    {
      g_autofree char *name = g_strdup_printf ("%u", (guint) id);

      tray_put_upload (f->list, id, name, HOIST_UPLOAD_DONE, 1000);
    }
  update (f);
  assert_menu (f, "(All uploads are delivered)|-_Open Hoist|_Upload Files…|-(_Pause All)|"
                  "-(Copy the Link of)|9|8|7|6|5|-P_references|_Quit|");

  /* One of them goes: an older one takes its place. */
  tray_remove_upload (f->list, 8);
  update (f);
  assert_menu (f, "(All uploads are delivered)|-_Open Hoist|_Upload Files…|-(_Pause All)|"
                  "-(Copy the Link of)|9|7|6|5|4|-P_references|_Quit|");

  /* One that was sent again is not delivered meanwhile. */
  tray_put_upload (f->list, 9, "9", HOIST_UPLOAD_SENDING, 0);
  tray_remove_upload (f->list, 1);
  update (f);
  assert_menu (f, "(0 of 1 file, 0 %)|-_Open Hoist|_Upload Files…|-_Pause All|"
                  "-(Copy the Link of)|7|6|5|4|3|-P_references|_Quit|");
}

static void
test_names (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *label;
  } table[] = {
    { "plain.txt", "plain.txt" },
    { "with_key.txt", "with__key.txt" },
    { "__", "____" },
    { "two\nlines\tand\x01", "two lines and " },
    { "Größe 北京 #1.bin", "Größe 北京 #1.bin" },
    { "123456789012345678901234567890123456789012345678",
      "123456789012345678901234567890123456789012345678" },
    { "a name that is so long that nobody would ever read it all in a menu.tar.zst",
      "a name that is so long t…t all in a menu.tar.zst" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      tray_put_upload (f->list, i + 1, table[i].name, HOIST_UPLOAD_DONE, 1000);
      update (f);
      find_id (f, table[i].label);
    }
}

static void
test_questions (Fixture *f, gconstpointer data)
{
  const char *const label_only[] = { "label", NULL };
  const char *const nonsense[] = { "nonsense", NULL };
  const int ids[] = { 0, 3, 77 };
  g_autoptr (GVariant) shallow = NULL;
  g_autoptr (GVariant) leaf = NULL;
  g_autoptr (GVariant) some = NULL;
  g_autoptr (GVariant) none = NULL;
  g_autoptr (GVariant) all = NULL;
  g_autoptr (GVariant) kind = NULL;

  g_assert_null (hoist_tray_menu_get_layout (f->menu, 77, -1, NULL));
  shallow = g_variant_ref_sink (hoist_tray_menu_get_layout (f->menu, 0, 0, NULL));
  g_assert_true (g_variant_is_of_type (shallow, G_VARIANT_TYPE ("(ia{sv}av)")));
  leaf = g_variant_ref_sink (hoist_tray_menu_get_layout (f->menu, 3, -1, label_only));
  g_autofree char *printed = g_variant_print (leaf, FALSE);
  g_assert_cmpstr (printed, ==, "(3, {'label': <'_Open Hoist'>}, [])");

  some = g_variant_ref_sink (hoist_tray_menu_get_properties (f->menu, ids, 3, label_only));
  g_assert_cmpuint (g_variant_n_children (some), ==, 2);
  none = g_variant_ref_sink (hoist_tray_menu_get_properties (f->menu, ids, 2, nonsense));
  g_autofree char *empty = g_variant_print (none, FALSE);
  g_assert_cmpstr (empty, ==, "[(0, {}), (3, {})]");
  all = g_variant_ref_sink (hoist_tray_menu_get_properties (f->menu, NULL, 0, NULL));
  g_assert_cmpuint (g_variant_n_children (all), >=, 12);

  g_assert_null (hoist_tray_menu_get_property (f->menu, 3, "nonsense"));
  g_assert_null (hoist_tray_menu_get_property (f->menu, 77, "label"));
  kind = g_variant_ref_sink (hoist_tray_menu_get_property (f->menu, 0, "children-display"));
  g_assert_cmpstr (g_variant_get_string (kind, NULL), ==, "submenu");
}

#define ADD(name, func) g_test_add ("/tray-menu/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("states", test_states);
  ADD ("clicks", test_clicks);
  ADD ("revision", test_revision);
  ADD ("last-five", test_last_five);
  ADD ("names", test_names);
  ADD ("questions", test_questions);
  return g_test_run ();
}
