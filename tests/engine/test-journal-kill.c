/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A journal whose process is killed, and one with very much in it. */

#include <stdio.h>
#include <string.h>

#include "hoist-journal-load.h"
#include "journal-fixture.h"

/* --- Being killed ------------------------------------------------------------------------- */

static void
report_committed_cb (HoistJournal *journal, guint64 sequence, gpointer user_data)
{
  printf ("%" G_GUINT64_FORMAT "\n", sequence);
  fflush (stdout);
}

static gboolean
append_more_cb (gpointer user_data)
{
  HoistJournal *journal = user_data;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (HoistUploadRecord) record = fixture_make_record (1, 0);
      guint64 next = hoist_journal_append (journal, hoist_event_removed (0xffff));

      /* the event's number is the upload's id: after one comes the other */
      record->id = next + 1;
      hoist_journal_append (journal, hoist_event_added (record));
    }
  return G_SOURCE_CONTINUE;
}

/* The program that is killed: says which numbers are on disk. */
static int
run_child (const char *folder)
{
  g_auto (HoistJournalReport) report = { 0 };
  g_autoptr (HoistJournal) journal = hoist_journal_open (folder, &report, NULL);

  g_assert_nonnull (journal);
  g_signal_connect (journal, "committed", G_CALLBACK (report_committed_cb), NULL);
  g_timeout_add (1, append_more_cb, journal);
  while (report.n_damaged == 0)
    g_main_context_iteration (NULL, TRUE);
  return 1;
}

static guint64
run_and_kill (const char *program, const char *folder, guint n_lines)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--child", folder, NULL);
  g_autoptr (GDataInputStream) lines = NULL;
  guint64 committed = 0;
  char *line;

  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)) != NULL)
    {
      committed = g_ascii_strtoull (line, NULL, 10);
      g_free (line);
      if (--n_lines == 0)
        g_subprocess_force_exit (child);
    }
  g_assert_true (g_subprocess_wait (child, NULL, NULL));
  g_assert_true (g_subprocess_get_if_signaled (child));
  return committed;
}

static void
test_killed (gconstpointer data)
{
  const char *program = data;

  for (guint round = 0; round < 5; round++)
    {
      char *folder = fixture_make_folder ();
      guint64 committed = run_and_kill (program, folder, 1 + round * 7);
      g_auto (HoistJournalReport) report = { 0 };
      g_autoptr (HoistJournal) journal = fixture_open (folder, &report); /* the lock is free */
      g_autoptr (GHashTable) records = hoist_journal_steal_records (journal);

      g_assert_cmpuint (committed, >, 0);
      g_assert_cmpuint (report.n_damaged, ==, 0);
      g_assert_cmpuint (report.n_records, >=, committed);
      for (guint64 id = 2; id <= committed; id += 2)
        g_assert_nonnull (g_hash_table_lookup (records, &id));
      g_clear_object (&journal);
      fixture_remove_folder (folder);
    }
}

/* --- Much of it ------------------------------------------------------------------------------ */

/* Prints how long it takes; `-m perf` does it at full size. */
static void
test_much (void)
{
  guint n_uploads = g_test_perf () ? 100000 : 10000;
  char *folder = fixture_make_folder ();
  g_autoptr (GHashTable) table = hoist_record_table_new ();
  g_autoptr (GByteArray) contents = NULL;
  g_autoptr (HoistJournal) journal = NULL;
  g_autoptr (GHashTable) records = NULL;
  g_auto (HoistJournalReport) report = { 0 };
  gint64 start_us;

  for (guint64 id = 1; id <= n_uploads; id++)
    {
      HoistUploadRecord *record = fixture_make_record (id, 10);

      g_hash_table_insert (table, &record->id, record);
    }
  start_us = g_get_monotonic_time ();
  contents = hoist_journal_make_contents (table);
  g_test_message ("%u uploads of 10 parts: %u bytes, made in %.3f s", n_uploads, contents->len,
                  (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC);
  g_assert_cmpuint (hoist_journal_estimate_live_bytes (table), >, contents->len / 2);
  g_assert_cmpuint (hoist_journal_estimate_live_bytes (table), <, contents->len * 2);
  g_clear_pointer (&table, g_hash_table_unref);
  fixture_write (folder, contents->data, contents->len);

  start_us = g_get_monotonic_time ();
  journal = fixture_open (folder, &report);
  g_test_message ("opened in %.3f s",
                  (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC);
  records = hoist_journal_steal_records (journal);
  g_assert_cmpuint (g_hash_table_size (records), ==, n_uploads);
  g_assert_cmpuint (report.n_records, ==, n_uploads * 12);
  g_clear_object (&journal);
  fixture_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--child") == 0)
    return run_child (argv[2]);

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/journal/killed", argv[0], test_killed);
  g_test_add_func ("/journal/much", test_much);
  return g_test_run ();
}
