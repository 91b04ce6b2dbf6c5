/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ISO/IEC 18004:2015: where the modules of a QR code go, and which mask suits it best. */

#include "hoist-qr-code-private.h"

#define N_MASKS 8
#define MAX_ALIGNED 7
/* Section 7.8.3.1, table 11. */
#define POINTS_RUN 3
#define POINTS_BLOCK 3
#define POINTS_FINDER 40
#define POINTS_BALANCE 10

static void
set_function (HoistQrCode *code, int x, int y, gboolean dark)
{
  guint at;

  if (x < 0 || y < 0 || x >= (int) code->size || y >= (int) code->size)
    return;
  at = (guint) y * code->size + (guint) x;
  code->modules[at] = dark != 0;
  code->functions[at] = 1;
}

/* With the light line around it, as far as that is inside. */
static void
draw_finder (HoistQrCode *code, int centre_x, int centre_y)
{
  for (int dy = -4; dy <= 4; dy++)
    for (int dx = -4; dx <= 4; dx++)
      {
        int ring = MAX (ABS (dx), ABS (dy));

        set_function (code, centre_x + dx, centre_y + dy, ring != 2 && ring != 4);
      }
}

static void
draw_alignment (HoistQrCode *code, int centre_x, int centre_y)
{
  for (int dy = -2; dy <= 2; dy++)
    for (int dx = -2; dx <= 2; dx++)
      set_function (code, centre_x + dx, centre_y + dy, MAX (ABS (dx), ABS (dy)) != 1);
}

/* Annex E. */
static guint
find_alignments (guint version, int *positions)
{
  guint n = version == 1 ? 0 : version / 7 + 2;
  int step = version == 32 ? 26 : n > 0 ? (int) ((version * 4 + n * 2 + 1) / (n * 2 - 2) * 2) : 0;

  for (guint i = n; i-- > 1;)
    positions[i] = (int) (version * 4 + 10) - step * (int) (n - 1 - i);
  if (n > 0)
    positions[0] = 6;
  return n;
}

static void
draw_alignments (HoistQrCode *code, guint version)
{
  int positions[MAX_ALIGNED];
  guint n = find_alignments (version, positions);

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      /* The finders are in three of the corners. */
      if (!(i == 0 && j == 0) && !(i == 0 && j == n - 1) && !(i == n - 1 && j == 0))
        draw_alignment (code, positions[i], positions[j]);
}

/* Section 7.9: level and mask, with BCH (15, 5), twice. */
static void
draw_format (HoistQrCode *code, HoistQrLevel level, guint mask)
{
  guint data = (level == HOIST_QR_LEVEL_L ? 1u << 3 : 0) | mask;
  guint remainder = data;
  int size = (int) code->size;
  guint bits;

  for (guint i = 0; i < 10; i++)
    remainder = (remainder << 1) ^ ((remainder >> 9) * 0x537);
  bits = (data << 10 | remainder) ^ 0x5412;
  for (int i = 0; i < 15; i++)
    {
      gboolean dark = (bits >> i) & 1;
      /* Around the finder at the top left, leaving the timing lines free. */
      int along = i < 6 ? i : i < 8 ? i + 1 : i == 8 ? 7 : 14 - i;

      set_function (code, i < 8 ? 8 : along, i < 8 ? along : 8, dark);
      set_function (code, i < 8 ? size - 1 - i : 8, i < 8 ? 8 : size - 15 + i, dark);
    }
  set_function (code, 8, size - 8, TRUE);
}

/* Section 7.10: the version, with BCH (18, 6), twice. */
static void
draw_version (HoistQrCode *code, guint version)
{
  guint remainder = version;
  guint bits;

  if (version < 7)
    return;
  for (guint i = 0; i < 12; i++)
    remainder = (remainder << 1) ^ ((remainder >> 11) * 0x1F25);
  bits = version << 12 | remainder;
  for (int i = 0; i < 18; i++)
    {
      int far = (int) code->size - 11 + i % 3;

      set_function (code, far, i / 3, (bits >> i) & 1);
      set_function (code, i / 3, far, (bits >> i) & 1);
    }
}

static void
draw_functions (HoistQrCode *code, guint version, HoistQrLevel level)
{
  int size = (int) code->size;

  for (int i = 0; i < size; i++)
    {
      set_function (code, 6, i, i % 2 == 0);
      set_function (code, i, 6, i % 2 == 0);
    }
  draw_finder (code, 3, 3);
  draw_finder (code, size - 4, 3);
  draw_finder (code, 3, size - 4);
  draw_alignments (code, version);
  draw_format (code, level, 0);
  draw_version (code, version);
}

