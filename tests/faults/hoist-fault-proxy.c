/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-fault-proxy.h"

#include <errno.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hoist-fault-exchange.h"

#define API_PATH "/api/v1"
#define BACKLOG 128

/* One thread a connection, so that a fault reads like what happens on the wire;
 * one more that takes new connections. */
struct _HoistFaultProxy
{
  GThread *listener;
  int wake_fd;          /* eventfd: something changed for the listener */
  HoistFaultBook *book; /* (owned) */
  _Atomic guint64 n_moved_bytes;

  GMutex lock; /* what follows */
  GCond changed;
  struct sockaddr_in address;
  struct sockaddr_in servers[2];
  int listen_fd;   /* -1 = down */
  int reserved_fd; /* keeps the port while it is down; -1 = none */
  gint64 up_at_us; /* monotonic; 0 = nobody asked for it */
  gboolean stopping;
  GHashTable *connections; /* (element-type HoistFaultConnection) borrowed */
  guint64 n_connections;   /* of all time */
  guint n_answering;       /* connections with an answer that is not in the log yet */
  GPtrArray *held;         /* (element-type int) eventfds of requests that are held */
  guint64 trip_at_bytes;   /* 0 = never */
  HoistFaultTripped tripped;
  gpointer tripped_data;
};

/* --- Sockets ---------------------------------------------------------------------------------- */

static gboolean
parse_address (const char *text, struct sockaddr_in *address, GError **error)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *host = colon != NULL ? g_strndup (text, (gsize) (colon - text)) : NULL;
  guint64 port;
  g_autoptr (GSocketAddress) parsed = NULL;

  if (colon != NULL && g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL))
    parsed = g_inet_socket_address_new_from_string (host, (guint) port);
  if (parsed != NULL && g_socket_address_get_family (parsed) == G_SOCKET_FAMILY_IPV4 &&
      g_socket_address_to_native (parsed, address, sizeof *address, NULL))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "“%s” is no ADDRESS:PORT of IPv4",
               text);
  return FALSE;
}

/* A port that is bound and not listened at refuses connections, and nobody else can take it. */
static int
bind_socket (const struct sockaddr_in *address)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;

  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind (fd, (const struct sockaddr *) address, sizeof *address) == 0)
    return fd;
  close (fd);
  return -1;
}

static void
wake_listener (HoistFaultProxy *self)
{
  const guint64 one = 1;

  g_assert (write (self->wake_fd, &one, sizeof one) == sizeof one);
}

/**
 * hoist_fault_connection_get_server:
 *
 * Returns: (transfer none) (nullable): the client's connection to a server
 */
HoistFaultWire *
hoist_fault_connection_get_server (HoistFaultConnection *connection, gboolean is_api)
{
  HoistFaultProxy *self = connection->proxy;
  HoistFaultWire *wire = &connection->servers[is_api ? 0 : 1];
  struct sockaddr_in address;
  int fd;

  if (wire->fd >= 0)
    return wire;
  g_mutex_lock (&self->lock);
  address = self->servers[is_api ? 0 : 1];
  g_mutex_unlock (&self->lock);
  fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    {
      close (fd);
      return NULL;
    }
  g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  g_mutex_lock (&self->lock);
  hoist_fault_wire_init (wire, fd);
  g_mutex_unlock (&self->lock);
  return wire;
}

static void
close_servers_locked (HoistFaultConnection *connection)
{
  for (guint i = 0; i < G_N_ELEMENTS (connection->servers); i++)
    hoist_fault_wire_close (&connection->servers[i], FALSE);
}

/* --- Connections ------------------------------------------------------------------------------ */

/**
 * hoist_fault_connection_begin_answer:
 *
 * The client is about to hear of the end of its request, which the log has only after it.
 */
void
hoist_fault_connection_begin_answer (HoistFaultConnection *connection)
{
  HoistFaultProxy *self = connection->proxy;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->n_answering += !connection->is_answering;
  connection->is_answering = TRUE;
}

static void
end_answer (HoistFaultConnection *connection)
{
  HoistFaultProxy *self = connection->proxy;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->n_answering -= connection->is_answering;
  connection->is_answering = FALSE;
  g_cond_broadcast (&self->changed);
}

static gboolean
serve_request (HoistFaultConnection *connection, GBytes *head)
{
  g_autoptr (HoistFaultRequest) request = hoist_fault_request_parse (head, API_PATH);
  HoistFaultBook *book = connection->proxy->book;
  HoistFaultPlan plan;
  HoistFaultRecord *record;
  gboolean keep;

  if (request == NULL)
    return FALSE;
  hoist_fault_proxy_moved (connection->proxy, g_bytes_get_size (head));
  record = hoist_fault_book_begin (book, request, connection->number, &plan);
  keep = hoist_fault_exchange (connection, request, &plan, record);
  hoist_fault_book_end (book, record);
  end_answer (connection);
  g_clear_pointer (&plan.rule, hoist_fault_rule_unref);
  return keep;
}

