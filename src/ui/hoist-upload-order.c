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

/* The part of the model that a change set touched. */
typedef struct
{
  guint head; /* items before the first touched one */
  guint tail; /* items after the last touched one */
} Span;

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

static void
span_add (Span *span, guint position, guint n_items_after)
{
  span->head = MIN (span->head, position);
  span->tail = MIN (span->tail, n_items_after);
}

static guint
get_length (HoistUploadOrder *self)
{
  return (guint) g_sequence_get_length (self->entries);
}

static void
remove_iter (HoistUploadOrder *self, GSequenceIter *iter, Span *span)
{
  guint position = (guint) g_sequence_iter_get_position (iter);
  Entry *entry = g_sequence_get (iter);

  g_hash_table_remove (self->iters, &entry->id);
  g_sequence_remove (iter);
  span_add (span, position, get_length (self) - position);
}

static void
insert_entry (HoistUploadOrder *self, const Entry *entry, Span *span)
{
  Entry *copy = g_memdup2 (entry, sizeof *entry);
  GSequenceIter *iter = g_sequence_insert_sorted (self->entries, copy, entry_compare, NULL);
  guint position = (guint) g_sequence_iter_get_position (iter);

  /* The key lies in the entry. */
  g_hash_table_insert (self->iters, &copy->id, iter);
  span_add (span, position, get_length (self) - position - 1);
}

static void
update_entry (HoistUploadOrder *self, const HoistUploadInfo *info, Span *span)
{
  GSequenceIter *iter = g_hash_table_lookup (self->iters, &info->id);
  Entry entry;

  entry_init (&entry, info);
  if (iter != NULL)
    {
      if (entry_compare (g_sequence_get (iter), &entry, NULL) == 0)
        return;
      remove_iter (self, iter, span);
    }
  if (entry.rank != RANK_HIDDEN)
    insert_entry (self, &entry, span);
}

static void
applied_cb (HoistUploadOrder *self, const HoistChangeSet *changes)
{
  Span span = { G_MAXUINT, G_MAXUINT };
  guint n_before = get_length (self);

  for (guint i = 0; i < changes->infos->len; i++)
    update_entry (self, g_ptr_array_index (changes->infos, i), &span);
  for (guint i = 0; i < changes->removed->len; i++)
    {
      guint64 id = g_array_index (changes->removed, guint64, i);
      GSequenceIter *iter = g_hash_table_lookup (self->iters, &id);

      if (iter != NULL)
        remove_iter (self, iter, &span);
    }

  /* One signal for the whole set: the view keeps the rows of the items that are
   * still there, so a wide span costs it no more than what is on the screen. */
  if (span.head != G_MAXUINT)
    g_list_model_items_changed (G_LIST_MODEL (self), span.head, n_before - span.head - span.tail,
                                get_length (self) - span.head - span.tail);
}

static GType
hoist_upload_order_get_item_type (GListModel *model)
{
  return HOIST_TYPE_UPLOAD;
}

static guint
hoist_upload_order_get_n_items (GListModel *model)
{
  return get_length (HOIST_UPLOAD_ORDER (model));
}

static gpointer
hoist_upload_order_get_item (GListModel *model, guint position)
{
  HoistUploadOrder *self = HOIST_UPLOAD_ORDER (model);
  const Entry *entry;
  HoistUpload *upload;

  if (position >= get_length (self))
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
  Span span = { G_MAXUINT, G_MAXUINT };

  g_return_val_if_fail (HOIST_IS_UPLOAD_LIST (list), NULL);

  self = g_object_new (HOIST_TYPE_UPLOAD_ORDER, NULL);
  self->list = g_object_ref (list);
  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    update_entry (self, info, &span);
  g_signal_connect_object (list, "applied", G_CALLBACK (applied_cb), self, G_CONNECT_SWAPPED);
  return self;
}
