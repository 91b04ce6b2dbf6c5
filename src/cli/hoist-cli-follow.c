/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-follow.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-progress.h"
#include "hoist-cli-report.h"
#include "hoist-cli-tally.h"
#include "hoist-upload-format.h"

/* Programs are told how far it is at most this often. */
#define JSON_PERIOD_US (G_USEC_PER_SEC / 2)

/* A wait that is shown counts down. */
#define REDRAW_PERIOD_S 1

/**
 * HoistCliFollow:
 *
 * Follows a batch, or uploads that are named, until each is done, failed,
 * paused by somebody or gone. Meanwhile it draws the bar, or writes progress
 * for programs; each file is told as it ends, and at last the sum.
 *
 * Costs O(changes) for a change set.
 */
struct _HoistCliFollow
{
  GObject parent_instance;

  HoistCliContext *context; /* (owned) */
  HoistUploader *uploader;  /* (owned) */
  gboolean json;

  guint64 batch;          /* 0 = none */
  GStrv paths;            /* (owned) (nullable) what was added as @batch */
  char *destination_id;   /* (owned) (nullable) where to */
  GHashTable *folders;    /* (owned) id -> HoistUploadState, of which files are still found */
  GHashTable *batches;    /* (owned) set of the batches of these, and of those before */
  HoistCliTally *tally;   /* (owned) */
  gboolean told_waiting;  /* since anything moved */
  gboolean token_refused; /* of any */
  gint64 told_progress_us;

  GTask *task; /* (owned) (nullable) while it runs */
  gint64 begun_us;
  GSource *interrupted; /* (owned) (nullable) */
  guint redraw_id;
  guint later_id;
};

G_DEFINE_FINAL_TYPE (HoistCliFollow, hoist_cli_follow, G_TYPE_OBJECT)

static void
stop_watching (HoistCliFollow *self)
{
  g_signal_handlers_disconnect_by_data (hoist_uploader_get_list (self->uploader), self);
  hoist_cli_context_set_lost_func (self->context, NULL, NULL);
  g_clear_handle_id (&self->redraw_id, g_source_remove);
  g_clear_handle_id (&self->later_id, g_source_remove);
  if (self->interrupted != NULL)
    g_source_destroy (self->interrupted);
  g_clear_pointer (&self->interrupted, g_source_unref);
}

static void
hoist_cli_follow_finalize (GObject *object)
{
  HoistCliFollow *self = HOIST_CLI_FOLLOW (object);

  g_assert (self->task == NULL);
  g_clear_object (&self->context);
  g_clear_object (&self->uploader);
  g_clear_pointer (&self->folders, g_hash_table_unref);
  g_clear_pointer (&self->batches, g_hash_table_unref);
  g_clear_pointer (&self->tally, hoist_cli_tally_free);
  g_clear_pointer (&self->paths, g_strfreev);
  g_clear_pointer (&self->destination_id, g_free);

  G_OBJECT_CLASS (hoist_cli_follow_parent_class)->finalize (object);
}

static void
hoist_cli_follow_class_init (HoistCliFollowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_cli_follow_finalize;
}

static void
hoist_cli_follow_init (HoistCliFollow *self)
{
  self->folders = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->batches = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->tally = hoist_cli_tally_new ();
}

/**
 * hoist_cli_follow_new:
 * @context: the run
 * @uploader: who uploads
 * @json: whether to write for programs
 *
 * Prepares to follow uploads.
 *
 * Returns: (transfer full): what follows them
 */
HoistCliFollow *
hoist_cli_follow_new (HoistCliContext *context, HoistUploader *uploader, gboolean json)
{
  HoistCliFollow *self = g_object_new (HOIST_TYPE_CLI_FOLLOW, NULL);

  self->context = g_object_ref (context);
  self->uploader = g_object_ref (uploader);
  self->json = json;
  return self;
}

/**
 * hoist_cli_follow_set_batch:
 * @self: what follows
 * @batch: a batch
 *
 * Follows what was added together.
 */
void
hoist_cli_follow_set_batch (HoistCliFollow *self, guint64 batch)
{
  self->batch = batch;
}

/**
 * hoist_cli_follow_set_source:
 * @self: what follows
 * @paths: (array zero-terminated=1): what was added as its batch
 * @destination_id: where to
 *
 * Lets it be added again, should the process that was to walk it go before it
 * had.
 */
