/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-engine.h"

G_BEGIN_DECLS

/* What a session knows of the network and of a suspend, and tells its engine. */
typedef struct _HoistSessionNetwork HoistSessionNetwork;

HoistSessionNetwork *hoist_session_network_new (HoistEngine *engine);
void hoist_session_network_set_power (HoistSessionNetwork *self, HoistHold hold);
void hoist_session_network_free (HoistSessionNetwork *self);

G_END_DECLS
