/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-error.h"
#include "hoist-part-plan.h"
#include "hoist-s3-element.h"
#include "hoist-s3-uri.h"
#include "hoist-s3-xml.h"

/* Amazon S3 User Guide, «Bucket quotas, limits, and restrictions»: 10,000 an account as it comes. */
#define MAX_BUCKETS 10000
/* «General purpose buckets naming rules»: 63; older ones, and those of others, up to 255. */
#define MAX_BUCKET_NAME_BYTES 255

/**
 * hoist_s3_etag_strip:
 * @etag: an ETag as a header or a document has it
 *
 * Takes the quotes off an ETag: plain ones, or escaped twice as some servers
 * do, and the mark of a weak one.
 *
 * Returns: (transfer full): the ETag, may be empty
 */
char *
hoist_s3_etag_strip (const char *etag)
{
  g_autoptr (GString) plain = g_string_new (etag);
  g_autofree char *stripped = NULL;
  const char *begin;
  gsize length;

  g_string_replace (plain, "&quot;", "\"", 0);
  stripped = g_strstrip (g_strdup (plain->str));
  begin = g_str_has_prefix (stripped, "W/") ? stripped + 2 : stripped;
  length = strlen (begin);
  if (length >= 2 && begin[0] == '"' && begin[length - 1] == '"')
    return g_strndup (begin + 1, length - 2);
  return g_strdup (begin);
}

/* The document, if its root is the one that was asked for. */
static HoistS3Element *
parse_document (const char *data, gsize length, const char *root_name, GError **error)
{
  g_autoptr (HoistS3Element) root = hoist_s3_element_parse (data, length, error);

  if (!root)
    return NULL;
  if (g_str_equal (hoist_s3_element_get_name (root), root_name))
    return g_steal_pointer (&root);
  if (g_str_equal (hoist_s3_element_get_name (root), "Error"))
    {
      g_autoptr (HoistS3Fault) fault = hoist_s3_fault_parse (data, length);

      g_propagate_error (error, hoist_s3_fault_to_error (fault, 200, NULL));
      return NULL;
    }
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
               "The storage answered another document than %s", root_name);
  return NULL;
}

static char *
dup_text (const HoistS3Element *element, const char *name)
{
  const char *text = hoist_s3_element_lookup (element, name);

  return g_strdup (text ? text : "");
}

/* As dup_text(), but null where the element is not there or empty. */
static char *
dup_optional_text (const HoistS3Element *element, const char *name)
{
  const char *text = hoist_s3_element_lookup (element, name);

  return text && text[0] ? g_strdup (text) : NULL;
}

static char *
dup_etag (const HoistS3Element *element)
{
  const char *text = hoist_s3_element_lookup (element, "ETag");

  return hoist_s3_etag_strip (text ? text : "");
}

static gboolean
lookup_flag (const HoistS3Element *element, const char *name)
{
  const char *text = hoist_s3_element_lookup (element, name);

  return text && g_ascii_strcasecmp (text, "true") == 0;
}

static gboolean
lookup_uint (const HoistS3Element *element,
             const char *name,
             guint fallback,
             guint *value,
             GError **error)
{
  guint64 number;

  if (!hoist_s3_element_lookup_number (element, name, fallback, G_MAXUINT, &number, error))
    return FALSE;
  *value = (guint) number;
  return TRUE;
}

/* `encoding-type=url` writes a blank as `+`, like a form does. */
static char *
decode_key (char *taken, gboolean url_encoded)
{
  g_autofree char *key = taken;
  g_autofree char *spaced = NULL;
  char *decoded;

  if (!url_encoded || !key)
    return g_steal_pointer (&key);
  spaced = g_strdelimit (g_strdup (key), "+", ' ');
  decoded = hoist_s3_path_decode (spaced, NULL);
  return decoded ? decoded : g_steal_pointer (&key);
}

static gboolean
is_url_encoded (const HoistS3Element *root)
{
  const char *type = hoist_s3_element_lookup (root, "EncodingType");

  return type && g_str_equal (type, "url");
}

/**
 * hoist_s3_create_result_parse:
 * @data: (array length=length): a body
 * @length: its length in bytes
 * @error: return location for an error
 *
 * Reads the answer to CreateMultipartUpload.
 *
 * Errors: %HOIST_ERROR_PROTOCOL, or that of an error document
 *
 * Returns: (transfer full) (nullable): the answer
 */
