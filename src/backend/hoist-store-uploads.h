/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-store-call.h"
#include "hoist-store-intake.h"
#include "hoist-store-reply.h"
#include "hoist-store-tree.h"

G_BEGIN_DECLS

/**
 * HoistStoreUpload:
 *
 * An unfinished multipart upload, as it was begun.
 */
typedef struct
{
  char *key; /* (owned) */
  gint64 initiated_s;
  gboolean has_sha256;
  HoistS3Pairs *headers; /* (owned) to be kept with the object */
  int fd;                /* (owned) its folder: see hoist-store-slots.h */
} HoistStoreUpload;

/* A part, as it is on the disk. */
typedef struct
{
  guint64 size_bytes;
  gint64 modified_s;
  int fd;               /* (owned) */
  guint64 offset_bytes; /* in @fd */
  gboolean is_in_slot;  /* @fd is that of the parts that are where they belong already */
  HoistStoreMeta *meta; /* (owned) */
} HoistStorePart;

HoistStoreUpload *hoist_store_upload_open (HoistStoreTree *tree, const char *id);
void hoist_store_upload_free (HoistStoreUpload *upload);
HoistStorePart *hoist_store_upload_open_part (HoistStoreTree *tree,
                                              const HoistStoreUpload *upload,
                                              guint part_number);
void hoist_store_part_free (HoistStorePart *part);
GArray *hoist_store_upload_list_numbers (const HoistStoreUpload *upload, guint marker);
void hoist_store_upload_remove (HoistStoreTree *tree, const char *id);
HoistStoreUpload *hoist_store_upload_find (HoistStoreTree *tree,
                                           const HoistStoreCall *call,
                                           HoistS3Fault **fault);

HoistStoreReply *hoist_store_create_upload (HoistStoreTree *tree, const HoistStoreCall *call);
HoistS3Fault *hoist_store_check_part (HoistStoreTree *tree, const HoistStoreCall *call);
HoistStoreReply *hoist_store_upload_part (HoistStoreTree *tree,
                                          const HoistStoreCall *call,
                                          HoistStoreIntake *intake);
HoistStoreReply *hoist_store_abort_upload (HoistStoreTree *tree, const HoistStoreCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistStoreUpload, hoist_store_upload_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistStorePart, hoist_store_part_free)

G_END_DECLS
