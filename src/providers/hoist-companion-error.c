/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What Companion's refusals mean. It answers 500 for whatever its storage refuses, with the S3 error
 * inside, or, in production, with «Something went wrong» and nothing else. */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-api-messages.h"
#include "hoist-companion-messages.h"
#include "hoist-json-reader.h"

/* What is read of an answer that is no success. */
typedef struct
{
  char *message;       /* (owned) (nullable) for people */
  char *name;          /* (owned) (nullable) of the error inside: S3's, or Node.js' */
  guint inner_status;  /* what the storage answered; 0 = not said */
  char *request_id;    /* (owned) (nullable) for whoever runs it */
  gboolean has_reason; /* it says more than that something went wrong */
} Refusal;

static void
refusal_clear (Refusal *refusal)
{
  g_free (refusal->message);
  g_free (refusal->name);
  g_free (refusal->request_id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Refusal, refusal_clear)

/* Whatever is not as expected is as if it were not there. */
static char *
dup_text (JsonObject *object, const char *member, gsize max_bytes)
{
  JsonNode *node = json_object_get_member (object, member);
  const char *text;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  text = json_node_get_string (node);
  return *text != '\0' && strlen (text) <= max_bytes ? g_strdup (text) : NULL;
}

static guint
get_inner_status (JsonObject *error)
{
  JsonNode *node = json_object_get_member (error, "$metadata");
  gint64 status;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return 0;
  node = json_object_get_member (json_node_get_object (node), "httpStatusCode");
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_INT64)
    return 0;
  status = json_node_get_int (node);
  return status >= 100 && status < 600 ? (guint) status : 0;
}

/* `Code` and `name` are S3's name of the error, `code` is the system's, such as ECONNREFUSED. What
 * the AWS SDK does not know is called UnknownError or Error. */
static void
read_inner (JsonObject *error, Refusal *refusal)
{
  static const char *const members[] = { "Code", "code", "name" };

  for (gsize i = 0; i < G_N_ELEMENTS (members) && refusal->name == NULL; i++)
    {
      g_autofree char *name = dup_text (error, members[i], HOIST_JSON_MAX_NAME);

      if (name != NULL && !g_str_equal (name, "Error") && !g_str_equal (name, "UnknownError"))
        refusal->name = g_steal_pointer (&name);
    }
  refusal->inner_status = get_inner_status (error);
  refusal->has_reason = refusal->name != NULL || refusal->inner_status != 0;
}

static void
read_refusal (GBytes *answer, Refusal *refusal)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("", answer);
  JsonObject *root = hoist_json_reader_get_root (reader);
  JsonNode *error;

  if (hoist_json_reader_has_failed (reader))
    return;
  refusal->message = dup_text (root, "message", HOIST_JSON_MAX_TEXT);
  refusal->request_id = dup_text (root, "requestId", HOIST_JSON_MAX_NAME);
  error = json_object_get_member (root, "error");
  if (error != NULL && JSON_NODE_HOLDS_OBJECT (error))
    read_inner (json_node_get_object (error), refusal);
  else if (error != NULL)
    {
      g_free (refusal->message);
      refusal->message = dup_text (root, "error", HOIST_JSON_MAX_TEXT);
      refusal->has_reason = refusal->message != NULL;
    }
}

/* Node.js, «Common system errors», and the AWS SDK's own time-outs. */
static gboolean
is_about_line (const char *name)
{
  static const char *const names[] = { "ECONNREFUSED", "ECONNRESET",     "ENOTFOUND",
                                       "EAI_AGAIN",    "ETIMEDOUT",      "EHOSTUNREACH",
                                       "ENETUNREACH",  "EPIPE",          "TimeoutError",
                                       "ENETDOWN",     "NetworkingError" };

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i]))
      return TRUE;
  return FALSE;
}

