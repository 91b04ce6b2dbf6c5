/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Unfinished uploads that this journal does not know: of another machine, of an
 * earlier installation. Listed, cleared, gone on with. */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-adopter.h"
#include "hoist-file-check.h"
#include "hoist-scheduler-private.h"

/* More than that in an answer without pages would stop the main thread when it is told. */
#define MAX_SHOWN 2000

/**
 * hoist_scheduler_knows_upload:
 * @self: a scheduler
 * @destination_id: a destination
 * @upload_id: an upload of its server
 *
 * Returns: whether it is one of those in the list, which are no leftovers
 */
gboolean
hoist_scheduler_knows_upload (HoistScheduler *self,
                              const char *destination_id,
                              const char *upload_id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->transfers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const HoistUploadRecord *record = ((HoistTransfer *) value)->record;

      if (g_strcmp0 (record->upload_id, upload_id) == 0 &&
          g_str_equal (record->destination_id, destination_id))
        return TRUE;
    }
  return FALSE;
}

/**
 * hoist_scheduler_is_upload_shared:
 * @self: a scheduler
 * @transfer: an upload that was begun
 *
 * Returns: whether another one in the list is the same upload on the server, or the
 *   object that became of it
 */
gboolean
hoist_scheduler_is_upload_shared (HoistScheduler *self, HoistTransfer *transfer)
{
  const HoistUploadRecord *record = transfer->record;
  GHashTableIter iter;
  gpointer value;

  if (record->upload_id == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, self->transfers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const HoistUploadRecord *other = ((HoistTransfer *) value)->record;

      if (other != record && g_strcmp0 (other->upload_id, record->upload_id) == 0 &&
          g_str_equal (other->destination_id, record->destination_id))
        return TRUE;
    }
  return FALSE;
}

/* (element-type utf8) borrowed: the ids of those that are in the list */
static GHashTable *
collect_known (HoistScheduler *self, const char *destination_id)
{
  GHashTable *known = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->transfers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const HoistUploadRecord *record = ((HoistTransfer *) value)->record;

      if (record->upload_id != NULL && g_str_equal (record->destination_id, destination_id))
        g_hash_table_add (known, record->upload_id);
    }
  return known;
}

static gboolean
find_target (HoistScheduler *self, const char *destination_id, HoistTarget **target, GError **error)
{
  HoistRoute *route = hoist_scheduler_get_route (self, destination_id);

  if (route == NULL)
    g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                         _ ("There is no such destination."));
  else if (hoist_target_get_blocked_until_us (route->target) == G_MAXINT64)
    g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE,
                         _ ("The token is still to come from the keyring."));
  else
    *target = g_object_ref (route->target);
  return *target != NULL;
}

/* --- List ------------------------------------------------------------------------------------- */

typedef struct
{
  /* input */
  HoistScheduler *scheduler;
  char *destination_id; /* (owned) */
  char *after;          /* (owned) (nullable) */
  gboolean detailed;
  HoistUnfinished *unfinished; /* (owned) (nullable) to be gone on with */
  char *path;                  /* (owned) (nullable) the file to do that with */

  /* in progress */
  HoistTarget *target;       /* (owned) (nullable) */
  HoistUploadRecord *record; /* (owned) (nullable) becomes that of the upload */
  HoistFileCheck *check;     /* (owned) (nullable) */
} Call;

static void
call_free (Call *call)
{
  g_free (call->destination_id);
  g_free (call->after);
  g_clear_pointer (&call->unfinished, hoist_unfinished_free);
  g_free (call->path);
  g_clear_object (&call->target);
  g_clear_pointer (&call->record, hoist_upload_record_free);
  g_clear_pointer (&call->check, hoist_file_check_free);
  g_free (call);
}

static void
end_with_error (GTask *task, GError *error)
{
  Call *call = g_task_get_task_data (task);

  call->scheduler->n_calls--;
  g_task_return_error (task, error);
}

