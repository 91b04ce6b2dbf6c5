/* SPDX-License-Identifier: GPL-3.0-or-later */

/* line RTT_MS LOSS_PPM PORT…: a long line with a little loss, for kernels without netem. Prints a
 * port of 127.0.0.1 for each that is given, and relays what comes there.
 *
 * Each connection has a congestion window as TCP does (RFC 5681): ten segments at first, a segment more
 * for each that is acknowledged until the first loss, then one more in each round trip, and half of it after a loss;
 * so much may be on its way, which is a round trip long. A lost segment costs one more of these, for
 * all that is behind it. To open a connection takes a round trip, too. Answers are delayed by half of one. */

#include <arpa/inet.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define SEGMENT_BYTES 1448
#define FIRST_WINDOW (10 * SEGMENT_BYTES)
#define MAX_WINDOW (4 << 20)
#define MAX_PORTS 4
#define MAX_EVENTS 64

typedef struct
{
  gint64 due_us;   /* when it arrives */
  gint64 acked_us; /* when its sender knows */
  gsize length;
  gsize start; /* of what was not written */
  gboolean end;
  gboolean delivered;
  char data[];
} Packet;

typedef struct _Pair Pair;

typedef struct
{
  Pair *pair;
  int from;
  int to;
  GQueue packets;      /* (owned) of Packet, in their order */
  gsize flying_bytes;  /* not acknowledged */
  gsize window_bytes;  /* */
  gsize slow_to_bytes; /* slow start ends there */
  gint64 last_due_us;
  gboolean reading; /* epoll tells of input */
  gboolean ended;   /* nothing more is read */
} Way;

struct _Pair
{
  Way up;
  Way down;
  gint64 open_us; /* nothing is read before */
  gboolean broken;
};

typedef struct
{
  int listener;
  guint16 port; /* where to */
} Door;

static int poller;
static gint64 rtt_us;
static guint loss_ppm;
static GPtrArray *pairs;
static GRand *chance; /* the same losses for everybody */

static void
watch (Way *way, gboolean on)
{
  struct epoll_event event = { .events = on ? EPOLLIN : 0, .data.ptr = way };

  if (way->reading == on || way->ended)
    return;
  way->reading = on;
  epoll_ctl (poller, EPOLL_CTL_MOD, way->from, &event);
}

static int
make_socket (guint16 port, gboolean listening)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int small = 65536;
  const int one = 1;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  /* What waits here unread is no part of the line. Accepted sockets inherit it. */
  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (listening
        ? bind (fd, (struct sockaddr *) &address, sizeof address) != 0 || listen (fd, 256) != 0
        : connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("Port %u: %s", port, g_strerror (errno));
  return fd;
}

static void
init_way (Way *way, Pair *pair, int from, int to)
{
  struct epoll_event event = { .events = 0, .data.ptr = way };

  way->pair = pair;
  way->from = from;
  way->to = to;
  way->window_bytes = FIRST_WINDOW;
  way->slow_to_bytes = MAX_WINDOW;
  g_queue_init (&way->packets);
  epoll_ctl (poller, EPOLL_CTL_ADD, from, &event);
}

