/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is said of a batch, in which words and with which buttons. */

#include "hoist-batch-note.h"

#define S G_USEC_PER_SEC
#define NOTHING HOIST_BATCH_TELL_NOTHING
#define SEEN HOIST_BATCH_TELL_SEEN
#define UNDER_WAY HOIST_BATCH_TELL_UNDER_WAY
#define DELIVERED HOIST_BATCH_TELL_DELIVERED
#define FAILED HOIST_BATCH_TELL_FAILED

static void
test_choose (void)
{
  static const struct
  {
    HoistBatchTell tell;
    gint64 wait_us;
    HoistBatchFacts facts;
  } table[] = {
    { NOTHING, 0, { 0 } },
    /* At the window: whatever there would be to say. */
    { SEEN, 0, { .focused = TRUE } },
    { SEEN, 0, { .focused = TRUE, .under_way = TRUE, .elapsed_us = 9 * S } },
    { SEEN, 0, { .focused = TRUE, .failure = { .n = 1 }, .elapsed_us = 9 * S } },
    { SEEN, 0, { .focused = TRUE, .n_delivered = 3, .elapsed_us = 9 * S } },
    /* Under way: what is on the screen already says so. */
    { NOTHING, 0, { .under_way = TRUE, .elapsed_us = 9 * S } },
    { UNDER_WAY, 0, { .under_way = TRUE, .hidden = TRUE, .elapsed_us = 2 * S } },
    { NOTHING, 1, { .under_way = TRUE, .hidden = TRUE, .elapsed_us = 2 * S - 1 } },
    { NOTHING, 2 * S, { .under_way = TRUE, .hidden = TRUE } },
    { UNDER_WAY,
      0,
      { .under_way = TRUE, .hidden = TRUE, .failure = { .n = 1 }, .elapsed_us = 9 * S } },
    /* Under two seconds: nothing, whatever came of it. */
    { NOTHING, 0, { .n_delivered = 100, .elapsed_us = 2 * S - 1 } },
    { NOTHING, 0, { .failure = { .n = 1 }, .elapsed_us = 2 * S - 1 } },
    { NOTHING, 0, { .n_delivered = 1, .hidden = TRUE, .elapsed_us = 2 * S - 1 } },
    /* The end, whether the window is there or not. */
    { DELIVERED, 0, { .n_delivered = 1, .elapsed_us = 2 * S } },
    { DELIVERED, 0, { .n_delivered = 1, .hidden = TRUE, .elapsed_us = 2 * S } },
    { FAILED, 0, { .n_delivered = 1, .failure = { .n = 1 }, .elapsed_us = 2 * S } },
    { FAILED, 0, { .n_paused = 1, .failure = { .n = 1 }, .elapsed_us = 2 * S } },
    /* Paused by a person, or all of it cancelled. */
    { NOTHING, 0, { .n_delivered = 1, .n_paused = 1, .elapsed_us = 9 * S } },
    { NOTHING, 0, { .n_paused = 1, .elapsed_us = 9 * S } },
    { NOTHING, 0, { .elapsed_us = 9 * S } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      gint64 wait_us = -1;

      g_assert_cmpint (hoist_batch_note_choose (&table[i].facts, &wait_us), ==, table[i].tell);
      g_assert_cmpint (wait_us, ==, table[i].wait_us);
    }
}

typedef struct
{
  HoistBatchTell tell;
  HoistBatchFacts facts;
  const char *name;     /* (nullable) of the one that is known */
  const char *location; /* (nullable) its link */
  const char *error;    /* (nullable) why it failed */
  const char *title;
  const char *body;
  gboolean copy;
} Words;

#define LONG_NAME                                                                                  \
  "abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz "              \
  "abcdefghijklmnopqrstuvwxyz.tar.gz"

static const Words words[] = {
  { UNDER_WAY,
    { .under_way = TRUE },
    .title = "Uploads Are Under Way",
    .body = "Hoist goes on in the background and tells you when they are finished." },
  { DELIVERED,
    { .n_delivered = 1 },
    .name = "a.mov",
    .location = "https://storage.example/a.mov?versionId=7",
    .title = "Upload Finished",
    .body = "“a.mov” is uploaded.",
    .copy = TRUE },
  /* A server need not tell where it is. */
  { DELIVERED,
    { .n_delivered = 1 },
    .name = "a.mov",
    .title = "Upload Finished",
    .body = "“a.mov” is uploaded." },
  /* It was taken off the list already. */
  { DELIVERED,
    { .n_delivered = 1, .delivered_bytes = 5000 },
    .title = "Upload Finished",
    .body = "1 file, 5.0\u00a0kB, is uploaded." },
  { DELIVERED,
    { .n_delivered = 12, .delivered_bytes = 4200000000 },
    .title = "Uploads Finished",
    .body = "12 files, 4.2\u00a0GB, are uploaded." },
  /* Names are what they are, and yet no more than a line. */
  { DELIVERED,
    { .n_delivered = 1 },
    .name = "<b>A & B</b>\n.txt",
    .title = "Upload Finished",
    .body = "“<b>A & B</b> .txt” is uploaded." },
  { DELIVERED,
    { .n_delivered = 1 },
    .name = LONG_NAME,
    .title = "Upload Finished",
    .body = "“abcdefghijklmnopqrstuvwxyz abcdefghijklm…vwxyz "
            "abcdefghijklmnopqrstuvwxyz.tar.gz” is uploaded." },
  { DELIVERED,
    { .n_delivered = 1 },
    .name = "a.zip?X-Amz-Signature=0123456789abcdef",
    .title = "Upload Finished",
    .body = "“a.zip” is uploaded." },
  { FAILED,
    { .failure = { 1, 5, 5 } },
    .name = "a.mov",
    .error = "The server refused it: https://storage.example/a.mov?X-Amz-Signature=00ff",
    .title = "Upload Failed",
    .body = "“a.mov”: The server refused it: https://storage.example/a.mov" },
  /* A message that names the file by itself. */
  { FAILED,
    { .failure = { 1, 5, 5 } },
    .name = "a.mov",
    .error = "“a.mov” is not there any more.",
    .title = "Upload Failed",
    .body = "“a.mov” is not there any more." },
  { FAILED,
    { .failure = { 1, 5, 5 }, .n_delivered = 1 },
    .name = "a.mov",
    .title = "Upload Failed",
    .body = "“a.mov” failed.\n1 file is uploaded." },
  { FAILED,
    { .failure = { 2, 5, 9 }, .n_delivered = 10 },
    .name = "a.mov",
    .error = "Not shown: they may have failed for several reasons.",
    .title = "2 Uploads Failed",
    .body = "“a.mov” and 1 more file failed.\n10 files are uploaded." },
  { FAILED,
    { .failure = { 1200, 5, 9000 }, .n_paused = 1 },
    .name = "a.mov",
    .title = "1200 Uploads Failed",
    .body = "“a.mov” and 1199 more files failed.\n1 file is paused." },
  { FAILED,
    { .failure = { 2, 5, 9 } },
    .title = "2 Uploads Failed",
    .body = "Open Hoist to see why." },
};

static HoistUploadInfo *
make_info (const Words *w)
{
  HoistUploadInfo *info = hoist_upload_info_new (5);

  info->name = g_ref_string_new (w->name);
  info->path = g_ref_string_new ("/tmp/a");
  info->destination_id = g_ref_string_new ("home");
  if (w->location != NULL)
    info->location = g_ref_string_new (w->location);
  if (w->error != NULL)
    info->error_message = g_ref_string_new (w->error);
  return info;
}

static void
test_words (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      const Words *w = &words[i];
      g_autoptr (HoistUploadInfo) info = w->name != NULL ? make_info (w) : NULL;
      HoistBatchFacts facts = w->facts;
      g_autoptr (HoistBatchNote) note = NULL;

      facts.delivered = w->tell == DELIVERED ? info : NULL;
      facts.failed = w->tell == FAILED ? info : NULL;
      note = hoist_batch_note_new (w->tell, &facts);
      g_assert_cmpstr (note->title, ==, w->title);
      g_assert_cmpstr (note->body, ==, w->body);
      g_assert_cmpuint (note->copy_id, ==, w->copy ? 5 : 0);
      g_assert_cmpuint (note->retry.n, ==, w->tell == FAILED ? facts.failure.n : 0);
      g_assert_cmpuint (note->retry.first_id, ==, facts.failure.first_id);
      g_assert_cmpuint (note->retry.last_id, ==, facts.failure.last_id);
    }
}

