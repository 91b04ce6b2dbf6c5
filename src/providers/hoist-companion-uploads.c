/* SPDX-License-Identifier: GPL-3.0-or-later */

/* List, complete, abort: the calls about an upload that may be gone, where Companion in production
 * only says that something went wrong. They are asked a few times, then hoist-companion-check.c
 * helps to find out. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-companion-messages.h"
#include "hoist-companion-private.h"
#include "hoist-net.h"
#include "hoist-provider-private.h"

/* Answers that say nothing, in a row, that are taken for a bad moment. */
#define MAX_SILENCES 2

typedef enum
{
  LIST,
  COMPLETE,
  ABORT,
} Kind;

typedef struct
{
  /* input */
  Kind kind;
  char *upload_id; /* (owned) */
  char *key;       /* (owned) */
  GBytes *body;    /* (owned) (nullable) complete */

  /* in progress */
  gboolean checked;          /* the same worked with another upload */
  HoistCompanionCheck check; /* with @checked */
} Ask;

static void
ask_free (gpointer user_data)
{
  Ask *ask = user_data;

  g_free (ask->upload_id);
  g_free (ask->key);
  g_clear_pointer (&ask->body, g_bytes_unref);
  g_free (ask);
}

/* Takes over @task. */
static void
send_ask (GTask *task, Kind kind, GAsyncReadyCallback callback)
{
  static const char *const names[] = { "list", "complete", "abort" };
  static const char *const methods[] = { "GET", "POST", "DELETE" };
  Ask *ask = g_task_get_task_data (task);
  g_autofree char *path =
    hoist_companion_build_path (ask->upload_id, kind == COMPLETE ? "/complete" : "");
  g_autofree char *query = hoist_companion_build_query (ask->key, NULL, 0);
  const HoistApiCall call = {
    .name = names[kind],
    .method = methods[kind],
    .path = path,
    .query = query,
    .body = kind == COMPLETE ? ask->body : NULL,
    .idempotent = TRUE,
    .timeout_s = kind == COMPLETE ? HOIST_NET_COMPLETE_TIMEOUT_S : HOIST_NET_CONTROL_TIMEOUT_S,
  };

  hoist_companion_send (task, &call, callback);
}

static void
return_pointer (GTask *task, gpointer value, GDestroyNotify destroy, GError **error)
{
  if (value != NULL)
    g_task_return_pointer (task, value, destroy);
  else
    g_task_return_error (task, g_steal_pointer (error));
}

static void
return_answer (GTask *task, GBytes *answer)
{
  Ask *ask = g_task_get_task_data (task);
  GError *error = NULL;

  switch (ask->kind)
    {
    case LIST:
      return_pointer (task, hoist_companion_parse_list (answer, &error),
                      (GDestroyNotify) g_ptr_array_unref, &error);
      break;
    case COMPLETE:
      return_pointer (task, hoist_companion_parse_completed (answer, ask->key, &error),
                      (GDestroyNotify) hoist_object_free, &error);
      break;
    case ABORT:
    default:
      g_task_return_boolean (task, TRUE);
    }
}

static char *
dup_silence_key (const Ask *ask)
{
  return g_strdup_printf ("%d %s", (int) ask->kind, ask->upload_id);
}

/* Returns how often it happened in a row. */
static guint
count_silence (HoistCompanionProvider *self, const Ask *ask)
{
  char *key = dup_silence_key (ask);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->silences, key)) + 1;

  g_hash_table_insert (self->silences, key, GUINT_TO_POINTER (n));
  return n;
}

static void
forget_silences (HoistCompanionProvider *self, const Ask *ask)
{
  g_autofree char *key = dup_silence_key (ask);

  g_hash_table_remove (self->silences, key);
}

/* --- The verdict ----------------------------------------------------------------------------- */

static GError *
make_gone_error (void)
{
  return g_error_new_literal (HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE,
                              hoist_error_get_phrase (HOIST_ERROR_UPLOAD_GONE));
}

/* With all parts there, it cannot be completed, nobody knows why. */
static void
end_refused_complete (GTask *task)
{
  HoistCompanionProvider *self = g_task_get_source_object (task);

  g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_REJECTED,
                           /* Translators: %s is a host name */
                           _ ("%s does not complete the upload and only says that something went "
                              "wrong. Whoever runs it finds the reason in its log."),
                              g_uri_get_host (hoist_api_client_get_base (self->client)));
}

