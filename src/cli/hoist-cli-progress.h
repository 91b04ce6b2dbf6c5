/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistCliProgress:
 * @name: (nullable): what travels just now; from outside, not escaped
 * @n_files: files known so far
 * @n_done: of these, finished in whichever way
 * @n_failed: of these, failed
 * @total_bytes: size of the known files
 * @sent_bytes: of these, what the server acknowledged
 * @bytes_per_s: speed of all together
 * @counting: folders are still being walked: @total_bytes grows
 * @note: (nullable): in place of amount and speed, such as why everything waits
 *
 * How far some uploads are, as the bar shows it.
 */
typedef struct
{
  const char *name;
  guint n_files;
  guint n_done;
  guint n_failed;
  guint64 total_bytes;
  guint64 sent_bytes;
  guint64 bytes_per_s;
  gboolean counting;
  const char *note;
} HoistCliProgress;

guint hoist_cli_progress_get_percent (const HoistCliProgress *progress);
char *hoist_cli_progress_format (const HoistCliProgress *progress, guint columns);

G_END_DECLS
