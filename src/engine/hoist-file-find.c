/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a file went that is not where it was, as far as that costs next to
 * nothing: the system knows where an open file is, and a renamed one is mostly
 * in its old folder still. Everything else a person has to say. */

#include "hoist-file-find.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Entries of a folder that are looked at. */
#define MAX_ENTRIES 100000

static gboolean
is_same_inode (HoistFile *file, const HoistFileIdentity *identity)
{
  return file->identity.inode == identity->inode &&
         file->identity.size_bytes == identity->size_bytes &&
         file->identity.mtime_ns == identity->mtime_ns;
}

static HoistFile *
open_if_same (const char *path, const HoistFileIdentity *identity)
{
  g_autoptr (HoistFile) file = hoist_file_open (path, NULL);

  return file != NULL && is_same_inode (file, identity) ? g_steal_pointer (&file) : NULL;
}

/* An open file has a name that follows it, unless it was deleted. */
static HoistFile *
find_by_descriptor (HoistFile *kept, char **moved_path)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", kept->fd);
  g_autofree char *path = g_file_read_link (link, NULL);
  HoistFileIdentity identity = kept->identity;
  HoistFile *file;

  if (path == NULL || path[0] != '/')
    return NULL;
  file = open_if_same (path, &identity);
  if (file != NULL)
    *moved_path = g_steal_pointer (&path);
  return file;
}

static HoistFile *
find_in_folder (const char *old_path, const HoistFileIdentity *identity, char **moved_path)
{
  g_autofree char *folder = g_path_get_dirname (old_path);
  DIR *dir = opendir (folder);
  const struct dirent *entry;
  HoistFile *file = NULL;

  if (dir == NULL)
    return NULL;
  for (guint i = 0; file == NULL && i < MAX_ENTRIES && (entry = readdir (dir)) != NULL; i++)
    {
      g_autofree char *path = NULL;

      if (entry->d_ino != identity->inode)
        continue;
      path = g_build_filename (folder, entry->d_name, NULL);
      file = open_if_same (path, identity);
      if (file != NULL)
        *moved_path = g_steal_pointer (&path);
    }
  closedir (dir);
  return file;
}

/**
 * hoist_file_find_moved:
 * @path: where a file was
 * @identity: what it was
 * @kept: (nullable): the file, still open from before
 * @moved_path: (out) (nullable) (transfer full): where it is now; %NULL if it has
 *   no name any more
 *
 * Looks for a file that is not where it was: by the open descriptor, then in its
 * old folder, by inode, size and time of the last write. One that was deleted
 * can still be read through @kept. May block: runs on a worker.
 *
 * Returns: (transfer full) (nullable): the file, open; its contents are still to
 *   be compared
 */
HoistFile *
hoist_file_find_moved (const char *path,
                       const HoistFileIdentity *identity,
                       HoistFile *kept,
                       char **moved_path)
{
  HoistFile *file = NULL;

  *moved_path = NULL;
  if (kept != NULL)
    file = find_by_descriptor (kept, moved_path);
  if (file == NULL)
    file = find_in_folder (path, identity, moved_path);
  if (file == NULL && kept != NULL && hoist_file_is_deleted (kept))
    {
      g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", kept->fd);

      file = hoist_file_open (link, NULL);
    }
  if (file != NULL)
    {
      g_free (file->display_name);
      file->display_name = g_filename_display_basename (*moved_path != NULL ? *moved_path : path);
    }
  return file;
}
