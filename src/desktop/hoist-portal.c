/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-portal.h"

#include <glib/gi18n-lib.h>

#include "hoist-error.h"
#include "hoist-sandbox.h"

/* Responses of org.freedesktop.portal.Request */
#define RESPONSE_SUCCESS 0
#define RESPONSE_CANCELLED 1

/* One call, and the request object that answers it later. */
typedef struct
{
  GDBusConnection *bus;      /* (owned) */
  GCancellable *cancellable; /* (owned) (nullable) */
  char *handle;              /* (owned) the request's path */
  guint signal_id;
  guint watch_id;
  gulong cancelled_id;
} Call;

/**
 * hoist_portal_is_sandboxed:
 *
 * Tells whether this process is in a sandbox of Flatpak, where the portals do what a
 * program otherwise does by itself. A test names another file than `/.flatpak-info` in
 * `HOIST_FLATPAK_INFO`.
 *
 * Returns: whether it is
 */
gboolean
hoist_portal_is_sandboxed (void)
{
  const char *info = g_getenv ("HOIST_FLATPAK_INFO");

  return info != NULL ? g_file_test (info, G_FILE_TEST_EXISTS) : hoist_sandbox_is_flatpak ();
}

/**
 * hoist_portal_make_token:
 *
 * Returns: (transfer full): a name for a request that no other one has
 */
char *
hoist_portal_make_token (void)
{
  static guint last;

  return g_strdup_printf ("hoist_%u_%08x", ++last, g_random_int ());
}

/**
 * hoist_portal_predict_handle:
 * @unique_name: the caller's name on the bus, such as `:1.42`
 * @token: the request's name
 *
 * Says which object a portal will answer from, so that a caller can listen before it
 * calls: the answer may come before the reply (org.freedesktop.portal.Request).
 *
 * Returns: (transfer full): an object path
 */
char *
hoist_portal_predict_handle (const char *unique_name, const char *token)
{
  g_autofree char *sender = g_strdup (*unique_name == ':' ? unique_name + 1 : unique_name);

  return g_strdup_printf (HOIST_PORTAL_PATH "/request/%s/%s", g_strdelimit (sender, ".", '_'),
                          token);
}

/**
 * hoist_portal_close:
 * @bus: the session bus
 * @handle: a request
 *
 * Ends a request, whatever became of it.
 */
void
hoist_portal_close (GDBusConnection *bus, const char *handle)
{
  g_dbus_connection_call (bus, HOIST_PORTAL_NAME, handle, HOIST_PORTAL_REQUEST, "Close", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

static void
stop_listening (Call *call)
{
  if (call->signal_id != 0)
    g_dbus_connection_signal_unsubscribe (call->bus, call->signal_id);
  call->signal_id = 0;
}

static void
call_free (Call *call)
{
  stop_listening (call);
  g_clear_handle_id (&call->watch_id, g_bus_unwatch_name);
  g_clear_object (&call->cancellable);
  g_object_unref (call->bus);
  g_free (call->handle);
  g_free (call);
}

/* Returns once only, whatever comes first; what else comes later finds nobody. The
 * task's own reference is the one that was taken for the answer. */
static void
finish (GTask *task, GVariant *results, GError *error)
{
  Call *call = g_task_get_task_data (task);

  stop_listening (call);
  g_clear_handle_id (&call->watch_id, g_bus_unwatch_name);
  if (call->cancelled_id != 0)
    g_signal_handler_disconnect (call->cancellable, call->cancelled_id);
  call->cancelled_id = 0;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, results, (GDestroyNotify) g_variant_unref);
  g_object_unref (task);
}

static void
response_cb (GDBusConnection *connection,
             const char *sender,
             const char *object_path,
             const char *interface_name,
             const char *signal_name,
             GVariant *parameters,
             gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GVariant) results = NULL;
  guint response;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    {
      finish (task, NULL,
              g_error_new_literal (HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                                   _ ("The desktop’s answer makes no sense.")));
      return;
    }
  g_variant_get (parameters, "(u@a{sv})", &response, &results);
  if (response == RESPONSE_SUCCESS)
    finish (task, g_steal_pointer (&results), NULL);
  else if (response == RESPONSE_CANCELLED)
    finish (task, NULL,
            g_error_new_literal (HOIST_ERROR, HOIST_ERROR_FORBIDDEN,
                                 _ ("The desktop was told not to allow it.")));
  else
    finish (task, NULL,
            g_error_new_literal (HOIST_ERROR, HOIST_ERROR_FAILED,
                                 _ ("The desktop did not do it.")));
}