void
hoist_cli_follow_set_source (HoistCliFollow *self,
                             const char *const *paths,
                             const char *destination_id)
{
  g_strfreev (self->paths);
  self->paths = g_strdupv ((char **) paths);
  g_free (self->destination_id);
  self->destination_id = g_strdup (destination_id);
}

/* What is found in it is followed as well. It is no file itself: only what goes wrong with it
 * is told; whether that is so now, is returned. */
static gboolean
take_folder (HoistCliFollow *self, const HoistUploadInfo *info)
{
  g_hash_table_insert (self->folders, g_memdup2 (&info->id, sizeof info->id),
                       GINT_TO_POINTER (info->state));
  g_hash_table_add (self->batches, g_memdup2 (&info->batch, sizeof info->batch));
  return info->state != HOIST_UPLOAD_QUEUED && info->state != HOIST_UPLOAD_PREPARING;
}

/**
 * hoist_cli_follow_add_id:
 * @self: what follows
 * @id: an upload that was just told to go on
 *
 * Follows an upload. What it was before it is heard of again does not count.
 */
void
hoist_cli_follow_add_id (HoistCliFollow *self, guint64 id)
{
  const HoistUploadInfo *info =
    hoist_upload_list_lookup_info (hoist_uploader_get_list (self->uploader), id);

  hoist_cli_tally_expect (self->tally, id);
  /* It may be gone before it is heard of again. */
  if (info != NULL && info->is_folder)
    take_folder (self, info);
}

static gboolean
is_followed (HoistCliFollow *self, const HoistUploadInfo *info)
{
  return hoist_cli_tally_has (self->tally, info->id) ||
         (self->batch != 0 && info->batch == self->batch) ||
         g_hash_table_contains (self->batches, &info->batch);
}

static void
take_info (HoistCliFollow *self, const HoistUploadInfo *info)
{
  if (!is_followed (self, info))
    return;
  /* Nobody paused it: the process that sent it has gone. */
  if (info->restored)
    return;
  if (info->is_folder && !take_folder (self, info) && !hoist_cli_tally_has (self->tally, info->id))
    return;
  if (info->state == HOIST_UPLOAD_SENDING || info->state == HOIST_UPLOAD_FINISHING)
    self->told_waiting = FALSE;
  if (info->state == HOIST_UPLOAD_FAILED && info->error_code == HOIST_ERROR_AUTH)
    self->token_refused = TRUE;
  if (hoist_cli_tally_take (self->tally, info))
    hoist_cli_report_upload (hoist_cli_context_get_console (self->context), info, self->json);
}

/* A folder is gone when all of it was found. */
static void
take_removed (HoistCliFollow *self, guint64 id)
{
  gpointer state;

  if (!g_hash_table_lookup_extended (self->folders, &id, NULL, &state) ||
      GPOINTER_TO_INT (state) == HOIST_UPLOAD_CANCELLING)
    hoist_cli_tally_take_removed (self->tally, id);
  else
    hoist_cli_tally_forget (self->tally, id);
  g_hash_table_remove (self->folders, &id);
}

/* Whether files of the batch are still to come. Of one that is complete and has files, they may
 * only not have been heard of yet. */
static gboolean
is_counting (HoistCliFollow *self)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  const HoistBatchInfo *batch = self->batch != 0 ? hoist_upload_list_get_batch (list, self->batch)
                                                 : NULL;

  if (self->batch == 0)
    return FALSE;
  return batch == NULL || !batch->complete ||
         (batch->n_files > 0 && hoist_cli_tally_get_n_files (self->tally) == 0);
}

static void show_progress (HoistCliFollow *self);

static gboolean
show_later_cb (gpointer user_data)
{
  HoistCliFollow *self = user_data;

  self->later_id = 0;
  show_progress (self);
  return G_SOURCE_REMOVE;
}

/* What is held back may be the last that happens for a long time: that everything waits. */
static void
show_progress_later (HoistCliFollow *self, gint64 delay_us)
{
  if (self->later_id == 0)
    self->later_id = g_timeout_add ((guint) (delay_us / 1000 + 1), show_later_cb, self);
}

