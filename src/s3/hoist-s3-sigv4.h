/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-s3-credentials.h"
#include "hoist-s3-endpoint.h"
#include "hoist-s3-request.h"

G_BEGIN_DECLS

/* Amazon S3 API Reference, «Authenticating Requests: Using Query Parameters»: seven days. */
#define HOIST_S3_MAX_EXPIRES_S 604800
#define HOIST_S3_UNSIGNED_PAYLOAD "UNSIGNED-PAYLOAD"

/**
 * HoistS3Signer:
 *
 * Signs requests for one endpoint. Keeps the day's signing key, so that a
 * further URL costs three hashes. Not thread-safe.
 */
typedef struct _HoistS3Signer HoistS3Signer;

HoistS3Signer *hoist_s3_signer_new (HoistS3Credentials *credentials,
                                    const HoistS3Endpoint *endpoint);
void hoist_s3_signer_free (HoistS3Signer *signer);
const HoistS3Endpoint *hoist_s3_signer_get_endpoint (const HoistS3Signer *signer);
/* The URL; who uses it must send exactly the request's headers. */
char *hoist_s3_signer_presign (HoistS3Signer *signer,
                               const HoistS3Request *request,
                               gint64 now_s,
                               guint expires_s,
                               GError **error);
/* All headers to send but Host. @payload_sha256: hex, or HOIST_S3_UNSIGNED_PAYLOAD; null = that
 * of the request's body. */
HoistS3Pairs *hoist_s3_signer_sign (HoistS3Signer *signer,
                                    const HoistS3Request *request,
                                    const char *payload_sha256,
                                    gint64 now_s);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3Signer, hoist_s3_signer_free)

G_END_DECLS