/* A server that closes its connection while nothing travels closes the client's with it. */
static gboolean
wait_for_request (HoistFaultConnection *connection)
{
  struct pollfd fds[3] = {
    { .fd = connection->client.fd, .events = POLLIN },
    { .fd = connection->servers[0].fd, .events = POLLIN },
    { .fd = connection->servers[1].fd, .events = POLLIN },
  };

  if (connection->client.in->len > 0)
    return TRUE;
  while (poll (fds, G_N_ELEMENTS (fds), -1) < 0)
    if (errno != EINTR)
      return FALSE;
  return fds[0].revents != 0 && fds[1].revents == 0 && fds[2].revents == 0;
}

static void
close_connection (HoistFaultConnection *connection)
{
  HoistFaultProxy *self = connection->proxy;

  if (!connection->reset)
    hoist_fault_wire_end (&connection->client);
  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->connections, connection);
  hoist_fault_wire_close (&connection->client, connection->reset);
  close_servers_locked (connection);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_free (connection);
}

static gpointer
connection_thread (gpointer data)
{
  HoistFaultConnection *connection = data;
  gboolean keep = TRUE;

  while (keep && wait_for_request (connection))
    {
      g_autoptr (GBytes) head = hoist_fault_wire_read_head (&connection->client, -1);

      keep = head != NULL && serve_request (connection, head);
    }
  /* The servers first: they need not wait until the client has heard of it. */
  for (guint i = 0; i < G_N_ELEMENTS (connection->servers); i++)
    if (connection->servers[i].fd >= 0)
      shutdown (connection->servers[i].fd, SHUT_RDWR);
  close_connection (connection);
  return NULL;
}

static void
take_connection (HoistFaultProxy *self, int fd)
{
  HoistFaultConnection *connection = g_new0 (HoistFaultConnection, 1);

  connection->proxy = self;
  connection->servers[0].fd = -1;
  connection->servers[1].fd = -1;
  hoist_fault_wire_init (&connection->client, fd);
  connection->number = ++self->n_connections;
  g_hash_table_add (self->connections, connection);
  g_thread_unref (g_thread_new ("fault-connection", connection_thread, connection));
}

static void
cut_locked (HoistFaultProxy *self)
{
  GHashTableIter iter;
  HoistFaultConnection *connection;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, (gpointer *) &connection, NULL))
    {
      shutdown (connection->client.fd, SHUT_RDWR);
      for (guint i = 0; i < G_N_ELEMENTS (connection->servers); i++)
        if (connection->servers[i].fd >= 0)
          shutdown (connection->servers[i].fd, SHUT_RDWR);
    }
}

/**
 * hoist_fault_proxy_cut:
 *
 * Ends all connections, as a server does that is killed.
 */
void
hoist_fault_proxy_cut (HoistFaultProxy *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  cut_locked (self);
}

/* --- Listening -------------------------------------------------------------------------------- */

static void
set_down_locked (HoistFaultProxy *self, gboolean down)
{
  if (down && self->listen_fd >= 0)
    {
      shutdown (self->listen_fd, SHUT_RDWR);
      close (self->listen_fd);
      self->listen_fd = -1;
      self->reserved_fd = bind_socket (&self->address);
      cut_locked (self);
    }
  else if (!down && self->listen_fd < 0)
    {
      g_assert (self->reserved_fd >= 0 && listen (self->reserved_fd, BACKLOG) == 0);
      self->listen_fd = self->reserved_fd;
      self->reserved_fd = -1;
    }
  self->up_at_us = 0;
  wake_listener (self);
}

/**
 * hoist_fault_proxy_set_down:
 * @down: to cut all connections and refuse new ones; or to take them again
 */
void
hoist_fault_proxy_set_down (HoistFaultProxy *self, gboolean down)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  set_down_locked (self, down);
}

/**
 * hoist_fault_proxy_restart:
 * @down_ms: for how long the port is refused
 *
 * Does as a server that is restarted.
 */
void
hoist_fault_proxy_restart (HoistFaultProxy *self, guint down_ms)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  set_down_locked (self, TRUE);
  self->up_at_us = g_get_monotonic_time () + (gint64) down_ms * 1000;
}

static int
get_timeout_ms (HoistFaultProxy *self)
{
  gint64 left_us = self->up_at_us - g_get_monotonic_time ();

  if (self->up_at_us == 0)
    return -1;
  return (int) ((MAX (left_us, 0) + 999) / 1000);
}

