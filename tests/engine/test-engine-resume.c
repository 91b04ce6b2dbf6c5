/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "engine-lab.h"

#define MIB (1024 * 1024)
#define PART (8 * MIB)
#define N_PARTS 4
#define SIZE (3 * PART + 5)

/* Parts 3 and 4 do not get through, so that 1 and 2 are done and the rest is not. */
static const LabFault hold_the_end[] = {
  { .operation = LAB_PART, .part_number = 3, .first = 1, .last = 1000, .action = LAB_HOLD },
  { .operation = LAB_PART, .part_number = 4, .first = 1, .last = 1000, .action = LAB_HOLD },
};

static gboolean
two_done_two_held (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);
  return info != NULL && info->parts_done == 2 && lab_count_held (lab) == 2;
}

static char *
send_half (Lab *lab)
{
  char *path = lab_make_file (lab, "file", SIZE);

  lab_set_faults (lab, hold_the_end, G_N_ELEMENTS (hold_the_end));
  lab_add (lab, path);
  lab_wait_until (lab, two_done_two_held);
  return path;
}

static void
assert_delivered_without_repeats (Lab *lab, const char *path)
{
  while (lab_get_info (lab, 0)->state != HOIST_UPLOAD_DONE)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (lab_count_part (lab, 1), ==, 0);
  g_assert_cmpuint (lab_count_part (lab, 2), ==, 0);
  /* What was never acknowledged may need more than one try. */
  g_assert_cmpuint (lab_count_part (lab, 3), >=, 1);
  g_assert_cmpuint (lab_count_part (lab, 4), >=, 1);
  lab_assert_stored (lab, "file", path);
}

static void
test_pause_and_resume (Lab *lab, gconstpointer data)
{
  g_autofree char *path = send_half (lab);

  lab_command (lab, HOIST_COMMAND_PAUSE);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_PAUSED);
  g_assert_cmpuint (lab_get_info (lab, 0)->sent_bytes, ==, 2 * PART);
  lab_release (lab);
  lab_command (lab, HOIST_COMMAND_RESUME);
  assert_delivered_without_repeats (lab, path);
}

/* The program ends in the middle and starts again: it offers what was left. */
static void
test_restart (Lab *lab, gconstpointer data)
{
  g_autofree char *path = send_half (lab);

  lab_stop_engine (lab);
  lab_release (lab);
  lab_start_engine (lab);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_PAUSED);
  g_assert_true (lab_get_info (lab, 0)->restored);
  g_assert_cmpuint (lab_get_info (lab, 0)->sent_bytes, ==, 2 * PART);
  lab_command (lab, HOIST_COMMAND_RESUME);
  assert_delivered_without_repeats (lab, path);
}

/* What is finished stays known. */
static void
test_history (Lab *lab, gconstpointer data)
{
  g_autofree char *path = lab_make_file (lab, "file", 1000);
  g_autofree char *location = NULL;

  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  location = g_strdup (lab_get_info (lab, 0)->location);
  lab_stop_engine (lab);
  lab_start_engine (lab);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpstr (lab_get_info (lab, 0)->location, ==, location);
  g_assert_false (lab_get_info (lab, 0)->restored);
}

static gboolean
has_failed (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);
  return info != NULL && info->state == HOIST_UPLOAD_FAILED;
}

static gboolean
is_cancelling (Lab *lab)
{
  return lab_get_info (lab, 0)->state == HOIST_UPLOAD_CANCELLING;
}

static gboolean
second_has_failed (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 1);
  return info != NULL && info->state == HOIST_UPLOAD_FAILED;
}

static gboolean
one_is_held (Lab *lab)
{
  return lab_count_held (lab) == 1;
}

static gboolean
release_later_cb (gpointer lab)
{
  lab_release (lab);
  return G_SOURCE_REMOVE;
}

static gboolean
is_empty (Lab *lab)
{
  return lab_count_uploads (lab) == 0;
}

static gboolean
folder_is_empty (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  return dir == NULL || g_dir_read_name (dir) == NULL;
}

