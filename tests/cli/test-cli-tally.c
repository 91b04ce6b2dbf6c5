/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-cli-tally.h"

static gboolean
hear (HoistCliTally *tally, guint64 id, HoistUploadState state, guint64 sent_bytes)
{
  g_autoptr (HoistUploadInfo) info = hoist_upload_info_new (id);

  info->state = state;
  info->size_bytes = 100;
  info->sent_bytes = sent_bytes;
  info->bytes_per_s = state == HOIST_UPLOAD_SENDING ? 10 : 0;
  info->read_bytes = state == HOIST_UPLOAD_PREPARING ? sent_bytes : 0;
  return hoist_cli_tally_take (tally, info);
}

/* Each thing heard replaces what was heard of that upload before. */
static void
test_sums (void)
{
  g_autoptr (HoistCliTally) tally = hoist_cli_tally_new ();
  HoistCliProgress progress;

  hear (tally, 1, HOIST_UPLOAD_SENDING, 20);
  hear (tally, 2, HOIST_UPLOAD_SENDING, 30);
  hear (tally, 1, HOIST_UPLOAD_SENDING, 90);
  hoist_cli_tally_get_progress (tally, &progress);
  g_assert_cmpuint (progress.n_files, ==, 2);
  g_assert_cmpuint (progress.total_bytes, ==, 200);
  g_assert_cmpuint (progress.sent_bytes, ==, 120);
  g_assert_cmpuint (progress.bytes_per_s, ==, 20);
  g_assert_cmpuint (progress.n_done, ==, 0);
}

static void
test_ends (void)
{
  g_autoptr (HoistCliTally) tally = hoist_cli_tally_new ();
  g_autoptr (GArray) unsettled = NULL;
  HoistCliReport report;

  hoist_cli_tally_expect (tally, 4);
  g_assert_true (hear (tally, 1, HOIST_UPLOAD_DONE, 0));
  g_assert_false (hear (tally, 1, HOIST_UPLOAD_DONE, 0));
  g_assert_true (hear (tally, 2, HOIST_UPLOAD_FAILED, 0));
  g_assert_true (hear (tally, 3, HOIST_UPLOAD_PAUSED, 0));
  g_assert_false (hoist_cli_tally_is_settled (tally));
  unsettled = hoist_cli_tally_collect_unsettled (tally);
  g_assert_cmpuint (unsettled->len, ==, 1);
  g_assert_cmpuint (g_array_index (unsettled, guint64, 0), ==, 4);

  hoist_cli_tally_take_removed (tally, 4);
  hoist_cli_tally_take_removed (tally, 5);
  g_assert_true (hoist_cli_tally_is_settled (tally));
  hoist_cli_tally_get_report (tally, &report);
  g_assert_cmpuint (report.n_done, ==, 1);
  g_assert_cmpuint (report.done_bytes, ==, 100);
  g_assert_cmpuint (report.n_failed, ==, 1);
  g_assert_cmpuint (report.n_stopped, ==, 2);
}

/* A paused upload that goes on is no end any more. */
static void
test_goes_on (void)
{
  g_autoptr (HoistCliTally) tally = hoist_cli_tally_new ();
  HoistCliReport report;

  hear (tally, 1, HOIST_UPLOAD_PAUSED, 50);
  hear (tally, 1, HOIST_UPLOAD_SENDING, 60);
  g_assert_false (hoist_cli_tally_is_settled (tally));
  hoist_cli_tally_get_report (tally, &report);
  g_assert_cmpuint (report.n_stopped, ==, 0);
  g_assert_true (hear (tally, 1, HOIST_UPLOAD_DONE, 100));
}

/* What keeps one from moving is told only when it keeps all. */
static void
test_still (void)
{
  g_autoptr (HoistCliTally) tally = hoist_cli_tally_new ();

  hear (tally, 1, HOIST_UPLOAD_WAITING, 0);
  g_assert_cmpuint (hoist_cli_tally_get_waiting (tally)->id, ==, 1);
  hear (tally, 2, HOIST_UPLOAD_PREPARING, 7);
  g_assert_null (hoist_cli_tally_get_waiting (tally));
  g_assert_cmpuint (hoist_cli_tally_get_reading (tally)->id, ==, 2);
  hear (tally, 3, HOIST_UPLOAD_SENDING, 0);
  g_assert_null (hoist_cli_tally_get_reading (tally));
  hear (tally, 3, HOIST_UPLOAD_DONE, 0);
  g_assert_nonnull (hoist_cli_tally_get_reading (tally));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/tally/sums", test_sums);
  g_test_add_func ("/cli/tally/ends", test_ends);
  g_test_add_func ("/cli/tally/goes-on", test_goes_on);
  g_test_add_func ("/cli/tally/still", test_still);
  return g_test_run ();
}
