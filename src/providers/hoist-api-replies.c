/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "hoist-api-messages.h"
#include "hoist-json-reader.h"

static HoistDigestKind
read_checksum (HoistJsonReader *reader, JsonObject *root)
{
  g_autofree char *name =
    hoist_json_reader_dup_string (reader, root, "checksum", HOIST_JSON_MAX_NAME);

  if (g_strcmp0 (name, "sha256") == 0)
    return HOIST_DIGEST_SHA256;
  if (g_strcmp0 (name, "md5") == 0)
    return HOIST_DIGEST_MD5;
  if (name != NULL && strcmp (name, "none") != 0)
    hoist_json_reader_fail (reader, _ ("The backend wants a kind of checksum that this version "
                                       "does not know"));
  return HOIST_DIGEST_NONE;
}

static void
read_limits (HoistJsonReader *reader, JsonObject *object, HoistCapabilities *capabilities)
{
  HoistPartLimits *limits = &capabilities->limits;

  hoist_part_limits_init (limits);
  limits->min_part_bytes = hoist_json_reader_get_optional_integer (
    reader, object, "minPartSize", 1, HOIST_S3_MAX_PART_BYTES, limits->min_part_bytes);
  limits->max_part_bytes = hoist_json_reader_get_optional_integer (
    reader, object, "maxPartSize", 1, HOIST_S3_MAX_PART_BYTES, limits->max_part_bytes);
  limits->max_parts = (guint) hoist_json_reader_get_optional_integer (
    reader, object, "maxParts", 1, HOIST_S3_MAX_PARTS, limits->max_parts);
  limits->max_object_bytes = hoist_json_reader_get_optional_integer (
    reader, object, "maxObjectSize", 0, HOIST_JSON_MAX_INTEGER, limits->max_object_bytes);
  limits->single_put_bytes = hoist_json_reader_get_optional_integer (
    reader, object, "singlePutBelow", 0, HOIST_S3_MAX_SINGLE_PUT_BYTES, limits->single_put_bytes);
  capabilities->max_begin_files = (guint) hoist_json_reader_get_optional_integer (
    reader, object, "maxFilesPerInitiate", 1, 10000, 1);
  capabilities->max_sign_parts = (guint) hoist_json_reader_get_optional_integer (
    reader, object, "maxPartsPerSign", 1, HOIST_S3_MAX_PARTS, 100);
  capabilities->max_stat_objects = (guint) hoist_json_reader_get_optional_integer (
    reader, object, "maxObjectsPerStat", 1, 10000, 1);
  if (limits->min_part_bytes > limits->max_part_bytes)
    hoist_json_reader_fail (reader, _ ("The backend’s limits contradict each other"));
}

/**
 * hoist_api_parse_capabilities: (skip)
 * @answer: the answer to `GET {base}/`
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full): what the backend can do, or %NULL
 */
HoistCapabilities *
hoist_api_parse_capabilities (GBytes *answer, GError **error)
{
  /* Translators: a request to the backend, as in «the answer to …» */
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new (_ ("the first request"), answer);
  JsonObject *root = hoist_json_reader_get_root (reader);
  HoistCapabilities *capabilities = g_new0 (HoistCapabilities, 1);
  g_autofree char *name =
    hoist_json_reader_dup_optional_string (reader, root, "name", HOIST_JSON_MAX_NAME);
  g_autofree char *version =
    hoist_json_reader_dup_optional_string (reader, root, "version", HOIST_JSON_MAX_NAME);

  capabilities->account =
    hoist_json_reader_dup_optional_string (reader, root, "account", HOIST_JSON_MAX_NAME);
  capabilities->bucket =
    hoist_json_reader_dup_optional_string (reader, root, "bucket", HOIST_JSON_MAX_NAME);
  if (name != NULL)
    capabilities->server = version != NULL ? g_strdup_printf ("%s %s", name, version)
                                           : g_strdup (name);
  read_limits (reader, hoist_json_reader_get_object (reader, root, "limits"), capabilities);
  capabilities->digest_kind = read_checksum (reader, root);
  capabilities->can_list = hoist_json_reader_get_boolean (reader, root, "list");
  capabilities->can_share = hoist_json_reader_get_boolean (reader, root, "share");
  capabilities->can_stat =
    hoist_json_reader_has (root, "stat") && hoist_json_reader_get_boolean (reader, root, "stat");
  return hoist_json_reader_give (reader, capabilities, (GDestroyNotify) hoist_capabilities_free,
                                 error);
}

static gint64
read_time_us (HoistJsonReader *reader, JsonObject *object, const char *member)
{
  g_autofree char *text =
    hoist_json_reader_dup_string (reader, object, member, HOIST_JSON_MAX_NAME);
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  if (time != NULL)
    return MAX (g_date_time_to_unix (time), 0) * G_USEC_PER_SEC;
  /* Translators: the API's name of a part of an answer */
  hoist_json_reader_fail (reader, _ ("“%s” in the backend’s answer is not a time"), member);
  return 0;
}

