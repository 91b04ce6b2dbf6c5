/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-store-call.h"
#include "hoist-store-reply.h"
#include "hoist-store-tree.h"

G_BEGIN_DECLS

HoistStoreReply *hoist_store_list_parts (HoistStoreTree *tree, const HoistStoreCall *call);
HoistStoreReply *hoist_store_list_uploads (HoistStoreTree *tree, const HoistStoreCall *call);

G_END_DECLS
