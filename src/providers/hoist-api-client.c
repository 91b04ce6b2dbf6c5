/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-api-client.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-api-messages.h"
#include "hoist-net.h"
#include "hoist-secret-headers.h"

/* What comes from outside and is kept is never longer than this. */
#define MAX_REQUEST_ID_BYTES 256

struct _HoistApiClient
{
  GObject parent_instance;

  GStrv headers; /* (owned) secret */
  HoistApiErrorFunc read_error;
  GUri *base;           /* (owned) without a trailing slash, query or fragment */
  SoupSession *session; /* (owned) */
  gboolean known;       /* it answered once: there is a web server */
};

G_DEFINE_FINAL_TYPE (HoistApiClient, hoist_api_client, G_TYPE_OBJECT)

/* One call on its way. */
typedef struct
{
  char *name;            /* (owned) */
  SoupMessage *message;  /* (owned) */
  gint64 retry_after_us; /* output */
  GBytes *refusal;       /* (owned) (nullable) output */
} SendData;

static void
send_data_free (gpointer user_data)
{
  SendData *data = user_data;

  g_free (data->name);
  g_object_unref (data->message);
  g_clear_pointer (&data->refusal, g_bytes_unref);
  g_free (data);
}

/* What the token's owner must never read on a screen or in a log. */
static GError *
hide_secrets (HoistApiClient *self, GError *error)
{
  if (!hoist_secret_headers_are_in ((const char *const *) self->headers, error->message))
    return error;
  g_free (error->message);
  error->message = g_strdup (hoist_error_get_phrase ((HoistError) error->code));
  return error;
}

static void
note_request_id (SoupMessage *message, GError *error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *id = soup_message_headers_get_one (headers, "X-Request-Id");
  g_autofree char *reply_code = g_strdup (hoist_error_get_reply_code (error));

  if (id != NULL && strlen (id) <= MAX_REQUEST_ID_BYTES && g_utf8_validate (id, -1, NULL))
    hoist_error_set_reply (error, hoist_error_get_http_status (error), reply_code, id);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistApiClient *self = g_task_get_source_object (task);
  SendData *data = g_task_get_task_data (task);
  guint status = soup_message_get_status (data->message);
  g_autoptr (GBytes) answer = NULL;
  GError *error = NULL;

  answer = hoist_net_send_and_read_finish (SOUP_SESSION (source), result, &error);
  self->known |= answer != NULL;
  if (answer != NULL && SOUP_STATUS_IS_SUCCESSFUL (status))
    {
      g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify) g_bytes_unref);
      return;
    }
  if (answer != NULL)
    {
      data->retry_after_us = hoist_net_get_retry_after_us (
        soup_message_get_response_headers (data->message), g_get_real_time ());
      error = self->read_error (status, answer, data->name, g_uri_get_host (self->base),
                                &data->retry_after_us);
      data->refusal = g_steal_pointer (&answer);
      note_request_id (data->message, error);
    }
  else if (SOUP_STATUS_IS_REDIRECTION (status) && error->domain == HOIST_ERROR)
    hoist_error_set_reply (error, status, NULL, NULL);
  g_task_return_error (task, hide_secrets (self, error));
}

static SoupMessage *
make_message (HoistApiClient *self, const HoistApiCall *call)
{
  g_autofree char *path = g_strconcat (g_uri_get_path (self->base), call->path, NULL);
  g_autoptr (GUri) uri =
    g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (self->base), NULL,
                 g_uri_get_host (self->base), g_uri_get_port (self->base), path, call->query, NULL);
  const char *method = call->body != NULL ? SOUP_METHOD_POST : SOUP_METHOD_GET;
  SoupMessage *message =
    soup_message_new_from_uri (call->method != NULL ? call->method : method, uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_append (headers, "Accept", "application/json");
  for (gsize i = 0; self->headers[i] != NULL; i += 2)
    soup_message_headers_append (headers, self->headers[i], self->headers[i + 1]);
  if (call->body != NULL)
    hoist_net_message_set_body (message, "application/json", call->body);
  if (!self->known)
    hoist_net_message_set_stranger (message);
  if (call->idempotent)
    soup_message_add_flags (message, SOUP_MESSAGE_IDEMPOTENT);
  return message;
}

static void
hoist_api_client_finalize (GObject *object)
{
  HoistApiClient *self = HOIST_API_CLIENT (object);

  g_clear_pointer (&self->headers, hoist_secret_headers_free);
  g_clear_pointer (&self->base, g_uri_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hoist_api_client_parent_class)->finalize (object);
}

static void
hoist_api_client_class_init (HoistApiClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_api_client_finalize;
}

static void
hoist_api_client_init (HoistApiClient *self)
{
}