/* Cancel ends it here and clears what was sent there. */
static void
test_cancel (Lab *lab, gconstpointer data)
{
  g_autofree char *path = send_half (lab);
  g_autofree char *uploads = g_build_filename (lab->folder, "backend", ".hoist", "uploads", NULL);

  g_assert_false (folder_is_empty (uploads));
  lab_command (lab, HOIST_COMMAND_CANCEL);
  lab_release (lab);
  lab_wait_until (lab, is_empty);
  g_assert_cmpuint (lab_count (lab, LAB_ABORT), >=, 1);
  g_assert_true (folder_is_empty (uploads));
  g_assert_false (lab_is_stored (lab, "file"));
}

/* A cancel that did not reach the server before the program ended is done at
 * the next start. */
static void
test_cancel_survives_restart (Lab *lab, gconstpointer data)
{
  static const LabFault unreachable = {
    .operation = LAB_ABORT, .first = 1, .last = 1000, .action = LAB_DROP
  };
  g_autofree char *path = send_half (lab);
  g_autofree char *uploads = g_build_filename (lab->folder, "backend", ".hoist", "uploads", NULL);

  lab_release (lab);
  lab_set_faults (lab, &unreachable, 1);
  lab_command (lab, HOIST_COMMAND_CANCEL);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_CANCELLING);
  lab_stop_engine (lab);
  g_assert_false (folder_is_empty (uploads));
  lab_set_faults (lab, NULL, 0);
  lab_start_engine (lab);
  lab_wait_until (lab, is_empty);
  g_assert_true (folder_is_empty (uploads));
}

static void
test_undo_cancel (Lab *lab, gconstpointer data)
{
  g_autofree char *path = NULL;

  lab_stop_engine (lab);
  lab->config.undo_us = 3600 * (gint64) G_USEC_PER_SEC;
  lab_start_engine (lab);
  path = send_half (lab);
  lab_command (lab, HOIST_COMMAND_CANCEL);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_CANCELLING);
  lab_release (lab);
  lab_command (lab, HOIST_COMMAND_UNDO_CANCEL);
  assert_delivered_without_repeats (lab, path);
  g_assert_cmpuint (lab_count (lab, LAB_ABORT), ==, 0);
}

/* Undo gives back what was there, a failure with its reason. */
static void
test_undo_cancel_of_failed (Lab *lab, gconstpointer data)
{
  static const LabFault refuse = { .operation = LAB_INITIATE,
                                   .first = 1,
                                   .last = 1000,
                                   .action = LAB_ANSWER,
                                   .status = 403,
                                   .content_type = "application/json",
                                   .body = "{\"error\":{\"code\":\"forbidden\","
                                           "\"message\":\"scripted\"}}" };
  g_autofree char *path = lab_make_file (lab, "file", SIZE);

  lab_stop_engine (lab);
  lab->config.undo_us = 3600 * (gint64) G_USEC_PER_SEC;
  lab_start_engine (lab);
  lab_set_faults (lab, &refuse, 1);
  lab_add (lab, path);
  lab_wait_until (lab, has_failed);
  lab_command (lab, HOIST_COMMAND_CANCEL);
  lab_wait_until (lab, is_cancelling);
  lab_command (lab, HOIST_COMMAND_UNDO_CANCEL);
  lab_wait_until (lab, has_failed);
  g_assert_cmpint (lab_get_info (lab, 0)->error_code, ==, HOIST_ERROR_FORBIDDEN);
  g_assert_nonnull (lab_get_info (lab, 0)->error_message);
}

/* What needs no server is cleared from the list without one. */
static void
test_forget_without_destination (Lab *lab, gconstpointer data)
{
  g_autofree char *path = lab_make_file (lab, "file", SIZE);
  g_autofree char *small = lab_make_file (lab, "small", 1000);

  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  hoist_engine_remove_destination (lab->engine, "lab");
  lab_add (lab, small);
  lab_wait_until (lab, second_has_failed);
  lab_command (lab, HOIST_COMMAND_FORGET);
  lab_wait_until (lab, is_empty);
}

