/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-transfer.h"

#include "hoist-redact.h"
#include "hoist-scheduler.h"

/* A server that forgets upload after upload is broken: how often to begin anew. */
#define MAX_BEGINNINGS 3

/* A file that cannot be read any more: its drive may just be going, which the
 * system notes a moment later. How often, and how long after, to look again. A drive that
 * is back may need longer until it can be read, as one of GVfs does on a busy computer: there each
 * time twice as long, for a minute. */
#define MAX_DOUBTS 3
#define MAX_DOUBTS_ELSEWHERE 5
#define DOUBT_US (2 * (gint64) G_USEC_PER_SEC)

/* The system says when a drive is back; this is for those of which it does not. */
#define DRIVE_INTERVAL_US (60 * (gint64) G_USEC_PER_SEC)

static void
run_free (HoistRun *run)
{
  g_clear_object (&run->cancellable);
  g_clear_pointer (&run->parts, g_ptr_array_unref);
  g_clear_pointer (&run->found, g_ptr_array_unref);
  g_clear_pointer (&run->file, hoist_file_unref);
  g_clear_pointer (&run->single_url, hoist_signed_url_free);
  g_clear_pointer (&run->delivery, hoist_delivery_free);
  g_clear_error (&run->stop_error);
  g_assert (run->finish_cancellable == NULL);
  g_free (run);
}

static void
trouble_free (HoistTrouble *trouble)
{
  g_free (trouble->reply_code);
  g_free (trouble->request_id);
  g_free (trouble);
}

/**
 * hoist_transfer_new:
 * @scheduler: where it belongs; outlives it
 * @record: (transfer full): what is known of it
 *
 * Returns: (transfer full): an upload that is not worked on yet
 */
HoistTransfer *
hoist_transfer_new (HoistScheduler *scheduler, HoistUploadRecord *record)
{
  HoistTransfer *self = g_new0 (HoistTransfer, 1);

  self->scheduler = scheduler;
  self->record = record;
  self->link.data = self;
  self->completed = record->state == HOIST_UPLOAD_DONE ||
                    (record->state == HOIST_UPLOAD_CANCELLING && record->finished_us != 0);
  return self;
}

/**
 * hoist_transfer_free:
 * @self: (transfer full): an upload with nothing under way
 *
 * Frees @self.
 */
void
hoist_transfer_free (HoistTransfer *self)
{
  g_assert (!hoist_transfer_is_busy (self));
  g_assert (self->queue == NULL);

  g_clear_pointer (&self->run, run_free);
  g_clear_pointer (&self->whole, hoist_whole_unref);
  g_clear_pointer (&self->whole_file, hoist_file_unref);
  g_clear_object (&self->target);
  g_clear_pointer (&self->trouble, trouble_free);
  g_clear_pointer (&self->kept_file, hoist_file_unref);
  hoist_upload_record_free (self->record);
  g_free (self);
}

static gboolean
part_is_busy (const HoistPart *part)
{
  return part->stage == HOIST_PART_HASHING || part->stage == HOIST_PART_SIGNING ||
         part->stage == HOIST_PART_SENDING || part->stage == HOIST_PART_CHECKING;
}

/**
 * hoist_transfer_is_busy:
 * @self: an upload
 *
 * Returns: whether a call is under way that will come back to it
 */
gboolean
hoist_transfer_is_busy (HoistTransfer *self)
{
  if (self->n_committing > 0)
    return TRUE;
  if (self->run == NULL)
    return FALSE;
  if (self->run->step != HOIST_STEP_NONE || self->run->signing)
    return TRUE;
  for (guint i = 0; i < self->run->parts->len; i++)
    if (part_is_busy (g_ptr_array_index (self->run->parts, i)))
      return TRUE;
  return FALSE;
}

/**
 * hoist_transfer_is_small:
 * @self: an upload
 *
 * Returns: whether it goes as one PUT, as far as is known yet
 */
