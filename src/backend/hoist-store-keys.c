/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-keys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-s3-uri.h"
#include "hoist-store-faults.h"
#include "hoist-store-files.h"

static const char *
find_bad_component (const char *key)
{
  g_auto (GStrv) components = g_strsplit (key, "/", -1);

  if (*key == '\0')
    return "it is empty";
  for (guint i = 0; components[i] != NULL; i++)
    {
      if (*components[i] == '\0')
        return "it begins or ends with «/», or has «//» in it";
      if (strcmp (components[i], ".") == 0 || strcmp (components[i], "..") == 0)
        return "«.» and «..» name no file";
      if (strlen (components[i]) > HOIST_STORE_MAX_COMPONENT_BYTES)
        return "a name between two «/» has more than 255 bytes";
    }
  return NULL;
}

/**
 * hoist_store_key_check:
 * @key: a key
 *
 * Tells whether a key can be the name of a file. S3 itself takes more: keys
 * that end in «/», for one. Control characters are refused because XML 1.0
 * cannot list them.
 *
 * Returns: (transfer full) (nullable): the reason why not; null: it can be
 */
HoistS3Fault *
hoist_store_key_check (const char *key)
{
  const char *reason = NULL;
  g_autofree char *message = NULL;

  if (strlen (key) > HOIST_S3_MAX_KEY_BYTES)
    return hoist_s3_fault_new ("KeyTooLongError", "Your key is too long: at most 1024 bytes");
  if (!g_utf8_validate (key, -1, NULL))
    reason = "it is not UTF-8";
  for (const char *at = key; *at != '\0' && reason == NULL; at++)
    if (g_ascii_iscntrl (*at))
      reason = "it has a control character in it";
  if (reason == NULL)
    reason = find_bad_component (key);
  if (reason == NULL)
    return NULL;
  message =
    g_strdup_printf ("This store keeps objects as files and cannot take the key: %s", reason);
  return hoist_s3_fault_new ("InvalidArgument", message);
}

/* Returns: a descriptor of the folder that holds the key's file, or -1 with errno. */
static int
open_parent (HoistStoreTree *tree, const char *key, gboolean create, const char **leaf)
{
  g_auto (HoistStoreFd) fd = fcntl (tree->bucket_fd, F_DUPFD_CLOEXEC, 3);
  const char *slash;

  for (*leaf = key; fd >= 0 && (slash = strchr (*leaf, '/')) != NULL; *leaf = slash + 1)
    {
      g_autofree char *name = g_strndup (*leaf, (gsize) (slash - *leaf));
      g_auto (HoistStoreFd) outer = hoist_store_fd_steal (&fd);

      fd = hoist_store_open_folder (outer, name);
      if (fd < 0 && errno == ENOENT && create)
        fd = hoist_store_make_folder (outer, name, 0777);
    }
  return hoist_store_fd_steal (&fd);
}

static HoistS3Fault *
new_conflict (void)
{
  return hoist_s3_fault_new ("InvalidArgument",
                             "This store keeps objects as files and cannot take the key: a part "
                             "of it is an object already, or it is the folder of other objects");
}

/* A key under which there is nothing, and could be nothing. */
static gboolean
is_absent (int errno_value)
{
  return errno_value == ENOENT || errno_value == ENOTDIR || errno_value == ELOOP ||
         errno_value == ENAMETOOLONG || errno_value == EISDIR;
}

/**
 * hoist_store_key_check_room:
 * @tree: a tree
 * @key: a key
 *
 * Tells whether an object can be placed under a key as things are now: early,
 * so that nobody sends 5 GiB in vain. hoist_store_key_place() decides.
 *
 * Returns: (transfer full) (nullable): the reason why not; null: it can be
 */
