/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Before a file is begun where it is known by its contents: reads all of it for its
 * SHA-256, which the journal keeps. It goes by pieces, so that other files' parts
 * are hashed in between, and goes on where a pause left it. */

#include <string.h>

#include "hoist-scheduler.h"

#define PIECE_BYTES (16 * (G_GUINT64_CONSTANT (1) << 20))

typedef struct
{
  HoistWhole *whole; /* (owned) */
  HoistFile *file;   /* (owned) */
  guint64 offset_bytes;
  guint64 length_bytes;
} Piece;

static void
piece_free (Piece *piece)
{
  hoist_whole_unref (piece->whole);
  hoist_file_unref (piece->file);
  g_free (piece);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Piece *piece = task_data;
  HoistDigest *digest = hoist_whole_claim (piece->whole, piece->offset_bytes);
  guint8 unused[HOIST_DIGEST_MAX_BYTES];
  g_autoptr (GError) error = NULL;

  /* Nobody else reads a file that is not begun. */
  g_assert (digest != NULL);
  hoist_file_hash_twice (piece->file, HOIST_DIGEST_NONE, piece->offset_bytes, piece->length_bytes,
                         digest, cancellable, unused, &error);
  hoist_whole_release (piece->whole, error == NULL ? piece->length_bytes : 0);
  /* It is sent next, from memory: unless there is so much of it that it will not be there any more. */
  if (piece->file->identity.size_bytes > HOIST_FILE_CACHE_MAX_BYTES)
    hoist_file_let_go (piece->file, piece->offset_bytes, piece->length_bytes);
  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void read_next (HoistTransfer *self);

static void
piece_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      hoist_transfer_end_step_with_error (self, error, 0);
      return;
    }
  /* A slow disk is no standstill. */
  self->last_progress_us = g_get_monotonic_time ();
  self->run->disk_since_us = 0;
  hoist_scheduler_mark_dirty (self->scheduler, self);
  if (self->run->stop_error != NULL)
    hoist_transfer_end_step (self);
  else
    read_next (self);
}

static void
note_content (HoistTransfer *self)
{
  guint8 sha256[HOIST_SHA256_BYTES];

  if (!hoist_whole_finish (self->whole, sha256))
    g_return_if_reached ();
  hoist_upload_record_set_content (self->record, &self->run->file->identity, sha256);
  hoist_scheduler_log (self->scheduler, hoist_event_content (self->record));
  g_clear_pointer (&self->whole, hoist_whole_unref);
}

static void
read_next (HoistTransfer *self)
{
  g_autoptr (GTask) task = NULL;
  guint64 offset_bytes;
  Piece *piece;

  if (!hoist_whole_wants (self->whole, &offset_bytes))
    {
      note_content (self);
      hoist_transfer_end_step (self);
      return;
    }
  piece = g_new0 (Piece, 1);
  piece->whole = hoist_whole_ref (self->whole);
  piece->file = hoist_file_ref (self->run->file);
  piece->offset_bytes = offset_bytes;
  piece->length_bytes = MIN (PIECE_BYTES, self->record->identity.size_bytes - offset_bytes);
  task = g_task_new (NULL, self->run->cancellable, piece_read_cb, self);
  g_task_set_source_tag (task, read_next);
  g_task_set_task_data (task, piece, (GDestroyNotify) piece_free);
  hoist_workers_run (hoist_scheduler_get_hash_workers (self->scheduler),
                     piece->file->identity.device, task, read_in_thread);
}

/**
 * hoist_transfer_needs_content:
 * @self: an upload
 *
 * Returns: whether its destination wants the SHA-256 of a file before it is begun
 */
gboolean
hoist_transfer_needs_content (HoistTransfer *self)
{
  const HoistCapabilities *capabilities =
    self->target != NULL ? hoist_target_get_capabilities (self->target) : NULL;

  return capabilities != NULL && capabilities->needs_sha256_first;
}

/**
 * hoist_transfer_read_content:
 * @self: an upload whose file is open and that is not begun
 *
 * Carries out the step that computes the SHA-256 of the whole file.
 */
void
hoist_transfer_read_content (HoistTransfer *self)
{
  if (self->whole == NULL)
    self->whole = hoist_whole_new (&self->run->file->identity);
  read_next (self);
}

/**
 * hoist_transfer_get_read_bytes:
 * @self: an upload
 *
 * Returns: how much of the file was read while that is what it is doing; else 0
 */
guint64
hoist_transfer_get_read_bytes (HoistTransfer *self)
{
  guint64 offset_bytes;

  if (self->run == NULL || self->run->step != HOIST_STEP_READ || self->whole == NULL)
    return 0;
  hoist_whole_wants (self->whole, &offset_bytes);
  return offset_bytes;
}

/**
 * hoist_transfer_renew_content:
 * @self: an upload
 * @identity: its file as it is now
 *
 * Keeps what is known of the file's contents if it is still so: of one that is
 * begun they were just compared if it was touched, of another one they were not.
 */
void
hoist_transfer_renew_content (HoistTransfer *self, const HoistFileIdentity *identity)
{
  HoistUploadRecord *record = self->record;
  guint8 sha256[HOIST_SHA256_BYTES];

  if (record->content == NULL || hoist_upload_record_get_content (record, identity) != NULL)
    return;
  memcpy (sha256, record->content->sha256, sizeof sha256);
  hoist_upload_record_set_content (record, identity, record->begun ? sha256 : NULL);
  if (record->content != NULL)
    hoist_scheduler_log (self->scheduler, hoist_event_content (record));
}

/* --- What the server has of it ---------------------------------------------------------------- */

static void
taken_committed (HoistTransfer *self, guint part_number)
{
  self->run->reconciled = TRUE;
  hoist_transfer_succeeded (self);
  hoist_transfer_end_step (self);
}

/**
 * hoist_transfer_take_parts_there:
 * @self: an upload that was just begun, of which nothing is done
 * @server_parts: (element-type HoistServerPart): what the server has
 *
 * Where parts belong to a file's contents, what is there is of this file, whoever
 * sent it: it counts as done. Not so once the file was touched: what travelled
 * while it was another one is there as well, and only the journal knows what was
 * looked at afterwards.
 *
 * Returns: whether it did something, and ends the step when the journal has it
 */
gboolean
hoist_transfer_take_parts_there (HoistTransfer *self, GPtrArray *server_parts)
{
  HoistUploadRecord *record = self->record;

  if (!hoist_target_get_capabilities (self->target)->parts_by_content || record->parts_done > 0 ||
      self->touched || server_parts->len == 0)
    return FALSE;
  for (guint i = 0; i < server_parts->len; i++)
    {
      const HoistServerPart *part = server_parts->pdata[i];

      if (part->part_number <= record->plan.n_parts)
        hoist_upload_record_set_part (record, part->part_number, part->etag, NULL);
    }
  /* It was delivered before: clearing this one would clear that. */
  self->was_whole = record->parts_done == record->plan.n_parts;
  self->run->next_part_number = 1;
  hoist_transfer_log_adopted (self, taken_committed);
  return TRUE;
}
