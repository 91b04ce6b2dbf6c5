/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole file's SHA-256, for the receipt: fed in the same pass as the parts'
 * digests as long as those are hashed in order; what is out of order, or was sent
 * before a restart, is read again on a thread of the lowest priority. No part and
 * no completion ever waits for it. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-scheduler-private.h"
#include "hoist-whole.h"

/* Hashes at a time of one file: the second one costs another look at its part, and is worth it
 * only where the network would wait, and two digests in one pass take twice as long as one. */
#define MAX_HASHES_AHEAD 2

/* A part that is read again. It outlives its transfer, which it finds by its id. */
typedef struct
{
  /* input */
  HoistScheduler *scheduler;
  guint64 id;
  HoistWhole *whole; /* (owned) */
  HoistFile *file;   /* (owned) */
  guint64 offset_bytes;
  guint64 length_bytes;
  HoistDigestKind kind; /* what @expected is; NONE: the part needs no comparing */
  guint8 expected[HOIST_DIGEST_MAX_BYTES];
  char *name; /* (owned) for messages */
} Catching;

static void
catching_free (Catching *catching)
{
  hoist_whole_unref (catching->whole);
  hoist_file_unref (catching->file);
  g_free (catching->name);
  g_free (catching);
}

static gboolean
is_wanted (HoistTransfer *self)
{
  const HoistUploadRecord *record = self->record;

  if (record->content != NULL)
    return FALSE;
  if (hoist_transfer_needs_content (self) && !record->begun)
    return TRUE;
  /* The digest of a single PUT is that of the file. */
  return hoist_scheduler_get_config (self->scheduler)->whole_sha256 &&
         (record->plan.multipart || record->digest_kind != HOIST_DIGEST_SHA256);
}

static void
forget_who_hashed (HoistUploadRecord *record)
{
  for (guint i = 0; record->parts != NULL && i < record->parts->len; i++)
    {
      HoistPartRecord *part = g_ptr_array_index (record->parts, i);

      if (part != NULL)
        part->hashed_here = FALSE;
    }
}

/**
 * hoist_transfer_prepare_whole:
 * @self: an upload whose file was just opened and is the right one
 *
 * Begins the whole file's digest, or goes on with it if the file is as it was:
 * pausing, and a network that went away, do not cost another look at the file.
 */
void
hoist_transfer_prepare_whole (HoistTransfer *self)
{
  const HoistFileIdentity *identity = &self->run->file->identity;

  self->whole_failed = FALSE;
  if (self->whole != NULL && is_wanted (self) && hoist_whole_is_of (self->whole, identity))
    return;
  g_clear_pointer (&self->whole, hoist_whole_unref);
  forget_who_hashed (self->record);
  if (is_wanted (self))
    self->whole = hoist_whole_new (identity);
}

/**
 * hoist_transfer_may_hash:
 * @self: an upload that is worked on
 *
 * Keeps the hashing of a file in order while that holds nothing up, so that the
 * whole file's digest is computed in the same pass.
 *
 * Returns: whether the next part may be hashed now
 */
gboolean
hoist_transfer_may_hash (HoistTransfer *self)
{
  HoistRun *run = self->run;
  guint n_hashing = 0;
  guint n_ready = 0;

  if (self->whole == NULL)
    return TRUE;
  for (guint i = 0; i < run->parts->len; i++)
    {
      const HoistPart *part = g_ptr_array_index (run->parts, i);

      n_hashing += part->stage == HOIST_PART_HASHING;
      n_ready += part->stage == HOIST_PART_HASHED || part->stage == HOIST_PART_SIGNING ||
                 part->stage == HOIST_PART_SIGNED;
    }
  if (n_hashing == 0)
    return TRUE;
  return n_hashing < MAX_HASHES_AHEAD && !hoist_digest_has_cheap_second () && n_ready == 0 &&
         run->n_sending < hoist_scheduler_get_limiter (self->scheduler)->slots;
}

static HoistPart *
find_part (HoistTransfer *self, guint part_number)
{
  for (guint i = 0; self->run != NULL && i < self->run->parts->len; i++)
    {
      HoistPart *part = g_ptr_array_index (self->run->parts, i);

      if (part->part_number == part_number)
        return part;
    }
  return NULL;
}

/* Whether a part's bytes are past the hash workers, so that nobody else will feed
 * them. */
static gboolean
is_due (HoistTransfer *self, guint part_number)
{
  const HoistPart *under_way = find_part (self, part_number);

  return hoist_upload_record_get_part (self->record, part_number) != NULL ||
         (under_way != NULL && under_way->stage != HOIST_PART_HASHING);
}

