/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-record.h"

#include <string.h>

#include "hoist-path-name.h"

/**
 * hoist_upload_record_new:
 * @id: the upload, from 1
 *
 * Creates the record of an upload of which nothing is known yet.
 *
 * Returns: (transfer full): a record in %HOIST_UPLOAD_QUEUED, without an error
 */
HoistUploadRecord *
hoist_upload_record_new (guint64 id)
{
  HoistUploadRecord *record = g_new0 (HoistUploadRecord, 1);

  record->id = id;
  record->state = HOIST_UPLOAD_QUEUED;
  record->error_code = -1;
  return record;
}

/**
 * hoist_upload_record_free:
 * @record: (transfer full) (nullable): a record
 *
 * Frees a record.
 */
void
hoist_upload_record_free (HoistUploadRecord *record)
{
  if (record == NULL)
    return;
  hoist_path_name_release (record->path, record->name);
  g_clear_pointer (&record->path, g_ref_string_release);
  g_clear_pointer (&record->mount_root, g_ref_string_release);
  g_clear_pointer (&record->destination_id, g_ref_string_release);
  g_free (record->error_message);
  g_free (record->upload_id);
  g_free (record->key);
  g_free (record->content);
  hoist_walk_record_free (record->walk);
  g_clear_pointer (&record->parts, g_ptr_array_unref);
  g_free (record->location);
  g_free (record->etag);
  g_free (record->checksum);
  g_clear_pointer (&record->delivery, hoist_delivery_free);
  g_clear_pointer (&record->extra, g_variant_unref);
  g_free (record);
}

/* One allocation for a part and its ETag: there can be a million of them. */
static HoistPartRecord *
part_record_new (guint part_number, const char *etag, const guint8 *digest, gsize digest_length)
{
  gsize etag_size = strlen (etag) + 1;
  HoistPartRecord *part = g_malloc0 (sizeof (HoistPartRecord) + etag_size);

  part->part_number = part_number;
  part->etag = memcpy (part + 1, etag, etag_size);
  if (digest != NULL && digest_length > 0)
    {
      memcpy (part->digest, digest, digest_length);
      part->has_digest = TRUE;
    }
  return part;
}

/**
 * hoist_upload_record_get_part:
 * @record: a record
 * @part_number: the part, from 1
 *
 * Looks a part up.
 *
 * Returns: (transfer none) (nullable): the part, or %NULL if it is not done, or
 *   if the upload is finished and its parts are forgotten
 */
HoistPartRecord *
hoist_upload_record_get_part (const HoistUploadRecord *record, guint part_number)
{
  g_return_val_if_fail (record != NULL, NULL);

  if (record->parts == NULL || part_number < 1 || part_number > record->parts->len)
    return NULL;
  return g_ptr_array_index (record->parts, part_number - 1);
}

/**
 * hoist_upload_record_set_part:
 * @record: a record that is begun
 * @part_number: the part, from 1 to the plan's number of parts
 * @etag: (nullable): the part's ETag, without quotes; %NULL counts as empty
 * @digest: (nullable): the part's checksum, of the record's kind and its length
 *
 * Notes a part as done. A part that was done before is replaced.
 */
void
hoist_upload_record_set_part (HoistUploadRecord *record,
                              guint part_number,
                              const char *etag,
                              const guint8 *digest)
{
  gpointer *place;

  g_return_if_fail (record != NULL);
  g_return_if_fail (record->begun);
  g_return_if_fail (part_number >= 1 && part_number <= record->plan.n_parts);

  if (record->parts == NULL)
    {
      record->parts = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_set_size (record->parts, (int) record->plan.n_parts);
    }
  place = &g_ptr_array_index (record->parts, part_number - 1);
  if (*place == NULL)
    record->parts_done++;
  g_free (*place);
  *place = part_record_new (part_number, etag != NULL ? etag : "", digest,
                            hoist_digest_kind_get_length (record->digest_kind));
}

/**
 * hoist_upload_record_forget_part:
 * @record: a record
 * @part_number: the part, from 1
 *
 * Forgets one part: it is not done. Nothing happens if it was not.
 */
void
hoist_upload_record_forget_part (HoistUploadRecord *record, guint part_number)
{
  g_return_if_fail (record != NULL);

  if (hoist_upload_record_get_part (record, part_number) == NULL)
    return;
  g_clear_pointer (&g_ptr_array_index (record->parts, part_number - 1), g_free);
  record->parts_done--;
}

/**
 * hoist_upload_record_forget_parts:
 * @record: a record
 *
 * Forgets all parts: none is done.
 */
void
hoist_upload_record_forget_parts (HoistUploadRecord *record)
{
  g_return_if_fail (record != NULL);

  g_clear_pointer (&record->parts, g_ptr_array_unref);
  record->parts_done = 0;
}

/**
 * hoist_upload_record_set_path:
 * @record: a record
 * @path: absolute, in the file system's encoding
 *
 * Notes where the file is; the name stays.
 */
