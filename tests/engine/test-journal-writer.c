/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writing the journal: groups, failing disks and compaction. */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hoist-error.h"
#include "journal-fixture.h"

/* --- A disk that does as it is told ---------------------------------------------- */

typedef struct
{
  GMutex mutex;
  GCond cond;
  guint n_syncs;
  gboolean hold;    /* the next sync waits until this is taken back */
  gboolean holding; /* one is waiting */
  gsize room_bytes; /* what can still be written; then it fails */
  int write_errno;
  int sync_errno;
  guint n_bad_syncs;      /* so many more fail with EIO, whatever @sync_errno */
  gboolean fail_at_start; /* writes at the file's start fail: those of a new file */
} Disk;

static Disk disk;

static ssize_t
disk_pwrite (int fd, const void *data, size_t length, off_t offset)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&disk.mutex);

  if ((disk.fail_at_start && offset == 0) || disk.room_bytes == 0)
    {
      errno = disk.write_errno;
      return -1;
    }
  length = MIN (length, disk.room_bytes);
  disk.room_bytes -= length;
  return pwrite (fd, data, length, offset);
}

static int
disk_fdatasync (int fd)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&disk.mutex);

  disk.n_syncs++;
  while (disk.hold)
    {
      disk.holding = TRUE;
      g_cond_broadcast (&disk.cond);
      g_cond_wait (&disk.cond, &disk.mutex);
    }
  disk.holding = FALSE;
  if (disk.n_bad_syncs > 0)
    {
      disk.n_bad_syncs--;
      errno = EIO;
      return -1;
    }
  errno = disk.sync_errno;
  return disk.sync_errno == 0 ? 0 : -1;
}

static const HoistJournalIo disk_io = { disk_pwrite, disk_fdatasync };

static void
reset_disk (void)
{
  g_mutex_lock (&disk.mutex);
  disk.n_syncs = 0;
  disk.hold = FALSE;
  disk.room_bytes = G_MAXSIZE;
  disk.write_errno = ENOSPC;
  disk.sync_errno = 0;
  disk.n_bad_syncs = 0;
  disk.fail_at_start = FALSE;
  g_cond_broadcast (&disk.cond);
  g_mutex_unlock (&disk.mutex);
}

/* Waits until the writer's thread is in the middle of a write. */
static void
wait_until_holding (void)
{
  g_mutex_lock (&disk.mutex);
  while (!disk.holding)
    g_cond_wait (&disk.cond, &disk.mutex);
  g_mutex_unlock (&disk.mutex);
}

static void
set_sync_errno (int sync_errno)
{
  g_mutex_lock (&disk.mutex);
  disk.sync_errno = sync_errno;
  g_mutex_unlock (&disk.mutex);
}

static void
set_room (gsize room_bytes)
{
  g_mutex_lock (&disk.mutex);
  disk.room_bytes = room_bytes;
  g_mutex_unlock (&disk.mutex);
}

static void
set_hold (gboolean hold)
{
  g_mutex_lock (&disk.mutex);
  disk.hold = hold;
  g_cond_broadcast (&disk.cond);
  g_mutex_unlock (&disk.mutex);
}

/* --- A journal and what it says --------------------------------------------------- */

typedef struct
{
  char *folder;
  HoistJournal *journal;
  guint n_committed;
  guint64 committed;
  guint n_failed;
  GError *error;
} Fixture;

static void
committed_cb (HoistJournal *journal, guint64 sequence, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpuint (sequence, >, fixture->committed);
  g_assert_cmpuint (sequence, <=, hoist_journal_get_committed (journal));
  fixture->committed = sequence;
  fixture->n_committed++;
}

static void
failed_cb (HoistJournal *journal, const GError *error, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_clear_error (&fixture->error);
  fixture->error = g_error_copy (error);
  fixture->n_failed++;
}

