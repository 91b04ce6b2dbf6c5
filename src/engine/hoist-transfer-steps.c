/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The steps of an upload but for its parts: look at the file, begin, list,
 * abort, remove. Each ends in hoist_transfer_end_step(), whatever came of it. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-content-type.h"
#include "hoist-file-check.h"
#include "hoist-scheduler.h"

/**
 * hoist_transfer_end_step:
 * @self: an upload with a step under way
 *
 * Ends the step and does what comes next.
 */
void
hoist_transfer_end_step (HoistTransfer *self)
{
  self->run->step = HOIST_STEP_NONE;
  hoist_transfer_advance (self);
}

/**
 * hoist_transfer_end_step_with_error:
 * @self: an upload with a step under way
 * @error: what happened
 * @retry_after_us: the delay that the server asked for; 0 for none
 *
 * Ends the step; the error decides whether the upload waits or fails.
 */
void
hoist_transfer_end_step_with_error (HoistTransfer *self, const GError *error, gint64 retry_after_us)
{
  hoist_transfer_stop_for_error (self, error, retry_after_us);
  hoist_transfer_end_step (self);
}

/**
 * hoist_transfer_end_step_with_verdict:
 * @self: an upload with a step under way
 * @error: what waiting does not change
 *
 * Ends the step, and the upload until a person acts.
 */
void
hoist_transfer_end_step_with_verdict (HoistTransfer *self, const GError *error)
{
  hoist_transfer_fail (self, error);
  hoist_transfer_end_step (self);
}

/* --- Look at the file ------------------------------------------------------------------------ */

/* What the line gives one part, as far as the destination may have it. */
static guint64
get_expected_bytes_per_s (HoistTransfer *self)
{
  guint64 measured = hoist_scheduler_get_part_bytes_per_s (self->scheduler);
  guint64 own = hoist_target_get_limits (self->target)->bytes_per_s;

  return own == 0 || (measured != 0 && measured < own) ? measured : own;
}

static gboolean
make_plan (HoistTransfer *self, GError **error)
{
  const HoistCapabilities *capabilities = hoist_target_get_capabilities (self->target);
  HoistUploadRecord *record = self->record;

  if (record->begun)
    return TRUE;
  record->digest_kind = capabilities->digest_kind;
  return hoist_part_plan_init (&record->plan, &capabilities->limits, record->identity.size_bytes,
                               get_expected_bytes_per_s (self), error);
}

/* Written so lately that whoever wrote it may not be finished. */
static gboolean
is_young (HoistTransfer *self, const HoistFile *file)
{
  gint64 quiet_us = hoist_scheduler_get_config (self->scheduler)->quiet_us;
  gint64 age_us = g_get_real_time () - file->identity.mtime_ns / 1000;

  return age_us >= 0 && age_us < quiet_us;
}

static void
adopt_file (HoistTransfer *self, HoistFileCheck *check)
{
  HoistUploadRecord *record = self->record;
  HoistFile *file = check->file;
  g_autoptr (GError) error = NULL;

  if (check->moved_path != NULL)
    hoist_scheduler_move (self->scheduler, self, check->moved_path);
  if (check->mount_root != NULL || check->moved_path != NULL)
    hoist_upload_record_set_mount_root (record, check->mount_root);
  if (!hoist_file_identity_equal (&record->identity, &file->identity) ||
      record->identity.ctime_ns != file->identity.ctime_ns || check->moved_path != NULL)
    {
      record->identity = file->identity;
      self->touched |= record->begun;
      hoist_scheduler_log (self->scheduler, hoist_event_moved (record));
    }
  if (!record->begun)
    self->fresh = is_young (self, file);
  hoist_transfer_renew_content (self, &file->identity);
  if (!make_plan (self, &error))
    {
      hoist_transfer_end_step_with_verdict (self, error);
      return;
    }

  self->accept_changes = FALSE;
  g_clear_pointer (&self->kept_file, hoist_file_unref);
  memcpy (self->run->whole_digest, check->digest, sizeof check->digest);
  self->run->file = g_steal_pointer (&check->file);
  hoist_transfer_prepare_whole (self);
  self->run->checked = TRUE;
  hoist_transfer_end_step (self);
}

