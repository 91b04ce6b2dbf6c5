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

/* Changes with fewer rows between them are told as one, these rows with them: for each change that it
 * is told GTK 4.8 looks at all of its 200 rows behind it, which costs more than so many that come
 * back as they were. */
#define MAX_GAP 128

struct _HoistUploadOrder
{
  GObject parent_instance;

  HoistUploadList *list; /* (owned) */
  GSequence *entries;    /* (owned) (element-type Entry) */
  GHashTable *iters;     /* (owned) (element-type guint64 GSequenceIter) key is the entry's id */
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

/* An upload that leaves its place. */
typedef struct
{
  guint position; /* before the change set */
  GSequenceIter *iter;
} Gone;

/* One that comes in, or comes back. */
typedef struct
{
  Entry *entry;   /* (owned) */
  guint position; /* before the change set: of the one that it will stand before */
} Added;

/* What a change set does to the order. */
typedef struct
{
  GArray *gone;  /* (owned) (element-type Gone) */
  GArray *added; /* (owned) (element-type Added) */
} Moves;

/* A part of it that is told at once: of the rows from @first to before @end some go, and some come
 * in between them. Indexes are into the moves. */
typedef struct
{
  guint first;
  guint end;
  guint first_gone;
  guint end_gone;
  guint first_added;
  guint end_added;
} Hunk;

static void
moves_clear (Moves *moves)
{
  g_clear_pointer (&moves->gone, g_array_unref);
  g_clear_pointer (&moves->added, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Moves, moves_clear)

static void
added_clear (Added *added)
{
  g_free (added->entry);
}

static void
moves_init (Moves *moves)
{
  moves->gone = g_array_new (FALSE, FALSE, sizeof (Gone));
  moves->added = g_array_new (FALSE, FALSE, sizeof (Added));
  g_array_set_clear_func (moves->added, (GDestroyNotify) added_clear);
}

static inline const Gone *
get_gone (const Moves *moves, guint index)
{
  return &g_array_index (moves->gone, Gone, index);
}

static inline Added *
get_added (const Moves *moves, guint index)
{
  return &g_array_index (moves->added, Added, index);
}

static int
compare_gone (gconstpointer a, gconstpointer b)
{
  const Gone *left = a;
  const Gone *right = b;

  return (left->position > right->position) - (left->position < right->position);
}

static int
compare_added (gconstpointer a, gconstpointer b)
{
  return entry_compare (((const Added *) a)->entry, ((const Added *) b)->entry, NULL);
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
      Gone gone = { .iter = iter };

      if (entry.rank != RANK_HIDDEN && stays_in_place (iter, &entry))
        {
          *(Entry *) g_sequence_get (iter) = entry;
          return;
        }
      gone.position = (guint) g_sequence_iter_get_position (iter);
      g_array_append_val (moves->gone, gone);
      /* Taken out once only. */
      g_hash_table_remove (self->iters, &id);
    }
  if (entry.rank != RANK_HIDDEN)
    {
      Added added = { .entry = g_memdup2 (&entry, sizeof entry) };

      g_array_append_val (moves->added, added);
    }
}

/* Those that go together have one place, which is looked up once. */
static void
find_places (HoistUploadOrder *self, Moves *moves)
{
  const GSequenceIter *none = NULL;
  GSequenceIter *next = NULL;
  guint position = 0;

  for (guint i = 0; i < moves->added->len; i++)
    {
      Added *added = get_added (moves, i);

      if (next == none || (!g_sequence_iter_is_end (next) &&
                           entry_compare (added->entry, g_sequence_get (next), NULL) >= 0))
        {
          next = g_sequence_search (self->entries, added->entry, entry_compare, NULL);
          position = (guint) g_sequence_iter_get_position (next);
        }
      added->position = position;
    }
}

/* An upload that a set named twice comes in twice: as it is now, so that both stand together. */
static void
drop_doubles (GArray *added)
{
  for (guint i = added->len; i-- > 1;)
    if (g_array_index (added, Added, i).entry->id == g_array_index (added, Added, i - 1).entry->id)
      g_array_remove_index (added, i);
}

/* Cuts what moves into parts with much between them that stays where it is. */
static GArray *
cut (const Moves *moves)
{
  GArray *hunks = g_array_new (FALSE, FALSE, sizeof (Hunk));
  guint i_gone = 0;
  guint i_added = 0;

  while (i_gone < moves->gone->len || i_added < moves->added->len)
    {
      gboolean goes = i_added == moves->added->len ||
                      (i_gone < moves->gone->len &&
                       get_gone (moves, i_gone)->position < get_added (moves, i_added)->position);
      guint first = goes ? get_gone (moves, i_gone)->position
                         : get_added (moves, i_added)->position;
      Hunk *hunk = hunks->len > 0 ? &g_array_index (hunks, Hunk, hunks->len - 1) : NULL;

      if (hunk == NULL || first > hunk->end + MAX_GAP)
        {
          Hunk begun = { first, first, i_gone, i_gone, i_added, i_added };

          g_array_append_val (hunks, begun);
          hunk = &g_array_index (hunks, Hunk, hunks->len - 1);
        }
      hunk->end = goes ? first + 1 : first;
      hunk->end_gone = i_gone += goes;
      hunk->end_added = i_added += !goes;
    }
  return hunks;
}

static void
put_in (HoistUploadOrder *self, const Moves *moves, const Hunk *hunk)
{
  const GSequenceIter *none = NULL;
  GSequenceIter *next = NULL;

  for (guint i = hunk->first_added; i < hunk->end_added; i++)
    {
      Entry *entry = g_steal_pointer (&get_added (moves, i)->entry);

      if (next == none || (!g_sequence_iter_is_end (next) &&
                           entry_compare (entry, g_sequence_get (next), NULL) >= 0))
        next = g_sequence_search (self->entries, entry, entry_compare, NULL);
      /* The key lies in the entry. */
      g_hash_table_insert (self->iters, &entry->id, g_sequence_insert_before (next, entry));
    }
}

/* Each part is done and told before the next one: from the end, so that the positions before stay
 * right. */
static void
apply (HoistUploadOrder *self, Moves *moves)
{
  g_autoptr (GArray) hunks = NULL;

  g_array_sort (moves->gone, compare_gone);
  g_array_sort (moves->added, compare_added);
  drop_doubles (moves->added);
  find_places (self, moves);
  hunks = cut (moves);
  for (guint i = hunks->len; i-- > 0;)
    {
      const Hunk *hunk = &g_array_index (hunks, Hunk, i);
      guint n_before = hunk->end - hunk->first;
      guint n_gone = hunk->end_gone - hunk->first_gone;

      for (guint gone = hunk->first_gone; gone < hunk->end_gone; gone++)
        g_sequence_remove (get_gone (moves, gone)->iter);
      put_in (self, moves, hunk);
      g_list_model_items_changed (G_LIST_MODEL (self), hunk->first, n_before,
                                  n_before - n_gone + hunk->end_added - hunk->first_added);
    }
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
  return (guint) g_sequence_get_length (HOIST_UPLOAD_ORDER (model)->entries);
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
