/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the storage lists: the parts of an upload, and the unfinished uploads. */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-net.h"
#include "hoist-s3-cursor.h"
#include "hoist-s3-provider-private.h"
#include "hoist-s3-xml.h"

/* A listing whose pages never end is the storage's mistake, and must not become ours. */
#define MAX_PAGES 200

/* Listing what each upload has costs a call for each. */
#define MAX_DETAILED 100

static void
fail_endless (GTask *task)
{
  g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                           _ ("The storage’s listing does not end"));
}

/* --- Parts ------------------------------------------------------------------------------------ */

typedef struct
{
  char *key;        /* (owned) */
  char *upload_id;  /* (owned) */
  guint marker;     /* where the page that was asked for begins */
  guint n_pages;    /* that were asked for */
  GPtrArray *found; /* (owned) (nullable) (element-type HoistS3Part) */
} Parts;

static void
parts_free (Parts *parts)
{
  g_free (parts->key);
  g_free (parts->upload_id);
  g_clear_pointer (&parts->found, g_ptr_array_unref);
  g_free (parts);
}

static int
compare_parts (gconstpointer a, gconstpointer b)
{
  const HoistS3Part *first = *(HoistS3Part *const *) a;
  const HoistS3Part *second = *(HoistS3Part *const *) b;

  return (first->part_number > second->part_number) - (first->part_number < second->part_number);
}

/* Each number once, 1 to 10,000. */
static gboolean
check_parts (GPtrArray *parts)
{
  guint last = 0;

  g_ptr_array_sort (parts, compare_parts);
  for (guint i = 0; i < parts->len; i++)
    {
      const HoistS3Part *part = parts->pdata[i];

      if (part->part_number <= last || part->part_number > HOIST_S3_MAX_PARTS)
        return FALSE;
      last = part->part_number;
    }
  return TRUE;
}

static void ask_for_parts (GTask *task);

/* An upload that is not there any more has a code of its own, and on Ceph another one. */
static GError *
make_error (HoistS3Client *client, const HoistS3Answer *answer)
{
  if (hoist_s3_is_upload_gone (answer->status, answer->fault))
    return g_error_new_literal (HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE,
                                hoist_error_get_phrase (HOIST_ERROR_UPLOAD_GONE));
  return hoist_s3_client_make_error (client, answer);
}

static void
take_page (GTask *task, HoistS3PartsResult *page)
{
  Parts *parts = g_task_get_task_data (task);
  guint last = parts->marker;

  parts->marker = page->next_part_number_marker;
  g_ptr_array_extend_and_steal (parts->found, g_ptr_array_ref (page->parts));
  if (page->is_truncated && (parts->marker <= last || parts->n_pages >= MAX_PAGES ||
                             parts->found->len > HOIST_S3_MAX_PARTS))
    fail_endless (task);
  else if (page->is_truncated)
    ask_for_parts (task);
  else if (!check_parts (parts->found))
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                             _ ("The storage’s list of parts makes no sense"));
  else
    g_task_return_pointer (task, g_steal_pointer (&parts->found),
                           (GDestroyNotify) g_ptr_array_unref);
}

static void
parts_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  g_autoptr (HoistS3Answer) answer =
    hoist_s3_client_call_finish (HOIST_S3_CLIENT (source), result, &error);
  g_autoptr (HoistS3PartsResult) page = NULL;

  if (answer != NULL && !hoist_s3_answer_is_good (answer))
    {
      hoist_s3_provider_fail (task, hoist_s3_client_get_retry_after_us (answer),
                              make_error (HOIST_S3_CLIENT (source), answer));
      return;
    }
  if (answer != NULL)
    page = hoist_s3_parts_result_parse (g_bytes_get_data (answer->body, NULL),
                                        g_bytes_get_size (answer->body), &error);
  if (page != NULL)
    take_page (task, page);
  else
    g_task_return_error (task, error);
}

static void
ask_for_parts (GTask *task)
{
  Parts *parts = g_task_get_task_data (task);

  parts->n_pages++;
  hoist_s3_provider_call (task,
                          hoist_s3_request_list_parts (parts->key, parts->upload_id, parts->marker,
                                                       HOIST_S3_MAX_PAGE),
                          HOIST_NET_CONTROL_TIMEOUT_S, parts_cb, NULL);
}

