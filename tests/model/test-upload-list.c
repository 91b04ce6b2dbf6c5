/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <time.h>

#include "hoist-upload-list.h"

static HoistUploadInfo *
make_info (guint64 id, HoistUploadState state, guint64 size_bytes, guint64 sent_bytes)
{
  HoistUploadInfo *info = hoist_upload_info_new (id);

  info->state = state;
  info->size_bytes = size_bytes;
  info->sent_bytes = sent_bytes;
  return info;
}

static void
change (HoistChangeSet *changes,
        guint64 id,
        HoistUploadState state,
        guint64 size_bytes,
        guint64 sent_bytes)
{
  g_ptr_array_add (changes->infos, make_info (id, state, size_bytes, sent_bytes));
}

static void
apply_one (HoistUploadList *list,
           guint64 id,
           HoistUploadState state,
           guint64 size_bytes,
           guint64 sent_bytes)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  change (changes, id, state, size_bytes, sent_bytes);
  hoist_upload_list_apply (list, changes);
}

static void
apply_removed (HoistUploadList *list, const guint64 *ids, guint n_ids)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  g_array_append_vals (changes->removed, ids, n_ids);
  hoist_upload_list_apply (list, changes);
}

static void
apply_range (HoistUploadList *list, guint64 first, guint n)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  for (guint64 id = first; id < first + n; id++)
    change (changes, id, HOIST_UPLOAD_QUEUED, 100, 0);
  hoist_upload_list_apply (list, changes);
}

/* Follows a list by its items-changed only, as a view does. */
typedef struct
{
  GArray *ids;
  guint n_reports;
} Follower;

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, Follower *follower)
{
  g_assert_cmpuint (position + removed, <=, follower->ids->len);
  g_array_remove_range (follower->ids, position, removed);
  for (guint i = 0; i < added; i++)
    {
      const HoistUploadInfo *info =
        hoist_upload_list_get_info (HOIST_UPLOAD_LIST (model), position + i);

      g_assert_nonnull (info);
      g_array_insert_val (follower->ids, position + i, info->id);
    }
  g_assert_cmpuint (follower->ids->len, ==, g_list_model_get_n_items (model));
  follower->n_reports++;
}

static Follower *
follow (HoistUploadList *list)
{
  Follower *follower = g_new0 (Follower, 1);

  follower->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_signal_connect (list, "items-changed", G_CALLBACK (items_changed_cb), follower);
  return follower;
}

static void
follower_free (Follower *follower)
{
  g_array_unref (follower->ids);
  g_free (follower);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Follower, follower_free)

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_append (void)
{
  g_autoptr (HoistUploadList) list = hoist_upload_list_new ();
  g_autoptr (Follower) follower = follow (list);

  apply_range (list, 1, 10);
  apply_range (list, 11, 5);
  g_assert_cmpuint (follower->n_reports, ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 15);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (list)) == HOIST_TYPE_UPLOAD);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list), 15));
  g_assert_null (hoist_upload_list_get_info (list, 15));
  g_assert_null (hoist_upload_list_lookup (list, 0));
  g_assert_null (hoist_upload_list_lookup (list, 16));
  g_assert_cmpuint (hoist_upload_list_find_after (list, 0), ==, 0);
  g_assert_cmpuint (hoist_upload_list_find_after (list, 99), ==, 15);

  g_autoptr (HoistUpload) upload = g_list_model_get_item (G_LIST_MODEL (list), 14);
  g_assert_cmpuint (hoist_upload_get_id (upload), ==, 15);
  /* The same row is always the same object. */
  g_assert_true (upload == hoist_upload_list_lookup (list, 15));
}

static void
test_notify (void)
{
  g_autoptr (HoistUploadList) list = hoist_upload_list_new ();
  guint n_state = 0, n_sent = 0, n_fraction = 0, n_size = 0, n_changed = 0;

  apply_one (list, 7, HOIST_UPLOAD_SENDING, 100, 10);

  HoistUpload *upload = hoist_upload_list_lookup (list, 7);
  g_signal_connect_swapped (upload, "notify::state", G_CALLBACK (count_cb), &n_state);
  g_signal_connect_swapped (upload, "notify::sent-bytes", G_CALLBACK (count_cb), &n_sent);
  g_signal_connect_swapped (upload, "notify::fraction", G_CALLBACK (count_cb), &n_fraction);
  g_signal_connect_swapped (upload, "notify::size-bytes", G_CALLBACK (count_cb), &n_size);
  g_signal_connect_swapped (upload, "changed", G_CALLBACK (count_cb), &n_changed);

  apply_one (list, 7, HOIST_UPLOAD_SENDING, 100, 20);
  g_assert_cmpuint (n_state, ==, 0);
  g_assert_cmpuint (n_sent, ==, 1);
  g_assert_cmpuint (n_fraction, ==, 1);
  g_assert_cmpuint (n_changed, ==, 1);

  apply_one (list, 7, HOIST_UPLOAD_PAUSED, 100, 20);
  g_assert_cmpuint (n_state, ==, 1);
  g_assert_cmpuint (n_sent, ==, 1);
  g_assert_cmpuint (n_size, ==, 0);
  g_assert_cmpuint (n_changed, ==, 2);
  g_assert_cmpint (hoist_upload_get_state (upload), ==, HOIST_UPLOAD_PAUSED);
}

