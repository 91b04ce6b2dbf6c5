/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-unfinished.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-digest.h"
#include "hoist-error.h"
#include "hoist-fields.h"
#include "hoist-part-plan.h"

#define MAX_UPLOAD_ID_BYTES 2048
#define MAX_KEY_BYTES 1024
#define ID_DIGITS 12

enum
{
  FIELD_UPLOAD_ID,
  FIELD_KEY,
  FIELD_PATH,
  FIELD_FILE_NAME,
  FIELD_WITH_SHA256,
  FIELD_SIZE,
  FIELD_N_PARTS,
  FIELD_PART_BYTES,
  FIELD_INITIATED,
  FIELD_MODIFIED,
  N_FIELDS
};

static const HoistField fields[N_FIELDS] = {
  [FIELD_UPLOAD_ID] = { "upload-id", "s", MAX_UPLOAD_ID_BYTES, TRUE },
  [FIELD_KEY] = { "key", "s", MAX_KEY_BYTES, TRUE },
  [FIELD_PATH] = { "path", "s", HOIST_UNFINISHED_MAX_PATH_BYTES, FALSE },
  [FIELD_FILE_NAME] = { "file-name", "s", HOIST_UNFINISHED_MAX_PATH_BYTES, FALSE },
  [FIELD_WITH_SHA256] = { "with-sha256", "b", 1, FALSE },
  [FIELD_SIZE] = { "size", "t", 8, FALSE },
  [FIELD_N_PARTS] = { "parts", "u", 4, FALSE },
  [FIELD_PART_BYTES] = { "part-size", "t", 8, FALSE },
  [FIELD_INITIATED] = { "initiated", "x", 8, FALSE },
  [FIELD_MODIFIED] = { "modified", "x", 8, FALSE },
};

G_STATIC_ASSERT (N_FIELDS <= HOIST_MAX_FIELDS);

/**
 * hoist_unfinished_new:
 * @upload_id: the upload
 * @key: its object's key
 *
 * Returns: (transfer full): an upload of which no more is known
 */
HoistUnfinished *
hoist_unfinished_new (const char *upload_id, const char *key)
{
  HoistUnfinished *unfinished = g_new0 (HoistUnfinished, 1);

  unfinished->upload_id = g_strdup (upload_id);
  unfinished->key = g_strdup (key);
  return unfinished;
}

/**
 * hoist_unfinished_copy:
 * @unfinished: an upload
 *
 * Returns: (transfer full): the same
 */
HoistUnfinished *
hoist_unfinished_copy (const HoistUnfinished *unfinished)
{
  HoistUnfinished *copy = g_memdup2 (unfinished, sizeof *unfinished);

  copy->upload_id = g_strdup (unfinished->upload_id);
  copy->key = g_strdup (unfinished->key);
  copy->path = g_strdup (unfinished->path);
  copy->file_name = g_strdup (unfinished->file_name);
  return copy;
}

/**
 * hoist_unfinished_free:
 * @unfinished: (transfer full) (nullable): an upload
 *
 * Frees @unfinished.
 */
void
hoist_unfinished_free (HoistUnfinished *unfinished)
{
  if (unfinished == NULL)
    return;
  g_free (unfinished->upload_id);
  g_free (unfinished->key);
  g_free (unfinished->path);
  g_free (unfinished->file_name);
  g_free (unfinished);
}

/**
 * hoist_unfinished_get_name:
 * @unfinished: an upload
 *
 * Returns: (transfer none): what people know it by, as far as the server tells: its path,
 *   its file's name, or its key
 */
const char *
hoist_unfinished_get_name (const HoistUnfinished *unfinished)
{
  if (unfinished->path != NULL)
    return unfinished->path;
  return unfinished->file_name != NULL ? unfinished->file_name : unfinished->key;
}

/**
 * hoist_unfinished_get_last_us:
 * @unfinished: an upload
 *
 * Returns: real time at which something was last heard of it
 */
