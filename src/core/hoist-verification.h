/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-receipt.h"

G_BEGIN_DECLS

/**
 * HoistFileVerdict:
 * @HOIST_FILE_NOT_ASKED: nobody wanted to know
 * @HOIST_FILE_SAME: the file is what was delivered
 * @HOIST_FILE_DIFFERS: its contents are others now
 * @HOIST_FILE_UNREADABLE: it is not there, or cannot be read
 * @HOIST_FILE_NO_CHECKSUM: the receipt has nothing to compare it with
 *
 * What the file that was delivered is now. The numbers go over D-Bus: append only.
 */
typedef enum
{
  HOIST_FILE_NOT_ASKED = 0,
  HOIST_FILE_SAME = 1,
  HOIST_FILE_DIFFERS = 2,
  HOIST_FILE_UNREADABLE = 3,
  HOIST_FILE_NO_CHECKSUM = 4,
} HoistFileVerdict;

#define HOIST_N_FILE_VERDICTS 5

/**
 * HoistVerification:
 *
 * What came of verifying a delivery again.
 */
typedef struct
{
  guint64 id;
  HoistObjectVerdict object;
  guint differences;  /* HoistDifference, with %HOIST_OBJECT_REPLACED */
  gint64 time_us;     /* real time of the answer: the server's where it said so */
  gint64 modified_us; /* real time at which the object was written; 0 = not said */
  int error_code;     /* HoistError, with %HOIST_OBJECT_UNKNOWN; else -1 */
  char *message;      /* (owned) (nullable) for people, with an error */
  HoistFileVerdict file;
  char *file_message; /* (owned) (nullable) for people, why it could not be read */
} HoistVerification;

HoistVerification *hoist_verification_new (guint64 id);
void hoist_verification_free (HoistVerification *verification);
void hoist_verification_set_error (HoistVerification *verification, const GError *error);
GVariant *hoist_verification_to_variant (const HoistVerification *verification);
HoistVerification *hoist_verification_from_variant (GVariant *variant, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistVerification, hoist_verification_free)

G_END_DECLS
