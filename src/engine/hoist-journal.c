/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-journal.h"

#include <unistd.h>

#include "hoist-journal-load.h"
#include "hoist-journal-private.h"
#include "hoist-journal-writer.h"

/* Compaction pays when most of a file that is not small is of no use. */
#define MIN_COMPACTION_BYTES (G_GUINT64_CONSTANT (1) << 20)
#define COMPACTION_FACTOR 4

/**
 * HoistJournal:
 *
 * The store on disk: an append-only log of events (docs/journal.md). Events are
 * written by a thread of its own; what is on disk is told by
 * [signal@HoistJournal::committed].
 */
struct _HoistJournal
{
  GObject parent_instance;

  HoistJournalWriter *writer; /* (owned) */
  GHashTable *records;        /* (owned) (nullable) */
  GSource *source;            /* (owned) (nullable) dispatched when the writer got further */
  guint64 announced;          /* the last sequence number in ::committed */
  guint n_failures_announced;
};

enum
{
  SIGNAL_COMMITTED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistJournal, hoist_journal, G_TYPE_OBJECT)

/* --- News from the writer --------------------------------------------------- */

static gboolean
dispatch_source (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);
  return callback (user_data);
}

/* Setting a ready time again while one is set is free: however much is
 * committed, the loop is woken once. */
static GSourceFuncs source_funcs = { NULL, NULL, dispatch_source, NULL, NULL, NULL };

static void
wake (gpointer user_data)
{
  g_source_set_ready_time (user_data, 0);
}

static gboolean
announce_cb (gpointer user_data)
{
  g_autoptr (HoistJournal) self = g_object_ref (HOIST_JOURNAL (user_data));
  g_auto (HoistJournalProgress) progress = { 0 };

  hoist_journal_writer_get_progress (self->writer, &progress);
  if (progress.committed > self->announced)
    {
      self->announced = progress.committed;
      g_signal_emit (self, signals[SIGNAL_COMMITTED], 0, progress.committed);
    }
  if (progress.error != NULL && progress.n_failures > self->n_failures_announced)
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, progress.error);
  self->n_failures_announced = progress.n_failures;
  return G_SOURCE_CONTINUE;
}

static void
attach_source (HoistJournal *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "[hoist] journal");
  g_source_set_callback (self->source, announce_cb, self, NULL);
  g_source_attach (self->source, context);
}

/* --- The object -------------------------------------------------------------- */

static void
hoist_journal_dispose (GObject *object)
{
  HoistJournal *self = HOIST_JOURNAL (object);

  if (self->writer != NULL)
    hoist_journal_close (self, NULL);
  g_clear_pointer (&self->records, g_hash_table_unref);

  G_OBJECT_CLASS (hoist_journal_parent_class)->dispose (object);
}

static void
hoist_journal_finalize (GObject *object)
{
  HoistJournal *self = HOIST_JOURNAL (object);

  g_clear_pointer (&self->writer, hoist_journal_writer_free);
  g_clear_pointer (&self->source, g_source_unref);

  G_OBJECT_CLASS (hoist_journal_parent_class)->finalize (object);
}

