/* SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-journal [UPLOADS [PARTS]]: how long it takes to open a journal with 1,000,000 part records and
 * 100,000 uploads, and one with a tenth of that, beside an empty one and beside reading the same
 * bytes and nothing more, all in one run; and how many part records a second are written and
 * synced, in $TMPDIR. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "await.h"
#include "hoist-engine.h"
#include "hoist-journal-load.h"
#include "journal-fixture.h"

#define N_ROUNDS 5
#define READ_BYTES (1u << 20)
#define APPEND_MS 1000

/* By the clock, and of all processors: on a machine that does other things
 * besides, the second one tells more. */
typedef struct
{
  double wall_s;
  double cpu_s;
} Time;

typedef enum
{
  RAW,     /* read(2) of the same bytes */
  JOURNAL, /* hoist_journal_open() */
  ENGINE,  /* until the list of a new engine has all uploads */
  N_KINDS,
} Kind;

typedef struct
{
  char *folder; /* (owned) */
  guint n_uploads;
  guint n_records;
  Time times[N_KINDS][N_ROUNDS];
} Sample;

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

static Time
start_engine (const char *folder, guint n_uploads)
{
  HoistEngineConfig config;
  g_autoptr (HoistEngine) engine = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) started = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  Time start = get_time ();
  Time passed;

  hoist_engine_config_init (&config);
  config.state_folder = folder;
  engine = hoist_engine_new (&config);
  hoist_engine_start_async (engine, NULL, await_take_cb, &started);
  hoist_engine_start_finish (engine, await_result (&started), &error);
  passed = since (start);
  g_assert_no_error (error);
  g_assert_cmpuint (
    g_list_model_get_n_items (G_LIST_MODEL (hoist_uploader_get_list (HOIST_UPLOADER (engine)))), ==,
    n_uploads);

  hoist_engine_stop_async (engine, await_take_cb, &stopped);
  hoist_engine_stop_finish (engine, await_result (&stopped), &error);
  g_assert_no_error (error);
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

static void
make_sample (Sample *sample, guint n_uploads, guint n_parts)
{
  g_autoptr (GHashTable) records = hoist_record_table_new ();

  for (guint64 id = 1; id <= n_uploads; id++)
    {
      HoistUploadRecord *record = fixture_make_record (id, n_parts);

      g_hash_table_insert (records, &record->id, record);
    }
  sample->folder = fixture_make_folder ();
  sample->n_uploads = n_uploads;
  sample->n_records = n_uploads * (n_parts + 2);
  write_journal (sample->folder, records);
}

static void
measure (Sample *sample, guint round)
{
  sample->times[RAW][round] = read_raw (sample->folder);
  sample->times[JOURNAL][round] = open_journal (sample->folder, sample->n_records);
  sample->times[ENGINE][round] = start_engine (sample->folder, sample->n_uploads);
}

static void
print_row (const char *what, Kind kind, const Sample *samples)
{
  Time empty = get_median (samples[0].times[kind]);
  Time some = get_median (samples[1].times[kind]);
  Time full = get_median (samples[2].times[kind]);

  printf ("| %s | %.3f s | %.3f s | %.3f s | **%.3f s** | %.3f s |\n", what, empty.wall_s,
          some.wall_s, full.wall_s, full.wall_s - empty.wall_s, full.cpu_s - empty.cpu_s);
}

static void
measure_opening (guint n_uploads, guint n_parts)
{
  Sample samples[3] = { 0 };
  guint n_part_records = n_uploads * n_parts;
  double ratio;

  make_sample (&samples[0], 0, n_parts);
  make_sample (&samples[1], n_uploads / 10, n_parts);
  make_sample (&samples[2], n_uploads, n_parts);
  /* In turns, so that a machine that is busy for a while disturbs all alike. */
  for (guint round = 0; round < N_ROUNDS; round++)
    for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
      measure (&samples[i], round);

  printf ("%u uploads; medians of %d\n\n| part records | 0 | %u | %u | difference to none | of it "
          "processor time |\n|---|---|---|---|---|---|\n",
          n_uploads, N_ROUNDS, n_part_records / 10, n_part_records);
  print_row ("its bytes read, nothing more", RAW, samples);
  print_row ("journal opened", JOURNAL, samples);
  print_row ("engine started, list filled", ENGINE, samples);
  ratio = get_median (samples[2].times[JOURNAL]).wall_s / get_median (samples[2].times[RAW]).wall_s;
  printf ("\nopening the journal takes %.0f times as long as reading its bytes\n", ratio);
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    fixture_remove_folder (samples[i].folder);
}

/* --- Writing ---------------------------------------------------------------------------------- */

static int n_syncs; /* atomic: the writer's thread counts */

static int
sync_and_count (int fd)
{
  g_atomic_int_inc (&n_syncs);
  return fdatasync (fd);
}

static const HoistJournalIo counting_io = { pwrite, sync_and_count };

/* One of a thousand parts after another, of which @n_under_way wait for the disk at a time: what is
 * appended while a write runs goes with the next one. */
static void
measure_writing (guint n_under_way)
{
  g_auto (HoistJournalReport) report = { 0 };
  g_autoptr (GError) error = NULL;
  char *folder = fixture_make_folder ();
  g_autoptr (HoistUploadRecord) record = fixture_make_record (1, 1000);
  g_autoptr (HoistJournal) journal =
    hoist_journal_open_with_io (folder, &counting_io, &report, &error);
  guint n_parts = record->plan.n_parts;
  guint64 n_bytes, last, n_appended = 0;
  Time start, passed;

  g_assert_no_error (error);
  hoist_journal_append (journal, hoist_event_added (record));
  last = hoist_journal_append (journal, hoist_event_begun (record));
  fixture_wait (journal, last);
  n_bytes = hoist_journal_get_size_bytes (journal);
  g_atomic_int_set (&n_syncs, 0);
  start = get_time ();
  while ((passed = since (start)).wall_s * 1000 < APPEND_MS)
    {
      last = hoist_journal_append (journal, hoist_event_part (record, 1 + n_appended++ % n_parts));
      if (last >= n_under_way)
        fixture_wait (journal, last - n_under_way + 1);
    }
  fixture_wait (journal, last);
  passed = since (start);
  n_bytes = hoist_journal_get_size_bytes (journal) - n_bytes;
  printf ("| %u | %.0f | %.0f | %.1f | %.1f | %.1f |\n", n_under_way, n_appended / passed.wall_s,
          g_atomic_int_get (&n_syncs) / passed.wall_s, (double) n_appended / n_syncs,
          (double) n_bytes / n_appended, passed.cpu_s * 1e6 / n_appended);
  hoist_journal_close (journal, &error);
  g_assert_no_error (error);
  fixture_remove_folder (folder);
}

int
main (int argc, char *argv[])
{
  static const guint under_way[] = { 1, 4, 32, 1000 };
  guint n_uploads = argc > 1 ? (guint) atoi (argv[1]) : 100000;
  guint n_parts = argc > 2 ? (guint) atoi (argv[2]) : 10;

  measure_opening (n_uploads, n_parts);
  printf ("\n| parts under way | records/s on the disk | syncs/s | records a sync | bytes a part | "
          "processor time a record, µs |\n|---|---|---|---|---|---|\n");
  for (guint i = 0; i < G_N_ELEMENTS (under_way); i++)
    measure_writing (under_way[i]);
  return 0;
}
