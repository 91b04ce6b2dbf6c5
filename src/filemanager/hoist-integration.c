/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-integration.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "hoist-entry.h"
#include "hoist-nautilus-extension.h"
#include "hoist-uca.h"

/* Our mark is within so many bytes. */
#define MARK_BYTES 200
#define MAX_UCA_BYTES (4 << 20)

static void
change_free (HoistChange *change)
{
  g_free (change->path);
  g_free (change);
}

static GPtrArray *
new_changes (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) change_free);
}

static void
note (GPtrArray *changes, const char *path, int kind)
{
  HoistChange *change = g_new0 (HoistChange, 1);

  change->path = g_strdup (path);
  change->kind = kind;
  g_ptr_array_add (changes, change);
}

/* --- Files ------------------------------------------------------------------------------------ */

/* The text of a file, or nothing without an error where there is none. */
static gboolean
read_file (const char *path, char **text, GError **error)
{
  g_autoptr (GError) read_error = NULL;
  GStatBuf status;

  *text = NULL;
  if (g_stat (path, &status) == 0 && (!S_ISREG (status.st_mode) || status.st_size > MAX_UCA_BYTES))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   /* Translators: %s is a path. */
                   _ ("%s is something else than expected; it was left alone."), path);
      return FALSE;
    }
  if (g_file_get_contents (path, text, NULL, &read_error) ||
      g_error_matches (read_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&read_error));
  return FALSE;
}

/* Replaces a file at once; a symbolic link stays one, and a mode too. */
static gboolean
write_file (const char *path, const char *text, int usual_mode, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  char *real_path = realpath (path, NULL);
  g_autofree char *target = g_strdup (real_path != NULL ? real_path : path);
  GStatBuf status;
  int mode = g_stat (target, &status) == 0 ? (int) (status.st_mode & 0777) : usual_mode;

  free (real_path);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", folder,
                   g_strerror (errno));
      return FALSE;
    }
  /* What is written over is ours, or has its mode for a reason. */
  if ((usual_mode & 0100) != 0)
    mode |= 0100;
  return g_file_set_contents_full (target, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, mode, error) &&
         g_chmod (target, (mode_t) mode) == 0;
}

static gboolean
is_ours (const char *path)
{
  g_autofree char *text = NULL;

  if (!read_file (path, &text, NULL) || text == NULL)
    return FALSE;
  return g_strstr_len (text, MARK_BYTES, HOIST_ENTRY_MARK) != NULL;
}

/* --- What we wrote ---------------------------------------------------------------------------- */

/* Our files in a folder, and in the folders in it: a submenu of scripts is one. */
static void
find_ours (const char *folder, gboolean with_subfolders, GPtrArray *paths)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (with_subfolders && g_file_test (path, G_FILE_TEST_IS_DIR) &&
          !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        find_ours (path, FALSE, paths);
      else if (is_ours (path))
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
}

static gboolean
remove_file (const char *path, const char *folder, GPtrArray *changes, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);

  if (g_remove (path) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  note (changes, path, HOIST_CHANGE_REMOVED);
  /* A submenu of our scripts; it stays when there is something else in it. */
  if (!g_str_equal (parent, folder))
    g_rmdir (parent);
  return TRUE;
}

static gboolean
is_wanted (const char *path, GPtrArray *entries)
{
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    if (g_str_equal (((HoistEntry *) g_ptr_array_index (entries, i))->path, path))
      return TRUE;
  return FALSE;
}

/* Removes what we wrote, other than what is wanted now. */
static gboolean
remove_others (const char *folder, GPtrArray *entries, GPtrArray *changes, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  find_ours (folder, TRUE, paths);
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);

      if (!is_wanted (path, entries) && !remove_file (path, folder, changes, error))
        return FALSE;
    }
  return TRUE;
}

/* Nautilus has two places for what a person added. */
static char *
get_other_folder (const HoistPlaces *places, HoistFileManager manager)
{
  return manager == HOIST_FILE_MANAGER_NAUTILUS ? hoist_nautilus_extension_get_folder (places)
                                                : NULL;
}

/* Removes what is ours there, and what Python made of it. In a sandbox it may be seen and yet
 * not be ours to remove. */
static gboolean
remove_from (const HoistPlaces *places, const char *folder, GPtrArray *changes, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  find_ours (folder, TRUE, paths);
  if (paths->len == 0)
    return TRUE;
  if (!hoist_places_check_writable (places, folder, error) ||
      !remove_others (folder, NULL, changes, error))
    return FALSE;
  hoist_nautilus_extension_remove_traces (places);
  return TRUE;
}

