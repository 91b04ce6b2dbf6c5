/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-api-handlers.h"
#include "hoist-error.h"
#include "hoist-part-plan.h"

/* One file of the request. */
typedef struct
{
  /* input */
  const char *content_type; /* borrowed from the request */
  gboolean multipart;
  guint64 size_bytes;
  guint64 part_bytes;
  gboolean has_checksum;
  guint8 digest[HOIST_DIGEST_MAX_BYTES];

  /* output */
  char *key;       /* (owned) (nullable) */
  char *upload_id; /* (owned) (nullable) */
  GError *error;   /* (owned) (nullable) */
} File;

typedef struct
{
  HoistApiCall *call; /* (owned) */
  gboolean bare;      /* the request is one file, without `files` */
  File *files;        /* (owned) */
  guint n_files;
  guint n_pending; /* from 1, so that it does not end while it begins */
} Batch;

/* One Create that runs. */
typedef struct
{
  Batch *batch;
  guint index;
} Creation;

static void
batch_free (Batch *batch)
{
  for (guint i = 0; i < batch->n_files; i++)
    {
      g_free (batch->files[i].key);
      g_free (batch->files[i].upload_id);
      g_clear_error (&batch->files[i].error);
    }
  g_free (batch->files);
  g_free (batch);
}

static char *
make_key (HoistApiCall *call, const char *path, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *uuid = g_uuid_string_random ();
  const HoistKeyValues values = { call->token->prefix, path, call->token->name, uuid, now };

  return hoist_key_template_expand (call->key_template, &values, error);
}

static gboolean
check_size (HoistApiCall *call, const File *file, GError **error)
{
  guint64 max_bytes = call->config->max_object_bytes;

  if (call->token->max_object_bytes > 0)
    max_bytes = MIN (max_bytes, call->token->max_object_bytes);
  if (!file->multipart)
    max_bytes = MIN (max_bytes, HOIST_S3_MAX_SINGLE_PUT_BYTES);
  if (file->size_bytes <= max_bytes)
    return TRUE;
  g_set_error (error, HOIST_API_ERROR, HOIST_API_ERROR_TOO_LARGE,
               "The file has %" G_GUINT64_FORMAT " bytes, and at most %" G_GUINT64_FORMAT
               " are allowed",
               file->size_bytes, max_bytes);
  return FALSE;
}

/* The size that was asked for if it can be, else one that fits. */
static gboolean
plan_parts (HoistApiCall *call, File *file, GError **error)
{
  const HoistBackendConfig *config = call->config;
  guint64 parts_limit = HOIST_S3_MAX_PARTS * file->part_bytes;
  HoistPartLimits limits;
  HoistPartPlan plan;

  if (file->part_bytes >= config->min_part_bytes && file->part_bytes <= config->max_part_bytes &&
      file->size_bytes <= parts_limit)
    return TRUE;
  hoist_part_limits_init (&limits);
  limits.min_part_bytes = config->min_part_bytes;
  limits.max_part_bytes = config->max_part_bytes;
  limits.single_put_bytes = 0;
  if (!hoist_part_plan_init (&plan, &limits, file->size_bytes, 0, error))
    return FALSE;
  file->part_bytes = plan.multipart ? plan.part_bytes : config->min_part_bytes;
  return TRUE;
}

static gboolean
check_chunks (const HoistApiObject *from, const File *file, guint64 n_chunks, GError **error)
{
  guint64 part_bytes = MAX (file->part_bytes, 1);
  guint64 expected = file->size_bytes / part_bytes + (file->size_bytes % part_bytes != 0);

  if (n_chunks == MAX (expected, 1) && (file->multipart || n_chunks == 1))
    return TRUE;
  g_set_error (error, HOIST_API_ERROR, HOIST_API_ERROR_BAD_REQUEST,
               "“%stotalChunks” does not fit “size” and “partSize”", from->where);
  return FALSE;
}

static gboolean
read_file (HoistApiCall *call, const HoistApiObject *from, File *file, GError **error)
{
  const char *name;
  const char *path;
  guint64 n_chunks;

  if (!hoist_api_get_string (from, "fileName", 4 * HOIST_API_MAX_TEXT_BYTES, &name, error) ||
      !hoist_api_get_string (from, "path", 4 * HOIST_API_MAX_TEXT_BYTES, &path, error) ||
      !hoist_api_get_integer (from, "size", 0, HOIST_API_MAX_INTEGER, &file->size_bytes, error) ||
      !hoist_api_get_content_type (from, &file->content_type, error) ||
      !hoist_api_get_boolean (from, "multipart", &file->multipart, error) ||
      !hoist_api_get_integer (from, "partSize", 0, HOIST_API_MAX_INTEGER, &file->part_bytes,
                              error) ||
      !hoist_api_get_integer (from, "totalChunks", 1, HOIST_API_MAX_INTEGER, &n_chunks, error) ||
      !hoist_api_get_checksum (call, from, &file->has_checksum, file->digest, error) ||
      !check_chunks (from, file, n_chunks, error) || !check_size (call, file, error) ||
      (file->multipart && !plan_parts (call, file, error)))
    return FALSE;
  file->key = make_key (call, path, error);
  return file->key != NULL && hoist_api_call_check_key (call, file->key, error);
}

