/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-uploader.h"
#include "hoist-upload-order.h"

#define N_ROUNDS 300
#define MAX_ID 1200

typedef struct
{
  HoistUploadList *list;
  HoistUploadOrder *order;
  GArray *replayed; /* (element-type guint64) the ids as a view knows them */
} Fixture;

static guint64
get_id (Fixture *fixture, guint position)
{
  g_autoptr (HoistUpload) upload = g_list_model_get_item (G_LIST_MODEL (fixture->order), position);

  g_assert_nonnull (upload);
  return hoist_upload_get_id (upload);
}

static void
items_changed_cb (Fixture *fixture, guint position, guint removed, guint added)
{
  g_assert_cmpuint (position + removed, <=, fixture->replayed->len);
  if (removed > 0)
    g_array_remove_range (fixture->replayed, position, removed);
  for (guint i = 0; i < added; i++)
    {
      guint64 id = get_id (fixture, position + i);

      g_array_insert_val (fixture->replayed, position + i, id);
    }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->list = hoist_upload_list_new ();
  fixture->order = hoist_upload_order_new (fixture->list);
  fixture->replayed = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_signal_connect_swapped (fixture->order, "items-changed", G_CALLBACK (items_changed_cb),
                            fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_array_unref (fixture->replayed);
  g_assert_finalize_object (fixture->order);
  g_assert_finalize_object (fixture->list);
}

static HoistUploadInfo *
make (guint64 id, HoistUploadState state, gint64 finished_us)
{
  HoistUploadInfo *info = fake_uploader_info (id, state);

  info->finished_us = finished_us;
  return info;
}

static void
put (Fixture *fixture, HoistUploadInfo *info)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  g_ptr_array_add (changes->infos, info);
  hoist_upload_list_apply (fixture->list, changes);
}

static void
assert_ids (Fixture *fixture, const char *expected)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (fixture->order)); i++)
    g_string_append_printf (ids, "%s%" G_GUINT64_FORMAT, i > 0 ? " " : "", get_id (fixture, i));
  g_assert_cmpstr (ids->str, ==, expected);
}

static void
test_states (Fixture *fixture, gconstpointer data)
{
  put (fixture, make (1, HOIST_UPLOAD_DONE, 100));
  put (fixture, make (2, HOIST_UPLOAD_DONE, 200));
  put (fixture, make (3, HOIST_UPLOAD_QUEUED, 0));
  put (fixture, make (4, HOIST_UPLOAD_PAUSED, 0));
  put (fixture, make (5, HOIST_UPLOAD_WAITING, 0));
  put (fixture, make (6, HOIST_UPLOAD_FAILED, 0));
  put (fixture, make (7, HOIST_UPLOAD_SENDING, 0));
  put (fixture, make (8, HOIST_UPLOAD_STARTING, 0));
  put (fixture, make (9, HOIST_UPLOAD_CANCELLING, 0));
  assert_ids (fixture, "7 8 6 5 4 3 2 1");

  put (fixture, make (7, HOIST_UPLOAD_DONE, 300));
  put (fixture, make (9, HOIST_UPLOAD_QUEUED, 0));
  assert_ids (fixture, "8 6 5 4 3 9 7 2 1");
}

static void
test_existing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistUploadOrder) late = NULL;

  put (fixture, make (1, HOIST_UPLOAD_QUEUED, 0));
  put (fixture, make (2, HOIST_UPLOAD_SENDING, 0));
  late = hoist_upload_order_new (fixture->list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (late)), ==, 2);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (late), 2));
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (late)) == HOIST_TYPE_UPLOAD);
}

static int
get_rank (const HoistUploadInfo *info)
{
  static const HoistUploadState below_active[] = { HOIST_UPLOAD_FAILED, HOIST_UPLOAD_WAITING,
                                                   HOIST_UPLOAD_PAUSED, HOIST_UPLOAD_QUEUED,
                                                   HOIST_UPLOAD_DONE };

  for (gsize i = 0; i < G_N_ELEMENTS (below_active); i++)
    if (info->state == below_active[i])
      return (int) i + 1;
  return 0;
}

static void
assert_ordered (Fixture *fixture)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (fixture->order));
  const HoistUploadInfo *info;
  const HoistUploadInfo *before = NULL;
  guint n_shown = 0;

  for (guint i = 0; (info = hoist_upload_list_get_info (fixture->list, i)) != NULL; i++)
    n_shown += info->state != HOIST_UPLOAD_CANCELLING;
  g_assert_cmpuint (n_items, ==, n_shown);
  g_assert_cmpuint (n_items, ==, fixture->replayed->len);

  for (guint i = 0; i < n_items; i++)
    {
      guint64 id = get_id (fixture, i);

      g_assert_cmpuint (id, ==, g_array_index (fixture->replayed, guint64, i));
      info = hoist_upload_list_lookup_info (fixture->list, id);
      g_assert_cmpint (info->state, !=, HOIST_UPLOAD_CANCELLING);
      if (before != NULL)
        {
          g_assert_cmpint (get_rank (before), <=, get_rank (info));
          if (get_rank (before) == get_rank (info) && info->state == HOIST_UPLOAD_DONE)
            g_assert_cmpint (before->finished_us, >=, info->finished_us);
          else if (get_rank (before) == get_rank (info))
            g_assert_cmpuint (before->id, <, info->id);
        }
      before = info;
    }
}

static void
count_cb (guint *n_signals)
{
  ++*n_signals;
}

