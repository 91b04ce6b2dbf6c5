/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-error-reply.h"

#include <string.h>

/* Amazon S3 API Reference, «Error responses», and what Ceph, Swift and MinIO
 * send besides; docs/upload-api.md; RFC 9110, section 15. A code says more than
 * its status, so it is looked up first and whatever the status is: S3 also
 * sends errors inside a 200. */
static const HoistReplyRow rows[] = {
  /* who we are */
  { HOIST_REPLY_S3, "InvalidAccessKeyId", 0, HOIST_ERROR_AUTH },
  { HOIST_REPLY_S3, "SignatureDoesNotMatch", 0, HOIST_ERROR_AUTH },
  { HOIST_REPLY_S3, "InvalidToken", 0, HOIST_ERROR_AUTH },
  { HOIST_REPLY_S3, "InvalidSecurity", 0, HOIST_ERROR_AUTH },
  { HOIST_REPLY_S3, "AccessDenied", 0, HOIST_ERROR_FORBIDDEN },
  { HOIST_REPLY_S3, "AllAccessDisabled", 0, HOIST_ERROR_FORBIDDEN },
  { HOIST_REPLY_S3, "AccountProblem", 0, HOIST_ERROR_FORBIDDEN },
  { HOIST_REPLY_S3, "NotSignedUp", 0, HOIST_ERROR_FORBIDDEN },
  { HOIST_REPLY_S3, "UserSuspended", 0, HOIST_ERROR_FORBIDDEN },
  /* The session that signed has ended: a signature by a new one is accepted. */
  { HOIST_REPLY_S3, "ExpiredToken", 0, HOIST_ERROR_URL_EXPIRED },
  { HOIST_REPLY_S3, "TokenRefreshRequired", 0, HOIST_ERROR_URL_EXPIRED },
  { HOIST_REPLY_S3, "RequestExpired", 0, HOIST_ERROR_URL_EXPIRED },
  { HOIST_REPLY_S3, "RequestTimeTooSkewed", 0, HOIST_ERROR_CLOCK_SKEW },
  /* later */
  { HOIST_REPLY_S3, "SlowDown", 0, HOIST_ERROR_THROTTLED },
  { HOIST_REPLY_S3, "Throttling", 0, HOIST_ERROR_THROTTLED },
  { HOIST_REPLY_S3, "ThrottlingException", 0, HOIST_ERROR_THROTTLED },
  { HOIST_REPLY_S3, "RequestThrottled", 0, HOIST_ERROR_THROTTLED },
  { HOIST_REPLY_S3, "RequestLimitExceeded", 0, HOIST_ERROR_THROTTLED },
  { HOIST_REPLY_S3, "TooManyRequests", 0, HOIST_ERROR_THROTTLED },
  { HOIST_REPLY_S3, "BandwidthLimitExceeded", 0, HOIST_ERROR_THROTTLED },
  { HOIST_REPLY_S3, "ServiceUnavailable", 0, HOIST_ERROR_UNAVAILABLE },
  { HOIST_REPLY_S3, "InternalError", 0, HOIST_ERROR_UNAVAILABLE },
  { HOIST_REPLY_S3, "OperationAborted", 0, HOIST_ERROR_UNAVAILABLE },
  { HOIST_REPLY_S3, "RequestTimeout", 0, HOIST_ERROR_TIMED_OUT },
  { HOIST_REPLY_S3, "IncompleteBody", 0, HOIST_ERROR_NETWORK },
  /* what was sent */
  { HOIST_REPLY_S3, "BadDigest", 0, HOIST_ERROR_CHECKSUM },
  { HOIST_REPLY_S3, "XAmzContentSHA256Mismatch", 0, HOIST_ERROR_CHECKSUM },
  { HOIST_REPLY_S3, "XAmzContentChecksumMismatch", 0, HOIST_ERROR_CHECKSUM },
  { HOIST_REPLY_S3, "EntityTooLarge", 0, HOIST_ERROR_TOO_LARGE },
  { HOIST_REPLY_S3, "MaxMessageLengthExceeded", 0, HOIST_ERROR_TOO_LARGE },
  { HOIST_REPLY_S3, "QuotaExceeded", 0, HOIST_ERROR_NO_SPACE },
  { HOIST_REPLY_S3, "InsufficientStorage", 0, HOIST_ERROR_NO_SPACE },
  { HOIST_REPLY_S3, "XMinioStorageFull", 0, HOIST_ERROR_NO_SPACE },
  { HOIST_REPLY_S3, "XMinioAdminBucketQuotaExceeded", 0, HOIST_ERROR_NO_SPACE },
  { HOIST_REPLY_S3, "KeyTooLongError", 0, HOIST_ERROR_FILE_UNSUITABLE },
  { HOIST_REPLY_S3, "InvalidURI", 0, HOIST_ERROR_FILE_UNSUITABLE },
  /* the upload: Ceph says NoSuchKey where others say NoSuchUpload */
  { HOIST_REPLY_S3, "NoSuchUpload", 0, HOIST_ERROR_UPLOAD_GONE },
  { HOIST_REPLY_S3, "NoSuchKey", 0, HOIST_ERROR_UPLOAD_GONE },
  /* not like this */
  { HOIST_REPLY_S3, "NoSuchBucket", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "EntityTooSmall", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "InvalidPart", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "InvalidPartOrder", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "InvalidPartNumber", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "InvalidArgument", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "InvalidRequest", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "InvalidDigest", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "InvalidBucketName", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "InvalidStorageClass", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "MalformedXML", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "MissingContentLength", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "PreconditionFailed", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "AuthorizationHeaderMalformed", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "AuthorizationQueryParametersError", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "PermanentRedirect", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "TemporaryRedirect", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "Redirect", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_S3, "MethodNotAllowed", 0, HOIST_ERROR_NOT_SUPPORTED },
  { HOIST_REPLY_S3, "NotImplemented", 0, HOIST_ERROR_NOT_SUPPORTED },
  { HOIST_REPLY_API, "bad_request", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_API, "unauthorized", 0, HOIST_ERROR_AUTH },
  { HOIST_REPLY_API, "forbidden", 0, HOIST_ERROR_FORBIDDEN },
  { HOIST_REPLY_API, "not_found", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_API, "incomplete", 0, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_API, "method_not_allowed", 0, HOIST_ERROR_NOT_SUPPORTED },
  { HOIST_REPLY_API, "upload_gone", 0, HOIST_ERROR_UPLOAD_GONE },
  { HOIST_REPLY_API, "too_large", 0, HOIST_ERROR_TOO_LARGE },
  { HOIST_REPLY_API, "key_invalid", 0, HOIST_ERROR_FILE_UNSUITABLE },
  { HOIST_REPLY_API, "throttled", 0, HOIST_ERROR_THROTTLED },
  { HOIST_REPLY_API, "unavailable", 0, HOIST_ERROR_UNAVAILABLE },
  { HOIST_REPLY_API, "storage_error", 0, HOIST_ERROR_UNAVAILABLE },
  { HOIST_REPLY_API, "storage_timeout", 0, HOIST_ERROR_UNAVAILABLE },
  { HOIST_REPLY_API, "no_space", 0, HOIST_ERROR_NO_SPACE },
  { HOIST_REPLY_API, "checksum_mismatch", 0, HOIST_ERROR_CHECKSUM },
  { HOIST_REPLY_API, "url_expired", 0, HOIST_ERROR_URL_EXPIRED },
  { HOIST_REPLY_API, "clock_skew", 0, HOIST_ERROR_CLOCK_SKEW },
  { HOIST_REPLY_API, "not_supported", 0, HOIST_ERROR_NOT_SUPPORTED },
  { HOIST_REPLY_API, "internal", 0, HOIST_ERROR_UNAVAILABLE },
  { HOIST_REPLY_STATUS, NULL, 0, HOIST_ERROR_NETWORK }, /* no answer at all */
  { HOIST_REPLY_STATUS, NULL, 400, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_STATUS, NULL, 401, HOIST_ERROR_AUTH },
  { HOIST_REPLY_STATUS, NULL, 403, HOIST_ERROR_FORBIDDEN },
  { HOIST_REPLY_STATUS, NULL, 404, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_STATUS, NULL, 405, HOIST_ERROR_NOT_SUPPORTED },
  { HOIST_REPLY_STATUS, NULL, 407, HOIST_ERROR_NETWORK }, /* a proxy between us and the server */
  { HOIST_REPLY_STATUS, NULL, 408, HOIST_ERROR_TIMED_OUT },
  { HOIST_REPLY_STATUS, NULL, 409, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_STATUS, NULL, 411, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_STATUS, NULL, 412, HOIST_ERROR_REJECTED },
  { HOIST_REPLY_STATUS, NULL, 413, HOIST_ERROR_TOO_LARGE },
  { HOIST_REPLY_STATUS, NULL, 425, HOIST_ERROR_UNAVAILABLE },
  { HOIST_REPLY_STATUS, NULL, 429, HOIST_ERROR_THROTTLED },
  { HOIST_REPLY_STATUS, NULL, 500, HOIST_ERROR_UNAVAILABLE },
  { HOIST_REPLY_STATUS, NULL, 501, HOIST_ERROR_NOT_SUPPORTED },
  { HOIST_REPLY_STATUS, NULL, 502, HOIST_ERROR_UNAVAILABLE },
  { HOIST_REPLY_STATUS, NULL, 503, HOIST_ERROR_UNAVAILABLE },
  { HOIST_REPLY_STATUS, NULL, 504, HOIST_ERROR_UNAVAILABLE },
  { HOIST_REPLY_STATUS, NULL, 505, HOIST_ERROR_NOT_SUPPORTED },
  { HOIST_REPLY_STATUS, NULL, 507, HOIST_ERROR_NO_SPACE },
  { HOIST_REPLY_STATUS, NULL, 511, HOIST_ERROR_NETWORK }, /* a captive portal */
};

