/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-record.h"

G_BEGIN_DECLS

/**
 * HoistJournalContents:
 * @records: (owned): what the events build
 * @n_records: events that were read
 * @n_damaged: events, or stretches of them, that could not be read and were
 *   followed by some that could
 * @size_bytes: where the last intact event ends; 0 if there is not even a header
 * @cut_bytes: bytes after that, of a write that was torn
 *
 * What is in a journal's file.
 */
typedef struct
{
  GHashTable *records;
  guint n_records;
  guint n_damaged;
  guint64 size_bytes;
  guint64 cut_bytes;
} HoistJournalContents;

gboolean hoist_journal_read (int fd, HoistJournalContents *contents, GError **error);
void hoist_journal_contents_clear (HoistJournalContents *contents);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HoistJournalContents, hoist_journal_contents_clear)

G_END_DECLS
