/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is told without waiting for an answer is on its way for a while, on a thread of GDBus: a
 * program that ended meanwhile would take it along. */

#include "config.h"

#include "hoist-remote-uploader-private.h"

static void
settled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hoist_remote_uploader_finish_call (source, result, &error);

  if (reply != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * hoist_remote_uploader_settle_async:
 * @self: the uploader
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Waits until the other process has taken what it was told, such as commands. Messages keep their
 * order, so the answer to a later one says so.
 */
void
hoist_remote_uploader_settle_async (HoistRemoteUploader *self,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, hoist_remote_uploader_settle_async);
  if (hoist_remote_uploader_take_told (self))
    /* There is nothing behind the last one: a short answer. */
    hoist_remote_uploader_call (self, "List", g_variant_new ("(tu)", G_MAXUINT64, 1u), NULL, -1,
                                NULL, settled_cb, g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * hoist_remote_uploader_settle_finish:
 * @self: the uploader
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: as hoist_remote_uploader_finish_call().
 *
 * Returns: whether it has taken all
 */
gboolean
hoist_remote_uploader_settle_finish (HoistRemoteUploader *self,
                                     GAsyncResult *result,
                                     GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_remote_uploader_settle_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
