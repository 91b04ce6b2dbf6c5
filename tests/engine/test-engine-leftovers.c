/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What other runs left on the server is listed and cleared, and what is cancelled
 * is cleared until nothing of it is left. */

#include <string.h>

#include "leftovers-lab.h"

/* --- The list --------------------------------------------------------------------------------- */

static void
test_list (Lab *lab, gconstpointer data)
{
  g_autofree char *path = leftovers_leave_half (lab);
  g_autofree char *mine = lab_make_file (lab, "mine", SIZE);
  g_autoptr (HoistUnfinishedPage) page = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now_us = g_get_real_time ();
  HoistUnfinished *upload;

  /* One that is under way here is no leftover. */
  leftovers_send_half (lab, mine);
  page = leftovers_list_unfinished (lab, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (page->uploads->len, ==, 1);
  upload = page->uploads->pdata[0];
  g_assert_cmpstr (upload->path, ==, "file");
  g_assert_true (upload->has_size);
  g_assert_cmpuint (upload->size_bytes, ==, 2 * PART);
  g_assert_cmpuint (upload->n_parts, ==, 2);
  g_assert_cmpuint (upload->part_bytes, ==, PART);
  g_assert_cmpint (hoist_unfinished_get_last_us (upload), >, now_us - 100 * G_USEC_PER_SEC);
  g_assert_cmpint (hoist_unfinished_get_last_us (upload), <, now_us + 100 * G_USEC_PER_SEC);
  lab_release (lab);
}

static void
test_list_nowhere (Lab *lab, gconstpointer data)
{
  g_autoptr (HoistUnfinishedPage) page = NULL;
  g_autoptr (GError) error = NULL;

  hoist_engine_remove_destination (lab->engine, "lab");
  page = leftovers_list_unfinished (lab, &error);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_assert_null (page);
}

/* --- Clear ------------------------------------------------------------------------------------ */

static GArray *
clear_all (Lab *lab)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistUnfinishedPage) page = leftovers_list_unfinished (lab, &error);
  g_autoptr (GAsyncResult) result = NULL;
  GArray *ids;

  g_assert_no_error (error);
  hoist_uploader_clear_unfinished_async (HOIST_UPLOADER (lab->engine), "lab", page->uploads, NULL,
                                         leftovers_got_cb, &result);
  ids = hoist_uploader_clear_unfinished_finish (HOIST_UPLOADER (lab->engine),
                                                leftovers_wait_for (&result), &error);
  g_assert_no_error (error);
  return ids;
}

/* What is cleared may come into the list and leave it in one change set. */
static gboolean
is_cleared (Lab *lab)
{
  return lab_count (lab, LAB_ABORT) > 0 && leftovers_is_empty (lab);
}

static void
test_clear (Lab *lab, gconstpointer data)
{
  g_autofree char *path = leftovers_leave_half (lab);
  g_autoptr (GArray) ids = clear_all (lab);

  g_assert_cmpuint (ids->len, ==, 1);
  lab_wait_until (lab, is_cleared);
  leftovers_assert_n_unfinished (lab, 0);
}

static gboolean
was_asked_often (Lab *lab)
{
  return lab_count (lab, LAB_ABORT) >= 4;
}

#define STILL_THERE "{\"aborted\":true,\"remaining\":2}"

/* Parts that were in flight come in late: asked again until the server lists none. */
static void
test_clear_until_empty (Lab *lab, gconstpointer data)
{
  g_autofree char *path = leftovers_leave_half (lab);
  const LabFault late = { .operation = LAB_ABORT,
                          .first = 1,
                          .last = 3,
                          .action = LAB_ANSWER,
                          .status = 200,
                          .content_type = "application/json",
                          .body = STILL_THERE };
  g_autoptr (GArray) ids = NULL;

  lab_set_faults (lab, &late, 1);
  ids = clear_all (lab);
  lab_wait_until (lab, was_asked_often);
  lab_wait_until (lab, leftovers_is_empty);
  g_assert_cmpuint (lab_count (lab, LAB_ABORT), ==, 4);
  leftovers_assert_n_unfinished (lab, 0);
}

/* Parts travel while it is cancelled: they may still arrive after the abort, so it is looked at
 * once more when they cannot any more. */
static void
test_cancel_in_flight (Lab *lab, gconstpointer data)
{
  g_autofree char *path = lab_make_file (lab, "file", SIZE);

  leftovers_send_half (lab, path);
  lab_command (lab, HOIST_COMMAND_CANCEL);
  lab_wait_until (lab, leftovers_is_empty);
  g_assert_cmpuint (lab_count (lab, LAB_ABORT), ==, 2);
  lab_release (lab);
  leftovers_assert_n_unfinished (lab, 0);
}

