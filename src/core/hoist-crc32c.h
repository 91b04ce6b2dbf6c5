/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

guint32 hoist_crc32c (guint32 crc, const void *data, gsize length);

G_END_DECLS