HoistS3CreateResult *
hoist_s3_create_result_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (HoistS3Element) root =
    parse_document (data, length, "InitiateMultipartUploadResult", error);
  g_autoptr (HoistS3CreateResult) result = NULL;

  if (!root)
    return NULL;
  result = hoist_s3_create_result_new ();
  result->bucket = dup_text (root, "Bucket");
  result->key = dup_text (root, "Key");
  result->upload_id = dup_text (root, "UploadId");
  if (result->upload_id[0] == '\0')
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                           "The storage began an upload without an id");
      return NULL;
    }
  return g_steal_pointer (&result);
}

static HoistS3Part *
parse_part (const HoistS3Element *element, GError **error)
{
  g_autoptr (HoistS3Part) part = hoist_s3_part_new (0, 0, NULL, NULL);

  if (!lookup_uint (element, "PartNumber", 0, &part->part_number, error) ||
      !hoist_s3_element_lookup_number (element, "Size", 0, G_MAXINT64, &part->size_bytes, error))
    return NULL;
  if (part->part_number < 1 || part->part_number > HOIST_S3_MAX_PARTS)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                   "A part has the number %u, which is not from 1 to %d", part->part_number,
                   HOIST_S3_MAX_PARTS);
      return NULL;
    }
  part->etag = dup_etag (element);
  part->checksum_sha256 = dup_optional_text (element, "ChecksumSHA256");
  part->modified_s = hoist_s3_element_lookup_time (element, "LastModified");
  return g_steal_pointer (&part);
}

static gboolean
parse_parts (const HoistS3Element *root, GPtrArray *parts, GError **error)
{
  for (guint i = 0; i < hoist_s3_element_get_n_children (root); i++)
    {
      const HoistS3Element *child = hoist_s3_element_get_child (root, i);
      HoistS3Part *part;

      if (!g_str_equal (hoist_s3_element_get_name (child), "Part"))
        continue;
      part = parse_part (child, error);
      if (!part)
        return FALSE;
      g_ptr_array_add (parts, part);
    }
  return TRUE;
}

/* A page that says there is more, but not from where, would be asked for again and again. */
static gboolean
check_parts_page (const HoistS3PartsResult *result, GError **error)
{
  if (!result->is_truncated || result->next_part_number_marker > result->part_number_marker)
    return TRUE;
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                       "The storage's list of parts goes on, but not forward");
  return FALSE;
}

/**
 * hoist_s3_parts_result_parse:
 * @data: (array length=length): a body
 * @length: its length in bytes
 * @error: return location for an error
 *
 * Reads the answer to ListParts: one page.
 *
 * Errors: %HOIST_ERROR_PROTOCOL, or that of an error document
 *
 * Returns: (transfer full) (nullable): the answer
 */
HoistS3PartsResult *
hoist_s3_parts_result_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (HoistS3Element) root = parse_document (data, length, "ListPartsResult", error);
  g_autoptr (HoistS3PartsResult) result = NULL;

  if (!root)
    return NULL;
  result = hoist_s3_parts_result_new ();
  result->bucket = dup_text (root, "Bucket");
  result->key = dup_text (root, "Key");
  result->upload_id = dup_text (root, "UploadId");
  result->checksum_algorithm = dup_optional_text (root, "ChecksumAlgorithm");
  result->is_truncated = lookup_flag (root, "IsTruncated");
  if (!lookup_uint (root, "PartNumberMarker", 0, &result->part_number_marker, error) ||
      !lookup_uint (root, "NextPartNumberMarker", 0, &result->next_part_number_marker, error) ||
      !lookup_uint (root, "MaxParts", 0, &result->max_parts, error) ||
      !parse_parts (root, result->parts, error) || !check_parts_page (result, error))
    return NULL;
  return g_steal_pointer (&result);
}

/**
 * hoist_s3_complete_result_parse:
 * @data: (array length=length): a body
 * @length: its length in bytes
 * @error: return location for an error
 *
 * Reads the answer to CompleteMultipartUpload. S3 sends status 200 before it
 * knows how it ends: the body may be an error all the same, and may begin with
 * much white space.
 *
 * Errors: %HOIST_ERROR_PROTOCOL, or that of an error document
 *
 * Returns: (transfer full) (nullable): the answer
 */
