/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-s3-pairs.h"

G_BEGIN_DECLS

/* Amazon S3 User Guide, «Creating object key names»: bytes of UTF-8. */
#define HOIST_S3_MAX_KEY_BYTES 1024

gboolean hoist_s3_key_check (const char *key, GError **error);
char *hoist_s3_path_encode (const char *text);
char *hoist_s3_path_decode (const char *encoded, GError **error);
char *hoist_s3_query_encode (const char *text);
char *hoist_s3_query_format (const HoistS3Pairs *query);
HoistS3Pairs *hoist_s3_query_parse (const char *query, GError **error);

G_END_DECLS
