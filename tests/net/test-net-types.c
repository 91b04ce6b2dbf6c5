/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <gio/gio.h>

#include "hoist-net-types.h"

/* Types that two threads were seen to wait for each other over: made ready before there is a second one. */
static const char *const names[] = {
  "SoupSession", "SoupMessage", "GInetSocketAddress", "GUnixSocketAddress", "GSocketClient",
};

static void
test_ready (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GType type = g_type_from_name (names[i]);

      g_assert_true (type == 0 || g_type_class_peek (type) == NULL);
    }

  hoist_net_init_types ();
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_nonnull (g_type_class_peek (g_type_from_name (names[i])));

  hoist_net_init_types ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/types/ready", test_ready);
  return g_test_run ();
}