/* The file's contents are others than those that were begun. */
static void
refuse_changed_file (HoistTransfer *self)
{
  g_autoptr (GError) error = NULL;

  error = g_error_new (HOIST_ERROR, HOIST_ERROR_FILE_CHANGED,
                       /* Translators: %s is a file's name */
                       _ ("“%s” is not the file that was begun: its contents changed. Retry sends "
                          "it anew, as it is now."),
                          self->record->name);
  hoist_transfer_end_step_with_verdict (self, error);
}

/* Where an upload is known by a file's contents, two files may share one: it goes
 * with the last of them. */
static gboolean
must_leave_upload (HoistTransfer *self)
{
  return self->was_whole || hoist_scheduler_is_upload_shared (self->scheduler, self);
}

static void
old_upload_aborted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  g_autoptr (GError) error = NULL;

  hoist_provider_abort_finish (HOIST_PROVIDER (source), result, &error);
  if (error != NULL && !g_error_matches (error, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE))
    {
      hoist_transfer_end_step_with_error (self, error,
                                          hoist_provider_error_get_retry_after_us (result));
      return;
    }
  /* Not begun any more, so that the next look adopts the file as it is. */
  hoist_transfer_begin_anew (self);
  hoist_transfer_end_step (self);
}

static gboolean
is_still_written (HoistTransfer *self, const HoistFile *file)
{
  return self->record->error_code == HOIST_ERROR_FILE_CHANGED && is_young (self, file);
}

static void
file_checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistFileCheck) check = hoist_file_check_finish (result, &error);

  if (check == NULL)
    {
      hoist_transfer_end_step_with_error (self, error, 0);
      return;
    }
  if (is_still_written (self, check->file))
    {
      error = g_error_new (HOIST_ERROR, HOIST_ERROR_FILE_CHANGED,
                           /* Translators: %s is a file's name */
                           _ ("“%s” is still being written. It is sent when it is quiet."),
                              self->record->name);
      hoist_transfer_end_step_with_error (self, error, 0);
      return;
    }
  if (check->same)
    {
      adopt_file (self, check);
      return;
    }
  /* One that was still being written when it was begun is begun anew when it is
   * quiet; one that was edited since is a person's to judge. */
  if (!self->accept_changes && !self->fresh && self->record->parts_done > 0)
    {
      refuse_changed_file (self);
      return;
    }
  if (must_leave_upload (self))
    {
      hoist_transfer_begin_anew (self);
      hoist_transfer_end_step (self);
      return;
    }
  hoist_provider_abort_async (hoist_target_get_provider (self->target), self->record->upload_id,
                              self->record->key, self->run->cancellable, old_upload_aborted_cb,
                              self);
}

static void
check_file_for_target (HoistTransfer *self)
{
  const HoistCapabilities *capabilities = hoist_target_get_capabilities (self->target);

  hoist_file_check_async (hoist_scheduler_get_file_workers (self->scheduler),
                          hoist_scheduler_get_mounts (self->scheduler), self->record->path,
                          self->record, self->kept_file, capabilities->digest_kind,
                          capabilities->limits.single_put_bytes, self->run->cancellable,
                          file_checked_cb, self);
}

static void
target_prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  HoistTarget *target = HOIST_TARGET (source);
  g_autoptr (GError) error = NULL;
  gint64 retry_after_us = 0;

  if (!hoist_target_prepare_finish (target, result, &retry_after_us, &error))
    hoist_transfer_end_step_with_error (self, error, retry_after_us);
  else if (self->run->stop_error != NULL)
    hoist_transfer_end_step (self);
  else
    check_file_for_target (self);
}

static void
check_file (HoistTransfer *self)
{
  if (self->record->walk != NULL)
    hoist_scheduler_walk (self->scheduler, self);
  else if (hoist_target_is_prepared (self->target))
    check_file_for_target (self);
  else
    hoist_target_prepare_async (self->target, target_prepared_cb, self);
}

/* --- Begin ----------------------------------------------------------------------------------- */

/* It was to go in one piece, and the server wants it otherwise. */
static gboolean
plan_in_parts (HoistTransfer *self, GError **error)
{
  HoistUploadRecord *record = self->record;
  HoistPartLimits limits = hoist_target_get_capabilities (self->target)->limits;

  limits.multipart_only = TRUE;
  return hoist_part_plan_init (&record->plan, &limits, record->plan.size_bytes,
                               get_expected_bytes_per_s (self), error);
}

