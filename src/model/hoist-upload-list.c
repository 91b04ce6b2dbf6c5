/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-upload-list.h"

/* More removed runs than this are reported as one change that spans them. */
#define MAX_REMOVED_RUNS 16

/* When more than this changes at a time, the turns are looked at anew. */
#define MAX_TURNS_CHANGED 1000

/* A row. The object is made when somebody asks for it: a list of 100,000
 * uploads has a few dozen that are looked at. */
typedef struct
{
  guint64 id;
  HoistUploadInfo *info; /* (owned) */
  HoistUpload *upload;   /* (owned) (nullable) */
} Row;

/**
 * HoistUploadList:
 *
 * The uploads of an engine, mirrored from its change sets: a #GListModel of
 * [class@Upload] in order of their ids, with sums over them.
 *
 * Belongs to the main thread. Rows are in one array: as ids only grow, the
 * place of an id is known to within the number of ids that are missing.
 */
struct _HoistUploadList
{
  GObject parent_instance;

  GArray *rows;        /* (owned) (element-type Row) ascending ids */
  GHashTable *batches; /* (owned) (element-type guint64 HoistBatchInfo) */
  guint n_counting;    /* of these, not complete */

  HoistUploadTally tally;
  HoistUploadRound *round; /* (owned) */
  HoistUploadTurns *turns; /* (owned) (nullable) null until somebody asks */

  gboolean applying;
};

static void hoist_upload_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HoistUploadList,
                               hoist_upload_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      hoist_upload_list_model_init))

static guint applied_signal;

/* Rows are moved as plain memory: the array itself clears nothing. */
static void
row_clear (Row *row)
{
  g_clear_pointer (&row->info, hoist_upload_info_unref);
  g_clear_object (&row->upload);
}

static inline Row *
get_row (HoistUploadList *self, guint position)
{
  return &g_array_index (self->rows, Row, position);
}

static HoistUpload *
row_get_upload (Row *row)
{
  if (row->upload == NULL)
    row->upload = hoist_upload_new (row->info);
  return row->upload;
}

/* Whether @id is there; @position is its place, or where it would be put. */
static gboolean
find_row (HoistUploadList *self, guint64 id, guint *position)
{
  const guint n = self->rows->len;

  if (n == 0 || id < get_row (self, 0)->id)
    {
      *position = 0;
      return FALSE;
    }

  const guint64 from_first = id - get_row (self, 0)->id;
  const guint64 last_id = get_row (self, n - 1)->id;

  if (id > last_id)
    {
      *position = n;
      return FALSE;
    }

  /* Ids differ by at least one from row to row: without gaps both are equal. */
  guint low = last_id - id < n ? n - 1 - (guint) (last_id - id) : 0;
  guint high = (guint) MIN (from_first, (guint64) n - 1);

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (get_row (self, middle)->id < id)
        low = middle + 1;
      else
        high = middle;
    }
  *position = low;
  return get_row (self, low)->id == id;
}

static GType
hoist_upload_list_get_item_type (GListModel *model)
{
  return HOIST_TYPE_UPLOAD;
}

static guint
hoist_upload_list_get_n_items (GListModel *model)
{
  return HOIST_UPLOAD_LIST (model)->rows->len;
}

static gpointer
hoist_upload_list_get_item (GListModel *model, guint position)
{
  HoistUploadList *self = HOIST_UPLOAD_LIST (model);

  if (position >= self->rows->len)
    return NULL;
  return g_object_ref (row_get_upload (get_row (self, position)));
}

static void
hoist_upload_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hoist_upload_list_get_item_type;
  iface->get_n_items = hoist_upload_list_get_n_items;
  iface->get_item = hoist_upload_list_get_item;
}

/* What follows from all uploads is kept up to date with each of them. */
static void
account (HoistUploadList *self, const HoistUploadInfo *old, const HoistUploadInfo *info)
{
  hoist_upload_tally_change (&self->tally, old, info);
  hoist_upload_round_change (self->round, old, info);
  if (self->turns != NULL)
    hoist_upload_turns_change (self->turns, old, info);
}

