/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-intake.h"

#include <string.h>

#include "hoist-store-slots.h"

/**
 * hoist_store_intake_new:
 * @tree: the store's tree
 * @call: a call whose body is data
 *
 * Makes an intake. SHA-256 is only computed where a header asks for it; MD5
 * always, for the ETag.
 *
 * Returns: (transfer full): the intake
 */
HoistStoreIntake *
hoist_store_intake_new (HoistStoreTree *tree, const HoistStoreCall *call)
{
  HoistStoreIntake *intake = g_new0 (HoistStoreIntake, 1);

  intake->tree = hoist_store_tree_ref (tree);
  intake->md5 = hoist_digest_new (HOIST_DIGEST_MD5);
  if (call->has_sha256 || call->payload_sha256 != NULL)
    intake->sha256 = hoist_digest_new (HOIST_DIGEST_SHA256);
  if (call->sum != NULL)
    intake->sum = hoist_store_sum_new (call->sum_kind);
  return intake;
}

/**
 * hoist_store_intake_free:
 * @intake: (transfer full): an intake
 *
 * Frees an intake, and removes its file if that was not placed. Removing a long
 * one blocks.
 */
void
hoist_store_intake_free (HoistStoreIntake *intake)
{
  g_clear_pointer (&intake->temp, hoist_store_temp_free);
  g_clear_pointer (&intake->md5, hoist_digest_free);
  g_clear_pointer (&intake->sha256, hoist_digest_free);
  g_clear_pointer (&intake->sum, hoist_store_sum_free);
  hoist_store_tree_unref (intake->tree);
  g_free (intake->etag);
  g_free (intake->checksum_sha256);
  g_free (intake);
}

/**
 * hoist_store_intake_open:
 * @intake: an intake
 * @call: the call whose body it takes, which is welcome
 *
 * Makes the file, or finds the place where the body belongs.
 *
 * Returns: (transfer full) (nullable): a failure
 */
HoistS3Fault *
hoist_store_intake_open (HoistStoreIntake *intake, const HoistStoreCall *call)
{
  HoistS3Fault *fault = NULL;

  if (call->operation == HOIST_STORE_UPLOAD_PART)
    intake->temp = hoist_store_slot_open (intake->tree, call);
  if (intake->temp == NULL)
    intake->temp = hoist_store_temp_new (intake->tree, &fault);
  return fault;
}

/**
 * hoist_store_intake_write:
 * @intake: an open intake
 * @data: the next bytes of the body
 * @length: how many
 *
 * Writes and hashes bytes.
 *
 * Returns: (transfer full) (nullable): a failure
 */
HoistS3Fault *
hoist_store_intake_write (HoistStoreIntake *intake, const guint8 *data, gsize length)
{
  HoistS3Fault *fault = hoist_store_temp_write (intake->temp, data, length);

  if (fault != NULL)
    return fault;
  intake->length_bytes += length;
  hoist_digest_update (intake->md5, data, length);
  if (intake->sha256 != NULL)
    hoist_digest_update (intake->sha256, data, length);
  if (intake->sum != NULL)
    hoist_store_sum_update (intake->sum, data, length);
  return NULL;
}

static HoistS3Fault *
check_sha256 (HoistStoreIntake *intake, const HoistStoreCall *call)
{
  guint8 sha256[HOIST_SHA256_BYTES];
  g_autofree char *hex = NULL;

  hoist_digest_finish (intake->sha256, sha256);
  hex = hoist_digest_to_hex (sha256, sizeof sha256);
  if (call->payload_sha256 != NULL && strcmp (call->payload_sha256, hex) != 0)
    return hoist_s3_fault_new ("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' "
                                                            "header does not match what was "
                                                            "computed.");
  if (!call->has_sha256)
    return NULL;
  if (!hoist_digest_equal (sha256, call->sha256, sizeof sha256))
    return hoist_s3_fault_new ("BadDigest",
                               "The SHA256 you specified did not match the calculated checksum.");
  intake->checksum_sha256 = hoist_digest_to_base64 (sha256, sizeof sha256);
  return NULL;
}

static HoistS3Fault *
check_sum (HoistStoreIntake *intake, const HoistStoreCall *call)
{
  g_autofree char *found = NULL;
  g_autofree char *message = NULL;

  if (call->sum == NULL)
    return NULL;
  if (intake->sum == NULL)
    return hoist_s3_fault_new ("NotImplemented", "This system does not allow this checksum");
  found = hoist_store_sum_finish (intake->sum);
  if (strcmp (found, call->sum) == 0)
    return NULL;
  message = g_strdup_printf ("The %s you specified did not match the calculated checksum.",
                             hoist_store_sum_kind_get_algorithm (call->sum_kind));
  return hoist_s3_fault_new ("BadDigest", message);
}

/**
 * hoist_store_intake_check:
 * @intake: an intake that has the whole body
 * @call: the call that it is the body of
 *
 * Compares the length and every checksum that the client gave with what came,
 * and makes the ETag. To be called once.
 *
 * Returns: (transfer full) (nullable): `IncompleteBody`, `BadDigest` or
 *   `XAmzContentSHA256Mismatch`
 */
HoistS3Fault *
hoist_store_intake_check (HoistStoreIntake *intake, const HoistStoreCall *call)
{
  guint8 md5[HOIST_MD5_BYTES];
  HoistS3Fault *fault;

  if (intake->length_bytes != call->length_bytes)
    return hoist_s3_fault_new ("IncompleteBody", "You did not provide the number of bytes "
                                                 "specified by the Content-Length HTTP header");
  hoist_digest_finish (intake->md5, md5);
  if (call->has_md5 && !hoist_digest_equal (md5, call->md5, sizeof md5))
    return hoist_s3_fault_new ("BadDigest",
                               "The Content-MD5 you specified did not match what we received.");
  intake->etag = hoist_digest_to_hex (md5, sizeof md5);
  fault = check_sum (intake, call);
  if (fault == NULL && intake->sha256 != NULL)
    fault = check_sha256 (intake, call);
  return fault;
}
