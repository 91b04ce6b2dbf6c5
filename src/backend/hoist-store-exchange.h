/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "hoist-store-call.h"
#include "hoist-store-tree.h"

G_BEGIN_DECLS

void hoist_store_exchange_begin (HoistStoreTree *tree,
                                 SoupServerMessage *message,
                                 HoistStoreCall *call);
void hoist_store_exchange_end_body (SoupServerMessage *message);

G_END_DECLS
