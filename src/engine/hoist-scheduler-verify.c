/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Verify again: asks the storages what they have of deliveries, and compares the
 * files. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-file-proof.h"
#include "hoist-scheduler-private.h"
#include "hoist-verification.h"

typedef struct
{
  HoistScheduler *scheduler;
  GPtrArray *results; /* (owned) (element-type HoistVerification) in the order asked */
  gboolean with_files;
  guint n_pending; /* groups, then files, that are still asked about */
} VerifyCall;

/* What goes to one destination. */
typedef struct
{
  GTask *task;          /* (owned) of the call */
  char *destination_id; /* (owned) */
  HoistTarget *target;  /* (owned) (nullable) once it is asked */
  GArray *places;       /* (owned) (element-type guint) indexes of the results */
  guint n_asked;
  guint n_asking; /* in the call under way */
} VerifyGroup;

static void
verify_call_free (VerifyCall *call)
{
  g_ptr_array_unref (call->results);
  g_free (call);
}

static void
verify_group_free (VerifyGroup *group)
{
  g_object_unref (group->task);
  g_free (group->destination_id);
  g_clear_object (&group->target);
  g_array_unref (group->places);
  g_free (group);
}

static HoistVerification *
get_result (VerifyGroup *group, guint index)
{
  VerifyCall *call = g_task_get_task_data (group->task);

  return g_ptr_array_index (call->results, g_array_index (group->places, guint, index));
}

static HoistTransfer *
find_delivered (HoistScheduler *self, guint64 id)
{
  HoistTransfer *transfer = hoist_scheduler_find (self, id);

  return transfer != NULL && transfer->record->state == HOIST_UPLOAD_DONE ? transfer : NULL;
}

static void
end_call (GTask *task)
{
  VerifyCall *call = g_task_get_task_data (task);

  call->scheduler->n_calls--;
  g_task_return_pointer (task, g_ptr_array_ref (call->results), (GDestroyNotify) g_ptr_array_unref);
}

/* --- the files --- */

typedef struct
{
  GTask *task; /* (owned) of the call */
  guint place;
} FileQuestion;

static void
take_file_proof (HoistVerification *result, const HoistFileProof *proof, const GError *error)
{
  if (proof == NULL)
    {
      result->file = g_error_matches (error, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED)
                       ? HOIST_FILE_DIFFERS
                       : HOIST_FILE_UNREADABLE;
      result->file_message = g_utf8_make_valid (error->message, -1);
    }
  else if (!proof->comparable)
    result->file = HOIST_FILE_NO_CHECKSUM;
  else
    result->file = proof->same ? HOIST_FILE_SAME : HOIST_FILE_DIFFERS;
}

static void
file_proved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree FileQuestion *question = user_data;
  g_autoptr (GTask) task = question->task;
  VerifyCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree HoistFileProof *proof = hoist_file_prove_finish (result, &error);

  take_file_proof (g_ptr_array_index (call->results, question->place), proof, error);
  if (--call->n_pending == 0)
    end_call (task);
}

static void
look_at_files (GTask *task)
{
  VerifyCall *call = g_task_get_task_data (task);
  HoistScheduler *self = call->scheduler;

  call->n_pending = 1;
  for (guint i = 0; call->with_files && i < call->results->len; i++)
    {
      const HoistVerification *result = g_ptr_array_index (call->results, i);
      HoistTransfer *transfer = find_delivered (self, result->id);
      FileQuestion *question;

      if (transfer == NULL)
        continue;
      question = g_new (FileQuestion, 1);
      question->task = g_object_ref (task);
      question->place = i;
      call->n_pending++;
      hoist_file_prove_async (self->background_workers, transfer->record, self->cancellable,
                              file_proved_cb, question);
    }
  if (--call->n_pending == 0)
    end_call (task);
}

/* --- the objects --- */

/* Takes over @group. */
static void
end_group (VerifyGroup *group)
{
  g_autoptr (GTask) task = g_object_ref (group->task);
  VerifyCall *call = g_task_get_task_data (task);

  verify_group_free (group);
  if (--call->n_pending == 0)
    look_at_files (task);
}

/* Takes over @group: nobody of it that was not asked yet is. */
static void
fail_group (VerifyGroup *group, const GError *error)
{
  for (guint i = group->n_asked; i < group->places->len; i++)
    hoist_verification_set_error (get_result (group, i), error);
  end_group (group);
}

