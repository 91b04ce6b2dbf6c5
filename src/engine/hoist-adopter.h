/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-file.h"
#include "hoist-provider.h"
#include "hoist-workers.h"

G_BEGIN_DECLS

/**
 * HoistAdopted:
 *
 * An upload of another run that a file may go on with: all parts that the server
 * has are that file's.
 */
typedef struct
{
  HoistPartPlan plan;   /* how it was cut */
  HoistDigestKind kind; /* of the parts' digests in the record */
  GPtrArray *parts;     /* (owned) (element-type HoistServerPart) */
} HoistAdopted;

void hoist_adopted_free (HoistAdopted *adopted);
void hoist_adopted_apply (const HoistAdopted *adopted,
                          const HoistUnfinished *unfinished,
                          HoistUploadRecord *record);

void hoist_adopt_async (HoistProvider *provider,
                        HoistWorkers *workers,
                        HoistFile *file,
                        const HoistUnfinished *unfinished,
                        const HoistCapabilities *capabilities,
                        const HoistPartPlan *own_plan,
                        gboolean even_empty,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
HoistAdopted *hoist_adopt_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistAdopted, hoist_adopted_free)

G_END_DECLS
