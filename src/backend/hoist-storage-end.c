/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How an upload ends: completed, or aborted. */

#include <string.h>

#include "hoist-api-error.h"
#include "hoist-s3-checksum.h"
#include "hoist-s3-xml.h"
#include "hoist-storage.h"

typedef struct
{
  /* input */
  char *key;        /* (owned) */
  char *upload_id;  /* (owned) */
  GPtrArray *parts; /* (owned) (nullable) (element-type HoistS3Part) */

  /* in progress */
  HoistS3CompleteResult *completed; /* (owned) (nullable) null: to be settled by what is there */
  char *version_id;                 /* (owned) (nullable) */
  GError *error;                    /* (owned) (nullable) what it is if nothing else is found */
} Ending;

static void
ending_free (Ending *ending)
{
  g_free (ending->key);
  g_free (ending->upload_id);
  g_clear_pointer (&ending->parts, g_ptr_array_unref);
  g_clear_pointer (&ending->completed, hoist_s3_complete_result_free);
  g_free (ending->version_id);
  g_clear_error (&ending->error);
  g_free (ending);
}

static GTask *
begin_ending (HoistStorage *self,
              const char *key,
              const char *upload_id,
              GPtrArray *parts,
              gpointer tag,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Ending *ending = g_new0 (Ending, 1);

  g_task_set_source_tag (task, tag);
  ending->key = g_strdup (key);
  ending->upload_id = g_strdup (upload_id);
  ending->parts = parts ? g_ptr_array_ref (parts) : NULL;
  g_task_set_task_data (task, ending, (GDestroyNotify) ending_free);
  return task;
}

static gboolean
is_gone (const GError *error)
{
  return g_error_matches (error, HOIST_API_ERROR, HOIST_API_ERROR_UPLOAD_GONE);
}

static void
fill_in (HoistStorageObject *object, Ending *ending)
{
  if (*object->etag == '\0' && ending->completed->etag != NULL)
    {
      g_free (object->etag);
      object->etag = g_strdup (ending->completed->etag);
    }
  if (object->checksum_sha256 == NULL)
    object->checksum_sha256 = g_strdup (ending->completed->checksum_sha256);
  if (ending->version_id != NULL)
    {
      g_free (object->version_id);
      object->version_id = g_strdup (ending->version_id);
    }
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistStorageObject) object =
    hoist_storage_head_finish (HOIST_STORAGE (source), result, &error);
  Ending *ending = g_task_get_task_data (task);

  if (object == NULL && is_gone (error) && ending->completed != NULL)
    g_task_return_new_error (task, HOIST_API_ERROR, HOIST_API_ERROR_STORAGE_ERROR,
                             "The storage finished the upload, but does not show the object");
  else if (object == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (ending->completed == NULL &&
           !hoist_s3_is_made_of (object->etag, object->checksum_sha256, ending->parts))
    g_task_return_new_error (task, HOIST_API_ERROR, HOIST_API_ERROR_UPLOAD_GONE,
                             "The storage no longer knows the upload, and the object of this name "
                             "is another one");
  else
    {
      if (ending->completed != NULL)
        fill_in (object, ending);
      g_task_return_pointer (task, g_steal_pointer (&object),
                             (GDestroyNotify) hoist_storage_object_free);
    }
}

static void
look_up (GTask *task)
{
  Ending *ending = g_task_get_task_data (task);

  hoist_storage_head_async (g_task_get_source_object (task), ending->key, looked_up_cb,
                            g_object_ref (task));
}

static void
settled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts =
    hoist_storage_list_parts_finish (HOIST_STORAGE (source), result, &error);
  Ending *ending = g_task_get_task_data (task);

  /* Still there: what Complete said holds. Gone: perhaps it is finished. */
  if (parts == NULL && is_gone (error))
    look_up (task);
  else
    g_task_return_error (task, g_steal_pointer (&ending->error));
}

/* Some servers answer 500 to an upload id that is no longer there: only a listing tells that from
 * a failure. */
static void
settle (GTask *task, GError *error)
{
  Ending *ending = g_task_get_task_data (task);

  ending->error = error;
  hoist_storage_list_parts_async (g_task_get_source_object (task), ending->key, ending->upload_id,
                                  settled_cb, g_object_ref (task));
}

static gboolean
take_completed (Ending *ending, HoistStorageAnswer *answer, GError **error)
{
  const char *data;
  gsize length;

  data = g_bytes_get_data (answer->body, &length);
  ending->completed = hoist_s3_complete_result_parse (data, length, error);
  ending->version_id =
    g_strdup (soup_message_headers_get_one (answer->headers, "x-amz-version-id"));
  return ending->completed != NULL;
}

