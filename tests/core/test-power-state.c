/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-power-state.h"

static const HoistPowerRules both = { TRUE, 20, TRUE };
static const HoistPowerRules battery = { TRUE, 20, FALSE };
static const HoistPowerRules saver = { FALSE, 20, TRUE };
static const HoistPowerRules system_only = { TRUE, 0, FALSE };
static const HoistPowerRules none = { FALSE, 20, FALSE };

static const struct
{
  const char *what;
  HoistPowerState state;
  const HoistPowerRules *rules;
  HoistHold before;
  HoistHold hold;
} table[] = {
  { "plugged in", { FALSE, 5, TRUE, FALSE }, &both, HOIST_HOLD_NONE, HOIST_HOLD_NONE },
  { "plugged in again", { FALSE, 5, TRUE, FALSE }, &both, HOIST_HOLD_BATTERY, HOIST_HOLD_NONE },
  { "no battery", { FALSE, 0, FALSE, FALSE }, &both, HOIST_HOLD_NONE, HOIST_HOLD_NONE },
  { "full", { TRUE, 100, FALSE, FALSE }, &both, HOIST_HOLD_NONE, HOIST_HOLD_NONE },
  { "just enough", { TRUE, 20, FALSE, FALSE }, &both, HOIST_HOLD_NONE, HOIST_HOLD_NONE },
  { "just below", { TRUE, 19, FALSE, FALSE }, &both, HOIST_HOLD_NONE, HOIST_HOLD_BATTERY },
  { "a little up again",
    { TRUE, 22, FALSE, FALSE },
    &both,
    HOIST_HOLD_BATTERY,
    HOIST_HOLD_BATTERY },
  { "up again", { TRUE, 23, FALSE, FALSE }, &both, HOIST_HOLD_BATTERY, HOIST_HOLD_NONE },
  { "slack is for batteries",
    { TRUE, 22, FALSE, FALSE },
    &both,
    HOIST_HOLD_POWER_SAVER,
    HOIST_HOLD_NONE },
  { "how full it is nobody knows",
    { TRUE, 0, FALSE, FALSE },
    &both,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE },
  { "the system knows", { TRUE, 0, TRUE, FALSE }, &both, HOIST_HOLD_NONE, HOIST_HOLD_BATTERY },
  { "the system only", { TRUE, 4, FALSE, FALSE }, &system_only, HOIST_HOLD_NONE, HOIST_HOLD_NONE },
  { "the system says so",
    { TRUE, 40, TRUE, FALSE },
    &system_only,
    HOIST_HOLD_NONE,
    HOIST_HOLD_BATTERY },
  { "saving", { FALSE, 0, FALSE, TRUE }, &both, HOIST_HOLD_NONE, HOIST_HOLD_POWER_SAVER },
  { "both", { TRUE, 5, TRUE, TRUE }, &both, HOIST_HOLD_NONE, HOIST_HOLD_BATTERY },
  { "saving on a low battery",
    { TRUE, 5, TRUE, TRUE },
    &saver,
    HOIST_HOLD_NONE,
    HOIST_HOLD_POWER_SAVER },
  { "saving does not matter",
    { FALSE, 0, FALSE, TRUE },
    &battery,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE },
  { "nothing matters", { TRUE, 5, TRUE, TRUE }, &none, HOIST_HOLD_BATTERY, HOIST_HOLD_NONE },
};

static void
test_hold (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("%s", table[i].what);
      g_assert_cmpint (hoist_power_state_get_hold (&table[i].state, table[i].rules,
                                                   table[i].before),
                       ==, table[i].hold);
    }
}

static void
test_equal (void)
{
  const HoistPowerState one = { TRUE, 50, FALSE, FALSE };
  const HoistPowerState same = { 7, 50, FALSE, FALSE };
  const HoistPowerState others[] = { { FALSE, 50, FALSE, FALSE },
                                     { TRUE, 49, FALSE, FALSE },
                                     { TRUE, 50, TRUE, FALSE },
                                     { TRUE, 50, FALSE, TRUE } };

  g_assert_true (hoist_power_state_equal (&one, &same));
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (hoist_power_state_equal (&one, &others[i]));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/power-state/hold", test_hold);
  g_test_add_func ("/power-state/equal", test_equal);
  return g_test_run ();
}
