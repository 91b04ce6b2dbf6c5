/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

void hoist_store_send_file (SoupServerMessage *message,
                            int fd,
                            guint64 offset_bytes,
                            guint64 length_bytes);

G_END_DECLS
