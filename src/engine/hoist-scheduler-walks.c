/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person adds: files, and what is found in folders. Finding it is in the journal as an
 * upload of its own, which ends when all was found, so that nothing of a folder is forgotten
 * when the program ends in the middle. */

#include <string.h>

#include "hoist-scheduler-private.h"

/* A walk that is under way. */
typedef struct
{
  HoistScheduler *scheduler;
  HoistTransfer *transfer; /* stays as long as its step runs */
  GHashTable
    *known; /* (owned) (nullable) paths (borrowed) that it found, beyond where it goes on */
} Walk;

static void
walk_free (Walk *walk)
{
  g_clear_pointer (&walk->known, g_hash_table_unref);
  g_free (walk);
}

/* --- One file --------------------------------------------------------------------------------- */

/* The same file to the same place again: goes on where it was. */
static void
take_up_again (HoistTransfer *transfer, const HoistFound *found, guint64 batch)
{
  HoistUploadState state = hoist_transfer_get_state (transfer);

  transfer->record->batch = batch;
  hoist_scheduler_mark_dirty (transfer->scheduler, transfer);
  hoist_transfer_command (transfer, state == HOIST_UPLOAD_FAILED ? HOIST_COMMAND_RETRY
                                                                 : HOIST_COMMAND_RESUME);
  if (found->error == NULL &&
      !hoist_file_identity_equal (&transfer->record->identity, &found->identity))
    transfer->accept_changes = TRUE;
}

static void
set_found (HoistUploadRecord *record, const HoistFound *found)
{
  g_autofree char *display_name = found->name == NULL ? g_filename_display_basename (found->path)
                                                      : NULL;

  hoist_upload_record_set_path (record, found->path);
  hoist_upload_record_set_name (record, found->name != NULL ? found->name : display_name);
  record->identity = found->identity;
  hoist_upload_record_set_mount_root (record, found->mount_root);
  if (found->error == NULL)
    return;
  record->state = HOIST_UPLOAD_FAILED;
  record->error_code = found->error->code;
  record->error_message = g_strdup (found->error->message);
}

static void
log_found (HoistScheduler *self, const HoistUploadRecord *record)
{
  hoist_scheduler_log (self, hoist_event_added (record));
  if (record->state == HOIST_UPLOAD_FAILED)
    hoist_scheduler_log (self, hoist_event_state (record));
}

static void
add_new (Walk *walk, const HoistFound *found)
{
  HoistScheduler *self = walk->scheduler;
  HoistUploadRecord *record = hoist_upload_record_new (self->next_id);

  record->batch = walk->transfer->record->batch;
  hoist_upload_record_set_destination_id (record, walk->transfer->record->destination_id);
  record->added_us = g_get_real_time ();
  set_found (record, found);
  log_found (self, record);
  hoist_scheduler_place (self, hoist_scheduler_insert (self, record));
}

static void
take_found (Walk *walk, const HoistFound *found)
{
  const HoistUploadRecord *record = walk->transfer->record;
  HoistTransfer *known;

  if (walk->known != NULL && g_hash_table_contains (walk->known, found->path))
    return;
  known = hoist_scheduler_find_unfinished (walk->scheduler, found->path, record->destination_id);
  if (known != NULL)
    take_up_again (known, found, record->batch);
  else
    add_new (walk, found);
}

/* --- The walk --------------------------------------------------------------------------------- */

static void
show (HoistTransfer *transfer)
{
  transfer->hidden = FALSE;
  hoist_scheduler_mark_dirty (transfer->scheduler, transfer);
}

static void
feed_batch (HoistScheduler *self, HoistTransfer *transfer, gboolean complete)
{
  const HoistUploadRecord *record = transfer->record;
  const HoistBatchInfo batch = { record->batch, record->walk->n_found, complete };

  hoist_scheduler_feed_batch (self, &batch);
}

static void
note_progress (Walk *walk, GPtrArray *files)
{
  HoistUploadRecord *record = walk->transfer->record;
  const HoistFound *found = g_ptr_array_index (files, files->len - 1);

  record->walk->n_found += files->len;
  record->walk->root = found->root;
  g_free (record->walk->after);
  record->walk->after = g_strdup (found->path + found->below);
  if (found->error == NULL)
    hoist_upload_record_set_mount_root (record, found->mount_root);
}

