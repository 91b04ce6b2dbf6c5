/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-test-http-server.h"

#include <string.h>

/* A small HTTP/1.1 server that misbehaves as it is told. One blocking thread a
 * connection, so that a script reads like what happens on the wire. */

#define MAX_KEPT_BODY_BYTES 65536

struct _HoistTestHttpServer
{
  GSocketListener *listener;    /* (owned) */
  GTlsCertificate *certificate; /* (owned) (nullable) */
  GCancellable *cancellable;    /* (owned) ends accepting */
  GThread *thread;              /* (owned) */
  guint16 port;

  GMutex lock;
  GCond changed;
  GQueue script;       /* HoistTestReply (owned) */
  GPtrArray *requests; /* HoistTestRequest (owned) */
  GPtrArray *handlers; /* GThread (owned) */
  GPtrArray *sockets;  /* GSocket (owned) */
  gboolean released;   /* nobody hangs any more */
  gboolean stopping;
};

typedef struct
{
  HoistTestHttpServer *server;
  GSocketConnection *socket; /* (owned) */
  guint number;
} Handler;

static void
request_free (gpointer data)
{
  HoistTestRequest *request = data;

  g_free (request->method);
  g_free (request->target);
  g_free (request->sha256);
  g_free (request->body);
  g_hash_table_unref (request->headers);
  g_free (request);
}

/* NULL at the end of the connection. */
static HoistTestRequest *
read_head (GDataInputStream *input)
{
  g_autofree char *line = g_data_input_stream_read_line (input, NULL, NULL, NULL);
  g_auto (GStrv) words = line != NULL ? g_strsplit (line, " ", 3) : NULL;
  HoistTestRequest *request;
  const char *length;

  if (words == NULL || g_strv_length (words) != 3)
    return NULL;
  request = g_new0 (HoistTestRequest, 1);
  request->method = g_strdup (words[0]);
  request->target = g_strdup (words[1]);
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (;;)
    {
      g_autofree char *header = g_data_input_stream_read_line (input, NULL, NULL, NULL);
      char *colon = header != NULL ? strchr (header, ':') : NULL;

      if (colon == NULL)
        break;
      *colon = '\0';
      g_hash_table_replace (request->headers, g_ascii_strdown (header, -1),
                            g_strdup (g_strstrip (colon + 1)));
    }
  length = g_hash_table_lookup (request->headers, "content-length");
  request->content_length = length != NULL ? g_ascii_strtoll (length, NULL, 10) : -1;
  return request;
}

/* For so long a client that has begun to hear an answer sends nothing more. If it was only slow, the
 * rest of the answer comes while it sends: that must be well, too. */
#define PAUSE_US (G_USEC_PER_SEC / 20)

typedef struct
{
  HoistTestRequest *request;
  GInputStream *input;
  GChecksum *checksum; /* (owned) */
  GString *kept;       /* (owned) */
} BodyReader;

/* Reads up to so much of a body; with @socket only until nothing comes any more. */
static void
read_up_to (BodyReader *reader, gint64 end_bytes, GInputStream *source, GSocket *socket)
{
  g_autofree guint8 *buffer = g_malloc (MAX_KEPT_BODY_BYTES);
  gint64 left = end_bytes - (gint64) reader->request->body_bytes;

  while (left > 0)
    {
      gssize n_read;

      if (socket != NULL &&
          g_buffered_input_stream_get_available (G_BUFFERED_INPUT_STREAM (reader->input)) == 0 &&
          !g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (source)) &&
          !g_socket_condition_timed_wait (socket, G_IO_IN, PAUSE_US, NULL, NULL))
        break;
      n_read = g_input_stream_read (reader->input, buffer, (gsize) MIN (left, MAX_KEPT_BODY_BYTES),
                                    NULL, NULL);
      if (n_read <= 0)
        break;
      g_checksum_update (reader->checksum, buffer, n_read);
      if (reader->kept->len < MAX_KEPT_BODY_BYTES)
        g_string_append_len (reader->kept, (char *) buffer, n_read);
      reader->request->body_bytes += (guint64) n_read;
      left -= n_read;
    }
}

