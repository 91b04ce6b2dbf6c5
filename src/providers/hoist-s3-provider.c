/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-content-type.h"
#include "hoist-net.h"
#include "hoist-s3-element.h"
#include "hoist-s3-provider-private.h"

/* For how long a URL for a part is good; it is signed when the part is hashed. */
#define URL_LIFETIME_S 3600
/* A URL is not used in the last moments of its life: the request must still get there. */
#define LIFETIME_MARGIN_S 5

#define MAX_BEGIN_FILES 100
#define MAX_SIGN_PARTS 1000
#define MAX_STAT_OBJECTS 100

/**
 * HoistS3Provider:
 *
 * Speaks S3 itself with a bucket. What is signed is signed here.
 */
static void provider_init (HoistProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HoistS3Provider,
                               hoist_s3_provider,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_PROVIDER, provider_init))

/* --- What all calls share --------------------------------------------------------------------- */

/**
 * hoist_s3_batch_run: (skip)
 * @task: (transfer full): its data begins with a #HoistS3Batch
 *
 * Starts as many calls as may be under way. Each holds a reference to the task, and tells its end
 * by hoist_s3_batch_ended(); `done` is called after the last one.
 */
void
hoist_s3_batch_run (GTask *task)
{
  g_autoptr (GTask) owned = task;
  HoistS3Batch *batch = g_task_get_task_data (task);

  batch->starting = TRUE;
  while (batch->next < batch->n && batch->n_pending < HOIST_S3_MAX_CALLS)
    {
      batch->n_pending++;
      batch->start (task, batch->next++);
    }
  batch->starting = FALSE;
  if (batch->n_pending == 0)
    batch->done (task);
}

/**
 * hoist_s3_batch_ended: (skip)
 * @task: the batch's
 *
 * One of its calls has ended, perhaps before it was made.
 */
void
hoist_s3_batch_ended (GTask *task)
{
  HoistS3Batch *batch = g_task_get_task_data (task);

  batch->n_pending--;
  if (!batch->starting)
    hoist_s3_batch_run (g_object_ref (task));
}

/**
 * hoist_s3_provider_call: (skip)
 * @task: a task of a provider; a reference is held until @callback
 * @request: (transfer full): what to ask
 * @timeout_s: how long it may take
 * @callback: gets @user_data, or the task where it is null
 * @user_data: (nullable): for @callback
 *
 * Makes a call for a task.
 */
void
hoist_s3_provider_call (GTask *task,
                        HoistS3Request *request,
                        guint timeout_s,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  HoistS3Provider *self = g_task_get_source_object (task);

  hoist_s3_client_call_async (self->client, request, timeout_s, g_task_get_cancellable (task),
                              callback, user_data != NULL ? user_data : g_object_ref (task));
}

/**
 * hoist_s3_provider_take_answer: (skip)
 * @task: what the call was made for
 * @source: as given to the callback
 * @result: as given to the callback
 * @retry_after_us: (out): with an error, how long the storage asks to wait; 0 = not said
 * @error: return location
 *
 * Errors: what every call may fail with.
 *
 * Returns: (transfer full): the answer if it is a success, or %NULL
 */
HoistS3Answer *
hoist_s3_provider_take_answer (GTask *task,
                               GObject *source,
                               GAsyncResult *result,
                               gint64 *retry_after_us,
                               GError **error)
{
  g_autoptr (HoistS3Answer) answer =
    hoist_s3_client_call_finish (HOIST_S3_CLIENT (source), result, error);

  *retry_after_us = 0;
  if (answer == NULL || hoist_s3_answer_is_good (answer))
    return g_steal_pointer (&answer);
  *retry_after_us = hoist_s3_client_get_retry_after_us (answer);
  g_propagate_error (error, hoist_s3_client_make_error (HOIST_S3_CLIENT (source), answer));
  return NULL;
}

/**
 * hoist_s3_provider_fail: (skip)
 * @task: a provider's task
 * @retry_after_us: how long the storage asks to wait; 0 = not said
 * @error: (transfer full): why
 *
 * Ends a task.
 */
void
hoist_s3_provider_fail (GTask *task, gint64 retry_after_us, GError *error)
{
  hoist_provider_task_set_retry_after_us (task, retry_after_us);
  g_task_return_error (task, error);
}

