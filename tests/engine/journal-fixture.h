/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "event-fixture.h"
#include "hoist-journal-private.h"

G_BEGIN_DECLS

/* What the tests of the journal have in common: a folder of their own, a disk
 * that does as it is told, and an upload's life as events. */
char *fixture_make_folder (void);
void fixture_remove_folder (char *folder);
char *fixture_get_file (const char *folder);
GBytes *fixture_read (const char *folder);
void fixture_write (const char *folder, const void *data, gsize length);

HoistJournal *fixture_open (const char *folder, HoistJournalReport *report);
void fixture_wait (HoistJournal *journal, guint64 sequence);

HoistUploadRecord *fixture_make_record (guint64 id, guint n_parts);
GPtrArray *fixture_make_life (void);
char *fixture_describe (GHashTable *table);
char *fixture_describe_all_but (GPtrArray *events, guint first_left_out, guint n_left_out);

/* As the system's, but nothing waits for a disk. */
extern const HoistJournalIo fixture_fast_io;

G_END_DECLS
