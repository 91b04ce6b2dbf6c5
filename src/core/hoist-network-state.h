/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistReach:
 * @HOIST_REACH_LOOPBACK: this very machine, whatever the network does
 * @HOIST_REACH_LOCAL: the local network, which may be there without the internet
 * @HOIST_REACH_INTERNET: anywhere else
 *
 * Where a host is, as far as its name tells.
 */
typedef enum
{
  HOIST_REACH_LOOPBACK,
  HOIST_REACH_LOCAL,
  HOIST_REACH_INTERNET,
} HoistReach;

/**
 * HoistHold:
 * @HOIST_HOLD_NONE: nothing
 * @HOIST_HOLD_OFFLINE: there is no network
 * @HOIST_HOLD_PORTAL: the network wants a person to sign in first
 * @HOIST_HOLD_LIMITED: the network does not lead to the internet
 * @HOIST_HOLD_METERED: the network costs by the byte, and nobody said to use it
 * @HOIST_HOLD_ASLEEP: the computer is about to be suspended
 * @HOIST_HOLD_TOKEN: the keyring has not said the token yet
 * @HOIST_HOLD_STORE: progress cannot be written down, so nothing more is sent
 * @HOIST_HOLD_BATTERY: the battery is low, and nobody said to use it
 * @HOIST_HOLD_POWER_SAVER: the computer saves power, and nobody said to upload then
 *
 * What holds an upload up that is not its own affair. No try is spent meanwhile,
 * and it goes on when it is over. The numbers go over D-Bus: append only.
 */
typedef enum
{
  HOIST_HOLD_NONE = 0,
  HOIST_HOLD_OFFLINE = 1,
  HOIST_HOLD_PORTAL = 2,
  HOIST_HOLD_LIMITED = 3,
  HOIST_HOLD_METERED = 4,
  HOIST_HOLD_ASLEEP = 5,
  HOIST_HOLD_TOKEN = 6,
  HOIST_HOLD_STORE = 7,
  HOIST_HOLD_BATTERY = 8,
  HOIST_HOLD_POWER_SAVER = 9,
} HoistHold;

#define HOIST_N_HOLDS 10

/**
 * HoistAllowance:
 * @HOIST_ALLOWANCE_WAIT: wait until it is over
 * @HOIST_ALLOWANCE_THIS_TIME: upload all the same, until it is over
 * @HOIST_ALLOWANCE_ALWAYS: upload, whenever that is
 *
 * What to do where uploading has its price: on a network that costs by the byte, or
 * on a low battery. The numbers go over D-Bus.
 */
typedef enum
{
  HOIST_ALLOWANCE_WAIT = 0,
  HOIST_ALLOWANCE_THIS_TIME = 1,
  HOIST_ALLOWANCE_ALWAYS = 2,
} HoistAllowance;

#define HOIST_N_ALLOWANCES 3

/**
 * HoistNetworkState:
 * @available: there is a way out of this machine, as far as the system knows
 * @connectivity: how far it leads; only a portal and a limited network say something
 * @metered: it costs by the byte, or by some allowance
 * @asleep: the computer is about to be suspended
 * @address_tag: another one when the machine's addresses are others; what it is
 *   says nothing
 * @power: what the computer's power wants uploads to wait for, by the person's own
 *   rules: %HOIST_HOLD_BATTERY, %HOIST_HOLD_POWER_SAVER, or %HOIST_HOLD_NONE
 *
 * What the system says of its network and its power, handed to the engine as a
 * whole whenever something of it changes.
 */
typedef struct
{
  gboolean available;
  GNetworkConnectivity connectivity;
  gboolean metered;
  gboolean asleep;
  guint address_tag;
  HoistHold power;
} HoistNetworkState;

void hoist_network_state_init (HoistNetworkState *state);
void hoist_network_state_take (HoistNetworkState *state, GNetworkMonitor *monitor);
gboolean hoist_network_state_equal (const HoistNetworkState *a, const HoistNetworkState *b);
HoistHold hoist_network_state_get_hold (const HoistNetworkState *state,
                                        HoistReach reach,
                                        HoistAllowance metered,
                                        HoistAllowance power);
HoistReach hoist_network_get_reach (const char *host);
gboolean hoist_hold_stops_at_once (HoistHold hold);
gboolean hoist_hold_may_be_wrong (HoistHold hold);
const char *hoist_hold_get_nick (HoistHold hold);

G_END_DECLS
