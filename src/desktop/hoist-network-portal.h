/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "hoist-network-state.h"

G_BEGIN_DECLS

/* An answer costs next to nothing, and a phone's network costs money. */
#define HOIST_NETWORK_PORTAL_PAUSE_S 10

/* Asks the NetworkMonitor portal. Signal changed. */
#define HOIST_TYPE_NETWORK_PORTAL (hoist_network_portal_get_type ())
G_DECLARE_FINAL_TYPE (HoistNetworkPortal, hoist_network_portal, HOIST, NETWORK_PORTAL, GObject)

HoistNetworkPortal *hoist_network_portal_new (GDBusConnection *session_bus, guint pause_s);
void hoist_network_portal_ask (HoistNetworkPortal *self);
void hoist_network_portal_apply (HoistNetworkPortal *self, HoistNetworkState *state);

G_END_DECLS
