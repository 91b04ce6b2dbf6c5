/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What people say: of uploads, of destinations. */

#include "hoist-scheduler-private.h"

static int
compare_by_id (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const guint64 left = (*(HoistTransfer *const *) a)->record->id;
  const guint64 right = (*(HoistTransfer *const *) b)->record->id;

  return (left > right) - (left < right);
}

/**
 * hoist_scheduler_command:
 * @self: a scheduler
 * @command: what to do
 * @ids: (array length=n_ids): the uploads
 * @n_ids: how many; 0 for all that @command applies to
 *
 * Does @command to uploads. Unknown ids, and those that it does not apply to,
 * are passed over. All of them means in the order that they came in, which is the
 * order of the queue and of everybody's list.
 */
void
hoist_scheduler_command (HoistScheduler *self,
                         HoistCommand command,
                         const guint64 *ids,
                         gsize n_ids)
{
  g_autofree gpointer *all = NULL;
  guint n_all = 0;

  if (n_ids == 0)
    {
      all = g_hash_table_get_keys_as_array (self->transfers, &n_all);
      g_qsort_with_data (all, (int) n_all, sizeof *all, compare_by_id, NULL);
    }
  for (guint i = 0; i < n_all; i++)
    hoist_transfer_command (all[i], command);
  for (gsize i = 0; i < n_ids; i++)
    {
      HoistTransfer *transfer = hoist_scheduler_find (self, ids[i]);
      if (transfer != NULL)
        hoist_transfer_command (transfer, command);
    }
}

static void
follow_route (HoistScheduler *self, HoistTransfer *transfer)
{
  if (transfer->record->walk != NULL)
    return;
  if (transfer->run != NULL)
    hoist_transfer_halt (transfer);
  else if (transfer->record->state == HOIST_UPLOAD_QUEUED ||
           transfer->record->state == HOIST_UPLOAD_CANCELLING)
    hoist_scheduler_place (self, transfer);
}

/**
 * hoist_scheduler_set_destination:
 * @self: a scheduler
 * @id: a destination
 * @config: (nullable): how to reach it; %NULL when it is gone
 *
 * Makes a destination known, or forgets it. What is under way to it stops and
 * goes on with the new configuration; if only limits differ it goes on as it is.
 */
void
hoist_scheduler_set_destination (HoistScheduler *self, const char *id, HoistProviderConfig *config)
{
  g_autoptr (GList) all = g_hash_table_get_values (self->transfers);
  HoistRoute *old = hoist_scheduler_get_route (self, id);
  g_autofree char *old_id = NULL;

  if (old != NULL && config != NULL && hoist_target_adopt_limits (old->target, config))
    {
      hoist_scheduler_kick (self);
      return;
    }
  old = NULL;
  g_hash_table_steal_extended (self->routes, id, (gpointer *) &old_id, (gpointer *) &old);
  if (config != NULL)
    {
      HoistRoute *route = g_new0 (HoistRoute, 1);

      route->target = hoist_target_new (id, config);
      g_hash_table_insert (self->routes, g_strdup (id), route);
      hoist_scheduler_network_add_route (self, route);
    }
  for (GList *l = all; l != NULL; l = l->next)
    {
      HoistTransfer *transfer = l->data;
      if (g_str_equal (transfer->record->destination_id, id))
        follow_route (self, transfer);
    }
  g_clear_pointer (&old, hoist_route_free);
  hoist_scheduler_wake_verifications (self);
  hoist_scheduler_wake_links (self);
  hoist_scheduler_kick (self);
}
