/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a store knows. */

#include "hoist-destination-store-private.h"

/**
 * hoist_destination_store_find: (skip)
 * @self: a store
 * @id: (nullable): an id
 *
 * Returns: (transfer none) (nullable): the destination with that id
 */
HoistDestination *
hoist_destination_store_find (HoistDestinationStore *self, const char *id)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      HoistDestination *destination = g_ptr_array_index (self->items, i);

      if (g_strcmp0 (hoist_destination_get_id (destination), id) == 0)
        return destination;
    }
  return NULL;
}

/**
 * hoist_destination_store_lookup:
 * @self: the store
 * @id_or_name: a destination's id, or its name in any case
 *
 * Finds a destination. An id goes before a name.
 *
 * Returns: (transfer none) (nullable): the destination
 */
HoistDestination *
hoist_destination_store_lookup (HoistDestinationStore *self, const char *id_or_name)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_STORE (self), NULL);
  g_return_val_if_fail (id_or_name != NULL, NULL);

  HoistDestination *destination = hoist_destination_store_find (self, id_or_name);

  if (destination != NULL || !g_utf8_validate (id_or_name, -1, NULL))
    return destination;

  g_autofree char *folded = g_utf8_casefold (id_or_name, -1);

  for (guint i = 0; i < self->items->len; i++)
    {
      destination = g_ptr_array_index (self->items, i);
      g_autofree char *name = g_utf8_casefold (hoist_destination_get_name (destination), -1);

      if (g_str_equal (name, folded))
        return destination;
    }
  return NULL;
}

/**
 * hoist_destination_store_get_default:
 * @self: the store
 *
 * Gets where files go when nobody says where: the one that was chosen, else the
 * first one.
 *
 * Returns: (transfer none) (nullable): the destination; %NULL when there is none
 */
HoistDestination *
hoist_destination_store_get_default (HoistDestinationStore *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_STORE (self), NULL);

  return self->by_default;
}

/**
 * hoist_destination_store_set_preset_folders:
 * @self: the store
 * @folders: where the files of an administrator are looked for
 *
 * Looks there and nowhere else from the next reading on. To be called before
 * [method@DestinationStore.watch].
 */
void
hoist_destination_store_set_preset_folders (HoistDestinationStore *self, const char *const *folders)
{
  g_return_if_fail (HOIST_IS_DESTINATION_STORE (self));

  g_strfreev (self->folders);
  self->folders = g_strdupv ((char **) folders);
}

/**
 * hoist_destination_store_get_preset_problem:
 * @self: the store
 *
 * Gets what of an administrator's files is not used, as of the last reading. All
 * that is a person's own is in use nevertheless.
 *
 * Returns: (transfer none) (nullable): a sentence for people
 */
const char *
hoist_destination_store_get_preset_problem (HoistDestinationStore *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_STORE (self), NULL);

  return self->preset_problem;
}

/**
 * hoist_destination_store_is_default_locked:
 * @self: the store
 *
 * Returns: whether an administrator set where files go when nobody says where
 */
gboolean
hoist_destination_store_is_default_locked (HoistDestinationStore *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_STORE (self), FALSE);

  return self->default_locked;
}
