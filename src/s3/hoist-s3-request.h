/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-digest.h"
#include "hoist-s3-pairs.h"
#include "hoist-s3-results.h"

G_BEGIN_DECLS

/* Amazon S3 API Reference, ListParts and ListMultipartUploads: most entries on one page. */
#define HOIST_S3_MAX_PAGE 1000

/**
 * HoistS3Request:
 *
 * A request to S3 that is not signed yet.
 */
typedef struct
{
  char *method;          /* (owned) */
  char *key;             /* (owned) (nullable) UTF-8, not encoded; null for the bucket itself */
  HoistS3Pairs *query;   /* (owned) decoded */
  HoistS3Pairs *headers; /* (owned) all of them are signed */
  GBytes *body;          /* (owned) (nullable) */
} HoistS3Request;

HoistS3Request *hoist_s3_request_new (const char *method, const char *key);
void hoist_s3_request_free (HoistS3Request *request);

/* @digest: of the body, of @kind; null with HOIST_DIGEST_NONE */
HoistS3Request *hoist_s3_request_put_object (const char *key,
                                             const char *content_type,
                                             HoistDigestKind kind,
                                             const guint8 *digest);
HoistS3Request *hoist_s3_request_create_multipart_upload (const char *key,
                                                          const char *content_type,
                                                          HoistDigestKind kind);
HoistS3Request *hoist_s3_request_upload_part (const char *key,
                                              const char *upload_id,
                                              guint part_number,
                                              HoistDigestKind kind,
                                              const guint8 *digest);
HoistS3Request *hoist_s3_request_list_parts (const char *key,
                                             const char *upload_id,
                                             guint part_number_marker,
                                             guint max_parts);
/* @parts: (element-type HoistS3Part) in any order; sorted in the body */
HoistS3Request *hoist_s3_request_complete_multipart_upload (const char *key,
                                                            const char *upload_id,
                                                            GPtrArray *parts);
HoistS3Request *hoist_s3_request_abort_multipart_upload (const char *key, const char *upload_id);
HoistS3Request *hoist_s3_request_list_multipart_uploads (const char *prefix,
                                                         const char *key_marker,
                                                         const char *upload_id_marker,
                                                         guint max_uploads);
HoistS3Request *hoist_s3_request_head_object (const char *key);
HoistS3Request *hoist_s3_request_head_version (const char *key, const char *version_id);
HoistS3Request *hoist_s3_request_get_object (const char *key);
HoistS3Request *hoist_s3_request_delete_object (const char *key);
HoistS3Request *hoist_s3_request_list_objects (const char *prefix,
                                               const char *continuation_token,
                                               guint max_keys);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3Request, hoist_s3_request_free)

G_END_DECLS
