/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can happen to a file, at each moment of its upload: what comes of it, what
 * a person can do, and that no object is ever a mixture. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine-lab.h"

#define MIB (1024 * 1024)
#define PART (8 * MIB)
#define SIZE (3 * PART + 5)
#define NOBODY 65534

/* --- The stage -------------------------------------------------------------------------------- */

typedef struct
{
  Lab lab;
  HoistMounts *mounts;
  char *drive;     /* where the file's drive is mounted */
  char *path;      /* of the file, on it */
  char *copy;      /* of the file as it was added, elsewhere */
  char *now;       /* where the file is now */
  char *unplugged; /* where the drive's folder is while it is out */
} Stage;

static void
plug (Stage *stage, gboolean in)
{
  const char *roots[] = { in ? stage->drive : NULL, NULL };

  hoist_mounts_set_fake (stage->mounts, roots);
}

static void
copy_file (const char *from, const char *to)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);
  g_autoptr (GError) error = NULL;

  g_file_copy (source, target, G_FILE_COPY_OVERWRITE | G_FILE_COPY_ALL_METADATA, NULL, NULL, NULL,
               &error);
  g_assert_no_error (error);
}

static void
set_up (Stage *stage)
{
  g_autofree char *made = NULL;

  lab_set_up (&stage->lab);
  lab_stop_engine (&stage->lab);
  stage->mounts = hoist_mounts_new_fake ();
  stage->lab.config.mounts = stage->mounts;
  stage->drive = g_build_filename (stage->lab.folder, "Holiday pictures", NULL);
  stage->unplugged = g_build_filename (stage->lab.folder, "unplugged", NULL);
  stage->path = g_build_filename (stage->drive, "file", NULL);
  stage->copy = g_build_filename (stage->lab.folder, "copy", NULL);
  g_assert_cmpint (g_mkdir (stage->drive, 0700), ==, 0);
  made = lab_make_file (&stage->lab, "made", SIZE);
  copy_file (made, stage->path);
  copy_file (made, stage->copy);
  stage->now = g_strdup (stage->path);
  plug (stage, TRUE);
  lab_start_engine (&stage->lab);
}

static void
tear_down (Stage *stage)
{
  lab_tear_down (&stage->lab);
  hoist_mounts_unref (stage->mounts);
  g_free (stage->drive);
  g_free (stage->unplugged);
  g_free (stage->path);
  g_free (stage->copy);
  g_free (stage->now);
}

/* --- What happens ----------------------------------------------------------------------------- */

static void
write_at (const char *path, goffset offset, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, text, strlen (text), offset), ==, strlen (text));
  close (fd);
}

static void
move_to (Stage *stage, const char *folder, const char *name)
{
  g_free (stage->now);
  stage->now = g_build_filename (folder, name, NULL);
  g_assert_cmpint (g_rename (stage->path, stage->now), ==, 0);
}

static void
rename_it (Stage *stage)
{
  move_to (stage, stage->drive, "renamed");
}

static void
move_it (Stage *stage)
{
  move_to (stage, stage->lab.files, "moved");
}

/* As editors save: another file takes the name. */
static void
replace_it (Stage *stage)
{
  g_autofree char *beside = g_strconcat (stage->path, ".new", NULL);

  copy_file (stage->copy, beside);
  write_at (beside, 77, "another beginning");
  g_assert_cmpint (g_rename (beside, stage->path), ==, 0);
}

static void
replace_by_same (Stage *stage)
{
  g_autofree char *beside = g_strconcat (stage->path, ".new", NULL);

  copy_file (stage->copy, beside);
  g_assert_cmpint (g_rename (beside, stage->path), ==, 0);
}

static void
edit_sent_part (Stage *stage)
{
  write_at (stage->path, 99, "changed");
}

/* The worst: the time of the last write is set back. */
static void
edit_in_secret (Stage *stage)
{
  struct stat st;

  g_assert_cmpint (g_stat (stage->path, &st), ==, 0);
  write_at (stage->path, 99, "changed");
  g_assert_cmpint (
    utimensat (AT_FDCWD, stage->path, (struct timespec[]){ st.st_atim, st.st_mtim }, 0), ==, 0);
}

