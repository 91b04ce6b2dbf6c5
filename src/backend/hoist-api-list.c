/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "hoist-api-handlers.h"
#include "hoist-part-plan.h"
#include "hoist-s3-sigv4.h"

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_number (JsonBuilder *builder, const char *name, guint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) value);
}

static void
add_truth (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
add_limits (HoistApiCall *call, JsonBuilder *builder)
{
  const HoistBackendConfig *config = call->config;
  guint64 max_object_bytes = config->max_object_bytes;

  if (call->token->max_object_bytes > 0)
    max_object_bytes = MIN (max_object_bytes, call->token->max_object_bytes);
  json_builder_set_member_name (builder, "limits");
  json_builder_begin_object (builder);
  add_number (builder, "minPartSize", config->min_part_bytes);
  add_number (builder, "maxPartSize", config->max_part_bytes);
  add_number (builder, "maxParts", HOIST_S3_MAX_PARTS);
  add_number (builder, "maxObjectSize", max_object_bytes);
  add_number (builder, "singlePutBelow", config->single_put_bytes);
  add_number (builder, "maxFilesPerInitiate", config->max_files);
  add_number (builder, "maxPartsPerSign", config->max_parts_per_sign);
  add_number (builder, "maxObjectsPerStat", HOIST_API_MAX_STAT_OBJECTS);
  json_builder_end_object (builder);
}

/**
 * hoist_api_handle_describe:
 * @call: (transfer full): the call
 *
 * Answers `GET /`: what this backend can do, and whose token it is.
 */
void
hoist_api_handle_describe (HoistApiCall *call)
{
  static const char *const checksums[] = { "none", "sha256", "md5" };
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();

  json_builder_begin_object (builder);
  add_string (builder, "name", "hoist-backend");
  add_string (builder, "version", HOIST_VERSION);
  add_string (builder, "account", call->token->name);
  if (call->config->bucket != NULL)
    add_string (builder, "bucket", call->config->bucket);
  add_limits (call, builder);
  add_string (builder, "checksum", checksums[call->config->checksum]);
  add_truth (builder, "list", call->token->may_list);
  add_truth (builder, "stat", TRUE);
  add_truth (builder, "share", call->token->may_share);
  add_number (builder, "urlLifetime", call->config->url_lifetime_s);
  json_builder_end_object (builder);
  hoist_api_call_reply (call, builder);
}

static void
reply_parts (HoistApiCall *call, GPtrArray *parts)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "uploadedChunks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < parts->len; i++)
    json_builder_add_int_value (builder,
                                ((HoistS3Part *) g_ptr_array_index (parts, i))->part_number);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "parts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < parts->len; i++)
    {
      const HoistS3Part *part = g_ptr_array_index (parts, i);

      json_builder_begin_object (builder);
      add_number (builder, "partNumber", part->part_number);
      add_string (builder, "etag", part->etag);
      add_number (builder, "size", part->size_bytes);
      if (part->checksum_sha256 != NULL)
        add_string (builder, "checksumSha256", part->checksum_sha256);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  hoist_api_call_reply (call, builder);
}

static void
parts_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistApiCall *call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts =
    hoist_storage_list_parts_finish (HOIST_STORAGE (source), result, &error);

  if (parts == NULL)
    hoist_api_call_fail (call, g_steal_pointer (&error));
  else
    reply_parts (call, parts);
}

static gboolean
get_query (HoistApiCall *call,
           const char *name,
           gsize max_bytes,
           const char **value,
           GError **error)
{
  *value = call->query ? g_hash_table_lookup (call->query, name) : NULL;
  if (*value != NULL && **value != '\0' && strlen (*value) <= max_bytes &&
      g_utf8_validate (*value, -1, NULL))
    return TRUE;
  g_set_error (error, HOIST_API_ERROR, HOIST_API_ERROR_BAD_REQUEST,
               "The query must have “%s”, of at most %" G_GSIZE_FORMAT " bytes", name, max_bytes);
  return FALSE;
}

/**
 * hoist_api_handle_status:
 * @call: (transfer full): the call
 *
 * Answers `GET status`: what the storage has of an upload.
 */
void
hoist_api_handle_status (HoistApiCall *call)
{
  g_autoptr (GError) error = NULL;
  const char *upload_id;
  const char *key;

  if (get_query (call, "uploadId", HOIST_API_MAX_UPLOAD_ID_BYTES, &upload_id, &error) &&
      get_query (call, "key", HOIST_S3_MAX_KEY_BYTES, &key, &error) &&
      hoist_api_call_check_key (call, key, &error))
    hoist_storage_list_parts_async (call->storage, key, upload_id, parts_cb, call);
  else
    hoist_api_call_fail (call, g_steal_pointer (&error));
}

static gboolean
share (HoistApiCall *call, JsonBuilder *builder, GError **error)
{
  HoistApiObject body = hoist_api_call_get_body (call);
  g_autoptr (HoistStorageUrl) url = NULL;
  g_autofree char *expires_at = NULL;
  guint64 expires_s;
  const char *key;

  if (!call->token->may_share)
    {
      g_set_error (error, HOIST_API_ERROR, HOIST_API_ERROR_NOT_SUPPORTED,
                   "This token may not share files");
      return FALSE;
    }
  if (!hoist_api_get_string (&body, "key", HOIST_S3_MAX_KEY_BYTES, &key, error) ||
      !hoist_api_get_integer (&body, "expiresIn", 1, HOIST_API_MAX_INTEGER, &expires_s, error) ||
      !hoist_api_call_check_key (call, key, error))
    return FALSE;
  expires_s = MIN (expires_s, HOIST_S3_MAX_EXPIRES_S);
  url = hoist_storage_presign (call->storage, hoist_s3_request_get_object (key), (guint) expires_s,
                               error);
  if (url == NULL)
    return FALSE;
  expires_at = hoist_api_format_time (g_get_real_time () / G_USEC_PER_SEC + (gint64) expires_s);
  json_builder_begin_object (builder);
  add_string (builder, "url", url->url);
  add_string (builder, "expiresAt", expires_at);
  json_builder_end_object (builder);
  return TRUE;
}

/**
 * hoist_api_handle_share:
 * @call: (transfer full): the call
 *
 * Answers `POST share`: a link to download by, without any call to the storage.
 */
void
hoist_api_handle_share (HoistApiCall *call)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (GError) error = NULL;

  if (share (call, builder, &error))
    hoist_api_call_reply (call, builder);
  else
    hoist_api_call_fail (call, g_steal_pointer (&error));
}
