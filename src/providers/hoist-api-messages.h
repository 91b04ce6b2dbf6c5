/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-json-reader.h"
#include "hoist-provider.h"

G_BEGIN_DECLS

/* What docs/upload-api.md says, without any I/O: builders of request bodies and
 * readers of answers. */

#define HOIST_API_MAX_ANSWER_BYTES (16 << 20)

GBytes *hoist_api_build_initiate (GPtrArray *requests, const char *key_prefix);
GBytes *hoist_api_build_sign (const char *upload_id,
                              const char *key,
                              HoistDigestKind digest_kind,
                              const HoistPartRef *parts,
                              gsize n_parts);
GBytes *hoist_api_build_complete (const char *upload_id,
                                  const char *key,
                                  HoistDigestKind digest_kind,
                                  const HoistPartRef *parts,
                                  gsize n_parts);
GBytes *hoist_api_build_stat (const HoistStatRef *objects, gsize n_objects);
GBytes *hoist_api_build_abort (const char *upload_id, const char *key);
GBytes *hoist_api_build_share (const char *key, guint expires_in_s);

HoistCapabilities *hoist_api_parse_capabilities (GBytes *answer, GError **error);
GPtrArray *hoist_api_parse_initiate (GBytes *answer,
                                     GPtrArray *requests,
                                     gint64 asked_us,
                                     GError **error);
GPtrArray *hoist_api_parse_sign (GBytes *answer,
                                 const guint *part_numbers,
                                 gsize n_parts,
                                 gint64 asked_us,
                                 GError **error);
GPtrArray *hoist_api_parse_status (GBytes *answer, GError **error);
HoistObject *hoist_api_parse_complete (GBytes *answer, GError **error);
GPtrArray *hoist_api_parse_stat (GBytes *answer, GPtrArray *keys, GError **error);
gboolean hoist_api_parse_abort (GBytes *answer, guint *remaining, GError **error);
HoistUnfinishedPage *hoist_api_parse_uploads (GBytes *answer, const char *after, GError **error);
HoistShare *hoist_api_parse_share (GBytes *answer, GError **error);
GError *hoist_api_parse_error (guint http_status,
                               GBytes *answer,
                               const char *call,
                               const char *host,
                               gint64 *retry_after_us);

GError *hoist_api_read_refusal (HoistJsonReader *reader,
                                JsonObject *object,
                                gint64 *retry_after_us);
char *hoist_api_strip_quotes (char *etag);
char *hoist_api_tidy_message (const char *message);

G_END_DECLS
