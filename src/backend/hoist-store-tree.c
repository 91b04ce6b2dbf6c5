/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "hoist-error.h"
#include "hoist-store-files.h"

/* Amazon S3 User Guide, «Bucket naming rules»: 3 to 63 characters. */
#define MIN_BUCKET_BYTES 3
#define MAX_BUCKET_BYTES 63

#define DONE_KEPT_S (7 * 24 * 60 * 60)

static gboolean
check_bucket (const char *bucket, GError **error)
{
  gsize length = strlen (bucket);

  if (length >= MIN_BUCKET_BYTES && length <= MAX_BUCKET_BYTES && g_ascii_isalnum (bucket[0]) &&
      g_ascii_isalnum (bucket[length - 1]) &&
      strspn (bucket, "abcdefghijklmnopqrstuvwxyz0123456789.-") == length)
    return TRUE;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               "«%s» cannot be the name of a bucket: use 3 to 63 lower-case letters, digits, "
               "dots and hyphens",
               bucket);
  return FALSE;
}

static gboolean
open_folders (HoistStoreTree *tree, const char *dir, const char *bucket)
{
  g_auto (HoistStoreFd) root_fd = -1;

  if (g_mkdir_with_parents (dir, 0777) != 0)
    return FALSE;
  /* The person may well have given a link: it is what is below that must not be one. */
  root_fd = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root_fd < 0 || (tree->state_fd = hoist_store_make_folder (root_fd, ".hoist", 0700)) < 0)
    return FALSE;
  tree->lock_fd = openat (tree->state_fd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  return tree->lock_fd >= 0 && flock (tree->lock_fd, LOCK_EX | LOCK_NB) == 0 &&
         (tree->bucket_fd = hoist_store_make_folder (root_fd, bucket, 0777)) >= 0 &&
         (tree->tmp_fd = hoist_store_make_folder (tree->state_fd, "tmp", 0700)) >= 0 &&
         (tree->uploads_fd = hoist_store_make_folder (tree->state_fd, "uploads", 0700)) >= 0 &&
         (tree->done_fd = hoist_store_make_folder (tree->state_fd, "done", 0700)) >= 0 &&
         (tree->meta_fd = hoist_store_make_folder (tree->state_fd, "meta", 0700)) >= 0;
}

