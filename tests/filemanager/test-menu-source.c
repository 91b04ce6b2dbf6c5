/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "hoist-destination-store.h"
#include "hoist-menu-source.h"

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
  HoistMenuSource *source;
  guint n_changes;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("hoist-menu-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "hoist", "destinations.conf", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *subfolder = g_path_get_dirname (fixture->path);

  g_clear_pointer (&fixture->source, hoist_menu_source_free);
  g_remove (fixture->path);
  g_rmdir (subfolder);
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
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

/* What the application stores is what the menu shows, soon and without asking. */
static void
test_follows_the_store (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistDestinationStore) store = hoist_destination_store_new (fixture->path);
  g_autofree char *first = NULL;
  g_autofree char *both = NULL;

  load (store);
  add (store, "Zürich_1");
  fixture->source = hoist_menu_source_new (fixture->path, changed_cb, fixture);
  g_assert_cmpuint (hoist_menu_source_get_destinations (fixture->source)->len, ==, 0);
  wait_for_changes (fixture, 1);
  first = describe (hoist_menu_source_get_destinations (fixture->source));
  g_assert_cmpstr (first, ==, "zurich-1=Zürich_1;");
  add (store, "Archive");
  wait_for_changes (fixture, 2);
  both = describe (hoist_menu_source_get_destinations (fixture->source));
  g_assert_cmpstr (both, ==, "zurich-1=Zürich_1;archive=Archive;");
}

/* What is no file is not opened: reading a FIFO would wait for ever. */
static void
test_no_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *subfolder = g_path_get_dirname (fixture->path);
  g_autofree char *fifo = g_build_filename (fixture->folder, "fifo", NULL);

  g_assert_cmpint (g_mkdir (subfolder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (fixture->path, "[destination a]\nname=A\n", -1, NULL));
  fixture->source = hoist_menu_source_new (fixture->path, changed_cb, fixture);
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
  fixture->source = hoist_menu_source_new (fixture->path, changed_cb, fixture);
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
  g_test_add ("/filemanager/menu-source/no-file", Fixture, NULL, set_up, test_no_file, tear_down);
  g_test_add ("/filemanager/menu-source/freed", Fixture, NULL, set_up, test_freed, tear_down);
  return g_test_run ();
}
