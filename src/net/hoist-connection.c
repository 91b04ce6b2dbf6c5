/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-connection.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct _HoistConnection
{
  gatomicrefcount ref_count;
  GWeakRef io;           /* GIOStream: libsoup's to close */
  GSocket *socket;       /* (owned) (nullable) the TCP socket below it */
  guint unsent_bytes;    /* most, as the one who writes wants it; 0 = as the system likes */
  guint64 bytes_per_s;   /* as the kernel was told; 0 = no limit */
  guint resent_segments; /* that were told of */
  guint8 *buffer;        /* (owned) (nullable) */
};

/* The kernel sends whole segments, which are 64 KiB on a loopback line: told to be slower
 * than that it would be silent for so long that it looks like a stall. */
#define MIN_BYTES_PER_S (64 << 10)
/* What the kernel holds is what a change of the rate comes too late for. */
#define UNSENT_PER_S 10
#define MIN_UNSENT_BYTES (16 << 10)
#define MAX_UNSENT_BYTES (128 << 10)

/* A TLS stream, and a proxy's, wrap another one. */
static GSocket *
find_socket (GIOStream *io)
{
  g_autoptr (GIOStream) inner = NULL;

  if (G_IS_SOCKET_CONNECTION (io))
    return g_object_ref (g_socket_connection_get_socket (G_SOCKET_CONNECTION (io)));
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (io), "base-io-stream") == NULL)
    return NULL;
  g_object_get (io, "base-io-stream", &inner, NULL);
  return inner != NULL ? find_socket (inner) : NULL;
}

/**
 * hoist_connection_new: (skip)
 * @io: the stream that HTTP is spoken on; it is not kept alive
 *
 * Returns: (transfer full): what is known of the connection
 */
