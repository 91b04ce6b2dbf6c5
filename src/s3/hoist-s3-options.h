/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-kind.h"
#include "hoist-destination-settings.h"
#include "hoist-key-template.h"
#include "hoist-s3-endpoint.h"
#include "hoist-s3-pairs.h"
#include "hoist-s3-request.h"
#include "hoist-s3-service.h"

G_BEGIN_DECLS

/**
 * HoistS3Options:
 *
 * How to put files into a bucket, as it is set up: checked and read.
 */
typedef struct
{
  const HoistS3Service *service;
  HoistS3Endpoint *endpoint; /* (owned) */
  HoistDigestKind kind;
  guint64 part_bytes;             /* 0 = not said */
  HoistKeyTemplate *key_template; /* (owned) */
  char *prefix;                   /* (owned) before every key: empty, or with a slash at its end */
  HoistS3Pairs *object_headers;   /* (owned) what every new object is created with */
} HoistS3Options;

HoistS3Options *hoist_s3_options_new (const char *url,
                                      const char *key_prefix,
                                      const HoistDestinationSettings *settings,
                                      GError **error);
gboolean hoist_s3_options_check_setting (const HoistDestinationSettings *settings,
                                         const char *name,
                                         GError **error);
void hoist_s3_options_free (HoistS3Options *options);
HoistS3Endpoint *hoist_s3_options_make_endpoint (const HoistS3Options *options, const char *region);
char *hoist_s3_options_make_key (const HoistS3Options *options, const char *name, GError **error);
void hoist_s3_options_add_headers (const HoistS3Options *options, HoistS3Request *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3Options, hoist_s3_options_free)

G_END_DECLS
