/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-digest.h"
#include "hoist-s3-pairs.h"

G_BEGIN_DECLS

/* `20130524T000000Z` and its end */
#define HOIST_S3_STAMP_SIZE 17
#define HOIST_S3_ALGORITHM "AWS4-HMAC-SHA256"

/**
 * HoistS3Scope:
 *
 * What a signing key is good for.
 */
typedef struct
{
  const char *date; /* the first eight characters are read */
  const char *region;
  const char *service;
} HoistS3Scope;

void hoist_s3_stamp_format (gint64 unix_s, char stamp[HOIST_S3_STAMP_SIZE]);
gboolean hoist_s3_stamp_parse (const char *stamp, gint64 *unix_s);
char *hoist_s3_scope_format (const HoistS3Scope *scope);
void hoist_s3_scope_derive_key (const HoistS3Scope *scope,
                                const char *secret_key,
                                guint8 key[HOIST_SHA256_BYTES]);
GStrv hoist_s3_canonical_names (const HoistS3Pairs *headers);
char *hoist_s3_canonical_request (const char *method,
                                  const char *path,
                                  const char *query,
                                  const HoistS3Pairs *headers,
                                  const char *const *signed_names,
                                  const char *payload_sha256);
void hoist_s3_canonical_sign (const guint8 key[HOIST_SHA256_BYTES],
                              const HoistS3Scope *scope,
                              const char *stamp,
                              const char *canonical_request,
                              guint8 signature[HOIST_SHA256_BYTES]);

G_END_DECLS
