/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ISO/IEC 18004:2015: the text in byte mode, its error correction, and the order of both. */

#include <string.h>

#include "hoist-qr-code-private.h"

#define MAX_CODEWORDS 3706
#define MAX_EC_PER_BLOCK 30
#define BYTE_MODE 4
/* x⁸ + x⁴ + x³ + x² + 1, section 7.5.2. */
#define FIELD_POLYNOMIAL 0x11D

/* Table 9. */
static const guint8 ec_per_block[HOIST_QR_N_LEVELS][HOIST_QR_MAX_VERSION] = {
  { 7,  10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
    28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30 },
  { 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
    26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28 },
};
static const guint8 n_blocks[HOIST_QR_N_LEVELS][HOIST_QR_MAX_VERSION] = {
  { 1, 1, 1, 1,  1,  2,  2,  2,  2,  4,  4,  4,  4,  4,  6,  6,  6,  6,  7,  8,
    8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25 },
  { 1,  1,  1,  2,  2,  4,  4,  4,  5,  5,  5,  8,  9,  9,  10, 10, 11, 13, 14, 16,
    17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49 },
};

/* Modules that are left for data and error correction, in whole codewords. */
static guint
count_codewords (guint version)
{
  guint modules = (16 * version + 128) * version + 64;
  guint n_aligned = version / 7 + 2;

  if (version >= 2)
    modules -= (25 * n_aligned - 10) * n_aligned - 55;
  if (version >= 7)
    modules -= 36;
  return modules / 8;
}

static guint
count_data (guint version, HoistQrLevel level)
{
  return count_codewords (version) -
         ec_per_block[level][version - 1] * (guint) n_blocks[level][version - 1];
}

/* The mode takes 4 bits, the length 8 or 16. */
static gboolean
fits (guint version, HoistQrLevel level, gsize length)
{
  return 4 + (version < 10 ? 8 : 16) + 8 * length <= 8 * (gsize) count_data (version, level);
}

static guint8
multiply (guint8 x, guint8 y)
{
  guint product = 0;

  for (int i = 7; i >= 0; i--)
    {
      product = (product << 1) ^ ((product >> 7) * FIELD_POLYNOMIAL);
      product ^= ((y >> i) & 1u) * x;
    }
  return (guint8) product;
}

/* The generator polynomial for @degree codewords, without its leading 1. */
static void
make_generator (guint degree, guint8 *generator)
{
  guint8 root = 1;

  memset (generator, 0, degree);
  generator[degree - 1] = 1;
  for (guint i = 0; i < degree; i++)
    {
      for (guint j = 0; j < degree; j++)
        {
          generator[j] = multiply (generator[j], root);
          if (j + 1 < degree)
            generator[j] ^= generator[j + 1];
        }
      root = multiply (root, 2);
    }
}

static void
divide (const guint8 *data, guint length, const guint8 *generator, guint degree, guint8 *remainder)
{
  memset (remainder, 0, degree);
  for (guint i = 0; i < length; i++)
    {
      guint8 factor = data[i] ^ remainder[0];

      memmove (remainder, remainder + 1, degree - 1);
      remainder[degree - 1] = 0;
      for (guint j = 0; j < degree; j++)
        remainder[j] ^= multiply (generator[j], factor);
    }
}

static void
append_bits (guint8 *bytes, guint *n_bits, guint value, guint length)
{
  for (int i = (int) length - 1; i >= 0; i--, (*n_bits)++)
    bytes[*n_bits / 8] |= ((value >> i) & 1) << (7 - *n_bits % 8);
}

/* Section 7.4: the mode, the length, the text, an end, and padding. */
static void
fill_data (guint8 *data, guint n_data, guint version, const char *text, gsize length)
{
  static const guint8 padding[] = { 0xEC, 0x11 };
  guint n_bits = 0;

  append_bits (data, &n_bits, BYTE_MODE, 4);
  append_bits (data, &n_bits, (guint) length, version < 10 ? 8 : 16);
  for (gsize i = 0; i < length; i++)
    append_bits (data, &n_bits, (guint8) text[i], 8);
  n_bits += MIN (4, n_data * 8 - n_bits);
  for (guint i = (n_bits + 7) / 8, j = 0; i < n_data; i++, j++)
    data[i] = padding[j % 2];
}

