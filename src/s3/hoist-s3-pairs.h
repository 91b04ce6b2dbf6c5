/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistS3Pairs:
 *
 * An ordered list of names and values: the headers or the decoded query
 * parameters of one request. A name may occur more than once.
 */
typedef struct _HoistS3Pairs HoistS3Pairs;

HoistS3Pairs *hoist_s3_pairs_new (void);
HoistS3Pairs *hoist_s3_pairs_copy (const HoistS3Pairs *pairs);
void hoist_s3_pairs_free (HoistS3Pairs *pairs);
void hoist_s3_pairs_add (HoistS3Pairs *pairs, const char *name, const char *value);
guint hoist_s3_pairs_get_length (const HoistS3Pairs *pairs);
const char *hoist_s3_pairs_get_name (const HoistS3Pairs *pairs, guint index);
const char *hoist_s3_pairs_get_value (const HoistS3Pairs *pairs, guint index);
/* The first value of exactly this name (query), or of this name in any case (headers). */
const char *hoist_s3_pairs_lookup (const HoistS3Pairs *pairs, const char *name);
const char *hoist_s3_pairs_lookup_header (const HoistS3Pairs *pairs, const char *name);
/* name, value, name, value, …, NULL */
GStrv hoist_s3_pairs_to_strv (const HoistS3Pairs *pairs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3Pairs, hoist_s3_pairs_free)

G_END_DECLS
