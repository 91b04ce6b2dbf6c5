/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-network-state.h"

#define LOCAL G_NETWORK_CONNECTIVITY_LOCAL
#define LIMITED G_NETWORK_CONNECTIVITY_LIMITED
#define PORTAL G_NETWORK_CONNECTIVITY_PORTAL
#define FULL G_NETWORK_CONNECTIVITY_FULL

/* For a destination here, in the local network, and in the internet. */
static const struct
{
  HoistNetworkState state;
  HoistAllowance metered;
  HoistAllowance power;
  HoistHold here;
  HoistHold local;
  HoistHold internet;
} table[] = {
  { { TRUE, FULL, FALSE, FALSE, 0, 0 },
    HOIST_ALLOWANCE_WAIT,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE },
  { { FALSE, LOCAL, FALSE, FALSE, 0, 0 },
    HOIST_ALLOWANCE_ALWAYS,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_OFFLINE,
    HOIST_HOLD_OFFLINE },
  { { FALSE, FULL, FALSE, FALSE, 0, 0 },
    HOIST_ALLOWANCE_WAIT,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_OFFLINE,
    HOIST_HOLD_OFFLINE },
  { { TRUE, PORTAL, FALSE, FALSE, 0, 0 },
    HOIST_ALLOWANCE_WAIT,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE,
    HOIST_HOLD_PORTAL },
  { { TRUE, LIMITED, FALSE, FALSE, 0, 0 },
    HOIST_ALLOWANCE_WAIT,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE,
    HOIST_HOLD_LIMITED },
  /* nobody checks how far it leads */
  { { TRUE, LOCAL, FALSE, FALSE, 0, 0 },
    HOIST_ALLOWANCE_WAIT,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE },
  { { TRUE, FULL, TRUE, FALSE, 0, 0 },
    HOIST_ALLOWANCE_WAIT,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE,
    HOIST_HOLD_METERED },
  { { TRUE, FULL, TRUE, FALSE, 0, 0 },
    HOIST_ALLOWANCE_THIS_TIME,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE },
  { { TRUE, FULL, TRUE, FALSE, 0, 0 },
    HOIST_ALLOWANCE_ALWAYS,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE },
  /* to sign in matters more than what it costs */
  { { TRUE, PORTAL, TRUE, FALSE, 0, 0 },
    HOIST_ALLOWANCE_WAIT,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE,
    HOIST_HOLD_PORTAL },
  { { TRUE, FULL, FALSE, TRUE, 0, 0 },
    HOIST_ALLOWANCE_ALWAYS,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_ASLEEP,
    HOIST_HOLD_ASLEEP,
    HOIST_HOLD_ASLEEP },
  { { FALSE, LOCAL, TRUE, TRUE, 0, HOIST_HOLD_BATTERY },
    HOIST_ALLOWANCE_ALWAYS,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_ASLEEP,
    HOIST_HOLD_ASLEEP,
    HOIST_HOLD_ASLEEP },
  /* power is scarce wherever it goes */
  { { TRUE, FULL, FALSE, FALSE, 0, HOIST_HOLD_BATTERY },
    HOIST_ALLOWANCE_ALWAYS,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_BATTERY,
    HOIST_HOLD_BATTERY },
  { { TRUE, PORTAL, FALSE, FALSE, 0, HOIST_HOLD_POWER_SAVER },
    HOIST_ALLOWANCE_WAIT,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_POWER_SAVER,
    HOIST_HOLD_PORTAL },
  { { TRUE, FULL, TRUE, FALSE, 0, HOIST_HOLD_BATTERY },
    HOIST_ALLOWANCE_THIS_TIME,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_BATTERY,
    HOIST_HOLD_BATTERY },
  { { TRUE, FULL, TRUE, FALSE, 0, HOIST_HOLD_BATTERY },
    HOIST_ALLOWANCE_WAIT,
    HOIST_ALLOWANCE_THIS_TIME,
    HOIST_HOLD_NONE,
    HOIST_HOLD_NONE,
    HOIST_HOLD_METERED },
  { { FALSE, FULL, FALSE, FALSE, 0, HOIST_HOLD_BATTERY },
    HOIST_ALLOWANCE_ALWAYS,
    HOIST_ALLOWANCE_WAIT,
    HOIST_HOLD_NONE,
    HOIST_HOLD_OFFLINE,
    HOIST_HOLD_OFFLINE },
};

