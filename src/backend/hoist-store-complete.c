/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-complete.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-s3-checksum.h"
#include "hoist-s3-uri.h"
#include "hoist-s3-xml.h"
#include "hoist-store-faults.h"
#include "hoist-store-files.h"
#include "hoist-store-keys.h"
#include "hoist-store-meta.h"
#include "hoist-store-slots.h"
#include "hoist-store-temp.h"
#include "hoist-store-uploads.h"

#define DONE_GROUP "done"
#define MAX_DONE_BYTES 16384

/* What the parts make together. */
typedef struct
{
  GByteArray *md5s;    /* (owned) one behind the other */
  GByteArray *sha256s; /* (owned) likewise, empty without checksums */
  guint64 size_bytes;
  gboolean is_in_slots; /* all of them are where they belong */
} Sum;

static void
sum_clear (Sum *sum)
{
  g_byte_array_unref (sum->md5s);
  g_byte_array_unref (sum->sha256s);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sum, sum_clear)

static HoistS3Fault *
new_invalid_part (void)
{
  return hoist_s3_fault_new ("InvalidPart",
                             "One or more of the specified parts could not be found. The part may "
                             "not have been uploaded, or the specified entity tag may not match "
                             "the part's entity tag.");
}

static HoistS3Fault *
check_payload (const HoistStoreCall *call, const guint8 *data, gsize length)
{
  const char *content_md5 = hoist_s3_pairs_lookup_header (call->headers, "content-md5");
  guint8 given[HOIST_MD5_BYTES];
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
  g_autofree char *hex = NULL;

  hoist_digest_data (HOIST_DIGEST_SHA256, data, length, digest);
  hex = hoist_digest_to_hex (digest, HOIST_SHA256_BYTES);
  if (call->payload_sha256 != NULL && strcmp (call->payload_sha256, hex) != 0)
    return hoist_s3_fault_new ("XAmzContentSHA256Mismatch",
                               "The provided 'x-amz-content-sha256' header does not match what "
                               "was computed.");
  if (content_md5 == NULL)
    return NULL;
  if (!hoist_digest_from_base64 (content_md5, given, sizeof given))
    return hoist_s3_fault_new ("InvalidDigest", "The Content-MD5 you specified is not valid.");
  hoist_digest_data (HOIST_DIGEST_MD5, data, length, digest);
  return hoist_digest_equal (given, digest, sizeof given)
           ? NULL
           : hoist_s3_fault_new ("BadDigest",
                                 "The Content-MD5 you specified did not match what we received.");
}

static GPtrArray *
parse_list (const HoistStoreCall *call, GBytes *body, HoistS3Fault **fault)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  g_autoptr (GPtrArray) parts = NULL;

  *fault = check_payload (call, (const guint8 *) data, length);
  if (*fault != NULL)
    return NULL;
  if (length > 0)
    parts = hoist_s3_complete_request_parse (data, length, NULL);
  if (parts == NULL || parts->len == 0)
    {
      *fault = hoist_s3_fault_new ("MalformedXML",
                                   "The XML you provided was not well-formed or did not validate "
                                   "against our published schema");
      return NULL;
    }
  for (guint i = 1; i < parts->len; i++)
    {
      const HoistS3Part *previous = g_ptr_array_index (parts, i - 1);
      const HoistS3Part *part = g_ptr_array_index (parts, i);

      if (part->part_number <= previous->part_number)
        {
          *fault = hoist_s3_fault_new ("InvalidPartOrder",
                                       "The list of parts was not in ascending order. The parts "
                                       "list must be specified in order by part number.");
          return NULL;
        }
    }
  return g_steal_pointer (&parts);
}

/* Whether a part is still the one that the client means. */
static HoistS3Fault *
check_part (const HoistStoreUpload *upload, const HoistS3Part *named, const HoistStorePart *part)
{
  g_autofree char *etag = named->etag != NULL ? hoist_s3_etag_strip (named->etag) : NULL;

  if (part == NULL || etag == NULL || g_ascii_strcasecmp (etag, part->meta->etag) != 0)
    return new_invalid_part ();
  if (upload->has_sha256 && named->checksum_sha256 == NULL)
    {
      g_autofree char *message =
        g_strdup_printf ("The upload was created using a sha256 checksum. The complete request "
                         "must include the checksum for each part. It was missing for part %u "
                         "in the request.",
                         named->part_number);

      return hoist_s3_fault_new ("InvalidRequest", message);
    }
  if (named->checksum_sha256 != NULL &&
      g_strcmp0 (named->checksum_sha256, part->meta->checksum_sha256) != 0)
    return new_invalid_part ();
  return NULL;
}