/* The whole bar is shown only when the server has confirmed. */
static void
test_fraction (void)
{
  static const struct
  {
    HoistUploadState state;
    guint64 size_bytes;
    guint64 sent_bytes;
    double fraction;
  } table[] = {
    { HOIST_UPLOAD_SENDING, 100, 50, 0.5 },
    { HOIST_UPLOAD_FINISHING, 100, 100, 0.99 },
    { HOIST_UPLOAD_SENDING, 100, 500, 0.99 },
    { HOIST_UPLOAD_DONE, 100, 100, 1 },
    { HOIST_UPLOAD_DONE, 0, 0, 1 },
    { HOIST_UPLOAD_QUEUED, 0, 0, 0 },
    { HOIST_UPLOAD_SENDING, G_MAXUINT64, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (HoistUploadInfo) info =
        make_info (1, table[i].state, table[i].size_bytes, table[i].sent_bytes);
      g_autoptr (HoistUpload) upload = hoist_upload_new (info);

      g_assert_cmpfloat (hoist_upload_get_fraction (upload), ==, table[i].fraction);
    }
}

static void
test_properties (void)
{
  g_autoptr (HoistUploadInfo) info = make_info (3, HOIST_UPLOAD_DONE, 5, 5);
  info->name = g_ref_string_new ("a/b.txt");
  info->destination_id = g_ref_string_new ("home");
  info->location = g_ref_string_new ("https://s3.example/b/a/b.txt");
  info->error_message = g_ref_string_new ("oh");
  info->bytes_per_s = 9;
  info->restored = TRUE;

  g_autoptr (HoistUpload) upload = hoist_upload_new (info);
  g_autofree char *name = NULL, *destination_id = NULL, *location = NULL, *error_message = NULL;
  guint64 id, size_bytes, sent_bytes, bytes_per_s;
  gboolean restored;
  double fraction;
  guint state;

  g_object_get (upload, "id", &id, "name", &name, "destination-id", &destination_id, "state",
                &state, "restored", &restored, "size-bytes", &size_bytes, "sent-bytes", &sent_bytes,
                "bytes-per-s", &bytes_per_s, "fraction", &fraction, "error-message", &error_message,
                "location", &location, NULL);
  g_assert_cmpuint (id, ==, 3);
  g_assert_cmpstr (name, ==, "a/b.txt");
  g_assert_cmpstr (destination_id, ==, "home");
  g_assert_cmpuint (state, ==, HOIST_UPLOAD_DONE);
  g_assert_true (restored);
  g_assert_cmpuint (size_bytes, ==, 5);
  g_assert_cmpuint (sent_bytes, ==, 5);
  g_assert_cmpuint (bytes_per_s, ==, 9);
  g_assert_cmpfloat (fraction, ==, 1);
  g_assert_cmpstr (error_message, ==, "oh");
  g_assert_cmpstr (location, ==, "https://s3.example/b/a/b.txt");
}

static void
test_remove (void)
{
  g_autoptr (HoistUploadList) list = hoist_upload_list_new ();
  g_autoptr (Follower) follower = follow (list);
  const guint64 runs[] = { 2, 3, 4, 9, 77, 9 };
  guint64 many[30];

  apply_range (list, 1, 100);
  follower->n_reports = 0;

  /* Two runs, an id that is not there, and one said twice. */
  apply_removed (list, runs, 5);
  g_assert_cmpuint (follower->n_reports, ==, 3);
  apply_removed (list, runs, G_N_ELEMENTS (runs));
  g_assert_cmpuint (follower->n_reports, ==, 3);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 95);

  /* Many runs are one report. */
  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    many[i] = 40 + 2 * i;
  apply_removed (list, many, G_N_ELEMENTS (many));
  g_assert_cmpuint (follower->n_reports, ==, 4);

  hoist_upload_list_clear (list);
  g_assert_cmpuint (follower->ids->len, ==, 0);
  g_assert_cmpuint (hoist_upload_list_get_totals (list)->n_pending, ==, 0);
  g_assert_cmpuint (hoist_upload_list_get_totals (list)->total_bytes, ==, 0);
}