HoistS3Fault *
hoist_store_key_check_room (HoistStoreTree *tree, const char *key)
{
  HoistS3Fault *fault = hoist_store_key_check (key);
  g_auto (HoistStoreFd) parent = -1;
  const char *leaf;
  struct stat info;

  if (fault != NULL)
    return fault;
  parent = open_parent (tree, key, FALSE, &leaf);
  if (parent < 0 && errno != ENOENT)
    return is_absent (errno) ? new_conflict ()
                             : hoist_store_fault_from_errno (errno, "Opening the object's folder");
  if (parent >= 0 && fstatat (parent, leaf, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISDIR (info.st_mode))
    return new_conflict ();
  return NULL;
}

/**
 * hoist_store_key_open:
 * @tree: a tree
 * @key: a key
 *
 * Opens an object's file for reading.
 *
 * Returns: a new descriptor; -1 with `errno` set, to `ENOENT` where there is no
 *   such object
 */
int
hoist_store_key_open (HoistStoreTree *tree, const char *key)
{
  g_autoptr (HoistS3Fault) fault = hoist_store_key_check (key);
  g_auto (HoistStoreFd) parent = -1;
  g_auto (HoistStoreFd) fd = -1;
  const char *leaf;
  struct stat info;

  if (fault == NULL)
    parent = open_parent (tree, key, FALSE, &leaf);
  else
    errno = ENOENT;
  /* Not blocking: opening a FIFO would wait for its other end. */
  if (parent >= 0)
    fd = openat (parent, leaf, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &info) != 0)
    {
      errno = is_absent (errno) || errno == ENXIO ? ENOENT : errno;
      return -1;
    }
  if (S_ISREG (info.st_mode))
    return hoist_store_fd_steal (&fd);
  errno = ENOENT;
  return -1;
}

/**
 * hoist_store_key_open_folder:
 * @tree: a tree
 * @path: the beginning of keys: empty, or ending in «/»
 *
 * Opens the folder that keys with this beginning are in.
 *
 * Returns: a new descriptor, or -1 with `errno` set
 */
int
hoist_store_key_open_folder (HoistStoreTree *tree, const char *path)
{
  const char *leaf;
  /* A copy would share its position with other readers. */
  g_auto (HoistStoreFd) fd = open_parent (tree, path, FALSE, &leaf);

  return fd >= 0 ? hoist_store_open_folder (fd, ".") : -1;
}

/* Makes the names on the way to a key as lasting as the object: one folder is enough unless some
 * of them are new, which is cheap to do again when in doubt. */
static int
sync_way (HoistStoreTree *tree, const char *key, gboolean whole)
{
  g_autofree char *way = g_strdup (key);

  for (;;)
    {
      const char *leaf;
      char *slash = strrchr (way, '/');
      g_auto (HoistStoreFd) fd = open_parent (tree, way, FALSE, &leaf);

      /* A folder that went meanwhile needs no name. */
      if (fd >= 0 && fsync (fd) != 0)
        return errno;
      if (slash == NULL || !whole)
        return 0;
      *slash = '\0';
    }
}

