/* SPDX-License-Identifier: GPL-3.0-or-later */

/* In production Companion says «Something went wrong», be it that an upload is gone, that its storage
 * is down or that its keys may not do this. So the same is tried with an upload that is surely there:
 * one that is created for it, listed and dropped again. What works with that one and not with ours
 * tells that ours is gone. */

#include "config.h"

#include "hoist-companion-messages.h"
#include "hoist-companion-private.h"
#include "hoist-net.h"

typedef struct
{
  char *upload_id; /* (owned) (nullable) once it is created */
  char *key;       /* (owned) (nullable) */
  HoistCompanionCheck check;
  GError *error; /* (owned) (nullable) what tells nothing, such as a broken line */
} Check;

static void
check_free (gpointer user_data)
{
  Check *check = user_data;

  g_free (check->upload_id);
  g_free (check->key);
  g_clear_error (&check->error);
  g_free (check);
}

/* Takes over @task. */
static void
send_about_upload (GTask *task, const char *name, const char *method, GAsyncReadyCallback callback)
{
  Check *check = g_task_get_task_data (task);
  g_autofree char *path = hoist_companion_build_path (check->upload_id, "");
  g_autofree char *query = hoist_companion_build_query (check->key, NULL, 0);
  const HoistApiCall call = { .name = name,
                              .method = method,
                              .path = path,
                              .query = query,
                              .idempotent = TRUE,
                              .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S };

  hoist_companion_send (task, &call, callback);
}

/* Whether it did it; an error that says something ends the check. */
static gboolean
note_answer (GTask *task, GObject *source, GAsyncResult *result)
{
  Check *check = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer =
    hoist_companion_receive (g_task_get_source_object (task), source, result, NULL, &error);

  if (answer == NULL && !hoist_companion_error_says_nothing (error) && check->error == NULL)
    check->error = g_steal_pointer (&error);
  return answer != NULL;
}

static void
aborted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Check *check = g_task_get_task_data (task);

  check->check.can_abort = note_answer (task, source, result);
  if (check->error != NULL)
    g_task_return_error (task, g_steal_pointer (&check->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Check *check = g_task_get_task_data (task);

  check->check.can_list = note_answer (task, source, result);
  send_about_upload (g_steal_pointer (&task), "abort", "DELETE", aborted_cb);
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistCompanionProvider *self = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) answer = hoist_companion_receive (self, source, result, NULL, &error);

  if (answer != NULL)
    hoist_companion_parse_created (answer, &check->upload_id, &check->key, &error);
  error = hoist_companion_note_begin (self, error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    send_about_upload (g_steal_pointer (&task), "list", "GET", listed_cb);
}

/**
 * hoist_companion_check_async: (skip)
 * @self: a provider
 * @cancellable: (nullable): ends it
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Finds out what the server can do with an upload that is there. Nothing of it stays.
 */
void
hoist_companion_check_async (HoistCompanionProvider *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  HoistBeginRequest request = { .name = (char *) "hoist-check",
                                .content_type = (char *) "text/plain" };
  g_autoptr (GBytes) body = hoist_companion_build_create (&request, NULL);
  const HoistApiCall call = { .name = "multipart",
                              .path = "/s3/multipart",
                              .body = body,
                              .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S };

  g_task_set_source_tag (task, hoist_companion_check_async);
  g_task_set_task_data (task, g_new0 (Check, 1), check_free);
  hoist_companion_send (task, &call, created_cb);
}

/**
 * hoist_companion_check_finish: (skip)
 * @self: the provider
 * @result: as given to the callback
 * @check: (out caller-allocates): what it can do
 * @error: return location
 *
 * Errors: those of every call; what hoist_companion_note_begin() makes of them if it creates none.
 *
 * Returns: whether it could be found out
 */
gboolean
hoist_companion_check_finish (HoistCompanionProvider *self,
                              GAsyncResult *result,
                              HoistCompanionCheck *check,
                              GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_companion_check_async), FALSE);

  *check = ((Check *) g_task_get_task_data (G_TASK (result)))->check;
  return g_task_propagate_boolean (G_TASK (result), error);
}
