/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What belongs to a round, as change sets tell it. */

#include "hoist-upload-list.h"

#define Q HOIST_UPLOAD_QUEUED
#define S HOIST_UPLOAD_SENDING
#define W HOIST_UPLOAD_WAITING
#define D HOIST_UPLOAD_DONE
#define P HOIST_UPLOAD_PAUSED
#define F HOIST_UPLOAD_FAILED
#define C HOIST_UPLOAD_CANCELLING
#define GONE -1

#define MAX_CHANGES 4

typedef struct
{
  guint64 id; /* 0 = no more changes */
  int state;
  gint64 added_us; /* and its batch */
} Change;

typedef struct
{
  Change changes[MAX_CHANGES]; /* one set */
  int walked;                  /* batch 1: 1 = begins, -1 = is complete */
  /* what must be known after it */
  guint number;
  gboolean under_way;
  guint n_delivered;
  guint n_paused;
  guint n_failed;
} Step;

typedef struct
{
  const char *name;
  Step steps[10]; /* up to one without a number */
} Case;

static const Case cases[] = {
  { "one",
    { {
        .changes = { { 1, Q } },
        .number = 1,
        .under_way = TRUE,
      },
      {
        .changes = { { 1, S } },
        .number = 1,
        .under_way = TRUE,
      },
      { .changes = { { 1, D } }, .number = 1, .n_delivered = 1 },
      /* off the list, and still delivered */
      { .changes = { { 1, GONE } }, .number = 1, .n_delivered = 1 },
      {
        .changes = { { 2, S } },
        .number = 2,
        .under_way = TRUE,
      } } },
  { "what is added meanwhile belongs to it",
    { {
        .changes = { { 1, S } },
        .number = 1,
        .under_way = TRUE,
      },
      { .changes = { { 1, D }, { 2, Q } }, .number = 1, .under_way = TRUE, .n_delivered = 1 },
      { .changes = { { 2, D } }, .number = 1, .n_delivered = 2 } } },
  { "history does not belong to it",
    { { .changes = { { 1, D, 10 }, { 2, F, 20 }, { 3, P, 30 }, { 4, Q, 40 } },
        .number = 1,
        .under_way = TRUE },
      { .changes = { { 2, F, 20 }, { 3, P, 30 }, { 4, D, 40 } },
        .number = 1,
        .n_delivered = 1 } } },
  { "what is delivered before it is seen belongs to it",
    { { .changes = { { 1, D }, { 2, Q }, { 3, D } },
        .number = 1,
        .under_way = TRUE,
        .n_delivered = 2 },
      /* added later */
      { .changes = { { 4, D, 50 } }, .number = 1, .under_way = TRUE, .n_delivered = 3 },
      { .changes = { { 2, D } }, .number = 1, .n_delivered = 4 },
      { .changes = { { 5, D, 60 } }, .number = 1, .n_delivered = 4 } } },
  { "what failed and is tried again",
    { {
        .changes = { { 1, S }, { 2, S } },
        .number = 1,
        .under_way = TRUE,
      },
      { .changes = { { 1, F } }, .number = 1, .under_way = TRUE, .n_failed = 1 },
      {
        .changes = { { 1, Q } },
        .number = 1,
        .under_way = TRUE,
      },
      { .changes = { { 1, F }, { 2, F } }, .number = 1, .n_failed = 2 },
      /* taken off the list */
      { .changes = { { 2, GONE } }, .number = 1, .n_failed = 1 },
      {
        .changes = { { 1, W } },
        .number = 2,
        .under_way = TRUE,
      },
      { .changes = { { 1, D } }, .number = 2, .n_delivered = 1 } } },
  { "a pause does not end it",
    { {
        .changes = { { 1, S }, { 2, S } },
        .number = 1,
        .under_way = TRUE,
      },
      { .changes = { { 1, D }, { 2, P } }, .number = 1, .n_delivered = 1, .n_paused = 1 },
      { .changes = { { 2, Q } }, .number = 1, .under_way = TRUE, .n_delivered = 1 },
      { .changes = { { 2, D } }, .number = 1, .n_delivered = 2 } } },
  { "what is cancelled leaves it",
    { {
        .changes = { { 1, S }, { 2, P } },
        .number = 1,
        .under_way = TRUE,
      },
      { .changes = { { 1, P } }, .number = 1, .n_paused = 1 },
      { .changes = { { 1, C } }, .number = 1 },
      { .changes = { { 1, GONE } }, .number = 1 },
      {
        .changes = { { 2, Q } },
        .number = 2,
        .under_way = TRUE,
      } } },
  { "a folder that is walked keeps it",
    { {
        .changes = { { 1, Q } },
        .walked = 1,
        .number = 1,
        .under_way = TRUE,
      },
      { .changes = { { 1, D } }, .number = 1, .under_way = TRUE, .n_delivered = 1 },
      { .changes = { { 2, Q } }, .number = 1, .under_way = TRUE, .n_delivered = 1 },
      { .changes = { { 2, D } }, .walked = -1, .number = 1, .n_delivered = 2 } } },
};

