/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-writer.h"
#include "hoist-s3-xml.h"

/**
 * hoist_s3_format_time:
 * @unix_s: a time, seconds of real time
 *
 * Writes a time as S3's documents do.
 *
 * Returns: (transfer full): `2013-05-24T00:00:00.000Z`
 */
char *
hoist_s3_format_time (gint64 unix_s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (unix_s);

  return time ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S.000Z") : g_strdup ("");
}

/**
 * hoist_s3_create_result_to_xml:
 * @result: the answer
 *
 * Writes the answer to CreateMultipartUpload.
 *
 * Returns: (transfer full): the document
 */
char *
hoist_s3_create_result_to_xml (const HoistS3CreateResult *result)
{
  GString *xml = hoist_s3_writer_begin ("InitiateMultipartUploadResult", TRUE);

  hoist_s3_writer_text (xml, "Bucket", result->bucket);
  hoist_s3_writer_text (xml, "Key", result->key);
  hoist_s3_writer_text (xml, "UploadId", result->upload_id);
  return hoist_s3_writer_end (xml, "InitiateMultipartUploadResult");
}

/**
 * hoist_s3_parts_result_to_xml:
 * @result: the answer
 *
 * Writes the answer to ListParts.
 *
 * Returns: (transfer full): the document
 */
char *
hoist_s3_parts_result_to_xml (const HoistS3PartsResult *result)
{
  GString *xml = hoist_s3_writer_begin ("ListPartsResult", TRUE);

  hoist_s3_writer_text (xml, "Bucket", result->bucket);
  hoist_s3_writer_text (xml, "Key", result->key);
  hoist_s3_writer_text (xml, "UploadId", result->upload_id);
  hoist_s3_writer_optional_text (xml, "ChecksumAlgorithm", result->checksum_algorithm);
  hoist_s3_writer_number (xml, "PartNumberMarker", result->part_number_marker);
  if (result->is_truncated)
    hoist_s3_writer_number (xml, "NextPartNumberMarker", result->next_part_number_marker);
  hoist_s3_writer_number (xml, "MaxParts", result->max_parts);
  hoist_s3_writer_flag (xml, "IsTruncated", result->is_truncated);
  for (guint i = 0; i < result->parts->len; i++)
    {
      const HoistS3Part *part = g_ptr_array_index (result->parts, i);

      g_string_append (xml, "<Part>");
      hoist_s3_writer_number (xml, "PartNumber", part->part_number);
      hoist_s3_writer_time (xml, "LastModified", part->modified_s);
      hoist_s3_writer_etag (xml, part->etag);
      hoist_s3_writer_number (xml, "Size", part->size_bytes);
      hoist_s3_writer_optional_text (xml, "ChecksumSHA256", part->checksum_sha256);
      g_string_append (xml, "</Part>");
    }
  return hoist_s3_writer_end (xml, "ListPartsResult");
}

/**
 * hoist_s3_complete_result_to_xml:
 * @result: the answer
 *
 * Writes the answer to CompleteMultipartUpload.
 *
 * Returns: (transfer full): the document
 */
char *
hoist_s3_complete_result_to_xml (const HoistS3CompleteResult *result)
{
  GString *xml = hoist_s3_writer_begin ("CompleteMultipartUploadResult", TRUE);

  hoist_s3_writer_text (xml, "Location", result->location);
  hoist_s3_writer_text (xml, "Bucket", result->bucket);
  hoist_s3_writer_text (xml, "Key", result->key);
  hoist_s3_writer_etag (xml, result->etag);
  hoist_s3_writer_optional_text (xml, "ChecksumSHA256", result->checksum_sha256);
  return hoist_s3_writer_end (xml, "CompleteMultipartUploadResult");
}

/**
 * hoist_s3_uploads_result_to_xml:
 * @result: the answer
 *
 * Writes the answer to ListMultipartUploads.
 *
 * Returns: (transfer full): the document
 */
char *
hoist_s3_uploads_result_to_xml (const HoistS3UploadsResult *result)
{
  GString *xml = hoist_s3_writer_begin ("ListMultipartUploadsResult", TRUE);
  gboolean encoded = result->url_encoded;

  hoist_s3_writer_text (xml, "Bucket", result->bucket);
  hoist_s3_writer_key (xml, "Prefix", result->prefix, encoded);
  hoist_s3_writer_key (xml, "KeyMarker", result->key_marker, encoded);
  hoist_s3_writer_text (xml, "UploadIdMarker", result->upload_id_marker);
  if (result->is_truncated)
    {
      hoist_s3_writer_key (xml, "NextKeyMarker", result->next_key_marker, encoded);
      hoist_s3_writer_text (xml, "NextUploadIdMarker", result->next_upload_id_marker);
    }
  hoist_s3_writer_optional_text (xml, "EncodingType", encoded ? "url" : NULL);
  hoist_s3_writer_number (xml, "MaxUploads", result->max_uploads);
  hoist_s3_writer_flag (xml, "IsTruncated", result->is_truncated);
  for (guint i = 0; i < result->uploads->len; i++)
    {
      const HoistS3Unfinished *upload = g_ptr_array_index (result->uploads, i);

      g_string_append (xml, "<Upload>");
      hoist_s3_writer_key (xml, "Key", upload->key, encoded);
      hoist_s3_writer_text (xml, "UploadId", upload->upload_id);
      hoist_s3_writer_text (xml, "StorageClass", "STANDARD");
      hoist_s3_writer_time (xml, "Initiated", upload->initiated_s);
      hoist_s3_writer_optional_text (xml, "ChecksumAlgorithm", upload->checksum_algorithm);
      g_string_append (xml, "</Upload>");
    }
  return hoist_s3_writer_end (xml, "ListMultipartUploadsResult");
}