/* --- Signing ---------------------------------------------------------------------------------- */

/**
 * hoist_s3_provider_make_put: (skip)
 * @self: the provider
 * @key: the object's key
 * @content_type: its MIME type
 * @kind: of the digest
 * @digest: (nullable): of the whole file
 *
 * Returns: (transfer full): the request that makes an object of one file
 */
HoistS3Request *
hoist_s3_provider_make_put (HoistS3Provider *self,
                            const char *key,
                            const char *content_type,
                            HoistDigestKind kind,
                            const guint8 *digest)
{
  HoistS3Request *request = hoist_s3_request_put_object (key, content_type, kind, digest);

  hoist_s3_options_add_headers (self->options, request);
  return request;
}

/**
 * hoist_s3_provider_sign_put: (skip)
 * @self: the provider
 * @request: (transfer full): the PUT
 * @part_number: of what
 * @error: return location
 *
 * Errors: as hoist_s3_signer_presign().
 *
 * Returns: (transfer full): the presigned request, or %NULL
 */
HoistSignedUrl *
hoist_s3_provider_sign_put (HoistS3Provider *self,
                            HoistS3Request *request,
                            guint part_number,
                            GError **error)
{
  g_autoptr (HoistS3Request) owned = request;
  gint64 now_us = g_get_monotonic_time ();
  char *text = hoist_s3_client_presign (self->client, request, URL_LIFETIME_S, error);
  HoistSignedUrl *url;

  if (text == NULL)
    return NULL;
  url = g_new0 (HoistSignedUrl, 1);
  url->part_number = part_number;
  url->url = text;
  url->headers = hoist_s3_pairs_to_strv (request->headers);
  url->deadline_us = now_us + (gint64) (URL_LIFETIME_S - LIFETIME_MARGIN_S) * G_USEC_PER_SEC;
  return url;
}

static HoistS3Request *
make_part_request (HoistS3Provider *self,
                   const char *upload_id,
                   const char *key,
                   HoistDigestKind digest_kind,
                   const HoistPartRef *part)
{
  g_autofree char *content_type = NULL;

  if (upload_id != NULL)
    return hoist_s3_request_upload_part (key, upload_id, part->part_number, digest_kind,
                                         part->digest);
  content_type = hoist_content_type_guess (key);
  return hoist_s3_provider_make_put (self, key, content_type, digest_kind, part->digest);
}

/* What is to be signed. */
typedef struct
{
  GPtrArray *requests; /* (owned) (element-type HoistS3Request) */
  GArray *numbers;     /* (owned) (element-type guint) of their parts */
} SignCall;

static void
sign_call_free (SignCall *call)
{
  g_ptr_array_unref (call->requests);
  g_array_unref (call->numbers);
  g_free (call);
}

static void
sign_all (GTask *task)
{
  HoistS3Provider *self = g_task_get_source_object (task);
  SignCall *call = g_task_get_task_data (task);
  g_autoptr (GPtrArray) urls =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_signed_url_free);
  GError *error = NULL;

  for (guint i = 0; i < call->numbers->len && error == NULL; i++)
    {
      HoistSignedUrl *url =
        hoist_s3_provider_sign_put (self, g_ptr_array_steal_index (call->requests, 0),
                                    g_array_index (call->numbers, guint, i), &error);

      if (url != NULL)
        g_ptr_array_add (urls, url);
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&urls), (GDestroyNotify) g_ptr_array_unref);
}

static void
told_time_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  g_autoptr (HoistS3Answer) answer =
    hoist_s3_client_call_finish (HOIST_S3_CLIENT (source), result, &error);

  /* Whatever the answer is, it told the time. */
  if (answer == NULL)
    g_task_return_error (task, error);
  else
    sign_all (task);
}

/* A URL that was refused may have been signed by a clock that is wrong since this computer's or the
 * storage's was set, and signing asks nobody: so the storage is asked for the time first. */
