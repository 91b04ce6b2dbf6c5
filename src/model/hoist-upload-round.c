/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-upload-round.h"

#include "hoist-upload-tally.h"

struct _HoistUploadRound
{
  guint number; /* of the rounds so far */
  gboolean over;
  guint64 first_batch;   /* of the upload that it began with */
  gint64 first_added_us; /* of the same one, real time */
  guint n_pending;
  guint n_delivered;
  guint64 delivered_bytes;
  guint64 delivered_id; /* the last one; 0 = none */
  GPtrArray *fresh;     /* (owned) (element-type HoistUploadInfo) new and delivered, in this set */
  GHashTable *walking;  /* (owned) (element-type guint64) batches whose folders are walked */
  GHashTable *paused;   /* (owned) (element-type guint64) uploads of the round */
  GHashTable *failed;   /* (owned) (element-type guint64) uploads of the round */
};

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
put_in (GHashTable *set, guint64 id)
{
  g_hash_table_add (set, g_memdup2 (&id, sizeof id));
}

/**
 * hoist_upload_round_new:
 *
 * Returns: (transfer full): a round that is over, with nothing in it
 */
HoistUploadRound *
hoist_upload_round_new (void)
{
  HoistUploadRound *self = g_new0 (HoistUploadRound, 1);

  self->over = TRUE;
  self->fresh = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_upload_info_unref);
  self->walking = new_set ();
  self->paused = new_set ();
  self->failed = new_set ();
  return self;
}

/**
 * hoist_upload_round_free:
 * @self: (transfer full) (nullable): the round
 *
 * Frees @self.
 */
void
hoist_upload_round_free (HoistUploadRound *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->fresh);
  g_hash_table_unref (self->walking);
  g_hash_table_unref (self->paused);
  g_hash_table_unref (self->failed);
  g_free (self);
}

static void
forget_results (HoistUploadRound *self)
{
  g_hash_table_remove_all (self->paused);
  g_hash_table_remove_all (self->failed);
  self->n_delivered = 0;
  self->delivered_bytes = 0;
  self->delivered_id = 0;
}

static void
begin (HoistUploadRound *self, const HoistUploadInfo *first)
{
  forget_results (self);
  self->first_batch = first->batch;
  self->first_added_us = first->added_us;
  self->over = FALSE;
  self->number++;
}

/* What became of an upload of the round. */
static void
note_result (HoistUploadRound *self, const HoistUploadInfo *info)
{
  if (info->state == HOIST_UPLOAD_DONE)
    {
      self->n_delivered++;
      self->delivered_bytes += info->size_bytes;
      self->delivered_id = info->id;
    }
  else if (info->state == HOIST_UPLOAD_FAILED)
    put_in (self->failed, info->id);
  else if (info->state == HOIST_UPLOAD_PAUSED)
    put_in (self->paused, info->id);
}

/**
 * hoist_upload_round_change:
 * @self: the round
 * @old: (nullable): an upload as it was, %NULL for a new one
 * @info: (nullable): the same one as it is, %NULL for one that has gone
 *
 * Takes over one upload's change, at O(1). What is new and neither under way nor delivered
 * since the round began is history.
 */
void
hoist_upload_round_change (HoistUploadRound *self,
                           const HoistUploadInfo *old,
                           const HoistUploadInfo *info)
{
  gboolean was_pending = old != NULL && hoist_upload_info_is_pending (old);
  gboolean is_pending = info != NULL && hoist_upload_info_is_pending (info);
  gboolean belongs = was_pending;

  g_return_if_fail (self != NULL);

  self->n_pending += (guint) is_pending;
  self->n_pending -= (guint) was_pending;
  if (is_pending && self->over)
    begin (self, info);
  if (old == NULL && info != NULL && info->state == HOIST_UPLOAD_DONE)
    g_ptr_array_add (self->fresh, hoist_upload_info_ref ((HoistUploadInfo *) info));
  if (old != NULL)
    {
      belongs |= g_hash_table_remove (self->paused, &old->id);
      belongs |= g_hash_table_remove (self->failed, &old->id);
    }
  if (belongs && info != NULL)
    note_result (self, info);
}

