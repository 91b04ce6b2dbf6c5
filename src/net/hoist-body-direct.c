/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-body-direct.h"

#include <errno.h>
#include <sys/sendfile.h>

/* A body that sends itself. libsoup reads it once the headers are written; instead
 * of giving data it writes all of the range to the connection and then says that
 * it is at its end. libsoup goes on to the answer, because it does not count what
 * a body with a Content-Length delivers (soup-body-output-stream.c, all of
 * libsoup 3). Through libsoup every 8 KiB would be two turns of the main loop.
 * docs/transport.md tells more.
 *
 * Where the connection is not known it is an ordinary body: the parent class's. */

/* In one turn of the main loop, so that the others get theirs. */
#define MAX_TURN_BYTES (1 << 20)
/* Leave to send is asked for so much at a time, and an early answer looked for. */
#define CHUNK_BYTES (256 << 10)
#define MAX_UNSENT_BYTES (128 << 10)

typedef enum
{
  WAY_UNKNOWN,
  WAY_PARENT, /* no connection to send to: through libsoup */
  WAY_KERNEL, /* sendfile(2) to the socket */
  WAY_BUFFER, /* pread(2), and a write to the stream: TLS, or a file that cannot be sent */
  WAY_ENDED,
} Way;

typedef enum
{
  WAIT_FOR_TURN,
  WAIT_FOR_OUTPUT,
  WAIT_FOR_LEAVE,
} Wait;

struct _HoistBodyDirect
{
  HoistBodyStream parent_instance;

  Way way;
  GOutputStream *output; /* (owned) (nullable) of the connection, above TLS */
  gsize granted_bytes;   /* leave that was given and not used yet */
  guint8 *buffer;        /* (nullable) the connection's, with WAY_BUFFER */
  gsize start;           /* of what is in the buffer and not written */
  gsize end;             /* */

  Wait wait;          /* after «would block»: what for */
  gint64 ready_at_us; /* monotonic, with WAIT_FOR_LEAVE */
};

static void pollable_init (GPollableInputStreamInterface *iface);
static GPollableInputStreamInterface *parent_pollable;

G_DEFINE_FINAL_TYPE_WITH_CODE (HoistBodyDirect,
                               hoist_body_direct,
                               HOIST_TYPE_BODY_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, pollable_init))

static gssize
would_block (HoistBodyDirect *self, Wait wait, GError **error)
{
  self->wait = wait;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Not now");
  return -1;
}

static void
choose_way (HoistBodyDirect *self)
{
  HoistConnection *connection = hoist_body_get_connection (HOIST_BODY (self));

  if (connection != NULL && hoist_connection_get_socket (connection) != NULL)
    self->output = hoist_connection_dup_output (connection);
  if (!G_IS_POLLABLE_OUTPUT_STREAM (self->output))
    {
      self->way = WAY_PARENT;
      return;
    }
  self->way = hoist_connection_is_tls (connection) ? WAY_BUFFER : WAY_KERNEL;
  if (self->way == WAY_KERNEL && !hoist_body_is_form (HOIST_BODY (self)))
    return;
  /* Measured: both save a tenth to a fifth of the time under TLS, where data comes in
   * records of 16 KiB, and cost a little where the kernel has all of it. */
  hoist_connection_limit_unsent (connection, MAX_UNSENT_BYTES);
  hoist_connection_set_corked (connection, TRUE);
}

static void
end_way (HoistBodyDirect *self)
{
  HoistConnection *connection = hoist_body_get_connection (HOIST_BODY (self));

  if ((self->buffer != NULL || hoist_body_is_form (HOIST_BODY (self))) && connection != NULL)
    hoist_connection_set_corked (connection, FALSE);
  g_clear_object (&self->output);
  self->way = WAY_ENDED;
}

static gssize
fail_with_errno (int errno_value, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno_value),
                       g_strerror (errno_value));
  return -1;
}

/* These three return how much was written, at least 1; or -1 with @error. */

static gssize
send_by_buffer (HoistBodyDirect *self, GError **error)
{
  gssize n_bytes;

  if (self->start == self->end)
    {
      self->buffer = hoist_connection_get_buffer (hoist_body_get_connection (HOIST_BODY (self)));
      n_bytes = hoist_body_read (HOIST_BODY (self), self->buffer,
                                 MIN (self->granted_bytes, HOIST_CONNECTION_BUFFER_BYTES), error);
      if (n_bytes < 0)
        return -1;
      self->granted_bytes -= (gsize) n_bytes;
      self->start = 0;
      self->end = (gsize) n_bytes;
    }
  n_bytes = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (self->output),
                                                        self->buffer + self->start,
                                                        self->end - self->start, NULL, error);
  if (n_bytes > 0)
    self->start += (gsize) n_bytes;
  return n_bytes;
}

/* The errors of sendfile(2) do not say whose they are. What the file system cannot
 * do, and what is wrong with the file, comes out when it is read the other way. */
static gssize
send_otherwise (HoistBodyDirect *self, GError **error)
{
  self->way = WAY_BUFFER;
  return send_by_buffer (self, error);
}

