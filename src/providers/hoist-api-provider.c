/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-api-provider.h"

#include <glib/gi18n-lib.h>

#include "hoist-api-client.h"
#include "hoist-api-messages.h"
#include "hoist-net.h"
#include "hoist-provider-private.h"

/**
 * HoistApiProvider:
 *
 * Speaks docs/upload-api.md with a backend.
 */
struct _HoistApiProvider
{
  GObject parent_instance;

  HoistApiClient *client; /* (owned) */
  char *key_prefix;       /* (owned) (nullable) */
};

static void provider_init (HoistProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HoistApiProvider,
                               hoist_api_provider,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_PROVIDER, provider_init))

/* What was asked, to read the answer by. */
typedef struct
{
  gint64 asked_us;     /* monotonic */
  GPtrArray *requests; /* (owned) (nullable) initiate */
  guint *part_numbers; /* (owned) (nullable) sign */
  GPtrArray *keys;     /* (owned) (nullable) (element-type utf8) stat */
  gsize n_parts;
  char *after; /* (owned) (nullable) unfinished */
} Asked;

static void
asked_free (Asked *asked)
{
  g_clear_pointer (&asked->requests, g_ptr_array_unref);
  g_free (asked->part_numbers);
  g_clear_pointer (&asked->keys, g_ptr_array_unref);
  g_free (asked->after);
  g_free (asked);
}

static GTask *
make_task (HoistProvider *provider,
           gpointer tag,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
  GTask *task = g_task_new (provider, cancellable, callback, user_data);
  Asked *asked = g_new0 (Asked, 1);

  asked->asked_us = g_get_monotonic_time ();
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, asked, (GDestroyNotify) asked_free);
  return task;
}

/* Takes over @task. */
static void
send_call (GTask *task, const HoistApiCall *call, GAsyncReadyCallback callback)
{
  HoistApiProvider *self = g_task_get_source_object (task);

  hoist_api_client_send_async (self->client, call, g_task_get_cancellable (task), callback, task);
}

/* The answer's body if it was a success; else the task is ended. */
static GBytes *
finish_call (GTask *task, GObject *source, GAsyncResult *result)
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

/* @error is read only here: arguments are made in any order. */
static void
return_pointer (GTask *task, gpointer value, GDestroyNotify destroy, GError **error)
{
  if (value != NULL)
    g_task_return_pointer (task, value, destroy);
  else
    g_task_return_error (task, g_steal_pointer (error));
}

static gpointer
finish_pointer (HoistProvider *provider, gpointer tag, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- probe --- */

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GBytes) answer = finish_call (task, source, result);
  GError *error = NULL;

  if (answer != NULL)
    return_pointer (task, hoist_api_parse_capabilities (answer, &error),
                    (GDestroyNotify) hoist_capabilities_free, &error);
}

static void
hoist_api_provider_probe_async (HoistProvider *provider,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  /* Translators: a request to the backend, as in «the answer to …» */
  const HoistApiCall call = { .name = _ ("the first request"), .path = "/",
                                         .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S };

  send_call (make_task (provider, hoist_api_provider_probe_async, cancellable, callback, user_data),
             &call, probed_cb);
}

static HoistCapabilities *
hoist_api_provider_probe_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return finish_pointer (provider, hoist_api_provider_probe_async, result, error);
}

/* --- begin --- */

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Asked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) answer = finish_call (task, source, result);
  GError *error = NULL;

  if (answer != NULL)
    return_pointer (task,
                    hoist_api_parse_initiate (answer, asked->requests, asked->asked_us, &error),
                    (GDestroyNotify) g_ptr_array_unref, &error);
}

/* A plain PUT begins nothing on the storage. */
static gboolean
leaves_no_trace (GPtrArray *requests)
{
  for (guint i = 0; i < requests->len; i++)
    if (((HoistBeginRequest *) requests->pdata[i])->plan.multipart)
      return FALSE;
  return TRUE;
}

static void
hoist_api_provider_begin_async (HoistProvider *provider,
                                GPtrArray *requests,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  HoistApiProvider *self = HOIST_API_PROVIDER (provider);
  GTask *task =
    make_task (provider, hoist_api_provider_begin_async, cancellable, callback, user_data);
  Asked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) body = hoist_api_build_initiate (requests, self->key_prefix);
  const HoistApiCall call = { .name = "initiate",
                              .path = "/initiate",
                              .body = body,
                              .idempotent = leaves_no_trace (requests),
                              .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S };

  asked->requests = g_ptr_array_ref (requests);
  send_call (task, &call, begun_cb);
}

static GPtrArray *
hoist_api_provider_begin_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return finish_pointer (provider, hoist_api_provider_begin_async, result, error);
}

/* --- sign --- */

static void
signed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Asked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) answer = finish_call (task, source, result);
  GError *error = NULL;

  if (answer != NULL)
    return_pointer (task,
                    hoist_api_parse_sign (answer, asked->part_numbers, asked->n_parts,
                                          asked->asked_us, &error),
                    (GDestroyNotify) g_ptr_array_unref, &error);
}

