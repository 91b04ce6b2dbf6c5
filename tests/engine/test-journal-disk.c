/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The journal on a disk on which each call fails in its turn: full, broken or
 * read-only, once or for good, or with the program ending in the middle of the
 * call. What was acknowledged is there afterwards, what is there is what was
 * written, and whoever opens the journal is told. */

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fault-disk.h"
#include "hoist-error.h"
#include "hoist-journal-frame.h"
#include "journal-fixture.h"

/* How often in a row the writer may fail before its owner gives up. */
#define MAX_FAILURES 2

/**
 * Before:
 *
 * What is in the folder when the journal is opened.
 */
typedef enum
{
  BEFORE_NOTHING,
  BEFORE_JOURNAL,
  BEFORE_TORN_END,
  BEFORE_DAMAGE,
  BEFORE_LEFTOVER,
  N_BEFORE
} Before;

static const char *const before_names[N_BEFORE] = {
  "no folder", "a journal", "a torn end", "a damaged entry", "a compaction cut short",
};

static const int errno_values[] = { ENOSPC, EIO, EROFS };

typedef struct
{
  guint n_faults;       /* runs with a fault */
  guint n_refused;      /* of them, the journal could not be opened, and said so */
  guint n_told;         /* of them, a write failed, and that was said */
  guint n_survived;     /* of them, all was on disk in the end */
  guint n_kills;        /* runs that ended in the middle of a call */
  guint n_acknowledged; /* events that were acknowledged in all of these */
  guint n_tail;         /* events that were not, and are there or not */
} Figures;

static Figures figures;

/* --- The folder ------------------------------------------------------------------------------- */

/* The first half of a life is there before, the second half is written. */
static guint
count_before (GPtrArray *events, Before before)
{
  return before == BEFORE_NOTHING ? 0 : events->len / 2;
}

static void
add_frames (GByteArray *bytes, GPtrArray *events, guint n)
{
  hoist_journal_header_append (bytes);
  for (guint i = 0; i < n; i++)
    hoist_frame_append (bytes, g_ptr_array_index (events, i));
}

static void
prepare_folder (const char *folder, GPtrArray *events, Before before)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *new_file = g_build_filename (folder, "journal.new", NULL);

  if (before == BEFORE_NOTHING)
    return;
  add_frames (bytes, events, count_before (events, before));
  if (before == BEFORE_TORN_END)
    g_byte_array_append (bytes, (const guint8 *) "\30\0\0\0half", 8);
  if (before == BEFORE_DAMAGE)
    bytes->data[HOIST_JOURNAL_HEADER_BYTES + 40] ^= 4; /* in the first event */
  fixture_write (folder, bytes->data, bytes->len);
  if (before == BEFORE_LEFTOVER)
    g_assert_true (g_file_set_contents (new_file, "half a jour", -1, NULL));
}

/* What is known when @n events are on disk. */
static char *
describe_state (GPtrArray *events, Before before, guint n)
{
  g_autoptr (GHashTable) table = hoist_record_table_new ();

  for (guint i = 0; i < n; i++)
    if (before != BEFORE_DAMAGE || i > 0)
      fixture_apply (table, g_ptr_array_index (events, i));
  return fixture_describe (table);
}

static char *
read_back (const char *folder)
{
  g_auto (HoistJournalReport) report = { 0 };
  g_autoptr (HoistJournal) journal = fixture_open (folder, &report);
  g_autoptr (GHashTable) records = hoist_journal_steal_records (journal);

  return fixture_describe (records);
}

/* All that was acknowledged is there, and of what follows the first few events
 * or none. Returns how many are there. */
static guint
assert_state (const char *folder, GPtrArray *events, Before before, guint n_acknowledged)
{
  g_autofree char *found = read_back (folder);

  for (guint n = n_acknowledged; n <= events->len; n++)
    {
      g_autofree char *expected = describe_state (events, before, n);

      if (g_str_equal (found, expected))
        return n;
    }
  g_test_message ("Found after %u acknowledged events:\n%s", n_acknowledged, found);
  g_test_fail ();
  return 0;
}

/* --- A run ------------------------------------------------------------------------------------ */

typedef struct
{
  HoistJournal *journal;
  guint64 committed;
  guint n_failed;
  GError *error;
} Run;

