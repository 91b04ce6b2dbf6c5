/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <errno.h>
#include <string.h>

#include "hoist-error-reply.h"
#include "hoist-error.h"

static void
test_infos (void)
{
  g_autoptr (GHashTable) nicks = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) phrases = g_hash_table_new (g_str_hash, g_str_equal);

  for (int i = 0; i < HOIST_N_ERRORS; i++)
    {
      const char *nick = hoist_error_get_nick ((HoistError) i);
      const char *phrase = hoist_error_get_phrase ((HoistError) i);

      g_assert_cmpstr (nick, !=, NULL);
      for (const char *c = nick; *c != '\0'; c++)
        g_assert_true (g_ascii_islower (*c) || *c == '-');
      g_assert_true (g_hash_table_add (nicks, (gpointer) nick));

      g_assert_true (g_utf8_validate (phrase, -1, NULL));
      g_assert_true (g_ascii_isupper (phrase[0]));
      g_assert_true (g_str_has_suffix (phrase, "."));
      g_assert_cmpint (g_utf8_strlen (phrase, -1), <, 130);
      g_assert_true (g_hash_table_add (phrases, (gpointer) phrase));

      g_assert_cmpint (hoist_error_is_about_file ((HoistError) i), ==,
                       g_str_has_prefix (nick, "file-"));
      g_assert_false (hoist_error_is_retryable ((HoistError) i) &&
                      hoist_error_is_about_file ((HoistError) i));
    }
}

static void
test_numbers_from_elsewhere (void)
{
  static const int bad[] = { -1, HOIST_N_ERRORS, G_MAXINT, G_MININT };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_cmpstr (hoist_error_get_nick ((HoistError) bad[i]), ==, "failed");
      g_assert_false (hoist_error_is_retryable ((HoistError) bad[i]));
      g_assert_nonnull (hoist_error_get_phrase ((HoistError) bad[i]));
    }
}

/* The table itself: complete, unambiguous, and found whatever the status is. */
static void
test_table (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const HoistReplyRow *row;
  gsize n = 0;

  for (; (row = hoist_reply_row_get (n)) != NULL; n++)
    {
      g_assert_cmpuint (row->error, <, HOIST_N_ERRORS);
      g_assert_true (g_hash_table_add (seen, g_strdup_printf ("%d %u %s", row->dialect, row->status,
                                                              row->code != NULL ? row->code : "")));
      switch (row->dialect)
        {
        case HOIST_REPLY_S3:
          g_assert_cmpuint (row->status, ==, 0);
          for (guint status = 0; status < 700; status += 50)
            g_assert_cmpint (hoist_error_from_reply (status, row->code), ==, row->error);
          break;
        case HOIST_REPLY_API:
          g_assert_cmpuint (row->status, ==, 0);
          for (guint status = 0; status < 700; status += 50)
            g_assert_cmpint (hoist_error_from_api_code (status, row->code), ==, row->error);
          break;
        case HOIST_REPLY_STATUS:
        default:
          g_assert_cmpint (row->dialect, ==, HOIST_REPLY_STATUS);
          g_assert_null (row->code);
          g_assert_cmpint (hoist_error_from_reply (row->status, NULL), ==, row->error);
          g_assert_cmpint (hoist_error_from_reply (row->status, ""), ==, row->error);
          g_assert_cmpint (hoist_error_from_api_code (row->status, NULL), ==, row->error);
          g_assert_cmpint (hoist_error_from_api_code (row->status, "NoSuchUpload"), ==, row->error);
          break;
        }
    }
  g_assert_cmpuint (n, >, 60);
  g_assert_null (hoist_reply_row_get (n + 1));
}

typedef struct
{
  guint status;
  const char *code;
  HoistError error;
  gboolean retry;
} Reply;

/* What servers really sent, and what has to come of it, written down a second
 * time: a slip in the table shows here. */