HoistConnection *
hoist_connection_new (GIOStream *io)
{
  HoistConnection *self = g_new0 (HoistConnection, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_weak_ref_init (&self->io, io);
  self->socket = find_socket (io);
  return self;
}

/**
 * hoist_connection_ref: (skip)
 * @self: a connection
 *
 * Returns: (transfer full): @self
 */
HoistConnection *
hoist_connection_ref (HoistConnection *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * hoist_connection_unref: (skip)
 * @self: (transfer full): a connection
 */
void
hoist_connection_unref (HoistConnection *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_weak_ref_clear (&self->io);
  g_clear_object (&self->socket);
  g_free (self->buffer);
  g_free (self);
}

/**
 * hoist_connection_is_alive: (skip)
 * @self: a connection
 *
 * Returns: whether libsoup still has it
 */
gboolean
hoist_connection_is_alive (HoistConnection *self)
{
  g_autoptr (GIOStream) io = g_weak_ref_get (&self->io);

  return io != NULL && !g_io_stream_is_closed (io);
}

/**
 * hoist_connection_dup_input: (skip)
 * @self: a connection
 *
 * Returns: (transfer full) (nullable): where its answers come from, above TLS
 */
GInputStream *
hoist_connection_dup_input (HoistConnection *self)
{
  g_autoptr (GIOStream) io = g_weak_ref_get (&self->io);

  return io != NULL ? g_object_ref (g_io_stream_get_input_stream (io)) : NULL;
}

/**
 * hoist_connection_is_tls: (skip)
 * @self: a connection
 *
 * Returns: whether what is written to it is encrypted
 */
gboolean
hoist_connection_is_tls (HoistConnection *self)
{
  g_autoptr (GIOStream) io = g_weak_ref_get (&self->io);

  return G_IS_TLS_CONNECTION (io);
}

/**
 * hoist_connection_dup_output: (skip)
 * @self: a connection
 *
 * Returns: (transfer full) (nullable): where requests go to, above TLS
 */
GOutputStream *
hoist_connection_dup_output (HoistConnection *self)
{
  g_autoptr (GIOStream) io = g_weak_ref_get (&self->io);

  return io != NULL ? g_object_ref (g_io_stream_get_output_stream (io)) : NULL;
}

/**
 * hoist_connection_get_socket: (skip)
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): the socket at the bottom, if it is open
 */
GSocket *
hoist_connection_get_socket (HoistConnection *self)
{
  if (self->socket == NULL || g_socket_is_closed (self->socket))
    return NULL;
  return self->socket;
}

/**
 * hoist_connection_get_buffer: (skip)
 * @self: a connection
 *
 * What is sent from memory lies here: one body at a time is on a connection, and thousands may
 * follow each other. Made anew for each, malloc would ask the system for it each time.
 *
 * Returns: (transfer none): %HOIST_CONNECTION_BUFFER_BYTES, as long as @self
 */
guint8 *
hoist_connection_get_buffer (HoistConnection *self)
{
  if (self->buffer == NULL)
    self->buffer = g_malloc (HOIST_CONNECTION_BUFFER_BYTES);
  return self->buffer;
}

/* Of TCP, which not every socket is; then nothing is lost. */
static void
set_option (HoistConnection *self, int option, int value)
{
  if (self->socket != NULL && !g_socket_is_closed (self->socket))
    setsockopt (g_socket_get_fd (self->socket), IPPROTO_TCP, option, &value, sizeof value);
}

static void
apply_unsent (HoistConnection *self)
{
  guint64 n_bytes = self->unsent_bytes;

  if (self->bytes_per_s != 0)
    n_bytes = CLAMP (self->bytes_per_s / UNSENT_PER_S, MIN_UNSENT_BYTES, MAX_UNSENT_BYTES);
  set_option (self, TCP_NOTSENT_LOWAT, (int) n_bytes);
}

/**
 * hoist_connection_set_rate: (skip)
 * @self: a connection
 * @bytes_per_s: how fast the kernel may send; 0 = as fast as it can
 *
 * Has the kernel space the segments out (socket(7), SO_MAX_PACING_RATE), below TLS as
 * well, and not take much more than it may send. It is the most that the connection does:
 * less than 64 KiB a second is for who gives it the data.
 *
 * Returns: whether the kernel does that
 */
gboolean
hoist_connection_set_rate (HoistConnection *self, guint64 bytes_per_s)
{
  guint32 rate = G_MAXUINT32; /* none */

  if (self->socket == NULL || g_socket_is_closed (self->socket))
    return FALSE;
  if (bytes_per_s == self->bytes_per_s)
    return TRUE;
  /* The 32 bits that every kernel takes; beyond 4 GB/s there is nothing to limit. */
  if (bytes_per_s != 0 && bytes_per_s < G_MAXUINT32)
    rate = (guint32) MAX (bytes_per_s, MIN_BYTES_PER_S);
  if (setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_MAX_PACING_RATE, &rate,
                  sizeof rate) != 0)
    return FALSE;
  self->bytes_per_s = bytes_per_s;
  apply_unsent (self);
  return TRUE;
}

/**
 * hoist_connection_limit_unsent: (skip)
 * @self: a connection
 * @n_bytes: how much the kernel may hold that is not on the wire yet
 *
 * Without a limit that may be megabytes (tcp(7), TCP_NOTSENT_LOWAT).
 */
void
hoist_connection_limit_unsent (HoistConnection *self, guint n_bytes)
{
  if (n_bytes == self->unsent_bytes)
    return;
  self->unsent_bytes = n_bytes;
  apply_unsent (self);
}

/**
 * hoist_connection_set_corked: (skip)
 * @self: a connection
 * @corked: whether more follows
 *
 * Lets only full segments out while more follows (tcp(7), TCP_CORK), which the
 * 16 KiB records of TLS are not by themselves.
 */
void
hoist_connection_set_corked (HoistConnection *self, gboolean corked)
{
  set_option (self, TCP_CORK, corked);
}

/**
 * hoist_connection_get_unacked_bytes: (skip)
 * @self: a connection
 *
 * Asks the kernel what it still holds because the peer did not acknowledge it
 * (tcp(7), SIOCOUTQ). Under TLS that includes the records' own bytes.
 *
 * Returns: bytes, 0 where it cannot be known
 */
guint64
hoist_connection_get_unacked_bytes (HoistConnection *self)
{
  int n_bytes = 0;

  if (self->socket == NULL || g_socket_is_closed (self->socket) ||
      ioctl (g_socket_get_fd (self->socket), SIOCOUTQ, &n_bytes) != 0 || n_bytes < 0)
    return 0;
  return (guint64) n_bytes;
}

/**
 * hoist_connection_take_resent_segments: (skip)
 * @self: a connection
 *
 * Asks the kernel how many segments it had to send again since it was last asked (tcp(7),
 * TCP_INFO). Who asks now and then need not ask at the beginning of each request: what was
 * lost of a short one before counts for the next.
 *
 * Returns: segments, 0 where it cannot be known
 */
guint
hoist_connection_take_resent_segments (HoistConnection *self)
{
  struct tcp_info info = { 0 };
  socklen_t length = sizeof info;
  guint n_segments;

  if (self->socket == NULL || g_socket_is_closed (self->socket) ||
      getsockopt (g_socket_get_fd (self->socket), IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
    return 0;
  n_segments = info.tcpi_total_retrans - self->resent_segments;
  self->resent_segments = info.tcpi_total_retrans;
  return n_segments;
}

/**
 * hoist_connection_has_input: (skip)
 * @self: a connection
 *
 * Looks whether anything came in, without taking it: an answer, the end, an
 * error; under TLS maybe just a message of TLS itself.
 *
 * Returns: whether it is worth reading
 */
gboolean
hoist_connection_has_input (HoistConnection *self)
{
  char byte;

  if (self->socket == NULL || g_socket_is_closed (self->socket))
    return FALSE;
  if (recv (g_socket_get_fd (self->socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0)
    return TRUE;
  return errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
}

/**
 * hoist_connection_is_stranded: (skip)
 * @self: a connection
 *
 * Whether its local address is none of this machine's any more, so that no answer
 * can ever come: the kernel goes on sending for a quarter of an hour.
 *
 * Returns: whether it is lost
 */
gboolean
hoist_connection_is_stranded (HoistConnection *self)
{
  struct sockaddr_storage address = { 0 };
  socklen_t length = sizeof address;
  gboolean lost;
  int fd;

  if (self->socket == NULL || g_socket_is_closed (self->socket) ||
      getsockname (g_socket_get_fd (self->socket), (struct sockaddr *) &address, &length) != 0)
    return FALSE;
  if (address.ss_family == AF_INET)
    ((struct sockaddr_in *) &address)->sin_port = 0;
  else if (address.ss_family == AF_INET6)
    ((struct sockaddr_in6 *) &address)->sin6_port = 0;
  else
    return FALSE;
  fd = socket (address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return FALSE;
  lost = bind (fd, (struct sockaddr *) &address, length) != 0 && errno == EADDRNOTAVAIL;
  close (fd);
  return lost;
}

/**
 * hoist_connection_sever: (skip)
 * @self: a connection that must not be used again
 *
 * Cuts it below libsoup and TLS. libsoup closes a connection by a blocking call
 * (soup_connection_disconnected(), all of libsoup 3), and a TLS stream says
 * goodbye in it: with a peer that takes nothing, that would block this thread
 * for ever. What the kernel still holds is thrown away.
 */
void
hoist_connection_sever (HoistConnection *self)
{
  const struct linger now = { .l_onoff = 1, .l_linger = 0 };
  int fd;

  if (self->socket == NULL || g_socket_is_closed (self->socket))
    return;
  fd = g_socket_get_fd (self->socket);
  setsockopt (fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  shutdown (fd, SHUT_RDWR);
}
