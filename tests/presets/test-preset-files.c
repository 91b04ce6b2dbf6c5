/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "hoist-preset-files.h"
#include "hoist-preset-watch.h"
#include "remove-tree.h"

typedef struct
{
  char *folder; /* (owned) */
  GStrv wanted; /* (owned) FOLDER/etc/hoist and FOLDER/etc/xdg/hoist */
  guint n_changes;
} Fixture;

static char *
path_of (Fixture *f, const char *name)
{
  return g_build_filename (f->folder, name, NULL);
}

static void
make_folder (Fixture *f, const char *name)
{
  g_autofree char *path = path_of (f, name);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
}

static void
put (Fixture *f, const char *name)
{
  g_autofree char *path = path_of (f, name);

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
}

static void
take (Fixture *f, const char *name)
{
  g_autofree char *path = path_of (f, name);

  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("hoist-presets-XXXXXX", NULL);
  f->wanted = g_new0 (char *, 3);
  f->wanted[0] = path_of (f, "etc/hoist");
  f->wanted[1] = path_of (f, "etc/xdg/hoist");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_tree (f->folder);
  g_free (f->folder);
  g_strfreev (f->wanted);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Below the folder of the test, with a blank behind each. */
static char *
describe (Fixture *f, GStrv paths)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; paths[i] != NULL; i++)
    {
      g_assert_true (g_str_has_prefix (paths[i], f->folder));
      g_string_append_printf (text, "%s ", paths[i] + strlen (f->folder));
    }
  return g_string_free (text, FALSE);
}

static void
assert_watched (Fixture *f, const char *expected)
{
  g_auto (GStrv) watched = hoist_preset_files_list_watched ((const char *const *) f->wanted);
  g_autofree char *description = NULL;

  qsort (watched, g_strv_length (watched), sizeof (char *), compare);
  description = describe (f, watched);
  g_assert_cmpstr (description, ==, expected);
}

static void
test_order (Fixture *f, gconstpointer data)
{
  g_auto (GStrv) paths = NULL;
  g_autofree char *description = NULL;

  make_folder (f, "etc/hoist/destinations.conf.d");
  put (f, "etc/hoist/destinations.conf.d/20-b.conf");
  put (f, "etc/hoist/destinations.conf.d/10-a.conf");
  put (f, "etc/hoist/destinations.conf.d/.hidden.conf");
  put (f, "etc/hoist/destinations.conf.d/10-a.conf~");
  paths = hoist_preset_files_list ((const char *const *) f->wanted);
  description = describe (f, paths);
  g_assert_cmpstr (description, ==,
                   "/etc/hoist/destinations.conf /etc/hoist/destinations.conf.d/10-a.conf "
                   "/etc/hoist/destinations.conf.d/20-b.conf /etc/xdg/hoist/destinations.conf ");
}

/* Whatever is there: what has to come next to make a difference comes into one of these. */
static void
test_watched (Fixture *f, gconstpointer data)
{
  assert_watched (f, " ");
  make_folder (f, "etc");
  assert_watched (f, "/etc ");
  make_folder (f, "etc/xdg");
  assert_watched (f, "/etc /etc/xdg ");
  make_folder (f, "etc/hoist/destinations.conf.d");
  assert_watched (f, "/etc/hoist /etc/hoist/destinations.conf.d /etc/xdg ");
}

static void
test_concerned (void)
{
  const char *const folders[] = { "/etc/hoist", "/srv/hoist", NULL };
  const char *const yes[] = { "/", "/etc", "/etc/hoist", "/etc/hoist/destinations.conf",
                              "/srv/hoist/destinations.conf.d/a.conf" };
  const char *const no[] = { "/etc/passwd", "/etc/hoist2", "/etc/hois", "/var", "/srv/x/hoist" };

  for (gsize i = 0; i < G_N_ELEMENTS (yes); i++)
    {
      g_assert_true (hoist_preset_files_are_concerned (folders, yes[i]));
      g_assert_false (hoist_preset_files_are_concerned (folders, no[i]));
    }
}

static void
test_free (void)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_set_string (file, "destination a", "name", "A");
  g_key_file_set_string (file, "destination a", "url", "https://example.org");
  g_key_file_set_string (file, "destination a", "unlocked", "name;colour;");
  g_assert_true (hoist_preset_file_is_free (file, "destination a", "name"));
  g_assert_true (hoist_preset_file_is_free (file, "destination a", "colour"));
  g_assert_true (hoist_preset_file_is_free (file, "destination a", "files"));
  g_assert_false (hoist_preset_file_is_free (file, "destination a", "url"));
  g_assert_false (hoist_preset_file_is_free (file, "destination a", "unlocked"));
}

static void
changed_cb (gpointer user_data)
{
  ((Fixture *) user_data)->n_changes++;
}

static gboolean
follow (Fixture *f, HoistPresetWatch *watch)
{
  g_auto (GStrv) watched = hoist_preset_files_list_watched ((const char *const *) f->wanted);

  return hoist_preset_watch_follow (watch, (const char *const *) watched);
}

static void
wait_for_a_change (Fixture *f)
{
  while (f->n_changes == 0)
    g_main_context_iteration (NULL, TRUE);
  f->n_changes = 0;
}

/* From nothing at all to a file, and back; what is none of its business is not told. */
static void
test_watch (Fixture *f, gconstpointer data)
{
  HoistPresetWatch *watch = hoist_preset_watch_new ((const char *const *) f->wanted, changed_cb, f);

  g_assert_true (follow (f, watch));
  g_assert_false (follow (f, watch));
  put (f, "other");
  make_folder (f, "etc");
  wait_for_a_change (f);
  g_assert_true (follow (f, watch));
  make_folder (f, "etc/hoist");
  wait_for_a_change (f);
  g_assert_true (follow (f, watch));
  put (f, "etc/hoist/destinations.conf");
  wait_for_a_change (f);
  g_assert_false (follow (f, watch));
  take (f, "etc/hoist/destinations.conf");
  wait_for_a_change (f);
  take (f, "etc/hoist");
  wait_for_a_change (f);
  g_assert_false (follow (f, watch));
  take (f, "etc");
  wait_for_a_change (f);
  g_assert_true (follow (f, watch));
  hoist_preset_watch_free (watch);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/preset-files/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/preset-files/watched", Fixture, NULL, set_up, test_watched, tear_down);
  g_test_add_func ("/preset-files/concerned", test_concerned);
  g_test_add_func ("/preset-files/free", test_free);
  g_test_add ("/preset-files/watch", Fixture, NULL, set_up, test_watch, tear_down);
  return g_test_run ();
}
