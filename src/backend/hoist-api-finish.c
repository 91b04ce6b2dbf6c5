/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-api-handlers.h"
#include "hoist-part-plan.h"
#include "hoist-s3-xml.h"

/* A Complete that runs. */
typedef struct
{
  HoistApiCall *call; /* (owned) */
  char *key;          /* (owned) */
  char *etag;         /* (owned) (nullable) plain PUT: what the storage answered to it */
} Completion;

static void
completion_free (Completion *completion)
{
  g_free (completion->key);
  g_free (completion->etag);
  g_free (completion);
}

static gboolean
refuse (GError **error, const HoistApiObject *from, const char *name, const char *why)
{
  g_set_error (error, HOIST_API_ERROR, HOIST_API_ERROR_BAD_REQUEST, "“%s%s” %s", from->where, name,
               why);
  return FALSE;
}

static HoistS3Part *
read_part (HoistApiCall *call, const HoistApiObject *from, guint64 least, GError **error)
{
  gboolean sha256 = call->config->checksum == HOIST_DIGEST_SHA256;
  guint8 digest[HOIST_SHA256_BYTES];
  g_autofree char *bare = NULL;
  const char *checksum = NULL;
  const char *etag;
  guint64 part_number;

  if (!hoist_api_get_integer (from, "partNumber", 1, HOIST_S3_MAX_PARTS, &part_number, error) ||
      !hoist_api_get_string (from, "etag", HOIST_API_MAX_TEXT_BYTES, &etag, error))
    return NULL;
  if (part_number < least)
    {
      refuse (error, from, "partNumber", "is not in ascending order");
      return NULL;
    }
  if (sha256 && !hoist_api_get_optional_string (from, "checksumSha256", HOIST_API_MAX_TEXT_BYTES,
                                                &checksum, error))
    return NULL;
  if (checksum != NULL && !hoist_digest_from_base64 (checksum, digest, sizeof digest))
    {
      refuse (error, from, "checksumSha256", "must be a SHA-256 in base64, with padding");
      return NULL;
    }
  bare = hoist_s3_etag_strip (etag);
  return hoist_s3_part_new ((guint) part_number, 0, bare, checksum);
}

static GPtrArray *
read_parts (HoistApiCall *call, gboolean multipart, GError **error)
{
  HoistApiObject body = hoist_api_call_get_body (call);
  g_autoptr (GPtrArray) parts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_s3_part_free);
  JsonArray *array;
  guint64 least = 1;

  if (!hoist_api_get_array (&body, "parts", multipart ? HOIST_S3_MAX_PARTS : 1, &array, error))
    return NULL;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autofree char *where = g_strdup_printf ("parts[%u].", i);
      HoistApiObject from = { hoist_api_get_element (array, i, where, error), where };
      HoistS3Part *part = from.object ? read_part (call, &from, least, error) : NULL;

      if (part == NULL)
        return NULL;
      if (multipart && call->config->checksum == HOIST_DIGEST_SHA256 &&
          part->checksum_sha256 == NULL)
        {
          hoist_s3_part_free (part);
          refuse (error, &from, "checksumSha256", "must be there");
          return NULL;
        }
      least = part->part_number + 1;
      g_ptr_array_add (parts, part);
    }
  return g_steal_pointer (&parts);
}

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
reply_object (Completion *completion, const HoistStorageObject *object)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autofree char *location =
    hoist_storage_dup_location (completion->call->storage, completion->key);

  json_builder_begin_object (builder);
  add_string (builder, "location", location);
  add_string (builder, "key", completion->key);
  add_string (builder, "etag", object->etag);
  json_builder_set_member_name (builder, "size");
  json_builder_add_int_value (builder, (gint64) object->size_bytes);
  add_string (builder, "checksumSha256", object->checksum_sha256);
  add_string (builder, "versionId", object->version_id);
  json_builder_end_object (builder);
  hoist_api_call_reply (completion->call, builder);
}

static void
completed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Completion *completion = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistStorageObject) object =
    hoist_storage_complete_finish (HOIST_STORAGE (source), result, &error);

  if (object == NULL)
    hoist_api_call_fail (completion->call, g_steal_pointer (&error));
  else
    reply_object (completion, object);
  completion_free (completion);
}

static void
put_seen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Completion *completion = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistStorageObject) object =
    hoist_storage_head_finish (HOIST_STORAGE (source), result, &error);

  if (object == NULL)
    hoist_api_call_fail (completion->call, g_steal_pointer (&error));
  else if (*object->etag != '\0' && *completion->etag != '\0' &&
           strcmp (object->etag, completion->etag) != 0)
    hoist_api_call_fail (completion->call,
                         g_error_new (HOIST_API_ERROR, HOIST_API_ERROR_CHECKSUM_MISMATCH,
                                      "The object of this name is not the one that was sent"));
  else
    reply_object (completion, object);
  completion_free (completion);
}

static void
complete (HoistApiCall *call, const char *upload_id, const char *key, GPtrArray *parts)
{
  Completion *completion = g_new0 (Completion, 1);

  completion->call = call;
  completion->key = g_strdup (key);
  if (upload_id != NULL)
    {
      hoist_storage_complete_async (call->storage, key, upload_id, parts, completed_cb, completion);
      return;
    }
  completion->etag = g_strdup (((HoistS3Part *) g_ptr_array_index (parts, 0))->etag);
  hoist_storage_head_async (call->storage, key, put_seen_cb, completion);
}

/**
 * hoist_api_handle_complete:
 * @call: (transfer full): the call
 *
 * Answers `POST complete`: makes the object, or looks up the one of a plain
 * PUT, and answers what the storage says it has.
 */
void
hoist_api_handle_complete (HoistApiCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = NULL;
  const char *upload_id = NULL;
  const char *key = NULL;

  if (hoist_api_call_get_upload (call, &upload_id, &key, &error))
    parts = read_parts (call, upload_id != NULL, &error);
  if (parts == NULL)
    hoist_api_call_fail (call, g_steal_pointer (&error));
  else
    complete (call, upload_id, key, parts);
}

static void
reply_aborted (HoistApiCall *call, guint n_remaining)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "aborted");
  json_builder_add_boolean_value (builder, TRUE);
  json_builder_set_member_name (builder, "remaining");
  json_builder_add_int_value (builder, n_remaining);
  json_builder_end_object (builder);
  hoist_api_call_reply (call, builder);
}

static void
aborted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistApiCall *call = user_data;
  g_autoptr (GError) error = NULL;
  guint n_remaining;

  if (hoist_storage_abort_finish (HOIST_STORAGE (source), result, &n_remaining, &error))
    reply_aborted (call, n_remaining);
  else
    hoist_api_call_fail (call, g_steal_pointer (&error));
}

/**
 * hoist_api_handle_abort:
 * @call: (transfer full): the call
 *
 * Answers `POST abort`: drops an upload. A finished object is never deleted.
 */
void
hoist_api_handle_abort (HoistApiCall *call)
{
  g_autoptr (GError) error = NULL;
  const char *upload_id;
  const char *key;

  if (!hoist_api_call_get_upload (call, &upload_id, &key, &error))
    hoist_api_call_fail (call, g_steal_pointer (&error));
  else if (upload_id == NULL)
    reply_aborted (call, 0);
  else
    hoist_storage_abort_async (call->storage, key, upload_id, aborted_cb, call);
}
