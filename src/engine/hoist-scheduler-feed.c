/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others are told: one snapshot of each upload that changed, at most ten
 * times a second. */

#include "hoist-scheduler-private.h"

#define FLUSH_INTERVAL_MS 100

/* A set of all that changed could stop the main thread for as long as there are uploads:
 * it comes in sets of so many, and the engine makes the next one so much later. */
#define MAX_INFOS 1000
#define NEXT_FLUSH_MS 2

static void schedule_flush_in (HoistScheduler *self, guint delay_ms);

/* The first ones first: the list of others is in their order. What was removed meanwhile
 * was kept for this only. */
static void
flush_some (HoistScheduler *self)
{
  guint n_infos = 0;

  while (self->n_flushed < self->dirty->len && n_infos < MAX_INFOS)
    {
      HoistTransfer *transfer = g_ptr_array_index (self->dirty, self->n_flushed++);

      transfer->dirty = FALSE;
      if (transfer->gone)
        {
          hoist_transfer_free (transfer);
          continue;
        }
      g_ptr_array_add (self->changes->infos, hoist_transfer_make_info (transfer));
      n_infos++;
    }
  if (self->n_flushed == self->dirty->len)
    {
      g_ptr_array_set_size (self->dirty, 0);
      self->n_flushed = 0;
    }
  if (hoist_change_set_is_empty (self->changes))
    return;
  self->events.changed (g_steal_pointer (&self->changes), self->events_data);
  self->changes = hoist_change_set_new ();
}

static gboolean
flush_cb (gpointer data)
{
  HoistScheduler *self = data;

  g_clear_pointer (&self->flush_source, g_source_unref);
  flush_some (self);
  if (self->dirty->len > 0)
    schedule_flush_in (self, NEXT_FLUSH_MS);
  return G_SOURCE_REMOVE;
}

static void
schedule_flush_in (HoistScheduler *self, guint delay_ms)
{
  if (self->flush_source != NULL)
    return;
  self->flush_source = g_timeout_source_new (delay_ms);
  g_source_set_callback (self->flush_source, flush_cb, self, NULL);
  g_source_attach (self->flush_source, self->context);
}

static void
schedule_flush (HoistScheduler *self)
{
  schedule_flush_in (self, FLUSH_INTERVAL_MS);
}

/**
 * hoist_scheduler_mark_dirty:
 * @self: a scheduler
 * @transfer: an upload that changed
 *
 * Has a snapshot of @transfer in the next change set.
 */
void
hoist_scheduler_mark_dirty (HoistScheduler *self, HoistTransfer *transfer)
{
  if (!transfer->dirty)
    {
      transfer->dirty = TRUE;
      g_ptr_array_add (self->dirty, transfer);
    }
  schedule_flush (self);
}

/**
 * hoist_scheduler_feed_batch:
 * @self: a scheduler
 * @batch: a batch that changed
 *
 * Has @batch in the next change set.
 */
void
hoist_scheduler_feed_batch (HoistScheduler *self, const HoistBatchInfo *batch)
{
  GArray *batches = self->changes->batches;

  for (guint i = 0; i < batches->len; i++)
    if (g_array_index (batches, HoistBatchInfo, i).id == batch->id)
      {
        g_array_index (batches, HoistBatchInfo, i) = *batch;
        return;
      }
  g_array_append_val (batches, *batch);
  schedule_flush (self);
}

/**
 * hoist_scheduler_feed_removed:
 * @self: a scheduler
 * @id: an upload that is gone
 *
 * Has @id in the next change set.
 */
void
hoist_scheduler_feed_removed (HoistScheduler *self, guint64 id)
{
  g_array_append_val (self->changes->removed, id);
  schedule_flush (self);
}

/**
 * hoist_scheduler_feed_flush:
 * @self: a scheduler
 *
 * Sends what has gathered, now.
 */
void
hoist_scheduler_feed_flush (HoistScheduler *self)
{
  do
    flush_some (self);
  while (self->dirty->len > 0);
}

/**
 * hoist_scheduler_feed_init:
 * @self: a scheduler
 *
 * Begins with nothing to tell.
 */
void
hoist_scheduler_feed_init (HoistScheduler *self)
{
  self->dirty = g_ptr_array_new ();
  self->changes = hoist_change_set_new ();
}

/**
 * hoist_scheduler_feed_clear:
 * @self: a scheduler
 *
 * Drops what was not told.
 */
void
hoist_scheduler_feed_clear (HoistScheduler *self)
{
  if (self->flush_source != NULL)
    g_source_destroy (self->flush_source);
  g_clear_pointer (&self->flush_source, g_source_unref);
  for (guint i = self->n_flushed; i < self->dirty->len; i++)
    if (((HoistTransfer *) g_ptr_array_index (self->dirty, i))->gone)
      hoist_transfer_free (g_ptr_array_index (self->dirty, i));
  g_ptr_array_unref (self->dirty);
  hoist_change_set_free (self->changes);
}
