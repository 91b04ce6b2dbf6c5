/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-upload-order.h"

/* Where a state stands in the window, from the top. Paused ones come before
 * queued ones: they wait for a person, who must not scroll to find them. */
typedef enum
{
  RANK_ACTIVE,
  RANK_FAILED,
  RANK_WAITING,
  RANK_PAUSED,
  RANK_QUEUED,
  RANK_DONE,
  RANK_HIDDEN,
} Rank;

static const Rank state_ranks[HOIST_N_UPLOAD_STATES] = {
  [HOIST_UPLOAD_QUEUED] = RANK_QUEUED,    [HOIST_UPLOAD_PREPARING] = RANK_ACTIVE,
  [HOIST_UPLOAD_STARTING] = RANK_ACTIVE,  [HOIST_UPLOAD_SENDING] = RANK_ACTIVE,
  [HOIST_UPLOAD_FINISHING] = RANK_ACTIVE, [HOIST_UPLOAD_DONE] = RANK_DONE,
  [HOIST_UPLOAD_PAUSED] = RANK_PAUSED,    [HOIST_UPLOAD_WAITING] = RANK_WAITING,
  [HOIST_UPLOAD_FAILED] = RANK_FAILED,    [HOIST_UPLOAD_CANCELLING] = RANK_HIDDEN,
};

/* An upload's place: what it was sorted by, since the upload itself has changed
 * before it is moved. The object is not here: the list makes it when it is shown. */
typedef struct
{
  guint64 id;
  gint64 key; /* within the rank, ascending */
  Rank rank;
} Entry;

/* More runs of moved rows than this are told as one change that spans them: a view
 * looks at every row of a wide change, but does some work for each change too. */
#define MAX_RUNS 256

struct _HoistUploadOrder
{
  GObject parent_instance;

  HoistUploadList *list; /* (owned) */
  GSequence *entries;    /* (owned) (element-type Entry) */
  GHashTable *iters;     /* (owned) (element-type guint64 GSequenceIter) key is the entry's id */
  guint limit;           /* how many items the model has at most */
  gboolean quiet;        /* what changes is told as a whole afterwards */
};

static void hoist_upload_order_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HoistUploadOrder,
                               hoist_upload_order,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      hoist_upload_order_list_model_init))

static void
entry_init (Entry *entry, const HoistUploadInfo *info)
{
  entry->id = info->id;
  entry->rank = (guint) info->state < HOIST_N_UPLOAD_STATES ? state_ranks[info->state]
                                                            : RANK_HIDDEN;
  /* Newest finished first; everything else in the order it was added. */
  entry->key = entry->rank == RANK_DONE ? -info->finished_us : 0;
}

static int
entry_compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Entry *left = a;
  const Entry *right = b;

  if (left->rank != right->rank)
    return left->rank < right->rank ? -1 : 1;
  if (left->key != right->key)
    return left->key < right->key ? -1 : 1;
  if (left->id != right->id)
    return left->id < right->id ? -1 : 1;
  return 0;
}

static int
entry_compare_pointers (gconstpointer a, gconstpointer b)
{
  return entry_compare (*(Entry *const *) a, *(Entry *const *) b, NULL);
}

static guint
get_length (HoistUploadOrder *self)
{
  return (guint) g_sequence_get_length (self->entries);
}

/* Tells a change of the order, of which no more than the limit is seen. */
static void
tell (HoistUploadOrder *self, guint position, guint n_removed, guint n_added)
{
  guint n_after = get_length (self);
  guint n_before = n_after + n_removed - n_added;

  if (self->quiet || position >= self->limit)
    return;
  if (MAX (n_before, n_after) > self->limit)
    {
      n_removed = MIN (n_before, self->limit) - position;
      n_added = MIN (n_after, self->limit) - position;
    }
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
}

static int
compare_positions (gconstpointer a, gconstpointer b)
{
  const guint position_a = *(const guint *) a;
  const guint position_b = *(const guint *) b;

  return (position_a > position_b) - (position_a < position_b);
}

/* What a change set does to the order. */
typedef struct
{
  GArray *gone;     /* (owned) (element-type guint) positions before the set */
  GPtrArray *added; /* (owned) (element-type Entry) */
} Moves;

