/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-api-error.h"
#include "hoist-part-plan.h"
#include "hoist-s3-xml.h"
#include "hoist-storage.h"

/* A listing whose pages never end is the storage's mistake, and must not become ours. */
#define MAX_PAGES 200

typedef struct
{
  /* input */
  char *key;        /* (owned) or the prefix */
  char *key_marker; /* (owned) (nullable) */
  char *upload_id;  /* (owned) (nullable) or its marker */

  /* in progress */
  guint n_pages;
  GPtrArray *found; /* (owned) (nullable) */
} Listing;

static void
listing_free (Listing *listing)
{
  g_free (listing->key);
  g_free (listing->key_marker);
  g_free (listing->upload_id);
  g_clear_pointer (&listing->found, g_ptr_array_unref);
  g_free (listing);
}

static GTask *
begin_listing (HoistStorage *self,
               const char *key,
               const char *upload_id,
               GDestroyNotify free_element,
               gpointer tag,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Listing *listing = g_new0 (Listing, 1);

  g_task_set_source_tag (task, tag);
  listing->key = g_strdup (key);
  listing->upload_id = g_strdup (upload_id);
  listing->found = g_ptr_array_new_with_free_func (free_element);
  g_task_set_task_data (task, listing, (GDestroyNotify) listing_free);
  return task;
}

static void
ask (GTask *task, HoistS3Request *request, GAsyncReadyCallback callback)
{
  HoistStorage *self = g_task_get_source_object (task);
  Listing *listing = g_task_get_task_data (task);

  listing->n_pages++;
  hoist_storage_client_call_async (hoist_storage_get_client (self), request,
                                   hoist_storage_get_timeout_s (self), callback,
                                   g_object_ref (task));
}

static void
end_listing (GTask *task)
{
  Listing *listing = g_task_get_task_data (task);

  g_task_return_pointer (task, g_steal_pointer (&listing->found),
                         (GDestroyNotify) g_ptr_array_unref);
}

static void
fail_endless (GTask *task)
{
  g_task_return_new_error (task, HOIST_API_ERROR, HOIST_API_ERROR_STORAGE_ERROR,
                           "The storage's listing does not end");
}

static void
move_elements (GPtrArray *to, GPtrArray *from)
{
  g_ptr_array_extend_and_steal (to, g_ptr_array_ref (from));
}

static HoistStorageAnswer *
take_answer (HoistStorageClient *client, GAsyncResult *result, const char *what, GError **error)
{
  g_autoptr (HoistStorageAnswer) answer = hoist_storage_client_call_finish (client, result, error);

  if (answer == NULL)
    return NULL;
  if (hoist_s3_is_upload_gone (answer->status, answer->fault))
    {
      g_set_error_literal (error, HOIST_API_ERROR, HOIST_API_ERROR_UPLOAD_GONE,
                           "The storage no longer knows this upload");
      return NULL;
    }
  if (!hoist_storage_answer_is_good (answer))
    {
      g_propagate_error (error, hoist_storage_answer_to_error (answer, what));
      return NULL;
    }
  return g_steal_pointer (&answer);
}

static int
compare_parts (gconstpointer a, gconstpointer b)
{
  const HoistS3Part *first = *(HoistS3Part *const *) a;
  const HoistS3Part *second = *(HoistS3Part *const *) b;

  return (first->part_number > second->part_number) - (first->part_number < second->part_number);
}

static void
parts_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistStorageAnswer) answer = NULL;
  g_autoptr (HoistS3PartsResult) page = NULL;
  Listing *listing = g_task_get_task_data (task);
  guint marker;

  answer = take_answer (HOIST_STORAGE_CLIENT (source), result, "list the parts", &error);
  if (answer != NULL)
    page = hoist_s3_parts_result_parse (g_bytes_get_data (answer->body, NULL),
                                        g_bytes_get_size (answer->body), &error);
  if (page == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  marker = page->next_part_number_marker;
  move_elements (listing->found, page->parts);
  if (!page->is_truncated)
    {
      g_ptr_array_sort (listing->found, compare_parts);
      end_listing (task);
    }
  else if (marker == 0 || listing->n_pages >= MAX_PAGES || listing->found->len > HOIST_S3_MAX_PARTS)
    fail_endless (task);
  else
    ask (task,
         hoist_s3_request_list_parts (listing->key, listing->upload_id, marker, HOIST_S3_MAX_PAGE),
         parts_cb);
}