static void
accept_all (HoistFaultProxy *self, int listen_fd)
{
  for (;;)
    {
      int fd = accept4 (listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

      if (fd < 0)
        return;
      take_connection (self, fd);
    }
}

static gpointer
listener_thread (gpointer data)
{
  HoistFaultProxy *self = data;

  g_mutex_lock (&self->lock);
  while (!self->stopping)
    {
      int timeout_ms = get_timeout_ms (self);
      int listen_fd = self->listen_fd;
      guint64 unused;
      HoistFaultWait what;

      g_mutex_unlock (&self->lock);
      what = hoist_fault_wire_wait (self->wake_fd, POLLIN, listen_fd, POLLIN, timeout_ms);
      g_mutex_lock (&self->lock);
      if ((what & HOIST_FAULT_WAIT_READY) != 0 &&
          read (self->wake_fd, &unused, sizeof unused) != sizeof unused)
        g_assert_not_reached ();
      if (self->up_at_us != 0 && g_get_monotonic_time () >= self->up_at_us)
        set_down_locked (self, FALSE);
      else if ((what & HOIST_FAULT_WAIT_WATCHED) != 0 && listen_fd == self->listen_fd)
        accept_all (self, listen_fd);
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

/**
 * hoist_fault_proxy_listen:
 * @address: `ADDRESS:PORT`; port 0 takes a free one
 */
gboolean
hoist_fault_proxy_listen (HoistFaultProxy *self, const char *address, GError **error)
{
  socklen_t length = sizeof self->address;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!parse_address (address, &self->address, error))
    return FALSE;
  self->listen_fd = bind_socket (&self->address);
  if (self->listen_fd < 0 || listen (self->listen_fd, BACKLOG) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "Cannot listen on %s", address);
      return FALSE;
    }
  getsockname (self->listen_fd, (struct sockaddr *) &self->address, &length);
  self->listener = g_thread_new ("fault-listener", listener_thread, self);
  return TRUE;
}

/**
 * hoist_fault_proxy_dup_url:
 *
 * Returns: (transfer full): the origin, without a slash at its end
 */
char *
hoist_fault_proxy_dup_url (HoistFaultProxy *self)
{
  return g_strdup_printf ("http://127.0.0.1:%u", ntohs (self->address.sin_port));
}

/* --- What goes wrong -------------------------------------------------------------------------- */

/**
 * hoist_fault_proxy_set_servers:
 * @api_address: `ADDRESS:PORT` where requests to the upload API go
 * @s3_address: where all others go
 *
 * Holds for the connections that come.
 */
gboolean
hoist_fault_proxy_set_servers (HoistFaultProxy *self,
                               const char *api_address,
                               const char *s3_address,
                               GError **error)
{
  struct sockaddr_in servers[2];
  g_autoptr (GMutexLocker) locker = NULL;

  if (!parse_address (api_address, &servers[0], error) ||
      !parse_address (s3_address, &servers[1], error))
    return FALSE;
  locker = g_mutex_locker_new (&self->lock);
  memcpy (self->servers, servers, sizeof servers);
  return TRUE;
}

void
hoist_fault_proxy_set_log (HoistFaultProxy *self, FILE *file)
{
  hoist_fault_book_set_log (self->book, file);
}

/**
 * hoist_fault_proxy_set_rules:
 * @rules: (nullable) (element-type HoistFaultRule): what goes wrong from now on
 * @seed: what chance hangs on
 *
 * Counting the tries begins anew.
 */
void
hoist_fault_proxy_set_rules (HoistFaultProxy *self, GPtrArray *rules, guint64 seed)
{
  hoist_fault_book_set_rules (self->book, rules, seed);
}

/**
 * hoist_fault_connection_hold:
 *
 * Waits until requests are released. What is released goes to the server by a
 * connection of its own, as that may be another process by then.
 *
 * Returns: whether it was; else the client is gone
 */
gboolean
hoist_fault_connection_hold (HoistFaultConnection *connection)
{
  HoistFaultProxy *self = connection->proxy;
  int event_fd = eventfd (0, EFD_CLOEXEC);
  HoistFaultWait what;

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->held, GINT_TO_POINTER (event_fd));
  g_mutex_unlock (&self->lock);
  what = hoist_fault_wire_wait (event_fd, POLLIN, connection->client.fd, POLLRDHUP, -1);
  g_mutex_lock (&self->lock);
  g_ptr_array_remove (self->held, GINT_TO_POINTER (event_fd));
  close_servers_locked (connection);
  g_mutex_unlock (&self->lock);
  close (event_fd);
  return (what & HOIST_FAULT_WAIT_WATCHED) == 0;
}

