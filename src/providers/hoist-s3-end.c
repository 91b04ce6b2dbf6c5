/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How an upload ends: completed, or aborted. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-net.h"
#include "hoist-s3-checksum.h"
#include "hoist-s3-stat.h"
#include "hoist-s3-xml.h"

typedef struct
{
  char *key;             /* (owned) */
  char *upload_id;       /* (owned) */
  GPtrArray *parts;      /* (owned) (nullable) (element-type HoistS3Part) */
  GError *error;         /* (owned) (nullable) what it is if nothing else is found */
  gint64 retry_after_us; /* with it */
} Ending;

static void
ending_free (Ending *ending)
{
  g_free (ending->key);
  g_free (ending->upload_id);
  g_clear_pointer (&ending->parts, g_ptr_array_unref);
  g_clear_error (&ending->error);
  g_free (ending);
}

static GTask *
begin_ending (HoistProvider *provider,
              const char *upload_id,
              const char *key,
              gpointer tag,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  GTask *task = g_task_new (provider, cancellable, callback, user_data);
  Ending *ending = g_new0 (Ending, 1);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, ending, (GDestroyNotify) ending_free);
  ending->key = g_strdup (key);
  ending->upload_id = g_strdup (upload_id);
  return task;
}

static gboolean
is_gone (const GError *error)
{
  return g_error_matches (error, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE);
}

/* --- Completing ------------------------------------------------------------------------------- */

/* The upload is gone: either it is finished, and only the answer got lost, or somebody dropped
 * it. What is there now decides. */
static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistS3Provider *self = g_task_get_source_object (task);
  Ending *ending = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (HoistS3Answer) answer =
    hoist_s3_client_call_finish (HOIST_S3_CLIENT (source), result, &error);
  g_autoptr (HoistObject) object = NULL;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (!hoist_s3_answer_is_good (answer))
    {
      hoist_s3_provider_fail (task, hoist_s3_client_get_retry_after_us (answer),
                              hoist_s3_stat_make_error (self->client, answer));
      return;
    }
  object = hoist_s3_stat_read_object (ending->key, answer->headers);
  if (hoist_s3_is_made_of (object->etag != NULL ? object->etag : "", object->checksum_sha256,
                           ending->parts))
    {
      object->location = hoist_s3_client_dup_location (self->client, ending->key);
      g_task_return_pointer (task, g_steal_pointer (&object), (GDestroyNotify) hoist_object_free);
    }
  else
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE,
                             _ ("The storage no longer knows the upload, and the object of this "
                                "name is another one"));
}

static void
settled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistS3Provider *self = HOIST_S3_PROVIDER (source);
  Ending *ending = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = hoist_s3_parts_finish (HOIST_PROVIDER (source), result, &error);

  /* Still there: what the completion said holds. */
  if (parts != NULL || !is_gone (error))
    hoist_s3_provider_fail (task, ending->retry_after_us, g_steal_pointer (&ending->error));
  else
    hoist_s3_provider_call (task, hoist_s3_stat_make_request (self, ending->key, NULL),
                            HOIST_NET_CONTROL_TIMEOUT_S, looked_up_cb, NULL);
}

/* Some servers answer 500 to an upload id that is no longer there: only a listing tells that from
 * a failure. */
static void
settle (GTask *task, gint64 retry_after_us, GError *error)
{
  Ending *ending = g_task_get_task_data (task);

  ending->error = error;
  ending->retry_after_us = retry_after_us;
  hoist_s3_parts_async (g_task_get_source_object (task), ending->upload_id, ending->key,
                        g_task_get_cancellable (task), settled_cb, g_object_ref (task));
}

static gboolean
is_worth_a_look (const HoistS3Answer *answer)
{
  return hoist_s3_is_upload_gone (answer->status, answer->fault) ||
         answer->status == SOUP_STATUS_INTERNAL_SERVER_ERROR;
}

static HoistObject *
make_object (HoistS3Provider *self,
             Ending *ending,
             const HoistS3Answer *answer,
             HoistS3CompleteResult *completed)
{
  HoistObject *object = g_new0 (HoistObject, 1);

  object->key = g_strdup (ending->key);
  /* Not the storage's: it may lack a scheme, or name the machine behind a proxy. */
  object->location = hoist_s3_client_dup_location (self->client, ending->key);
  object->etag = g_steal_pointer (&completed->etag);
  object->checksum_sha256 = g_steal_pointer (&completed->checksum_sha256);
  object->version_id =
    g_strdup (soup_message_headers_get_one (answer->headers, "x-amz-version-id"));
  return object;
}

static void
completed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistS3Provider *self = g_task_get_source_object (task);
  Ending *ending = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (HoistS3Answer) answer =
    hoist_s3_client_call_finish (HOIST_S3_CLIENT (source), result, &error);
  g_autoptr (HoistS3CompleteResult) completed = NULL;

  if (answer != NULL && !hoist_s3_answer_is_good (answer))
    {
      gint64 retry_after_us = hoist_s3_client_get_retry_after_us (answer);

      error = hoist_s3_client_make_error (self->client, answer);
      if (is_worth_a_look (answer))
        settle (task, retry_after_us, error);
      else
        hoist_s3_provider_fail (task, retry_after_us, error);
      return;
    }
  if (answer != NULL)
    completed = hoist_s3_complete_result_parse (g_bytes_get_data (answer->body, NULL),
                                                g_bytes_get_size (answer->body), &error);
  if (completed != NULL)
    g_task_return_pointer (task, make_object (self, ending, answer, completed),
                           (GDestroyNotify) hoist_object_free);
  else
    g_task_return_error (task, error);
}