/**
 * hoist_s3_parts_async: (skip)
 * @provider: the provider
 * @upload_id: the upload
 * @key: the object's key
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Asks what the storage has of an upload: all pages.
 */
void
hoist_s3_parts_async (HoistProvider *provider,
                      const char *upload_id,
                      const char *key,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);
  Parts *parts = g_new0 (Parts, 1);

  g_task_set_source_tag (task, hoist_s3_parts_async);
  g_task_set_task_data (task, parts, (GDestroyNotify) parts_free);
  parts->key = g_strdup (key);
  parts->upload_id = g_strdup (upload_id);
  parts->found = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_s3_part_free);
  ask_for_parts (task);
}

/**
 * hoist_s3_parts_finish: (skip)
 * @provider: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: %HOIST_ERROR_UPLOAD_GONE where the storage does not know the upload.
 *
 * Returns: (transfer full) (element-type HoistS3Part): the parts in ascending order, or %NULL
 */
GPtrArray *
hoist_s3_parts_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_s3_parts_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Unfinished uploads ----------------------------------------------------------------------- */

typedef struct
{
  HoistS3Batch batch;
  gboolean detailed;
  char *after;               /* (owned) (nullable) */
  HoistUnfinishedPage *page; /* (owned) (nullable) */
  gboolean *gone;            /* (owned) (nullable) by the index of the upload */
} Unfinished;

/* One listing of parts that is under way. */
typedef struct
{
  GTask *task; /* (owned) */
  guint index;
} Look;

static void
unfinished_free (Unfinished *unfinished)
{
  g_free (unfinished->after);
  g_clear_pointer (&unfinished->page, hoist_unfinished_page_free);
  g_free (unfinished->gone);
  g_free (unfinished);
}

/* All parts are equally long but for the last, so one that is not the last tells it. */
static void
sum_up (HoistUnfinished *upload, GPtrArray *parts, gint64 offset_us)
{
  upload->has_size = TRUE;
  upload->n_parts = parts->len;
  for (guint i = 0; i < parts->len; i++)
    {
      const HoistS3Part *part = parts->pdata[i];

      upload->size_bytes += part->size_bytes;
      if (part->modified_s > 0)
        upload->modified_us =
          MAX (upload->modified_us, part->modified_s * G_USEC_PER_SEC - offset_us);
      if (i + 1 < parts->len)
        upload->part_bytes = MAX (upload->part_bytes, part->size_bytes);
    }
}

/* One that cannot be listed is shown without details; one that is gone is not unfinished. */
static void
detail_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Look *look = user_data;
  g_autoptr (GTask) task = look->task;
  HoistS3Provider *self = HOIST_S3_PROVIDER (source);
  Unfinished *unfinished = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = hoist_s3_parts_finish (HOIST_PROVIDER (source), result, &error);

  if (parts != NULL)
    sum_up (unfinished->page->uploads->pdata[look->index], parts,
            hoist_s3_client_get_clock_offset_us (self->client));
  else
    unfinished->gone[look->index] = g_error_matches (error, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE);
  hoist_s3_batch_ended (task);
}

static void
detail_one (GTask *task, guint index)
{
  Unfinished *unfinished = g_task_get_task_data (task);
  const HoistUnfinished *upload = unfinished->page->uploads->pdata[index];
  Look *look = g_new0 (Look, 1);

  look->task = g_object_ref (task);
  look->index = index;
  hoist_s3_parts_async (g_task_get_source_object (task), upload->upload_id, upload->key,
                        g_task_get_cancellable (task), detail_cb, look);
}

static void
return_page (GTask *task)
{
  Unfinished *unfinished = g_task_get_task_data (task);
  GPtrArray *uploads = unfinished->page->uploads;

  for (guint i = uploads->len; unfinished->gone != NULL && i > 0; i--)
    if (unfinished->gone[i - 1])
      g_ptr_array_remove_index (uploads, i - 1);
  g_task_return_pointer (task, g_steal_pointer (&unfinished->page),
                         (GDestroyNotify) hoist_unfinished_page_free);
}

