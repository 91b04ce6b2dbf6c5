/* SPDX-License-Identifier: GPL-3.0-or-later */

/* sink CERTIFICATE: a storage for measuring clients, on two ports of 127.0.0.1, in the clear
 * and under TLS, which are printed. Bodies are dropped in the kernel (recv(2), MSG_TRUNC).
 * On standard input it takes «reset» and «stats», and ends with it; «stats» tells, with
 * the processor time, how far the sink is from being what is measured. */

#include "sink.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_EVENTS 64
#define BUFFER_BYTES 16384

typedef struct
{
  int fd;
  SinkHttp *http; /* (owned) */
  SinkTls *tls;   /* (owned) (nullable) */
} Connection;

typedef struct
{
  int epoll;
  int plain;
  int secure;
  gpointer context; /* for TLS */
  SinkStore *store;
} Sink;

static gboolean
write_cb (const char *data, gsize length, gpointer user_data)
{
  Connection *connection = user_data;

  if (connection->tls != NULL)
    return sink_tls_write (connection->tls, data, length);
  return send (connection->fd, data, length, MSG_NOSIGNAL) == (gssize) length;
}

static gboolean
receive (Connection *connection)
{
  guint64 skippable = sink_http_get_skippable (connection->http);
  char buffer[BUFFER_BYTES];
  gssize n_bytes;

  if (connection->tls != NULL)
    return sink_tls_receive (connection->tls, connection->http);
  if (skippable > 0)
    n_bytes =
      recv (connection->fd, NULL, (gsize) MIN (skippable, 1 << 30), MSG_TRUNC | MSG_DONTWAIT);
  else
    n_bytes = recv (connection->fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (n_bytes <= 0)
    return n_bytes < 0 && errno == EAGAIN;
  return skippable > 0 ? sink_http_skip (connection->http, (guint64) n_bytes)
                       : sink_http_take (connection->http, buffer, (gsize) n_bytes);
}

static void
accept_one (Sink *sink, int listener)
{
  struct epoll_event event = { .events = EPOLLIN };
  Connection *connection;
  const int one = 1;
  int fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);

  if (fd < 0)
    return;
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  connection = g_new0 (Connection, 1);
  connection->fd = fd;
  connection->http = sink_http_new (sink->store, write_cb, connection);
  if (listener == sink->secure)
    connection->tls = sink_tls_new (sink->context, fd);
  sink->store->n_connections++;
  event.data.ptr = connection;
  epoll_ctl (sink->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void
end_connection (Connection *connection)
{
  close (connection->fd);
  sink_http_free (connection->http);
  g_clear_pointer (&connection->tls, sink_tls_free);
  g_free (connection);
}

static int
listen_somewhere (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (bind (fd, (struct sockaddr *) &address, length) != 0 || listen (fd, 256) != 0 ||
      getsockname (fd, (struct sockaddr *) &address, &length) != 0)
    g_error ("No port to listen on: %s", g_strerror (errno));
  printf ("%u\n", ntohs (address.sin_port));
  return fd;
}

static void
tell_stats (Sink *sink)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  printf ("{\"requests\": %" G_GUINT64_FORMAT ", \"connections\": %" G_GUINT64_FORMAT
          ", \"bytes\": %" G_GUINT64_FORMAT
          ", \"objects\": %u, \"first_body_us\": %" G_GINT64_FORMAT
          ", \"first_request_us\": %" G_GINT64_FORMAT ", \"cpu_us\": %" G_GINT64_FORMAT "}\n",
          sink->store->n_requests, sink->store->n_connections, sink->store->body_bytes,
          g_hash_table_size (sink->store->objects), sink->store->first_body_us,
          sink->store->first_request_us,
          (gint64) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC +
            usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  fflush (stdout);
}

/* Returns FALSE at the end. */
static gboolean
take_order (Sink *sink)
{
  char line[64];
  gssize n_bytes = read (STDIN_FILENO, line, sizeof line - 1);

  if (n_bytes <= 0)
    return FALSE;
  line[n_bytes] = '\0';
  if (strcmp (line, "reset\n") == 0)
    sink_store_reset (sink->store);
  tell_stats (sink);
  return TRUE;
}

static void
watch (Sink *sink, int *fd)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = fd };

  epoll_ctl (sink->epoll, EPOLL_CTL_ADD, *fd, &event);
}

int
main (int argc, char **argv)
{
  Sink sink = { .epoll = epoll_create1 (EPOLL_CLOEXEC), .store = sink_store_new () };
  struct epoll_event events[MAX_EVENTS];
  int orders = STDIN_FILENO;

  if (argc != 2 || (sink.context = sink_tls_context_new (argv[1])) == NULL)
    {
      fprintf (stderr, "usage: %s CERTIFICATE (PEM, with its key)\n", argv[0]);
      return 2;
    }
  sink.plain = listen_somewhere ();
  sink.secure = listen_somewhere ();
  fflush (stdout);
  watch (&sink, &orders);
  watch (&sink, &sink.plain);
  watch (&sink, &sink.secure);
  for (;;)
    {
      int n_events = epoll_wait (sink.epoll, events, MAX_EVENTS, -1);

      for (int i = 0; i < n_events; i++)
        if (events[i].data.ptr == &orders && !take_order (&sink))
          return 0;
        else if (events[i].data.ptr == &sink.plain || events[i].data.ptr == &sink.secure)
          accept_one (&sink, *(int *) events[i].data.ptr);
        else if (events[i].data.ptr != &orders && !receive (events[i].data.ptr))
          end_connection (events[i].data.ptr);
    }
}