gboolean
hoist_transfer_is_small (HoistTransfer *self)
{
  const HoistCapabilities *capabilities =
    self->target != NULL ? hoist_target_get_capabilities (self->target) : NULL;
  HoistPartLimits defaults;

  if (self->record->begun)
    return !self->record->plan.multipart;
  hoist_part_limits_init (&defaults);
  return self->record->identity.size_bytes <
         (capabilities != NULL ? capabilities->limits.single_put_bytes : defaults.single_put_bytes);
}

/**
 * hoist_transfer_needs_server:
 * @self: an upload that is not done
 *
 * Returns: whether what is still to be done with it needs its server
 */
gboolean
hoist_transfer_needs_server (HoistTransfer *self)
{
  const HoistUploadRecord *record = self->record;

  return record->state != HOIST_UPLOAD_CANCELLING ||
         (record->begun && record->plan.multipart && !self->completed && !self->abandoned);
}

static void
get_facts (HoistTransfer *self, HoistUploadFacts *facts)
{
  const HoistRun *run = self->run;
  guint committing = 0;

  for (guint i = 0; i < run->parts->len; i++)
    committing += ((HoistPart *) g_ptr_array_index (run->parts, i))->stage == HOIST_PART_COMMITTING;

  *facts = (HoistUploadFacts){
    .state = self->record->state,
    .multipart = self->record->plan.multipart,
    .checked = run->checked,
    .needs_content = hoist_transfer_needs_content (self),
    .content_known = self->record->content != NULL,
    .begun = self->record->begun,
    .searched = run->searched,
    .reconciled = run->reconciled,
    .parts_total = self->record->plan.n_parts,
    .parts_done = self->record->parts_done - committing,
    .parts_in_flight = run->parts->len,
    .step_running = run->step != HOIST_STEP_NONE,
    .completed = self->completed,
    .abandoned = self->abandoned,
  };
}

/**
 * hoist_transfer_activate:
 * @self: an upload without a run
 *
 * Begins to work on it.
 */
void
hoist_transfer_activate (HoistTransfer *self)
{
  HoistRun *run = g_new0 (HoistRun, 1);

  g_return_if_fail (self->run == NULL);

  run->cancellable = g_cancellable_new ();
  run->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_part_free);
  run->next_part_number = 1;
  self->run = run;
  self->wait_until_us = 0;
  if (self->last_progress_us == 0)
    self->last_progress_us = g_get_monotonic_time ();
}

/* What is needed to find a file that was moved, and the last that there is of
 * one that was deleted. */
static void
keep_file (HoistTransfer *self, const GError *error)
{
  HoistRun *run = self->run;
  HoistUploadState state = self->record->state;
  gboolean over = state == HOIST_UPLOAD_DONE || state == HOIST_UPLOAD_CANCELLING;
  gboolean changed = g_error_matches (error, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED);

  if (over)
    g_clear_pointer (&self->kept_file, hoist_file_unref);
  if (over || run->file == NULL || !(changed || hoist_file_is_deleted (run->file)))
    return;
  g_clear_pointer (&self->kept_file, hoist_file_unref);
  self->kept_file = hoist_file_ref (run->file);
}

/* Gives back what a run holds. A single PUT that did not end is begun again. */
static void
release_run (HoistTransfer *self)
{
  g_clear_pointer (&self->run, run_free);
  if (!self->record->plan.multipart && !self->completed)
    {
      self->record->begun = FALSE;
      hoist_upload_record_forget_parts (self->record);
    }
}

/**
 * hoist_transfer_note_error:
 * @self: an upload
 * @error: (nullable): what went wrong; %NULL if all is well again
 *
 * Notes an error for whoever looks at the upload. Its message is free of secrets
 * from here on: it is stored, shown and sent to other processes.
 */