static void
open_pair (Door *door)
{
  int client = accept4 (door->listener, NULL, NULL, SOCK_CLOEXEC);
  const int one = 1;
  Pair *pair;
  int server;

  if (client < 0)
    return;
  setsockopt (client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  server = make_socket (door->port, FALSE);
  pair = g_new0 (Pair, 1);
  pair->open_us = g_get_monotonic_time () + rtt_us;
  init_way (&pair->up, pair, client, server);
  init_way (&pair->down, pair, server, client);
  g_ptr_array_add (pairs, pair);
}

static gboolean
is_lost (gsize n_bytes)
{
  guint n_segments = (guint) ((n_bytes + SEGMENT_BYTES - 1) / SEGMENT_BYTES);

  for (guint i = 0; i < n_segments; i++)
    if ((guint) g_rand_int_range (chance, 0, 1000000) < loss_ppm)
      return TRUE;
  return FALSE;
}

static void
read_some (Way *way)
{
  gint64 now_us = g_get_monotonic_time ();
  gsize room = way->window_bytes - MIN (way->flying_bytes, way->window_bytes);
  Packet *packet;
  gssize n_bytes;

  if (room == 0 || way->ended)
    return;
  room = MIN (room, 65536);
  packet = g_malloc (sizeof *packet + room);
  n_bytes = recv (way->from, packet->data, room, MSG_DONTWAIT);
  if (n_bytes < 0 && errno == EAGAIN)
    {
      g_free (packet);
      return;
    }
  packet->end = n_bytes <= 0;
  packet->length = packet->end ? 0 : (gsize) n_bytes;
  packet->start = 0;
  packet->delivered = FALSE;
  packet->due_us = now_us + rtt_us / 2;
  if (is_lost (packet->length))
    {
      packet->due_us += rtt_us;
      way->window_bytes = MAX (way->window_bytes / 2, 2 * SEGMENT_BYTES);
      way->slow_to_bytes = way->window_bytes;
    }
  way->last_due_us = packet->due_us = MAX (packet->due_us, way->last_due_us);
  packet->acked_us = packet->due_us + rtt_us / 2;
  way->flying_bytes += packet->length;
  way->ended = packet->end;
  if (way->ended) /* epoll tells of its end again and again */
    epoll_ctl (poller, EPOLL_CTL_DEL, way->from, NULL);
  g_queue_push_tail (&way->packets, packet);
}

/* Returns whether it could be written. */
static gboolean
deliver (Way *way, Packet *packet)
{
  while (packet->start < packet->length)
    {
      gssize n_bytes = send (way->to, packet->data + packet->start, packet->length - packet->start,
                             MSG_DONTWAIT | MSG_NOSIGNAL);

      if (n_bytes < 0 && errno == EAGAIN)
        return FALSE;
      if (n_bytes < 0)
        {
          way->pair->broken = TRUE;
          return TRUE;
        }
      packet->start += (gsize) n_bytes;
    }
  if (packet->end)
    shutdown (way->to, SHUT_WR);
  packet->delivered = TRUE;
  return TRUE;
}

static void
acknowledge (Way *way, Packet *packet)
{
  way->flying_bytes -= packet->length;
  if (way->window_bytes < way->slow_to_bytes)
    way->window_bytes += packet->length;
  else
    way->window_bytes += SEGMENT_BYTES * packet->length / way->window_bytes;
  way->window_bytes = MIN (way->window_bytes, MAX_WINDOW);
}

/* Returns when there is something to do next. */
static gint64
move_on (Way *way, gint64 now_us)
{
  gint64 next_us = G_MAXINT64;
  Packet *first;

  for (GList *item = way->packets.head; item != NULL; item = item->next)
    {
      Packet *packet = item->data;

      if (packet->delivered)
        continue;
      if (packet->due_us > now_us || !deliver (way, packet))
        {
          next_us = MAX (packet->due_us, now_us + 1000);
          break;
        }
    }
  while ((first = g_queue_peek_head (&way->packets)) != NULL && first->delivered &&
         first->acked_us <= now_us)
    {
      acknowledge (way, first);
      g_free (g_queue_pop_head (&way->packets));
    }
  if (first != NULL && first->delivered)
    next_us = MIN (next_us, first->acked_us);
  if (way->pair->open_us > now_us)
    return MIN (next_us, way->pair->open_us);
  watch (way, way->flying_bytes < way->window_bytes);
  return next_us;
}

static void
clear_way (Way *way)
{
  close (way->from);
  g_queue_clear_full (&way->packets, g_free);
}

static gboolean
is_over (Pair *pair)
{
  return pair->broken ||
         (pair->up.ended && pair->down.ended && g_queue_is_empty (&pair->up.packets) &&
          g_queue_is_empty (&pair->down.packets));
}

static gint64
move_all (void)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 next_us = G_MAXINT64;

  for (guint i = pairs->len; i-- > 0;)
    {
      Pair *pair = pairs->pdata[i];
      gint64 up_us = move_on (&pair->up, now_us);
      gint64 down_us = move_on (&pair->down, now_us);

      next_us = MIN (next_us, MIN (up_us, down_us));
      if (!is_over (pair))
        continue;
      clear_way (&pair->up);
      clear_way (&pair->down);
      g_free (g_ptr_array_remove_index_fast (pairs, i));
    }
  return next_us;
}

static gboolean
is_door (Door *doors, guint n_doors, gpointer data)
{
  return (Door *) data >= doors && (Door *) data < doors + n_doors;
}

int
main (int argc, char **argv)
{
  struct epoll_event events[MAX_EVENTS];
  Door doors[MAX_PORTS];
  guint n_doors = 0;

  if (argc < 4 || argc > 3 + MAX_PORTS)
    return 2;
  rtt_us = g_ascii_strtoll (argv[1], NULL, 10) * 1000;
  loss_ppm = (guint) g_ascii_strtoull (argv[2], NULL, 10);
  poller = epoll_create1 (EPOLL_CLOEXEC);
  pairs = g_ptr_array_new ();
  chance = g_rand_new_with_seed (1);
  for (int i = 3; i < argc; i++)
    {
      struct epoll_event event = { .events = EPOLLIN, .data.ptr = &doors[n_doors] };
      struct sockaddr_in address;
      socklen_t length = sizeof address;

      doors[n_doors].port = (guint16) g_ascii_strtoull (argv[i], NULL, 10);
      doors[n_doors].listener = make_socket (0, TRUE);
      getsockname (doors[n_doors].listener, (struct sockaddr *) &address, &length);
      epoll_ctl (poller, EPOLL_CTL_ADD, doors[n_doors++].listener, &event);
      printf ("%u\n", ntohs (address.sin_port));
    }
  fflush (stdout);
  for (;;)
    {
      gint64 next_us = move_all ();
      gint64 wait_us = next_us - g_get_monotonic_time ();
      int wait_ms = next_us == G_MAXINT64 ? -1 : (int) ((MAX (wait_us, 0) + 999) / 1000);
      int n_events = epoll_wait (poller, events, MAX_EVENTS, wait_ms);

      for (int i = 0; i < n_events; i++)
        if (is_door (doors, n_doors, events[i].data.ptr))
          open_pair (events[i].data.ptr);
        else
          read_some (events[i].data.ptr);
    }
}
