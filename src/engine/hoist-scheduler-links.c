/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links to what was delivered. None of them is written anywhere: it goes to whoever asked. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-scheduler-private.h"

typedef struct
{
  HoistScheduler *scheduler;
  guint expires_in_s;
  char *destination_id; /* (owned) */
  char *key;            /* (owned) (nullable) */
  char *location;       /* (owned) (nullable) */
  HoistTarget *target;  /* (owned) (nullable) once it is asked */
} LinkCall;

static void
link_call_free (LinkCall *call)
{
  g_free (call->destination_id);
  g_free (call->key);
  g_free (call->location);
  g_clear_object (&call->target);
  g_free (call);
}

/* Takes over @task and @error. */
static void
fail_call (GTask *task, GError *error)
{
  LinkCall *call = g_task_get_task_data (task);

  call->scheduler->n_calls--;
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* Takes over @task and @share. */
static void
end_call (GTask *task, HoistShare *share)
{
  LinkCall *call = g_task_get_task_data (task);

  call->scheduler->n_calls--;
  share->bucket = g_strdup (hoist_target_get_capabilities (call->target)->bucket);
  g_task_return_pointer (task, share, (GDestroyNotify) hoist_share_free);
  g_object_unref (task);
}

static void
shared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  LinkCall *call = g_task_get_task_data (task);
  GError *error = NULL;
  HoistShare *share = hoist_provider_share_finish (HOIST_PROVIDER (source), result, &error);

  if (share == NULL)
    {
      fail_call (task, error);
      return;
    }
  share->temporary |= hoist_target_get_capabilities (call->target)->temporary_keys;
  end_call (task, share);
}

/* What the server told of where the file is: a person may open it, whether others may is the
 * server's affair. */
static void
give_location (GTask *task)
{
  LinkCall *call = g_task_get_task_data (task);
  HoistShare *share;

  if (call->location == NULL || !(g_str_has_prefix (call->location, "https://") ||
                                  g_str_has_prefix (call->location, "http://")))
    {
      fail_call (task, g_error_new_literal (HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED,
                                            _ ("This destination makes no links to share.")));
      return;
    }
  share = hoist_share_new (call->location, 0);
  share->is_signed = FALSE;
  end_call (task, share);
}

static void
ask (GTask *task)
{
  LinkCall *call = g_task_get_task_data (task);
  const HoistCapabilities *capabilities = hoist_target_get_capabilities (call->target);
  HoistShare *share;

  if (!capabilities->can_share || call->key == NULL)
    {
      give_location (task);
      return;
    }
  if (call->expires_in_s > 0)
    {
      hoist_provider_share_async (hoist_target_get_provider (call->target), call->key,
                                  MIN (call->expires_in_s, HOIST_SHARE_MAX_S),
                                  call->scheduler->cancellable, shared_cb, task);
      return;
    }
  share = hoist_share_new (NULL, 0);
  share->temporary = capabilities->temporary_keys;
  end_call (task, share);
}

static void begin_call (GTask *task);

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  LinkCall *call = g_task_get_task_data (task);
  GError *error = NULL;
  gint64 retry_after_us;

  if (hoist_target_prepare_finish (call->target, result, &retry_after_us, &error))
    {
      ask (task);
      return;
    }
  /* The destination was changed meanwhile: there is another way to it now. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && !call->scheduler->halting)
    {
      g_clear_error (&error);
      g_clear_object (&call->target);
      begin_call (task);
      return;
    }
  fail_call (task, error);
}

/* Takes over @task. */
static void
begin_call (GTask *task)
{
  LinkCall *call = g_task_get_task_data (task);
  HoistScheduler *self = call->scheduler;
  HoistRoute *route = hoist_scheduler_get_route (self, call->destination_id);
  GError *error = NULL;

  if (self->halting)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Hoist is ending."));
  else if (route == NULL)
    error = g_error_new (HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                         _ ("The destination “%s” does not exist any more."), call->destination_id);
  if (error != NULL)
    {
      fail_call (task, error);
      return;
    }
  /* Its token is still to come out of the keyring. */
  if (hoist_target_get_blocked_until_us (route->target) == G_MAXINT64)
    {
      g_queue_push_tail (&self->link_tasks, task);
      return;
    }
  call->target = g_object_ref (route->target);
  hoist_target_prepare_async (call->target, prepared_cb, task);
}

/**
 * hoist_scheduler_wake_links:
 * @self: a scheduler
 *
 * Goes on with what waits for a destination, which changed, or for nothing any more, since all
 * ends.
 */
void
hoist_scheduler_wake_links (HoistScheduler *self)
{
  GQueue waiting = self->link_tasks;
  gpointer task;

  g_queue_init (&self->link_tasks);
  while ((task = g_queue_pop_head (&waiting)) != NULL)
    begin_call (task);
}

/**
 * hoist_scheduler_link_async:
 * @self: a scheduler
 * @id: an upload that is done
 * @expires_in_s: for how long the link is to be good, cut to %HOIST_SHARE_MAX_S; 0 asks only
 *   whether there can be one
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Gets a link to what was delivered. Where the destination signs none, it is where the file is,
 * as the server told it.
 */
void
hoist_scheduler_link_async (HoistScheduler *self,
                            guint64 id,
                            guint expires_in_s,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  HoistTransfer *transfer = hoist_scheduler_find (self, id);
  LinkCall *call;

  g_task_set_source_tag (task, hoist_scheduler_link_async);
  if (transfer == NULL || transfer->record->state != HOIST_UPLOAD_DONE)
    {
      g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s",
                               _ ("This upload was not delivered."));
      g_object_unref (task);
      return;
    }
  call = g_new0 (LinkCall, 1);
  call->scheduler = self;
  call->expires_in_s = expires_in_s;
  call->destination_id = g_strdup (transfer->record->destination_id);
  call->key = g_strdup (transfer->record->key);
  call->location = g_strdup (transfer->record->location);
  g_task_set_task_data (task, call, (GDestroyNotify) link_call_free);
  self->n_calls++;
  begin_call (task);
}

/**
 * hoist_scheduler_link_finish:
 * @self: a scheduler
 * @result: what the callback got
 * @error: return location
 *
 * Errors: %HOIST_ERROR_NOT_SUPPORTED where there is no link; %HOIST_ERROR_BAD_INPUT for what was
 * not delivered; what the destination's calls tell.
 *
 * Returns: (transfer full) (nullable): the link
 */
HoistShare *
hoist_scheduler_link_finish (HoistScheduler *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_scheduler_link_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
