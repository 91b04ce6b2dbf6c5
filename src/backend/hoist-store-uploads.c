/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-uploads.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-s3-xml.h"
#include "hoist-store-faults.h"
#include "hoist-store-files.h"
#include "hoist-store-keys.h"
#include "hoist-store-slots.h"

#define INFO "info"
#define UPLOAD_GROUP "upload"
#define HEADERS_GROUP "headers"
#define MAX_INFO_BYTES 65536

/**
 * hoist_store_upload_free:
 * @upload: (transfer full): an upload
 *
 * Frees an upload, and closes its folder.
 */
void
hoist_store_upload_free (HoistStoreUpload *upload)
{
  if (upload->fd >= 0)
    g_close (upload->fd, NULL);
  g_free (upload->key);
  hoist_s3_pairs_free (upload->headers);
  g_free (upload);
}

/**
 * hoist_store_part_free:
 * @part: (transfer full): a part
 *
 * Frees a part, and closes its file.
 */
void
hoist_store_part_free (HoistStorePart *part)
{
  if (part->fd >= 0)
    g_close (part->fd, NULL);
  g_clear_pointer (&part->meta, hoist_store_meta_free);
  g_free (part);
}

static void
read_headers (HoistStoreUpload *upload, GKeyFile *file)
{
  g_auto (GStrv) names = g_key_file_get_keys (file, HEADERS_GROUP, NULL, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_string (file, HEADERS_GROUP, names[i], NULL);

      if (value != NULL)
        hoist_s3_pairs_add (upload->headers, names[i], value);
    }
}

/**
 * hoist_store_upload_open:
 * @tree: the store's tree
 * @id: an upload's id
 *
 * Finds an unfinished upload.
 *
 * Returns: (transfer full) (nullable): the upload; null: there is no such one
 */
HoistStoreUpload *
hoist_store_upload_open (HoistStoreTree *tree, const char *id)
{
  g_autoptr (HoistStoreUpload) upload = g_new0 (HoistStoreUpload, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GBytes) text = NULL;

  upload->headers = hoist_s3_pairs_new ();
  upload->fd = hoist_store_open_folder (tree->uploads_fd, id);
  if (upload->fd >= 0)
    text = hoist_store_read_file (upload->fd, INFO, MAX_INFO_BYTES);
  if (text == NULL || !g_key_file_load_from_bytes (file, text, G_KEY_FILE_NONE, NULL))
    return NULL;
  upload->key = g_key_file_get_string (file, UPLOAD_GROUP, "key", NULL);
  upload->initiated_s = g_key_file_get_int64 (file, UPLOAD_GROUP, "initiated", NULL);
  upload->has_sha256 = g_key_file_get_boolean (file, UPLOAD_GROUP, "sha256", NULL);
  read_headers (upload, file);
  return upload->key != NULL ? g_steal_pointer (&upload) : NULL;
}

/**
 * hoist_store_upload_find:
 * @tree: the store's tree
 * @call: a call that names an upload
 * @fault: (out): `NoSuchUpload`
 *
 * Finds the upload of a call, which must be one of the call's key.
 *
 * Returns: (transfer full) (nullable): the upload; null with @fault
 */
HoistStoreUpload *
hoist_store_upload_find (HoistStoreTree *tree, const HoistStoreCall *call, HoistS3Fault **fault)
{
  g_autoptr (HoistStoreUpload) upload = hoist_store_upload_open (tree, call->upload_id);

  if (upload != NULL && strcmp (upload->key, call->key) == 0)
    return g_steal_pointer (&upload);
  *fault = hoist_store_fault_no_such_upload ();
  return NULL;
}

/**
 * hoist_store_upload_open_part:
 * @tree: the store's tree
 * @upload: an upload
 * @part_number: 1 to 10,000
 *
 * Opens a part.
 *
 * Returns: (transfer full) (nullable): the part; null: there is no such one
 */
