/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-sum.h"

#include <gcrypt.h>

#include "hoist-crc32c.h"
#include "hoist-digest.h"

/* Amazon S3 User Guide, «Checking object integrity». */
static const struct
{
  const char *header;
  const char *algorithm;
  int gcrypt_algorithm;
  gsize length_bytes;
} kinds[HOIST_STORE_N_SUMS] = {
  [HOIST_STORE_SUM_NONE] = { NULL, NULL, GCRY_MD_NONE, 0 },
  [HOIST_STORE_SUM_CRC32] = { "x-amz-checksum-crc32", "CRC32", GCRY_MD_CRC32, 4 },
  [HOIST_STORE_SUM_CRC32C] = { "x-amz-checksum-crc32c", "CRC32C", GCRY_MD_NONE, 4 },
  [HOIST_STORE_SUM_SHA1] = { "x-amz-checksum-sha1", "SHA1", GCRY_MD_SHA1, 20 },
};

struct _HoistStoreSum
{
  HoistStoreSumKind kind;
  gcry_md_hd_t handle; /* (owned) (nullable) */
  guint32 crc32c;
};

/**
 * hoist_store_sum_kind_get_header:
 * @kind: a checksum
 *
 * Gets the header that it travels in.
 *
 * Returns: (nullable): the name; null for %HOIST_STORE_SUM_NONE
 */
const char *
hoist_store_sum_kind_get_header (HoistStoreSumKind kind)
{
  return kinds[kind].header;
}

/**
 * hoist_store_sum_kind_get_algorithm:
 * @kind: a checksum
 *
 * Gets what CreateMultipartUpload calls it.
 *
 * Returns: (nullable): the name; null for %HOIST_STORE_SUM_NONE
 */
const char *
hoist_store_sum_kind_get_algorithm (HoistStoreSumKind kind)
{
  return kinds[kind].algorithm;
}

/**
 * hoist_store_sum_kind_check:
 * @kind: a checksum
 * @base64: the value of its header
 *
 * Tells whether a value could be such a checksum.
 *
 * Returns: whether it has the right form and length
 */
gboolean
hoist_store_sum_kind_check (HoistStoreSumKind kind, const char *base64)
{
  guint8 bytes[HOIST_STORE_SUM_MAX_BYTES];

  return hoist_digest_from_base64 (base64, bytes, kinds[kind].length_bytes);
}

/**
 * hoist_store_sum_new:
 * @kind: a checksum, but not %HOIST_STORE_SUM_NONE
 *
 * Begins a checksum. Somebody has set up libgcrypt before, as every
 * #HoistDigest does.
 *
 * Returns: (transfer full) (nullable): it; null where libgcrypt refuses the
 *   algorithm, as it may SHA-1 by policy
 */
HoistStoreSum *
hoist_store_sum_new (HoistStoreSumKind kind)
{
  HoistStoreSum *sum = g_new0 (HoistStoreSum, 1);

  sum->kind = kind;
  if (kinds[kind].gcrypt_algorithm != GCRY_MD_NONE &&
      gcry_md_open (&sum->handle, kinds[kind].gcrypt_algorithm, 0) != 0)
    {
      g_free (sum);
      return NULL;
    }
  return sum;
}

/**
 * hoist_store_sum_free:
 * @sum: (transfer full): a checksum
 *
 * Frees a checksum.
 */
void
hoist_store_sum_free (HoistStoreSum *sum)
{
  if (sum->handle != NULL)
    gcry_md_close (sum->handle);
  g_free (sum);
}

/**
 * hoist_store_sum_update:
 * @sum: a checksum
 * @data: bytes
 * @length: how many
 *
 * Takes further bytes into the checksum.
 */
void
hoist_store_sum_update (HoistStoreSum *sum, const guint8 *data, gsize length)
{
  if (sum->handle != NULL)
    gcry_md_write (sum->handle, data, length);
  else
    sum->crc32c = hoist_crc32c (sum->crc32c, data, length);
}

/**
 * hoist_store_sum_finish:
 * @sum: a checksum
 *
 * Ends the checksum.
 *
 * Returns: (transfer full): its value, as the header has it
 */
char *
hoist_store_sum_finish (HoistStoreSum *sum)
{
  guint32 crc32c = GUINT32_TO_BE (sum->crc32c);
  const guint8 *bytes = sum->handle != NULL ? gcry_md_read (sum->handle, 0)
                                            : (const guint8 *) &crc32c;

  return hoist_digest_to_base64 (bytes, kinds[sum->kind].length_bytes);
}