static void
open_journal (Fixture *fixture)
{
  g_auto (HoistJournalReport) report = { 0 };
  g_autoptr (GError) error = NULL;

  fixture->journal = hoist_journal_open_with_io (fixture->folder, &disk_io, &report, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report.n_damaged, ==, 0);
  g_assert_cmpuint (report.cut_bytes, ==, 0);
  fixture->committed = 0;
  g_signal_connect (fixture->journal, "committed", G_CALLBACK (committed_cb), fixture);
  g_signal_connect (fixture->journal, "failed", G_CALLBACK (failed_cb), fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  reset_disk ();
  fixture->folder = fixture_make_folder ();
  open_journal (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  reset_disk ();
  g_clear_object (&fixture->journal);
  g_clear_error (&fixture->error);
  fixture_remove_folder (g_steal_pointer (&fixture->folder));
}

static void
wait_committed (Fixture *fixture, guint64 sequence)
{
  while (fixture->committed < sequence)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_failed (Fixture *fixture, guint n_failed)
{
  while (fixture->n_failed < n_failed)
    g_main_context_iteration (NULL, TRUE);
}

/* Closes, opens again, and compares with what the events build. */
static void
assert_stored (Fixture *fixture, GHashTable *expected)
{
  g_autofree char *expected_text = fixture_describe (expected);
  g_autofree char *text = NULL;
  g_autoptr (GHashTable) records = NULL;

  g_clear_object (&fixture->journal);
  open_journal (fixture);
  records = hoist_journal_steal_records (fixture->journal);
  text = fixture_describe (records);
  g_assert_cmpstr (text, ==, expected_text);
}

static guint64
append (Fixture *fixture, GHashTable *expected, GVariant *event)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (event);

  fixture_apply (expected, owned);
  return hoist_journal_append (fixture->journal, owned);
}

static void
add_life (Fixture *fixture, GHashTable *expected)
{
  g_autoptr (GPtrArray) events = fixture_make_life ();

  for (guint i = 0; i < events->len; i++)
    append (fixture, expected, g_ptr_array_index (events, i));
}

/* --- Groups ------------------------------------------------------------------------- */

/* All that is queued while one write runs goes to the disk with the next. */
static void
test_groups (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistUploadRecord) record = fixture_make_record (1, 0);
  g_autoptr (GHashTable) expected = hoist_record_table_new ();

  reset_disk ();
  set_hold (TRUE);
  g_assert_cmpuint (append (fixture, expected, hoist_event_added (record)), ==, 1);
  wait_until_holding ();
  for (guint64 sequence = 2; sequence <= 5000; sequence++)
    {
      record->state = sequence % 2 == 0 ? HOIST_UPLOAD_PAUSED : HOIST_UPLOAD_QUEUED;
      g_assert_cmpuint (append (fixture, expected, hoist_event_state (record)), ==, sequence);
    }
  g_assert_cmpuint (hoist_journal_get_committed (fixture->journal), ==, 0);
  g_assert_false (g_main_context_iteration (NULL, FALSE));

  set_hold (FALSE);
  wait_committed (fixture, 5000);
  while (g_main_context_iteration (NULL, FALSE))
    ; /* woken once more, perhaps, but with nothing to say */
  g_assert_cmpuint (disk.n_syncs, ==, 2);
  g_assert_cmpuint (fixture->n_committed, <=, 2);
  g_assert_cmpuint (hoist_journal_get_committed (fixture->journal), ==, 5000);
  assert_stored (fixture, expected);
}

/* However much is committed while the loop is busy: it is told once. */
static void
test_one_wake_up (Fixture *fixture, gconstpointer data)
{
  for (guint64 sequence = 1; sequence <= 50; sequence++)
    {
      hoist_journal_append (fixture->journal, hoist_event_removed (sequence));
      while (hoist_journal_get_committed (fixture->journal) < sequence)
        g_thread_yield ();
    }
  wait_committed (fixture, 50);
  g_assert_cmpuint (fixture->n_committed, ==, 1);
}

static gpointer
open_in_thread (gpointer user_data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Fixture *fixture = user_data;

  g_main_context_push_thread_default (context);
  open_journal (fixture);
  hoist_journal_append (fixture->journal, hoist_event_removed (1));
  while (fixture->committed < 1)
    g_main_context_iteration (context, TRUE);
  g_clear_object (&fixture->journal);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_context (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->journal);
  g_thread_join (g_thread_new ("engine", open_in_thread, fixture));
  g_assert_cmpuint (fixture->n_committed, ==, 1);
}

static void
test_close_writes_all (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) expected = hoist_record_table_new ();
  g_autoptr (GError) error = NULL;

  add_life (fixture, expected);
  g_assert_true (hoist_journal_close (fixture->journal, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (hoist_journal_get_committed (fixture->journal), ==, 10);
  assert_stored (fixture, expected);
}

/* --- Failing disks --------------------------------------------------------------------- */

/* A full disk: nothing counts as written, nothing is lost, and when there is
 * room again all of it is written, once. */
static void
test_no_space (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistUploadRecord) third = fixture_make_record (3, 0);
  g_autoptr (GHashTable) expected = hoist_record_table_new ();
  guint64 size_bytes;

  append (fixture, expected, hoist_event_added (third));
  wait_committed (fixture, 1);
  size_bytes = hoist_journal_get_size_bytes (fixture->journal);

  set_room (150); /* torn in the middle of a record */
  add_life (fixture, expected);
  wait_failed (fixture, 1);
  g_assert_error (fixture->error, HOIST_ERROR, HOIST_ERROR_NO_SPACE);
  g_assert_nonnull (strstr (fixture->error->message, g_strerror (ENOSPC)));
  g_assert_cmpuint (hoist_journal_get_size_bytes (fixture->journal), ==, size_bytes);

  /* what comes meanwhile waits, and asking again does not help yet */
  set_room (10);
  third->state = HOIST_UPLOAD_PAUSED;
  append (fixture, expected, hoist_event_state (third));
  hoist_journal_retry (fixture->journal);
  wait_failed (fixture, 2);
  g_assert_cmpuint (hoist_journal_get_committed (fixture->journal), ==, 1);
  g_assert_false (hoist_journal_wants_compaction (fixture->journal));

  set_room (G_MAXSIZE);
  hoist_journal_retry (fixture->journal);
  wait_committed (fixture, 12);
  assert_stored (fixture, expected);
}

/* fdatasync says no: what it did or did not write is written again. */
static void
test_failed_sync (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) expected = hoist_record_table_new ();

  set_sync_errno (EIO);
  add_life (fixture, expected);
  wait_failed (fixture, 1);
  g_assert_error (fixture->error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED);
  g_assert_cmpuint (hoist_journal_get_committed (fixture->journal), ==, 0);
  g_assert_cmpuint (hoist_journal_get_size_bytes (fixture->journal), ==, 16);

  set_sync_errno (0);
  hoist_journal_retry (fixture->journal);
  wait_committed (fixture, 10);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  assert_stored (fixture, expected);
}

