/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-probe.h"

typedef struct
{
  HoistCapabilities *capabilities; /* (owned) (nullable) */
  GError *error;                   /* (owned) (nullable) */
  gboolean done;
} Answer;

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->capabilities =
    hoist_provider_probe_finish (HOIST_PROVIDER (source), result, &answer->error);
  answer->done = TRUE;
}

static void
probe_in_thread (GTask *task, gpointer source, gpointer config, GCancellable *cancellable)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Answer answer = { 0 };

  g_main_context_push_thread_default (context);
  {
    g_autoptr (HoistProvider) provider = hoist_provider_new_for_config (config, &answer.error);

    if (provider != NULL)
      hoist_provider_probe_async (provider, cancellable, probed_cb, &answer);
    while (provider != NULL && !answer.done)
      g_main_context_iteration (context, TRUE);
  }
  g_main_context_pop_thread_default (context);

  if (answer.error != NULL)
    g_task_return_error (task, answer.error);
  else
    g_task_return_pointer (task, answer.capabilities, (GDestroyNotify) hoist_capabilities_free);
}

/**
 * hoist_probe_async:
 * @config: how to reach a destination
 * @cancellable: (nullable): ends it early
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Asks a destination what it can do, without an engine: for a person who tests
 * it before it is kept. Runs on a thread of its own, so that neither the
 * connection nor its certificates cost the caller's thread a frame.
 */
void
hoist_probe_async (HoistProviderConfig *config,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_probe_async);
  g_task_set_task_data (task, hoist_provider_config_ref (config),
                        (GDestroyNotify) hoist_provider_config_unref);
  g_task_run_in_thread (task, probe_in_thread);
}

/**
 * hoist_probe_finish:
 * @result: what the callback got
 *
 * Errors: as hoist_provider_new_for_config() and hoist_provider_probe_finish().
 *
 * Returns: (transfer full): what the destination can do
 */
HoistCapabilities *
hoist_probe_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_probe_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
