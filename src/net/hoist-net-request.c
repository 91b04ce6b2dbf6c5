/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cancel-watch.h"
#include "hoist-net-session.h"
#include "hoist-net.h"
#include "hoist-proxy.h"

#define CHUNK_BYTES 16384

typedef struct
{
  /* input */
  SoupSession *session; /* the task's */
  SoupMessage *message; /* (owned) */
  gsize max_reply_bytes;
  guint timeout_s;

  /* in progress */
  GCancellable *inner;            /* (owned) ends the request for whatever reason */
  HoistCancelWatch *cancel_watch; /* (owned) (nullable) */
  GSource *timeout;               /* (owned) */
  gboolean timed_out;
  GInputStream *stream; /* (owned) (nullable) */

  /* output */
  GByteArray *reply; /* (owned) */
} SendData;

static void
destroy_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
send_data_free (SendData *data)
{
  g_clear_pointer (&data->cancel_watch, hoist_cancel_watch_free);
  destroy_source (&data->timeout);
  g_clear_object (&data->message);
  g_clear_object (&data->inner);
  g_clear_object (&data->stream);
  g_clear_pointer (&data->reply, g_byte_array_unref);
  g_free (data);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SendData, send_data_free)

static void
end (SendData *data)
{
  HoistConnection *connection = hoist_session_get_connection (data->session, data->message);

  if (connection != NULL)
    hoist_connection_sever (connection);
  g_cancellable_cancel (data->inner);
}

static void
cancelled_cb (gpointer user_data)
{
  end (user_data);
}

static gboolean
timeout_cb (gpointer user_data)
{
  SendData *data = user_data;

  data->timed_out = TRUE;
  end (data);
  return G_SOURCE_REMOVE;
}

/* The one exit of a request that failed. */
static void
fail (GTask *task, GError *error)
{
  SendData *data = g_task_get_task_data (task);
  g_autoptr (GError) reason = error;

  g_clear_pointer (&data->cancel_watch, hoist_cancel_watch_free);
  destroy_source (&data->timeout);
  if (data->timed_out)
    /* Translators: a host name and a number of seconds */
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_TIMED_OUT,
                             _ ("%s did not answer within %u seconds"),
                                g_uri_get_host (soup_message_get_uri (data->message)),
                                data->timeout_s);
  else
    g_task_return_error (task, hoist_net_error_from_message (data->message, reason));
}

/* With «Connection: close» libsoup takes the end of the connection for the end
 * of the answer, whatever Content-Length says. */
static gboolean
is_cut_off (SendData *data)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (data->message);

  /* The length of what a GET would answer. */
  if (soup_message_get_method (data->message) == SOUP_METHOD_HEAD)
    return FALSE;
  return hoist_net_head_is_cut_off (data->message) ||
         (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
          soup_message_headers_get_content_length (headers) > data->reply->len);
}

static void
succeed (GTask *task)
{
  SendData *data = g_task_get_task_data (task);
  GError *by_proxy = hoist_proxy_refusal_new (data->message);

  g_clear_pointer (&data->cancel_watch, hoist_cancel_watch_free);
  destroy_source (&data->timeout);
  if (by_proxy != NULL)
    g_task_return_error (task, by_proxy);
  else if (SOUP_STATUS_IS_REDIRECTION (soup_message_get_status (data->message)))
    g_task_return_error (task, hoist_net_redirect_error_new (
                                 data->message, soup_message_get_response_headers (data->message)));
  else if (is_cut_off (data))
    /* Translators: %s is a host name */
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_NETWORK,
                             _ ("The answer of %s was cut off"),
                                g_uri_get_host (soup_message_get_uri (data->message)));
  else
    g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&data->reply)),
                           (GDestroyNotify) g_bytes_unref);
}