/* One file by itself is what was added: the walk becomes its upload. */
static gboolean
is_file_alone (Walk *walk, GPtrArray *files, const GError *error)
{
  const HoistUploadRecord *record = walk->transfer->record;
  const HoistFound *found = files->len == 1 ? g_ptr_array_index (files, 0) : NULL;

  return found != NULL && error == NULL && record->walk->n_found == 0 &&
         hoist_walk_record_get_n_paths (record->walk) == 1 && found->path[found->below] == '\0' &&
         hoist_scheduler_find_unfinished (walk->scheduler, found->path, record->destination_id) ==
           NULL;
}

static void
become_file (Walk *walk, const HoistFound *found)
{
  HoistTransfer *transfer = walk->transfer;
  HoistUploadRecord *record = transfer->record;

  g_clear_pointer (&record->walk, hoist_walk_record_free);
  set_found (record, found);
  log_found (walk->scheduler, record);
  show (transfer);
  hoist_transfer_halt (transfer);
  hoist_transfer_end_step (transfer);
}

static void
removal_committed (HoistTransfer *transfer, guint part_number)
{
  hoist_scheduler_remove (transfer->scheduler, transfer);
}

static void
end (Walk *walk, const GError *error)
{
  HoistTransfer *transfer = walk->transfer;

  transfer->walked = TRUE;
  if (transfer->run->stop_error != NULL)
    hoist_transfer_end_step (transfer);
  else if (error != NULL)
    hoist_transfer_end_step_with_error (transfer, error, 0);
  else
    hoist_scheduler_log_then (walk->scheduler, hoist_event_removed (transfer->record->id), transfer,
                              removal_committed, 0);
}

/* What comes when it was stopped already is found again when it goes on. */
static void
found_cb (GPtrArray *found_files, gboolean last, const GError *error, gpointer user_data)
{
  g_autoptr (GPtrArray) files = found_files;
  Walk *walk = user_data;
  HoistScheduler *self = walk->scheduler;
  HoistTransfer *transfer = walk->transfer;
  gboolean stopped = transfer->run->stop_error != NULL;

  self->n_calls -= last;
  if (last && !stopped && is_file_alone (walk, files, error))
    {
      hoist_scheduler_feed_batch (self, &(HoistBatchInfo){ transfer->record->batch, 1, TRUE });
      become_file (walk, g_ptr_array_index (files, 0));
      return;
    }
  if (!stopped && files->len > 0)
    {
      for (guint i = 0; i < files->len; i++)
        take_found (walk, g_ptr_array_index (files, i));
      note_progress (walk, files);
      feed_batch (self, transfer, FALSE);
      hoist_transfer_succeeded (transfer);
      if (!last || error != NULL)
        hoist_scheduler_log (self, hoist_event_walked (transfer->record));
      if (!last)
        show (transfer);
    }
  if (last)
    end (walk, error);
}

/* In the order of a walk: a folder's name before those of what is in it, all by their bytes. */
static int
compare_in_walk (const char *a, const char *b)
{
  for (; *a != '\0' && *a == *b; a++)
    b++;
  if (*a == *b)
    return 0;
  return (*a == '/' ? 0 : (guchar) *a) - (*b == '/' ? 0 : (guchar) *b);
}

static gboolean
is_beyond (const HoistUploadRecord *walk, const char *root, const char *path)
{
  gsize length = strlen (root);

  if (walk->walk->after == NULL || strncmp (path, root, length) != 0)
    return TRUE;
  return compare_in_walk (path + length + strspn (path + length, "/"), walk->walk->after) > 0;
}

/* What it found is written down before how far it has come. Beyond that there is nothing, unless
 * the journal was damaged; then this is what must not be sent twice. */
static GHashTable *
collect_known (HoistScheduler *self, const HoistUploadRecord *walk, const char *root)
{
  GHashTable *known = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->transfers);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      const HoistUploadRecord *record = ((HoistTransfer *) value)->record;

      if (record->batch == walk->batch && record->walk == NULL &&
          is_beyond (walk, root, record->path))
        g_hash_table_add (known, record->path);
    }
  return known;
}

/**
 * hoist_scheduler_walk:
 * @self: a scheduler
 * @transfer: an upload that is a walk, in its step of looking at its file
 *
 * Looks for files from where the walk was, and adds what is found. A file that has an
 * unfinished upload to the same destination goes on with that one.
 */
void
hoist_scheduler_walk (HoistScheduler *self, HoistTransfer *transfer)
{
  HoistUploadRecord *record = transfer->record;
  g_auto (GStrv) paths = hoist_upload_record_dup_walk_paths (record);
  const HoistWalkStart start = { transfer->walked, record->walk->root, record->walk->after,
                                 record->mount_root };
  Walk *walk = g_new0 (Walk, 1);

  walk->scheduler = self;
  walk->transfer = transfer;
  if (transfer->walked && record->walk->root < g_strv_length (paths))
    walk->known = collect_known (self, record, paths[record->walk->root]);
  self->n_calls++;
  hoist_walk (self->mounts, (const char *const *) paths, &start, transfer->run->cancellable,
              found_cb, walk, (GDestroyNotify) walk_free);
}

