/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-store-meta.h"
#include "hoist-store-tree.h"

G_BEGIN_DECLS

/**
 * HoistStoreTemp:
 *
 * A file without a name yet: it lies in `.hoist/tmp`, and goes when it is freed
 * before it was placed, or when the store starts again. Or the range of a file
 * that others write other ranges of, which counts for nothing until somebody
 * says that it is there. Used by one thread at a time.
 */
typedef struct _HoistStoreTemp HoistStoreTemp;

HoistStoreTemp *hoist_store_temp_new (HoistStoreTree *tree, HoistS3Fault **fault);
HoistStoreTemp *hoist_store_temp_new_range (HoistStoreTree *tree,
                                            int fd,
                                            guint64 offset_bytes,
                                            char *claim);
gboolean hoist_store_temp_is_range (const HoistStoreTemp *temp);
void hoist_store_temp_free (HoistStoreTemp *temp);
HoistS3Fault *hoist_store_temp_write (HoistStoreTemp *temp, const guint8 *data, gsize length);
HoistS3Fault *hoist_store_temp_append (HoistStoreTemp *temp,
                                       int fd,
                                       guint64 offset_bytes,
                                       guint64 length_bytes);
HoistS3Fault *hoist_store_temp_resize (HoistStoreTemp *temp, guint64 length_bytes);
HoistS3Fault *hoist_store_temp_sync (HoistStoreTemp *temp);
HoistS3Fault *hoist_store_temp_seal (HoistStoreTemp *temp, const HoistStoreMeta *meta);
HoistS3Fault *hoist_store_temp_place (HoistStoreTemp *temp, const char *key, gboolean exclusive);
int hoist_store_temp_place_at (HoistStoreTemp *temp, int at_fd, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistStoreTemp, hoist_store_temp_free)

G_END_DECLS