static void
looked_for_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistCompanionProvider *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = hoist_companion_receive (self, source, result, task, &error);

  if (answer != NULL)
    end_refused_complete (task);
  else if (hoist_companion_error_says_nothing (error))
    g_task_return_error (task, make_gone_error ());
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* It said nothing again, and the same works with another upload, or does not. */
static void
judge (GTask *task)
{
  HoistCompanionProvider *self = g_task_get_source_object (task);
  Ask *ask = g_task_get_task_data (task);
  const char *host = g_uri_get_host (hoist_api_client_get_base (self->client));

  forget_silences (self, ask);
  if (ask->kind == COMPLETE && ask->check.can_list)
    send_ask (g_object_ref (task), LIST, looked_for_cb);
  else if (ask->kind == COMPLETE)
    end_refused_complete (task);
  else if (ask->kind == LIST && ask->check.can_list)
    g_task_return_error (task, make_gone_error ());
  else if (ask->kind == LIST)
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED,
                             /* Translators: %s is a host name */
                             _ ("%s cannot list the parts of an upload"), host);
  else if (ask->check.can_abort)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_REJECTED,
                             /* Translators: %s is a host name */
                             _ ("%s cannot drop uploads: what was sent stays in its storage"),
                                host);
}

/* --- Asking ---------------------------------------------------------------------------------- */

static void asked_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Ask *ask = g_task_get_task_data (task);
  GError *error = NULL;

  if (!hoist_companion_check_finish (HOIST_COMPANION_PROVIDER (source), result, &ask->check,
                                     &error))
    {
      g_task_return_error (task, error);
      return;
    }
  ask->checked = TRUE;
  send_ask (g_object_ref (task), ask->kind, asked_cb);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistCompanionProvider *self = g_task_get_source_object (task);
  Ask *ask = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = hoist_companion_receive (self, source, result, task, &error);

  if (answer != NULL)
    {
      forget_silences (self, ask);
      return_answer (task, answer);
    }
  else if (ask->kind == ABORT && g_error_matches (error, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE))
    g_task_return_boolean (task, TRUE);
  else if (!hoist_companion_error_says_nothing (error))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (ask->checked)
    judge (task);
  else if (count_silence (self, ask) <= MAX_SILENCES)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    hoist_companion_check_async (self, g_task_get_cancellable (task), checked_cb,
                                 g_object_ref (task));
}

static GTask *
make_task (HoistProvider *provider,
           gpointer tag,
           Kind kind,
           const char *upload_id,
           const char *key,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
  GTask *task = g_task_new (provider, cancellable, callback, user_data);
  Ask *ask = g_new0 (Ask, 1);

  ask->kind = kind;
  ask->upload_id = g_strdup (upload_id);
  ask->key = g_strdup (key);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, ask, ask_free);
  return task;
}

/**
 * hoist_companion_list_async: (skip)
 * @provider: a provider
 * @upload_id: an upload
 * @key: its key
 * @cancellable: (nullable): ends it
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * As hoist_provider_list_async().
 */
void
hoist_companion_list_async (HoistProvider *provider,
                            const char *upload_id,
                            const char *key,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  send_ask (make_task (provider, hoist_companion_list_async, LIST, upload_id, key, cancellable,
                       callback, user_data),
            LIST, asked_cb);
}

/**
 * hoist_companion_list_finish: (skip)
 * @provider: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: as hoist_provider_list_finish().
 *
 * Returns: (transfer full) (element-type HoistServerPart): ascending, or %NULL
 */
GPtrArray *
hoist_companion_list_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_companion_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hoist_companion_complete_async: (skip)
 * @provider: a provider
 * @upload_id: an upload
 * @key: its key
 * @digest_kind: not told to Companion
 * @parts: (array length=n_parts): all its parts
 * @n_parts: how many
 * @cancellable: (nullable): ends it
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * As hoist_provider_complete_async().
 */
void
hoist_companion_complete_async (HoistProvider *provider,
                                const char *upload_id,
                                const char *key,
                                HoistDigestKind digest_kind,
                                const HoistPartRef *parts,
                                gsize n_parts,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = make_task (provider, hoist_companion_complete_async, COMPLETE, upload_id, key,
                           cancellable, callback, user_data);
  Ask *ask = g_task_get_task_data (task);
  GError *error = NULL;

  ask->body = hoist_companion_build_complete (parts, n_parts, &error);
  if (ask->body != NULL)
    {
      send_ask (task, COMPLETE, asked_cb);
      return;
    }
  g_task_return_error (task, error);
  g_object_unref (task);
}

/**
 * hoist_companion_complete_finish: (skip)
 * @provider: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: as hoist_provider_complete_finish().
 *
 * Returns: (transfer full): the object, or %NULL
 */
HoistObject *
hoist_companion_complete_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_companion_complete_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hoist_companion_abort_async: (skip)
 * @provider: a provider
 * @upload_id: an upload
 * @key: its key
 * @cancellable: (nullable): ends it
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * As hoist_provider_abort_async().
 */
void
hoist_companion_abort_async (HoistProvider *provider,
                             const char *upload_id,
                             const char *key,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  send_ask (make_task (provider, hoist_companion_abort_async, ABORT, upload_id, key, cancellable,
                       callback, user_data),
            ABORT, asked_cb);
}

/**
 * hoist_companion_abort_finish: (skip)
 * @provider: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: as hoist_provider_abort_finish().
 *
 * Returns: whether nothing of it is left
 */
gboolean
hoist_companion_abort_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_companion_abort_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
