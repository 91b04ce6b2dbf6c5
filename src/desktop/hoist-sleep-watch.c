/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-sleep-watch.h"

#include <glib/gi18n-lib.h>

#include "hoist-login-lock.h"

/* logind waits five seconds by itself (logind.conf(5), InhibitDelayMaxSec): what
 * is not ready by then never was going to be. */
#define MAX_DELAY_MS 4000

/**
 * HoistSleepWatch:
 *
 * Hears from logind when the computer is about to be suspended, and holds it up
 * until hoist_sleep_watch_ready() was said, four seconds at most. Without logind,
 * or where nobody may ask it, nothing is ever heard.
 */
struct _HoistSleepWatch
{
  GObject parent_instance;

  GDBusConnection *bus; /* (owned) */
  HoistLoginLock *lock; /* (owned) */
  guint signal_id;
  gboolean going;
  guint delay_id;
};

G_DEFINE_FINAL_TYPE (HoistSleepWatch, hoist_sleep_watch, G_TYPE_OBJECT)

enum
{
  SIGNAL_GOING,
  SIGNAL_WOKE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
release (HoistSleepWatch *self)
{
  g_clear_handle_id (&self->delay_id, g_source_remove);
  hoist_login_lock_set_wanted (self->lock, FALSE);
}

static gboolean
delay_is_over_cb (gpointer user_data)
{
  HoistSleepWatch *self = user_data;

  self->delay_id = 0;
  release (self);
  return G_SOURCE_REMOVE;
}

static void
prepare_for_sleep_cb (GDBusConnection *connection,
                      const char *sender,
                      const char *object_path,
                      const char *interface_name,
                      const char *signal_name,
                      GVariant *parameters,
                      gpointer user_data)
{
  HoistSleepWatch *self = user_data;
  gboolean going;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &going);
  if (going == self->going)
    return;
  self->going = going;
  /* One that was not given by now never holds anybody up. */
  if (going && !hoist_login_lock_is_held (self->lock))
    release (self);
  if (going)
    {
      self->delay_id = g_timeout_add (MAX_DELAY_MS, delay_is_over_cb, self);
      g_signal_emit (self, signals[SIGNAL_GOING], 0);
      return;
    }
  release (self);
  hoist_login_lock_set_wanted (self->lock, TRUE);
  g_signal_emit (self, signals[SIGNAL_WOKE], 0);
}

static void
hoist_sleep_watch_dispose (GObject *object)
{
  HoistSleepWatch *self = HOIST_SLEEP_WATCH (object);

  if (self->signal_id != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->signal_id);
  self->signal_id = 0;
  g_clear_handle_id (&self->delay_id, g_source_remove);
  g_clear_object (&self->lock);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (hoist_sleep_watch_parent_class)->dispose (object);
}

static void
hoist_sleep_watch_class_init (HoistSleepWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hoist_sleep_watch_dispose;

  /**
   * HoistSleepWatch::going:
   * @self: the watch
   *
   * The computer is about to be suspended, and waits for hoist_sleep_watch_ready().
   */
  signals[SIGNAL_GOING] = g_signal_new ("going", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * HoistSleepWatch::woke:
   * @self: the watch
   *
   * The computer is awake again.
   */
  signals[SIGNAL_WOKE] = g_signal_new ("woke", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hoist_sleep_watch_init (HoistSleepWatch *self)
{
}

/**
 * hoist_sleep_watch_new:
 * @system_bus: the system bus
 *
 * Watches for a suspend.
 *
 * Returns: (transfer full): the watch
 */
HoistSleepWatch *
hoist_sleep_watch_new (GDBusConnection *system_bus)
{
  HoistSleepWatch *self = g_object_new (HOIST_TYPE_SLEEP_WATCH, NULL);

  self->bus = g_object_ref (system_bus);
  self->signal_id =
    g_dbus_connection_signal_subscribe (system_bus, HOIST_LOGIN_NAME, HOIST_LOGIN_INTERFACE,
                                        "PrepareForSleep", HOIST_LOGIN_PATH, NULL,
                                        G_DBUS_SIGNAL_FLAGS_NONE, prepare_for_sleep_cb, self, NULL);
  /* Translators: why suspending the computer is held up for a moment. */
  self->lock = hoist_login_lock_new (system_bus, "delay", _ ("Noting how far uploads are"));
  hoist_login_lock_set_wanted (self->lock, TRUE);
  return self;
}

/**
 * hoist_sleep_watch_ready:
 * @self: a watch
 *
 * Lets the computer be suspended.
 */
void
hoist_sleep_watch_ready (HoistSleepWatch *self)
{
  g_return_if_fail (HOIST_IS_SLEEP_WATCH (self));

  if (self->going)
    release (self);
}

/**
 * hoist_sleep_watch_has_lock:
 * @self: a watch
 *
 * Returns: whether the computer would wait for hoist_sleep_watch_ready() now
 */
gboolean
hoist_sleep_watch_has_lock (HoistSleepWatch *self)
{
  g_return_val_if_fail (HOIST_IS_SLEEP_WATCH (self), FALSE);

  return hoist_login_lock_is_held (self->lock);
}