/* All that is ours, in both places. */
static gboolean
remove_all (const HoistPlaces *places,
            HoistFileManager manager,
            const char *folder,
            GPtrArray *changes,
            GError **error)
{
  g_autofree char *other = get_other_folder (places, manager);

  return remove_from (places, folder, changes, error) &&
         (other == NULL || remove_from (places, other, changes, error));
}

static gboolean
write_entry (const HoistEntry *entry, GPtrArray *changes, GError **error)
{
  g_autofree char *there = NULL;

  if (!read_file (entry->path, &there, error))
    return FALSE;
  if (g_strcmp0 (there, entry->text) == 0)
    {
      note (changes, entry->path, HOIST_CHANGE_SAME);
      return TRUE;
    }
  if (there != NULL && !is_ours (entry->path))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   /* Translators: %s is a path. */
                   _ ("%s is there already and was not written by Hoist; it was left alone."),
                      entry->path);
      return FALSE;
    }
  if (!write_file (entry->path, entry->text, entry->executable ? 0755 : 0644, error))
    return FALSE;
  note (changes, entry->path, HOIST_CHANGE_WRITTEN);
  return TRUE;
}

static gboolean
write_entries (GPtrArray *entries, const char *folder, GPtrArray *changes, GError **error)
{
  if (!remove_others (folder, entries, changes, error))
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    if (!write_entry (g_ptr_array_index (entries, i), changes, error))
      return FALSE;
  return TRUE;
}

/* --- Nautilus --------------------------------------------------------------------------------- */

/* One way or the other: a second entry would only confuse. */
static gboolean
install_in_nautilus (const HoistPlaces *places,
                     const char *scripts,
                     GPtrArray *destinations,
                     GPtrArray *changes,
                     GError **error)
{
  g_autofree char *extensions = hoist_nautilus_extension_get_folder (places);
  g_autoptr (GPtrArray) entries = NULL;
  gboolean use_extension;

  if (!hoist_nautilus_extension_choose (places, scripts, &use_extension, error))
    return FALSE;
  if (!remove_from (places, use_extension ? scripts : extensions, changes, error))
    return FALSE;
  entries = use_extension ? hoist_nautilus_extension_make (places)
                          : hoist_entries_make (places, HOIST_FILE_MANAGER_NAUTILUS, destinations);
  return write_entries (entries, use_extension ? extensions : scripts, changes, error);
}

/* --- Thunar ----------------------------------------------------------------------------------- */

static char *
get_uca_path (const HoistPlaces *places)
{
  g_autofree char *folder = hoist_entries_get_folder (places, HOIST_FILE_MANAGER_THUNAR);

  return g_build_filename (folder, "uca.xml", NULL);
}

/* What Thunar uses until the person has a file: it has an action or two of its own. */
static char *
read_system_uca (const HoistPlaces *places)
{
  for (gsize i = 0; places->system_config_folders[i] != NULL; i++)
    {
      g_autofree char *path =
        g_build_filename (places->system_config_folders[i], "Thunar", "uca.xml", NULL);
      char *text;

      if (read_file (path, &text, NULL) && text != NULL)
        return text;
    }
  return NULL;
}

static gboolean
install_uca (const HoistPlaces *places, GPtrArray *destinations, GPtrArray *changes, GError **error)
{
  g_autofree char *path = get_uca_path (places);
  g_autofree char *there = NULL;
  g_autofree char *base = NULL;
  g_autofree char *merged = NULL;
  g_autoptr (GPtrArray) actions = NULL;

  if (!read_file (path, &there, error))
    return FALSE;
  base = there != NULL ? g_strdup (there) : read_system_uca (places);
  if (base == NULL && places->sandboxed)
    {
      /* A file of ours alone would take Thunar's own actions away. */
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   /* Translators: %s is a path. */
                   _ ("There is no %s yet. In Thunar open “Configure custom actions…” and close "
                      "it with a change, or let Hoist see Thunar's own actions: "
                      "flatpak override --user --filesystem=host-etc:ro %s"),
                      path, HOIST_APP_ID);
      return FALSE;
    }
  actions =
    hoist_entries_make_uca (places, destinations, base != NULL && hoist_uca_has_submenus (base));
  merged = hoist_uca_merge (base, actions, error);
  if (merged == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  if (g_strcmp0 (there, merged) == 0)
    {
      note (changes, path, HOIST_CHANGE_SAME);
      return TRUE;
    }
  if (!write_file (path, merged, 0600, error))
    return FALSE;
  note (changes, path, HOIST_CHANGE_WRITTEN);
  return TRUE;
}

