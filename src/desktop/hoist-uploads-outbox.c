/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-uploads-outbox.h"

struct _HoistUploadsOutbox
{
  GHashTable *infos;   /* (owned) (element-type guint64 HoistUploadInfo) the key is in the value */
  GArray *order;       /* (owned) (element-type guint64) ids as they came; some may be gone */
  guint next;          /* position in @order */
  GArray *removed;     /* (owned) (element-type guint64) */
  GHashTable *batches; /* (owned) (element-type guint64 HoistBatchInfo) the key is in the value */
};

/**
 * hoist_uploads_outbox_new:
 *
 * Makes an empty outbox.
 *
 * Returns: (transfer full): the outbox
 */
HoistUploadsOutbox *
hoist_uploads_outbox_new (void)
{
  HoistUploadsOutbox *self = g_new0 (HoistUploadsOutbox, 1);

  self->infos = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                       (GDestroyNotify) hoist_upload_info_unref);
  self->order = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->removed = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->batches = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  return self;
}

/**
 * hoist_uploads_outbox_free:
 * @self: (transfer full): the outbox
 *
 * Frees it, with all that is in it.
 */
void
hoist_uploads_outbox_free (HoistUploadsOutbox *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->infos);
  g_array_unref (self->order);
  g_array_unref (self->removed);
  g_hash_table_unref (self->batches);
  g_free (self);
}

/**
 * hoist_uploads_outbox_add:
 * @self: the outbox
 * @changes: what changed
 *
 * Adds changes. What is in it of the same uploads is replaced.
 */
void
hoist_uploads_outbox_add (HoistUploadsOutbox *self, const HoistChangeSet *changes)
{
  g_return_if_fail (self != NULL && changes != NULL);

  for (guint i = 0; i < changes->infos->len; i++)
    {
      HoistUploadInfo *info = g_ptr_array_index (changes->infos, i);

      if (!g_hash_table_contains (self->infos, &info->id))
        g_array_append_val (self->order, info->id);
      g_hash_table_replace (self->infos, &info->id, hoist_upload_info_ref (info));
    }
  for (guint i = 0; i < changes->removed->len; i++)
    g_hash_table_remove (self->infos, &g_array_index (changes->removed, guint64, i));
  g_array_append_vals (self->removed, changes->removed->data, changes->removed->len);
  for (guint i = 0; i < changes->batches->len; i++)
    {
      HoistBatchInfo *batch =
        g_memdup2 (&g_array_index (changes->batches, HoistBatchInfo, i), sizeof *batch);

      g_hash_table_replace (self->batches, &batch->id, batch);
    }
}

/**
 * hoist_uploads_outbox_is_empty:
 * @self: the outbox
 *
 * Tells whether there is nothing to send.
 *
 * Returns: whether it is empty
 */
gboolean
hoist_uploads_outbox_is_empty (HoistUploadsOutbox *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return g_hash_table_size (self->infos) == 0 && self->removed->len == 0 &&
         g_hash_table_size (self->batches) == 0;
}

static void
take_rest (HoistUploadsOutbox *self, HoistChangeSet *changes)
{
  GHashTableIter iter;
  gpointer batch;

  g_array_append_vals (changes->removed, self->removed->data, self->removed->len);
  g_hash_table_iter_init (&iter, self->batches);
  while (g_hash_table_iter_next (&iter, NULL, &batch))
    g_array_append_vals (changes->batches, batch, 1);
  hoist_uploads_outbox_clear (self);
}

/**
 * hoist_uploads_outbox_take:
 * @self: the outbox
 * @max_infos: at most so many uploads
 *
 * Takes out what to send next: uploads in the order they came, and with the
 * last of them what was removed and the batches, so that a batch is never said
 * to be complete before its uploads.
 *
 * Returns: (transfer full): a change set; an empty one when nothing is left
 */
HoistChangeSet *
hoist_uploads_outbox_take (HoistUploadsOutbox *self, guint max_infos)
{
  g_return_val_if_fail (self != NULL, NULL);

  HoistChangeSet *changes = hoist_change_set_new ();

  while (changes->infos->len < max_infos && self->next < self->order->len)
    {
      guint64 id = g_array_index (self->order, guint64, self->next++);
      gpointer info = NULL;

      if (g_hash_table_steal_extended (self->infos, &id, NULL, &info))
        g_ptr_array_add (changes->infos, info);
    }
  if (g_hash_table_size (self->infos) == 0)
    take_rest (self, changes);
  return changes;
}

/**
 * hoist_uploads_outbox_clear:
 * @self: the outbox
 *
 * Empties it.
 */
void
hoist_uploads_outbox_clear (HoistUploadsOutbox *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_remove_all (self->infos);
  g_array_set_size (self->order, 0);
  self->next = 0;
  g_array_set_size (self->removed, 0);
  g_hash_table_remove_all (self->batches);
}