static void
show_progress (HoistCliFollow *self)
{
  HoistCliConsole *console = hoist_cli_context_get_console (self->context);
  gint64 now_us = g_get_monotonic_time ();
  const HoistUploadInfo *reading = hoist_cli_tally_get_reading (self->tally);
  const HoistUploadInfo *waiting = hoist_cli_tally_get_waiting (self->tally);
  const HoistUploadInfo *still = reading != NULL ? reading : waiting;
  g_autofree char *note = still != NULL ? hoist_upload_format_status (still, now_us) : NULL;
  HoistCliProgress progress;

  hoist_cli_tally_get_progress (self->tally, &progress);
  progress.counting = is_counting (self);
  progress.note = note;
  if (self->json)
    {
      if (self->told_progress_us != 0 && now_us - self->told_progress_us < JSON_PERIOD_US)
        {
          show_progress_later (self, self->told_progress_us + JSON_PERIOD_US - now_us);
          return;
        }
      self->told_progress_us = now_us;
      hoist_cli_report_progress (console, &progress);
    }
  else if (hoist_cli_console_is_terminal (console))
    {
      g_autofree char *line =
        hoist_cli_progress_format (&progress, hoist_cli_console_get_columns (console));

      hoist_cli_console_set_status (console, line);
    }
  else if (waiting != NULL && !self->told_waiting)
    {
      self->told_waiting = TRUE;
      hoist_cli_report_waiting (console, waiting);
    }
}

static void
finish (HoistCliFollow *self, int status)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task == NULL)
    return;
  stop_watching (self);
  hoist_cli_console_set_status (hoist_cli_context_get_console (self->context), NULL);
  g_task_return_int (task, status);
}

/* A server that refuses has no way to know that there was no token to show. */
static void
tell_token_problem (HoistCliFollow *self)
{
  HoistCliHost *host = hoist_cli_context_get_host (self->context);
  const char *problem = hoist_cli_host_get_token_problem (host);

  if (self->token_refused && problem != NULL)
    /* Translators: %s is a sentence such as “The keyring is locked.” */
    hoist_cli_console_print_note (hoist_cli_context_get_console (self->context),
                                  _ ("No token could be sent. %s Or give it with --token-file."),
                                     problem);
}

static void
check_end (HoistCliFollow *self)
{
  HoistCliConsole *console = hoist_cli_context_get_console (self->context);
  HoistCliReport report;

  if (is_counting (self) || !hoist_cli_tally_is_settled (self->tally))
    {
      show_progress (self);
      return;
    }
  hoist_cli_tally_get_report (self->tally, &report);
  report.elapsed_us = g_get_monotonic_time () - self->begun_us;
  hoist_cli_console_set_status (console, NULL);
  hoist_cli_report_summary (console, &report, self->json);
  tell_token_problem (self);
  finish (self,
          report.n_failed > 0 || report.n_stopped > 0 ? HOIST_CLI_EXIT_FAILED : HOIST_CLI_EXIT_OK);
}

static void
applied_cb (HoistUploadList *list, const HoistChangeSet *changes, HoistCliFollow *self)
{
  for (guint i = 0; i < changes->infos->len; i++)
    take_info (self, g_ptr_array_index (changes->infos, i));
  for (guint i = 0; i < changes->removed->len; i++)
    take_removed (self, g_array_index (changes->removed, guint64, i));
  check_end (self);
}

static gboolean
interrupted_cb (GCancellable *cancellable, gpointer user_data)
{
  HoistCliFollow *self = user_data;
  HoistCliConsole *console = hoist_cli_context_get_console (self->context);
  HoistCliHost *host = hoist_cli_context_get_host (self->context);

  hoist_cli_console_set_status (console, NULL);
  hoist_cli_report_interrupted (console, hoist_cli_host_is_remote (host), self->json);
  finish (self, HOIST_CLI_EXIT_INTERRUPTED);
  return G_SOURCE_REMOVE;
}

static void
take_present (HoistCliFollow *self)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  const HoistUploadInfo *info;

  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if (info->batch == self->batch)
      take_info (self, info);
}

/* --- The process that uploads has gone -------------------------------------------------------- */

static void lost_cb (gpointer user_data);

static void
watch (HoistCliFollow *self)
{
  g_signal_connect (hoist_uploader_get_list (self->uploader), "applied", G_CALLBACK (applied_cb),
                    self);
  hoist_cli_context_set_lost_func (self->context, lost_cb, self);
}

static void
added_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistCliFollow) self = user_data;

  if (self->task == NULL)
    return;
  self->batch = hoist_uploader_add_finish (HOIST_UPLOADER (source), result, NULL);
  /* It may have gone as well; then that is told, and the next one is asked. */
  if (self->batch == 0)
    return;
  take_present (self);
  check_end (self);
}