HoistStorePart *
hoist_store_upload_open_part (HoistStoreTree *tree,
                              const HoistStoreUpload *upload,
                              guint part_number)
{
  g_autoptr (HoistStorePart) part = g_new0 (HoistStorePart, 1);
  char name[HOIST_STORE_PART_NAME_BYTES];
  struct stat info;

  hoist_store_part_get_name (part_number, FALSE, name);
  part->fd = openat (upload->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  part->is_in_slot = part->fd < 0 && errno == ENOENT;
  if (part->is_in_slot)
    {
      hoist_store_part_get_name (part_number, TRUE, name);
      part->fd = openat (upload->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    }
  if (part->fd < 0 || fstat (part->fd, &info) != 0)
    return NULL;
  part->size_bytes = (guint64) info.st_size;
  part->modified_s = info.st_mtim.tv_sec;
  part->meta = hoist_store_meta_load (tree, part->fd, &info, FALSE);
  if (part->is_in_slot)
    {
      g_close (part->fd, NULL);
      part->fd = hoist_store_slot_open_data (upload->fd, part_number, &part->offset_bytes);
    }
  return part->fd >= 0 ? g_steal_pointer (&part) : NULL;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint first = *(const guint *) a;
  guint second = *(const guint *) b;

  return first < second ? -1 : first > second;
}

/**
 * hoist_store_upload_list_numbers:
 * @upload: an upload
 * @marker: a part number, or 0
 *
 * Lists the parts with numbers above a marker.
 *
 * Returns: (transfer full) (element-type guint): their numbers, in order
 */
GArray *
hoist_store_upload_list_numbers (const HoistStoreUpload *upload, guint marker)
{
  g_autoptr (GPtrArray) names = hoist_store_list_names (upload->fd, ".");
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      guint number = hoist_store_part_get_number (g_ptr_array_index (names, i));

      if (number > marker)
        g_array_append_val (numbers, number);
    }
  g_array_sort (numbers, compare_numbers);
  /* A part that has just been replaced may have both kinds of name. */
  for (guint i = 1; i < numbers->len;)
    if (g_array_index (numbers, guint, i) == g_array_index (numbers, guint, i - 1))
      g_array_remove_index (numbers, i);
    else
      i++;
  return numbers;
}

/**
 * hoist_store_upload_remove:
 * @tree: the store's tree
 * @id: an upload's id
 *
 * Removes an upload with its parts. From the first moment on nobody finds it
 * any more.
 */
void
hoist_store_upload_remove (HoistStoreTree *tree, const char *id)
{
  g_autoptr (GPtrArray) names = NULL;
  g_auto (HoistStoreFd) fd = -1;

  if (renameat (tree->uploads_fd, id, tree->tmp_fd, id) != 0)
    return;
  fsync (tree->uploads_fd);
  fd = tree->has_xattrs ? -1 : hoist_store_open_folder (tree->tmp_fd, id);
  names = fd >= 0 ? hoist_store_list_names (fd, ".") : NULL;
  for (guint i = 0; names != NULL && i < names->len; i++)
    hoist_store_tree_forget (tree, fd, g_ptr_array_index (names, i));
  hoist_store_remove_all (tree->tmp_fd, id);
}

static char *
format_info (const HoistStoreCall *call, gsize *length)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_set_string (file, UPLOAD_GROUP, "key", call->key);
  g_key_file_set_int64 (file, UPLOAD_GROUP, "initiated", g_get_real_time () / G_USEC_PER_SEC);
  g_key_file_set_boolean (file, UPLOAD_GROUP, "sha256", call->wants_sha256);
  for (guint i = 0; i < hoist_s3_pairs_get_length (call->kept); i++)
    g_key_file_set_string (file, HEADERS_GROUP, hoist_s3_pairs_get_name (call->kept, i),
                           hoist_s3_pairs_get_value (call->kept, i));
  return g_key_file_to_data (file, length, NULL);
}

