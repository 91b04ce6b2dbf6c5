/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A scheduler alone, in the test's own thread, with its journal: what it writes, and when, for
 * as many files as a folder can have. No destination is known, so that nothing is sent. */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "hoist-net-types.h"
#include "hoist-scheduler.h"
#include "journal-fixture.h"
#include "remove-tree.h"

typedef struct
{
  char *files;     /* where tests make files */
  char *state;     /* the journal's folder */
  GPtrArray *more; /* (element-type filename) folders of copies of it */
  HoistMounts *mounts;
  HoistJournal *journal;
  HoistScheduler *scheduler;
  HoistUploadList *list;
} Fixture;

/* --- A disk that syncs when it is told to ------------------------------------------------------- */

static GMutex disk_lock;
static GCond disk_cond;
static gboolean disk_is_held;
static guint n_allowed;
static guint n_syncs;

static int
count_sync (int fd)
{
  g_mutex_lock (&disk_lock);
  while (disk_is_held && n_allowed == 0)
    g_cond_wait (&disk_cond, &disk_lock);
  n_allowed -= n_allowed > 0;
  n_syncs++;
  g_mutex_unlock (&disk_lock);
  return 0;
}

static const HoistJournalIo counting_io = { pwrite, count_sync };

static void
hold_disk (gboolean held)
{
  g_mutex_lock (&disk_lock);
  disk_is_held = held;
  n_allowed = 0;
  g_cond_signal (&disk_cond);
  g_mutex_unlock (&disk_lock);
}

static void
allow_sync (void)
{
  g_mutex_lock (&disk_lock);
  n_allowed++;
  g_cond_signal (&disk_cond);
  g_mutex_unlock (&disk_lock);
}

static guint
get_n_syncs (void)
{
  guint n;

  g_mutex_lock (&disk_lock);
  n = n_syncs;
  g_mutex_unlock (&disk_lock);
  return n;
}

/* --- The scheduler ------------------------------------------------------------------------------ */

static void
changed (HoistChangeSet *changes, gpointer user_data)
{
  Fixture *f = user_data;

  hoist_upload_list_apply (f->list, changes);
  hoist_change_set_free (changes);
}

static void
problem (const GError *error, gpointer user_data)
{
  g_assert_no_error (error);
}

static const HoistSchedulerEvents events = { changed, problem };

static void
start (Fixture *f, const char *state)
{
  HoistEngineConfig config;
  g_auto (HoistJournalReport) report = { 0 };
  g_autoptr (GError) error = NULL;

  hoist_engine_config_init (&config);
  config.mounts = f->mounts;
  f->list = hoist_upload_list_new ();
  f->journal = hoist_journal_open_with_io (state, &counting_io, &report, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report.n_damaged, ==, 0);
  f->scheduler = hoist_scheduler_new (&config, f->journal, &events, f);
  hoist_scheduler_feed_flush (f->scheduler);
}

/* Everybody is told at once. */
static void
turn (Fixture *f)
{
  g_main_context_iteration (NULL, TRUE);
  hoist_scheduler_feed_flush (f->scheduler);
}

static void
stop (Fixture *f)
{
  hoist_scheduler_halt (f->scheduler);
  while (!hoist_scheduler_is_idle (f->scheduler))
    g_main_context_iteration (NULL, TRUE);
  g_clear_pointer (&f->scheduler, hoist_scheduler_free);
  g_assert_true (hoist_journal_close (f->journal, NULL));
  g_clear_object (&f->journal);
  g_clear_object (&f->list);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  hoist_net_init_types ();
  f->files = g_dir_make_tmp ("hoist-scheduler-XXXXXX", NULL);
  f->state = fixture_make_folder ();
  f->more = g_ptr_array_new_with_free_func ((GDestroyNotify) fixture_remove_folder);
  f->mounts = hoist_mounts_new_fake ();
  hold_disk (FALSE);
  start (f, f->state);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  stop (f);
  hoist_mounts_unref (f->mounts);
  remove_tree (f->files);
  g_free (f->files);
  g_ptr_array_unref (f->more);
  fixture_remove_folder (f->state);
}