/* Nothing is written behind one's back before somebody says so. */
static void
test_rests_after_failure (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) expected = hoist_record_table_new ();
  guint n_syncs;

  set_sync_errno (EROFS);
  hoist_journal_append (fixture->journal, hoist_event_removed (7));
  wait_failed (fixture, 1);
  n_syncs = disk.n_syncs;
  set_sync_errno (0);
  add_life (fixture, expected);
  g_assert_cmpuint (hoist_journal_get_committed (fixture->journal), ==, 0);
  g_assert_cmpuint (disk.n_syncs, ==, n_syncs);
  hoist_journal_retry (fixture->journal);
  wait_committed (fixture, 11);
  hoist_journal_retry (fixture->journal); /* nothing failed: nothing happens */
  assert_stored (fixture, expected);
}

/* The end of the program does not wait for a disk that stays full. */
static void
test_close_on_failing_disk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) expected = hoist_record_table_new ();
  g_autoptr (GHashTable) nothing = hoist_record_table_new ();
  g_autoptr (GError) error = NULL;

  set_room (100);
  add_life (fixture, expected);
  wait_failed (fixture, 1);
  g_assert_false (hoist_journal_close (fixture->journal, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_NO_SPACE);
  g_clear_object (&fixture->journal);

  /* what is there is a torn end, and no more */
  {
    g_auto (HoistJournalReport) report = { 0 };
    g_autoptr (HoistJournal) journal = fixture_open (fixture->folder, &report);

    g_assert_cmpuint (report.n_damaged, ==, 0);
    g_assert_cmpuint (report.n_records, <=, 1);
  }
}

/* And one that has room again by then loses nothing. */
static void
test_close_tries_once_more (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) expected = hoist_record_table_new ();
  g_autoptr (GError) error = NULL;

  set_room (100);
  add_life (fixture, expected);
  wait_failed (fixture, 1);
  set_room (G_MAXSIZE);
  g_assert_true (hoist_journal_close (fixture->journal, &error));
  g_assert_no_error (error);
  assert_stored (fixture, expected);
}

/* Whether the failure comes before or after the word to close. */
static void
test_close_while_it_fails (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) expected = hoist_record_table_new ();

  add_life (fixture, expected);
  for (guint64 id = 1000; id < 1200; id++)
    {
      g_autoptr (GError) error = NULL;

      g_mutex_lock (&disk.mutex);
      disk.n_bad_syncs = 1;
      g_mutex_unlock (&disk.mutex);
      append (fixture, expected, hoist_event_removed (id));
      g_assert_true (hoist_journal_close (fixture->journal, &error));
      g_assert_no_error (error);
      reset_disk ();
      g_clear_object (&fixture->journal);
      open_journal (fixture);
    }
  assert_stored (fixture, expected);
}

