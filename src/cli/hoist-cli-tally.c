/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-tally.h"

/* What was last heard of an upload. */
typedef struct
{
  HoistUploadState state;
  gboolean known;   /* anything was heard since it is followed */
  gboolean settled; /* it has come to an end */
  gboolean reading; /* all of it, before anything is sent */
  guint64 size_bytes;
  guint64 sent_bytes;
  guint64 bytes_per_s;
} Item;

/**
 * HoistCliTally: (skip)
 *
 * Adds up what is heard of some uploads. Costs O(1) for each thing heard and
 * for each sum.
 */
struct _HoistCliTally
{
  GHashTable *items; /* (owned) (element-type guint64 Item) */
  guint n_settled;
  guint n_waiting;
  guint n_reading; /* files that are read before anything of them is sent */
  guint n_done;
  guint n_failed;
  guint n_stopped;
  guint64 done_bytes;
  guint64 total_bytes;
  guint64 sent_bytes;
  guint64 bytes_per_s;
  char *travelling;         /* (owned) (nullable) name of what was heard to move last */
  HoistUploadInfo *waiting; /* (owned) (nullable) what was heard to wait last */
  HoistUploadInfo *reading; /* (owned) (nullable) what was heard to be read last */
};

/**
 * hoist_cli_tally_new: (skip)
 *
 * Begins with nothing.
 *
 * Returns: (transfer full): the sums
 */
HoistCliTally *
hoist_cli_tally_new (void)
{
  HoistCliTally *self = g_new0 (HoistCliTally, 1);

  self->items = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  return self;
}

/**
 * hoist_cli_tally_free: (skip)
 * @self: (transfer full): the sums
 *
 * Frees them.
 */
void
hoist_cli_tally_free (HoistCliTally *self)
{
  g_hash_table_unref (self->items);
  g_free (self->travelling);
  g_clear_pointer (&self->waiting, hoist_upload_info_unref);
  g_clear_pointer (&self->reading, hoist_upload_info_unref);
  g_free (self);
}

static Item *
ensure_item (HoistCliTally *self, guint64 id)
{
  Item *item = g_hash_table_lookup (self->items, &id);

  if (item == NULL)
    {
      item = g_new0 (Item, 1);
      g_hash_table_insert (self->items, g_memdup2 (&id, sizeof id), item);
    }
  return item;
}

/**
 * hoist_cli_tally_has: (skip)
 * @self: the sums
 * @id: an upload
 *
 * Tells whether an upload is among them.
 *
 * Returns: %TRUE if it was expected or heard of
 */
gboolean
hoist_cli_tally_has (HoistCliTally *self, guint64 id)
{
  return g_hash_table_contains (self->items, &id);
}

/**
 * hoist_cli_tally_expect: (skip)
 * @self: the sums
 * @id: an upload
 *
 * Takes in an upload before anything is heard of it.
 */
void
hoist_cli_tally_expect (HoistCliTally *self, guint64 id)
{
  ensure_item (self, id);
}

static gboolean
is_end (HoistUploadState state)
{
  return state == HOIST_UPLOAD_DONE || state == HOIST_UPLOAD_FAILED ||
         state == HOIST_UPLOAD_PAUSED || state == HOIST_UPLOAD_CANCELLING;
}

/* Takes an item into the sums, or with -1 out of them. */
static void
count_item (HoistCliTally *self, const Item *item, int sign)
{
  if (!item->known)
    return;
  self->total_bytes += (guint64) sign * item->size_bytes;
  self->sent_bytes += (guint64) sign * item->sent_bytes;
  self->bytes_per_s += (guint64) sign * item->bytes_per_s;
  self->n_waiting += (guint) sign * (item->state == HOIST_UPLOAD_WAITING);
  self->n_reading += (guint) sign * item->reading;
  if (!item->settled)
    return;
  self->n_settled += (guint) sign;
  if (item->state == HOIST_UPLOAD_DONE)
    {
      self->n_done += (guint) sign;
      self->done_bytes += (guint64) sign * item->size_bytes;
    }
  else if (item->state == HOIST_UPLOAD_FAILED)
    self->n_failed += (guint) sign;
  else
    self->n_stopped += (guint) sign;
}

static void
keep_info (HoistUploadInfo **place, const HoistUploadInfo *info)
{
  g_clear_pointer (place, hoist_upload_info_unref);
  *place = hoist_upload_info_ref ((HoistUploadInfo *) info);
}

static void
keep_example (HoistCliTally *self, const HoistUploadInfo *info)
{
  if (info->state == HOIST_UPLOAD_SENDING || info->state == HOIST_UPLOAD_FINISHING)
    {
      if (g_strcmp0 (self->travelling, info->name) == 0)
        return;
      g_free (self->travelling);
      self->travelling = g_strdup (info->name);
    }
  else if (info->state == HOIST_UPLOAD_WAITING)
    keep_info (&self->waiting, info);
  else if (info->read_bytes > 0)
    keep_info (&self->reading, info);
}

/**
 * hoist_cli_tally_take: (skip)
 * @self: the sums
 * @info: what is heard of an upload
 *
 * Takes what is heard in place of what was heard of it before.
 *
 * Returns: %TRUE if the upload came to an end by it
 */