/* Asks what the destination can do, then goes on in @callback. */
static void
begin_call (GTask *task, Call *call, gpointer tag, GAsyncReadyCallback callback)
{
  GError *error = NULL;

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  call->scheduler->n_calls++;
  if (!find_target (call->scheduler, call->destination_id, &call->target, &error))
    end_with_error (task, error);
  else
    hoist_target_prepare_async (call->target, callback, g_object_ref (task));
}

/* Whether the destination is ready and can list; else the task is ended. */
static gboolean
finish_prepare (GTask *task, GAsyncResult *result)
{
  Call *call = g_task_get_task_data (task);
  gint64 unused;
  GError *error = NULL;

  if (hoist_target_prepare_finish (call->target, result, &unused, &error) &&
      !hoist_target_can_find_uploads (call->target))
    g_set_error_literal (&error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED,
                         _ ("This destination does not tell which uploads are unfinished."));
  if (error == NULL)
    return TRUE;
  end_with_error (task, error);
  return FALSE;
}

static void
remove_known (Call *call, HoistUnfinishedPage *page)
{
  g_autoptr (GHashTable) known = collect_known (call->scheduler, call->destination_id);

  for (guint i = 0; i < page->uploads->len;)
    {
      const HoistUnfinished *upload = page->uploads->pdata[i];

      if (i >= MAX_SHOWN || g_hash_table_contains (known, upload->upload_id))
        g_ptr_array_remove_index (page->uploads, i);
      else
        i++;
    }
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  HoistUnfinishedPage *page =
    hoist_provider_unfinished_finish (HOIST_PROVIDER (source), result, &error);

  if (page == NULL)
    {
      end_with_error (task, error);
      return;
    }
  remove_known (call, page);
  call->scheduler->n_calls--;
  g_task_return_pointer (task, page, (GDestroyNotify) hoist_unfinished_page_free);
}

static void
prepared_to_list_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);

  if (finish_prepare (task, result))
    hoist_provider_unfinished_async (hoist_target_get_provider (call->target), call->after,
                                     call->detailed, hoist_target_get_cancellable (call->target),
                                     listed_cb, g_steal_pointer (&task));
}

/**
 * hoist_scheduler_list_unfinished_async:
 * @self: a scheduler
 * @destination_id: whose server to ask
 * @after: (nullable): `next` of the page before
 * @detailed: how much each has, too
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Asks a server for a page of what was begun and never completed, and leaves out
 * what is in the list of uploads here.
 */
void
hoist_scheduler_list_unfinished_async (HoistScheduler *self,
                                       const char *destination_id,
                                       const char *after,
                                       gboolean detailed,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Call *call = g_new0 (Call, 1);

  call->scheduler = self;
  call->destination_id = g_strdup (destination_id);
  call->after = g_strdup (after);
  call->detailed = detailed;
  begin_call (task, call, hoist_scheduler_list_unfinished_async, prepared_to_list_cb);
}

/**
 * hoist_scheduler_list_unfinished_finish:
 * @self: a scheduler
 * @result: what the callback got
 * @error: return location
 *
 * Errors: %HOIST_ERROR_BAD_INPUT without the destination, %HOIST_ERROR_NOT_SUPPORTED if it
 * cannot tell, and those of hoist_provider_unfinished_finish().
 *
 * Returns: (transfer full) (nullable): the page
 */
HoistUnfinishedPage *
hoist_scheduler_list_unfinished_finish (HoistScheduler *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_scheduler_list_unfinished_async),
                        NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Clear ------------------------------------------------------------------------------------ */

/* As an upload that was cancelled: the same tombstone, which works offline, too, and survives
 * a restart. It has no file: its path is where one of this name would be. */
