/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-engine-private.h"
#include "hoist-net-types.h"
#include "hoist-scheduler.h"
#include "hoist-undo-time.h"

static void uploader_iface_init (HoistUploaderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HoistEngine,
                               hoist_engine,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_UPLOADER, uploader_iface_init))

/* --- From the engine thread ------------------------------------------------------------------- */

static void
changed (HoistChangeSet *changes, gpointer user_data)
{
  hoist_inbox_put (((HoistEngine *) user_data)->inbox, changes);
}

static gboolean
taken_cb (gpointer data)
{
  hoist_scheduler_feed_taken (((HoistEngineMessage *) data)->engine->scheduler);
  return G_SOURCE_REMOVE;
}

static void
taken (gpointer owner)
{
  HoistEngine *self = owner;

  /* One that stops tells the last without waiting. */
  if (!self->stopping)
    hoist_engine_post (self, taken_cb, hoist_engine_message_new (self));
}

static gboolean
report_problem_cb (gpointer data)
{
  HoistEngineMessage *message = data;
  HoistEngine *self = message->engine;

  g_clear_error (&self->problem);
  self->problem = g_steal_pointer (&message->error);
  g_signal_emit_by_name (self, "problem");
  return G_SOURCE_REMOVE;
}

static void
problem (const GError *error, gpointer user_data)
{
  HoistEngine *self = user_data;
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->error = error != NULL ? g_error_copy (error) : NULL;
  hoist_engine_post_to_main (self, report_problem_cb, message);
}

static const HoistSchedulerEvents events = { changed, problem };

/* --- The engine thread ------------------------------------------------------------------------ */

static gboolean
start (HoistEngine *self, GError **error)
{
  self->journal = hoist_journal_open (self->config.state_folder, &self->report, error);
  if (self->journal == NULL)
    return FALSE;
  self->scheduler = hoist_scheduler_new (&self->config, self->journal, &events, self);
  hoist_scheduler_feed_begin (self->scheduler);
  return TRUE;
}

static void
finish (HoistEngine *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->stop_task);
  g_autoptr (GError) error = NULL;

  hoist_scheduler_feed_flush (self->scheduler);
  g_clear_pointer (&self->scheduler, hoist_scheduler_free);
  if (hoist_journal_close (self->journal, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
  g_clear_object (&self->journal);
}

static void
answer_start_task (HoistEngine *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->start_task);

  g_task_return_boolean (task, TRUE);
}

static void
answer_quiet_tasks (HoistEngine *self)
{
  for (guint i = 0; i < self->quiet_tasks->len; i++)
    g_task_return_boolean (g_ptr_array_index (self->quiet_tasks, i), TRUE);
  g_ptr_array_set_size (self->quiet_tasks, 0);
}

static void
run_until_stopped (HoistEngine *self)
{
  while (self->stop_task == NULL || !hoist_scheduler_is_idle (self->scheduler))
    {
      if (self->start_task != NULL && hoist_scheduler_feed_is_done (self->scheduler))
        answer_start_task (self);
      g_main_context_iteration (self->context, TRUE);
      if (self->quiet_tasks->len > 0 && hoist_scheduler_is_quiet (self->scheduler))
        answer_quiet_tasks (self);
    }
  if (self->start_task != NULL)
    answer_start_task (self);
  answer_quiet_tasks (self);
}

static gpointer
engine_thread (gpointer data)
{
  g_autoptr (GTask) start_task = data;
  HoistEngine *self = g_task_get_source_object (start_task);
  GMainContext *context = self->context;
  GError *error = NULL;

  g_main_context_push_thread_default (context);
  if (start (self, &error))
    {
      self->start_task = g_steal_pointer (&start_task);
      run_until_stopped (self);
      finish (self);
    }
  else
    g_task_return_error (start_task, error);
  g_main_context_pop_thread_default (context);
  return NULL;
}

/* --- What is asked of it ---------------------------------------------------------------------- */

static gboolean
add_cb (gpointer data)
{
  HoistEngineMessage *message = data;
  guint64 batch = hoist_scheduler_add (message->engine->scheduler,
                                       (const char *const *) message->paths, message->text);

  g_task_return_int (message->task, (gssize) batch);
  return G_SOURCE_REMOVE;
}