/* What only changes its numbers does not move; what moves together is told together. */
static void
test_signals (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();
  HoistUploadInfo *info = make (1, HOIST_UPLOAD_SENDING, 0);
  guint n_signals = 0;

  put (fixture, make (1, HOIST_UPLOAD_SENDING, 0));
  put (fixture, make (2, HOIST_UPLOAD_QUEUED, 0));
  g_signal_connect_swapped (fixture->order, "items-changed", G_CALLBACK (count_cb), &n_signals);

  info->sent_bytes = 5;
  put (fixture, info);
  g_assert_cmpuint (n_signals, ==, 0);

  /* The first of the queue begins: it is there already. */
  put (fixture, make (2, HOIST_UPLOAD_STARTING, 0));
  g_assert_cmpuint (n_signals, ==, 0);

  /* Together out of the queue, together in below the active ones: they are near. */
  for (guint64 id = 3; id < 100; id++)
    g_ptr_array_add (changes->infos, make (id, HOIST_UPLOAD_QUEUED, 0));
  hoist_upload_list_apply (fixture->list, changes);
  g_assert_cmpuint (n_signals, ==, 1);
  g_ptr_array_set_size (changes->infos, 0);
  for (guint64 id = 50; id < 70; id++)
    g_ptr_array_add (changes->infos, make (id, HOIST_UPLOAD_FAILED, 0));
  hoist_upload_list_apply (fixture->list, changes);
  g_assert_cmpuint (n_signals, ==, 2);
  assert_ordered (fixture);
}

/* What a view was told. */
typedef struct
{
  guint n_signals;
  guint n_rows; /* that went and came */
} Told;

static void
told_cb (Told *told, guint position, guint removed, guint added)
{
  told->n_signals++;
  told->n_rows += removed + added;
}

static void
put_many (Fixture *fixture, guint64 first, guint64 end, guint64 step, HoistUploadState state)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  for (guint64 id = first; id < end; id += step)
    g_ptr_array_add (changes->infos, make (id, state, state == HOIST_UPLOAD_DONE ? 100 : 0));
  hoist_upload_list_apply (fixture->list, changes);
}

/* However many rows there are, a view is told a few times of those that move and of what stands
 * between them: a file that is done goes from the one end of the queue to the other. */
static void
test_told (Fixture *fixture, gconstpointer data)
{
  Told told = { 0, 0 };

  put_many (fixture, 1, 10000, 1, HOIST_UPLOAD_QUEUED);
  put_many (fixture, 1, 33, 1, HOIST_UPLOAD_SENDING);
  g_signal_connect_swapped (fixture->order, "items-changed", G_CALLBACK (told_cb), &told);

  /* Every second one of those under way, and many that had not even begun. */
  put_many (fixture, 1, 33, 2, HOIST_UPLOAD_DONE);
  put_many (fixture, 33, 233, 1, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (told.n_signals, ==, 4);
  g_assert_cmpuint (told.n_rows, <, 1000);

  /* Here and there: these, what is between them, and the place where they go. */
  told = (Told){ 0, 0 };
  put_many (fixture, 1000, 2000, 4, HOIST_UPLOAD_WAITING);
  g_assert_cmpuint (told.n_signals, <=, 2);
  g_assert_cmpuint (told.n_rows, <=, 1000 + 750 + 250);

  /* Far from each other: nothing is told of what is between them. */
  told = (Told){ 0, 0 };
  put_many (fixture, 3000, 9000, 1000, HOIST_UPLOAD_WAITING);
  g_assert_cmpuint (told.n_signals, ==, 7);
  g_assert_cmpuint (told.n_rows, ==, 12);
  assert_ordered (fixture);
}

static void
test_clear (Fixture *fixture, gconstpointer data)
{
  put (fixture, make (1, HOIST_UPLOAD_QUEUED, 0));
  put (fixture, make (2, HOIST_UPLOAD_CANCELLING, 0));
  hoist_upload_list_clear (fixture->list);
  assert_ids (fixture, "");
  g_assert_cmpuint (fixture->replayed->len, ==, 0);
}

/* Whatever is changed together, the order holds and a view that follows the
 * signal sees the same. */
static void
test_random (Fixture *fixture, gconstpointer data)
{
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();
      int n_changes = g_test_rand_int_range (0, round % 3 == 0 ? 900 : 12);

      for (int i = 0; i < n_changes; i++)
        {
          guint64 id = (guint64) g_test_rand_int_range (1, MAX_ID);
          HoistUploadState state =
            (HoistUploadState) g_test_rand_int_range (0, HOIST_N_UPLOAD_STATES);

          if (g_test_rand_int_range (0, 4) == 0)
            g_array_append_val (changes->removed, id);
          else
            g_ptr_array_add (changes->infos,
                             make (id, state,
                                   state == HOIST_UPLOAD_DONE ? g_test_rand_int_range (1, 9) : 0));
        }
      hoist_upload_list_apply (fixture->list, changes);
      assert_ordered (fixture);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/ui/upload-order/states", Fixture, NULL, set_up, test_states, tear_down);
  g_test_add ("/ui/upload-order/existing", Fixture, NULL, set_up, test_existing, tear_down);
  g_test_add ("/ui/upload-order/signals", Fixture, NULL, set_up, test_signals, tear_down);
  g_test_add ("/ui/upload-order/told", Fixture, NULL, set_up, test_told, tear_down);
  g_test_add ("/ui/upload-order/clear", Fixture, NULL, set_up, test_clear, tear_down);
  g_test_add ("/ui/upload-order/random", Fixture, NULL, set_up, test_random, tear_down);
  return g_test_run ();
}
