/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads a serialised `a{sv}` where it lies. GLib's own functions make several
 * objects for each entry, 5 to 10 µs for an event of the journal; of those there
 * can be a million, and they are read before anything can be shown. Nothing is
 * accepted here that is not in normal form (GVariant Specification 1.0,
 * sections 2.3 to 2.7); a test compares it with GLib's opinion. */

#include "config.h"

#include "hoist-fields.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-error.h"

/**
 * Entries:
 *
 * An array of dictionary entries. Behind the entries lies a table with the end
 * of each.
 */
typedef struct
{
  const guint8 *data;
  gsize offset_bytes; /* size of an offset in the table */
  gsize table;        /* where the table starts */
  gsize n;
  gsize i;
  gsize end; /* of the entry before */
} Entries;

typedef struct
{
  const char *key;
  const guint8 *value; /* with its type */
  gsize value_length;
} Entry;

static gsize
get_offset_bytes (gsize container_length)
{
  if (container_length <= G_MAXUINT8)
    return 1;
  if (container_length <= G_MAXUINT16)
    return 2;
  return container_length <= G_MAXUINT32 ? 4 : 8;
}

/* Offsets are little-endian on every machine. */
static gsize
read_offset (const guint8 *data, gsize offset_bytes)
{
  gsize offset = 0;

  for (gsize i = offset_bytes; i > 0; i--)
    offset = offset << 8 | data[i - 1];
  return offset;
}

static gsize
align (gsize offset)
{
  return (offset + 7) & ~(gsize) 7;
}

static gboolean
is_zero (const guint8 *data, gsize from, gsize to)
{
  for (gsize i = from; i < to; i++)
    if (data[i] != 0)
      return FALSE;
  return TRUE;
}

static gboolean
entries_init (Entries *entries, const guint8 *data, gsize length)
{
  *entries = (Entries){ data, get_offset_bytes (length), 0, 0, 0, 0 };
  if (length == 0)
    return TRUE;
  entries->table = read_offset (data + length - entries->offset_bytes, entries->offset_bytes);
  if (entries->table > length - entries->offset_bytes ||
      (length - entries->table) % entries->offset_bytes != 0)
    return FALSE;
  entries->n = (length - entries->table) / entries->offset_bytes;
  return TRUE;
}

/* Key, padding, value, where the key ends. */
static gboolean
read_entry (Entry *entry, const guint8 *data, gsize length)
{
  gsize offset_bytes = get_offset_bytes (length);
  gsize key_end;
  gsize value_start;

  if (length <= offset_bytes)
    return FALSE;
  length -= offset_bytes;
  key_end = read_offset (data + length, offset_bytes);
  if (key_end == 0 || key_end > length)
    return FALSE;
  value_start = align (key_end);
  if (value_start >= length || !is_zero (data, key_end, value_start) ||
      memchr (data, '\0', key_end) != data + key_end - 1)
    return FALSE;
  *entry = (Entry){ (const char *) data, data + value_start, length - value_start };
  return TRUE;
}

static gboolean
entries_next (Entries *entries, Entry *entry)
{
  gsize start = align (entries->end);
  gsize end = read_offset (entries->data + entries->table + entries->i * entries->offset_bytes,
                           entries->offset_bytes);

  if (end < start || end > entries->table || !is_zero (entries->data, entries->end, start))
    return FALSE;
  entries->end = end;
  entries->i++;
  return read_entry (entry, entries->data + start, end - start);
}

static gboolean
is_string (const guint8 *data, gsize length, gsize max_bytes)
{
  return length > 0 && length <= max_bytes + 1 && memchr (data, '\0', length) == data + length - 1;
}

/* A variant: the value, a NUL, its type. */
static gboolean
read_value (const HoistField *field, const Entry *entry, HoistFieldValue *value)
{
  gsize type_length = strlen (field->type);
  const guint8 *data = entry->value;
  gsize length;

  if (entry->value_length < type_length + 1)
    return FALSE;
  length = entry->value_length - type_length - 1;
  if (data[length] != '\0' || memcmp (data + length + 1, field->type, type_length) != 0)
    return FALSE;

  *value = (HoistFieldValue){ data, length };
  if (field->type[0] == 's')
    return is_string (data, length, field->size) &&
           g_utf8_validate ((const char *) data, (gssize) length - 1, NULL);
  if (field->type[0] == 'a')
    return field->size == 0 || is_string (data, length, field->size);
  if (field->type[0] == 'b' && length == 1 && data[0] > 1)
    return FALSE;
  return length == field->size;
}

static const HoistField *
find_field (const HoistField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    /* Most keys are one letter, and this runs some millions of times at a start. */
    if (fields[i].key[0] == key[0] && strcmp (fields[i].key + 1, key + 1) == 0)
      return &fields[i];
  return NULL;
}

/**
 * hoist_fields_refuse:
 * @error: return location for an error
 * @key: the field that makes no sense
 *
 * Sets the error for a field that is missing or makes no sense.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED, always.
 *
 * Returns: %FALSE, for the caller to return
 */