/* A real limit of the system's, not a made-up one. */
static void
test_file_size_limit (void)
{
  char *folder = fixture_make_folder ();
  g_auto (HoistJournalReport) report = { 0 };
  g_autoptr (HoistJournal) journal = fixture_open (folder, &report);
  g_autoptr (GError) error = NULL;
  struct rlimit old_limit;
  struct rlimit limit;
  __sighandler_t old_handler = signal (SIGXFSZ, SIG_IGN);

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old_limit), ==, 0);
  limit = old_limit;
  limit.rlim_cur = 100;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  for (guint64 id = 1; id <= 10; id++)
    hoist_journal_append (journal, hoist_event_removed (id));
  g_assert_false (hoist_journal_close (journal, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old_limit), ==, 0);
  signal (SIGXFSZ, old_handler);

  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_NO_SPACE);
  g_clear_object (&journal);
  fixture_remove_folder (folder);
}

/* --- Compaction ------------------------------------------------------------------------- */

static void
test_compaction (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistUploadRecord) record = fixture_make_record (1, 3);
  g_autoptr (GHashTable) expected = hoist_record_table_new ();
  guint64 sequence = append (fixture, expected, hoist_event_added (record));
  guint64 long_bytes;

  while (!hoist_journal_wants_compaction (fixture->journal))
    {
      for (guint i = 0; i < 1000; i++)
        {
          record->state = i % 2 == 0 ? HOIST_UPLOAD_PAUSED : HOIST_UPLOAD_QUEUED;
          sequence = append (fixture, expected, hoist_event_state (record));
        }
      wait_committed (fixture, sequence);
    }
  long_bytes = hoist_journal_get_size_bytes (fixture->journal);
  g_assert_cmpuint (long_bytes, >, 1 << 20);

  /* in order with what comes before and after */
  sequence = append (fixture, expected, hoist_event_begun (record));
  hoist_journal_compact (fixture->journal, expected);
  g_assert_false (hoist_journal_wants_compaction (fixture->journal));
  sequence = append (fixture, expected, hoist_event_part (record, 2));
  wait_committed (fixture, sequence);
  g_assert_cmpuint (hoist_journal_get_size_bytes (fixture->journal), <, 2000);
  g_assert_false (hoist_journal_wants_compaction (fixture->journal));
  sequence = append (fixture, expected, hoist_event_part (record, 1));
  wait_committed (fixture, sequence);
  assert_stored (fixture, expected);
}

/* An event that is not on disk yet, and that the table does not know of, because
 * its conclusion is drawn only when it is: it must not be lost. */
static void
test_compaction_keeps_what_is_queued (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) expected = hoist_record_table_new ();
  g_autoptr (GHashTable) table = hoist_record_table_new ();
  g_autoptr (GPtrArray) events = fixture_make_life ();
  guint64 sequence = 0;

  for (guint i = 0; i < events->len; i++)
    {
      fixture_apply (table, g_ptr_array_index (events, i));
      sequence = append (fixture, expected, g_ptr_array_index (events, i));
    }
  wait_committed (fixture, sequence);

  set_hold (TRUE);
  append (fixture, expected, hoist_event_removed (1)); /* is being written */
  wait_until_holding ();
  append (fixture, expected, hoist_event_removed (2)); /* waits */
  hoist_journal_compact (fixture->journal, table);
  hoist_journal_compact (fixture->journal, table);
  sequence = append (fixture, expected, hoist_event_removed (99));
  set_hold (FALSE);
  wait_committed (fixture, sequence);
  g_assert_cmpuint (g_hash_table_size (expected), ==, 0);
  assert_stored (fixture, expected);
}

/* No room for a second file, but for a few more records in the first. */
static void
test_failed_compaction (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) expected = hoist_record_table_new ();
  g_autofree char *new_file = g_build_filename (fixture->folder, "journal.new", NULL);

  add_life (fixture, expected);
  wait_committed (fixture, 10);
  disk.fail_at_start = TRUE;
  hoist_journal_compact (fixture->journal, expected);
  append (fixture, expected, hoist_event_removed (1));
  wait_committed (fixture, 11);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  g_assert_false (g_file_test (new_file, G_FILE_TEST_EXISTS));
  assert_stored (fixture, expected);
}