static void
update_row (HoistUploadList *self, Row *row, HoistUploadInfo *info)
{
  g_autoptr (HoistUploadInfo) old = g_steal_pointer (&row->info);

  row->info = hoist_upload_info_ref (info);
  account (self, old, info);
  if (row->upload != NULL)
    hoist_upload_update (row->upload, info);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const guint64 id_a = ((const Row *) a)->id;
  const guint64 id_b = ((const Row *) b)->id;

  return (id_a > id_b) - (id_a < id_b);
}

/* Sorts new rows; of several with one id the last one stays. */
static void
sort_rows (GArray *rows)
{
  guint kept = 0;

  /* Stable, so that the last one of equals is the last one said. */
  g_array_sort (rows, compare_rows);
  for (guint i = 0; i < rows->len; i++)
    {
      Row *row = &g_array_index (rows, Row, i);

      if (i + 1 < rows->len && g_array_index (rows, Row, i + 1).id == row->id)
        row_clear (row);
      else
        g_array_index (rows, Row, kept++) = *row;
    }
  g_array_set_size (rows, kept);
}

/* Puts sorted new rows between the old ones. They are rarely anywhere but at the end, so
 * that the general case may cost the whole tail. */
static void
insert_rows (HoistUploadList *self, GArray *added)
{
  guint first;

  find_row (self, g_array_index (added, Row, 0).id, &first);

  guint n_tail = self->rows->len - first;

  if (n_tail == 0)
    {
      g_array_append_vals (self->rows, added->data, added->len);
      g_list_model_items_changed (G_LIST_MODEL (self), first, 0, added->len);
      return;
    }

  g_autofree Row *tail = g_memdup2 (get_row (self, first), n_tail * sizeof (Row));
  guint n_rows = self->rows->len + added->len;
  guint from_tail = 0;
  guint from_added = 0;

  g_array_set_size (self->rows, n_rows);
  for (guint i = first; i < n_rows; i++)
    {
      const Row *next = &g_array_index (added, Row, from_added);
      gboolean take_tail =
        from_added == added->len || (from_tail < n_tail && tail[from_tail].id < next->id);

      *get_row (self, i) = take_tail ? tail[from_tail++] : *next;
      from_added += !take_tail;
    }
  g_list_model_items_changed (G_LIST_MODEL (self), first, n_tail, n_tail + added->len);
}

static void
apply_infos (HoistUploadList *self, GPtrArray *infos)
{
  g_autoptr (GArray) added = NULL;
  gboolean sorted = TRUE;

  for (guint i = 0; i < infos->len; i++)
    {
      HoistUploadInfo *info = g_ptr_array_index (infos, i);
      guint position;

      if (find_row (self, info->id, &position))
        {
          update_row (self, get_row (self, position), info);
          continue;
        }

      Row row = { .id = info->id, .info = hoist_upload_info_ref (info) };

      if (added == NULL)
        added = g_array_sized_new (FALSE, FALSE, sizeof (Row), infos->len - i);
      sorted =
        sorted && (added->len == 0 || g_array_index (added, Row, added->len - 1).id < info->id);
      g_array_append_val (added, row);
    }

  if (added == NULL)
    return;
  if (!sorted)
    sort_rows (added);
  for (guint i = 0; i < added->len; i++)
    account (self, NULL, g_array_index (added, Row, i).info);
  insert_rows (self, added);
}

/* Takes out the rows from @first to before @end whose position is in @gone,
 * and reports it as one change. */
static void
remove_span (HoistUploadList *self, const guint *gone, guint n_gone)
{
  guint first = gone[0];
  guint n_span = gone[n_gone - 1] - first + 1;
  guint kept = first;

  for (guint i = first, next = 0; i < first + n_span; i++)
    {
      Row *row = get_row (self, i);

      if (gone[next] == i)
        {
          next++;
          account (self, row->info, NULL);
          row_clear (row);
        }
      else
        *get_row (self, kept++) = *row;
    }

  guint n_left = self->rows->len - (first + n_span);

  memmove (get_row (self, kept), get_row (self, first + n_span), n_left * sizeof (Row));
  g_array_set_size (self->rows, kept + n_left);
  g_list_model_items_changed (G_LIST_MODEL (self), first, n_span, n_span - n_gone);
}

