/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of an upload: hash, sign, send, check, commit. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-scheduler.h"

/* Parts made ready beyond those that may travel, so that no slot waits for a
 * hash or a signature. */
#define PARTS_AHEAD 2

/* A URL this close to its end is signed again rather than used; but one that was
 * just signed is used, however short it lives. */
#define URL_MARGIN_US (10 * (gint64) G_USEC_PER_SEC)
#define MIN_URL_USE_US ((gint64) G_USEC_PER_SEC)

/* Fresh URLs of one part that were refused as expired, one after another, before
 * that is taken for what it says: the server's clock and its URLs disagree. */
#define MAX_EXPIRED 3

/**
 * hoist_part_free:
 * @part: (transfer full): a part that is not busy
 *
 * Frees @part.
 */
void
hoist_part_free (HoistPart *part)
{
  g_clear_pointer (&part->url, hoist_signed_url_free);
  g_clear_pointer (&part->put, hoist_put_unref);
  g_clear_error (&part->error);
  g_free (part);
}

static guint64
part_length (const HoistPart *part)
{
  return hoist_part_plan_get_length (&part->transfer->record->plan, part->part_number);
}

static guint64
part_offset (const HoistPart *part)
{
  return hoist_part_plan_get_offset (&part->transfer->record->plan, part->part_number);
}

/* --- Errors ---------------------------------------------------------------------------------- */

static guint
count_expired (HoistPart **parts, guint n_parts)
{
  guint most = 0;

  for (guint i = 0; i < n_parts; i++)
    {
      parts[i]->n_expired++;
      most = MAX (most, parts[i]->n_expired);
    }
  return most;
}

/* Each part has its own count: when a server goes away, or the URLs of all that
 * wait expire, all that is under way fails at once, and that is one failure, not
 * one for each part. */
static gint64
get_part_delay_us (HoistTransfer *self,
                   HoistPart **parts,
                   guint n_parts,
                   const GError *error,
                   gint64 retry_after_us)
{
  const HoistRetryPolicy *policy = &hoist_scheduler_get_config (self->scheduler)->retry;
  guint attempt = 0;

  for (guint i = 0; i < n_parts; i++)
    {
      attempt = MAX (attempt, parts[i]->attempt);
      parts[i]->attempt++;
    }
  if (error->code == HOIST_ERROR_URL_EXPIRED)
    return count_expired (parts, n_parts) <= MAX_EXPIRED ? 0 : -1;
  for (guint i = 0; i < n_parts; i++)
    {
      parts[i]->n_expired = 0;
      parts[i]->doubted = FALSE;
    }
  return hoist_retry_get_delay_us (policy, (HoistError) error->code, attempt,
                                   g_get_monotonic_time () - self->last_progress_us, retry_after_us,
                                   g_random_double ());
}

/* A storage may refuse an expired URL as it refuses what is forbidden, and of an
 * answer that makes no sense a part may be missing. So such a part is signed and
 * sent once more before that counts. */
static gboolean
gives_benefit_of_doubt (HoistPart **parts, guint n_parts)
{
  if (n_parts != 1 || parts[0]->put == NULL || !parts[0]->put->in_doubt || parts[0]->doubted)
    return FALSE;
  parts[0]->doubted = TRUE;
  return TRUE;
}

/* One part, or the signing of some, failed. Unless it concerns the whole upload
 * the parts go back to be signed again after a delay, while the others go on. */
