/* SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-queue [FILES]: a folder with 1,000,000 files of one byte is added to an engine whose
 * server answers nothing, so that they stay queued: how long until the first byte travels and until
 * all are known, what a queued file costs in memory, what a command to all of them
 * costs, and how long the main thread is busy at a time. Files and journal are made in
 * $TMPDIR; without one, in /dev/shm. */

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine-lab.h"
#include "stall-meter.h"

#define FILES_A_FOLDER 1000

static guint n_files = 1000000;

/* --- What is measured ------------------------------------------------------------------------- */

static gsize
get_allocated_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

static double
seconds_since (gint64 start_us)
{
  return (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;
}

static void
print_time (const char *what, gint64 start_us)
{
  StallMeter stalls = stall_meter_take ();

  printf ("| %s | %.2f s | %.1f ms | %u |\n", what, seconds_since (start_us),
          (double) stalls.all.longest_us / 1000, stalls.all.n_late);
  fflush (stdout);
}

/* --- Conditions ------------------------------------------------------------------------------- */

static const HoistUploadTotals *
get_totals (Lab *lab)
{
  return hoist_upload_list_get_totals (hoist_uploader_get_list (HOIST_UPLOADER (lab->engine)));
}

static gboolean
first_put_came (Lab *lab)
{
  return lab_count (lab, LAB_PUT) > 0;
}

static gboolean
all_are_there (Lab *lab)
{
  return lab_count_uploads (lab) == n_files &&
         !hoist_upload_list_is_counting (hoist_uploader_get_list (HOIST_UPLOADER (lab->engine)));
}

static gboolean
all_are_paused (Lab *lab)
{
  return get_totals (lab)->n_paused == n_files;
}

static gboolean
none_is_paused (Lab *lab)
{
  return get_totals (lab)->n_paused == 0;
}

static gboolean
none_is_there (Lab *lab)
{
  return lab_count_uploads (lab) == 0;
}

/* --- The run ---------------------------------------------------------------------------------- */

static char *
make_files (Lab *lab)
{
  char *root = g_build_filename (lab->files, "photographs", NULL);

  for (guint i = 0; i < n_files; i++)
    {
      g_autofree char *folder = g_strdup_printf ("%s/day %05u", root, i / FILES_A_FOLDER);
      g_autofree char *path = g_strdup_printf ("%s/IMG_%08u.JPG", folder, i);
      FILE *file;

      if (i % FILES_A_FOLDER == 0)
        g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
      file = fopen (path, "we");
      g_assert_nonnull (file);
      fputc ('x', file);
      fclose (file);
    }
  return root;
}

static void
command_all (Lab *lab, const char *what, HoistCommand command, gboolean (*condition) (Lab *lab))
{
  gint64 start_us = g_get_monotonic_time ();

  lab_command (lab, command);
  lab_wait_until (lab, condition);
  print_time (what, start_us);
}

/* What a list has of its own: another one is made of the same snapshots. */
static gsize
weigh_rows (HoistUploadList *list)
{
  g_autoptr (HoistUploadList) other = hoist_upload_list_new ();
  gsize before = get_allocated_bytes ();

  for (guint i = 0; i < n_files;)
    {
      g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

      for (guint n = 0; n < 1000 && i < n_files; n++)
        g_ptr_array_add (
          changes->infos,
          hoist_upload_info_ref ((HoistUploadInfo *) hoist_upload_list_get_info (list, i++)));
      hoist_upload_list_apply (other, changes);
    }
  return get_allocated_bytes () - before;
}

/* The snapshots go with the list, but what they share with the engine stays. */
static void
print_memory (Lab *lab, gsize before)
{
  HoistUploadList *list = hoist_uploader_get_list (HOIST_UPLOADER (lab->engine));
  gsize all = get_allocated_bytes () - before;
  gsize list_bytes = weigh_rows (list);
  gsize with_infos = get_allocated_bytes ();
  guint path_bytes = (guint) strlen (hoist_upload_list_get_info (list, 0)->path);

  hoist_upload_list_clear (list);
  list_bytes += with_infos - get_allocated_bytes ();
  printf ("\n| of a queued file | bytes |\n|---|---|\n");
  printf ("| engine, its path of %u bytes and all | %.0f |\n", path_bytes,
          (double) (all - list_bytes) / n_files);
  printf ("| list of the window | %.0f |\n", (double) list_bytes / n_files);
}

static void
add_all (Lab *lab, const char *root)
{
  gint64 start_us = g_get_monotonic_time ();

  lab_add (lab, root);
  lab_wait_until (lab, first_put_came);
  print_time ("first PUT", start_us);
  lab_wait_until (lab, all_are_there);
  print_time ("all queued", start_us);
}

int
main (int argc, char *argv[])
{
  static const LabFault hold_all = { LAB_PUT, 0, 1, G_MAXUINT, LAB_HOLD };
  Lab lab = { 0 };
  g_autofree char *root = NULL;
  gsize before;
  gint64 start_us;

  if (argc > 1)
    n_files = (guint) atoi (argv[1]);
  g_setenv ("TMPDIR", "/dev/shm", FALSE);
  lab_set_up (&lab);
  root = make_files (&lab);
  lab_set_faults (&lab, &hold_all, 1);

  stall_meter_install ();
  before = get_allocated_bytes ();
  printf ("%u files\n\n| | after | main thread busy at most | of it > 16 ms |\n|---|---|---|---|\n",
          n_files);
  add_all (&lab, root);
  command_all (&lab, "all paused", HOIST_COMMAND_PAUSE, all_are_paused);
  command_all (&lab, "all resumed", HOIST_COMMAND_RESUME, none_is_paused);
  print_memory (&lab, before);

  printf ("\n| | after | main thread busy at most | of it > 16 ms |\n|---|---|---|---|\n");
  /* Weighing was long, and is not what is measured. */
  stall_meter_take ();
  start_us = g_get_monotonic_time ();
  lab_stop_engine (&lab);
  print_time ("stopped", start_us);
  start_us = g_get_monotonic_time ();
  lab_start_engine (&lab);
  lab_wait_until (&lab, all_are_there);
  print_time ("started again", start_us);
  command_all (&lab, "all cancelled", HOIST_COMMAND_CANCEL, none_is_there);

  lab_release (&lab);
  lab_tear_down (&lab);
  return 0;
}