static void
send_text (GOutputStream *output, const char *text, gsize length)
{
  g_output_stream_write_all (output, text, length, NULL, NULL, NULL);
  g_output_stream_flush (output, NULL, NULL);
}

static void
send_interim (BodyReader *reader,
              const HoistTestReply *reply,
              gint64 at_bytes,
              gint64 end_bytes,
              Handler *handler,
              GIOStream *io)
{
  GOutputStream *output = g_io_stream_get_output_stream (io);
  gsize cut = reply->interim_cut;

  read_up_to (reader, MIN (at_bytes, end_bytes), NULL, NULL);
  if (cut > 0)
    {
      send_text (output, reply->interim, cut);
      read_up_to (reader, end_bytes, g_io_stream_get_input_stream (io),
                  g_socket_connection_get_socket (handler->socket));
    }
  send_text (output, reply->interim + cut, strlen (reply->interim) - cut);
}

static void
read_body (HoistTestRequest *request,
           GInputStream *input,
           const HoistTestReply *reply,
           Handler *handler,
           GIOStream *io)
{
  BodyReader reader = { request, input, g_checksum_new (G_CHECKSUM_SHA256), g_string_new (NULL) };
  gint64 end_bytes = MAX (request->content_length, 0);

  if (reply->read_bytes >= 0)
    end_bytes = MIN (end_bytes, reply->read_bytes);
  for (guint i = 0; reply->interim != NULL && i <= reply->interim_again; i++)
    send_interim (&reader, reply, (i + 1) * reply->interim_bytes, end_bytes, handler, io);
  read_up_to (&reader, end_bytes, NULL, NULL);
  request->sha256 = g_strdup (g_checksum_get_string (reader.checksum));
  request->body = g_string_free (reader.kept, FALSE);
  g_checksum_free (reader.checksum);
}

static HoistTestReply
take_reply (HoistTestHttpServer *self)
{
  HoistTestReply reply = HOIST_TEST_REPLY_OK;
  HoistTestReply *next;

  g_mutex_lock (&self->lock);
  next = g_queue_pop_head (&self->script);
  g_mutex_unlock (&self->lock);
  if (next == NULL)
    return reply;
  reply = *next;
  g_free (next);
  return reply;
}

static void
remember (HoistTestHttpServer *self, HoistTestRequest *request)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->requests, request);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
hang (HoistTestHttpServer *self)
{
  g_mutex_lock (&self->lock);
  while (!self->released)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

static gboolean
send_reply (const HoistTestReply *reply, GOutputStream *output)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize length = reply->body != NULL ? strlen (reply->body) : 0;

  if (reply->raw != NULL)
    return g_output_stream_write_all (output, reply->raw, strlen (reply->raw), NULL, NULL, NULL);

  g_string_printf (text, "HTTP/1.1 %u Scripted\r\n", reply->status);
  if (!reply->no_length && !reply->endless)
    g_string_append_printf (text, "Content-Length: %zu\r\n",
                            reply->promise_bytes > 0 ? reply->promise_bytes : length);
  if (reply->close)
    g_string_append (text, "Connection: close\r\n");
  if (reply->headers != NULL)
    g_string_append (text, reply->headers);
  g_string_append (text, "\r\n");
  if (reply->body != NULL)
    g_string_append (text, reply->body);
  return g_output_stream_write_all (output, text->str, text->len, NULL, NULL, NULL) &&
         g_output_stream_flush (output, NULL, NULL);
}

static void
send_endlessly (GOutputStream *output)
{
  g_autofree char *blanks = g_strnfill (65536, ' ');

  while (g_output_stream_write_all (output, blanks, 65536, NULL, NULL, NULL))
    ;
}

