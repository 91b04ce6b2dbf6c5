/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistLocalPaths:
 * @paths: (array zero-terminated=1): where files and folders can be read, in the
 *   file system's encoding
 * @n_refused: how many have no path
 * @refused_name: (nullable): the name of the last one of them, to show
 *
 * Where files of other computers can be read on this one.
 */
typedef struct
{
  GStrv paths;
  guint n_refused;
  char *refused_name;
} HoistLocalPaths;

void hoist_local_paths_free (HoistLocalPaths *self);

void hoist_local_paths_find_async (GSList *files,
                                   GMountOperation *operation,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

HoistLocalPaths *hoist_local_paths_find_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistLocalPaths, hoist_local_paths_free)

G_END_DECLS