gint64
hoist_unfinished_get_last_us (const HoistUnfinished *unfinished)
{
  return MAX (unfinished->initiated_us, unfinished->modified_us);
}

/**
 * hoist_unfinished_dup_id:
 * @unfinished: an upload
 *
 * Makes a short name for command lines: upload ids have up to 2,048 characters,
 * and some that a shell does not leave alone.
 *
 * Returns: (transfer full): 12 hexadecimal digits, always the same for an upload
 */
char *
hoist_unfinished_dup_id (const HoistUnfinished *unfinished)
{
  g_autofree char *text = g_strconcat (unfinished->upload_id, "\n", unfinished->key, NULL);
  guint8 digest[HOIST_SHA256_BYTES];

  hoist_digest_data (HOIST_DIGEST_SHA256, text, strlen (text), digest);
  return hoist_digest_to_hex (digest, ID_DIGITS / 2);
}

static void
add_value (GVariantBuilder *builder, gsize field, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", fields[field].key, value);
}

static void
add_string (GVariantBuilder *builder, gsize field, const char *string)
{
  if (string != NULL)
    add_value (builder, field, g_variant_new_string (string));
}

/**
 * hoist_unfinished_to_variant:
 * @unfinished: an upload
 *
 * Writes it for another process. What is not known is left out.
 *
 * Returns: (transfer floating): an `a{sv}`
 */
GVariant *
hoist_unfinished_to_variant (const HoistUnfinished *unfinished)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_string (&builder, FIELD_UPLOAD_ID, unfinished->upload_id);
  add_string (&builder, FIELD_KEY, unfinished->key);
  add_string (&builder, FIELD_PATH, unfinished->path);
  add_string (&builder, FIELD_FILE_NAME, unfinished->file_name);
  if (unfinished->with_sha256)
    add_value (&builder, FIELD_WITH_SHA256, g_variant_new_boolean (TRUE));
  if (unfinished->has_size)
    {
      add_value (&builder, FIELD_SIZE, g_variant_new_uint64 (unfinished->size_bytes));
      add_value (&builder, FIELD_N_PARTS, g_variant_new_uint32 (unfinished->n_parts));
      add_value (&builder, FIELD_PART_BYTES, g_variant_new_uint64 (unfinished->part_bytes));
    }
  add_value (&builder, FIELD_INITIATED, g_variant_new_int64 (unfinished->initiated_us));
  add_value (&builder, FIELD_MODIFIED, g_variant_new_int64 (unfinished->modified_us));
  return g_variant_builder_end (&builder);
}

static gboolean
makes_sense (const HoistUnfinished *unfinished)
{
  return *unfinished->upload_id != '\0' && *unfinished->key != '\0' &&
         unfinished->size_bytes <= G_MAXINT64 && unfinished->part_bytes <= G_MAXINT64 &&
         unfinished->n_parts <= HOIST_S3_MAX_PARTS && unfinished->initiated_us >= 0 &&
         unfinished->modified_us >= 0;
}

static void
set_protocol_error (GError **error)
{
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                       _ ("The other program sent an unfinished upload that makes no sense"));
}

/**
 * hoist_unfinished_from_variant:
 * @variant: what another process sent
 * @error: return location for an error
 *
 * Reads an upload. Nothing about @variant is taken for granted; keys that are
 * not known are ignored.
 *
 * Errors: %HOIST_ERROR_PROTOCOL if it is none.
 *
 * Returns: (transfer full) (nullable): the upload
 */