HoistS3CompleteResult *
hoist_s3_complete_result_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (HoistS3Element) root =
    parse_document (data, length, "CompleteMultipartUploadResult", error);
  HoistS3CompleteResult *result;

  if (!root)
    return NULL;
  result = hoist_s3_complete_result_new ();
  result->location = dup_text (root, "Location");
  result->bucket = dup_text (root, "Bucket");
  result->key = dup_text (root, "Key");
  result->etag = dup_etag (root);
  result->checksum_sha256 = dup_optional_text (root, "ChecksumSHA256");
  return result;
}

static void
parse_uploads (const HoistS3Element *root, HoistS3UploadsResult *result)
{
  for (guint i = 0; i < hoist_s3_element_get_n_children (root); i++)
    {
      const HoistS3Element *child = hoist_s3_element_get_child (root, i);
      g_autoptr (HoistS3Unfinished) upload = NULL;

      if (!g_str_equal (hoist_s3_element_get_name (child), "Upload"))
        continue;
      upload = hoist_s3_unfinished_new (NULL, NULL, 0);
      upload->key = decode_key (dup_text (child, "Key"), result->url_encoded);
      upload->upload_id = dup_text (child, "UploadId");
      upload->initiated_s = hoist_s3_element_lookup_time (child, "Initiated");
      upload->checksum_algorithm = dup_optional_text (child, "ChecksumAlgorithm");
      if (upload->key[0] && upload->upload_id[0])
        g_ptr_array_add (result->uploads, g_steal_pointer (&upload));
    }
}

/**
 * hoist_s3_uploads_result_parse:
 * @data: (array length=length): a body
 * @length: its length in bytes
 * @error: return location for an error
 *
 * Reads the answer to ListMultipartUploads: one page. Entries without a key or
 * an id are left out.
 *
 * Errors: %HOIST_ERROR_PROTOCOL, or that of an error document
 *
 * Returns: (transfer full) (nullable): the answer
 */
HoistS3UploadsResult *
hoist_s3_uploads_result_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (HoistS3Element) root =
    parse_document (data, length, "ListMultipartUploadsResult", error);
  g_autoptr (HoistS3UploadsResult) result = NULL;

  if (!root)
    return NULL;
  result = hoist_s3_uploads_result_new ();
  result->url_encoded = is_url_encoded (root);
  result->bucket = dup_text (root, "Bucket");
  result->prefix = decode_key (dup_text (root, "Prefix"), result->url_encoded);
  result->key_marker = decode_key (dup_text (root, "KeyMarker"), result->url_encoded);
  result->upload_id_marker = dup_text (root, "UploadIdMarker");
  result->next_key_marker =
    decode_key (dup_optional_text (root, "NextKeyMarker"), result->url_encoded);
  result->next_upload_id_marker = dup_optional_text (root, "NextUploadIdMarker");
  result->is_truncated = lookup_flag (root, "IsTruncated");
  if (!lookup_uint (root, "MaxUploads", 0, &result->max_uploads, error))
    return NULL;
  parse_uploads (root, result);
  if (result->is_truncated && !result->next_key_marker)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                           "The storage's list of uploads goes on, but does not say from where");
      return NULL;
    }
  return g_steal_pointer (&result);
}

static HoistS3Object *
parse_object (const HoistS3Element *element, gboolean url_encoded, GError **error)
{
  g_autoptr (HoistS3Object) object = hoist_s3_object_new (NULL, NULL, 0, 0);

  if (!hoist_s3_element_lookup_number (element, "Size", 0, G_MAXINT64, &object->size_bytes, error))
    return NULL;
  object->key = decode_key (dup_text (element, "Key"), url_encoded);
  object->etag = dup_etag (element);
  object->modified_s = hoist_s3_element_lookup_time (element, "LastModified");
  return g_steal_pointer (&object);
}

static gboolean
parse_objects (const HoistS3Element *root, HoistS3ObjectsResult *result, GError **error)
{
  for (guint i = 0; i < hoist_s3_element_get_n_children (root); i++)
    {
      const HoistS3Element *child = hoist_s3_element_get_child (root, i);
      const char *name = hoist_s3_element_get_name (child);

      if (g_str_equal (name, "Contents"))
        {
          HoistS3Object *object = parse_object (child, result->url_encoded, error);

          if (!object)
            return FALSE;
          g_ptr_array_add (result->objects, object);
        }
      else if (g_str_equal (name, "CommonPrefixes"))
        {
          g_ptr_array_add (result->common_prefixes,
                           decode_key (dup_text (child, "Prefix"), result->url_encoded));
        }
    }
  return TRUE;
}

