/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOIST_STORE_SUM_MAX_BYTES 20

/**
 * HoistStoreSumKind:
 *
 * The checksums that clients may send with a body besides SHA-256 and MD5, and
 * newer SDKs send unasked. They are verified on arrival and not kept.
 */
typedef enum
{
  HOIST_STORE_SUM_NONE,
  HOIST_STORE_SUM_CRC32,
  HOIST_STORE_SUM_CRC32C,
  HOIST_STORE_SUM_SHA1,
} HoistStoreSumKind;

#define HOIST_STORE_N_SUMS 4

typedef struct _HoistStoreSum HoistStoreSum;

const char *hoist_store_sum_kind_get_header (HoistStoreSumKind kind);
const char *hoist_store_sum_kind_get_algorithm (HoistStoreSumKind kind);
gboolean hoist_store_sum_kind_check (HoistStoreSumKind kind, const char *base64);

HoistStoreSum *hoist_store_sum_new (HoistStoreSumKind kind);
void hoist_store_sum_free (HoistStoreSum *sum);
void hoist_store_sum_update (HoistStoreSum *sum, const guint8 *data, gsize length);
char *hoist_store_sum_finish (HoistStoreSum *sum);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistStoreSum, hoist_store_sum_free)

G_END_DECLS