/* (transfer full) a folder with @n empty files, some in folders of their own */
static char *
make_folder (Fixture *f, guint n)
{
  char *folder = g_build_filename (f->files, "photos", NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *parent = g_strdup_printf ("%s/%u", folder, i / 100);
      g_autofree char *path = g_strdup_printf ("%s/%u.jpg", parent, i);

      g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
      g_assert_true (g_file_set_contents_full (path, "", 0, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    }
  return folder;
}

static guint64
add (Fixture *f, const char *path)
{
  const char *paths[] = { path, NULL };

  return hoist_scheduler_add (f->scheduler, paths, "nowhere");
}

static const HoistUploadInfo *
find_folder (Fixture *f)
{
  const HoistUploadInfo *info;

  for (guint i = 0; (info = hoist_upload_list_get_info (f->list, i)) != NULL; i++)
    if (info->is_folder)
      return info;
  return NULL;
}

static guint
count (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->list));
}

static void
command_folder (Fixture *f, HoistCommand command)
{
  guint64 id = find_folder (f)->id;

  hoist_scheduler_command (f->scheduler, command, &id, 1);
}

static void
wait_for_folder (Fixture *f, HoistUploadState state)
{
  while (find_folder (f) == NULL || find_folder (f)->state != state)
    turn (f);
}

static void
wait_until_walked (Fixture *f)
{
  while (find_folder (f) != NULL)
    turn (f);
}

/* All that was said so far is on the disk. */
static void
wait_until_written (Fixture *f)
{
  guint64 sequence = hoist_journal_append (f->journal, hoist_event_removed (G_MAXUINT32));

  while (hoist_journal_get_committed (f->journal) < sequence)
    turn (f);
}

/* What is on the disk at this moment: what a crash leaves. The next start is with that. */
static void
crash (Fixture *f)
{
  g_autoptr (GBytes) bytes =
    fixture_read (f->more->len == 0 ? f->state : f->more->pdata[f->more->len - 1]);
  char *folder = fixture_make_folder ();

  fixture_write (folder, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_ptr_array_add (f->more, folder);
  stop (f);
  start (f, folder);
}

static void
assert_each_once (Fixture *f, guint n)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  const HoistUploadInfo *info;

  for (guint i = 0; (info = hoist_upload_list_get_info (f->list, i)) != NULL; i++)
    {
      g_assert_false (info->is_folder);
      g_assert_true (g_hash_table_add (names, (gpointer) info->name));
    }
  g_assert_cmpuint (g_hash_table_size (names), ==, n);
}

/* --- Walks -------------------------------------------------------------------------------------- */

/* More than the walk finds ahead of what is taken in, so that it is never done by itself. */
#define N_FILES 1500

/* Adds a folder and stops when some of it was found. */
static char *
walk_a_bit (Fixture *f)
{
  char *folder = make_folder (f, N_FILES);

  add (f, folder);
  while (find_folder (f) == NULL)
    turn (f);
  command_folder (f, HOIST_COMMAND_PAUSE);
  wait_for_folder (f, HOIST_UPLOAD_PAUSED);
  wait_until_written (f);
  g_assert_cmpuint (count (f), >, 16);
  g_assert_cmpuint (count (f), <, N_FILES);
  g_assert_cmpuint (find_folder (f)->n_found, ==, count (f) - 1);
  return folder;
}