static void
keep_verdict (HoistScheduler *self, const HoistVerification *result)
{
  HoistTransfer *transfer = find_delivered (self, result->id);

  if (transfer == NULL || transfer->record->delivery == NULL)
    return;
  transfer->record->delivery->verdict = result->object;
  transfer->record->delivery->verified_us = result->time_us;
  hoist_scheduler_log (self, hoist_event_verified (transfer->record));
}

static void
set_not_delivered (HoistVerification *result)
{
  g_autoptr (GError) error =
    g_error_new_literal (HOIST_ERROR, HOIST_ERROR_BAD_INPUT, _ ("This upload was not delivered."));

  hoist_verification_set_error (result, error);
}

static void
take_stat_reply (HoistScheduler *self, HoistVerification *result, const HoistStatReply *reply)
{
  HoistTransfer *transfer = find_delivered (self, result->id);
  const HoistObject *object = reply->object;
  g_autoptr (HoistReceipt) receipt = NULL;

  if (transfer == NULL)
    {
      set_not_delivered (result);
      return;
    }
  if (reply->error != NULL && reply->error->code != HOIST_ERROR_UPLOAD_GONE)
    {
      hoist_verification_set_error (result, reply->error);
      return;
    }
  if (object == NULL)
    result->object = HOIST_OBJECT_GONE;
  else
    {
      receipt = hoist_receipt_new (transfer->record);
      result->differences = hoist_receipt_compare (receipt, object->size_bytes, object->etag,
                                                   object->checksum_sha256, object->version_id);
      result->object = result->differences == 0 ? HOIST_OBJECT_SAME : HOIST_OBJECT_REPLACED;
      result->modified_us = object->modified_us;
    }
  result->error_code = -1;
  result->time_us = object != NULL && object->server_us > 0 ? object->server_us
                                                            : g_get_real_time ();
  keep_verdict (self, result);
}

static void ask_group (VerifyGroup *group);

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VerifyGroup *group = user_data;
  VerifyCall *call = g_task_get_task_data (group->task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) replies =
    hoist_provider_stat_finish (HOIST_PROVIDER (source), result, &error);

  if (replies == NULL)
    {
      fail_group (group, error);
      return;
    }
  for (guint i = 0; i < replies->len; i++)
    take_stat_reply (call->scheduler, get_result (group, group->n_asked + i),
                     g_ptr_array_index (replies, i));
  group->n_asked += group->n_asking;
  ask_group (group);
}

static void
ask_group (VerifyGroup *group)
{
  VerifyCall *call = g_task_get_task_data (group->task);
  HoistScheduler *self = call->scheduler;
  guint most = MAX (1, hoist_target_get_capabilities (group->target)->max_stat_objects);
  g_autofree HoistStatRef *refs = NULL;

  if (group->n_asked == group->places->len)
    {
      end_group (group);
      return;
    }
  group->n_asking = MIN (most, group->places->len - group->n_asked);
  refs = g_new0 (HoistStatRef, group->n_asking);
  for (guint i = 0; i < group->n_asking; i++)
    {
      HoistTransfer *transfer = find_delivered (self, get_result (group, group->n_asked + i)->id);

      /* The current version: that is what others get. One that was taken off the list meanwhile
       * is asked about all the same, and nobody looks at the answer. */
      refs[i].key = transfer != NULL ? transfer->record->key : "-";
    }
  hoist_provider_stat_async (hoist_target_get_provider (group->target), refs, group->n_asking,
                             self->cancellable, looked_up_cb, group);
}

