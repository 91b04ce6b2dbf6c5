/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-reconcile.h"

/**
 * hoist_server_part_new:
 * @part_number: from 1
 * @size_bytes: the part's size
 * @etag: (nullable): its ETag, without quotes; %NULL if the server only says that it is there
 *
 * Returns: (transfer full): a part as the server lists it
 */
HoistServerPart *
hoist_server_part_new (guint part_number, guint64 size_bytes, const char *etag)
{
  HoistServerPart *part = g_new0 (HoistServerPart, 1);

  part->part_number = part_number;
  part->size_bytes = size_bytes;
  part->etag = g_strdup (etag);
  return part;
}

/**
 * hoist_server_part_free:
 * @part: (transfer full) (nullable): a part
 *
 * Frees @part.
 */
void
hoist_server_part_free (HoistServerPart *part)
{
  if (part == NULL)
    return;
  g_free (part->etag);
  g_free (part);
}

static gboolean
server_has_part (const HoistUploadRecord *record,
                 const HoistPartRecord *done,
                 const HoistServerPart *server_part)
{
  if (server_part == NULL || server_part->etag == NULL)
    return server_part != NULL;
  return server_part->size_bytes == hoist_part_plan_get_length (&record->plan, done->part_number) &&
         g_ascii_strcasecmp (server_part->etag, done->etag) == 0;
}

static GHashTable *
index_by_part_number (GPtrArray *server_parts)
{
  GHashTable *table = g_hash_table_new (NULL, NULL);

  for (guint i = 0; server_parts != NULL && i < server_parts->len; i++)
    {
      HoistServerPart *part = g_ptr_array_index (server_parts, i);
      g_hash_table_insert (table, GUINT_TO_POINTER (part->part_number), part);
    }
  return table;
}

/* Parts that the journal calls done and that the server does not have as they were. */
static GArray *
find_lost_parts (const HoistUploadRecord *record, GPtrArray *server_parts)
{
  g_autoptr (GHashTable) by_number = index_by_part_number (server_parts);
  GArray *lost = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint number = 1; number <= record->plan.n_parts; number++)
    {
      HoistPartRecord *done = hoist_upload_record_get_part (record, number);
      HoistServerPart *there = g_hash_table_lookup (by_number, GUINT_TO_POINTER (number));

      if (done != NULL && !server_has_part (record, done, there))
        g_array_append_val (lost, number);
    }
  return lost;
}

/**
 * hoist_reconcile:
 * @record: what the journal says
 * @file: (nullable): what the file is now; %NULL if it is not there
 * @view: what is known of the server's side
 * @server_parts: (nullable) (element-type HoistServerPart): the parts that the
 *   server lists, with %HOIST_SERVER_LISTED
 * @parts_to_forget: (out) (transfer full) (element-type guint): part numbers
 *   that the journal has as done but that must be sent again
 *
 * The one place that decides how an upload goes on: at its start, after a
 * pause, an error, a restart, or a move of the file. A part counts as done only
 * if the journal has it and the server lists it with the same size and ETag, where it says them;
 * parts that the server has and the journal does not know are sent again, since
 * nothing proves what is in them.
 *
 * A pure function: nothing is asked and nothing is changed.
 *
 * Returns: what to do
 */
HoistVerdict
hoist_reconcile (const HoistUploadRecord *record,
                 const HoistFileIdentity *file,
                 HoistServerView view,
                 GPtrArray *server_parts,
                 GArray **parts_to_forget)
{
  g_autoptr (GArray) forget = NULL;
  guint still_done;

  g_return_val_if_fail (record != NULL, HOIST_VERDICT_BEGIN);
  g_return_val_if_fail (parts_to_forget != NULL, HOIST_VERDICT_BEGIN);

  *parts_to_forget = NULL;
  if (file == NULL)
    return HOIST_VERDICT_MISSING;
  if (record->begun && !hoist_file_identity_equal (&record->identity, file))
    return HOIST_VERDICT_CHANGED;
  if (!record->begun)
    return HOIST_VERDICT_BEGIN;
  /* A single PUT leaves nothing half-done on the server to go on with. */
  if (!record->plan.multipart && record->parts_done == 0 && view == HOIST_SERVER_NOT_ASKED)
    return HOIST_VERDICT_GO_ON;
  if (view == HOIST_SERVER_GONE)
    return HOIST_VERDICT_BEGIN_AGAIN;

  if (view == HOIST_SERVER_LISTED)
    forget = find_lost_parts (record, server_parts);
  else
    forget = g_array_new (FALSE, FALSE, sizeof (guint));

  still_done = record->parts_done - forget->len;
  *parts_to_forget = g_steal_pointer (&forget);
  return still_done == record->plan.n_parts ? HOIST_VERDICT_ALL_SENT : HOIST_VERDICT_GO_ON;
}