static GPtrArray *
make_parts (HoistDigestKind digest_kind, const HoistPartRef *refs, gsize n_parts)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_s3_part_free);

  for (gsize i = 0; i < n_parts; i++)
    {
      g_autofree char *checksum = digest_kind == HOIST_DIGEST_SHA256 && refs[i].digest != NULL
                                    ? hoist_digest_to_base64 (refs[i].digest, HOIST_SHA256_BYTES)
                                    : NULL;

      g_ptr_array_add (parts,
                       hoist_s3_part_new (refs[i].part_number, 0,
                                          refs[i].etag != NULL ? refs[i].etag : "", checksum));
    }
  return parts;
}

/**
 * hoist_s3_complete_async: (skip)
 * @provider: the provider
 * @upload_id: the upload
 * @key: the object's key
 * @digest_kind: of the parts' digests
 * @parts: (array length=n_parts): all parts, in ascending order
 * @n_parts: how many
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Makes the object of its parts. Where the storage no longer knows the upload, an object that is
 * made of these parts counts as done, so that it may be called again when an answer got lost.
 */
void
hoist_s3_complete_async (HoistProvider *provider,
                         const char *upload_id,
                         const char *key,
                         HoistDigestKind digest_kind,
                         const HoistPartRef *parts,
                         gsize n_parts,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = begin_ending (provider, upload_id, key, hoist_s3_complete_async,
                                         cancellable, callback, user_data);
  Ending *ending = g_task_get_task_data (task);

  ending->parts = make_parts (digest_kind, parts, n_parts);
  hoist_s3_provider_call (
    task, hoist_s3_request_complete_multipart_upload (key, upload_id, ending->parts),
    HOIST_NET_COMPLETE_TIMEOUT_S, completed_cb, NULL);
}

/**
 * hoist_s3_complete_finish: (skip)
 * @provider: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: %HOIST_ERROR_UPLOAD_GONE where neither the upload nor its object is there.
 *
 * Returns: (transfer full): the object, or %NULL
 */
HoistObject *
hoist_s3_complete_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_s3_complete_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Aborting --------------------------------------------------------------------------------- */

static void
remaining_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  g_autoptr (GPtrArray) parts = hoist_s3_parts_finish (HOIST_PROVIDER (source), result, &error);
  guint remaining = parts != NULL ? parts->len : 0;

  if (parts == NULL && !is_gone (error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_error (&error);
  if (remaining > 0)
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE,
                             ngettext ("The storage still has %u part of the cancelled upload",
                                       "The storage still has %u parts of the cancelled upload",
                                       remaining),
                             remaining);
  else
    g_task_return_boolean (task, TRUE);
}

static void
aborted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Ending *ending = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (HoistS3Answer) answer =
    hoist_s3_client_call_finish (HOIST_S3_CLIENT (source), result, &error);

  if (answer == NULL)
    g_task_return_error (task, error);
  else if (hoist_s3_is_upload_gone (answer->status, answer->fault))
    g_task_return_boolean (task, TRUE);
  else if (!hoist_s3_answer_is_good (answer))
    hoist_s3_provider_fail (task, hoist_s3_client_get_retry_after_us (answer),
                            hoist_s3_client_make_error (HOIST_S3_CLIENT (source), answer));
  else
    /* Parts that were in flight may arrive after it (Amazon S3 API Reference,
     * AbortMultipartUpload). */
    hoist_s3_parts_async (g_task_get_source_object (task), ending->upload_id, ending->key,
                          g_task_get_cancellable (task), remaining_cb, g_object_ref (task));
}

/**
 * hoist_s3_abort_async: (skip)
 * @provider: the provider
 * @upload_id: (nullable): the upload; %NULL = a single PUT, which leaves nothing
 * @key: the object's key
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Drops an upload and looks whether anything is left of it.
 */
void
hoist_s3_abort_async (HoistProvider *provider,
                      const char *upload_id,
                      const char *key,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task =
    begin_ending (provider, upload_id, key, hoist_s3_abort_async, cancellable, callback, user_data);

  if (upload_id == NULL)
    g_task_return_boolean (task, TRUE);
  else
    hoist_s3_provider_call (task, hoist_s3_request_abort_multipart_upload (key, upload_id),
                            HOIST_NET_CONTROL_TIMEOUT_S, aborted_cb, NULL);
}

/**
 * hoist_s3_abort_finish: (skip)
 * @provider: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: %HOIST_ERROR_UNAVAILABLE while the storage still lists parts.
 *
 * Returns: whether nothing is left
 */
gboolean
hoist_s3_abort_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_s3_abort_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
