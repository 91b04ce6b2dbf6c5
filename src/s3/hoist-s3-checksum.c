/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-checksum.h"

/**
 * hoist_s3_composite_sha256:
 * @digests: (array): SHA-256 of each part, 32 bytes each, in order of the part numbers
 * @n_parts: number of parts, at least 1
 *
 * Computes the checksum that S3 gives a multipart object that was created
 * with the algorithm SHA256 (Amazon S3 User Guide, «Checking object integrity»:
 * composite checksums).
 *
 * Returns: (transfer full): base64, a dash and the number of parts
 */
char *
hoist_s3_composite_sha256 (const guint8 *digests, guint n_parts)
{
  guint8 result[HOIST_SHA256_BYTES];
  g_autofree char *base64 = NULL;

  hoist_digest_data (HOIST_DIGEST_SHA256, digests, (gsize) n_parts * HOIST_SHA256_BYTES, result);
  base64 = hoist_digest_to_base64 (result, sizeof result);
  return g_strdup_printf ("%s-%u", base64, n_parts);
}

/**
 * hoist_s3_multipart_etag:
 * @md5s: (array): MD5 of each part, 16 bytes each, in order of the part numbers
 * @n_parts: number of parts, at least 1
 *
 * Computes the ETag that S3 gives a multipart object that is not encrypted
 * with a key of one's own.
 *
 * Returns: (transfer full): hex, a dash and the number of parts
 */
char *
hoist_s3_multipart_etag (const guint8 *md5s, guint n_parts)
{
  guint8 result[HOIST_MD5_BYTES];
  g_autofree char *hex = NULL;

  hoist_digest_data (HOIST_DIGEST_MD5, md5s, (gsize) n_parts * HOIST_MD5_BYTES, result);
  hex = hoist_digest_to_hex (result, sizeof result);
  return g_strdup_printf ("%s-%u", hex, n_parts);
}