static gboolean
take_begin_reply (HoistTransfer *self, HoistBeginReply *reply, GError **error)
{
  HoistUploadRecord *record = self->record;
  const HoistCapabilities *capabilities = hoist_target_get_capabilities (self->target);

  if (reply->in_parts && !plan_in_parts (self, error))
    return FALSE;
  if (reply->part_bytes != 0 && record->plan.multipart &&
      reply->part_bytes != record->plan.part_bytes &&
      !hoist_part_plan_init_fixed (&record->plan, &capabilities->limits, record->plan.size_bytes,
                                   reply->part_bytes, error))
    return FALSE;

  g_free (record->upload_id);
  record->upload_id = g_steal_pointer (&reply->upload_id);
  g_free (record->key);
  record->key = g_steal_pointer (&reply->key);
  hoist_upload_record_set_location (record, reply->location);
  record->begun_us = g_get_real_time ();
  g_clear_pointer (&self->run->single_url, hoist_signed_url_free);
  self->run->single_url = g_steal_pointer (&reply->url);
  hoist_upload_record_forget_parts (record);
  record->begun = TRUE;
  return TRUE;
}

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistBeginReply) reply = NULL;
  gint64 retry_after_us = 0;

  reply = hoist_target_begin_finish (HOIST_TARGET (source), result, &retry_after_us, &error);
  if (reply == NULL)
    {
      /* The server may have begun it all the same, and only its answer got lost. */
      if (self->record->plan.multipart && hoist_error_is_retryable ((HoistError) error->code))
        hoist_finder_doubt (hoist_target_get_finder (HOIST_TARGET (source)));
      hoist_transfer_end_step_with_error (self, error, retry_after_us);
      return;
    }
  if (!take_begin_reply (self, reply, &error))
    {
      hoist_transfer_end_step_with_verdict (self, error);
      return;
    }

  /* A single PUT leaves nothing behind, so nothing of it must be remembered. */
  if (self->record->plan.multipart)
    hoist_scheduler_log (self->scheduler, hoist_event_begun (self->record));
  self->run->reconciled = !reply->may_have_parts;
  hoist_transfer_succeeded (self);
  hoist_transfer_end_step (self);
}

static void
begin (HoistTransfer *self)
{
  HoistUploadRecord *record = self->record;
  HoistBeginRequest *request = g_new0 (HoistBeginRequest, 1);

  request->name = g_strdup (record->name);
  request->content_type = hoist_content_type_guess (record->name);
  request->plan = record->plan;
  request->digest_kind = record->digest_kind;
  memcpy (request->digest, self->run->whole_digest, sizeof request->digest);
  request->form_refused = hoist_target_refuses_forms (self->target);
  request->has_sha256 = record->content != NULL;
  if (record->content != NULL)
    memcpy (request->sha256, record->content->sha256, sizeof request->sha256);
  hoist_target_begin_async (self->target, request, begun_cb, self);
}

/* --- Ask what the server has ----------------------------------------------------------------- */

static void
reconcile (HoistTransfer *self, HoistServerView view, GPtrArray *server_parts)
{
  HoistUploadRecord *record = self->record;
  g_autoptr (GArray) forget = NULL;
  HoistVerdict verdict;

  verdict = hoist_reconcile (record, &self->run->file->identity, view, server_parts, &forget);
  if (verdict == HOIST_VERDICT_BEGIN_AGAIN)
    {
      g_autoptr (GError) error = g_error_new_literal (
        HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE, hoist_error_get_phrase (HOIST_ERROR_UPLOAD_GONE));

      hoist_transfer_end_step_with_error (self, error, 0);
      return;
    }
  for (guint i = 0; forget != NULL && i < forget->len; i++)
    hoist_upload_record_forget_part (record, g_array_index (forget, guint, i));
  self->run->next_part_number = 1;
  if (view == HOIST_SERVER_LISTED && hoist_transfer_take_parts_there (self, server_parts))
    return;
  self->run->reconciled = TRUE;
  hoist_transfer_end_step (self);
}