/* The folder appears whole: with its info, or not at all. */
static int
make_upload (HoistStoreTree *tree, const HoistStoreCall *call, const char *id)
{
  g_auto (HoistStoreFd) fd = -1;
  g_autofree char *text = NULL;
  gsize length;
  int result;

  if (mkdirat (tree->tmp_fd, id, 0700) != 0)
    return errno;
  fd = hoist_store_open_folder (tree->tmp_fd, id);
  if (fd < 0)
    return errno;
  text = format_info (call, &length);
  result = hoist_store_write_file (fd, INFO, text, length);
  if (result == 0 && fsync (fd) != 0)
    result = errno;
  if (result == 0 && renameat (tree->tmp_fd, id, tree->uploads_fd, id) != 0)
    result = errno;
  if (result != 0)
    hoist_store_remove_all (tree->tmp_fd, id);
  else if (fsync (tree->uploads_fd) != 0)
    result = errno;
  return result;
}

/**
 * hoist_store_create_upload:
 * @tree: the store's tree
 * @call: CreateMultipartUpload
 *
 * Begins an upload. Blocks until it is on the disk.
 *
 * Returns: (transfer full): the answer
 */
HoistStoreReply *
hoist_store_create_upload (HoistStoreTree *tree, const HoistStoreCall *call)
{
  g_autofree char *id = hoist_store_new_name ();
  g_autoptr (HoistS3CreateResult) created = hoist_s3_create_result_new ();
  HoistS3Fault *fault = hoist_store_key_check_room (tree, call->key);
  HoistStoreReply *reply;
  int result;

  if (fault != NULL)
    return hoist_store_reply_new_fault (fault);
  result = make_upload (tree, call, id);
  if (result != 0)
    return hoist_store_reply_new_fault (
      hoist_store_fault_from_errno (result, "Beginning the upload"));
  created->bucket = g_strdup (tree->bucket);
  created->key = g_strdup (call->key);
  created->upload_id = g_steal_pointer (&id);
  reply = hoist_store_reply_new_xml (hoist_s3_create_result_to_xml (created));
  if (call->algorithm != NULL)
    hoist_store_reply_add (reply, "x-amz-checksum-algorithm", call->algorithm);
  if (call->wants_sha256)
    hoist_store_reply_add (reply, "x-amz-checksum-type", "COMPOSITE");
  return reply;
}

/**
 * hoist_store_check_part:
 * @tree: the store's tree
 * @call: UploadPart
 *
 * Tells whether a part is welcome, before its bytes come: its upload must be
 * there, and have been created with the checksum that the part has. The
 * messages are Amazon's own.
 *
 * Returns: (transfer full) (nullable): `NoSuchUpload`, `InvalidRequest`; null:
 *   it is
 */
HoistS3Fault *
hoist_store_check_part (HoistStoreTree *tree, const HoistStoreCall *call)
{
  HoistS3Fault *fault = NULL;
  g_autoptr (HoistStoreUpload) upload = hoist_store_upload_find (tree, call, &fault);

  if (upload == NULL)
    return fault;
  if (upload->has_sha256 && !call->has_sha256)
    return hoist_s3_fault_new ("InvalidRequest", "Checksum Type mismatch occurred, expected "
                                                 "checksum Type: sha256, actual checksum Type: "
                                                 "null");
  if (!upload->has_sha256 && call->has_sha256)
    return hoist_s3_fault_new ("InvalidRequest", "Checksum Type mismatch occurred, expected "
                                                 "checksum Type: null, actual checksum Type: "
                                                 "sha256");
  return NULL;
}

/* A part is there as soon as its name is: that of its own file, or that of the note which says that
 * it is in its slot. Where a kill leaves both, the file counts: as a new file it has been placed
 * over the note, and as an old one nobody was told of the note yet. */
