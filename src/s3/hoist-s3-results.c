/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-results.h"

/**
 * hoist_s3_part_new:
 * @part_number: from 1
 * @size_bytes: the part's size, or 0 where it is not said
 * @etag: its ETag, without quotes
 * @checksum_sha256: (nullable): its SHA-256, base64
 *
 * Describes a part.
 *
 * Returns: (transfer full): the part
 */
HoistS3Part *
hoist_s3_part_new (guint part_number,
                   guint64 size_bytes,
                   const char *etag,
                   const char *checksum_sha256)
{
  HoistS3Part *part = g_new0 (HoistS3Part, 1);

  part->part_number = part_number;
  part->size_bytes = size_bytes;
  part->etag = g_strdup (etag);
  part->checksum_sha256 = g_strdup (checksum_sha256);
  return part;
}

/**
 * hoist_s3_part_free:
 * @part: (nullable): a part
 *
 * Frees a part.
 */
void
hoist_s3_part_free (HoistS3Part *part)
{
  if (!part)
    return;
  g_free (part->etag);
  g_free (part->checksum_sha256);
  g_free (part);
}

/**
 * hoist_s3_create_result_new:
 *
 * Makes an empty answer to CreateMultipartUpload.
 *
 * Returns: (transfer full): the result
 */
HoistS3CreateResult *
hoist_s3_create_result_new (void)
{
  return g_new0 (HoistS3CreateResult, 1);
}

/**
 * hoist_s3_create_result_free:
 * @result: (nullable): an answer to CreateMultipartUpload
 *
 * Frees an answer to CreateMultipartUpload.
 */
void
hoist_s3_create_result_free (HoistS3CreateResult *result)
{
  if (!result)
    return;
  g_free (result->bucket);
  g_free (result->key);
  g_free (result->upload_id);
  g_free (result);
}

/**
 * hoist_s3_parts_result_new:
 *
 * Makes an empty answer to ListParts.
 *
 * Returns: (transfer full): the result
 */
HoistS3PartsResult *
hoist_s3_parts_result_new (void)
{
  HoistS3PartsResult *result = g_new0 (HoistS3PartsResult, 1);

  result->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_s3_part_free);
  return result;
}

/**
 * hoist_s3_parts_result_free:
 * @result: (nullable): an answer to ListParts
 *
 * Frees an answer to ListParts.
 */
void
hoist_s3_parts_result_free (HoistS3PartsResult *result)
{
  if (!result)
    return;
  g_free (result->bucket);
  g_free (result->key);
  g_free (result->upload_id);
  g_free (result->checksum_algorithm);
  g_ptr_array_unref (result->parts);
  g_free (result);
}

/**
 * hoist_s3_complete_result_new:
 *
 * Makes an empty answer to CompleteMultipartUpload.
 *
 * Returns: (transfer full): the result
 */
HoistS3CompleteResult *
hoist_s3_complete_result_new (void)
{
  return g_new0 (HoistS3CompleteResult, 1);
}

/**
 * hoist_s3_complete_result_free:
 * @result: (nullable): an answer to CompleteMultipartUpload
 *
 * Frees an answer to CompleteMultipartUpload.
 */
void
hoist_s3_complete_result_free (HoistS3CompleteResult *result)
{
  if (!result)
    return;
  g_free (result->location);
  g_free (result->bucket);
  g_free (result->key);
  g_free (result->etag);
  g_free (result->checksum_sha256);
  g_free (result);
}

/**
 * hoist_s3_unfinished_new:
 * @key: the key that the upload is for
 * @upload_id: the upload
 * @initiated_s: when it was begun, real time; 0 = not said
 *
 * Describes an unfinished upload.
 *
 * Returns: (transfer full): the description
 */
HoistS3Unfinished *
hoist_s3_unfinished_new (const char *key, const char *upload_id, gint64 initiated_s)
{
  HoistS3Unfinished *unfinished = g_new0 (HoistS3Unfinished, 1);

  unfinished->key = g_strdup (key);
  unfinished->upload_id = g_strdup (upload_id);
  unfinished->initiated_s = initiated_s;
  return unfinished;
}

/**
 * hoist_s3_unfinished_free:
 * @unfinished: (nullable): a description of an unfinished upload
 *
 * Frees a description of an unfinished upload.
 */
void
hoist_s3_unfinished_free (HoistS3Unfinished *unfinished)
{
  if (!unfinished)
    return;
  g_free (unfinished->key);
  g_free (unfinished->upload_id);
  g_free (unfinished->checksum_algorithm);
  g_free (unfinished);
}

/**
 * hoist_s3_uploads_result_new:
 *
 * Makes an empty answer to ListMultipartUploads.
 *
 * Returns: (transfer full): the result
 */
HoistS3UploadsResult *
hoist_s3_uploads_result_new (void)
{
  HoistS3UploadsResult *result = g_new0 (HoistS3UploadsResult, 1);

  result->uploads = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_s3_unfinished_free);
  return result;
}

/**
 * hoist_s3_uploads_result_free:
 * @result: (nullable): an answer to ListMultipartUploads
 *
 * Frees an answer to ListMultipartUploads.
 */
void
hoist_s3_uploads_result_free (HoistS3UploadsResult *result)
{
  if (!result)
    return;
  g_free (result->bucket);
  g_free (result->prefix);
  g_free (result->key_marker);
  g_free (result->upload_id_marker);
  g_free (result->next_key_marker);
  g_free (result->next_upload_id_marker);
  g_ptr_array_unref (result->uploads);
  g_free (result);
}

/**
 * hoist_s3_object_new:
 * @key: the object's key
 * @etag: its ETag, without quotes
 * @size_bytes: its size
 * @modified_s: when it was written, real time; 0 = not said
 *
 * Describes an object in a listing.
 *
 * Returns: (transfer full): the description
 */
HoistS3Object *
hoist_s3_object_new (const char *key, const char *etag, guint64 size_bytes, gint64 modified_s)
{
  HoistS3Object *object = g_new0 (HoistS3Object, 1);

  object->key = g_strdup (key);
  object->etag = g_strdup (etag);
  object->size_bytes = size_bytes;
  object->modified_s = modified_s;
  return object;
}

/**
 * hoist_s3_object_free:
 * @object: (nullable): a description of an object
 *
 * Frees a description of an object.
 */
void
hoist_s3_object_free (HoistS3Object *object)
{
  if (!object)
    return;
  g_free (object->key);
  g_free (object->etag);
  g_free (object);
}

/**
 * hoist_s3_objects_result_new:
 *
 * Makes an empty answer to ListObjectsV2.
 *
 * Returns: (transfer full): the result
 */
HoistS3ObjectsResult *
hoist_s3_objects_result_new (void)
{
  HoistS3ObjectsResult *result = g_new0 (HoistS3ObjectsResult, 1);

  result->objects = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_s3_object_free);
  result->common_prefixes = g_ptr_array_new_with_free_func (g_free);
  return result;
}

/**
 * hoist_s3_objects_result_free:
 * @result: (nullable): an answer to ListObjectsV2
 *
 * Frees an answer to ListObjectsV2.
 */
void
hoist_s3_objects_result_free (HoistS3ObjectsResult *result)
{
  if (!result)
    return;
  g_free (result->bucket);
  g_free (result->prefix);
  g_free (result->delimiter);
  g_free (result->marker);
  g_free (result->next_marker);
  g_free (result->continuation_token);
  g_free (result->next_continuation_token);
  g_ptr_array_unref (result->objects);
  g_ptr_array_unref (result->common_prefixes);
  g_free (result);
}
