/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-qr.h"

#include <glib/gi18n-lib.h>

#include "hoist-error.h"
#include "hoist-qr-code.h"

/* ECMA-48: black on white, whatever the terminal's own colours are. In the cube of 256 colours,
 * which no theme changes. */
#define DARK_ON_LIGHT "\033[38;5;16m\033[48;5;231m"
#define AS_BEFORE "\033[0m"

/* Two rows of modules make a line: what is dark above, below, in both, or in neither. */
static char *
make_line (const HoistQrCode *code, int y, gboolean coloured)
{
  static const char *const blocks[] = { " ", "▀", "▄", "█" };
  const int quiet = HOIST_QR_CODE_QUIET_MODULES;
  int size = (int) hoist_qr_code_get_size (code);
  GString *line = g_string_new (coloured ? DARK_ON_LIGHT : NULL);

  for (int x = -quiet; x < size + quiet; x++)
    g_string_append (line, blocks[(hoist_qr_code_is_dark (code, x, y) ? 1 : 0) +
                                  (hoist_qr_code_is_dark (code, x, y + 1) ? 2 : 0)]);
  return g_string_free (g_string_append (line, coloured ? AS_BEFORE : ""), FALSE);
}

/**
 * hoist_cli_qr_print:
 * @console: where to
 * @text: what the code says
 * @error: return location
 *
 * Prints a QR code: in black and white on a terminal, else without colours, for dark ink on light
 * paper.
 *
 * Errors: %HOIST_ERROR_TOO_LARGE if the text does not fit a code, or the code the terminal.
 *
 * Returns: whether it was printed
 */
gboolean
hoist_cli_qr_print (HoistCliConsole *console, const char *text, GError **error)
{
  const int quiet = HOIST_QR_CODE_QUIET_MODULES;
  gboolean coloured = hoist_cli_console_is_terminal (console);
  g_autoptr (HoistQrCode) code = hoist_qr_code_new (text);
  guint columns;

  if (code == NULL)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_TOO_LARGE,
                           _ ("The link is too long for a QR code"));
      return FALSE;
    }
  columns = hoist_qr_code_get_size (code) + 2 * HOIST_QR_CODE_QUIET_MODULES;
  if (coloured && hoist_cli_console_get_columns (console) < columns)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_TOO_LARGE,
                   ngettext ("The QR code needs a terminal of %u column",
                             "The QR code needs a terminal of %u columns", columns),
                   columns);
      return FALSE;
    }
  for (int y = -quiet; y < (int) hoist_qr_code_get_size (code) + quiet; y += 2)
    {
      g_autofree char *line = make_line (code, y, coloured);

      hoist_cli_console_print_raw (console, line);
    }
  return TRUE;
}
