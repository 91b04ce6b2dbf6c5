/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-crc32c-portable.h"
#include "hoist-crc32c.h"

typedef guint32 (*Crc) (guint32 crc, const void *data, gsize length);

/* RFC 3720, section B.4, and the check value of the CRC catalogue. */
static void
check_known_answers (Crc crc)
{
  guint8 data[32];

  g_assert_cmphex (crc (0, "123456789", 9), ==, 0xe3069283);
  g_assert_cmphex (crc (0, "", 0), ==, 0);
  memset (data, 0, sizeof data);
  g_assert_cmphex (crc (0, data, sizeof data), ==, 0x8a9136aa);
  memset (data, 0xff, sizeof data);
  g_assert_cmphex (crc (0, data, sizeof data), ==, 0x62a8ab43);
  for (guint8 i = 0; i < sizeof data; i++)
    data[i] = i;
  g_assert_cmphex (crc (0, data, sizeof data), ==, 0x46dd794e);
}

static void
test_known_answers (void)
{
  check_known_answers (hoist_crc32c);
  check_known_answers (hoist_crc32c_portable);
}

/* Any length, any alignment, in any pieces, by either way: the same. */
static void
test_both_ways (void)
{
  guint8 data[600];

  for (gsize i = 0; i < sizeof data; i++)
    data[i] = (guint8) g_test_rand_int ();
  for (guint round = 0; round < 2000; round++)
    {
      gsize start = (gsize) g_test_rand_int_range (0, 100);
      gsize length = (gsize) g_test_rand_int_range (0, 500);
      gsize cut = (gsize) g_test_rand_int_range (0, (gint32) length + 1);
      guint32 whole = hoist_crc32c (0, data + start, length);
      guint32 head = hoist_crc32c (0, data + start, cut);

      g_assert_cmphex (hoist_crc32c_portable (0, data + start, length), ==, whole);
      g_assert_cmphex (hoist_crc32c (head, data + start + cut, length - cut), ==, whole);
      g_assert_cmphex (hoist_crc32c_portable (head, data + start + cut, length - cut), ==, whole);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crc32c/known-answers", test_known_answers);
  g_test_add_func ("/crc32c/both-ways", test_both_ways);
  return g_test_run ();
}
