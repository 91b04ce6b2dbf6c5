/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-background-portal.h"

#include <glib/gi18n-lib.h>

#include "hoist-autostart.h"
#include "hoist-error.h"
#include "hoist-portal.h"

/* SetStatus() came with it. */
#define STATUS_VERSION 2

/* A list that somebody may look at needs no more. */
#define STATUS_PAUSE_MS 3000

/* What the desktop starts, in the sandbox. */
static const char *const commandline[] = { "hoist", "--" HOIST_BACKGROUND_OPTION, NULL };

typedef enum
{
  VERSION_UNASKED,
  VERSION_ASKING,
  VERSION_TOO_OLD,
  VERSION_GOOD,
} Version;

/**
 * HoistBackgroundPortal:
 *
 * `RequestBackground` and `SetStatus` of org.freedesktop.portal.Background. Where there is
 * no such portal, or an old one, nobody is told anything, and nothing fails.
 */
struct _HoistBackgroundPortal
{
  GObject parent_instance;

  GDBusConnection *bus;      /* (owned) */
  GCancellable *cancellable; /* (owned) ends what is asked for the status */
  Version version;
  char *status; /* (owned) (nullable) to be told, or told */
  char *told;   /* (owned) (nullable) */
  guint pause_id;
};

G_DEFINE_FINAL_TYPE (HoistBackgroundPortal, hoist_background_portal, G_TYPE_OBJECT)

/**
 * hoist_background_portal_cut_status:
 * @status: words
 *
 * Cuts words to what a portal takes, between two characters.
 *
 * Returns: (transfer full): at most %HOIST_BACKGROUND_MAX_STATUS characters of UTF-8
 */
char *
hoist_background_portal_cut_status (const char *status)
{
  g_autofree char *valid = g_utf8_make_valid (status, -1);
  g_autofree char *start = NULL;

  g_strdelimit (valid, "\n\r", ' ');
  if (g_utf8_strlen (valid, -1) <= HOIST_BACKGROUND_MAX_STATUS)
    return g_steal_pointer (&valid);
  start = g_utf8_substring (valid, 0, HOIST_BACKGROUND_MAX_STATUS - 1);
  return g_strconcat (g_strchomp (start), "…", NULL);
}

/* --- The request ------------------------------------------------------------------------------ */

static void
requested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) results = hoist_portal_call_finish (result, &error);
  gboolean background = FALSE;

  if (results == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_variant_lookup (results, "background", "b", &background);
  if (background)
    g_task_return_pointer (task, g_steal_pointer (&results), (GDestroyNotify) g_variant_unref);
  else
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_FORBIDDEN, "%s",
                             _ ("The desktop does not let Hoist run in the background."));
}

/**
 * hoist_background_portal_request_async:
 * @self: a portal
 * @autostart: whether it is to be started with the session
 * @cancellable: (nullable): ends it early
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Asks to run without a window. What is to be started with the session is said each
 * time: a request that is silent about it takes it away.
 */
void
hoist_background_portal_request_async (HoistBackgroundPortal *self,
                                       gboolean autostart,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *token = hoist_portal_make_token ();
  GVariantBuilder options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_task_set_source_tag (task, hoist_background_portal_request_async);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  g_variant_builder_add (
    &options, "{sv}", "reason",
    /* Translators: why Hoist wants to run in the background; the desktop shows it. */
    g_variant_new_string (_ ("Uploads go on when the window is closed.")));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (autostart));
  g_variant_builder_add (&options, "{sv}", "commandline", g_variant_new_strv (commandline, -1));
  g_variant_builder_add (&options, "{sv}", "dbus-activatable", g_variant_new_boolean (FALSE));
  hoist_portal_call_async (self->bus, HOIST_BACKGROUND_INTERFACE, "RequestBackground",
                           g_variant_new ("(s@a{sv})", "", g_variant_builder_end (&options)), token,
                           cancellable, requested_cb, task);
}

/**
 * hoist_background_portal_request_finish:
 * @self: a portal
 * @result: what the callback got
 * @autostart: (out) (optional): whether it is started with the session now
 *
 * Ends hoist_background_portal_request_async().
 *
 * Errors: %HOIST_ERROR_FORBIDDEN if it may not run in the background, and those of
 * hoist_portal_call_finish().
 *
 * Returns: whether it may run without a window
 */