static void
hoist_engine_add_async (HoistUploader *uploader,
                        const char *const *paths,
                        const char *destination_id,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  HoistEngine *self = HOIST_ENGINE (uploader);
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (message->task, hoist_engine_add_async);
  message->paths = g_strdupv ((char **) paths);
  message->text = g_strdup (destination_id);
  hoist_engine_post (self, add_cb, message);
}

static guint64
hoist_engine_add_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  gssize batch;

  g_return_val_if_fail (g_task_is_valid (result, uploader), 0);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_engine_add_async), 0);

  batch = g_task_propagate_int (G_TASK (result), error);
  return batch < 0 ? 0 : (guint64) batch;
}

static gboolean
command_cb (gpointer data)
{
  HoistEngineMessage *message = data;

  hoist_scheduler_command (message->engine->scheduler, message->command,
                           (const guint64 *) (gpointer) message->ids->data, message->ids->len);
  return G_SOURCE_REMOVE;
}

static void
hoist_engine_command (HoistUploader *uploader,
                      HoistCommand command,
                      const guint64 *ids,
                      gsize n_ids)
{
  HoistEngine *self = HOIST_ENGINE (uploader);
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->command = command;
  message->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (n_ids > 0)
    g_array_append_vals (message->ids, ids, (guint) n_ids);
  hoist_engine_post (self, command_cb, message);
}

