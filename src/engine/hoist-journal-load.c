/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-journal-load.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "hoist-journal-frame.h"

static void
add_frame (GVariant *event, gpointer user_data)
{
  hoist_frame_append (user_data, event);
}

static void
add_part_frame (const HoistUploadRecord *record, guint part_number, gpointer user_data)
{
  hoist_frame_append_part (user_data, record, part_number);
}

/**
 * hoist_journal_make_contents:
 * @records: (nullable): a table of #HoistUploadRecord by id
 *
 * Makes a whole journal.
 *
 * Returns: (transfer full): its bytes
 */
GByteArray *
hoist_journal_make_contents (GHashTable *records)
{
  GByteArray *contents = g_byte_array_new ();

  hoist_journal_header_append (contents);
  if (records != NULL)
    hoist_record_table_foreach_event (records, add_frame, add_part_frame, contents);
  return contents;
}

/**
 * hoist_journal_estimate_record_bytes:
 * @record: an upload
 *
 * Estimates what an upload takes in a compacted file, without making it.
 *
 * Returns: about the length in bytes
 */
guint64
hoist_journal_estimate_record_bytes (const HoistUploadRecord *record)
{
  guint64 sum_bytes = 160 + strlen (record->path) + strlen (record->name);

  sum_bytes += record->begun ? 200 : 0;
  sum_bytes += record->finished_us > 0 ? 160 : 120 * (guint64) record->parts_done;
  for (guint i = 0;
       record->walk != NULL && record->walk->others != NULL && i < record->walk->others->len; i++)
    sum_bytes += strlen (g_ptr_array_index (record->walk->others, i)) + 1;
  return sum_bytes;
}

/**
 * hoist_journal_estimate_live_bytes:
 * @records: a table of #HoistUploadRecord by id
 *
 * Estimates how long the compacted file would be, without making it.
 *
 * Returns: about the length in bytes
 */
guint64
hoist_journal_estimate_live_bytes (GHashTable *records)
{
  guint64 sum_bytes = HOIST_JOURNAL_HEADER_BYTES;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sum_bytes += hoist_journal_estimate_record_bytes (value);
  return sum_bytes;
}

static gboolean
write_anew (HoistJournalFolder *folder,
            GHashTable *records,
            int *fd,
            guint64 *size_bytes,
            GError **error)
{
  g_autoptr (GByteArray) contents = hoist_journal_make_contents (records);

  if (*fd >= 0)
    close (*fd);
  *fd = -1;
  *size_bytes = contents->len;
  if (!hoist_journal_folder_write_file (folder, contents->data, contents->len, fd, error))
    return FALSE;
  return hoist_journal_folder_sync (folder, error);
}

/* What was damaged is kept aside before it is replaced: perhaps somebody can
 * still read it. */
static gboolean
repair (HoistJournalFolder *folder,
        const HoistJournalContents *contents,
        int *fd,
        guint64 *size_bytes,
        HoistJournalReport *report,
        GError **error)
{
  *size_bytes = contents->size_bytes;
  if (contents->n_damaged > 0)
    {
      report->kept_aside_path = hoist_journal_folder_keep_aside (folder, error);
      return report->kept_aside_path != NULL &&
             write_anew (folder, contents->records, fd, size_bytes, error);
    }
  if (contents->size_bytes == 0)
    return write_anew (folder, NULL, fd, size_bytes, error);
  if (contents->cut_bytes == 0)
    return TRUE;
  if (ftruncate (*fd, (goffset) contents->size_bytes) == 0 && folder->io->fdatasync (*fd) == 0)
    return TRUE;
  hoist_journal_set_error (error, errno);
  return FALSE;
}

/**
 * hoist_journal_load:
 * @folder: an open folder
 * @contents: (inout): what is in its journal; must be empty
 * @fd: (out): its file, open, to be closed by the caller on failure too; -1 =
 *   none
 * @size_bytes: (out): where to go on in it
 * @report: (inout): what was found; must be empty
 * @error: return location for an error
 *
 * Opens and reads the folder's journal, and leaves an intact one behind: a new
 * one if there was none, one without the torn end, or one with what could be
 * saved.
 *
 * Errors: %HOIST_ERROR_NO_SPACE or %HOIST_ERROR_STORE_DAMAGED.
 *
 * Returns: whether there is a journal to go on with
 */
gboolean
hoist_journal_load (HoistJournalFolder *folder,
                    HoistJournalContents *contents,
                    int *fd,
                    guint64 *size_bytes,
                    HoistJournalReport *report,
                    GError **error)
{
  if (!hoist_journal_folder_open_file (folder, fd, error))
    return FALSE;
  if (*fd < 0)
    {
      contents->records = hoist_record_table_new ();
      return write_anew (folder, NULL, fd, size_bytes, error);
    }
  if (!hoist_journal_read (*fd, contents, error))
    return FALSE;
  report->n_records = contents->n_records;
  report->n_damaged = contents->n_damaged;
  report->cut_bytes = contents->cut_bytes;
  return repair (folder, contents, fd, size_bytes, report, error);
}
