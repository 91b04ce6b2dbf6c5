/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-probe.h"

#include "hoist-s3-buckets.h"

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

/* --- Which buckets there are ------------------------------------------------------------------ */

typedef struct
{
  GStrv names;   /* (owned) (nullable) */
  GError *error; /* (owned) (nullable) */
  gboolean done;
} Buckets;

static void
buckets_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Buckets *buckets = user_data;

  buckets->names = hoist_s3_buckets_list_finish (result, &buckets->error);
  buckets->done = TRUE;
}

static void
list_buckets_in_thread (GTask *task, gpointer source, gpointer config, GCancellable *cancellable)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Buckets buckets = { 0 };

  g_main_context_push_thread_default (context);
  hoist_s3_buckets_list_async (config, cancellable, buckets_listed_cb, &buckets);
  while (!buckets.done)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);

  if (buckets.error != NULL)
    g_task_return_error (task, buckets.error);
  else
    g_task_return_pointer (task, buckets.names, (GDestroyNotify) g_strfreev);
}

/**
 * hoist_probe_buckets_async:
 * @config: as hoist_s3_buckets_list_async()
 * @cancellable: (nullable): ends it early
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * As hoist_s3_buckets_list_async(), on a thread of its own.
 */
void
hoist_probe_buckets_async (HoistProviderConfig *config,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_probe_buckets_async);
  g_task_set_task_data (task, hoist_provider_config_ref (config),
                        (GDestroyNotify) hoist_provider_config_unref);
  g_task_run_in_thread (task, list_buckets_in_thread);
}

/**
 * hoist_probe_buckets_finish:
 * @result: what the callback got
 *
 * Errors: as hoist_s3_buckets_list_finish().
 *
 * Returns: (transfer full): the names of the buckets, in order
 */
GStrv
hoist_probe_buckets_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_probe_buckets_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Which kind it is ------------------------------------------------------------------------- */

typedef struct
{
  HoistProviderConfig *config; /* (owned) */
  HoistDetectFunc tell;        /* (nullable) */
  gpointer tell_data;
  HoistDetection *detection; /* (owned) (nullable) */
  GError *error;             /* (owned) (nullable) */
  gboolean done;
} Detection;

static void
detection_free (gpointer user_data)
{
  Detection *detection = user_data;

  hoist_provider_config_unref (detection->config);
  g_free (detection);
}

static void
detected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Detection *detection = user_data;

  detection->detection = hoist_detect_finish (result, &detection->error);
  detection->done = TRUE;
}

/* On its way to the caller's thread. */
typedef struct
{
  GTask *task; /* (owned) */
  const char *kind;
} Step;

static void
step_free (gpointer user_data)
{
  Step *step = user_data;

  g_object_unref (step->task);
  g_free (step);
}

static gboolean
step_cb (gpointer user_data)
{
  Step *step = user_data;
  Detection *detection = g_task_get_task_data (step->task);

  if (!g_task_get_completed (step->task))
    detection->tell (step->kind, detection->tell_data);
  return G_SOURCE_REMOVE;
}

static void
tell_caller (const char *kind, gpointer user_data)
{
  GTask *task = user_data;
  Step *step = g_new (Step, 1);

  step->task = g_object_ref (task);
  step->kind = kind;
  g_main_context_invoke_full (g_task_get_context (task), G_PRIORITY_DEFAULT, step_cb, step,
                              step_free);
}

static void
detect_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Detection *detection = task_data;

  g_main_context_push_thread_default (context);
  hoist_detect_async (detection->config, detection->tell != NULL ? tell_caller : NULL, task,
                      cancellable, detected_cb, detection);
  while (!detection->done)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);

  if (detection->error != NULL)
    g_task_return_error (task, g_steal_pointer (&detection->error));
  else
    g_task_return_pointer (task, g_steal_pointer (&detection->detection),
                           (GDestroyNotify) hoist_detection_free);
}

/**
 * hoist_probe_detect_async:
 * @config: as hoist_detect_async()
 * @tell: (nullable): is told what is tried, in the thread-default context
 * @tell_data: for @tell
 * @cancellable: (nullable): ends it early
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * As hoist_detect_async(), on a thread of its own.
 */
void
hoist_probe_detect_async (HoistProviderConfig *config,
                          HoistDetectFunc tell,
                          gpointer tell_data,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Detection *detection = g_new0 (Detection, 1);

  detection->config = hoist_provider_config_ref (config);
  detection->tell = tell;
  detection->tell_data = tell_data;
  g_task_set_source_tag (task, hoist_probe_detect_async);
  g_task_set_task_data (task, detection, detection_free);
  g_task_run_in_thread (task, detect_in_thread);
}

/**
 * hoist_probe_detect_finish:
 * @result: what the callback got
 *
 * Errors: as hoist_detect_finish().
 *
 * Returns: (transfer full): what answers
 */
HoistDetection *
hoist_probe_detect_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_probe_detect_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
