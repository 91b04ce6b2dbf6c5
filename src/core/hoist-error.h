/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOIST_ERROR (hoist_error_quark ())
GQuark hoist_error_quark (void);

/**
 * HoistError:
 * @HOIST_ERROR_FAILED: something that no other code describes
 * @HOIST_ERROR_AUTH: who we are was not accepted: a new token or key is needed
 * @HOIST_ERROR_FORBIDDEN: we are known, but may not do this
 * @HOIST_ERROR_THROTTLED: the server asks for fewer requests: slow down, try again
 * @HOIST_ERROR_UNAVAILABLE: the server cannot answer now: try again later
 * @HOIST_ERROR_NETWORK: no connection, or it broke: try again
 * @HOIST_ERROR_TIMED_OUT: no answer, or no acknowledged byte, in time: try again
 * @HOIST_ERROR_CERTIFICATE: the server's certificate is not trusted
 * @HOIST_ERROR_CLOCK_SKEW: the clocks differ too much for the signature
 * @HOIST_ERROR_URL_EXPIRED: the presigned URL is too old: sign again
 * @HOIST_ERROR_FILE_CHANGED: the file is not the one that was begun
 * @HOIST_ERROR_FILE_MISSING: the file is no longer there
 * @HOIST_ERROR_FILE_UNREADABLE: the file is there but cannot be read
 * @HOIST_ERROR_FILE_UNSUITABLE: not a regular file, or its name cannot be sent
 * @HOIST_ERROR_TOO_LARGE: more than the destination takes
 * @HOIST_ERROR_CHECKSUM: what arrived is not what was sent
 * @HOIST_ERROR_UPLOAD_GONE: the server no longer knows the upload: begin again
 * @HOIST_ERROR_REJECTED: the server refuses this request as it is
 * @HOIST_ERROR_NO_SPACE: no room, here or there
 * @HOIST_ERROR_STORE_DAMAGED: the journal or the settings cannot be read
 * @HOIST_ERROR_STORE_BUSY: another process owns the journal
 * @HOIST_ERROR_PROTOCOL: the answer is not what the protocol says
 * @HOIST_ERROR_NOT_SUPPORTED: the destination cannot do this
 * @HOIST_ERROR_NO_KEYRING: secrets cannot be stored: there is no keyring, or it is locked
 * @HOIST_ERROR_BAD_INPUT: a setting, an option or a request is wrong
 * @HOIST_ERROR_DRIVE_GONE: the drive that the file is on is not connected: wait for it
 *
 * What went wrong, told by what the caller or the person does next.
 * Cancellation is never here: it is %G_IO_ERROR_CANCELLED.
 *
 * The numbers are stored in the journal: append only.
 */
typedef enum
{
  HOIST_ERROR_FAILED = 0,
  HOIST_ERROR_AUTH = 1,
  HOIST_ERROR_FORBIDDEN = 2,
  HOIST_ERROR_THROTTLED = 3,
  HOIST_ERROR_UNAVAILABLE = 4,
  HOIST_ERROR_NETWORK = 5,
  HOIST_ERROR_TIMED_OUT = 6,
  HOIST_ERROR_CERTIFICATE = 7,
  HOIST_ERROR_CLOCK_SKEW = 8,
  HOIST_ERROR_URL_EXPIRED = 9,
  HOIST_ERROR_FILE_CHANGED = 10,
  HOIST_ERROR_FILE_MISSING = 11,
  HOIST_ERROR_FILE_UNREADABLE = 12,
  HOIST_ERROR_FILE_UNSUITABLE = 13,
  HOIST_ERROR_TOO_LARGE = 14,
  HOIST_ERROR_CHECKSUM = 15,
  HOIST_ERROR_UPLOAD_GONE = 16,
  HOIST_ERROR_REJECTED = 17,
  HOIST_ERROR_NO_SPACE = 18,
  HOIST_ERROR_STORE_DAMAGED = 19,
  HOIST_ERROR_STORE_BUSY = 20,
  HOIST_ERROR_PROTOCOL = 21,
  HOIST_ERROR_NOT_SUPPORTED = 22,
  HOIST_ERROR_NO_KEYRING = 23,
  HOIST_ERROR_BAD_INPUT = 24,
  HOIST_ERROR_DRIVE_GONE = 25,
} HoistError;

#define HOIST_N_ERRORS 26

gboolean hoist_error_is_retryable (HoistError code);
gboolean hoist_error_is_about_file (HoistError code);
const char *hoist_error_get_phrase (HoistError code);
const char *hoist_error_get_nick (HoistError code);
HoistError hoist_error_from_reply (guint http_status, const char *s3_code);
HoistError hoist_error_from_api_code (guint http_status, const char *api_code);
HoistError hoist_error_from_gerror (const GError *error);
HoistError hoist_error_from_errno (int errno_value);

void hoist_error_set_reply (GError *error,
                            guint http_status,
                            const char *reply_code,
                            const char *request_id);
guint hoist_error_get_http_status (const GError *error);
const char *hoist_error_get_reply_code (const GError *error);
const char *hoist_error_get_request_id (const GError *error);

G_END_DECLS
