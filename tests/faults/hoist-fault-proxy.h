/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdio.h>

#include "hoist-fault-rule.h"

G_BEGIN_DECLS

/**
 * HoistFaultProxy:
 *
 * Stands between a client and a backend with its storage, and misbehaves by a
 * script. Speaks HTTP/1.1 in the clear. What it passes on it passes on as it
 * came, the Host header too: so the URLs that the backend presigns must name the
 * proxy (`--public-url`). All functions may be called from any thread.
 */
typedef struct _HoistFaultProxy HoistFaultProxy;

typedef void (*HoistFaultTripped) (gpointer user_data);

HoistFaultProxy *hoist_fault_proxy_new (void);
void hoist_fault_proxy_free (HoistFaultProxy *self);
gboolean hoist_fault_proxy_listen (HoistFaultProxy *self, const char *address, GError **error);
char *hoist_fault_proxy_dup_url (HoistFaultProxy *self);
gboolean hoist_fault_proxy_set_servers (HoistFaultProxy *self,
                                        const char *api_address,
                                        const char *s3_address,
                                        GError **error);
void hoist_fault_proxy_set_log (HoistFaultProxy *self, FILE *file);
void hoist_fault_proxy_set_rules (HoistFaultProxy *self, GPtrArray *rules, guint64 seed);
void hoist_fault_proxy_release (HoistFaultProxy *self);
void hoist_fault_proxy_cut (HoistFaultProxy *self);
void hoist_fault_proxy_set_down (HoistFaultProxy *self, gboolean down);
void hoist_fault_proxy_trip (HoistFaultProxy *self,
                             guint64 bytes,
                             HoistFaultTripped tripped,
                             gpointer user_data);
void hoist_fault_proxy_wait_until_idle (HoistFaultProxy *self);
void hoist_fault_proxy_wait_until_noted (HoistFaultProxy *self);
guint hoist_fault_proxy_count_held (HoistFaultProxy *self);
guint64 hoist_fault_proxy_count_requests (HoistFaultProxy *self);
guint64 hoist_fault_proxy_count_connections (HoistFaultProxy *self);
guint hoist_fault_proxy_count (HoistFaultProxy *self,
                               guint64 after_number,
                               HoistFaultOperation operation,
                               const char *upload_id,
                               guint part_number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistFaultProxy, hoist_fault_proxy_free)

G_END_DECLS
