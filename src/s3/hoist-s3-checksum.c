/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-checksum.h"

#include <string.h>

#include "hoist-s3-results.h"

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

static gboolean
is_md5_etag (const char *etag, guint8 md5[HOIST_MD5_BYTES])
{
  return strlen (etag) == 2 * HOIST_MD5_BYTES && hoist_digest_from_hex (etag, md5, HOIST_MD5_BYTES);
}

static char *
expected_etag (GPtrArray *parts)
{
  g_autofree guint8 *md5s = g_malloc_n (MAX (parts->len, 1), HOIST_MD5_BYTES);

  for (guint i = 0; i < parts->len; i++)
    if (!is_md5_etag (((HoistS3Part *) g_ptr_array_index (parts, i))->etag,
                      md5s + i * HOIST_MD5_BYTES))
      return NULL;
  return hoist_s3_multipart_etag (md5s, parts->len);
}

static char *
expected_checksum (GPtrArray *parts)
{
  g_autofree guint8 *digests = g_malloc_n (MAX (parts->len, 1), HOIST_SHA256_BYTES);

  for (guint i = 0; i < parts->len; i++)
    {
      const HoistS3Part *part = g_ptr_array_index (parts, i);

      if (part->checksum_sha256 == NULL ||
          !hoist_digest_from_base64 (part->checksum_sha256, digests + i * HOIST_SHA256_BYTES,
                                     HOIST_SHA256_BYTES))
        return NULL;
    }
  return hoist_s3_composite_sha256 (digests, parts->len);
}

/* `…-N` of an ETag that is no MD5 of MD5s (SSE-KMS and the like). */
static gboolean
has_part_count (const char *etag, guint n_parts)
{
  const char *dash = strrchr (etag, '-');
  guint64 number;

  return dash != NULL && g_ascii_string_to_unsigned (dash + 1, 10, 1, G_MAXUINT, &number, NULL) &&
         number == n_parts;
}

/**
 * hoist_s3_is_made_of:
 * @etag: an object's ETag, without quotes; may be empty
 * @checksum_sha256: (nullable): its checksum as S3 shows it
 * @parts: (element-type HoistS3Part): parts that were sent, in ascending order
 *
 * Looks whether an object is what these parts make: by the composite SHA-256
 * where both sides know it, else by the ETag, else by the number of parts in
 * the ETag (Amazon S3 User Guide, «Checking object integrity», composite
 * checksums; the ETag of a multipart object).
 *
 * Returns: whether it is, as far as can be seen
 */
gboolean
hoist_s3_is_made_of (const char *etag, const char *checksum_sha256, GPtrArray *parts)
{
  g_autofree char *checksum = NULL;
  g_autofree char *made = expected_etag (parts);

  if (checksum_sha256 != NULL && strchr (checksum_sha256, '-') != NULL)
    checksum = expected_checksum (parts);
  if (checksum != NULL)
    return strcmp (checksum, checksum_sha256) == 0;
  if (made != NULL && strlen (etag) >= 2 * HOIST_MD5_BYTES)
    return g_ascii_strcasecmp (made, etag) == 0;
  return has_part_count (etag, parts->len);
}
