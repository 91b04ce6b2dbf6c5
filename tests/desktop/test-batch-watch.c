/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When something is said of a batch, by a clock that the test moves. */

#include "hoist-batch-watch.h"
#include "tray-uploads.h"

#define S G_USEC_PER_SEC

typedef struct
{
  HoistUploadList *list;
  HoistBatchWatch watch;
  HoistBatchScene scene;
  HoistBatchFacts facts;
  gint64 wait_us;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  *f = (Fixture){ .list = hoist_upload_list_new (), .scene = { .now_us = 1000 * S } };
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->list);
}

static void
expect (Fixture *f, HoistBatchTell tell)
{
  g_assert_cmpint (hoist_batch_watch_look (&f->watch, f->list, &f->scene, &f->facts, &f->wait_us),
                   ==, tell);
}

static void
put (Fixture *f, guint64 id, HoistUploadState state, gint64 after_us, HoistBatchTell tell)
{
  f->scene.now_us += after_us;
  tray_put_upload (f->list, id, "a.txt", state, 0);
  expect (f, tell);
}

static void
test_delivered (Fixture *f, gconstpointer data)
{
  expect (f, HOIST_BATCH_TELL_NOTHING);
  put (f, 1, HOIST_UPLOAD_SENDING, 0, HOIST_BATCH_TELL_NOTHING);
  put (f, 2, HOIST_UPLOAD_QUEUED, 5 * S, HOIST_BATCH_TELL_NOTHING);
  put (f, 1, HOIST_UPLOAD_DONE, 5 * S, HOIST_BATCH_TELL_NOTHING);
  put (f, 2, HOIST_UPLOAD_DONE, 5 * S, HOIST_BATCH_TELL_DELIVERED);
  g_assert_cmpuint (f->facts.n_delivered, ==, 2);
  g_assert_null (f->facts.delivered);
  /* Said once. */
  expect (f, HOIST_BATCH_TELL_NOTHING);
  tray_remove_upload (f->list, 1);
  expect (f, HOIST_BATCH_TELL_NOTHING);
  /* The next one has a clock of its own. */
  put (f, 3, HOIST_UPLOAD_QUEUED, 60 * S, HOIST_BATCH_TELL_NOTHING);
  put (f, 3, HOIST_UPLOAD_DONE, 2 * S - 1, HOIST_BATCH_TELL_NOTHING);
  put (f, 4, HOIST_UPLOAD_QUEUED, 0, HOIST_BATCH_TELL_NOTHING);
  put (f, 4, HOIST_UPLOAD_DONE, 2 * S, HOIST_BATCH_TELL_DELIVERED);
  g_assert_cmpuint (f->facts.delivered->id, ==, 4);
}

static void
test_failed (Fixture *f, gconstpointer data)
{
  put (f, 7, HOIST_UPLOAD_SENDING, 0, HOIST_BATCH_TELL_NOTHING);
  put (f, 8, HOIST_UPLOAD_SENDING, 0, HOIST_BATCH_TELL_NOTHING);
  put (f, 8, HOIST_UPLOAD_FAILED, 3 * S, HOIST_BATCH_TELL_NOTHING);
  put (f, 7, HOIST_UPLOAD_FAILED, 3 * S, HOIST_BATCH_TELL_FAILED);
  g_assert_cmpuint (f->facts.failure.n, ==, 2);
  g_assert_cmpuint (f->facts.failed->id, ==, 7);
  /* Tried again, it is a batch of its own. */
  put (f, 8, HOIST_UPLOAD_QUEUED, 60 * S, HOIST_BATCH_TELL_NOTHING);
  put (f, 8, HOIST_UPLOAD_DONE, S, HOIST_BATCH_TELL_NOTHING);
}

/* What failed is told when the rest is paused, and the end when there is one. */
static void
test_paused (Fixture *f, gconstpointer data)
{
  put (f, 1, HOIST_UPLOAD_SENDING, 0, HOIST_BATCH_TELL_NOTHING);
  put (f, 2, HOIST_UPLOAD_SENDING, 0, HOIST_BATCH_TELL_NOTHING);
  put (f, 1, HOIST_UPLOAD_FAILED, 3 * S, HOIST_BATCH_TELL_NOTHING);
  put (f, 2, HOIST_UPLOAD_PAUSED, S, HOIST_BATCH_TELL_FAILED);
  expect (f, HOIST_BATCH_TELL_NOTHING);
  put (f, 2, HOIST_UPLOAD_QUEUED, S, HOIST_BATCH_TELL_NOTHING);
  put (f, 2, HOIST_UPLOAD_DONE, S, HOIST_BATCH_TELL_FAILED);
  g_assert_cmpuint (f->facts.n_delivered, ==, 1);
}

/* Who saw the end is not told of it later. */
static void
test_focus (Fixture *f, gconstpointer data)
{
  f->scene.focused = TRUE;
  put (f, 1, HOIST_UPLOAD_SENDING, 0, HOIST_BATCH_TELL_SEEN);
  put (f, 1, HOIST_UPLOAD_DONE, 9 * S, HOIST_BATCH_TELL_SEEN);
  f->scene.focused = FALSE;
  expect (f, HOIST_BATCH_TELL_NOTHING);
  /* And who looks after it was told has seen it. */
  put (f, 2, HOIST_UPLOAD_SENDING, S, HOIST_BATCH_TELL_NOTHING);
  put (f, 2, HOIST_UPLOAD_DONE, 9 * S, HOIST_BATCH_TELL_DELIVERED);
  f->scene.focused = TRUE;
  expect (f, HOIST_BATCH_TELL_SEEN);
}

/* In the background it is told after two seconds that it goes on, by itself. */
static void
test_hidden (Fixture *f, gconstpointer data)
{
  f->scene.hidden = TRUE;
  put (f, 1, HOIST_UPLOAD_SENDING, 0, HOIST_BATCH_TELL_NOTHING);
  g_assert_cmpint (f->wait_us, ==, 2 * S);
  f->scene.now_us += S / 2;
  expect (f, HOIST_BATCH_TELL_NOTHING);
  g_assert_cmpint (f->wait_us, ==, 3 * S / 2);
  f->scene.now_us += f->wait_us;
  expect (f, HOIST_BATCH_TELL_UNDER_WAY);
  g_assert_cmpint (f->wait_us, ==, 0);
  f->scene.hidden = FALSE;
  expect (f, HOIST_BATCH_TELL_NOTHING);
  f->scene.hidden = TRUE;
  put (f, 1, HOIST_UPLOAD_DONE, S, HOIST_BATCH_TELL_DELIVERED);
}

/* What was there before the watch is nobody's news. */
static void
test_history (Fixture *f, gconstpointer data)
{
  tray_put_upload (f->list, 1, "a.txt", HOIST_UPLOAD_SENDING, 0);
  tray_put_upload (f->list, 1, "a.txt", HOIST_UPLOAD_DONE, 0);
  tray_put_upload (f->list, 2, "b.txt", HOIST_UPLOAD_FAILED, 0);
  expect (f, HOIST_BATCH_TELL_NOTHING);
  f->scene.now_us += 60 * S;
  expect (f, HOIST_BATCH_TELL_NOTHING);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*run) (Fixture *, gconstpointer);
  } table[] = {
    { "/batch-watch/delivered", test_delivered }, { "/batch-watch/failed", test_failed },
    { "/batch-watch/paused", test_paused },       { "/batch-watch/focus", test_focus },
    { "/batch-watch/hidden", test_hidden },       { "/batch-watch/history", test_history },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    g_test_add (table[i].path, Fixture, NULL, set_up, table[i].run, tear_down);
  return g_test_run ();
}
