/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-digest.h"

G_BEGIN_DECLS

#define HOIST_SHA256_BLOCK_BYTES 64

/**
 * HoistSha256:
 * @state: the eight words of the hash (FIPS 180-4, section 6.2)
 * @length_bytes: how much was added
 * @block: the bytes since the last whole block
 *
 * A SHA-256 that is under way, by the processor's own instructions. For hoist-digest.c, and
 * for the test that compares it with libgcrypt's.
 */
typedef struct
{
  guint32 state[8];
  guint64 length_bytes;
  guint8 block[HOIST_SHA256_BLOCK_BYTES];
} HoistSha256;

gboolean hoist_sha256_is_supported (void);
void hoist_sha256_start (HoistSha256 *self);
void hoist_sha256_update (HoistSha256 *self, const void *data, gsize length);
void hoist_sha256_update_both (HoistSha256 *first,
                               HoistSha256 *second,
                               const void *data,
                               gsize length);
void hoist_sha256_finish (HoistSha256 *self, guint8 result[HOIST_SHA256_BYTES]);

G_END_DECLS
