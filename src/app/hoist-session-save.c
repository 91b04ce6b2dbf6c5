/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stores a destination, and what becomes of its token. */

#include "config.h"

#include "hoist-session-save.h"

typedef struct
{
  HoistSession *session;         /* (owned) */
  HoistDestination *destination; /* (owned) */
  char *token;                   /* (owned) (nullable) */
  char *not_kept;                /* (owned) (nullable) */
} SaveData;

static void
save_data_free (SaveData *data)
{
  g_object_unref (data->session);
  g_object_unref (data->destination);
  hoist_secret_free (data->token);
  g_free (data->not_kept);
  g_free (data);
}

static void
finish_saving (GTask *task)
{
  SaveData *data = g_task_get_task_data (task);
  HoistDestination *stored = hoist_destination_store_lookup (
    hoist_session_get_destinations (data->session), hoist_destination_get_id (data->destination));

  /* To whom else asks, it may say something else. */
  if (stored != NULL && data->token != NULL)
    hoist_destination_set_abilities (stored, NULL);
  hoist_session_refresh (data->session);
  g_task_return_pointer (task, g_object_ref (data->destination), g_object_unref);
}

static void
token_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SaveData *data = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  /* Without a keyring the store keeps the token for this run, and says why. */
  if (!hoist_secret_store_store_finish (HOIST_SECRET_STORE (source), result, &error))
    data->not_kept = g_strdup (error->message);
  finish_saving (task);
}

static void
token_dropped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (hoist_secret_store_remove_finish (HOIST_SECRET_STORE (source), result, &error))
    finish_saving (task);
  else
    g_task_return_error (task, error);
}

static void
store_token (GTask *task)
{
  SaveData *data = g_task_get_task_data (task);

  if (data->token == NULL)
    finish_saving (task);
  else if (*data->token == '\0')
    hoist_secret_store_remove_async (hoist_session_get_secrets (data->session),
                                     hoist_destination_get_id (data->destination), TRUE,
                                     g_task_get_cancellable (task), token_dropped_cb,
                                     g_object_ref (task));
  else
    hoist_secret_store_store_async (hoist_session_get_secrets (data->session),
                                    hoist_destination_get_id (data->destination),
                                    hoist_destination_get_name (data->destination), data->token,
                                    TRUE, g_task_get_cancellable (task), token_stored_cb,
                                    g_object_ref (task));
}

static void
updated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (hoist_destination_store_update_finish (HOIST_DESTINATION_STORE (source), result, &error))
    store_token (task);
  else
    g_task_return_error (task, error);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SaveData *data = g_task_get_task_data (task);
  GError *error = NULL;
  HoistDestination *stored =
    hoist_destination_store_add_finish (HOIST_DESTINATION_STORE (source), result, &error);

  if (stored == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_set_object (&data->destination, stored);
  g_object_unref (stored);
  store_token (task);
}

static gboolean
is_stored (HoistDestinationStore *store, HoistDestination *destination)
{
  const char *id = hoist_destination_get_id (destination);
  HoistDestination *known = id != NULL ? hoist_destination_store_lookup (store, id) : NULL;

  return known != NULL && g_strcmp0 (hoist_destination_get_id (known), id) == 0;
}

/**
 * hoist_session_save_async: (skip)
 * @backend: whose task it is
 * @session: a session
 * @destination: what is to be stored
 * @token: (nullable): its token; empty to remove the stored one, %NULL to keep it
 * @cancellable: (nullable): ends it early
 * @callback: called when it is stored
 * @user_data: for @callback
 *
 * Adds a destination, or changes the stored one that has its id.
 */
void
hoist_session_save_async (HoistDestinationBackend *backend,
                          HoistSession *session,
                          HoistDestination *destination,
                          const char *token,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (backend, cancellable, callback, user_data);
  HoistDestinationStore *store = hoist_session_get_destinations (session);
  SaveData *data = g_new0 (SaveData, 1);

  data->session = g_object_ref (session);
  data->destination = g_object_ref (destination);
  data->token = g_strdup (token);
  g_task_set_source_tag (task, hoist_session_save_async);
  g_task_set_task_data (task, data, (GDestroyNotify) save_data_free);
  if (is_stored (store, destination))
    hoist_destination_store_update_async (store, destination, cancellable, updated_cb, task);
  else
    hoist_destination_store_add_async (store, destination, cancellable, added_cb, task);
}

/**
 * hoist_session_save_finish: (skip)
 * @backend: whose task it is
 * @result: what the callback got
 * @not_kept: (out) (optional) (nullable) (transfer full): why its token is kept for this run only
 * @error: (out) (optional): why it is not stored, or a token not removed
 *
 * Errors: %HOIST_ERROR_BAD_INPUT, %HOIST_ERROR_NO_KEYRING, and those of files.
 *
 * Returns: (transfer full): the stored destination
 */
HoistDestination *
hoist_session_save_finish (HoistDestinationBackend *backend,
                           GAsyncResult *result,
                           char **not_kept,
                           GError **error)
{
  SaveData *data = g_task_get_task_data (G_TASK (result));

  g_return_val_if_fail (g_task_is_valid (result, backend), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_session_save_async), NULL);

  if (not_kept != NULL)
    *not_kept = g_steal_pointer (&data->not_kept);
  return g_task_propagate_pointer (G_TASK (result), error);
}