/* At whatever moment it ends: all of the folder is found, each file once. */
static void
test_crash_while_walking (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = make_folder (f, N_FILES);
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint64 batch = add (f, folder);
  const HoistBatchInfo *info;
  guint n_open = 0;

  do
    {
      GBytes *bytes = fixture_read (f->state);
      GBytes *last = images->len > 0 ? images->pdata[images->len - 1] : NULL;

      if (last == NULL || g_bytes_get_size (last) != g_bytes_get_size (bytes))
        g_ptr_array_add (images, bytes);
      else
        g_bytes_unref (bytes);
      turn (f);
      info = hoist_upload_list_get_batch (f->list, batch);
    }
  while (info == NULL || !info->complete);
  g_assert_cmpuint (info->n_files, ==, N_FILES);
  assert_each_once (f, N_FILES);
  wait_until_written (f);

  for (guint i = 0; i < images->len; i++)
    {
      GBytes *bytes = images->pdata[i];
      char *state = fixture_make_folder ();

      stop (f);
      fixture_write (state, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_ptr_array_add (f->more, state);
      start (f, state);
      /* Nothing of it was on disk yet. */
      if (count (f) == 0)
        continue;
      n_open += find_folder (f) != NULL;
      hoist_scheduler_command (f->scheduler, HOIST_COMMAND_RESUME, NULL, 0);
      wait_until_walked (f);
      assert_each_once (f, N_FILES);
    }
  g_test_message ("%u crashes, %u of them while walking", images->len, n_open);
  g_assert_cmpuint (n_open, >, 0);
}

/* Neither comes back what was taken off the list meanwhile, nor what is there twice. */
static void
test_what_was_removed_stays_away (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = walk_a_bit (f);
  g_autofree char *name = NULL;
  guint64 id = 0;

  for (guint i = 0; id == 0; i++)
    {
      const HoistUploadInfo *info = hoist_upload_list_get_info (f->list, i);

      id = info->is_folder ? 0 : info->id;
      name = g_strdup (info->is_folder ? NULL : info->name);
    }
  hoist_scheduler_command (f->scheduler, HOIST_COMMAND_FORGET, &id, 1);
  while (hoist_upload_list_lookup_info (f->list, id) != NULL)
    turn (f);
  wait_until_written (f);
  crash (f);
  command_folder (f, HOIST_COMMAND_RESUME);
  wait_until_walked (f);
  assert_each_once (f, N_FILES - 1);
  for (guint i = 0; i < N_FILES - 1; i++)
    g_assert_cmpstr (hoist_upload_list_get_info (f->list, i)->name, !=, name);
}

/* A folder that is cancelled is not looked through any more, not after a crash either. */
static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = walk_a_bit (f);
  guint n_found = count (f) - 1;

  command_folder (f, HOIST_COMMAND_CANCEL);
  wait_for_folder (f, HOIST_UPLOAD_CANCELLING);
  command_folder (f, HOIST_COMMAND_UNDO_CANCEL);
  wait_for_folder (f, HOIST_UPLOAD_PAUSED);
  command_folder (f, HOIST_COMMAND_CANCEL);
  command_folder (f, HOIST_COMMAND_ABANDON); /* without the time to undo it */
  wait_until_walked (f);
  wait_until_written (f);
  crash (f);
  assert_each_once (f, n_found);
}

/* The folder is gone when it is to go on, and comes back. */
static void
test_folder_is_gone (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = walk_a_bit (f);
  g_autofree char *away = g_strconcat (folder, "-away", NULL);

  g_assert_cmpint (g_rename (folder, away), ==, 0);
  crash (f);
  command_folder (f, HOIST_COMMAND_RESUME);
  wait_for_folder (f, HOIST_UPLOAD_FAILED);
  g_assert_cmpint (find_folder (f)->error_code, ==, HOIST_ERROR_FILE_MISSING);
  wait_until_written (f);
  crash (f);
  wait_for_folder (f, HOIST_UPLOAD_FAILED);
  g_assert_cmpint (g_rename (away, folder), ==, 0);
  command_folder (f, HOIST_COMMAND_RETRY);
  wait_until_walked (f);
  assert_each_once (f, N_FILES);
}