/**
 * hoist_s3_objects_result_parse:
 * @data: (array length=length): a body
 * @length: its length in bytes
 * @error: return location for an error
 *
 * Reads the answer to ListObjectsV2: one page.
 *
 * Errors: %HOIST_ERROR_PROTOCOL, or that of an error document
 *
 * Returns: (transfer full) (nullable): the answer
 */
HoistS3ObjectsResult *
hoist_s3_objects_result_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (HoistS3Element) root = parse_document (data, length, "ListBucketResult", error);
  g_autoptr (HoistS3ObjectsResult) result = NULL;

  if (!root)
    return NULL;
  result = hoist_s3_objects_result_new ();
  result->url_encoded = is_url_encoded (root);
  result->bucket = dup_text (root, "Name");
  result->prefix = decode_key (dup_text (root, "Prefix"), result->url_encoded);
  result->delimiter = decode_key (dup_optional_text (root, "Delimiter"), result->url_encoded);
  result->continuation_token = dup_optional_text (root, "ContinuationToken");
  result->next_continuation_token = dup_optional_text (root, "NextContinuationToken");
  result->is_truncated = lookup_flag (root, "IsTruncated");
  if (!lookup_uint (root, "MaxKeys", 0, &result->max_keys, error) ||
      !parse_objects (root, result, error))
    return NULL;
  if (result->is_truncated && !result->next_continuation_token)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                           "The storage's list of objects goes on, but does not say from where");
      return NULL;
    }
  return g_steal_pointer (&result);
}

/**
 * hoist_s3_complete_request_parse:
 * @data: (array length=length): a body
 * @length: its length in bytes
 * @error: return location for an error
 *
 * Reads the body of a CompleteMultipartUpload request. Whether the parts are
 * in order and exist is the store's to say.
 *
 * Errors: %HOIST_ERROR_PROTOCOL, also for an empty list: S3's `MalformedXML`
 *
 * Returns: (transfer full) (nullable) (element-type HoistS3Part): the parts, as
 *   they were sent
 */
GPtrArray *
hoist_s3_complete_request_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (HoistS3Element) root = hoist_s3_element_parse (data, length, error);
  g_autoptr (GPtrArray) parts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_s3_part_free);

  if (!root)
    return NULL;
  if (!parse_parts (root, parts, error))
    return NULL;
  if (!g_str_equal (hoist_s3_element_get_name (root), "CompleteMultipartUpload") ||
      parts->len == 0 || parts->len > HOIST_S3_MAX_PARTS)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                   "The body is not a list of 1 to %d parts", HOIST_S3_MAX_PARTS);
      return NULL;
    }
  return g_steal_pointer (&parts);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
collect_buckets (const HoistS3Element *buckets, GPtrArray *names)
{
  guint n = MIN (hoist_s3_element_get_n_children (buckets), MAX_BUCKETS);

  for (guint i = 0; i < n; i++)
    {
      const HoistS3Element *bucket = hoist_s3_element_get_child (buckets, i);
      const char *name = g_str_equal (hoist_s3_element_get_name (bucket), "Bucket")
                           ? hoist_s3_element_lookup (bucket, "Name")
                           : NULL;

      if (name != NULL && *name != '\0' && strlen (name) <= MAX_BUCKET_NAME_BYTES)
        g_ptr_array_add (names, g_strdup (name));
    }
}

/**
 * hoist_s3_buckets_result_parse:
 * @data: (array length=length): a body
 * @length: its length in bytes
 * @error: return location for an error
 *
 * Reads the answer to ListBuckets. What can be no bucket's name is left out.
 *
 * Errors: %HOIST_ERROR_PROTOCOL, or that of an error document
 *
 * Returns: (transfer full) (nullable): the names, in order, each once
 */
GStrv
hoist_s3_buckets_result_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (HoistS3Element) root = parse_document (data, length, "ListAllMyBucketsResult", error);
  g_autoptr (GPtrArray) names = NULL;

  if (!root)
    return NULL;
  names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < hoist_s3_element_get_n_children (root); i++)
    {
      const HoistS3Element *child = hoist_s3_element_get_child (root, i);

      if (g_str_equal (hoist_s3_element_get_name (child), "Buckets"))
        collect_buckets (child, names);
    }
  g_ptr_array_sort (names, compare_names);
  for (guint i = names->len; i > 1; i--)
    if (g_str_equal (names->pdata[i - 1], names->pdata[i - 2]))
      g_ptr_array_remove_index (names, i - 1);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}
