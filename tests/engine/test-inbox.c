/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-inbox.h"

/* What a turn of the main loop may cost, and a little more: that is known only afterwards. */
#define MAX_TURN_US 8000

#define N_RANDOM_SETS 200

static gint64 now_us;
static gint64 cost_us; /* of a change */

static gint64
get_time (void)
{
  return now_us;
}

typedef struct
{
  HoistUploadList *list;
  GMainContext *context;
  GObject *owner;
  HoistInbox *inbox;
  guint n_taken;
  guint n_slices;
} Fixture;

static Fixture *current;

static void
taken (gpointer owner)
{
  g_assert_true (owner == current->owner);
  current->n_taken++;
}

/* Whoever looks at the list takes that long. */
static void
applied_cb (HoistUploadList *list, const HoistChangeSet *changes, Fixture *fixture)
{
  now_us += cost_us * (changes->infos->len + changes->removed->len);
  fixture->n_slices++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  current = fixture;
  cost_us = 0;
  fixture->list = hoist_upload_list_new ();
  g_signal_connect (fixture->list, "applied", G_CALLBACK (applied_cb), fixture);
  fixture->context = g_main_context_new ();
  fixture->owner = g_object_new (G_TYPE_OBJECT, NULL);
  fixture->inbox = hoist_inbox_new (fixture->list, fixture->context, taken, fixture->owner);
  hoist_inbox_set_clock (fixture->inbox, get_time);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  /* Nothing holds it any more. */
  g_assert_finalize_object (fixture->owner);
  g_clear_pointer (&fixture->inbox, hoist_inbox_free);
  g_main_context_unref (fixture->context);
  g_assert_finalize_object (fixture->list);
}

static HoistUploadInfo *
make (guint64 id, guint64 size_bytes)
{
  HoistUploadInfo *info = hoist_upload_info_new (id);

  info->path = g_ref_string_new_intern ("/data/a");
  info->name = info->path;
  info->destination_id = g_ref_string_new_intern ("studio");
  info->size_bytes = size_bytes;
  return info;
}

static HoistChangeSet *
make_set (guint64 first, guint64 end)
{
  HoistChangeSet *set = hoist_change_set_new ();

  for (guint64 id = first; id < end; id++)
    g_ptr_array_add (set->infos, make (id, 0));
  return set;
}

static guint
count (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->list));
}

/* One turn of the main loop. */
static void
turn (Fixture *fixture)
{
  g_main_context_iteration (fixture->context, TRUE);
}

static void
take_all (Fixture *fixture, guint n_sets)
{
  while (fixture->n_taken < n_sets)
    turn (fixture);
}

/* However long the list takes, no turn is much longer than it may be; what is left comes with the
 * next ones, and the batch with the last. */
static void
test_turns (Fixture *fixture, gconstpointer data)
{
  HoistChangeSet *set = make_set (1, 1001);
  const HoistBatchInfo batch = { 1, 1000, TRUE };

  g_array_append_val (set->batches, batch);
  cost_us = 100;
  hoist_inbox_put (fixture->inbox, set);
  while (fixture->n_taken == 0)
    {
      gint64 begun_us = now_us;

      g_assert_null (hoist_upload_list_get_batch (fixture->list, 1));
      turn (fixture);
      g_assert_cmpint (now_us - begun_us, <=, MAX_TURN_US);
    }
  g_assert_cmpuint (count (fixture), ==, 1000);
  g_assert_true (hoist_upload_list_get_batch (fixture->list, 1)->complete);
  g_assert_cmpuint (fixture->n_slices, >=, 1000 * 100 / MAX_TURN_US);

  /* What costs nothing is done at once. */
  cost_us = 0;
  fixture->n_slices = 0;
  hoist_inbox_put (fixture->inbox, make_set (1001, 2001));
  turn (fixture);
  g_assert_cmpuint (fixture->n_taken, ==, 2);
  g_assert_cmpuint (fixture->n_slices, <, 20);
}

