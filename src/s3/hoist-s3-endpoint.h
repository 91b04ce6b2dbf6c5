/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-s3-uri.h"

G_BEGIN_DECLS

/**
 * HoistS3Endpoint:
 *
 * Where a bucket is.
 */
typedef struct
{
  char *scheme;    /* (owned) `http` or `https` */
  char *host;      /* (owned) lower case, no brackets around an IPv6 address */
  guint16 port;    /* 0 = the scheme's own */
  char *base_path; /* (owned) percent-encoded, "" or "/…" without a slash at its end */
  char *region;    /* (owned) */
  char *bucket;    /* (owned) */
  gboolean path_style;
} HoistS3Endpoint;

HoistS3Endpoint *hoist_s3_endpoint_new (const char *url,
                                        const char *region,
                                        const char *bucket,
                                        gboolean path_style,
                                        GError **error);
HoistS3Endpoint *hoist_s3_endpoint_copy (const HoistS3Endpoint *endpoint);
HoistS3Endpoint *hoist_s3_endpoint_copy_for_region (const HoistS3Endpoint *endpoint,
                                                    const char *region,
                                                    GError **error);
HoistS3Endpoint *hoist_s3_endpoint_copy_without_bucket (const HoistS3Endpoint *endpoint);
void hoist_s3_endpoint_free (HoistS3Endpoint *endpoint);
/* What the Host header says: with the bucket in virtual-host style, with a port that is not the
 * scheme's own. */
char *hoist_s3_endpoint_dup_host (const HoistS3Endpoint *endpoint);
/* The encoded path of a key, or of the bucket. */
char *hoist_s3_endpoint_dup_path (const HoistS3Endpoint *endpoint, const char *key);
char *hoist_s3_endpoint_dup_url (const HoistS3Endpoint *endpoint,
                                 const char *key,
                                 const HoistS3Pairs *query);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3Endpoint, hoist_s3_endpoint_free)

G_END_DECLS
