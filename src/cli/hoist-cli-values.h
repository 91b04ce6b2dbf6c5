/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean hoist_cli_parse_rate (const char *text, guint64 *bytes_per_s, GError **error);
gboolean hoist_cli_parse_duration (const char *text, gint64 *duration_us, GError **error);
gboolean hoist_cli_parse_id (const char *text, guint64 *id, GError **error);

G_END_DECLS