static void
remove_leftovers (HoistStoreTree *tree)
{
  g_autoptr (GPtrArray) tmp = hoist_store_list_names (tree->tmp_fd, ".");
  g_autoptr (GPtrArray) done = hoist_store_list_names (tree->done_fd, ".");
  gint64 oldest_s = g_get_real_time () / G_USEC_PER_SEC - DONE_KEPT_S;
  struct stat info;

  for (guint i = 0; tmp != NULL && i < tmp->len; i++)
    {
      const char *name = g_ptr_array_index (tmp, i);
      int result = hoist_store_remove_all (tree->tmp_fd, name);

      if (result != 0)
        g_warning ("A leftover in .hoist/tmp cannot be removed: %s", g_strerror (result));
    }
  for (guint i = 0; done != NULL && i < done->len; i++)
    {
      const char *name = g_ptr_array_index (done, i);

      if (fstatat (tree->done_fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
          info.st_mtim.tv_sec < oldest_s)
        unlinkat (tree->done_fd, name, 0);
    }
}

/**
 * hoist_store_tree_new:
 * @dir: the store's folder; made if it is not there
 * @bucket: the bucket's name, which is also that of the folder of the objects
 * @region: the region that the bucket says it is in
 * @error: return location for an error
 *
 * Opens a store's folder, locks it, and clears what a store that was killed
 * left half done. Blocks.
 *
 * Errors: HOIST_ERROR_BAD_INPUT: @bucket is no name for a bucket;
 * HOIST_ERROR_STORE_BUSY: another process uses the folder; those of
 * hoist_error_from_errno(): it cannot be made or opened.
 *
 * Returns: (transfer full) (nullable): the tree
 */
HoistStoreTree *
hoist_store_tree_new (const char *dir, const char *bucket, const char *region, GError **error)
{
  g_autoptr (HoistStoreTree) tree = NULL;

  if (!check_bucket (bucket, error))
    return NULL;
  tree = g_new0 (HoistStoreTree, 1);
  g_atomic_ref_count_init (&tree->ref_count);
  tree->bucket = g_strdup (bucket);
  tree->region = g_strdup (region);
  g_mutex_init (&tree->names);
  g_mutex_init (&tree->claims_lock);
  g_cond_init (&tree->claims_changed);
  tree->claims = g_hash_table_new (g_str_hash, g_str_equal);
  tree->bucket_fd = tree->tmp_fd = tree->uploads_fd = tree->done_fd = tree->meta_fd = -1;
  tree->state_fd = tree->lock_fd = -1;
  if (!open_folders (tree, dir, bucket))
    {
      int saved_errno = errno;

      if (saved_errno == EWOULDBLOCK)
        g_set_error (error, HOIST_ERROR, HOIST_ERROR_STORE_BUSY,
                     "The folder «%s» is in use by another store: end that one first", dir);
      else
        g_set_error (error, HOIST_ERROR, hoist_error_from_errno (saved_errno),
                     "The folder «%s» cannot be used: %s", dir, g_strerror (saved_errno));
      return NULL;
    }
  tree->has_xattrs = fsetxattr (tree->lock_fd, "user.hoist.probe", "1", 1, 0) == 0;
  remove_leftovers (tree);
  return g_steal_pointer (&tree);
}

/**
 * hoist_store_tree_ref:
 * @tree: a tree
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @tree
 */
HoistStoreTree *
hoist_store_tree_ref (HoistStoreTree *tree)
{
  g_atomic_ref_count_inc (&tree->ref_count);
  return tree;
}

/**
 * hoist_store_tree_unref:
 * @tree: (transfer full): a tree
 *
 * Gives a reference back. The last one closes and unlocks the folder.
 */
void
hoist_store_tree_unref (HoistStoreTree *tree)
{
  int fds[] = { tree->bucket_fd, tree->tmp_fd,   tree->uploads_fd, tree->done_fd,
                tree->meta_fd,   tree->state_fd, tree->lock_fd };

  if (!g_atomic_ref_count_dec (&tree->ref_count))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    if (fds[i] >= 0)
      g_close (fds[i], NULL);
  g_mutex_clear (&tree->names);
  g_mutex_clear (&tree->claims_lock);
  g_cond_clear (&tree->claims_changed);
  g_hash_table_unref (tree->claims);
  g_free (tree->bucket);
  g_free (tree->region);
  g_free (tree);
}

static void
forget_inode (HoistStoreTree *tree, const struct stat *info)
{
  char name[32];

  g_snprintf (name, sizeof name, "%" G_GUINT64_FORMAT, (guint64) info->st_ino);
  unlinkat (tree->meta_fd, name, 0);
}

/**
 * hoist_store_tree_forget_fd:
 * @tree: a tree
 * @fd: a file that has gone, or -1
 *
 * Drops what is kept about a file elsewhere than in the file.
 */
void
hoist_store_tree_forget_fd (HoistStoreTree *tree, int fd)
{
  struct stat info;

  if (fd >= 0 && fstat (fd, &info) == 0)
    forget_inode (tree, &info);
}

/**
 * hoist_store_tree_forget:
 * @tree: a tree
 * @at_fd: a folder below `.hoist`
 * @name: the name of a file in it that is about to go, if it is there
 *
 * Drops what is kept about a file elsewhere than in the file. Does nothing
 * where extended attributes go with it.
 */
void
hoist_store_tree_forget (HoistStoreTree *tree, int at_fd, const char *name)
{
  struct stat info;

  if (!tree->has_xattrs && fstatat (at_fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0)
    forget_inode (tree, &info);
}

/**
 * hoist_store_tree_claim:
 * @tree: a tree
 * @name: what to work on alone: an upload's id
 *
 * Waits until no other thread has claimed the name. To be given back by
 * hoist_store_tree_release(), with the same string.
 */
void
hoist_store_tree_claim (HoistStoreTree *tree, const char *name)
{
  g_mutex_lock (&tree->claims_lock);
  while (g_hash_table_contains (tree->claims, name))
    g_cond_wait (&tree->claims_changed, &tree->claims_lock);
  g_hash_table_add (tree->claims, (gpointer) name);
  g_mutex_unlock (&tree->claims_lock);
}

/**
 * hoist_store_tree_try_claim:
 * @tree: a tree
 * @name: what to work on alone
 * @blocker: another name
 *
 * Claims a name, unless it or @blocker is claimed already.
 *
 * Returns: whether it is claimed now, to be given back by
 *   hoist_store_tree_release()
 */
gboolean
hoist_store_tree_try_claim (HoistStoreTree *tree, const char *name, const char *blocker)
{
  gboolean is_free;

  g_mutex_lock (&tree->claims_lock);
  is_free =
    !g_hash_table_contains (tree->claims, name) && !g_hash_table_contains (tree->claims, blocker);
  if (is_free)
    g_hash_table_add (tree->claims, (gpointer) name);
  g_mutex_unlock (&tree->claims_lock);
  return is_free;
}

/**
 * hoist_store_tree_has_claims:
 * @tree: a tree
 * @prefix: the beginning of names
 *
 * Tells whether anybody works on something.
 *
 * Returns: whether a name that begins with @prefix is claimed
 */
gboolean
hoist_store_tree_has_claims (HoistStoreTree *tree, const char *prefix)
{
  GHashTableIter iter;
  gpointer name;
  gboolean is_found = FALSE;

  g_mutex_lock (&tree->claims_lock);
  g_hash_table_iter_init (&iter, tree->claims);
  while (!is_found && g_hash_table_iter_next (&iter, &name, NULL))
    is_found = g_str_has_prefix (name, prefix);
  g_mutex_unlock (&tree->claims_lock);
  return is_found;
}

/**
 * hoist_store_tree_release:
 * @tree: a tree
 * @name: what this thread claimed
 *
 * Gives a claim back.
 */
void
hoist_store_tree_release (HoistStoreTree *tree, const char *name)
{
  g_mutex_lock (&tree->claims_lock);
  g_hash_table_remove (tree->claims, name);
  g_cond_broadcast (&tree->claims_changed);
  g_mutex_unlock (&tree->claims_lock);
}
