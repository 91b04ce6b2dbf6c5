/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How uploads begin: a plain PUT is only signed, a multipart upload is created. */

#include "config.h"

#include "hoist-net.h"
#include "hoist-s3-provider-private.h"
#include "hoist-s3-xml.h"

typedef struct
{
  HoistS3Batch batch;
  GPtrArray *requests; /* (owned) (element-type HoistBeginRequest) */
  GPtrArray *replies;  /* (owned) (element-type HoistBeginReply) */
} Begin;

/* One CreateMultipartUpload that is under way. */
typedef struct
{
  GTask *task; /* (owned) */
  HoistBeginReply *reply;
} Creation;

static void
begin_free (Begin *begin)
{
  g_ptr_array_unref (begin->requests);
  g_clear_pointer (&begin->replies, g_ptr_array_unref);
  g_free (begin);
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Creation *creation = user_data;
  g_autoptr (GTask) task = creation->task;
  HoistBeginReply *reply = creation->reply;
  g_autoptr (HoistS3Answer) answer =
    hoist_s3_provider_take_answer (task, source, result, &reply->retry_after_us, &reply->error);
  g_autoptr (HoistS3CreateResult) created = NULL;

  if (answer != NULL)
    created = hoist_s3_create_result_parse (g_bytes_get_data (answer->body, NULL),
                                            g_bytes_get_size (answer->body), &reply->error);
  if (created != NULL)
    reply->upload_id = g_steal_pointer (&created->upload_id);
  hoist_s3_batch_ended (task);
}

static void
create (GTask *task, const HoistBeginRequest *request, HoistBeginReply *reply)
{
  HoistS3Provider *self = g_task_get_source_object (task);
  HoistS3Request *call = hoist_s3_request_create_multipart_upload (
    reply->key, request->content_type, request->digest_kind);
  Creation *creation = g_new0 (Creation, 1);

  hoist_s3_options_add_headers (self->options, call);
  creation->task = g_object_ref (task);
  creation->reply = reply;
  hoist_s3_provider_call (task, call, HOIST_NET_CONTROL_TIMEOUT_S, created_cb, creation);
}

static void
start (GTask *task, guint index)
{
  HoistS3Provider *self = g_task_get_source_object (task);
  Begin *begin = g_task_get_task_data (task);
  const HoistBeginRequest *request = begin->requests->pdata[index];
  HoistBeginReply *reply = begin->replies->pdata[index];

  reply->key = hoist_s3_options_make_key (self->options, request->name, &reply->error);
  if (reply->key != NULL)
    {
      reply->location = hoist_s3_client_dup_location (self->client, reply->key);
      if (request->plan.multipart)
        {
          create (task, request, reply);
          return;
        }
      reply->url = hoist_s3_provider_sign_put (
        self,
        hoist_s3_provider_make_put (self, reply->key, request->content_type, request->digest_kind,
                                    request->digest),
        1, &reply->error);
    }
  hoist_s3_batch_ended (task);
}

static void
done (GTask *task)
{
  Begin *begin = g_task_get_task_data (task);

  g_task_return_pointer (task, g_steal_pointer (&begin->replies),
                         (GDestroyNotify) g_ptr_array_unref);
}

/**
 * hoist_s3_begin_async: (skip)
 * @provider: the provider
 * @requests: (element-type HoistBeginRequest): the files
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Begins several files.
 */
void
hoist_s3_begin_async (HoistProvider *provider,
                      GPtrArray *requests,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = g_task_new (provider, cancellable, callback, user_data);
  Begin *begin = g_new0 (Begin, 1);

  /* What was begun before it was cancelled must be told. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_source_tag (task, hoist_s3_begin_async);
  g_task_set_task_data (task, begin, (GDestroyNotify) begin_free);
  begin->batch = (HoistS3Batch){ .n = requests->len, .start = start, .done = done };
  begin->requests = g_ptr_array_ref (requests);
  begin->replies = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_reply_free);
  for (guint i = 0; i < requests->len; i++)
    g_ptr_array_add (begin->replies, g_new0 (HoistBeginReply, 1));
  hoist_s3_batch_run (task);
}

/**
 * hoist_s3_begin_finish: (skip)
 * @provider: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: what every call may fail with.
 *
 * Returns: (transfer full) (element-type HoistBeginReply): one answer a file
 */
GPtrArray *
hoist_s3_begin_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_s3_begin_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
