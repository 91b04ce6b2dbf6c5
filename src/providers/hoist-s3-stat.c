/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the storage has under some keys: one HEAD each. */

#include "config.h"

#include "hoist-s3-stat.h"

#include <glib/gi18n-lib.h>

#include "hoist-net.h"
#include "hoist-s3-xml.h"

typedef struct
{
  char *key;        /* (owned) */
  char *version_id; /* (owned) (nullable) */
} Asked;

typedef struct
{
  HoistS3Batch batch;
  GPtrArray *asked;   /* (owned) (element-type Asked) */
  GPtrArray *replies; /* (owned) (element-type HoistStatReply) */
} Stat;

/* One HEAD that is under way. */
typedef struct
{
  GTask *task; /* (owned) */
  guint index;
} Look;

static void
asked_free (gpointer data)
{
  Asked *asked = data;

  g_free (asked->key);
  g_free (asked->version_id);
  g_free (asked);
}

static void
stat_free (Stat *stat)
{
  g_ptr_array_unref (stat->asked);
  g_clear_pointer (&stat->replies, g_ptr_array_unref);
  g_free (stat);
}

/* A time as HTTP writes it (RFC 9110, section 5.6.7); 0 if it is none. */
static gint64
read_time_us (SoupMessageHeaders *headers, const char *name)
{
  const char *text = soup_message_headers_get_one (headers, name);
  g_autoptr (GDateTime) time = text != NULL ? soup_date_time_new_from_http_string (text) : NULL;

  return time != NULL ? MAX (g_date_time_to_unix (time), 0) * G_USEC_PER_SEC : 0;
}

/**
 * hoist_s3_stat_make_request: (skip)
 * @self: the provider
 * @key: an object's key
 * @version_id: (nullable): of this version
 *
 * Returns: (transfer full): the request that shows an object. Checksums are only asked for where
 *   they are known: Backblaze refuses the question.
 */
HoistS3Request *
hoist_s3_stat_make_request (HoistS3Provider *self, const char *key, const char *version_id)
{
  HoistS3Request *request = hoist_s3_request_head_version (key, version_id);

  if (self->options->kind != HOIST_DIGEST_SHA256)
    {
      hoist_s3_pairs_free (request->headers);
      request->headers = hoist_s3_pairs_new ();
    }
  return request;
}

/**
 * hoist_s3_stat_read_object: (skip)
 * @key: an object's key
 * @headers: what HeadObject answered
 *
 * Returns: (transfer full): the object
 */
HoistObject *
hoist_s3_stat_read_object (const char *key, SoupMessageHeaders *headers)
{
  HoistObject *object = g_new0 (HoistObject, 1);
  const char *etag = soup_message_headers_get_one (headers, "ETag");

  object->key = g_strdup (key);
  object->size_bytes = (guint64) MAX (soup_message_headers_get_content_length (headers), 0);
  object->has_size = TRUE;
  object->etag = etag != NULL ? hoist_s3_etag_strip (etag) : NULL;
  object->checksum_sha256 =
    g_strdup (soup_message_headers_get_one (headers, "x-amz-checksum-sha256"));
  object->version_id = g_strdup (soup_message_headers_get_one (headers, "x-amz-version-id"));
  object->modified_us = read_time_us (headers, "Last-Modified");
  object->server_us = read_time_us (headers, "Date");
  return object;
}

/**
 * hoist_s3_stat_make_error: (skip)
 * @client: who asked
 * @answer: an answer that is not good, to a HEAD
 *
 * Returns: (transfer full): what it means; %HOIST_ERROR_UPLOAD_GONE where there is no object
 */
GError *
hoist_s3_stat_make_error (HoistS3Client *client, const HoistS3Answer *answer)
{
  if (answer->status == SOUP_STATUS_NOT_FOUND)
    return g_error_new_literal (HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE,
                                _ ("The storage has no such object"));
  return hoist_s3_client_make_error (client, answer);
}

static void start (GTask *task, guint index);

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Look *look = user_data;
  g_autoptr (GTask) task = look->task;
  Stat *stat = g_task_get_task_data (task);
  Asked *asked = stat->asked->pdata[look->index];
  HoistStatReply *reply = stat->replies->pdata[look->index];
  g_autoptr (HoistS3Answer) answer =
    hoist_s3_client_call_finish (HOIST_S3_CLIENT (source), result, &reply->error);

  if (answer == NULL)
    ;
  else if (hoist_s3_answer_is_good (answer))
    reply->object = hoist_s3_stat_read_object (asked->key, answer->headers);
  else if (answer->status == SOUP_STATUS_FORBIDDEN && asked->version_id != NULL)
    {
      /* Old versions are another right on AWS (s3:GetObjectVersion): without it the current one
       * is shown, and its version said. */
      g_clear_pointer (&asked->version_id, g_free);
      start (task, look->index);
      return;
    }
  else
    {
      reply->retry_after_us = hoist_s3_client_get_retry_after_us (answer);
      reply->error = hoist_s3_stat_make_error (HOIST_S3_CLIENT (source), answer);
    }
  hoist_s3_batch_ended (task);
}

static void
start (GTask *task, guint index)
{
  HoistS3Provider *self = g_task_get_source_object (task);
  Stat *stat = g_task_get_task_data (task);
  const Asked *asked = stat->asked->pdata[index];
  Look *look = g_new0 (Look, 1);

  look->task = g_object_ref (task);
  look->index = index;
  hoist_s3_provider_call (task, hoist_s3_stat_make_request (self, asked->key, asked->version_id),
                          HOIST_NET_CONTROL_TIMEOUT_S, looked_cb, look);
}

static void
done (GTask *task)
{
  Stat *stat = g_task_get_task_data (task);

  g_task_return_pointer (task, g_steal_pointer (&stat->replies),
                         (GDestroyNotify) g_ptr_array_unref);
}

/**
 * hoist_s3_stat_async: (skip)
 * @provider: the provider
 * @objects: (array length=n_objects): what to look up
 * @n_objects: how many
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Looks objects up.
 */
void
hoist_s3_stat_async (HoistProvider *provider,
                     const HoistStatRef *objects,
                     gsize n_objects,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = g_task_new (provider, cancellable, callback, user_data);
  Stat *stat = g_new0 (Stat, 1);

  g_task_set_source_tag (task, hoist_s3_stat_async);
  g_task_set_task_data (task, stat, (GDestroyNotify) stat_free);
  stat->batch = (HoistS3Batch){ .n = (guint) n_objects, .start = start, .done = done };
  stat->asked = g_ptr_array_new_with_free_func (asked_free);
  stat->replies = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_stat_reply_free);
  for (gsize i = 0; i < n_objects; i++)
    {
      Asked *asked = g_new0 (Asked, 1);

      asked->key = g_strdup (objects[i].key);
      asked->version_id = g_strdup (objects[i].version_id);
      g_ptr_array_add (stat->asked, asked);
      g_ptr_array_add (stat->replies, g_new0 (HoistStatReply, 1));
    }
  hoist_s3_batch_run (task);
}

/**
 * hoist_s3_stat_finish: (skip)
 * @provider: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: what every call may fail with.
 *
 * Returns: (transfer full) (element-type HoistStatReply): as many as were asked for
 */
GPtrArray *
hoist_s3_stat_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_s3_stat_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
