/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-fault.h"

#include <string.h>

#include "hoist-error.h"
#include "hoist-s3-element.h"
#include "hoist-s3-writer.h"

/* A server's words are shown, so they are kept short. */
#define MAX_MESSAGE_CHARS 300

/* Amazon S3 API Reference, «Error responses», «List of error codes». */
static const struct
{
  const char *code;
  guint status;
} statuses[] = {
  { "AccessDenied", 403 },
  { "AuthorizationHeaderMalformed", 400 },
  { "AuthorizationQueryParametersError", 400 },
  { "BadDigest", 400 },
  { "BucketAlreadyOwnedByYou", 409 },
  { "EntityTooLarge", 400 },
  { "EntityTooSmall", 400 },
  { "IncompleteBody", 400 },
  { "InternalError", 500 },
  { "InvalidAccessKeyId", 403 },
  { "InvalidArgument", 400 },
  { "InvalidDigest", 400 },
  { "InvalidPart", 400 },
  { "InvalidPartOrder", 400 },
  { "InvalidRange", 416 },
  { "InvalidRequest", 400 },
  { "InvalidToken", 400 },
  { "InvalidURI", 400 },
  { "KeyTooLongError", 400 },
  { "MalformedXML", 400 },
  { "MethodNotAllowed", 405 },
  { "MissingContentLength", 411 },
  { "MissingSecurityHeader", 400 },
  { "NoSuchBucket", 404 },
  { "NoSuchKey", 404 },
  { "NoSuchUpload", 404 },
  { "NotImplemented", 501 },
  { "OperationAborted", 409 },
  { "PreconditionFailed", 412 },
  { "RequestTimeTooSkewed", 403 },
  { "RequestTimeout", 400 },
  { "ServiceUnavailable", 503 },
  { "SignatureDoesNotMatch", 403 },
  { "SlowDown", 503 },
  { "XAmzContentSHA256Mismatch", 400 },
};

/* What else of an error is worth keeping. Not the rest: SignatureDoesNotMatch repeats the
 * signature and all that was signed. */
static const char *const kept_details[] = { "Expires", "ServerTime",   "HeadersNotSigned",
                                            "Region",  "ArgumentName", NULL };

/**
 * hoist_s3_fault_new:
 * @code: S3's code
 * @message: what went wrong, may be empty
 *
 * Makes an error.
 *
 * Returns: (transfer full): the error
 */
HoistS3Fault *
hoist_s3_fault_new (const char *code, const char *message)
{
  HoistS3Fault *fault = g_new0 (HoistS3Fault, 1);

  fault->code = g_strdup (code);
  fault->message = g_strdup (message);
  fault->details = hoist_s3_pairs_new ();
  return fault;
}

/**
 * hoist_s3_fault_free:
 * @fault: (nullable): an error
 *
 * Frees an error.
 */
void
hoist_s3_fault_free (HoistS3Fault *fault)
{
  if (!fault)
    return;
  g_free (fault->code);
  g_free (fault->message);
  g_free (fault->resource);
  g_free (fault->request_id);
  hoist_s3_pairs_free (fault->details);
  g_free (fault);
}

/**
 * hoist_s3_fault_get_status:
 * @fault: an error
 *
 * Gets the HTTP status that S3 sends with an error.
 *
 * Returns: the status; 400 for an unknown code
 */
guint
hoist_s3_fault_get_status (const HoistS3Fault *fault)
{
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (g_str_equal (statuses[i].code, fault->code))
      return statuses[i].status;
  return 400;
}

/* One line of limited length that cannot drive a terminal. */
static char *
tidy_message (const char *text)
{
  GString *tidy = g_string_new (NULL);
  guint n_chars = 0;

  for (const char *p = text; *p && n_chars < MAX_MESSAGE_CHARS; p = g_utf8_next_char (p), n_chars++)
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (tidy, g_unichar_isprint (c) ? c : ' ');
    }
  return g_strstrip (g_string_free (tidy, FALSE));
}

/* A code goes into tables and messages: letters and digits only, and not many. */
static gboolean
is_code (const char *text)
{
  gsize length = strlen (text);

  if (length == 0 || length > 64)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '.' && text[i] != '_')
      return FALSE;
  return TRUE;
}

/**
 * hoist_s3_fault_parse:
 * @data: (array length=length) (nullable): the body of an answer
 * @length: its length in bytes
 *
 * Reads an error document.
 *
 * Returns: (transfer full) (nullable): the error, or null where the body is
 *   something else, such as a proxy's page
 */
