/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All uploads by their numbers and files: from the journal, and where a file is that was
 * moved and found again. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-file-check.h"
#include "hoist-scheduler-private.h"

/* --- All uploads, by their numbers ------------------------------------------------------------ */

static guint
hash_id (gconstpointer key)
{
  return g_int64_hash (&((const HoistTransfer *) key)->record->id);
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
  return ((const HoistTransfer *) a)->record->id == ((const HoistTransfer *) b)->record->id;
}

/**
 * hoist_scheduler_transfers_new:
 *
 * Returns: (transfer full): an empty set of uploads by their numbers, which frees them.
 *   A set takes half the memory of a map from numbers.
 */
GHashTable *
hoist_scheduler_transfers_new (void)
{
  return g_hash_table_new_full (hash_id, id_equal, (GDestroyNotify) hoist_transfer_free, NULL);
}

/**
 * hoist_scheduler_find:
 * @self: a scheduler
 * @id: an upload
 *
 * Returns: (transfer none) (nullable): it, if it is there
 */
HoistTransfer *
hoist_scheduler_find (HoistScheduler *self, guint64 id)
{
  HoistUploadRecord record = { .id = id };
  const HoistTransfer key = { .record = &record };

  return g_hash_table_lookup (self->transfers, &key);
}

/* --- The index of unfinished uploads ---------------------------------------------------------- */

static guint
hash_file (gconstpointer key)
{
  const HoistUploadRecord *record = ((const HoistTransfer *) key)->record;

  return g_str_hash (record->path) ^ g_str_hash (record->destination_id);
}

static gboolean
file_equal (gconstpointer a, gconstpointer b)
{
  const HoistUploadRecord *left = ((const HoistTransfer *) a)->record;
  const HoistUploadRecord *right = ((const HoistTransfer *) b)->record;

  return g_str_equal (left->path, right->path) &&
         g_str_equal (left->destination_id, right->destination_id);
}

/**
 * hoist_scheduler_index_new:
 *
 * Returns: (transfer full): an empty index, a set of transfers by what they send and
 *   where to
 */
GHashTable *
hoist_scheduler_index_new (void)
{
  return g_hash_table_new (hash_file, file_equal);
}

/**
 * hoist_scheduler_find_unfinished:
 * @self: a scheduler
 * @path: a file
 * @destination_id: where to
 *
 * Returns: (transfer none) (nullable): the upload of it that can be gone on with
 */
HoistTransfer *
hoist_scheduler_find_unfinished (HoistScheduler *self, const char *path, const char *destination_id)
{
  HoistUploadRecord record = { .path = (char *) path, .destination_id = (char *) destination_id };
  const HoistTransfer key = { .record = &record };

  return g_hash_table_lookup (self->unfinished, &key);
}

/* No more, if it is this one. */
static void
unindex (HoistScheduler *self, HoistTransfer *transfer)
{
  if (g_hash_table_lookup (self->unfinished, transfer) == transfer)
    g_hash_table_remove (self->unfinished, transfer);
}

/**
 * hoist_scheduler_index:
 * @self: a scheduler
 * @transfer: an upload whose state changed
 *
 * Keeps it findable by what it sends and where to, as long as that can be gone
 * on with: a file that is added again is not begun again.
 */
void
hoist_scheduler_index (HoistScheduler *self, HoistTransfer *transfer)
{
  HoistUploadState state = transfer->record->state;

  if (transfer->record->walk != NULL)
    return;
  if (state != HOIST_UPLOAD_DONE && state != HOIST_UPLOAD_CANCELLING)
    g_hash_table_add (self->unfinished, transfer);
  else
    unindex (self, transfer);
}

/**
 * hoist_scheduler_insert:
 * @self: a scheduler
 * @record: (transfer full): what is known of an upload
 *
 * Takes an upload in. One that is a walk is shown to nobody until
 * hoist_scheduler_show_walk().
 *
 * Returns: (transfer none): a new upload, placed nowhere yet
 */
HoistTransfer *
hoist_scheduler_insert (HoistScheduler *self, HoistUploadRecord *record)
{
  HoistTransfer *transfer = hoist_transfer_new (self, record);

  transfer->hidden = record->walk != NULL;
  g_hash_table_add (self->transfers, transfer);
  self->next_id = MAX (self->next_id, record->id + 1);
  self->next_batch = MAX (self->next_batch, record->batch + 1);
  hoist_scheduler_index (self, transfer);
  hoist_scheduler_mark_dirty (self, transfer);
  return transfer;
}

static int
compare_records (gconstpointer a, gconstpointer b)
{
  const guint64 left = (*(HoistUploadRecord *const *) a)->id;
  const guint64 right = (*(HoistUploadRecord *const *) b)->id;

  return (left > right) - (left < right);
}

/* In the order of their ids, which is that of everybody's list: it grows at its end. */
static GPtrArray *
steal_sorted_records (HoistScheduler *self)
{
  g_autoptr (GHashTable) records = hoist_journal_steal_records (self->journal);
  GPtrArray *sorted = g_ptr_array_sized_new (g_hash_table_size (records));
  GHashTableIter iter;
  gpointer record;

  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    {
      g_hash_table_iter_steal (&iter);
      g_ptr_array_add (sorted, record);
    }
  g_ptr_array_sort (sorted, compare_records);
  return sorted;
}

/**
 * hoist_scheduler_restore:
 * @self: a scheduler without uploads
 *
 * Takes over what the journal has. What was not finished waits for a person's
 * word; what was being cleared goes on as soon as its destination is known.
 */
