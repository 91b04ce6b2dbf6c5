/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-plain-provider.h"

#include "hoist-net.h"
#include "hoist-plain-provider-private.h"
#include "hoist-secret-headers.h"

/* The URLs of ten files of 50 GB, or of any number of small ones. */
#define MAX_SESSIONS_BYTES (32 << 20)

/* A backend signs all chunks of a file in one call: 10,000 took 3 s where it was
 * measured, on an idle machine. */
#define INITIATE_TIMEOUT_S 300

/**
 * HoistPlainProvider:
 *
 * Speaks the minimal protocol that many sites have grown by themselves: a file is
 * known by its SHA-256 and cut into chunks of 5 MiB, whose presigned URLs come all
 * at once and are good for anybody who sends these bytes.
 */
static void provider_init (HoistProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HoistPlainProvider,
                               hoist_plain_provider,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_PROVIDER, provider_init))

/* By the name that the server gave last: some give a new one each time. */
static GBytes *
build_end (HoistPlainProvider *self, HoistPlainUpload *upload)
{
  HoistPlainSession *session = hoist_plain_sessions_lookup (self->sessions, upload->hash);

  if (session != NULL && session->server_id != NULL)
    {
      g_free (upload->server_id);
      upload->server_id = g_strdup (session->server_id);
    }
  return hoist_plain_build_end (upload);
}

/* --- begin --- */

static HoistPlainBegun *
read_begun (GTask *task, GBytes *answer, GAsyncResult *result, GError **error)
{
  HoistPlainProvider *self = g_task_get_source_object (task);
  HoistPlainAsked *asked = g_task_get_task_data (task);
  HoistPlainBegun *begun =
    hoist_plain_parse_initiate (answer, asked->upload->n_chunks, asked->asked_us,
                                hoist_api_client_get_server_us (result), error);

  if (begun != NULL)
    hoist_plain_sessions_take (self->sessions, asked->upload->hash, begun);
  return begun;
}

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistPlainAsked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) answer = hoist_plain_finish_send (task, source, result);
  g_autoptr (HoistPlainBegun) begun = NULL;
  GPtrArray *replies;
  HoistBeginReply *reply;
  GError *error = NULL;

  if (answer == NULL)
    return;
  begun = read_begun (task, answer, result, &error);
  if (begun == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  reply = g_new0 (HoistBeginReply, 1);
  asked->upload->server_id = g_strdup (begun->server_id);
  reply->upload_id = hoist_plain_upload_to_id (asked->upload);
  reply->key = g_steal_pointer (&begun->key);
  reply->may_have_parts = TRUE;
  replies = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_reply_free);
  g_ptr_array_add (replies, reply);
  g_task_return_pointer (task, replies, (GDestroyNotify) g_ptr_array_unref);
}

static HoistPlainUpload *
make_upload (const HoistBeginRequest *request)
{
  HoistPlainUpload *upload = g_new0 (HoistPlainUpload, 1);
  g_autofree char *hash = hoist_digest_to_hex (request->sha256, HOIST_SHA256_BYTES);

  g_strlcpy (upload->hash, hash, sizeof upload->hash);
  upload->n_chunks = request->plan.n_parts;
  return upload;
}

static void
hoist_plain_provider_begin_async (HoistProvider *provider,
                                  GPtrArray *requests,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  HoistPlainProvider *self = HOIST_PLAIN_PROVIDER (provider);
  const HoistBeginRequest *request = requests->pdata[0];
  GTask *task = hoist_plain_task_new (provider, hoist_plain_provider_begin_async, NULL, cancellable,
                                      callback, user_data);
  HoistPlainAsked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) body = NULL;
  HoistApiCall call = { .name = "initiate",
                        .path = "/initiate",
                        .idempotent = TRUE,
                        .timeout_s = INITIATE_TIMEOUT_S,
                        .max_answer_bytes = HOIST_PLAIN_MAX_URLS_BYTES };

  g_return_if_fail (requests->len == 1 && request->has_sha256);

  asked->upload = make_upload (request);
  call.body = body = hoist_plain_build_initiate (asked->upload, request, self->key_prefix);
  hoist_plain_send (task, &call, begun_cb);
}

static GPtrArray *
hoist_plain_provider_begin_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return hoist_plain_finish_pointer (provider, hoist_plain_provider_begin_async, result, error);
}

/* --- sign --- */

/* Those that cannot be used are not kept: the next try asks for others. */
static void
give_urls (GTask *task, HoistPlainSession *session)
{
  HoistPlainAsked *asked = g_task_get_task_data (task);
  GError *error = NULL;
  GPtrArray *urls = hoist_plain_urls_give (session->urls, asked->parts, asked->n_parts, &error);

  if (urls == NULL)
    g_clear_pointer (&session->urls, hoist_plain_urls_free);
  hoist_plain_return_pointer (task, urls, (GDestroyNotify) g_ptr_array_unref, &error);
}

