/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-digest.h"

typedef struct
{
  HoistDigestKind kind;
  const char *data;
  const char *hex;
} Known;

/* FIPS 180-4's examples and RFC 1321, section A.5. */
static const Known known[] = {
  { HOIST_DIGEST_SHA256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
  { HOIST_DIGEST_SHA256, "abc",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
  { HOIST_DIGEST_SHA256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
  { HOIST_DIGEST_MD5, "", "d41d8cd98f00b204e9800998ecf8427e" },
  { HOIST_DIGEST_MD5, "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
};

static void
test_known_answers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      guint8 result[HOIST_DIGEST_MAX_BYTES];
      g_autofree char *hex = NULL;

      hoist_digest_data (known[i].kind, known[i].data, strlen (known[i].data), result);
      hex = hoist_digest_to_hex (result, hoist_digest_kind_get_length (known[i].kind));
      g_assert_cmpstr (hex, ==, known[i].hex);
    }
  g_assert_cmpuint (hoist_digest_kind_get_length (HOIST_DIGEST_NONE), ==, 0);
  g_assert_cmpuint (hoist_digest_kind_get_length ((HoistDigestKind) 99), ==, 0);
}

static void
test_pieces (void)
{
  guint8 data[4000];

  for (gsize i = 0; i < sizeof data; i++)
    data[i] = (guint8) g_test_rand_int ();

  for (HoistDigestKind kind = HOIST_DIGEST_SHA256; kind <= HOIST_DIGEST_MD5; kind++)
    {
      guint8 whole[HOIST_DIGEST_MAX_BYTES];
      guint8 pieces[HOIST_DIGEST_MAX_BYTES];
      g_autoptr (HoistDigest) digest = hoist_digest_new (kind);

      hoist_digest_data (kind, data, sizeof data, whole);
      /* Twice: finishing must leave it as new. */
      for (guint round = 0; round < 2; round++)
        {
          gsize done = 0;

          while (done < sizeof data)
            {
              gsize step = (gsize) g_test_rand_int_range (0, 200);

              step = MIN (step, sizeof data - done);
              hoist_digest_update (digest, data + done, step);
              done += step;
            }
          hoist_digest_finish (digest, pieces);
          g_assert_cmpmem (pieces, hoist_digest_kind_get_length (kind), whole,
                           hoist_digest_kind_get_length (kind));
        }
    }
}

static gpointer
digest_in_thread (gpointer user_data)
{
  guint8 *result = g_malloc (HOIST_SHA256_BYTES);

  for (guint i = 0; i < 100; i++)
    hoist_digest_data (HOIST_DIGEST_SHA256, "abc", 3, result);
  return result;
}

static void
test_threads (void)
{
  GThread *threads[8];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("digest", digest_in_thread, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autofree guint8 *result = g_thread_join (threads[i]);
      g_autofree char *hex = hoist_digest_to_hex (result, HOIST_SHA256_BYTES);

      g_assert_cmpstr (hex, ==, known[1].hex);
    }
}

/* RFC 4231, section 4: test cases 1, 2 and 6; and the empty key and text. */
static void
test_hmac (void)
{
  static const struct
  {
    guint8 key_byte;
    gsize key_length;
    const char *key;
    const char *data;
    const char *hex;
  } rows[] = {
    { 0x0b, 20, NULL, "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
    { 0, 4, "Jefe", "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
    { 0xaa, 131, NULL, "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
    { 0, 0, "", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint8 key[131];
      guint8 result[HOIST_SHA256_BYTES];
      g_autofree char *hex = NULL;

      memset (key, rows[i].key_byte, sizeof key);
      if (rows[i].key != NULL)
        memcpy (key, rows[i].key, rows[i].key_length);
      hoist_hmac_sha256 (key, rows[i].key_length, rows[i].data, strlen (rows[i].data), result);
      hex = hoist_digest_to_hex (result, sizeof result);
      g_assert_cmpstr (hex, ==, rows[i].hex);
    }
}

static void
test_hex (void)
{
  guint8 bytes[3];

  g_assert_true (hoist_digest_from_hex ("00fFA9", bytes, 3));
  g_assert_cmpmem (bytes, 3, "\x00\xff\xa9", 3);
  g_assert_true (hoist_digest_from_hex ("", bytes, 0));

  g_assert_false (hoist_digest_from_hex (NULL, bytes, 3));
  g_assert_false (hoist_digest_from_hex ("", bytes, 3));
  g_assert_false (hoist_digest_from_hex ("00ffa", bytes, 3));
  g_assert_false (hoist_digest_from_hex ("00ffa9a", bytes, 3));
  g_assert_false (hoist_digest_from_hex ("00ffg9", bytes, 3));
  g_assert_false (hoist_digest_from_hex (" 0ffa9", bytes, 3));
  g_assert_false (hoist_digest_from_hex ("0x0ffa", bytes, 3));
}

static void
test_base64 (void)
{
  /* The last character's unused bits must be 0: «Zh» is a way to write «f» too. */
  static const struct
  {
    const char *base64;
    gsize length;
    const char *bytes;
  } rows[] = {
    { "", 0, "" },       { "Zg==", 1, "f" },  { "Zm8=", 2, "fo" },     { "Zm9v", 3, "foo" },
    { "Zh==", 1, NULL }, { "Zm9=", 2, NULL }, { "Zg=", 1, NULL },      { "Zg", 1, NULL },
    { "Zg==", 2, NULL }, { "Zm9v", 2, NULL }, { "Zm9v\n", 3, NULL },   { " Zm9v", 3, NULL },
    { "Zm-v", 3, NULL }, { "Zm_v", 3, NULL }, { "Zm9v====", 3, NULL }, { "====", 1, NULL },
    { "Z===", 1, NULL }, { "Zg=A", 1, NULL }, { "Zm\x80v", 3, NULL },  { "Z\nm9", 3, NULL },
  };
  guint8 bytes[8];

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpint (hoist_digest_from_base64 (rows[i].base64, bytes, rows[i].length), ==,
                       rows[i].bytes != NULL);
      if (rows[i].bytes != NULL)
        g_assert_cmpmem (bytes, rows[i].length, rows[i].bytes, rows[i].length);
    }
  g_assert_false (hoist_digest_from_base64 (NULL, bytes, 3));
}

static void
test_round_trips (void)
{
  for (guint i = 0; i < 500; i++)
    {
      gsize length = (gsize) g_test_rand_int_range (0, 64);
      guint8 bytes[64];
      guint8 again[64];
      g_autofree char *hex = NULL;
      g_autofree char *base64 = NULL;

      for (gsize j = 0; j < length; j++)
        bytes[j] = (guint8) g_test_rand_int ();
      hex = hoist_digest_to_hex (bytes, length);
      base64 = hoist_digest_to_base64 (bytes, length);
      g_assert_true (hoist_digest_from_hex (hex, again, length));
      g_assert_true (hoist_digest_equal (bytes, again, length));
      g_assert_true (hoist_digest_from_base64 (base64, again, length));
      g_assert_true (hoist_digest_equal (bytes, again, length));
      if (length == 0)
        continue;
      again[g_test_rand_int_range (0, (gint32) length)] ^= 1 << g_test_rand_int_range (0, 8);
      g_assert_false (hoist_digest_equal (bytes, again, length));
    }
}

/* Of any two kinds, each is what it would be alone. */
static void
test_both (void)
{
  for (HoistDigestKind kind = HOIST_DIGEST_SHA256; kind <= HOIST_DIGEST_MD5; kind++)
    {
      g_autoptr (HoistDigest) first = hoist_digest_new (HOIST_DIGEST_SHA256);
      g_autoptr (HoistDigest) second = hoist_digest_new (kind);
      guint8 expected[HOIST_DIGEST_MAX_BYTES];
      guint8 got[HOIST_DIGEST_MAX_BYTES];

      hoist_digest_update (second, "a", 1);
      hoist_digest_update_both (first, second, NULL, 0);
      hoist_digest_update_both (first, second, "bc", 2);
      hoist_digest_data (HOIST_DIGEST_SHA256, "bc", 2, expected);
      hoist_digest_finish (first, got);
      g_assert_cmpmem (got, HOIST_SHA256_BYTES, expected, HOIST_SHA256_BYTES);
      hoist_digest_data (kind, "abc", 3, expected);
      hoist_digest_finish (second, got);
      g_assert_cmpmem (got, hoist_digest_kind_get_length (kind), expected,
                       hoist_digest_kind_get_length (kind));
    }
}

/* Going back to what was kept gives what the same bytes give. */
static void
test_copy (void)
{
  static const HoistDigestKind kinds[] = { HOIST_DIGEST_SHA256, HOIST_DIGEST_MD5 };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      gsize length = hoist_digest_kind_get_length (kinds[i]);
      g_autoptr (HoistDigest) digest = hoist_digest_new (kinds[i]);
      g_autoptr (HoistDigest) kept = NULL;
      guint8 expected[HOIST_DIGEST_MAX_BYTES];
      guint8 got[HOIST_DIGEST_MAX_BYTES];

      hoist_digest_update (digest, "ab", 2);
      kept = hoist_digest_copy (digest);
      hoist_digest_update (digest, "damaged", 7);
      hoist_digest_update (kept, "c", 1);
      hoist_digest_finish (kept, got);
      hoist_digest_data (kinds[i], "abc", 3, expected);
      g_assert_cmpmem (got, length, expected, length);
      hoist_digest_finish (digest, got);
      hoist_digest_data (kinds[i], "abdamaged", 9, expected);
      g_assert_cmpmem (got, length, expected, length);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* First, so that the threads race for the first use of the library. */
  g_test_add_func ("/digest/threads", test_threads);
  g_test_add_func ("/digest/known-answers", test_known_answers);
  g_test_add_func ("/digest/pieces", test_pieces);
  g_test_add_func ("/digest/both", test_both);
  g_test_add_func ("/digest/copy", test_copy);
  g_test_add_func ("/digest/hmac", test_hmac);
  g_test_add_func ("/digest/hex", test_hex);
  g_test_add_func ("/digest/base64", test_base64);
  g_test_add_func ("/digest/round-trips", test_round_trips);
  return g_test_run ();
}
