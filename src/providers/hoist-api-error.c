/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-api-messages.h"
#include "hoist-json-reader.h"
#include "hoist-redact.h"

#define MAX_RETRY_AFTER_S (24 * 3600)

/**
 * hoist_api_tidy_message: (skip)
 * @message: (nullable): what a server says
 *
 * What a server says goes on a person's screen: one line, not a long one, and no
 * presigned URL that it may have put into it.
 *
 * Returns: (transfer full) (nullable): what to show, if there is anything
 */
char *
hoist_api_tidy_message (const char *message)
{
  char *tidy;

  if (message == NULL || *message == '\0' || strstr (message, "X-Amz-") != NULL)
    return NULL;
  tidy = hoist_redact (message);
  for (char *c = tidy; *c != '\0'; c++)
    if ((guchar) *c < 0x20 || *c == 0x7f)
      *c = ' ';
  if (strlen (tidy) > 300)
    *g_utf8_find_prev_char (tidy, tidy + 300) = '\0';
  return tidy;
}

static GError *
error_without_json (guint http_status, const char *call, const char *host)
{
  HoistError code = hoist_error_from_api_code (http_status, NULL);
  GError *error;

  /* Some other web server: what it says means nothing about uploads. */
  if (http_status == 404 || http_status == 405 || http_status == 501)
    /* Translators: a host name, the API's name of a request, an HTTP status */
    error = g_error_new (HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                         _ ("There is no upload API at this address: %s answered %s with %u. Check "
                            "the destination’s address."),
                            host, call, http_status);
  else
    /* Translators: what happened, then a host name and an HTTP status */
    error = g_error_new (HOIST_ERROR, code,
                         _ ("%s (%s said %u)"), hoist_error_get_phrase (code), host, http_status);
  hoist_error_set_reply (error, http_status, NULL, NULL);
  return error;
}

/**
 * hoist_api_parse_error: (skip)
 * @http_status: the status of an answer that is no success
 * @answer: its body, that may be anything
 * @call: the API's name of the request, for messages
 * @host: who said it, for messages
 * @retry_after_us: (inout): the longer of what it says and of what was there
 *
 * Returns: (transfer full): what the answer means
 */
GError *
hoist_api_parse_error (guint http_status,
                       GBytes *answer,
                       const char *call,
                       const char *host,
                       gint64 *retry_after_us)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new (call, answer);
  JsonObject *object =
    hoist_json_reader_get_object (reader, hoist_json_reader_get_root (reader), "error");
  g_autofree char *api_code =
    hoist_json_reader_dup_string (reader, object, "code", HOIST_JSON_MAX_NAME);
  g_autofree char *message =
    hoist_json_reader_dup_optional_string (reader, object, "message", HOIST_JSON_MAX_TEXT);
  gint64 said_us = (gint64) hoist_json_reader_get_optional_integer (reader, object, "retryAfter", 0,
                                                                    MAX_RETRY_AFTER_S, 0) *
                   G_USEC_PER_SEC;
  g_autofree char *said = NULL;
  HoistError code;
  GError *error;

  if (hoist_json_reader_has_failed (reader))
    return error_without_json (http_status, call, host);
  *retry_after_us = MAX (*retry_after_us, said_us);
  code = hoist_error_from_api_code (http_status, api_code);
  said = hoist_api_tidy_message (message);
  if (said == NULL)
    said = hoist_api_tidy_message (api_code);
  /* Translators: what happened, then a host name and what it said */
  error = g_error_new (HOIST_ERROR, code,
                       _ ("%s (%s said “%s”)"), hoist_error_get_phrase (code), host,
                          said != NULL ? said : "");
  hoist_error_set_reply (error, http_status, api_code, NULL);
  return error;
}
