/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The thread that writes the journal, so that no fdatasync ever stops the
 * network. What is queued while one write runs goes with the next one, all in
 * one write and one fdatasync: the more there is to do, the larger the groups. */

#include "config.h"

#include "hoist-journal-writer.h"

#include <errno.h>
#include <unistd.h>

#include "hoist-journal-frame.h"

/**
 * Batch:
 *
 * What is written in one go. With @contents, a whole new file takes the place of
 * the old one; @frames follow. Without, @frames are appended.
 */
typedef struct
{
  GByteArray *contents; /* (owned) (nullable) */
  GByteArray *frames;   /* (owned) */
  guint64 sequence;     /* of the last frame */
  gboolean has_current; /* @frames start with those of the batch being written */
} Batch;

struct _HoistJournalWriter
{
  GThread *thread; /* (owned) (nullable) */
  HoistJournalWakeFunc wake;
  gpointer wake_data;

  GMutex mutex;
  GCond cond;

  /* under the mutex */
  Batch *next;    /* (owned) (nullable) not yet taken by the thread */
  Batch *current; /* (owned) (nullable) being written; only the thread changes it */
  guint64 queued;
  guint64 committed;
  guint64 size_bytes; /* of what is on disk */
  guint64 live_bytes;
  guint n_failures;
  GError *error; /* (owned) (nullable) why the thread rests */
  gboolean retry;
  gboolean closing;

  /* of the thread alone, while it runs */
  HoistJournalFolder *folder; /* (owned) */
  int fd;
  gboolean tail_is_torn;    /* there may be bytes after @size_bytes */
  gboolean folder_is_dirty; /* the file's name may not be on disk */
};

static Batch *
batch_new (void)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->frames = g_byte_array_new ();
  return batch;
}

static void
batch_free (Batch *batch)
{
  if (batch == NULL)
    return;
  g_clear_pointer (&batch->contents, g_byte_array_unref);
  g_byte_array_unref (batch->frames);
  g_free (batch);
}

/* Has the next batch repeat what is being written, once. */
static void
take_over_current_locked (HoistJournalWriter *self)
{
  const Batch *current = self->current;

  if (current == NULL || self->next->has_current)
    return;
  g_byte_array_prepend (self->next->frames, current->frames->data, current->frames->len);
  self->next->has_current = TRUE;
}

/* --- On the thread --------------------------------------------------------- */

/* After a failed fdatasync the kernel may count the pages as clean although
 * they never got to the disk, so a second one alone proves nothing: what is not
 * acknowledged is cut off and written once more. */
static gboolean
append_frames (HoistJournalWriter *self, const GByteArray *frames, GError **error)
{
  if (self->tail_is_torn && ftruncate (self->fd, (goffset) self->size_bytes) != 0)
    {
      hoist_journal_set_error (error, errno);
      return FALSE;
    }
  self->tail_is_torn = TRUE;
  if (!hoist_journal_write_all (self->folder->io, self->fd, frames->data, frames->len,
                                self->size_bytes, error))
    return FALSE;
  if (self->folder->io->fdatasync (self->fd) != 0)
    {
      hoist_journal_set_error (error, errno);
      return FALSE;
    }
  if (self->folder_is_dirty && !hoist_journal_folder_sync (self->folder, error))
    return FALSE;
  self->folder_is_dirty = FALSE;
  self->tail_is_torn = FALSE;
  return TRUE;
}

static gboolean
replace_file (HoistJournalWriter *self, GByteArray *contents, GError **error)
{
  int fd = -1;

  if (!hoist_journal_folder_write_file (self->folder, contents->data, contents->len, &fd, error))
    return FALSE;
  close (self->fd);
  self->fd = fd;
  self->tail_is_torn = FALSE;
  self->folder_is_dirty = TRUE;
  g_mutex_lock (&self->mutex);
  self->size_bytes = contents->len;
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

/* A compaction that fails is no loss: the old file is still there, and may even
 * have room for what is new. It is tried again when the file has grown. */
static gboolean
write_batch (HoistJournalWriter *self, Batch *batch, GError **error)
{
  g_autoptr (GError) inner = NULL;

  if (batch->contents != NULL && !replace_file (self, batch->contents, &inner))
    {
      g_debug ("Journal not compacted: %s", inner->message);
      g_mutex_lock (&self->mutex);
      self->live_bytes = MAX (self->live_bytes, self->size_bytes);
      g_mutex_unlock (&self->mutex);
    }
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&batch->contents, g_byte_array_unref);
  g_mutex_unlock (&self->mutex);
  return append_frames (self, batch->frames, error);
}