static void
hoist_s3_provider_sign_async (HoistProvider *provider,
                              const char *upload_id,
                              const char *key,
                              HoistDigestKind digest_kind,
                              const HoistPartRef *parts,
                              gsize n_parts,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  HoistS3Provider *self = HOIST_S3_PROVIDER (provider);
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);
  SignCall *call = g_new0 (SignCall, 1);
  gboolean refused = FALSE;

  g_task_set_source_tag (task, hoist_s3_provider_sign_async);
  call->requests = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_s3_request_free);
  call->numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  g_task_set_task_data (task, call, (GDestroyNotify) sign_call_free);
  for (gsize i = 0; i < n_parts; i++)
    {
      g_ptr_array_add (call->requests,
                       make_part_request (self, upload_id, key, digest_kind, &parts[i]));
      g_array_append_val (call->numbers, parts[i].part_number);
      refused |= parts[i].wants_fresh_url;
    }
  if (refused)
    hoist_s3_provider_call (task, hoist_s3_request_list_multipart_uploads (NULL, NULL, NULL, 1),
                            HOIST_NET_CONTROL_TIMEOUT_S, told_time_cb, NULL);
  else
    sign_all (task);
}

static GPtrArray *
hoist_s3_provider_sign_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_s3_provider_sign_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
hoist_s3_provider_share_async (HoistProvider *provider,
                               const char *key,
                               guint expires_in_s,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  HoistS3Provider *self = HOIST_S3_PROVIDER (provider);
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);
  g_autoptr (HoistS3Request) request = hoist_s3_request_get_object (key);
  HoistShare *share = hoist_share_new (NULL, 0);
  GError *error = NULL;

  g_task_set_source_tag (task, hoist_s3_provider_share_async);
  share->temporary = hoist_s3_client_has_temporary_keys (self->client);
  share->expires_us = g_get_real_time () + (gint64) expires_in_s * G_USEC_PER_SEC;
  share->url = hoist_s3_client_presign (self->client, request, expires_in_s, &error);
  if (share->url != NULL)
    {
      g_task_return_pointer (task, share, (GDestroyNotify) hoist_share_free);
      return;
    }
  hoist_share_free (share);
  g_task_return_error (task, error);
}

static HoistShare *
hoist_s3_provider_share_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_s3_provider_share_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- What it can do --------------------------------------------------------------------------- */

static HoistCapabilities *
make_capabilities (HoistS3Provider *self, SoupMessageHeaders *headers, gboolean can_list)
{
  HoistCapabilities *capabilities = g_new0 (HoistCapabilities, 1);
  const char *server = headers != NULL ? soup_message_headers_get_one (headers, "Server") : NULL;

  hoist_s3_service_get_limits (self->options->service, &capabilities->limits);
  capabilities->limits.part_bytes = self->options->part_bytes;
  capabilities->digest_kind = self->options->kind;
  capabilities->max_begin_files = MAX_BEGIN_FILES;
  capabilities->max_sign_parts = MAX_SIGN_PARTS;
  capabilities->max_stat_objects = MAX_STAT_OBJECTS;
  capabilities->can_list = can_list;
  capabilities->can_share = TRUE;
  capabilities->temporary_keys = hoist_s3_client_has_temporary_keys (self->client);
  capabilities->can_stat = TRUE;
  capabilities->bucket = g_strdup (self->options->endpoint->bucket);
  if (server != NULL && g_utf8_validate (server, -1, NULL))
    capabilities->server = g_strdup (server);
  return capabilities;
}

/* Keys that are good, but may not list what is unfinished, may upload all the same. A wrong key, a
 * wrong secret and a bucket that is not there have codes of their own. */
static gboolean
is_only_not_for_us (const HoistS3Answer *answer)
{
  const char *code = answer->fault != NULL ? answer->fault->code : NULL;

  return g_strcmp0 (code, "AccessDenied") == 0 || g_strcmp0 (code, "NotImplemented") == 0 ||
         g_strcmp0 (code, "MethodNotAllowed") == 0;
}

/* What is on the page does not matter here; Swift 2.30 says that a page of one upload goes on, and
 * not from where. */
static gboolean
is_listing (const HoistS3Answer *answer)
{
  g_autoptr (HoistS3Element) root = hoist_s3_element_parse (g_bytes_get_data (answer->body, NULL),
                                                            g_bytes_get_size (answer->body), NULL);

  return root != NULL &&
         g_str_equal (hoist_s3_element_get_name (root), "ListMultipartUploadsResult");
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistS3Provider *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (HoistS3Answer) answer =
    hoist_s3_client_call_finish (HOIST_S3_CLIENT (source), result, &error);
  gboolean can_list = answer != NULL && hoist_s3_answer_is_good (answer);

  if (answer == NULL)
    g_task_return_error (task, error);
  else if (can_list ? is_listing (answer) : is_only_not_for_us (answer))
    g_task_return_pointer (task, make_capabilities (self, answer->headers, can_list),
                           (GDestroyNotify) hoist_capabilities_free);
  else
    hoist_s3_provider_fail (task, hoist_s3_client_get_retry_after_us (answer),
                            hoist_s3_client_make_error (self->client, answer));
}

