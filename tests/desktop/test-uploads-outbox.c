/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-uploads-outbox.h"

static void
add_upload (HoistUploadsOutbox *outbox, guint64 id, guint64 sent_bytes)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();
  HoistUploadInfo *info = hoist_upload_info_new (id);

  info->sent_bytes = sent_bytes;
  g_ptr_array_add (changes->infos, info);
  hoist_uploads_outbox_add (outbox, changes);
}

static void
add_removed (HoistUploadsOutbox *outbox, guint64 id)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  g_array_append_val (changes->removed, id);
  hoist_uploads_outbox_add (outbox, changes);
}

static void
add_batch (HoistUploadsOutbox *outbox, guint64 id, guint n_files, gboolean complete)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();
  HoistBatchInfo batch = { .id = id, .n_files = n_files, .complete = complete };

  g_array_append_val (changes->batches, batch);
  hoist_uploads_outbox_add (outbox, changes);
}

static void
assert_infos (const HoistChangeSet *changes, const guint64 *ids, guint n_ids)
{
  g_assert_cmpuint (changes->infos->len, ==, n_ids);
  for (guint i = 0; i < n_ids; i++)
    g_assert_cmpuint (((HoistUploadInfo *) g_ptr_array_index (changes->infos, i))->id, ==, ids[i]);
}

static void
test_empty (void)
{
  g_autoptr (HoistUploadsOutbox) outbox = hoist_uploads_outbox_new ();
  g_autoptr (HoistChangeSet) changes = hoist_uploads_outbox_take (outbox, 10);

  g_assert_true (hoist_uploads_outbox_is_empty (outbox));
  g_assert_true (hoist_change_set_is_empty (changes));
}

/* Each upload once, in its latest state, where it first came. */
static void
test_merge (void)
{
  g_autoptr (HoistUploadsOutbox) outbox = hoist_uploads_outbox_new ();
  const guint64 ids[] = { 5, 3 };

  add_upload (outbox, 5, 1);
  add_upload (outbox, 3, 1);
  add_upload (outbox, 5, 2);
  add_batch (outbox, 1, 10, FALSE);
  add_batch (outbox, 1, 20, TRUE);

  g_autoptr (HoistChangeSet) changes = hoist_uploads_outbox_take (outbox, 10);
  assert_infos (changes, ids, 2);
  g_assert_cmpuint (((HoistUploadInfo *) g_ptr_array_index (changes->infos, 0))->sent_bytes, ==, 2);
  g_assert_cmpuint (changes->batches->len, ==, 1);
  g_assert_cmpuint (g_array_index (changes->batches, HoistBatchInfo, 0).n_files, ==, 20);
  g_assert_true (hoist_uploads_outbox_is_empty (outbox));
}

/* What was removed is not sent any more; and it and the batches come last. */
static void
test_pieces (void)
{
  g_autoptr (HoistUploadsOutbox) outbox = hoist_uploads_outbox_new ();
  const guint64 first[] = { 1, 2 };
  const guint64 second[] = { 4, 5 };

  for (guint64 id = 1; id <= 5; id++)
    add_upload (outbox, id, 0);
  add_batch (outbox, 9, 5, TRUE);
  add_removed (outbox, 3);

  g_autoptr (HoistChangeSet) one = hoist_uploads_outbox_take (outbox, 2);
  assert_infos (one, first, 2);
  g_assert_cmpuint (one->removed->len, ==, 0);
  g_assert_cmpuint (one->batches->len, ==, 0);
  g_assert_false (hoist_uploads_outbox_is_empty (outbox));

  /* Changed again after it was sent: it is sent again. */
  add_upload (outbox, 1, 7);
  g_autoptr (HoistChangeSet) two = hoist_uploads_outbox_take (outbox, 2);
  assert_infos (two, second, 2);
  g_assert_cmpuint (two->removed->len, ==, 0);

  g_autoptr (HoistChangeSet) three = hoist_uploads_outbox_take (outbox, 2);
  assert_infos (three, first, 1);
  g_assert_cmpuint (three->removed->len, ==, 1);
  g_assert_cmpuint (three->batches->len, ==, 1);
  g_assert_true (hoist_uploads_outbox_is_empty (outbox));
}

static void
test_clear (void)
{
  g_autoptr (HoistUploadsOutbox) outbox = hoist_uploads_outbox_new ();

  add_upload (outbox, 1, 0);
  add_removed (outbox, 2);
  add_batch (outbox, 1, 1, TRUE);
  hoist_uploads_outbox_clear (outbox);
  g_assert_true (hoist_uploads_outbox_is_empty (outbox));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/uploads-outbox/empty", test_empty);
  g_test_add_func ("/uploads-outbox/merge", test_merge);
  g_test_add_func ("/uploads-outbox/pieces", test_pieces);
  g_test_add_func ("/uploads-outbox/clear", test_clear);

  return g_test_run ();
}
