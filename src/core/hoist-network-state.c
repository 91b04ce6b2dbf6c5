/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-network-state.h"

#include <string.h>

/**
 * hoist_network_state_init:
 * @state: (out caller-allocates): a state
 *
 * Sets what is taken for granted until the system says otherwise: a network
 * that leads everywhere and costs nothing, and enough power.
 */
void
hoist_network_state_init (HoistNetworkState *state)
{
  g_return_if_fail (state != NULL);

  *state = (HoistNetworkState){ .available = TRUE, .connectivity = G_NETWORK_CONNECTIVITY_FULL };
}

/**
 * hoist_network_state_take:
 * @state: a state; what @monitor does not know stays
 * @monitor: the system's
 *
 * Takes over what the system says now.
 */
void
hoist_network_state_take (HoistNetworkState *state, GNetworkMonitor *monitor)
{
  state->available = g_network_monitor_get_network_available (monitor);
  state->connectivity = g_network_monitor_get_connectivity (monitor);
  state->metered = g_network_monitor_get_network_metered (monitor);
}

/**
 * hoist_network_state_equal:
 * @a: a state
 * @b: another one
 *
 * Returns: whether both say the same
 */
gboolean
hoist_network_state_equal (const HoistNetworkState *a, const HoistNetworkState *b)
{
  return !a->available == !b->available && a->connectivity == b->connectivity &&
         !a->metered == !b->metered && !a->asleep == !b->asleep &&
         a->address_tag == b->address_tag && a->power == b->power;
}

/**
 * hoist_network_state_get_hold:
 * @state: what the system says
 * @reach: where the destination is
 * @metered: what to do where bytes cost
 * @power: what to do while power is scarce
 *
 * Says whether uploads to a destination have to wait for the network or for power. A
 * pure function. What cannot be helped comes before what a person can allow. A network whose reach the system does not know
 * (%G_NETWORK_CONNECTIVITY_LOCAL though it is available: nobody checks) counts as
 * one that leads everywhere: to try is better than to wait for nothing.
 *
 * Returns: what holds them up; %HOIST_HOLD_NONE if they may go
 */
HoistHold
hoist_network_state_get_hold (const HoistNetworkState *state,
                              HoistReach reach,
                              HoistAllowance metered,
                              HoistAllowance power)
{
  g_return_val_if_fail (state != NULL, HOIST_HOLD_NONE);

  if (state->asleep)
    return HOIST_HOLD_ASLEEP;
  if (reach == HOIST_REACH_LOOPBACK)
    return HOIST_HOLD_NONE;
  if (!state->available)
    return HOIST_HOLD_OFFLINE;
  if (reach == HOIST_REACH_INTERNET)
    {
      if (state->connectivity == G_NETWORK_CONNECTIVITY_PORTAL)
        return HOIST_HOLD_PORTAL;
      if (state->connectivity == G_NETWORK_CONNECTIVITY_LIMITED)
        return HOIST_HOLD_LIMITED;
      if (state->metered && metered == HOIST_ALLOWANCE_WAIT)
        return HOIST_HOLD_METERED;
    }
  return power == HOIST_ALLOWANCE_WAIT ? state->power : HOIST_HOLD_NONE;
}

static gboolean
has_local_name (const char *host)
{
  /* RFC 6762; RFC 8375; RFC 9476 leaves the others to local use by custom */
  static const char *const suffixes[] = { ".local", ".home.arpa", ".internal", ".lan",
                                          ".intranet" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      gsize length = strlen (host);
      gsize suffix_length = strlen (suffixes[i]);

      if (length > suffix_length &&
          g_ascii_strcasecmp (host + length - suffix_length, suffixes[i]) == 0)
        return TRUE;
    }
  return strchr (host, '.') == NULL;
}

/* fc00::/7 of RFC 4193; GLib knows the older fec0::/10 only. */
static gboolean
is_unique_local (GInetAddress *address)
{
  return g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 &&
         (g_inet_address_to_bytes (address)[0] & 0xfe) == 0xfc;
}

/**
 * hoist_network_get_reach:
 * @host: (nullable): a host's name or address
 *
 * Tells where a host is by its name: nothing is looked up.
 *
 * Returns: where; %HOIST_REACH_INTERNET if nothing says otherwise
 */
HoistReach
hoist_network_get_reach (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL || *host == '\0')
    return HOIST_REACH_INTERNET;
  if (g_ascii_strcasecmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost"))
    return HOIST_REACH_LOOPBACK;
  address = g_inet_address_new_from_string (host);
  if (address == NULL)
    return has_local_name (host) ? HOIST_REACH_LOCAL : HOIST_REACH_INTERNET;
  if (g_inet_address_get_is_loopback (address))
    return HOIST_REACH_LOOPBACK;
  return g_inet_address_get_is_site_local (address) || g_inet_address_get_is_link_local (address) ||
             is_unique_local (address)
           ? HOIST_REACH_LOCAL
           : HOIST_REACH_INTERNET;
}

/**
 * hoist_hold_stops_at_once:
 * @hold: what holds uploads up
 *
 * Whether what is on its way has to stop, too. A network that is gone for a
 * moment leaves connections as they are: they may go on as if nothing had been.
 *
 * Returns: whether it has to stop
 */
gboolean
hoist_hold_stops_at_once (HoistHold hold)
{
  return hold == HOIST_HOLD_METERED || hold == HOIST_HOLD_ASLEEP || hold == HOIST_HOLD_BATTERY ||
         hold == HOIST_HOLD_POWER_SAVER;
}

/**
 * hoist_hold_may_be_wrong:
 * @hold: what holds uploads up
 *
 * Whether the system may only believe so. A company's firewall stops what looks
 * for the internet, and a network of its own has no way out at all: the
 * destination is asked now and then, and its answer counts for more.
 *
 * Returns: whether to ask
 */
gboolean
hoist_hold_may_be_wrong (HoistHold hold)
{
  return hold == HOIST_HOLD_OFFLINE || hold == HOIST_HOLD_PORTAL || hold == HOIST_HOLD_LIMITED;
}

/**
 * hoist_hold_get_nick:
 * @hold: what holds uploads up; a number that is none counts as %HOIST_HOLD_NONE
 *
 * Returns: (transfer none): a stable name for machines, such as `offline`
 */
const char *
hoist_hold_get_nick (HoistHold hold)
{
  static const char *const nicks[HOIST_N_HOLDS] = {
    "none",   "offline", "portal", "limited", "metered",
    "asleep", "token",   "store",  "battery", "power-saver",
  };

  return nicks[(guint) hold < HOIST_N_HOLDS ? hold : HOIST_HOLD_NONE];
}
