/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-crc32c.h"

#include <string.h>

#include "hoist-crc32c-portable.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

/* The Castagnoli polynomial, bits reversed (RFC 3720, section 12.1). */
#define POLYNOMIAL 0x82f63b78u

typedef struct
{
  guint32 of_byte[256];
} Table;

static const Table *
get_table (void)
{
  static Table table;
  static gsize ready = 0;

  if (g_once_init_enter (&ready))
    {
      for (guint32 i = 0; i < 256; i++)
        {
          guint32 crc = i;

          for (guint bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? POLYNOMIAL : 0);
          table.of_byte[i] = crc;
        }
      g_once_init_leave (&ready, 1);
    }
  return &table;
}

/**
 * hoist_crc32c_portable:
 * @crc: 0, or the result for the bytes before
 * @data: (array length=length): the bytes
 * @length: number of bytes
 *
 * [func@hoist_crc32c] without the processor's help.
 *
 * Returns: the checksum
 */
guint32
hoist_crc32c_portable (guint32 crc, const void *data, gsize length)
{
  const Table *table = get_table ();
  const guint8 *byte = data;

  crc = ~crc;
  for (gsize i = 0; i < length; i++)
    crc = (crc >> 8) ^ table->of_byte[(crc ^ byte[i]) & 0xff];
  return ~crc;
}

#if defined(__x86_64__)
__attribute__ ((target ("sse4.2"))) static guint32
crc32c_sse42 (guint32 crc, const void *data, gsize length)
{
  const guint8 *byte = data;
  guint64 state = ~crc;

  for (; length >= 8; length -= 8, byte += 8)
    {
      guint64 word;

      memcpy (&word, byte, sizeof word);
      state = _mm_crc32_u64 (state, word);
    }
  for (; length > 0; length--, byte++)
    state = _mm_crc32_u8 ((guint32) state, *byte);
  return ~(guint32) state;
}
#endif

/**
 * hoist_crc32c:
 * @crc: 0, or the result for the bytes before
 * @data: (array length=length): the bytes
 * @length: number of bytes; may be 0
 *
 * CRC-32C (Castagnoli; RFC 3720, section 12.1), which finds damage in the
 * journal. Uses the SSE 4.2 instruction where the processor has it. It is no
 * protection against anybody who means harm.
 *
 * Returns: the checksum
 */
guint32
hoist_crc32c (guint32 crc, const void *data, gsize length)
{
#if defined(__x86_64__)
  if (__builtin_cpu_supports ("sse4.2"))
    return crc32c_sse42 (crc, data, length);
#endif
  return hoist_crc32c_portable (crc, data, length);
}
