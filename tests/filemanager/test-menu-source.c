/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "hoist-destination-store.h"
#include "hoist-menu-source.h"
#include "remove-tree.h"

#define URL "https://upload.example.org/api"

static char *
describe (GPtrArray *destinations)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < destinations->len; i++)
    {
      const HoistMenuDestination *destination = g_ptr_array_index (destinations, i);

      g_string_append_printf (text, "%s=%s;", destination->id, destination->name);
    }
  return g_string_free (text, FALSE);
}

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } cases[] = {
    { "", "" },
    { "[hoist]\nversion=1\ndefault=b\n[destination b]\nname=B\n[destination a]\nname=Ä “x”\n",
      "b=B;a=Ä “x”;" },
    { "[hoist]\norder=c;gone;a;c;\n[destination a]\nname=A\n[destination b]\nname=B\n"
      "[destination c]\nname=C\n[destination d]\nname=D\n",
      "c=C;a=A;b=B;d=D;" },
    { "[destination a]\nurl=https://x\n", "" },
    { "[destination a]\nname=\n", "" },
    { "[destination A B]\nname=x\n[destination ]\nname=x\n[destination ../a]\nname=x\n", "" },
    { "[other]\nname=x\n", "" },
    { "no key file", "" },
    { "[destination a]\nname=\xff\n", "" },
    { "[destination a]\nname=line\\nbreak\n", "a=line\nbreak;" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) found =
        hoist_menu_destinations_parse (cases[i].text, strlen (cases[i].text));
      g_autofree char *description = describe (found);

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (description, ==, cases[i].expected);
    }
}

/* A menu has an end, and what is too long is no file of ours. */
static void
test_limits (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) none = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (text, "[destination d%u]\nname=D\n", i);
  found = hoist_menu_destinations_parse (text->str, text->len);
  g_assert_cmpuint (found->len, ==, 50);

  while (text->len <= 1 << 20)
    g_string_append (text, "# a comment that goes on and on\n");
  none = hoist_menu_destinations_parse (text->str, text->len);
  g_assert_cmpuint (none->len, ==, 0);
}

typedef struct
{
  char *folder; /* (owned) */
  char *path;   /* (owned) */
  char *etc;    /* (owned) an administrator's */
  HoistMenuSource *source;
  guint n_changes;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("hoist-menu-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "hoist", "destinations.conf", NULL);
  fixture->etc = g_build_filename (fixture->folder, "etc", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->source, hoist_menu_source_free);
  remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->etc);
}

static void
put (const char *path, const char *text)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
changed_cb (gpointer user_data)
{
  ((Fixture *) user_data)->n_changes++;
}