/* The overall fraction runs from 0 to 1 once, then begins anew. */
static void
test_rounds (void)
{
  g_autoptr (HoistUploadList) list = hoist_upload_list_new ();
  const HoistUploadTotals *totals = hoist_upload_list_get_totals (list);
  const guint64 first = 1;

  /* Old history is no part of it. */
  apply_one (list, 1, HOIST_UPLOAD_DONE, 5000, 5000);
  g_assert_cmpuint (totals->total_bytes, ==, 0);
  g_assert_cmpuint (totals->n_done, ==, 1);

  apply_one (list, 2, HOIST_UPLOAD_SENDING, 100, 0);
  apply_one (list, 3, HOIST_UPLOAD_SENDING, 300, 100);
  g_assert_cmpuint (totals->total_bytes, ==, 400);
  g_assert_cmpuint (totals->sent_bytes, ==, 100);

  apply_one (list, 2, HOIST_UPLOAD_DONE, 100, 100);
  g_assert_cmpuint (totals->total_bytes, ==, 400);
  g_assert_cmpuint (totals->sent_bytes, ==, 200);
  g_assert_cmpuint (totals->n_pending, ==, 1);
  g_assert_cmpuint (totals->n_round, ==, 2);

  /* Taking finished ones off the list does not move the bar. */
  apply_removed (list, &first, 1);
  g_assert_cmpuint (totals->total_bytes, ==, 400);

  apply_one (list, 3, HOIST_UPLOAD_DONE, 300, 300);
  g_assert_cmpuint (totals->total_bytes, ==, 400);
  g_assert_cmpuint (totals->sent_bytes, ==, 400);
  g_assert_cmpuint (totals->n_pending, ==, 0);

  apply_one (list, 4, HOIST_UPLOAD_QUEUED, 50, 0);
  g_assert_cmpuint (totals->total_bytes, ==, 50);
  g_assert_cmpuint (totals->sent_bytes, ==, 0);
  g_assert_cmpuint (totals->n_round, ==, 1);
  g_assert_cmpuint (totals->n_done, ==, 2);
}

/* It is under way, and none of the files. */
static void
test_folder (void)
{
  g_autoptr (HoistUploadList) list = hoist_upload_list_new ();
  const HoistUploadTotals *totals = hoist_upload_list_get_totals (list);
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();
  HoistUploadInfo *folder = make_info (1, HOIST_UPLOAD_PREPARING, 0, 0);
  const guint64 id = 1;

  folder->is_folder = TRUE;
  g_ptr_array_add (changes->infos, folder);
  hoist_upload_list_apply (list, changes);
  apply_one (list, 2, HOIST_UPLOAD_SENDING, 100, 0);
  apply_one (list, 2, HOIST_UPLOAD_DONE, 100, 100);
  g_assert_cmpuint (totals->n_pending, ==, 1);
  g_assert_cmpuint (totals->n_folders, ==, 1);
  g_assert_cmpuint (totals->n_round, ==, 1);

  apply_removed (list, &id, 1);
  g_assert_cmpuint (totals->n_pending, ==, 0);
  g_assert_cmpuint (totals->n_folders, ==, 0);
  g_assert_cmpuint (totals->n_round, ==, 1);
}

static void
put_batch (HoistUploadList *list, guint64 id, gboolean complete)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();
  HoistBatchInfo batch = { .id = id, .complete = complete };

  g_array_append_val (changes->batches, batch);
  hoist_upload_list_apply (list, changes);
}