/* The folder whose files were not all found yet, if the journal has it; it is added to @ids. */
static gboolean
add_folder (HoistCliFollow *self, GArray *ids)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  const HoistUploadInfo *info;

  for (guint i = 0; self->batch != 0 && (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if (info->is_folder && info->batch == self->batch)
      {
        g_array_append_val (ids, info->id);
        take_folder (self, info);
        return TRUE;
      }
  return FALSE;
}

/* Goes on with what was followed, in this process or in the next one that has
 * the journal. */
static void
take_over (HoistCliFollow *self, gboolean all_known)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  g_autoptr (GArray) ids = hoist_cli_tally_collect_unsettled (self->tally);
  gboolean folder_is_known;

  watch (self);
  for (guint i = 0; i < ids->len; i++)
    {
      guint64 id = g_array_index (ids, guint64, i);
      const HoistUploadInfo *info = hoist_upload_list_lookup_info (list, id);

      if (info != NULL)
        take_info (self, info);
      else if (self->paths != NULL)
        all_known = FALSE;
      else
        take_removed (self, id);
    }
  folder_is_known = add_folder (self, ids);
  if (ids->len > 0)
    hoist_uploader_command (self->uploader, HOIST_COMMAND_RESUME, (const guint64 *) ids->data,
                            ids->len);
  if (folder_is_known)
    {
      check_end (self);
      return;
    }
  if (!all_known)
    {
      /* What is there already goes on where it is. */
      hoist_uploader_add_async (self->uploader, (const char *const *) self->paths,
                                self->destination_id, NULL, added_again_cb, g_object_ref (self));
      return;
    }
  self->batch = 0;
  check_end (self);
}

static void
opened_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistCliFollow) self = user_data;
  HoistCliConsole *console = hoist_cli_context_get_console (self->context);
  g_autoptr (GError) error = NULL;
  HoistUploader *uploader = hoist_cli_host_open_finish (HOIST_CLI_HOST (source), result, &error);
  gboolean all_known = self->paths == NULL || !is_counting (self);

  if (self->task == NULL)
    return;
  if (uploader == NULL)
    {
      hoist_cli_console_print_error (console, "%s", error->message);
      hoist_cli_report_interrupted (console, FALSE, self->json);
      finish (self, HOIST_CLI_EXIT_INTERRUPTED);
      return;
    }
  g_set_object (&self->uploader, uploader);
  take_over (self, all_known);
}

static void
lost_cb (gpointer user_data)
{
  HoistCliFollow *self = user_data;

  g_signal_handlers_disconnect_by_data (hoist_uploader_get_list (self->uploader), self);
  hoist_cli_context_set_lost_func (self->context, NULL, NULL);
  hoist_cli_host_open_async (hoist_cli_context_get_host (self->context), NULL,
                             hoist_cli_context_get_cancellable (self->context), opened_again_cb,
                             g_object_ref (self));
}

static gboolean
redraw_cb (gpointer user_data)
{
  show_progress (user_data);
  return G_SOURCE_CONTINUE;
}

/**
 * hoist_cli_follow_run_async:
 * @self: what follows, with a batch or ids
 * @callback: called when each has come to an end, or at an interruption
 * @user_data: for @callback
 *
 * Follows the uploads. Once.
 */
void
hoist_cli_follow_run_async (HoistCliFollow *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GCancellable *cancellable = hoist_cli_context_get_cancellable (self->context);

  g_return_if_fail (self->task == NULL);

  self->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->task, hoist_cli_follow_run_async);
  self->begun_us = g_get_monotonic_time ();
  watch (self);
  self->interrupted = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->interrupted, G_SOURCE_FUNC (interrupted_cb), self, NULL);
  g_source_attach (self->interrupted, g_main_context_get_thread_default ());
  if (hoist_cli_console_is_terminal (hoist_cli_context_get_console (self->context)))
    self->redraw_id = g_timeout_add_seconds (REDRAW_PERIOD_S, redraw_cb, self);
  if (self->batch != 0)
    take_present (self);
  check_end (self);
}

/**
 * hoist_cli_follow_run_finish:
 * @self: what follows
 * @result: what the callback got
 *
 * Ends [method@CliFollow.run_async].
 *
 * Returns: the exit status: whether all was delivered
 */
int
hoist_cli_follow_run_finish (HoistCliFollow *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), HOIST_CLI_EXIT_FAILED);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_cli_follow_run_async),
                        HOIST_CLI_EXIT_FAILED);

  return (int) g_task_propagate_int (G_TASK (result), NULL);
}
