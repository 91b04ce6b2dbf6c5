/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "await.h"
#include "hoist-destination-store.h"
#include "hoist-error.h"

typedef struct
{
  char *folder;
  char *path;
  HoistDestinationStore *store;
} Fixture;

static void
fixture_set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("hoist-store-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "config", "destinations.conf", NULL);
  f->store = hoist_destination_store_new (f->path);
  /* Not those of this computer. */
  hoist_destination_store_set_preset_folders (f->store, (const char *const[]){ NULL });
}

static void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *config = g_path_get_dirname (f->path);
  g_autoptr (GDir) dir = g_dir_open (config, 0, NULL);
  const char *name;

  g_object_add_weak_pointer (G_OBJECT (f->store), (gpointer *) &f->store);
  g_object_unref (f->store);
  g_assert_null (f->store);

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (config, name, NULL);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_rmdir (config);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->path);
}

static gboolean
load (HoistDestinationStore *store, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_destination_store_load_async (store, NULL, await_take_cb, &result);
  return hoist_destination_store_load_finish (store, await_result (&result), error);
}

static HoistDestination *
add (HoistDestinationStore *store, const char *name, const char *url, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (HoistDestination) destination = hoist_destination_new (NULL);

  hoist_destination_set_name (destination, name);
  hoist_destination_set_url (destination, url);
  hoist_destination_store_add_async (store, destination, NULL, await_take_cb, &result);
  return hoist_destination_store_add_finish (store, await_result (&result), error);
}

static gboolean
update (HoistDestinationStore *store, HoistDestination *destination, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_destination_store_update_async (store, destination, NULL, await_take_cb, &result);
  return hoist_destination_store_update_finish (store, await_result (&result), error);
}

static gboolean
remove_one (HoistDestinationStore *store, const char *id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_destination_store_remove_async (store, id, NULL, await_take_cb, &result);
  return hoist_destination_store_remove_finish (store, await_result (&result), error);
}

static gboolean
set_default (HoistDestinationStore *store, const char *id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_destination_store_set_default_async (store, id, NULL, await_take_cb, &result);
  return hoist_destination_store_set_default_finish (store, await_result (&result), error);
}