/**
 * hoist_s3_objects_result_to_xml:
 * @result: the answer
 *
 * Writes the answer to ListObjectsV2, or to ListObjects.
 *
 * Returns: (transfer full): the document
 */
char *
hoist_s3_objects_result_to_xml (const HoistS3ObjectsResult *result)
{
  GString *xml = hoist_s3_writer_begin ("ListBucketResult", TRUE);
  gboolean encoded = result->url_encoded;

  hoist_s3_writer_text (xml, "Name", result->bucket);
  hoist_s3_writer_key (xml, "Prefix", result->prefix, encoded);
  if (result->delimiter)
    hoist_s3_writer_key (xml, "Delimiter", result->delimiter, encoded);
  hoist_s3_writer_optional_text (xml, "ContinuationToken", result->continuation_token);
  hoist_s3_writer_optional_text (xml, "NextContinuationToken", result->next_continuation_token);
  hoist_s3_writer_optional_text (xml, "EncodingType", encoded ? "url" : NULL);
  if (!result->is_first_version)
    hoist_s3_writer_number (xml, "KeyCount",
                            (guint64) result->objects->len + result->common_prefixes->len);
  else
    hoist_s3_writer_key (xml, "Marker", result->marker, encoded);
  if (result->next_marker != NULL)
    hoist_s3_writer_key (xml, "NextMarker", result->next_marker, encoded);
  hoist_s3_writer_number (xml, "MaxKeys", result->max_keys);
  hoist_s3_writer_flag (xml, "IsTruncated", result->is_truncated);
  for (guint i = 0; i < result->objects->len; i++)
    {
      const HoistS3Object *object = g_ptr_array_index (result->objects, i);

      g_string_append (xml, "<Contents>");
      hoist_s3_writer_key (xml, "Key", object->key, encoded);
      hoist_s3_writer_time (xml, "LastModified", object->modified_s);
      hoist_s3_writer_etag (xml, object->etag);
      hoist_s3_writer_number (xml, "Size", object->size_bytes);
      hoist_s3_writer_text (xml, "StorageClass", "STANDARD");
      g_string_append (xml, "</Contents>");
    }
  for (guint i = 0; i < result->common_prefixes->len; i++)
    {
      g_string_append (xml, "<CommonPrefixes>");
      hoist_s3_writer_key (xml, "Prefix", g_ptr_array_index (result->common_prefixes, i), encoded);
      g_string_append (xml, "</CommonPrefixes>");
    }
  return hoist_s3_writer_end (xml, "ListBucketResult");
}

static int
compare_parts (gconstpointer a, gconstpointer b)
{
  const HoistS3Part *left = *(HoistS3Part *const *) a;
  const HoistS3Part *right = *(HoistS3Part *const *) b;

  return left->part_number < right->part_number ? -1 : left->part_number > right->part_number;
}

/**
 * hoist_s3_complete_request_to_xml:
 * @parts: (element-type HoistS3Part): all parts, in any order
 *
 * Writes the body of a CompleteMultipartUpload request: parts in ascending
 * order, as Amazon insists, with quoted ETags.
 *
 * Returns: (transfer full): the document
 */
char *
hoist_s3_complete_request_to_xml (GPtrArray *parts)
{
  GString *xml = hoist_s3_writer_begin ("CompleteMultipartUpload", TRUE);
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (parts, NULL, NULL);

  /* The copy shares its parts with @parts. */
  g_ptr_array_set_free_func (sorted, NULL);
  g_ptr_array_sort (sorted, compare_parts);
  for (guint i = 0; i < sorted->len; i++)
    {
      const HoistS3Part *part = g_ptr_array_index (sorted, i);

      g_string_append (xml, "<Part>");
      hoist_s3_writer_number (xml, "PartNumber", part->part_number);
      hoist_s3_writer_etag (xml, part->etag);
      hoist_s3_writer_optional_text (xml, "ChecksumSHA256", part->checksum_sha256);
      g_string_append (xml, "</Part>");
    }
  return hoist_s3_writer_end (xml, "CompleteMultipartUpload");
}
