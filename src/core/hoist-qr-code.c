/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-qr-code.h"

#include <qrencode.h>
#include <string.h>

struct _HoistQrCode
{
  QRcode *symbol; /* (owned) */
};

static void
free_symbol (QRcode *symbol)
{
  if (symbol == NULL)
    return;
  explicit_bzero (symbol->data, (gsize) symbol->width * (gsize) symbol->width);
  QRcode_free (symbol);
}

/**
 * hoist_qr_code_new:
 * @text: a text, UTF-8, not empty
 *
 * Makes the smallest QR code that has a text in it, with error correction of level
 * M where that makes it no larger, and L otherwise.
 *
 * Returns: (transfer full) (nullable): the code, or %NULL if @text has more than
 *   %HOIST_QR_CODE_MAX_BYTES
 */
HoistQrCode *
hoist_qr_code_new (const char *text)
{
  HoistQrCode *code;
  QRcode *small;
  QRcode *safe;
  gsize length;

  g_return_val_if_fail (text != NULL && *text != '\0', NULL);

  length = strlen (text);
  if (length > HOIST_QR_CODE_MAX_BYTES)
    return NULL;
  small = QRcode_encodeData ((int) length, (const guint8 *) text, 0, QR_ECLEVEL_L);
  safe = QRcode_encodeData ((int) length, (const guint8 *) text, 0, QR_ECLEVEL_M);
  g_return_val_if_fail (small != NULL, NULL);

  code = g_new0 (HoistQrCode, 1);
  if (safe != NULL && safe->width == small->width)
    code->symbol = g_steal_pointer (&safe);
  else
    code->symbol = g_steal_pointer (&small);
  free_symbol (small);
  free_symbol (safe);
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
  free_symbol (code->symbol);
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

  return (guint) code->symbol->width;
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
  int size;

  g_return_val_if_fail (code != NULL, FALSE);

  size = code->symbol->width;
  /* Of a module's byte, the lowest bit is its colour. */
  return x >= 0 && y >= 0 && x < size && y < size && (code->symbol->data[y * size + x] & 1) != 0;
}
