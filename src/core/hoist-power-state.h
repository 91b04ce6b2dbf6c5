/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-network-state.h"

G_BEGIN_DECLS

/**
 * HoistPowerState:
 * @on_battery: the computer runs on its battery
 * @percent: how full it is, 1–100; 0 where nobody knows
 * @low: the system itself calls it low
 * @saver: the computer saves power, because a person or the system wants it to
 *
 * What the system says of its power.
 */
typedef struct
{
  gboolean on_battery;
  guint percent;
  gboolean low;
  gboolean saver;
} HoistPowerState;

/**
 * HoistPowerRules:
 * @wait_on_low_battery: whether uploads wait while the battery is low
 * @low_percent: below this it is low, 0–100; what the system calls low is low in any case
 * @wait_in_saver: whether uploads wait while the computer saves power
 *
 * What a person wants.
 */
typedef struct
{
  gboolean wait_on_low_battery;
  guint low_percent;
  gboolean wait_in_saver;
} HoistPowerRules;

gboolean hoist_power_state_equal (const HoistPowerState *a, const HoistPowerState *b);
HoistHold hoist_power_state_get_hold (const HoistPowerState *state,
                                      const HoistPowerRules *rules,
                                      HoistHold before);

G_END_DECLS