/**
 * hoist_upload_round_note_batch:
 * @self: the round
 * @batch: what was added together
 *
 * Notes whether its folders are walked.
 */
void
hoist_upload_round_note_batch (HoistUploadRound *self, const HoistBatchInfo *batch)
{
  g_return_if_fail (self != NULL);

  if (batch->complete)
    g_hash_table_remove (self->walking, &batch->id);
  else
    put_in (self->walking, batch->id);
}

/* A small file can be delivered between two sets, and then is never seen on its way. Beside
 * it there may be history, which is older than the round. */
static void
count_fresh (HoistUploadRound *self)
{
  for (guint i = 0; i < self->fresh->len && !self->over; i++)
    {
      const HoistUploadInfo *info = g_ptr_array_index (self->fresh, i);

      if (info->batch == self->first_batch || info->added_us >= self->first_added_us)
        note_result (self, info);
    }
  g_ptr_array_set_size (self->fresh, 0);
}

/**
 * hoist_upload_round_finish:
 * @self: the round
 *
 * Ends a set of changes, and with it the round when nothing of it is left. That counts only
 * here: within a set the last upload may be done before the next one comes in.
 */
void
hoist_upload_round_finish (HoistUploadRound *self)
{
  g_return_if_fail (self != NULL);

  count_fresh (self);
  if (!hoist_upload_round_is_under_way (self) && g_hash_table_size (self->paused) == 0)
    self->over = TRUE;
}

/**
 * hoist_upload_round_clear:
 * @self: the round
 *
 * Forgets what came of the round and what is walked, as when the process that uploads has
 * gone. The uploads themselves leave with hoist_upload_round_change().
 */
void
hoist_upload_round_clear (HoistUploadRound *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_remove_all (self->walking);
  forget_results (self);
}

/**
 * hoist_upload_round_get_number:
 * @self: the round
 *
 * Returns: its number, from 1; 0 = there was none yet
 */
guint
hoist_upload_round_get_number (const HoistUploadRound *self)
{
  return self->number;
}

/**
 * hoist_upload_round_is_under_way:
 * @self: the round
 *
 * Returns: whether anything is under way, or a folder is walked
 */
gboolean
hoist_upload_round_is_under_way (const HoistUploadRound *self)
{
  return self->n_pending > 0 || g_hash_table_size (self->walking) > 0;
}

/**
 * hoist_upload_round_count_delivered:
 * @self: the round
 * @bytes: (out) (optional): their size
 *
 * Counts what was delivered.
 *
 * Returns: the number of files
 */
guint
hoist_upload_round_count_delivered (const HoistUploadRound *self, guint64 *bytes)
{
  if (bytes != NULL)
    *bytes = self->delivered_bytes;
  return self->n_delivered;
}

/**
 * hoist_upload_round_get_delivered:
 * @self: the round
 *
 * Gets what was delivered last.
 *
 * Returns: the id of an upload, which may be off the list already; 0 = none was delivered
 */
guint64
hoist_upload_round_get_delivered (const HoistUploadRound *self)
{
  return self->delivered_id;
}

/**
 * hoist_upload_round_count_paused:
 * @self: the round
 *
 * Returns: how many of its files are paused
 */
guint
hoist_upload_round_count_paused (const HoistUploadRound *self)
{
  return g_hash_table_size (self->paused);
}

/**
 * hoist_upload_round_get_failure:
 * @self: the round
 * @failure: (out): what failed of it
 *
 * Looks at what failed, at O(n) of it. Who acts on the range of ids has to look whether each
 * one in it failed.
 */
void
hoist_upload_round_get_failure (const HoistUploadRound *self, HoistRoundFailure *failure)
{
  GHashTableIter iter;
  gpointer key;

  *failure = (HoistRoundFailure){ .n = g_hash_table_size (self->failed) };
  g_hash_table_iter_init (&iter, self->failed);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      guint64 id = *(guint64 *) key;

      if (failure->first_id == 0 || id < failure->first_id)
        failure->first_id = id;
      failure->last_id = MAX (failure->last_id, id);
    }
}
