/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-store-call.h"
#include "hoist-store-reply.h"
#include "hoist-store-tree.h"

G_BEGIN_DECLS

HoistStoreReply *hoist_store_complete_upload (HoistStoreTree *tree,
                                              const HoistStoreCall *call,
                                              GBytes *body);
void hoist_store_complete_leftovers (HoistStoreTree *tree);

G_END_DECLS
