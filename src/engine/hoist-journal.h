/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-record.h"

G_BEGIN_DECLS

/**
 * HoistJournalReport:
 *
 * What was found when a journal was opened.
 */
typedef struct
{
  guint n_records;
  guint n_damaged;       /* records lost in the middle */
  guint64 cut_bytes;     /* torn tail that was cut off */
  char *kept_aside_path; /* (owned) (nullable) copy of the damaged file */
} HoistJournalReport;

/* The store on disk: docs/journal.md. Opened and used on the engine thread;
 * writing and fdatasync happen on a thread of its own. */
#define HOIST_TYPE_JOURNAL (hoist_journal_get_type ())
G_DECLARE_FINAL_TYPE (HoistJournal, hoist_journal, HOIST, JOURNAL, GObject)

HoistJournal *hoist_journal_open (const char *folder, HoistJournalReport *report, GError **error);
GHashTable *hoist_journal_steal_records (HoistJournal *self);
guint64 hoist_journal_append (HoistJournal *self, GVariant *event);
guint64 hoist_journal_get_committed (HoistJournal *self);
void hoist_journal_compact (HoistJournal *self, GHashTable *records);
guint64 hoist_journal_get_size_bytes (HoistJournal *self);
void hoist_journal_retry (HoistJournal *self);
gboolean hoist_journal_wants_compaction (HoistJournal *self);
gboolean hoist_journal_note_live_bytes (HoistJournal *self, guint64 live_bytes);
void hoist_journal_note_removed (HoistJournal *self, const HoistUploadRecord *record);
guint64 hoist_journal_estimate_record_bytes (const HoistUploadRecord *record);
gboolean hoist_journal_close (HoistJournal *self, GError **error);
char *hoist_journal_report_describe (const HoistJournalReport *report);
void hoist_journal_report_clear (HoistJournalReport *report);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HoistJournalReport, hoist_journal_report_clear)

G_END_DECLS
