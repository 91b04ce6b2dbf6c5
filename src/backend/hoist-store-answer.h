/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "hoist-store-reply.h"

G_BEGIN_DECLS

void hoist_store_answer (SoupServerMessage *message, HoistStoreReply *reply);

G_END_DECLS