static void
hoist_journal_class_init (HoistJournalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hoist_journal_dispose;
  object_class->finalize = hoist_journal_finalize;

  /**
   * HoistJournal::committed:
   * @self: the journal
   * @sequence: the last event that is on disk, as
   *   [method@HoistJournal.append] numbered it; all before it are, too
   *
   * More is on disk. Comes once for any number of events, in the main context
   * that was the thread's default when the journal was opened.
   */
  signals[SIGNAL_COMMITTED] = g_signal_new ("committed", HOIST_TYPE_JOURNAL, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);

  /**
   * HoistJournal::failed:
   * @self: the journal
   * @error: (type GError): %HOIST_ERROR_NO_SPACE or %HOIST_ERROR_STORE_DAMAGED
   *
   * Events could not be written. They are kept, nothing of them counts as on
   * disk, and nothing more is written until [method@HoistJournal.retry].
   */
  signals[SIGNAL_FAILED] = g_signal_new ("failed", HOIST_TYPE_JOURNAL, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hoist_journal_init (HoistJournal *self)
{
}

/* --- Opening ------------------------------------------------------------------ */

/**
 * hoist_journal_open_with_io:
 * @folder: the folder that the journal lies in
 * @io: how to write; must outlive the journal
 * @report: (out caller-allocates): what was found
 * @error: return location for an error
 *
 * [func@HoistJournal.open] on a disk that a test makes fail.
 *
 * Errors: as there.
 *
 * Returns: (transfer full) (nullable): the journal
 */
HoistJournal *
hoist_journal_open_with_io (const char *folder,
                            const HoistJournalIo *io,
                            HoistJournalReport *report,
                            GError **error)
{
  g_autoptr (HoistJournalFolder) opened = NULL;
  g_auto (HoistJournalContents) contents = { 0 };
  HoistJournal *self;
  guint64 size_bytes = 0;
  int fd = -1;

  g_return_val_if_fail (folder != NULL, NULL);
  g_return_val_if_fail (report != NULL, NULL);

  *report = (HoistJournalReport){ 0 };
  opened = hoist_journal_folder_open (folder, io, error);
  if (opened == NULL)
    return NULL;
  if (!hoist_journal_load (opened, &contents, &fd, &size_bytes, report, error))
    {
      if (fd >= 0)
        close (fd);
      return NULL;
    }

  self = g_object_new (HOIST_TYPE_JOURNAL, NULL);
  self->records = g_steal_pointer (&contents.records);
  attach_source (self);
  self->writer = hoist_journal_writer_new (g_steal_pointer (&opened), fd, size_bytes,
                                           hoist_journal_estimate_live_bytes (self->records), wake,
                                           self->source);
  return self;
}

/**
 * hoist_journal_open:
 * @folder: the folder that the journal lies in; made, for this user alone, if it
 *   is not there
 * @report: (out caller-allocates): what was found, also on failure; to be
 *   cleared with [func@hoist_journal_report_clear]
 * @error: return location for an error
 *
 * Opens the journal, reads it, repairs it where it is damaged, and locks it
 * until it is closed or the process ends. Blocks on the disk; belongs on the
 * engine thread, like all of the journal's functions.
 *
 * Errors: %HOIST_ERROR_STORE_BUSY if another process has it;
 * %HOIST_ERROR_NO_SPACE; %HOIST_ERROR_STORE_DAMAGED if the disk cannot be read
 * or written, or if the journal is of another version, which is left untouched.
 *
 * Returns: (transfer full) (nullable): the journal
 */
HoistJournal *
hoist_journal_open (const char *folder, HoistJournalReport *report, GError **error)
{
  return hoist_journal_open_with_io (folder, &hoist_journal_system_io, report, error);
}

/**
 * hoist_journal_steal_records:
 * @self: a journal
 *
 * Takes over what was in the journal when it was opened. The journal itself
 * needs it no more.
 *
 * Returns: (transfer full): a table of #HoistUploadRecord by id; an empty one
 *   from the second time on
 */
GHashTable *
hoist_journal_steal_records (HoistJournal *self)
{
  g_return_val_if_fail (HOIST_IS_JOURNAL (self), NULL);

  if (self->records == NULL)
    return hoist_record_table_new ();
  return g_steal_pointer (&self->records);
}

/* --- Writing ------------------------------------------------------------------- */

/**
 * hoist_journal_append:
 * @self: an open journal
 * @event: an event; a floating reference is taken
 *
 * Queues an event to be written. Costs the same however long the journal is.
 *
 * Returns: the event's number, from 1; it is on disk when
 *   [signal@HoistJournal::committed] has come as far
 */
guint64
hoist_journal_append (HoistJournal *self, GVariant *event)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (event);

  g_return_val_if_fail (HOIST_IS_JOURNAL (self), 0);

  return hoist_journal_writer_append (self->writer, owned);
}

/**
 * hoist_journal_get_committed:
 * @self: a journal
 *
 * Tells what is on disk.
 *
 * Returns: the number of the last event that is, or 0
 */
guint64
hoist_journal_get_committed (HoistJournal *self)
{
  g_auto (HoistJournalProgress) progress = { 0 };

  g_return_val_if_fail (HOIST_IS_JOURNAL (self), 0);

  hoist_journal_writer_get_progress (self->writer, &progress);
  return progress.committed;
}

/**
 * hoist_journal_retry:
 * @self: an open journal
 *
 * After [signal@HoistJournal::failed]: tries once more to write what is queued.
 * What a torn write left is cut off first.
 */
void
hoist_journal_retry (HoistJournal *self)
{
  g_return_if_fail (HOIST_IS_JOURNAL (self));

  hoist_journal_writer_retry (self->writer);
}

/**
 * hoist_journal_compact:
 * @self: an open journal
 * @records: a table of #HoistUploadRecord by id: all that is known now
 *
 * Has the file replaced by one that holds only @records, and what is appended
 * from now on. Events that are queued and not on disk yet are kept besides. If
 * that fails, the old file goes on being used.
 */
void
hoist_journal_compact (HoistJournal *self, GHashTable *records)
{
  g_return_if_fail (HOIST_IS_JOURNAL (self));
  g_return_if_fail (records != NULL);

  hoist_journal_writer_compact (self->writer, hoist_journal_make_contents (records));
  hoist_journal_writer_note_live_bytes (self->writer, hoist_journal_estimate_live_bytes (records));
}

/**
 * hoist_journal_wants_compaction:
 * @self: a journal
 *
 * Whether compaction may pay: the file is longer than 1 MiB and than four times
 * what was of use in it when that was last found out, so that all of them together cost
 * no more than the writing itself.
 *
 * Returns: whether to find out, for [method@HoistJournal.note_live_bytes]
 */
gboolean
hoist_journal_wants_compaction (HoistJournal *self)
{
  g_auto (HoistJournalProgress) progress = { 0 };

  g_return_val_if_fail (HOIST_IS_JOURNAL (self), FALSE);

  hoist_journal_writer_get_progress (self->writer, &progress);
  return !progress.compacting && progress.error == NULL &&
         progress.size_bytes > MIN_COMPACTION_BYTES &&
         progress.size_bytes / COMPACTION_FACTOR > progress.live_bytes;
}

/**
 * hoist_journal_note_live_bytes:
 * @self: a journal
 * @live_bytes: how much of it is of use now, as
 *   [func@hoist_journal_estimate_record_bytes] tells of each upload
 *
 * Says how much of the file is of use. Where that is most of it, since it only grew, it is
 * not asked for again before the file has grown as much more.
 *
 * Returns: whether to call [method@HoistJournal.compact]
 */
gboolean
hoist_journal_note_live_bytes (HoistJournal *self, guint64 live_bytes)
{
  g_return_val_if_fail (HOIST_IS_JOURNAL (self), FALSE);

  hoist_journal_writer_note_live_bytes (self->writer, live_bytes);
  return hoist_journal_wants_compaction (self);
}

/**
 * hoist_journal_note_removed:
 * @self: a journal
 * @record: an upload of which nothing is of use any more
 *
 * Says that what the file has of an upload is of no use.
 */
void
hoist_journal_note_removed (HoistJournal *self, const HoistUploadRecord *record)
{
  g_return_if_fail (HOIST_IS_JOURNAL (self));

  hoist_journal_writer_note_dead_bytes (self->writer, hoist_journal_estimate_record_bytes (record));
}

/**
 * hoist_journal_get_size_bytes:
 * @self: a journal
 *
 * Tells how long the file is.
 *
 * Returns: the length in bytes of what is on disk
 */
guint64
hoist_journal_get_size_bytes (HoistJournal *self)
{
  g_auto (HoistJournalProgress) progress = { 0 };

  g_return_val_if_fail (HOIST_IS_JOURNAL (self), 0);

  hoist_journal_writer_get_progress (self->writer, &progress);
  return progress.size_bytes;
}

/**
 * hoist_journal_close:
 * @self: a journal
 * @error: return location for an error
 *
 * Writes what is queued, and gives the lock free. Blocks as long as that takes.
 * No signal comes any more; nothing may be appended. Closing again does nothing.
 *
 * Errors: %HOIST_ERROR_NO_SPACE or %HOIST_ERROR_STORE_DAMAGED if something could
 * not be written and is lost.
 *
 * Returns: whether all is on disk
 */
gboolean
hoist_journal_close (HoistJournal *self, GError **error)
{
  g_return_val_if_fail (HOIST_IS_JOURNAL (self), FALSE);

  g_source_destroy (self->source);
  return hoist_journal_writer_close (self->writer, error);
}