void
hoist_transfer_note_error (HoistTransfer *self, const GError *error)
{
  g_clear_pointer (&self->record->error_message, g_free);
  g_clear_pointer (&self->trouble, trouble_free);
  self->record->error_code = -1;
  if (error == NULL)
    return;
  self->record->error_code = error->domain == HOIST_ERROR ? error->code : HOIST_ERROR_FAILED;
  self->record->error_message = hoist_redact (error->message);
  self->trouble = g_new0 (HoistTrouble, 1);
  self->trouble->http_status = hoist_error_get_http_status (error);
  self->trouble->reply_code = hoist_redact (hoist_error_get_reply_code (error));
  self->trouble->request_id = hoist_redact (hoist_error_get_request_id (error));
}

static void
set_record_state (HoistTransfer *self, HoistUploadState state)
{
  self->record->state = state;
  hoist_scheduler_log (self->scheduler, hoist_event_state (self->record));
}

/* Where nobody is there to wait, as in a script, an end must come. */
static gint64
get_drive_delay_us (HoistTransfer *self)
{
  gint64 give_up_us = hoist_scheduler_get_config (self->scheduler)->retry.give_up_us;
  gint64 stuck_us = g_get_monotonic_time () - self->last_progress_us;

  if (give_up_us <= 0)
    return DRIVE_INTERVAL_US;
  return stuck_us < give_up_us ? MIN (DRIVE_INTERVAL_US, give_up_us) : -1;
}

/* Returns -1 if there is no doubt that it cannot be read. */
static gint64
get_doubt_us (HoistTransfer *self, const GError *error, gboolean was_read)
{
  gboolean unreadable = error->code == HOIST_ERROR_FILE_UNREADABLE;
  gboolean elsewhere = unreadable && self->record->mount_root != NULL;
  gint64 delay_us = MIN (DOUBT_US, hoist_scheduler_get_config (self->scheduler)->quiet_us);

  if (!elsewhere && !(was_read && (unreadable || error->code == HOIST_ERROR_FILE_MISSING)))
    return -1;
  if (self->doubts >= (elsewhere ? MAX_DOUBTS_ELSEWHERE : MAX_DOUBTS))
    return -1;
  if (elsewhere)
    delay_us <<= self->doubts;
  self->doubts++;
  return delay_us;
}

static gint64
get_delay_us (HoistTransfer *self, const GError *error, gint64 retry_after_us, gboolean was_read)
{
  const HoistRetryPolicy *policy = &hoist_scheduler_get_config (self->scheduler)->retry;
  gint64 doubt_us;

  if (error->code == HOIST_ERROR_DRIVE_GONE)
    {
      /* They were about the drive. GVfs answers the first question about a computer
       * that is back with an error, too. */
      self->doubts = 0;
      return get_drive_delay_us (self);
    }
  doubt_us = get_doubt_us (self, error, was_read);
  if (doubt_us >= 0)
    return doubt_us;
  if (error->code == HOIST_ERROR_UPLOAD_GONE && self->beginnings < MAX_BEGINNINGS)
    return (gint64) self->beginnings++ * policy->base_us;
  if (error->code == HOIST_ERROR_FILE_CHANGED)
    return hoist_scheduler_get_config (self->scheduler)->quiet_us;
  return hoist_retry_get_delay_us (policy, (HoistError) error->code, self->attempt++,
                                   g_get_monotonic_time () - self->last_progress_us, retry_after_us,
                                   g_random_double ());
}

static gboolean
is_about_line (int code)
{
  return code == HOIST_ERROR_NETWORK || code == HOIST_ERROR_TIMED_OUT;
}

/* An error of an upload that is being cleared is never final: what was sent
 * must not stay on the server because of a bad moment. */
static void
wait_to_abort (HoistTransfer *self, const GError *error, gint64 retry_after_us)
{
  HoistRetryPolicy policy = hoist_scheduler_get_config (self->scheduler)->retry;
  gint64 delay_us;

  policy.give_up_us = 0;
  delay_us = hoist_retry_get_delay_us (&policy, (HoistError) error->code, self->attempt++, 0,
                                       retry_after_us, g_random_double ());
  hoist_transfer_note_error (self, error);
  /* Not before the time to undo it is over. */
  self->wait_until_us = MAX (self->wait_until_us, g_get_monotonic_time () +
                                                    (delay_us < 0 ? 10 * policy.cap_us : delay_us));
}