static void
write_file (Fixture *f, const char *text)
{
  g_autofree char *folder = g_path_get_dirname (f->path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (f->path, text, -1, &error);
  g_assert_no_error (error);
}

static char *
read_file (Fixture *f)
{
  char *text;

  g_assert_true (g_file_get_contents (f->path, &text, NULL, NULL));
  return text;
}

static guint
count_items (HoistDestinationStore *store)
{
  return g_list_model_get_n_items (G_LIST_MODEL (store));
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_none (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (load (f->store, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_items (f->store), ==, 0);
  g_assert_null (hoist_destination_store_get_default (f->store));
  g_assert_null (hoist_destination_store_lookup (f->store, "home"));
  /* Looking makes nothing. */
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
}

static void
test_life (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint n_changed = 0, n_default = 0;

  g_signal_connect_swapped (f->store, "changed", G_CALLBACK (count_cb), &n_changed);
  g_signal_connect_swapped (f->store, "notify::default", G_CALLBACK (count_cb), &n_default);

  g_autoptr (HoistDestination) home = add (f->store, "Home", "https://a.example.org", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hoist_destination_get_id (home), ==, "home");
  g_assert_true (home == hoist_destination_store_get_default (f->store));
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpuint (n_default, ==, 1);

  g_autoptr (HoistDestination) work = add (f->store, "Work (S3)", "http://localhost:8080", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hoist_destination_get_id (work), ==, "work-s3");
  g_assert_cmpuint (count_items (f->store), ==, 2);
  g_assert_cmpuint (n_default, ==, 1);

  g_autoptr (HoistDestination) changed = hoist_destination_copy (home, "home");
  hoist_destination_set_name (changed, "At home");
  hoist_destination_set_key_prefix (changed, "in/");
  hoist_destination_set_concurrency (changed, 9);
  g_assert_true (update (f->store, changed, &error));
  g_assert_no_error (error);
  /* The object stays, what it says follows. */
  g_assert_cmpstr (hoist_destination_get_name (home), ==, "At home");
  g_assert_cmpuint (hoist_destination_get_concurrency (home), ==, 9);
  g_assert_true (hoist_destination_store_lookup (f->store, "home") == home);
  g_assert_true (hoist_destination_store_lookup (f->store, "AT HOME") == home);
  g_assert_true (hoist_destination_store_lookup (f->store, "work (s3)") == work);
  g_assert_null (hoist_destination_store_lookup (f->store, "\xff"));

  g_assert_true (set_default (f->store, "work-s3", &error));
  g_assert_true (work == hoist_destination_store_get_default (f->store));

  g_autoptr (HoistDestinationStore) other = hoist_destination_store_new (f->path);
  g_assert_true (load (other, &error));
  g_assert_cmpuint (count_items (other), ==, 2);
  g_assert_cmpstr (hoist_destination_get_id (hoist_destination_store_get_default (other)), ==,
                   "work-s3");
  g_assert_cmpstr (
    hoist_destination_get_key_prefix (hoist_destination_store_lookup (other, "home")), ==, "in/");

  n_changed = 0;
  g_assert_true (load (f->store, &error));
  g_assert_cmpuint (n_changed, ==, 0);

  g_assert_true (remove_one (f->store, "work-s3", &error));
  g_assert_true (home == hoist_destination_store_get_default (f->store));
  g_assert_true (remove_one (f->store, "home", &error));
  g_assert_null (hoist_destination_store_get_default (f->store));
  g_assert_cmpuint (count_items (f->store), ==, 0);
}

static void
test_mode (Fixture *f, gconstpointer data)
{
  struct stat status;

  write_file (f, "");
  g_assert_cmpint (g_chmod (f->path, 0644), ==, 0);
  g_autoptr (HoistDestination) home = add (f->store, "Home", "https://a.example.org", NULL);
  g_assert_nonnull (home);
  g_assert_cmpint (stat (f->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
}

/* What another version, or a person, wrote beside ours stays. */
static void
test_unknown_kept (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  write_file (f, "# by hand\n"
                 "[hoist]\nversion=1\ncolour=red\n"
                 "[destination home]\nname=Home\nurl=https://a.example.org\nfuture=7\n"
                 "[something else]\nx=y\n");
  g_assert_true (load (f->store, &error));
  g_assert_no_error (error);

  g_autoptr (HoistDestination) copy =
    hoist_destination_copy (hoist_destination_store_lookup (f->store, "home"), "home");
  hoist_destination_set_name (copy, "New");
  g_assert_true (update (f->store, copy, &error));

  g_autofree char *text = read_file (f);
  g_assert_nonnull (strstr (text, "# by hand"));
  g_assert_nonnull (strstr (text, "colour=red"));
  g_assert_nonnull (strstr (text, "future=7"));
  g_assert_nonnull (strstr (text, "[something else]\nx=y"));
  g_assert_nonnull (strstr (text, "name=New"));
}

static void
test_same_names (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistDestination) first = add (f->store, "a b", "https://a.example.org", &error);
  g_autoptr (HoistDestination) second = add (f->store, "a-b", "https://a.example.org", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hoist_destination_get_id (first), ==, "a-b");
  g_assert_cmpstr (hoist_destination_get_id (second), ==, "a-b-2");

  g_assert_null (add (f->store, "A B", "https://a.example.org", &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_clear_error (&error);

  g_autoptr (HoistDestination) copy = hoist_destination_copy (second, "a-b-2");
  hoist_destination_set_name (copy, "a b");
  g_assert_false (update (f->store, copy, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_assert_cmpstr (hoist_destination_get_name (second), ==, "a-b");
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistDestination) absent = hoist_destination_new ("absent");

  g_assert_null (add (f->store, "Home", "http://a.example.org", &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_clear_error (&error);
  g_assert_false (remove_one (f->store, "absent", &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_clear_error (&error);
  g_assert_false (set_default (f->store, "absent", &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_clear_error (&error);
  g_assert_false (update (f->store, absent, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
}

static const char *const damaged_files[] = {
  "no key file at all",
  "[destination home\nname=x\n",
  "[hoist]\nversion=2\n",
  "[hoist]\nversion=x\n",
};

/* A file that cannot be read is said so, and is not overwritten. */
static void
test_damaged (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (damaged_files); i++)
    {
      g_autoptr (GError) error = NULL;

      write_file (f, damaged_files[i]);
      g_assert_false (load (f->store, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED);
      g_assert_nonnull (strstr (error->message, f->path));
      g_clear_error (&error);
      g_assert_null (add (f->store, "Home", "https://a.example.org", &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED);

      g_autofree char *text = read_file (f);
      g_assert_cmpstr (text, ==, damaged_files[i]);
    }
}

static void
test_not_a_file (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (f->path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  g_assert_false (load (f->store, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED);
  g_clear_error (&error);
  g_assert_cmpint (g_unlink (f->path), ==, 0);

  g_autofree char *huge = g_strnfill ((1 << 20) + 1, '\n');
  write_file (f, huge);
  g_assert_false (load (f->store, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED);
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (f->path, "\0[a]", 4, NULL));
  g_assert_false (load (f->store, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED);
}

/* One bad destination is said, and does not take the others with it. */
static void
test_bad_group (Fixture *f, gconstpointer data)
{
  static const char *const bad[] = {
    "[destination Bad Id]\nname=x\nurl=https://x.example.org\n",
    "[destination x]\nname=x\n",
    "[destination x]\nname=x\nurl=http://x.example.org\n",
    "[destination x]\nname=x\nurl=https://x.example.org\nconcurrency=-1\n",
    "[destination x]\nname=x\nurl=https://x.example.org\nconcurrency=many\n",
    "[destination x]\nname=GOOD\nurl=https://x.example.org\n",
    "[destination x]\nname=\xff\nurl=https://x.example.org\n",
    "[destination ]\nname=x\nurl=https://x.example.org\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text =
        g_strconcat ("[destination good]\nname=Good\nurl=https://a.example.org\n", bad[i], NULL);

      write_file (f, text);
      g_assert_false (load (f->store, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED);
      g_assert_cmpuint (count_items (f->store), ==, 1);
      g_assert_nonnull (hoist_destination_store_lookup (f->store, "good"));

      /* It stays in the file, and its id is not given away. */
      g_autoptr (HoistDestination) x = add (f->store, "x", "https://a.example.org", NULL);
      g_autofree char *after = read_file (f);
      g_assert_nonnull (x);
      if (g_str_has_prefix (bad[i], "[destination x]"))
        g_assert_cmpstr (hoist_destination_get_id (x), ==, "x-2");
      g_assert_true (remove_one (f->store, hoist_destination_get_id (x), NULL));
    }
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) first = NULL, second = NULL;
  g_autoptr (HoistDestination) destination = hoist_destination_new (NULL);
  g_autoptr (GError) error = NULL;

  hoist_destination_set_name (destination, "Home");
  hoist_destination_set_url (destination, "https://a.example.org");
  hoist_destination_store_load_async (f->store, NULL, await_take_cb, &first);
  hoist_destination_store_add_async (f->store, destination, cancellable, await_take_cb, &second);
  g_cancellable_cancel (cancellable);
  g_assert_null (hoist_destination_store_add_finish (f->store, await_result (&second), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (hoist_destination_store_load_finish (f->store, await_result (&first), NULL));
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
}

/* Two stores that change the file at the same time lose nothing. */
static void
test_two_writers (Fixture *f, gconstpointer data)
{
  g_autoptr (HoistDestinationStore) other = hoist_destination_store_new (f->path);
  GAsyncResult *results[20] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (HoistDestination) destination = hoist_destination_new (NULL);
      g_autofree char *name = g_strdup_printf ("Number %u", i);

      hoist_destination_set_name (destination, name);
      hoist_destination_set_url (destination, "https://a.example.org");
      hoist_destination_store_add_async (i % 2 ? f->store : other, destination, NULL, await_take_cb,
                                         &results[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GAsyncResult) result = await_result (&results[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistDestination) added =
        hoist_destination_store_add_finish (i % 2 ? f->store : other, result, &error);

      g_assert_no_error (error);
      g_assert_nonnull (added);
    }
  g_assert_true (load (f->store, NULL));
  g_assert_cmpuint (count_items (f->store), ==, G_N_ELEMENTS (results));
}

static gboolean
timed_out_cb (gpointer user_data)
{
  g_error ("nothing was noticed");
  return G_SOURCE_REMOVE;
}

/* A follower notices what another process does, and a problem once. */
static void
test_watch (Fixture *f, gconstpointer data)
{
  g_autoptr (HoistDestinationStore) other = hoist_destination_store_new (f->path);
  guint n_problems = 0;
  guint guard_id = g_timeout_add_seconds (30, timed_out_cb, NULL);

  g_signal_connect_swapped (f->store, "problem", G_CALLBACK (count_cb), &n_problems);
  hoist_destination_store_watch (f->store);
  g_assert_true (load (f->store, NULL));

  g_autoptr (HoistDestination) home = add (other, "Home", "https://a.example.org", NULL);
  while (count_items (f->store) == 0)
    g_main_context_iteration (NULL, TRUE);

  write_file (f, "[broken");
  while (n_problems == 0)
    g_main_context_iteration (NULL, TRUE);
  /* What was there stays in use. */
  g_assert_cmpuint (count_items (f->store), ==, 1);

  g_assert_cmpint (g_unlink (f->path), ==, 0);
  while (count_items (f->store) == 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_problems, ==, 1);
  g_source_remove (guard_id);
}

static gboolean
move (HoistDestinationStore *store, const char *id, const char *before_id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_destination_store_move_async (store, id, before_id, NULL, await_take_cb, &result);
  return hoist_destination_store_move_finish (store, await_result (&result), error);
}

static void
assert_order (HoistDestinationStore *store, const char *expected)
{
  g_autoptr (GString) order = g_string_new (NULL);

  for (guint i = 0; i < count_items (store); i++)
    {
      g_autoptr (HoistDestination) destination = g_list_model_get_item (G_LIST_MODEL (store), i);
      g_string_append (order, hoist_destination_get_id (destination));
    }
  g_assert_cmpstr (order->str, ==, expected);
}

/* The order is kept, whoever adds and removes; the objects stay the same ones. */
static void
test_order (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *id;
    const char *before;
    const char *expected;
  } moves[] = {
    { "c", "a", "cabd" }, { "c", "a", "cabd" }, { "c", NULL, "abdc" }, { "a", "c", "bdac" },
    { "c", "b", "cbda" }, { "b", "b", "cbda" }, { "d", "a", "cbda" },
  };
  g_autoptr (HoistDestinationStore) second = hoist_destination_store_new (f->path);
  HoistDestination *same;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistDestination) added = NULL;

  write_file (f, "[hoist]\n[destination a]\nname=A\nurl=https://a.org\n"
                 "[destination b]\nname=B\nurl=https://b.org\n"
                 "[destination broken]\nname=Broken\n"
                 "[destination c]\nname=C\nurl=https://c.org\n"
                 "[destination d]\nname=D\nurl=https://d.org\n");
  load (f->store, NULL);
  assert_order (f->store, "abcd");
  same = hoist_destination_store_lookup (f->store, "c");
  for (gsize i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      g_assert_true (move (f->store, moves[i].id, moves[i].before, &error));
      g_assert_no_error (error);
      assert_order (f->store, moves[i].expected);
    }
  g_assert_true (hoist_destination_store_lookup (f->store, "c") == same);

  load (second, NULL);
  assert_order (second, "cbda");
  added = add (f->store, "E", "https://e.org", &error);
  g_assert_nonnull (added);
  assert_order (f->store, "cbdae");
  g_assert_true (remove_one (f->store, "b", &error));
  assert_order (f->store, "cdae");

  g_assert_false (move (f->store, "b", NULL, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_clear_error (&error);
  g_assert_false (move (f->store, "a", "nobody", &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  assert_order (f->store, "cdae");
}

/* Whatever somebody wrote there: each destination is there once. */
static void
test_order_by_hand (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *order;
    const char *expected;
  } cases[] = {
    { "b;a", "bac" }, { "c;c;c;b;c;", "cba" }, { "x;;b;y", "bac" }, { "", "abc" },
    { ";;;", "abc" }, { "\\", "abc" },         { "c", "cab" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
        g_strdup_printf ("[destination a]\nname=A\nurl=https://a.org\n"
                         "[destination b]\nname=B\nurl=https://b.org\n"
                         "[destination c]\nname=C\nurl=https://c.org\n[hoist]\norder=%s\n",
                         cases[i].order);

      write_file (f, text);
      load (f->store, NULL);
      assert_order (f->store, cases[i].expected);
    }
}

static void
test_symlink (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (f->path);
  g_autofree char *target = g_build_filename (folder, "dotfiles.conf", NULL);

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (target, "", -1, NULL));
  g_assert_cmpint (symlink (target, f->path), ==, 0);
  g_autoptr (HoistDestination) home = add (f->store, "Home", "https://a.example.org", NULL);
  g_assert_nonnull (home);
  g_assert_true (g_file_test (f->path, G_FILE_TEST_IS_SYMLINK));
}

#define ADD(name, func)                                                                            \
  g_test_add ("/destination-store/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("none", test_none);
  ADD ("life", test_life);
  ADD ("mode", test_mode);
  ADD ("unknown-kept", test_unknown_kept);
  ADD ("same-names", test_same_names);
  ADD ("refused", test_refused);
  ADD ("damaged", test_damaged);
  ADD ("not-a-file", test_not_a_file);
  ADD ("bad-group", test_bad_group);
  ADD ("cancel", test_cancel);
  ADD ("two-writers", test_two_writers);
  ADD ("watch", test_watch);
  ADD ("symlink", test_symlink);
  ADD ("order", test_order);
  ADD ("order-by-hand", test_order_by_hand);

  return g_test_run ();
}
