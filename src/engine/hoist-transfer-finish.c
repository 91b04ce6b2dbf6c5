/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The end of an upload: a last look at the file, the completion, what the storage
 * has read back and compared, the receipt. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-s3-checksum.h"
#include "hoist-scheduler.h"

static void
finished_committed (HoistTransfer *self, guint part_number)
{
  self->record->state = HOIST_UPLOAD_DONE;
  hoist_transfer_halt (self);
  hoist_transfer_end_step (self);
  hoist_transfer_catch_up (self);
}

static void
finish (HoistTransfer *self)
{
  HoistUploadRecord *record = self->record;

  hoist_transfer_succeeded (self);
  self->completed = TRUE;
  record->finished_us = g_get_real_time ();
  g_clear_pointer (&record->delivery, hoist_delivery_free);
  record->delivery = g_steal_pointer (&self->run->delivery);
  hoist_transfer_take_whole (self, record->delivery);
  hoist_scheduler_log_then (self->scheduler, hoist_event_finished (record), self,
                            finished_committed, 0);
}

static char *
make_checksum (const HoistUploadRecord *record)
{
  g_autoptr (GByteArray) digests = g_byte_array_new ();

  if (record->digest_kind != HOIST_DIGEST_SHA256)
    return NULL;
  for (guint number = 1; number <= record->plan.n_parts; number++)
    {
      HoistPartRecord *part = hoist_upload_record_get_part (record, number);

      if (part == NULL || !part->has_digest)
        return NULL;
      g_byte_array_append (digests, part->digest, HOIST_SHA256_BYTES);
    }
  return record->plan.multipart ? hoist_s3_composite_sha256 (digests->data, record->plan.n_parts)
                                : hoist_digest_to_base64 (digests->data, HOIST_SHA256_BYTES);
}

/* Size and checksum, as far as the server says them. */
static gboolean
object_is_right (const HoistUploadRecord *record, const HoistObject *object)
{
  if (object->has_size && object->size_bytes != record->plan.size_bytes)
    return FALSE;
  return object->checksum_sha256 == NULL || record->checksum == NULL ||
         g_str_equal (object->checksum_sha256, record->checksum);
}

static gboolean
is_known (const char *etag)
{
  return etag != NULL && *etag != '\0';
}

static void
refuse_object (HoistTransfer *self)
{
  g_autoptr (GError) error =
    g_error_new (HOIST_ERROR, HOIST_ERROR_CHECKSUM,
                 /* Translators: %s is a file's name */
                 _ ("The object that the storage made of “%s” is not the file. Retry sends it "
                    "anew."),
                    self->record->name);

  hoist_transfer_begin_anew (self);
  hoist_transfer_end_step_with_verdict (self, error);
}

/* --- Read back ------------------------------------------------------------------------------- */

/* Another object than the one that was just made: by its size, by its checksum, or,
 * where the storage has no checksums, by its ETag. */
static gboolean
was_read_back (const HoistUploadRecord *record, const HoistObject *object)
{
  if (!object_is_right (record, object))
    return FALSE;
  if (object->checksum_sha256 != NULL && record->checksum != NULL)
    return TRUE;
  return !is_known (record->etag) || !is_known (object->etag) ||
         g_str_equal (record->etag, object->etag);
}

static void
take_read_object (HoistTransfer *self, HoistObject *object)
{
  HoistUploadRecord *record = self->record;
  HoistDelivery *delivery = self->run->delivery;

  delivery->proof |= HOIST_PROOF_READ_SIZE;
  if (object->checksum_sha256 != NULL && record->checksum != NULL)
    delivery->proof |= HOIST_PROOF_READ_CHECKSUM;
  if (!is_known (record->etag))
    {
      g_free (record->etag);
      record->etag = g_steal_pointer (&object->etag);
    }
  else if (is_known (object->etag) && g_str_equal (record->etag, object->etag))
    delivery->proof |= HOIST_PROOF_READ_ETAG;
  if (delivery->version_id == NULL)
    delivery->version_id = g_steal_pointer (&object->version_id);
  delivery->server_us = object->server_us;
}

/* It may not be looked at: then it is delivered by the word of the completion, and
 * the receipt says that nothing was read back. */
static gboolean
is_not_for_us (const GError *error)
{
  return g_error_matches (error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED) ||
         g_error_matches (error, HOIST_ERROR, HOIST_ERROR_FORBIDDEN);
}

static void
read_back_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) replies =
    hoist_provider_stat_finish (HOIST_PROVIDER (source), result, &error);
  HoistStatReply *reply = replies != NULL ? g_ptr_array_index (replies, 0) : NULL;
  const GError *reason = reply != NULL ? reply->error : error;

  if (reason != NULL && is_not_for_us (reason))
    finish (self);
  else if (reason != NULL)
    hoist_transfer_end_step_with_error (
      self, reason,
      reply != NULL ? reply->retry_after_us : hoist_provider_error_get_retry_after_us (result));
  else if (!was_read_back (self->record, reply->object))
    refuse_object (self);
  else
    {
      take_read_object (self, reply->object);
      finish (self);
    }
}

static void
read_back (HoistTransfer *self)
{
  const HoistStatRef ref = { self->record->key, self->run->delivery->version_id };

  hoist_provider_stat_async (hoist_target_get_provider (self->target), &ref, 1,
                             self->run->cancellable, read_back_cb, self);
}

/* --- Complete -------------------------------------------------------------------------------- */

