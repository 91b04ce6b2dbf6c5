/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistStoreTree:
 *
 * The folder that the embedded store keeps everything in:
 *
 *     DIR/BUCKET/…        the objects: ordinary files, named by their keys
 *     DIR/.hoist/lock     held while a store runs
 *     DIR/.hoist/tmp/     what is being written; emptied at every start
 *     DIR/.hoist/uploads/ unfinished multipart uploads
 *     DIR/.hoist/done/    what finished ones answered, for a week
 *     DIR/.hoist/meta/    what extended attributes cannot hold
 *
 * Counted, and used by any thread. Nothing follows a symbolic link.
 */
typedef struct
{
  char *bucket; /* (owned) its name */
  char *region; /* (owned) that it says it is in */
  int bucket_fd;
  int tmp_fd;
  int uploads_fd;
  int done_fd;
  int meta_fd;
  guint64 min_part_bytes; /* of an upload's parts but the last */
  gboolean has_xattrs;    /* the file system takes extended attributes of the `user.` kind */

  /*< private >*/
  gatomicrefcount ref_count;
  int state_fd;
  int lock_fd;
  GMutex names; /* held while a key's file gets or loses its name */
  GMutex claims_lock;
  GCond claims_changed;
  GHashTable *claims; /* (owned) (element-type utf8) what one thread alone works on */
} HoistStoreTree;

HoistStoreTree *hoist_store_tree_new (const char *dir,
                                      const char *bucket,
                                      const char *region,
                                      GError **error);
HoistStoreTree *hoist_store_tree_ref (HoistStoreTree *tree);
void hoist_store_tree_unref (HoistStoreTree *tree);

void hoist_store_tree_forget_fd (HoistStoreTree *tree, int fd);
void hoist_store_tree_forget (HoistStoreTree *tree, int at_fd, const char *name);
void hoist_store_tree_claim (HoistStoreTree *tree, const char *name);
gboolean hoist_store_tree_try_claim (HoistStoreTree *tree, const char *name, const char *blocker);
gboolean hoist_store_tree_has_claims (HoistStoreTree *tree, const char *prefix);
void hoist_store_tree_release (HoistStoreTree *tree, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistStoreTree, hoist_store_tree_unref)

G_END_DECLS
