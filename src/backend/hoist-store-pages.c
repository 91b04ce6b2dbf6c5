/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-pages.h"

#include <errno.h>
#include <string.h>

#include "hoist-s3-xml.h"
#include "hoist-store-files.h"
#include "hoist-store-uploads.h"

#define UPLOAD_ID_BYTES 32

static void
fill_parts (HoistStoreTree *tree, const HoistStoreUpload *upload, HoistS3PartsResult *result)
{
  g_autoptr (GArray) numbers = hoist_store_upload_list_numbers (upload, result->part_number_marker);

  for (guint i = 0; i < numbers->len && i < result->max_parts; i++)
    {
      guint number = g_array_index (numbers, guint, i);
      g_autoptr (HoistStorePart) part = hoist_store_upload_open_part (tree, upload, number);
      HoistS3Part *entry;

      result->next_part_number_marker = number;
      if (part == NULL)
        continue;
      entry =
        hoist_s3_part_new (number, part->size_bytes, part->meta->etag, part->meta->checksum_sha256);
      entry->modified_s = part->modified_s;
      g_ptr_array_add (result->parts, entry);
    }
  result->is_truncated = numbers->len > result->max_parts && result->max_parts > 0;
}

/**
 * hoist_store_list_parts:
 * @tree: the store's tree
 * @call: ListParts
 *
 * Lists a page of an upload's parts.
 *
 * Returns: (transfer full): the answer
 */
HoistStoreReply *
hoist_store_list_parts (HoistStoreTree *tree, const HoistStoreCall *call)
{
  HoistS3Fault *fault = NULL;
  g_autoptr (HoistStoreUpload) upload = hoist_store_upload_find (tree, call, &fault);
  g_autoptr (HoistS3PartsResult) result = hoist_s3_parts_result_new ();

  result->max_parts = HOIST_STORE_MAX_PAGE;
  if (fault == NULL)
    fault =
      hoist_store_call_get_number (call, "max-parts", HOIST_STORE_MAX_PAGE, &result->max_parts);
  if (fault == NULL)
    fault = hoist_store_call_get_number (call, "part-number-marker", HOIST_STORE_MAX_PARTS,
                                         &result->part_number_marker);
  if (fault != NULL)
    return hoist_store_reply_new_fault (fault);
  result->bucket = g_strdup (tree->bucket);
  result->key = g_strdup (call->key);
  result->upload_id = g_strdup (call->upload_id);
  result->checksum_algorithm = upload->has_sha256 ? g_strdup ("SHA256") : NULL;
  fill_parts (tree, upload, result);
  return hoist_store_reply_new_xml (hoist_s3_parts_result_to_xml (result));
}

/* Amazon S3 API Reference, ListMultipartUploads: by key, then by the time they were begun, which
 * the ids begin with. */
static int
compare_uploads (gconstpointer a, gconstpointer b)
{
  const HoistS3Unfinished *first = *(HoistS3Unfinished *const *) a;
  const HoistS3Unfinished *second = *(HoistS3Unfinished *const *) b;
  int order = strcmp (first->key, second->key);

  return order != 0 ? order : strcmp (first->upload_id, second->upload_id);
}

static gboolean
is_behind (const HoistS3UploadsResult *result, const char *key, const char *id)
{
  int order = strcmp (key, result->key_marker);

  if (*result->key_marker == '\0')
    return TRUE;
  return order > 0 || (order == 0 && *result->upload_id_marker != '\0' &&
                       strcmp (id, result->upload_id_marker) > 0);
}

static HoistS3Unfinished *
describe (const HoistStoreUpload *upload, const char *id)
{
  HoistS3Unfinished *entry = hoist_s3_unfinished_new (upload->key, id, upload->initiated_s);

  entry->checksum_algorithm = upload->has_sha256 ? g_strdup ("SHA256") : NULL;
  return entry;
}

static void
fill_uploads (HoistStoreTree *tree, HoistS3UploadsResult *result)
{
  g_autoptr (GPtrArray) names = hoist_store_list_names (tree->uploads_fd, ".");
  GPtrArray *uploads = result->uploads;

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      const char *id = g_ptr_array_index (names, i);
      g_autoptr (HoistStoreUpload) upload =
        strlen (id) == UPLOAD_ID_BYTES ? hoist_store_upload_open (tree, id) : NULL;

      if (upload != NULL && g_str_has_prefix (upload->key, result->prefix) &&
          is_behind (result, upload->key, id))
        g_ptr_array_add (uploads, describe (upload, id));
    }
  g_ptr_array_sort (uploads, compare_uploads);
  result->is_truncated = uploads->len > result->max_uploads && result->max_uploads > 0;
  if (uploads->len > result->max_uploads)
    g_ptr_array_remove_range (uploads, result->max_uploads, uploads->len - result->max_uploads);
  if (result->is_truncated)
    {
      const HoistS3Unfinished *last = g_ptr_array_index (uploads, uploads->len - 1);

      result->next_key_marker = g_strdup (last->key);
      result->next_upload_id_marker = g_strdup (last->upload_id);
    }
}

static char *
dup_parameter (const HoistStoreCall *call, const char *name)
{
  const char *value = hoist_s3_pairs_lookup (call->query, name);

  return g_strdup (value != NULL ? value : "");
}

/**
 * hoist_store_list_uploads:
 * @tree: the store's tree
 * @call: ListMultipartUploads
 *
 * Lists a page of the unfinished uploads.
 *
 * Returns: (transfer full): the answer
 */
HoistStoreReply *
hoist_store_list_uploads (HoistStoreTree *tree, const HoistStoreCall *call)
{
  g_autoptr (HoistS3UploadsResult) result = hoist_s3_uploads_result_new ();
  HoistS3Fault *fault;

  result->max_uploads = HOIST_STORE_MAX_PAGE;
  fault =
    hoist_store_call_get_number (call, "max-uploads", HOIST_STORE_MAX_PAGE, &result->max_uploads);
  if (fault == NULL)
    fault = hoist_store_call_get_encoding (call, &result->url_encoded);
  if (fault != NULL)
    return hoist_store_reply_new_fault (fault);
  result->bucket = g_strdup (tree->bucket);
  result->prefix = dup_parameter (call, "prefix");
  result->key_marker = dup_parameter (call, "key-marker");
  result->upload_id_marker = dup_parameter (call, "upload-id-marker");
  fill_uploads (tree, result);
  return hoist_store_reply_new_xml (hoist_s3_uploads_result_to_xml (result));
}
