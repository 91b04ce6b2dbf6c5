/* SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-journal [UPLOADS [PARTS]]: how long it takes to open a journal with
 * 1,000,000 part records and 100,000 uploads, beside an empty one and beside
 * reading the same bytes and nothing more, all in one run. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hoist-engine.h"
#include "hoist-journal-load.h"
#include "journal-fixture.h"

#define N_ROUNDS 5
#define READ_BYTES (1u << 20)

/* By the clock, and of all processors: on a machine that does other things
 * besides, the second one tells more. */
typedef struct
{
  double wall_s;
  double cpu_s;
} Time;

typedef struct
{
  Time raw;     /* read(2) of the same bytes */
  Time journal; /* hoist_journal_open() */
  Time engine;  /* until the list of a new engine has all uploads */
} Figures;

static Time
get_time (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (Time){ (double) g_get_monotonic_time () / G_USEC_PER_SEC,
                 (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC };
}

static Time
since (Time start)
{
  Time now = get_time ();

  return (Time){ now.wall_s - start.wall_s, now.cpu_s - start.cpu_s };
}

static void
write_journal (const char *folder, GHashTable *records)
{
  g_autoptr (GByteArray) contents = hoist_journal_make_contents (records);

  fixture_write (folder, contents->data, contents->len);
}

/* --- What is measured ------------------------------------------------------------------------- */

static Time
read_raw (const char *folder)
{
  g_autofree char *file = fixture_get_file (folder);
  g_autofree guint8 *buffer = g_malloc (READ_BYTES);
  Time start = get_time ();
  int fd = open (file, O_RDONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  while (read (fd, buffer, READ_BYTES) > 0)
    ;
  close (fd);
  return since (start);
}

static Time
open_journal (const char *folder, guint n_records)
{
  g_auto (HoistJournalReport) report = { 0 };
  g_autoptr (GError) error = NULL;
  Time start = get_time ();
  g_autoptr (HoistJournal) journal = hoist_journal_open (folder, &report, &error);
  Time passed = since (start);

  g_assert_no_error (error);
  g_assert_cmpuint (report.n_records, ==, n_records);
  g_assert_cmpuint (report.n_damaged + report.cut_bytes, ==, 0);
  return passed;
}

typedef struct
{
  GAsyncResult *result;
} Waiter;

static void
wait_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Waiter *) user_data)->result = g_object_ref (result);
}

static GAsyncResult *
wait_for (Waiter *waiter)
{
  while (waiter->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return waiter->result;
}

static Time
start_engine (const char *folder, guint n_uploads)
{
  HoistEngineConfig config;
  g_autoptr (HoistEngine) engine = NULL;
  g_autoptr (GError) error = NULL;
  Waiter started = { 0 };
  Waiter stopped = { 0 };
  Time start = get_time ();
  Time passed;

  hoist_engine_config_init (&config);
  config.state_folder = folder;
  engine = hoist_engine_new (&config);
  hoist_engine_start_async (engine, NULL, wait_cb, &started);
  hoist_engine_start_finish (engine, wait_for (&started), &error);
  passed = since (start);
  g_assert_no_error (error);
  g_assert_cmpuint (
    g_list_model_get_n_items (G_LIST_MODEL (hoist_uploader_get_list (HOIST_UPLOADER (engine)))), ==,
    n_uploads);

  hoist_engine_stop_async (engine, wait_cb, &stopped);
  hoist_engine_stop_finish (engine, wait_for (&stopped), &error);
  g_assert_no_error (error);
  g_object_unref (started.result);
  g_object_unref (stopped.result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return passed;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return (left > right) - (left < right);
}

static Time
get_median (const Time *times)
{
  double wall_s[N_ROUNDS];
  double cpu_s[N_ROUNDS];

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      wall_s[i] = times[i].wall_s;
      cpu_s[i] = times[i].cpu_s;
    }
  qsort (wall_s, N_ROUNDS, sizeof *wall_s, compare_doubles);
  qsort (cpu_s, N_ROUNDS, sizeof *cpu_s, compare_doubles);
  return (Time){ wall_s[N_ROUNDS / 2], cpu_s[N_ROUNDS / 2] };
}

/* In turns, so that a machine that is busy for a while disturbs all alike. */
static void
measure (const char *empty_folder,
         const char *full_folder,
         guint n_records,
         guint n_uploads,
         Figures *empty,
         Figures *full)
{
  Time times[6][N_ROUNDS];

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      times[0][i] = read_raw (empty_folder);
      times[1][i] = open_journal (empty_folder, 0);
      times[2][i] = start_engine (empty_folder, 0);
      times[3][i] = read_raw (full_folder);
      times[4][i] = open_journal (full_folder, n_records);
      times[5][i] = start_engine (full_folder, n_uploads);
    }
  *empty = (Figures){ get_median (times[0]), get_median (times[1]), get_median (times[2]) };
  *full = (Figures){ get_median (times[3]), get_median (times[4]), get_median (times[5]) };
}

static void
print_row (const char *what, Time empty, Time full)
{
  printf ("| %s | %.3f s | %.3f s | **%.3f s** | %.3f s |\n", what, empty.wall_s, full.wall_s,
          full.wall_s - empty.wall_s, full.cpu_s - empty.cpu_s);
}

int
main (int argc, char *argv[])
{
  guint n_uploads = argc > 1 ? (guint) atoi (argv[1]) : 100000;
  guint n_parts = argc > 2 ? (guint) atoi (argv[2]) : 10;
  char *empty_folder = fixture_make_folder ();
  char *full_folder = fixture_make_folder ();
  g_autoptr (GHashTable) records = hoist_record_table_new ();
  Figures empty;
  Figures full;
  Time start;
  Time made;

  write_journal (empty_folder, records);
  for (guint64 id = 1; id <= n_uploads; id++)
    {
      HoistUploadRecord *record = fixture_make_record (id, n_parts);

      g_hash_table_insert (records, &record->id, record);
    }
  start = get_time ();
  write_journal (full_folder, records);
  made = since (start);
  g_clear_pointer (&records, g_hash_table_unref);

  measure (empty_folder, full_folder, n_uploads * (n_parts + 2), n_uploads, &empty, &full);
  printf ("%u uploads, %u part records; medians of %d\n\n", n_uploads, n_uploads * n_parts,
          N_ROUNDS);
  printf ("| | empty | full | difference | of it processor time |\n|---|---|---|---|---|\n");
  print_row ("its bytes read, nothing more", empty.raw, full.raw);
  print_row ("journal opened", empty.journal, full.journal);
  print_row ("engine started, list filled", empty.engine, full.engine);
  printf ("\nopening the journal takes %.0f times as long as reading its bytes; writing it anew "
          "%.2f s (%.2f s of processor time)\n",
          full.journal.wall_s / full.raw.wall_s, made.wall_s, made.cpu_s);
  fixture_remove_folder (empty_folder);
  fixture_remove_folder (full_folder);
  return 0;
}