static void
relocated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistEngine *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (hoist_scheduler_relocate_finish (self->scheduler, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
relocate_cb (gpointer data)
{
  HoistEngineMessage *message = data;

  hoist_scheduler_relocate_async (message->engine->scheduler,
                                  g_array_index (message->ids, guint64, 0), message->text,
                                  relocated_cb, g_object_ref (message->task));
  return G_SOURCE_REMOVE;
}

static void
hoist_engine_relocate_async (HoistUploader *uploader,
                             guint64 id,
                             const char *path,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  HoistEngine *self = HOIST_ENGINE (uploader);
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (message->task, hoist_engine_relocate_async);
  message->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_array_append_val (message->ids, id);
  message->text = g_strdup (path);
  hoist_engine_post (self, relocate_cb, message);
}

static gboolean
hoist_engine_relocate_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, uploader), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_engine_relocate_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
set_limits_cb (gpointer data)
{
  HoistEngineMessage *message = data;

  hoist_scheduler_set_limits (message->engine->scheduler, &message->limits);
  return G_SOURCE_REMOVE;
}

static void
hoist_engine_set_limits (HoistUploader *uploader, const HoistLimits *limits)
{
  HoistEngine *self = HOIST_ENGINE (uploader);
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->limits = *limits;
  hoist_engine_post (self, set_limits_cb, message);
}

static gboolean
set_metered_cb (gpointer data)
{
  HoistEngineMessage *message = data;

  hoist_scheduler_set_metered (message->engine->scheduler, message->allowance);
  return G_SOURCE_REMOVE;
}

static void
hoist_engine_set_metered (HoistUploader *uploader, HoistAllowance metered)
{
  HoistEngine *self = HOIST_ENGINE (uploader);
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->allowance = metered;
  hoist_engine_post (self, set_metered_cb, message);
}

static gboolean
set_power_cb (gpointer data)
{
  HoistEngineMessage *message = data;

  hoist_scheduler_set_power (message->engine->scheduler, message->allowance);
  return G_SOURCE_REMOVE;
}

static void
hoist_engine_set_power (HoistUploader *uploader, HoistAllowance power)
{
  HoistEngine *self = HOIST_ENGINE (uploader);
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->allowance = power;
  hoist_engine_post (self, set_power_cb, message);
}

static HoistUploadList *
hoist_engine_get_list (HoistUploader *uploader)
{
  return HOIST_ENGINE (uploader)->list;
}

static const GError *
hoist_engine_get_problem (HoistUploader *uploader)
{
  return HOIST_ENGINE (uploader)->problem;
}

static void
uploader_iface_init (HoistUploaderInterface *iface)
{
  iface->get_list = hoist_engine_get_list;
  iface->add_async = hoist_engine_add_async;
  iface->add_finish = hoist_engine_add_finish;
  iface->command = hoist_engine_command;
  iface->relocate_async = hoist_engine_relocate_async;
  iface->relocate_finish = hoist_engine_relocate_finish;
  iface->set_limits = hoist_engine_set_limits;
  hoist_engine_receipts_init (iface);
  iface->set_metered = hoist_engine_set_metered;
  iface->set_power = hoist_engine_set_power;
  iface->get_problem = hoist_engine_get_problem;
  hoist_engine_unfinished_init (iface);
}

/* --- The object ------------------------------------------------------------------------------- */

static void
hoist_engine_finalize (GObject *object)
{
  HoistEngine *self = HOIST_ENGINE (object);

  g_assert (self->scheduler == NULL);
  g_assert (self->thread == NULL);
  g_clear_pointer (&self->inbox, hoist_inbox_free);
  g_clear_pointer (&self->quiet_tasks, g_ptr_array_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->main_context, g_main_context_unref);
  g_clear_object (&self->list);
  g_clear_pointer (&self->state_folder, g_free);
  hoist_journal_report_clear (&self->report);
  g_clear_error (&self->problem);
  G_OBJECT_CLASS (hoist_engine_parent_class)->finalize (object);
}

static void
hoist_engine_class_init (HoistEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_engine_finalize;
}

static void
hoist_engine_init (HoistEngine *self)
{
  self->list = hoist_upload_list_new ();
  self->main_context = g_main_context_ref_thread_default ();
  self->context = g_main_context_new ();
  self->inbox = hoist_inbox_new (self->list, self->main_context, taken, G_OBJECT (self));
  self->quiet_tasks = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * hoist_engine_config_init:
 * @config: (out caller-allocates): the configuration
 *
 * Sets the defaults; the state folder is still to be named.
 */
void
hoist_engine_config_init (HoistEngineConfig *config)
{
  *config = (HoistEngineConfig){
    /* Whoever is late by a moment still means it. */
    .undo_us = (hoist_undo_time_get_s () + 1) * (gint64) G_USEC_PER_SEC,
    .stall_us = 30 * G_USEC_PER_SEC,
    .finish_us = 5 * 60 * (gint64) G_USEC_PER_SEC,
    .quiet_us = 5 * G_USEC_PER_SEC,
    .whole_sha256 = TRUE,
  };
  hoist_retry_policy_init (&config->retry);
}

/**
 * hoist_engine_new:
 * @config: how to work; copied
 *
 * Returns: (transfer full): an engine that was not started yet. One that was
 *   started must be stopped before its last reference goes.
 */
HoistEngine *
hoist_engine_new (const HoistEngineConfig *config)
{
  HoistEngine *self = g_object_new (HOIST_TYPE_ENGINE, NULL);

  self->config = *config;
  self->state_folder = g_strdup (config->state_folder);
  self->config.state_folder = self->state_folder;
  return self;
}

/**
 * hoist_engine_start_async:
 * @self: an engine
 * @cancellable: (nullable): not used once the thread runs
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Opens the journal and takes up its uploads. Those that were not finished come
 * back paused and marked as restored. When @callback is called the list has
 * them all.
 */
void
hoist_engine_start_async (HoistEngine *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (self->thread == NULL);

  g_task_set_source_tag (task, hoist_engine_start_async);
  g_task_set_check_cancellable (task, FALSE);
  hoist_net_init_types ();
  self->thread = g_thread_new ("hoist-engine", engine_thread, task);
}

/**
 * hoist_engine_start_finish:
 * @self: an engine
 * @result: what the callback got
 *
 * Errors: %HOIST_ERROR_STORE_BUSY if another process has the journal,
 * %HOIST_ERROR_STORE_DAMAGED if it is of a later version or cannot be read.
 *
 * Returns: whether the engine runs
 */
gboolean
hoist_engine_start_finish (HoistEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_engine_start_async), FALSE);

  if (g_task_propagate_boolean (G_TASK (result), error))
    return TRUE;
  g_clear_pointer (&self->thread, g_thread_join);
  return FALSE;
}