static void
urls_fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistPlainProvider *self = g_task_get_source_object (task);
  HoistPlainAsked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) answer = hoist_plain_finish_send (task, source, result);
  g_autoptr (HoistPlainBegun) begun = NULL;
  GError *error = NULL;

  if (answer == NULL)
    return;
  begun = read_begun (task, answer, result, &error);
  if (begun == NULL)
    g_task_return_error (task, error);
  else
    give_urls (task, hoist_plain_sessions_lookup (self->sessions, asked->upload->hash));
}

static void
fetch_urls (GTask *task)
{
  HoistPlainAsked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) body = hoist_plain_build_initiate (asked->upload, NULL, NULL);
  const HoistApiCall call = { .name = "initiate",
                              .path = "/initiate",
                              .body = body,
                              .idempotent = TRUE,
                              .timeout_s = INITIATE_TIMEOUT_S,
                              .max_answer_bytes = HOIST_PLAIN_MAX_URLS_BYTES };

  hoist_plain_send (task, &call, urls_fetched_cb);
}

static void
hoist_plain_provider_sign_async (HoistProvider *provider,
                                 const char *upload_id,
                                 const char *key,
                                 HoistDigestKind digest_kind,
                                 const HoistPartRef *parts,
                                 gsize n_parts,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  HoistPlainProvider *self = HOIST_PLAIN_PROVIDER (provider);
  g_autoptr (GTask) task = hoist_plain_task_new (provider, hoist_plain_provider_sign_async,
                                                 upload_id, cancellable, callback, user_data);
  HoistPlainSession *session;
  HoistPlainAsked *asked;

  if (task == NULL)
    return;
  asked = g_task_get_task_data (task);
  asked->parts = g_memdup2 (parts, n_parts * sizeof *parts);
  asked->n_parts = n_parts;
  session = hoist_plain_sessions_lookup (self->sessions, asked->upload->hash);
  if (session != NULL && session->urls != NULL &&
      hoist_plain_urls_can_give (session->urls, parts, n_parts, asked->asked_us))
    give_urls (task, session);
  else
    fetch_urls (g_steal_pointer (&task));
}

static GPtrArray *
hoist_plain_provider_sign_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return hoist_plain_finish_pointer (provider, hoist_plain_provider_sign_async, result, error);
}

/* --- list --- */

/* What a completion just lacked is not there, whatever is said now. */
static void
take_missing_out (HoistPlainSession *session, GPtrArray *parts)
{
  g_autoptr (GArray) missing = session != NULL ? g_steal_pointer (&session->missing) : NULL;

  for (guint i = 0; missing != NULL && i < missing->len; i++)
    for (guint j = 0; j < parts->len; j++)
      if (((HoistServerPart *) parts->pdata[j])->part_number ==
          g_array_index (missing, guint, i) + 1)
        {
          g_ptr_array_remove_index (parts, j);
          break;
        }
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistPlainProvider *self = g_task_get_source_object (task);
  HoistPlainAsked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) answer = hoist_plain_finish_send (task, source, result);
  GPtrArray *parts;
  GError *error = NULL;

  if (answer == NULL)
    return;
  parts = hoist_plain_parse_status (answer, asked->upload->n_chunks, &error);
  if (parts != NULL)
    take_missing_out (hoist_plain_sessions_lookup (self->sessions, asked->upload->hash), parts);
  hoist_plain_return_pointer (task, parts, (GDestroyNotify) g_ptr_array_unref, &error);
}

static void
hoist_plain_provider_list_async (HoistProvider *provider,
                                 const char *upload_id,
                                 const char *key,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = hoist_plain_task_new (provider, hoist_plain_provider_list_async, upload_id,
                                      cancellable, callback, user_data);
  g_autofree char *query = NULL;
  HoistApiCall call = { .name = "status",
                        .path = "/status",
                        .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S };

  if (task == NULL)
    return;
  call.query = query = hoist_plain_build_status_query (
    ((HoistPlainAsked *) g_task_get_task_data (task))->upload->hash);
  hoist_plain_send (task, &call, listed_cb);
}

static GPtrArray *
hoist_plain_provider_list_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return hoist_plain_finish_pointer (provider, hoist_plain_provider_list_async, result, error);
}

/* --- complete --- */

static void
note_missing (GTask *task, GBytes *refusal)
{
  HoistPlainProvider *self = g_task_get_source_object (task);
  HoistPlainAsked *asked = g_task_get_task_data (task);
  GArray *missing = refusal != NULL ? hoist_plain_parse_missing (refusal, asked->upload->n_chunks)
                                    : NULL;
  HoistPlainSession *session;

  if (missing == NULL)
    return;
  session = hoist_plain_sessions_ensure (self->sessions, asked->upload->hash);
  g_clear_pointer (&session->missing, g_array_unref);
  session->missing = missing;
}

static void
completed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistPlainProvider *self = g_task_get_source_object (task);
  HoistPlainAsked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) answer = hoist_plain_finish_send (task, source, result);
  HoistObject *object;
  GError *error = NULL;

  if (answer == NULL)
    {
      note_missing (task, hoist_api_client_get_refusal (result));
      return;
    }
  object = hoist_plain_parse_complete (answer, asked->upload, &error);
  if (object != NULL)
    hoist_plain_sessions_forget (self->sessions, asked->upload->hash);
  hoist_plain_return_pointer (task, object, (GDestroyNotify) hoist_object_free, &error);
}