static HoistS3Fault *
add_to_sum (Sum *sum, const HoistStorePart *part)
{
  guint8 md5[HOIST_MD5_BYTES];
  guint8 sha256[HOIST_SHA256_BYTES];

  if (!hoist_digest_from_hex (part->meta->etag, md5, sizeof md5))
    return new_invalid_part ();
  g_byte_array_append (sum->md5s, md5, sizeof md5);
  if (part->meta->checksum_sha256 != NULL)
    {
      if (!hoist_digest_from_base64 (part->meta->checksum_sha256, sha256, sizeof sha256))
        return new_invalid_part ();
      g_byte_array_append (sum->sha256s, sha256, sizeof sha256);
    }
  sum->is_in_slots = sum->is_in_slots && part->is_in_slot && part->offset_bytes == sum->size_bytes;
  sum->size_bytes += part->size_bytes;
  return NULL;
}

static HoistS3Fault *
check_parts (HoistStoreTree *tree, const HoistStoreUpload *upload, GPtrArray *named, Sum *sum)
{
  for (guint i = 0; i < named->len; i++)
    {
      const HoistS3Part *entry = g_ptr_array_index (named, i);
      g_autoptr (HoistStorePart) part =
        hoist_store_upload_open_part (tree, upload, entry->part_number);
      HoistS3Fault *fault = check_part (upload, entry, part);

      if (fault == NULL && i + 1 < named->len && part->size_bytes < tree->min_part_bytes)
        fault = hoist_s3_fault_new ("EntityTooSmall",
                                    "Your proposed upload is smaller than the minimum allowed "
                                    "size");
      if (fault == NULL)
        fault = add_to_sum (sum, part);
      if (fault != NULL)
        return fault;
    }
  return NULL;
}

/* What the client may say about the whole: Amazon S3 API Reference, CompleteMultipartUpload. */
static HoistS3Fault *
check_whole (const HoistStoreCall *call, const Sum *sum, const char *composite)
{
  const char *checksum = hoist_s3_pairs_lookup_header (call->headers, "x-amz-checksum-sha256");
  const char *size = hoist_s3_pairs_lookup_header (call->headers, "x-amz-mp-object-size");
  guint64 size_bytes;

  if (size != NULL && (!g_ascii_string_to_unsigned (size, 10, 0, G_MAXUINT64, &size_bytes, NULL) ||
                       size_bytes != sum->size_bytes))
    return hoist_s3_fault_new ("InvalidRequest", "The provided 'x-amz-mp-object-size' header does "
                                                 "not match what was computed.");
  if (checksum != NULL && g_strcmp0 (checksum, composite) != 0)
    return hoist_s3_fault_new ("BadDigest", "The sha256 you specified did not match the "
                                            "calculated checksum.");
  return NULL;
}

/* The parts are opened again: 10,000 of them cannot be open at once. One that was replaced in
 * between is noticed, and the rest of the work thrown away. */
static HoistS3Fault *
join (HoistStoreTree *tree, const HoistStoreUpload *upload, GPtrArray *named, HoistStoreTemp *temp)
{
  for (guint i = 0; i < named->len; i++)
    {
      const HoistS3Part *entry = g_ptr_array_index (named, i);
      g_autoptr (HoistStorePart) part =
        hoist_store_upload_open_part (tree, upload, entry->part_number);
      HoistS3Fault *fault = check_part (upload, entry, part);

      if (fault == NULL)
        fault = hoist_store_temp_append (temp, part->fd, part->offset_bytes, part->size_bytes);
      if (fault != NULL)
        return fault;
    }
  return NULL;
}

static HoistS3Fault *
copy_object (HoistStoreTree *tree,
             const HoistStoreCall *call,
             const HoistStoreUpload *upload,
             GPtrArray *named,
             const HoistStoreMeta *meta)
{
  HoistS3Fault *fault = NULL;
  g_autoptr (HoistStoreTemp) temp = hoist_store_temp_new (tree, &fault);

  if (temp == NULL)
    return fault;
  fault = join (tree, upload, named, temp);
  if (fault == NULL)
    fault = hoist_store_temp_seal (temp, meta);
  if (fault == NULL)
    fault = hoist_store_temp_place (temp, call->key, call->exclusive);
  return fault;
}