/* Returns whether the connection stays. */
static gboolean
serve_one (Handler *handler, GDataInputStream *input, GIOStream *io)
{
  GOutputStream *output = g_io_stream_get_output_stream (io);
  HoistTestRequest *request = read_head (input);
  gboolean whole;
  HoistTestReply reply;

  if (request == NULL)
    return FALSE;
  reply = take_reply (handler->server);
  request->connection = handler->number;
  read_body (request, G_INPUT_STREAM (input), &reply, handler, io);
  whole = (gint64) request->body_bytes == MAX (request->content_length, 0);
  remember (handler->server, request);
  if (reply.hang)
    hang (handler->server);
  if ((reply.status == 0 && reply.raw == NULL) || !send_reply (&reply, output))
    return FALSE;
  if (reply.hang_after)
    hang (handler->server);
  if (reply.endless)
    send_endlessly (output);
  return whole && !reply.close && !reply.no_length && !reply.endless;
}

static gpointer
handle_in_thread (gpointer data)
{
  Handler *handler = data;
  HoistTestHttpServer *self = handler->server;
  g_autoptr (GIOStream) io = g_object_ref (G_IO_STREAM (handler->socket));
  g_autoptr (GDataInputStream) input = NULL;

  if (self->certificate != NULL)
    {
      g_object_unref (io);
      io = g_tls_server_connection_new (G_IO_STREAM (handler->socket), self->certificate, NULL);
    }
  input = g_data_input_stream_new (g_io_stream_get_input_stream (io));
  g_data_input_stream_set_newline_type (input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  while (serve_one (handler, input, io))
    ;
  g_io_stream_close (io, NULL, NULL);
  g_object_unref (handler->socket);
  g_free (handler);
  return NULL;
}

static gpointer
accept_in_thread (gpointer data)
{
  HoistTestHttpServer *self = data;
  GSocketConnection *socket;

  while ((socket = g_socket_listener_accept (self->listener, NULL, self->cancellable, NULL)) !=
         NULL)
    {
      Handler *handler = g_new0 (Handler, 1);

      g_mutex_lock (&self->lock);
      handler->server = self;
      handler->socket = socket;
      g_ptr_array_add (self->sockets,
                       g_object_ref (g_socket_connection_get_socket (handler->socket)));
      handler->number = self->sockets->len;
      g_ptr_array_add (self->handlers, g_thread_new ("test-http", handle_in_thread, handler));
      g_mutex_unlock (&self->lock);
    }
  return NULL;
}

static GTlsCertificate *
load_certificate (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".pem", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "lib", "tls", file, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return certificate;
}

/**
 * hoist_test_http_server_new:
 * @certificate_name: (nullable): a certificate of tests/lib/tls; %NULL = plain HTTP
 *
 * Starts a server on a free port of 127.0.0.1.
 *
 * Returns: (transfer full): the server
 */
HoistTestHttpServer *
hoist_test_http_server_new (const char *certificate_name)
{
  HoistTestHttpServer *self = g_new0 (HoistTestHttpServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->script);
  self->requests = g_ptr_array_new_with_free_func (request_free);
  self->handlers = g_ptr_array_new ();
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
  if (certificate_name != NULL)
    self->certificate = load_certificate (certificate_name);
  self->listener = g_socket_listener_new ();
  g_socket_listener_add_address (self->listener, address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  self->thread = g_thread_new ("test-accept", accept_in_thread, self);
  return self;
}

/**
 * hoist_test_http_server_free:
 * @self: (transfer full): a server
 *
 * Cuts every connection and waits for the threads.
 */
void
hoist_test_http_server_free (HoistTestHttpServer *self)
{
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);
  hoist_test_http_server_release (self);
  /* No new ones come: the accepting thread has ended. */
  for (guint i = 0; i < self->sockets->len; i++)
    g_socket_shutdown (self->sockets->pdata[i], TRUE, TRUE, NULL);
  for (guint i = 0; i < self->handlers->len; i++)
    g_thread_join (self->handlers->pdata[i]);
  g_ptr_array_unref (self->handlers);
  g_ptr_array_unref (self->sockets);
  g_ptr_array_unref (self->requests);
  g_queue_clear_full (&self->script, g_free);
  g_socket_listener_close (self->listener);
  g_object_unref (self->listener);
  g_object_unref (self->cancellable);
  g_clear_object (&self->certificate);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

/**
 * hoist_test_http_server_get_port:
 * @self: a server
 *
 * Returns: its port
 */
guint16
hoist_test_http_server_get_port (HoistTestHttpServer *self)
{
  return self->port;
}

/**
 * hoist_test_http_server_dup_url:
 * @self: a server
 * @path: path and query, with its leading `/`
 *
 * Returns: (transfer full): the URL
 */
char *
hoist_test_http_server_dup_url (HoistTestHttpServer *self, const char *path)
{
  return g_strdup_printf ("%s://127.0.0.1:%u%s", self->certificate != NULL ? "https" : "http",
                          self->port, path);
}

/**
 * hoist_test_http_server_script:
 * @self: a server
 * @reply: copied, but for its strings
 *
 * Says what to do with the next request that has no script yet. Without one
 * the answer is %HOIST_TEST_REPLY_OK.
 */
void
hoist_test_http_server_script (HoistTestHttpServer *self, const HoistTestReply *reply)
{
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->script, g_memdup2 (reply, sizeof *reply));
  g_mutex_unlock (&self->lock);
}

/**
 * hoist_test_http_server_script_text:
 * @self: a server
 * @status: the answer's status
 * @body: (nullable): the answer's body
 *
 * Says to answer the next request well-behaved.
 */
void
hoist_test_http_server_script_text (HoistTestHttpServer *self, guint status, const char *body)
{
  HoistTestReply reply = { .status = status, .body = body, .read_bytes = -1 };

  hoist_test_http_server_script (self, &reply);
}

/**
 * hoist_test_http_server_release:
 * @self: a server
 *
 * Lets whoever hangs go on.
 */
void
hoist_test_http_server_release (HoistTestHttpServer *self)
{
  g_mutex_lock (&self->lock);
  self->released = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/**
 * hoist_test_http_server_wait_for_requests:
 * @self: a server
 * @n_requests: how many
 *
 * Blocks until as many requests came in and were read as far as their script
 * says.
 */
void
hoist_test_http_server_wait_for_requests (HoistTestHttpServer *self, guint n_requests)
{
  g_mutex_lock (&self->lock);
  while (self->requests->len < n_requests)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

/**
 * hoist_test_http_server_count_requests:
 * @self: a server
 *
 * Returns: how many requests came in
 */
guint
hoist_test_http_server_count_requests (HoistTestHttpServer *self)
{
  guint n_requests;

  g_mutex_lock (&self->lock);
  n_requests = self->requests->len;
  g_mutex_unlock (&self->lock);
  return n_requests;
}

/**
 * hoist_test_http_server_count_connections:
 * @self: a server
 *
 * Returns: how many connections were made
 */
guint
hoist_test_http_server_count_connections (HoistTestHttpServer *self)
{
  guint n_connections;

  g_mutex_lock (&self->lock);
  n_connections = self->sockets->len;
  g_mutex_unlock (&self->lock);
  return n_connections;
}

/**
 * hoist_test_http_server_get_request:
 * @self: a server
 * @index: from 0, in the order in which they were read
 *
 * Returns: (transfer none): what came in
 */
const HoistTestRequest *
hoist_test_http_server_get_request (HoistTestHttpServer *self, guint index)
{
  const HoistTestRequest *request;

  g_mutex_lock (&self->lock);
  g_assert_cmpuint (index, <, self->requests->len);
  request = self->requests->pdata[index];
  g_mutex_unlock (&self->lock);
  return request;
}
