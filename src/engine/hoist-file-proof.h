/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-file.h"
#include "hoist-workers.h"

G_BEGIN_DECLS

/**
 * HoistFileProof:
 * @same: whether the file is the one that was delivered
 * @comparable: whether there was anything to compare it with
 * @sha256: of the whole file
 *
 * What [func@hoist_file_prove_async] found.
 */
typedef struct
{
  gboolean same;
  gboolean comparable;
  guint8 sha256[HOIST_SHA256_BYTES];
} HoistFileProof;

void hoist_file_prove_async (HoistWorkers *workers,
                             const HoistUploadRecord *record,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
HoistFileProof *hoist_file_prove_finish (GAsyncResult *result, GError **error);

G_END_DECLS
