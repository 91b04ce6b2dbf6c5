/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <unistd.h>

#include "engine-lab.h"

#define MIB (1024 * 1024)

typedef struct
{
  const char *name;
  gsize size_bytes;
  guint puts;
  guint parts;
} SizeCase;

/* A single PUT below 1 MiB (the lab's threshold), else parts of 8 MiB. */
static const SizeCase sizes[] = {
  { "empty", 0, 1, 0 },
  { "one-byte", 1, 1, 0 },
  { "below-threshold", MIB - 1, 1, 0 },
  { "threshold", MIB, 0, 1 },
  { "exactly-two-parts", 16 * MIB, 0, 2 },
  { "two-parts-and-a-byte", 16 * MIB + 1, 0, 3 },
};

static void
test_sizes (Lab *lab, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const SizeCase *c = &sizes[i];
      g_autofree char *path = lab_make_file (lab, c->name, c->size_bytes);
      const HoistUploadInfo *info;

      g_test_message ("%s", c->name);
      lab_reset_counts (lab);
      lab_add (lab, path);
      lab_wait_for_state (lab, i, HOIST_UPLOAD_DONE);
      info = lab_get_info (lab, i);
      g_assert_cmpuint (info->sent_bytes, ==, c->size_bytes);
      g_assert_cmpuint (info->size_bytes, ==, c->size_bytes);
      g_assert_nonnull (info->location);
      g_assert_nonnull (info->checksum);
      g_assert_cmpuint (lab_count (lab, LAB_PUT), ==, c->puts);
      g_assert_cmpuint (lab_count (lab, LAB_PART), ==, c->parts);
      lab_assert_stored (lab, c->name, path);
    }
}

static gboolean
all_done (Lab *lab)
{
  const HoistUploadTotals *totals =
    hoist_upload_list_get_totals (hoist_uploader_get_list (HOIST_UPLOADER (lab->engine)));
  return lab_count_uploads (lab) > 0 && totals->n_done == lab_count_uploads (lab);
}

static gboolean
nothing_pending (Lab *lab)
{
  HoistUploadList *list = hoist_uploader_get_list (HOIST_UPLOADER (lab->engine));
  const HoistBatchInfo *batch = hoist_upload_list_get_batch (list, 1);

  return batch != NULL && batch->complete && lab_count_uploads (lab) == batch->n_files &&
         hoist_upload_list_get_totals (list)->n_pending == 0;
}

/* Names keep their folders and their letters. */
static void
test_folder (Lab *lab, gconstpointer data)
{
  static const char *const names[] = { "set/a.txt", "set/day 1/ü & # %.txt", "set/day 1/日本.bin" };
  g_autofree char *folder = g_build_filename (lab->files, "set", NULL);
  g_autofree char *paths[G_N_ELEMENTS (names)];

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    paths[i] = lab_make_file (lab, names[i], 1000 + i);
  lab_add (lab, folder);
  lab_wait_until (lab, nothing_pending);
  g_assert_true (all_done (lab));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      lab_assert_stored (lab, names[i], paths[i]);
      g_free (g_steal_pointer (&paths[i]));
    }
}

#define N_SMALL 20

static gboolean
all_starting (Lab *lab)
{
  for (guint i = 0; i < N_SMALL; i++)
    {
      const HoistUploadInfo *info = lab_get_info (lab, i);
      if (info == NULL || info->state != HOIST_UPLOAD_STARTING)
        return FALSE;
    }
  return TRUE;
}

/* Small files that become ready while a begin call is under way share the next
 * one, and none needs a completing one. */
static void
test_small_files_share_calls (Lab *lab, gconstpointer data)
{
  static const LabFault hold_the_first = {
    .operation = LAB_INITIATE, .first = 1, .last = 1, .action = LAB_HOLD
  };
  g_autofree char *folder = g_build_filename (lab->files, "many", NULL);

  for (guint i = 0; i < N_SMALL; i++)
    {
      g_autofree char *name = g_strdup_printf ("many/%03u", i);
      g_autofree char *path = lab_make_file (lab, name, 100 + i);
    }
  lab_set_faults (lab, &hold_the_first, 1);
  lab_add (lab, folder);
  lab_wait_until (lab, all_starting);
  lab_release (lab);
  lab_wait_until (lab, nothing_pending);
  g_assert_true (all_done (lab));
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), <=, 1);
  g_assert_cmpuint (lab_count (lab, LAB_PUT), ==, N_SMALL);
  g_assert_cmpuint (lab_count (lab, LAB_SIGN), ==, 0);
  g_assert_cmpuint (lab_count (lab, LAB_COMPLETE), ==, 0);
}

