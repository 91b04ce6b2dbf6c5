/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-api-call.h"

#include <string.h>

#define NOTE_KEY "hoist-api-note"

/* What is kept with every message of the server. */
typedef struct
{
  char id[17];
  gint64 began_us;
} Note;

static void
gone_cb (SoupServerMessage *message, gpointer user_data)
{
  HoistApiCall *call = user_data;

  call->gone = TRUE;
}

/**
 * hoist_api_call_new:
 * @config: the configuration
 * @key_template: how keys are made; lives as long as @keeper
 * @storage: where the files go
 * @message: the request; paused
 * @token: who asks
 * @keeper: what must live until the call ends
 *
 * Makes a call of a request.
 *
 * Returns: (transfer full): it
 */
HoistApiCall *
hoist_api_call_new (HoistBackendConfig *config,
                    const HoistKeyTemplate *key_template,
                    HoistStorage *storage,
                    SoupServerMessage *message,
                    HoistToken *token,
                    GObject *keeper)
{
  HoistApiCall *call = g_new0 (HoistApiCall, 1);

  call->config = hoist_backend_config_ref (config);
  call->key_template = key_template;
  call->storage = g_object_ref (storage);
  call->message = g_object_ref (message);
  call->token = hoist_token_ref (token);
  call->keeper = g_object_ref (keeper);
  g_signal_connect (message, "finished", G_CALLBACK (gone_cb), call);
  g_signal_connect (message, "disconnected", G_CALLBACK (gone_cb), call);
  return call;
}

/**
 * hoist_api_call_free:
 * @call: (transfer full): a call that was answered
 *
 * Frees a call and lets its message go on.
 */
void
hoist_api_call_free (HoistApiCall *call)
{
  g_signal_handlers_disconnect_by_data (call->message, call);
  if (!call->gone)
    soup_server_message_unpause (call->message);
  hoist_backend_config_unref ((HoistBackendConfig *) call->config);
  g_object_unref (call->storage);
  g_object_unref (call->message);
  hoist_token_unref (call->token);
  g_clear_pointer (&call->body, json_node_unref);
  g_clear_pointer (&call->query, g_hash_table_unref);
  g_object_unref (call->keeper);
  g_free (call);
}

/**
 * hoist_api_call_get_body:
 * @call: a call that has a body
 *
 * Gives the request's JSON object.
 *
 * Returns: it, borrowed from @call
 */
HoistApiObject
hoist_api_call_get_body (const HoistApiCall *call)
{
  return (HoistApiObject){ json_node_get_object (call->body), "" };
}

/**
 * hoist_api_call_check_key:
 * @call: the call
 * @key: a key out of the request, not trusted
 * @error: return location for an error
 *
 * Looks whether the token of the call may touch a key. Every handler that is
 * given a key asks here first.
 *
 * Errors: %HOIST_ERROR_FILE_UNSUITABLE where it is no key that we give out,
 * %HOIST_API_ERROR_FORBIDDEN where it is not below the token's prefix.
 *
 * Returns: whether it may
 */
gboolean
hoist_api_call_check_key (const HoistApiCall *call, const char *key, GError **error)
{
  if (!hoist_key_check_path (key, error))
    return FALSE;
  if (hoist_key_is_below (key, call->token->prefix))
    return TRUE;
  g_set_error_literal (error, HOIST_API_ERROR, HOIST_API_ERROR_FORBIDDEN,
                       "This token may not touch that key");
  return FALSE;
}

/**
 * hoist_api_call_get_upload:
 * @call: a call with a body
 * @upload_id: (out) (transfer none) (nullable): the upload, or null for a plain PUT
 * @key: (out) (transfer none): its key, which the token may touch
 * @error: return location for an error
 *
 * Reads which upload a call is about. That the two belong together is looked
 * at by the storage: it knows uploads by both.
 *
 * Errors: as hoist_api_get_string() and hoist_api_call_check_key().
 *
 * Returns: whether it is right and allowed
 */
gboolean
hoist_api_call_get_upload (const HoistApiCall *call,
                           const char **upload_id,
                           const char **key,
                           GError **error)
{
  HoistApiObject body = hoist_api_call_get_body (call);

  if (!hoist_api_get_optional_string (&body, "uploadId", HOIST_API_MAX_UPLOAD_ID_BYTES, upload_id,
                                      error) ||
      !hoist_api_get_string (&body, "key", HOIST_S3_MAX_KEY_BYTES, key, error))
    return FALSE;
  if (*upload_id != NULL && **upload_id == '\0')
    {
      g_set_error_literal (error, HOIST_API_ERROR, HOIST_API_ERROR_BAD_REQUEST,
                           "“uploadId” must not be empty");
      return FALSE;
    }
  return hoist_api_call_check_key (call, *key, error);
}

/**
 * hoist_api_call_reply:
 * @call: (transfer full): the call
 * @builder: (transfer none): a finished JSON value
 *
 * Answers a call with 200 and ends it.
 */
