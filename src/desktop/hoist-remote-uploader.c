/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-error.h"
#include "hoist-remote-uploader-private.h"
#include "hoist-uploads-protocol.h"

/* A process that works answers a page of the list within milliseconds. */
#define ANSWER_TIMEOUT_MS 5000

/**
 * HoistRemoteUploader:
 *
 * The uploader of another process of the same person, over the session bus. Its
 * list follows that one's.
 *
 * It is bound to the process that had the name when it was made, so that what
 * is seen and what is said always belong to the same one. When that process
 * goes, [signal@RemoteUploader::vanished] is emitted once; the list stays as
 * it was, and all further calls end with %HOIST_ERROR_UNAVAILABLE.
 */
struct _HoistRemoteUploader
{
  GObject parent_instance;

  GDBusConnection *connection; /* (owned) */
  char *owner;                 /* (owned) (nullable) unique bus name */
  HoistUploadList *list;       /* (owned) */
  guint64 page_last_id;        /* of the pages so far, while it is made */
  GError *problem;             /* (owned) (nullable) */
  guint changed_id;
  guint problem_id;
  guint watch_id;
  gboolean vanished;
  gboolean told; /* something for whose answer nobody waits */
};

static void hoist_remote_uploader_uploader_init (HoistUploaderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HoistRemoteUploader,
                               hoist_remote_uploader,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_UPLOADER,
                                                      hoist_remote_uploader_uploader_init))

static guint vanished_signal;

/* One that is just ending takes its object away before it leaves the bus; of
 * another version it would say so in its property. */
static gboolean
is_gone (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* What a failed call means here. */
static GError *
translate_error (GError *error)
{
  g_autoptr (GError) old = error;

  if (g_error_matches (old, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&old);
  g_dbus_error_strip_remote_error (old);
  if (old->domain == HOIST_ERROR)
    return g_steal_pointer (&old);
  if (is_gone (old))
    return g_error_new_literal (HOIST_ERROR, HOIST_ERROR_UNAVAILABLE,
                                _ ("Hoist is not running any more. Start it again: it goes on "
                                   "where it was."));
  if (g_error_matches (old, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
      g_error_matches (old, G_DBUS_ERROR, G_DBUS_ERROR_TIMED_OUT))
    return g_error_new_literal (HOIST_ERROR, HOIST_ERROR_TIMED_OUT,
                                _ ("Hoist is running, but does not answer."));
  if (g_error_matches (old, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS))
    return g_error_new_literal (HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED,
                                _ ("The Hoist that is running is of another version. Close it, "
                                   "then try again."));
  return g_error_new (HOIST_ERROR, HOIST_ERROR_FAILED,
                      /* Translators: %s is what the system says went wrong. */
                      _ ("The Hoist that is running could not be asked: %s"), old->message);
}

/**
 * hoist_remote_uploader_finish_call:
 * @source: what the callback of hoist_remote_uploader_call() got
 * @result: the same
 * @error: return location
 *
 * Errors: %HOIST_ERROR, as the other process or the bus said; %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): the answer, of the type that was asked for
 */
GVariant *
hoist_remote_uploader_finish_call (GObject *source, GAsyncResult *result, GError **error)
{
  GError *call_error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &call_error);

  if (call_error != NULL)
    g_propagate_error (error, translate_error (call_error));
  return reply;
}

/**
 * hoist_remote_uploader_call:
 * @self: the uploader
 * @method: of the interface
 * @parameters: (transfer floating): a tuple
 * @reply_type: (nullable): what the answer must be
 * @timeout_ms: how long it may take; -1 = as usual, %G_MAXINT = any time
 * @cancellable: (nullable): ends waiting
 * @callback: (nullable): called with the answer
 * @user_data: for @callback
 *
 * Asks the other process.
 */
void
hoist_remote_uploader_call (HoistRemoteUploader *self,
                            const char *method,
                            GVariant *parameters,
                            const char *reply_type,
                            int timeout_ms,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  self->told |= callback == NULL;
  g_dbus_connection_call (self->connection, self->owner, HOIST_UPLOADS_OBJECT_PATH,
                          HOIST_UPLOADS_INTERFACE, method, parameters,
                          reply_type != NULL ? G_VARIANT_TYPE (reply_type) : NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, timeout_ms, cancellable, callback,
                          user_data);
}

static void
changed_cb (GDBusConnection *connection,
            const char *sender,
            const char *object_path,
            const char *interface_name,
            const char *signal_name,
            GVariant *parameters,
            gpointer user_data)
{
  HoistRemoteUploader *self = user_data;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (HoistChangeSet) changes = NULL;

  /* Nothing that another process sends is taken for granted. */
  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(" HOIST_CHANGE_SET_TYPE ")")))
    return;
  variant = g_variant_get_child_value (parameters, 0);
  changes = hoist_change_set_from_variant (variant, NULL);
  if (changes != NULL)
    hoist_upload_list_apply (self->list, changes);
}

/* Takes (is); anything else is another version's and says nothing. */
static void
take_problem (HoistRemoteUploader *self, GVariant *value)
{
  const char *message;
  int code;

  if (value == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE ("(is)")))
    return;
  g_variant_get (value, "(i&s)", &code, &message);
  g_clear_error (&self->problem);
  if (code >= 0 && *message != '\0')
    self->problem =
      g_error_new_literal (HOIST_ERROR, code < HOIST_N_ERRORS ? code : HOIST_ERROR_FAILED, message);
  g_signal_emit_by_name (self, "problem");
}

static void
properties_changed_cb (GDBusConnection *connection,
                       const char *sender,
                       const char *object_path,
                       const char *interface_name,
                       const char *signal_name,
                       GVariant *parameters,
                       gpointer user_data)
{
  g_autoptr (GVariant) changed = NULL;
  g_autoptr (GVariant) value = NULL;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;
  changed = g_variant_get_child_value (parameters, 1);
  value = g_variant_lookup_value (changed, "Problem", NULL);
  take_problem (user_data, value);
}

static void
owner_vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  HoistRemoteUploader *self = user_data;

  if (self->vanished)
    return;
  self->vanished = TRUE;
  g_signal_emit (self, vanished_signal, 0);
}