static void
parts_failed (HoistTransfer *self,
              HoistPart **parts,
              guint n_parts,
              const GError *error,
              gint64 retry_after_us)
{
  gboolean once_more = gives_benefit_of_doubt (parts, n_parts);
  gboolean in_parts = !once_more && n_parts == 1 && hoist_part_may_go_in_parts (parts[0], error);
  gint64 delay_us;
  gint64 not_before_us;

  for (guint i = 0; i < n_parts; i++)
    {
      parts[i]->stage = HOIST_PART_HASHED;
      g_clear_error (&parts[i]->error);
      parts[i]->error = g_error_copy (error);
      g_clear_pointer (&parts[i]->url, hoist_signed_url_free);
      g_clear_pointer (&parts[i]->put, hoist_put_unref);
    }
  if (self->run->stop_error != NULL || error->domain == G_IO_ERROR ||
      hoist_error_is_about_file ((HoistError) error->code) ||
      error->code == HOIST_ERROR_UPLOAD_GONE)
    {
      hoist_transfer_stop_for_error (self, error, retry_after_us);
      return;
    }
  if (in_parts)
    {
      hoist_transfer_go_in_parts (self);
      return;
    }

  /* The network is away: they go on when it is back, and no try is spent. */
  if (hoist_scheduler_is_held (self->scheduler, self) &&
      hoist_error_is_retryable ((HoistError) error->code))
    {
      hoist_transfer_note_error (self, error);
      return;
    }
  delay_us = once_more ? 0 : get_part_delay_us (self, parts, n_parts, error, retry_after_us);
  if (delay_us < 0)
    {
      hoist_transfer_fail (self, error);
      return;
    }
  hoist_transfer_note_error (self, error);
  not_before_us = g_get_monotonic_time () + delay_us;
  for (guint i = 0; i < n_parts; i++)
    parts[i]->not_before_us = not_before_us;
  hoist_scheduler_kick_at (self->scheduler, not_before_us);
}

/* --- Sign ------------------------------------------------------------------------------------ */

typedef struct
{
  HoistTransfer *transfer;
  GPtrArray *parts; /* (owned) (element-type HoistPart) (borrowed elements) */
} SignCall;

static void
sign_call_free (SignCall *call)
{
  g_ptr_array_unref (call->parts);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignCall, sign_call_free)

static HoistSignedUrl *
steal_url (GPtrArray *urls, guint part_number)
{
  for (guint i = 0; i < urls->len; i++)
    {
      HoistSignedUrl *url = g_ptr_array_index (urls, i);

      if (url != NULL && url->part_number == part_number)
        {
          urls->pdata[i] = NULL;
          return url;
        }
    }
  return NULL;
}

/* A small file may be called otherwise with each URL. */
static void
take_key (HoistUploadRecord *record, HoistSignedUrl *url)
{
  if (record->plan.multipart || url->key == NULL)
    return;
  g_free (record->key);
  record->key = g_steal_pointer (&url->key);
}

static void
take_url (HoistPart *part, HoistSignedUrl *url)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 left_us = url->deadline_us - now_us;

  take_key (part->transfer->record, url);
  part->url = url;
  part->use_until_us = now_us + MAX (MAX (left_us - URL_MARGIN_US, left_us / 2), MIN_URL_USE_US);
  part->stage = HOIST_PART_SIGNED;
}

static gboolean
take_urls (SignCall *call, GPtrArray *urls, GError **error)
{
  for (guint i = 0; i < call->parts->len; i++)
    {
      HoistPart *part = g_ptr_array_index (call->parts, i);

      HoistSignedUrl *url = steal_url (urls, part->part_number);

      if (url == NULL || (url->form_head != NULL && part->transfer->record->plan.multipart))
        {
          hoist_signed_url_free (url);
          g_set_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                       _ ("The backend signed no URL for part %u."), part->part_number);
          return FALSE;
        }
      take_url (part, url);
    }
  return TRUE;
}

static void
signed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SignCall) call = user_data;
  HoistTransfer *self = call->transfer;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) urls = NULL;

  urls = hoist_provider_sign_finish (HOIST_PROVIDER (source), result, &error);
  self->run->signing = FALSE;
  if (urls == NULL || !take_urls (call, urls, &error))
    parts_failed (self, (HoistPart **) call->parts->pdata, call->parts->len, error,
                  urls == NULL ? hoist_provider_error_get_retry_after_us (result) : 0);
  hoist_transfer_advance (self);
}

