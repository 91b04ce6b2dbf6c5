/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-event-fields.h"

/**
 * hoist_record_table_new:
 *
 * Creates the table that events build.
 *
 * Returns: (transfer full): an empty table of #HoistUploadRecord, owned by it,
 *   by id; the key lies in the record itself
 */
GHashTable *
hoist_record_table_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                (GDestroyNotify) hoist_upload_record_free);
}

static gboolean
add_record (GHashTable *table, guint64 id, const HoistFieldValue *dict, GError **error)
{
  g_autoptr (HoistUploadRecord) record = hoist_upload_record_new (id);

  if (!hoist_event_apply (record, HOIST_EVENT_ADDED, dict, error))
    return FALSE;
  g_hash_table_replace (table, &record->id, record);
  g_steal_pointer (&record);
  return TRUE;
}

/**
 * hoist_record_table_apply_data:
 * @table: a table from [func@hoist_record_table_new]
 * @data: (array length=length): an event, serialised in the machine's byte order
 * @length: its length in bytes
 * @error: return location for an error
 *
 * Applies an event where it lies, without making objects of it. Nothing about
 * it is taken for granted, and nothing keeps @data. Applied twice, it changes
 * nothing more. An event of a kind that is not known, and one about an upload
 * that is not there, are skipped: the first is a later version's, the second
 * follows a removed upload or one whose beginning was lost.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED if it makes no sense; then nothing changed.
 *
 * Returns: whether it was applied or skipped
 */
gboolean
hoist_record_table_apply_data (GHashTable *table, const guint8 *data, gsize length, GError **error)
{
  static const guint8 padding[7] = { 0 };
  HoistUploadRecord *record;
  HoistFieldValue dict;
  guint64 id = 0;

  g_return_val_if_fail (table != NULL, FALSE);

  /* (yta{sv}): the kind, padding, the id, the fields */
  if (length >= 16 && memcmp (data + 1, padding, sizeof padding) == 0)
    memcpy (&id, data + 8, sizeof id);
  if (id == 0)
    return hoist_fields_refuse (error, HOIST_EVENT_TYPE);

  dict = (HoistFieldValue){ data + 16, length - 16 };
  if (data[0] == HOIST_EVENT_ADDED)
    return add_record (table, id, &dict, error);
  if (data[0] == HOIST_EVENT_REMOVED)
    {
      g_hash_table_remove (table, &id);
      return TRUE;
    }
  record = g_hash_table_lookup (table, &id);
  return record == NULL || hoist_event_apply (record, data[0], &dict, error);
}

/**
 * hoist_record_table_apply:
 * @table: a table from [func@hoist_record_table_new]
 * @event: an event; a floating reference is taken
 * @error: return location for an error
 *
 * The same as [func@hoist_record_table_apply_data] for an event that is an
 * object.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED if it makes no sense; then nothing changed.
 *
 * Returns: whether it was applied or skipped
 */
gboolean
hoist_record_table_apply (GHashTable *table, GVariant *event, GError **error)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (event);

  if (!g_variant_is_of_type (owned, G_VARIANT_TYPE (HOIST_EVENT_TYPE)))
    return hoist_fields_refuse (error, HOIST_EVENT_TYPE);
  return hoist_record_table_apply_data (table, g_variant_get_data (owned),
                                        g_variant_get_size (owned), error);
}

typedef struct
{
  HoistEventFunc func;
  HoistPartFunc part_func; /* (nullable) */
  gpointer user_data;
} Dump;

static void
give_event (const Dump *dump, GVariant *event)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (event);

  dump->func (owned, dump->user_data);
}

static void
give_part (const Dump *dump, const HoistUploadRecord *record, guint part_number)
{
  if (dump->part_func != NULL)
    dump->part_func (record, part_number, dump->user_data);
  else
    give_event (dump, hoist_event_part (record, part_number));
}

static void
dump_walk (const Dump *dump, const HoistUploadRecord *record)
{
  guint n_paths = hoist_walk_record_get_n_paths (record->walk);

  for (guint next = 1; next < n_paths;)
    give_event (dump, hoist_event_also (record, next, &next));
  if (record->walk->after != NULL)
    give_event (dump, hoist_event_walked (record));
}

static void
dump_record (const Dump *dump, const HoistUploadRecord *record)
{
  gboolean finished = record->finished_us > 0;
  HoistUploadState implied = finished ? HOIST_UPLOAD_DONE : HOIST_UPLOAD_QUEUED;

  give_event (dump, hoist_event_added (record));
  if (record->walk != NULL)
    dump_walk (dump, record);
  if (record->content != NULL && !finished)
    give_event (dump, hoist_event_content (record));
  if (record->begun && record->plan.multipart)
    {
      give_event (dump, hoist_event_begun (record));
      for (guint i = 0; !finished && record->parts != NULL && i < record->parts->len; i++)
        if (g_ptr_array_index (record->parts, i) != NULL)
          give_part (dump, record, i + 1);
    }
  if (finished)
    give_event (dump, hoist_event_finished (record));
  if (finished && record->delivery != NULL && record->delivery->verified_us > 0)
    give_event (dump, hoist_event_verified (record));
  if (hoist_event_get_stored_state (record->state) != implied || record->error_code >= 0 ||
      record->error_message != NULL)
    give_event (dump, hoist_event_state (record));
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const HoistUploadRecord *left = *(HoistUploadRecord *const *) a;
  const HoistUploadRecord *right = *(HoistUploadRecord *const *) b;

  return left->id < right->id ? -1 : left->id > right->id;
}

/**
 * hoist_record_table_foreach_event:
 * @table: a table of #HoistUploadRecord by id
 * @func: (scope call): called for each event
 * @part_func: (scope call) (nullable): called in place of @func for each part,
 *   of which there can be a million
 * @user_data: for both
 *
 * Gives the shortest sequence of events that builds the table anew, upload by
 * upload in the order of their ids, one at a time: a table can need a million.
 */
void
hoist_record_table_foreach_event (GHashTable *table,
                                  HoistEventFunc func,
                                  HoistPartFunc part_func,
                                  gpointer user_data)
{
  const Dump dump = { func, part_func, user_data };
  g_autoptr (GPtrArray) records = NULL;
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (table != NULL && func != NULL);

  records = g_ptr_array_sized_new (g_hash_table_size (table));
  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (records, value);
  g_ptr_array_sort (records, compare_ids);
  for (guint i = 0; i < records->len; i++)
    dump_record (&dump, g_ptr_array_index (records, i));
}

static void
add_event (GVariant *event, gpointer user_data)
{
  g_ptr_array_add (user_data, g_variant_ref (event));
}

/**
 * hoist_record_table_dump:
 * @table: a table of #HoistUploadRecord by id
 *
 * Gives the events of [func@hoist_record_table_foreach_event] all at once.
 *
 * Returns: (transfer full) (element-type GVariant): the events
 */
GPtrArray *
hoist_record_table_dump (GHashTable *table)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  hoist_record_table_foreach_event (table, add_event, NULL, events);
  return events;
}
