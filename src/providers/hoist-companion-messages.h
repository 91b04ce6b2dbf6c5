/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-json-reader.h"
#include "hoist-provider.h"

G_BEGIN_DECLS

/* What Uppy Companion's S3 endpoints (packages/@uppy/companion/src/server/controllers/s3.js) want
 * and answer, without any I/O. */

/* Numbers in one address. 5,000 make 24 KB, which Node.js refuses; proxies refuse 8 KB and some 4 KB,
 * and the key, escaped, may have 3. */
#define HOIST_COMPANION_MAX_BATCH 100

/* Of a file that goes in one request the id is what was asked, after this. */
#define HOIST_COMPANION_FORM_MARK '?'

GStrv hoist_companion_make_metadata (const HoistBeginRequest *request, const char *key_prefix);
char *hoist_companion_build_path (const char *upload_id, const char *rest);
char *hoist_companion_build_query (const char *key, const guint *part_numbers, gsize n_parts);
GBytes *hoist_companion_build_create (const HoistBeginRequest *request, const char *key_prefix);
GBytes *hoist_companion_build_complete (const HoistPartRef *parts, gsize n_parts, GError **error);

char *hoist_companion_build_params_query (const HoistBeginRequest *request, const char *key_prefix);

HoistSignedUrl *hoist_companion_read_signed (HoistJsonReader *reader,
                                             JsonObject *object,
                                             GUri *base,
                                             guint part_number,
                                             gint64 asked_us);
HoistSignedUrl *hoist_companion_parse_params (GBytes *answer,
                                              GUri *base,
                                              const char *query,
                                              const guint8 *md5,
                                              gint64 asked_us,
                                              GError **error);
gboolean hoist_companion_parse_created (GBytes *answer,
                                        char **upload_id,
                                        char **key,
                                        GError **error);
HoistSignedUrl *hoist_companion_parse_signed (GBytes *answer,
                                              GUri *base,
                                              guint part_number,
                                              gint64 asked_us,
                                              GError **error);
GPtrArray *hoist_companion_parse_batch (GBytes *answer,
                                        GUri *base,
                                        const guint *part_numbers,
                                        gsize n_parts,
                                        gint64 asked_us,
                                        GError **error);
GPtrArray *hoist_companion_parse_list (GBytes *answer, GError **error);
HoistObject *hoist_companion_parse_completed (GBytes *answer, const char *key, GError **error);
GError *hoist_companion_parse_error (guint http_status,
                                     GBytes *answer,
                                     const char *call,
                                     const char *host,
                                     gint64 *retry_after_us);
gboolean hoist_companion_error_says_nothing (const GError *error);

G_END_DECLS