static void
wait_for_changes (Fixture *fixture, guint n)
{
  while (fixture->n_changes < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
add (HoistDestinationStore *store, const char *name)
{
  g_autoptr (HoistDestination) destination = hoist_destination_new (NULL);
  g_autoptr (HoistDestination) added = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hoist_destination_set_name (destination, name);
  hoist_destination_set_url (destination, URL);
  hoist_destination_store_add_async (store, destination, NULL, stored_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  added = hoist_destination_store_add_finish (store, result, &error);
  g_assert_no_error (error);
}

static void
load (HoistDestinationStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_destination_store_load_async (store, NULL, stored_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (hoist_destination_store_load_finish (store, result, NULL));
}

static void
start (Fixture *fixture)
{
  const char *const folders[] = { fixture->etc, NULL };

  fixture->source = hoist_menu_source_new (fixture->path, folders, changed_cb, fixture);
}

static char *
describe_store (HoistDestinationStore *store)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr (HoistDestination) destination = g_list_model_get_item (G_LIST_MODEL (store), i);

      g_string_append_printf (text, "%s=%s;", hoist_destination_get_id (destination),
                              hoist_destination_get_name (destination));
    }
  return g_string_free (text, FALSE);
}

/* What the application stores is what the menu shows, soon and without asking. */
static void
test_follows_the_store (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestinationStore) store = hoist_destination_store_new (fixture->path);
  g_autofree char *first = NULL;
  g_autofree char *both = NULL;

  load (store);
  add (store, "Zürich_1");
  start (fixture);
  g_assert_cmpuint (hoist_menu_source_get_destinations (fixture->source)->len, ==, 0);
  wait_for_changes (fixture, 1);
  first = describe (hoist_menu_source_get_destinations (fixture->source));
  g_assert_cmpstr (first, ==, "zurich-1=Zürich_1;");
  add (store, "Archive");
  wait_for_changes (fixture, 2);
  both = describe (hoist_menu_source_get_destinations (fixture->source));
  g_assert_cmpstr (both, ==, "zurich-1=Zürich_1;archive=Archive;");
}

/* The menu and the accounts agree on what there is, how it is called, and in which order. */
static void
test_presets (Fixture *fixture, gconstpointer data)
{
#define PRESET(id, name) "[destination " id "]\nname=" name "\nurl=https://" id ".example.org\n"
  static const struct
  {
    const char *own;
    const char *preset;
    const char *more;
    const char *expected;
  } cases[] = {
    { PRESET ("own", "Own"), "", "", "own=Own;" },
    { "", PRESET ("work", "Work"), "", "preset-work=Work;" },
    { PRESET ("own", "Own"), PRESET ("b", "B") PRESET ("a", "A"), PRESET ("c", "C"),
      "own=Own;preset-b=B;preset-a=A;preset-c=C;" },
    /* The first file has its way, and a person's own keeps its name. */
    { PRESET ("work", "wörk"), PRESET ("work", "WÖRK"), PRESET ("work", "Other"),
      "work=wörk;preset-work=WÖRK (work.example.org);" },
    { "", PRESET ("a", "A") PRESET ("b", "A"), "", "preset-a=A;preset-b=A (b.example.org);" },
    /* What a person may say, and what not. */
    { "[destination preset-a]\nname=Mine\n[destination preset-b]\nname=Mine too\n",
      PRESET ("a", "A") "unlocked=name\n" PRESET ("b", "B"), "", "preset-a=Mine;preset-b=B;" },
    /* Of a preset that is gone. */
    { "[destination preset-gone]\nname=Gone\n", "", "", "" },
    { "[hoist]\norder=preset-b;own;\n" PRESET ("own", "Own"), PRESET ("a", "A") PRESET ("b", "B"),
      "", "preset-b=B;own=Own;preset-a=A;" },
    { PRESET ("own", "Own"), "no keyfile", PRESET ("c", "C"), "own=Own;preset-c=C;" },
  };
  const char *const folders[] = { fixture->etc, NULL };
  g_autofree char *preset = g_build_filename (fixture->etc, "destinations.conf", NULL);
  g_autofree char *more = g_build_filename (fixture->etc, "destinations.conf.d", "a.conf", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistDestinationStore) store = hoist_destination_store_new (fixture->path);
      g_autoptr (GPtrArray) found = NULL;
      g_autofree char *in_menu = NULL;
      g_autofree char *in_accounts = NULL;

      g_test_message ("%" G_GSIZE_FORMAT, i);
      put (fixture->path, cases[i].own);
      put (preset, cases[i].preset);
      put (more, cases[i].more);
      found = hoist_menu_destinations_load (fixture->path, folders, NULL);
      in_menu = describe (found);
      g_assert_cmpstr (in_menu, ==, cases[i].expected);
      hoist_destination_store_set_preset_folders (store, folders);
      load (store);
      in_accounts = describe_store (store);
      g_assert_cmpstr (in_accounts, ==, cases[i].expected);
    }
#undef PRESET
}

/* A preset that comes while the file manager runs, without any file of the person's. */
static void
test_follows_presets (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->etc, "destinations.conf", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  start (fixture);
  put (path, "[destination a]\nname=A\n");
  wait_for_changes (fixture, 1);
  first = describe (hoist_menu_source_get_destinations (fixture->source));
  g_assert_cmpstr (first, ==, "preset-a=A;");
  put (path, "[destination a]\nname=B\n");
  wait_for_changes (fixture, 2);
  second = describe (hoist_menu_source_get_destinations (fixture->source));
  g_assert_cmpstr (second, ==, "preset-a=B;");
}

/* What is no file is not opened: reading a FIFO would wait for ever. */
static void
test_no_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *fifo = g_build_filename (fixture->folder, "fifo", NULL);

  put (fixture->path, "[destination a]\nname=A\n");
  start (fixture);
  wait_for_changes (fixture, 1);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (g_rename (fifo, fixture->path), ==, 0);
  wait_for_changes (fixture, 2);
  g_assert_cmpuint (hoist_menu_source_get_destinations (fixture->source)->len, ==, 0);
}

/* Freed while it reads, as when a file manager ends. */
static void
test_freed (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  hoist_menu_source_refresh (fixture->source);
  g_clear_pointer (&fixture->source, hoist_menu_source_free);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (fixture->n_changes, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/filemanager/menu-source/parse", test_parse);
  g_test_add_func ("/filemanager/menu-source/limits", test_limits);
  g_test_add ("/filemanager/menu-source/follows-the-store", Fixture, NULL, set_up,
              test_follows_the_store, tear_down);
  g_test_add ("/filemanager/menu-source/presets", Fixture, NULL, set_up, test_presets, tear_down);
  g_test_add ("/filemanager/menu-source/follows-presets", Fixture, NULL, set_up,
              test_follows_presets, tear_down);
  g_test_add ("/filemanager/menu-source/no-file", Fixture, NULL, set_up, test_no_file, tear_down);
  g_test_add ("/filemanager/menu-source/freed", Fixture, NULL, set_up, test_freed, tear_down);
  return g_test_run ();
}