/* What the storage said to Companion. Its keys and its clock are not ours: no new token helps. */
static HoistError
get_inner_code (const Refusal *refusal)
{
  HoistError code;

  if (is_about_line (refusal->name))
    return HOIST_ERROR_UNAVAILABLE;
  code = hoist_error_from_reply (refusal->inner_status, refusal->name);
  switch (code)
    {
    case HOIST_ERROR_AUTH:
    case HOIST_ERROR_FORBIDDEN:
    case HOIST_ERROR_URL_EXPIRED:
    case HOIST_ERROR_CLOCK_SKEW:
    case HOIST_ERROR_NETWORK: /* an error of Companion's own, such as a key that is not there */
    case HOIST_ERROR_PROTOCOL:
      return HOIST_ERROR_REJECTED;
    default:
      return code;
    }
}

static HoistError
get_code (guint http_status, const Refusal *refusal)
{
  switch (http_status)
    {
    case 404:
    case 405:
    case 501:
      return HOIST_ERROR_PROTOCOL;
    case 413: /* a request of ours, never a file */
    case 414:
    case 431:
      return HOIST_ERROR_REJECTED;
    case 500:
      if (refusal->name != NULL || refusal->inner_status != 0)
        return get_inner_code (refusal);
      return refusal->has_reason ? HOIST_ERROR_REJECTED : HOIST_ERROR_UNAVAILABLE;
    default:
      return hoist_error_from_api_code (http_status, NULL);
    }
}

static char *
make_message (HoistError code,
              guint http_status,
              const Refusal *refusal,
              const char *call,
              const char *host)
{
  g_autofree char *said = refusal->name != NULL ? hoist_api_tidy_message (refusal->name)
                                                : hoist_api_tidy_message (refusal->message);

  if (code == HOIST_ERROR_PROTOCOL)
    /* Translators: a host name, a request's name, an HTTP status */
    return g_strdup_printf (_ ("There is no Companion for S3 at this address: %s answered %s with "
                               "%u. Check the destination’s address."),
                               host, call, http_status);
  if (code == HOIST_ERROR_AUTH || code == HOIST_ERROR_FORBIDDEN)
    /* Translators: a host name and an HTTP status */
    return g_strdup_printf (_ ("%s does not let us in (%u). Enter the headers or cookies that it "
                               "wants in the destination’s settings."),
                               host, http_status);
  if (code == HOIST_ERROR_REJECTED && refusal->name != NULL)
    /* Translators: a host name and S3's name of an error */
    return g_strdup_printf (_ ("The storage behind %s refused the request (“%s”). Ask whoever runs "
                               "it."),
                               host, said != NULL ? said : "");
  if (said != NULL)
    /* Translators: what happened, then a host name and what it said */
    return g_strdup_printf (_ ("%s (%s said “%s”)"), hoist_error_get_phrase (code), host, said);
  /* Translators: what happened, then a host name and an HTTP status */
  return g_strdup_printf (_ ("%s (%s said %u)"), hoist_error_get_phrase (code), host, http_status);
}

/**
 * hoist_companion_parse_error: (skip)
 * @http_status: the status of an answer that is no success
 * @answer: its body, that may be anything
 * @call: the request's name, for messages
 * @host: who said it, for messages
 * @retry_after_us: (inout): not said by Companion
 *
 * Returns: (transfer full): what the answer means; it has the storage's status rather than 500, if
 *   that was told
 */
GError *
hoist_companion_parse_error (guint http_status,
                             GBytes *answer,
                             const char *call,
                             const char *host,
                             gint64 *retry_after_us)
{
  g_auto (Refusal) refusal = { 0 };
  g_autofree char *message = NULL;
  HoistError code;
  GError *error;

  read_refusal (answer, &refusal);
  code = get_code (http_status, &refusal);
  message = make_message (code, http_status, &refusal, call, host);
  error = g_error_new_literal (HOIST_ERROR, (int) code, message);
  hoist_error_set_reply (
    error, http_status == 500 && refusal.inner_status != 0 ? refusal.inner_status : http_status,
    refusal.name, refusal.request_id);
  return error;
}

/**
 * hoist_companion_error_says_nothing: (skip)
 * @error: by hoist_companion_parse_error()
 *
 * Whether the server said that something went wrong, and nothing else: that may pass, or be for
 * ever.
 *
 * Returns: whether only another try, or a look from another side, can tell
 */
gboolean
hoist_companion_error_says_nothing (const GError *error)
{
  return g_error_matches (error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE) &&
         hoist_error_get_http_status (error) == 500 && hoist_error_get_reply_code (error) == NULL;
}
