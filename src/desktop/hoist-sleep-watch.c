/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-sleep-watch.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

/* org.freedesktop.login1(5) */
#define LOGIN_NAME "org.freedesktop.login1"
#define LOGIN_PATH "/org/freedesktop/login1"
#define LOGIN_INTERFACE "org.freedesktop.login1.Manager"

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

  GDBusConnection *bus;      /* (owned) */
  GCancellable *cancellable; /* (owned) */
  guint watch_id;
  guint signal_id;
  int lock_fd; /* (owned) -1 = none; closing it lets the computer sleep */
  gboolean asking;
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
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  self->lock_fd = -1;
}

static void
inhibited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistSleepWatch) self = user_data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = NULL;
  int index;

  reply = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds, result,
                                                           NULL);
  self->asking = FALSE;
  if (reply == NULL || fds == NULL || self->going)
    return;
  g_variant_get (reply, "(h)", &index);
  release (self);
  self->lock_fd = g_unix_fd_list_get (fds, index, NULL);
}

static void
inhibit (HoistSleepWatch *self)
{
  if (self->asking || self->lock_fd >= 0)
    return;
  self->asking = TRUE;
  g_dbus_connection_call_with_unix_fd_list (
    self->bus, LOGIN_NAME, LOGIN_PATH, LOGIN_INTERFACE, "Inhibit",
    /* Translators: why suspending the computer is held up for a moment. */
    g_variant_new ("(ssss)", "sleep", "Hoist", _ ("Noting how far uploads are"), "delay"),
                   G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL,
                   self->cancellable, inhibited_cb, g_object_ref (self));
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
  if (going)
    {
      self->delay_id = g_timeout_add (MAX_DELAY_MS, delay_is_over_cb, self);
      g_signal_emit (self, signals[SIGNAL_GOING], 0);
      return;
    }
  release (self);
  inhibit (self);
  g_signal_emit (self, signals[SIGNAL_WOKE], 0);
}

static void
appeared_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  inhibit (user_data);
}

/* A logind that is started anew knows nothing of old locks. */
static void
vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  release (user_data);
}

static void
hoist_sleep_watch_dispose (GObject *object)
{
  HoistSleepWatch *self = HOIST_SLEEP_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  if (self->signal_id != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->signal_id);
  self->signal_id = 0;
  release (self);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (hoist_sleep_watch_parent_class)->dispose (object);
}

static void
hoist_sleep_watch_finalize (GObject *object)
{
  g_object_unref (HOIST_SLEEP_WATCH (object)->cancellable);
  G_OBJECT_CLASS (hoist_sleep_watch_parent_class)->finalize (object);
}

static void
hoist_sleep_watch_class_init (HoistSleepWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hoist_sleep_watch_dispose;
  object_class->finalize = hoist_sleep_watch_finalize;

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
  self->lock_fd = -1;
  self->cancellable = g_cancellable_new ();
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
    g_dbus_connection_signal_subscribe (system_bus, LOGIN_NAME, LOGIN_INTERFACE, "PrepareForSleep",
                                        LOGIN_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                        prepare_for_sleep_cb, self, NULL);
  self->watch_id = g_bus_watch_name_on_connection (
    system_bus, LOGIN_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, appeared_cb, vanished_cb, self, NULL);
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

  return self->lock_fd >= 0;
}