static int
compare_positions (gconstpointer a, gconstpointer b)
{
  const guint position_a = *(const guint *) a;
  const guint position_b = *(const guint *) b;

  return (position_a > position_b) - (position_a < position_b);
}

/* The places of @ids, ascending, each once. */
static GArray *
find_rows (HoistUploadList *self, GArray *ids)
{
  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n = 0;

  for (guint i = 0; i < ids->len; i++)
    {
      guint position;

      if (find_row (self, g_array_index (ids, guint64, i), &position))
        g_array_append_val (positions, position);
    }
  g_array_sort (positions, compare_positions);
  for (guint i = 0; i < positions->len; i++)
    if (n == 0 || g_array_index (positions, guint, n - 1) != g_array_index (positions, guint, i))
      g_array_index (positions, guint, n++) = g_array_index (positions, guint, i);
  g_array_set_size (positions, n);
  return g_steal_pointer (&positions);
}

static void
remove_ids (HoistUploadList *self, GArray *ids)
{
  g_autoptr (GArray) positions = find_rows (self, ids);
  const guint *gone = (const guint *) positions->data;
  guint n_runs = 0;

  if (positions->len == 0)
    return;

  for (guint i = 0; i < positions->len; i++)
    n_runs += i == 0 || gone[i] != gone[i - 1] + 1;
  if (n_runs > MAX_REMOVED_RUNS)
    {
      remove_span (self, gone, positions->len);
      return;
    }

  /* From the end, so that the positions before it stay right. */
  for (guint end = positions->len; end > 0;)
    {
      guint start = end - 1;

      while (start > 0 && gone[start - 1] + 1 == gone[start])
        start--;
      remove_span (self, gone + start, end - start);
      end = start;
    }
}

static void
apply_batches (HoistUploadList *self, GArray *batches)
{
  for (guint i = 0; i < batches->len; i++)
    {
      const HoistBatchInfo *batch = &g_array_index (batches, HoistBatchInfo, i);
      HoistBatchInfo *copy = g_memdup2 (batch, sizeof *batch);
      const HoistBatchInfo *old = g_hash_table_lookup (self->batches, &batch->id);

      self->n_counting += (guint) !batch->complete;
      self->n_counting -= (guint) (old != NULL && !old->complete);
      /* The key lies in the value. */
      g_hash_table_replace (self->batches, &copy->id, copy);
      hoist_upload_round_note_batch (self->round, batch);
    }
}

static void
hoist_upload_list_finalize (GObject *object)
{
  HoistUploadList *self = HOIST_UPLOAD_LIST (object);

  for (guint i = 0; i < self->rows->len; i++)
    row_clear (get_row (self, i));
  g_array_unref (self->rows);
  g_hash_table_unref (self->batches);

  hoist_upload_round_free (self->round);
  g_clear_pointer (&self->turns, hoist_upload_turns_free);
  G_OBJECT_CLASS (hoist_upload_list_parent_class)->finalize (object);
}

