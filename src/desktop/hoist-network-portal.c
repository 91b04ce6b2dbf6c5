/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-network-portal.h"

#include "hoist-portal.h"

#define NETWORK_INTERFACE "org.freedesktop.portal.NetworkMonitor"

/**
 * HoistNetworkPortal:
 *
 * Asks the portal of a sandbox for the network every now and then. It says by itself
 * only that routes are others (xdg-desktop-portal, src/network-monitor.c, passes
 * «network-changed» on), so that GLib in the sandbox never hears that a network became
 * metered or free, or that it leads to the internet after all, which NetworkManager
 * finds out later.
 */
struct _HoistNetworkPortal
{
  GObject parent_instance;

  GDBusConnection *bus;      /* (owned) */
  GCancellable *cancellable; /* (owned) ends a question */
  HoistNetworkState state;   /* what it said, if @known */
  gboolean known;
  gboolean asking;
  guint pause_id;
};

G_DEFINE_FINAL_TYPE (HoistNetworkPortal, hoist_network_portal, G_TYPE_OBJECT)

static guint changed_signal;

/* What is not said, or makes no sense, is as GLib has it when nobody tells. */
static void
take_answer (HoistNetworkState *state, GVariant *status)
{
  guint connectivity = G_NETWORK_CONNECTIVITY_FULL;

  hoist_network_state_init (state);
  g_variant_lookup (status, "available", "b", &state->available);
  g_variant_lookup (status, "metered", "b", &state->metered);
  g_variant_lookup (status, "connectivity", "u", &connectivity);
  if (connectivity >= G_NETWORK_CONNECTIVITY_LOCAL && connectivity < G_NETWORK_CONNECTIVITY_FULL)
    state->connectivity = (GNetworkConnectivity) connectivity;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) status = NULL;
  HoistNetworkPortal *self;
  HoistNetworkState state;
  gboolean known = reply != NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = HOIST_NETWORK_PORTAL (user_data);
  self->asking = FALSE;
  state = self->state;
  if (known)
    {
      status = g_variant_get_child_value (reply, 0);
      take_answer (&state, status);
    }
  if (known == self->known && hoist_network_state_equal (&state, &self->state))
    return;
  self->known = known;
  self->state = state;
  g_signal_emit (self, changed_signal, 0);
}

static gboolean
pause_over_cb (gpointer user_data)
{
  hoist_network_portal_ask (HOIST_NETWORK_PORTAL (user_data));
  return G_SOURCE_CONTINUE;
}

static void
hoist_network_portal_dispose (GObject *object)
{
  HoistNetworkPortal *self = HOIST_NETWORK_PORTAL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->pause_id, g_source_remove);
  G_OBJECT_CLASS (hoist_network_portal_parent_class)->dispose (object);
}

static void
hoist_network_portal_finalize (GObject *object)
{
  HoistNetworkPortal *self = HOIST_NETWORK_PORTAL (object);

  g_object_unref (self->cancellable);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (hoist_network_portal_parent_class)->finalize (object);
}

static void
hoist_network_portal_class_init (HoistNetworkPortalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hoist_network_portal_dispose;
  object_class->finalize = hoist_network_portal_finalize;

  /**
   * HoistNetworkPortal::changed:
   * @self: the portal
   *
   * It says something else than before, or nothing any more.
   */
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
hoist_network_portal_init (HoistNetworkPortal *self)
{
  self->cancellable = g_cancellable_new ();
  hoist_network_state_init (&self->state);
}

/**
 * hoist_network_portal_new:
 * @session_bus: the bus that portals are on
 * @pause_s: how often to ask, %HOIST_NETWORK_PORTAL_PAUSE_S
 *
 * Begins to ask, in the thread-default main context.
 *
 * Returns: (transfer full): the portal
 */
HoistNetworkPortal *
hoist_network_portal_new (GDBusConnection *session_bus, guint pause_s)
{
  HoistNetworkPortal *self = g_object_new (HOIST_TYPE_NETWORK_PORTAL, NULL);

  self->bus = g_object_ref (session_bus);
  self->pause_id = g_timeout_add_seconds (pause_s, pause_over_cb, self);
  hoist_network_portal_ask (self);
  return self;
}

/**
 * hoist_network_portal_ask:
 * @self: a portal
 *
 * Asks it now, as there is reason to think that something is new.
 */
void
hoist_network_portal_ask (HoistNetworkPortal *self)
{
  g_return_if_fail (HOIST_IS_NETWORK_PORTAL (self));

  if (self->asking)
    return;
  self->asking = TRUE;
  /* GLib has started it, if there is one. */
  g_dbus_connection_call (self->bus, HOIST_PORTAL_NAME, HOIST_PORTAL_PATH, NETWORK_INTERFACE,
                          "GetStatus", NULL, G_VARIANT_TYPE ("(a{sv})"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, answered_cb,
                          self);
}

/**
 * hoist_network_portal_apply:
 * @self: a portal
 * @state: what GLib says; what the portal says itself counts more
 *
 * Takes over what the portal said, if it said anything.
 */
void
hoist_network_portal_apply (HoistNetworkPortal *self, HoistNetworkState *state)
{
  g_return_if_fail (HOIST_IS_NETWORK_PORTAL (self));

  if (!self->known)
    return;
  state->available = self->state.available;
  state->metered = self->state.metered;
  state->connectivity = self->state.connectivity;
}