static void
hoist_plain_provider_complete_async (HoistProvider *provider,
                                     const char *upload_id,
                                     const char *key,
                                     HoistDigestKind digest_kind,
                                     const HoistPartRef *parts,
                                     gsize n_parts,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  GTask *task = hoist_plain_task_new (provider, hoist_plain_provider_complete_async, upload_id,
                                      cancellable, callback, user_data);
  g_autoptr (GBytes) body = NULL;
  HoistApiCall call = { .name = "complete",
                        .path = "/complete",
                        .idempotent = TRUE,
                        .timeout_s = HOIST_NET_COMPLETE_TIMEOUT_S };

  if (task == NULL)
    return;
  call.body = body = build_end (HOIST_PLAIN_PROVIDER (provider),
                                ((HoistPlainAsked *) g_task_get_task_data (task))->upload);
  hoist_plain_send (task, &call, completed_cb);
}

static HoistObject *
hoist_plain_provider_complete_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return hoist_plain_finish_pointer (provider, hoist_plain_provider_complete_async, result, error);
}

/* --- abort --- */

static void
aborted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistPlainProvider *self = g_task_get_source_object (task);
  HoistPlainAsked *asked = g_task_get_task_data (task);
  g_autoptr (GBytes) answer = hoist_plain_finish_send (task, source, result);

  if (answer == NULL)
    return;
  hoist_plain_sessions_forget (self->sessions, asked->upload->hash);
  g_task_return_boolean (task, TRUE);
}

static void
hoist_plain_provider_abort_async (HoistProvider *provider,
                                  const char *upload_id,
                                  const char *key,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = hoist_plain_task_new (provider, hoist_plain_provider_abort_async,
                                                 upload_id, cancellable, callback, user_data);
  g_autoptr (GBytes) body = NULL;
  HoistApiCall call = {
    .name = "abort", .path = "/abort", .idempotent = TRUE, .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S
  };

  if (task == NULL)
    return;
  if (upload_id == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  call.body = body = build_end (HOIST_PLAIN_PROVIDER (provider),
                                ((HoistPlainAsked *) g_task_get_task_data (task))->upload);
  hoist_plain_send (g_steal_pointer (&task), &call, aborted_cb);
}

static gboolean
hoist_plain_provider_abort_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) reason = NULL;

  g_return_val_if_fail (g_task_is_valid (result, provider), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_plain_provider_abort_async), FALSE);

  if (g_task_propagate_boolean (G_TASK (result), &reason) ||
      g_error_matches (reason, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/* --- the object --- */

static void
provider_init (HoistProviderInterface *iface)
{
  hoist_plain_provider_add_probe (iface);
  iface->begin_async = hoist_plain_provider_begin_async;
  iface->begin_finish = hoist_plain_provider_begin_finish;
  iface->sign_async = hoist_plain_provider_sign_async;
  iface->sign_finish = hoist_plain_provider_sign_finish;
  iface->list_async = hoist_plain_provider_list_async;
  iface->list_finish = hoist_plain_provider_list_finish;
  iface->complete_async = hoist_plain_provider_complete_async;
  iface->complete_finish = hoist_plain_provider_complete_finish;
  iface->abort_async = hoist_plain_provider_abort_async;
  iface->abort_finish = hoist_plain_provider_abort_finish;
}

static void
hoist_plain_provider_finalize (GObject *object)
{
  HoistPlainProvider *self = HOIST_PLAIN_PROVIDER (object);

  g_clear_object (&self->client);
  g_free (self->key_prefix);
  g_clear_pointer (&self->sessions, hoist_plain_sessions_free);
  G_OBJECT_CLASS (hoist_plain_provider_parent_class)->finalize (object);
}

static void
hoist_plain_provider_class_init (HoistPlainProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_plain_provider_finalize;
}

static void
hoist_plain_provider_init (HoistPlainProvider *self)
{
  self->sessions = hoist_plain_sessions_new (MAX_SESSIONS_BYTES);
}

/**
 * hoist_plain_provider_new:
 * @config: what to talk to; its token is what hoist_secret_headers_parse() reads
 * @error: return location
 *
 * Makes a provider for a plain backend, in this thread's context. Nothing is sent yet.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT.
 *
 * Returns: (transfer full): the provider, or %NULL
 */
HoistProvider *
hoist_plain_provider_new (HoistProviderConfig *config, GError **error)
{
  GStrv headers = hoist_secret_headers_parse (config->token, error);
  HoistApiClient *client = NULL;
  HoistPlainProvider *self = NULL;

  if (headers != NULL)
    client = hoist_api_client_new_with_headers (config, (const char *const *) headers,
                                                hoist_plain_parse_error, error);
  hoist_secret_headers_free (headers);
  if (client == NULL)
    return NULL;
  self = g_object_new (HOIST_TYPE_PLAIN_PROVIDER, NULL);
  self->client = client;
  self->key_prefix = g_strdup (config->key_prefix);
  return HOIST_PROVIDER (self);
}
