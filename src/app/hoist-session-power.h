/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-session-network.h"

G_BEGIN_DECLS

/* What a session does about power: lets uploads wait for it as the settings say, and keeps
 * the computer awake while bytes move. */
typedef struct _HoistSessionPower HoistSessionPower;

HoistSessionPower *hoist_session_power_new (HoistEngine *engine,
                                            HoistSessionNetwork *network,
                                            GSettings *settings);
void hoist_session_power_free (HoistSessionPower *self);

G_END_DECLS