static HoistChangeSet *
make_random_set (guint number)
{
  HoistChangeSet *set = hoist_change_set_new ();
  guint n = (guint) g_test_rand_int_range (1, 200);

  for (guint i = 0; i < n; i++)
    {
      guint64 id = (guint64) g_test_rand_int_range (1, 500);

      if (g_test_rand_int_range (0, 3) == 0)
        g_array_append_val (set->removed, id);
      else
        g_ptr_array_add (set->infos, make (id, number));
    }
  return set;
}

static HoistChangeSet *
copy (const HoistChangeSet *set)
{
  HoistChangeSet *other = hoist_change_set_new ();

  for (guint i = 0; i < set->infos->len; i++)
    g_ptr_array_add (other->infos, hoist_upload_info_ref (g_ptr_array_index (set->infos, i)));
  if (set->removed->len > 0)
    g_array_append_vals (other->removed, set->removed->data, set->removed->len);
  return other;
}

static void
assert_same (HoistUploadList *list, HoistUploadList *other)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (list));

  g_assert_cmpuint (n, ==, g_list_model_get_n_items (G_LIST_MODEL (other)));
  for (guint i = 0; i < n; i++)
    {
      const HoistUploadInfo *info = hoist_upload_list_get_info (list, i);
      const HoistUploadInfo *expected = hoist_upload_list_get_info (other, i);

      g_assert_cmpuint (info->id, ==, expected->id);
      g_assert_cmpuint (info->size_bytes, ==, expected->size_bytes);
    }
}

/* In parts, and in any turns, sets come to the same as one after the other. */
static void
test_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistUploadList) naive = hoist_upload_list_new ();

  for (guint i = 0; i < N_RANDOM_SETS; i++)
    {
      HoistChangeSet *set = make_random_set (i);
      g_autoptr (HoistChangeSet) same = copy (set);

      cost_us = g_test_rand_int_range (0, 1000);
      hoist_upload_list_apply (naive, same);
      hoist_inbox_put (fixture->inbox, set);
      if (g_test_rand_bit ())
        turn (fixture);
    }
  take_all (fixture, N_RANDOM_SETS);
  assert_same (fixture->list, naive);
}

/* A list that is emptied in the middle of a set goes on with the rest of it. */
static void
test_clear (Fixture *fixture, gconstpointer data)
{
  guint n_there;

  cost_us = 1000;
  hoist_inbox_put (fixture->inbox, make_set (1, 501));
  hoist_inbox_put (fixture->inbox, make_set (501, 601));
  turn (fixture);
  n_there = count (fixture);
  g_assert_cmpuint (n_there, >, 0);
  g_assert_cmpuint (n_there, <, 500);
  cost_us = 0;
  hoist_upload_list_clear (fixture->list);
  take_all (fixture, 2);
  g_assert_cmpuint (count (fixture), ==, 600 - n_there);
}

static gboolean
draw_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* It makes way for frames, but not for ever. */
static void
test_never_idle (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSource) drawing = g_idle_source_new ();

  g_source_set_priority (drawing, G_PRIORITY_HIGH_IDLE + 20);
  g_source_set_callback (drawing, draw_cb, NULL, NULL);
  g_source_attach (drawing, fixture->context);
  hoist_inbox_put (fixture->inbox, make_set (1, 11));
  turn (fixture);
  take_all (fixture, 1);
  g_assert_cmpuint (count (fixture), ==, 10);
  g_source_destroy (drawing);
}

static gpointer
put_in_thread (gpointer data)
{
  Fixture *fixture = data;

  for (guint64 i = 0; i < N_RANDOM_SETS; i++)
    hoist_inbox_put (fixture->inbox, make_set (1 + i * 10, 11 + i * 10));
  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer data)
{
  GThread *thread = g_thread_new ("put", put_in_thread, fixture);

  take_all (fixture, N_RANDOM_SETS);
  g_thread_join (thread);
  g_assert_cmpuint (count (fixture), ==, N_RANDOM_SETS * 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/inbox/turns", Fixture, NULL, set_up, test_turns, tear_down);
  g_test_add ("/inbox/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/inbox/clear", Fixture, NULL, set_up, test_clear, tear_down);
  g_test_add ("/inbox/never-idle", Fixture, NULL, set_up, test_never_idle, tear_down);
  g_test_add ("/inbox/threads", Fixture, NULL, set_up, test_threads, tear_down);
  return g_test_run ();
}
