/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "hoist-digest.h"
#include "hoist-s3-fault.h"
#include "hoist-s3-pairs.h"
#include "hoist-store-sum.h"

G_BEGIN_DECLS

/* Amazon S3 User Guide, «Multipart upload limits». */
#define HOIST_STORE_MAX_PUT_BYTES (G_GUINT64_CONSTANT (5) << 30)
#define HOIST_STORE_MIN_PART_BYTES (5 << 20)
#define HOIST_STORE_MAX_PARTS 10000
#define HOIST_STORE_MAX_PAGE 1000
/* 10,000 parts with ETag and SHA-256 make 1.7 MiB. */
#define HOIST_STORE_MAX_XML_BYTES (2 << 20)

/* What the store can do: the Amazon S3 API Reference's names. */
typedef enum
{
  HOIST_STORE_PUT_OBJECT,
  HOIST_STORE_HEAD_OBJECT,
  HOIST_STORE_GET_OBJECT,
  HOIST_STORE_DELETE_OBJECT,
  HOIST_STORE_CREATE_UPLOAD,
  HOIST_STORE_UPLOAD_PART,
  HOIST_STORE_LIST_PARTS,
  HOIST_STORE_COMPLETE_UPLOAD,
  HOIST_STORE_ABORT_UPLOAD,
  HOIST_STORE_LIST_UPLOADS,
  HOIST_STORE_LIST_OBJECTS,
  HOIST_STORE_HEAD_BUCKET,
  HOIST_STORE_GET_BUCKET_LOCATION,
} HoistStoreOperation;

/**
 * HoistStoreCall:
 *
 * A request, understood. Not changed once it is made, so that any thread may
 * read it.
 */
typedef struct
{
  HoistStoreOperation operation;
  char *bucket_url;      /* (owned) as the client calls the bucket, for `Location` */
  char *key;             /* (owned) empty for the bucket itself */
  HoistS3Pairs *query;   /* (owned) decoded */
  HoistS3Pairs *headers; /* (owned) */

  const char *upload_id; /* (nullable) borrowed from @query: 32 hexadecimal digits */
  guint part_number;     /* 1 to 10,000; 0 = none */

  /* the body */
  guint64 length_bytes;
  char *payload_sha256; /* (owned) (nullable) hex, as the client signed it */
  gboolean has_sha256;
  guint8 sha256[HOIST_SHA256_BYTES]; /* x-amz-checksum-sha256 */
  gboolean has_md5;
  guint8 md5[HOIST_MD5_BYTES]; /* Content-MD5 */
  HoistStoreSumKind sum_kind;
  const char *sum; /* (nullable) borrowed from @headers: base64 */

  /* what shall be */
  gboolean exclusive;    /* If-None-Match: * */
  gboolean wants_sha256; /* CreateMultipartUpload: x-amz-checksum-algorithm: SHA256 */
  const char *algorithm; /* (nullable) borrowed from @headers: x-amz-checksum-algorithm */
  HoistS3Pairs *kept;    /* (owned) headers to keep with the object, lower-case names */
} HoistStoreCall;

HoistStoreCall *hoist_store_call_new (const char *method,
                                      const char *bucket_url,
                                      const char *key,
                                      const HoistS3Pairs *query,
                                      const HoistS3Pairs *headers,
                                      const char *payload_sha256,
                                      HoistS3Fault **fault);
void hoist_store_call_free (HoistStoreCall *call);
gboolean hoist_store_call_has_data (const HoistStoreCall *call);
HoistS3Fault *hoist_store_call_get_number (const HoistStoreCall *call,
                                           const char *name,
                                           guint max,
                                           guint *number);
HoistS3Fault *hoist_store_call_get_encoding (const HoistStoreCall *call, gboolean *url_encoded);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistStoreCall, hoist_store_call_free)

G_END_DECLS