/* Returns: 0, EEXIST where exclusive and there is one, or another errno value. */
static int
place_locked (HoistStoreTree *tree,
              int at_fd,
              const char *name,
              const char *key,
              gboolean exclusive,
              gboolean *is_new_way,
              int *replaced_fd)
{
  g_auto (HoistStoreFd) parent = -1;
  const char *leaf;
  struct stat info;

  parent = open_parent (tree, key, FALSE, &leaf);
  *is_new_way = parent < 0 && errno == ENOENT;
  if (*is_new_way)
    parent = open_parent (tree, key, TRUE, &leaf);
  if (parent < 0)
    return errno;
  if (fstatat (parent, leaf, &info, AT_SYMLINK_NOFOLLOW) == 0)
    {
      if (S_ISDIR (info.st_mode))
        return EISDIR;
      if (exclusive)
        return EEXIST;
      /* Keeps the old one's blocks until the lock is given back: freeing many takes long. */
      if (S_ISREG (info.st_mode))
        *replaced_fd = openat (parent, leaf, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    }
  return renameat (at_fd, name, parent, leaf) == 0 ? 0 : errno;
}

/**
 * hoist_store_key_place:
 * @tree: a tree
 * @at_fd: a folder below `.hoist`
 * @name: a finished file in it that is on the disk already
 * @key: the key under which it shall be found
 * @exclusive: whether an object that is there already is an error
 *
 * Gives a file its name, at once and lastingly: before, the old object is
 * there, or none; after, the new one. Blocks until the name is on the disk.
 *
 * Returns: (transfer full) (nullable): `PreconditionFailed` with @exclusive,
 *   `InvalidArgument` where a file or folder is in the way, or a failure; null:
 *   it is done
 */
HoistS3Fault *
hoist_store_key_place (HoistStoreTree *tree,
                       int at_fd,
                       const char *name,
                       const char *key,
                       gboolean exclusive)
{
  HoistS3Fault *fault = hoist_store_key_check (key);
  g_auto (HoistStoreFd) replaced_fd = -1;
  gboolean is_new_way = FALSE;
  int result;

  if (fault != NULL)
    return fault;
  g_mutex_lock (&tree->names);
  result = place_locked (tree, at_fd, name, key, exclusive, &is_new_way, &replaced_fd);
  g_mutex_unlock (&tree->names);
  if (result == EEXIST && exclusive)
    return hoist_store_fault_precondition ();
  if (result == 0)
    result = sync_way (tree, key, is_new_way);
  else if (is_absent (result) || result == EEXIST || result == ENOTEMPTY)
    return new_conflict ();
  if (result != 0)
    return hoist_store_fault_from_errno (result, "Placing the object");
  hoist_store_tree_forget_fd (tree, replaced_fd);
  return NULL;
}

/* S3 has no folders: one that holds nothing any more would only be in the way of a later key. */
static void
prune_locked (HoistStoreTree *tree, const char *key)
{
  g_autofree char *way = g_strdup (key);
  char *slash;

  while ((slash = strrchr (way, '/')) != NULL)
    {
      const char *leaf;
      g_auto (HoistStoreFd) parent = -1;

      *slash = '\0';
      parent = open_parent (tree, way, FALSE, &leaf);
      if (parent < 0 || unlinkat (parent, leaf, AT_REMOVEDIR) != 0)
        return;
    }
}

static int
remove_locked (HoistStoreTree *tree, const char *key, const char *tmp_name, int *removed_fd)
{
  g_auto (HoistStoreFd) parent = -1;
  const char *leaf;
  struct stat info;

  parent = open_parent (tree, key, FALSE, &leaf);
  if (parent < 0 || fstatat (parent, leaf, &info, AT_SYMLINK_NOFOLLOW) != 0)
    return errno;
  if (!S_ISREG (info.st_mode))
    return ENOENT;
  *removed_fd = openat (parent, leaf, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (renameat (parent, leaf, tree->tmp_fd, tmp_name) != 0)
    return errno;
  prune_locked (tree, key);
  return 0;
}

/**
 * hoist_store_key_remove:
 * @tree: a tree
 * @key: a key
 *
 * Removes an object, and the folders that are empty then. That there is none
 * is no error, as in S3. Blocks until it is on the disk.
 *
 * Returns: (transfer full) (nullable): a failure; null: it is gone
 */
HoistS3Fault *
hoist_store_key_remove (HoistStoreTree *tree, const char *key)
{
  g_autoptr (HoistS3Fault) bad_key = hoist_store_key_check (key);
  g_autofree char *tmp_name = hoist_store_new_name ();
  g_auto (HoistStoreFd) removed_fd = -1;
  int result;

  if (bad_key != NULL)
    return NULL;
  g_mutex_lock (&tree->names);
  result = remove_locked (tree, key, tmp_name, &removed_fd);
  g_mutex_unlock (&tree->names);
  if (is_absent (result))
    return NULL;
  if (result == 0)
    result = sync_way (tree, key, TRUE);
  if (result != 0)
    return hoist_store_fault_from_errno (result, "Removing the object");
  hoist_store_tree_forget_fd (tree, removed_fd);
  unlinkat (tree->tmp_fd, tmp_name, 0);
  return NULL;
}