/* One of which nothing travels is aborted once. */
static void
test_cancel_at_rest (Lab *lab, gconstpointer data)
{
  g_autofree char *path = lab_make_file (lab, "file", SIZE);

  leftovers_send_half (lab, path);
  lab_command (lab, HOIST_COMMAND_PAUSE);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_PAUSED);
  lab_release (lab);
  lab_command (lab, HOIST_COMMAND_CANCEL);
  lab_wait_until (lab, leftovers_is_empty);
  g_assert_cmpuint (lab_count (lab, LAB_ABORT), ==, 1);
}

static gboolean
cannot_be_cleared (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);
  return info != NULL && info->state == HOIST_UPLOAD_CANCELLING && info->error_code >= 0;
}

/* Offline: what was said is kept, over restarts, until it can be done. */
static void
test_clear_offline (Lab *lab, gconstpointer data)
{
  g_autofree char *path = leftovers_leave_half (lab);
  const LabFault offline = { .operation = LAB_ABORT, .first = 1, .last = 1000, .action = LAB_DROP };
  g_autoptr (GArray) ids = NULL;

  lab_set_faults (lab, &offline, 1);
  ids = clear_all (lab);
  for (guint run = 0; run < 3; run++)
    {
      lab_wait_until (lab, cannot_be_cleared);
      g_assert_cmpuint (lab_get_info (lab, 0)->id, ==, g_array_index (ids, guint64, 0));
      lab_stop_engine (lab);
      lab_start_engine (lab);
    }
  lab_release (lab);
  lab_wait_until (lab, leftovers_is_empty);
  leftovers_assert_n_unfinished (lab, 0);
}

static void
set_destination (Lab *lab)
{
  g_autoptr (HoistProviderConfig) config = hoist_provider_config_new ("hoist-api", lab->url);

  config->token = g_strdup (lab->token);
  hoist_engine_set_destination (lab->engine, "lab", config);
}

/* Its destination is removed: it says so, over restarts, and is cleared when that is back. */
static void
cancel_without_destination (Lab *lab)
{
  g_autofree char *path = lab_make_file (lab, "file", SIZE);

  leftovers_send_half (lab, path);
  hoist_engine_remove_destination (lab->engine, "lab");
  lab_wait_until (lab, leftovers_has_failed);
  lab_command (lab, HOIST_COMMAND_CANCEL);
  lab_wait_until (lab, cannot_be_cleared);
  g_assert_nonnull (strstr (lab_get_info (lab, 0)->error_message, "lab"));
  lab_stop_engine (lab);
  lab_release (lab);
  lab_start_engine (lab);
  hoist_engine_remove_destination (lab->engine, "lab");
}

static void
test_destination_comes_back (Lab *lab, gconstpointer data)
{
  cancel_without_destination (lab);
  set_destination (lab);
  lab_wait_until (lab, leftovers_is_empty);
  leftovers_assert_n_unfinished (lab, 0);
}

static void
test_abandon (Lab *lab, gconstpointer data)
{
  const LabFault offline = { .operation = LAB_ABORT, .first = 1, .last = 1000, .action = LAB_DROP };
  g_autofree char *path = leftovers_leave_half (lab);
  g_autoptr (GArray) ids = NULL;

  lab_set_faults (lab, &offline, 1);
  ids = clear_all (lab);
  lab_wait_until (lab, cannot_be_cleared);
  hoist_engine_remove_destination (lab->engine, "lab");
  lab_command (lab, HOIST_COMMAND_ABANDON);
  lab_wait_until (lab, leftovers_is_empty);
  /* For good: the next start does not know it either; and the server still has it. */
  lab_stop_engine (lab);
  lab_release (lab);
  lab_start_engine (lab);
  g_assert_true (leftovers_is_empty (lab));
  leftovers_assert_n_unfinished (lab, 1);
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

#define ADD(path, func) g_test_add ("/leftovers/" path, Lab, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("list", test_list);
  ADD ("list-nowhere", test_list_nowhere);
  ADD ("clear", test_clear);
  ADD ("clear-until-empty", test_clear_until_empty);
  ADD ("cancel-in-flight", test_cancel_in_flight);
  ADD ("cancel-at-rest", test_cancel_at_rest);
  ADD ("clear-offline", test_clear_offline);
  ADD ("destination-comes-back", test_destination_comes_back);
  ADD ("abandon", test_abandon);
  return g_test_run ();
}
