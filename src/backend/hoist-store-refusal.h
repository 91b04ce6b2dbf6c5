/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "hoist-store-reply.h"

G_BEGIN_DECLS

gboolean hoist_store_refuse (SoupServerMessage *message, HoistStoreReply *reply);

G_END_DECLS