gboolean
hoist_fields_refuse (GError **error, const char *key)
{
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED,
               /* Translators: the name of a field in a file or message */
               _ ("The field “%s” is missing or makes no sense"), key);
  return FALSE;
}

/**
 * hoist_fields_read:
 * @dict: (array length=length): an `a{sv}` from the disk or from another
 *   process, serialised in the machine's byte order
 * @length: its length in bytes
 * @fields: (array length=n_fields): what may be in it
 * @n_fields: at most %HOIST_MAX_FIELDS
 * @values: (out caller-allocates): the values; they lie in @dict
 * @has_unknown: (out): whether there is something that is not among @fields
 * @error: return location for an error
 *
 * Takes a dictionary apart, and accepts nothing that is not as described: no
 * other type, no longer text, no key twice, no required field missing. What is
 * not among @fields is not looked at.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED, with the field's name.
 *
 * Returns: whether all of it is good
 */
gboolean
hoist_fields_read (const guint8 *dict,
                   gsize length,
                   const HoistField *fields,
                   gsize n_fields,
                   HoistFieldValues *values,
                   gboolean *has_unknown,
                   GError **error)
{
  Entries entries;

  g_return_val_if_fail (n_fields <= HOIST_MAX_FIELDS, FALSE);

  memset (values->at, 0, n_fields * sizeof values->at[0]);
  *has_unknown = FALSE;
  if (!entries_init (&entries, dict, length))
    return hoist_fields_refuse (error, "a{sv}");
  while (entries.i < entries.n)
    {
      const HoistField *field;
      Entry entry;

      if (!entries_next (&entries, &entry))
        return hoist_fields_refuse (error, "a{sv}");
      field = find_field (fields, n_fields, entry.key);
      if (field == NULL)
        *has_unknown = TRUE;
      else if (values->at[field - fields].data != NULL ||
               !read_value (field, &entry, &values->at[field - fields]))
        return hoist_fields_refuse (error, field->key);
    }
  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].required && values->at[i].data == NULL)
      return hoist_fields_refuse (error, fields[i].key);
  return TRUE;
}

/**
 * hoist_fields_dup_unknown:
 * @dict: (array length=length): as in [func@hoist_fields_read]
 * @length: its length in bytes
 * @fields: (array length=n_fields): what is known
 * @n_fields: how many
 * @unknown: (out) (transfer full): the other entries, as an `a{sv}`, copied
 * @error: return location for an error
 *
 * Picks out what is not known, a later version's, to be kept.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED if it is not in normal form.
 *
 * Returns: whether @unknown is set
 */
gboolean
hoist_fields_dup_unknown (const guint8 *dict,
                          gsize length,
                          const HoistField *fields,
                          gsize n_fields,
                          GVariant **unknown,
                          GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (dict, length);
  g_autoptr (GVariant) all =
    g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));
  GVariantDict others;

  if (!g_variant_is_normal_form (all))
    return hoist_fields_refuse (error, "a{sv}");
  g_variant_dict_init (&others, all);
  for (gsize i = 0; i < n_fields; i++)
    g_variant_dict_remove (&others, fields[i].key);
  *unknown = g_variant_ref_sink (g_variant_dict_end (&others));
  return TRUE;
}

/**
 * hoist_field_values_get_string:
 * @values: values
 * @index: index of a field of type `s`, or `ay` with a path in it
 *
 * Gives a text or path.
 *
 * Returns: (transfer none) (nullable): the string, valid as long as the
 *   dictionary, or %NULL if it is missing
 */
const char *
hoist_field_values_get_string (const HoistFieldValues *values, gsize index)
{
  return (const char *) values->at[index].data;
}

/**
 * hoist_field_values_get_uint64:
 * @values: values
 * @index: index of a field of type `t`, `u`, `y` or `b`
 *
 * Gives a number.
 *
 * Returns: the number, or 0 if it is missing
 */
guint64
hoist_field_values_get_uint64 (const HoistFieldValues *values, gsize index)
{
  const HoistFieldValue *value = &values->at[index];
  guint64 wide;
  guint32 narrow;

  if (value->data == NULL)
    return 0;
  switch (value->length)
    {
    case sizeof wide:
      memcpy (&wide, value->data, sizeof wide);
      return wide;
    case sizeof narrow:
      memcpy (&narrow, value->data, sizeof narrow);
      return narrow;
    default:
      return value->data[0];
    }
}

/**
 * hoist_field_values_get_int64:
 * @values: values
 * @index: index of a field of type `x` or `i`
 *
 * Gives a number.
 *
 * Returns: the number, or 0 if it is missing
 */
gint64
hoist_field_values_get_int64 (const HoistFieldValues *values, gsize index)
{
  guint64 number = hoist_field_values_get_uint64 (values, index);

  return values->at[index].length == sizeof (gint32) ? (gint32) (guint32) number : (gint64) number;
}