HoistS3Fault *
hoist_s3_fault_parse (const char *data, gsize length)
{
  g_autoptr (HoistS3Element) root = data ? hoist_s3_element_parse (data, length, NULL) : NULL;
  const char *code, *message, *text;
  HoistS3Fault *fault;

  if (!root || !g_str_equal (hoist_s3_element_get_name (root), "Error"))
    return NULL;
  code = hoist_s3_element_lookup (root, "Code");
  message = hoist_s3_element_lookup (root, "Message");
  if (!code || !is_code (code))
    return NULL;
  fault = hoist_s3_fault_new (code, NULL);
  fault->message = tidy_message (message ? message : "");
  text = hoist_s3_element_lookup (root, "Resource");
  fault->resource = text ? tidy_message (text) : NULL;
  text = hoist_s3_element_lookup (root, "RequestId");
  fault->request_id = text ? tidy_message (text) : NULL;
  for (guint i = 0; kept_details[i]; i++)
    {
      g_autofree char *tidy = NULL;

      text = hoist_s3_element_lookup (root, kept_details[i]);
      tidy = text ? tidy_message (text) : NULL;
      if (tidy)
        hoist_s3_pairs_add (fault->details, kept_details[i], tidy);
    }
  return fault;
}

/**
 * hoist_s3_fault_to_xml:
 * @fault: an error
 *
 * Writes an error document.
 *
 * Returns: (transfer full): the document
 */
char *
hoist_s3_fault_to_xml (const HoistS3Fault *fault)
{
  GString *xml = hoist_s3_writer_begin ("Error", FALSE);

  hoist_s3_writer_text (xml, "Code", fault->code);
  hoist_s3_writer_text (xml, "Message", fault->message);
  for (guint i = 0; i < hoist_s3_pairs_get_length (fault->details); i++)
    hoist_s3_writer_text (xml, hoist_s3_pairs_get_name (fault->details, i),
                          hoist_s3_pairs_get_value (fault->details, i));
  hoist_s3_writer_optional_text (xml, "Resource", fault->resource);
  hoist_s3_writer_optional_text (xml, "RequestId", fault->request_id);
  return hoist_s3_writer_end (xml, "Error");
}

/* Expiry has no code of its own at S3: it is AccessDenied, told apart by its words. */
static const char *
get_effective_code (const HoistS3Fault *fault)
{
  if (!fault)
    return NULL;
  if (g_str_equal (fault->code, "AccessDenied") &&
      (strstr (fault->message, "has expired") || hoist_s3_pairs_lookup (fault->details, "Expires")))
    return "RequestExpired";
  return fault->code;
}

/**
 * hoist_s3_fault_to_error:
 * @fault: (nullable): the error document, if there was one
 * @http_status: the answer's status; 200 where the error came inside a success
 * @what: (nullable): what was done to what, for people: «Completing report.pdf»
 *
 * Turns an answer of S3 into an error, by core's table.
 *
 * Returns: (transfer full): the error, of domain %HOIST_ERROR
 */
GError *
hoist_s3_fault_to_error (const HoistS3Fault *fault, guint http_status, const char *what)
{
  HoistError code = hoist_error_from_reply (http_status, get_effective_code (fault));
  GString *message = g_string_new (NULL);
  GError *error;

  if (what)
    g_string_append_printf (message, "%s: ", what);
  g_string_append (message, hoist_error_get_phrase (code));
  if (fault && fault->message[0])
    g_string_append_printf (message, " (the storage says: %s, %s)", fault->code, fault->message);
  else if (fault)
    g_string_append_printf (message, " (the storage says: %s)", fault->code);
  else
    g_string_append_printf (message, " (the storage answered with status %u)", http_status);
  error = g_error_new_literal (HOIST_ERROR, code, message->str);
  g_string_free (message, TRUE);
  return error;
}

/**
 * hoist_s3_is_upload_gone:
 * @http_status: the status of an answer to a request that named an upload id
 * @fault: (nullable): its error document
 *
 * Tells whether the server no longer knows the upload. Ceph answers
 * `NoSuchKey` to ListParts where Amazon answers `NoSuchUpload`; a HEAD or a
 * proxy gives no code at all.
 *
 * Returns: whether it is gone
 */
gboolean
hoist_s3_is_upload_gone (guint http_status, const HoistS3Fault *fault)
{
  if (fault && g_str_equal (fault->code, "NoSuchUpload"))
    return TRUE;
  return http_status == 404 && (!fault || g_str_equal (fault->code, "NoSuchKey"));
}