/**
 * hoist_engine_get_report:
 * @self: an engine that runs
 *
 * Returns: (transfer none): what was found when the journal was opened
 */
const HoistJournalReport *
hoist_engine_get_report (HoistEngine *self)
{
  return &self->report;
}

static gboolean
set_destination_cb (gpointer data)
{
  HoistEngineMessage *message = data;

  hoist_scheduler_set_destination (message->engine->scheduler, message->text,
                                   message->provider_config);
  return G_SOURCE_REMOVE;
}

/**
 * hoist_engine_set_destination:
 * @self: an engine that runs
 * @id: the destination's id
 * @config: how to reach it
 *
 * Makes a destination known, or changes it.
 */
void
hoist_engine_set_destination (HoistEngine *self, const char *id, HoistProviderConfig *config)
{
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->text = g_strdup (id);
  message->provider_config = hoist_provider_config_ref (config);
  hoist_engine_post (self, set_destination_cb, message);
}

/**
 * hoist_engine_remove_destination:
 * @self: an engine that runs
 * @id: the destination's id
 *
 * Forgets a destination. Uploads that are on their way there fail.
 */
void
hoist_engine_remove_destination (HoistEngine *self, const char *id)
{
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->text = g_strdup (id);
  hoist_engine_post (self, set_destination_cb, message);
}

static gboolean
set_network_cb (gpointer data)
{
  HoistEngineMessage *message = data;
  HoistEngine *self = message->engine;

  hoist_scheduler_set_network (self->scheduler, &message->network);
  if (message->network.asleep)
    g_ptr_array_add (self->quiet_tasks, g_steal_pointer (&message->task));
  else
    g_task_return_boolean (message->task, TRUE);
  return G_SOURCE_REMOVE;
}

/**
 * hoist_engine_set_network_async:
 * @self: an engine that runs
 * @state: what the system says of the network now; copied
 * @callback: (nullable): called on the main thread
 * @user_data: for @callback
 *
 * Tells the engine of the network. If the computer is about to be suspended,
 * @callback is called when nothing travels any more and all that happened is on
 * disk.
 */
void
hoist_engine_set_network_async (HoistEngine *self,
                                const HoistNetworkState *state,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->network = *state;
  message->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (message->task, hoist_engine_set_network_async);
  hoist_engine_post (self, set_network_cb, message);
}

/**
 * hoist_engine_set_network_finish:
 * @self: an engine
 * @result: what the callback got
 *
 * Errors: %G_IO_ERROR_CANCELLED if the engine stops.
 *
 * Returns: whether it took notice
 */
gboolean
hoist_engine_set_network_finish (HoistEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_engine_set_network_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
stop_cb (gpointer data)
{
  HoistEngineMessage *message = data;

  message->engine->stop_task = g_steal_pointer (&message->task);
  hoist_scheduler_halt (message->engine->scheduler);
  return G_SOURCE_REMOVE;
}

/**
 * hoist_engine_stop_async:
 * @self: an engine that runs
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Stops what travels, writes the journal to disk and ends the thread. What was
 * not finished goes on at the next start.
 */
void
hoist_engine_stop_async (HoistEngine *self, GAsyncReadyCallback callback, gpointer user_data)
{
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (message->task, hoist_engine_stop_async);
  hoist_engine_post (self, stop_cb, message);
  self->stopping = TRUE;
}

/**
 * hoist_engine_stop_finish:
 * @self: an engine
 * @result: what the callback got
 *
 * Errors: %HOIST_ERROR_NO_SPACE or %HOIST_ERROR_STORE_DAMAGED if the journal
 * could not be written.
 *
 * Returns: whether everything is on disk
 */
gboolean
hoist_engine_stop_finish (HoistEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_engine_stop_async), FALSE);

  /* It has done all it had to do, but may still hold a reference. */
  g_clear_pointer (&self->thread, g_thread_join);
  return g_task_propagate_boolean (G_TASK (result), error);
}