void
hoist_scheduler_restore (HoistScheduler *self)
{
  g_autoptr (GPtrArray) records = steal_sorted_records (self);

  self->next_id = 1;
  self->next_batch = 1;
  for (guint i = 0; i < records->len; i++)
    {
      HoistUploadRecord *record = g_ptr_array_index (records, i);
      HoistTransfer *transfer = hoist_scheduler_insert (self, record);

      if (record->walk != NULL)
        hoist_scheduler_restore_walk (self, transfer);
      if (record->state == HOIST_UPLOAD_QUEUED)
        {
          record->state = HOIST_UPLOAD_PAUSED;
          transfer->restored = TRUE;
        }
      /* Its destination comes later, or never: then it says so. */
      else if (record->state == HOIST_UPLOAD_CANCELLING)
        hoist_scheduler_place (self, transfer);
    }
}

/* --- A file that was moved --------------------------------------------------------------------- */

typedef struct
{
  HoistScheduler *scheduler;
  guint64 id;
  char *path; /* (owned) */
} RelocateCall;

static void
relocate_call_free (RelocateCall *call)
{
  g_free (call->path);
  g_free (call);
}

static gboolean
can_relocate (HoistTransfer *transfer)
{
  return transfer != NULL && transfer->run == NULL && !transfer->completed &&
         transfer->record->walk == NULL && transfer->record->state != HOIST_UPLOAD_CANCELLING;
}

/**
 * hoist_scheduler_move:
 * @self: a scheduler
 * @transfer: an upload
 * @path: where its file is now
 *
 * Notes a new path, not yet in the journal.
 */
void
hoist_scheduler_move (HoistScheduler *self, HoistTransfer *transfer, const char *path)
{
  unindex (self, transfer);
  hoist_upload_record_set_path (transfer->record, path);
  hoist_scheduler_index (self, transfer);
}

static void
take_new_path (HoistScheduler *self,
               HoistTransfer *transfer,
               const char *path,
               HoistFileCheck *check)
{
  HoistUploadRecord *record = transfer->record;

  hoist_scheduler_move (self, transfer, path);
  record->identity = check->file->identity;
  hoist_upload_record_set_mount_root (record, check->mount_root);
  hoist_scheduler_log (self, hoist_event_moved (record));
  if (!hoist_transfer_command (transfer, HOIST_COMMAND_RETRY) &&
      !hoist_transfer_command (transfer, HOIST_COMMAND_RESUME))
    hoist_scheduler_place (self, transfer);
}

/* One that was never seen, as what a sandbox does not show, may have any size. */
static gboolean
has_its_size (const HoistUploadRecord *record, const HoistFileCheck *check)
{
  gboolean seen = record->begun || record->identity.inode != 0;

  return !seen || check->file->identity.size_bytes == record->identity.size_bytes;
}

static void
relocation_checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  RelocateCall *call = g_task_get_task_data (task);
  HoistScheduler *self = call->scheduler;
  HoistTransfer *transfer;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistFileCheck) check = hoist_file_check_finish (result, &error);

  self->n_calls--;
  transfer = hoist_scheduler_find (self, call->id);
  if (check == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (!can_relocate (transfer))
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s",
                             _ ("This upload does not wait for a file."));
  else if (!check->same || !has_its_size (transfer->record, check))
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED,
                             /* Translators: the first %s is the chosen file, the second the one
                              * that was begun */
                             _ ("“%s” is not the file that was begun as “%s”: the contents differ."),
                               check->file->display_name, transfer->record->name);
  else
    {
      take_new_path (self, transfer, call->path, check);
      g_task_return_boolean (task, TRUE);
    }
}

/**
 * hoist_scheduler_relocate_async:
 * @self: a scheduler
 * @id: an upload whose file is not where it was
 * @path: where it is now
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Goes on with a file that was moved, if it is the same: all parts that were
 * sent have the SHA-256 that they had. One of which nothing was sent yet must
 * have its size, if that was ever known; nothing of another file can get into its
 * object then.
 */
void
hoist_scheduler_relocate_async (HoistScheduler *self,
                                guint64 id,
                                const char *path,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  HoistTransfer *transfer = hoist_scheduler_find (self, id);
  RelocateCall *call;

  g_task_set_source_tag (task, hoist_scheduler_relocate_async);
  if (!can_relocate (transfer))
    {
      g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s",
                               _ ("This upload does not wait for a file."));
      return;
    }
  call = g_new0 (RelocateCall, 1);
  call->scheduler = self;
  call->id = id;
  call->path = g_strdup (path);
  g_task_set_task_data (task, call, (GDestroyNotify) relocate_call_free);
  self->n_calls++;
  hoist_file_check_async (self->file_workers, self->mounts, path, transfer->record, NULL,
                          HOIST_DIGEST_NONE, 0, self->cancellable, relocation_checked_cb,
                          g_steal_pointer (&task));
}

/**
 * hoist_scheduler_relocate_finish:
 * @self: a scheduler
 * @result: what the callback got
 *
 * Errors: %HOIST_ERROR_FILE_CHANGED if it is another file, %HOIST_ERROR_BAD_INPUT
 * if the upload waits for none, and those of hoist_file_open().
 *
 * Returns: whether the upload goes on
 */
gboolean
hoist_scheduler_relocate_finish (HoistScheduler *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_scheduler_relocate_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