static void begin_group (HoistScheduler *self, VerifyGroup *group);

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VerifyGroup *group = user_data;
  g_autoptr (GError) error = NULL;
  VerifyCall *call = g_task_get_task_data (group->task);
  gint64 retry_after_us;
  gboolean prepared = hoist_target_prepare_finish (group->target, result, &retry_after_us, &error);

  /* The destination was changed meanwhile: there is another way to it now. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && !call->scheduler->halting)
    {
      g_clear_object (&group->target);
      begin_group (call->scheduler, group);
      return;
    }
  if (prepared && !hoist_target_get_capabilities (group->target)->can_stat)
    error = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED,
                                 _ ("This destination’s backend cannot show what the storage "
                                    "has. Update the backend."));
  if (error != NULL)
    fail_group (group, error);
  else
    ask_group (group);
}

/* Takes over @group. */
static void
begin_group (HoistScheduler *self, VerifyGroup *group)
{
  HoistRoute *route = hoist_scheduler_get_route (self, group->destination_id);
  g_autoptr (GError) error = NULL;

  if (self->halting)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Hoist is ending."));
  else if (route == NULL)
    error =
      g_error_new (HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   _ ("The destination “%s” does not exist any more."), group->destination_id);
  if (error != NULL)
    {
      fail_group (group, error);
      return;
    }
  /* Its token is still to come out of the keyring. */
  if (hoist_target_get_blocked_until_us (route->target) == G_MAXINT64)
    {
      g_queue_push_tail (&self->verify_groups, group);
      return;
    }
  group->target = g_object_ref (route->target);
  hoist_target_prepare_async (group->target, prepared_cb, group);
}

/**
 * hoist_scheduler_wake_verifications:
 * @self: a scheduler
 *
 * Goes on with what waits for a destination, which changed, or for nothing any
 * more, since all ends.
 */
void
hoist_scheduler_wake_verifications (HoistScheduler *self)
{
  GQueue waiting = self->verify_groups;
  gpointer group;

  g_queue_init (&self->verify_groups);
  while ((group = g_queue_pop_head (&waiting)) != NULL)
    begin_group (self, group);
}

static VerifyGroup *
find_group (GPtrArray *groups, GTask *task, const char *destination_id)
{
  VerifyGroup *group;

  for (guint i = 0; i < groups->len; i++)
    {
      group = g_ptr_array_index (groups, i);
      if (g_str_equal (group->destination_id, destination_id))
        return group;
    }
  group = g_new0 (VerifyGroup, 1);
  group->task = g_object_ref (task);
  group->destination_id = g_strdup (destination_id);
  group->places = g_array_new (FALSE, FALSE, sizeof (guint));
  g_ptr_array_add (groups, group);
  return group;
}

static void
sort_out (GTask *task, GPtrArray *groups, guint64 id)
{
  VerifyCall *call = g_task_get_task_data (task);
  HoistTransfer *transfer = find_delivered (call->scheduler, id);
  guint place = call->results->len;

  g_ptr_array_add (call->results, hoist_verification_new (id));
  if (transfer != NULL && transfer->record->key != NULL)
    {
      g_array_append_val (find_group (groups, task, transfer->record->destination_id)->places,
                          place);
      return;
    }
  set_not_delivered (g_ptr_array_index (call->results, place));
}

/**
 * hoist_scheduler_verify_async:
 * @self: a scheduler
 * @ids: (array length=n_ids): uploads that are done
 * @n_ids: how many
 * @with_files: whether to compare the local files with the receipts as well
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Asks the storages what they have of deliveries, as many in one call as each
 * destination allows, and compares it with the receipts. Nothing is tried twice: a
 * person who asked gets to know why it could not be told.
 */
void
hoist_scheduler_verify_async (HoistScheduler *self,
                              const guint64 *ids,
                              gsize n_ids,
                              gboolean with_files,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  VerifyCall *call = g_new0 (VerifyCall, 1);

  call->scheduler = self;
  call->with_files = with_files;
  call->results = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_verification_free);
  g_task_set_source_tag (task, hoist_scheduler_verify_async);
  g_task_set_task_data (task, call, (GDestroyNotify) verify_call_free);
  self->n_calls++;
  for (gsize i = 0; i < n_ids; i++)
    sort_out (task, groups, ids[i]);
  call->n_pending = groups->len + 1;
  for (guint i = 0; i < groups->len; i++)
    begin_group (self, g_ptr_array_index (groups, i));
  if (--call->n_pending == 0)
    look_at_files (task);
}

/**
 * hoist_scheduler_verify_finish:
 * @self: a scheduler
 * @result: what the callback got
 *
 * Errors: none; what could not be told is in the results.
 *
 * Returns: (transfer full) (element-type HoistVerification): one for each id, in
 *   the order asked
 */
GPtrArray *
hoist_scheduler_verify_finish (HoistScheduler *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_scheduler_verify_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