void
hoist_api_call_reply (HoistApiCall *call, JsonBuilder *builder)
{
  if (!call->gone)
    hoist_api_message_reply (call->message, SOUP_STATUS_OK, builder);
  hoist_api_call_free (call);
}

/**
 * hoist_api_call_fail:
 * @call: (transfer full): the call
 * @error: (transfer full): what went wrong
 *
 * Answers a call with an error and ends it.
 */
void
hoist_api_call_fail (HoistApiCall *call, GError *error)
{
  if (!call->gone)
    hoist_api_message_fail (call->message, error);
  g_error_free (error);
  hoist_api_call_free (call);
}

/**
 * hoist_api_message_begin:
 * @message: a request of which nothing was looked at yet
 *
 * Gives a request its id, which comes back in `X-Request-Id`, and notes when
 * it came.
 */
void
hoist_api_message_begin (SoupServerMessage *message)
{
  Note *note = g_new0 (Note, 1);

  g_snprintf (note->id, sizeof note->id, "%08x%08x", g_random_int (), g_random_int ());
  note->began_us = g_get_monotonic_time ();
  g_object_set_data_full (G_OBJECT (message), NOTE_KEY, note, g_free);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "X-Request-Id",
                                note->id);
}

/**
 * hoist_api_message_get_id:
 * @message: a request
 *
 * Gives its id.
 *
 * Returns: (transfer none): the id
 */
const char *
hoist_api_message_get_id (SoupServerMessage *message)
{
  const Note *note = g_object_get_data (G_OBJECT (message), NOTE_KEY);

  return note ? note->id : "-";
}

/**
 * hoist_api_message_get_elapsed_us:
 * @message: a request
 *
 * Gives for how long it has been there.
 *
 * Returns: microseconds
 */
gint64
hoist_api_message_get_elapsed_us (SoupServerMessage *message)
{
  const Note *note = g_object_get_data (G_OBJECT (message), NOTE_KEY);

  return note ? g_get_monotonic_time () - note->began_us : 0;
}

/**
 * hoist_api_message_reply:
 * @message: a request
 * @status: of the answer
 * @builder: a finished JSON value
 *
 * Answers a request.
 */
void
hoist_api_message_reply (SoupServerMessage *message, guint status, JsonBuilder *builder)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  char *text = json_to_string (root, FALSE);

  soup_message_headers_replace (headers, "X-Request-Id", hoist_api_message_get_id (message));
  /* There may be presigned URLs in it. */
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, text,
                                    strlen (text));
}

/**
 * hoist_api_add_error:
 * @builder: where an object is open
 * @message: the request
 * @error: what went wrong
 *
 * Adds the member `error`. What is not meant for others (errors of our own
 * system) is told by its code only.
 */
void
hoist_api_add_error (JsonBuilder *builder, SoupServerMessage *message, const GError *error)
{
  HoistApiError code = hoist_api_error_from_gerror (error);
  guint retry_after_s = hoist_api_error_get_retry_after_s (code);

  json_builder_set_member_name (builder, "error");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "code");
  json_builder_add_string_value (builder, hoist_api_error_get_code (code));
  json_builder_set_member_name (builder, "message");
  json_builder_add_string_value (builder, code == HOIST_API_ERROR_INTERNAL ? "The backend failed"
                                                                           : error->message);
  json_builder_set_member_name (builder, "requestId");
  json_builder_add_string_value (builder, hoist_api_message_get_id (message));
  if (retry_after_s > 0)
    {
      json_builder_set_member_name (builder, "retryAfter");
      json_builder_add_int_value (builder, retry_after_s);
    }
  json_builder_end_object (builder);
}

/**
 * hoist_api_message_fail:
 * @message: a request
 * @error: what went wrong
 *
 * Answers a request with an error.
 */
void
hoist_api_message_fail (SoupServerMessage *message, const GError *error)
{
  HoistApiError code = hoist_api_error_from_gerror (error);
  guint retry_after_s = hoist_api_error_get_retry_after_s (code);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();

  if (code == HOIST_API_ERROR_INTERNAL)
    g_warning ("%s: %s", hoist_api_message_get_id (message), error->message);
  if (code == HOIST_API_ERROR_UNAUTHORIZED)
    soup_message_headers_replace (headers, "WWW-Authenticate", "Bearer realm=\"hoist\"");
  if (retry_after_s > 0)
    {
      g_autofree char *text = g_strdup_printf ("%u", retry_after_s);

      soup_message_headers_replace (headers, "Retry-After", text);
    }
  json_builder_begin_object (builder);
  hoist_api_add_error (builder, message, error);
  json_builder_end_object (builder);
  hoist_api_message_reply (message, hoist_api_error_get_status (code), builder);
}

/**
 * hoist_api_format_time:
 * @real_s: seconds since 1970
 *
 * Writes a time for people: `2025-03-01T12:00:00Z`.
 *
 * Returns: (transfer full): it
 */
char *
hoist_api_format_time (gint64 real_s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (real_s);

  return time ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : g_strdup ("");
}
