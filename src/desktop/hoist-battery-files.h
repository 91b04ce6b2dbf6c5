/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-power-state.h"

G_BEGIN_DECLS

/* Where the kernel says of batteries and chargers what it knows of them. A sandbox sees it, too. */
#define HOIST_POWER_SUPPLY_FOLDER "/sys/class/power_supply"

gboolean hoist_battery_files_read (const char *folder, HoistPowerState *state);

G_END_DECLS
