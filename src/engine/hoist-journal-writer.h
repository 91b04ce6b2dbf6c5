/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-journal-folder.h"

G_BEGIN_DECLS

typedef struct _HoistJournalWriter HoistJournalWriter;

/**
 * HoistJournalProgress:
 * @committed: the last sequence number that is on disk
 * @queued: the last one that was given
 * @size_bytes: of the file
 * @live_bytes: what was of use in it when that was last found out
 * @compacting: whether a compaction is under way
 * @n_failures: how often writing failed so far
 * @error: (owned) (nullable): why nothing is written now
 *
 * How far a writer is.
 */
typedef struct
{
  guint64 committed;
  guint64 queued;
  guint64 size_bytes;
  guint64 live_bytes;
  gboolean compacting;
  guint n_failures;
  GError *error;
} HoistJournalProgress;

/**
 * HoistJournalWakeFunc:
 * @user_data: what was given with the function
 *
 * Called on the writer's thread when its progress changed.
 */
typedef void (*HoistJournalWakeFunc) (gpointer user_data);

HoistJournalWriter *hoist_journal_writer_new (HoistJournalFolder *folder,
                                              int fd,
                                              guint64 size_bytes,
                                              guint64 live_bytes,
                                              HoistJournalWakeFunc wake,
                                              gpointer user_data);
guint64 hoist_journal_writer_append (HoistJournalWriter *self, GVariant *event);
void hoist_journal_writer_compact (HoistJournalWriter *self, GByteArray *contents);
void hoist_journal_writer_note_live_bytes (HoistJournalWriter *self, guint64 live_bytes);
void hoist_journal_writer_note_dead_bytes (HoistJournalWriter *self, guint64 dead_bytes);
void hoist_journal_writer_retry (HoistJournalWriter *self);
void hoist_journal_writer_get_progress (HoistJournalWriter *self, HoistJournalProgress *progress);
gboolean hoist_journal_writer_close (HoistJournalWriter *self, GError **error);
void hoist_journal_writer_free (HoistJournalWriter *self);
void hoist_journal_progress_clear (HoistJournalProgress *progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistJournalWriter, hoist_journal_writer_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HoistJournalProgress, hoist_journal_progress_clear)

G_END_DECLS
