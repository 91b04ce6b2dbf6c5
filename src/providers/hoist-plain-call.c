/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What every call of the plain protocol does. */

#include "hoist-plain-provider-private.h"
#include "hoist-provider-private.h"

static void
asked_free (HoistPlainAsked *asked)
{
  g_clear_pointer (&asked->upload, hoist_plain_upload_free);
  g_free (asked->parts);
  g_free (asked->said);
  g_free (asked);
}

/**
 * hoist_plain_task_new: (skip)
 * @provider: a plain provider
 * @tag: the task's source tag
 * @upload_id: (nullable): the upload that it is about
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Makes the task of a call, whose data is a #HoistPlainAsked.
 *
 * Returns: (transfer full) (nullable): the task; %NULL if it has ended already, because
 *   @upload_id makes no sense
 */
GTask *
hoist_plain_task_new (HoistProvider *provider,
                      gpointer tag,
                      const char *upload_id,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);
  HoistPlainAsked *asked = g_new0 (HoistPlainAsked, 1);
  GError *error = NULL;

  asked->asked_us = g_get_monotonic_time ();
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, asked, (GDestroyNotify) asked_free);
  if (upload_id == NULL)
    return g_steal_pointer (&task);
  asked->upload = hoist_plain_upload_from_id (upload_id, &error);
  if (asked->upload != NULL)
    return g_steal_pointer (&task);
  g_task_return_error (task, error);
  return NULL;
}

/**
 * hoist_plain_send: (skip)
 * @task: (transfer full): a call
 * @call: what to ask
 * @callback: gets @task back as its user data
 */
void
hoist_plain_send (GTask *task, const HoistApiCall *call, GAsyncReadyCallback callback)
{
  HoistPlainProvider *self = g_task_get_source_object (task);

  hoist_api_client_send_async (self->client, call, g_task_get_cancellable (task), callback, task);
}

/**
 * hoist_plain_finish_send: (skip)
 * @task: a call; it is ended by what is no success
 * @source: of the callback
 * @result: of the callback
 *
 * Returns: (transfer full) (nullable): the body of an answer that is a success
 */
GBytes *
hoist_plain_finish_send (GTask *task, GObject *source, GAsyncResult *result)
{
  gint64 retry_after_us;
  GError *error = NULL;
  GBytes *answer =
    hoist_api_client_send_finish (HOIST_API_CLIENT (source), result, &retry_after_us, &error);

  if (answer != NULL)
    return answer;
  hoist_provider_task_set_retry_after_us (task, retry_after_us);
  g_task_return_error (task, error);
  return NULL;
}

/**
 * hoist_plain_return_pointer: (skip)
 * @task: a call
 * @value: (transfer full) (nullable): its result
 * @destroy: frees @value
 * @error: read only here, since arguments are made in any order; set if there is no result
 *
 * Errors: sets none: it ends @task with that one.
 */
void
hoist_plain_return_pointer (GTask *task, gpointer value, GDestroyNotify destroy, GError **error)
{
  if (value != NULL)
    g_task_return_pointer (task, value, destroy);
  else
    g_task_return_error (task, g_steal_pointer (error));
}

/**
 * hoist_plain_finish_pointer: (skip)
 * @provider: a plain provider
 * @tag: the task's source tag
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: what the call failed with.
 *
 * Returns: (transfer full) (nullable): the call's result
 */
gpointer
hoist_plain_finish_pointer (HoistProvider *provider,
                            gpointer tag,
                            GAsyncResult *result,
                            GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
