/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-fault-wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_HEAD_BYTES 65536
#define FILL_BYTES 65536

/* How long a peer that was told FIN may go on sending before it is left alone. */
#define END_PATIENCE_MS 2000

void
hoist_fault_wire_init (HoistFaultWire *wire, int fd)
{
  wire->fd = fd;
  wire->in = g_byte_array_new ();
}

/**
 * hoist_fault_wire_close:
 * @reset: tell the peer by RST, whatever was sent and not read yet
 */
void
hoist_fault_wire_close (HoistFaultWire *wire, gboolean reset)
{
  const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  if (wire->fd >= 0)
    {
      if (reset)
        setsockopt (wire->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      close (wire->fd);
    }
  wire->fd = -1;
  g_clear_pointer (&wire->in, g_byte_array_unref);
}

/**
 * hoist_fault_wire_end:
 *
 * Says FIN and means it: the kernel would make it an RST if something that came
 * was never read, so all that still comes is read and dropped.
 */
void
hoist_fault_wire_end (HoistFaultWire *wire)
{
  guint8 dropped[FILL_BYTES];
  gssize n;

  shutdown (wire->fd, SHUT_WR);
  while (hoist_fault_wire_wait (wire->fd, POLLIN, -1, 0, END_PATIENCE_MS) != 0)
    {
      n = recv (wire->fd, dropped, sizeof dropped, 0);
      if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        return;
    }
}

/**
 * hoist_fault_wire_wait:
 * @watched_fd: another socket that ends the wait, or -1
 * @timeout_ms: -1 = for ever
 */
HoistFaultWait
hoist_fault_wire_wait (int fd, short events, int watched_fd, short watched_events, int timeout_ms)
{
  struct pollfd fds[2] = {
    { .fd = fd, .events = events },
    { .fd = watched_fd, .events = watched_events },
  };
  int n;

  do
    n = poll (fds, G_N_ELEMENTS (fds), timeout_ms);
  while (n < 0 && errno == EINTR);
  return (fds[0].revents != 0 ? HOIST_FAULT_WAIT_READY : 0) |
         (fds[1].revents != 0 ? HOIST_FAULT_WAIT_WATCHED : 0);
}

/**
 * hoist_fault_wire_fill:
 *
 * Reads what there is.
 *
 * Returns: how many bytes; 0 at the end; -1 if there is nothing yet
 */
gssize
hoist_fault_wire_fill (HoistFaultWire *wire)
{
  guint length = wire->in->len;
  gssize n;

  g_byte_array_set_size (wire->in, length + FILL_BYTES);
  n = recv (wire->fd, wire->in->data + length, FILL_BYTES, 0);
  g_byte_array_set_size (wire->in, length + (guint) MAX (n, 0));
  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? -1 : 0;
  return n;
}

static GBytes *
take_head (HoistFaultWire *wire)
{
  const char *end = wire->in->len > 0 ? memmem (wire->in->data, wire->in->len, "\r\n\r\n", 4)
                                      : NULL;
  gsize length;
  GBytes *head;

  if (end == NULL)
    return NULL;
  length = (gsize) (end - (const char *) wire->in->data) + 4;
  head = g_bytes_new (wire->in->data, length);
  g_byte_array_remove_range (wire->in, 0, (guint) length);
  return head;
}

/**
 * hoist_fault_wire_read_head:
 * @watched_fd: whose end ends the wait too, or -1
 *
 * Returns: (transfer full) (nullable): the head that comes next
 */
GBytes *
hoist_fault_wire_read_head (HoistFaultWire *wire, int watched_fd)
{
  for (;;)
    {
      GBytes *head = take_head (wire);
      HoistFaultWait what;

      if (head != NULL || wire->in->len > MAX_HEAD_BYTES)
        return head;
      what = hoist_fault_wire_wait (wire->fd, POLLIN, watched_fd, POLLRDHUP, -1);
      if ((what & HOIST_FAULT_WAIT_READY) != 0)
        {
          if (hoist_fault_wire_fill (wire) == 0)
            return NULL;
        }
      else if ((what & HOIST_FAULT_WAIT_WATCHED) != 0)
        return NULL;
    }
}

/**
 * hoist_fault_wire_take:
 *
 * Takes bytes, those that were read in advance first.
 *
 * Returns: how many; 0 at the end; -1 if there are none yet
 */
gssize
hoist_fault_wire_take (HoistFaultWire *wire, guint8 *buffer, gsize most)
{
  gssize n;

  if (wire->in->len > 0)
    {
      n = (gssize) MIN (most, wire->in->len);
      memcpy (buffer, wire->in->data, (gsize) n);
      g_byte_array_remove_range (wire->in, 0, (guint) n);
      return n;
    }
  n = recv (wire->fd, buffer, most, 0);
  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? -1 : 0;
  return n;
}

/**
 * hoist_fault_wire_send:
 *
 * Returns: how many bytes went; 0 if none fits now; -1 if the connection is gone
 */
gssize
hoist_fault_wire_send (HoistFaultWire *wire, const guint8 *data, gsize length)
{
  gssize n = send (wire->fd, data, length, MSG_NOSIGNAL);

  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
  return n;
}

gboolean
hoist_fault_wire_send_all (HoistFaultWire *wire, const guint8 *data, gsize length)
{
  while (length > 0)
    {
      gssize n = hoist_fault_wire_send (wire, data, length);

      if (n < 0)
        return FALSE;
      if (n == 0)
        hoist_fault_wire_wait (wire->fd, POLLOUT, -1, 0, -1);
      data += n;
      length -= (gsize) n;
    }
  return TRUE;
}
