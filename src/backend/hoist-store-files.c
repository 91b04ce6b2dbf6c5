/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/**
 * hoist_store_new_name:
 *
 * Makes a name that no file has yet. Names made later sort behind those made
 * earlier, so that uploads of one key are listed in the order in which they
 * were begun, as S3 does.
 *
 * Returns: (transfer full): 32 lower-case hexadecimal digits
 */
char *
hoist_store_new_name (void)
{
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x%08x%08x", g_get_real_time (), g_random_int (),
                          g_random_int ());
}

/**
 * hoist_store_open_folder:
 * @at_fd: a folder
 * @name: one component: the name of a folder in it
 *
 * Opens a folder. A symbolic link is none.
 *
 * Returns: a new descriptor, or -1 with `errno` set
 */
int
hoist_store_open_folder (int at_fd, const char *name)
{
  return openat (at_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/**
 * hoist_store_make_folder:
 * @at_fd: a folder
 * @name: one component
 * @mode: permissions, which the process's mask still takes from
 *
 * Opens a folder, and makes it if it is not there. A symbolic link is none.
 *
 * Returns: a new descriptor, or -1 with `errno` set
 */
int
hoist_store_make_folder (int at_fd, const char *name, mode_t mode)
{
  if (mkdirat (at_fd, name, mode) != 0 && errno != EEXIST)
    return -1;
  return hoist_store_open_folder (at_fd, name);
}

/**
 * hoist_store_list_names:
 * @at_fd: a folder
 * @folder: the name of a folder in it, or "." for itself
 *
 * Lists what is in a folder, but for «.» and «..».
 *
 * Returns: (transfer full) (nullable) (element-type filename): the names, in
 *   no order; null with `errno` set
 */
GPtrArray *
hoist_store_list_names (int at_fd, const char *folder)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  int fd = hoist_store_open_folder (at_fd, folder);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;

  if (dir == NULL)
    {
      int saved_errno = errno;

      if (fd >= 0)
        g_close (fd, NULL);
      errno = saved_errno;
      return NULL;
    }
  for (struct dirent *entry = readdir (dir); entry != NULL; entry = readdir (dir))
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      g_ptr_array_add (names, g_strdup (entry->d_name));
  closedir (dir);
  return g_steal_pointer (&names);
}

/**
 * hoist_store_remove_all:
 * @at_fd: a folder
 * @name: the name of a file or folder in it
 *
 * Removes a file, or a folder with all that is in it. Follows no link.
 *
 * Returns: 0, or the first `errno` value; that nothing is there is no error
 */
int
hoist_store_remove_all (int at_fd, const char *name)
{
  g_autoptr (GPtrArray) names = NULL;
  g_auto (HoistStoreFd) fd = -1;
  int first = 0;

  if (unlinkat (at_fd, name, 0) == 0 || errno == ENOENT)
    return 0;
  if (errno != EISDIR && errno != EPERM)
    return errno;
  fd = hoist_store_open_folder (at_fd, name);
  names = fd >= 0 ? hoist_store_list_names (fd, ".") : NULL;
  if (names == NULL)
    return errno;
  for (guint i = 0; i < names->len; i++)
    {
      int result = hoist_store_remove_all (fd, g_ptr_array_index (names, i));

      first = first != 0 ? first : result;
    }
  if (unlinkat (at_fd, name, AT_REMOVEDIR) != 0 && first == 0 && errno != ENOENT)
    first = errno;
  return first;
}

/**
 * hoist_store_write_file:
 * @at_fd: a folder
 * @name: the name of a file in it that is not there yet
 * @data: what it shall hold
 * @length: length of @data in bytes
 *
 * Writes a small file and waits until it is on the disk.
 *
 * Returns: 0, or an `errno` value
 */
int
hoist_store_write_file (int at_fd, const char *name, const char *data, gsize length)
{
  g_auto (HoistStoreFd) fd =
    openat (at_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    return errno;
  while (length > 0)
    {
      gssize written = write (fd, data, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return written < 0 ? errno : EIO;
      data += written;
      length -= (gsize) written;
    }
  return fsync (fd) == 0 ? 0 : errno;
}

/**
 * hoist_store_read_file:
 * @at_fd: a folder
 * @name: the name of a file in it
 * @max_bytes: how long it may be
 *
 * Reads a small file whole.
 *
 * Returns: (transfer full) (nullable): what is in it; null with `errno` set,
 *   to `EFBIG` where it is longer
 */
GBytes *
hoist_store_read_file (int at_fd, const char *name, gsize max_bytes)
{
  g_auto (HoistStoreFd) fd = openat (at_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autofree char *data = NULL;
  gsize length = 0;

  if (fd < 0)
    return NULL;
  data = g_malloc (max_bytes + 1);
  while (length <= max_bytes)
    {
      gssize got = read (fd, data + length, max_bytes + 1 - length);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return NULL;
      if (got == 0)
        return g_bytes_new (data, length);
      length += (gsize) got;
    }
  errno = EFBIG;
  return NULL;
}