/**
 * hoist_reply_row_get:
 * @index: from 0
 *
 * Walks the table of replies.
 *
 * Returns: (transfer none) (nullable): the row, or %NULL past the last one
 */
const HoistReplyRow *
hoist_reply_row_get (gsize index)
{
  return index < G_N_ELEMENTS (rows) ? &rows[index] : NULL;
}

static const HoistReplyRow *
find_code (HoistReplyDialect dialect, const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].dialect == dialect && strcmp (rows[i].code, code) == 0)
      return &rows[i];
  return NULL;
}

static HoistError
from_status (guint http_status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].dialect == HOIST_REPLY_STATUS && rows[i].status == http_status)
      return rows[i].error;

  if (http_status >= 400 && http_status < 500)
    return HOIST_ERROR_REJECTED;
  if (http_status >= 500 && http_status < 600)
    return HOIST_ERROR_UNAVAILABLE;
  return HOIST_ERROR_PROTOCOL;
}

/**
 * hoist_error_from_reply:
 * @http_status: the status of the answer; 0 = there was none
 * @s3_code: (nullable): the `Code` of its S3 error document
 *
 * What a storage's answer that is not the hoped-for one means. A known code
 * decides whatever the status is. A success with an unknown code is taken as
 * passing, because S3 asks to send CompleteMultipartUpload again when it put an
 * error inside a 200; a success or redirection without any is
 * %HOIST_ERROR_PROTOCOL.
 *
 * Two meanings depend on the request and are the caller's to know: 403
 * `AccessDenied` for a presigned URL may mean that it expired (try a new
 * signature before giving up), and 404 `NoSuchKey` is %HOIST_ERROR_UPLOAD_GONE
 * because here only calls about uploads carry an error document.
 *
 * Returns: the error's code, never for cancellation
 */
HoistError
hoist_error_from_reply (guint http_status, const char *s3_code)
{
  const HoistReplyRow *row = NULL;

  if (s3_code != NULL && *s3_code != '\0')
    {
      row = find_code (HOIST_REPLY_S3, s3_code);
      if (row == NULL && http_status >= 200 && http_status < 300)
        return HOIST_ERROR_UNAVAILABLE;
    }
  return row != NULL ? row->error : from_status (http_status);
}

/**
 * hoist_error_from_api_code:
 * @http_status: the status of the answer; 0 = there was none
 * @api_code: (nullable): `error.code` of hoist-api's JSON
 *
 * The same for a backend's answer: a known code decides, else the status.
 *
 * Returns: the error's code, never for cancellation
 */
HoistError
hoist_error_from_api_code (guint http_status, const char *api_code)
{
  const HoistReplyRow *row = NULL;

  if (api_code != NULL)
    row = find_code (HOIST_REPLY_API, api_code);
  return row != NULL ? row->error : from_status (http_status);
}