static HoistUploadRecord *
make_tombstone (HoistScheduler *self, const char *destination_id, const HoistUnfinished *upload)
{
  HoistUploadRecord *record = hoist_upload_record_new (self->next_id);
  g_autofree char *path = g_build_filename ("/", hoist_unfinished_get_name (upload), NULL);
  guint64 size_bytes = MAX (upload->size_bytes, 1);

  record->batch = self->next_batch;
  hoist_upload_record_set_path (record, path);
  hoist_upload_record_set_name (record, hoist_unfinished_get_name (upload));
  hoist_upload_record_set_destination_id (record, destination_id);
  record->identity.size_bytes = size_bytes;
  record->added_us = g_get_real_time ();
  record->upload_id = g_strdup (upload->upload_id);
  record->key = g_strdup (upload->key);
  record->begun = TRUE;
  record->plan = (HoistPartPlan){ size_bytes, size_bytes, 1, TRUE };
  record->state = HOIST_UPLOAD_CANCELLING;
  return record;
}

/**
 * hoist_scheduler_clear_unfinished:
 * @self: a scheduler
 * @destination_id: where they are
 * @uploads: (element-type HoistUnfinished): what to clear; what is in the list of uploads here is
 *   passed over, since it is cancelled there
 * @error: return location
 *
 * Has unfinished uploads cleared from their server. Each is in the list as one
 * that is being cancelled, until the server has nothing of it any more, however
 * long that takes.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT without the destination.
 *
 * Returns: (transfer full) (element-type guint64) (nullable): their ids in the list
 */
GArray *
hoist_scheduler_clear_unfinished (HoistScheduler *self,
                                  const char *destination_id,
                                  GPtrArray *uploads,
                                  GError **error)
{
  g_autoptr (GHashTable) known = collect_known (self, destination_id);
  GArray *ids;

  if (hoist_scheduler_get_route (self, destination_id) == NULL)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("There is no such destination."));
      return NULL;
    }
  ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; i < uploads->len; i++)
    {
      HoistUploadRecord *record = make_tombstone (self, destination_id, uploads->pdata[i]);
      guint64 id = record->id;

      if (!g_hash_table_add (known, record->upload_id))
        {
          hoist_upload_record_free (record);
          continue;
        }
      hoist_scheduler_log (self, hoist_event_added (record));
      hoist_scheduler_log (self, hoist_event_begun (record));
      hoist_scheduler_log (self, hoist_event_state (record));
      hoist_scheduler_place (self, hoist_scheduler_insert (self, record));
      g_array_append_val (ids, id);
    }
  return ids;
}

/* --- Go on with one --------------------------------------------------------------------------- */

static void
logged (HoistTransfer *transfer, guint part_number)
{
  hoist_scheduler_place (transfer->scheduler, transfer);
}

/* It becomes an upload like any other: the next thing that it does is to look at the file. */
static guint64
insert_adopted (Call *call, const HoistAdopted *adopted)
{
  HoistScheduler *self = call->scheduler;
  HoistUploadRecord *record = g_steal_pointer (&call->record);
  HoistTransfer *transfer;

  record->id = self->next_id;
  hoist_upload_record_set_name (
    record, hoist_target_skip_prefix (call->target, hoist_unfinished_get_name (call->unfinished)));
  record->batch = self->next_batch;
  record->identity = call->check->file->identity;
  hoist_upload_record_set_mount_root (record, call->check->mount_root);
  record->added_us = g_get_real_time ();
  hoist_adopted_apply (adopted, call->unfinished, record);
  hoist_scheduler_log (self, hoist_event_added (record));
  transfer = hoist_scheduler_insert (self, record);
  hoist_transfer_log_adopted (transfer, logged);
  return record->id;
}

