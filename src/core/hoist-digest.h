/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOIST_SHA256_BYTES 32
#define HOIST_MD5_BYTES 16
#define HOIST_DIGEST_MAX_BYTES 32

/**
 * HoistDigestKind:
 * @HOIST_DIGEST_NONE: no checksum
 * @HOIST_DIGEST_SHA256: SHA-256 (FIPS 180-4), `x-amz-checksum-sha256`
 * @HOIST_DIGEST_MD5: MD5 (RFC 1321), `Content-MD5`
 *
 * The numbers are stored in the journal: append only.
 */
typedef enum
{
  HOIST_DIGEST_NONE = 0,
  HOIST_DIGEST_SHA256 = 1,
  HOIST_DIGEST_MD5 = 2,
} HoistDigestKind;

typedef struct _HoistDigest HoistDigest;

HoistDigest *hoist_digest_new (HoistDigestKind kind);
HoistDigest *hoist_digest_copy (const HoistDigest *digest);
void hoist_digest_free (HoistDigest *digest);
void hoist_digest_update (HoistDigest *digest, const void *data, gsize length);
void hoist_digest_update_both (HoistDigest *first,
                               HoistDigest *second,
                               const void *data,
                               gsize length);
void hoist_digest_finish (HoistDigest *digest, guint8 *result);
gboolean hoist_digest_has_cheap_second (void);
gsize hoist_digest_kind_get_length (HoistDigestKind kind);
void hoist_digest_data (HoistDigestKind kind, const void *data, gsize length, guint8 *result);
void hoist_hmac_sha256 (const void *key,
                        gsize key_length,
                        const void *data,
                        gsize length,
                        guint8 result[HOIST_SHA256_BYTES]);
char *hoist_digest_to_hex (const guint8 *bytes, gsize length);
char *hoist_digest_to_base64 (const guint8 *bytes, gsize length);
gboolean hoist_digest_from_hex (const char *hex, guint8 *bytes, gsize length);
gboolean hoist_digest_from_base64 (const char *base64, guint8 *bytes, gsize length);
gboolean hoist_digest_equal (const guint8 *a, const guint8 *b, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistDigest, hoist_digest_free)

G_END_DECLS
