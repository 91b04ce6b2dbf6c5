/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-sha256.h"

#define MAX_BYTES 700

static gboolean
skip_without_instructions (void)
{
  if (hoist_sha256_is_supported ())
    return FALSE;
  g_test_skip ("this processor has no instructions for SHA-256");
  return TRUE;
}

static gsize
random_piece (gsize most)
{
  gsize piece = (gsize) g_test_rand_int_range (0, 300);

  return MIN (piece, most);
}

static void
fill (guint8 *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) g_test_rand_int ();
}

static void
assert_is_of (HoistSha256 *sha256, const guint8 *data, gsize length)
{
  guint8 expected[HOIST_SHA256_BYTES];
  guint8 got[HOIST_SHA256_BYTES];

  hoist_digest_data (HOIST_DIGEST_SHA256, data, length, expected);
  hoist_sha256_finish (sha256, got);
  g_assert_cmpmem (got, sizeof got, expected, sizeof expected);
}

/* FIPS 180-4's examples: no block, one, two; and a million times «a». */
static void
test_known_answers (void)
{
  static const char *const rows[][2] = {
    { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
  };
  g_autofree char *million = g_strnfill (1000000, 'a');
  guint8 result[HOIST_SHA256_BYTES];
  g_autofree char *of_million = NULL;
  HoistSha256 sha256;

  if (skip_without_instructions ())
    return;
  hoist_sha256_start (&sha256);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *hex = NULL;

      hoist_sha256_update (&sha256, rows[i][0], strlen (rows[i][0]));
      hoist_sha256_finish (&sha256, result);
      hex = hoist_digest_to_hex (result, sizeof result);
      g_assert_cmpstr (hex, ==, rows[i][1]);
    }
  hoist_sha256_update (&sha256, million, strlen (million));
  hoist_sha256_finish (&sha256, result);
  of_million = hoist_digest_to_hex (result, sizeof result);
  g_assert_cmpstr (of_million, ==,
                   "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Where the end is padded, every length differs. */
static void
test_every_length (void)
{
  guint8 data[4 * HOIST_SHA256_BLOCK_BYTES];
  HoistSha256 sha256;

  if (skip_without_instructions ())
    return;
  fill (data, sizeof data);
  hoist_sha256_start (&sha256);
  for (gsize length = 0; length <= sizeof data; length++)
    {
      hoist_sha256_update (&sha256, data, length);
      assert_is_of (&sha256, data, length);
    }
}

/* In any pieces, at any alignment. */
static void
test_pieces (void)
{
  guint8 data[MAX_BYTES];
  HoistSha256 sha256;

  if (skip_without_instructions ())
    return;
  fill (data, sizeof data);
  hoist_sha256_start (&sha256);
  for (guint round = 0; round < 500; round++)
    {
      gsize start = (gsize) g_test_rand_int_range (0, 32);
      gsize length = (gsize) g_test_rand_int_range (0, MAX_BYTES - 32);
      gsize piece;

      for (gsize done = 0; done < length; done += piece)
        {
          piece = random_piece (length - done);
          hoist_sha256_update (&sha256, data + start + done, piece);
        }
      assert_is_of (&sha256, data + start, length);
    }
}

/* A whole that was begun before its part: as far from a block's begin as that, or not. */
static void
test_both (void)
{
  guint8 data[2 * MAX_BYTES];
  HoistSha256 whole;
  HoistSha256 part;

  if (skip_without_instructions ())
    return;
  fill (data, sizeof data);
  hoist_sha256_start (&whole);
  hoist_sha256_start (&part);
  for (guint round = 0; round < 500; round++)
    {
      gsize before = (gsize) g_test_rand_int_range (0, MAX_BYTES);
      gsize length = (gsize) g_test_rand_int_range (0, MAX_BYTES);
      gsize piece;

      if (g_test_rand_bit ())
        before -= before % HOIST_SHA256_BLOCK_BYTES;
      hoist_sha256_update (&whole, data, before);
      for (gsize done = 0; done < length; done += piece)
        {
          piece = random_piece (length - done);
          hoist_sha256_update_both (&part, &whole, data + before + done, piece);
        }
      assert_is_of (&part, data + before, length);
      assert_is_of (&whole, data, before + length);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sha256/known-answers", test_known_answers);
  g_test_add_func ("/sha256/every-length", test_every_length);
  g_test_add_func ("/sha256/pieces", test_pieces);
  g_test_add_func ("/sha256/both", test_both);
  return g_test_run ();
}