static void
hoist_upload_list_class_init (HoistUploadListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_upload_list_finalize;

  /**
   * HoistUploadList::applied:
   * @self: the list
   * @changes: (type HoistChangeSet): what was applied; only valid in the handler
   *
   * Emitted after each change set, when the rows, the sums and the batches are
   * all up to date. The handler must not apply another one.
   */
  applied_signal = g_signal_new ("applied", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
hoist_upload_list_init (HoistUploadList *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  self->batches = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  hoist_upload_tally_init (&self->tally);
  self->round = hoist_upload_round_new ();
}

/**
 * hoist_upload_list_new:
 *
 * Makes an empty list.
 *
 * Returns: (transfer full): the list
 */
HoistUploadList *
hoist_upload_list_new (void)
{
  return g_object_new (HOIST_TYPE_UPLOAD_LIST, NULL);
}

/**
 * hoist_upload_list_apply:
 * @self: the list
 * @changes: what changed; an upload that is both changed and removed is removed
 *
 * Takes over a change set: changed uploads notify their properties, new ones
 * come in as one range, removed ones go as a few ranges or as one. Then emits
 * [signal@UploadList::applied]. Costs O(changes) when new ids are above the old
 * ones, as the engine's are.
 */
void
hoist_upload_list_apply (HoistUploadList *self, const HoistChangeSet *changes)
{
  g_return_if_fail (HOIST_IS_UPLOAD_LIST (self));
  g_return_if_fail (changes != NULL);
  g_return_if_fail (!self->applying);

  g_object_ref (self);
  self->applying = TRUE;
  if (changes->infos->len + changes->removed->len > MAX_TURNS_CHANGED)
    g_clear_pointer (&self->turns, hoist_upload_turns_free);
  apply_infos (self, changes->infos);
  remove_ids (self, changes->removed);
  apply_batches (self, changes->batches);
  hoist_upload_tally_finish (&self->tally);
  hoist_upload_round_finish (self->round);
  g_signal_emit (self, applied_signal, 0, changes);
  self->applying = FALSE;
  g_object_unref (self);
}

/**
 * hoist_upload_list_clear:
 * @self: the list
 *
 * Empties the list, its sums and its batches, as when the process that it
 * mirrors has gone. [signal@UploadList::applied] tells it as uploads that were
 * removed.
 */
void
hoist_upload_list_clear (HoistUploadList *self)
{
  g_return_if_fail (HOIST_IS_UPLOAD_LIST (self));

  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  for (guint i = 0; i < self->rows->len; i++)
    g_array_append_val (changes->removed, get_row (self, i)->id);
  g_hash_table_remove_all (self->batches);
  self->n_counting = 0;
  self->tally.round_done_bytes = 0;
  self->tally.round_n_done = 0;
  hoist_upload_round_clear (self->round);
  hoist_upload_list_apply (self, changes);
}

/**
 * hoist_upload_list_lookup:
 * @self: the list
 * @id: an upload
 *
 * Finds an upload: O(1) while no ids are missing between the rows, else
 * O(log n) of how many are missing.
 *
 * Returns: (transfer none) (nullable): the upload
 */
HoistUpload *
hoist_upload_list_lookup (HoistUploadList *self, guint64 id)
{
  guint position;

  g_return_val_if_fail (HOIST_IS_UPLOAD_LIST (self), NULL);

  if (!find_row (self, id, &position))
    return NULL;
  return row_get_upload (get_row (self, position));
}

/**
 * hoist_upload_list_lookup_info:
 * @self: the list
 * @id: an upload
 *
 * Finds what is known of an upload, as [method@UploadList.lookup] does, but
 * without making an object for it.
 *
 * Returns: (transfer none) (nullable): the snapshot, valid until the next
 *   change set
 */
const HoistUploadInfo *
hoist_upload_list_lookup_info (HoistUploadList *self, guint64 id)
{
  guint position;

  g_return_val_if_fail (HOIST_IS_UPLOAD_LIST (self), NULL);

  if (!find_row (self, id, &position))
    return NULL;
  return get_row (self, position)->info;
}

/**
 * hoist_upload_list_get_info:
 * @self: the list
 * @position: a row, from 0
 *
 * Gets what is known of the upload in a row, without making an object for it.
 *
 * Returns: (transfer none) (nullable): the snapshot, valid until the next
 *   change set; %NULL behind the last row
 */
const HoistUploadInfo *
hoist_upload_list_get_info (HoistUploadList *self, guint position)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD_LIST (self), NULL);

  if (position >= self->rows->len)
    return NULL;
  return get_row (self, position)->info;
}

/**
 * hoist_upload_list_find_after:
 * @self: the list
 * @id: an id, whether there is such an upload or not
 *
 * Finds where the uploads with larger ids begin.
 *
 * Returns: a position, from 0; the number of rows when there are none
 */
