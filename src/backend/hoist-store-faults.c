/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-faults.h"

#include <errno.h>

/**
 * hoist_store_fault_from_errno:
 * @errno_value: what a system call said
 * @doing: what could not be done, for people: «Writing the object»
 *
 * Tells a failure of the file system as an error of S3. Names no path: the
 * person at the other end has no use for ours.
 *
 * Returns: (transfer full): the error
 */
HoistS3Fault *
hoist_store_fault_from_errno (int errno_value, const char *doing)
{
  g_autofree char *message = g_strdup_printf ("%s failed: %s", doing, g_strerror (errno_value));

  /* S3 never runs out of room and has no code for it: see hoist_store_reply_new_fault(). */
  if (errno_value == ENOSPC || errno_value == EDQUOT)
    return hoist_s3_fault_new ("InsufficientStorage", message);
  return hoist_s3_fault_new ("InternalError", message);
}

/**
 * hoist_store_fault_no_such_key:
 *
 * Makes the error of an object that is not there, in Amazon's words.
 *
 * Returns: (transfer full): `NoSuchKey`
 */
HoistS3Fault *
hoist_store_fault_no_such_key (void)
{
  return hoist_s3_fault_new ("NoSuchKey", "The specified key does not exist.");
}

/**
 * hoist_store_fault_no_such_upload:
 *
 * Makes the error of an upload that is not there, in Amazon's words.
 *
 * Returns: (transfer full): `NoSuchUpload`
 */
HoistS3Fault *
hoist_store_fault_no_such_upload (void)
{
  return hoist_s3_fault_new ("NoSuchUpload",
                             "The specified upload does not exist. The upload ID may be invalid, "
                             "or the upload may have been aborted or completed.");
}

/**
 * hoist_store_fault_precondition:
 *
 * Makes the error of a condition that does not hold, in Amazon's words.
 *
 * Returns: (transfer full): `PreconditionFailed`
 */
HoistS3Fault *
hoist_store_fault_precondition (void)
{
  return hoist_s3_fault_new ("PreconditionFailed",
                             "At least one of the pre-conditions you specified did not hold");
}
