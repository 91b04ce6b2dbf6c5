/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-s3-credentials.h"
#include "hoist-s3-fault.h"
#include "hoist-s3-pairs.h"

G_BEGIN_DECLS

/* Amazon S3 API Reference, «Error responses», RequestTimeTooSkewed: fifteen minutes. */
#define HOIST_S3_MAX_SKEW_S 900

/**
 * HoistS3Incoming:
 *
 * A request as a server got it.
 */
typedef struct
{
  const char *method;
  const char *path;            /* as in the request line: encoded, with the bucket in path style */
  const char *query;           /* (nullable) as in the request line */
  const HoistS3Pairs *headers; /* with Host */
} HoistS3Incoming;

/**
 * HoistS3Lookup:
 * @access_key: an access key, as the request gives it
 * @user_data: what was given to [func@hoist_s3_verify]
 *
 * Finds the credentials of an access key.
 *
 * Returns: (transfer full) (nullable): them, or null where there is no such key
 */
typedef HoistS3Credentials *(*HoistS3Lookup) (const char *access_key, gpointer user_data);

/**
 * HoistS3Verified:
 *
 * Who sent a request, and what its body must be.
 */
typedef struct
{
  HoistS3Credentials *credentials; /* (owned) */
  char *payload_sha256;            /* (owned) (nullable) lower-case hex; null = unsigned */
  gboolean presigned;
} HoistS3Verified;

/* NULL: it is authentic, and @verified says whose it is. Else S3's error, to be answered. */
HoistS3Fault *hoist_s3_verify (const HoistS3Incoming *incoming,
                               const char *region,
                               HoistS3Lookup lookup,
                               gpointer user_data,
                               gint64 now_s,
                               HoistS3Verified *verified);
void hoist_s3_verified_clear (HoistS3Verified *verified);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HoistS3Verified, hoist_s3_verified_clear)

G_END_DECLS
