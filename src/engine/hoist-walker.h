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
 * @root: of which of the paths it is, from 0
 * @below: where in @path what is below that begins
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
  guint root;
  gsize below;
  GError *error;
} HoistFound;

/**
 * HoistWalkStart:
 * @again: whether they were walked before, so that what is gone was there
 * @root: which of the paths is the first
 * @after: (nullable): what was found last below that, relative; %NULL = nothing
 * @mount_root: (nullable): where its drive is mounted, as far as is known; %NULL for `/`
 *
 * Where a walk begins: where an earlier walk of the same paths ended.
 */
typedef struct
{
  gboolean again;
  guint root;
  const char *after;
  const char *mount_root;
} HoistWalkStart;

/**
 * HoistFoundFunc:
 * @found: (transfer full) (element-type HoistFound): a few hundred files at most
 * @last: nothing comes after this
 * @error: (nullable): with the last, why it ends early, though there is more to find
 * @user_data: for the function
 *
 * Called in the context that the walk was begun in.
 */
typedef void (*HoistFoundFunc) (GPtrArray *found,
                                gboolean last,
                                const GError *error,
                                gpointer user_data);

void hoist_walk (HoistMounts *mounts,
                 const char *const *paths,
                 const HoistWalkStart *start,
                 GCancellable *cancellable,
                 HoistFoundFunc func,
                 gpointer user_data,
                 GDestroyNotify destroy);
void hoist_found_free (HoistFound *found);

G_END_DECLS