/* What was sent by an earlier run, or before the file was touched, is compared. */
static void
take_expected (HoistTransfer *self, guint part_number, HoistDigestKind *kind, guint8 *expected)
{
  const HoistPartRecord *done = hoist_upload_record_get_part (self->record, part_number);

  if (done == NULL || !done->has_digest || done->hashed_here)
    return;
  *kind = self->record->digest_kind;
  memcpy (expected, done->digest, sizeof done->digest);
}

static void
catch_up_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Catching *catching = task_data;
  HoistDigest *digest = hoist_whole_claim (catching->whole, catching->offset_bytes);
  guint8 found[HOIST_DIGEST_MAX_BYTES];
  g_autoptr (GError) error = NULL;

  if (digest == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  hoist_file_hash_twice (catching->file, catching->kind, catching->offset_bytes,
                         catching->length_bytes, digest, cancellable, found, &error);
  if (error == NULL && catching->kind != HOIST_DIGEST_NONE &&
      !hoist_digest_equal (found, catching->expected,
                           hoist_digest_kind_get_length (catching->kind)))
    /* The times of the file are as they were, its contents are not. */
    error = g_error_new (HOIST_ERROR, HOIST_ERROR_CHECKSUM,
                         /* Translators: %s is a file's name */
                         _ ("“%s” is not the file that was begun: its contents changed. Retry "
                            "sends it anew, as it is now."),
                            catching->name);
  /* It was delivered before. */
  hoist_file_let_go (catching->file, catching->offset_bytes, catching->length_bytes);
  hoist_whole_release (catching->whole, error == NULL ? catching->length_bytes : 0);
  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
conclude (HoistTransfer *self, HoistWholeState state)
{
  self->record->delivery->whole = state;
  hoist_scheduler_log (self->scheduler, hoist_event_hashed (self->record));
  g_clear_pointer (&self->whole, hoist_whole_unref);
  g_clear_pointer (&self->whole_file, hoist_file_unref);
}

/* After the delivery: what was sent has been compared, so only the receipt lacks
 * its digest. A file that cannot be read now may be there at the next start. */
static void
fail_after_delivery (HoistTransfer *self, const GError *error)
{
  if (g_error_matches (error, HOIST_ERROR, HOIST_ERROR_CHECKSUM) ||
      g_error_matches (error, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED))
    conclude (self, HOIST_WHOLE_NONE);
  else
    {
      g_clear_pointer (&self->whole, hoist_whole_unref);
      g_clear_pointer (&self->whole_file, hoist_file_unref);
    }
}

/* Before it: what was sent is of another file than what will be. */
static void
fail_before_delivery (HoistTransfer *self, const GError *error)
{
  g_autoptr (GError) changed = NULL;

  self->whole_failed = TRUE;
  if (self->run == NULL || !g_error_matches (error, HOIST_ERROR, HOIST_ERROR_CHECKSUM))
    return;
  /* The file's times lie: whoever looks next must compare its contents. */
  self->record->identity.ctime_ns = 0;
  hoist_scheduler_log (self->scheduler, hoist_event_moved (self->record));
  changed = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_FILE_CHANGED, error->message);
  hoist_transfer_fail (self, changed);
  hoist_transfer_advance (self);
}

static void
caught_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  const Catching *catching = g_task_get_task_data (G_TASK (result));
  HoistScheduler *scheduler = catching->scheduler;
  HoistTransfer *self = hoist_scheduler_find (scheduler, catching->id);
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  scheduler->n_calls--;
  if (self == NULL || self->whole != catching->whole)
    return;
  self->catching_up = FALSE;
  if (done || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    hoist_transfer_catch_up (self);
  else if (self->record->delivery != NULL)
    fail_after_delivery (self, error);
  else
    fail_before_delivery (self, error);
}

/* To the end of a part. What came before it, if anything, was of an earlier plan,
 * with parts of another size; then there is nothing to compare. */
static Catching *
make_catching (HoistTransfer *self, HoistFile *file, guint64 offset_bytes, guint part_number)
{
  const HoistPartPlan *plan = &self->record->plan;
  guint64 part_start = hoist_part_plan_get_offset (plan, part_number);
  guint64 part_end = part_start + hoist_part_plan_get_length (plan, part_number);
  Catching *catching = g_new0 (Catching, 1);

  catching->scheduler = self->scheduler;
  catching->id = self->record->id;
  catching->whole = hoist_whole_ref (self->whole);
  catching->file = hoist_file_ref (file);
  catching->offset_bytes = offset_bytes;
  catching->length_bytes = part_end - offset_bytes;
  catching->name = g_strdup (self->record->name);
  if (offset_bytes == part_start)
    take_expected (self, part_number, &catching->kind, catching->expected);
  return catching;
}