static void
moves_clear (Moves *moves)
{
  g_clear_pointer (&moves->gone, g_array_unref);
  g_clear_pointer (&moves->added, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Moves, moves_clear)

static void
moves_init (Moves *moves)
{
  moves->gone = g_array_new (FALSE, FALSE, sizeof (guint));
  moves->added = g_ptr_array_new ();
}

/* Most that begin are the first of the queue, and so are already where they go. */
static gboolean
stays_in_place (GSequenceIter *iter, const Entry *entry)
{
  GSequenceIter *next = g_sequence_iter_next (iter);

  if (!g_sequence_iter_is_begin (iter) &&
      entry_compare (g_sequence_get (g_sequence_iter_prev (iter)), entry, NULL) > 0)
    return FALSE;
  return g_sequence_iter_is_end (next) || entry_compare (entry, g_sequence_get (next), NULL) < 0;
}

/* What the list has now counts, however often a set names an upload. */
static void
moves_add_id (Moves *moves, HoistUploadOrder *self, guint64 id)
{
  const HoistUploadInfo *info = hoist_upload_list_lookup_info (self->list, id);
  GSequenceIter *iter = g_hash_table_lookup (self->iters, &id);
  Entry entry = { .rank = RANK_HIDDEN };

  if (info != NULL)
    entry_init (&entry, info);
  if (iter != NULL)
    {
      guint position;

      if (entry.rank != RANK_HIDDEN && stays_in_place (iter, &entry))
        {
          *(Entry *) g_sequence_get (iter) = entry;
          return;
        }
      position = (guint) g_sequence_iter_get_position (iter);
      g_array_append_val (moves->gone, position);
      /* Taken out once only. */
      g_hash_table_remove (self->iters, &id);
    }
  if (entry.rank != RANK_HIDDEN)
    g_ptr_array_add (moves->added, g_memdup2 (&entry, sizeof entry));
}

static void
moves_sort (Moves *moves)
{
  GPtrArray *added = moves->added;
  guint n_kept = 0;

  g_array_sort (moves->gone, compare_positions);
  g_ptr_array_sort (added, entry_compare_pointers);
  for (guint i = 0; i < added->len; i++)
    {
      Entry *entry = g_ptr_array_index (added, i);
      const Entry *before = n_kept > 0 ? g_ptr_array_index (added, n_kept - 1) : NULL;

      if (before != NULL && before->id == entry->id)
        g_free (entry);
      else
        g_ptr_array_index (added, n_kept++) = entry;
    }
  g_ptr_array_set_size (added, (int) n_kept);
}

/* Index after those of @added from @first on that go before @next. */
static guint
find_run_end (GPtrArray *added, guint first, GSequenceIter *next)
{
  guint end = first + 1;

  while (end < added->len &&
         (g_sequence_iter_is_end (next) ||
          entry_compare (g_ptr_array_index (added, end), g_sequence_get (next), NULL) < 0))
    end++;
  return end;
}

static guint
count_runs (HoistUploadOrder *self, const Moves *moves)
{
  const guint *positions = (const guint *) moves->gone->data;
  guint n_runs = 0;

  for (guint i = 0; i < moves->gone->len; i++)
    n_runs += i == 0 || positions[i] != positions[i - 1] + 1;
  for (guint i = 0; i < moves->added->len && n_runs <= MAX_RUNS; n_runs++)
    i = find_run_end (moves->added, i,
                      g_sequence_search (self->entries, g_ptr_array_index (moves->added, i),
                                         entry_compare, NULL));
  return n_runs;
}

/* From the end, so that the positions before stay right; rows that stand together
 * go together. */
static void
take_out (HoistUploadOrder *self, GArray *gone)
{
  const guint *positions = (const guint *) gone->data;

  for (guint end = gone->len; end > 0;)
    {
      guint start = end - 1;
      GSequenceIter *first;

      while (start > 0 && positions[start - 1] + 1 == positions[start])
        start--;
      first = g_sequence_get_iter_at_pos (self->entries, (int) positions[start]);
      g_sequence_remove_range (first, g_sequence_iter_move (first, (int) (end - start)));
      tell (self, positions[start], end - start, 0);
      end = start;
    }
}

static void
put_in (HoistUploadOrder *self, GPtrArray *added)
{
  for (guint i = 0; i < added->len;)
    {
      GSequenceIter *next =
        g_sequence_search (self->entries, g_ptr_array_index (added, i), entry_compare, NULL);
      guint position = (guint) g_sequence_iter_get_position (next);
      guint first = i;
      guint end = find_run_end (added, i, next);

      for (; i < end; i++)
        {
          Entry *entry = g_ptr_array_index (added, i);

          /* The key lies in the entry. */
          g_hash_table_insert (self->iters, &entry->id, g_sequence_insert_before (next, entry));
        }
      tell (self, position, 0, end - first);
    }
}

static void
apply (HoistUploadOrder *self, Moves *moves)
{
  guint n_before = get_length (self);

  moves_sort (moves);
  self->quiet = count_runs (self, moves) > MAX_RUNS;
  take_out (self, moves->gone);
  put_in (self, moves->added);
  if (!self->quiet)
    return;
  self->quiet = FALSE;
  tell (self, 0, n_before, get_length (self));
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const guint64 id_a = *(const guint64 *) a;
  const guint64 id_b = *(const guint64 *) b;

  return (id_a > id_b) - (id_a < id_b);
}

static void
applied_cb (HoistUploadOrder *self, const HoistChangeSet *changes)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_auto (Moves) moves = { NULL, NULL };

  for (guint i = 0; i < changes->infos->len; i++)
    {
      const HoistUploadInfo *info = g_ptr_array_index (changes->infos, i);

      g_array_append_val (ids, info->id);
    }
  g_array_append_vals (ids, changes->removed->data, changes->removed->len);
  /* The first of the queue first: only then does the second stay in place too. */
  g_array_sort (ids, compare_ids);

  moves_init (&moves);
  for (guint i = 0; i < ids->len; i++)
    moves_add_id (&moves, self, g_array_index (ids, guint64, i));
  apply (self, &moves);
}