/* Its drive is not connected: an empty folder is in its place. It goes on when the drive is back. */
static void
test_drive_is_gone (Fixture *f, gconstpointer data)
{
  const char *roots[] = { f->files, NULL };
  const char *none[] = { NULL };
  g_autofree char *away = g_strconcat (f->files, "-away", NULL);
  g_autofree char *folder = NULL;

  hoist_mounts_set_fake (f->mounts, roots);
  folder = walk_a_bit (f);
  g_assert_cmpint (g_rename (f->files, away), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  hoist_mounts_set_fake (f->mounts, none);
  crash (f);
  command_folder (f, HOIST_COMMAND_RESUME);
  wait_for_folder (f, HOIST_UPLOAD_WAITING);
  g_assert_cmpint (find_folder (f)->error_code, ==, HOIST_ERROR_DRIVE_GONE);
  remove_tree (f->files);
  g_assert_cmpint (g_rename (away, f->files), ==, 0);
  hoist_mounts_set_fake (f->mounts, roots);
  wait_until_walked (f);
  assert_each_once (f, N_FILES);
}

/* A file by itself is its own upload from the beginning, and the first has the number 1. */
static void
test_file_alone (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = make_folder (f, 1);
  g_autofree char *path = g_build_filename (folder, "0", "0.jpg", NULL);

  add (f, path);
  while (count (f) == 0)
    turn (f);
  assert_each_once (f, 1);
  g_assert_cmpuint (hoist_upload_list_get_info (f->list, 0)->id, ==, 1);
  wait_until_written (f);
  crash (f);
  assert_each_once (f, 1);
}

/* --- The journal -------------------------------------------------------------------------------- */

/* Whatever can go without the disk, goes; then the disk syncs once. */
static void
remove_all_sync_by_sync (Fixture *f)
{
  while (count (f) > 0)
    {
      guint64 committed = hoist_journal_get_committed (f->journal);

      while (g_main_context_iteration (NULL, FALSE))
        hoist_scheduler_feed_flush (f->scheduler);
      allow_sync ();
      while (hoist_journal_get_committed (f->journal) == committed && count (f) > 0)
        turn (f);
    }
}

/* Many that leave the list at once go in few writes: two for each 256, since the disk may take
 * the first of them before it has the others. */
static void
test_syncs_of_a_mass_cancel (Fixture *f, gconstpointer data)
{
  const guint n_files = 2000; /* too few for the journal to be rewritten */
  g_autofree char *folder = make_folder (f, n_files);
  guint before;

  add (f, folder);
  while (count (f) == 0 || find_folder (f) != NULL)
    turn (f);
  wait_until_written (f);
  before = get_n_syncs ();
  hold_disk (TRUE);
  hoist_scheduler_command (f->scheduler, HOIST_COMMAND_FORGET, NULL, 0);
  remove_all_sync_by_sync (f);
  hold_disk (FALSE);
  g_test_message ("%u uploads in %u syncs", n_files, get_n_syncs () - before);
  g_assert_cmpuint (get_n_syncs () - before, <=, 2 * (n_files / 256) + 6);
}

static guint64
get_inode (Fixture *f)
{
  g_autofree char *path = fixture_get_file (f->state);
  struct stat st;

  g_assert_cmpint (stat (path, &st), ==, 0);
  return st.st_ino;
}

/* A journal that only grows is not rewritten; one that is of no use any more is. */
static void
test_rewrites (Fixture *f, gconstpointer data)
{
  const guint n_files = 7000;
  g_autofree char *folder = make_folder (f, n_files);
  guint64 inode = get_inode (f);
  guint n_rewrites = 0;

  add (f, folder);
  while (count (f) == 0 || find_folder (f) != NULL)
    turn (f);
  wait_until_written (f);
  g_assert_cmpuint (hoist_journal_get_size_bytes (f->journal), >, 1024 * 1024);
  g_assert_cmpuint (get_inode (f), ==, inode);

  hoist_scheduler_command (f->scheduler, HOIST_COMMAND_FORGET, NULL, 0);
  while (count (f) > 0 || hoist_journal_get_size_bytes (f->journal) > 1024 * 1024)
    {
      turn (f);
      n_rewrites += get_inode (f) != inode;
      inode = get_inode (f);
    }
  g_test_message ("rewritten %u times", n_rewrites);
  g_assert_cmpuint (n_rewrites, >=, 1);
  g_assert_cmpuint (n_rewrites, <=, 3);
}

#define ADD(name, func) g_test_add ("/scheduler/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  /* Else other threads would call in the times between two turns of the loop. */
  g_main_context_acquire (NULL);
  ADD ("crash-while-walking", test_crash_while_walking);
  ADD ("what-was-removed-stays-away", test_what_was_removed_stays_away);
  ADD ("cancelled", test_cancelled);
  ADD ("folder-is-gone", test_folder_is_gone);
  ADD ("drive-is-gone", test_drive_is_gone);
  ADD ("file-alone", test_file_alone);
  ADD ("syncs-of-a-mass-cancel", test_syncs_of_a_mass_cancel);
  ADD ("rewrites", test_rewrites);
  return g_test_run ();
}