static gboolean
all_parts_are_done (HoistTransfer *self)
{
  return self->record->parts_done == self->record->plan.n_parts;
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = NULL;

  parts = hoist_provider_list_finish (HOIST_PROVIDER (source), result, &error);
  /* With all parts sent it may be gone because it was finished, and the answer
   * did not reach us: completing it again tells, and else it is still gone. */
  if (g_error_matches (error, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE))
    reconcile (self, all_parts_are_done (self) ? HOIST_SERVER_NOT_ASKED : HOIST_SERVER_GONE, NULL);
  /* Then the journal's word counts, and the storage tells when it gets the next part. */
  else if (g_error_matches (error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED))
    reconcile (self, HOIST_SERVER_NOT_ASKED, NULL);
  else if (error != NULL)
    hoist_transfer_end_step_with_error (self, error,
                                        hoist_provider_error_get_retry_after_us (result));
  else
    reconcile (self, HOIST_SERVER_LISTED, parts);
}

static void
list (HoistTransfer *self)
{
  if (!self->record->plan.multipart || !hoist_target_get_capabilities (self->target)->can_list)
    reconcile (self, HOIST_SERVER_NOT_ASKED, NULL);
  else
    hoist_provider_list_async (hoist_target_get_provider (self->target), self->record->upload_id,
                               self->record->key, self->run->cancellable, listed_cb, self);
}

/* --- Clear away ------------------------------------------------------------------------------ */

static void
aborted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  g_autoptr (GError) error = NULL;

  hoist_provider_abort_finish (HOIST_PROVIDER (source), result, &error);
  if (error != NULL && !g_error_matches (error, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE))
    {
      hoist_transfer_end_step_with_error (self, error,
                                          hoist_provider_error_get_retry_after_us (result));
      return;
    }
  if (self->abort_again)
    {
      /* Amazon S3 API Reference, AbortMultipartUpload: parts that are in flight may still arrive,
       * so that it can be necessary to abort more than once. */
      self->abort_again = FALSE;
      self->wait_until_us =
        g_get_monotonic_time () + hoist_scheduler_get_config (self->scheduler)->retry.base_us;
      hoist_transfer_halt (self);
      hoist_transfer_end_step (self);
      return;
    }
  self->record->begun = FALSE;
  hoist_transfer_end_step (self);
}

static void
target_prepared_for_abort_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  HoistTarget *target = HOIST_TARGET (source);
  g_autoptr (GError) error = NULL;
  gint64 retry_after_us = 0;

  if (hoist_target_prepare_finish (target, result, &retry_after_us, &error))
    hoist_provider_abort_async (hoist_target_get_provider (target), self->record->upload_id,
                                self->record->key, self->run->cancellable, aborted_cb, self);
  else
    hoist_transfer_end_step_with_error (self, error, retry_after_us);
}

static void
abort_on_server (HoistTransfer *self)
{
  if (must_leave_upload (self))
    {
      self->record->begun = FALSE;
      /* The other one may be cleared as well, in this very moment. */
      g_clear_pointer (&self->record->upload_id, g_free);
      hoist_transfer_end_step (self);
      return;
    }
  hoist_target_prepare_async (self->target, target_prepared_for_abort_cb, self);
}

static void
removed_committed (HoistTransfer *self, guint part_number)
{
  hoist_scheduler_remove (self->scheduler, self);
}

static void
remove_from_list (HoistTransfer *self)
{
  hoist_scheduler_log_then (self->scheduler, hoist_event_removed (self->record->id), self,
                            removed_committed, 0);
}

/**
 * hoist_transfer_run_step:
 * @self: an upload that is worked on, with no step under way
 * @step: what to do; not %HOIST_STEP_NONE and not %HOIST_STEP_SEND_PART
 *
 * Begins a step.
 */
void
hoist_transfer_run_step (HoistTransfer *self, HoistStep step)
{
  g_return_if_fail (self->run->step == HOIST_STEP_NONE);

  self->run->step = step;
  switch (step)
    {
    case HOIST_STEP_CHECK_FILE:
      check_file (self);
      break;
    case HOIST_STEP_READ:
      hoist_transfer_read_content (self);
      break;
    case HOIST_STEP_ADOPT:
      hoist_transfer_adopt (self);
      break;
    case HOIST_STEP_BEGIN:
      begin (self);
      break;
    case HOIST_STEP_LIST:
      list (self);
      break;
    case HOIST_STEP_COMPLETE:
      hoist_transfer_complete (self);
      break;
    case HOIST_STEP_ABORT:
      abort_on_server (self);
      break;
    case HOIST_STEP_REMOVE:
      remove_from_list (self);
      break;
    case HOIST_STEP_NONE:
    case HOIST_STEP_SEND_PART:
    default:
      g_assert_not_reached ();
    }
}