static void
test_batches (void)
{
  g_autoptr (HoistUploadList) list = hoist_upload_list_new ();
  const guint64 id = G_GUINT64_CONSTANT (1) << 40;

  g_assert_null (hoist_upload_list_get_batch (list, id));
  for (guint n = 1; n <= 3; n++)
    {
      g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();
      HoistBatchInfo batch = { .id = id, .n_files = n, .complete = n == 3 };

      g_array_append_val (changes->batches, batch);
      hoist_upload_list_apply (list, changes);
      g_assert_cmpuint (hoist_upload_list_get_batch (list, id)->n_files, ==, n);
      g_assert_cmpint (hoist_upload_list_get_batch (list, id)->complete, ==, n == 3);
      g_assert_cmpint (hoist_upload_list_is_counting (list), ==, n < 3);
    }
  hoist_upload_list_clear (list);
  g_assert_null (hoist_upload_list_get_batch (list, id));
  put_batch (list, 1, FALSE);
  put_batch (list, 2, FALSE);
  put_batch (list, 1, TRUE);
  g_assert_true (hoist_upload_list_is_counting (list));
  hoist_upload_list_clear (list);
  g_assert_false (hoist_upload_list_is_counting (list));
  /* One that is complete when it is first heard of. */
  put_batch (list, 3, TRUE);
  g_assert_false (hoist_upload_list_is_counting (list));
}

static void
applied_cb (HoistUploadList *list, const HoistChangeSet *changes, HoistUploadList *other)
{
  hoist_upload_list_apply (other, changes);
}

/* The model that the list is held against: a table, and sums by walking it. */
static void
sum_naively (GHashTable *model, HoistUploadTotals *totals)
{
  GHashTableIter iter;
  gpointer value;

  *totals = (HoistUploadTotals){ 0 };
  g_hash_table_iter_init (&iter, model);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const HoistUploadInfo *info = value;

      totals->n_waiting += info->state == HOIST_UPLOAD_WAITING;
      totals->n_held[info->hold] += info->state == HOIST_UPLOAD_WAITING;
      totals->n_active += info->state > HOIST_UPLOAD_QUEUED && info->state < HOIST_UPLOAD_DONE;
      totals->n_paused += info->state == HOIST_UPLOAD_PAUSED;
      totals->n_failed += info->state == HOIST_UPLOAD_FAILED;
      totals->n_done += info->state == HOIST_UPLOAD_DONE;
      totals->n_restored += info->restored;
      if (info->restored)
        totals->restored_bytes += info->size_bytes - MIN (info->sent_bytes, info->size_bytes);
      if (info->state < HOIST_UPLOAD_DONE || info->state == HOIST_UPLOAD_WAITING)
        {
          totals->n_pending++;
          totals->bytes_per_s += info->bytes_per_s;
          totals->total_bytes += info->size_bytes;
          totals->sent_bytes += MIN (info->sent_bytes, info->size_bytes);
        }
    }
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const guint64 id_a = *(const guint64 *) a, id_b = *(const guint64 *) b;

  return (id_a > id_b) - (id_a < id_b);
}

static void
assert_equals_model (HoistUploadList *list, GHashTable *model)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, model);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (ids, key, 1);
  g_array_sort (ids, compare_ids);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, ids->len);
  for (guint i = 0; i < ids->len; i++)
    {
      guint64 id = g_array_index (ids, guint64, i);
      g_autoptr (HoistUpload) upload = g_list_model_get_item (G_LIST_MODEL (list), i);
      const HoistUploadInfo *info = g_hash_table_lookup (model, &id);

      g_assert_true (hoist_upload_get_info (upload) == info);
      g_assert_true (hoist_upload_list_get_info (list, i) == info);
      g_assert_true (hoist_upload_list_lookup_info (list, id) == info);
      g_assert_true (hoist_upload_list_lookup (list, id) == upload);
      g_assert_cmpuint (hoist_upload_list_find_after (list, id), ==, i + 1);
    }
}

static HoistChangeSet *
random_changes (GHashTable *model, guint max_id)
{
  HoistChangeSet *changes = hoist_change_set_new ();
  guint n = (guint) g_test_rand_int_range (0, 40);

  for (guint i = 0; i < n; i++)
    {
      HoistUploadInfo *info =
        make_info ((guint64) g_test_rand_int_range (1, (gint32) max_id),
                   (HoistUploadState) g_test_rand_int_range (0, HOIST_N_UPLOAD_STATES),
                   (guint64) g_test_rand_int_range (0, 1000),
                   (guint64) g_test_rand_int_range (0, 1200));

      info->restored = g_test_rand_bit ();
      info->hold = (HoistHold) g_test_rand_int_range (0, HOIST_N_HOLDS);
      info->bytes_per_s = (guint64) g_test_rand_int_range (0, 100);
      g_ptr_array_add (changes->infos, info);
      g_hash_table_replace (model, &info->id, hoist_upload_info_ref (info));
    }

  n = (guint) g_test_rand_int_range (0, 40);
  for (guint i = 0; i < n; i++)
    {
      guint64 id = (guint64) g_test_rand_int_range (1, (gint32) max_id);

      g_array_append_val (changes->removed, id);
      g_hash_table_remove (model, &id);
    }
  return changes;
}

