/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the engine tells of its uploads, and when: a scheduler with nothing but its feed. */

#include "hoist-scheduler-private.h"
#include "hoist-upload-list.h"

#define N_MANY 2500
#define MAX_IN_SET 1000
#define N_ROUNDS 400

typedef struct
{
  HoistScheduler scheduler;
  GPtrArray *transfers; /* (element-type HoistTransfer) that are there, by ids */
  guint64 next_id;
  HoistUploadList *list; /* of whoever is told */
  GQueue away;           /* (element-type HoistChangeSet) not yet in it */
  guint n_sets;
} Fixture;

static void
changed (HoistChangeSet *changes, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpuint (changes->infos->len + changes->removed->len, <=, MAX_IN_SET);
  g_assert_false (hoist_change_set_is_empty (changes));
  g_queue_push_tail (&fixture->away, changes);
  fixture->n_sets++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->scheduler.context = g_main_context_new ();
  fixture->scheduler.events.changed = changed;
  fixture->scheduler.events_data = fixture;
  hoist_scheduler_feed_init (&fixture->scheduler);
  fixture->transfers = g_ptr_array_new ();
  fixture->next_id = 1;
  fixture->list = hoist_upload_list_new ();
  g_queue_init (&fixture->away);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hoist_scheduler_feed_clear (&fixture->scheduler);
  for (guint i = 0; i < fixture->transfers->len; i++)
    hoist_transfer_free (g_ptr_array_index (fixture->transfers, i));
  g_ptr_array_unref (fixture->transfers);
  g_queue_clear_full (&fixture->away, (GDestroyNotify) hoist_change_set_free);
  g_assert_finalize_object (fixture->list);
  g_main_context_unref (fixture->scheduler.context);
}

static void
add (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      HoistUploadRecord *record = hoist_upload_record_new (fixture->next_id++);
      HoistTransfer *transfer = hoist_transfer_new (&fixture->scheduler, record);

      record->state = HOIST_UPLOAD_FAILED;
      hoist_upload_record_set_path (record, "/data/a");
      hoist_upload_record_set_name (record, "a");
      hoist_upload_record_set_destination_id (record, "studio");
      g_ptr_array_add (fixture->transfers, transfer);
      hoist_scheduler_mark_dirty (&fixture->scheduler, transfer);
    }
}

static void
change (Fixture *fixture, guint index)
{
  HoistTransfer *transfer = g_ptr_array_index (fixture->transfers, index);

  transfer->record->identity.size_bytes++;
  hoist_scheduler_mark_dirty (&fixture->scheduler, transfer);
}

/* As hoist_scheduler_remove() has it. */
static void
drop (Fixture *fixture, guint index)
{
  HoistTransfer *transfer = g_ptr_array_steal_index (fixture->transfers, index);

  hoist_scheduler_feed_removed (&fixture->scheduler, transfer->record->id);
  transfer->gone = transfer->dirty;
  if (!transfer->gone)
    hoist_transfer_free (transfer);
}

/* The next pass begins when its time has come. */
static HoistChangeSet *
wait_for_set (Fixture *fixture)
{
  while (g_queue_is_empty (&fixture->away))
    g_main_context_iteration (fixture->scheduler.context, TRUE);
  return g_queue_peek_head (&fixture->away);
}

static void
take (Fixture *fixture)
{
  g_autoptr (HoistChangeSet) set = g_queue_pop_head (&fixture->away);

  hoist_upload_list_apply (fixture->list, set);
  hoist_scheduler_feed_taken (&fixture->scheduler);
}

static void
take_all (Fixture *fixture)
{
  while (!hoist_scheduler_feed_is_done (&fixture->scheduler))
    {
      wait_for_set (fixture);
      take (fixture);
    }
}

static void
assert_same (Fixture *fixture)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==,
                    fixture->transfers->len);
  for (guint i = 0; i < fixture->transfers->len; i++)
    {
      const HoistUploadRecord *record =
        ((HoistTransfer *) g_ptr_array_index (fixture->transfers, i))->record;
      const HoistUploadInfo *info = hoist_upload_list_get_info (fixture->list, i);

      g_assert_cmpuint (info->id, ==, record->id);
      g_assert_cmpuint (info->size_bytes, ==, record->identity.size_bytes);
    }
}

