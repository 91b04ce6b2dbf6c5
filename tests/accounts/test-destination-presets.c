/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an administrator set up, and what a person makes of it. */

#include <glib/gstdio.h>

#include "await.h"
#include "hoist-destination-store.h"
#include "hoist-error.h"

typedef struct
{
  char *folder;
  char *path;    /* the person's own file */
  char *presets; /* the administrator's */
  char *more;    /* a file in its drop-in folder */
  HoistDestinationStore *store;
} Fixture;

static void
write_text (const char *path, const char *text)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
fixture_set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = NULL;

  f->folder = g_dir_make_tmp ("hoist-presets-XXXXXX", NULL);
  folder = g_build_filename (f->folder, "etc", NULL);
  f->path = g_build_filename (f->folder, "home", "destinations.conf", NULL);
  f->presets = g_build_filename (folder, "destinations.conf", NULL);
  f->more = g_build_filename (folder, "destinations.conf.d", "50-more.conf", NULL);
  f->store = hoist_destination_store_new (f->path);
  hoist_destination_store_set_preset_folders (f->store, (const char *const[]){ folder, NULL });
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);
      remove_all (inner);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->store);
  remove_all (f->folder);
  g_free (f->folder);
  g_free (f->path);
  g_free (f->presets);
  g_free (f->more);
}

static gboolean
load (Fixture *f, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_destination_store_load_async (f->store, NULL, await_take_cb, &result);
  return hoist_destination_store_load_finish (f->store, await_result (&result), error);
}

static gboolean
update (Fixture *f, HoistDestination *destination, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_destination_store_update_async (f->store, destination, NULL, await_take_cb, &result);
  return hoist_destination_store_update_finish (f->store, await_result (&result), error);
}

static gboolean
remove_one (Fixture *f, const char *id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_destination_store_remove_async (f->store, id, NULL, await_take_cb, &result);
  return hoist_destination_store_remove_finish (f->store, await_result (&result), error);
}

static gboolean
set_default (Fixture *f, const char *id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_destination_store_set_default_async (f->store, id, NULL, await_take_cb, &result);
  return hoist_destination_store_set_default_finish (f->store, await_result (&result), error);
}

static void
assert_loads (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  load (f, &error);
  g_assert_no_error (error);
}

static HoistDestination *
find (Fixture *f, const char *id)
{
  HoistDestination *found = hoist_destination_store_lookup (f->store, id);

  g_assert_nonnull (found);
  g_assert_cmpstr (hoist_destination_get_id (found), ==, id);
  return found;
}

#define WORK                                                                                       \
  "[destination work]\nname=Work\nurl=https://work.example.org\nconcurrency=4\nfiles=2\n"          \
  "unlocked=concurrency;files;\n"
#define OWN "[destination own]\nname=Own\nurl=https://own.example.org\n"