static void
hoist_api_provider_sign_async (HoistProvider *provider,
                               const char *upload_id,
                               const char *key,
                               HoistDigestKind digest_kind,
                               const HoistPartRef *parts,
                               gsize n_parts,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task =
    make_task (provider, hoist_api_provider_sign_async, cancellable, callback, user_data);
  Asked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) body = hoist_api_build_sign (upload_id, key, digest_kind, parts, n_parts);
  const HoistApiCall call = { .name = "sign",
                              .path = "/sign",
                              .body = body,
                              .idempotent = TRUE,
                              .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S };

  asked->n_parts = n_parts;
  asked->part_numbers = g_new (guint, n_parts);
  for (gsize i = 0; i < n_parts; i++)
    asked->part_numbers[i] = parts[i].part_number;
  send_call (task, &call, signed_cb);
}

static GPtrArray *
hoist_api_provider_sign_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return finish_pointer (provider, hoist_api_provider_sign_async, result, error);
}

/* --- list --- */

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GBytes) answer = finish_call (task, source, result);
  GError *error = NULL;

  if (answer != NULL)
    return_pointer (task, hoist_api_parse_status (answer, &error),
                    (GDestroyNotify) g_ptr_array_unref, &error);
}

static void
hoist_api_provider_list_async (HoistProvider *provider,
                               const char *upload_id,
                               const char *key,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autofree char *escaped_id = g_uri_escape_string (upload_id, NULL, FALSE);
  g_autofree char *escaped_key = g_uri_escape_string (key, NULL, FALSE);
  g_autofree char *query = g_strdup_printf ("uploadId=%s&key=%s", escaped_id, escaped_key);
  const HoistApiCall call = {
    .name = "status", .path = "/status", .query = query, .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S
  };

  send_call (make_task (provider, hoist_api_provider_list_async, cancellable, callback, user_data),
             &call, listed_cb);
}

static GPtrArray *
hoist_api_provider_list_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return finish_pointer (provider, hoist_api_provider_list_async, result, error);
}

/* --- complete --- */

static void
completed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GBytes) answer = finish_call (task, source, result);
  GError *error = NULL;

  if (answer != NULL)
    return_pointer (task, hoist_api_parse_complete (answer, &error),
                    (GDestroyNotify) hoist_object_free, &error);
}

static void
hoist_api_provider_complete_async (HoistProvider *provider,
                                   const char *upload_id,
                                   const char *key,
                                   HoistDigestKind digest_kind,
                                   const HoistPartRef *parts,
                                   gsize n_parts,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GBytes) body = hoist_api_build_complete (upload_id, key, digest_kind, parts, n_parts);
  const HoistApiCall call = { .name = "complete",
                              .path = "/complete",
                              .body = body,
                              .idempotent = TRUE,
                              .timeout_s = HOIST_NET_COMPLETE_TIMEOUT_S };

  send_call (make_task (provider, hoist_api_provider_complete_async, cancellable, callback,
                        user_data),
             &call, completed_cb);
}

static HoistObject *
hoist_api_provider_complete_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return finish_pointer (provider, hoist_api_provider_complete_async, result, error);
}

/* --- stat --- */

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Asked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) answer = finish_call (task, source, result);
  GError *error = NULL;

  if (answer != NULL)
    return_pointer (task, hoist_api_parse_stat (answer, asked->keys, &error),
                    (GDestroyNotify) g_ptr_array_unref, &error);
}

static void
hoist_api_provider_stat_async (HoistProvider *provider,
                               const HoistStatRef *objects,
                               gsize n_objects,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task =
    make_task (provider, hoist_api_provider_stat_async, cancellable, callback, user_data);
  Asked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) body = hoist_api_build_stat (objects, n_objects);
  const HoistApiCall call = { .name = "stat",
                              .path = "/stat",
                              .body = body,
                              .idempotent = TRUE,
                              .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S };

  asked->keys = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; i < n_objects; i++)
    g_ptr_array_add (asked->keys, g_strdup (objects[i].key));
  send_call (task, &call, looked_up_cb);
}

static GPtrArray *
hoist_api_provider_stat_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return finish_pointer (provider, hoist_api_provider_stat_async, result, error);
}

/* --- abort --- */

static void
aborted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GBytes) answer = finish_call (task, source, result);
  guint remaining;
  GError *error = NULL;

  if (answer == NULL)
    return;
  if (!hoist_api_parse_abort (answer, &remaining, &error))
    g_task_return_error (task, error);
  else if (remaining > 0)
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE,
                             ngettext ("The storage still has %u part of the cancelled upload",
                                       "The storage still has %u parts of the cancelled upload",
                                       remaining),
                             remaining);
  else
    g_task_return_boolean (task, TRUE);
}

