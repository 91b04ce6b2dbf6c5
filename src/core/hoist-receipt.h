/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-record.h"

G_BEGIN_DECLS

/**
 * HoistReceipt:
 *
 * The proof of one delivery, complete in itself: made from the record of an
 * upload that is done, and what windows, programs and D-Bus get to see.
 */
typedef struct
{
  guint64 id;
  char *path;           /* (owned) absolute, in the file system's encoding */
  char *name;           /* (owned) UTF-8, as the destination got it */
  char *destination_id; /* (owned) */
  guint64 size_bytes;
  guint n_parts;      /* 1 for a single PUT */
  guint64 part_bytes; /* of every part but the last */
  gboolean multipart;
  char *key;          /* (owned) (nullable) */
  char *location;     /* (owned) (nullable) without a query */
  char *etag;         /* (owned) (nullable) may be empty */
  char *version_id;   /* (owned) (nullable) */
  char *checksum;     /* (owned) (nullable) of the object: base64, composite with `-N` */
  gint64 begun_us;    /* real time, local clock; 0 = not known */
  gint64 finished_us; /* real time, local clock */
  gint64 server_us;   /* real time, the server's clock; 0 = not said */
  gboolean detailed;  /* FALSE: finished by a version that kept no proof */
  guint proof;        /* HoistProof */
  HoistWholeState whole;
  guint8 sha256[HOIST_SHA256_BYTES]; /* of the whole file, if it is known */
  HoistObjectVerdict verdict;        /* when it was last asked for */
  gint64 verified_us;                /* real time of that; 0 = never */
} HoistReceipt;

/**
 * HoistDifference:
 *
 * In what an object differs from its receipt.
 */
typedef enum
{
  HOIST_DIFFERENCE_NONE = 0,
  HOIST_DIFFERENCE_SIZE = 1 << 0,
  HOIST_DIFFERENCE_CHECKSUM = 1 << 1,
  HOIST_DIFFERENCE_ETAG = 1 << 2,
  HOIST_DIFFERENCE_VERSION = 1 << 3,
} HoistDifference;

HoistReceipt *hoist_receipt_new (const HoistUploadRecord *record);
void hoist_receipt_free (HoistReceipt *receipt);
GVariant *hoist_receipt_to_variant (const HoistReceipt *receipt);
HoistReceipt *hoist_receipt_from_variant (GVariant *variant, GError **error);
char *hoist_receipt_dup_sha256 (const HoistReceipt *receipt);
char *hoist_receipt_dup_file_name (const HoistReceipt *receipt);
char *hoist_receipt_dup_sums_line (const HoistReceipt *receipt);
guint hoist_receipt_compare (const HoistReceipt *receipt,
                             guint64 size_bytes,
                             const char *etag,
                             const char *checksum,
                             const char *version_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistReceipt, hoist_receipt_free)

G_END_DECLS