static void
adopted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (HoistAdopted) adopted = hoist_adopt_finish (result, &error);
  guint64 id;

  /* It may have been taken up meanwhile. */
  if (adopted != NULL && hoist_scheduler_knows_upload (call->scheduler, call->destination_id,
                                                       call->unfinished->upload_id))
    g_set_error_literal (&error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                         _ ("This upload is in the list already."));
  if (error == NULL && call->scheduler->halting)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopping");
  if (error != NULL)
    {
      end_with_error (task, error);
      return;
    }
  id = insert_adopted (call, adopted);
  call->scheduler->n_calls--;
  g_task_return_pointer (task, g_memdup2 (&id, sizeof id), g_free);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  const HoistCapabilities *capabilities = hoist_target_get_capabilities (call->target);
  HoistPartPlan own_plan;
  GError *error = NULL;

  call->check = hoist_file_check_finish (result, &error);
  if (error == NULL)
    hoist_part_plan_init (&own_plan, &capabilities->limits, call->check->file->identity.size_bytes,
                          0, &error);
  /* Below the limit for a single PUT, it was begun in parts all the same. */
  if (error == NULL && !own_plan.multipart)
    hoist_part_plan_init_fixed (&own_plan, &capabilities->limits, own_plan.size_bytes,
                                MAX (own_plan.size_bytes, capabilities->limits.min_part_bytes),
                                &error);
  if (error != NULL)
    {
      end_with_error (task, error);
      return;
    }
  hoist_adopt_async (hoist_target_get_provider (call->target), call->scheduler->hash_workers,
                     call->check->file, call->unfinished, capabilities, &own_plan, TRUE,
                     call->scheduler->cancellable, adopted_cb, g_steal_pointer (&task));
}

static void
prepared_to_continue_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);

  if (finish_prepare (task, result))
    hoist_file_check_async (call->scheduler->file_workers, call->scheduler->mounts, call->path,
                            call->record, NULL, HOIST_DIGEST_NONE, 0, call->scheduler->cancellable,
                            checked_cb, g_steal_pointer (&task));
}

static gboolean
is_in_list (HoistScheduler *self, const Call *call)
{
  return hoist_scheduler_find_unfinished (self, call->path, call->destination_id) != NULL ||
         hoist_scheduler_knows_upload (self, call->destination_id, call->unfinished->upload_id);
}

/**
 * hoist_scheduler_continue_unfinished_async:
 * @self: a scheduler
 * @destination_id: where it is
 * @unfinished: the upload
 * @path: the file, absolute
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Goes on with an upload that another run began, if all that the server has of
 * it is this file's. Another file never gets into it.
 */
void
hoist_scheduler_continue_unfinished_async (HoistScheduler *self,
                                           const char *destination_id,
                                           const HoistUnfinished *unfinished,
                                           const char *path,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Call *call = g_new0 (Call, 1);

  call->scheduler = self;
  call->destination_id = g_strdup (destination_id);
  call->unfinished = hoist_unfinished_copy (unfinished);
  call->path = g_strdup (path);
  call->record = hoist_upload_record_new (0);
  hoist_upload_record_set_path (call->record, path);
  hoist_upload_record_set_destination_id (call->record, destination_id);
  if (is_in_list (self, call))
    {
      call_free (call);
      g_task_set_source_tag (task, hoist_scheduler_continue_unfinished_async);
      g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s",
                               _ ("This upload, or this file, is in the list already."));
      return;
    }
  begin_call (task, call, hoist_scheduler_continue_unfinished_async, prepared_to_continue_cb);
}

/**
 * hoist_scheduler_continue_unfinished_finish:
 * @self: a scheduler
 * @result: what the callback got
 * @error: return location
 *
 * Errors: %HOIST_ERROR_FILE_CHANGED if it is another file, %HOIST_ERROR_BAD_INPUT if it is in the
 * list already or the destination is not there, %HOIST_ERROR_UPLOAD_GONE, and those of files.
 *
 * Returns: its id in the list; 0 with @error set
 */
guint64
hoist_scheduler_continue_unfinished_finish (HoistScheduler *self,
                                            GAsyncResult *result,
                                            GError **error)
{
  g_autofree guint64 *id = NULL;

  g_return_val_if_fail (g_task_is_valid (result, NULL), 0);
  g_return_val_if_fail (
    g_async_result_is_tagged (result, hoist_scheduler_continue_unfinished_async), 0);
  id = g_task_propagate_pointer (G_TASK (result), error);
  return id != NULL ? *id : 0;
}
