/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-companion-provider.h"

#include <glib/gi18n-lib.h>

#include "hoist-companion-messages.h"
#include "hoist-companion-private.h"
#include "hoist-net.h"
#include "hoist-provider-private.h"
#include "hoist-secret-headers.h"

/* Begin calls in a row to which the server says that something went wrong, and nothing else, before
 * that counts as its last word. With the delays between them they take about half a minute. */
#define MAX_SILENT_BEGINS 6

/* Signed offline, whatever they are: a question that changes nothing. */
#define PROBE_ID "hoist-check"

/**
 * HoistCompanionProvider:
 *
 * Speaks with the S3 endpoints of Uppy Companion: multipart uploads to a key that the server chooses,
 * over URLs that it signs part by part, and small files in one request. It can neither list uploads nor look at objects.
 */
static void provider_init (HoistProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HoistCompanionProvider,
                               hoist_companion_provider,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_PROVIDER, provider_init))

/* --- Calls ----------------------------------------------------------------------------------- */

/**
 * hoist_companion_send: (skip)
 * @task: (transfer full): of a provider
 * @call: what to ask
 * @callback: gets @task
 *
 * Makes a call.
 */
void
hoist_companion_send (GTask *task, const HoistApiCall *call, GAsyncReadyCallback callback)
{
  HoistCompanionProvider *self = g_task_get_source_object (task);

  hoist_api_client_send_async (self->client, call, g_task_get_cancellable (task), callback, task);
}

/* What guards a deployment by a session often sends to a page to sign in, instead of refusing. */
static GError *
explain_redirection (HoistCompanionProvider *self, GError *error)
{
  guint status = hoist_error_get_http_status (error);
  GError *explained;

  if (!self->has_headers || status < 301 || status > 308)
    return error;
  explained =
    /* Translators: %s is a host name */
    g_error_new (HOIST_ERROR, HOIST_ERROR_AUTH,
                 _ ("%s sends us elsewhere, maybe to sign in: the headers or cookies of this "
                    "destination are no longer good. Enter new ones in its settings."),
                    g_uri_get_host (hoist_api_client_get_base (self->client)));
  hoist_error_set_reply (explained, status, NULL, NULL);
  g_error_free (error);
  return explained;
}

/**
 * hoist_companion_receive: (skip)
 * @self: a provider
 * @source: as given to the callback
 * @result: as given to the callback
 * @task: (nullable): what fails then with what the server asked to wait
 * @error: return location
 *
 * Ends a call.
 *
 * Errors: those of every call of a provider.
 *
 * Returns: (transfer full): the body of a successful answer, or %NULL
 */
GBytes *
hoist_companion_receive (HoistCompanionProvider *self,
                         GObject *source,
                         GAsyncResult *result,
                         GTask *task,
                         GError **error)
{
  gint64 retry_after_us = 0;
  GError *reason = NULL;
  GBytes *answer =
    hoist_api_client_send_finish (HOIST_API_CLIENT (source), result, &retry_after_us, &reason);

  if (answer != NULL)
    return answer;
  if (task != NULL)
    hoist_provider_task_set_retry_after_us (task, retry_after_us);
  g_propagate_error (error, explain_redirection (self, reason));
  return NULL;
}

/**
 * hoist_companion_note_begin: (skip)
 * @self: a provider
 * @error: (transfer full) (nullable): what came of creating an upload
 *
 * A server that fails and does not say why is asked again, but not for ever.
 *
 * Returns: (transfer full) (nullable): @error, or that this is its last word
 */
GError *
hoist_companion_note_begin (HoistCompanionProvider *self, GError *error)
{
  GError *final;

  if (error == NULL || !hoist_companion_error_says_nothing (error))
    {
      self->n_silent_begins = 0;
      return error;
    }
  if (++self->n_silent_begins < MAX_SILENT_BEGINS)
    return error;
  final =
    /* Translators: %s is a host name */
    g_error_new (HOIST_ERROR, HOIST_ERROR_REJECTED,
                 _ ("%s says again and again that something went wrong, and not what. Whoever runs "
                    "it finds the reason in its log."),
                    g_uri_get_host (hoist_api_client_get_base (self->client)));
  hoist_error_set_reply (final, hoist_error_get_http_status (error), NULL,
                         hoist_error_get_request_id (error));
  g_error_free (error);
  return final;
}

static gpointer
finish_pointer (HoistProvider *provider, gpointer tag, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- probe --- */

static HoistCapabilities *
make_capabilities (gboolean signs_singles)
{
  HoistCapabilities *capabilities = g_new0 (HoistCapabilities, 1);

  hoist_part_limits_init (&capabilities->limits);
  if (!signs_singles)
    {
      capabilities->limits.multipart_only = TRUE;
      capabilities->limits.single_put_bytes = 0;
    }
  capabilities->digest_kind = HOIST_DIGEST_MD5;
  capabilities->max_begin_files = 1;
  capabilities->max_sign_parts = HOIST_COMPANION_MAX_BATCH;
  capabilities->max_stat_objects = 1;
  capabilities->can_list = TRUE;
  capabilities->hides_uploads = TRUE;
  capabilities->server = g_strdup ("Uppy Companion");
  return capabilities;
}

static void
params_probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistCompanionProvider *self = HOIST_COMPANION_PROVIDER (source);

  g_task_return_pointer (task, make_capabilities (self->signs_singles),
                         (GDestroyNotify) hoist_capabilities_free);
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistCompanionProvider *self = g_task_get_source_object (task);
  g_autoptr (HoistSignedUrl) url = NULL;
  GError *error = NULL;
  g_autoptr (GBytes) answer = hoist_companion_receive (self, source, result, task, &error);

  if (answer != NULL)
    url =
      hoist_companion_parse_signed (answer, hoist_api_client_get_base (self->client), 1, 0, &error);
  if (url != NULL)
    hoist_companion_probe_params_async (self, g_task_get_cancellable (task), params_probed_cb,
                                        g_object_ref (task));
  else
    g_task_return_error (task, hoist_companion_note_begin (self, error));
}