/* Section 7.7.3: in columns of two, from the right, up and down in turns. */
static void
draw_codewords (HoistQrCode *code, const guint8 *codewords, guint n_codewords)
{
  guint size = code->size;
  guint bit = 0;

  for (int right = (int) size - 1; right >= 1; right -= 2)
    {
      if (right == 6)
        right = 5;
      for (guint i = 0; i < size; i++)
        for (guint j = 0; j < 2; j++)
          {
            guint x = (guint) right - j;
            guint y = ((right + 1) & 2) == 0 ? size - 1 - i : i;

            if (code->functions[y * size + x] || bit >= n_codewords * 8)
              continue;
            code->modules[y * size + x] = (codewords[bit / 8] >> (7 - bit % 8)) & 1;
            bit++;
          }
    }
}

/* Section 7.8.2, table 10. */
static gboolean
is_masked (guint mask, guint x, guint y)
{
  switch (mask)
    {
    case 0:
      return (x + y) % 2 == 0;
    case 1:
      return y % 2 == 0;
    case 2:
      return x % 3 == 0;
    case 3:
      return (x + y) % 3 == 0;
    case 4:
      return (x / 3 + y / 2) % 2 == 0;
    case 5:
      return x * y % 2 + x * y % 3 == 0;
    case 6:
      return (x * y % 2 + x * y % 3) % 2 == 0;
    default:
      return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
}

/* Twice is as before. */
static void
apply_mask (HoistQrCode *code, guint mask)
{
  for (guint y = 0; y < code->size; y++)
    for (guint x = 0; x < code->size; x++)
      if (!code->functions[y * code->size + x])
        code->modules[y * code->size + x] ^= is_masked (mask, x, y);
}

/* Of one line, which starts at @first: runs of one colour, and what looks like a finder. */
static guint
rate_line (const guint8 *first, guint step, guint size)
{
  /* 1:1:3:1:1 with four light modules on one side of it. */
  const guint finders[] = { 0x05D, 0x5D0 };
  guint points = 0;
  guint run = 0;
  guint window = 0;

  for (guint i = 0; i < size; i++)
    {
      guint8 module = first[i * step];

      run = i > 0 && module == first[(i - 1) * step] ? run + 1 : 1;
      if (run == 5)
        points += POINTS_RUN;
      else if (run > 5)
        points++;
      window = (window << 1 | module) & 0x7FF;
      if (i >= 10 && (window == finders[0] || window == finders[1]))
        points += POINTS_FINDER;
    }
  return points;
}

static guint
rate (const HoistQrCode *code)
{
  guint size = code->size;
  guint total = size * size;
  guint points = 0;
  guint n_dark = 0;

  for (guint i = 0; i < size; i++)
    points +=
      rate_line (code->modules + i * size, 1, size) + rate_line (code->modules + i, size, size);
  for (guint y = 0; y + 1 < size; y++)
    for (guint x = 0; x + 1 < size; x++)
      {
        const guint8 *at = code->modules + y * size + x;

        if (at[0] == at[1] && at[0] == at[size] && at[0] == at[size + 1])
          points += POINTS_BLOCK;
      }
  for (guint i = 0; i < total; i++)
    n_dark += code->modules[i];
  return points + (guint) ABS ((int) (n_dark * 20) - (int) (total * 10)) / total * POINTS_BALANCE;
}

/**
 * _hoist_qr_code_draw: (skip)
 * @version: 1 to %HOIST_QR_MAX_VERSION
 * @level: how much error correction there is
 * @codewords: (array length=n_codewords): data and error correction, in their final order
 * @n_codewords: how many
 *
 * Returns: (transfer full): the code
 */
HoistQrCode *
_hoist_qr_code_draw (guint version, HoistQrLevel level, const guint8 *codewords, guint n_codewords)
{
  HoistQrCode *code = g_new0 (HoistQrCode, 1);
  guint best = 0;
  guint least = G_MAXUINT;

  code->size = 17 + 4 * version;
  code->modules = g_new0 (guint8, code->size * code->size);
  code->functions = g_new0 (guint8, code->size * code->size);
  draw_functions (code, version, level);
  draw_codewords (code, codewords, n_codewords);
  for (guint mask = 0; mask < N_MASKS; mask++)
    {
      guint points;

      apply_mask (code, mask);
      draw_format (code, level, mask);
      points = rate (code);
      apply_mask (code, mask);
      if (points >= least)
        continue;
      least = points;
      best = mask;
    }
  apply_mask (code, best);
  draw_format (code, level, best);
  return code;
}