/* Section 7.6: the blocks take turns, codeword by codeword; those at the end are longer by one. */
static void
interleave (guint8 *out, const guint8 *data, guint version, HoistQrLevel level)
{
  guint8 generator[MAX_EC_PER_BLOCK];
  guint8 correction[MAX_EC_PER_BLOCK];
  guint degree = ec_per_block[level][version - 1];
  guint blocks = n_blocks[level][version - 1];
  guint n_data = count_data (version, level);
  guint shorter = n_data / blocks;
  guint n_shorter = blocks - n_data % blocks;

  make_generator (degree, generator);
  for (guint block = 0; block < blocks; block++)
    {
      guint length = shorter + (block >= n_shorter);

      divide (data, length, generator, degree, correction);
      for (guint i = 0; i < length; i++)
        out[i < shorter ? i * blocks + block : shorter * blocks + block - n_shorter] = data[i];
      for (guint i = 0; i < degree; i++)
        out[n_data + i * blocks + block] = correction[i];
      data += length;
    }
  explicit_bzero (correction, sizeof correction);
}

/**
 * hoist_qr_code_new:
 * @text: a text, UTF-8
 *
 * Makes the smallest QR code that has a text in it, with as much error correction as
 * has room in it.
 *
 * Returns: (transfer full) (nullable): the code, or %NULL if @text has more than
 *   %HOIST_QR_CODE_MAX_BYTES
 */
HoistQrCode *
hoist_qr_code_new (const char *text)
{
  guint8 data[MAX_CODEWORDS] = { 0 };
  guint8 codewords[MAX_CODEWORDS];
  HoistQrLevel level = HOIST_QR_LEVEL_L;
  HoistQrCode *code;
  guint version = 1;
  gsize length;

  g_return_val_if_fail (text != NULL, NULL);

  length = strlen (text);
  while (version <= HOIST_QR_MAX_VERSION && !fits (version, level, length))
    version++;
  if (version > HOIST_QR_MAX_VERSION)
    return NULL;
  if (fits (version, HOIST_QR_LEVEL_M, length))
    level = HOIST_QR_LEVEL_M;
  fill_data (data, count_data (version, level), version, text, length);
  interleave (codewords, data, version, level);
  code = _hoist_qr_code_draw (version, level, codewords, count_codewords (version));
  explicit_bzero (data, sizeof data);
  explicit_bzero (codewords, sizeof codewords);
  return code;
}

/**
 * hoist_qr_code_free:
 * @code: (transfer full) (nullable): a code
 *
 * Wipes and frees it.
 */
void
hoist_qr_code_free (HoistQrCode *code)
{
  if (code == NULL)
    return;
  explicit_bzero (code->modules, code->size * code->size);
  g_free (code->modules);
  g_free (code->functions);
  g_free (code);
}

/**
 * hoist_qr_code_get_size:
 * @code: a code
 *
 * Gets how large it is, without the light border that must be around it.
 *
 * Returns: modules on a side, 21 to 177
 */
guint
hoist_qr_code_get_size (const HoistQrCode *code)
{
  g_return_val_if_fail (code != NULL, 0);

  return code->size;
}

/**
 * hoist_qr_code_is_dark:
 * @code: a code
 * @x: a column, from 0
 * @y: a row, from 0
 *
 * Tells what colour a module has.
 *
 * Returns: whether it is dark; what is outside is light
 */
gboolean
hoist_qr_code_is_dark (const HoistQrCode *code, int x, int y)
{
  g_return_val_if_fail (code != NULL, FALSE);

  return x >= 0 && y >= 0 && x < (int) code->size && y < (int) code->size &&
         code->modules[(guint) y * code->size + (guint) x] != 0;
}
