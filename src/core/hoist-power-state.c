/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-power-state.h"

/* A battery that was low is low until it has so much more: what it says of itself
 * moves up and down with the load. */
#define SLACK_PERCENT 3

/**
 * hoist_power_state_equal:
 * @a: a state
 * @b: another one
 *
 * Returns: whether both say the same
 */
gboolean
hoist_power_state_equal (const HoistPowerState *a, const HoistPowerState *b)
{
  return !a->on_battery == !b->on_battery && a->percent == b->percent && !a->low == !b->low &&
         !a->saver == !b->saver;
}

static gboolean
is_low (const HoistPowerState *state, guint low_percent, gboolean was_low)
{
  if (!state->on_battery)
    return FALSE;
  if (state->low)
    return TRUE;
  return state->percent > 0 && state->percent < low_percent + (was_low ? SLACK_PERCENT : 0);
}

/**
 * hoist_power_state_get_hold:
 * @state: what the system says
 * @rules: what a person wants
 * @before: what this said the last time; %HOIST_HOLD_NONE at first
 *
 * Says whether uploads have to wait for power. A pure function. A computer without a
 * battery, or of which nobody says anything, waits for nothing.
 *
 * Returns: %HOIST_HOLD_BATTERY, %HOIST_HOLD_POWER_SAVER, or %HOIST_HOLD_NONE if they may go
 */
HoistHold
hoist_power_state_get_hold (const HoistPowerState *state,
                            const HoistPowerRules *rules,
                            HoistHold before)
{
  g_return_val_if_fail (state != NULL && rules != NULL, HOIST_HOLD_NONE);

  if (rules->wait_on_low_battery &&
      is_low (state, rules->low_percent, before == HOIST_HOLD_BATTERY))
    return HOIST_HOLD_BATTERY;
  return rules->wait_in_saver && state->saver ? HOIST_HOLD_POWER_SAVER : HOIST_HOLD_NONE;
}