/* Below the destination's own prefix: the engine knows uploads by it and the file's name. */
static HoistUnfinished *
make_upload (HoistS3Provider *self, const HoistS3Unfinished *from, GRegex *reader)
{
  HoistUnfinished *upload = hoist_unfinished_new (from->upload_id, from->key);
  gint64 offset_us = hoist_s3_client_get_clock_offset_us (self->client);
  gboolean is_whole;
  g_autofree char *path = hoist_key_read_path (reader, from->key, &is_whole);
  const char *slash = path != NULL ? strrchr (path, '/') : NULL;

  if (is_whole)
    upload->path = g_strconcat (self->options->prefix, path, NULL);
  if (path != NULL)
    upload->file_name = g_strdup (slash != NULL ? slash + 1 : path);
  upload->with_sha256 = g_strcmp0 (from->checksum_algorithm, "SHA256") == 0;
  if (from->initiated_s > 0)
    upload->initiated_us = from->initiated_s * G_USEC_PER_SEC - offset_us;
  return upload;
}

static void
take_uploads (GTask *task, const HoistS3UploadsResult *result)
{
  HoistS3Provider *self = g_task_get_source_object (task);
  Unfinished *unfinished = g_task_get_task_data (task);
  HoistUnfinishedPage *page = hoist_unfinished_page_new ();
  g_autoptr (GRegex) reader = hoist_key_template_make_reader (
    self->options->key_template, self->options->prefix, g_get_user_name ());

  unfinished->page = page;
  if (result->is_truncated)
    page->next = hoist_s3_cursor_format (result);
  for (guint i = 0; i < result->uploads->len; i++)
    {
      const HoistS3Unfinished *from = result->uploads->pdata[i];

      /* The storage was asked for this prefix; that it kept to it is looked at. */
      if (*from->upload_id != '\0' && g_str_has_prefix (from->key, self->options->prefix) &&
          hoist_key_check_path (from->key, NULL))
        g_ptr_array_add (page->uploads, make_upload (self, from, reader));
    }
  if (page->next != NULL && g_strcmp0 (page->next, unfinished->after) == 0)
    {
      fail_endless (task);
      return;
    }
  if (unfinished->detailed)
    {
      unfinished->gone = g_new0 (gboolean, MAX (page->uploads->len, 1));
      unfinished->batch.n = page->uploads->len;
    }
  hoist_s3_batch_run (g_object_ref (task));
}

static void
uploads_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  gint64 retry_after_us;
  GError *error = NULL;
  g_autoptr (HoistS3Answer) answer =
    hoist_s3_provider_take_answer (task, source, result, &retry_after_us, &error);
  g_autoptr (HoistS3UploadsResult) page = NULL;

  if (answer != NULL)
    page = hoist_s3_uploads_result_parse (g_bytes_get_data (answer->body, NULL),
                                          g_bytes_get_size (answer->body), &error);
  if (page != NULL)
    take_uploads (task, page);
  else
    hoist_s3_provider_fail (task, retry_after_us, error);
}

/**
 * hoist_s3_unfinished_async: (skip)
 * @provider: the provider
 * @after: (nullable): where the page begins
 * @detailed: whether to ask for each what it has
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Asks for the unfinished uploads below the destination's folder: one page.
 */
void
hoist_s3_unfinished_async (HoistProvider *provider,
                           const char *after,
                           gboolean detailed,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  HoistS3Provider *self = HOIST_S3_PROVIDER (provider);
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);
  Unfinished *unfinished = g_new0 (Unfinished, 1);
  g_autofree char *key_marker = NULL;
  g_autofree char *id_marker = NULL;

  g_task_set_source_tag (task, hoist_s3_unfinished_async);
  g_task_set_task_data (task, unfinished, (GDestroyNotify) unfinished_free);
  unfinished->batch = (HoistS3Batch){ .start = detail_one, .done = return_page };
  unfinished->detailed = detailed;
  unfinished->after = g_strdup (after);
  if (after != NULL && !hoist_s3_cursor_parse (after, &key_marker, &id_marker))
    {
      g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                               _ ("The list does not go on there"));
      return;
    }
  hoist_s3_provider_call (
    task,
    hoist_s3_request_list_multipart_uploads (self->options->prefix, key_marker, id_marker,
                                             detailed ? MAX_DETAILED : HOIST_S3_MAX_PAGE),
    HOIST_NET_CONTROL_TIMEOUT_S, uploads_cb, NULL);
}

/**
 * hoist_s3_unfinished_finish: (skip)
 * @provider: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: what every call may fail with.
 *
 * Returns: (transfer full): the page, or %NULL
 */
HoistUnfinishedPage *
hoist_s3_unfinished_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_s3_unfinished_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
