/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-network-watch.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

/* An interface that comes up says so many times within a moment. */
#define SETTLE_MS 200

/**
 * HoistNetworkWatch:
 *
 * Turns what GNetworkMonitor says, and the machine's addresses, into one state.
 * GLib asks NetworkManager where there is one, the portal in a sandbox, else the
 * kernel.
 */
struct _HoistNetworkWatch
{
  GObject parent_instance;

  GNetworkMonitor *monitor;   /* (owned) */
  HoistNetworkPortal *portal; /* (owned) (nullable) in a sandbox */
  HoistNetworkState state;
  guint settle_id;
};

G_DEFINE_FINAL_TYPE (HoistNetworkWatch, hoist_network_watch, G_TYPE_OBJECT)

static guint changed_signal;

static guint
add_bytes (guint tag, gconstpointer data, gsize length)
{
  const guint8 *bytes = data;

  for (gsize i = 0; i < length; i++)
    tag = tag * 33 + bytes[i];
  return tag;
}

/* The order in which the kernel tells them says nothing, so each is taken by
 * itself. A link-local address leads nowhere, and comes and goes with the link. */
static guint
get_tag_of (const struct sockaddr *address)
{
  const struct sockaddr_in *in = (const struct sockaddr_in *) (gconstpointer) address;
  const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *) (gconstpointer) address;

  if (address->sa_family == AF_INET)
    return add_bytes (5381, &in->sin_addr, sizeof in->sin_addr);
  if (address->sa_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL (&in6->sin6_addr))
    return add_bytes (5381, &in6->sin6_addr, sizeof in6->sin6_addr);
  return 0;
}

static guint
get_address_tag (void)
{
  struct ifaddrs *all = NULL;
  guint tag = 0;

  if (getifaddrs (&all) != 0)
    return 0;
  for (const struct ifaddrs *one = all; one != NULL; one = one->ifa_next)
    if (one->ifa_addr != NULL && (one->ifa_flags & IFF_LOOPBACK) == 0 &&
        (one->ifa_flags & IFF_UP) != 0)
      tag ^= get_tag_of (one->ifa_addr);
  freeifaddrs (all);
  return tag;
}

static gboolean
update (HoistNetworkWatch *self)
{
  HoistNetworkState state = self->state;

  hoist_network_state_take (&state, self->monitor);
  if (self->portal != NULL)
    hoist_network_portal_apply (self->portal, &state);
  state.address_tag = get_address_tag ();
  if (hoist_network_state_equal (&state, &self->state))
    return FALSE;
  self->state = state;
  return TRUE;
}

static gboolean
settled_cb (gpointer user_data)
{
  HoistNetworkWatch *self = user_data;

  self->settle_id = 0;
  if (update (self))
    g_signal_emit (self, changed_signal, 0);
  return G_SOURCE_REMOVE;
}

static void
settle (HoistNetworkWatch *self)
{
  if (self->settle_id == 0)
    self->settle_id = g_timeout_add (SETTLE_MS, settled_cb, self);
}

static void
monitor_changed_cb (HoistNetworkWatch *self)
{
  if (self->portal != NULL)
    hoist_network_portal_ask (self->portal);
  settle (self);
}

static void
hoist_network_watch_dispose (GObject *object)
{
  HoistNetworkWatch *self = HOIST_NETWORK_WATCH (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->portal != NULL)
    g_signal_handlers_disconnect_by_data (self->portal, self);
  g_clear_object (&self->portal);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (hoist_network_watch_parent_class)->dispose (object);
}

static void
hoist_network_watch_class_init (HoistNetworkWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hoist_network_watch_dispose;

  /**
   * HoistNetworkWatch::changed:
   * @self: the watch
   *
   * The network is another one, or is said to be.
   */
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
hoist_network_watch_init (HoistNetworkWatch *self)
{
  hoist_network_state_init (&self->state);
}

/**
 * hoist_network_watch_new:
 * @monitor: (nullable): who is asked; %NULL for the system's
 *
 * Watches the network, in the thread-default main context.
 *
 * Returns: (transfer full): the watch
 */
HoistNetworkWatch *
hoist_network_watch_new (GNetworkMonitor *monitor)
{
  HoistNetworkWatch *self = g_object_new (HOIST_TYPE_NETWORK_WATCH, NULL);

  self->monitor = g_object_ref (monitor != NULL ? monitor : g_network_monitor_get_default ());
  update (self);
  /* An address alone comes by way of its route; the properties by themselves. */
  g_signal_connect_object (self->monitor, "network-changed", G_CALLBACK (monitor_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->monitor, "notify", G_CALLBACK (monitor_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * hoist_network_watch_set_portal:
 * @self: a watch
 * @portal: (nullable): what a sandbox asks as well
 *
 * Counts what the portal says more than what GLib has of it.
 */
void
hoist_network_watch_set_portal (HoistNetworkWatch *self, HoistNetworkPortal *portal)
{
  g_return_if_fail (HOIST_IS_NETWORK_WATCH (self));

  if (portal == self->portal)
    return;
  if (self->portal != NULL)
    g_signal_handlers_disconnect_by_data (self->portal, self);
  g_set_object (&self->portal, portal);
  if (portal != NULL)
    g_signal_connect_object (portal, "changed", G_CALLBACK (settle), self, G_CONNECT_SWAPPED);
  settle (self);
}

/**
 * hoist_network_watch_get_state:
 * @self: a watch
 *
 * Returns: (transfer none): what the system says now; never asleep
 */
const HoistNetworkState *
hoist_network_watch_get_state (HoistNetworkWatch *self)
{
  g_return_val_if_fail (HOIST_IS_NETWORK_WATCH (self), NULL);

  return &self->state;
}
