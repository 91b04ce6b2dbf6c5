/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others see of an upload: its state, how far it is, and why nothing happens. */

#include "hoist-path-name.h"
#include "hoist-scheduler.h"

/* Weight of the newest sample in the smoothed speed, at four samples a second. */
#define SPEED_WEIGHT 0.15
/* A disk that is silent for so long may be so for ever; one that slept is there again soon after. */
#define DISK_PATIENCE_US (2 * G_USEC_PER_SEC)

/**
 * hoist_transfer_is_delivering:
 * @self: an upload that is worked on
 *
 * Returns: whether something is under way whose outcome should not be thrown away
 *   because the network may be gone for a moment
 */
gboolean
hoist_transfer_is_delivering (HoistTransfer *self)
{
  if (self->run->step != HOIST_STEP_NONE || self->n_committing > 0)
    return TRUE;
  for (guint i = 0; i < self->run->parts->len; i++)
    if (((HoistPart *) g_ptr_array_index (self->run->parts, i))->stage >= HOIST_PART_SENDING)
      return TRUE;
  return FALSE;
}

/* When the first of the parts goes again, if all of them wait; else 0. */
static gint64
get_parts_wait_until_us (HoistTransfer *self)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 first_us = G_MAXINT64;

  if (self->run == NULL || self->run->parts->len == 0)
    return 0;
  for (guint i = 0; i < self->run->parts->len; i++)
    {
      HoistPart *part = g_ptr_array_index (self->run->parts, i);

      if (part->not_before_us <= now_us)
        return 0;
      first_us = MIN (first_us, part->not_before_us);
    }
  return first_us;
}

/**
 * hoist_transfer_get_state:
 * @self: an upload
 *
 * Returns: the state that people see, which follows from the record and from
 *   what is under way
 */
HoistUploadState
hoist_transfer_get_state (HoistTransfer *self)
{
  HoistRun *run = self->run;

  if (self->record->state != HOIST_UPLOAD_QUEUED)
    return self->record->state;
  if (self->wait_until_us != 0)
    return HOIST_UPLOAD_WAITING;
  if ((run == NULL || !hoist_transfer_is_delivering (self)) &&
      hoist_scheduler_get_hold (self->scheduler, self) != HOIST_HOLD_NONE)
    return HOIST_UPLOAD_WAITING;
  if (run == NULL)
    return HOIST_UPLOAD_QUEUED;
  if (run->step == HOIST_STEP_LIST && run->n_overdue > 0)
    return HOIST_UPLOAD_FINISHING;
  if (run->step != HOIST_STEP_NONE)
    return hoist_upload_state_for_step (run->step);
  if (get_parts_wait_until_us (self) != 0)
    return HOIST_UPLOAD_WAITING;
  return run->parts->len > 0 ? HOIST_UPLOAD_SENDING : HOIST_UPLOAD_PREPARING;
}

/**
 * hoist_transfer_get_sent_bytes:
 * @self: an upload
 *
 * Returns: bytes that the server acknowledged, of parts that are done and of
 *   those that travel
 */
guint64
hoist_transfer_get_sent_bytes (HoistTransfer *self)
{
  guint64 bytes;

  if (self->completed)
    return self->record->identity.size_bytes;
  bytes = hoist_upload_record_get_done_bytes (self->record);
  for (guint i = 0; self->run != NULL && i < self->run->parts->len; i++)
    {
      HoistPart *part = g_ptr_array_index (self->run->parts, i);

      if (part->put != NULL && part->stage != HOIST_PART_COMMITTING)
        bytes += part->put->acked_bytes;
    }
  return MIN (bytes, self->record->identity.size_bytes);
}

static GRefString *
ref_string (const char *string)
{
  return string != NULL ? g_ref_string_new (string) : NULL;
}

static guint
count_attempts (HoistTransfer *self)
{
  guint attempts = self->attempt;

  for (guint i = 0; self->run != NULL && i < self->run->parts->len; i++)
    attempts = MAX (attempts, ((HoistPart *) g_ptr_array_index (self->run->parts, i))->attempt);
  return attempts;
}