/* Any change sets, ids in any order, twice, not there: list, follower and a
 * list that is fed from the signal always equal the model. */
static void
test_random (void)
{
  for (guint run = 0; run < 30; run++)
    {
      g_autoptr (HoistUploadList) list = hoist_upload_list_new ();
      g_autoptr (HoistUploadList) mirror = hoist_upload_list_new ();
      g_autoptr (Follower) follower = follow (list);
      g_autoptr (GHashTable) model = g_hash_table_new_full (
        g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) hoist_upload_info_unref);
      guint max_id = (guint) g_test_rand_int_range (2, 200);

      g_signal_connect_object (list, "applied", G_CALLBACK (applied_cb), mirror, 0);
      for (guint step = 0; step < 30; step++)
        {
          g_autoptr (HoistChangeSet) changes = random_changes (model, max_id);
          HoistUploadTotals naive;
          const HoistUploadTotals *totals = hoist_upload_list_get_totals (list);

          hoist_upload_list_apply (list, changes);
          assert_equals_model (list, model);
          assert_equals_model (mirror, model);
          sum_naively (model, &naive);
          g_assert_cmpuint (totals->n_pending, ==, naive.n_pending);
          g_assert_cmpuint (totals->n_waiting, ==, naive.n_waiting);
          g_assert_cmpuint (totals->n_active, ==, naive.n_active);
          g_assert_cmpmem (totals->n_held, sizeof totals->n_held, naive.n_held,
                           sizeof naive.n_held);
          g_assert_cmpuint (totals->n_paused, ==, naive.n_paused);
          g_assert_cmpuint (totals->n_failed, ==, naive.n_failed);
          g_assert_cmpuint (totals->n_done, ==, naive.n_done);
          g_assert_cmpuint (totals->n_restored, ==, naive.n_restored);
          g_assert_cmpuint (totals->restored_bytes, ==, naive.restored_bytes);
          g_assert_cmpuint (totals->bytes_per_s, ==, naive.bytes_per_s);
          /* What was done in the round comes on top of both, equally. */
          g_assert_cmpuint (totals->total_bytes - totals->sent_bytes, ==,
                            naive.total_bytes - naive.sent_bytes);
          g_assert_cmpuint (totals->n_round, >=, naive.n_pending);

          g_assert_cmpuint (follower->ids->len, ==, g_hash_table_size (model));
          for (guint i = 0; i < follower->ids->len; i++)
            g_assert_cmpuint (g_array_index (follower->ids, guint64, i), ==,
                              hoist_upload_list_get_info (list, i)->id);
        }
    }
}

static void
test_to_changes (void)
{
  g_autoptr (HoistUploadList) list = hoist_upload_list_new ();
  g_autoptr (HoistUploadList) copy = hoist_upload_list_new ();
  g_autoptr (HoistChangeSet) batch_changes = hoist_change_set_new ();
  gboolean more = TRUE;
  HoistBatchInfo batch = { .id = 4, .n_files = 20, .complete = TRUE };

  apply_range (list, 5, 20);
  g_array_append_val (batch_changes->batches, batch);
  hoist_upload_list_apply (list, batch_changes);

  for (guint first = 0; more; first += 7)
    {
      g_autoptr (HoistChangeSet) changes = hoist_upload_list_to_changes (list, first, 7, &more);

      g_assert_cmpint (more, ==, first < 14);
      g_assert_cmpuint (changes->infos->len, ==, more ? 7 : 6);
      g_assert_cmpuint (changes->batches->len, ==, more ? 0 : 1);
      hoist_upload_list_apply (copy, changes);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (copy)), ==, 20);
  g_assert_true (hoist_upload_list_get_info (copy, 7) == hoist_upload_list_get_info (list, 7));
  g_assert_cmpuint (hoist_upload_list_get_batch (copy, 4)->n_files, ==, 20);
}

/* What others do meanwhile does not count. */
static gint64
get_cpu_us (void)
{
  struct timespec time;

  g_assert_cmpint (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time), ==, 0);
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* 100,000 rows, with 100,000 changes in a set: the bound is loose, since the
 * machine may be slow, but anything quadratic is far beyond it. */