static void
vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  finish (user_data, NULL,
          g_error_new_literal (HOIST_ERROR, HOIST_ERROR_UNAVAILABLE,
                               _ ("The desktop has no portal to ask.")));
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;
  Call *call = g_task_get_task_data (task);

  hoist_portal_close (call->bus, call->handle);
  finish (task, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
}

static void
listen (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  stop_listening (call);
  call->signal_id =
    g_dbus_connection_signal_subscribe (call->bus, HOIST_PORTAL_NAME, HOIST_PORTAL_REQUEST,
                                        "Response", call->handle, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                        response_cb, task, NULL);
}

/* In words for people, what D-Bus says where there is no such portal. */
static GError *
say_absence (GError *error)
{
  if (!g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) &&
      !g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE) &&
      !g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD))
    return error;
  g_error_free (error);
  return g_error_new_literal (HOIST_ERROR, HOIST_ERROR_UNAVAILABLE,
                              _ ("The desktop has no portal to ask."));
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  g_autoptr (GVariant) reply = NULL;
  GError *error = NULL;
  const char *handle;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  /* The answer was faster, or nobody wants it any more. */
  if (call->signal_id == 0)
    {
      g_clear_error (&error);
      return;
    }
  if (reply == NULL)
    {
      g_dbus_error_strip_remote_error (error);
      finish (task, NULL, say_absence (error));
      return;
    }
  g_variant_get (reply, "(&o)", &handle);
  if (!g_str_equal (handle, call->handle))
    {
      /* xdg-desktop-portal before 0.9 chose the path itself. */
      g_free (call->handle);
      call->handle = g_strdup (handle);
      listen (task);
    }
  /* A portal that ends without an answer must not leave anybody waiting. */
  call->watch_id = g_bus_watch_name_on_connection (
    call->bus, HOIST_PORTAL_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, vanished_cb, task, NULL);
}

/**
 * hoist_portal_call_async:
 * @bus: the session bus
 * @interface: a portal's interface
 * @method: its method, which returns the path of a request
 * @parameters: (transfer floating): for the method; its options hold @token as `handle_token`
 * @token: from hoist_portal_make_token()
 * @cancellable: (nullable): ends it, and closes the request
 * @callback: called when the request was answered
 * @user_data: for @callback
 *
 * Asks a portal, which may ask a person, for something. In the thread-default main
 * context of the bus's user, which is the main one.
 */
void
hoist_portal_call_async (GDBusConnection *bus,
                         const char *interface,
                         const char *method,
                         GVariant *parameters,
                         const char *token,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (bus, NULL, callback, user_data);
  Call *call = g_new0 (Call, 1);

  g_task_set_source_tag (task, hoist_portal_call_async);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  call->bus = g_object_ref (bus);
  call->handle = hoist_portal_predict_handle (g_dbus_connection_get_unique_name (bus), token);
  listen (task);
  g_dbus_connection_call (bus, HOIST_PORTAL_NAME, HOIST_PORTAL_PATH, interface, method, parameters,
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, called_cb,
                          g_object_ref (task));
  if (cancellable == NULL)
    return;
  call->cancellable = g_object_ref (cancellable);
  if (g_cancellable_is_cancelled (cancellable))
    cancelled_cb (cancellable, task);
  else
    call->cancelled_id =
      g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb), task);
}

/**
 * hoist_portal_call_finish:
 * @result: what the callback got
 *
 * Ends hoist_portal_call_async().
 *
 * Errors: %HOIST_ERROR_FORBIDDEN if a person said no, %HOIST_ERROR_UNAVAILABLE if there
 * is no such portal or it ended, %HOIST_ERROR_FAILED, %HOIST_ERROR_PROTOCOL, and those of
 * D-Bus.
 *
 * Returns: (transfer full) (nullable): the results, an `a{sv}`
 */
GVariant *
hoist_portal_call_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_portal_call_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, reply != NULL);
}

/**
 * hoist_portal_find_async:
 * @bus: the session bus
 * @interface: a portal's interface
 * @cancellable: (nullable): ends it early
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Finds out whether this desktop has a portal. Which ones there are depends on the
 * desktop's own part, so that the service alone says nothing.
 */
void
hoist_portal_find_async (GDBusConnection *bus,
                         const char *interface,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (bus, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_portal_find_async);
  g_dbus_connection_call (bus, HOIST_PORTAL_NAME, HOIST_PORTAL_PATH,
                          "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", interface, "version"), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, cancellable, found_cb, task);
}

/**
 * hoist_portal_find_finish:
 * @result: what the callback got
 * @error: (out) (optional): that it was cancelled
 *
 * Ends hoist_portal_find_async().
 *
 * Errors: %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether there is such a portal
 */
gboolean
hoist_portal_find_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_portal_find_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