static GPtrArray *
collect_parts_to_sign (HoistTransfer *self)
{
  guint most = MAX (1, hoist_target_get_capabilities (self->target)->max_sign_parts);
  GPtrArray *parts = g_ptr_array_new ();
  gint64 now_us = g_get_monotonic_time ();

  for (guint i = 0; i < self->run->parts->len && parts->len < most; i++)
    {
      HoistPart *part = g_ptr_array_index (self->run->parts, i);

      if (part->stage == HOIST_PART_SIGNED && part->use_until_us <= now_us)
        {
          g_clear_pointer (&part->url, hoist_signed_url_free);
          part->stage = HOIST_PART_HASHED;
        }
      if (part->stage != HOIST_PART_HASHED)
        continue;
      if (part->not_before_us <= now_us)
        g_ptr_array_add (parts, part);
      else
        /* The scheduler's timer holds the earliest time only: it has to be told the next one. */
        hoist_scheduler_kick_at (self->scheduler, part->not_before_us);
    }
  return parts;
}

/* One call at a time; what is hashed meanwhile goes with the next one. */
static void
sign_parts (HoistTransfer *self)
{
  HoistUploadRecord *record = self->record;
  g_autoptr (GPtrArray) parts = NULL;
  g_autofree HoistPartRef *refs = NULL;
  SignCall *call;

  if (self->run->signing)
    return;
  parts = collect_parts_to_sign (self);
  if (parts->len == 0)
    return;

  refs = g_new0 (HoistPartRef, parts->len);
  for (guint i = 0; i < parts->len; i++)
    {
      HoistPart *part = g_ptr_array_index (parts, i);

      part->stage = HOIST_PART_SIGNING;
      refs[i].part_number = part->part_number;
      refs[i].wants_fresh_url = part->n_expired > 0 || part->doubted;
      refs[i].digest = record->digest_kind != HOIST_DIGEST_NONE ? part->digest : NULL;
    }
  call = g_new0 (SignCall, 1);
  call->transfer = self;
  call->parts = g_steal_pointer (&parts);
  self->run->signing = TRUE;
  hoist_provider_sign_async (hoist_target_get_provider (self->target), record->upload_id,
                             record->key, record->digest_kind, refs, call->parts->len,
                             self->run->cancellable, signed_cb, call);
}

/* --- Hash ------------------------------------------------------------------------------------ */

typedef struct
{
  HoistFile *file;   /* (owned) */
  HoistWhole *whole; /* (owned) (nullable) gets the same bytes, if they come next */
  HoistDigestKind kind;
  guint64 offset_bytes;
  guint64 length_bytes;
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
} HashJob;

static void
hash_job_free (HashJob *job)
{
  hoist_file_unref (job->file);
  g_clear_pointer (&job->whole, hoist_whole_unref);
  g_free (job);
}

static void
hash_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  HashJob *job = task_data;
  HoistDigest *whole = job->whole != NULL ? hoist_whole_claim (job->whole, job->offset_bytes)
                                          : NULL;
  g_autoptr (GError) error = NULL;
  gboolean hashed =
    hoist_file_hash_twice (job->file, job->kind, job->offset_bytes, job->length_bytes, whole,
                           cancellable, job->digest, &error);

  if (whole != NULL)
    hoist_whole_release (job->whole, hashed ? job->length_bytes : 0);
  if (hashed)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
hashed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistPart *part = user_data;
  HoistTransfer *self = part->transfer;
  HashJob *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      memcpy (part->digest, job->digest, sizeof part->digest);
      part->stage = HOIST_PART_HASHED;
      self->run->disk_since_us = 0;
    }
  else
    parts_failed (self, &part, 1, error, 0);
  hoist_transfer_advance (self);
}

static void
hash_part (HoistPart *part)
{
  HoistTransfer *self = part->transfer;
  g_autoptr (GTask) task = g_task_new (NULL, self->run->cancellable, hashed_cb, part);
  HashJob *job = g_new0 (HashJob, 1);

  job->file = hoist_file_ref (self->run->file);
  job->whole = self->whole != NULL ? hoist_whole_ref (self->whole) : NULL;
  job->kind = self->record->digest_kind;
  job->offset_bytes = part_offset (part);
  job->length_bytes = part_length (part);
  g_task_set_source_tag (task, hash_part);
  g_task_set_task_data (task, job, (GDestroyNotify) hash_job_free);
  hoist_workers_run (hoist_scheduler_get_hash_workers (self->scheduler), job->file->identity.device,
                     task, hash_in_thread);
}

