/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "hoist-walker.h"
#include "remove-tree.h"

typedef struct
{
  char *folder;
  GPtrArray *found; /* (element-type HoistFound) */
  gboolean done;
  guint chunks;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("hoist-walker-XXXXXX", NULL);
  f->found = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_found_free);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_tree (f->folder);
  g_free (f->folder);
  g_ptr_array_unref (f->found);
}

static char *
make_file (Fixture *f, const char *name, const char *contents)
{
  char *path = g_build_filename (f->folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
  return path;
}

static void
found_cb (GPtrArray *found, gboolean last, const GError *error, gpointer user_data)
{
  Fixture *f = user_data;

  g_ptr_array_extend_and_steal (f->found, found);
  f->done = last;
  f->chunks++;
}

static void
walk (Fixture *f, const char *first, const char *second)
{
  const char *paths[] = { first, second, NULL };

  g_autoptr (HoistMounts) mounts = hoist_mounts_new_fake ();

  hoist_walk (mounts, paths, NULL, NULL, found_cb, f, NULL);
  while (!f->done)
    g_main_context_iteration (NULL, TRUE);
}

static HoistFound *
find (Fixture *f, const char *name)
{
  for (guint i = 0; i < f->found->len; i++)
    {
      HoistFound *found = g_ptr_array_index (f->found, i);
      if (g_strcmp0 (found->name, name) == 0)
        return found;
    }
  g_test_message ("%s was not found", name);
  g_test_fail ();
  return NULL;
}

static void
assert_refused (Fixture *f, const char *name, HoistError code)
{
  g_assert_error (find (f, name)->error, HOIST_ERROR, (int) code);
}

static void
test_keeps_structure (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_file (f, "shoot/a.txt", "a");
  g_autofree char *b = make_file (f, "shoot/day 1/b ü.txt", "bb");
  g_autofree char *c = make_file (f, "alone.txt", "");
  g_autofree char *folder = g_build_filename (f->folder, "shoot", NULL);

  walk (f, folder, c);
  g_assert_cmpuint (f->found->len, ==, 3);
  g_assert_cmpstr (find (f, "shoot/a.txt")->path, ==, a);
  g_assert_cmpstr (find (f, "shoot/day 1/b ü.txt")->path, ==, b);
  g_assert_cmpuint (find (f, "shoot/day 1/b ü.txt")->identity.size_bytes, ==, 2);
  g_assert_cmpstr (find (f, "alone.txt")->path, ==, c);
  g_assert_no_error (find (f, "alone.txt")->error);
}

/* Each of these is told with its own reason, and none keeps the good file out. */
static void
test_refuses_what_is_no_file (Fixture *f, gconstpointer data)
{
  g_autofree char *good = make_file (f, "in/good", "x");
  g_autofree char *folder = g_build_filename (f->folder, "in", NULL);
  g_autofree char *fifo = g_build_filename (folder, "fifo", NULL);
  g_autofree char *gone = g_build_filename (folder, "dangling", NULL);
  g_autofree char *socket_path = g_build_filename (folder, "socket", NULL);
  g_autofree char *bad_name = g_build_filename (folder, "bad-\xff", NULL);
  g_autofree char *device = g_build_filename (folder, "device", NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM, 0);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (symlink ("nowhere", gone), ==, 0);
  g_assert_cmpint (symlink ("/dev/null", device), ==, 0);
  g_strlcpy (address.sun_path, socket_path, sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  close (fd);
  g_assert_true (g_file_set_contents (bad_name, "x", 1, NULL));

  walk (f, folder, NULL);
  g_assert_cmpuint (f->found->len, ==, 6);
  g_assert_no_error (find (f, "in/good")->error);
  assert_refused (f, "in/fifo", HOIST_ERROR_FILE_UNSUITABLE);
  assert_refused (f, "in/socket", HOIST_ERROR_FILE_UNSUITABLE);
  assert_refused (f, "in/device", HOIST_ERROR_FILE_UNSUITABLE);
  assert_refused (f, "in/dangling", HOIST_ERROR_FILE_MISSING);
  assert_refused (f, NULL, HOIST_ERROR_FILE_UNSUITABLE);
}

static void
test_tells_of_missing_path (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "none", NULL);

  walk (f, path, NULL);
  assert_refused (f, "none", HOIST_ERROR_FILE_MISSING);
}

static void
test_ends_in_loops (Fixture *f, gconstpointer data)
{
  g_autofree char *file = make_file (f, "top/sub/file", "x");
  g_autofree char *loop = g_build_filename (f->folder, "top/sub/up", NULL);
  g_autofree char *folder = g_build_filename (f->folder, "top", NULL);

  g_assert_cmpint (symlink ("..", loop), ==, 0);
  walk (f, folder, NULL);
  g_assert_cmpuint (f->found->len, ==, 2);
  g_assert_no_error (find (f, "top/sub/file")->error);
  assert_refused (f, "top/sub/up", HOIST_ERROR_FILE_UNSUITABLE);
}

/* The same folder twice, side by side, is no loop. */
static void
test_follows_links (Fixture *f, gconstpointer data)
{
  g_autofree char *file = make_file (f, "top/real/file", "x");
  g_autofree char *link = g_build_filename (f->folder, "top/link", NULL);
  g_autofree char *folder = g_build_filename (f->folder, "top", NULL);

  g_assert_cmpint (symlink ("real", link), ==, 0);
  walk (f, folder, NULL);
  g_assert_no_error (find (f, "top/real/file")->error);
  g_assert_no_error (find (f, "top/link/file")->error);
}

static void
test_delivers_in_chunks (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (f->folder, "many", NULL);

  for (guint i = 0; i < 2500; i++)
    {
      g_autofree char *name = g_strdup_printf ("many/%04u", i);
      g_autofree char *path = make_file (f, name, "");
    }
  walk (f, folder, NULL);
  g_assert_cmpuint (f->found->len, ==, 2500);
  g_assert_cmpuint (f->chunks, >=, 4);
  for (guint i = 1; i < f->found->len; i++)
    g_assert_cmpstr (((HoistFound *) f->found->pdata[i - 1])->name, <,
                     ((HoistFound *) f->found->pdata[i])->name);
}

/* Walked again from where any file was found, it finds all that came after, and nothing else;
 * a slash sorts before all that a name can have in its place. */
static void
test_goes_on_from_anywhere (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "all/a/1",   "all/a/b/2",  "all/a-b",
                                       "all/a.txt", "all/ab/c/d", "all/z" };
  g_autofree char *folder = g_build_filename (f->folder, "all", NULL);
  g_autofree char *alone = make_file (f, "alone", "");
  const char *paths[] = { folder, alone, NULL };
  g_autoptr (GPtrArray) all = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_free (make_file (f, names[i], ""));
  walk (f, folder, alone);
  all = g_steal_pointer (&f->found);
  g_assert_cmpuint (all->len, ==, G_N_ELEMENTS (names) + 1);
  for (guint i = 0; i < all->len; i++)
    {
      const HoistFound *last = g_ptr_array_index (all, i);
      const HoistWalkStart start = { TRUE, last->root, last->path + last->below, NULL };
      g_autoptr (HoistMounts) mounts = hoist_mounts_new_fake ();

      g_clear_pointer (&f->found, g_ptr_array_unref);
      f->found = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_found_free);
      f->done = FALSE;
      hoist_walk (mounts, paths, &start, NULL, found_cb, f, NULL);
      while (!f->done)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (f->found->len, ==, all->len - i - 1);
      for (guint j = 0; j < f->found->len; j++)
        g_assert_cmpstr (((HoistFound *) g_ptr_array_index (f->found, j))->path, ==,
                         ((HoistFound *) g_ptr_array_index (all, i + 1 + j))->path);
    }
}

#define ADD(name, func) g_test_add ("/walker/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  /* Else other threads would call in the times between two turns of the loop. */
  g_main_context_acquire (NULL);
  ADD ("keeps-structure", test_keeps_structure);
  ADD ("refuses-what-is-no-file", test_refuses_what_is_no_file);
  ADD ("tells-of-missing-path", test_tells_of_missing_path);
  ADD ("ends-in-loops", test_ends_in_loops);
  ADD ("follows-links", test_follows_links);
  ADD ("delivers-in-chunks", test_delivers_in_chunks);
  ADD ("goes-on-from-anywhere", test_goes_on_from_anywhere);
  return g_test_run ();
}