/* What `complete` and `stat` both say of an object. */
static HoistObject *
read_object (HoistJsonReader *reader, JsonObject *from)
{
  HoistObject *object = g_new0 (HoistObject, 1);

  object->key = hoist_json_reader_dup_string (reader, from, "key", HOIST_JSON_MAX_KEY);
  object->etag = hoist_api_strip_quotes (
    hoist_json_reader_dup_optional_string (reader, from, "etag", HOIST_JSON_MAX_KEY));
  object->version_id =
    hoist_json_reader_dup_optional_string (reader, from, "versionId", HOIST_JSON_MAX_KEY);
  object->checksum_sha256 =
    hoist_json_reader_dup_optional_string (reader, from, "checksumSha256", HOIST_JSON_MAX_NAME);
  object->size_bytes =
    hoist_json_reader_get_integer (reader, from, "size", 0, HOIST_JSON_MAX_INTEGER);
  object->has_size = TRUE;
  return object;
}

/**
 * hoist_api_parse_complete: (skip)
 * @answer: the answer to `complete`
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full): the object, or %NULL
 */
HoistObject *
hoist_api_parse_complete (GBytes *answer, GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("complete", answer);
  JsonObject *root = hoist_json_reader_get_root (reader);
  HoistObject *object = read_object (reader, root);

  object->location =
    hoist_json_reader_dup_optional_string (reader, root, "location", HOIST_JSON_MAX_URL);
  return hoist_json_reader_give (reader, object, (GDestroyNotify) hoist_object_free, error);
}

static HoistStatReply *
read_stat_reply (HoistJsonReader *reader, JsonObject *from, const char *key)
{
  HoistStatReply *reply = g_new0 (HoistStatReply, 1);
  g_autofree char *answered = NULL;

  if (hoist_json_reader_has (from, "error"))
    {
      answered = hoist_json_reader_dup_string (reader, from, "key", HOIST_JSON_MAX_KEY);
      reply->error = hoist_api_read_refusal (reader, from, &reply->retry_after_us);
    }
  else
    {
      reply->object = read_object (reader, from);
      answered = g_strdup (reply->object->key);
      reply->object->server_us = read_time_us (reader, from, "serverTime");
      if (hoist_json_reader_has (from, "lastModified"))
        reply->object->modified_us = read_time_us (reader, from, "lastModified");
    }
  if (g_strcmp0 (answered, key) != 0)
    hoist_json_reader_fail (reader, _ ("The backend’s answer to stat is about another object than "
                                       "was asked for"));
  return reply;
}

/**
 * hoist_api_parse_stat: (skip)
 * @answer: the answer to `stat`
 * @keys: (element-type utf8): what was asked for
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full) (element-type HoistStatReply): as many as keys, or %NULL
 */
GPtrArray *
hoist_api_parse_stat (GBytes *answer, GPtrArray *keys, GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("stat", answer);
  g_autoptr (GPtrArray) objects = hoist_json_reader_get_objects (
    reader, hoist_json_reader_get_root (reader), "objects", keys->len);
  GPtrArray *replies = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_stat_reply_free);

  if (objects->len != keys->len)
    hoist_json_reader_fail (reader, _ ("The backend’s answer to stat has %u objects instead of %u"),
                                       objects->len, keys->len);
  for (guint i = 0; i < objects->len && !hoist_json_reader_has_failed (reader); i++)
    g_ptr_array_add (replies, read_stat_reply (reader, objects->pdata[i], keys->pdata[i]));
  return hoist_json_reader_give (reader, replies, (GDestroyNotify) g_ptr_array_unref, error);
}

/**
 * hoist_api_parse_abort: (skip)
 * @answer: the answer to `abort`
 * @remaining: (out): parts that the storage still lists
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: whether it could be read
 */
gboolean
hoist_api_parse_abort (GBytes *answer, guint *remaining, GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("abort", answer);
  JsonObject *root = hoist_json_reader_get_root (reader);

  if (!hoist_json_reader_get_boolean (reader, root, "aborted"))
    hoist_json_reader_fail (reader, _ ("The backend did not drop the upload"));
  *remaining = (guint) hoist_json_reader_get_optional_integer (reader, root, "remaining", 0,
                                                               HOIST_S3_MAX_PARTS, 0);
  if (!hoist_json_reader_has_failed (reader))
    return TRUE;
  g_propagate_error (error, hoist_json_reader_dup_error (reader));
  return FALSE;
}

/**
 * hoist_api_parse_share: (skip)
 * @answer: the answer to `share`
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full): the link, or %NULL
 */
HoistShare *
hoist_api_parse_share (GBytes *answer, GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("share", answer);
  JsonObject *root = hoist_json_reader_get_root (reader);
  HoistShare *share = hoist_share_new (NULL, 0);
  g_autoptr (GUri) uri = NULL;

  share->url = hoist_json_reader_dup_string (reader, root, "url", HOIST_JSON_MAX_URL);
  uri = share->url != NULL ? g_uri_parse (share->url, SOUP_HTTP_URI_FLAGS, NULL) : NULL;
  if (uri == NULL || (strcmp (g_uri_get_scheme (uri), "https") != 0 &&
                      strcmp (g_uri_get_scheme (uri), "http") != 0))
    hoist_json_reader_fail (reader, _ ("The backend’s answer to share is not a link"));
  if (hoist_json_reader_has (root, "expiresAt"))
    share->expires_us = read_time_us (reader, root, "expiresAt");
  return hoist_json_reader_give (reader, share, (GDestroyNotify) hoist_share_free, error);
}