/* Finished on the server, and nobody heard it: the parts are not sent again. */
static void
test_completion_unheard (Lab *lab, gconstpointer data)
{
  static const LabFault unreachable = {
    .operation = LAB_COMPLETE, .first = 1, .last = 1000, .action = LAB_HOLD
  };
  static const LabFault gone = { .operation = LAB_STATUS,
                                 .first = 1,
                                 .last = 1,
                                 .action = LAB_ANSWER,
                                 .status = 404,
                                 .content_type = "application/json",
                                 .body = "{\"error\":{\"code\":\"upload_gone\","
                                         "\"message\":\"scripted\"}}" };
  g_autofree char *path = lab_make_file (lab, "file", SIZE);

  lab_set_faults (lab, &unreachable, 1);
  lab_add (lab, path);
  lab_wait_until (lab, one_is_held);
  lab_stop_engine (lab);
  lab_release (lab);
  lab_set_faults (lab, &gone, 1);
  lab_start_engine (lab);
  lab_command (lab, HOIST_COMMAND_RESUME);
  while (lab_get_info (lab, 0)->state != HOIST_UPLOAD_DONE)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (lab_count (lab, LAB_PART), ==, 0);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 0);
  lab_assert_stored (lab, "file", path);
}

/* The program ends while the server begins an upload: its answer is waited for,
 * so that nothing lies there that nobody remembers. */
static void
test_stop_while_beginning (Lab *lab, gconstpointer data)
{
  static const LabFault hold = {
    .operation = LAB_INITIATE, .first = 1, .last = 1, .action = LAB_HOLD
  };
  g_autofree char *path = lab_make_file (lab, "file", SIZE);
  g_autofree char *uploads = g_build_filename (lab->folder, "backend", ".hoist", "uploads", NULL);

  lab_set_faults (lab, &hold, 1);
  lab_add (lab, path);
  lab_wait_until (lab, one_is_held);
  g_timeout_add (50, release_later_cb, lab);
  lab_stop_engine (lab);
  lab_start_engine (lab);
  lab_command (lab, HOIST_COMMAND_RESUME);
  while (lab_get_info (lab, 0)->state != HOIST_UPLOAD_DONE)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (folder_is_empty (uploads));
}

static void
poke (const char *path, goffset offset)
{
  int fd = open (path, O_WRONLY);

  g_assert_cmpint (pwrite (fd, "changed", 7, offset), ==, 7);
  close (fd);
}

/* A part that was sent is another now: never a mixed object. */
static void
test_changed_file (Lab *lab, gconstpointer data)
{
  g_autofree char *path = send_half (lab);

  lab_command (lab, HOIST_COMMAND_PAUSE);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_PAUSED);
  poke (path, PART + 77);
  lab_release (lab);
  lab_command (lab, HOIST_COMMAND_RESUME);
  lab_wait_until (lab, has_failed);
  g_assert_cmpint (lab_get_info (lab, 0)->error_code, ==, HOIST_ERROR_FILE_CHANGED);
  g_assert_false (lab_is_stored (lab, "file"));

  lab_command (lab, HOIST_COMMAND_RETRY);
  while (lab_get_info (lab, 0)->state != HOIST_UPLOAD_DONE)
    g_main_context_iteration (NULL, TRUE);
  lab_assert_stored (lab, "file", path);
}

/* It changes while it travels: what arrives is one version of it, whole. */
static void
test_changes_under_way (Lab *lab, gconstpointer data)
{
  g_autofree char *path = send_half (lab);

  poke (path, 2 * PART + 99);
  lab_release (lab);
  while (lab_get_info (lab, 0)->state != HOIST_UPLOAD_DONE)
    g_main_context_iteration (NULL, TRUE);
  lab_assert_stored (lab, "file", path);
}

static void
test_shrinks_under_way (Lab *lab, gconstpointer data)
{
  g_autofree char *path = send_half (lab);

  g_assert_cmpint (truncate (path, 2 * PART + 10), ==, 0);
  lab_release (lab);
  lab_wait_until (lab, has_failed);
  g_assert_cmpint (lab_get_info (lab, 0)->error_code, ==, HOIST_ERROR_FILE_CHANGED);
  g_assert_false (lab_is_stored (lab, "file"));
}

typedef struct
{
  gboolean done;
  GError *error;
} Relocation;

static void
relocated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Relocation *relocation = user_data;

  hoist_uploader_relocate_finish (HOIST_UPLOADER (source), result, &relocation->error);
  relocation->done = TRUE;
}

