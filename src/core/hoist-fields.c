/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-fields.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-error.h"

static const HoistField *
find_field (const HoistField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, key) == 0)
      return &fields[i];
  return NULL;
}

static gboolean
check_value (const HoistField *field, GVariant *value)
{
  gsize length;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (field->type)))
    return FALSE;
  if (field->max_bytes == 0)
    return TRUE;

  length = g_variant_get_size (value);
  if (length > field->max_bytes + 1)
    return FALSE;
  /* GVariant itself sees to it that a string is UTF-8 and has one NUL, at its
   * end; of an array of bytes it says nothing. */
  if (strcmp (field->type, "ay") == 0)
    return length > 0 && memchr (g_variant_get_data (value), '\0', length) ==
                           (const char *) g_variant_get_data (value) + length - 1;
  return TRUE;
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

/* What was not known is copied: a child would keep alive the whole file or
 * message that it lies in. */
static GVariant *
copy_unknown (GVariantBuilder *builder)
{
  g_autoptr (GVariant) dict = g_variant_ref_sink (g_variant_builder_end (builder));
  g_autoptr (GBytes) bytes = NULL;

  if (g_variant_n_children (dict) == 0)
    return NULL;
  bytes = g_bytes_new (g_variant_get_data (dict), g_variant_get_size (dict));
  return g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, TRUE));
}

static gboolean
read_entries (GVariant *dict,
              const HoistField *fields,
              gsize n_fields,
              HoistFieldValues *values,
              GVariantBuilder *unknown,
              GError **error)
{
  GVariantIter iter;
  const char *key;
  GVariant *next;

  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &next))
    {
      g_autoptr (GVariant) value = next;
      const HoistField *field = find_field (fields, n_fields, key);

      if (field == NULL)
        {
          if (unknown != NULL)
            g_variant_builder_add (unknown, "{sv}", key, value);
          continue;
        }
      if (values->at[field - fields] != NULL || !check_value (field, value))
        return hoist_fields_refuse (error, key);
      values->at[field - fields] = g_steal_pointer (&value);
    }
  return TRUE;
}

/**
 * hoist_fields_read:
 * @dict: an `a{sv}` from the disk or from another process, in normal form
 * @fields: (array length=n_fields): what may be in it
 * @n_fields: at most %HOIST_MAX_FIELDS
 * @values: (inout): where the values go; must be empty
 * @unknown: (out) (optional) (nullable) (transfer full): the entries that are
 *   not among @fields, copied, or %NULL if there are none
 * @error: return location for an error
 *
 * Takes a dictionary apart, and accepts nothing that is not as described: no
 * other type, no longer text, no key twice, no required field missing.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED, with the field's name.
 *
 * Returns: whether all of it is good
 */
gboolean
hoist_fields_read (GVariant *dict,
                   const HoistField *fields,
                   gsize n_fields,
                   HoistFieldValues *values,
                   GVariant **unknown,
                   GError **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (g_variant_is_of_type (dict, G_VARIANT_TYPE_VARDICT), FALSE);
  g_return_val_if_fail (n_fields <= HOIST_MAX_FIELDS, FALSE);

  if (!read_entries (dict, fields, n_fields, values, unknown != NULL ? &builder : NULL, error))
    return FALSE;
  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].required && values->at[i] == NULL)
      return hoist_fields_refuse (error, fields[i].key);
  if (unknown != NULL)
    *unknown = copy_unknown (&builder);
  return TRUE;
}

/**
 * hoist_field_values_clear:
 * @values: values
 *
 * Drops all values.
 */
void
hoist_field_values_clear (HoistFieldValues *values)
{
  for (gsize i = 0; i < HOIST_MAX_FIELDS; i++)
    g_clear_pointer (&values->at[i], g_variant_unref);
}

/**
 * hoist_field_values_get_string:
 * @values: values
 * @index: index of a field of type `s` or `ay`
 *
 * Gives a text or byte string.
 *
 * Returns: (transfer none) (nullable): the string, valid as long as @values, or
 *   %NULL if it is missing
 */
const char *
hoist_field_values_get_string (const HoistFieldValues *values, gsize index)
{
  GVariant *value = values->at[index];

  if (value == NULL)
    return NULL;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_get_string (value, NULL);
  return g_variant_get_bytestring (value);
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
  GVariant *value = values->at[index];

  if (value == NULL)
    return 0;
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      return g_variant_get_boolean (value);
    case G_VARIANT_CLASS_BYTE:
      return g_variant_get_byte (value);
    case G_VARIANT_CLASS_UINT32:
      return g_variant_get_uint32 (value);
    default:
      return g_variant_get_uint64 (value);
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
  GVariant *value = values->at[index];

  if (value == NULL)
    return 0;
  if (g_variant_classify (value) == G_VARIANT_CLASS_INT32)
    return g_variant_get_int32 (value);
  return g_variant_get_int64 (value);
}
