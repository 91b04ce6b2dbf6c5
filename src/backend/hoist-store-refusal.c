/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-refusal.h"

#include <string.h>

#include "hoist-store-answer.h"

/* A shorter body is read and thrown away: that keeps the connection. */
#define SHORT_BODY_BYTES (64 << 10)

/* How much of a longer one is still taken, and for how long, so that a client that reads the
 * answer only after all it had to send gets to it: closing at once would reset the connection and
 * lose it (RFC 9112, 9.6). */
#define LINGER_BYTES (32 << 20)
#define LINGER_S 5

#define DRAIN_BYTES (64 << 10)

/* A connection whose request was refused while its body still came. */
typedef struct
{
  GIOStream *stream; /* (owned) */
  GSocket *socket;   /* (owned) (nullable) null under TLS */
  GBytes *text;      /* (owned) the answer */
  GCancellable *cancellable;
  GSource *timeout; /* (owned) */
  guint64 drained_bytes;
  guint8 buffer[DRAIN_BYTES];
} Refusal;

static void
refusal_free (Refusal *refusal)
{
  g_source_destroy (refusal->timeout);
  g_source_unref (refusal->timeout);
  g_io_stream_close (refusal->stream, NULL, NULL);
  g_clear_object (&refusal->stream);
  g_clear_object (&refusal->socket);
  g_clear_object (&refusal->cancellable);
  g_bytes_unref (refusal->text);
  g_free (refusal);
}

static gboolean
timeout_cb (gpointer user_data)
{
  Refusal *refusal = user_data;

  g_cancellable_cancel (refusal->cancellable);
  return G_SOURCE_CONTINUE;
}

static void drain (Refusal *refusal);

static void
drained_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Refusal *refusal = user_data;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (length > 0)
    refusal->drained_bytes += (guint64) length;
  if (length > 0 && refusal->drained_bytes < LINGER_BYTES)
    drain (refusal);
  else
    refusal_free (refusal);
}

static void
drain (Refusal *refusal)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (refusal->stream), refusal->buffer,
                             sizeof refusal->buffer, G_PRIORITY_DEFAULT, refusal->cancellable,
                             drained_cb, refusal);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Refusal *refusal = user_data;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    {
      refusal_free (refusal);
      return;
    }
  if (refusal->socket != NULL)
    g_socket_shutdown (refusal->socket, FALSE, TRUE, NULL);
  drain (refusal);
}

static GBytes *
format_answer (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autoptr (GBytes) body =
    soup_message_body_flatten (soup_server_message_get_response_body (message));
  guint status = soup_server_message_get_status (message);
  GString *text = g_string_new (NULL);
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;
  gsize length;
  const char *data = g_bytes_get_data (body, &length);

  soup_message_headers_replace (headers, "Connection", "close");
  soup_message_headers_set_content_length (headers, (goffset) length);
  g_string_append_printf (text, "HTTP/1.1 %u %s\r\n", status, soup_status_get_phrase (status));
  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    g_string_append_printf (text, "%s: %s\r\n", name, value);
  g_string_append (text, "\r\n");
  g_string_append_len (text, data, (gssize) length);
  return g_string_free_to_bytes (text);
}

/* libsoup's server answers a request before its body has come only where the client asks for that;
 * and of HTTP/2's streams each has its own end. */
static gboolean
has_long_body (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupEncoding encoding = soup_message_headers_get_encoding (headers);

  if (soup_server_message_get_http_version (message) >= SOUP_HTTP_2_0 ||
      (soup_message_headers_get_expectations (headers) & SOUP_EXPECTATION_CONTINUE) != 0)
    return FALSE;
  return encoding == SOUP_ENCODING_CHUNKED ||
         (encoding == SOUP_ENCODING_CONTENT_LENGTH &&
          soup_message_headers_get_content_length (headers) > SHORT_BODY_BYTES);
}

/**
 * hoist_store_refuse:
 * @message: a message whose body has not come, or not all of it
 * @reply: (transfer full): an answer that needs no more of it
 *
 * Answers at once, rather than after a body of perhaps 5 GiB that nobody wants.
 * Where that is long, the connection is taken from the server: the answer is
 * written, and after a while the connection is closed.
 *
 * Returns: whether the connection was taken: then the message is over
 */
gboolean
hoist_store_refuse (SoupServerMessage *message, HoistStoreReply *reply)
{
  Refusal *refusal;
  gboolean is_plain;

  hoist_store_answer (message, reply);
  if (!has_long_body (message))
    return FALSE;
  refusal = g_new0 (Refusal, 1);
  refusal->text = format_answer (message);
  refusal->cancellable = g_cancellable_new ();
  is_plain = g_str_equal (g_uri_get_scheme (soup_server_message_get_uri (message)), "http");
  if (is_plain)
    refusal->socket = g_object_ref (soup_server_message_get_socket (message));
  refusal->timeout = g_timeout_source_new_seconds (LINGER_S);
  g_source_set_callback (refusal->timeout, timeout_cb, refusal, NULL);
  g_source_attach (refusal->timeout, g_main_context_get_thread_default ());
  refusal->stream = soup_server_message_steal_connection (message);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (refusal->stream),
                                   g_bytes_get_data (refusal->text, NULL),
                                   g_bytes_get_size (refusal->text), G_PRIORITY_DEFAULT,
                                   refusal->cancellable, written_cb, refusal);
  return TRUE;
}
