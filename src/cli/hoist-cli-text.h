/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *hoist_cli_text_escape (const char *text);
guint hoist_cli_text_get_columns (const char *text);
char *hoist_cli_text_fit (const char *text, guint columns);
char *hoist_cli_text_pad (const char *text, guint columns);

G_END_DECLS
