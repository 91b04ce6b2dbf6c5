/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-portal-lock.h"

#include "hoist-portal.h"

#define INHIBIT_INTERFACE "org.freedesktop.portal.Inhibit"

/* Of org.freedesktop.portal.Inhibit: 1 logout, 2 user switch, 4 suspend, 8 idle */
#define FLAG_SUSPEND 4

/**
 * HoistPortalLock:
 *
 * Has a lock for as long as it is wanted. The desktop decides whether it minds.
 */
struct _HoistPortalLock
{
  GObject parent_instance;

  GDBusConnection *bus; /* (owned) */
  char *why;            /* (owned) */
  char *handle;         /* (owned) (nullable) of the request that is the lock */
  gboolean wanted;
  gboolean asking;
};

G_DEFINE_FINAL_TYPE (HoistPortalLock, hoist_portal_lock, G_TYPE_OBJECT)

static void update (HoistPortalLock *self);

static void
inhibited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistPortalLock) self = user_data;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  self->asking = FALSE;
  if (reply == NULL)
    return;
  g_variant_get (reply, "(o)", &self->handle);
  update (self);
}

static void
inhibit (HoistPortalLock *self)
{
  g_autofree char *token = hoist_portal_make_token ();
  GVariantBuilder options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  g_variant_builder_add (&options, "{sv}", "reason", g_variant_new_string (self->why));
  self->asking = TRUE;
  g_dbus_connection_call (
    self->bus, HOIST_PORTAL_NAME, HOIST_PORTAL_PATH, INHIBIT_INTERFACE, "Inhibit",
    g_variant_new ("(su@a{sv})", "", FLAG_SUSPEND, g_variant_builder_end (&options)),
    G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, inhibited_cb, g_object_ref (self));
}

/* A lock that was asked for is waited for before it is given back. */
static void
update (HoistPortalLock *self)
{
  if (self->asking)
    return;
  if (self->wanted && self->handle == NULL)
    inhibit (self);
  if (!self->wanted && self->handle != NULL)
    {
      hoist_portal_close (self->bus, self->handle);
      g_clear_pointer (&self->handle, g_free);
    }
}

static void
hoist_portal_lock_dispose (GObject *object)
{
  HoistPortalLock *self = HOIST_PORTAL_LOCK (object);

  self->wanted = FALSE;
  update (self);
  G_OBJECT_CLASS (hoist_portal_lock_parent_class)->dispose (object);
}

static void
hoist_portal_lock_finalize (GObject *object)
{
  HoistPortalLock *self = HOIST_PORTAL_LOCK (object);

  g_object_unref (self->bus);
  g_free (self->why);
  g_free (self->handle);
  G_OBJECT_CLASS (hoist_portal_lock_parent_class)->finalize (object);
}

static void
hoist_portal_lock_class_init (HoistPortalLockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hoist_portal_lock_dispose;
  object_class->finalize = hoist_portal_lock_finalize;
}

static void
hoist_portal_lock_init (HoistPortalLock *self)
{
}

/**
 * hoist_portal_lock_new:
 * @session_bus: the session bus
 * @why: the reason, for people
 *
 * Makes a lock that is not wanted yet.
 *
 * Returns: (transfer full): the lock
 */
HoistPortalLock *
hoist_portal_lock_new (GDBusConnection *session_bus, const char *why)
{
  HoistPortalLock *self = g_object_new (HOIST_TYPE_PORTAL_LOCK, NULL);

  self->bus = g_object_ref (session_bus);
  self->why = g_strdup (why);
  return self;
}

/**
 * hoist_portal_lock_set_wanted:
 * @self: a lock
 * @wanted: whether the computer is to be kept awake
 *
 * Takes the lock, or gives it back.
 */
void
hoist_portal_lock_set_wanted (HoistPortalLock *self, gboolean wanted)
{
  g_return_if_fail (HOIST_IS_PORTAL_LOCK (self));

  self->wanted = wanted;
  update (self);
}
