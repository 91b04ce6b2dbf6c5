/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-s3-results.h"

G_BEGIN_DECLS

/* Where the next page of unfinished uploads begins, as one text. */
char *hoist_s3_cursor_format (const HoistS3UploadsResult *page);
gboolean hoist_s3_cursor_parse (const char *text, char **key_marker, char **upload_id_marker);

G_END_DECLS