static void request_page (GTask *task);

static guint64
find_last_id (const HoistChangeSet *changes)
{
  guint64 last_id = 0;

  for (guint i = 0; i < changes->infos->len; i++)
    {
      const HoistUploadInfo *info = g_ptr_array_index (changes->infos, i);

      last_id = MAX (last_id, info->id);
    }
  return last_id;
}

static void
got_page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hoist_remote_uploader_finish_call (source, result, &error);
  g_autoptr (GVariant) variant = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  g_autoptr (HoistChangeSet) changes =
    variant != NULL ? hoist_change_set_from_variant (variant, &error) : NULL;
  HoistRemoteUploader *self = g_task_get_task_data (task);
  gboolean more = FALSE;

  if (changes == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  const guint64 last_id = find_last_id (changes);

  g_variant_get_child (reply, 1, "b", &more);
  hoist_upload_list_apply (self->list, changes);
  if (!more)
    {
      g_task_return_pointer (task, g_object_ref (self), g_object_unref);
    }
  else if (last_id <= self->page_last_id)
    {
      /* Else it could send us round in circles. */
      g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_PROTOCOL, "%s",
                               _ ("The Hoist that is running sends a list without an end."));
    }
  else
    {
      self->page_last_id = last_id;
      request_page (task);
    }
}

static void
request_page (GTask *task)
{
  HoistRemoteUploader *self = g_task_get_task_data (task);

  hoist_remote_uploader_call (self, "List", g_variant_new ("(tu)", self->page_last_id, 0u),
                              "(" HOIST_CHANGE_SET_TYPE "b)", ANSWER_TIMEOUT_MS,
                              g_task_get_cancellable (task), got_page_cb, g_object_ref (task));
}

/* An older version has no such property, and that is all right. */
static void
got_problem_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) reply = hoist_remote_uploader_finish_call (source, result, NULL);
  g_autoptr (GVariant) value = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);
  take_problem (g_task_get_task_data (task), value);
  request_page (task);
}

static void
get_property (GTask *task, const char *name, GAsyncReadyCallback callback)
{
  HoistRemoteUploader *self = g_task_get_task_data (task);

  g_dbus_connection_call (self->connection, self->owner, HOIST_UPLOADS_OBJECT_PATH,
                          "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", HOIST_UPLOADS_INTERFACE, name),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          ANSWER_TIMEOUT_MS, g_task_get_cancellable (task), callback,
                          g_object_ref (task));
}

static void
got_version_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hoist_remote_uploader_finish_call (source, result, &error);
  g_autoptr (GVariant) version = NULL;

  if (reply == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_variant_get (reply, "(v)", &version);
  if (!g_variant_is_of_type (version, G_VARIANT_TYPE_UINT32) ||
      g_variant_get_uint32 (version) < HOIST_UPLOADS_VERSION)
    {
      g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED, "%s",
                               _ ("The Hoist that is running is of another version. Close it, "
                                  "then try again."));
      return;
    }
  get_property (task, "Problem", got_problem_cb);
}