guint
hoist_upload_list_find_after (HoistUploadList *self, guint64 id)
{
  guint position;

  g_return_val_if_fail (HOIST_IS_UPLOAD_LIST (self), 0);

  if (find_row (self, id, &position))
    position++;
  return position;
}

/**
 * hoist_upload_list_get_totals:
 * @self: the list
 *
 * Gets the sums over all uploads. They are right from
 * [signal@UploadList::applied] on; in the middle of a change set they are not.
 *
 * Returns: (transfer none): the sums, valid as long as the list
 */
const HoistUploadTotals *
hoist_upload_list_get_totals (HoistUploadList *self)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD_LIST (self), NULL);

  return &self->tally.totals;
}

/**
 * hoist_upload_list_is_counting:
 * @self: a list
 *
 * Returns: whether folders are still being walked, so that there may be more uploads soon
 */
gboolean
hoist_upload_list_is_counting (HoistUploadList *self)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD_LIST (self), FALSE);

  return self->n_counting > 0;
}

/**
 * hoist_upload_list_get_round:
 * @self: the list
 *
 * Gets what is uploaded from idle to idle. As the sums, it is right from
 * [signal@UploadList::applied] on.
 *
 * Returns: (transfer none): the round, valid as long as the list
 */
const HoistUploadRound *
hoist_upload_list_get_round (HoistUploadList *self)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD_LIST (self), NULL);

  return self->round;
}

/**
 * hoist_upload_list_get_batch:
 * @self: the list
 * @batch: what hoist_uploader_add_finish() returned
 *
 * Gets what is known of the uploads that were added together.
 *
 * Returns: (transfer none) (nullable): the batch, valid until the next change
 *   set; %NULL as long as nothing was said of it
 */
const HoistBatchInfo *
hoist_upload_list_get_batch (HoistUploadList *self, guint64 batch)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD_LIST (self), NULL);

  return g_hash_table_lookup (self->batches, &batch);
}

/**
 * hoist_upload_list_to_changes:
 * @self: the list
 * @first: where to begin, from 0
 * @max_uploads: at most so many uploads
 * @more: (out) (optional): whether there are uploads behind these
 *
 * Makes a change set of what is in the list; those of all its parts one after
 * the other turn an empty list into this one. The batches come with the last
 * part, so that none is said to be complete before its uploads.
 *
 * Returns: (transfer full): a part of the state
 */
HoistChangeSet *
hoist_upload_list_to_changes (HoistUploadList *self, guint first, guint max_uploads, gboolean *more)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD_LIST (self), NULL);

  HoistChangeSet *changes = hoist_change_set_new ();
  const guint n_left = self->rows->len - MIN (first, self->rows->len);
  const guint n = MIN (n_left, max_uploads);
  GHashTableIter iter;
  gpointer batch;

  for (guint i = first; i < first + n; i++)
    g_ptr_array_add (changes->infos, hoist_upload_info_ref (get_row (self, i)->info));
  if (more != NULL)
    *more = n < n_left;
  if (n < n_left)
    return changes;

  g_hash_table_iter_init (&iter, self->batches);
  while (g_hash_table_iter_next (&iter, NULL, &batch))
    g_array_append_vals (changes->batches, batch, 1);
  return changes;
}

/**
 * hoist_upload_list_count_before:
 * @self: the list
 * @info: an upload of it
 *
 * Counts the files that are sent before one that waits for its turn. Costs a binary
 * search, and the first time, or after a large change set, a walk over the list.
 *
 * Returns: their number; %HOIST_TURN_UNKNOWN if it waits for something else
 */
guint
hoist_upload_list_count_before (HoistUploadList *self, const HoistUploadInfo *info)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD_LIST (self), HOIST_TURN_UNKNOWN);

  if (self->turns == NULL)
    {
      self->turns = hoist_upload_turns_new ();
      for (guint i = 0; i < self->rows->len; i++)
        hoist_upload_turns_change (self->turns, NULL, get_row (self, i)->info);
    }
  return hoist_upload_turns_count_before (self->turns, info);
}
