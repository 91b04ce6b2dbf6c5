/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-mounts.h"
#include "hoist-record.h"

G_BEGIN_DECLS

/**
 * HoistFound:
 * @path: in the file system's encoding
 * @name: (nullable): name to send it under; %NULL if it cannot have one
 * @mount_root: (nullable): where its drive is mounted; %NULL for `/`
 * @identity: what stands there, without @error
 * @error: (nullable): why it cannot be sent
 *
 * A file, or what should have been one.
 */
typedef struct
{
  char *path;
  char *name;
  char *mount_root;
  HoistFileIdentity identity;
  GError *error;
} HoistFound;

/**
 * HoistFoundFunc:
 * @found: (transfer full) (element-type HoistFound): a few hundred files at most
 * @last: nothing comes after this
 * @user_data: for the function
 *
 * Called in the context that the walk was begun in.
 */
typedef void (*HoistFoundFunc) (GPtrArray *found, gboolean last, gpointer user_data);

void hoist_walk (HoistMounts *mounts,
                 const char *const *paths,
                 GCancellable *cancellable,
                 HoistFoundFunc func,
                 gpointer user_data,
                 GDestroyNotify destroy);
void hoist_found_free (HoistFound *found);

G_END_DECLS
