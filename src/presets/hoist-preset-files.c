/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where an administrator's destinations are (docs/destinations.md, «For everybody on a
 * computer»). */

#include "config.h"

#include "hoist-preset-files.h"

#include <string.h>

#define FILE_NAME "destinations.conf"
#define DROP_IN_FOLDER "destinations.conf.d"
#define KEY_UNLOCKED "unlocked"

/* More than one are never wanted, many are a mistake. */
#define MAX_FILES 100

/**
 * hoist_preset_files_get_folders:
 * @sandboxed: whether this is in a Flatpak
 *
 * Gets where the files of an administrator are looked for: `hoist` below the
 * system's configuration and below each of XDG_CONFIG_DIRS. In a Flatpak that is
 * the computer's own `/etc`, where it may be seen (`--filesystem=host-etc`).
 *
 * Returns: (transfer full): the folders, whether they are there or not
 */
GStrv
hoist_preset_files_get_folders (gboolean sandboxed)
{
  const char *const *dirs = g_get_system_config_dirs ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (sandboxed)
    g_strv_builder_add_many (builder, "/run/host/etc/hoist", "/run/host/etc/xdg/hoist", NULL);
  else
    g_strv_builder_add (builder, HOIST_SYSCONFDIR "/hoist");
  for (gsize i = 0; dirs[i] != NULL; i++)
    {
      g_autofree char *folder = g_build_filename (dirs[i], "hoist", NULL);

      if (g_path_is_absolute (folder) && !g_str_equal (folder, HOIST_SYSCONFDIR "/hoist"))
        g_strv_builder_add (builder, folder);
    }
  return g_strv_builder_end (builder);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_drop_ins (GStrvBuilder *builder, const char *folder)
{
  g_autofree char *path = g_build_filename (folder, DROP_IN_FOLDER, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && names->len < MAX_FILES && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".conf") && *name != '.')
      g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (names, i));
}

/**
 * hoist_preset_files_list:
 * @folders: where to look, in this order
 *
 * Lists the files that count, in their order. It blocks.
 *
 * Returns: (transfer full): their paths; a folder's first one may not be there
 */
GStrv
hoist_preset_files_list (const char *const *folders)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], FILE_NAME, NULL);

      g_strv_builder_add (builder, path);
      add_drop_ins (builder, folders[i]);
    }
  return g_strv_builder_end (builder);
}

/* The folder itself, or the nearest one above it that is there. */
static char *
find_nearest (const char *folder)
{
  g_autofree char *path = g_strdup (folder);

  while (!g_file_test (path, G_FILE_TEST_IS_DIR) && !g_str_equal (path, "/"))
    {
      char *parent = g_path_get_dirname (path);

      g_free (path);
      path = parent;
    }
  return g_steal_pointer (&path);
}

/**
 * hoist_preset_files_list_watched:
 * @folders: where an administrator's files are, absolute
 *
 * Finds out which folders have to be watched to notice that the files change, or
 * that there are some for the first time. A folder that is not there cannot be
 * watched; the nearest one above it can. It blocks.
 *
 * Returns: (transfer full): folders that are there, each once
 */
GStrv
hoist_preset_files_list_watched (const char *const *folders)
{
  g_autoptr (GHashTable) watched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer path;

  for (gsize i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *drop_ins = g_build_filename (folders[i], DROP_IN_FOLDER, NULL);

      g_hash_table_add (watched, find_nearest (folders[i]));
      if (g_file_test (drop_ins, G_FILE_TEST_IS_DIR))
        g_hash_table_add (watched, g_steal_pointer (&drop_ins));
    }
  g_hash_table_iter_init (&iter, watched);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    g_strv_builder_add (builder, path);
  return g_strv_builder_end (builder);
}

static gboolean
is_same_or_below (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  return g_str_equal (folder, "/") ||
         (strncmp (path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/'));
}

/**
 * hoist_preset_files_are_concerned:
 * @folders: where an administrator's files are
 * @path: what came, went or changed
 *
 * Finds out whether that can mean other files of an administrator: it is in one
 * of the folders, or one of them is in it.
 *
 * Returns: whether they have to be looked at again
 */
gboolean
hoist_preset_files_are_concerned (const char *const *folders, const char *path)
{
  for (gsize i = 0; folders[i] != NULL; i++)
    if (is_same_or_below (path, folders[i]) || is_same_or_below (folders[i], path))
      return TRUE;
  return FALSE;
}

/**
 * hoist_preset_file_is_free:
 * @key_file: what an administrator set up
 * @group: one of its groups
 * @key: a key
 *
 * Finds out whether a person may say something else: the key is not there, or
 * `unlocked` names it.
 *
 * Returns: whether it is free
 */
gboolean
hoist_preset_file_is_free (GKeyFile *key_file, const char *group, const char *key)
{
  g_auto (GStrv) names = g_key_file_get_string_list (key_file, group, KEY_UNLOCKED, NULL, NULL);

  return !g_key_file_has_key (key_file, group, key, NULL) ||
         (names != NULL && g_strv_contains ((const char *const *) names, key));
}