/* A disk that stays broken while compaction is asked for again and again: what
 * is queued must not multiply. */
static void
test_compactions_on_a_failing_disk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) expected = hoist_record_table_new ();
  guint64 sequence = 0;

  add_life (fixture, expected);
  wait_committed (fixture, 10);
  for (guint round = 1; round <= 50; round++)
    {
      set_sync_errno (EIO);
      set_hold (TRUE);
      sequence = append (fixture, expected, hoist_event_removed (1000 + round));
      hoist_journal_retry (fixture->journal);
      wait_until_holding ();
      hoist_journal_compact (fixture->journal, expected);
      hoist_journal_compact (fixture->journal, expected);
      set_hold (FALSE);
      wait_failed (fixture, round);
    }
  set_sync_errno (0);
  hoist_journal_retry (fixture->journal);
  wait_committed (fixture, sequence);
  g_assert_cmpuint (hoist_journal_get_size_bytes (fixture->journal), <, 10000);
  assert_stored (fixture, expected);
}

static void
test_leftover_of_a_compaction (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) expected = hoist_record_table_new ();
  g_autofree char *new_file = g_build_filename (fixture->folder, "journal.new", NULL);

  add_life (fixture, expected);
  g_clear_object (&fixture->journal);
  g_assert_true (g_file_set_contents (new_file, "half a jour", -1, NULL));
  open_journal (fixture);
  g_assert_false (g_file_test (new_file, G_FILE_TEST_EXISTS));
  assert_stored (fixture, expected);
}

/* Any order of events, failures, compactions and restarts: what is there at the
 * end is what the events say. */
static void
test_any_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) expected = hoist_record_table_new ();
  guint64 sequence = 0;

  for (guint step = 0; step < 2000; step++)
    {
      guint64 id = (guint64) g_test_rand_int_range (1, 20);
      g_autoptr (HoistUploadRecord) record = fixture_make_record (id, 3);

      switch (g_test_rand_int_range (0, 12))
        {
        case 0:
          hoist_journal_compact (fixture->journal, expected);
          break;
        case 1:
          set_sync_errno (g_test_rand_bit () ? EIO : 0);
          break;
        case 2:
          set_sync_errno (0);
          hoist_journal_retry (fixture->journal);
          break;
        case 3:
          if (step % 20 != 0)
            break;
          set_sync_errno (0);
          assert_stored (fixture, expected);
          break;
        case 4:
        case 5:
          append (fixture, expected, hoist_event_added (record));
          break;
        case 6:
        case 7:
          append (fixture, expected, hoist_event_begun (record));
          break;
        case 8:
          append (fixture, expected, hoist_event_removed (id));
          break;
        default:
          sequence = append (fixture, expected,
                             hoist_event_part (record, (guint) g_test_rand_int_range (1, 4)));
          break;
        }
    }
  g_assert_cmpuint (sequence, >, 0);
  set_sync_errno (0);
  assert_stored (fixture, expected);
}

static void
add_test (const char *path, void (*func) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/journal-writer/groups", test_groups);
  add_test ("/journal-writer/one-wake-up", test_one_wake_up);
  add_test ("/journal-writer/context", test_context);
  add_test ("/journal-writer/close-writes-all", test_close_writes_all);
  add_test ("/journal-writer/no-space", test_no_space);
  add_test ("/journal-writer/failed-sync", test_failed_sync);
  add_test ("/journal-writer/rests-after-failure", test_rests_after_failure);
  add_test ("/journal-writer/close-on-failing-disk", test_close_on_failing_disk);
  add_test ("/journal-writer/close-tries-once-more", test_close_tries_once_more);
  add_test ("/journal-writer/close-while-it-fails", test_close_while_it_fails);
  g_test_add_func ("/journal-writer/file-size-limit", test_file_size_limit);
  add_test ("/journal-writer/compaction", test_compaction);
  add_test ("/journal-writer/compaction-keeps-what-is-queued",
            test_compaction_keeps_what_is_queued);
  add_test ("/journal-writer/failed-compaction", test_failed_compaction);
  add_test ("/journal-writer/compactions-on-a-failing-disk", test_compactions_on_a_failing_disk);
  add_test ("/journal-writer/leftover-of-a-compaction", test_leftover_of_a_compaction);
  add_test ("/journal-writer/any-order", test_any_order);
  return g_test_run ();
}
