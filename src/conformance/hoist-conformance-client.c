/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The requests of a run, one after the other and blocking: they have a thread
 * of their own, and a rule reads as what it does. */

#include "config.h"

#include <string.h>

#include "hoist-api-messages.h"
#include "hoist-conformance-private.h"
#include "hoist-net.h"

/**
 * hoist_conformance_answer_free: (skip)
 * @answer: (transfer full): an answer
 */
void
hoist_conformance_answer_free (HoistConformanceAnswer *answer)
{
  g_free (answer->content_type);
  g_free (answer->request_id);
  g_clear_pointer (&answer->body, g_bytes_unref);
  g_clear_pointer (&answer->root, json_node_unref);
  g_free (answer);
}

static GBytes *
read_body (HoistConformanceRun *run, GInputStream *stream)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (65536);
  g_autoptr (GError) error = NULL;
  gssize n_read;

  while ((n_read = g_input_stream_read (stream, chunk, 65536, run->cancellable, &error)) > 0)
    {
      if (body->len + (gsize) n_read > HOIST_API_MAX_ANSWER_BYTES)
        {
          hoist_conformance_fail (run, "An answer is longer than 16 MiB");
          return NULL;
        }
      g_byte_array_append (body, chunk, (guint) n_read);
    }
  if (n_read < 0)
    {
      hoist_conformance_fail_by (run, error);
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&body));
}

/* Sends and reads, or says why not. */
static GBytes *
exchange (HoistConformanceRun *run, SoupSession *session, SoupMessage *message)
{
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  stream = soup_session_send (session, message, run->cancellable, &error);
  if (stream == NULL)
    {
      hoist_conformance_fail_by (run, error);
      return NULL;
    }
  return read_body (run, stream);
}

static SoupMessage *
new_message (HoistConformanceRun *run, const char *method, const char *url)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = hoist_net_url_parse (url, &error);

  if (uri == NULL || !hoist_net_url_is_acceptable (uri, &error))
    {
      hoist_conformance_fail_by (run, error);
      return NULL;
    }
  return soup_message_new_from_uri (method, uri);
}

/**
 * hoist_conformance_ask_as: (skip)
 * @run: a run
 * @token: (nullable): the token to ask with
 * @method: `GET` or `POST`
 * @path: below the base URL, with its `/`, with its query
 * @body: (nullable): what is sent
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL after a failure was noted
 */
HoistConformanceAnswer *
hoist_conformance_ask_as (HoistConformanceRun *run,
                          const char *token,
                          const char *method,
                          const char *path,
                          const char *body)
{
  g_autofree char *url = g_strconcat (run->config->url, path, NULL);
  g_autoptr (SoupMessage) message = new_message (run, method, url);
  g_autofree char *authorization = g_strconcat ("Bearer ", token, NULL);
  g_autoptr (HoistConformanceAnswer) answer = g_new0 (HoistConformanceAnswer, 1);
  SoupMessageHeaders *headers;

  if (message == NULL)
    return NULL;
  if (token != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                  authorization);
  if (body != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

      hoist_net_message_set_body (message, "application/json", bytes);
    }
  answer->body = exchange (run, run->session, message);
  if (answer->body == NULL)
    return NULL;
  headers = soup_message_get_response_headers (message);
  answer->status = soup_message_get_status (message);
  answer->content_type = g_strdup (soup_message_headers_get_content_type (headers, NULL));
  answer->request_id = g_strdup (soup_message_headers_get_one (headers, "X-Request-Id"));
  if (g_utf8_validate_len (g_bytes_get_data (answer->body, NULL), g_bytes_get_size (answer->body),
                           NULL))
    {
      g_autofree char *text =
        g_strndup (g_bytes_get_data (answer->body, NULL), g_bytes_get_size (answer->body));

      answer->root = json_from_string (text, NULL);
    }
  if (answer->root != NULL && JSON_NODE_HOLDS_OBJECT (answer->root))
    answer->object = json_node_get_object (answer->root);
  return g_steal_pointer (&answer);
}

/**
 * hoist_conformance_ask: (skip)
 * @run: a run
 * @method: `GET` or `POST`
 * @path: below the base URL, with its `/`, with its query
 * @body: (nullable): what is sent
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL after a failure was noted
 */
HoistConformanceAnswer *
hoist_conformance_ask (HoistConformanceRun *run,
                       const char *method,
                       const char *path,
                       const char *body)
{
  return hoist_conformance_ask_as (run, run->config->token, method, path, body);
}

/**
 * hoist_conformance_put: (skip)
 * @run: a run
 * @signed_url: (nullable): one of the `urls` of an answer
 * @data: what is sent
 * @status: (out): what the storage answered
 * @etag: (out) (optional) (nullable): its ETag, without quotes
 *
 * Sends to the storage, with exactly the headers that were signed.
 *
 * Returns: whether it answered; %FALSE after a failure was noted
 */
gboolean
hoist_conformance_put (HoistConformanceRun *run,
                       JsonObject *signed_url,
                       GBytes *data,
                       guint *status,
                       char **etag)
{
  const char *url = hoist_conformance_get_text (signed_url, "url");
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GBytes) answer = NULL;
  SoupMessageHeaders *headers;
  JsonObject *named;

  if (url == NULL)
    {
      hoist_conformance_fail (run, "The answer has no “urls” with a “url”");
      return FALSE;
    }
  message = new_message (run, "PUT", url);
  if (message == NULL)
    return FALSE;
  hoist_net_message_set_body (message, NULL, data);
  headers = soup_message_get_request_headers (message);
  if (json_object_has_member (signed_url, "headers") &&
      JSON_NODE_HOLDS_OBJECT (json_object_get_member (signed_url, "headers")))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *value;

      named = json_object_get_object_member (signed_url, "headers");
      json_object_iter_init (&iter, named);
      while (json_object_iter_next (&iter, &name, &value))
        if (JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING)
          soup_message_headers_replace (headers, name, json_node_get_string (value));
    }
  answer = exchange (run, run->storage, message);
  if (answer == NULL)
    return FALSE;
  *status = soup_message_get_status (message);
  if (etag != NULL)
    *etag = hoist_api_strip_quotes (g_strdup (
      soup_message_headers_get_one (soup_message_get_response_headers (message), "ETag")));
  return TRUE;
}

/**
 * hoist_conformance_get: (skip)
 * @run: a run
 * @url: a link
 *
 * Returns: (transfer full) (nullable): what is there, or %NULL after a failure was noted
 */
GBytes *
hoist_conformance_get (HoistConformanceRun *run, const char *url)
{
  g_autoptr (SoupMessage) message = new_message (run, "GET", url);
  g_autoptr (GBytes) answer = message != NULL ? exchange (run, run->storage, message) : NULL;

  if (answer != NULL && soup_message_get_status (message) == SOUP_STATUS_OK)
    return g_steal_pointer (&answer);
  if (answer != NULL)
    hoist_conformance_fail (run, "The storage answered the link with %u",
                            soup_message_get_status (message));
  return NULL;
}