static void
committed_cb (HoistJournal *journal, guint64 sequence, gpointer user_data)
{
  ((Run *) user_data)->committed = sequence;
}

static void
failed_cb (HoistJournal *journal, const GError *error, gpointer user_data)
{
  Run *run = user_data;

  run->n_failed++;
  g_clear_error (&run->error);
  run->error = g_error_copy (error);
}

/* Waits for the disk, and has it tried again when it says no. */
static gboolean
wait_for_disk (Run *run, guint64 sequence)
{
  guint n_seen = run->n_failed;

  while (run->committed < sequence)
    {
      g_main_context_iteration (NULL, TRUE);
      if (run->n_failed == n_seen)
        continue;
      if (run->n_failed > MAX_FAILURES)
        return FALSE;
      n_seen = run->n_failed;
      hoist_journal_retry (run->journal);
    }
  return TRUE;
}

/* Writes the second half of the life, with a compaction in its middle. Returns
 * how many events are on disk for sure; @error tells if any is not. */
static guint
live (const char *folder,
      GPtrArray *events,
      Before before,
      void (*acknowledged) (guint n),
      GError **error)
{
  g_auto (HoistJournalReport) report = { 0 };
  guint n_before = count_before (events, before);
  g_autoptr (GHashTable) records = NULL;
  Run run = { 0 };
  gboolean goes_on = TRUE;

  run.journal = hoist_journal_open (folder, &report, error);
  if (run.journal == NULL)
    {
      figures.n_refused++;
      return n_before;
    }
  g_assert_cmpint (report.n_damaged > 0, ==, before == BEFORE_DAMAGE);
  g_assert_cmpint (report.kept_aside_path != NULL, ==, before == BEFORE_DAMAGE);
  g_assert_cmpint (report.cut_bytes > 0, ==, before == BEFORE_TORN_END);
  records = hoist_journal_steal_records (run.journal);
  g_signal_connect (run.journal, "committed", G_CALLBACK (committed_cb), &run);
  g_signal_connect (run.journal, "failed", G_CALLBACK (failed_cb), &run);
  for (guint i = n_before; goes_on && i < events->len; i++)
    {
      if (i == (n_before + events->len) / 2)
        hoist_journal_compact (run.journal, records);
      fixture_apply (records, g_ptr_array_index (events, i));
      goes_on =
        wait_for_disk (&run, hoist_journal_append (run.journal, g_ptr_array_index (events, i)));
      if (goes_on && acknowledged != NULL)
        acknowledged (i + 1);
    }
  hoist_journal_close (run.journal, error);
  figures.n_told += run.n_failed > 0;
  g_clear_error (&run.error);
  n_before += (guint) hoist_journal_get_committed (run.journal);
  g_object_unref (run.journal);
  return n_before;
}

/* --- Faults ----------------------------------------------------------------------------------- */

static void
assert_told (const GError *error, int errno_value)
{
  HoistError code = errno_value == ENOSPC ? HOIST_ERROR_NO_SPACE : HOIST_ERROR_STORE_DAMAGED;

  g_assert_error (error, HOIST_ERROR, (int) code);
  /* why, in the system's words */
  g_assert_nonnull (strstr (error->message, g_strerror (errno_value)));
}

/* Returns whether there was such a call. */
static gboolean
run_with_fault (GPtrArray *events, Before before, guint nth, FaultDiskMode mode, int errno_value)
{
  char *folder = fixture_make_folder ();
  g_autoptr (GError) error = NULL;
  guint n_acknowledged;
  guint n_there;
  gboolean hit;

  prepare_folder (folder, events, before);
  fault_disk_arm (folder, nth, mode, errno_value);
  n_acknowledged = live (folder, events, before, NULL, &error);
  hit = fault_disk_get_n_calls () >= nth;
  fault_disk_disarm ();

  if (error != NULL)
    assert_told (error, errno_value);
  else
    g_assert_cmpuint (n_acknowledged, ==, events->len);
  n_there = assert_state (folder, events, before, n_acknowledged);
  if (hit)
    {
      figures.n_faults++;
      figures.n_survived += error == NULL;
      figures.n_acknowledged += n_acknowledged;
      figures.n_tail += n_there - n_acknowledged;
    }
  fixture_remove_folder (folder);
  return hit;
}

