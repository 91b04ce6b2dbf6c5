/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Of so much of a file it can be remembered what was in memory. */
#define HOIST_FILE_CACHE_MAX_BYTES (G_GUINT64_CONSTANT (4) << 30)

typedef struct _HoistFileCache HoistFileCache;

HoistFileCache *hoist_file_cache_new (int fd, guint64 size_bytes);
void hoist_file_cache_free (HoistFileCache *self);
void hoist_file_cache_note (HoistFileCache *self, guint64 offset_bytes, guint64 length_bytes);
gboolean hoist_file_cache_fetch (HoistFileCache *self,
                                 guint64 offset_bytes,
                                 guint64 length_bytes,
                                 GCancellable *cancellable,
                                 GError **error);
void hoist_file_cache_let_go (HoistFileCache *self, guint64 offset_bytes, guint64 length_bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistFileCache, hoist_file_cache_free)

G_END_DECLS
