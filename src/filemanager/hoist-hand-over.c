/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-hand-over.h"

#include <glib/gi18n-lib.h>

/* What the application offers (docs/d-bus.md). */
#define OBJECT_PATH HOIST_APP_PATH
#define ACTION "upload"
#define MAX_FILES 100000

/* A cold start of the application, on a slow machine. */
#define START_TIMEOUT_MS (60 * 1000)

typedef struct
{
  GVariant *parameters;        /* (owned) of ActivateAction */
  GDBusConnection *connection; /* (owned) (nullable) */
  guint watch_id;              /* while it starts */
  guint timeout_id;            /* while it starts */
} HandOver;

static void
hand_over_free (HandOver *data)
{
  g_clear_handle_id (&data->watch_id, g_bus_unwatch_name);
  g_clear_handle_id (&data->timeout_id, g_source_remove);
  g_variant_unref (data->parameters);
  g_clear_object (&data->connection);
  g_free (data);
}

static void
call (GTask *task, GDBusCallFlags flags, GAsyncReadyCallback callback)
{
  HandOver *data = g_task_get_task_data (task);

  g_dbus_connection_call (data->connection, HOIST_APP_ID, OBJECT_PATH,
                          "org.freedesktop.Application", "ActivateAction", data->parameters, NULL,
                          flags, START_TIMEOUT_MS, g_task_get_cancellable (task), callback, task);
}

/* --- It is not known to the bus: start it as a program ---------------------------------------- */

static void
called_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
stop_waiting (HandOver *data)
{
  g_clear_handle_id (&data->watch_id, g_bus_unwatch_name);
  g_clear_handle_id (&data->timeout_id, g_source_remove);
}

static void
appeared_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  GTask *task = user_data;

  stop_waiting (g_task_get_task_data (task));
  call (task, G_DBUS_CALL_FLAGS_NO_AUTO_START, called_again_cb);
}

static gboolean
timed_out_cb (gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HandOver *data = g_task_get_task_data (task);

  data->timeout_id = 0;
  stop_waiting (data);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s",
                           _ ("It did not answer in time."));
  return G_SOURCE_REMOVE;
}

static void
start (GTask *task)
{
  HandOver *data = g_task_get_task_data (task);
  g_autoptr (GSubprocess) process = NULL;
  GError *error = NULL;

  process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "hoist", "--gapplication-service", NULL);
  if (process == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  data->timeout_id = g_timeout_add (START_TIMEOUT_MS, timed_out_cb, task);
  data->watch_id = g_bus_watch_name_on_connection (
    data->connection, HOIST_APP_ID, G_BUS_NAME_WATCHER_FLAGS_NONE, appeared_cb, NULL, task, NULL);
}

/* --- The usual way: the bus knows it, and starts it ------------------------------------------- */

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    {
      g_error_free (error);
      start (task);
      return;
    }
  if (reply == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HandOver *data = g_task_get_task_data (task);
  GError *error = NULL;

  data->connection = g_bus_get_finish (result, &error);
  if (data->connection == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  call (task, G_DBUS_CALL_FLAGS_NONE, called_cb);
}

static GVariant *
make_parameters (const char *destination_id, const char *const *uris)
{
  GVariant *parameter =
    g_variant_new ("(s^as)", destination_id != NULL ? destination_id : "", uris);

  return g_variant_ref_sink (
    g_variant_new ("(s@av@a{sv})", ACTION,
                   g_variant_new_array (G_VARIANT_TYPE_VARIANT,
                                        (GVariant *[]){ g_variant_new_variant (parameter) }, 1),
                   g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0)));
}

/**
 * hoist_hand_over_async:
 * @destination_id: (nullable): where to; %NULL for the application's own choice
 * @uris: (array zero-terminated=1): files and folders
 * @cancellable: (nullable): stops waiting for it
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Has the application upload files, and starts it if it does not run: by the
 * bus, or as a program where the bus does not know it.
 */
void
hoist_hand_over_async (const char *destination_id,
                       const char *const *uris,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  HandOver *data;

  g_task_set_source_tag (task, hoist_hand_over_async);
  if (g_strv_length ((GStrv) uris) > MAX_FILES)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               _ ("%d files are the most at once. Upload their folder instead."),
                                  MAX_FILES);
      g_object_unref (task);
      return;
    }
  data = g_new0 (HandOver, 1);
  data->parameters = make_parameters (destination_id, uris);
  g_task_set_task_data (task, data, (GDestroyNotify) hand_over_free);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, connected_cb, task);
}

/**
 * hoist_hand_over_finish:
 * @result: what the callback got
 * @error: (out) (optional): why nothing was handed over
 *
 * Errors: of GIO and D-Bus.
 *
 * Returns: whether the application has the files
 */
gboolean
hoist_hand_over_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_hand_over_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Without anybody who waits for it --------------------------------------------------------- */

static void
notified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    g_debug ("No notification: %s", error->message);
}

/* There is no window to tell it in. Whoever waits for the answer keeps the connection, with which
 * the message would go if nobody else had it. */
static void
notify (const char *title, const char *message)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_auto (GVariantBuilder) actions = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
  g_auto (GVariantBuilder) hints = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_message ("%s: %s", title, message);
  if (bus == NULL)
    return;
  g_variant_builder_add (&hints, "{sv}", "desktop-entry", g_variant_new_string (HOIST_APP_ID));
  g_dbus_connection_call (bus, "org.freedesktop.Notifications", "/org/freedesktop/Notifications",
                          "org.freedesktop.Notifications", "Notify",
                          g_variant_new ("(susssasa{sv}i)",
                                         _ ("Hoist"), 0, HOIST_APP_ID, title, message, &actions,
                                            &hints, -1),
                                         NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, notified_cb, NULL);
}

static void
handed_over_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (hoist_hand_over_finish (result, &error))
    return;
  g_dbus_error_strip_remote_error (error);
  notify (_ ("Nothing Was Uploaded"), error->message);
}

/**
 * hoist_hand_over:
 * @destination_id: (nullable): where to; %NULL for the application's own choice
 * @uris: (array zero-terminated=1): files and folders
 *
 * Has the application upload files; if that is not possible a notification says so.
 */
void
hoist_hand_over (const char *destination_id, const char *const *uris)
{
  hoist_hand_over_async (destination_id, uris, NULL, handed_over_cb, NULL);
}