/**
 * hoist_storage_list_parts_async:
 * @self: the storage
 * @key: the object's key
 * @upload_id: the upload
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Asks what the storage has of an upload: all pages.
 */
void
hoist_storage_list_parts_async (HoistStorage *self,
                                const char *key,
                                const char *upload_id,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = begin_listing (self, key, upload_id, (GDestroyNotify) hoist_s3_part_free,
                                          hoist_storage_list_parts_async, callback, user_data);

  ask (task, hoist_s3_request_list_parts (key, upload_id, 0, HOIST_S3_MAX_PAGE), parts_cb);
}

/**
 * hoist_storage_list_parts_finish:
 * @self: the storage
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends hoist_storage_list_parts_async().
 *
 * Errors: %HOIST_API_ERROR or %HOIST_ERROR; %HOIST_API_ERROR_UPLOAD_GONE where
 * the storage does not know the upload.
 *
 * Returns: (transfer full) (element-type HoistS3Part) (nullable): the parts in
 *   ascending order, or null with @error set
 */
GPtrArray *
hoist_storage_list_parts_finish (HoistStorage *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_storage_list_parts_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* A page that goes on where it began would be asked for again and again. */
static gboolean
check_uploads_page (const HoistS3UploadsResult *page, const Listing *listing, GError **error)
{
  if (!page->is_truncated || g_strcmp0 (page->next_key_marker, listing->key_marker) != 0 ||
      g_strcmp0 (page->next_upload_id_marker, listing->upload_id) != 0)
    return TRUE;
  g_set_error_literal (error, HOIST_API_ERROR, HOIST_API_ERROR_STORAGE_ERROR,
                       "The storage's listing does not end");
  return FALSE;
}

static void
uploads_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistStorageAnswer) answer = NULL;
  g_autoptr (HoistS3UploadsResult) page = NULL;

  answer = take_answer (HOIST_STORAGE_CLIENT (source), result, "list the uploads", &error);
  if (answer != NULL)
    page = hoist_s3_uploads_result_parse (g_bytes_get_data (answer->body, NULL),
                                          g_bytes_get_size (answer->body), &error);
  if (page == NULL || !check_uploads_page (page, g_task_get_task_data (task), &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&page),
                           (GDestroyNotify) hoist_s3_uploads_result_free);
}

/**
 * hoist_storage_list_uploads_async:
 * @self: the storage
 * @prefix: of the keys
 * @key_marker: (nullable): where the page before ended
 * @upload_id_marker: (nullable): where the page before ended, within a key
 * @max_uploads: size of the page
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Asks for the unfinished uploads below a prefix: one page.
 */
void
hoist_storage_list_uploads_async (HoistStorage *self,
                                  const char *prefix,
                                  const char *key_marker,
                                  const char *upload_id_marker,
                                  guint max_uploads,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task =
    begin_listing (self, prefix, upload_id_marker, (GDestroyNotify) hoist_s3_unfinished_free,
                   hoist_storage_list_uploads_async, callback, user_data);

  ((Listing *) g_task_get_task_data (task))->key_marker = g_strdup (key_marker);
  ask (task,
       hoist_s3_request_list_multipart_uploads (prefix, key_marker, upload_id_marker, max_uploads),
       uploads_cb);
}

/**
 * hoist_storage_list_uploads_finish:
 * @self: the storage
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends hoist_storage_list_uploads_async().
 *
 * Errors: %HOIST_API_ERROR or %HOIST_ERROR.
 *
 * Returns: (transfer full) (nullable): the page, which tells where the next one begins, or
 *   null with @error set
 */
HoistS3UploadsResult *
hoist_storage_list_uploads_finish (HoistStorage *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_storage_list_uploads_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
