/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-session-network.h"

#include "hoist-network-watch.h"
#include "hoist-portal.h"
#include "hoist-sleep-watch.h"

struct _HoistSessionNetwork
{
  HoistEngine *engine;       /* (owned) */
  HoistNetworkWatch *watch;  /* (owned) */
  HoistSleepWatch *sleep;    /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) */
  HoistNetworkState state;
};

/* The computer may sleep when the engine has written everything down. */
static void
told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistSleepWatch) sleep = user_data;

  hoist_engine_set_network_finish (HOIST_ENGINE (source), result, NULL);
  if (sleep != NULL)
    hoist_sleep_watch_ready (sleep);
}

static void
tell (HoistSessionNetwork *self)
{
  gboolean asleep = self->state.asleep;
  HoistHold power = self->state.power;

  self->state = *hoist_network_watch_get_state (self->watch);
  self->state.asleep = asleep;
  self->state.power = power;
  hoist_engine_set_network_async (self->engine, &self->state, told_cb,
                                  asleep && self->sleep != NULL ? g_object_ref (self->sleep)
                                                                : NULL);
}

static void
going_cb (HoistSleepWatch *sleep, gpointer user_data)
{
  HoistSessionNetwork *self = user_data;

  self->state.asleep = TRUE;
  tell (self);
}

static void
woke_cb (HoistSleepWatch *sleep, gpointer user_data)
{
  HoistSessionNetwork *self = user_data;

  self->state.asleep = FALSE;
  tell (self);
}

/* Without a system bus nobody says when the computer sleeps; what was under way
 * then is found out by its silence. */
static void
bus_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  HoistSessionNetwork *self = user_data;

  if (bus == NULL)
    return;
  /* It belongs to the system, whose bus may end before this program does. */
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  self->sleep = hoist_sleep_watch_new (bus);
  g_signal_connect (self->sleep, "going", G_CALLBACK (going_cb), self);
  g_signal_connect (self->sleep, "woke", G_CALLBACK (woke_cb), self);
}

static void
session_bus_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  g_autoptr (HoistNetworkPortal) portal = NULL;
  HoistSessionNetwork *self = user_data;

  if (bus == NULL)
    return;
  portal = hoist_network_portal_new (bus, HOIST_NETWORK_PORTAL_PAUSE_S);
  hoist_network_watch_set_portal (self->watch, portal);
}

/**
 * hoist_session_network_new:
 * @engine: who is told
 *
 * Watches the network, and when the computer is suspended.
 *
 * Returns: (transfer full): the watches
 */
HoistSessionNetwork *
hoist_session_network_new (HoistEngine *engine)
{
  HoistSessionNetwork *self = g_new0 (HoistSessionNetwork, 1);

  self->engine = g_object_ref (engine);
  self->cancellable = g_cancellable_new ();
  self->watch = hoist_network_watch_new (NULL);
  g_signal_connect_swapped (self->watch, "changed", G_CALLBACK (tell), self);
  tell (self);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, bus_found_cb, self);
  if (hoist_portal_is_sandboxed ())
    g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, session_bus_found_cb, self);
  return self;
}

/**
 * hoist_session_network_set_power:
 * @self: the watches
 * @hold: what power wants uploads to wait for; %HOIST_HOLD_NONE if nothing
 *
 * Has the engine told with the rest.
 */
void
hoist_session_network_set_power (HoistSessionNetwork *self, HoistHold hold)
{
  self->state.power = hold;
  tell (self);
}

/**
 * hoist_session_network_free:
 * @self: (transfer full): the watches
 *
 * Stops watching.
 */
void
hoist_session_network_free (HoistSessionNetwork *self)
{
  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->watch, self);
  if (self->sleep != NULL)
    g_signal_handlers_disconnect_by_data (self->sleep, self);
  g_clear_object (&self->sleep);
  g_object_unref (self->watch);
  g_object_unref (self->cancellable);
  g_object_unref (self->engine);
  g_free (self);
}
