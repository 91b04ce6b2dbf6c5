/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-net-types.h"

#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>

/**
 * hoist_net_init_types:
 *
 * Initialises the classes that networking uses. To be called before a thread is
 * started that networks, while other threads may use GIO.
 *
 * GLib 2.74 initialises a class under a lock that registering an interface of
 * another class needs too. So one thread that makes its first SoupSession, whose
 * class asks for GInetSocketAddress, and one that connects to D-Bus, which does
 * as well, can wait for each other for ever. What is initialised already takes no
 * lock. It can go with a GLib whose `g_type_class_ref()` calls `class_init()` of
 * a class without holding `class_init_rec_mutex`.
 */
void
hoist_net_init_types (void)
{
  static gsize initialized = 0;
  const GType types[] = {
    G_TYPE_INET_SOCKET_ADDRESS,
    G_TYPE_UNIX_SOCKET_ADDRESS,
    G_TYPE_NETWORK_ADDRESS,
    G_TYPE_PROXY_ADDRESS,
    G_TYPE_SOCKET,
    G_TYPE_SOCKET_CLIENT,
    G_TYPE_TCP_CONNECTION,
    G_TYPE_TLS_CONNECTION,
    G_TYPE_TLS_CERTIFICATE,
    SOUP_TYPE_SESSION,
    SOUP_TYPE_MESSAGE,
  };

  if (!g_once_init_enter (&initialized))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    g_type_class_ref (types[i]);
  g_once_init_leave (&initialized, 1);
}