static void
conclude_error (HoistTransfer *self,
                const GError *error,
                gint64 retry_after_us,
                gboolean final,
                gboolean by_target,
                gboolean was_read)
{
  gint64 delay_us = -1;

  /* No try is spent where none could have succeeded. */
  if (!final && hoist_scheduler_is_held (self->scheduler, self) &&
      hoist_error_is_retryable ((HoistError) error->code))
    {
      hoist_transfer_note_error (self, error);
      return;
    }
  if (self->record->state == HOIST_UPLOAD_CANCELLING)
    {
      wait_to_abort (self, error, retry_after_us);
      return;
    }
  if (g_error_matches (error, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE))
    hoist_transfer_begin_anew (self);

  if (!final)
    delay_us = get_delay_us (self, error, retry_after_us, was_read);
  hoist_transfer_note_error (self, error);
  if (delay_us < 0)
    {
      self->trouble->failed_us = g_get_monotonic_time ();
      set_record_state (self, HOIST_UPLOAD_FAILED);
    }
  else
    self->wait_until_us = g_get_monotonic_time () + delay_us;
  if (delay_us > 0 && by_target && !hoist_error_is_about_file ((HoistError) error->code))
    hoist_target_block (self->target, self->wait_until_us, is_about_line (error->code));
}

/* Everything under way came back: gives the run up and goes where the record says. */
static void
conclude_stop (HoistTransfer *self)
{
  g_autoptr (GError) error = g_steal_pointer (&self->run->stop_error);
  gint64 retry_after_us = self->run->stop_retry_after_us;
  gboolean final = self->run->stop_is_final;
  gboolean by_target = !self->record->begun;
  gboolean was_read = self->run->checked;

  keep_file (self, error);
  release_run (self);
  if (error->domain == HOIST_ERROR && self->record->state != HOIST_UPLOAD_PAUSED)
    conclude_error (self, error, retry_after_us, final, by_target, was_read);
  hoist_scheduler_mark_dirty (self->scheduler, self);
  hoist_scheduler_place (self->scheduler, self);
}

static void
stop (HoistTransfer *self, const GError *error, gint64 retry_after_us)
{
  if (self->run->stop_error != NULL)
    return;
  self->run->stop_error = g_error_copy (error);
  self->run->stop_retry_after_us = retry_after_us;
  g_cancellable_cancel (self->run->cancellable);
}

/**
 * hoist_transfer_halt:
 * @self: an upload
 *
 * Stops what is under way, without an error; the record's state says where it
 * goes then. Comes back at once.
 */
void
hoist_transfer_halt (HoistTransfer *self)
{
  g_autoptr (GError) error = NULL;

  if (self->run == NULL)
    return;
  error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Halted");
  stop (self, error, 0);
  if (!hoist_transfer_is_busy (self))
    conclude_stop (self);
}

/**
 * hoist_transfer_stop_for_error:
 * @self: an upload that is worked on
 * @error: what happened
 * @retry_after_us: the delay that the server asked for; 0 for none
 *
 * Stops what is under way because of an error, which decides whether the upload
 * waits or fails. The caller goes on to [func@hoist_transfer_advance], as after
 * success.
 */
void
hoist_transfer_stop_for_error (HoistTransfer *self, const GError *error, gint64 retry_after_us)
{
  g_autoptr (GError) known = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      stop (self, error, 0);
      return;
    }
  if (error->domain != HOIST_ERROR)
    known =
      g_error_new_literal (HOIST_ERROR, (int) hoist_error_from_gerror (error), error->message);
  stop (self, known != NULL ? known : error, retry_after_us);
}

