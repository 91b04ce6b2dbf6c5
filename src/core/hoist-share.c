/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-share.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-error.h"
#include "hoist-fields.h"

/* As the upload API has it. */
#define MAX_URL_BYTES 16384
#define MAX_BUCKET_BYTES 256

enum
{
  FIELD_URL,
  FIELD_SIGNED,
  FIELD_EXPIRES,
  FIELD_TEMPORARY,
  FIELD_BUCKET,
  N_FIELDS
};

static const HoistField fields[N_FIELDS] = {
  [FIELD_URL] = { "url", "s", MAX_URL_BYTES, FALSE },
  [FIELD_SIGNED] = { "signed", "b", 1, TRUE },
  [FIELD_EXPIRES] = { "expires", "x", 8, TRUE },
  [FIELD_TEMPORARY] = { "temporary", "b", 1, TRUE },
  [FIELD_BUCKET] = { "bucket", "s", MAX_BUCKET_BYTES, FALSE },
};

G_STATIC_ASSERT (N_FIELDS <= HOIST_MAX_FIELDS);

/**
 * hoist_share_new:
 * @url: (nullable): a signed link
 * @expires_us: real time until which it is good; 0 = not said
 *
 * Makes what there is to say of a link that is good for a time.
 *
 * Returns: (transfer full): it
 */
HoistShare *
hoist_share_new (const char *url, gint64 expires_us)
{
  HoistShare *share = g_new0 (HoistShare, 1);

  share->url = g_strdup (url);
  share->is_signed = TRUE;
  share->expires_us = expires_us;
  return share;
}

/**
 * hoist_share_free:
 * @share: (transfer full) (nullable): a link
 *
 * Wipes and frees it.
 */
void
hoist_share_free (HoistShare *share)
{
  if (share == NULL)
    return;
  if (share->url != NULL)
    explicit_bzero (share->url, strlen (share->url));
  g_free (share->url);
  g_free (share->bucket);
  g_free (share);
}

static void
add_value (GVariantBuilder *builder, gsize field, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", fields[field].key, value);
}

/**
 * hoist_share_to_variant:
 * @share: a link
 *
 * Writes a link for the one process that asked for it.
 *
 * Returns: (transfer floating): an `a{sv}`
 */
GVariant *
hoist_share_to_variant (const HoistShare *share)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (share != NULL, NULL);

  if (share->url != NULL)
    add_value (&builder, FIELD_URL, g_variant_new_string (share->url));
  add_value (&builder, FIELD_SIGNED, g_variant_new_boolean (share->is_signed));
  add_value (&builder, FIELD_EXPIRES, g_variant_new_int64 (share->expires_us));
  add_value (&builder, FIELD_TEMPORARY, g_variant_new_boolean (share->temporary));
  if (share->bucket != NULL)
    add_value (&builder, FIELD_BUCKET, g_variant_new_string (share->bucket));
  return g_variant_builder_end (&builder);
}

static gboolean
is_link (const char *url)
{
  return url == NULL || g_str_has_prefix (url, "https://") || g_str_has_prefix (url, "http://");
}

/**
 * hoist_share_from_variant:
 * @variant: what another process sent
 * @error: return location for an error
 *
 * Reads a link. Nothing about @variant is taken for granted; keys that are not known are ignored.
 *
 * Errors: %HOIST_ERROR_PROTOCOL if it is not one. Nothing of @variant is in the message.
 *
 * Returns: (transfer full) (nullable): the link
 */
HoistShare *
hoist_share_from_variant (GVariant *variant, GError **error)
{
  g_autoptr (HoistShare) share = NULL;
  HoistFieldValues values;
  gboolean has_unknown;

  g_return_val_if_fail (variant != NULL, NULL);

  if (g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT) &&
      hoist_fields_read (g_variant_get_data (variant), g_variant_get_size (variant), fields,
                         N_FIELDS, &values, &has_unknown, NULL))
    {
      share = hoist_share_new (hoist_field_values_get_string (&values, FIELD_URL),
                               hoist_field_values_get_int64 (&values, FIELD_EXPIRES));
      share->is_signed = hoist_field_values_get_uint64 (&values, FIELD_SIGNED) != 0;
      share->bucket = g_strdup (hoist_field_values_get_string (&values, FIELD_BUCKET));
      share->temporary = hoist_field_values_get_uint64 (&values, FIELD_TEMPORARY) != 0;
    }
  if (share != NULL && share->expires_us >= 0 && is_link (share->url))
    return g_steal_pointer (&share);
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                       _ ("The other program sent an answer that makes no sense"));
  return NULL;
}
