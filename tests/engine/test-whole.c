/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole file's digest: whoever brings the next bytes, in whatever order others work, it is that
 * of the file. */

#include "hoist-whole.h"

#define N_PIECES 64
#define PIECE_BYTES 1000

static guint8 contents[N_PIECES * PIECE_BYTES];

static HoistWhole *
make_whole (void)
{
  const HoistFileIdentity identity = { 1, 2, sizeof contents, 3, 4 };

  for (gsize i = 0; i < sizeof contents; i++)
    contents[i] = (guint8) g_test_rand_int ();
  return hoist_whole_new (&identity);
}

static void
assert_right (HoistWhole *whole)
{
  guint8 expected[HOIST_SHA256_BYTES];
  guint8 found[HOIST_SHA256_BYTES];

  hoist_digest_data (HOIST_DIGEST_SHA256, contents, sizeof contents, expected);
  g_assert_true (hoist_whole_finish (whole, found));
  g_assert_cmpmem (found, sizeof found, expected, sizeof expected);
  g_assert_false (hoist_whole_finish (whole, found)); /* given away once */
  g_assert_null (hoist_whole_claim (whole, sizeof contents));
}

static void
test_in_order (void)
{
  g_autoptr (HoistWhole) whole = make_whole ();
  guint8 found[HOIST_SHA256_BYTES];
  guint64 offset = 0;

  for (guint i = 0; i < N_PIECES; i++)
    {
      HoistDigest *digest;

      g_assert_true (hoist_whole_wants (whole, &offset));
      g_assert_cmpuint (offset, ==, i * PIECE_BYTES);
      g_assert_null (hoist_whole_claim (whole, offset + 1));
      g_assert_null (hoist_whole_claim (whole, offset + PIECE_BYTES));
      digest = hoist_whole_claim (whole, offset);
      g_assert_nonnull (digest);
      /* while somebody brings them, nobody else is asked to, and nothing is ready */
      g_assert_null (hoist_whole_claim (whole, offset));
      g_assert_false (hoist_whole_wants (whole, &offset));
      g_assert_false (hoist_whole_finish (whole, found));
      hoist_digest_update (digest, contents + i * PIECE_BYTES, PIECE_BYTES);
      hoist_whole_release (whole, PIECE_BYTES);
    }
  g_assert_false (hoist_whole_wants (whole, &offset));
  assert_right (whole);
}

/* A disk that fails in the middle, a job that is cancelled: as if it had not begun. */
static void
test_failures (void)
{
  g_autoptr (HoistWhole) whole = make_whole ();

  for (guint i = 0; i < N_PIECES; i++)
    {
      HoistDigest *digest = hoist_whole_claim (whole, i * PIECE_BYTES);
      gsize part = (gsize) g_test_rand_int_range (0, PIECE_BYTES);

      hoist_digest_update (digest, contents + i * PIECE_BYTES, part);
      hoist_whole_release (whole, 0);
      digest = hoist_whole_claim (whole, i * PIECE_BYTES);
      hoist_digest_update (digest, contents + i * PIECE_BYTES, PIECE_BYTES);
      hoist_whole_release (whole, PIECE_BYTES);
    }
  assert_right (whole);
}

typedef struct
{
  HoistWhole *whole;
  guint first;
  guint step;
} Walk;

/* Looks at its own pieces in order, and feeds those that happen to be wanted. */
static gpointer
walk_thread (gpointer data)
{
  const Walk *walk = data;

  for (guint i = walk->first; i < N_PIECES; i += walk->step)
    {
      HoistDigest *digest = hoist_whole_claim (walk->whole, i * PIECE_BYTES);

      if (digest == NULL)
        continue;
      hoist_digest_update (digest, contents + i * PIECE_BYTES, PIECE_BYTES);
      hoist_whole_release (walk->whole, PIECE_BYTES);
    }
  return NULL;
}

/* Two that work at once out of order, and one that catches up afterwards. */
static void
test_threads (void)
{
  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (HoistWhole) whole = make_whole ();
      Walk walks[] = { { whole, 0, 2 }, { whole, 1, 2 } };
      Walk rest = { whole, 0, 1 };
      GThread *threads[G_N_ELEMENTS (walks)];

      for (guint i = 0; i < G_N_ELEMENTS (walks); i++)
        threads[i] = g_thread_new ("walk", walk_thread, &walks[i]);
      for (guint i = 0; i < G_N_ELEMENTS (walks); i++)
        g_thread_join (threads[i]);
      walk_thread (&rest);
      assert_right (whole);
    }
}

static void
test_identity (void)
{
  const HoistFileIdentity same = { 1, 2, sizeof contents, 3, 4 };
  const HoistFileIdentity others[] = { { 0, 2, sizeof contents, 3, 4 },
                                       { 1, 0, sizeof contents, 3, 4 },
                                       { 1, 2, sizeof contents - 1, 3, 4 },
                                       { 1, 2, sizeof contents, 0, 4 },
                                       { 1, 2, sizeof contents, 3, 0 } };
  g_autoptr (HoistWhole) whole = make_whole ();

  g_assert_true (hoist_whole_is_of (whole, &same));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (hoist_whole_is_of (whole, &others[i]));
}

static void
test_empty (void)
{
  const HoistFileIdentity identity = { 1, 2, 0, 3, 4 };
  g_autoptr (HoistWhole) whole = hoist_whole_new (&identity);
  guint8 expected[HOIST_SHA256_BYTES];
  guint8 found[HOIST_SHA256_BYTES];
  guint64 offset;

  g_assert_false (hoist_whole_wants (whole, &offset));
  hoist_digest_data (HOIST_DIGEST_SHA256, NULL, 0, expected);
  g_assert_true (hoist_whole_finish (whole, found));
  g_assert_cmpmem (found, sizeof found, expected, sizeof expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/whole/in-order", test_in_order);
  g_test_add_func ("/whole/failures", test_failures);
  g_test_add_func ("/whole/threads", test_threads);
  g_test_add_func ("/whole/identity", test_identity);
  g_test_add_func ("/whole/empty", test_empty);
  return g_test_run ();
}