/* What is known of its last error, and why nothing happens. */
static void
add_reasons (HoistTransfer *self, HoistUploadInfo *info)
{
  info->error_code = self->record->error_code;
  info->error_message = ref_string (self->record->error_message);
  if (self->trouble != NULL)
    {
      info->http_status = self->trouble->http_status;
      info->reply_code = ref_string (self->trouble->reply_code);
      info->request_id = ref_string (self->trouble->request_id);
    }
  info->attempts = count_attempts (self);
  info->next_try_us = self->wait_until_us != 0 ? self->wait_until_us
                                               : get_parts_wait_until_us (self);
  /* Nobody knows when a drive is back; the look at it now and then is for a system that does not
   * say. */
  if (info->error_code == HOIST_ERROR_DRIVE_GONE)
    info->next_try_us = 0;
  info->progressed_us = self->last_progress_us;
  info->lane = self->lane;
  if (info->state == HOIST_UPLOAD_QUEUED)
    info->turn = self->turn;
  if (info->state == HOIST_UPLOAD_WAITING ||
      (info->state == HOIST_UPLOAD_CANCELLING && self->run == NULL &&
       hoist_transfer_needs_server (self)))
    info->hold = hoist_scheduler_get_hold (self->scheduler, self);
}

/**
 * hoist_transfer_make_info:
 * @self: an upload
 *
 * Returns: (transfer full): what others see of it now
 */
HoistUploadInfo *
hoist_transfer_make_info (HoistTransfer *self)
{
  const HoistUploadRecord *record = self->record;
  HoistUploadInfo *info = hoist_upload_info_new (record->id);

  info->batch = record->batch;
  info->path = g_ref_string_acquire (record->path);
  info->name = hoist_path_name_ref (record->path, record->name);
  info->destination_id = g_ref_string_acquire (record->destination_id);
  info->state = hoist_transfer_get_state (self);
  info->restored = self->restored;
  info->size_bytes = record->identity.size_bytes;
  info->sent_bytes = hoist_transfer_get_sent_bytes (self);
  info->read_bytes = hoist_transfer_get_read_bytes (self);
  info->bytes_per_s = info->state == HOIST_UPLOAD_SENDING ? self->run->bytes_per_s : 0;
  info->parts_total = record->plan.n_parts;
  info->parts_done = record->parts_done;
  info->part_bytes = record->plan.part_bytes;
  info->added_us = record->added_us;
  info->finished_us = record->finished_us;
  info->key = ref_string (record->key);
  info->location = record->state == HOIST_UPLOAD_DONE ? ref_string (record->location) : NULL;
  info->checksum = ref_string (record->checksum);
  if (record->walk != NULL)
    {
      info->is_folder = TRUE;
      info->n_found = record->walk->n_found;
    }
  add_reasons (self, info);
  return info;
}

/* Whether it is the file's turn, be it to be looked at or to be read. */
static gboolean
is_at_disk (const HoistRun *run)
{
  if (run->step == HOIST_STEP_CHECK_FILE || run->step == HOIST_STEP_READ)
    return TRUE;
  for (guint i = 0; i < run->parts->len; i++)
    if (((HoistPart *) g_ptr_array_index (run->parts, i))->stage != HOIST_PART_HASHING)
      return FALSE;
  return run->parts->len > 0;
}

/**
 * hoist_transfer_waits_for_disk:
 * @self: an upload that is worked on
 * @now_us: the monotonic time
 *
 * Returns: whether for some time nothing has come of its file, so that others may go on in its place
 */
gboolean
hoist_transfer_waits_for_disk (HoistTransfer *self, gint64 now_us)
{
  return self->run->disk_since_us != 0 && now_us - self->run->disk_since_us >= DISK_PATIENCE_US;
}

/**
 * hoist_transfer_sample:
 * @self: an upload that is worked on
 * @now_us: the monotonic time
 *
 * Measures the speed by what was acknowledged since the last sample.
 */
void
hoist_transfer_sample (HoistTransfer *self, gint64 now_us)
{
  HoistRun *run = self->run;
  guint64 sent_bytes = hoist_transfer_get_sent_bytes (self);
  gint64 passed_us = now_us - run->sampled_us;

  if (!is_at_disk (run))
    run->disk_since_us = 0;
  else if (run->disk_since_us == 0)
    run->disk_since_us = now_us;
  if (run->sampled_us != 0 && passed_us > 0)
    {
      guint64 moved = sent_bytes > run->sampled_bytes ? sent_bytes - run->sampled_bytes : 0;
      double speed = (double) moved * G_USEC_PER_SEC / (double) passed_us;

      if (moved > 0)
        self->last_progress_us = now_us;
      run->bytes_per_s =
        run->bytes_per_s == 0
          ? (guint64) speed
          : (guint64) ((1 - SPEED_WEIGHT) * (double) run->bytes_per_s + SPEED_WEIGHT * speed);
    }
  if (sent_bytes != run->sampled_bytes || run->sampled_us == 0)
    hoist_scheduler_mark_dirty (self->scheduler, self);
  run->sampled_bytes = sent_bytes;
  run->sampled_us = now_us;
}
