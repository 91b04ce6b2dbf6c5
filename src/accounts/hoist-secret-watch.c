/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-secret-watch.h"

#define SECRETS_NAME "org.freedesktop.secrets"

/**
 * HoistSecretWatch:
 *
 * Says when it is worth asking the keyring again: it came, or something in it
 * changed, as when a person unlocks it. It only listens: it neither starts a
 * keyring nor asks it anything.
 */
struct _HoistSecretWatch
{
  GObject parent_instance;

  GDBusConnection *bus; /* (owned) */
  guint name_id;
  guint signal_id;
  guint idle_id;
  gboolean came; /* since the last «changed» */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistSecretWatch, hoist_secret_watch, G_TYPE_OBJECT)

static gboolean
idle_cb (gpointer user_data)
{
  HoistSecretWatch *self = user_data;
  gboolean came = self->came;

  self->idle_id = 0;
  self->came = FALSE;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, came);
  return G_SOURCE_REMOVE;
}

/* Unlocking comes with a handful of signals: told once. */
static void
tell (HoistSecretWatch *self)
{
  if (self->idle_id == 0)
    self->idle_id = g_idle_add (idle_cb, self);
}

static void
appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  HoistSecretWatch *self = user_data;

  self->came = TRUE;
  tell (self);
}

/* Which signals a keyring sends differs: gnome-keyring tells the property Locked,
 * others CollectionChanged only. Any of them is a reason to look again. */
static void
signal_cb (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *member,
           GVariant *parameters,
           gpointer user_data)
{
  tell (user_data);
}

static void
hoist_secret_watch_dispose (GObject *object)
{
  HoistSecretWatch *self = HOIST_SECRET_WATCH (object);

  g_clear_handle_id (&self->name_id, g_bus_unwatch_name);
  if (self->signal_id != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->signal_id);
  self->signal_id = 0;
  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (hoist_secret_watch_parent_class)->dispose (object);
}

static void
hoist_secret_watch_class_init (HoistSecretWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hoist_secret_watch_dispose;

  /**
   * HoistSecretWatch::changed:
   * @self: the watch
   * @came: whether a keyring came on the bus, or another one
   *
   * What the keyring could not say before it may say now.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", HOIST_TYPE_SECRET_WATCH, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
hoist_secret_watch_init (HoistSecretWatch *self)
{
}

/**
 * hoist_secret_watch_new:
 * @bus: the session bus
 *
 * Begins to listen, in the main context of the thread.
 *
 * Returns: (transfer full): a watch; it tells of a keyring that is there already, too
 */
HoistSecretWatch *
hoist_secret_watch_new (GDBusConnection *bus)
{
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), NULL);

  HoistSecretWatch *self = g_object_new (HOIST_TYPE_SECRET_WATCH, NULL);

  self->bus = g_object_ref (bus);
  self->name_id = g_bus_watch_name_on_connection (bus, SECRETS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                  appeared_cb, NULL, self, NULL);
  self->signal_id = g_dbus_connection_signal_subscribe (
    bus, SECRETS_NAME, NULL, NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);
  return self;
}