/* What is said holds, but for what is free; what is not said is free as well. */
static void
test_locks (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *key;
    gboolean locked;
  } keys[] = { { "name", TRUE },   { "url", TRUE },     { "concurrency", FALSE },
               { "files", FALSE }, { "colour", FALSE }, { "key-prefix", FALSE },
               { "type", FALSE } };
  HoistDestination *work;
  g_autoptr (HoistDestination) copy = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  write_text (f->presets, WORK);
  write_text (f->path, OWN);
  assert_loads (f);
  work = find (f, "preset-work");
  g_assert_true (hoist_destination_store_lookup (f->store, "work") == work);
  g_assert_true (hoist_destination_is_preset (work));
  g_assert_false (hoist_destination_is_preset (find (f, "own")));
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_cmpint (hoist_destination_is_locked (work, keys[i].key), ==, keys[i].locked);

  copy = hoist_destination_copy (work, "preset-work");
  hoist_destination_set_concurrency (copy, 0);
  hoist_destination_set_setting (copy, HOIST_SETTING_COLOUR, "red");
  g_assert_true (update (f, copy, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (hoist_destination_get_concurrency (work), ==, 0);
  /* Of theirs nothing is copied: it may change. */
  g_assert_true (g_file_get_contents (f->path, &text, NULL, NULL));
  g_assert_null (strstr (text, "work.example.org"));
  g_assert_null (strstr (text, "files="));
  g_assert_nonnull (strstr (text, "concurrency=\n"));

  hoist_destination_set_url (copy, "https://evil.example.org");
  g_assert_false (update (f, copy, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_assert_nonnull (strstr (error->message, "administrator"));
  g_clear_error (&error);
  g_assert_false (remove_one (f, "preset-work", &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_assert_nonnull (strstr (error->message, "administrator"));

  /* They change their mind: what the person said stays, theirs is the new one. */
  write_text (f->presets, "[destination work]\nname=Work\nurl=https://new.example.org\n");
  assert_loads (f);
  g_assert_cmpstr (hoist_destination_get_url (work), ==, "https://new.example.org");
  g_assert_cmpstr (hoist_destination_get_setting (work, HOIST_SETTING_COLOUR), ==, "red");
}

static void
test_default (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  write_text (f->path, OWN);
  write_text (f->presets, "[hoist]\ndefault=work\nunlocked=default\n" WORK);
  assert_loads (f);
  g_assert_true (hoist_destination_store_get_default (f->store) == find (f, "preset-work"));
  g_assert_false (hoist_destination_store_is_default_locked (f->store));
  g_assert_true (set_default (f, "own", &error));
  g_assert_true (hoist_destination_store_get_default (f->store) == find (f, "own"));

  write_text (f->presets, "[hoist]\ndefault=work\n" WORK);
  assert_loads (f);
  g_assert_true (hoist_destination_store_is_default_locked (f->store));
  g_assert_true (hoist_destination_store_get_default (f->store) == find (f, "preset-work"));
  g_assert_false (set_default (f, "own", &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_assert_true (set_default (f, "preset-work", NULL));
}

/* Files that are broken, wholly or in part, are told; the person's own and the good ones stay. */
static void
test_broken (Fixture *f, gconstpointer data)
{
  static const char *const broken[] = {
    "this is no keyfile",
    "[hoist]\nversion=99\n",
    "[destination x]\nname=X\n",
    "[destination x]\nname=X\nurl=http://far.example.org\n",
    "[destination X Y]\nname=X\nurl=https://x.org\n",
    "[destination x]\nname=X\nurl=https://x.org\nconcurrency=1000\n",
    WORK "[destination work]\nname=\n",
  };

  write_text (f->path, OWN);
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      write_text (f->presets, broken[i]);
      write_text (f->more, "[destination more]\nname=More\nurl=https://more.example.org\n");
      assert_loads (f);
      g_assert_nonnull (hoist_destination_store_get_preset_problem (f->store));
      g_assert_nonnull (
        strstr (hoist_destination_store_get_preset_problem (f->store), "etc/destinations.conf"));
      find (f, "own");
      find (f, "preset-more");
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->store)), ==, 2);
    }
  write_text (f->presets, "");
  assert_loads (f);
  g_assert_null (hoist_destination_store_get_preset_problem (f->store));
}

/* The same id in two files, and the same name as a person's own. */
static void
test_collisions (Fixture *f, gconstpointer data)
{
  HoistDestination *work;

  write_text (f->presets, WORK);
  write_text (f->more, "[destination work]\nname=Other\nurl=https://other.example.org\n");
  write_text (f->path, "[destination work]\nname=work\nurl=https://mine.example.org\n");
  assert_loads (f);
  g_assert_nonnull (strstr (hoist_destination_store_get_preset_problem (f->store), "50-more.conf"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->store)), ==, 2);
  g_assert_cmpstr (hoist_destination_get_url (find (f, "work")), ==, "https://mine.example.org");
  work = find (f, "preset-work");
  g_assert_cmpstr (hoist_destination_get_name (work), ==, "Work (work.example.org)");
  g_assert_cmpstr (hoist_destination_get_url (work), ==, "https://work.example.org");
}

/* What a person's file says of locked keys is nothing, and bad words do no harm. */
static void
test_own_file_of_others_mind (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  write_text (f->presets, WORK);
  write_text (f->path, OWN "[destination preset-work]\nurl=https://evil.example.org\nfiles=7\n");
  assert_loads (f);
  g_assert_cmpstr (hoist_destination_get_url (find (f, "preset-work")), ==,
                   "https://work.example.org");
  g_assert_cmpstr (hoist_destination_get_setting (find (f, "preset-work"), HOIST_SETTING_FILES), ==,
                   "7");

  write_text (f->path, OWN "[destination preset-work]\nfiles=many\n");
  g_assert_false (load (f, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED);
  g_assert_cmpstr (hoist_destination_get_setting (find (f, "preset-work"), HOIST_SETTING_FILES), ==,
                   "2");
  find (f, "own");
}

static void
wait_for_items (Fixture *f, guint n)
{
  while (g_list_model_get_n_items (G_LIST_MODEL (f->store)) != n)
    g_main_context_iteration (NULL, TRUE);
}

/* What an administrator does while Hoist runs, from the folder's first day on. */
static void
test_watched (Fixture *f, gconstpointer data)
{
  hoist_destination_store_watch (f->store);
  assert_loads (f);
  write_text (f->presets, WORK);
  wait_for_items (f, 1);
  write_text (f->more, "[destination more]\nname=More\nurl=https://more.example.org\n");
  wait_for_items (f, 2);
  write_text (f->presets, "[destination work]\nname=New\nurl=https://work.example.org\n");
  while (g_strcmp0 (hoist_destination_get_name (find (f, "preset-work")), "New") != 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_remove (f->more), ==, 0);
  wait_for_items (f, 1);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/destination-presets/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("locks", test_locks);
  ADD ("default", test_default);
  ADD ("broken", test_broken);
  ADD ("collisions", test_collisions);
  ADD ("own-file-of-others-mind", test_own_file_of_others_mind);
  ADD ("watched", test_watched);

  return g_test_run ();
}
