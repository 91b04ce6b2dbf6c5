/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-error-reply.h"

#include <string.h>

#define S3(name, error)                                                                            \
  {                                                                                                \
    HOIST_REPLY_S3, name, 0, HOIST_ERROR_##error                                                   \
  }
#define API(name, error)                                                                           \
  {                                                                                                \
    HOIST_REPLY_API, name, 0, HOIST_ERROR_##error                                                  \
  }
#define STATUS(number, error)                                                                      \
  {                                                                                                \
    HOIST_REPLY_STATUS, NULL, number, HOIST_ERROR_##error                                          \
  }

/* Amazon S3 API Reference, «Error responses», and what Ceph, Swift and MinIO
 * send besides; docs/upload-api.md; RFC 9110, section 15. A code says more than
 * its status, so it is looked up first and whatever the status is: S3 also
 * sends errors inside a 200. */
static const HoistReplyRow rows[] = {
  /* who we are */
  S3 ("InvalidAccessKeyId", AUTH), S3 ("SignatureDoesNotMatch", AUTH), S3 ("InvalidToken", AUTH),
  S3 ("InvalidSecurity", AUTH), S3 ("AccessDenied", FORBIDDEN), S3 ("AllAccessDisabled", FORBIDDEN),
  S3 ("AccountProblem", FORBIDDEN), S3 ("NotSignedUp", FORBIDDEN), S3 ("UserSuspended", FORBIDDEN),
  S3 ("CrossLocationLoggingProhibited", FORBIDDEN),
  /* The session that signed has ended: a signature by a new one is accepted. */
  S3 ("ExpiredToken", URL_EXPIRED), S3 ("TokenRefreshRequired", URL_EXPIRED),
  S3 ("RequestExpired", URL_EXPIRED), S3 ("RequestTimeTooSkewed", CLOCK_SKEW),

  /* later */
  S3 ("SlowDown", THROTTLED), S3 ("Throttling", THROTTLED), S3 ("ThrottlingException", THROTTLED),
  S3 ("RequestThrottled", THROTTLED), S3 ("RequestLimitExceeded", THROTTLED),
  S3 ("TooManyRequests", THROTTLED), S3 ("BandwidthLimitExceeded", THROTTLED),
  S3 ("ServiceUnavailable", UNAVAILABLE), S3 ("InternalError", UNAVAILABLE),
  S3 ("OperationAborted", UNAVAILABLE), S3 ("RequestTimeout", TIMED_OUT),
  S3 ("IncompleteBody", NETWORK),

  /* what was sent */
  S3 ("BadDigest", CHECKSUM), S3 ("XAmzContentSHA256Mismatch", CHECKSUM),
  S3 ("XAmzContentChecksumMismatch", CHECKSUM), S3 ("EntityTooLarge", TOO_LARGE),
  S3 ("MaxMessageLengthExceeded", TOO_LARGE), S3 ("QuotaExceeded", NO_SPACE),
  S3 ("InsufficientStorage", NO_SPACE), S3 ("XMinioStorageFull", NO_SPACE),
  S3 ("XMinioAdminBucketQuotaExceeded", NO_SPACE), S3 ("KeyTooLongError", FILE_UNSUITABLE),
  S3 ("InvalidURI", FILE_UNSUITABLE),

  /* the upload: Ceph says NoSuchKey where others say NoSuchUpload */
  S3 ("NoSuchUpload", UPLOAD_GONE), S3 ("NoSuchKey", UPLOAD_GONE),

  /* not like this */
  S3 ("NoSuchBucket", REJECTED), S3 ("EntityTooSmall", REJECTED), S3 ("InvalidPart", REJECTED),
  S3 ("InvalidPartOrder", REJECTED), S3 ("InvalidPartNumber", REJECTED),
  S3 ("InvalidArgument", REJECTED), S3 ("InvalidRequest", REJECTED), S3 ("InvalidDigest", REJECTED),
  S3 ("InvalidBucketName", REJECTED), S3 ("InvalidStorageClass", REJECTED),
  S3 ("MalformedXML", REJECTED), S3 ("MissingContentLength", REJECTED),
  S3 ("PreconditionFailed", REJECTED), S3 ("AuthorizationHeaderMalformed", REJECTED),
  S3 ("AuthorizationQueryParametersError", REJECTED), S3 ("PermanentRedirect", REJECTED),
  S3 ("TemporaryRedirect", REJECTED), S3 ("Redirect", REJECTED),
  S3 ("MethodNotAllowed", NOT_SUPPORTED), S3 ("NotImplemented", NOT_SUPPORTED),

  API ("bad_request", REJECTED), API ("unauthorized", AUTH), API ("forbidden", FORBIDDEN),
  API ("not_found", REJECTED), API ("upload_gone", UPLOAD_GONE), API ("too_large", TOO_LARGE),
  API ("key_invalid", FILE_UNSUITABLE), API ("throttled", THROTTLED),
  API ("unavailable", UNAVAILABLE), API ("storage_error", UNAVAILABLE),
  API ("checksum_mismatch", CHECKSUM), API ("url_expired", URL_EXPIRED),
  API ("clock_skew", CLOCK_SKEW), API ("not_supported", NOT_SUPPORTED),
  API ("internal", UNAVAILABLE),

  STATUS (0, NETWORK), /* no answer at all */
  STATUS (400, REJECTED), STATUS (401, AUTH), STATUS (403, FORBIDDEN), STATUS (404, REJECTED),
  STATUS (405, NOT_SUPPORTED), STATUS (407, NETWORK), /* a proxy between us and the server */
  STATUS (408, TIMED_OUT), STATUS (409, REJECTED), STATUS (411, REJECTED), STATUS (412, REJECTED),
  STATUS (413, TOO_LARGE), STATUS (425, UNAVAILABLE), STATUS (429, THROTTLED),
  STATUS (500, UNAVAILABLE), STATUS (501, NOT_SUPPORTED), STATUS (502, UNAVAILABLE),
  STATUS (503, UNAVAILABLE), STATUS (504, UNAVAILABLE), STATUS (505, NOT_SUPPORTED),
  STATUS (507, NO_SPACE), STATUS (511, NETWORK), /* a captive portal */
};

#undef S3
#undef API
#undef STATUS

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