static void
hoist_s3_provider_probe_async (HoistProvider *provider,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_s3_provider_probe_async);
  hoist_s3_provider_call (task, hoist_s3_request_list_multipart_uploads (NULL, NULL, NULL, 1),
                          HOIST_NET_CONTROL_TIMEOUT_S, probed_cb, NULL);
}

static HoistCapabilities *
hoist_s3_provider_probe_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_s3_provider_probe_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- The parts that it has -------------------------------------------------------------------- */

static HoistServerPart *
make_server_part (const HoistS3Part *from)
{
  HoistServerPart *part = hoist_server_part_new (from->part_number, from->size_bytes, from->etag);

  part->has_sha256 =
    from->checksum_sha256 != NULL &&
    hoist_digest_from_base64 (from->checksum_sha256, part->sha256, HOIST_SHA256_BYTES);
  return part;
}

static GPtrArray *
hoist_s3_provider_list_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_autoptr (GPtrArray) found = hoist_s3_parts_finish (provider, result, error);
  GPtrArray *parts;

  if (found == NULL)
    return NULL;
  parts = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_server_part_free);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (parts, make_server_part (found->pdata[i]));
  return parts;
}

/* --- The object ------------------------------------------------------------------------------- */

static void
provider_init (HoistProviderInterface *iface)
{
  iface->probe_async = hoist_s3_provider_probe_async;
  iface->probe_finish = hoist_s3_provider_probe_finish;
  iface->begin_async = hoist_s3_begin_async;
  iface->begin_finish = hoist_s3_begin_finish;
  iface->sign_async = hoist_s3_provider_sign_async;
  iface->sign_finish = hoist_s3_provider_sign_finish;
  iface->list_async = hoist_s3_parts_async;
  iface->list_finish = hoist_s3_provider_list_finish;
  iface->complete_async = hoist_s3_complete_async;
  iface->complete_finish = hoist_s3_complete_finish;
  iface->stat_async = hoist_s3_stat_async;
  iface->stat_finish = hoist_s3_stat_finish;
  iface->abort_async = hoist_s3_abort_async;
  iface->abort_finish = hoist_s3_abort_finish;
  iface->unfinished_async = hoist_s3_unfinished_async;
  iface->unfinished_finish = hoist_s3_unfinished_finish;
  iface->share_async = hoist_s3_provider_share_async;
  iface->share_finish = hoist_s3_provider_share_finish;
}

static void
hoist_s3_provider_finalize (GObject *object)
{
  HoistS3Provider *self = HOIST_S3_PROVIDER (object);

  g_clear_object (&self->client);
  g_clear_pointer (&self->options, hoist_s3_options_free);
  G_OBJECT_CLASS (hoist_s3_provider_parent_class)->finalize (object);
}

static void
hoist_s3_provider_class_init (HoistS3ProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_s3_provider_finalize;
}

static void
hoist_s3_provider_init (HoistS3Provider *self)
{
}

/**
 * hoist_s3_provider_new: (skip)
 * @config: what to talk to
 * @error: return location
 *
 * Makes a provider in this thread's context. Nothing is sent yet.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT; %HOIST_ERROR_AUTH without keys.
 *
 * Returns: (transfer full): the provider, or %NULL
 */
HoistProvider *
hoist_s3_provider_new (HoistProviderConfig *config, GError **error)
{
  g_autoptr (HoistS3Provider) self = g_object_new (HOIST_TYPE_S3_PROVIDER, NULL);

  self->options = hoist_s3_options_new (config->url, config->key_prefix, config->settings, error);
  if (self->options != NULL)
    self->client = hoist_s3_client_new (config, self->options, error);
  return self->client != NULL ? HOIST_PROVIDER (g_steal_pointer (&self)) : NULL;
}