static void
got_owner_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hoist_remote_uploader_finish_call (source, result, &error);
  HoistRemoteUploader *self = g_task_get_task_data (task);

  if (reply == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_variant_get (reply, "(s)", &self->owner);
  self->watch_id =
    g_bus_watch_name_on_connection (self->connection, self->owner, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                    NULL, owner_vanished_cb, self, NULL);
  /* Before the first page, so that nothing is missed. */
  self->changed_id =
    g_dbus_connection_signal_subscribe (self->connection, self->owner, HOIST_UPLOADS_INTERFACE,
                                        "Changed", HOIST_UPLOADS_OBJECT_PATH, NULL,
                                        G_DBUS_SIGNAL_FLAGS_NONE, changed_cb, self, NULL);
  self->problem_id = g_dbus_connection_signal_subscribe (
    self->connection, self->owner, "org.freedesktop.DBus.Properties", "PropertiesChanged",
    HOIST_UPLOADS_OBJECT_PATH, HOIST_UPLOADS_INTERFACE, G_DBUS_SIGNAL_FLAGS_NONE,
    properties_changed_cb, self, NULL);
  get_property (task, "Version", got_version_cb);
}

static HoistUploadList *
hoist_remote_uploader_get_list (HoistUploader *uploader)
{
  return HOIST_REMOTE_UPLOADER (uploader)->list;
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hoist_remote_uploader_finish_call (source, result, &error);
  guint64 batch;

  if (reply == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_variant_get (reply, "(t)", &batch);
  g_task_return_pointer (task, g_memdup2 (&batch, sizeof batch), g_free);
}

static void
hoist_remote_uploader_add_async (HoistUploader *uploader,
                                 const char *const *paths,
                                 const char *destination_id,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  HoistRemoteUploader *self = HOIST_REMOTE_UPLOADER (uploader);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_remote_uploader_add_async);
  /* Without a time-out: when the other process goes, the bus says so. */
  hoist_remote_uploader_call (self, "Add",
                              g_variant_new ("(^aaysa{sv})", paths, destination_id, NULL), "(t)",
                              G_MAXINT, cancellable, added_cb, task);
}

static guint64
hoist_remote_uploader_add_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, uploader), 0);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_remote_uploader_add_async), 0);

  g_autofree guint64 *batch = g_task_propagate_pointer (G_TASK (result), error);

  return batch != NULL ? *batch : 0;
}

static void
hoist_remote_uploader_command (HoistUploader *uploader,
                               HoistCommand command,
                               const guint64 *ids,
                               gsize n_ids)
{
  HoistRemoteUploader *self = HOIST_REMOTE_UPLOADER (uploader);

  for (gsize first = 0; first < n_ids; first += HOIST_UPLOADS_MAX_IDS)
    {
      GVariant *some =
        g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, ids + first,
                                   MIN (n_ids - first, HOIST_UPLOADS_MAX_IDS), sizeof *ids);

      hoist_remote_uploader_call (self, "Command", g_variant_new ("(u@at)", (guint) command, some),
                                  NULL, -1, NULL, NULL, NULL);
    }
}

static void
relocated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hoist_remote_uploader_finish_call (source, result, &error);

  if (reply == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
hoist_remote_uploader_relocate_async (HoistUploader *uploader,
                                      guint64 id,
                                      const char *path,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  HoistRemoteUploader *self = HOIST_REMOTE_UPLOADER (uploader);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_remote_uploader_relocate_async);
  /* Reading a large file takes its time. */
  hoist_remote_uploader_call (self, "Relocate", g_variant_new ("(t^ay)", id, path), "()", G_MAXINT,
                              cancellable, relocated_cb, task);
}

static gboolean
hoist_remote_uploader_relocate_finish (HoistUploader *uploader,
                                       GAsyncResult *result,
                                       GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, uploader), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_remote_uploader_relocate_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
hoist_remote_uploader_set_limits (HoistUploader *uploader, const HoistLimits *limits)
{
  hoist_remote_uploader_call (HOIST_REMOTE_UPLOADER (uploader), "SetLimits",
                              g_variant_new ("(ut@a{sv})", limits->parts_in_flight,
                                             limits->bytes_per_s,
                                             hoist_limits_options_to_variant (limits)),
                              NULL, -1, NULL, NULL, NULL);
}

static const GError *
hoist_remote_uploader_get_problem (HoistUploader *uploader)
{
  return HOIST_REMOTE_UPLOADER (uploader)->problem;
}

static void
hoist_remote_uploader_set_metered (HoistUploader *uploader, HoistAllowance metered)
{
  hoist_remote_uploader_call (HOIST_REMOTE_UPLOADER (uploader), "SetMetered",
                              g_variant_new ("(u)", (guint) metered), NULL, -1, NULL, NULL, NULL);
}

static void
hoist_remote_uploader_set_power (HoistUploader *uploader, HoistAllowance power)
{
  hoist_remote_uploader_call (HOIST_REMOTE_UPLOADER (uploader), "SetPower",
                              g_variant_new ("(u)", (guint) power), NULL, -1, NULL, NULL, NULL);
}

