/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Refuses a request whose body must not be read. SoupServer always reads the
 * body to its end before it answers, however long it is: so the connection is
 * taken from it, the answer is written, and what the client has sent until it
 * notices is read and dropped: closing with data unread would reset the
 * connection and lose the answer (RFC 9112 section 9.6). */

#include "hoist-api-refusal.h"

#include <string.h>

#include "hoist-api-call.h"

#define MAX_DROPPED_BYTES (8 << 20)
#define DROP_AT_ONCE_BYTES (64 << 10)
#define DROP_TIMEOUT_S 5

typedef struct
{
  GIOStream *stream;         /* (owned) */
  GCancellable *cancellable; /* (owned) */
  GSource *timeout;          /* (owned) */
  char *answer;              /* (owned) */
  gsize n_dropped_bytes;
} Refusal;

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  /* It is refused already: that closing fails changes nothing. */
  g_io_stream_close_finish (G_IO_STREAM (source), result, NULL);
}

static void
refusal_end (Refusal *refusal)
{
  g_io_stream_close_async (refusal->stream, G_PRIORITY_DEFAULT, NULL, closed_cb, NULL);
  g_source_destroy (refusal->timeout);
  g_source_unref (refusal->timeout);
  g_object_unref (refusal->stream);
  g_object_unref (refusal->cancellable);
  g_free (refusal->answer);
  g_free (refusal);
}

static void drop_more (Refusal *refusal);

static void
dropped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Refusal *refusal = user_data;
  gssize n_bytes = g_input_stream_skip_finish (G_INPUT_STREAM (source), result, NULL);

  refusal->n_dropped_bytes += (gsize) MAX (n_bytes, 0);
  if (n_bytes > 0 && refusal->n_dropped_bytes < MAX_DROPPED_BYTES)
    drop_more (refusal);
  else
    refusal_end (refusal);
}

static void
drop_more (Refusal *refusal)
{
  g_input_stream_skip_async (g_io_stream_get_input_stream (refusal->stream), DROP_AT_ONCE_BYTES,
                             G_PRIORITY_DEFAULT, refusal->cancellable, dropped_cb, refusal);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Refusal *refusal = user_data;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    drop_more (refusal);
  else
    refusal_end (refusal);
}

static gboolean
timeout_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static char *
make_answer (SoupServerMessage *message, const GError *error)
{
  HoistApiError code = hoist_api_error_from_gerror (error);
  guint status = hoist_api_error_get_status (code);
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  hoist_api_add_error (builder, message, error);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_strdup_printf ("HTTP/1.1 %u %s\r\n"
                          "Content-Type: application/json\r\n"
                          "Content-Length: %" G_GSIZE_FORMAT "\r\n"
                          "X-Request-Id: %s\r\n"
                          "Cache-Control: no-store\r\n"
                          "Connection: close\r\n\r\n%s",
                          status, soup_status_get_phrase (status), strlen (text),
                          hoist_api_message_get_id (message), text);
}

/**
 * hoist_api_refuse_body:
 * @message: a request of which only the headers were read
 * @error: why it is refused
 *
 * Answers a request without reading its body and closes the connection. Only
 * to be called by an early handler; @message is over then.
 */
void
hoist_api_refuse_body (SoupServerMessage *message, const GError *error)
{
  Refusal *refusal = g_new0 (Refusal, 1);

  refusal->answer = make_answer (message, error);
  /* Not sent by libsoup any more: for who looks at the message when it ends. */
  soup_server_message_set_status (
    message, hoist_api_error_get_status (hoist_api_error_from_gerror (error)), NULL);
  refusal->stream = soup_server_message_steal_connection (message);
  refusal->cancellable = g_cancellable_new ();
  refusal->timeout = g_timeout_source_new_seconds (DROP_TIMEOUT_S);
  g_source_set_callback (refusal->timeout, timeout_cb, g_object_ref (refusal->cancellable),
                         g_object_unref);
  g_source_attach (refusal->timeout, g_main_context_get_thread_default ());
  g_output_stream_write_all_async (g_io_stream_get_output_stream (refusal->stream), refusal->answer,
                                   strlen (refusal->answer), G_PRIORITY_DEFAULT,
                                   refusal->cancellable, written_cb, refusal);
}
