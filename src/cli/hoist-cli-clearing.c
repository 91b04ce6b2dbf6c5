/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-clearing.h"

#include <glib/gi18n-lib.h>

/* An answer from a server that can be reached takes less; the rest is done by the next run. */
#define PATIENCE_S 20

typedef struct
{
  HoistUploader *uploader; /* (owned) */
  GHashTable *left;        /* (owned) (element-type guint64) not gone yet */
  guint n;
  gboolean leftovers;
  gulong applied_id;
  guint timeout_id;
  GSource *interrupted; /* (owned) (nullable) */
} ClearCall;

static void
stop_watching (ClearCall *call)
{
  g_clear_signal_handler (&call->applied_id, hoist_uploader_get_list (call->uploader));
  g_clear_handle_id (&call->timeout_id, g_source_remove);
  if (call->interrupted != NULL)
    g_source_destroy (call->interrupted);
  g_clear_pointer (&call->interrupted, g_source_unref);
}

static void
clear_call_free (ClearCall *call)
{
  stop_watching (call);
  g_clear_object (&call->uploader);
  g_hash_table_unref (call->left);
  g_free (call);
}

static void
print_result (HoistCliContext *context, const ClearCall *call)
{
  HoistCliConsole *console = hoist_cli_context_get_console (context);

  if (!call->leftovers)
    hoist_cli_console_print_note (
      console, ngettext ("%u upload cancelled", "%u uploads cancelled", call->n), call->n);
  else if (hoist_cli_host_is_remote (hoist_cli_context_get_host (context)))
    hoist_cli_console_print_note (
      console, ngettext ("%u upload is being cleared", "%u uploads are being cleared", call->n),
      call->n);
  else if (g_hash_table_size (call->left) == 0)
    hoist_cli_console_print_note (
      console, ngettext ("%u upload cleared", "%u uploads cleared", call->n), call->n);
  if (g_hash_table_size (call->left) > 0)
    hoist_cli_console_print_note (
      console, "%s",
      _ ("Some of what was sent is not cleared yet: that is done as soon as it is possible."));
}

/* The task has a reference of its own from the start, which this gives back. */
static void
finish (GTask *task, int status)
{
  HoistCliContext *context = g_task_get_source_object (task);
  ClearCall *call = g_task_get_task_data (task);

  stop_watching (call);
  print_result (context, call);
  g_task_return_int (task, status);
  g_object_unref (task);
}

static void
applied_cb (HoistUploadList *list, const HoistChangeSet *changes, GTask *task)
{
  ClearCall *call = g_task_get_task_data (task);
  gboolean all_hopeless = TRUE;
  GHashTableIter iter;
  gpointer key;

  for (guint i = 0; i < changes->removed->len; i++)
    g_hash_table_remove (call->left, &g_array_index (changes->removed, guint64, i));
  g_hash_table_iter_init (&iter, call->left);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const HoistUploadInfo *info = hoist_upload_list_lookup_info (list, *(const guint64 *) key);

      /* Cancelling with an error: the server cannot be reached, and a later try has its time. */
      if (info == NULL || info->state != HOIST_UPLOAD_CANCELLING || info->error_code < 0)
        all_hopeless = FALSE;
    }
  if (g_hash_table_size (call->left) == 0 || all_hopeless)
    finish (task, HOIST_CLI_EXIT_OK);
}

static gboolean
out_of_patience_cb (gpointer user_data)
{
  ClearCall *call = g_task_get_task_data (G_TASK (user_data));

  call->timeout_id = 0;
  finish (user_data, HOIST_CLI_EXIT_OK);
  return G_SOURCE_REMOVE;
}

static gboolean
interrupted_cb (GCancellable *cancellable, gpointer user_data)
{
  finish (user_data, HOIST_CLI_EXIT_INTERRUPTED);
  return G_SOURCE_REMOVE;
}

/**
 * hoist_cli_await_clearing_async:
 * @context: the run
 * @uploader: who uploads
 * @ids: (element-type guint64): uploads that are being cancelled; not kept
 * @leftovers: they are what other runs left: nobody calls that cancelled
 * @callback: called when they are gone, or when it is not worth to wait
 * @user_data: for @callback
 *
 * Waits until cancelled uploads are cleared from their servers, as long as
 * that makes sense. Another process does not need to be waited for.
 */
void
hoist_cli_await_clearing_async (HoistCliContext *context,
                                HoistUploader *uploader,
                                GArray *ids,
                                gboolean leftovers,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (context, NULL, callback, user_data);
  ClearCall *call = g_new0 (ClearCall, 1);

  g_task_set_source_tag (task, hoist_cli_await_clearing_async);
  g_task_set_task_data (task, call, (GDestroyNotify) clear_call_free);
  call->uploader = g_object_ref (uploader);
  call->left = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  call->n = ids->len;
  call->leftovers = leftovers;
  if (hoist_cli_host_is_remote (hoist_cli_context_get_host (context)))
    {
      finish (task, HOIST_CLI_EXIT_OK);
      return;
    }
  for (guint i = 0; i < ids->len; i++)
    g_hash_table_add (call->left, g_memdup2 (&g_array_index (ids, guint64, i), sizeof (guint64)));
  call->applied_id =
    g_signal_connect (hoist_uploader_get_list (uploader), "applied", G_CALLBACK (applied_cb), task);
  call->timeout_id = g_timeout_add_seconds (PATIENCE_S, out_of_patience_cb, task);
  call->interrupted = g_cancellable_source_new (hoist_cli_context_get_cancellable (context));
  g_source_set_callback (call->interrupted, G_SOURCE_FUNC (interrupted_cb), task, NULL);
  g_source_attach (call->interrupted, g_main_context_get_thread_default ());
}

/**
 * hoist_cli_await_clearing_finish:
 * @context: the run
 * @result: what the callback got
 *
 * Ends [func@hoist_cli_await_clearing_async].
 *
 * Returns: the exit status
 */
int
hoist_cli_await_clearing_finish (HoistCliContext *context, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, context), HOIST_CLI_EXIT_FAILED);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_cli_await_clearing_async),
                        HOIST_CLI_EXIT_FAILED);

  return (int) g_task_propagate_int (G_TASK (result), NULL);
}