static void read_more (GTask *task);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  SendData *data = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  if (bytes == NULL)
    fail (task, error);
  else if (g_bytes_get_size (bytes) == 0)
    succeed (task);
  else if (g_bytes_get_size (bytes) > data->max_reply_bytes - data->reply->len)
    /* Translators: %s is a host name */
    fail (task, g_error_new (HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                             _ ("The answer of %s is too long"),
                                g_uri_get_host (soup_message_get_uri (data->message))));
  else
    {
      g_byte_array_append (data->reply, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      read_more (g_steal_pointer (&task));
    }
}

/* Takes over @task. The answer is read to its end even if it is empty: libsoup
 * drops the connection otherwise. */
static void
read_more (GTask *task)
{
  SendData *data = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (data->stream, CHUNK_BYTES, g_task_get_priority (task),
                                   data->inner, read_cb, task);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  SendData *data = g_task_get_task_data (task);
  GError *error = NULL;

  data->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (data->stream == NULL)
    fail (task, error);
  else
    read_more (g_steal_pointer (&task));
}

static void
body_restarted_cb (SoupMessage *message, gpointer user_data)
{
  GBytes *body = user_data;

  soup_message_set_request_body_from_bytes (message, NULL, body);
}

static void
bytes_unref_closure (gpointer bytes, GClosure *closure)
{
  g_bytes_unref (bytes);
}

/**
 * hoist_net_message_set_body:
 * @message: a request that was not sent yet
 * @content_type: the body's MIME type
 * @body: the body
 *
 * Gives a request a small body that is there again when libsoup sends the
 * request anew on another connection; it forgets the body then, and would send
 * none (soup_message_restarted(), all of libsoup 3).
 */
void
hoist_net_message_set_body (SoupMessage *message, const char *content_type, GBytes *body)
{
  soup_message_set_request_body_from_bytes (message, content_type, body);
  g_signal_connect_data (message, "restarted", G_CALLBACK (body_restarted_cb), g_bytes_ref (body),
                         bytes_unref_closure, 0);
}

static GSource *
attach (GSource *source, GSourceFunc callback, SendData *data)
{
  g_source_set_callback (source, callback, data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

/**
 * hoist_net_send_and_read_async:
 * @session: one by [func@hoist_net_control_session_new]
 * @message: the request, given up to this call
 * @max_reply_bytes: a longer answer is an error
 * @timeout_s: seconds that the whole request may take
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Sends a small request and reads its whole answer. Redirections are not
 * followed but are an error. Any other status is a success here: the caller
 * looks at the message.
 */
void
hoist_net_send_and_read_async (SoupSession *session,
                               SoupMessage *message,
                               gsize max_reply_bytes,
                               guint timeout_s,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  SendData *data = g_new0 (SendData, 1);
  int priority = g_task_get_priority (task);

  g_task_set_source_tag (task, hoist_net_send_and_read_async);
  g_task_set_task_data (task, data, (GDestroyNotify) send_data_free);
  data->session = session;
  data->message = g_object_ref (message);
  data->max_reply_bytes = max_reply_bytes;
  data->timeout_s = timeout_s;
  data->inner = g_cancellable_new ();
  data->reply = g_byte_array_new ();
  data->timeout =
    attach (g_timeout_source_new_seconds (timeout_s), G_SOURCE_FUNC (timeout_cb), data);
  if (cancellable != NULL)
    data->cancel_watch = hoist_cancel_watch_new (cancellable, cancelled_cb, data);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_async (session, message, priority, data->inner, sent_cb,
                           g_steal_pointer (&task));
}

/**
 * hoist_net_send_and_read_finish:
 * @session: the session
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: %HOIST_ERROR_TIMED_OUT; %HOIST_ERROR_NETWORK for an answer that ends too
 * early; %HOIST_ERROR_PROTOCOL for an answer that is
 * too long and for a redirection; what [func@hoist_net_error_from_message] tells;
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the body of the answer, maybe empty, or %NULL
 */
GBytes *
hoist_net_send_and_read_finish (SoupSession *session, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_net_send_and_read_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