static void
start_part (HoistTransfer *self, guint part_number)
{
  HoistPart *part = g_new0 (HoistPart, 1);

  part->transfer = self;
  part->part_number = part_number;
  g_ptr_array_add (self->run->parts, part);
  if (self->record->plan.multipart)
    {
      part->stage = HOIST_PART_HASHING;
      hash_part (part);
      return;
    }
  memcpy (part->digest, self->run->whole_digest, sizeof part->digest);
  part->stage = HOIST_PART_HASHED;
  if (self->run->single_url != NULL)
    take_url (part, g_steal_pointer (&self->run->single_url));
}

static gboolean
may_start_part (HoistTransfer *self)
{
  guint most = hoist_scheduler_get_limiter (self->scheduler)->slots + PARTS_AHEAD;

  return self->run->parts->len < most && self->run->next_part_number <= self->record->plan.n_parts;
}

/* One that has to wait counts as well: it wants the scheduler's timer. */
static gboolean
has_part_to_sign (HoistTransfer *self)
{
  for (guint i = 0; i < self->run->parts->len; i++)
    {
      const HoistPart *part = g_ptr_array_index (self->run->parts, i);

      if (part->stage == HOIST_PART_HASHED ||
          (part->stage == HOIST_PART_SIGNED && part->use_until_us <= g_get_monotonic_time ()))
        return TRUE;
    }
  return FALSE;
}

/**
 * hoist_transfer_fill_parts:
 * @self: an upload that may send
 *
 * Makes as many parts ready as may soon travel, and signs what is hashed. The scheduler asks
 * all that are active in each of its rounds, most of them for nothing.
 */
void
hoist_transfer_fill_parts (HoistTransfer *self)
{
  HoistRun *run = self->run;

  if (run->stop_error != NULL || (!may_start_part (self) && !has_part_to_sign (self)) ||
      hoist_scheduler_is_held (self->scheduler, self))
    return;
  while (may_start_part (self))
    {
      guint part_number = run->next_part_number;
      gboolean missing = hoist_upload_record_get_part (self->record, part_number) == NULL;

      if (missing && !hoist_transfer_may_hash (self))
        break;
      run->next_part_number++;
      if (missing)
        start_part (self, part_number);
    }
  sign_parts (self);
}

/* --- Send ------------------------------------------------------------------------------------ */

/**
 * hoist_transfer_part_committed:
 * @self: an upload
 * @part_number: of a part that is in its record
 *
 * A part is done: the server acknowledged it and the journal has it.
 */
void
hoist_transfer_part_committed (HoistTransfer *self, guint part_number)
{
  if (self->run == NULL)
    return;
  for (guint i = 0; i < self->run->parts->len; i++)
    {
      HoistPart *part = g_ptr_array_index (self->run->parts, i);

      if (part->part_number == part_number && part->stage == HOIST_PART_COMMITTING)
        {
          g_ptr_array_remove_index (self->run->parts, i);
          break;
        }
    }
  hoist_transfer_advance (self);
}

static void
commit_part (HoistPart *part)
{
  HoistTransfer *self = part->transfer;
  HoistUploadRecord *record = self->record;

  hoist_upload_record_set_part (record, part->part_number, part->put->etag,
                                record->digest_kind != HOIST_DIGEST_NONE ? part->digest : NULL);
  hoist_upload_record_get_part (record, part->part_number)->hashed_here = TRUE;
  if (!record->plan.multipart)
    hoist_part_note_answer (part);
  part->stage = HOIST_PART_COMMITTING;
  g_clear_error (&part->error);
  self->doubts = 0;
  hoist_transfer_succeeded (self);
  if (record->plan.multipart)
    hoist_scheduler_log_then (self->scheduler, hoist_event_part (record, part->part_number), self,
                              hoist_transfer_part_committed, part->part_number);
  else
    hoist_transfer_part_committed (self, part->part_number);
}

static void
looked_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistPart *part = user_data;
  HoistTransfer *self = part->transfer;
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      commit_part (part);
      return;
    }
  parts_failed (self, &part, 1, error, 0);
  hoist_transfer_advance (self);
}

/* The part arrived as something else than its checksum says: damaged on the way, or the
 * file has changed since it was read for that, and will never be the same again. */
