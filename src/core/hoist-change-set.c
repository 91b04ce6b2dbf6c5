/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-upload-info.h"

/**
 * hoist_change_set_new:
 *
 * Creates a set without any change.
 *
 * Returns: (transfer full): a set
 */
HoistChangeSet *
hoist_change_set_new (void)
{
  HoistChangeSet *changes = g_new0 (HoistChangeSet, 1);

  changes->infos = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_upload_info_unref);
  changes->removed = g_array_new (FALSE, FALSE, sizeof (guint64));
  changes->batches = g_array_new (FALSE, FALSE, sizeof (HoistBatchInfo));
  return changes;
}

/**
 * hoist_change_set_free:
 * @changes: (transfer full) (nullable): a set
 *
 * Frees a set and its references to the snapshots.
 */
void
hoist_change_set_free (HoistChangeSet *changes)
{
  if (changes == NULL)
    return;
  g_ptr_array_unref (changes->infos);
  g_array_unref (changes->removed);
  g_array_unref (changes->batches);
  g_free (changes);
}

/**
 * hoist_change_set_is_empty:
 * @changes: a set
 *
 * Whether nothing changed.
 *
 * Returns: whether there is nothing in it
 */
gboolean
hoist_change_set_is_empty (const HoistChangeSet *changes)
{
  g_return_val_if_fail (changes != NULL, TRUE);

  return changes->infos->len == 0 && changes->removed->len == 0 && changes->batches->len == 0;
}

/**
 * hoist_change_set_to_variant:
 * @changes: a set
 *
 * Writes a set for another process.
 *
 * Returns: (transfer floating): a value of type %HOIST_CHANGE_SET_TYPE
 */
GVariant *
hoist_change_set_to_variant (const HoistChangeSet *changes)
{
  GVariantBuilder infos = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  GVariantBuilder batches = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(tub)"));

  g_return_val_if_fail (changes != NULL, NULL);

  for (guint i = 0; i < changes->infos->len; i++)
    g_variant_builder_add_value (
      &infos, hoist_upload_info_to_variant (g_ptr_array_index (changes->infos, i)));
  for (guint i = 0; i < changes->batches->len; i++)
    {
      const HoistBatchInfo *batch = &g_array_index (changes->batches, HoistBatchInfo, i);

      g_variant_builder_add (&batches, "(tub)", batch->id, batch->n_files, batch->complete != 0);
    }
  return g_variant_new ("(@aa{sv}@at@a(tub))", g_variant_builder_end (&infos),
                        g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, changes->removed->data,
                                                   changes->removed->len, sizeof (guint64)),
                        g_variant_builder_end (&batches));
}

static gboolean
read_infos (HoistChangeSet *changes, GVariant *infos, GError **error)
{
  gsize n_infos = g_variant_n_children (infos);

  for (gsize i = 0; i < n_infos; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (infos, i);
      HoistUploadInfo *info = hoist_upload_info_from_variant (child, error);

      if (info == NULL)
        return FALSE;
      g_ptr_array_add (changes->infos, info);
    }
  return TRUE;
}

static void
read_batches (HoistChangeSet *changes, GVariant *batches)
{
  GVariantIter iter;
  HoistBatchInfo batch;

  g_variant_iter_init (&iter, batches);
  while (g_variant_iter_next (&iter, "(tub)", &batch.id, &batch.n_files, &batch.complete))
    g_array_append_val (changes->batches, batch);
}

/**
 * hoist_change_set_from_variant:
 * @variant: what another process sent
 * @error: return location for an error
 *
 * Reads a set. Nothing about @variant is taken for granted.
 *
 * Errors: %HOIST_ERROR_PROTOCOL if it is not a set, or one of its snapshots is
 * none.
 *
 * Returns: (transfer full) (nullable): a new set
 */
HoistChangeSet *
hoist_change_set_from_variant (GVariant *variant, GError **error)
{
  g_autoptr (HoistChangeSet) changes = NULL;
  g_autoptr (GVariant) infos = NULL;
  g_autoptr (GVariant) removed = NULL;
  g_autoptr (GVariant) batches = NULL;
  const guint64 *ids;
  gsize n_ids = 0;

  g_return_val_if_fail (variant != NULL, NULL);

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE (HOIST_CHANGE_SET_TYPE)))
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                           _ ("The other program sent changes that make no sense"));
      return NULL;
    }

  changes = hoist_change_set_new ();
  infos = g_variant_get_child_value (variant, 0);
  removed = g_variant_get_child_value (variant, 1);
  batches = g_variant_get_child_value (variant, 2);
  if (!read_infos (changes, infos, error))
    return NULL;
  ids = g_variant_get_fixed_array (removed, &n_ids, sizeof (guint64));
  g_array_append_vals (changes->removed, ids, (guint) n_ids);
  read_batches (changes, batches);
  return g_steal_pointer (&changes);
}
