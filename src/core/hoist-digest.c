/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-digest.h"

#include <gcrypt.h>
#include <string.h>

#include "hoist-sha256.h"

/* One of three does it. */
struct _HoistDigest
{
  HoistDigestKind kind;
  gboolean is_own;
  HoistSha256 own;
  gcry_md_hd_t handle; /* (owned) (nullable) */
  GChecksum *checksum; /* (owned) (nullable) where libgcrypt refuses MD5 */
};

/* libgcrypt wants to be set up once and before any other call (its manual,
 * «Initializing the library»). Whoever came first, libsecret for one, has done
 * it for the whole process; its settings then stay. Our data is no secret that
 * would need locked memory. */
static void
ensure_libgcrypt (void)
{
  static gsize ready = 0;

  if (!g_once_init_enter (&ready))
    return;
  if (!gcry_control (GCRYCTL_INITIALIZATION_FINISHED_P))
    {
      if (gcry_check_version (GCRYPT_VERSION) == NULL)
        g_error ("libgcrypt is older than the %s that this was built with", GCRYPT_VERSION);
      gcry_control (GCRYCTL_DISABLE_SECMEM, 0);
      gcry_control (GCRYCTL_INITIALIZATION_FINISHED, 0);
    }
  g_once_init_leave (&ready, 1);
}

static int
get_algorithm (HoistDigestKind kind)
{
  switch (kind)
    {
    case HOIST_DIGEST_SHA256:
      return GCRY_MD_SHA256;
    case HOIST_DIGEST_MD5:
      return GCRY_MD_MD5;
    case HOIST_DIGEST_NONE:
    default:
      return GCRY_MD_NONE;
    }
}

/**
 * hoist_digest_has_cheap_second:
 *
 * Tells whether [func@hoist_digest_update_both] of two SHA-256 takes hardly longer than one: so it
 * does where the processor has instructions for it (on x86-64: SHA and SSE 4.1), and libgcrypt is
 * not in FIPS mode, in which nothing else than libgcrypt is to be used (its manual, «FIPS Mode»).
 *
 * Returns: whether it does
 */
gboolean
hoist_digest_has_cheap_second (void)
{
  ensure_libgcrypt ();
  return hoist_sha256_is_supported () && !gcry_fips_mode_active ();
}

/**
 * hoist_digest_kind_get_length:
 * @kind: a kind of checksum
 *
 * How long a checksum is.
 *
 * Returns: length in bytes, at most %HOIST_DIGEST_MAX_BYTES; 0 for
 *   %HOIST_DIGEST_NONE and for a number that is no kind
 */
gsize
hoist_digest_kind_get_length (HoistDigestKind kind)
{
  switch (kind)
    {
    case HOIST_DIGEST_SHA256:
      return HOIST_SHA256_BYTES;
    case HOIST_DIGEST_MD5:
      return HOIST_MD5_BYTES;
    case HOIST_DIGEST_NONE:
    default:
      return 0;
    }
}

/**
 * hoist_digest_new:
 * @kind: %HOIST_DIGEST_SHA256 or %HOIST_DIGEST_MD5
 *
 * Starts a checksum over data that comes in pieces. May be called on any
 * thread; one checksum belongs to one thread at a time.
 *
 * Returns: (transfer full): a new checksum
 */
HoistDigest *
hoist_digest_new (HoistDigestKind kind)
{
  HoistDigest *digest;

  g_return_val_if_fail (hoist_digest_kind_get_length (kind) > 0, NULL);

  ensure_libgcrypt ();
  digest = g_new0 (HoistDigest, 1);
  digest->kind = kind;
  digest->is_own = kind == HOIST_DIGEST_SHA256 && hoist_digest_has_cheap_second ();
  if (digest->is_own)
    {
      hoist_sha256_start (&digest->own);
      return digest;
    }
  if (gcry_md_open (&digest->handle, get_algorithm (kind), 0) == 0)
    return digest;

  /* In FIPS mode libgcrypt has no MD5. Ours is no security function: the
   * storage asks for it to find damage on the way. */
  digest->handle = NULL;
  digest->checksum = g_checksum_new (kind == HOIST_DIGEST_MD5 ? G_CHECKSUM_MD5 : G_CHECKSUM_SHA256);
  return digest;
}

/**
 * hoist_digest_copy:
 * @digest: a checksum
 *
 * Keeps what a checksum has reached, so that it can be gone back to.
 *
 * Returns: (transfer full): a checksum of the same bytes so far
 */
HoistDigest *
hoist_digest_copy (const HoistDigest *digest)
{
  HoistDigest *copy;

  g_return_val_if_fail (digest != NULL, NULL);

  copy = g_new0 (HoistDigest, 1);
  copy->kind = digest->kind;
  copy->is_own = digest->is_own;
  copy->own = digest->own;
  /* It only fails where there is no memory. */
  if (digest->handle != NULL && gcry_md_copy (&copy->handle, digest->handle) != 0)
    g_error ("A checksum could not be copied");
  if (digest->checksum != NULL)
    copy->checksum = g_checksum_copy (digest->checksum);
  return copy;
}

