/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-network-portal.h"
#include "hoist-network-state.h"

G_BEGIN_DECLS

/* What the system says of the network. Signal: `changed`. */
#define HOIST_TYPE_NETWORK_WATCH (hoist_network_watch_get_type ())
G_DECLARE_FINAL_TYPE (HoistNetworkWatch, hoist_network_watch, HOIST, NETWORK_WATCH, GObject)

HoistNetworkWatch *hoist_network_watch_new (GNetworkMonitor *monitor);
void hoist_network_watch_set_portal (HoistNetworkWatch *self, HoistNetworkPortal *portal);
const HoistNetworkState *hoist_network_watch_get_state (HoistNetworkWatch *self);

G_END_DECLS