void
hoist_upload_record_set_path (HoistUploadRecord *record, const char *path)
{
  GRefString *old_path = record->path;
  const char *old_name = record->name;

  record->path = g_ref_string_new (path);
  record->name = hoist_path_name_new (record->path, old_name);
  hoist_path_name_release (old_path, old_name);
  g_clear_pointer (&old_path, g_ref_string_release);
}

/**
 * hoist_upload_record_set_name:
 * @record: a record
 * @name: relative, UTF-8
 *
 * Notes the name to send the file under. Set after the path it takes no memory, if
 * the path ends with it.
 */
void
hoist_upload_record_set_name (HoistUploadRecord *record, const char *name)
{
  const char *old_name = record->name;

  record->name = hoist_path_name_new (record->path, name);
  hoist_path_name_release (record->path, old_name);
}

static void
set_interned (GRefString **place, const char *string)
{
  GRefString *old = *place;

  *place = string != NULL ? g_ref_string_new_intern (string) : NULL;
  g_clear_pointer (&old, g_ref_string_release);
}

/**
 * hoist_upload_record_set_destination_id:
 * @record: a record
 * @id: where to
 *
 * Notes where the file goes.
 */
void
hoist_upload_record_set_destination_id (HoistUploadRecord *record, const char *id)
{
  set_interned (&record->destination_id, id);
}

/**
 * hoist_upload_record_set_mount_root:
 * @record: a record
 * @mount_root: (nullable): where the file's drive is mounted; %NULL for `/`
 *
 * Notes the drive that the file is on.
 */
void
hoist_upload_record_set_mount_root (HoistUploadRecord *record, const char *mount_root)
{
  set_interned (&record->mount_root, mount_root);
}

/**
 * hoist_upload_record_set_location:
 * @record: a record
 * @location: (nullable): where the object is, as a server says it
 *
 * Notes where the object is, for people: without a query, which may be a
 * signature.
 */
void
hoist_upload_record_set_location (HoistUploadRecord *record, const char *location)
{
  g_return_if_fail (record != NULL);

  g_free (record->location);
  record->location = location != NULL ? g_strndup (location, strcspn (location, "?#")) : NULL;
}

/**
 * hoist_upload_record_set_content:
 * @record: a record
 * @identity: the file that was read
 * @sha256: (nullable): of all of it; %NULL = it is not known any more
 *
 * Notes what is in the file.
 */
void
hoist_upload_record_set_content (HoistUploadRecord *record,
                                 const HoistFileIdentity *identity,
                                 const guint8 *sha256)
{
  g_return_if_fail (record != NULL);

  g_clear_pointer (&record->content, g_free);
  if (sha256 == NULL)
    return;
  record->content = g_new0 (HoistContent, 1);
  record->content->identity = *identity;
  memcpy (record->content->sha256, sha256, HOIST_SHA256_BYTES);
}

/**
 * hoist_upload_record_get_content:
 * @record: a record
 * @identity: the file as it is now
 *
 * Looks up what is in the file, if that was found out of this version of it: the
 * time of the last change (ctime) counts as well, since a program can set the
 * other one back.
 *
 * Returns: (transfer none) (nullable): what is in it
 */
const HoistContent *
hoist_upload_record_get_content (const HoistUploadRecord *record, const HoistFileIdentity *identity)
{
  const HoistContent *content = record->content;

  return content != NULL && hoist_file_identity_equal (&content->identity, identity) &&
             content->identity.ctime_ns == identity->ctime_ns
           ? content
           : NULL;
}

/**
 * hoist_upload_record_get_done_bytes:
 * @record: a record
 *
 * Adds up the parts that are done, in a time that does not depend on how many
 * there are.
 *
 * Returns: the sum in bytes; the file's size if the upload is done, 0 if nothing
 *   is begun
 */
guint64
hoist_upload_record_get_done_bytes (const HoistUploadRecord *record)
{
  guint64 done_bytes;

  g_return_val_if_fail (record != NULL, 0);

  if (record->state == HOIST_UPLOAD_DONE)
    return record->identity.size_bytes;
  if (!record->begun || record->parts_done == 0)
    return 0;
  if (record->parts_done >= record->plan.n_parts)
    return record->plan.size_bytes;

  /* All parts are equally long but for the last. */
  done_bytes = record->plan.part_bytes * record->parts_done;
  if (hoist_upload_record_get_part (record, record->plan.n_parts) != NULL)
    {
      done_bytes -= record->plan.part_bytes;
      done_bytes += hoist_part_plan_get_length (&record->plan, record->plan.n_parts);
    }
  return done_bytes;
}

/**
 * hoist_file_identity_equal:
 * @a: one file
 * @b: the other
 *
 * Whether it is the same file in the same version, as far as can be told
 * without reading it: device, inode, size and time of the last write. The time
 * of the last change (ctime) is left out: it changes on chmod and rename too.
 *
 * Returns: whether they are the same
 */
gboolean
hoist_file_identity_equal (const HoistFileIdentity *a, const HoistFileIdentity *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->device == b->device && a->inode == b->inode && a->size_bytes == b->size_bytes &&
         a->mtime_ns == b->mtime_ns;
}
