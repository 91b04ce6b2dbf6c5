/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-digest.h"
#include "hoist-part-plan.h"

G_BEGIN_DECLS

/**
 * HoistS3Feature:
 * @HOIST_S3_ACL: canned ACLs (`x-amz-acl`)
 * @HOIST_S3_TAGS: object tags (`x-amz-tagging`)
 * @HOIST_S3_SSE: encryption with the service's keys (`AES256`)
 * @HOIST_S3_SSE_KMS: encryption with a key of a KMS (`aws:kms`)
 * @HOIST_S3_STORAGE_CLASS: storage classes other than the bucket's own
 *
 * What not every service that speaks S3 takes.
 */
typedef enum
{
  HOIST_S3_ACL = 1 << 0,
  HOIST_S3_TAGS = 1 << 1,
  HOIST_S3_SSE = 1 << 2,
  HOIST_S3_SSE_KMS = 1 << 3,
  HOIST_S3_STORAGE_CLASS = 1 << 4,
} HoistS3Feature;

/**
 * HoistS3Service:
 *
 * What is known of a service before it is asked.
 */
typedef struct
{
  const char *id;
  const char *name;     /* its own, not translated; null for any other one */
  const char *address;  /* (nullable) with `{region}`; null: a person has to say it */
  const char *region;   /* what it is when none is given */
  const char *example;  /* (nullable) an address, where a person has to say it */
  gboolean path_style;  /* unless chosen otherwise */
  HoistDigestKind kind; /* what it verifies */
  guint max_parts;
  guint64 max_object_bytes; /* 0 = what its parts allow */
  HoistS3Feature features;
} HoistS3Service;

#define HOIST_S3_SERVICE_OTHER "other"

const HoistS3Service *hoist_s3_service_get (guint index);
const HoistS3Service *hoist_s3_service_lookup (const char *id);
char *hoist_s3_service_make_address (const HoistS3Service *service, const char *region);
void hoist_s3_service_get_limits (const HoistS3Service *service, HoistPartLimits *limits);

G_END_DECLS
