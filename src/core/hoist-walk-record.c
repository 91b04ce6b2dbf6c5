/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is still to be found: a folder, or several paths that were added together. The files
 * that are found are uploads of their own; this is what makes a crash lose none of the others. */

#include <string.h>

#include "hoist-event-fields.h"
#include "hoist-event-writer.h"

/* Of a selection of 100,000 files there are several events, each far below a frame's limit. */
#define MAX_PATHS_BYTES (256 * 1024)

enum
{
  ALSO_FIRST,
  ALSO_PATHS,
};

/* Several texts, so no text: they are taken apart here. */
static const HoistField also_fields[] = {
  [ALSO_FIRST] = { HOIST_EVENT_FIRST, "u", 4, TRUE },
  [ALSO_PATHS] = { HOIST_EVENT_PATHS, "ay", 0, TRUE },
};

enum
{
  WALKED_ROOT,
  WALKED_PATH,
  WALKED_N_FOUND,
  WALKED_MOUNT_ROOT,
};

static const HoistField walked_fields[] = {
  [WALKED_ROOT] = { HOIST_EVENT_ROOT, "u", 4, TRUE },
  [WALKED_PATH] = { HOIST_EVENT_PATH, "ay", HOIST_EVENT_MAX_PATH_BYTES, TRUE },
  [WALKED_N_FOUND] = { HOIST_EVENT_N_FOUND, "u", 4, TRUE },
  [WALKED_MOUNT_ROOT] = { HOIST_EVENT_MOUNT_ROOT, "ay", HOIST_EVENT_MAX_PATH_BYTES, FALSE },
};

/**
 * hoist_walk_record_new:
 *
 * Returns: (transfer full): a walk of one path, that has found nothing yet
 */
HoistWalkRecord *
hoist_walk_record_new (void)
{
  return g_new0 (HoistWalkRecord, 1);
}

/**
 * hoist_walk_record_free:
 * @walk: (transfer full) (nullable): a walk
 *
 * Frees @walk.
 */
void
hoist_walk_record_free (HoistWalkRecord *walk)
{
  if (walk == NULL)
    return;
  g_clear_pointer (&walk->others, g_ptr_array_unref);
  g_free (walk->after);
  g_free (walk);
}

/**
 * hoist_walk_record_get_n_paths:
 * @walk: a walk
 *
 * Returns: how many paths it has, with its record's own
 */
guint
hoist_walk_record_get_n_paths (const HoistWalkRecord *walk)
{
  g_return_val_if_fail (walk != NULL, 0);

  return 1 + (walk->others != NULL ? walk->others->len : 0);
}

/**
 * hoist_upload_record_dup_walk_paths:
 * @record: a record with a walk
 *
 * Returns: (transfer full) (array zero-terminated=1): all its paths, in their order
 */
GStrv
hoist_upload_record_dup_walk_paths (const HoistUploadRecord *record)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (record != NULL && record->walk != NULL, NULL);

  g_strv_builder_add (builder, record->path);
  for (guint i = 0; record->walk->others != NULL && i < record->walk->others->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (record->walk->others, i));
  return g_strv_builder_end (builder);
}

/**
 * hoist_event_also:
 * @record: a record with a walk
 * @first: of which path on, from 1
 * @next: (out): of which path on the next event is to be; the number of paths after the last
 *
 * What else the walk is of: as many of its paths as one event can have.
 *
 * Returns: (transfer floating): the event, in the machine's byte order
 */
GVariant *
hoist_event_also (const HoistUploadRecord *record, guint first, guint *next)
{
  HoistEventWriter fields;
  g_autoptr (GByteArray) paths = g_byte_array_new ();
  guint n_paths;

  g_return_val_if_fail (record != NULL && record->walk != NULL, NULL);

  n_paths = hoist_walk_record_get_n_paths (record->walk);
  for (*next = first; *next < n_paths && paths->len < MAX_PATHS_BYTES; (*next)++)
    {
      const char *path = g_ptr_array_index (record->walk->others, *next - 1);

      g_byte_array_append (paths, (const guint8 *) path, (guint) strlen (path) + 1);
    }
  hoist_event_writer_begin_new (&fields, HOIST_EVENT_ALSO, record->id);
  hoist_event_writer_add_uint32 (&fields, HOIST_EVENT_FIRST, first);
  hoist_event_writer_add (&fields, HOIST_EVENT_PATHS, "ay", paths->data, paths->len);
  return hoist_event_writer_end_new (&fields);
}