/**
 * hoist_digest_free:
 * @digest: (transfer full) (nullable): a checksum
 *
 * Frees a checksum, finished or not.
 */
void
hoist_digest_free (HoistDigest *digest)
{
  if (digest == NULL)
    return;
  gcry_md_close (digest->handle);
  g_clear_pointer (&digest->checksum, g_checksum_free);
  g_free (digest);
}

/**
 * hoist_digest_update:
 * @digest: a checksum
 * @data: (array length=length) (nullable): the next bytes
 * @length: number of bytes; may be 0
 *
 * Adds the next bytes.
 */
void
hoist_digest_update (HoistDigest *digest, const void *data, gsize length)
{
  g_return_if_fail (digest != NULL);
  g_return_if_fail (data != NULL || length == 0);

  if (length == 0)
    return;
  if (digest->is_own)
    hoist_sha256_update (&digest->own, data, length);
  else if (digest->handle != NULL)
    gcry_md_write (digest->handle, data, length);
  else
    g_checksum_update (digest->checksum, data, (gssize) length);
}

/**
 * hoist_digest_update_both:
 * @first: a checksum
 * @second: another one, of any kind
 * @data: (array length=length) (nullable): the next bytes of both
 * @length: number of bytes; may be 0
 *
 * Adds the next bytes to two checksums: the quicker way, see
 * [func@hoist_digest_has_cheap_second].
 */
void
hoist_digest_update_both (HoistDigest *first, HoistDigest *second, const void *data, gsize length)
{
  g_return_if_fail (first != NULL && second != NULL && first != second);
  g_return_if_fail (data != NULL || length == 0);

  if (first->is_own && second->is_own && length > 0)
    {
      hoist_sha256_update_both (&first->own, &second->own, data, length);
      return;
    }
  hoist_digest_update (first, data, length);
  hoist_digest_update (second, data, length);
}

/**
 * hoist_digest_finish:
 * @digest: a checksum
 * @result: (out caller-allocates): room for as many bytes as
 *   [func@hoist_digest_kind_get_length] says
 *
 * Gives the checksum of all bytes so far, and starts anew: the same object can
 * be used for the next data.
 */
void
hoist_digest_finish (HoistDigest *digest, guint8 *result)
{
  gsize length;

  g_return_if_fail (digest != NULL);
  g_return_if_fail (result != NULL);

  if (digest->is_own)
    {
      hoist_sha256_finish (&digest->own, result);
      return;
    }
  length = hoist_digest_kind_get_length (digest->kind);
  if (digest->handle != NULL)
    {
      memcpy (result, gcry_md_read (digest->handle, get_algorithm (digest->kind)), length);
      gcry_md_reset (digest->handle);
      return;
    }
  g_checksum_get_digest (digest->checksum, result, &length);
  g_checksum_reset (digest->checksum);
}

/* A handle costs as much as hashing some KiB, and two system calls: libgcrypt stirs its random
 * numbers whenever one is made. */
static void
hash_at_once (HoistDigestKind kind, const gcry_buffer_t *pieces, guint n_pieces, guint8 *result)
{
  g_autoptr (HoistDigest) digest = NULL;

  ensure_libgcrypt ();
  if (kind == HOIST_DIGEST_SHA256 &&
      gcry_md_hash_buffers (get_algorithm (kind), 0, result, pieces, (int) n_pieces) == 0)
    return;
  digest = hoist_digest_new (kind);
  for (guint i = 0; i < n_pieces; i++)
    hoist_digest_update (digest, pieces[i].data, pieces[i].len);
  hoist_digest_finish (digest, result);
}

/**
 * hoist_digest_data:
 * @kind: %HOIST_DIGEST_SHA256 or %HOIST_DIGEST_MD5
 * @data: (array length=length) (nullable): the bytes
 * @length: number of bytes; may be 0
 * @result: (out caller-allocates): room for as many bytes as
 *   [func@hoist_digest_kind_get_length] says
 *
 * Gives the checksum of data that lies in memory as a whole.
 */
void
hoist_digest_data (HoistDigestKind kind, const void *data, gsize length, guint8 *result)
{
  const gcry_buffer_t piece = { .len = length, .data = (void *) data };

  g_return_if_fail (hoist_digest_kind_get_length (kind) > 0);

  hash_at_once (kind, &piece, length > 0 ? 1 : 0, result);
}

/**
 * hoist_hmac_sha256:
 * @key: (array length=key_length) (nullable): the secret
 * @key_length: its length in bytes; may be 0
 * @data: (array length=length) (nullable): what is signed
 * @length: its length in bytes; may be 0
 * @result: (out caller-allocates): the signature
 *
 * HMAC-SHA-256 (RFC 2104, RFC 4231).
 */