static gboolean
may_work_locked (HoistJournalWriter *self)
{
  return self->next != NULL && (self->error == NULL || self->retry || self->closing);
}

/* Puts what could not be written back before what came since. */
static void
fail_locked (HoistJournalWriter *self, GError *error)
{
  if (self->next == NULL)
    self->next = g_steal_pointer (&self->current);
  else
    take_over_current_locked (self);
  self->next->has_current = FALSE;
  g_clear_pointer (&self->current, batch_free);
  g_clear_error (&self->error);
  self->error = error;
  self->n_failures++;
}

static void
succeed_locked (HoistJournalWriter *self)
{
  self->size_bytes += self->current->frames->len;
  self->committed = self->current->sequence;
  g_clear_pointer (&self->current, batch_free);
  g_clear_error (&self->error);
}

static gpointer
writer_thread (gpointer data)
{
  HoistJournalWriter *self = data;

  g_mutex_lock (&self->mutex);
  for (;;)
    {
      GError *error = NULL;
      gboolean is_last;

      while (!may_work_locked (self) && !self->closing)
        g_cond_wait (&self->cond, &self->mutex);
      if (!may_work_locked (self))
        break;
      self->current = g_steal_pointer (&self->next);
      self->retry = FALSE;
      is_last = self->closing && self->error != NULL; /* all else gets one more try */
      g_mutex_unlock (&self->mutex);

      write_batch (self, self->current, &error);

      g_mutex_lock (&self->mutex);
      if (error != NULL)
        fail_locked (self, error);
      else
        succeed_locked (self);
      self->wake (self->wake_data);
      if (error != NULL && is_last)
        break;
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

/* --- On the owner's thread ------------------------------------------------- */

/**
 * hoist_journal_writer_new:
 * @folder: (transfer full): the folder
 * @fd: (transfer full): the journal, open for writing, with its header
 * @size_bytes: where to go on in it
 * @live_bytes: about how long it would be compacted
 * @wake: called when something is on disk, or could not be written, on the
 *   writer's thread and with its lock held: it must only pass the word on
 * @user_data: for @wake
 *
 * Starts a thread that writes a journal.
 *
 * Returns: (transfer full): the writer
 */
HoistJournalWriter *
hoist_journal_writer_new (HoistJournalFolder *folder,
                          int fd,
                          guint64 size_bytes,
                          guint64 live_bytes,
                          HoistJournalWakeFunc wake,
                          gpointer user_data)
{
  HoistJournalWriter *self = g_new0 (HoistJournalWriter, 1);

  self->folder = folder;
  self->fd = fd;
  self->size_bytes = size_bytes;
  self->live_bytes = live_bytes;
  self->wake = wake;
  self->wake_data = user_data;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->thread = g_thread_new ("hoist-journal", writer_thread, self);
  return self;
}

/**
 * hoist_journal_writer_append:
 * @self: a writer
 * @event: an event
 *
 * Queues an event to be written.
 *
 * Returns: its sequence number, from 1
 */
guint64
hoist_journal_writer_append (HoistJournalWriter *self, GVariant *event)
{
  guint64 sequence;
  gboolean waits;

  g_mutex_lock (&self->mutex);
  /* While it writes it need not be told, nor for what goes with what it was told of. */
  waits = self->next == NULL && self->current == NULL;
  if (self->next == NULL)
    self->next = batch_new ();
  hoist_frame_append (self->next->frames, event);
  sequence = self->next->sequence = ++self->queued;
  g_mutex_unlock (&self->mutex);
  if (waits)
    g_cond_signal (&self->cond);
  return sequence;
}

/**
 * hoist_journal_writer_compact:
 * @self: a writer
 * @contents: (transfer full): a whole new journal
 *
 * Has the file replaced by @contents, in order with the events. Those that are
 * queued but not yet on disk are written again after @contents: the journal's
 * owner may not have drawn the conclusion from them yet. Applied twice, an
 * event changes nothing more.
 */
void
hoist_journal_writer_compact (HoistJournalWriter *self, GByteArray *contents)
{
  g_mutex_lock (&self->mutex);
  if (self->next == NULL)
    {
      self->next = batch_new ();
      self->next->sequence = self->queued;
    }
  take_over_current_locked (self);
  g_clear_pointer (&self->next->contents, g_byte_array_unref);
  self->next->contents = contents;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

/**
 * hoist_journal_writer_note_live_bytes:
 * @self: a writer
 * @live_bytes: about how long the file would be compacted, now
 *
 * Notes how much of the file is of use.
 */
void
hoist_journal_writer_note_live_bytes (HoistJournalWriter *self, guint64 live_bytes)
{
  g_mutex_lock (&self->mutex);
  self->live_bytes = live_bytes;
  g_mutex_unlock (&self->mutex);
}

/**
 * hoist_journal_writer_note_dead_bytes:
 * @self: a writer
 * @dead_bytes: how much of what was of use is not any more
 *
 * Notes that less of the file is of use.
 */
void
hoist_journal_writer_note_dead_bytes (HoistJournalWriter *self, guint64 dead_bytes)
{
  g_mutex_lock (&self->mutex);
  self->live_bytes -= MIN (self->live_bytes, dead_bytes);
  g_mutex_unlock (&self->mutex);
}

/**
 * hoist_journal_writer_retry:
 * @self: a writer
 *
 * Tries once more to write what could not be written. Does nothing while
 * nothing failed.
 */
void
hoist_journal_writer_retry (HoistJournalWriter *self)
{
  g_mutex_lock (&self->mutex);
  self->retry = self->error != NULL;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

/**
 * hoist_journal_writer_get_progress:
 * @self: a writer
 * @progress: (out caller-allocates): how far it is
 *
 * Tells how far the writer is.
 */
void
hoist_journal_writer_get_progress (HoistJournalWriter *self, HoistJournalProgress *progress)
{
  g_mutex_lock (&self->mutex);
  progress->committed = self->committed;
  progress->queued = self->queued;
  progress->size_bytes = self->size_bytes;
  progress->live_bytes = self->live_bytes;
  progress->compacting = (self->next != NULL && self->next->contents != NULL) ||
                         (self->current != NULL && self->current->contents != NULL);
  progress->n_failures = self->n_failures;
  progress->error = self->error != NULL ? g_error_copy (self->error) : NULL;
  g_mutex_unlock (&self->mutex);
}

/**
 * hoist_journal_progress_clear:
 * @progress: progress
 *
 * Frees what is in @progress.
 */
void
hoist_journal_progress_clear (HoistJournalProgress *progress)
{
  g_clear_error (&progress->error);
}

/**
 * hoist_journal_writer_close:
 * @self: a writer
 * @error: return location for an error
 *
 * Writes what is left, once more if it fails, ends the thread and gives
 * the folder free. Blocks as long as that takes. The progress can still be asked
 * for.
 *
 * Errors: %HOIST_ERROR_NO_SPACE or %HOIST_ERROR_STORE_DAMAGED if something could
 * not be written.
 *
 * Returns: whether all is on disk
 */
gboolean
hoist_journal_writer_close (HoistJournalWriter *self, GError **error)
{
  if (self->thread != NULL)
    {
      g_mutex_lock (&self->mutex);
      self->closing = TRUE;
      g_cond_signal (&self->cond);
      g_mutex_unlock (&self->mutex);
      g_thread_join (g_steal_pointer (&self->thread));
      close (self->fd);
      g_clear_pointer (&self->folder, hoist_journal_folder_free);
    }
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}

/**
 * hoist_journal_writer_free:
 * @self: (transfer full): a writer
 *
 * Closes the writer if that was not done, and frees it.
 */
void
hoist_journal_writer_free (HoistJournalWriter *self)
{
  hoist_journal_writer_close (self, NULL);
  g_clear_error (&self->error);
  g_clear_pointer (&self->next, batch_free);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}