static void
hoist_remote_uploader_uploader_init (HoistUploaderInterface *iface)
{
  iface->get_list = hoist_remote_uploader_get_list;
  iface->add_async = hoist_remote_uploader_add_async;
  iface->add_finish = hoist_remote_uploader_add_finish;
  iface->command = hoist_remote_uploader_command;
  iface->relocate_async = hoist_remote_uploader_relocate_async;
  iface->relocate_finish = hoist_remote_uploader_relocate_finish;
  iface->set_limits = hoist_remote_uploader_set_limits;
  iface->get_problem = hoist_remote_uploader_get_problem;
  hoist_remote_uploader_receipts_init (iface);
  hoist_remote_uploader_unfinished_init (iface);
  iface->set_metered = hoist_remote_uploader_set_metered;
  iface->set_power = hoist_remote_uploader_set_power;
}

static void
hoist_remote_uploader_dispose (GObject *object)
{
  HoistRemoteUploader *self = HOIST_REMOTE_UPLOADER (object);

  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  if (self->changed_id != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->changed_id);
  self->changed_id = 0;
  if (self->problem_id != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->problem_id);
  self->problem_id = 0;
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (hoist_remote_uploader_parent_class)->dispose (object);
}

static void
hoist_remote_uploader_finalize (GObject *object)
{
  HoistRemoteUploader *self = HOIST_REMOTE_UPLOADER (object);

  g_object_unref (self->list);
  g_clear_error (&self->problem);
  g_free (self->owner);

  G_OBJECT_CLASS (hoist_remote_uploader_parent_class)->finalize (object);
}

static void
hoist_remote_uploader_class_init (HoistRemoteUploaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hoist_remote_uploader_dispose;
  object_class->finalize = hoist_remote_uploader_finalize;

  /**
   * HoistRemoteUploader::vanished:
   * @self: the uploader
   *
   * Emitted once, when the process that uploads has gone. What it had not
   * finished goes on when one is started again.
   */
  vanished_signal = g_signal_new ("vanished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
hoist_remote_uploader_init (HoistRemoteUploader *self)
{
  self->list = hoist_upload_list_new ();
}

/**
 * hoist_remote_uploader_new_async:
 * @connection: a session bus
 * @cancellable: (nullable): ends it
 * @callback: called when its list is complete
 * @user_data: for @callback
 *
 * Finds the process that uploads, and gets its uploads. Each answer may take
 * five seconds.
 */
void
hoist_remote_uploader_new_async (GDBusConnection *connection,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));

  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  HoistRemoteUploader *self = g_object_new (HOIST_TYPE_REMOTE_UPLOADER, NULL);

  hoist_uploads_register_errors ();
  self->connection = g_object_ref (connection);
  g_task_set_source_tag (task, hoist_remote_uploader_new_async);
  g_task_set_task_data (task, self, g_object_unref);
  g_dbus_connection_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "GetNameOwner",
                          g_variant_new ("(s)", HOIST_UPLOADS_BUS_NAME), G_VARIANT_TYPE ("(s)"),
                          G_DBUS_CALL_FLAGS_NONE, ANSWER_TIMEOUT_MS, cancellable, got_owner_cb,
                          task);
}

/**
 * hoist_remote_uploader_new_finish:
 * @result: what the callback got
 * @error: (out) (optional): why there is none
 *
 * Ends hoist_remote_uploader_new_async().
 *
 * Errors: %HOIST_ERROR_UNAVAILABLE when no process uploads;
 * %HOIST_ERROR_TIMED_OUT when it does not answer; %HOIST_ERROR_NOT_SUPPORTED
 * when it is of another version; %HOIST_ERROR_PROTOCOL when its answer makes no
 * sense; %HOIST_ERROR_FAILED; %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): the uploader
 */
HoistRemoteUploader *
hoist_remote_uploader_new_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_remote_uploader_new_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hoist_remote_uploader_take_told: (skip)
 * @self: the uploader
 *
 * Returns: whether the other process was told something since this was asked, by a call for whose
 *   answer nobody waits
 */
gboolean
hoist_remote_uploader_take_told (HoistRemoteUploader *self)
{
  gboolean told = self->told;

  self->told = FALSE;
  return told;
}

/**
 * hoist_remote_uploader_has_vanished:
 * @self: the uploader
 *
 * Tells whether the process that uploads has gone.
 *
 * Returns: whether it has
 */
gboolean
hoist_remote_uploader_has_vanished (HoistRemoteUploader *self)
{
  g_return_val_if_fail (HOIST_IS_REMOTE_UPLOADER (self), FALSE);

  return self->vanished;
}
