/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads what a backend lists: the parts of an upload, and the unfinished uploads. */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-api-messages.h"
#include "hoist-json-reader.h"

/* A backend that knows no pages answers all at once. */
#define MAX_UPLOADS 100000

/**
 * hoist_api_strip_quotes: (skip)
 * @etag: (transfer full) (nullable): an ETag in either spelling: the quotes are HTTP's
 *
 * Returns: (transfer full) (nullable): @etag without them
 */
char *
hoist_api_strip_quotes (char *etag)
{
  gsize length = etag != NULL ? strlen (etag) : 0;

  if (length >= 2 && etag[0] == '"' && etag[length - 1] == '"')
    {
      memmove (etag, etag + 1, length - 2);
      etag[length - 2] = '\0';
    }
  return etag;
}

/* A checksum that is none is the backend's mistake, and not the same as none. */
static void
read_sha256 (HoistJsonReader *reader, JsonObject *object, HoistServerPart *part)
{
  g_autofree char *text =
    hoist_json_reader_dup_optional_string (reader, object, "checksumSha256", HOIST_JSON_MAX_NAME);

  if (text == NULL)
    return;
  part->has_sha256 = hoist_digest_from_base64 (text, part->sha256, HOIST_SHA256_BYTES);
  if (!part->has_sha256)
    /* Translators: the API's name of a part of an answer */
    hoist_json_reader_fail (reader, _ ("“%s” in the backend’s answer is not a checksum"),
                                       "checksumSha256");
}

static HoistServerPart *
read_part (HoistJsonReader *reader, JsonObject *object)
{
  guint number =
    (guint) hoist_json_reader_get_integer (reader, object, "partNumber", 1, HOIST_S3_MAX_PARTS);
  guint64 size = hoist_json_reader_get_integer (reader, object, "size", 0, HOIST_JSON_MAX_INTEGER);
  g_autofree char *etag = hoist_api_strip_quotes (
    hoist_json_reader_dup_string (reader, object, "etag", HOIST_JSON_MAX_KEY));
  HoistServerPart *part = hoist_server_part_new (number, size, etag);

  read_sha256 (reader, object, part);
  return part;
}

/**
 * hoist_api_parse_status: (skip)
 * @answer: the answer to `status`
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full) (element-type HoistServerPart): ascending, or %NULL
 */
GPtrArray *
hoist_api_parse_status (GBytes *answer, GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("status", answer);
  g_autoptr (GPtrArray) objects = hoist_json_reader_get_objects (
    reader, hoist_json_reader_get_root (reader), "parts", HOIST_S3_MAX_PARTS);
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_server_part_free);
  guint last = 0;

  for (guint i = 0; i < objects->len && !hoist_json_reader_has_failed (reader); i++)
    {
      HoistServerPart *part = read_part (reader, objects->pdata[i]);

      if (part->part_number <= last)
        hoist_json_reader_fail (reader, _ ("The backend’s list of parts is not in order"));
      last = part->part_number;
      g_ptr_array_add (parts, part);
    }
  return hoist_json_reader_give (reader, parts, (GDestroyNotify) g_ptr_array_unref, error);
}

/* @offset_us: what this machine's clock is ahead of the backend's. 0 without the member. */
static gint64
read_time_us (HoistJsonReader *reader, JsonObject *object, const char *member, gint64 offset_us)
{
  g_autofree char *text =
    hoist_json_reader_has (object, member)
      ? hoist_json_reader_dup_string (reader, object, member, HOIST_JSON_MAX_NAME)
      : NULL;
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  if (time != NULL)
    return MAX (g_date_time_to_unix (time) * G_USEC_PER_SEC + offset_us, 0);
  if (text != NULL)
    /* Translators: the API's name of a part of an answer */
    hoist_json_reader_fail (reader, _ ("“%s” in the backend’s answer is not a time"), member);
  return 0;
}

static void
read_details (HoistJsonReader *reader, JsonObject *object, HoistUnfinished *upload)
{
  upload->has_size = hoist_json_reader_has (object, "size");
  upload->size_bytes =
    hoist_json_reader_get_optional_integer (reader, object, "size", 0, HOIST_JSON_MAX_INTEGER, 0);
  upload->n_parts = (guint) hoist_json_reader_get_optional_integer (reader, object, "partCount", 0,
                                                                    HOIST_S3_MAX_PARTS, 0);
  upload->part_bytes = hoist_json_reader_get_optional_integer (reader, object, "partSize", 1,
                                                               HOIST_JSON_MAX_INTEGER, 0);
}

static HoistUnfinished *
read_upload (HoistJsonReader *reader, JsonObject *object, gint64 offset_us)
{
  HoistUnfinished *upload = hoist_unfinished_new (NULL, NULL);
  g_autofree char *checksum =
    hoist_json_reader_dup_optional_string (reader, object, "checksum", HOIST_JSON_MAX_NAME);

  upload->upload_id =
    hoist_json_reader_dup_string (reader, object, "uploadId", HOIST_JSON_MAX_UPLOAD_ID);
  upload->key = hoist_json_reader_dup_string (reader, object, "key", HOIST_JSON_MAX_KEY);
  upload->path =
    hoist_json_reader_dup_optional_string (reader, object, "path", HOIST_UNFINISHED_MAX_PATH_BYTES);
  upload->file_name = hoist_json_reader_dup_optional_string (reader, object, "fileName",
                                                             HOIST_UNFINISHED_MAX_PATH_BYTES);
  upload->with_sha256 = g_strcmp0 (checksum, "sha256") == 0;
  upload->initiated_us = read_time_us (reader, object, "initiated", offset_us);
  upload->modified_us = read_time_us (reader, object, "modified", offset_us);
  read_details (reader, object, upload);
  return upload;
}

/**
 * hoist_api_parse_uploads: (skip)
 * @answer: the answer to `uploads`
 * @after: (nullable): where the page was asked to begin
 * @error: return location
 *
 * Reads a page. Times are turned to this machine's clock, so that an age is
 * right even where one of the two clocks is not.
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full): the page, or %NULL
 */
HoistUnfinishedPage *
hoist_api_parse_uploads (GBytes *answer, const char *after, GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("uploads", answer);
  JsonObject *root = hoist_json_reader_get_root (reader);
  g_autoptr (GPtrArray) objects =
    hoist_json_reader_get_objects (reader, root, "uploads", MAX_UPLOADS);
  HoistUnfinishedPage *page = hoist_unfinished_page_new ();
  gint64 now_us = read_time_us (reader, root, "now", 0);
  gint64 offset_us = now_us != 0 ? g_get_real_time () - now_us : 0;

  page->next =
    hoist_json_reader_dup_optional_string (reader, root, "next", HOIST_UNFINISHED_MAX_CURSOR_BYTES);
  /* It would be asked for again and again. */
  if (page->next != NULL && (*page->next == '\0' || g_strcmp0 (page->next, after) == 0))
    hoist_json_reader_fail (reader, _ ("The backend’s list of uploads does not end"));
  for (guint i = 0; i < objects->len && !hoist_json_reader_has_failed (reader); i++)
    g_ptr_array_add (page->uploads, read_upload (reader, objects->pdata[i], offset_us));
  return hoist_json_reader_give (reader, page, (GDestroyNotify) hoist_unfinished_page_free, error);
}