static const Reply s3_replies[] = {
  { 0, NULL, HOIST_ERROR_NETWORK, TRUE },
  { 400, "RequestTimeout", HOIST_ERROR_TIMED_OUT, TRUE },
  { 400, "BadDigest", HOIST_ERROR_CHECKSUM, TRUE },
  { 400, "XAmzContentSHA256Mismatch", HOIST_ERROR_CHECKSUM, TRUE },
  { 400, "ExpiredToken", HOIST_ERROR_URL_EXPIRED, TRUE },
  { 400, "IncompleteBody", HOIST_ERROR_NETWORK, TRUE },
  { 400, "EntityTooSmall", HOIST_ERROR_REJECTED, FALSE },
  { 400, "EntityTooLarge", HOIST_ERROR_TOO_LARGE, FALSE },
  { 400, "InvalidPart", HOIST_ERROR_REJECTED, FALSE },
  { 400, "MalformedXML", HOIST_ERROR_REJECTED, FALSE },
  { 400, NULL, HOIST_ERROR_REJECTED, FALSE },
  { 400, "SomethingNew", HOIST_ERROR_REJECTED, FALSE },
  { 401, NULL, HOIST_ERROR_AUTH, FALSE },
  { 403, NULL, HOIST_ERROR_FORBIDDEN, FALSE },
  { 403, "AccessDenied", HOIST_ERROR_FORBIDDEN, FALSE },
  { 403, "InvalidAccessKeyId", HOIST_ERROR_AUTH, FALSE },
  { 403, "SignatureDoesNotMatch", HOIST_ERROR_AUTH, FALSE },
  { 403, "RequestTimeTooSkewed", HOIST_ERROR_CLOCK_SKEW, FALSE },
  { 403, "QuotaExceeded", HOIST_ERROR_NO_SPACE, FALSE },
  { 404, "NoSuchUpload", HOIST_ERROR_UPLOAD_GONE, FALSE },
  { 404, "NoSuchKey", HOIST_ERROR_UPLOAD_GONE, FALSE },
  { 404, "NoSuchBucket", HOIST_ERROR_REJECTED, FALSE },
  { 404, NULL, HOIST_ERROR_REJECTED, FALSE },
  { 405, "MethodNotAllowed", HOIST_ERROR_NOT_SUPPORTED, FALSE },
  { 408, NULL, HOIST_ERROR_TIMED_OUT, TRUE },
  { 409, "OperationAborted", HOIST_ERROR_UNAVAILABLE, TRUE },
  { 409, NULL, HOIST_ERROR_REJECTED, FALSE },
  { 411, "MissingContentLength", HOIST_ERROR_REJECTED, FALSE },
  { 412, "PreconditionFailed", HOIST_ERROR_REJECTED, FALSE },
  { 413, NULL, HOIST_ERROR_TOO_LARGE, FALSE },
  { 418, NULL, HOIST_ERROR_REJECTED, FALSE },
  { 429, NULL, HOIST_ERROR_THROTTLED, TRUE },
  { 500, NULL, HOIST_ERROR_UNAVAILABLE, TRUE },
  { 500, "InternalError", HOIST_ERROR_UNAVAILABLE, TRUE },
  { 501, "NotImplemented", HOIST_ERROR_NOT_SUPPORTED, FALSE },
  { 502, NULL, HOIST_ERROR_UNAVAILABLE, TRUE },
  { 503, NULL, HOIST_ERROR_UNAVAILABLE, TRUE },
  { 503, "SlowDown", HOIST_ERROR_THROTTLED, TRUE },
  { 503, "ServiceUnavailable", HOIST_ERROR_UNAVAILABLE, TRUE },
  { 504, NULL, HOIST_ERROR_UNAVAILABLE, TRUE },
  { 507, NULL, HOIST_ERROR_NO_SPACE, FALSE },
  { 520, NULL, HOIST_ERROR_UNAVAILABLE, TRUE },
  /* inside a 200 */
  { 200, "InternalError", HOIST_ERROR_UNAVAILABLE, TRUE },
  { 200, "InvalidPart", HOIST_ERROR_REJECTED, FALSE },
  { 200, "SomethingNew", HOIST_ERROR_UNAVAILABLE, TRUE },
  /* answers that are none */
  { 200, NULL, HOIST_ERROR_PROTOCOL, FALSE },
  { 204, "", HOIST_ERROR_PROTOCOL, FALSE },
  { 100, NULL, HOIST_ERROR_PROTOCOL, FALSE },
  { 301, NULL, HOIST_ERROR_PROTOCOL, FALSE },
  { 301, "PermanentRedirect", HOIST_ERROR_REJECTED, FALSE },
  { 307, "TemporaryRedirect", HOIST_ERROR_REJECTED, FALSE },
  { 600, NULL, HOIST_ERROR_PROTOCOL, FALSE },
  { G_MAXUINT, "nonsense", HOIST_ERROR_PROTOCOL, FALSE },
};