gboolean
hoist_background_portal_request_finish (HoistBackgroundPortal *self,
                                        GAsyncResult *result,
                                        gboolean *autostart,
                                        GError **error)
{
  g_autoptr (GVariant) results = NULL;
  gboolean granted = FALSE;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_background_portal_request_async),
                        FALSE);

  results = g_task_propagate_pointer (G_TASK (result), error);
  if (results == NULL)
    return FALSE;
  g_variant_lookup (results, "autostart", "b", &granted);
  if (autostart != NULL)
    *autostart = granted;
  return TRUE;
}

/* --- The status ------------------------------------------------------------------------------- */

static void tell_status (HoistBackgroundPortal *self);

static gboolean
pause_over_cb (gpointer user_data)
{
  HoistBackgroundPortal *self = user_data;

  self->pause_id = 0;
  tell_status (self);
  return G_SOURCE_REMOVE;
}

static void
tell_status (HoistBackgroundPortal *self)
{
  GVariantBuilder options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (self->pause_id != 0 || g_strcmp0 (self->status, self->told) == 0)
    {
      g_variant_builder_clear (&options);
      return;
    }
  g_free (self->told);
  self->told = g_strdup (self->status);
  g_variant_builder_add (&options, "{sv}", "message", g_variant_new_string (self->status));
  g_dbus_connection_call (self->bus, HOIST_PORTAL_NAME, HOIST_PORTAL_PATH,
                          HOIST_BACKGROUND_INTERFACE, "SetStatus",
                          g_variant_new ("(@a{sv})", g_variant_builder_end (&options)), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
  self->pause_id = g_timeout_add (STATUS_PAUSE_MS, pause_over_cb, self);
}

static void
got_version_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) value = NULL;
  HoistBackgroundPortal *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = HOIST_BACKGROUND_PORTAL (user_data);
  self->version = VERSION_TOO_OLD;
  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &value);
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32) ||
      g_variant_get_uint32 (value) < STATUS_VERSION)
    return;
  self->version = VERSION_GOOD;
  tell_status (self);
}

static void
ask_version (HoistBackgroundPortal *self)
{
  self->version = VERSION_ASKING;
  g_dbus_connection_call (self->bus, HOIST_PORTAL_NAME, HOIST_PORTAL_PATH,
                          "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", HOIST_BACKGROUND_INTERFACE, "version"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable,
                          got_version_cb, self);
}

/**
 * hoist_background_portal_set_status:
 * @self: a portal
 * @status: what is going on, in a few words
 *
 * Has the desktop show a line beside the program's name in its list of those that run
 * in the background. Only what is new is told, at most every three seconds.
 */
void
hoist_background_portal_set_status (HoistBackgroundPortal *self, const char *status)
{
  g_return_if_fail (HOIST_IS_BACKGROUND_PORTAL (self));
  g_return_if_fail (status != NULL);

  if (self->version == VERSION_TOO_OLD)
    return;
  g_free (self->status);
  self->status = hoist_background_portal_cut_status (status);
  if (self->version == VERSION_UNASKED)
    ask_version (self);
  else if (self->version == VERSION_GOOD)
    tell_status (self);
}

/* --- The object ------------------------------------------------------------------------------- */

static void
hoist_background_portal_dispose (GObject *object)
{
  HoistBackgroundPortal *self = HOIST_BACKGROUND_PORTAL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->pause_id, g_source_remove);
  G_OBJECT_CLASS (hoist_background_portal_parent_class)->dispose (object);
}

static void
hoist_background_portal_finalize (GObject *object)
{
  HoistBackgroundPortal *self = HOIST_BACKGROUND_PORTAL (object);

  g_object_unref (self->bus);
  g_object_unref (self->cancellable);
  g_free (self->status);
  g_free (self->told);
  G_OBJECT_CLASS (hoist_background_portal_parent_class)->finalize (object);
}

static void
hoist_background_portal_class_init (HoistBackgroundPortalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hoist_background_portal_dispose;
  object_class->finalize = hoist_background_portal_finalize;
}

static void
hoist_background_portal_init (HoistBackgroundPortal *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * hoist_background_portal_new:
 * @session_bus: the session bus
 *
 * Makes a portal that nobody asked anything yet.
 *
 * Returns: (transfer full): the portal
 */
HoistBackgroundPortal *
hoist_background_portal_new (GDBusConnection *session_bus)
{
  HoistBackgroundPortal *self = g_object_new (HOIST_TYPE_BACKGROUND_PORTAL, NULL);

  self->bus = g_object_ref (session_bus);
  return self;
}
