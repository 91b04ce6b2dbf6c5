/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-file.h"
#include "hoist-mounts.h"
#include "hoist-workers.h"

G_BEGIN_DECLS

/**
 * HoistFileCheck:
 * @file: (nullable): the open file
 * @moved: the file is elsewhere now, or has no name any more
 * @moved_path: (nullable): where it is; %NULL, with @moved, if it was deleted
 * @mount_root: (nullable): where its drive is mounted, if that is not what the
 *   record says
 * @same: the file is the one that was begun: what was sent may be kept
 * @digest: of the whole file, when it was asked for
 *
 * What [func@hoist_file_check_async] found.
 */
typedef struct
{
  HoistFile *file;
  gboolean moved;
  char *moved_path;
  char *mount_root;
  gboolean same;
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
} HoistFileCheck;

void hoist_file_check_async (HoistWorkers *workers,
                             HoistMounts *mounts,
                             const char *path,
                             const HoistUploadRecord *record,
                             HoistFile *kept,
                             HoistDigestKind whole_kind,
                             guint64 whole_below_bytes,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
HoistFileCheck *hoist_file_check_finish (GAsyncResult *result, GError **error);
void hoist_file_check_free (HoistFileCheck *check);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistFileCheck, hoist_file_check_free)

G_END_DECLS