static void
test_hold (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const HoistNetworkState *state = &table[i].state;
      HoistAllowance metered = table[i].metered;
      HoistAllowance power = table[i].power;

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (hoist_network_state_get_hold (state, HOIST_REACH_LOOPBACK, metered, power),
                       ==, table[i].here);
      g_assert_cmpint (hoist_network_state_get_hold (state, HOIST_REACH_LOCAL, metered, power), ==,
                       table[i].local);
      g_assert_cmpint (hoist_network_state_get_hold (state, HOIST_REACH_INTERNET, metered, power),
                       ==, table[i].internet);
    }
}

static void
test_reach (void)
{
  static const struct
  {
    const char *host;
    HoistReach reach;
  } hosts[] = {
    { "localhost", HOIST_REACH_LOOPBACK },
    { "LOCALHOST", HOIST_REACH_LOOPBACK },
    { "a.localhost", HOIST_REACH_LOOPBACK },
    { "127.0.0.1", HOIST_REACH_LOOPBACK },
    { "127.9.9.9", HOIST_REACH_LOOPBACK },
    { "::1", HOIST_REACH_LOOPBACK },
    { "10.1.2.3", HOIST_REACH_LOCAL },
    { "192.168.0.9", HOIST_REACH_LOCAL },
    { "172.16.0.1", HOIST_REACH_LOCAL },
    { "172.32.0.1", HOIST_REACH_INTERNET },
    { "169.254.3.4", HOIST_REACH_LOCAL },
    { "fe80::1", HOIST_REACH_LOCAL },
    { "fd00::1", HOIST_REACH_LOCAL },
    { "2001:db8::1", HOIST_REACH_INTERNET },
    { "nas", HOIST_REACH_LOCAL },
    { "nas.local", HOIST_REACH_LOCAL },
    { "nas.LAN", HOIST_REACH_LOCAL },
    { "localhost.example.org", HOIST_REACH_INTERNET },
    { ".local", HOIST_REACH_INTERNET },
    { "s3.example.org", HOIST_REACH_INTERNET },
    { "203.0.113.7", HOIST_REACH_INTERNET },
    { "", HOIST_REACH_INTERNET },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_test_message ("%s", hosts[i].host);
      g_assert_cmpint (hoist_network_get_reach (hosts[i].host), ==, hosts[i].reach);
    }
  g_assert_cmpint (hoist_network_get_reach (NULL), ==, HOIST_REACH_INTERNET);
}

static void
test_equal (void)
{
  HoistNetworkState a;
  HoistNetworkState b;

  hoist_network_state_init (&a);
  b = a;
  g_assert_true (hoist_network_state_equal (&a, &b));
  g_assert_cmpint (hoist_network_state_get_hold (&a, HOIST_REACH_INTERNET, HOIST_ALLOWANCE_WAIT,
                                                 HOIST_ALLOWANCE_WAIT),
                   ==, HOIST_HOLD_NONE);
  b.address_tag++;
  g_assert_false (hoist_network_state_equal (&a, &b));
  b = a;
  b.metered = TRUE;
  g_assert_false (hoist_network_state_equal (&a, &b));
  b = a;
  b.power = HOIST_HOLD_POWER_SAVER;
  g_assert_false (hoist_network_state_equal (&a, &b));
  b = a;
  b.available = 7;
  g_assert_true (hoist_network_state_equal (&a, &b));
}

/* The names are for programs: each its own, and none is empty. */
static void
test_nicks (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint hold = 0; hold < HOIST_N_HOLDS; hold++)
    g_assert_true (g_hash_table_add (seen, (gpointer) hoist_hold_get_nick ((HoistHold) hold)));
  g_assert_cmpstr (hoist_hold_get_nick ((HoistHold) 99), ==, "none");
  g_assert_false (hoist_hold_stops_at_once (HOIST_HOLD_OFFLINE));
  g_assert_true (hoist_hold_stops_at_once (HOIST_HOLD_ASLEEP));
  g_assert_true (hoist_hold_stops_at_once (HOIST_HOLD_BATTERY));
  g_assert_true (hoist_hold_stops_at_once (HOIST_HOLD_POWER_SAVER));
  g_assert_true (hoist_hold_may_be_wrong (HOIST_HOLD_LIMITED));
  g_assert_false (hoist_hold_may_be_wrong (HOIST_HOLD_METERED));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-state/hold", test_hold);
  g_test_add_func ("/network-state/reach", test_reach);
  g_test_add_func ("/network-state/equal", test_equal);
  g_test_add_func ("/network-state/nicks", test_nicks);
  return g_test_run ();
}
