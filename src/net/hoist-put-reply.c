/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-put-reply.h"

#include <glib/gi18n-lib.h>

#include "hoist-net.h"
#include "hoist-s3-element.h"
#include "hoist-s3-fault.h"
#include "hoist-s3-xml.h"

/* What comes from outside and is kept is never longer than this. */
#define MAX_HEADER_VALUE_BYTES 1024

static char *
dup_header (SoupMessageHeaders *headers, const char *name)
{
  const char *value = soup_message_headers_get_one (headers, name);

  if (value == NULL || strlen (value) > MAX_HEADER_VALUE_BYTES ||
      !g_utf8_validate (value, -1, NULL))
    return NULL;
  return g_strdup (value);
}

/* The ETag is then no MD5 (Amazon S3 API Reference, «Object»). */
static gboolean
is_encrypted_by_key (SoupMessageHeaders *headers)
{
  const char *sse = soup_message_headers_get_one (headers, "x-amz-server-side-encryption");

  return (sse != NULL && g_str_has_prefix (sse, "aws:kms")) ||
         soup_message_headers_get_one (headers,
                                       "x-amz-server-side-encryption-customer-algorithm") != NULL;
}

/* RFC 9110, section 6.6.1 */
static gint64
get_server_us (SoupMessageHeaders *headers)
{
  const char *text = soup_message_headers_get_one (headers, "Date");
  g_autoptr (GDateTime) date = text != NULL ? soup_date_time_new_from_http_string (text) : NULL;

  return date != NULL ? MAX (g_date_time_to_unix (date), 0) * G_USEC_PER_SEC : 0;
}

static void
take_headers (HoistPut *put, SoupMessageHeaders *headers)
{
  g_autofree char *etag = dup_header (headers, "ETag");

  g_free (put->etag);
  g_free (put->checksum_sha256);
  g_free (put->request_id);
  g_free (put->version_id);
  put->etag = etag != NULL ? hoist_s3_etag_strip (etag) : NULL;
  put->checksum_sha256 = dup_header (headers, "x-amz-checksum-sha256");
  put->request_id = dup_header (headers, "x-amz-request-id");
  put->version_id = dup_header (headers, "x-amz-version-id");
  put->server_us = get_server_us (headers);
  put->retry_after_us = hoist_net_get_retry_after_us (headers, g_get_real_time ());
  put->sse_kms = is_encrypted_by_key (headers);
}

/* Amazon S3 API Reference, POST Object: with `success_action_status` 201 the answer is a document,
 * in which look-alikes tell what is not in a header. */
static void
take_form_reply (HoistPut *put, SoupMessageHeaders *headers, GBytes *body)
{
  gsize length = 0;
  const char *data = body != NULL ? g_bytes_get_data (body, &length) : NULL;
  g_autoptr (HoistS3Element) root = length > 0 ? hoist_s3_element_parse (data, length, NULL) : NULL;
  g_autofree char *location = dup_header (headers, "Location");

  g_clear_pointer (&put->location, g_free);
  if (root != NULL && g_str_equal (hoist_s3_element_get_name (root), "PostResponse"))
    {
      const char *etag = hoist_s3_element_lookup (root, "ETag");

      if (put->etag == NULL && etag != NULL && strlen (etag) <= MAX_HEADER_VALUE_BYTES)
        put->etag = hoist_s3_etag_strip (etag);
      if (location == NULL)
        location = g_strdup (hoist_s3_element_lookup (root, "Location"));
    }
  if (location != NULL && hoist_net_is_web_address (location))
    put->location = g_steal_pointer (&location);
}

/* What the server says it got, where that can be compared: its own SHA-256, or
 * the ETag, which is the MD5 of an unencrypted part. */
static gboolean
arrived_intact (HoistPut *put)
{
  guint8 arrived[HOIST_DIGEST_MAX_BYTES];
  gsize length = hoist_digest_kind_get_length (put->digest_kind);

  switch (put->digest_kind)
    {
    case HOIST_DIGEST_SHA256:
      if (put->checksum_sha256 == NULL ||
          !hoist_digest_from_base64 (put->checksum_sha256, arrived, length))
        return TRUE;
      break;
    case HOIST_DIGEST_MD5:
      if (put->sse_kms || put->etag == NULL || !hoist_digest_from_hex (put->etag, arrived, length))
        return TRUE;
      break;
    default:
      return TRUE;
    }
  return hoist_digest_equal (arrived, put->digest, length);
}

