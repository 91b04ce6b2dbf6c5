/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-journal-folder.h"
#include "hoist-journal-reader.h"
#include "hoist-journal.h"

G_BEGIN_DECLS

GByteArray *hoist_journal_make_contents (GHashTable *records);
guint64 hoist_journal_estimate_live_bytes (GHashTable *records);
gboolean hoist_journal_load (HoistJournalFolder *folder,
                             HoistJournalContents *contents,
                             int *fd,
                             guint64 *size_bytes,
                             HoistJournalReport *report,
                             GError **error);

G_END_DECLS