#define N_MANY 300
#define N_SLOTS 4

/* However many there are: one request each, a part of one to begin it, and one connection for
 * each that travels. */
static void
test_small_files_share_connections (Lab *lab, gconstpointer data)
{
  const HoistLimits limits = { .parts_in_flight = N_SLOTS, .fixed_parts = TRUE };
  g_autofree char *folder = g_build_filename (lab->files, "many", NULL);
  guint n_begun;

  hoist_uploader_set_limits (HOIST_UPLOADER (lab->engine), &limits);
  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("many/%04u", i);
      g_autofree char *path = lab_make_file (lab, name, 100);
    }
  lab_add (lab, folder);
  lab_wait_until (lab, nothing_pending);
  g_assert_true (all_done (lab));
  n_begun = lab_count (lab, LAB_INITIATE);
  g_assert_cmpuint (lab_count (lab, LAB_PUT), ==, N_MANY);
  g_assert_cmpuint (n_begun, <=, N_MANY);
  /* The one that asks what the backend can do. */
  g_assert_cmpuint (hoist_fault_proxy_count_requests (lab->proxy), ==, N_MANY + n_begun + 1);
  /* The one that calls the backend. */
  g_assert_cmpuint (hoist_fault_proxy_count_connections (lab->proxy), <=, N_SLOTS + 1);
}

/* What cannot be sent says so; the rest arrives. */
static void
test_one_bad_file (Lab *lab, gconstpointer data)
{
  g_autofree char *good = lab_make_file (lab, "mixed/good", 5000);
  g_autofree char *folder = g_build_filename (lab->files, "mixed", NULL);
  g_autofree char *dangling = g_build_filename (folder, "gone", NULL);
  const HoistUploadTotals *totals;

  g_assert_cmpint (symlink ("nowhere", dangling), ==, 0);
  lab_add (lab, folder);
  lab_wait_until (lab, nothing_pending);
  totals = hoist_upload_list_get_totals (hoist_uploader_get_list (HOIST_UPLOADER (lab->engine)));
  g_assert_cmpuint (totals->n_done, ==, 1);
  g_assert_cmpuint (totals->n_failed, ==, 1);
  lab_assert_stored (lab, "mixed/good", good);

  /* Once it is there, Retry delivers it. */
  g_assert_cmpint (g_unlink (dangling), ==, 0);
  g_free (lab_make_file (lab, "mixed/gone", 10));
  lab_command (lab, HOIST_COMMAND_RETRY);
  lab_wait_until (lab, all_done);
  lab_assert_stored (lab, "mixed/gone", dangling);
}

static void
test_several_at_once (Lab *lab, gconstpointer data)
{
  g_autofree char *paths[5] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *name = g_strdup_printf ("large-%u", i);

      paths[i] = lab_make_file (lab, name, 9 * MIB + i);
      lab_add (lab, paths[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *name = g_path_get_basename (paths[i]);

      lab_wait_for_state (lab, i, HOIST_UPLOAD_DONE);
      lab_assert_stored (lab, name, paths[i]);
      g_free (g_steal_pointer (&paths[i]));
    }
}

/* The same file twice is one upload that goes on, and a finished one is sent anew. */
static void
test_added_again (Lab *lab, gconstpointer data)
{
  static const LabFault hold[] = {
    { .operation = LAB_PUT, .first = 1, .last = 1, .action = LAB_HOLD }
  };
  g_autofree char *path = lab_make_file (lab, "twice", 1000);

  lab_set_faults (lab, hold, 1);
  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_SENDING);
  lab_add (lab, path);
  lab_release (lab);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count_uploads (lab), ==, 1);

  lab_add (lab, path);
  lab_wait_for_state (lab, 1, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count_uploads (lab), ==, 2);
}

#define ADD(name, func) g_test_add ("/engine/" name, Lab, NULL, set_up, func, tear_down)

static void
set_up (Lab *lab, gconstpointer data)
{
  lab_set_up (lab);
}

static void
tear_down (Lab *lab, gconstpointer data)
{
  lab_tear_down (lab);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("sizes", test_sizes);
  ADD ("folder", test_folder);
  ADD ("small-files-share-calls", test_small_files_share_calls);
  ADD ("small-files-share-connections", test_small_files_share_connections);
  ADD ("one-bad-file", test_one_bad_file);
  ADD ("several-at-once", test_several_at_once);
  ADD ("added-again", test_added_again);
  return g_test_run ();
}