/* For the client whose answer got lost. Returns: 0, or an errno value. */
static int
remember (HoistStoreTree *tree, const HoistStoreCall *call, const HoistStoreMeta *meta)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  gsize length;
  int result;

  g_key_file_set_string (file, DONE_GROUP, "key", call->key);
  g_key_file_set_string (file, DONE_GROUP, "etag", meta->etag);
  if (meta->checksum_sha256 != NULL)
    g_key_file_set_string (file, DONE_GROUP, "checksum-sha256", meta->checksum_sha256);
  text = g_key_file_to_data (file, &length, NULL);
  unlinkat (tree->tmp_fd, call->upload_id, 0);
  result = hoist_store_write_file (tree->tmp_fd, call->upload_id, text, length);
  if (result == 0 && renameat (tree->tmp_fd, call->upload_id, tree->done_fd, call->upload_id) != 0)
    result = errno;
  if (result == 0 && fsync (tree->done_fd) != 0)
    result = errno;
  return result;
}

/* The note counts only once the slots have gone to the object, or there are none. */
static gboolean
is_done (HoistStoreTree *tree, const char *id)
{
  g_autofree char *data = g_strconcat (id, "/" HOIST_STORE_DATA_NAME, NULL);
  struct stat info;

  return fstatat (tree->uploads_fd, data, &info, AT_SYMLINK_NOFOLLOW) != 0;
}

/* No part may be in the slots that the object shall not have, or be on its way there: the file
 * becomes the object, and who has it open would write to that. New ones do not begin, as the upload
 * is claimed. */
static gboolean
can_take_slots (HoistStoreTree *tree,
                const HoistStoreCall *call,
                const HoistStoreUpload *upload,
                GPtrArray *named,
                const Sum *sum)
{
  g_autofree char *writers = g_strconcat (call->upload_id, "/", NULL);
  g_autoptr (GArray) numbers = hoist_store_upload_list_numbers (upload, 0);

  return sum->is_in_slots && numbers->len == named->len &&
         !hoist_store_tree_has_claims (tree, writers);
}

/* Makes the slots the object. The note that it is done is written before, and counts once the slots
 * are no longer where they were: see recall(). So at any moment the upload is there whole, or the
 * object and the note. */
static HoistS3Fault *
take_slots (HoistStoreTree *tree,
            const HoistStoreCall *call,
            const HoistStoreUpload *upload,
            const Sum *sum,
            const HoistStoreMeta *meta)
{
  guint64 offset_bytes;
  g_auto (HoistStoreFd) fd = hoist_store_slot_open_data (upload->fd, 1, &offset_bytes);
  HoistS3Fault *fault;
  int result = 0;

  /* Behind its end there may be the beginning of a part that was cut. */
  if (fd < 0 || ftruncate (fd, (off_t) sum->size_bytes) != 0)
    return hoist_store_fault_from_errno (errno, "Joining the parts");
  fault = hoist_store_meta_save (meta, tree, fd);
  if (fault == NULL && fsync (fd) != 0)
    result = errno;
  if (fault == NULL && result == 0)
    result = remember (tree, call, meta);
  if (fault == NULL && result != 0)
    fault = hoist_store_fault_from_errno (result, "Writing the object to the disk");
  if (fault == NULL)
    fault =
      hoist_store_key_place (tree, upload->fd, HOIST_STORE_DATA_NAME, call->key, call->exclusive);
  if (fault != NULL && !is_done (tree, call->upload_id))
    unlinkat (tree->done_fd, call->upload_id, 0);
  return fault;
}

static HoistS3Fault *
make_object (HoistStoreTree *tree,
             const HoistStoreCall *call,
             const HoistStoreUpload *upload,
             GPtrArray *named,
             const Sum *sum,
             const HoistStoreMeta *meta)
{
  HoistS3Fault *fault;

  if (can_take_slots (tree, call, upload, named, sum))
    return take_slots (tree, call, upload, sum, meta);
  fault = copy_object (tree, call, upload, named, meta);
  /* Without the note a second Complete is answered by 404, as Amazon may too. */
  if (fault == NULL)
    remember (tree, call, meta);
  return fault;
}

static HoistStoreMeta *
recall (HoistStoreTree *tree, const HoistStoreCall *call)
{
  g_autoptr (GBytes) text = hoist_store_read_file (tree->done_fd, call->upload_id, MAX_DONE_BYTES);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *key = NULL;
  g_autofree char *etag = NULL;
  g_autofree char *checksum = NULL;

  if (text == NULL || !is_done (tree, call->upload_id) ||
      !g_key_file_load_from_bytes (file, text, G_KEY_FILE_NONE, NULL))
    return NULL;
  key = g_key_file_get_string (file, DONE_GROUP, "key", NULL);
  etag = g_key_file_get_string (file, DONE_GROUP, "etag", NULL);
  checksum = g_key_file_get_string (file, DONE_GROUP, "checksum-sha256", NULL);
  return g_strcmp0 (key, call->key) == 0 && etag != NULL ? hoist_store_meta_new (etag, checksum)
                                                         : NULL;
}

