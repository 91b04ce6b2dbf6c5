/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-store-call.h"
#include "hoist-store-intake.h"
#include "hoist-store-reply.h"
#include "hoist-store-tree.h"

G_BEGIN_DECLS

/* What a Range header comes to for an object of some size. */
typedef enum
{
  HOIST_STORE_RANGE_NONE, /* the whole object */
  HOIST_STORE_RANGE_PART,
  HOIST_STORE_RANGE_UNSATISFIABLE,
} HoistStoreRange;

HoistStoreRange hoist_store_range_parse (const char *header,
                                         guint64 size_bytes,
                                         guint64 *offset_bytes,
                                         guint64 *length_bytes);
HoistS3Fault *hoist_store_check_object (HoistStoreTree *tree, const HoistStoreCall *call);
HoistStoreReply *hoist_store_put_object (HoistStoreTree *tree,
                                         const HoistStoreCall *call,
                                         HoistStoreIntake *intake);
HoistStoreReply *hoist_store_get_object (HoistStoreTree *tree, const HoistStoreCall *call);
HoistStoreReply *hoist_store_delete_object (HoistStoreTree *tree, const HoistStoreCall *call);

G_END_DECLS
