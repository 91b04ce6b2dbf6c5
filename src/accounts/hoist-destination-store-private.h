/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-store.h"

G_BEGIN_DECLS

typedef enum
{
  HOIST_STORE_OP_LOAD,
  HOIST_STORE_OP_WATCH,
  HOIST_STORE_OP_ADD,
  HOIST_STORE_OP_UPDATE,
  HOIST_STORE_OP_REMOVE,
  HOIST_STORE_OP_SET_DEFAULT,
  HOIST_STORE_OP_MOVE,
} HoistStoreOp;

void hoist_destination_store_start_op (HoistDestinationStore *self,
                                       HoistStoreOp kind,
                                       HoistDestination *destination,
                                       const char *id,
                                       const char *other_id,
                                       gpointer source_tag,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean hoist_destination_store_finish_op (HoistDestinationStore *self,
                                            GAsyncResult *result,
                                            gpointer tag,
                                            GError **error);

G_END_DECLS
