/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOIST_MAX_FIELDS 40

/**
 * HoistField:
 * @key: its key in the dictionary
 * @type: its GVariant type: `y`, `b`, `u`, `i`, `t`, `x`, `s`, `ay`, or a tuple
 *   of a fixed size
 * @size: for `s`, most bytes without the NUL; for `ay`, the same if it must be a
 *   path, that is, end with its only NUL, or 0 if it may be any bytes; for
 *   others their size
 * @required: whether the dictionary is worthless without it
 *
 * A field of a dictionary that came from outside.
 */
typedef struct
{
  const char *key;
  const char *type;
  gsize size;
  gboolean required;
} HoistField;

/**
 * HoistFieldValue:
 * @data: (nullable): its bytes, in the dictionary's memory; %NULL = missing
 * @length: how many
 *
 * A value that was found.
 */
typedef struct
{
  const guint8 *data;
  gsize length;
} HoistFieldValue;

/**
 * HoistFieldValues:
 *
 * The values that were found, each at its field's index.
 */
typedef struct
{
  HoistFieldValue at[HOIST_MAX_FIELDS];
} HoistFieldValues;

gboolean hoist_fields_read (const guint8 *dict,
                            gsize length,
                            const HoistField *fields,
                            gsize n_fields,
                            HoistFieldValues *values,
                            gboolean *has_unknown,
                            GError **error);
gboolean hoist_fields_dup_unknown (const guint8 *dict,
                                   gsize length,
                                   const HoistField *fields,
                                   gsize n_fields,
                                   GVariant **unknown,
                                   GError **error);
gboolean hoist_fields_refuse (GError **error, const char *key);

const char *hoist_field_values_get_string (const HoistFieldValues *values, gsize index);
guint64 hoist_field_values_get_uint64 (const HoistFieldValues *values, gsize index);
gint64 hoist_field_values_get_int64 (const HoistFieldValues *values, gsize index);

G_END_DECLS
