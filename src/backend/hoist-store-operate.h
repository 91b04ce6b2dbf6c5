/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-store-call.h"
#include "hoist-store-intake.h"
#include "hoist-store-reply.h"
#include "hoist-store-tree.h"

G_BEGIN_DECLS

HoistS3Fault *hoist_store_prepare (HoistStoreTree *tree, const HoistStoreCall *call);
HoistStoreReply *hoist_store_operate (HoistStoreTree *tree,
                                      const HoistStoreCall *call,
                                      HoistStoreIntake *intake,
                                      GBytes *body);

G_END_DECLS