/* What is around the file in a form is small, and in memory. */
static gssize
send_by_kernel (HoistBodyDirect *self, GError **error)
{
  GSocket *socket = hoist_connection_get_socket (hoist_body_get_connection (HOIST_BODY (self)));
  guint64 start_bytes;
  guint64 left_bytes;
  gssize n_bytes;
  off_t offset;
  int fd;

  if (socket == NULL || !hoist_body_get_range (HOIST_BODY (self), &fd, &start_bytes, &left_bytes))
    return fail_with_errno (ECANCELED, error);
  if (self->start < self->end || left_bytes == 0)
    return send_by_buffer (self, error);
  offset = (off_t) start_bytes;
  do
    n_bytes = sendfile (g_socket_get_fd (socket), fd, &offset,
                        (gsize) MIN (self->granted_bytes, left_bytes));
  while (n_bytes < 0 && errno == EINTR);
  if (n_bytes == 0)
    return hoist_body_fail (HOIST_BODY (self), HOIST_ERROR_FILE_CHANGED, error);
  if (n_bytes < 0 && errno == EAGAIN)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Not now");
      return -1;
    }
  if (n_bytes < 0 && (errno == EPIPE || errno == ECONNRESET || errno == ETIMEDOUT))
    return fail_with_errno (errno, error);
  if (n_bytes < 0)
    return send_otherwise (self, error);
  hoist_body_skip (HOIST_BODY (self), (gsize) n_bytes);
  self->granted_bytes -= (gsize) n_bytes;
  return n_bytes;
}

/* As of a read: 0 = all is sent; -1 with @error, also for «would block». */
static gssize
push (HoistBodyDirect *self, GError **error)
{
  gsize turn_bytes = 0;
  gint64 wait_us;
  gssize n_bytes;

  while (turn_bytes < MAX_TURN_BYTES)
    {
      if (self->granted_bytes == 0 && self->start == self->end)
        {
          self->granted_bytes = hoist_body_get_leave (HOIST_BODY (self), CHUNK_BYTES, &wait_us);
          if (self->granted_bytes == 0 && wait_us == 0)
            {
              end_way (self);
              return 0;
            }
          self->ready_at_us = g_get_monotonic_time () + wait_us;
          if (self->granted_bytes == 0)
            return would_block (self, WAIT_FOR_LEAVE, error);
        }
      self->wait = WAIT_FOR_OUTPUT; /* if it blocks */
      n_bytes = self->way == WAY_KERNEL ? send_by_kernel (self, error)
                                        : send_by_buffer (self, error);
      if (n_bytes < 0)
        return -1;
      hoist_body_wrote (HOIST_BODY (self), (gsize) n_bytes);
      turn_bytes += (gsize) n_bytes;
    }
  return would_block (self, WAIT_FOR_TURN, error);
}

static gssize
hoist_body_direct_read_nonblocking (GPollableInputStream *stream,
                                    void *buffer,
                                    gsize count,
                                    GError **error)
{
  HoistBodyDirect *self = HOIST_BODY_DIRECT (stream);

  if (self->way == WAY_UNKNOWN)
    choose_way (self);
  if (self->way == WAY_PARENT)
    return parent_pollable->read_nonblocking (stream, buffer, count, error);
  return self->way == WAY_ENDED ? 0 : push (self, error);
}

/* For who does not poll; libsoup does. */
static gssize
hoist_body_direct_read (GInputStream *stream,
                        void *buffer,
                        gsize count,
                        GCancellable *cancellable,
                        GError **error)
{
  return hoist_body_direct_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), buffer, count,
                                             error);
}

static gboolean
hoist_body_direct_is_readable (GPollableInputStream *stream)
{
  HoistBodyDirect *self = HOIST_BODY_DIRECT (stream);

  if (self->way == WAY_PARENT)
    return parent_pollable->is_readable (stream);
  if (self->way == WAY_UNKNOWN || self->way == WAY_ENDED)
    return TRUE;
  switch (self->wait)
    {
    case WAIT_FOR_OUTPUT:
      return g_pollable_output_stream_is_writable (G_POLLABLE_OUTPUT_STREAM (self->output));
    case WAIT_FOR_LEAVE:
      return self->ready_at_us <= g_get_monotonic_time ();
    default:
      return TRUE;
    }
}

static GSource *
hoist_body_direct_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  HoistBodyDirect *self = HOIST_BODY_DIRECT (stream);
  g_autoptr (GSource) cause = NULL;

  if (self->way == WAY_PARENT)
    return parent_pollable->create_source (stream, cancellable);
  if (hoist_body_direct_is_readable (stream))
    cause = g_timeout_source_new (0);
  else if (self->wait == WAIT_FOR_OUTPUT)
    cause = g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (self->output), NULL);
  else
    cause =
      g_timeout_source_new ((guint) ((self->ready_at_us - g_get_monotonic_time ()) / 1000 + 1));
  return g_pollable_source_new_full (stream, cause, cancellable);
}

static void
hoist_body_direct_finalize (GObject *object)
{
  HoistBodyDirect *self = HOIST_BODY_DIRECT (object);

  g_clear_object (&self->output);
  G_OBJECT_CLASS (hoist_body_direct_parent_class)->finalize (object);
}

static void
hoist_body_direct_class_init (HoistBodyDirectClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_body_direct_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = hoist_body_direct_read;
}

static void
pollable_init (GPollableInputStreamInterface *iface)
{
  parent_pollable = g_type_interface_peek_parent (iface);
  iface->is_readable = hoist_body_direct_is_readable;
  iface->create_source = hoist_body_direct_create_source;
  iface->read_nonblocking = hoist_body_direct_read_nonblocking;
}

static void
hoist_body_direct_init (HoistBodyDirect *self)
{
}
