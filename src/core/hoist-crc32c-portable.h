/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* For hoist-crc32c.c, and for the test that compares the two. */
guint32 hoist_crc32c_portable (guint32 crc, const void *data, gsize length);

G_END_DECLS