static void
edit_unsent_part (Stage *stage)
{
  write_at (stage->path, 2 * PART + 99, "changed");
}

static void
touch_it (Stage *stage)
{
  g_assert_cmpint (utimensat (AT_FDCWD, stage->path, NULL, 0), ==, 0);
}

static void
truncate_it (Stage *stage)
{
  g_assert_cmpint (truncate (stage->path, 2 * PART + 10), ==, 0);
}

static void
append_to_it (Stage *stage)
{
  write_at (stage->path, SIZE, "more");
}

static void
delete_it (Stage *stage)
{
  g_assert_cmpint (g_unlink (stage->path), ==, 0);
}

static void
forbid_it (Stage *stage)
{
  g_assert_cmpint (g_chmod (stage->path, 0), ==, 0);
}

/* What is on the drive is not there, as after a physical removal. */
static void
pull_drive (Stage *stage)
{
  g_assert_cmpint (g_rename (stage->drive, stage->unplugged), ==, 0);
  plug (stage, FALSE);
}

/* --- When ------------------------------------------------------------------------------------- */

typedef enum
{
  MOMENT_QUEUED,     /* nothing was asked of the server yet */
  MOMENT_TRAVELLING, /* two parts are there, two travel */
  MOMENT_ALL_SENT,   /* all parts are there, and it is not completed */
  MOMENT_PAUSED,     /* two parts are there */
  MOMENT_RESTART,    /* two parts are there, and the program ended */
  N_MOMENTS
} Moment;

static const char *const moment_names[N_MOMENTS] = {
  "queued", "travelling", "all-sent", "paused", "between-two-runs",
};

static const LabFault hold_root = { .operation = LAB_ROOT,
                                    .first = 1,
                                    .last = 1000,
                                    .action = LAB_HOLD };

static const LabFault hold_the_end[] = {
  { .operation = LAB_PART, .part_number = 3, .first = 1, .last = 1000, .action = LAB_HOLD },
  { .operation = LAB_PART, .part_number = 4, .first = 1, .last = 1000, .action = LAB_HOLD },
};

static const LabFault refuse_to_complete = { .operation = LAB_COMPLETE,
                                             .first = 1,
                                             .last = 1000,
                                             .action = LAB_ANSWER,
                                             .status = 503,
                                             .content_type = "application/json",
                                             .body = "{\"error\":{\"code\":\"unavailable\","
                                                     "\"message\":\"scripted\"}}" };

static gboolean
one_is_held (Lab *lab)
{
  return lab_count_held (lab) == 1 && lab_count_uploads (lab) == 1;
}

static gboolean
two_done_two_held (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);
  return info != NULL && info->parts_done == 2 && lab_count_held (lab) == 2;
}

static gboolean
was_to_be_completed (Lab *lab)
{
  return lab_count (lab, LAB_COMPLETE) > 0;
}

static void
send_until (Stage *stage, Moment moment)
{
  Lab *lab = &stage->lab;

  switch (moment)
    {
    case MOMENT_QUEUED:
      lab_set_faults (lab, &hold_root, 1);
      lab_add (lab, stage->path);
      lab_wait_until (lab, one_is_held);
      break;
    case MOMENT_ALL_SENT:
      lab_set_faults (lab, &refuse_to_complete, 1);
      lab_add (lab, stage->path);
      lab_wait_until (lab, was_to_be_completed);
      lab_command (lab, HOIST_COMMAND_PAUSE);
      lab_wait_for_state (lab, 0, HOIST_UPLOAD_PAUSED);
      break;
    case MOMENT_TRAVELLING:
    case MOMENT_PAUSED:
    case MOMENT_RESTART:
    case N_MOMENTS:
    default:
      lab_set_faults (lab, hold_the_end, G_N_ELEMENTS (hold_the_end));
      lab_add (lab, stage->path);
      lab_wait_until (lab, two_done_two_held);
    }
  if (moment == MOMENT_PAUSED)
    {
      lab_command (lab, HOIST_COMMAND_PAUSE);
      lab_wait_for_state (lab, 0, HOIST_UPLOAD_PAUSED);
    }
  if (moment == MOMENT_RESTART)
    lab_stop_engine (lab);
}

