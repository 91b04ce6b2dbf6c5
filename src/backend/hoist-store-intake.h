/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-store-call.h"
#include "hoist-store-temp.h"

G_BEGIN_DECLS

/**
 * HoistStoreIntake:
 *
 * The bytes of an object or a part on their way to the disk: written and hashed
 * in one go. Used by one thread at a time.
 */
typedef struct
{
  HoistStoreTemp *temp;  /* (owned) (nullable) null until something is written */
  char *etag;            /* (owned) (nullable) once it is checked: hex MD5 */
  char *checksum_sha256; /* (owned) (nullable) once it is checked, if the client gave one */

  /*< private >*/
  HoistStoreTree *tree; /* (owned) */
  HoistDigest *md5;     /* (owned) */
  HoistDigest *sha256;  /* (owned) (nullable) */
  HoistStoreSum *sum;   /* (owned) (nullable) */
  guint64 length_bytes;
} HoistStoreIntake;

HoistStoreIntake *hoist_store_intake_new (HoistStoreTree *tree, const HoistStoreCall *call);
void hoist_store_intake_free (HoistStoreIntake *intake);
HoistS3Fault *hoist_store_intake_open (HoistStoreIntake *intake, const HoistStoreCall *call);
HoistS3Fault *hoist_store_intake_write (HoistStoreIntake *intake, const guint8 *data, gsize length);
HoistS3Fault *hoist_store_intake_check (HoistStoreIntake *intake, const HoistStoreCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistStoreIntake, hoist_store_intake_free)

G_END_DECLS