/**
 * hoist_transfer_fail:
 * @self: an upload that is worked on
 * @error: a verdict that waiting does not change
 *
 * As [func@hoist_transfer_stop_for_error], but @error ends the upload until a
 * person acts.
 */
void
hoist_transfer_fail (HoistTransfer *self, const GError *error)
{
  self->run->stop_is_final = self->run->stop_error == NULL;
  hoist_transfer_stop_for_error (self, error, 0);
}

/* Of the part that went wrong and did not get through since: the first one. */
static const GError *
get_parts_error (HoistTransfer *self)
{
  for (guint i = 0; i < self->run->parts->len; i++)
    {
      const HoistPart *part = g_ptr_array_index (self->run->parts, i);

      if (part->error != NULL)
        return part->error;
    }
  return NULL;
}

/**
 * hoist_transfer_succeeded:
 * @self: an upload that is worked on
 *
 * Notes that something got through: earlier errors count no more, but for those
 * of other parts, which the upload will wait for when all else is done.
 */
void
hoist_transfer_succeeded (HoistTransfer *self)
{
  self->attempt = 0;
  self->last_progress_us = g_get_monotonic_time ();
  hoist_transfer_note_error (self, get_parts_error (self));
}

/**
 * hoist_transfer_give_up:
 * @self: an upload without a run
 * @error: why
 *
 * Lets an upload fail that did not get a chance.
 */
void
hoist_transfer_give_up (HoistTransfer *self, const GError *error)
{
  hoist_transfer_note_error (self, error);
  self->wait_until_us = 0;
  set_record_state (self, HOIST_UPLOAD_FAILED);
  hoist_scheduler_place (self->scheduler, self);
}

/* What a broken line causes, and no server asked for time. */
static gboolean
waits_for_line (HoistTransfer *self)
{
  /* The time to undo a cancel is a person's. */
  if (self->record->state == HOIST_UPLOAD_CANCELLING && self->attempt == 0)
    return FALSE;
  return is_about_line (self->record->error_code);
}

/**
 * hoist_transfer_hurry:
 * @self: an upload
 * @at_us: monotonic
 *
 * Tries again at @at_us, if it waits longer because the line was broken: it is
 * back, or is another one. What a server asked for stays.
 */
void
hoist_transfer_hurry (HoistTransfer *self, gint64 at_us)
{
  if (!waits_for_line (self))
    return;
  self->attempt = 0;
  if (self->wait_until_us != 0)
    {
      self->wait_until_us = MIN (self->wait_until_us, at_us);
      hoist_scheduler_kick_at (self->scheduler, self->wait_until_us);
    }
  for (guint i = 0; self->run != NULL && i < self->run->parts->len; i++)
    {
      HoistPart *part = g_ptr_array_index (self->run->parts, i);

      part->not_before_us = MIN (part->not_before_us, at_us);
      part->attempt = 0;
      hoist_scheduler_kick_at (self->scheduler, at_us);
    }
  hoist_scheduler_mark_dirty (self->scheduler, self);
}

/* Whether @step has to wait until the network is back. What is delivered already
 * is written down, and what only leaves the list goes. */
static gboolean
is_held (HoistTransfer *self, HoistStep step)
{
  if (step == HOIST_STEP_REMOVE || (step == HOIST_STEP_COMPLETE && !self->record->plan.multipart))
    return FALSE;
  return hoist_scheduler_is_held (self->scheduler, self);
}

/**
 * hoist_transfer_advance:
 * @self: an upload that is worked on
 *
 * Does what comes next. Called whenever something under way came back.
 */