static void
go_on (Stage *stage, Moment moment)
{
  Lab *lab = &stage->lab;

  lab_release (lab);
  if (moment == MOMENT_RESTART)
    lab_start_engine (lab);
  if (moment == MOMENT_ALL_SENT || moment == MOMENT_PAUSED || moment == MOMENT_RESTART)
    lab_command (lab, HOIST_COMMAND_RESUME);
}

/* --- What comes of it ------------------------------------------------------------------------- */

typedef enum
{
  GOES_ON,   /* by itself, with what was sent: the file as it was added */
  SENDS_NEW, /* by itself: the file as it is now, whole */
  CHANGED,   /* asks; Retry sends the file as it is now */
  MISSING,   /* asks; Locate… goes on */
  PUT_BACK,  /* asks; goes on once the file is back */
  FORBIDDEN, /* asks; goes on once it may be read again */
  WAITS,     /* says which drive, and goes on by itself when it is back */
} Outcome;

static gboolean
is_settled (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);

  return info->state == HOIST_UPLOAD_DONE || info->state == HOIST_UPLOAD_FAILED;
}

/* A failure that was answered may still be in the list for a moment. */
static gboolean
is_done (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);

  return info != NULL && info->state == HOIST_UPLOAD_DONE;
}

static gboolean
waits_for_drive (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);

  return info->state == HOIST_UPLOAD_WAITING && info->error_code == HOIST_ERROR_DRIVE_GONE;
}

static void
wait_for_failure (Stage *stage, HoistError code, const char *word)
{
  lab_wait_until (&stage->lab, is_settled);
  g_assert_cmpint (lab_get_info (&stage->lab, 0)->state, ==, HOIST_UPLOAD_FAILED);
  g_assert_cmpint (lab_get_info (&stage->lab, 0)->error_code, ==, (int) code);
  g_assert_nonnull (strstr (lab_get_info (&stage->lab, 0)->error_message, word));
  g_assert_false (lab_is_stored (&stage->lab, "file"));
}

static void
wait_for_delivery (Stage *stage, const char *path)
{
  lab_wait_until (&stage->lab, is_done);
  lab_assert_stored (&stage->lab, "file", path);
}

