/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOIST_MAX_FIELDS 20

/**
 * HoistField:
 * @key: its key in the dictionary
 * @type: its GVariant type; a byte string `ay` must end with its only NUL
 * @max_bytes: longest text or byte string without the NUL, or number of bytes
 *   of another array; 0 = of a fixed size anyway
 * @required: whether the dictionary is worthless without it
 *
 * A field of a dictionary that came from outside.
 */
typedef struct
{
  const char *key;
  const char *type;
  gsize max_bytes;
  gboolean required;
} HoistField;

/**
 * HoistFieldValues:
 *
 * The values that were found, each at its field's index; %NULL = missing.
 */
typedef struct
{
  GVariant *at[HOIST_MAX_FIELDS]; /* (owned) (nullable) */
} HoistFieldValues;

gboolean hoist_fields_read (GVariant *dict,
                            const HoistField *fields,
                            gsize n_fields,
                            HoistFieldValues *values,
                            GVariant **unknown,
                            GError **error);
gboolean hoist_fields_refuse (GError **error, const char *key);
void hoist_field_values_clear (HoistFieldValues *values);

const char *hoist_field_values_get_string (const HoistFieldValues *values, gsize index);
guint64 hoist_field_values_get_uint64 (const HoistFieldValues *values, gsize index);
gint64 hoist_field_values_get_int64 (const HoistFieldValues *values, gsize index);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HoistFieldValues, hoist_field_values_clear)

G_END_DECLS