static GType
hoist_upload_order_get_item_type (GListModel *model)
{
  return HOIST_TYPE_UPLOAD;
}

static guint
hoist_upload_order_get_n_items (GListModel *model)
{
  HoistUploadOrder *self = HOIST_UPLOAD_ORDER (model);

  return MIN (get_length (self), self->limit);
}

static gpointer
hoist_upload_order_get_item (GListModel *model, guint position)
{
  HoistUploadOrder *self = HOIST_UPLOAD_ORDER (model);
  const Entry *entry;
  HoistUpload *upload;

  if (position >= hoist_upload_order_get_n_items (model))
    return NULL;
  entry = g_sequence_get (g_sequence_get_iter_at_pos (self->entries, (int) position));
  upload = hoist_upload_list_lookup (self->list, entry->id);
  return upload != NULL ? g_object_ref (upload) : NULL;
}

static void
hoist_upload_order_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hoist_upload_order_get_item_type;
  iface->get_n_items = hoist_upload_order_get_n_items;
  iface->get_item = hoist_upload_order_get_item;
}

static void
hoist_upload_order_finalize (GObject *object)
{
  HoistUploadOrder *self = HOIST_UPLOAD_ORDER (object);

  g_clear_pointer (&self->iters, g_hash_table_unref);
  g_clear_pointer (&self->entries, g_sequence_free);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (hoist_upload_order_parent_class)->finalize (object);
}

static void
hoist_upload_order_class_init (HoistUploadOrderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_upload_order_finalize;
}

static void
hoist_upload_order_init (HoistUploadOrder *self)
{
  self->entries = g_sequence_new (g_free);
  self->limit = G_MAXUINT;
  self->iters = g_hash_table_new (g_int64_hash, g_int64_equal);
}

/**
 * hoist_upload_order_new:
 * @list: the mirror of the engine's uploads
 *
 * Orders @list for people: active uploads, then failed, waiting, paused and
 * queued ones, and at the end the finished ones, newest first. Those being
 * cancelled are left out. A change set moves only what it names, in
 * O(changes × log uploads).
 *
 * Returns: (transfer full): a list model of #HoistUpload
 */
HoistUploadOrder *
hoist_upload_order_new (HoistUploadList *list)
{
  HoistUploadOrder *self;
  const HoistUploadInfo *info;
  g_auto (Moves) moves = { NULL, NULL };

  g_return_val_if_fail (HOIST_IS_UPLOAD_LIST (list), NULL);

  self = g_object_new (HOIST_TYPE_UPLOAD_ORDER, NULL);
  self->list = g_object_ref (list);
  moves_init (&moves);
  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    moves_add_id (&moves, self, info->id);
  apply (self, &moves);
  g_signal_connect_object (list, "applied", G_CALLBACK (applied_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hoist_upload_order_set_limit:
 * @self: an order
 * @limit: how many of the first uploads to show at most; %G_MAXUINT = all
 *
 * Sets how much of the order is seen. A view that makes a row for each item
 * can thus make a few at a time.
 */
void
hoist_upload_order_set_limit (HoistUploadOrder *self, guint limit)
{
  guint n_before;
  guint n_after;

  g_return_if_fail (HOIST_IS_UPLOAD_ORDER (self));

  n_before = MIN (get_length (self), self->limit);
  n_after = MIN (get_length (self), limit);
  self->limit = limit;
  if (n_before != n_after)
    g_list_model_items_changed (G_LIST_MODEL (self), MIN (n_before, n_after),
                                n_before - MIN (n_before, n_after),
                                n_after - MIN (n_before, n_after));
}

/**
 * hoist_upload_order_get_limit:
 * @self: an order
 *
 * Gets how many of the first uploads are shown at most.
 *
 * Returns: the limit; %G_MAXUINT = all
 */
guint
hoist_upload_order_get_limit (HoistUploadOrder *self)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD_ORDER (self), 0);
  return self->limit;
}

/**
 * hoist_upload_order_get_length:
 * @self: an order
 *
 * Gets how many uploads there are to show.
 *
 * Returns: the number, whatever the limit
 */
guint
hoist_upload_order_get_length (HoistUploadOrder *self)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD_ORDER (self), 0);
  return get_length (self);
}