gboolean
hoist_cli_tally_take (HoistCliTally *self, const HoistUploadInfo *info)
{
  Item *item = ensure_item (self, info->id);
  gboolean was_settled = item->settled && item->state == info->state;

  count_item (self, item, -1);
  item->known = TRUE;
  item->state = info->state;
  item->reading = info->state == HOIST_UPLOAD_PREPARING && info->read_bytes > 0;
  item->settled = is_end (info->state);
  item->size_bytes = info->size_bytes;
  item->sent_bytes = info->state == HOIST_UPLOAD_DONE ? info->size_bytes
                                                      : MIN (info->sent_bytes, info->size_bytes);
  item->bytes_per_s = info->bytes_per_s;
  count_item (self, item, 1);
  keep_example (self, info);
  return item->settled && !was_settled;
}

/**
 * hoist_cli_tally_take_removed: (skip)
 * @self: the sums
 * @id: an upload that is gone
 *
 * Takes an upload that had not come to its end for stopped.
 */
void
hoist_cli_tally_take_removed (HoistCliTally *self, guint64 id)
{
  Item *item = g_hash_table_lookup (self->items, &id);

  if (item == NULL || item->settled)
    return;
  count_item (self, item, -1);
  item->known = TRUE;
  item->settled = TRUE;
  item->state = HOIST_UPLOAD_CANCELLING;
  item->reading = FALSE;
  item->bytes_per_s = 0;
  count_item (self, item, 1);
}

/**
 * hoist_cli_tally_forget: (skip)
 * @self: the sums
 * @id: what was no file in itself
 *
 * Takes it out of the sums, if it is in them.
 */
void
hoist_cli_tally_forget (HoistCliTally *self, guint64 id)
{
  const Item *item = g_hash_table_lookup (self->items, &id);

  if (item == NULL)
    return;
  count_item (self, item, -1);
  g_hash_table_remove (self->items, &id);
}

/**
 * hoist_cli_tally_get_n_files: (skip)
 * @self: the sums
 *
 * Counts the uploads, heard of or expected.
 *
 * Returns: their number
 */
guint
hoist_cli_tally_get_n_files (HoistCliTally *self)
{
  return g_hash_table_size (self->items);
}

/**
 * hoist_cli_tally_is_settled: (skip)
 * @self: the sums
 *
 * Tells whether each upload is done, failed, or stopped by somebody.
 *
 * Returns: %TRUE if so, with none as well
 */
gboolean
hoist_cli_tally_is_settled (HoistCliTally *self)
{
  return self->n_settled >= hoist_cli_tally_get_n_files (self);
}

/**
 * hoist_cli_tally_collect_unsettled: (skip)
 * @self: the sums
 *
 * Lists what was not at its end when it was last heard of.
 *
 * Returns: (transfer full) (element-type guint64): the ids
 */
GArray *
hoist_cli_tally_collect_unsettled (HoistCliTally *self)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  GHashTableIter iter;
  gpointer id;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &id, &item))
    if (!((Item *) item)->settled)
      g_array_append_vals (ids, id, 1);
  return ids;
}

/**
 * hoist_cli_tally_get_progress: (skip)
 * @self: the sums
 * @progress: (out caller-allocates): how far they are; its name is valid until
 *   the next thing is heard
 *
 * Fills in all that follows from the uploads alone: not whether more are to come,
 * and no note.
 */
void
hoist_cli_tally_get_progress (HoistCliTally *self, HoistCliProgress *progress)
{
  *progress = (HoistCliProgress){
    .name = self->travelling,
    .n_files = hoist_cli_tally_get_n_files (self),
    .n_done = self->n_settled,
    .n_failed = self->n_failed,
    .total_bytes = self->total_bytes,
    .sent_bytes = self->sent_bytes,
    .bytes_per_s = self->bytes_per_s,
  };
}

/**
 * hoist_cli_tally_get_report: (skip)
 * @self: the sums
 * @report: (out caller-allocates): what came of them; the time is not filled in
 *
 * Tells what came of the uploads.
 */
void
hoist_cli_tally_get_report (HoistCliTally *self, HoistCliReport *report)
{
  *report = (HoistCliReport){
    .n_done = self->n_done,
    .n_failed = self->n_failed,
    .n_stopped = self->n_stopped,
    .done_bytes = self->done_bytes,
  };
}

/**
 * hoist_cli_tally_get_reading: (skip)
 * @self: the sums
 *
 * Gives an example of files that are read to their end before anything of them is
 * sent, if that is why nothing moves.
 *
 * Returns: (transfer none) (nullable): the upload, until the next thing is heard
 */
const HoistUploadInfo *
hoist_cli_tally_get_reading (HoistCliTally *self)
{
  guint n_still = self->n_reading + self->n_waiting + self->n_settled;

  return self->n_reading > 0 && n_still >= hoist_cli_tally_get_n_files (self) ? self->reading
                                                                              : NULL;
}

/**
 * hoist_cli_tally_get_waiting: (skip)
 * @self: the sums
 *
 * Gives an example of uploads that wait, if that is why nothing moves.
 *
 * Returns: (transfer none) (nullable): the upload, until the next thing is heard
 */
const HoistUploadInfo *
hoist_cli_tally_get_waiting (HoistCliTally *self)
{
  guint n_still = self->n_waiting + self->n_settled;

  return self->n_waiting > 0 && n_still >= hoist_cli_tally_get_n_files (self) ? self->waiting
                                                                              : NULL;
}
