/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-file.h"
#include "hoist-workers.h"

G_BEGIN_DECLS

/**
 * HoistFileCheck:
 * @file: (nullable): the open file
 * @same: the file is the one that was begun: what was sent may be kept
 * @digest: of the whole file, when it was asked for
 *
 * What [func@hoist_file_check_async] found.
 */
typedef struct
{
  HoistFile *file;
  gboolean same;
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
} HoistFileCheck;

void hoist_file_check_async (HoistWorkers *workers,
                             const char *path,
                             const HoistUploadRecord *record,
                             HoistDigestKind whole_kind,
                             guint64 whole_below_bytes,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
HoistFileCheck *hoist_file_check_finish (GAsyncResult *result, GError **error);
void hoist_file_check_free (HoistFileCheck *check);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistFileCheck, hoist_file_check_free)

G_END_DECLS
