/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "hoist-transport.h"

G_BEGIN_DECLS

/* An error document is a few hundred bytes; what is longer is none of S3's. */
#define HOIST_PUT_REPLY_MAX_BYTES 65536

gboolean hoist_put_take_reply (HoistPut *put,
                               guint http_status,
                               SoupMessageHeaders *headers,
                               GBytes *body,
                               GError **error);

G_END_DECLS