static void
test_weight (void)
{
  static const HoistBatchFacts facts = { .n_delivered = 2, .failure = { 1, 5, 5 } };
  g_autoptr (HoistBatchNote) under_way = hoist_batch_note_new (UNDER_WAY, &facts);
  g_autoptr (HoistBatchNote) delivered = hoist_batch_note_new (DELIVERED, &facts);
  g_autoptr (HoistBatchNote) failed = hoist_batch_note_new (FAILED, &facts);

  g_assert_null (hoist_batch_note_new (NOTHING, &facts));
  g_assert_null (hoist_batch_note_new (SEEN, &facts));
  g_assert_cmpstr (under_way->category, ==, "transfer");
  g_assert_cmpstr (delivered->category, ==, "transfer.complete");
  g_assert_cmpstr (failed->category, ==, "transfer.error");
  /* What only goes on must not pop up. */
  g_assert_cmpint (under_way->priority, ==, G_NOTIFICATION_PRIORITY_LOW);
  g_assert_cmpint (delivered->priority, ==, G_NOTIFICATION_PRIORITY_NORMAL);
  g_assert_cmpint (failed->priority, ==, G_NOTIFICATION_PRIORITY_NORMAL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/batch-note/choose", test_choose);
  g_test_add_func ("/batch-note/words", test_words);
  g_test_add_func ("/batch-note/weight", test_weight);
  return g_test_run ();
}
