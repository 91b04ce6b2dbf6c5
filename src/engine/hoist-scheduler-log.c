/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The scheduler's side of the journal: what waits for the disk, what happens
 * when the disk refuses, and when to compact. */

#include "hoist-scheduler-private.h"

/* How long after a failed write the next one is tried: a person frees some
 * space, or a network folder comes back. */
#define RETRY_INTERVAL_S 5

/* What is to be done when an event is on disk. */
typedef struct
{
  guint64 sequence;
  HoistTransfer *transfer;
  HoistCommitFunc func;
  guint part_number;
} Commit;

/* One that waits for a word since the start is paused here and queued on disk:
 * nobody paused it, and the next start must offer it again. */
static void
set_state_of_restored (HoistScheduler *self, HoistUploadState state)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->transfers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      HoistTransfer *transfer = value;
      if (transfer->restored)
        transfer->record->state = state;
    }
}

static guint64
estimate_live_bytes (HoistScheduler *self)
{
  guint64 live_bytes = 0;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->transfers);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    live_bytes += hoist_journal_estimate_record_bytes (((HoistTransfer *) value)->record);
  return live_bytes;
}

/**
 * hoist_scheduler_log_tidy:
 * @self: a scheduler with the uploads of its journal
 *
 * Compacts the journal if that pays: after some writing, and at the start, so
 * that the next one is quicker.
 */
void
hoist_scheduler_log_tidy (HoistScheduler *self)
{
  g_autoptr (GHashTable) records = NULL;
  GHashTableIter iter;
  gpointer value;

  if (!hoist_journal_wants_compaction (self->journal) ||
      !hoist_journal_note_live_bytes (self->journal, estimate_live_bytes (self)))
    return;
  records = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_hash_table_iter_init (&iter, self->transfers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      HoistTransfer *transfer = value;
      g_hash_table_insert (records, &transfer->record->id, transfer->record);
    }
  set_state_of_restored (self, HOIST_UPLOAD_QUEUED);
  hoist_journal_compact (self->journal, records);
  set_state_of_restored (self, HOIST_UPLOAD_PAUSED);
}

static void
committed_cb (HoistJournal *journal, guint64 sequence, gpointer user_data)
{
  HoistScheduler *self = user_data;

  if (self->journal_failed)
    {
      self->journal_failed = FALSE;
      self->events.problem (NULL, self->events_data);
      hoist_scheduler_mark_pending_dirty (self);
    }
  while (!g_queue_is_empty (&self->commits))
    {
      Commit *commit = g_queue_peek_head (&self->commits);

      if (commit->sequence > sequence)
        break;
      g_queue_pop_head (&self->commits);
      commit->transfer->n_committing--;
      commit->func (commit->transfer, commit->part_number);
      g_free (commit);
    }
  if (!self->halting)
    hoist_scheduler_log_tidy (self);
  hoist_scheduler_kick (self);
}

static gboolean
retry_cb (gpointer data)
{
  HoistScheduler *self = data;

  g_clear_pointer (&self->retry_source, g_source_unref);
  hoist_journal_retry (self->journal);
  return G_SOURCE_REMOVE;
}

/* Nothing is lost yet: the events are kept and written when that works again;
 * until then nothing new is sent, since nothing could be called done. */
static void
failed_cb (HoistJournal *journal, const GError *error, gpointer user_data)
{
  HoistScheduler *self = user_data;

  if (!self->journal_failed)
    hoist_scheduler_mark_pending_dirty (self);
  self->journal_failed = TRUE;
  self->events.problem (error, self->events_data);
  if (self->halting)
    {
      hoist_scheduler_log_abandon (self);
      return;
    }
  if (self->retry_source != NULL)
    return;
  self->retry_source = g_timeout_source_new_seconds (RETRY_INTERVAL_S);
  g_source_set_callback (self->retry_source, retry_cb, self, NULL);
  g_source_attach (self->retry_source, self->context);
}

/**
 * hoist_scheduler_log:
 * @self: a scheduler
 * @event: an event, its floating reference is taken
 *
 * Writes @event down.
 */
void
hoist_scheduler_log (HoistScheduler *self, GVariant *event)
{
  hoist_journal_append (self->journal, event);
}

/**
 * hoist_scheduler_log_then:
 * @self: a scheduler
 * @event: an event, its floating reference is taken
 * @transfer: the upload that it concerns
 * @func: called when @event is on disk
 * @part_number: for @func
 *
 * Writes @event down and goes on when it is safe. @transfer counts as busy
 * until then.
 */
void
hoist_scheduler_log_then (HoistScheduler *self,
                          GVariant *event,
                          HoistTransfer *transfer,
                          HoistCommitFunc func,
                          guint part_number)
{
  Commit *commit = g_new (Commit, 1);

  commit->sequence = hoist_journal_append (self->journal, event);
  commit->transfer = transfer;
  commit->func = func;
  commit->part_number = part_number;
  transfer->n_committing++;
  g_queue_push_tail (&self->commits, commit);
  /* One more failure gives this one up too; else the end would wait for it. */
  if (self->halting && self->journal_failed)
    hoist_journal_retry (self->journal);
}

/**
 * hoist_scheduler_log_init:
 * @self: a scheduler with its journal
 *
 * Listens to the journal.
 */
void
hoist_scheduler_log_init (HoistScheduler *self)
{
  g_queue_init (&self->commits);
  g_signal_connect (self->journal, "committed", G_CALLBACK (committed_cb), self);
  g_signal_connect (self->journal, "failed", G_CALLBACK (failed_cb), self);
}

/**
 * hoist_scheduler_log_abandon:
 * @self: a scheduler that halts
 *
 * If the disk refuses, gives up what still waits for it, so that the program
 * can end: the next start finds those uploads as they were last on disk, and
 * asks the server.
 */
void
hoist_scheduler_log_abandon (HoistScheduler *self)
{
  Commit *commit;

  if (!self->journal_failed)
    return;
  while ((commit = g_queue_pop_head (&self->commits)) != NULL)
    {
      HoistTransfer *transfer = commit->transfer;

      transfer->n_committing--;
      if (transfer->run != NULL && transfer->n_committing == 0)
        {
          transfer->run->step = HOIST_STEP_NONE;
          hoist_transfer_halt (transfer);
        }
      g_free (commit);
    }
}

/**
 * hoist_scheduler_log_clear:
 * @self: an idle scheduler
 *
 * Listens no more.
 */
void
hoist_scheduler_log_clear (HoistScheduler *self)
{
  if (self->retry_source != NULL)
    g_source_destroy (self->retry_source);
  g_clear_pointer (&self->retry_source, g_source_unref);
  g_signal_handlers_disconnect_by_data (self->journal, self);
}
