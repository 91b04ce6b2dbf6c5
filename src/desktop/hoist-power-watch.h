/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-power-state.h"

G_BEGIN_DECLS

/* What the system says of its power. Signal: `changed`. */
#define HOIST_TYPE_POWER_WATCH (hoist_power_watch_get_type ())
G_DECLARE_FINAL_TYPE (HoistPowerWatch, hoist_power_watch, HOIST, POWER_WATCH, GObject)

HoistPowerWatch *hoist_power_watch_new (void);
void hoist_power_watch_set_bus (HoistPowerWatch *self, GDBusConnection *system_bus);
void hoist_power_watch_set_folder (HoistPowerWatch *self, const char *folder, guint again_ms);
void hoist_power_watch_set_profiles (HoistPowerWatch *self, GPowerProfileMonitor *profiles);
const HoistPowerState *hoist_power_watch_get_state (HoistPowerWatch *self);

G_END_DECLS