static void
looked_for_cause_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistPart *part = user_data;
  HoistTransfer *self = part->transfer;
  g_autoptr (GError) damaged = g_steal_pointer (&part->error);
  g_autoptr (GError) changed = NULL;
  gboolean same = g_task_propagate_boolean (G_TASK (result), &changed);

  parts_failed (self, &part, 1, same ? damaged : changed, part->put->retry_after_us);
  hoist_transfer_advance (self);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistPart *part = user_data;
  HoistTransfer *self = part->transfer;
  g_autoptr (GError) error = NULL;
  gboolean sent = hoist_transport_put_finish (HOIST_TRANSPORT (source), result, &error) &&
                  hoist_part_check_answer (part, &error);
  int error_code = error != NULL && error->domain == HOIST_ERROR ? error->code : -1;

  self->run->n_sending--;
  hoist_scheduler_count_put (self->scheduler, part->put);
  hoist_limiter_release (hoist_scheduler_get_limiter (self->scheduler), sent, error_code,
                         g_get_monotonic_time ());
  if (g_error_matches (error, HOIST_ERROR, HOIST_ERROR_CHECKSUM))
    {
      part->stage = HOIST_PART_CHECKING;
      g_clear_error (&part->error);
      part->error = g_steal_pointer (&error);
      hoist_transfer_look_at_range (self, 0, 0, looked_for_cause_cb, part);
    }
  else if (!sent)
    parts_failed (self, &part, 1, error, part->put->retry_after_us);
  else if (self->record->plan.multipart)
    {
      part->stage = HOIST_PART_CHECKING;
      hoist_transfer_look_at_range (self, part_offset (part), part_length (part), looked_again_cb,
                                    part);
    }
  else
    {
      /* The completing step looks at the file once more anyway. */
      commit_part (part);
      return;
    }
  hoist_transfer_advance (self);
}

static HoistPart *
find_part_to_send (HoistTransfer *self, gint64 now_us)
{
  if (self->run == NULL || self->run->stop_error != NULL)
    return NULL;
  for (guint i = 0; i < self->run->parts->len; i++)
    {
      HoistPart *part = g_ptr_array_index (self->run->parts, i);

      if (part->stage == HOIST_PART_SIGNED && part->use_until_us > now_us)
        return hoist_scheduler_is_held (self->scheduler, self) ? NULL : part;
    }
  return NULL;
}

/**
 * hoist_transfer_has_part_to_send:
 * @self: an upload
 * @now_us: the monotonic time
 *
 * Returns: whether a part is hashed and signed and only wants a slot
 */
gboolean
hoist_transfer_has_part_to_send (HoistTransfer *self, gint64 now_us)
{
  return find_part_to_send (self, now_us) != NULL;
}

/**
 * hoist_transfer_send_part:
 * @self: an upload with a part to send; the caller took a slot of the limiter
 * @now_us: the time for which hoist_transfer_has_part_to_send() said so
 *
 * Sends one part. The slot is given back when the storage answered.
 */
void
hoist_transfer_send_part (HoistTransfer *self, gint64 now_us)
{
  HoistPart *part = find_part_to_send (self, now_us);
  HoistPut *put = hoist_put_new ();

  put->url = g_strdup (part->url->url);
  put->headers = g_strdupv (part->url->headers);
  if (part->url->form_head != NULL)
    {
      put->form_head = g_bytes_ref (part->url->form_head);
      put->form_tail = g_bytes_ref (part->url->form_tail);
    }
  put->tls_only = hoist_provider_config_is_tls (hoist_target_get_config (self->target));
  g_set_object (&put->trust, hoist_target_get_trust (self->target));
  put->rate = hoist_rate_ref (hoist_target_get_rate (self->target));
  put->fd = self->run->file->fd;
  put->offset_bytes = part_offset (part);
  put->length_bytes = part_length (part);
  put->digest_kind = self->record->digest_kind;
  memcpy (put->digest, part->digest, sizeof put->digest);
  g_clear_pointer (&part->url, hoist_signed_url_free);
  part->put = put;
  part->stage = HOIST_PART_SENDING;
  self->run->n_sending++;
  hoist_transport_put_async (hoist_scheduler_get_transport (self->scheduler), put,
                             self->run->cancellable, sent_cb, part);
}
