/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-plain-urls.h"

G_BEGIN_DECLS

/* The plain protocol (docs/destinations.md, «Plain backends»), without any I/O:
 * builders of request bodies and readers of answers. */

#define HOIST_PLAIN_CHUNK_BYTES (G_GUINT64_CONSTANT (5) << 20)

/* 10,000 URLs, and room for those that carry a session's token. */
#define HOIST_PLAIN_MAX_URLS_BYTES (32 << 20)

#define HOIST_PLAIN_HASH_CHARS (2 * HOIST_SHA256_BYTES)

/**
 * HoistPlainUpload:
 *
 * What an upload is called: the server knows it by the file's SHA-256, and the
 * number of its chunks must be told again each time. All of it is in the upload id
 * that the engine keeps.
 */
typedef struct
{
  char hash[HOIST_PLAIN_HASH_CHARS + 1]; /* lower case */
  guint n_chunks;
  char *server_id; /* (owned) */
} HoistPlainUpload;

char *hoist_plain_upload_to_id (const HoistPlainUpload *upload);
HoistPlainUpload *hoist_plain_upload_from_id (const char *upload_id, GError **error);
void hoist_plain_upload_free (HoistPlainUpload *upload);

GBytes *hoist_plain_build_initiate (const HoistPlainUpload *upload,
                                    const HoistBeginRequest *request,
                                    const char *key_prefix);
GBytes *hoist_plain_build_end (const HoistPlainUpload *upload);
char *hoist_plain_build_status_query (const char *hash);

/* What `initiate` says. */
typedef struct
{
  char *server_id;      /* (owned) */
  char *key;            /* (owned) (nullable) */
  HoistPlainUrls *urls; /* (owned) */
} HoistPlainBegun;

void hoist_plain_begun_free (HoistPlainBegun *begun);
HoistPlainBegun *hoist_plain_parse_initiate (GBytes *answer,
                                             guint n_chunks,
                                             gint64 asked_us,
                                             gint64 server_us,
                                             GError **error);
GPtrArray *hoist_plain_parse_status (GBytes *answer, guint n_chunks, GError **error);
HoistObject *hoist_plain_parse_complete (GBytes *answer,
                                         const HoistPlainUpload *upload,
                                         GError **error);
GArray *hoist_plain_parse_missing (GBytes *answer, guint n_chunks);
char *hoist_plain_read_refusal (GBytes *answer);
GError *hoist_plain_parse_error (guint http_status,
                                 GBytes *answer,
                                 const char *call,
                                 const char *host,
                                 gint64 *retry_after_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistPlainUpload, hoist_plain_upload_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistPlainBegun, hoist_plain_begun_free)

G_END_DECLS