/**
 * hoist_fault_proxy_release:
 *
 * Lets the requests that are held go on.
 */
void
hoist_fault_proxy_release (HoistFaultProxy *self)
{
  const guint64 one = 1;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  for (guint i = 0; i < self->held->len; i++)
    g_assert (write (GPOINTER_TO_INT (g_ptr_array_index (self->held, i)), &one, sizeof one) ==
              sizeof one);
}

guint
hoist_fault_proxy_count_held (HoistFaultProxy *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->held->len;
}

/* --- What came -------------------------------------------------------------------------------- */

/**
 * hoist_fault_proxy_count_requests:
 *
 * Returns: how many requests began; also the number of the last one
 */
guint64
hoist_fault_proxy_count_requests (HoistFaultProxy *self)
{
  return hoist_fault_book_get_length (self->book);
}

/**
 * hoist_fault_proxy_count_connections:
 *
 * Returns: how many connections were made
 */
guint64
hoist_fault_proxy_count_connections (HoistFaultProxy *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_connections;
}

/**
 * hoist_fault_proxy_count:
 * @after_number: the requests after this one; 0 = all
 * @upload_id: (nullable): only those of this upload
 * @part_number: only those of this part; 0 = all
 *
 * Returns: how many requests of a kind began
 */
guint
hoist_fault_proxy_count (HoistFaultProxy *self,
                         guint64 after_number,
                         HoistFaultOperation operation,
                         const char *upload_id,
                         guint part_number)
{
  return hoist_fault_book_count (self->book, after_number, operation, upload_id, part_number);
}

/**
 * hoist_fault_proxy_moved:
 *
 * Counts what travels, either way.
 */
void
hoist_fault_proxy_moved (HoistFaultProxy *self, gsize bytes)
{
  guint64 moved = (self->n_moved_bytes += bytes);
  HoistFaultTripped tripped = NULL;
  gpointer user_data = NULL;

  g_mutex_lock (&self->lock);
  if (self->trip_at_bytes != 0 && moved >= self->trip_at_bytes)
    {
      self->trip_at_bytes = 0;
      tripped = self->tripped;
      user_data = self->tripped_data;
    }
  g_mutex_unlock (&self->lock);
  if (tripped != NULL)
    tripped (user_data);
}

/**
 * hoist_fault_proxy_trip:
 * @bytes: how many, of all that travels either way from now on
 * @tripped: called once in some thread, before anything more travels there
 *
 * Tells when so much has travelled: the way to strike at any byte of a request
 * or an answer, and at the same one again. A new call replaces the former one.
 */
void
hoist_fault_proxy_trip (HoistFaultProxy *self,
                        guint64 bytes,
                        HoistFaultTripped tripped,
                        gpointer user_data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->trip_at_bytes = self->n_moved_bytes + bytes;
  self->tripped = tripped;
  self->tripped_data = user_data;
}

/**
 * hoist_fault_proxy_wait_until_idle:
 *
 * Waits until no connection is left: when a client was killed, until all that it
 * had sent has had its effect.
 */
void
hoist_fault_proxy_wait_until_idle (HoistFaultProxy *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->listen_fd >= 0)
    accept_all (self, self->listen_fd);
  while (g_hash_table_size (self->connections) > 0)
    g_cond_wait (&self->changed, &self->lock);
}

/**
 * hoist_fault_proxy_wait_until_noted:
 *
 * Waits until the log has every request whose end its client may have heard of.
 */
void
hoist_fault_proxy_wait_until_noted (HoistFaultProxy *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (self->n_answering > 0)
    g_cond_wait (&self->changed, &self->lock);
}

HoistFaultProxy *
hoist_fault_proxy_new (void)
{
  HoistFaultProxy *self = g_new0 (HoistFaultProxy, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->book = hoist_fault_book_new ();
  self->wake_fd = eventfd (0, EFD_CLOEXEC);
  self->listen_fd = -1;
  self->reserved_fd = -1;
  self->connections = g_hash_table_new (NULL, NULL);
  self->held = g_ptr_array_new ();
  return self;
}

/**
 * hoist_fault_proxy_free:
 *
 * Cuts all connections and ends.
 */
void
hoist_fault_proxy_free (HoistFaultProxy *self)
{
  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  set_down_locked (self, TRUE);
  g_mutex_unlock (&self->lock);
  if (self->listener != NULL)
    g_thread_join (self->listener);
  hoist_fault_proxy_cut (self);
  hoist_fault_proxy_wait_until_idle (self);

  g_hash_table_unref (self->connections);
  g_ptr_array_unref (self->held);
  hoist_fault_book_free (self->book);
  if (self->reserved_fd >= 0)
    close (self->reserved_fd);
  close (self->wake_fd);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}
