/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-file-check.h"

#include "hoist-file-find.h"

/* A part that was sent, copied out of the record for the worker. */
typedef struct
{
  guint64 offset_bytes;
  guint64 length_bytes;
  gboolean has_digest;
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
} SentPart;

typedef struct
{
  /* input */
  HoistMounts *mounts; /* (owned) */
  char *path;          /* (owned) */
  char *mount_root;    /* (owned) (nullable) as it was added */
  HoistFile *kept;     /* (owned) (nullable) as it was open before */
  gboolean look_for_it;
  gboolean begun;
  HoistFileIdentity identity; /* as it was begun */
  HoistDigestKind part_kind;
  HoistDigestKind whole_kind;
  guint64 whole_below_bytes;
  GArray *sent; /* (owned) (element-type SentPart) */
  gboolean has_sha256;
  guint8 sha256[HOIST_SHA256_BYTES]; /* of the whole file, as it was begun */

  /* in progress, then output */
  HoistFileCheck *check; /* (owned) */
} CheckData;

static void
check_data_free (CheckData *data)
{
  hoist_mounts_unref (data->mounts);
  g_free (data->path);
  g_free (data->mount_root);
  g_clear_pointer (&data->kept, hoist_file_unref);
  g_array_unref (data->sent);
  g_clear_pointer (&data->check, hoist_file_check_free);
  g_free (data);
}

static gboolean
sent_part_matches (CheckData *data, const SentPart *part, GCancellable *cancellable, GError **error)
{
  guint8 digest[HOIST_DIGEST_MAX_BYTES];

  return hoist_file_hash (data->check->file, data->part_kind, part->offset_bytes,
                          part->length_bytes, cancellable, digest, error) &&
         hoist_digest_equal (digest, part->digest, hoist_digest_kind_get_length (data->part_kind));
}

static gboolean
whole_matches (CheckData *data, GCancellable *cancellable, GError **error)
{
  guint8 digest[HOIST_DIGEST_MAX_BYTES];

  return hoist_file_hash (data->check->file, HOIST_DIGEST_SHA256, 0, data->identity.size_bytes,
                          cancellable, digest, error) &&
         hoist_digest_equal (digest, data->sha256, HOIST_SHA256_BYTES);
}

