/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-fault-book.h"
#include "hoist-fault-proxy.h"
#include "hoist-fault-wire.h"

G_BEGIN_DECLS

/* A client, and the servers that it talks to: each client has connections of its own. */
typedef struct
{
  HoistFaultProxy *proxy;
  guint64 number;
  HoistFaultWire client;
  HoistFaultWire servers[2]; /* the API's, S3's */
  gboolean reset;            /* the connection ends with an RST */
  gboolean is_answering;     /* the client may know more than the book has */
} HoistFaultConnection;

gboolean hoist_fault_exchange (HoistFaultConnection *connection,
                               const HoistFaultRequest *request,
                               const HoistFaultPlan *plan,
                               HoistFaultRecord *record);

/* hoist-fault-proxy.c */
HoistFaultWire *hoist_fault_connection_get_server (HoistFaultConnection *connection,
                                                   gboolean is_api);
gboolean hoist_fault_connection_hold (HoistFaultConnection *connection);
void hoist_fault_connection_begin_answer (HoistFaultConnection *connection);
void hoist_fault_proxy_moved (HoistFaultProxy *self, gsize bytes);
void hoist_fault_proxy_restart (HoistFaultProxy *self, guint down_ms);

G_END_DECLS
