/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-digest.h"

G_BEGIN_DECLS

/**
 * HoistProof:
 * @HOIST_PROOF_SIGNED: every byte travelled under a checksum that the storage was
 *   told beforehand and that it compares with what arrived
 * @HOIST_PROOF_ANSWER_SIZE: the answer that made the object named the file's size
 * @HOIST_PROOF_ANSWER_CHECKSUM: that answer named the file's checksum
 * @HOIST_PROOF_READ_SIZE: the storage was asked again afterwards: the size is the file's
 * @HOIST_PROOF_READ_CHECKSUM: likewise the checksum
 * @HOIST_PROOF_READ_ETAG: likewise the ETag is the one that was answered before
 *
 * What was compared before an upload was called delivered. The numbers are
 * stored in the journal and go over D-Bus: append only.
 */
typedef enum
{
  HOIST_PROOF_NONE = 0,
  HOIST_PROOF_SIGNED = 1 << 0,
  HOIST_PROOF_ANSWER_SIZE = 1 << 1,
  HOIST_PROOF_ANSWER_CHECKSUM = 1 << 2,
  HOIST_PROOF_READ_SIZE = 1 << 3,
  HOIST_PROOF_READ_CHECKSUM = 1 << 4,
  HOIST_PROOF_READ_ETAG = 1 << 5,
} HoistProof;

/**
 * HoistWholeState:
 * @HOIST_WHOLE_NONE: the file's SHA-256 was not asked for, or cannot be known any more
 * @HOIST_WHOLE_FOLLOWS: it is still being computed
 * @HOIST_WHOLE_KNOWN: it is there
 *
 * What is known of the whole file's SHA-256. The numbers are stored in the
 * journal and go over D-Bus: append only.
 */
typedef enum
{
  HOIST_WHOLE_NONE = 0,
  HOIST_WHOLE_FOLLOWS = 1,
  HOIST_WHOLE_KNOWN = 2,
} HoistWholeState;

#define HOIST_N_WHOLE_STATES 3

/**
 * HoistObjectVerdict:
 * @HOIST_OBJECT_UNKNOWN: the storage could not be asked
 * @HOIST_OBJECT_SAME: what is there is what was delivered
 * @HOIST_OBJECT_REPLACED: something else is there
 * @HOIST_OBJECT_GONE: nothing is there
 *
 * What the storage has of a delivered file now. The numbers are stored in the
 * journal and go over D-Bus: append only.
 */
typedef enum
{
  HOIST_OBJECT_UNKNOWN = 0,
  HOIST_OBJECT_SAME = 1,
  HOIST_OBJECT_REPLACED = 2,
  HOIST_OBJECT_GONE = 3,
} HoistObjectVerdict;

#define HOIST_N_OBJECT_VERDICTS 4

/**
 * HoistDelivery:
 *
 * What is kept of a delivery for its receipt, besides what every upload has. Only
 * an upload that is done has one; one that an earlier version finished has none.
 */
typedef struct
{
  gint64 server_us; /* real time of the delivery by the server's clock; 0 = not said */
  char *version_id; /* (owned) (nullable) */
  guint proof;      /* HoistProof */
  HoistWholeState whole;
  guint8 sha256[HOIST_SHA256_BYTES]; /* of the whole file, if it is known */

  HoistObjectVerdict verdict; /* when it was last asked for */
  gint64 verified_us;         /* real time of that; 0 = never */
} HoistDelivery;

HoistDelivery *hoist_delivery_new (void);
void hoist_delivery_free (HoistDelivery *delivery);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistDelivery, hoist_delivery_free)

G_END_DECLS