/**
 * hoist_scheduler_activate_walks:
 * @self: a scheduler
 *
 * Begins what is to be walked. It holds up no upload, and no limit holds it up.
 */
void
hoist_scheduler_activate_walks (HoistScheduler *self)
{
  for (GList *l = self->walks.head; l != NULL; l = l->next)
    {
      HoistTransfer *transfer = l->data;

      if (transfer->run != NULL)
        continue;
      hoist_transfer_activate (transfer);
      hoist_transfer_advance (transfer);
    }
}

/**
 * hoist_scheduler_halt_walks:
 * @self: a scheduler
 *
 * Stops what is walked; it goes on at the next start.
 */
void
hoist_scheduler_halt_walks (HoistScheduler *self)
{
  g_autoptr (GList) walks = g_list_copy (self->walks.head);

  for (GList *l = walks; l != NULL; l = l->next)
    hoist_transfer_halt (l->data);
}

/**
 * hoist_scheduler_place_walk:
 * @self: a scheduler
 * @transfer: an upload that is a walk
 *
 * Tells of a walk what follows from its state: whether files of its batch are still to
 * come, and one that does not run.
 */
void
hoist_scheduler_place_walk (HoistScheduler *self, HoistTransfer *transfer)
{
  HoistUploadState state = transfer->record->state;

  if (state != HOIST_UPLOAD_QUEUED || transfer->wait_until_us != 0)
    show (transfer);
  feed_batch (self, transfer, state != HOIST_UPLOAD_QUEUED);
}

/**
 * hoist_scheduler_end_walk:
 * @self: a scheduler
 * @transfer: an upload that is a walk, and that is removed
 *
 * Tells that no file of its batch is to come any more.
 */
void
hoist_scheduler_end_walk (HoistScheduler *self, HoistTransfer *transfer)
{
  feed_batch (self, transfer, TRUE);
}

/**
 * hoist_scheduler_restore_walk:
 * @self: a scheduler
 * @transfer: an upload of the journal that is a walk
 *
 * Shows a walk that did not end.
 */
void
hoist_scheduler_restore_walk (HoistScheduler *self, HoistTransfer *transfer)
{
  transfer->walked = TRUE;
  show (transfer);
}

static HoistUploadRecord *
walk_record_new (HoistScheduler *self, const char *const *paths, const char *destination_id)
{
  HoistUploadRecord *record = hoist_upload_record_new (self->next_id);
  g_autofree char *path = g_canonicalize_filename (paths[0], "/");
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *mount_root = hoist_mounts_guess_root (self->mounts, path);

  record->batch = self->next_batch;
  hoist_upload_record_set_path (record, path);
  hoist_upload_record_set_name (record, name);
  hoist_upload_record_set_destination_id (record, destination_id);
  hoist_upload_record_set_mount_root (record, mount_root);
  record->added_us = g_get_real_time ();
  record->walk = hoist_walk_record_new ();
  if (paths[1] != NULL)
    record->walk->others = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 1; paths[i] != NULL; i++)
    g_ptr_array_add (record->walk->others, g_canonicalize_filename (paths[i], "/"));
  return record;
}

/**
 * hoist_scheduler_add:
 * @self: a scheduler
 * @paths: absolute paths of files and folders, in the file system's encoding
 * @destination_id: where to
 *
 * Adds files, and what is in folders, as they are found.
 *
 * Returns: the batch that they are in
 */
guint64
hoist_scheduler_add (HoistScheduler *self, const char *const *paths, const char *destination_id)
{
  guint64 batch = self->next_batch;
  HoistUploadRecord *record;
  guint n_paths;

  if (paths[0] == NULL)
    {
      hoist_scheduler_feed_batch (self, &(HoistBatchInfo){ batch, 0, TRUE });
      return self->next_batch++;
    }
  record = walk_record_new (self, paths, destination_id);
  hoist_scheduler_log (self, hoist_event_added (record));
  n_paths = hoist_walk_record_get_n_paths (record->walk);
  for (guint next = 1; next < n_paths;)
    hoist_scheduler_log (self, hoist_event_also (record, next, &next));
  hoist_scheduler_place (self, hoist_scheduler_insert (self, record));
  return batch;
}
