/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The order of the destinations, which is that of every menu. It is a list of ids in the
 * file; what it does not name comes after what it names, in the order of the groups. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-destination-file-private.h"
#include "hoist-error.h"

static gboolean
find_index (HoistDestinationFile *self, const char *id, guint *index)
{
  for (*index = 0; *index < self->destinations->len; (*index)++)
    {
      HoistDestination *destination = g_ptr_array_index (self->destinations, *index);

      if (g_strcmp0 (hoist_destination_get_id (destination), id) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
move_to (HoistDestinationFile *self, guint from, guint to)
{
  gpointer moved = g_ptr_array_steal_index (self->destinations, from);

  g_ptr_array_insert (self->destinations, (int) to, moved);
}

/**
 * hoist_destination_file_sort: (skip)
 * @self: the file, whose destinations were just read
 *
 * Brings them into the order that the file says. Ids that there are not, or that it
 * names twice, are passed over.
 */
void
hoist_destination_file_sort (HoistDestinationFile *self)
{
  g_auto (GStrv) order = g_key_file_get_string_list (self->key_file, HOIST_DESTINATION_FILE_GROUP,
                                                     HOIST_DESTINATION_FILE_KEY_ORDER, NULL, NULL);
  guint n_sorted = 0;

  for (guint i = 0; order != NULL && order[i] != NULL; i++)
    {
      guint index;

      if (!find_index (self, order[i], &index) || index < n_sorted)
        continue;
      move_to (self, index, n_sorted);
      n_sorted++;
    }
}

static void
store_order (HoistDestinationFile *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < self->destinations->len; i++)
    {
      HoistDestination *destination = g_ptr_array_index (self->destinations, i);

      g_ptr_array_add (ids, (gpointer) hoist_destination_get_id (destination));
    }
  g_key_file_set_string_list (self->key_file, HOIST_DESTINATION_FILE_GROUP,
                              HOIST_DESTINATION_FILE_KEY_ORDER, (const char *const *) ids->pdata,
                              ids->len);
}

/**
 * hoist_destination_file_move:
 * @self: the file
 * @id: a destination's id
 * @before_id: (nullable): the id of the one that it is to stand before; %NULL for
 *   the end
 * @error: (out) (optional): why nothing was moved
 *
 * Moves a destination to another place in the order.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT when one of them is not there.
 *
 * Returns: whether it stands there
 */
gboolean
hoist_destination_file_move (HoistDestinationFile *self,
                             const char *id,
                             const char *before_id,
                             GError **error)
{
  guint from, to;

  g_return_val_if_fail (self != NULL, FALSE);

  if (hoist_destination_file_require (self, id, error) == NULL ||
      (before_id != NULL && hoist_destination_file_require (self, before_id, error) == NULL))
    return FALSE;
  find_index (self, id, &from);
  if (before_id == NULL)
    to = self->destinations->len;
  else
    find_index (self, before_id, &to);
  /* Its own place is counted as long as it stands there. */
  if (from != to)
    move_to (self, from, from < to ? to - 1 : to);
  store_order (self);
  return TRUE;
}