void
hoist_hmac_sha256 (const void *key,
                   gsize key_length,
                   const void *data,
                   gsize length,
                   guint8 result[HOIST_SHA256_BYTES])
{
  enum
  {
    BLOCK_BYTES = 64
  };
  guint8 inner[BLOCK_BYTES] = { 0 };
  guint8 outer[BLOCK_BYTES];
  guint8 digest[HOIST_SHA256_BYTES];
  const gcry_buffer_t first[] = {
    { .len = BLOCK_BYTES, .data = inner },
    { .len = length, .data = (void *) data },
  };
  const gcry_buffer_t second[] = {
    { .len = BLOCK_BYTES, .data = outer },
    { .len = HOIST_SHA256_BYTES, .data = digest },
  };

  g_return_if_fail (key != NULL || key_length == 0);
  g_return_if_fail (result != NULL);

  if (key_length > BLOCK_BYTES)
    hoist_digest_data (HOIST_DIGEST_SHA256, key, key_length, inner);
  else if (key_length > 0)
    memcpy (inner, key, key_length);
  for (gsize i = 0; i < BLOCK_BYTES; i++)
    {
      outer[i] = inner[i] ^ 0x5c;
      inner[i] ^= 0x36;
    }

  hash_at_once (HOIST_DIGEST_SHA256, first, length > 0 ? 2 : 1, digest);
  hash_at_once (HOIST_DIGEST_SHA256, second, 2, result);
  explicit_bzero (inner, sizeof inner);
  explicit_bzero (outer, sizeof outer);
  explicit_bzero (digest, sizeof digest);
}

/**
 * hoist_digest_to_hex:
 * @bytes: (array length=length): the bytes
 * @length: number of bytes
 *
 * Writes bytes as lower-case hexadecimal digits.
 *
 * Returns: (transfer full): a string of twice @length characters
 */
char *
hoist_digest_to_hex (const guint8 *bytes, gsize length)
{
  static const char digits[] = "0123456789abcdef";
  char *hex = g_malloc (length * 2 + 1);

  for (gsize i = 0; i < length; i++)
    {
      hex[2 * i] = digits[bytes[i] >> 4];
      hex[2 * i + 1] = digits[bytes[i] & 15];
    }
  hex[2 * length] = '\0';
  return hex;
}

/**
 * hoist_digest_to_base64:
 * @bytes: (array length=length): the bytes
 * @length: number of bytes
 *
 * Writes bytes in base64 with padding (RFC 4648, section 4), on one line.
 *
 * Returns: (transfer full): the string
 */
char *
hoist_digest_to_base64 (const guint8 *bytes, gsize length)
{
  return g_base64_encode (bytes, length);
}

/**
 * hoist_digest_from_hex:
 * @hex: (nullable): hexadecimal digits of either case
 * @bytes: (out caller-allocates): room for @length bytes
 * @length: how many bytes it must be
 *
 * Reads exactly @length bytes. Anything but twice as many hexadecimal digits is
 * refused.
 *
 * Returns: whether @hex is that; otherwise @bytes is undefined
 */
gboolean
hoist_digest_from_hex (const char *hex, guint8 *bytes, gsize length)
{
  if (hex == NULL || strlen (hex) != length * 2)
    return FALSE;

  for (gsize i = 0; i < length; i++)
    {
      int high = g_ascii_xdigit_value (hex[2 * i]);
      int low = g_ascii_xdigit_value (hex[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      bytes[i] = (guint8) (high << 4 | low);
    }
  return TRUE;
}

/**
 * hoist_digest_from_base64:
 * @base64: (nullable): base64 with padding
 * @bytes: (out caller-allocates): room for @length bytes
 * @length: how many bytes it must be
 *
 * Reads exactly @length bytes. Only the one canonical way to write them is
 * accepted: no blanks or line ends, no missing padding, no stray bits in the
 * last character (RFC 4648, sections 3.3 and 3.5).
 *
 * Returns: whether @base64 is that; otherwise @bytes is undefined
 */
gboolean
hoist_digest_from_base64 (const char *base64, guint8 *bytes, gsize length)
{
  g_autofree guint8 *decoded = NULL;
  g_autofree char *again = NULL;
  gsize decoded_length = 0;

  if (base64 == NULL || strlen (base64) != (length + 2) / 3 * 4)
    return FALSE;

  /* GLib's decoder skips what it does not know; writing the result once more
   * shows whether it did. */
  decoded = g_base64_decode (base64, &decoded_length);
  if (decoded_length != length)
    return FALSE;
  again = g_base64_encode (decoded, decoded_length);
  if (strcmp (again, base64) != 0)
    return FALSE;
  if (length > 0)
    memcpy (bytes, decoded, length);
  return TRUE;
}

/**
 * hoist_digest_equal:
 * @a: (array length=length): one checksum
 * @b: (array length=length): the other
 * @length: their length in bytes
 *
 * Compares in a time that does not depend on where they differ, so that it also
 * serves for signatures and for hashes of tokens.
 *
 * Returns: whether they are the same
 */
gboolean
hoist_digest_equal (const guint8 *a, const guint8 *b, gsize length)
{
  volatile guint8 difference = 0;

  for (gsize i = 0; i < length; i++)
    difference |= a[i] ^ b[i];
  return difference == 0;
}
