/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/stat.h>

#include "hoist-s3-fault.h"
#include "hoist-s3-pairs.h"
#include "hoist-store-tree.h"

G_BEGIN_DECLS

/**
 * HoistStoreMeta:
 *
 * What S3 keeps about an object, or a part, besides its bytes.
 */
typedef struct
{
  char *etag;            /* (owned) without quotes */
  char *checksum_sha256; /* (owned) (nullable) base64, with `-N` when composite */
  HoistS3Pairs *headers; /* (owned) lower-case names: `content-type`, `x-amz-meta-…`, … */
} HoistStoreMeta;

HoistStoreMeta *hoist_store_meta_new (const char *etag, const char *checksum_sha256);
void hoist_store_meta_free (HoistStoreMeta *meta);
HoistS3Fault *hoist_store_meta_save (const HoistStoreMeta *meta, HoistStoreTree *tree, int fd);
HoistStoreMeta *hoist_store_meta_load (HoistStoreTree *tree,
                                       int fd,
                                       const struct stat *info,
                                       gboolean with_headers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistStoreMeta, hoist_store_meta_free)

G_END_DECLS
