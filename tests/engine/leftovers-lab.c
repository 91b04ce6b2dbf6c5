/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "leftovers-lab.h"

#include <glib/gstdio.h>

/* Parts 3 and 4 do not get through, so that 1 and 2 are done and the rest is not. */
static const LabFault hold_the_end[] = {
  { .operation = LAB_PART, .part_number = 3, .first = 1, .last = 1000, .action = LAB_HOLD },
  { .operation = LAB_PART, .part_number = 4, .first = 1, .last = 1000, .action = LAB_HOLD },
};

void
leftovers_got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

GAsyncResult *
leftovers_wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

gboolean
leftovers_two_done_two_held (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);
  return info != NULL && info->parts_done == 2 && lab_count_held (lab) == 2;
}

gboolean
leftovers_is_empty (Lab *lab)
{
  return lab_count_uploads (lab) == 0;
}

gboolean
leftovers_has_failed (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);
  return info != NULL && info->state == HOIST_UPLOAD_FAILED;
}

static void
remove_state (Lab *lab)
{
  g_autoptr (GDir) dir = g_dir_open (lab->config.state_folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (lab->config.state_folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
}

/* As on another machine, or after a new installation: the server is as it was. */
void
leftovers_lose_the_journal (Lab *lab)
{
  lab_stop_engine (lab);
  remove_state (lab);
  lab_release (lab);
  lab_start_engine (lab);
}

/* Half of a file is sent, and nobody here knows of it any more. */
char *
leftovers_leave_half (Lab *lab)
{
  char *path = lab_make_file (lab, "file", SIZE);

  lab_set_faults (lab, hold_the_end, G_N_ELEMENTS (hold_the_end));
  lab_add (lab, path);
  lab_wait_until (lab, leftovers_two_done_two_held);
  leftovers_lose_the_journal (lab);
  return path;
}

HoistUnfinishedPage *
leftovers_list_unfinished (Lab *lab, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_uploader_list_unfinished_async (HOIST_UPLOADER (lab->engine), "lab", NULL, TRUE, NULL,
                                        leftovers_got_cb, &result);
  return hoist_uploader_list_unfinished_finish (HOIST_UPLOADER (lab->engine),
                                                leftovers_wait_for (&result), error);
}

void
leftovers_assert_n_unfinished (Lab *lab, guint expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistUnfinishedPage) page = leftovers_list_unfinished (lab, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (page->uploads->len, ==, expected);
  g_assert_null (page->next);
}

void
leftovers_assert_only_the_end_travels (Lab *lab, const char *path)
{
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 0);
  g_assert_cmpuint (lab_count_part (lab, 1), ==, 0);
  g_assert_cmpuint (lab_count_part (lab, 2), ==, 0);
  g_assert_cmpuint (lab_count_part (lab, 3), ==, 1);
  g_assert_cmpuint (lab_count_part (lab, 4), ==, 1);
  lab_assert_stored (lab, "file", path);
  leftovers_assert_n_unfinished (lab, 0);
}

/* Sends half of a file and stays there, until lab_release(). */
void
leftovers_send_half (Lab *lab, const char *path)
{
  lab_set_faults (lab, hold_the_end, G_N_ELEMENTS (hold_the_end));
  lab_add (lab, path);
  lab_wait_until (lab, leftovers_two_done_two_held);
}