static void
assert_ids (const HoistChangeSet *set, guint64 first, guint n)
{
  g_assert_cmpuint (set->infos->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (((HoistUploadInfo *) g_ptr_array_index (set->infos, i))->id, ==, first + i);
}

/* Whoever does not take a set gets no other one, however much and however often things change. */
static void
test_one_at_a_time (Fixture *fixture, gconstpointer data)
{
  const HoistBatchInfo batch = { 1, N_MANY, TRUE };

  add (fixture, N_MANY);
  hoist_scheduler_feed_batch (&fixture->scheduler, &batch);
  assert_ids (wait_for_set (fixture), 1, MAX_IN_SET);
  for (guint round = 0; round < 10; round++)
    for (guint i = 0; i < N_MANY; i++)
      change (fixture, i);
  while (g_main_context_iteration (fixture->scheduler.context, FALSE))
    ;
  g_assert_cmpuint (fixture->n_sets, ==, 1);
  g_assert_null (fixture->scheduler.pass_source);

  /* The rest of the pass comes at once, as it is now, and what belongs to it at its end. */
  take (fixture);
  assert_ids (wait_for_set (fixture), MAX_IN_SET + 1, MAX_IN_SET);
  take (fixture);
  assert_ids (wait_for_set (fixture), 2 * MAX_IN_SET + 1, N_MANY - 2 * MAX_IN_SET);
  g_assert_null (hoist_upload_list_get_batch (fixture->list, 1));
  take (fixture);
  g_assert_true (hoist_upload_list_get_batch (fixture->list, 1)->complete);

  /* Only what had been told before it changed, and that once. */
  g_assert_true (g_queue_is_empty (&fixture->away));
  assert_ids (wait_for_set (fixture), 1, MAX_IN_SET);
  take (fixture);
  g_assert_true (hoist_scheduler_feed_is_done (&fixture->scheduler));
  assert_same (fixture);
}

/* All that is there at the start comes in sets, and it is known when they are taken. */
static void
test_start (Fixture *fixture, gconstpointer data)
{
  add (fixture, N_MANY);
  hoist_scheduler_feed_begin (&fixture->scheduler);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (g_queue_get_length (&fixture->away), ==, 1);
      g_assert_false (hoist_scheduler_feed_is_done (&fixture->scheduler));
      take (fixture);
    }
  g_assert_true (hoist_scheduler_feed_is_done (&fixture->scheduler));
  assert_same (fixture);
}

/* What is removed before it was told, while a set is away, and all at once. */
static void
test_removed (Fixture *fixture, gconstpointer data)
{
  add (fixture, N_MANY);
  hoist_scheduler_feed_begin (&fixture->scheduler);
  for (guint i = 0; i < N_MANY / 2; i++)
    drop (fixture, i);
  take_all (fixture);
  assert_same (fixture);

  while (fixture->transfers->len > 0)
    drop (fixture, 0);
  take_all (fixture);
  assert_same (fixture);

  /* Nobody ever hears of these. */
  fixture->n_sets = 0;
  add (fixture, 10);
  while (fixture->transfers->len > 0)
    drop (fixture, 0);
  take_all (fixture);
  g_assert_cmpuint (fixture->n_sets, ==, 1);
  assert_same (fixture);
}

/* At the end nobody is waited for. */
static void
test_flush (Fixture *fixture, gconstpointer data)
{
  add (fixture, N_MANY);
  hoist_scheduler_feed_begin (&fixture->scheduler);
  change (fixture, 0);
  add (fixture, 1);
  hoist_scheduler_feed_flush (&fixture->scheduler);
  while (!g_queue_is_empty (&fixture->away))
    {
      g_autoptr (HoistChangeSet) set = g_queue_pop_head (&fixture->away);

      hoist_upload_list_apply (fixture->list, set);
    }
  assert_same (fixture);
}

/* Whatever happens, and however slowly it is taken: in the end the list has it as it is. */
static void
test_random (Fixture *fixture, gconstpointer data)
{
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      guint n = (guint) g_test_rand_int_range (0, round % 50 == 0 ? N_MANY : 20);
      int what = g_test_rand_int_range (0, 4);
      HoistBatchInfo batch = { 1, round, FALSE };

      if (what == 0)
        add (fixture, n);
      for (guint i = 0; what != 0 && i < n && fixture->transfers->len > 0; i++)
        {
          guint index = (guint) g_test_rand_int_range (0, (int) fixture->transfers->len);

          if (what == 1)
            drop (fixture, index);
          else
            change (fixture, index);
        }
      hoist_scheduler_feed_batch (&fixture->scheduler, &batch);
      while (g_main_context_iteration (fixture->scheduler.context, FALSE))
        ;
      g_assert_cmpuint (g_queue_get_length (&fixture->away), <=, 1);
      if (g_test_rand_bit () && !g_queue_is_empty (&fixture->away))
        take (fixture);
    }
  take_all (fixture);
  assert_same (fixture);
  g_assert_cmpuint (hoist_upload_list_get_batch (fixture->list, 1)->n_files, ==, N_ROUNDS - 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/feed/one-at-a-time", Fixture, NULL, set_up, test_one_at_a_time, tear_down);
  g_test_add ("/feed/start", Fixture, NULL, set_up, test_start, tear_down);
  g_test_add ("/feed/removed", Fixture, NULL, set_up, test_removed, tear_down);
  g_test_add ("/feed/flush", Fixture, NULL, set_up, test_flush, tear_down);
  g_test_add ("/feed/random", Fixture, NULL, set_up, test_random, tear_down);
  return g_test_run ();
}