static void
relocated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  hoist_uploader_relocate_finish (HOIST_UPLOADER (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
locate (Stage *stage)
{
  gboolean done = FALSE;

  hoist_uploader_relocate_async (HOIST_UPLOADER (stage->lab.engine),
                                 lab_get_info (&stage->lab, 0)->id, stage->now, NULL, relocated_cb,
                                 &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

/* Another port, another system: device and inode are others than before. */
static void
put_drive_back (Stage *stage)
{
  g_autofree char *from = g_build_filename (stage->unplugged, "file", NULL);

  g_assert_cmpint (g_mkdir (stage->drive, 0700), ==, 0);
  copy_file (from, stage->path);
  plug (stage, TRUE);
}

static void
conclude (Stage *stage, Outcome outcome)
{
  Lab *lab = &stage->lab;

  switch (outcome)
    {
    case GOES_ON:
      wait_for_delivery (stage, stage->copy);
      break;
    case SENDS_NEW:
      wait_for_delivery (stage, stage->now);
      break;
    case CHANGED:
      wait_for_failure (stage, HOIST_ERROR_FILE_CHANGED, "Retry");
      lab_command (lab, HOIST_COMMAND_RETRY);
      wait_for_delivery (stage, stage->now);
      break;
    case MISSING:
      wait_for_failure (stage, HOIST_ERROR_FILE_MISSING, "locate");
      locate (stage);
      wait_for_delivery (stage, stage->copy);
      break;
    case PUT_BACK:
      wait_for_failure (stage, HOIST_ERROR_FILE_MISSING, "no longer there");
      copy_file (stage->copy, stage->path);
      lab_command (lab, HOIST_COMMAND_RETRY);
      wait_for_delivery (stage, stage->copy);
      break;
    case FORBIDDEN:
      wait_for_failure (stage, HOIST_ERROR_FILE_UNREADABLE, "permission");
      g_assert_cmpint (g_chmod (stage->path, 0600), ==, 0);
      lab_command (lab, HOIST_COMMAND_RETRY);
      wait_for_delivery (stage, stage->copy);
      break;
    case WAITS:
    default:
      lab_wait_until (lab, waits_for_drive);
      g_assert_nonnull (strstr (lab_get_info (lab, 0)->error_message, "“Holiday pictures”"));
      g_assert_cmpint (lab_get_info (lab, 0)->next_try_us, ==, 0);
      put_drive_back (stage);
      wait_for_delivery (stage, stage->copy);
    }
}

/* --- The table -------------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  void (*act) (Stage *stage);
  Outcome outcomes[N_MOMENTS]; /* queued, travelling, all sent, paused, between two runs */
  gboolean keeps_parts;        /* what was sent is not sent again, whatever a person had to do */
} Case;

static const Case cases[] = {
  { "nothing", NULL, { GOES_ON, GOES_ON, GOES_ON, GOES_ON, GOES_ON }, TRUE },
  { "renamed", rename_it, { GOES_ON, GOES_ON, GOES_ON, GOES_ON, GOES_ON }, TRUE },
  { "moved", move_it, { MISSING, GOES_ON, MISSING, MISSING, MISSING }, TRUE },
  { "deleted", delete_it, { PUT_BACK, GOES_ON, PUT_BACK, PUT_BACK, PUT_BACK }, TRUE },
  { "replaced", replace_it, { SENDS_NEW, CHANGED, CHANGED, CHANGED, CHANGED }, FALSE },
  { "replaced-by-same", replace_by_same, { GOES_ON, GOES_ON, GOES_ON, GOES_ON, GOES_ON }, TRUE },
  { "edited-where-sent", edit_sent_part, { SENDS_NEW, CHANGED, CHANGED, CHANGED, CHANGED }, FALSE },
  { "edited-in-secret", edit_in_secret, { SENDS_NEW, CHANGED, CHANGED, CHANGED, CHANGED }, FALSE },
  { "edited-where-not-sent",
    edit_unsent_part,
    { SENDS_NEW, SENDS_NEW, CHANGED, SENDS_NEW, SENDS_NEW },
    FALSE },
  { "touched", touch_it, { GOES_ON, GOES_ON, GOES_ON, GOES_ON, GOES_ON }, TRUE },
  { "truncated", truncate_it, { SENDS_NEW, CHANGED, CHANGED, CHANGED, CHANGED }, FALSE },
  { "grown", append_to_it, { SENDS_NEW, CHANGED, CHANGED, CHANGED, CHANGED }, FALSE },
  { "forbidden", forbid_it, { FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN }, TRUE },
  { "drive-out", pull_drive, { WAITS, WAITS, WAITS, WAITS, WAITS }, TRUE },
};

static void
test_case (gconstpointer data)
{
  const Case *test = data;

  for (int moment = 0; moment < N_MOMENTS; moment++)
    {
      Stage stage = { 0 };

      g_test_message ("%s, %s", test->name, moment_names[moment]);
      set_up (&stage);
      send_until (&stage, (Moment) moment);
      if (test->act != NULL)
        test->act (&stage);
      go_on (&stage, (Moment) moment);
      conclude (&stage, test->outcomes[moment]);
      if (test->keeps_parts && moment != MOMENT_QUEUED)
        {
          g_assert_cmpuint (lab_count_part (&stage.lab, 1), ==, 0);
          g_assert_cmpuint (lab_count_part (&stage.lab, 2), ==, 0);
        }
      tear_down (&stage);
    }
}

/* --- Still being written ---------------------------------------------------------------------- */

static void
set_quiet (Stage *stage, gint64 quiet_us)
{
  lab_stop_engine (&stage->lab);
  stage->lab.config.quiet_us = quiet_us;
  lab_start_engine (&stage->lab);
}

static gboolean
says_it_is_written (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);

  return info->error_message != NULL && strstr (info->error_message, "still being written") != NULL;
}

/* It was being written when it was added, and is written on: it is sent when it
 * is quiet, without a question. */
static void
test_still_written (void)
{
  Stage stage = { 0 };

  set_up (&stage);
  set_quiet (&stage, G_USEC_PER_SEC);
  touch_it (&stage);
  send_until (&stage, MOMENT_TRAVELLING);
  append_to_it (&stage);
  lab_release (&stage.lab);
  while (!says_it_is_written (&stage.lab))
    {
      write_at (stage.path, SIZE, "more and more");
      g_main_context_iteration (NULL, TRUE);
    }
  conclude (&stage, SENDS_NEW);
  tear_down (&stage);
}

static gboolean
was_begun (Lab *lab)
{
  return lab_count_held (lab) == 1 && lab_count_uploads (lab) == 1;
}

/* Its checksum is known and it is not sent yet: what arrives is not what was announced,
 * and would not be however often it is sent. */
static void
test_changed_before_sent (void)
{
  static const LabFault hold = {
    .operation = LAB_INITIATE, .first = 1, .last = 1, .action = LAB_HOLD
  };
  g_autofree char *small = NULL;
  Stage stage = { 0 };

  set_up (&stage);
  small = lab_make_file (&stage.lab, "small", 1000);
  lab_set_faults (&stage.lab, &hold, 1);
  lab_add (&stage.lab, small);
  lab_wait_until (&stage.lab, was_begun);
  write_at (small, 99, "changed");
  lab_release (&stage.lab);
  lab_wait_until (&stage.lab, is_done);
  lab_assert_stored (&stage.lab, "small", small);
  g_assert_cmpuint (lab_count (&stage.lab, LAB_PUT), ==, 2);
  tear_down (&stage);
}

/* The drive goes and comes while other uploads go on. */
static void
test_others_go_on (void)
{
  Stage stage = { 0 };
  g_autofree char *other = NULL;

  set_up (&stage);
  send_until (&stage, MOMENT_TRAVELLING);
  pull_drive (&stage);
  lab_wait_until (&stage.lab, waits_for_drive);
  lab_release (&stage.lab);
  other = lab_make_file (&stage.lab, "other", PART + 1);
  lab_add (&stage.lab, other);
  while (lab_count_uploads (&stage.lab) < 2 ||
         lab_get_info (&stage.lab, 1)->state != HOIST_UPLOAD_DONE)
    g_main_context_iteration (NULL, TRUE);
  lab_assert_stored (&stage.lab, "other", other);
  g_assert_true (waits_for_drive (&stage.lab));

  /* It may also be located elsewhere meanwhile. */
  g_free (stage.now);
  stage.now = g_strdup (stage.copy);
  locate (&stage);
  wait_for_delivery (&stage, stage.copy);
  tear_down (&stage);
}

/* A drive that is back may need a while until it can be read: it is asked less and less often, for
 * 31 times as long as at first, before the file is given up. */
static void
test_unreadable_for_a_while (void)
{
  const gint64 first_us = 20000;
  Stage stage = { 0 };
  gint64 begun_us;

  set_up (&stage);
  set_quiet (&stage, first_us);
  forbid_it (&stage);
  begun_us = g_get_monotonic_time ();
  lab_add (&stage.lab, stage.path);
  lab_wait_for_state (&stage.lab, 0, HOIST_UPLOAD_FAILED);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, 31 * first_us);
  g_assert_cmpint (lab_get_info (&stage.lab, 0)->error_code, ==, HOIST_ERROR_FILE_UNREADABLE);
  tear_down (&stage);
}

int
main (int argc, char *argv[])
{
  /* Nothing is forbidden to root. */
  if (geteuid () == 0)
    g_assert_cmpint (setgid (NOBODY) | setuid (NOBODY), ==, 0);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/files/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/engine/files/still-written", test_still_written);
  g_test_add_func ("/engine/files/unreadable-for-a-while", test_unreadable_for_a_while);
  g_test_add_func ("/engine/files/changed-before-sent", test_changed_before_sent);
  g_test_add_func ("/engine/files/others-go-on", test_others_go_on);
  return g_test_run ();
}