static void
test_s3_replies (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (s3_replies); i++)
    {
      const Reply *reply = &s3_replies[i];
      HoistError error = hoist_error_from_reply (reply->status, reply->code);

      g_test_message ("%u %s", reply->status, reply->code != NULL ? reply->code : "(none)");
      g_assert_cmpstr (hoist_error_get_nick (error), ==, hoist_error_get_nick (reply->error));
      g_assert_cmpint (hoist_error_is_retryable (error), ==, reply->retry);
    }
}

static const Reply api_replies[] = {
  { 400, "bad_request", HOIST_ERROR_REJECTED, FALSE },
  { 400, "key_invalid", HOIST_ERROR_FILE_UNSUITABLE, FALSE },
  { 400, "checksum_mismatch", HOIST_ERROR_CHECKSUM, TRUE },
  { 401, "unauthorized", HOIST_ERROR_AUTH, FALSE },
  { 403, "forbidden", HOIST_ERROR_FORBIDDEN, FALSE },
  { 403, "url_expired", HOIST_ERROR_URL_EXPIRED, TRUE },
  { 403, "clock_skew", HOIST_ERROR_CLOCK_SKEW, FALSE },
  { 404, "not_found", HOIST_ERROR_REJECTED, FALSE },
  { 404, "upload_gone", HOIST_ERROR_UPLOAD_GONE, FALSE },
  { 405, "method_not_allowed", HOIST_ERROR_NOT_SUPPORTED, FALSE },
  { 409, "incomplete", HOIST_ERROR_REJECTED, FALSE },
  { 413, "too_large", HOIST_ERROR_TOO_LARGE, FALSE },
  { 429, "throttled", HOIST_ERROR_THROTTLED, TRUE },
  { 500, "internal", HOIST_ERROR_UNAVAILABLE, TRUE },
  { 501, "not_supported", HOIST_ERROR_NOT_SUPPORTED, FALSE },
  { 502, "storage_error", HOIST_ERROR_UNAVAILABLE, TRUE },
  { 503, "unavailable", HOIST_ERROR_UNAVAILABLE, TRUE },
  { 504, "storage_timeout", HOIST_ERROR_UNAVAILABLE, TRUE },
  { 507, "no_space", HOIST_ERROR_NO_SPACE, FALSE },
  { 404, NULL, HOIST_ERROR_REJECTED, FALSE },
  { 503, "a_later_one", HOIST_ERROR_UNAVAILABLE, TRUE },
  { 200, NULL, HOIST_ERROR_PROTOCOL, FALSE },
};

static void
test_api_replies (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (api_replies); i++)
    {
      const Reply *reply = &api_replies[i];
      HoistError error = hoist_error_from_api_code (reply->status, reply->code);

      g_test_message ("%u %s", reply->status, reply->code != NULL ? reply->code : "(none)");
      g_assert_cmpstr (hoist_error_get_nick (error), ==, hoist_error_get_nick (reply->error));
      g_assert_cmpint (hoist_error_is_retryable (error), ==, reply->retry);
    }
}

