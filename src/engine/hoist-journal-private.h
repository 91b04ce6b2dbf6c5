/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-journal-folder.h"
#include "hoist-journal.h"

G_BEGIN_DECLS

/* For tests: a disk that fails. */
HoistJournal *hoist_journal_open_with_io (const char *folder,
                                          const HoistJournalIo *io,
                                          HoistJournalReport *report,
                                          GError **error);

G_END_DECLS