static void
catch_up_with_part (HoistTransfer *self, guint64 offset_bytes, guint part_number)
{
  gboolean delivered = self->record->delivery != NULL;
  GCancellable *cancellable = delivered ? self->scheduler->receipt_cancellable
                                        : self->scheduler->cancellable;
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, caught_up_cb, NULL);

  g_task_set_source_tag (task, catch_up_with_part);
  g_task_set_task_data (task,
                        make_catching (self, delivered ? self->whole_file : self->run->file,
                                       offset_bytes, part_number),
                        (GDestroyNotify) catching_free);
  self->catching_up = TRUE;
  self->scheduler->n_calls++;
  hoist_workers_run (self->scheduler->background_workers, self->record->identity.device, task,
                     catch_up_in_thread);
}

/* An upload that is not delivered yet ends with the program; a receipt that only
 * lacks its last bytes is given a moment. */
static gboolean
may_read (HoistTransfer *self)
{
  if (self->record->delivery != NULL)
    return self->whole_file != NULL &&
           !g_cancellable_is_cancelled (self->scheduler->receipt_cancellable);
  return !self->scheduler->halting && self->run != NULL && self->run->stop_error == NULL &&
         self->run->checked && self->run->reconciled;
}

/**
 * hoist_transfer_catch_up:
 * @self: an upload
 *
 * If bytes that the whole file's digest wants next will not come by anybody
 * else, has them read in the background; and after the delivery, notes the
 * digest once it is there.
 */
void
hoist_transfer_catch_up (HoistTransfer *self)
{
  guint64 offset_bytes;
  guint part_number;

  if (self->whole == NULL || self->whole_failed || self->catching_up)
    return;
  if (self->record->delivery != NULL &&
      hoist_whole_finish (self->whole, self->record->delivery->sha256))
    {
      conclude (self, HOIST_WHOLE_KNOWN);
      return;
    }
  if (!may_read (self) || !hoist_whole_wants (self->whole, &offset_bytes))
    return;
  part_number = (guint) (offset_bytes / self->record->plan.part_bytes) + 1;
  if (is_due (self, part_number))
    catch_up_with_part (self, offset_bytes, part_number);
}

/**
 * hoist_transfer_get_unread_bytes:
 * @self: an upload
 *
 * Returns: what the digest of a file that was delivered still lacks; 0 if none is
 *   under way
 */
guint64
hoist_transfer_get_unread_bytes (HoistTransfer *self)
{
  guint64 offset_bytes;

  if (self->whole_file == NULL || self->whole == NULL)
    return 0;
  hoist_whole_wants (self->whole, &offset_bytes);
  return self->record->identity.size_bytes - offset_bytes;
}

/**
 * hoist_transfer_take_whole:
 * @self: an upload that is being finished
 * @delivery: its receipt
 *
 * Puts what is known of the whole file's digest into the receipt. If bytes are
 * still missing it follows later, and the file stays open until then.
 */
void
hoist_transfer_take_whole (HoistTransfer *self, HoistDelivery *delivery)
{
  const HoistUploadRecord *record = self->record;
  const HoistPartRecord *only = hoist_upload_record_get_part (record, 1);

  if (record->content != NULL)
    {
      memcpy (delivery->sha256, record->content->sha256, HOIST_SHA256_BYTES);
      delivery->whole = HOIST_WHOLE_KNOWN;
    }
  else if (!record->plan.multipart && record->digest_kind == HOIST_DIGEST_SHA256 && only != NULL)
    {
      memcpy (delivery->sha256, only->digest, HOIST_SHA256_BYTES);
      delivery->whole = HOIST_WHOLE_KNOWN;
    }
  else if (self->whole == NULL)
    delivery->whole = HOIST_WHOLE_NONE;
  else if (hoist_whole_finish (self->whole, delivery->sha256))
    {
      delivery->whole = HOIST_WHOLE_KNOWN;
      g_clear_pointer (&self->whole, hoist_whole_unref);
    }
  else
    {
      delivery->whole = HOIST_WHOLE_FOLLOWS;
      self->whole_failed = FALSE;
      self->whole_file = hoist_file_ref (self->run->file);
    }
}
