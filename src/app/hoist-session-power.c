/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-session-power.h"

#include <glib/gi18n.h>

#include "hoist-battery-files.h"
#include "hoist-login-lock.h"
#include "hoist-motion.h"
#include "hoist-portal-lock.h"
#include "hoist-portal.h"
#include "hoist-power-watch.h"

/* Where there are no settings to read; as in the schema. */
static const HoistPowerRules usual_rules = { TRUE, 20, FALSE };

/* A battery that lasts an hour loses a percent in this time. */
#define BATTERY_AGAIN_MS 30000

struct _HoistSessionPower
{
  HoistUploadList *list;        /* (owned) the engine's */
  HoistSessionNetwork *network; /* (not owned) outlives this */
  GSettings *settings;          /* (owned) (nullable) */
  GCancellable *cancellable;    /* (owned) */
  GDBusConnection *system_bus;  /* (owned) (nullable) */
  HoistPowerWatch *watch;       /* (owned) */
  HoistPowerRules rules;
  HoistHold hold; /* as the network's state has it */

  HoistLoginLock *login_lock;   /* (owned) (nullable) */
  HoistPortalLock *portal_lock; /* (owned) (nullable) in a sandbox */
  HoistMotion motion;
  guint look_id;
};

/* --- Waiting for power ------------------------------------------------------------------------ */

static void
judge (HoistSessionPower *self)
{
  const HoistPowerState *state = hoist_power_watch_get_state (self->watch);
  HoistHold hold = hoist_power_state_get_hold (state, &self->rules, self->hold);

  if (hold == self->hold)
    return;
  self->hold = hold;
  hoist_session_network_set_power (self->network, hold);
}

/* Nobody is asked for what does not matter. */
static void
follow_rules (HoistSessionPower *self)
{
  g_autoptr (GPowerProfileMonitor) profiles = NULL;

  self->rules = usual_rules;
  if (self->settings != NULL)
    {
      self->rules.wait_on_low_battery =
        g_settings_get_boolean (self->settings, "wait-on-low-battery");
      self->rules.low_percent = g_settings_get_uint (self->settings, "low-battery-percent");
      self->rules.wait_in_saver = g_settings_get_boolean (self->settings, "wait-in-power-saver");
    }
  if (self->rules.wait_in_saver)
    profiles = g_power_profile_monitor_dup_default ();
  hoist_power_watch_set_profiles (self->watch, profiles);
  /* A sandbox has no system bus, and sees what the kernel says without asking for anything. */
  if (hoist_portal_is_sandboxed ())
    hoist_power_watch_set_folder (
      self->watch, self->rules.wait_on_low_battery ? HOIST_POWER_SUPPLY_FOLDER : NULL,
      BATTERY_AGAIN_MS);
  else
    hoist_power_watch_set_bus (self->watch,
                               self->rules.wait_on_low_battery ? self->system_bus : NULL);
  judge (self);
}

/* --- Keeping the computer awake --------------------------------------------------------------- */

static void look (HoistSessionPower *self);

static gboolean
look_again_cb (gpointer user_data)
{
  HoistSessionPower *self = user_data;

  self->look_id = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
look (HoistSessionPower *self)
{
  gint64 now_us = g_get_monotonic_time ();
  gboolean moves =
    hoist_motion_update (&self->motion, hoist_upload_list_get_totals (self->list), now_us);

  if (self->login_lock != NULL)
    hoist_login_lock_set_wanted (self->login_lock, moves);
  if (self->portal_lock != NULL)
    hoist_portal_lock_set_wanted (self->portal_lock, moves);
  /* One that is too early looks again. */
  if (moves && self->look_id == 0)
    self->look_id = g_timeout_add (
      (guint) ((hoist_motion_get_end_us (&self->motion) - now_us) / 1000 + 1), look_again_cb, self);
}

static void
session_bus_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);
  HoistSessionPower *self = user_data;

  if (bus == NULL)
    return;
  /* Translators: why the computer is kept from going to sleep. */
  self->portal_lock = hoist_portal_lock_new (bus, _ ("Uploading files"));
  look (self);
}

static void
system_bus_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);
  HoistSessionPower *self = user_data;

  if (bus == NULL)
    return;
  self->system_bus = g_steal_pointer (&bus);
  if (!hoist_portal_is_sandboxed ())
    self->login_lock = hoist_login_lock_new (self->system_bus, "block", _ ("Uploading files"));
  follow_rules (self);
  look (self);
}

/**
 * hoist_session_power_new:
 * @engine: who uploads
 * @network: what tells it whether it has to wait
 * @settings: (nullable): what its person wants
 *
 * Watches the computer's power, and what the engine does.
 *
 * Returns: (transfer full): what does that
 */
HoistSessionPower *
hoist_session_power_new (HoistEngine *engine, HoistSessionNetwork *network, GSettings *settings)
{
  HoistSessionPower *self = g_new0 (HoistSessionPower, 1);

  self->list = g_object_ref (hoist_uploader_get_list (HOIST_UPLOADER (engine)));
  self->network = network;
  self->cancellable = g_cancellable_new ();
  self->watch = hoist_power_watch_new ();
  self->hold = HOIST_HOLD_NONE;
  g_signal_connect_swapped (self->watch, "changed", G_CALLBACK (judge), self);
  g_signal_connect_swapped (self->list, "applied", G_CALLBACK (look), self);
  if (settings != NULL)
    {
      self->settings = g_object_ref (settings);
      g_signal_connect_swapped (settings, "changed", G_CALLBACK (follow_rules), self);
    }
  follow_rules (self);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, system_bus_found_cb, self);
  if (hoist_portal_is_sandboxed ())
    g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, session_bus_found_cb, self);
  return self;
}

/**
 * hoist_session_power_free:
 * @self: (transfer full): what watches
 *
 * Stops watching, and lets the computer sleep.
 */
void
hoist_session_power_free (HoistSessionPower *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->watch, self);
  g_signal_handlers_disconnect_by_data (self->list, self);
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->settings);
  g_clear_object (&self->login_lock);
  g_clear_object (&self->portal_lock);
  g_clear_object (&self->system_bus);
  g_object_unref (self->watch);
  g_object_unref (self->list);
  g_object_unref (self->cancellable);
  g_free (self);
}
