/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs every rule of docs/upload-api.md that can be seen from outside against a live
 * backend. */

#include "config.h"

#include <string.h>

#include "hoist-conformance-private.h"
#include "hoist-net.h"

typedef struct
{
  HoistConformanceRun *run; /* (owned) */
  HoistConformanceFunc func;
  gpointer func_data;
} RunData;

typedef struct
{
  RunData *data;
  const char *title;
  HoistConformanceVerdict verdict;
  char *detail; /* (owned) (nullable) */
} Told;

static void
run_free (HoistConformanceRun *run)
{
  g_clear_object (&run->session);
  g_clear_object (&run->storage);
  g_clear_object (&run->cancellable);
  g_clear_pointer (&run->capabilities, hoist_capabilities_free);
  hoist_provider_config_unref (run->config);
  g_free (run->folder);
  g_free (run->detail);
  g_free (run->upload_id);
  g_free (run->key);
  for (guint i = 0; i < HOIST_CONFORMANCE_N_PARTS; i++)
    {
      g_clear_pointer (&run->parts[i], g_bytes_unref);
      g_free (run->etags[i]);
    }
  g_free (run);
}

static void
run_data_free (RunData *data)
{
  run_free (data->run);
  g_free (data);
}

static void
told_free (Told *told)
{
  g_free (told->detail);
  g_free (told);
}

static gboolean
tell_cb (gpointer user_data)
{
  Told *told = user_data;

  told->data->func (told->title, told->verdict, told->detail, told->data->func_data);
  return G_SOURCE_REMOVE;
}

/* In the order of the task's own end, which comes after all of them. */
static void
tell (GTask *task, RunData *data, const char *title, HoistConformanceVerdict verdict)
{
  Told *told = g_new0 (Told, 1);

  told->data = data;
  told->title = title;
  told->verdict = verdict;
  told->detail = verdict != HOIST_CONFORMANCE_PASSED ? g_steal_pointer (&data->run->detail) : NULL;
  g_main_context_invoke_full (g_task_get_context (task), G_PRIORITY_DEFAULT, tell_cb, told,
                              (GDestroyNotify) told_free);
}

static void
check (GTask *task, RunData *data, const HoistConformanceRule *rules)
{
  for (; rules->title != NULL; rules++)
    {
      HoistConformanceRun *run = data->run;
      HoistConformanceVerdict verdict;

      if (g_cancellable_is_cancelled (run->cancellable))
        return;
      g_clear_pointer (&run->detail, g_free);
      /* Without the capabilities nothing else can be asked. */
      if (run->capabilities == NULL && run->n_failed > 0)
        verdict = hoist_conformance_skip (run, "the backend’s capabilities are not known");
      else
        verdict = rules->check (run);
      if (verdict == HOIST_CONFORMANCE_FAILED)
        run->n_failed++;
      tell (task, data, rules->title, verdict);
    }
}

static void
run_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  RunData *data = task_data;
  HoistConformanceRun *run = data->run;
  g_autoptr (GMainContext) context = g_main_context_new ();
  HoistNetTrust *trust;
  GError *error = NULL;

  if (!hoist_provider_config_get_trust (run->config, &trust, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_main_context_push_thread_default (context);
  run->session = hoist_net_control_session_new (trust);
  run->storage = hoist_net_control_session_new (trust);
  check (task, data, hoist_conformance_request_rules);
  check (task, data, hoist_conformance_single_rules);
  check (task, data, hoist_conformance_part_rules);
  check (task, data, hoist_conformance_listing_rules);
  g_clear_object (&run->session);
  g_clear_object (&run->storage);
  g_main_context_pop_thread_default (context);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_strdup (run->folder), g_free);
}

/**
 * hoist_conformance_run_async:
 * @url: the backend's base URL
 * @token: a token of its
 * @ca_file: (nullable): PEM file of further trusted certificates
 * @func: told of each rule as it ends
 * @func_data: for @func
 * @cancellable: (nullable): ends the run between two requests
 * @callback: called at the end
 * @user_data: for @callback
 *
 * Tries a backend against the rules of docs/upload-api.md. It uploads some 5 MiB, into a
 * folder that has a name of its own.
 */
void
hoist_conformance_run_async (const char *url,
                             const char *token,
                             const char *ca_file,
                             HoistConformanceFunc func,
                             gpointer func_data,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  RunData *data = g_new0 (RunData, 1);
  HoistConformanceRun *run = g_new0 (HoistConformanceRun, 1);
  g_autofree char *id = g_uuid_string_random ();

  g_task_set_source_tag (task, hoist_conformance_run_async);
  run->config = hoist_provider_config_new ("hoist-api", url);
  if (g_str_has_suffix (url, "/"))
    run->config->url[strlen (url) - 1] = '\0';
  run->config->token = g_strdup (token);
  run->config->ca_file = g_strdup (ca_file);
  run->folder = g_strconcat ("hoist-conformance-", id, NULL);
  run->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  data->run = run;
  data->func = func;
  data->func_data = func_data;
  g_task_set_task_data (task, data, (GDestroyNotify) run_data_free);
  g_task_run_in_thread (task, run_thread);
}

/**
 * hoist_conformance_run_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Errors: %G_IO_ERROR_CANCELLED, or what is wrong with the certificates' file.
 *
 * Returns: (transfer full) (nullable): the folder that the objects of the run are in, since
 *   a client of this API cannot delete any
 */
char *
hoist_conformance_run_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_conformance_run_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
