/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* More would not stay in the processor's cache. */
#define HOIST_CONNECTION_BUFFER_BYTES (64 << 10)

/**
 * HoistConnection:
 *
 * What lies below one of libsoup's connections. libsoup does not hand it out,
 * but tells it in ::network-event when the connection is made.
 */
typedef struct _HoistConnection HoistConnection;

HoistConnection *hoist_connection_new (GIOStream *io);
HoistConnection *hoist_connection_ref (HoistConnection *self);
void hoist_connection_unref (HoistConnection *self);
gboolean hoist_connection_is_alive (HoistConnection *self);
gboolean hoist_connection_is_tls (HoistConnection *self);
GInputStream *hoist_connection_dup_input (HoistConnection *self);
GOutputStream *hoist_connection_dup_output (HoistConnection *self);
guint8 *hoist_connection_get_buffer (HoistConnection *self);
GSocket *hoist_connection_get_socket (HoistConnection *self);
void hoist_connection_limit_unsent (HoistConnection *self, guint n_bytes);
gboolean hoist_connection_set_rate (HoistConnection *self, guint64 bytes_per_s);
void hoist_connection_set_corked (HoistConnection *self, gboolean corked);
guint64 hoist_connection_get_unacked_bytes (HoistConnection *self);
guint hoist_connection_take_resent_segments (HoistConnection *self);
gboolean hoist_connection_has_input (HoistConnection *self);
gboolean hoist_connection_is_stranded (HoistConnection *self);
void hoist_connection_sever (HoistConnection *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistConnection, hoist_connection_unref)

G_END_DECLS