HoistUnfinished *
hoist_unfinished_from_variant (GVariant *variant, GError **error)
{
  HoistFieldValues values;
  gboolean has_unknown;
  g_autoptr (HoistUnfinished) unfinished = NULL;

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT) ||
      !hoist_fields_read (g_variant_get_data (variant), g_variant_get_size (variant), fields,
                          N_FIELDS, &values, &has_unknown, NULL))
    {
      set_protocol_error (error);
      return NULL;
    }
  unfinished = hoist_unfinished_new (hoist_field_values_get_string (&values, FIELD_UPLOAD_ID),
                                     hoist_field_values_get_string (&values, FIELD_KEY));
  unfinished->path = g_strdup (hoist_field_values_get_string (&values, FIELD_PATH));
  unfinished->file_name = g_strdup (hoist_field_values_get_string (&values, FIELD_FILE_NAME));
  unfinished->with_sha256 = hoist_field_values_get_uint64 (&values, FIELD_WITH_SHA256) != 0;
  unfinished->has_size = values.at[FIELD_SIZE].data != NULL;
  unfinished->size_bytes = hoist_field_values_get_uint64 (&values, FIELD_SIZE);
  unfinished->n_parts = (guint) hoist_field_values_get_uint64 (&values, FIELD_N_PARTS);
  unfinished->part_bytes = hoist_field_values_get_uint64 (&values, FIELD_PART_BYTES);
  unfinished->initiated_us = hoist_field_values_get_int64 (&values, FIELD_INITIATED);
  unfinished->modified_us = hoist_field_values_get_int64 (&values, FIELD_MODIFIED);
  if (makes_sense (unfinished))
    return g_steal_pointer (&unfinished);
  set_protocol_error (error);
  return NULL;
}

/**
 * hoist_unfinished_page_new:
 *
 * Returns: (transfer full): an empty page, with none behind it
 */
HoistUnfinishedPage *
hoist_unfinished_page_new (void)
{
  HoistUnfinishedPage *page = g_new0 (HoistUnfinishedPage, 1);

  page->uploads = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_unfinished_free);
  return page;
}

/**
 * hoist_unfinished_page_free:
 * @page: (transfer full) (nullable): a page
 *
 * Frees @page.
 */
void
hoist_unfinished_page_free (HoistUnfinishedPage *page)
{
  if (page == NULL)
    return;
  g_ptr_array_unref (page->uploads);
  g_free (page->next);
  g_free (page);
}

/**
 * hoist_unfinished_page_to_variant:
 * @page: a page
 *
 * Returns: (transfer floating): a %HOIST_UNFINISHED_PAGE_TYPE
 */
GVariant *
hoist_unfinished_page_to_variant (const HoistUnfinishedPage *page)
{
  GVariantBuilder uploads;

  g_variant_builder_init (&uploads, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < page->uploads->len; i++)
    g_variant_builder_add_value (&uploads, hoist_unfinished_to_variant (page->uploads->pdata[i]));
  return g_variant_new ("(@aa{sv}s)", g_variant_builder_end (&uploads),
                        page->next != NULL ? page->next : "");
}

/**
 * hoist_unfinished_page_from_variant:
 * @variant: what another process sent
 * @error: return location for an error
 *
 * Errors: %HOIST_ERROR_PROTOCOL if it is no page.
 *
 * Returns: (transfer full) (nullable): the page
 */
HoistUnfinishedPage *
hoist_unfinished_page_from_variant (GVariant *variant, GError **error)
{
  g_autoptr (HoistUnfinishedPage) page = hoist_unfinished_page_new ();
  g_autoptr (GVariant) uploads = NULL;

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE (HOIST_UNFINISHED_PAGE_TYPE)))
    {
      set_protocol_error (error);
      return NULL;
    }
  g_variant_get (variant, "(@aa{sv}s)", &uploads, &page->next);
  if (strlen (page->next) > HOIST_UNFINISHED_MAX_CURSOR_BYTES)
    {
      set_protocol_error (error);
      return NULL;
    }
  if (*page->next == '\0')
    g_clear_pointer (&page->next, g_free);
  for (gsize i = 0; i < g_variant_n_children (uploads); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (uploads, i);
      HoistUnfinished *upload = hoist_unfinished_from_variant (child, error);

      if (upload == NULL)
        return NULL;
      g_ptr_array_add (page->uploads, upload);
    }
  return g_steal_pointer (&page);
}
