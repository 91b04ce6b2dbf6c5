/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-digest.h"

G_BEGIN_DECLS

/* S3's checksum of a multipart object, from its parts' digests one after the other in order of
 * the part numbers: base64(SHA-256(…))-N, and the ETag: hex(MD5(…))-N. */
char *hoist_s3_composite_sha256 (const guint8 *digests, guint n_parts);
char *hoist_s3_multipart_etag (const guint8 *md5s, guint n_parts);
/* Whether an object can be made of these parts (element-type HoistS3Part). */
gboolean hoist_s3_is_made_of (const char *etag, const char *checksum_sha256, GPtrArray *parts);

G_END_DECLS