static HoistStoreMeta *
complete (HoistStoreTree *tree,
          const HoistStoreCall *call,
          const HoistStoreUpload *upload,
          GPtrArray *named,
          HoistS3Fault **fault)
{
  g_auto (Sum) sum = { g_byte_array_new (), g_byte_array_new (), 0, TRUE };
  g_autoptr (HoistStoreMeta) meta = NULL;
  g_autofree char *etag = NULL;
  g_autofree char *composite = NULL;

  *fault = check_parts (tree, upload, named, &sum);
  if (*fault != NULL)
    return NULL;
  etag = hoist_s3_multipart_etag (sum.md5s->data, named->len);
  if (upload->has_sha256)
    composite = hoist_s3_composite_sha256 (sum.sha256s->data, named->len);
  *fault = check_whole (call, &sum, composite);
  if (*fault != NULL)
    return NULL;
  meta = hoist_store_meta_new (etag, composite);
  hoist_s3_pairs_free (meta->headers);
  meta->headers = hoist_s3_pairs_copy (upload->headers);
  *fault = make_object (tree, call, upload, named, &sum, meta);
  return *fault == NULL ? g_steal_pointer (&meta) : NULL;
}

static HoistStoreReply *
new_result (HoistStoreTree *tree, const HoistStoreCall *call, const HoistStoreMeta *meta)
{
  g_autoptr (HoistS3CompleteResult) result = hoist_s3_complete_result_new ();
  g_autofree char *path = hoist_s3_path_encode (call->key);

  result->location = g_strconcat (call->bucket_url, "/", path, NULL);
  result->bucket = g_strdup (tree->bucket);
  result->key = g_strdup (call->key);
  result->etag = g_strdup (meta->etag);
  result->checksum_sha256 = g_strdup (meta->checksum_sha256);
  return hoist_store_reply_new_xml (hoist_s3_complete_result_to_xml (result));
}

/* With the upload claimed: a second Complete waits for the first, and is then told its result. */
static HoistStoreReply *
complete_claimed (HoistStoreTree *tree, const HoistStoreCall *call, GPtrArray *named)
{
  g_autoptr (HoistStoreMeta) meta = recall (tree, call);
  g_autoptr (HoistStoreUpload) upload = NULL;
  HoistS3Fault *fault = NULL;

  if (meta != NULL)
    return new_result (tree, call, meta);
  upload = hoist_store_upload_find (tree, call, &fault);
  if (upload != NULL)
    meta = complete (tree, call, upload, named, &fault);
  if (meta == NULL)
    return hoist_store_reply_new_fault (fault);
  hoist_store_upload_remove (tree, call->upload_id);
  return new_result (tree, call, meta);
}

/**
 * hoist_store_complete_upload:
 * @tree: the store's tree
 * @call: CompleteMultipartUpload
 * @body: the document that came with it
 *
 * Joins an upload's parts to an object. Blocks for as long as the disk needs to
 * copy them. Asked again after it worked, it answers the same, for a week.
 *
 * Returns: (transfer full): the answer
 */
HoistStoreReply *
hoist_store_complete_upload (HoistStoreTree *tree, const HoistStoreCall *call, GBytes *body)
{
  HoistS3Fault *fault = NULL;
  g_autoptr (GPtrArray) named = parse_list (call, body, &fault);
  HoistStoreReply *reply;

  if (named == NULL)
    return hoist_store_reply_new_fault (fault);
  hoist_store_tree_claim (tree, call->upload_id);
  reply = complete_claimed (tree, call, named);
  hoist_store_tree_release (tree, call->upload_id);
  return reply;
}

/**
 * hoist_store_complete_leftovers:
 * @tree: the store's tree
 *
 * Drops what is left of uploads whose Complete was killed after the object was
 * there. To be called before any operation.
 */
void
hoist_store_complete_leftovers (HoistStoreTree *tree)
{
  g_autoptr (GPtrArray) ids = hoist_store_list_names (tree->done_fd, ".");

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    if (is_done (tree, g_ptr_array_index (ids, i)))
      hoist_store_upload_remove (tree, g_ptr_array_index (ids, i));
}