static void
test_faults (gconstpointer data)
{
  Before before = (Before) GPOINTER_TO_INT (data);
  g_autoptr (GPtrArray) events = fixture_make_life ();

  figures = (Figures){ 0 };
  for (guint i = 0; i < G_N_ELEMENTS (errno_values); i++)
    for (int mode = FAULT_DISK_ONCE; mode <= FAULT_DISK_FROM_THEN_ON; mode++)
      for (guint nth = 1;
           run_with_fault (events, before, nth, (FaultDiskMode) mode, errno_values[i]); nth++)
        ;
  g_test_message ("%s: %u faults; %u times not opened, %u times a write failed, and it was said; "
                  "%u times all was written in the end; of %u acknowledged events 0 lost",
                  before_names[before], figures.n_faults, figures.n_refused, figures.n_told,
                  figures.n_survived, figures.n_acknowledged);
  g_assert_cmpuint (figures.n_faults, >, 50);
  g_assert_cmpuint (figures.n_told, >, 10);
  g_assert_cmpuint (figures.n_survived, >, 10);
}

/* --- Kills ------------------------------------------------------------------------------------ */

static void
print_acknowledged (guint n)
{
  printf ("%u\n", n);
  fflush (stdout);
}

static int
run_child (const char *folder, const char *before, const char *nth)
{
  g_autoptr (GPtrArray) events = fixture_make_life ();

  fault_disk_arm (folder, (guint) g_ascii_strtoull (nth, NULL, 10), FAULT_DISK_DIE, 0);
  live (folder, events, (Before) g_ascii_strtoull (before, NULL, 10), print_acknowledged, NULL);
  return 0;
}

/* Returns whether the program was ended. */
static gboolean
run_with_kill (const char *program, GPtrArray *events, Before before, guint nth)
{
  char *folder = fixture_make_folder ();
  g_autofree char *before_text = g_strdup_printf ("%d", before);
  g_autofree char *nth_text = g_strdup_printf ("%u", nth);
  g_autofree char *output = NULL;
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_acknowledged;
  gboolean killed;

  prepare_folder (folder, events, before);
  child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--child", folder,
                            before_text, nth_text, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (child, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  killed = g_subprocess_get_exit_status (child) == 9;
  g_assert_true (killed || g_subprocess_get_exit_status (child) == 0);

  lines = g_strsplit (output, "\n", -1);
  n_acknowledged = g_strv_length (lines) > 1
                     ? (guint) g_ascii_strtoull (lines[g_strv_length (lines) - 2], NULL, 10)
                     : count_before (events, before);
  figures.n_tail += assert_state (folder, events, before, n_acknowledged) - n_acknowledged;
  figures.n_kills += killed;
  figures.n_acknowledged += n_acknowledged;
  fixture_remove_folder (folder);
  return killed;
}

static void
test_kills (gconstpointer data)
{
  const char *program = data;
  g_autoptr (GPtrArray) events = fixture_make_life ();

  figures = (Figures){ 0 };
  for (int before = 0; before < N_BEFORE; before++)
    for (guint nth = 1; run_with_kill (program, events, (Before) before, nth); nth++)
      ;
  g_test_message ("ended in the middle of %u calls: of %u acknowledged events 0 lost, of the "
                  "others %u there",
                  figures.n_kills, figures.n_acknowledged, figures.n_tail);
  g_assert_cmpuint (figures.n_kills, >, 50);
}

int
main (int argc, char **argv)
{
  if (argc == 5 && strcmp (argv[1], "--child") == 0)
    return run_child (argv[2], argv[3], argv[4]);

  g_test_init (&argc, &argv, NULL);
  for (int before = 0; before < N_BEFORE; before++)
    {
      g_autofree char *path = g_strdelimit (g_strdup (before_names[before]), " ", '-');
      g_autofree char *test = g_strconcat ("/journal-disk/", path, NULL);

      g_test_add_data_func (test, GINT_TO_POINTER (before), test_faults);
    }
  g_test_add_data_func ("/journal-disk/kills", argv[0], test_kills);
  return g_test_run ();
}
