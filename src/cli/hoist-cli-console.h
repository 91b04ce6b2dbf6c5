/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where hoistctl writes: lines for results, lines for what went wrong, and on a
 * terminal one line that is drawn anew in its place. */
#define HOIST_TYPE_CLI_CONSOLE (hoist_cli_console_get_type ())
G_DECLARE_FINAL_TYPE (HoistCliConsole, hoist_cli_console, HOIST, CLI_CONSOLE, GObject)

HoistCliConsole *hoist_cli_console_new (GOutputStream *out, GOutputStream *err);
void hoist_cli_console_set_terminal (HoistCliConsole *self, int fd);
void hoist_cli_console_set_columns (HoistCliConsole *self, guint columns);
guint hoist_cli_console_get_columns (HoistCliConsole *self);
gboolean hoist_cli_console_is_terminal (HoistCliConsole *self);
void hoist_cli_console_print (HoistCliConsole *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void hoist_cli_console_print_note (HoistCliConsole *self, const char *format, ...)
  G_GNUC_PRINTF (2, 3);
void hoist_cli_console_print_error (HoistCliConsole *self, const char *format, ...)
  G_GNUC_PRINTF (2, 3);
void hoist_cli_console_print_raw (HoistCliConsole *self, const char *line);
void hoist_cli_console_set_status (HoistCliConsole *self, const char *line);

G_END_DECLS
