/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a scheduler ends: everything under way is called back, and what was just
 * delivered gets the last bytes of its receipt. */

#include "hoist-scheduler-private.h"

/* How long the end waits for the digest of a file that was delivered: enough for
 * the parts that are in memory anyway. What is longer follows at the next start. */
#define RECEIPT_GRACE_MS 2000
#define RECEIPT_GRACE_BYTES (512 * 1024 * 1024)

static gboolean
end_receipts_cb (gpointer data)
{
  HoistScheduler *self = data;

  g_clear_pointer (&self->receipt_source, g_source_unref);
  g_cancellable_cancel (self->receipt_cancellable);
  return G_SOURCE_REMOVE;
}

static void
let_receipts_end (HoistScheduler *self)
{
  GHashTableIter iter;
  gpointer value;
  guint64 unread_bytes = 0;

  g_hash_table_iter_init (&iter, self->transfers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    unread_bytes += hoist_transfer_get_unread_bytes (value);
  if (unread_bytes > RECEIPT_GRACE_BYTES)
    {
      g_cancellable_cancel (self->receipt_cancellable);
      return;
    }
  self->receipt_source = g_timeout_source_new (RECEIPT_GRACE_MS);
  g_source_set_callback (self->receipt_source, end_receipts_cb, self, NULL);
  g_source_attach (self->receipt_source, self->context);
}

/**
 * hoist_scheduler_halt:
 * @self: a scheduler
 *
 * Stops everything, for good. Comes back at once; hoist_scheduler_is_idle()
 * tells when the last call came back.
 */
void
hoist_scheduler_halt (HoistScheduler *self)
{
  GHashTableIter iter;
  gpointer value;

  self->halting = TRUE;
  g_cancellable_cancel (self->cancellable);
  hoist_scheduler_wake_verifications (self);
  hoist_scheduler_wake_links (self);
  let_receipts_end (self);
  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    hoist_target_close (((HoistRoute *) value)->target);
  for (guint lane = 0; lane < HOIST_N_LANES; lane++)
    {
      g_autoptr (GList) active = g_list_copy (self->active[lane].head);

      for (GList *l = active; l != NULL; l = l->next)
        hoist_transfer_halt (l->data);
    }
  hoist_scheduler_halt_walks (self);
  hoist_scheduler_log_abandon (self);
}

/**
 * hoist_scheduler_is_idle:
 * @self: a scheduler that was halted
 *
 * Returns: whether nothing is under way any more, so that it may be freed
 */
gboolean
hoist_scheduler_is_idle (HoistScheduler *self)
{
  return self->n_calls == 0 && hoist_scheduler_is_quiet (self);
}

/**
 * hoist_scheduler_is_quiet:
 * @self: a scheduler
 *
 * Returns: whether nothing travels and all that happened is on disk
 */
gboolean
hoist_scheduler_is_quiet (HoistScheduler *self)
{
  return g_queue_is_empty (&self->commits) && g_queue_is_empty (&self->active[HOIST_LANE_SMALL]) &&
         g_queue_is_empty (&self->active[HOIST_LANE_LARGE]);
}