static void
add_member (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_plain_url (HoistApiCall *call, File *file, JsonBuilder *builder)
{
  g_autoptr (HoistStorageUrl) url = hoist_api_presign_put (
    call, file->key, file->content_type, file->has_checksum ? file->digest : NULL, &file->error);

  if (url == NULL)
    return;
  json_builder_set_member_name (builder, "urls");
  json_builder_begin_array (builder);
  hoist_api_add_url (builder, 1, url);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "expiresIn");
  json_builder_add_int_value (builder, (gint64) call->config->url_lifetime_s);
}

static void
add_file (HoistApiCall *call, File *file, JsonBuilder *builder)
{
  g_autofree char *location = NULL;

  json_builder_begin_object (builder);
  if (file->error == NULL && !file->multipart)
    add_plain_url (call, file, builder);
  if (file->error != NULL)
    {
      hoist_api_add_error (builder, call->message, file->error);
      json_builder_end_object (builder);
      return;
    }
  location = hoist_storage_dup_location (call->storage, file->key);
  if (file->upload_id != NULL)
    add_member (builder, "uploadId", file->upload_id);
  add_member (builder, "key", file->key);
  add_member (builder, "location", location);
  json_builder_set_member_name (builder, "multipart");
  json_builder_add_boolean_value (builder, file->multipart);
  json_builder_set_member_name (builder, "partSize");
  json_builder_add_int_value (builder, (gint64) file->part_bytes);
  json_builder_end_object (builder);
}

static void
release (Batch *batch)
{
  g_autoptr (JsonBuilder) builder = NULL;
  HoistApiCall *call = batch->call;

  if (--batch->n_pending > 0)
    return;
  builder = json_builder_new_immutable ();
  if (!batch->bare)
    {
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "files");
      json_builder_begin_array (builder);
    }
  for (guint i = 0; i < batch->n_files; i++)
    add_file (call, &batch->files[i], builder);
  if (!batch->bare)
    {
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  if (batch->bare && batch->files[0].error != NULL)
    hoist_api_call_fail (call, g_steal_pointer (&batch->files[0].error));
  else
    hoist_api_call_reply (call, builder);
  batch_free (batch);
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Creation *creation = user_data;
  File *file = &creation->batch->files[creation->index];

  file->upload_id = hoist_storage_create_finish (HOIST_STORAGE (source), result, &file->error);
  release (creation->batch);
}

static void
create_all (Batch *batch)
{
  for (guint i = 0; i < batch->n_files; i++)
    {
      File *file = &batch->files[i];
      Creation *creation;

      if (file->error != NULL || !file->multipart)
        continue;
      creation = g_new0 (Creation, 1);
      creation->batch = batch;
      creation->index = i;
      batch->n_pending++;
      hoist_storage_create_async (batch->call->storage, file->key, file->content_type, created_cb,
                                  creation);
    }
}

static Batch *
batch_new (HoistApiCall *call, guint n_files)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->call = call;
  batch->files = g_new0 (File, n_files);
  batch->n_files = n_files;
  batch->n_pending = 1;
  return batch;
}

static Batch *
read_batch (HoistApiCall *call, GError **error)
{
  HoistApiObject body = hoist_api_call_get_body (call);
  JsonArray *array;
  Batch *batch;

  if (!hoist_api_has (&body, "files"))
    {
      batch = batch_new (call, 1);
      batch->bare = TRUE;
      read_file (call, &body, &batch->files[0], &batch->files[0].error);
      return batch;
    }
  if (!hoist_api_get_array (&body, "files", (guint) call->config->max_files, &array, error))
    return NULL;
  batch = batch_new (call, json_array_get_length (array));
  for (guint i = 0; i < batch->n_files; i++)
    {
      g_autofree char *where = g_strdup_printf ("files[%u].", i);
      File *file = &batch->files[i];
      HoistApiObject from = { hoist_api_get_element (array, i, where, &file->error), where };

      if (from.object != NULL)
        read_file (call, &from, file, &file->error);
    }
  return batch;
}

/**
 * hoist_api_handle_initiate:
 * @call: (transfer full): the call
 *
 * Answers `POST initiate`: makes the keys, begins the multipart uploads, all at
 * once, and presigns the plain PUTs. A file that is refused does not stop the
 * others.
 */
void
hoist_api_handle_initiate (HoistApiCall *call)
{
  g_autoptr (GError) error = NULL;
  Batch *batch = read_batch (call, &error);

  if (batch == NULL)
    {
      hoist_api_call_fail (call, g_steal_pointer (&error));
      return;
    }
  create_all (batch);
  release (batch);
}