static void
hoist_companion_probe_async (HoistProvider *provider,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (provider, cancellable, callback, user_data);
  g_autofree char *path = hoist_companion_build_path (PROBE_ID, "/1");
  g_autofree char *query = hoist_companion_build_query (PROBE_ID, NULL, 0);
  /* Translators: a request to the backend, as in «the answer to …» */
  const HoistApiCall call = { .name = _ ("the first request"), .path = path, .query = query,
                                         .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S };

  g_task_set_source_tag (task, hoist_companion_probe_async);
  hoist_companion_send (task, &call, probed_cb);
}

static HoistCapabilities *
hoist_companion_probe_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return finish_pointer (provider, hoist_companion_probe_async, result, error);
}

/* --- what it cannot do --- */

static void
refuse (HoistProvider *provider,
        gpointer tag,
        const char *message,
        GCancellable *cancellable,
        GAsyncReadyCallback callback,
        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED, "%s", message);
}

static void
hoist_companion_stat_async (HoistProvider *provider,
                            const HoistStatRef *objects,
                            gsize n_objects,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  refuse (provider, hoist_companion_stat_async,
          _ ("A Companion does not tell what its storage has."), cancellable, callback, user_data);
}

static GPtrArray *
hoist_companion_stat_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return finish_pointer (provider, hoist_companion_stat_async, result, error);
}

static void
hoist_companion_unfinished_async (HoistProvider *provider,
                                  const char *after,
                                  gboolean detailed,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  refuse (provider, hoist_companion_unfinished_async,
          _ ("A Companion does not tell which uploads are unfinished."), cancellable, callback,
             user_data);
}

static HoistUnfinishedPage *
hoist_companion_unfinished_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return finish_pointer (provider, hoist_companion_unfinished_async, result, error);
}

static void
hoist_companion_share_async (HoistProvider *provider,
                             const char *key,
                             guint expires_in_s,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  refuse (provider, hoist_companion_share_async,
          _ ("A Companion makes no links to what was uploaded."), cancellable, callback, user_data);
}

static HoistShare *
hoist_companion_share_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return finish_pointer (provider, hoist_companion_share_async, result, error);
}

/* --- the object --- */

static void
provider_init (HoistProviderInterface *iface)
{
  iface->probe_async = hoist_companion_probe_async;
  iface->probe_finish = hoist_companion_probe_finish;
  iface->begin_async = hoist_companion_begin_async;
  iface->begin_finish = hoist_companion_begin_finish;
  iface->sign_async = hoist_companion_sign_async;
  iface->sign_finish = hoist_companion_sign_finish;
  iface->list_async = hoist_companion_list_async;
  iface->list_finish = hoist_companion_list_finish;
  iface->complete_async = hoist_companion_complete_async;
  iface->complete_finish = hoist_companion_complete_finish;
  iface->stat_async = hoist_companion_stat_async;
  iface->stat_finish = hoist_companion_stat_finish;
  iface->abort_async = hoist_companion_abort_async;
  iface->abort_finish = hoist_companion_abort_finish;
  iface->unfinished_async = hoist_companion_unfinished_async;
  iface->unfinished_finish = hoist_companion_unfinished_finish;
  iface->share_async = hoist_companion_share_async;
  iface->share_finish = hoist_companion_share_finish;
}

static void
hoist_companion_provider_finalize (GObject *object)
{
  HoistCompanionProvider *self = HOIST_COMPANION_PROVIDER (object);

  g_clear_object (&self->client);
  g_clear_pointer (&self->silences, g_hash_table_unref);
  g_clear_pointer (&self->forms, g_hash_table_unref);
  g_free (self->key_prefix);
  G_OBJECT_CLASS (hoist_companion_provider_parent_class)->finalize (object);
}

static void
hoist_companion_provider_class_init (HoistCompanionProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_companion_provider_finalize;
}

static void
hoist_companion_provider_init (HoistCompanionProvider *self)
{
  self->max_batch = HOIST_COMPANION_MAX_BATCH;
  self->signs_singles = TRUE;
  self->forms =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) hoist_signed_url_free);
  self->silences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * hoist_companion_provider_new:
 * @config: what to talk to; its token is what hoist_secret_headers_parse() reads
 * @error: return location
 *
 * Makes a provider for a Companion, in this thread's context. Nothing is sent yet.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT.
 *
 * Returns: (transfer full): the provider, or %NULL
 */
HoistProvider *
hoist_companion_provider_new (HoistProviderConfig *config, GError **error)
{
  GStrv headers = hoist_secret_headers_parse (config->token, error);
  HoistApiClient *client = NULL;
  HoistCompanionProvider *self = NULL;

  if (headers != NULL)
    client = hoist_api_client_new_with_headers (config, (const char *const *) headers,
                                                hoist_companion_parse_error, error);
  if (client != NULL)
    {
      self = g_object_new (HOIST_TYPE_COMPANION_PROVIDER, NULL);
      self->client = client;
      self->key_prefix = g_strdup (config->key_prefix);
      self->has_headers = headers[0] != NULL;
    }
  hoist_secret_headers_free (headers);
  return (HoistProvider *) self;
}