/* S3 says 403 AccessDenied for an expired URL as for a forbidden key. AWS tells
 * them apart in the message and in further elements. */
static gboolean
says_expired (const HoistS3Fault *fault)
{
  return g_strcmp0 (fault->code, "AccessDenied") == 0 &&
         (strstr (fault->message, "expired") != NULL ||
          hoist_s3_pairs_lookup (fault->details, "Expires") != NULL);
}

/* Ceph's gateway refuses an expired URL by a 403 AccessDenied without a word. A
 * refusal without a document is no word of the storage's either: it is a proxy's,
 * or the connection ended in the middle of it. A URL that is signed for another
 * hour than the storage's clock shows (RequestTimeTooSkewed) may have been signed
 * just before that clock was set. One that is signed for another region than the
 * bucket's is signed for the right one when its signer has asked (Amazon S3 API
 * Reference, «Error responses»). */
static gboolean
is_in_doubt (guint http_status, const HoistS3Fault *fault)
{
  static const char *const codes[] = { "RequestTimeTooSkewed", "AuthorizationQueryParametersError",
                                       "PermanentRedirect", "TemporaryRedirect", NULL };

  if (http_status < 300 || http_status >= 500)
    return FALSE;
  if (fault == NULL)
    return http_status >= 400;
  return (g_str_equal (fault->code, "AccessDenied") && *fault->message == '\0') ||
         g_strv_contains (codes, fault->code);
}

static GError *
error_of_status (HoistPut *put, guint http_status, GBytes *body)
{
  gsize length = 0;
  const char *data = body != NULL ? g_bytes_get_data (body, &length) : NULL;
  g_autoptr (HoistS3Fault) fault = length > 0 ? hoist_s3_fault_parse (data, length) : NULL;
  const char *s3_code = fault != NULL ? fault->code : NULL;
  HoistError code = hoist_error_from_reply (http_status, s3_code);
  GError *error;

  if (fault != NULL && says_expired (fault))
    code = HOIST_ERROR_URL_EXPIRED;
  else
    put->in_doubt = is_in_doubt (http_status, fault);
  if (s3_code != NULL)
    /* Translators: what happened, then the HTTP status and S3's name of the error */
    error = g_error_new (HOIST_ERROR, code,
                         _ ("%s (The storage said %u %s)"), hoist_error_get_phrase (code),
                            http_status, s3_code);
  else
    /* Translators: what happened, then the HTTP status */
    error =
      g_error_new (HOIST_ERROR, code,
                   _ ("%s (The storage said %u)"), hoist_error_get_phrase (code), http_status);
  hoist_error_set_reply (error, http_status, s3_code, put->request_id);
  return error;
}

/**
 * hoist_put_take_reply: (skip)
 * @put: what was sent; its output is filled in
 * @http_status: the answer's status
 * @headers: the answer's headers
 * @body: (nullable): the answer's body
 * @error: return location
 *
 * Judges the storage's answer to a PUT, or to a form.
 *
 * Errors: by core's table; %HOIST_ERROR_URL_EXPIRED where the storage says so; some
 * only say %HOIST_ERROR_FORBIDDEN then, with `in_doubt` set;
 * %HOIST_ERROR_CHECKSUM where it names a checksum that differs.
 *
 * Returns: whether the storage has it
 */
gboolean
hoist_put_take_reply (HoistPut *put,
                      guint http_status,
                      SoupMessageHeaders *headers,
                      GBytes *body,
                      GError **error)
{
  put->http_status = http_status;
  take_headers (put, headers);
  if (!SOUP_STATUS_IS_SUCCESSFUL (http_status))
    {
      g_propagate_error (error, error_of_status (put, http_status, body));
      return FALSE;
    }
  if (put->form_head != NULL)
    take_form_reply (put, headers, body);
  put->in_doubt = put->etag == NULL;
  if (!arrived_intact (put))
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_CHECKSUM,
                           hoist_error_get_phrase (HOIST_ERROR_CHECKSUM));
      return FALSE;
    }
  return TRUE;
}