static GError *
relocate (Lab *lab, const char *path)
{
  Relocation relocation = { 0 };

  hoist_uploader_relocate_async (HOIST_UPLOADER (lab->engine), lab_get_info (lab, 0)->id, path,
                                 NULL, relocated_cb, &relocation);
  while (!relocation.done)
    g_main_context_iteration (NULL, TRUE);
  return relocation.error;
}

/* The file was moved to another folder: another one is refused, the right one goes on. */
static void
test_moved_file (Lab *lab, gconstpointer data)
{
  g_autofree char *path = send_half (lab);
  g_autofree char *moved = g_build_filename (lab->folder, "moved", NULL);
  g_autofree char *other = lab_make_file (lab, "other", SIZE);
  g_autoptr (GError) error = NULL;

  lab_command (lab, HOIST_COMMAND_PAUSE);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_PAUSED);
  g_assert_cmpint (g_rename (path, moved), ==, 0);
  lab_release (lab);
  lab_command (lab, HOIST_COMMAND_RESUME);
  lab_wait_until (lab, has_failed);
  g_assert_cmpint (lab_get_info (lab, 0)->error_code, ==, HOIST_ERROR_FILE_MISSING);

  error = relocate (lab, other);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED);
  g_assert_no_error (relocate (lab, moved));
  assert_delivered_without_repeats (lab, moved);
}

/* The storage lost parts that we know as done: they are sent again. */
static void
test_server_lost_upload (Lab *lab, gconstpointer data)
{
  static const LabFault forgotten = { .operation = LAB_STATUS,
                                      .first = 1,
                                      .last = 1,
                                      .action = LAB_ANSWER,
                                      .status = 404,
                                      .content_type = "application/json",
                                      .body = "{\"error\":{\"code\":\"upload_gone\","
                                              "\"message\":\"scripted\"}}" };
  g_autofree char *path = send_half (lab);

  lab_command (lab, HOIST_COMMAND_PAUSE);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_PAUSED);
  lab_release (lab);
  lab_set_faults (lab, &forgotten, 1);
  lab_command (lab, HOIST_COMMAND_RESUME);
  while (lab_get_info (lab, 0)->state != HOIST_UPLOAD_DONE)
    g_main_context_iteration (NULL, TRUE);
  for (guint number = 1; number <= N_PARTS; number++)
    g_assert_cmpuint (lab_count_part (lab, number), ==, 1);
  lab_assert_stored (lab, "file", path);
}

/* The second one finds the journal taken. */
static void
test_one_engine_a_journal (Lab *lab, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HoistJournalReport report = { 0 };

  g_assert_null (hoist_journal_open (lab->config.state_folder, &report, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_BUSY);
}

/* URLs that live shorter than it takes to be careful with them are used all the same. */
static void
test_short_urls (Lab *lab, gconstpointer data)
{
  g_autofree char *path = NULL;

  lab_tear_down (lab);
  *lab = (Lab){ .url_lifetime_s = 2 };
  lab_set_up (lab);
  path = lab_make_file (lab, "file", SIZE);
  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count (lab, LAB_SIGN), <=, 8 * N_PARTS);
}

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

#define ADD(name, func) g_test_add ("/engine/" name, Lab, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("pause-and-resume", test_pause_and_resume);
  ADD ("restart", test_restart);
  ADD ("history", test_history);
  ADD ("cancel", test_cancel);
  ADD ("cancel-survives-restart", test_cancel_survives_restart);
  ADD ("undo-cancel", test_undo_cancel);
  ADD ("undo-cancel-of-failed", test_undo_cancel_of_failed);
  ADD ("forget-without-destination", test_forget_without_destination);
  ADD ("completion-unheard", test_completion_unheard);
  ADD ("stop-while-beginning", test_stop_while_beginning);
  ADD ("short-urls", test_short_urls);
  ADD ("changed-file", test_changed_file);
  ADD ("changes-under-way", test_changes_under_way);
  ADD ("shrinks-under-way", test_shrinks_under_way);
  ADD ("moved-file", test_moved_file);
  ADD ("server-lost-upload", test_server_lost_upload);
  ADD ("one-engine-a-journal", test_one_engine_a_journal);
  return g_test_run ();
}