static gboolean
sent_parts_match (CheckData *data, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < data->sent->len; i++)
    {
      const SentPart *part = &g_array_index (data->sent, SentPart, i);

      if (!part->has_digest)
        {
          if (!hoist_file_identity_equal (&data->identity, &data->check->file->identity))
            return FALSE;
        }
      else if (!sent_part_matches (data, part, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/* Sets check->same, or an error. */
static gboolean
compare_contents (CheckData *data, GCancellable *cancellable, GError **error)
{
  const HoistFileIdentity *now = &data->check->file->identity;
  g_autoptr (GError) local_error = NULL;

  data->check->same = TRUE;
  if (!data->begun)
    return TRUE;
  if (hoist_file_identity_equal (&data->identity, now) && data->identity.ctime_ns == now->ctime_ns)
    return TRUE;

  data->check->same = data->identity.size_bytes == now->size_bytes &&
                      (data->has_sha256 ? whole_matches (data, cancellable, &local_error)
                                        : sent_parts_match (data, cancellable, &local_error));
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Opens it where it was, or where it is found. */
static gboolean
open_file (CheckData *data, GError **error)
{
  HoistFileCheck *check = data->check;
  g_autoptr (GError) local_error = NULL;

  check->file = hoist_file_open (data->path, &local_error);
  if (check->file == NULL && data->look_for_it &&
      g_error_matches (local_error, HOIST_ERROR, HOIST_ERROR_FILE_MISSING))
    {
      check->file =
        hoist_file_find_moved (data->path, &data->identity, data->kept, &check->moved_path);
      check->moved = check->file != NULL;
    }
  if (check->file == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!data->look_for_it || check->moved_path != NULL ||
      check->file->identity.device != data->identity.device)
    check->mount_root = hoist_mounts_find_root (
      data->mounts, check->moved_path != NULL ? check->moved_path : data->path);
  return TRUE;
}

/* What cannot be read because its drive is gone is not lost. */
static void
return_error (CheckData *data, GTask *task, GError *error)
{
  GError *gone = hoist_error_is_about_file (hoist_error_from_gerror (error))
                   ? hoist_mounts_check (data->mounts, data->mount_root)
                   : NULL;

  if (gone != NULL)
    g_error_free (error);
  g_task_return_error (task, gone != NULL ? gone : error);
}

static void
check_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  CheckData *data = task_data;
  g_autoptr (GError) error = NULL;

  data->check = g_new0 (HoistFileCheck, 1);
  if (!open_file (data, &error) || !compare_contents (data, cancellable, &error))
    {
      return_error (data, task, g_steal_pointer (&error));
      return;
    }
  if (data->check->same && data->check->file->identity.size_bytes < data->whole_below_bytes &&
      !hoist_file_hash (data->check->file, data->whole_kind, 0,
                        data->check->file->identity.size_bytes, cancellable, data->check->digest,
                        &error))
    {
      return_error (data, task, g_steal_pointer (&error));
      return;
    }
  g_task_return_pointer (task, g_steal_pointer (&data->check),
                         (GDestroyNotify) hoist_file_check_free);
}

static GArray *
copy_sent_parts (const HoistUploadRecord *record)
{
  GArray *sent = g_array_new (FALSE, TRUE, sizeof (SentPart));

  for (guint number = 1; record->parts_done > 0 && number <= record->plan.n_parts; number++)
    {
      const HoistPartRecord *part = hoist_upload_record_get_part (record, number);
      SentPart copy = { 0 };

      if (part == NULL)
        continue;
      copy.offset_bytes = hoist_part_plan_get_offset (&record->plan, number);
      copy.length_bytes = hoist_part_plan_get_length (&record->plan, number);
      copy.has_digest = part->has_digest;
      memcpy (copy.digest, part->digest, sizeof copy.digest);
      g_array_append_val (sent, copy);
    }
  return sent;
}

/**
 * hoist_file_check_async:
 * @workers: where to do it
 * @mounts: what is mounted where
 * @path: the file to look at; need not be the record's
 * @record: what was begun
 * @kept: (nullable): the file, still open from before: found again by it if it
 *   was moved, read through it if it was deleted
 * @whole_kind: digest of the whole file to compute as well
 * @whole_below_bytes: only of a file smaller than this
 * @cancellable: (nullable): ends it early
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Opens a file and says whether it is the one that was begun. As long as device,
 * inode, size and both times are the same that costs nothing; else the parts
 * that were already sent are hashed and compared, or the whole file where its
 * SHA-256 is known. So a file that was moved,
 * copied or only touched goes on where it was, and one whose contents changed
 * never becomes a mixed object.
 */
void
hoist_file_check_async (HoistWorkers *workers,
                        HoistMounts *mounts,
                        const char *path,
                        const HoistUploadRecord *record,
                        HoistFile *kept,
                        HoistDigestKind whole_kind,
                        guint64 whole_below_bytes,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  CheckData *data = g_new0 (CheckData, 1);

  data->mounts = hoist_mounts_ref (mounts);
  data->path = g_strdup (path);
  data->look_for_it = g_strcmp0 (path, record->path) == 0;
  if (data->look_for_it)
    {
      data->mount_root = g_strdup (record->mount_root);
      data->kept = kept != NULL ? hoist_file_ref (kept) : NULL;
    }
  data->begun = record->begun;
  data->identity = record->identity;
  data->part_kind = record->digest_kind;
  data->whole_kind = whole_kind;
  data->whole_below_bytes = whole_below_bytes;
  data->sent = copy_sent_parts (record);
  data->has_sha256 = record->content != NULL;
  if (record->content != NULL)
    memcpy (data->sha256, record->content->sha256, sizeof data->sha256);
  g_task_set_source_tag (task, hoist_file_check_async);
  g_task_set_task_data (task, data, (GDestroyNotify) check_data_free);
  hoist_workers_run (workers, data->look_for_it ? record->identity.device : 0, task,
                     check_in_thread);
}

/**
 * hoist_file_check_finish:
 * @result: what the callback got
 *
 * Errors: as [func@hoist_file_open] and [func@hoist_file_hash];
 * %HOIST_ERROR_DRIVE_GONE if nothing is mounted where the record's file was.
 *
 * Returns: (transfer full): what was found
 */
HoistFileCheck *
hoist_file_check_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_file_check_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hoist_file_check_free:
 * @check: (transfer full): what was found
 *
 * Frees @check.
 */
void
hoist_file_check_free (HoistFileCheck *check)
{
  g_clear_pointer (&check->file, hoist_file_unref);
  g_free (check->moved_path);
  g_free (check->mount_root);
  g_free (check);
}
