/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOIST_API_ERROR (hoist_api_error_quark ())
GQuark hoist_api_error_quark (void);

/**
 * HoistApiError:
 *
 * What the API answers instead of a result: docs/upload-api.md, «Errors».
 */
typedef enum
{
  HOIST_API_ERROR_BAD_REQUEST,
  HOIST_API_ERROR_KEY_INVALID,
  HOIST_API_ERROR_CLOCK_SKEW,
  HOIST_API_ERROR_URL_EXPIRED,
  HOIST_API_ERROR_UNAUTHORIZED,
  HOIST_API_ERROR_FORBIDDEN,
  HOIST_API_ERROR_NOT_FOUND,
  HOIST_API_ERROR_UPLOAD_GONE,
  HOIST_API_ERROR_METHOD_NOT_ALLOWED,
  HOIST_API_ERROR_LENGTH_REQUIRED,
  HOIST_API_ERROR_INCOMPLETE,
  HOIST_API_ERROR_CHECKSUM_MISMATCH,
  HOIST_API_ERROR_TOO_LARGE,
  HOIST_API_ERROR_THROTTLED,
  HOIST_API_ERROR_INTERNAL,
  HOIST_API_ERROR_NOT_SUPPORTED,
  HOIST_API_ERROR_STORAGE_ERROR,
  HOIST_API_ERROR_UNAVAILABLE,
  HOIST_API_ERROR_STORAGE_TIMEOUT,
  HOIST_API_ERROR_NO_SPACE,
} HoistApiError;

#define HOIST_N_API_ERRORS 20

HoistApiError hoist_api_error_from_gerror (const GError *error);
HoistApiError hoist_api_error_from_s3 (guint http_status, const char *s3_code);
const char *hoist_api_error_get_code (HoistApiError code);
guint hoist_api_error_get_status (HoistApiError code);
guint hoist_api_error_get_retry_after_s (HoistApiError code);

G_END_DECLS