static void
note_object (HoistTransfer *self, HoistObject *object)
{
  HoistUploadRecord *record = self->record;
  HoistDelivery *delivery = hoist_delivery_new ();

  if (record->digest_kind != HOIST_DIGEST_NONE)
    delivery->proof |= HOIST_PROOF_SIGNED;
  if (object->has_size)
    delivery->proof |= HOIST_PROOF_ANSWER_SIZE;
  if (object->checksum_sha256 != NULL && record->checksum != NULL)
    delivery->proof |= HOIST_PROOF_ANSWER_CHECKSUM;
  delivery->version_id = g_steal_pointer (&object->version_id);
  g_clear_pointer (&self->run->delivery, hoist_delivery_free);
  self->run->delivery = delivery;
}

static void
take_object (HoistTransfer *self, HoistObject *object)
{
  HoistUploadRecord *record = self->record;

  g_clear_pointer (&record->checksum, g_free);
  record->checksum = make_checksum (record);
  if (!object_is_right (record, object))
    {
      refuse_object (self);
      return;
    }
  if (object->location != NULL)
    hoist_upload_record_set_location (record, object->location);
  if (record->key == NULL && object->key != NULL)
    {
      record->key = g_steal_pointer (&object->key);
      record->key_is_late = TRUE;
    }
  g_free (record->etag);
  record->etag = g_steal_pointer (&object->etag);
  note_object (self, object);
  if (hoist_target_get_capabilities (self->target)->can_stat)
    read_back (self);
  else
    finish (self);
}

/* It was silent for too long, and may have finished all the same: it is asked what
 * it has, which decides. */
static void
settle (HoistTransfer *self)
{
  g_autoptr (GError) error = NULL;

  if (!hoist_transfer_may_settle (self, &error))
    {
      hoist_transfer_end_step_with_error (self, error, 0);
      return;
    }
  self->run->reconciled = FALSE;
  hoist_transfer_end_step (self);
}

/* Amazon S3 API Reference, CompleteMultipartUpload, «InvalidPart»; the upload API's `incomplete`. */
static gboolean
says_part_is_missing (const GError *error)
{
  const char *code = hoist_error_get_reply_code (error);

  return g_error_matches (error, HOIST_ERROR, HOIST_ERROR_REJECTED) &&
         (g_strcmp0 (code, "InvalidPart") == 0 || g_strcmp0 (code, "incomplete") == 0);
}

static void
broken_upload_aborted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  g_autoptr (GError) error = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE,
                                                  hoist_error_get_phrase (HOIST_ERROR_UPLOAD_GONE));

  /* What cannot be dropped is a leftover; it is not what the file waits for. */
  hoist_provider_abort_finish (HOIST_PROVIDER (source), result, NULL);
  hoist_transfer_end_step_with_error (self, error, 0);
}

/* It lists a part that it does not have any more: to send the others again cannot help, nor can
 * asking again. */
static void
replace_broken_upload (HoistTransfer *self)
{
  hoist_provider_abort_async (hoist_target_get_provider (self->target), self->record->upload_id,
                              self->record->key, self->run->cancellable, broken_upload_aborted_cb,
                              self);
}

static void
completed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistObject) object = NULL;
  gboolean overdue;

  object = hoist_provider_complete_finish (HOIST_PROVIDER (source), result, &error);
  overdue = hoist_transfer_end_finish_limit (self);
  if (object != NULL)
    {
      take_object (self, object);
      return;
    }
  if (overdue && self->run->stop_error == NULL)
    {
      settle (self);
      return;
    }
  /* The server misses a part, or has another one than we think: ask it once. */
  if (!self->listed_again && (g_error_matches (error, HOIST_ERROR, HOIST_ERROR_REJECTED) ||
                              g_error_matches (error, HOIST_ERROR, HOIST_ERROR_CHECKSUM)))
    {
      self->listed_again = TRUE;
      self->run->reconciled = FALSE;
      hoist_transfer_end_step (self);
      return;
    }
  if (self->listed_again && says_part_is_missing (error) && self->run->stop_error == NULL)
    {
      replace_broken_upload (self);
      return;
    }
  hoist_transfer_end_step_with_error (self, error,
                                      hoist_provider_error_get_retry_after_us (result));
}

static void
complete_on_server (HoistTransfer *self)
{
  HoistUploadRecord *record = self->record;
  g_autofree HoistPartRef *refs = g_new0 (HoistPartRef, record->plan.n_parts);

  for (guint i = 0; i < record->plan.n_parts; i++)
    {
      HoistPartRecord *part = hoist_upload_record_get_part (record, i + 1);

      refs[i].part_number = i + 1;
      refs[i].etag = part->etag;
      refs[i].digest = part->has_digest ? part->digest : NULL;
    }
  hoist_provider_complete_async (hoist_target_get_provider (self->target), record->upload_id,
                                 record->key, record->digest_kind, refs, record->plan.n_parts,
                                 hoist_transfer_limit_finish (self), completed_cb, self);
}

/* The storage checked a single PUT against its signed checksum and answered 200:
 * there is nothing to join and nothing to ask. Its answer is the read-back. */
static void
finish_single_put (HoistTransfer *self)
{
  HoistUploadRecord *record = self->record;

  g_free (record->etag);
  record->etag = g_strdup (hoist_upload_record_get_part (record, 1)->etag);
  g_free (record->checksum);
  record->checksum = make_checksum (record);
  finish (self);
}

static void
last_look_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    hoist_transfer_end_step_with_error (self, error, 0);
  else if (self->record->plan.multipart)
    complete_on_server (self);
  else
    finish_single_put (self);
}

/**
 * hoist_transfer_complete:
 * @self: an upload whose parts are all done
 *
 * Carries out the step that finishes an upload.
 */
void
hoist_transfer_complete (HoistTransfer *self)
{
  hoist_transfer_look_again (self, last_look_cb, self);
}
