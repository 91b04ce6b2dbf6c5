/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Is a destination there? */

#include "hoist-target.h"

/**
 * hoist_target_is_prepared:
 * @self: a target
 *
 * Returns: whether [method@HoistTarget.prepare_async] would only say that all is known
 */
gboolean
hoist_target_is_prepared (HoistTarget *self)
{
  return hoist_target_get_capabilities (self) != NULL &&
         !g_cancellable_is_cancelled (hoist_target_get_cancellable (self));
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (HoistCapabilities) capabilities = NULL;
  GError *error = NULL;

  capabilities = hoist_provider_probe_finish (HOIST_PROVIDER (source), result, &error);
  if (capabilities != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * hoist_target_ask_async:
 * @self: a target
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Asks the backend for a sign of life, whatever the system says of the network.
 */
void
hoist_target_ask_async (HoistTarget *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task =
    g_task_new (self, hoist_target_get_cancellable (self), callback, user_data);
  g_autoptr (HoistProvider) provider = NULL;
  GError *error = NULL;

  g_task_set_source_tag (task, hoist_target_ask_async);
  provider = hoist_provider_new_for_config (hoist_target_get_config (self), &error);
  if (provider == NULL)
    g_task_return_error (task, error);
  else
    hoist_provider_probe_async (provider, hoist_target_get_cancellable (self), asked_cb,
                                g_steal_pointer (&task));
}

/**
 * hoist_target_ask_finish:
 * @self: a target
 * @result: what the callback got
 *
 * Errors: as hoist_provider_probe_finish().
 *
 * Returns: whether it answered as a backend does
 */
gboolean
hoist_target_ask_finish (HoistTarget *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_target_ask_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