static GUri *
parse_base (const char *text, GError **error)
{
  g_autoptr (GUri) uri = hoist_net_url_parse (text != NULL ? text : "", error);
  g_autofree char *path = NULL;

  if (uri == NULL)
    return NULL;
  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("The address must end with its path: nothing after ? or #"));
      return NULL;
    }
  path = g_strdup (g_uri_get_path (uri));
  while (g_str_has_suffix (path, "/"))
    path[strlen (path) - 1] = '\0';
  return g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                      g_uri_get_port (uri), path, NULL, NULL);
}

/**
 * hoist_api_client_new: (skip)
 * @config: what to talk to
 * @error: return location
 *
 * Makes a client of a backend that speaks docs/upload-api.md, in this thread's context. Nothing
 * is sent yet.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT.
 *
 * Returns: (transfer full): the client, or %NULL
 */
HoistApiClient *
hoist_api_client_new (HoistProviderConfig *config, GError **error)
{
  GStrv headers = hoist_secret_headers_new_for_token (config->token, error);
  HoistApiClient *self = NULL;

  if (headers != NULL)
    self = hoist_api_client_new_with_headers (config, (const char *const *) headers,
                                              hoist_api_parse_error, error);
  hoist_secret_headers_free (headers);
  return self;
}

/**
 * hoist_api_client_new_with_headers: (skip)
 * @config: what to talk to; its token is not used
 * @headers: name, value, …: secrets that go with every call
 * @read_error: tells what an answer that is no success means
 * @error: return location
 *
 * Makes a client of a backend that has another API. It never shows the headers.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT.
 *
 * Returns: (transfer full): the client, or %NULL
 */
HoistApiClient *
hoist_api_client_new_with_headers (HoistProviderConfig *config,
                                   const char *const *headers,
                                   HoistApiErrorFunc read_error,
                                   GError **error)
{
  g_autoptr (GUri) base = parse_base (config->url, error);
  HoistNetTrust *trust;
  HoistApiClient *self;

  if (base == NULL)
    return NULL;
  if (!hoist_provider_config_get_trust (config, &trust, error))
    return NULL;
  self = g_object_new (HOIST_TYPE_API_CLIENT, NULL);
  self->headers = g_strdupv ((GStrv) headers);
  self->read_error = read_error;
  self->base = g_steal_pointer (&base);
  self->session = hoist_net_control_session_new (trust);
  return self;
}

/**
 * hoist_api_client_get_base: (skip)
 * @self: a client
 *
 * Returns: (transfer none): the address that its calls are below of
 */
GUri *
hoist_api_client_get_base (HoistApiClient *self)
{
  return self->base;
}

/**
 * hoist_api_client_send_async: (skip)
 * @self: a client
 * @call: what to ask; copied as far as needed
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Makes a call. The token goes to the origin of the base URL only: no
 * redirection is followed.
 */
void
hoist_api_client_send_async (HoistApiClient *self,
                             const HoistApiCall *call,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  SendData *data = g_new0 (SendData, 1);

  g_task_set_source_tag (task, hoist_api_client_send_async);
  g_task_set_task_data (task, data, send_data_free);
  data->name = g_strdup (call->name);
  data->message = make_message (self, call);
  hoist_net_send_and_read_async (self->session, data->message,
                                 call->max_answer_bytes > 0 ? call->max_answer_bytes
                                                            : HOIST_API_MAX_ANSWER_BYTES,
                                 call->timeout_s, cancellable, sent_cb, task);
}

/**
 * hoist_api_client_send_finish: (skip)
 * @self: the client
 * @result: as given to the callback
 * @retry_after_us: (out): how long the backend asks to wait; 0 = not said
 * @error: return location
 *
 * Errors: what the reader of errors and [func@hoist_net_send_and_read_finish]
 * tell; a redirection has its status (hoist_error_get_http_status()).
 *
 * Returns: (transfer full): the body of a successful answer, or %NULL
 */
GBytes *
hoist_api_client_send_finish (HoistApiClient *self,
                              GAsyncResult *result,
                              gint64 *retry_after_us,
                              GError **error)
{
  SendData *data;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_api_client_send_async), NULL);

  data = g_task_get_task_data (G_TASK (result));
  *retry_after_us = data->retry_after_us;
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hoist_api_client_get_refusal: (skip)
 * @result: of a call
 *
 * Returns: (transfer none) (nullable): the body of an answer that is no success
 */
GBytes *
hoist_api_client_get_refusal (GAsyncResult *result)
{
  SendData *data = g_task_get_task_data (G_TASK (result));

  return data->refusal;
}

/**
 * hoist_api_client_get_server_us: (skip)
 * @result: of a call
 *
 * Returns: real time of the answer by the server's clock, or 0
 */
gint64
hoist_api_client_get_server_us (GAsyncResult *result)
{
  SendData *data = g_task_get_task_data (G_TASK (result));
  gint64 server_us = 0;

  hoist_net_get_server_time_us (soup_message_get_response_headers (data->message), &server_us);
  return MAX (server_us, 0);
}