static int
place_part (HoistStoreTree *tree,
            const HoistStoreCall *call,
            HoistStoreTemp *file,
            gboolean is_note,
            int folder_fd)
{
  char name[HOIST_STORE_PART_NAME_BYTES];
  char other[HOIST_STORE_PART_NAME_BYTES];
  int result;

  hoist_store_part_get_name (call->part_number, is_note, name);
  hoist_store_part_get_name (call->part_number, !is_note, other);
  result = hoist_store_temp_place_at (file, folder_fd, name);
  if (result != 0)
    return result;
  hoist_store_tree_forget (tree, folder_fd, other);
  if (unlinkat (folder_fd, other, 0) == 0 && fsync (folder_fd) != 0)
    return errno;
  return 0;
}

static HoistS3Fault *
keep_part (HoistStoreTree *tree, const HoistStoreCall *call, HoistStoreIntake *intake)
{
  g_autoptr (HoistStoreMeta) meta = hoist_store_meta_new (intake->etag, intake->checksum_sha256);
  gboolean is_in_slot = hoist_store_temp_is_range (intake->temp);
  g_autoptr (HoistStoreTemp) note = NULL;
  g_autoptr (HoistStoreUpload) upload = NULL;
  HoistStoreTemp *file = intake->temp;
  HoistS3Fault *fault = NULL;
  int result;

  if (is_in_slot)
    {
      fault = hoist_store_temp_sync (intake->temp);
      file = note = fault == NULL ? hoist_store_temp_new (tree, &fault) : NULL;
      /* It takes no room, but has the part's size. */
      if (fault == NULL)
        fault = hoist_store_temp_resize (note, call->length_bytes);
    }
  if (fault == NULL)
    fault = hoist_store_temp_seal (file, meta);
  if (fault == NULL)
    upload = hoist_store_upload_find (tree, call, &fault);
  if (fault != NULL)
    return fault;
  result = place_part (tree, call, file, is_in_slot, upload->fd);
  if (result == 0)
    return NULL;
  /* The upload was aborted, or completed, in between. */
  return result == ENOENT ? hoist_store_fault_no_such_upload ()
                          : hoist_store_fault_from_errno (result, "Placing the part");
}

/**
 * hoist_store_upload_part:
 * @tree: the store's tree
 * @call: UploadPart, which hoist_store_check_part() found good
 * @intake: an open intake that has the whole body
 *
 * Keeps a part, in place of an earlier one of its number. Blocks until it is
 * on the disk.
 *
 * Returns: (transfer full): the answer
 */
HoistStoreReply *
hoist_store_upload_part (HoistStoreTree *tree, const HoistStoreCall *call, HoistStoreIntake *intake)
{
  HoistS3Fault *fault = hoist_store_intake_check (intake, call);
  HoistStoreReply *reply;

  if (fault == NULL)
    fault = keep_part (tree, call, intake);
  /* Gives the slot free, so that a Complete which comes now finds nobody at work. */
  g_clear_pointer (&intake->temp, hoist_store_temp_free);
  if (fault != NULL)
    return hoist_store_reply_new_fault (fault);
  reply = hoist_store_reply_new (200);
  hoist_store_reply_add_etag (reply, intake->etag);
  if (intake->checksum_sha256 != NULL)
    hoist_store_reply_add (reply, "x-amz-checksum-sha256", intake->checksum_sha256);
  if (call->sum != NULL)
    hoist_store_reply_add (reply, hoist_store_sum_kind_get_header (call->sum_kind), call->sum);
  return reply;
}

/**
 * hoist_store_abort_upload:
 * @tree: the store's tree
 * @call: AbortMultipartUpload
 *
 * Drops an upload and its parts.
 *
 * Returns: (transfer full): the answer
 */
HoistStoreReply *
hoist_store_abort_upload (HoistStoreTree *tree, const HoistStoreCall *call)
{
  HoistS3Fault *fault = NULL;
  g_autoptr (HoistStoreUpload) upload = hoist_store_upload_find (tree, call, &fault);

  if (upload == NULL)
    return hoist_store_reply_new_fault (fault);
  /* Of a Complete that was killed half-way. */
  unlinkat (tree->done_fd, call->upload_id, 0);
  hoist_store_upload_remove (tree, call->upload_id);
  return hoist_store_reply_new (204);
}