static void
hoist_api_provider_abort_async (HoistProvider *provider,
                                const char *upload_id,
                                const char *key,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task =
    make_task (provider, hoist_api_provider_abort_async, cancellable, callback, user_data);
  g_autoptr (GBytes) body = NULL;
  HoistApiCall call = {
    .name = "abort", .path = "/abort", .idempotent = TRUE, .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S
  };

  if (upload_id == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  call.body = body = hoist_api_build_abort (upload_id, key);
  send_call (g_steal_pointer (&task), &call, aborted_cb);
}

static gboolean
hoist_api_provider_abort_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) reason = NULL;

  g_return_val_if_fail (g_task_is_valid (result, provider), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_api_provider_abort_async), FALSE);

  if (g_task_propagate_boolean (G_TASK (result), &reason) ||
      g_error_matches (reason, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/* --- unfinished --- */

static void
unfinished_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Asked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) answer = finish_call (task, source, result);
  GError *error = NULL;

  if (answer != NULL)
    return_pointer (task, hoist_api_parse_uploads (answer, asked->after, &error),
                    (GDestroyNotify) hoist_unfinished_page_free, &error);
}

static void
hoist_api_provider_unfinished_async (HoistProvider *provider,
                                     const char *after,
                                     gboolean detailed,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  GTask *task =
    make_task (provider, hoist_api_provider_unfinished_async, cancellable, callback, user_data);
  Asked *asked = g_task_get_task_data (task);
  g_autoptr (GString) query = g_string_new (detailed ? "details=true" : "limit=1000");
  HoistApiCall call = { .name = "uploads",
                        .path = "/uploads",
                        .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S };

  asked->after = g_strdup (after);
  if (after != NULL)
    {
      g_string_append (query, "&after=");
      g_string_append_uri_escaped (query, after, NULL, FALSE);
    }
  call.query = query->str;
  send_call (task, &call, unfinished_cb);
}

static HoistUnfinishedPage *
hoist_api_provider_unfinished_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return finish_pointer (provider, hoist_api_provider_unfinished_async, result, error);
}

/* --- share --- */

static void
shared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GBytes) answer = finish_call (task, source, result);
  GError *error = NULL;

  if (answer != NULL)
    return_pointer (task, hoist_api_parse_share (answer, &error), (GDestroyNotify) hoist_share_free,
                    &error);
}

static void
hoist_api_provider_share_async (HoistProvider *provider,
                                const char *key,
                                guint expires_in_s,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GBytes) body = hoist_api_build_share (key, expires_in_s);
  const HoistApiCall call = { .name = "share",
                              .path = "/share",
                              .body = body,
                              .idempotent = TRUE,
                              .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S };

  send_call (make_task (provider, hoist_api_provider_share_async, cancellable, callback, user_data),
             &call, shared_cb);
}

static HoistShare *
hoist_api_provider_share_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return finish_pointer (provider, hoist_api_provider_share_async, result, error);
}

/* --- the object --- */

static void
provider_init (HoistProviderInterface *iface)
{
  iface->probe_async = hoist_api_provider_probe_async;
  iface->probe_finish = hoist_api_provider_probe_finish;
  iface->begin_async = hoist_api_provider_begin_async;
  iface->begin_finish = hoist_api_provider_begin_finish;
  iface->sign_async = hoist_api_provider_sign_async;
  iface->sign_finish = hoist_api_provider_sign_finish;
  iface->list_async = hoist_api_provider_list_async;
  iface->list_finish = hoist_api_provider_list_finish;
  iface->complete_async = hoist_api_provider_complete_async;
  iface->complete_finish = hoist_api_provider_complete_finish;
  iface->stat_async = hoist_api_provider_stat_async;
  iface->stat_finish = hoist_api_provider_stat_finish;
  iface->abort_async = hoist_api_provider_abort_async;
  iface->abort_finish = hoist_api_provider_abort_finish;
  iface->unfinished_async = hoist_api_provider_unfinished_async;
  iface->unfinished_finish = hoist_api_provider_unfinished_finish;
  iface->share_async = hoist_api_provider_share_async;
  iface->share_finish = hoist_api_provider_share_finish;
}

static void
hoist_api_provider_finalize (GObject *object)
{
  HoistApiProvider *self = HOIST_API_PROVIDER (object);

  g_clear_object (&self->client);
  g_free (self->key_prefix);
  G_OBJECT_CLASS (hoist_api_provider_parent_class)->finalize (object);
}

static void
hoist_api_provider_class_init (HoistApiProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_api_provider_finalize;
}

static void
hoist_api_provider_init (HoistApiProvider *self)
{
}

/**
 * hoist_api_provider_new:
 * @config: what to talk to
 * @error: return location
 *
 * Makes a provider for a backend, in this thread's context. Nothing is sent yet.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT.
 *
 * Returns: (transfer full): the provider, or %NULL
 */
HoistProvider *
hoist_api_provider_new (HoistProviderConfig *config, GError **error)
{
  g_autoptr (HoistApiClient) client = hoist_api_client_new (config, error);
  HoistApiProvider *self;

  if (client == NULL)
    return NULL;
  self = g_object_new (HOIST_TYPE_API_PROVIDER, NULL);
  self->client = g_steal_pointer (&client);
  self->key_prefix = g_strdup (config->key_prefix);
  return HOIST_PROVIDER (self);
}