/**
 * hoist_event_walked:
 * @record: a record with a walk that has found something
 *
 * How far the walk has come: all that it found up to here is in the journal before this.
 *
 * Returns: (transfer floating): the event, in the machine's byte order
 */
GVariant *
hoist_event_walked (const HoistUploadRecord *record)
{
  HoistEventWriter fields;

  g_return_val_if_fail (record != NULL && record->walk != NULL, NULL);
  g_return_val_if_fail (record->walk->after != NULL, NULL);

  hoist_event_writer_begin_new (&fields, HOIST_EVENT_WALKED, record->id);
  hoist_event_writer_add_uint32 (&fields, HOIST_EVENT_ROOT, record->walk->root);
  hoist_event_writer_add_path (&fields, HOIST_EVENT_PATH, record->walk->after);
  hoist_event_writer_add_uint32 (&fields, HOIST_EVENT_N_FOUND, record->walk->n_found);
  if (record->mount_root != NULL)
    hoist_event_writer_add_path (&fields, HOIST_EVENT_MOUNT_ROOT, record->mount_root);
  return hoist_event_writer_end_new (&fields);
}

/* (transfer container) (nullable) null if one of them is none. They lie in @value. */
static GPtrArray *
split_paths (const HoistFieldValue *value)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  gsize length;

  for (gsize start = 0; start < value->length; start += length + 1)
    {
      const char *path = (const char *) value->data + start;

      length = strnlen (path, value->length - start);
      if (*path != '/' || length > HOIST_EVENT_MAX_PATH_BYTES || start + length == value->length)
        return NULL;
      g_ptr_array_add (paths, (gpointer) path);
    }
  return g_steal_pointer (&paths);
}

/**
 * hoist_event_apply_also:
 * @record: the walk's record
 * @dict: the event's fields
 * @error: return location for an error
 *
 * Applies %HOIST_EVENT_ALSO: what is there already stays, and what does not follow
 * on it is left out, since an event between them was lost.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED if they make no sense; nothing changed then.
 *
 * Returns: whether it was applied or skipped
 */
gboolean
hoist_event_apply_also (HoistUploadRecord *record, const HoistFieldValue *dict, GError **error)
{
  g_autoptr (GPtrArray) paths = NULL;
  HoistFieldValues values;
  HoistWalkRecord *walk = record->walk;
  gboolean has_unknown;

  if (!hoist_fields_read (dict->data, dict->length, also_fields, G_N_ELEMENTS (also_fields),
                          &values, &has_unknown, error))
    return FALSE;
  paths = split_paths (&values.at[ALSO_PATHS]);
  if (paths == NULL)
    return hoist_fields_refuse (error, HOIST_EVENT_PATHS);
  if (walk == NULL ||
      hoist_field_values_get_uint64 (&values, ALSO_FIRST) != hoist_walk_record_get_n_paths (walk))
    return TRUE;
  if (walk->others == NULL)
    walk->others = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < paths->len; i++)
    g_ptr_array_add (walk->others, g_strdup (g_ptr_array_index (paths, i)));
  return TRUE;
}

/**
 * hoist_event_apply_walked:
 * @record: the walk's record
 * @dict: the event's fields
 * @error: return location for an error
 *
 * Applies %HOIST_EVENT_WALKED.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED if they make no sense; nothing changed then.
 *
 * Returns: whether it was applied or skipped
 */
gboolean
hoist_event_apply_walked (HoistUploadRecord *record, const HoistFieldValue *dict, GError **error)
{
  HoistFieldValues values;
  HoistWalkRecord *walk = record->walk;
  const char *mount_root;
  gboolean has_unknown;

  if (!hoist_fields_read (dict->data, dict->length, walked_fields, G_N_ELEMENTS (walked_fields),
                          &values, &has_unknown, error))
    return FALSE;
  mount_root = hoist_field_values_get_string (&values, WALKED_MOUNT_ROOT);
  if (mount_root != NULL && *mount_root != '/')
    return hoist_fields_refuse (error, HOIST_EVENT_MOUNT_ROOT);
  /* One that was added anew since, as a file. */
  if (walk == NULL)
    return TRUE;
  walk->root = (guint) hoist_field_values_get_uint64 (&values, WALKED_ROOT);
  walk->n_found = (guint) hoist_field_values_get_uint64 (&values, WALKED_N_FOUND);
  g_free (walk->after);
  walk->after = g_strdup (hoist_field_values_get_string (&values, WALKED_PATH));
  hoist_upload_record_set_mount_root (record, mount_root);
  return TRUE;
}