static void
test_large (void)
{
  const guint n = 100000;
  g_autoptr (HoistUploadList) list = hoist_upload_list_new ();
  g_autoptr (Follower) follower = follow (list);
  g_autoptr (HoistChangeSet) added = hoist_change_set_new ();
  g_autoptr (HoistChangeSet) changed = hoist_change_set_new ();
  g_autoptr (HoistChangeSet) removed = hoist_change_set_new ();
  gint64 times_us[4];

  g_signal_handlers_disconnect_by_data (list, follower);
  for (guint64 id = 1; id <= n; id++)
    {
      change (added, id, HOIST_UPLOAD_QUEUED, 100, 0);
      change (changed, id, HOIST_UPLOAD_SENDING, 100, 50);
      if (id % 2 == 0)
        g_array_append_val (removed->removed, id);
    }

  times_us[0] = get_cpu_us ();
  hoist_upload_list_apply (list, added);
  times_us[1] = get_cpu_us ();
  hoist_upload_list_apply (list, changed);
  times_us[2] = get_cpu_us ();
  hoist_upload_list_apply (list, removed);
  times_us[3] = get_cpu_us ();

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, n / 2);
  g_assert_cmpuint (hoist_upload_list_get_totals (list)->sent_bytes, ==, 50 * (n / 2));
  for (guint i = 0; i < 3; i++)
    {
      static const char *const steps[] = { "add", "change", "remove half of" };

      g_test_message ("%s %u rows: %" G_GINT64_FORMAT " us", steps[i], n,
                      times_us[i + 1] - times_us[i]);
      g_assert_cmpint (times_us[i + 1] - times_us[i], <, 2 * G_USEC_PER_SEC);
    }
}

static guint
count_before (HoistUploadList *list, const HoistUploadInfo *of)
{
  const HoistUploadInfo *info;
  guint n = 0;

  if (of->turn == 0 || of->state != HOIST_UPLOAD_QUEUED)
    return HOIST_TURN_UNKNOWN;
  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if (info->state == HOIST_UPLOAD_QUEUED && info->lane == of->lane && info->turn != 0 &&
        info->turn < of->turn && g_str_equal (info->destination_id, of->destination_id))
      n++;
  return n;
}

static HoistUploadInfo *
make_random_turn (void)
{
  static const char *const destinations[] = { "one", "two" };
  static const HoistUploadState states[] = { HOIST_UPLOAD_QUEUED, HOIST_UPLOAD_QUEUED,
                                             HOIST_UPLOAD_SENDING, HOIST_UPLOAD_DONE };
  HoistUploadInfo *info = make_info ((guint64) g_test_rand_int_range (1, 60),
                                     states[g_test_rand_int_range (0, 4)], 100, 0);

  info->destination_id = g_ref_string_new (destinations[g_test_rand_int_range (0, 2)]);
  info->lane = (guint) g_test_rand_int_range (0, 2);
  info->turn = (guint64) g_test_rand_int_range (0, 40);
  return info;
}

/* Whoever comes, goes and changes places: as many are before each as a walk counts. */
static void
test_turns (void)
{
  g_autoptr (HoistUploadList) list = hoist_upload_list_new ();
  const HoistUploadInfo *info;

  for (guint round = 0; round < 2000; round++)
    {
      g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();
      guint64 gone = (guint64) g_test_rand_int_range (1, 60);
      /* Now and then a large set, after which all is looked at anew. */
      guint n = round % 200 == 199 ? 1200 : (guint) g_test_rand_int_range (0, 4);

      for (guint i = 0; i < n; i++)
        g_ptr_array_add (changes->infos, make_random_turn ());
      if (round % 3 == 0)
        g_array_append_val (changes->removed, gone);
      hoist_upload_list_apply (list, changes);
      for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
        g_assert_cmpuint (hoist_upload_list_count_before (list, info), ==,
                          count_before (list, info));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/upload-list/append", test_append);
  g_test_add_func ("/upload-list/notify", test_notify);
  g_test_add_func ("/upload-list/fraction", test_fraction);
  g_test_add_func ("/upload-list/properties", test_properties);
  g_test_add_func ("/upload-list/remove", test_remove);
  g_test_add_func ("/upload-list/rounds", test_rounds);
  g_test_add_func ("/upload-list/folder", test_folder);
  g_test_add_func ("/upload-list/batches", test_batches);
  g_test_add_func ("/upload-list/random", test_random);
  g_test_add_func ("/upload-list/turns", test_turns);
  g_test_add_func ("/upload-list/to-changes", test_to_changes);
  g_test_add_func ("/upload-list/large", test_large);

  return g_test_run ();
}