void
hoist_transfer_advance (HoistTransfer *self)
{
  HoistUploadFacts facts;
  HoistStep step;

  if (self->run->stop_error != NULL)
    {
      if (!hoist_transfer_is_busy (self))
        conclude_stop (self);
      return;
    }

  get_facts (self, &facts);
  step = hoist_upload_next_step (&facts);
  if (is_held (self, step))
    {
      if (!hoist_transfer_is_delivering (self))
        {
          hoist_transfer_halt (self);
          return;
        }
    }
  else if (step == HOIST_STEP_SEND_PART || self->run->parts->len > 0)
    hoist_transfer_fill_parts (self);
  else if (step != HOIST_STEP_NONE)
    hoist_transfer_run_step (self, step);
  hoist_transfer_catch_up (self);
  hoist_scheduler_mark_dirty (self->scheduler, self);
  hoist_scheduler_kick (self->scheduler);
}

/**
 * hoist_transfer_begin_anew:
 * @self: an upload
 *
 * Forgets what was sent, in the journal too.
 */
void
hoist_transfer_begin_anew (HoistTransfer *self)
{
  HoistUploadRecord *record = self->record;

  record->begun = FALSE;
  record->begun_us = 0;
  record->plan = (HoistPartPlan){ 0 };
  g_clear_pointer (&record->upload_id, g_free);
  g_clear_pointer (&record->key, g_free);
  hoist_upload_record_forget_parts (record);
  self->touched = FALSE;
  self->was_whole = FALSE;
  hoist_scheduler_log (self->scheduler, hoist_event_added (record));
  /* It forgets all that came before, a pause or a cancel included. */
  if (record->content != NULL)
    hoist_scheduler_log (self->scheduler, hoist_event_content (record));
  if (record->state != HOIST_UPLOAD_QUEUED)
    hoist_scheduler_log (self->scheduler, hoist_event_state (record));
}

static void
cancel (HoistTransfer *self, gboolean with_undo)
{
  self->undo_state = self->record->state;
  set_record_state (self, HOIST_UPLOAD_CANCELLING);
  self->attempt = 0;
  self->abort_again = self->run != NULL && self->run->n_sending > 0;
  self->wait_until_us = g_get_monotonic_time () +
                        (with_undo ? hoist_scheduler_get_config (self->scheduler)->undo_us : 0);
}

/**
 * hoist_transfer_command:
 * @self: an upload
 * @command: what a person says
 *
 * Does it, if it applies.
 *
 * Returns: whether it applied
 */
gboolean
hoist_transfer_command (HoistTransfer *self, HoistCommand command)
{
  HoistUploadState state = hoist_transfer_get_state (self);

  if (!hoist_command_applies (command, state))
    return FALSE;
  if (command == HOIST_COMMAND_UNDO_CANCEL && self->wait_until_us == 0)
    return FALSE;
  /* The server has it whole; only the journal is still to say so. */
  if (self->completed && self->record->state != HOIST_UPLOAD_DONE)
    return FALSE;

  self->restored = FALSE;
  self->attempt = 0;
  self->beginnings = 0;
  self->doubts = 0;
  self->last_progress_us = 0;
  if (command == HOIST_COMMAND_RETRY && self->record->error_code == HOIST_ERROR_FILE_CHANGED)
    self->accept_changes = TRUE;

  if (command == HOIST_COMMAND_CANCEL || command == HOIST_COMMAND_FORGET)
    cancel (self, command == HOIST_COMMAND_CANCEL);
  else if (command == HOIST_COMMAND_ABANDON)
    {
      self->abandoned = TRUE;
      self->wait_until_us = 0;
    }
  else
    {
      self->wait_until_us = 0;
      if (command != HOIST_COMMAND_PAUSE && command != HOIST_COMMAND_UNDO_CANCEL)
        hoist_transfer_note_error (self, NULL);
      set_record_state (self, command == HOIST_COMMAND_UNDO_CANCEL
                                ? (HoistUploadState) self->undo_state
                                : hoist_command_get_result (command, state));
    }

  hoist_scheduler_mark_dirty (self->scheduler, self);
  if (self->run == NULL)
    hoist_scheduler_place (self->scheduler, self);
  else
    hoist_transfer_halt (self);
  return TRUE;
}
