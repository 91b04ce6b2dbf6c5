/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others are told: one snapshot of each upload that changed, at most ten times a second.
 *
 * It goes up in passes. A pass takes what has changed when it begins, in sets of a size that no frame
 * waits for long, and each set only when the one before is in the list: whoever takes them slowly
 * gets fewer, later and newer ones, and is never behind by more than one. What changes meanwhile
 * gathers here, once for each upload, and is the next pass. */

#include "hoist-scheduler-private.h"

#define PASS_INTERVAL_MS 100

/* Changes in a set at most. */
#define MAX_CHANGES 1000

static void schedule_pass (HoistScheduler *self);

/* Whether a pass has told everything. */
static gboolean
pass_is_over (HoistScheduler *self)
{
  return self->telling->len == 0 && self->pass->removed->len == 0 && self->pass->batches->len == 0;
}

static gboolean
nothing_gathered (HoistScheduler *self)
{
  return self->dirty->len == 0 && hoist_change_set_is_empty (self->changes);
}

static void
begin_pass (HoistScheduler *self)
{
  GPtrArray *told = g_steal_pointer (&self->telling);
  HoistChangeSet *pass = g_steal_pointer (&self->pass);

  self->telling = g_steal_pointer (&self->dirty);
  self->pass = g_steal_pointer (&self->changes);
  self->dirty = told;
  self->changes = pass;
}

/* The first ones first: the list of others is in their order. What was removed meanwhile was kept
 * for this only. */
static void
take_infos (HoistScheduler *self, HoistChangeSet *set)
{
  while (self->n_told < self->telling->len && set->infos->len < MAX_CHANGES)
    {
      HoistTransfer *transfer = g_ptr_array_index (self->telling, self->n_told++);

      transfer->dirty = FALSE;
      if (transfer->gone)
        hoist_transfer_free (transfer);
      else
        g_ptr_array_add (set->infos, hoist_transfer_make_info (transfer));
    }
  if (self->n_told < self->telling->len)
    return;
  g_ptr_array_set_size (self->telling, 0);
  self->n_told = 0;
}

static void
take_removed (HoistScheduler *self, HoistChangeSet *set)
{
  GArray *removed = self->pass->removed;
  guint n = MIN (MAX_CHANGES - set->infos->len, removed->len - self->n_removed_told);

  if (n > 0)
    g_array_append_vals (set->removed, &g_array_index (removed, guint64, self->n_removed_told), n);
  self->n_removed_told += n;
  if (self->n_removed_told < removed->len)
    return;
  g_array_set_size (removed, 0);
  self->n_removed_told = 0;
}

/* Batches come with the end of the pass: none is said to be complete before its uploads, which had
 * changed before it did. */
static void
tell_some (HoistScheduler *self)
{
  g_autoptr (HoistChangeSet) set = hoist_change_set_new ();
  GArray *batches = self->pass->batches;

  take_infos (self, set);
  take_removed (self, set);
  if (self->telling->len == 0 && self->pass->removed->len == 0 && batches->len > 0)
    {
      g_array_append_vals (set->batches, batches->data, batches->len);
      g_array_set_size (batches, 0);
    }
  if (hoist_change_set_is_empty (set))
    return;
  self->set_is_away = TRUE;
  self->events.changed (g_steal_pointer (&set), self->events_data);
}

/* Until a set is away: what a pass has left may all have been removed. */
static void
go_on (HoistScheduler *self)
{
  while (!self->set_is_away && !pass_is_over (self))
    tell_some (self);
  if (!self->set_is_away && !nothing_gathered (self))
    schedule_pass (self);
}

static gboolean
pass_cb (gpointer data)
{
  HoistScheduler *self = data;

  g_clear_pointer (&self->pass_source, g_source_unref);
  begin_pass (self);
  go_on (self);
  return G_SOURCE_REMOVE;
}

/* While a set is away, or has left something, the next pass is not yet to come. */
static void
schedule_pass (HoistScheduler *self)
{
  if (self->pass_source != NULL || self->set_is_away || !pass_is_over (self))
    return;
  self->pass_source = g_timeout_source_new (PASS_INTERVAL_MS);
  g_source_set_callback (self->pass_source, pass_cb, self, NULL);
  g_source_attach (self->pass_source, self->context);
}

/**
 * hoist_scheduler_mark_dirty:
 * @self: a scheduler
 * @transfer: an upload that changed
 *
 * Has a snapshot of @transfer in one of the next change sets.
 */
void
hoist_scheduler_mark_dirty (HoistScheduler *self, HoistTransfer *transfer)
{
  if (transfer->hidden)
    return;
  if (!transfer->dirty)
    {
      transfer->dirty = TRUE;
      g_ptr_array_add (self->dirty, transfer);
    }
  schedule_pass (self);
}

/**
 * hoist_scheduler_feed_batch:
 * @self: a scheduler
 * @batch: a batch that changed
 *
 * Has @batch in one of the next change sets, after the uploads that changed before.
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
  schedule_pass (self);
}

/**
 * hoist_scheduler_feed_removed:
 * @self: a scheduler
 * @id: an upload that is gone
 *
 * Has @id in one of the next change sets.
 */
void
hoist_scheduler_feed_removed (HoistScheduler *self, guint64 id)
{
  g_array_append_val (self->changes->removed, id);
  schedule_pass (self);
}

/**
 * hoist_scheduler_feed_taken:
 * @self: a scheduler
 *
 * The last set is in the list of whoever was told: the next one may go.
 */
void
hoist_scheduler_feed_taken (HoistScheduler *self)
{
  self->set_is_away = FALSE;
  go_on (self);
}

/**
 * hoist_scheduler_feed_begin:
 * @self: a scheduler that has told nothing yet
 *
 * Begins to tell what there is, now.
 */
void
hoist_scheduler_feed_begin (HoistScheduler *self)
{
  begin_pass (self);
  go_on (self);
}

/**
 * hoist_scheduler_feed_is_done:
 * @self: a scheduler
 *
 * Returns: whether everything that ever changed is in the list of whoever was told
 */
gboolean
hoist_scheduler_feed_is_done (HoistScheduler *self)
{
  return !self->set_is_away && pass_is_over (self) && nothing_gathered (self);
}

/**
 * hoist_scheduler_feed_flush:
 * @self: a scheduler
 *
 * Tells all that is left at the end, without waiting for anybody.
 */
void
hoist_scheduler_feed_flush (HoistScheduler *self)
{
  while (!pass_is_over (self))
    tell_some (self);
  begin_pass (self);
  while (!pass_is_over (self))
    tell_some (self);
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
  self->telling = g_ptr_array_new ();
  self->pass = hoist_change_set_new ();
}

static void
free_gone (GPtrArray *transfers, guint first)
{
  for (guint i = first; i < transfers->len; i++)
    if (((HoistTransfer *) g_ptr_array_index (transfers, i))->gone)
      hoist_transfer_free (g_ptr_array_index (transfers, i));
  g_ptr_array_unref (transfers);
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
  if (self->pass_source != NULL)
    g_source_destroy (self->pass_source);
  g_clear_pointer (&self->pass_source, g_source_unref);
  free_gone (self->telling, self->n_told);
  free_gone (self->dirty, 0);
  hoist_change_set_free (self->changes);
  hoist_change_set_free (self->pass);
}