static void
completed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistStorageAnswer) answer =
    hoist_storage_client_call_finish (HOIST_STORAGE_CLIENT (source), result, &error);
  Ending *ending = g_task_get_task_data (task);

  if (answer == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (hoist_s3_is_upload_gone (answer->status, answer->fault))
    look_up (task);
  else if (answer->status >= 500)
    settle (task, hoist_storage_answer_to_error (answer, "finish the upload"));
  else if (!hoist_storage_answer_is_good (answer))
    g_task_return_error (task, hoist_storage_answer_to_error (answer, "finish the upload"));
  else if (!take_completed (ending, answer, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    look_up (task);
}

/**
 * hoist_storage_complete_async:
 * @self: the storage
 * @key: the object's key
 * @upload_id: the upload
 * @parts: (element-type HoistS3Part): all parts, in ascending order
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Makes the object of its parts and looks at it. Where the storage no longer
 * knows the upload, an object that is made of these parts counts as done, so
 * that it may be called again when an answer got lost. It may take minutes.
 */
void
hoist_storage_complete_async (HoistStorage *self,
                              const char *key,
                              const char *upload_id,
                              GPtrArray *parts,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task =
    begin_ending (self, key, upload_id, parts, hoist_storage_complete_async, callback, user_data);

  hoist_storage_client_call_async (hoist_storage_get_client (self),
                                   hoist_s3_request_complete_multipart_upload (key, upload_id,
                                                                               parts),
                                   hoist_storage_get_complete_timeout_s (self), completed_cb, task);
}

/**
 * hoist_storage_complete_finish:
 * @self: the storage
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends hoist_storage_complete_async().
 *
 * Errors: %HOIST_API_ERROR or %HOIST_ERROR; %HOIST_API_ERROR_UPLOAD_GONE where
 * neither the upload nor its object is there.
 *
 * Returns: (transfer full) (nullable): the object, or null with @error set
 */
HoistStorageObject *
hoist_storage_complete_finish (HoistStorage *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_storage_complete_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
remaining_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts =
    hoist_storage_list_parts_finish (HOIST_STORAGE (source), result, &error);

  if (parts != NULL)
    g_task_return_int (task, parts->len);
  else if (is_gone (error))
    g_task_return_int (task, 0);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
aborted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistStorageAnswer) answer =
    hoist_storage_client_call_finish (HOIST_STORAGE_CLIENT (source), result, &error);
  Ending *ending = g_task_get_task_data (task);

  if (answer == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (hoist_s3_is_upload_gone (answer->status, answer->fault))
    g_task_return_int (task, 0);
  else if (!hoist_storage_answer_is_good (answer))
    g_task_return_error (task, hoist_storage_answer_to_error (answer, "drop the upload"));
  else
    hoist_storage_list_parts_async (g_task_get_source_object (task), ending->key, ending->upload_id,
                                    remaining_cb, g_object_ref (task));
}

/**
 * hoist_storage_abort_async:
 * @self: the storage
 * @key: the object's key
 * @upload_id: the upload
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Drops an upload and looks whether parts that were still in flight arrived
 * after it (Amazon S3 API Reference, AbortMultipartUpload).
 */
void
hoist_storage_abort_async (HoistStorage *self,
                           const char *key,
                           const char *upload_id,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task =
    begin_ending (self, key, upload_id, NULL, hoist_storage_abort_async, callback, user_data);

  hoist_storage_client_call_async (hoist_storage_get_client (self),
                                   hoist_s3_request_abort_multipart_upload (key, upload_id),
                                   hoist_storage_get_timeout_s (self), aborted_cb, task);
}

/**
 * hoist_storage_abort_finish:
 * @self: the storage
 * @result: what the callback got
 * @n_remaining: (out): parts that the storage still lists; call again until it is 0
 * @error: return location for an error
 *
 * Ends hoist_storage_abort_async(). An unknown upload is aborted.
 *
 * Errors: %HOIST_API_ERROR or %HOIST_ERROR.
 *
 * Returns: whether the storage took it
 */
gboolean
hoist_storage_abort_finish (HoistStorage *self,
                            GAsyncResult *result,
                            guint *n_remaining,
                            GError **error)
{
  gssize number;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_storage_abort_async), FALSE);

  number = g_task_propagate_int (G_TASK (result), error);
  *n_remaining = (guint) MAX (number, 0);
  return number >= 0;
}
