/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-verification.h"

#include <glib/gi18n-lib.h>

#include "hoist-fields.h"

#define MAX_TEXT_BYTES 8192

enum
{
  FIELD_ID,
  FIELD_OBJECT,
  FIELD_DIFFERENCES,
  FIELD_TIME,
  FIELD_MODIFIED,
  FIELD_ERROR,
  FIELD_MESSAGE,
  FIELD_FILE,
  FIELD_FILE_MESSAGE,
  N_FIELDS
};

static const HoistField fields[N_FIELDS] = {
  [FIELD_ID] = { "id", "t", 8, TRUE },
  [FIELD_OBJECT] = { "object", "y", 1, TRUE },
  [FIELD_DIFFERENCES] = { "differences", "u", 4, TRUE },
  [FIELD_TIME] = { "time", "x", 8, TRUE },
  [FIELD_MODIFIED] = { "modified", "x", 8, TRUE },
  [FIELD_ERROR] = { "error", "i", 4, TRUE },
  [FIELD_MESSAGE] = { "message", "s", MAX_TEXT_BYTES, FALSE },
  [FIELD_FILE] = { "file", "y", 1, TRUE },
  [FIELD_FILE_MESSAGE] = { "file-message", "s", MAX_TEXT_BYTES, FALSE },
};

G_STATIC_ASSERT (N_FIELDS <= HOIST_MAX_FIELDS);

/**
 * hoist_verification_new:
 * @id: the upload
 *
 * Begins the answer for an upload: nothing is known yet.
 *
 * Returns: (transfer full): a verification
 */
HoistVerification *
hoist_verification_new (guint64 id)
{
  HoistVerification *verification = g_new0 (HoistVerification, 1);

  verification->id = id;
  verification->error_code = -1;
  return verification;
}

/**
 * hoist_verification_free:
 * @verification: (transfer full) (nullable): a verification
 *
 * Frees it.
 */
void
hoist_verification_free (HoistVerification *verification)
{
  if (verification == NULL)
    return;
  g_free (verification->message);
  g_free (verification->file_message);
  g_free (verification);
}

/**
 * hoist_verification_set_error:
 * @verification: a verification
 * @error: why the storage could not be asked
 *
 * Notes that nothing is known of the object, and why.
 */
void
hoist_verification_set_error (HoistVerification *verification, const GError *error)
{
  g_return_if_fail (verification != NULL && error != NULL);

  verification->object = HOIST_OBJECT_UNKNOWN;
  verification->error_code = (int) hoist_error_from_gerror (error);
  g_free (verification->message);
  verification->message = g_utf8_make_valid (error->message, -1);
}

static void
add_value (GVariantBuilder *builder, gsize field, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", fields[field].key, value);
}

/**
 * hoist_verification_to_variant:
 * @verification: a verification
 *
 * Writes a verification for another process.
 *
 * Returns: (transfer floating): an `a{sv}`
 */
GVariant *
hoist_verification_to_variant (const HoistVerification *verification)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (verification != NULL, NULL);

  add_value (&builder, FIELD_ID, g_variant_new_uint64 (verification->id));
  add_value (&builder, FIELD_OBJECT, g_variant_new_byte ((guint8) verification->object));
  add_value (&builder, FIELD_DIFFERENCES, g_variant_new_uint32 (verification->differences));
  add_value (&builder, FIELD_TIME, g_variant_new_int64 (verification->time_us));
  add_value (&builder, FIELD_MODIFIED, g_variant_new_int64 (verification->modified_us));
  add_value (&builder, FIELD_ERROR, g_variant_new_int32 (verification->error_code));
  if (verification->message != NULL)
    add_value (&builder, FIELD_MESSAGE, g_variant_new_string (verification->message));
  add_value (&builder, FIELD_FILE, g_variant_new_byte ((guint8) verification->file));
  if (verification->file_message != NULL)
    add_value (&builder, FIELD_FILE_MESSAGE, g_variant_new_string (verification->file_message));
  return g_variant_builder_end (&builder);
}

static HoistVerification *
verification_from_values (const HoistFieldValues *values)
{
  HoistVerification *verification =
    hoist_verification_new (hoist_field_values_get_uint64 (values, FIELD_ID));
  gint64 code = hoist_field_values_get_int64 (values, FIELD_ERROR);

  verification->object = (HoistObjectVerdict) hoist_field_values_get_uint64 (values, FIELD_OBJECT);
  verification->differences = (guint) hoist_field_values_get_uint64 (values, FIELD_DIFFERENCES);
  verification->time_us = hoist_field_values_get_int64 (values, FIELD_TIME);
  verification->modified_us = hoist_field_values_get_int64 (values, FIELD_MODIFIED);
  /* one that a later version knows */
  verification->error_code = code < HOIST_N_ERRORS ? (int) MAX (code, -1) : HOIST_ERROR_FAILED;
  verification->message = g_strdup (hoist_field_values_get_string (values, FIELD_MESSAGE));
  verification->file = (HoistFileVerdict) hoist_field_values_get_uint64 (values, FIELD_FILE);
  verification->file_message =
    g_strdup (hoist_field_values_get_string (values, FIELD_FILE_MESSAGE));
  return verification;
}

/**
 * hoist_verification_from_variant:
 * @variant: what another process sent
 * @error: return location for an error
 *
 * Reads a verification. Nothing about @variant is taken for granted; keys that
 * are not known are ignored.
 *
 * Errors: %HOIST_ERROR_PROTOCOL if it is not one.
 *
 * Returns: (transfer full) (nullable): the verification
 */
HoistVerification *
hoist_verification_from_variant (GVariant *variant, GError **error)
{
  HoistFieldValues values;
  gboolean has_unknown;
  g_autoptr (HoistVerification) verification = NULL;

  g_return_val_if_fail (variant != NULL, NULL);

  if (g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT) &&
      hoist_fields_read (g_variant_get_data (variant), g_variant_get_size (variant), fields,
                         N_FIELDS, &values, &has_unknown, NULL))
    verification = verification_from_values (&values);
  if (verification != NULL && verification->id > 0 &&
      (guint) verification->object < HOIST_N_OBJECT_VERDICTS &&
      (guint) verification->file < HOIST_N_FILE_VERDICTS && verification->time_us >= 0 &&
      verification->modified_us >= 0)
    return g_steal_pointer (&verification);
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                       _ ("The other program sent an answer that makes no sense"));
  return NULL;
}
