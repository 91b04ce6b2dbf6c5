/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-login-lock.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

/**
 * HoistLoginLock:
 *
 * Has a lock for as long as it is wanted and there is a logind to give one, which may
 * come, go and be started anew. Where nobody may ask for one, as over ssh, there is
 * none: the computer sleeps when it sleeps, and nothing is lost.
 */
struct _HoistLoginLock
{
  GObject parent_instance;

  GDBusConnection *bus;      /* (owned) */
  GCancellable *cancellable; /* (owned) */
  const char *mode;          /* (not owned) static: `block` or `delay` */
  char *why;                 /* (owned) */
  guint watch_id;
  int lock_fd; /* (owned) -1 = none; closing it gives the lock back */
  gboolean wanted;
  gboolean there; /* logind is */
  gboolean asking;
};

G_DEFINE_FINAL_TYPE (HoistLoginLock, hoist_login_lock, G_TYPE_OBJECT)

static void
give_back (HoistLoginLock *self)
{
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  self->lock_fd = -1;
}

static void
inhibited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistLoginLock) self = user_data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = NULL;
  int index;

  reply = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds, result,
                                                           NULL);
  self->asking = FALSE;
  /* What is no longer wanted goes with the list. */
  if (reply == NULL || fds == NULL || !self->wanted || !self->there)
    return;
  g_variant_get (reply, "(h)", &index);
  give_back (self);
  self->lock_fd = g_unix_fd_list_get (fds, index, NULL);
}

static void
update (HoistLoginLock *self)
{
  if (!self->wanted || !self->there)
    {
      give_back (self);
      return;
    }
  if (self->asking || self->lock_fd >= 0)
    return;
  self->asking = TRUE;
  g_dbus_connection_call_with_unix_fd_list (
    self->bus, HOIST_LOGIN_NAME, HOIST_LOGIN_PATH, HOIST_LOGIN_INTERFACE, "Inhibit",
    g_variant_new ("(ssss)", "sleep", "Hoist", self->why, self->mode), G_VARIANT_TYPE ("(h)"),
    G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, self->cancellable, inhibited_cb,
    g_object_ref (self));
}

static void
appeared_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  HoistLoginLock *self = user_data;

  self->there = TRUE;
  update (self);
}

/* A logind that is started anew knows nothing of old locks. */
static void
vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  HoistLoginLock *self = user_data;

  self->there = FALSE;
  update (self);
}

static void
hoist_login_lock_dispose (GObject *object)
{
  HoistLoginLock *self = HOIST_LOGIN_LOCK (object);

  self->wanted = FALSE;
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  give_back (self);
  G_OBJECT_CLASS (hoist_login_lock_parent_class)->dispose (object);
}

static void
hoist_login_lock_finalize (GObject *object)
{
  HoistLoginLock *self = HOIST_LOGIN_LOCK (object);

  g_object_unref (self->bus);
  g_object_unref (self->cancellable);
  g_free (self->why);
  G_OBJECT_CLASS (hoist_login_lock_parent_class)->finalize (object);
}

static void
hoist_login_lock_class_init (HoistLoginLockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hoist_login_lock_dispose;
  object_class->finalize = hoist_login_lock_finalize;
}

static void
hoist_login_lock_init (HoistLoginLock *self)
{
  self->lock_fd = -1;
  self->cancellable = g_cancellable_new ();
}

/**
 * hoist_login_lock_new:
 * @system_bus: the system bus
 * @mode: (not nullable): a static string: `block`, or `delay` for a moment only
 * @why: the reason, for people
 *
 * Makes a lock that is not wanted yet.
 *
 * Returns: (transfer full): the lock
 */
HoistLoginLock *
hoist_login_lock_new (GDBusConnection *system_bus, const char *mode, const char *why)
{
  HoistLoginLock *self = g_object_new (HOIST_TYPE_LOGIN_LOCK, NULL);

  self->bus = g_object_ref (system_bus);
  self->mode = mode;
  self->why = g_strdup (why);
  self->watch_id =
    g_bus_watch_name_on_connection (system_bus, HOIST_LOGIN_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                    appeared_cb, vanished_cb, self, NULL);
  return self;
}

/**
 * hoist_login_lock_set_wanted:
 * @self: a lock
 * @wanted: whether the computer is to be kept awake
 *
 * Takes the lock, or gives it back at once.
 */
void
hoist_login_lock_set_wanted (HoistLoginLock *self, gboolean wanted)
{
  g_return_if_fail (HOIST_IS_LOGIN_LOCK (self));

  self->wanted = wanted;
  update (self);
}

/**
 * hoist_login_lock_is_held:
 * @self: a lock
 *
 * Returns: whether logind has given it
 */
gboolean
hoist_login_lock_is_held (HoistLoginLock *self)
{
  g_return_val_if_fail (HOIST_IS_LOGIN_LOCK (self), FALSE);

  return self->lock_fd >= 0;
}
