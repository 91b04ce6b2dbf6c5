/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-api-error.h"

#include <string.h>

#include "hoist-error.h"

G_DEFINE_QUARK (hoist_api_error_quark, hoist_api_error)

static const struct
{
  const char *code;
  guint status;
  guint retry_after_s;
} api_errors[HOIST_N_API_ERRORS] = {
  [HOIST_API_ERROR_BAD_REQUEST] = { "bad_request", 400, 0 },
  [HOIST_API_ERROR_KEY_INVALID] = { "key_invalid", 400, 0 },
  [HOIST_API_ERROR_CLOCK_SKEW] = { "clock_skew", 403, 0 },
  [HOIST_API_ERROR_URL_EXPIRED] = { "url_expired", 403, 0 },
  [HOIST_API_ERROR_UNAUTHORIZED] = { "unauthorized", 401, 0 },
  [HOIST_API_ERROR_FORBIDDEN] = { "forbidden", 403, 0 },
  [HOIST_API_ERROR_NOT_FOUND] = { "not_found", 404, 0 },
  [HOIST_API_ERROR_UPLOAD_GONE] = { "upload_gone", 404, 0 },
  [HOIST_API_ERROR_METHOD_NOT_ALLOWED] = { "method_not_allowed", 405, 0 },
  [HOIST_API_ERROR_LENGTH_REQUIRED] = { "bad_request", 411, 0 },
  [HOIST_API_ERROR_INCOMPLETE] = { "incomplete", 409, 0 },
  [HOIST_API_ERROR_CHECKSUM_MISMATCH] = { "checksum_mismatch", 409, 0 },
  [HOIST_API_ERROR_TOO_LARGE] = { "too_large", 413, 0 },
  [HOIST_API_ERROR_THROTTLED] = { "throttled", 429, 1 },
  [HOIST_API_ERROR_INTERNAL] = { "internal", 500, 0 },
  [HOIST_API_ERROR_NOT_SUPPORTED] = { "not_supported", 501, 0 },
  [HOIST_API_ERROR_STORAGE_ERROR] = { "storage_error", 502, 0 },
  [HOIST_API_ERROR_UNAVAILABLE] = { "unavailable", 503, 5 },
  [HOIST_API_ERROR_STORAGE_TIMEOUT] = { "storage_timeout", 504, 5 },
  [HOIST_API_ERROR_NO_SPACE] = { "no_space", 507, 0 },
};

/* What the storage's codes mean to who uses this backend (Amazon S3 API Reference, «Error
 * responses»). Codes that blame the backend's own requests or keys are storage_error. */
static const struct
{
  const char *s3_code;
  HoistApiError code;
} s3_codes[] = {
  { "NoSuchUpload", HOIST_API_ERROR_UPLOAD_GONE },
  { "NoSuchKey", HOIST_API_ERROR_UPLOAD_GONE },
  { "InvalidPart", HOIST_API_ERROR_INCOMPLETE },
  { "InvalidPartOrder", HOIST_API_ERROR_INCOMPLETE },
  { "EntityTooSmall", HOIST_API_ERROR_BAD_REQUEST },
  { "EntityTooLarge", HOIST_API_ERROR_TOO_LARGE },
  { "BadDigest", HOIST_API_ERROR_CHECKSUM_MISMATCH },
  { "XAmzContentChecksumMismatch", HOIST_API_ERROR_CHECKSUM_MISMATCH },
  { "RequestTimeTooSkewed", HOIST_API_ERROR_CLOCK_SKEW },
  { "ExpiredToken", HOIST_API_ERROR_STORAGE_ERROR },
  { "NotImplemented", HOIST_API_ERROR_NOT_SUPPORTED },
  { "QuotaExceeded", HOIST_API_ERROR_NO_SPACE },
  { "InsufficientStorage", HOIST_API_ERROR_NO_SPACE },
  { "SlowDown", HOIST_API_ERROR_THROTTLED },
  { "TooManyRequests", HOIST_API_ERROR_THROTTLED },
  { "OperationAborted", HOIST_API_ERROR_UNAVAILABLE },
  { "ConditionalRequestConflict", HOIST_API_ERROR_UNAVAILABLE },
  { "RequestTimeout", HOIST_API_ERROR_UNAVAILABLE },
};

/**
 * hoist_api_error_from_s3:
 * @http_status: of the storage's answer
 * @s3_code: (nullable): code of its error document
 *
 * Says what an answer of the storage means to who uses this backend.
 *
 * Returns: the API's error
 */
HoistApiError
hoist_api_error_from_s3 (guint http_status, const char *s3_code)
{
  for (gsize i = 0; s3_code != NULL && i < G_N_ELEMENTS (s3_codes); i++)
    if (strcmp (s3_codes[i].s3_code, s3_code) == 0)
      return s3_codes[i].code;
  switch (http_status)
    {
    case 429:
      return HOIST_API_ERROR_THROTTLED;
    case 408:
    case 500:
    case 502:
    case 503:
      return HOIST_API_ERROR_UNAVAILABLE;
    case 504:
      return HOIST_API_ERROR_STORAGE_TIMEOUT;
    case 507:
      return HOIST_API_ERROR_NO_SPACE;
    default:
      return HOIST_API_ERROR_STORAGE_ERROR;
    }
}

/**
 * hoist_api_error_from_gerror:
 * @error: what went wrong
 *
 * Says what the API answers for an error of any layer.
 *
 * Returns: the API's error
 */
HoistApiError
hoist_api_error_from_gerror (const GError *error)
{
  if (error->domain == HOIST_API_ERROR)
    return (HoistApiError) error->code;
  if (error->domain != HOIST_ERROR)
    return HOIST_API_ERROR_INTERNAL;
  switch ((HoistError) error->code)
    {
    case HOIST_ERROR_FILE_UNSUITABLE:
      return HOIST_API_ERROR_KEY_INVALID;
    case HOIST_ERROR_TOO_LARGE:
      return HOIST_API_ERROR_TOO_LARGE;
    case HOIST_ERROR_UPLOAD_GONE:
      return HOIST_API_ERROR_UPLOAD_GONE;
    case HOIST_ERROR_NETWORK:
    case HOIST_ERROR_UNAVAILABLE:
      return HOIST_API_ERROR_UNAVAILABLE;
    case HOIST_ERROR_TIMED_OUT:
      return HOIST_API_ERROR_STORAGE_TIMEOUT;
    case HOIST_ERROR_PROTOCOL:
    case HOIST_ERROR_CERTIFICATE:
      return HOIST_API_ERROR_STORAGE_ERROR;
    default:
      return HOIST_API_ERROR_INTERNAL;
    }
}

/**
 * hoist_api_error_get_code:
 * @code: an error of the API
 *
 * Gives the name that goes over the wire.
 *
 * Returns: (transfer none): the name
 */
const char *
hoist_api_error_get_code (HoistApiError code)
{
  return api_errors[code].code;
}

/**
 * hoist_api_error_get_status:
 * @code: an error of the API
 *
 * Gives the HTTP status that goes with it.
 *
 * Returns: the status
 */
guint
hoist_api_error_get_status (HoistApiError code)
{
  return api_errors[code].status;
}

/**
 * hoist_api_error_get_retry_after_s:
 * @code: an error of the API
 *
 * Gives the time after which a client may try again.
 *
 * Returns: seconds, 0 where nothing is said
 */
guint
hoist_api_error_get_retry_after_s (HoistApiError code)
{
  return api_errors[code].retry_after_s;
}