static gboolean
remove_uca (const HoistPlaces *places, GPtrArray *changes, GError **error)
{
  g_autofree char *path = get_uca_path (places);
  g_autofree char *there = NULL;
  g_autofree char *rest = NULL;
  g_autofree char *system_text = NULL;
  gboolean had_any = FALSE;

  if (!read_file (path, &there, error))
    return FALSE;
  if (there == NULL)
    return TRUE;
  rest = hoist_uca_remove (there, &had_any, error);
  if (rest == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  if (!had_any)
    return TRUE;
  system_text = read_system_uca (places);
  /* Only there because of us. */
  if (hoist_uca_is_empty (rest) || g_strcmp0 (rest, system_text) == 0)
    {
      if (g_remove (path) != 0)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path,
                       g_strerror (errno));
          return FALSE;
        }
    }
  else if (!write_file (path, rest, 0600, error))
    return FALSE;
  note (changes, path, HOIST_CHANGE_REMOVED);
  return TRUE;
}

static gboolean
has_uca (const HoistPlaces *places)
{
  g_autofree char *path = get_uca_path (places);
  g_autofree char *there = NULL;
  g_autofree char *rest = NULL;
  gboolean had_any = FALSE;

  if (!read_file (path, &there, NULL) || there == NULL)
    return FALSE;
  rest = hoist_uca_remove (there, &had_any, NULL);
  return had_any;
}

/* --- All -------------------------------------------------------------------------------------- */

/**
 * hoist_integration_get_state:
 * @places: where we are
 * @manager: a file manager
 *
 * Finds out what a file manager has of ours. It reads files.
 *
 * Returns: what there is
 */
HoistIntegrationState
hoist_integration_get_state (const HoistPlaces *places, HoistFileManager manager)
{
  g_autofree char *folder = hoist_entries_get_folder (places, manager);
  g_autofree char *other = get_other_folder (places, manager);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (hoist_places_has_module (places, manager))
    return HOIST_INTEGRATION_MODULE;
  if (manager == HOIST_FILE_MANAGER_THUNAR)
    return has_uca (places) ? HOIST_INTEGRATION_WRITTEN : HOIST_INTEGRATION_NONE;
  find_ours (folder, TRUE, paths);
  if (other != NULL)
    find_ours (other, FALSE, paths);
  return paths->len > 0 ? HOIST_INTEGRATION_WRITTEN : HOIST_INTEGRATION_NONE;
}

/**
 * hoist_integration_install:
 * @places: where we are
 * @manager: a file manager
 * @destinations: (element-type HoistMenuDestination): what there is to choose
 * @error: (out) (optional): why it could not be done
 *
 * Puts «Upload to S3» into a file manager of this person. Doing it again brings
 * it up to date. Files that are not ours are never written over.
 *
 * Errors: of GIO and of files.
 *
 * Returns: (transfer full) (element-type HoistChange) (nullable): what was done
 */
GPtrArray *
hoist_integration_install (const HoistPlaces *places,
                           HoistFileManager manager,
                           GPtrArray *destinations,
                           GError **error)
{
  g_autofree char *folder = hoist_entries_get_folder (places, manager);
  g_autoptr (GPtrArray) changes = new_changes ();
  g_autoptr (GPtrArray) entries = NULL;

  if (manager == HOIST_FILE_MANAGER_NAUTILUS)
    return install_in_nautilus (places, folder, destinations, changes, error)
             ? g_steal_pointer (&changes)
             : NULL;
  if (!hoist_places_check_writable (places, folder, error))
    return NULL;
  if (manager == HOIST_FILE_MANAGER_THUNAR)
    return install_uca (places, destinations, changes, error) ? g_steal_pointer (&changes) : NULL;
  entries = hoist_entries_make (places, manager, destinations);
  return write_entries (entries, folder, changes, error) ? g_steal_pointer (&changes) : NULL;
}

/**
 * hoist_integration_remove:
 * @places: where we are
 * @manager: a file manager
 * @error: (out) (optional): why it could not be done
 *
 * Takes out what hoist_integration_install() put in, and nothing else.
 *
 * Errors: of GIO and of files.
 *
 * Returns: (transfer full) (element-type HoistChange) (nullable): what was done
 */
GPtrArray *
hoist_integration_remove (const HoistPlaces *places, HoistFileManager manager, GError **error)
{
  g_autofree char *folder = hoist_entries_get_folder (places, manager);
  g_autoptr (GPtrArray) changes = new_changes ();
  gboolean done;

  if (manager == HOIST_FILE_MANAGER_THUNAR)
    done = remove_uca (places, changes, error);
  else
    done = remove_all (places, manager, folder, changes, error);
  return done ? g_steal_pointer (&changes) : NULL;
}