static void
test_gerrors (void)
{
  const struct
  {
    GQuark domain;
    int code;
    HoistError error;
  } rows[] = {
    { HOIST_ERROR, HOIST_ERROR_CLOCK_SKEW, HOIST_ERROR_CLOCK_SKEW },
    { HOIST_ERROR, HOIST_N_ERRORS, HOIST_ERROR_FAILED },
    { HOIST_ERROR, -1, HOIST_ERROR_FAILED },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, HOIST_ERROR_NETWORK },
    { G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, HOIST_ERROR_NETWORK },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, HOIST_ERROR_NETWORK },
    { G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, HOIST_ERROR_NETWORK },
    { G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, HOIST_ERROR_NETWORK },
    { G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, HOIST_ERROR_NETWORK },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, HOIST_ERROR_TIMED_OUT },
    { G_IO_ERROR, G_IO_ERROR_NO_SPACE, HOIST_ERROR_NO_SPACE },
    { G_IO_ERROR, G_IO_ERROR_NOT_FOUND, HOIST_ERROR_FILE_MISSING },
    { G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, HOIST_ERROR_FILE_UNREADABLE },
    { G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, HOIST_ERROR_FILE_UNSUITABLE },
    { G_IO_ERROR, G_IO_ERROR_INVALID_DATA, HOIST_ERROR_PROTOCOL },
    { G_IO_ERROR, G_IO_ERROR_FAILED, HOIST_ERROR_FAILED },
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, HOIST_ERROR_CERTIFICATE },
    { G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, HOIST_ERROR_PROTOCOL },
    { G_TLS_ERROR, G_TLS_ERROR_EOF, HOIST_ERROR_NETWORK },
    { G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE, HOIST_ERROR_NOT_SUPPORTED },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, HOIST_ERROR_NETWORK },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, HOIST_ERROR_NETWORK },
    { G_FILE_ERROR, G_FILE_ERROR_NOENT, HOIST_ERROR_FILE_MISSING },
    { G_FILE_ERROR, G_FILE_ERROR_ACCES, HOIST_ERROR_FILE_UNREADABLE },
    { G_FILE_ERROR, G_FILE_ERROR_NOSPC, HOIST_ERROR_NO_SPACE },
    { G_MARKUP_ERROR, G_MARKUP_ERROR_PARSE, HOIST_ERROR_FAILED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (rows[i].domain, rows[i].code, "x");

      g_test_message ("%s %d", g_quark_to_string (rows[i].domain), rows[i].code);
      g_assert_cmpstr (hoist_error_get_nick (hoist_error_from_gerror (error)), ==,
                       hoist_error_get_nick (rows[i].error));
    }
}

static void
test_errnos (void)
{
  static const struct
  {
    int value;
    HoistError error;
  } rows[] = {
    { ENOENT, HOIST_ERROR_FILE_MISSING },
    { ENOTDIR, HOIST_ERROR_FILE_MISSING },
    { ESTALE, HOIST_ERROR_FILE_MISSING },
    { ENODEV, HOIST_ERROR_FILE_MISSING },
    { EACCES, HOIST_ERROR_FILE_UNREADABLE },
    { EPERM, HOIST_ERROR_FILE_UNREADABLE },
    { EIO, HOIST_ERROR_FILE_UNREADABLE },
    { EISDIR, HOIST_ERROR_FILE_UNSUITABLE },
    { ELOOP, HOIST_ERROR_FILE_UNSUITABLE },
    { ENXIO, HOIST_ERROR_FILE_UNSUITABLE },
    { ENAMETOOLONG, HOIST_ERROR_FILE_UNSUITABLE },
    { ENOSPC, HOIST_ERROR_NO_SPACE },
    { EDQUOT, HOIST_ERROR_NO_SPACE },
    { ECONNREFUSED, HOIST_ERROR_NETWORK },
    { ECONNRESET, HOIST_ERROR_NETWORK },
    { ECONNABORTED, HOIST_ERROR_NETWORK },
    { EPIPE, HOIST_ERROR_NETWORK },
    { EHOSTUNREACH, HOIST_ERROR_NETWORK },
    { ENETUNREACH, HOIST_ERROR_NETWORK },
    { ENETDOWN, HOIST_ERROR_NETWORK },
    { ENOTCONN, HOIST_ERROR_NETWORK },
    { ETIMEDOUT, HOIST_ERROR_TIMED_OUT },
    { 0, HOIST_ERROR_FAILED },
    { 99999, HOIST_ERROR_FAILED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", g_strerror (rows[i].value));
      g_assert_cmpstr (hoist_error_get_nick (hoist_error_from_errno (rows[i].value)), ==,
                       hoist_error_get_nick (rows[i].error));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/infos", test_infos);
  g_test_add_func ("/error/numbers-from-elsewhere", test_numbers_from_elsewhere);
  g_test_add_func ("/error/table", test_table);
  g_test_add_func ("/error/s3-replies", test_s3_replies);
  g_test_add_func ("/error/api-replies", test_api_replies);
  g_test_add_func ("/error/gerrors", test_gerrors);
  g_test_add_func ("/error/errnos", test_errnos);
  return g_test_run ();
}
