/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <poll.h>

G_BEGIN_DECLS

/* One side of a connection: a socket that does not block, and what was read of it in advance. */
typedef struct
{
  int fd; /* -1 = none */
  GByteArray *in;
} HoistFaultWire;

/* What a wait came to. */
typedef enum
{
  HOIST_FAULT_WAIT_TIME = 0,
  HOIST_FAULT_WAIT_READY = 1 << 0,   /* the socket that is waited for */
  HOIST_FAULT_WAIT_WATCHED = 1 << 1, /* the other one */
} HoistFaultWait;

void hoist_fault_wire_init (HoistFaultWire *wire, int fd);
void hoist_fault_wire_close (HoistFaultWire *wire, gboolean reset);
void hoist_fault_wire_end (HoistFaultWire *wire);
HoistFaultWait hoist_fault_wire_wait (int fd,
                                      short events,
                                      int watched_fd,
                                      short watched_events,
                                      int timeout_ms);
gssize hoist_fault_wire_fill (HoistFaultWire *wire);
GBytes *hoist_fault_wire_read_head (HoistFaultWire *wire, int watched_fd);
gssize hoist_fault_wire_take (HoistFaultWire *wire, guint8 *buffer, gsize most);
gssize hoist_fault_wire_send (HoistFaultWire *wire, const guint8 *data, gsize length);
gboolean hoist_fault_wire_send_all (HoistFaultWire *wire, const guint8 *data, gsize length);

G_END_DECLS