static void
apply (HoistUploadList *list, const Step *step)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();
  HoistBatchInfo batch = { .id = 1, .complete = step->walked < 0 };

  for (gsize i = 0; i < MAX_CHANGES && step->changes[i].id != 0; i++)
    {
      const Change *change = &step->changes[i];
      HoistUploadInfo *info;

      if (change->state == GONE)
        {
          g_array_append_val (changes->removed, change->id);
          continue;
        }
      info = hoist_upload_info_new (change->id);
      info->name = g_ref_string_new ("a.txt");
      info->path = g_ref_string_new ("/tmp/a.txt");
      info->destination_id = g_ref_string_new ("home");
      info->state = (HoistUploadState) change->state;
      info->size_bytes = 1000;
      info->added_us = change->added_us;
      info->batch = (guint64) change->added_us;
      g_ptr_array_add (changes->infos, info);
    }
  if (step->walked != 0)
    g_array_append_val (changes->batches, batch);
  hoist_upload_list_apply (list, changes);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (HoistUploadList) list = hoist_upload_list_new ();
  const HoistUploadRound *round = hoist_upload_list_get_round (list);

  g_assert_cmpuint (hoist_upload_round_get_number (round), ==, 0);
  for (const Step *step = c->steps; step->number > 0; step++)
    {
      HoistRoundFailure failure;
      guint64 bytes;

      apply (list, step);
      hoist_upload_round_get_failure (round, &failure);
      g_assert_cmpuint (hoist_upload_round_get_number (round), ==, step->number);
      g_assert_cmpint (hoist_upload_round_is_under_way (round), ==, step->under_way);
      g_assert_cmpuint (hoist_upload_round_count_delivered (round, &bytes), ==, step->n_delivered);
      g_assert_cmpuint (bytes, ==, 1000 * step->n_delivered);
      g_assert_cmpuint (hoist_upload_round_count_paused (round), ==, step->n_paused);
      g_assert_cmpuint (failure.n, ==, step->n_failed);
    }
}

/* The ids of what failed, as a range, and of what was delivered last. */
static void
test_ids (void)
{
  static const Step begin = { .changes = { { 7, S }, { 9, S }, { 12, S }, { 15, S } } };
  static const Step end = { .changes = { { 12, F }, { 7, D }, { 9, F }, { 15, D } } };
  g_autoptr (HoistUploadList) list = hoist_upload_list_new ();
  const HoistUploadRound *round = hoist_upload_list_get_round (list);
  HoistRoundFailure failure;

  apply (list, &begin);
  hoist_upload_round_get_failure (round, &failure);
  g_assert_cmpuint (failure.n, ==, 0);
  apply (list, &end);
  hoist_upload_round_get_failure (round, &failure);
  g_assert_cmpuint (failure.first_id, ==, 9);
  g_assert_cmpuint (failure.last_id, ==, 12);
  g_assert_cmpuint (hoist_upload_round_get_delivered (round), ==, 15);
}

/* When the process that uploads has gone, nothing is said to have come of it. */
static void
test_clear (void)
{
  static const Step begin = { .changes = { { 1, S }, { 2, S }, { 3, S } }, .walked = 1 };
  static const Step middle = { .changes = { { 1, D }, { 2, F } } };
  g_autoptr (HoistUploadList) list = hoist_upload_list_new ();
  const HoistUploadRound *round = hoist_upload_list_get_round (list);

  apply (list, &begin);
  apply (list, &middle);
  hoist_upload_list_clear (list);
  g_assert_false (hoist_upload_round_is_under_way (round));
  g_assert_cmpuint (hoist_upload_round_count_delivered (round, NULL), ==, 0);
  g_assert_cmpuint (hoist_upload_round_count_paused (round), ==, 0);
  apply (list, &begin);
  g_assert_cmpuint (hoist_upload_round_get_number (round), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdelimit (g_strdup (cases[i].name), " ", '-');
      g_autofree char *path = g_strconcat ("/upload-round/", name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/upload-round/ids", test_ids);
  g_test_add_func ("/upload-round/clear", test_clear);
  return g_test_run ();
}
