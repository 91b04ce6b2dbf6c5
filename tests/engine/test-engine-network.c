/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Time and network: what holds uploads up, and that they go on afterwards. */

#include "engine-lab.h"

#define MIB (1024 * 1024)
#define PART (8 * MIB)
#define N_PARTS 4
#define SIZE (3 * PART + 5)
#define SMALL 5000
#define HOUR_US (3600 * (gint64) G_USEC_PER_SEC)

static const HoistNetworkState online = { .available = TRUE,
                                          .connectivity = G_NETWORK_CONNECTIVITY_FULL };
static const HoistNetworkState offline = { .available = FALSE,
                                           .connectivity = G_NETWORK_CONNECTIVITY_LOCAL };
static const HoistNetworkState portal = { .available = TRUE,
                                          .connectivity = G_NETWORK_CONNECTIVITY_PORTAL };
static const HoistNetworkState metered = { .available = TRUE,
                                           .connectivity = G_NETWORK_CONNECTIVITY_FULL,
                                           .metered = TRUE };
static const HoistNetworkState low_battery = { .available = TRUE,
                                               .connectivity = G_NETWORK_CONNECTIVITY_FULL,
                                               .power = HOIST_HOLD_BATTERY };
static const HoistNetworkState saving = { .available = TRUE,
                                          .connectivity = G_NETWORK_CONNECTIVITY_FULL,
                                          .power = HOIST_HOLD_POWER_SAVER };
static const HoistNetworkState asleep = { .available = TRUE,
                                          .connectivity = G_NETWORK_CONNECTIVITY_FULL,
                                          .asleep = TRUE };

static const LabFault no_server[] = {
  { .operation = LAB_ROOT, .first = 1, .last = 1000, .action = LAB_DROP },
  { .operation = LAB_INITIATE, .first = 1, .last = 1000, .action = LAB_DROP },
  { .operation = LAB_SIGN, .first = 1, .last = 1000, .action = LAB_DROP },
  { .operation = LAB_STATUS, .first = 1, .last = 1000, .action = LAB_DROP },
  { .operation = LAB_COMPLETE, .first = 1, .last = 1000, .action = LAB_DROP },
  { .operation = LAB_PUT, .first = 1, .last = 1000, .action = LAB_DROP },
  { .operation = LAB_PART, .first = 1, .last = 1000, .action = LAB_DROP },
};

static const LabFault hold_parts = { .operation = LAB_PART,
                                     .first = 1,
                                     .last = 1000,
                                     .action = LAB_HOLD };

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  hoist_engine_set_network_finish (HOIST_ENGINE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
set_network (Lab *lab, const HoistNetworkState *state)
{
  gboolean set = FALSE;

  hoist_engine_set_network_async (lab->engine, state, set_cb, &set);
  while (!set)
    g_main_context_iteration (NULL, TRUE);
}

static void
restart_with (Lab *lab, HoistEngineConfig *config)
{
  lab_stop_engine (lab);
  lab->config = *config;
  lab_start_engine (lab);
}

/* Retries that a test would not live to see: what goes on, goes on for another
 * reason. */
static void
restart_with_long_delays (Lab *lab)
{
  HoistEngineConfig config = lab->config;

  config.hold_loopback = TRUE;
  config.retry = (HoistRetryPolicy){ .base_us = HOUR_US, .cap_us = HOUR_US };
  restart_with (lab, &config);
}

static void
restart_held (Lab *lab)
{
  HoistEngineConfig config = lab->config;

  config.hold_loopback = TRUE;
  restart_with (lab, &config);
}

static HoistHold
get_hold (Lab *lab, guint index)
{
  const HoistUploadInfo *info = lab_get_info (lab, index);

  return info != NULL && info->state == HOIST_UPLOAD_WAITING ? info->hold : HOIST_HOLD_NONE;
}

#define WAIT_FOR_HOLD(lab, index, wanted)                                                          \
  while (get_hold (lab, index) != (wanted))                                                        \
  g_main_context_iteration (NULL, TRUE)

static void
assert_delivered (Lab *lab, guint index, const char *name, const char *path)
{
  lab_wait_for_state (lab, index, HOIST_UPLOAD_DONE);
  lab_assert_stored (lab, name, path);
}

/* Without a network nothing is tried, and nothing is counted against anybody. */
static void
test_offline (Lab *lab, gconstpointer data)
{
  const HoistNetworkState *state = data;
  g_autofree char *small = NULL;
  g_autofree char *large = NULL;

  restart_with_long_delays (lab);
  set_network (lab, state);
  small = lab_make_file (lab, "small", SMALL);
  large = lab_make_file (lab, "large", SIZE);
  lab_add (lab, small);
  lab_add (lab, large);
  WAIT_FOR_HOLD (lab, 0, hoist_network_state_get_hold (state, HOIST_REACH_INTERNET, 0, 0));
  WAIT_FOR_HOLD (lab, 1, hoist_network_state_get_hold (state, HOIST_REACH_INTERNET, 0, 0));
  g_assert_cmpuint (lab_count (lab, LAB_ROOT), ==, 0);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 0);
  g_assert_cmpuint (lab_get_info (lab, 0)->attempts, ==, 0);
  g_assert_cmpint (lab_get_info (lab, 0)->next_try_us, ==, 0);

  set_network (lab, &online);
  assert_delivered (lab, 0, "small", small);
  assert_delivered (lab, 1, "large", large);
}

static gboolean
some_held (Lab *lab)
{
  return lab_count_held (lab) > 0;
}

/* It goes away in the middle, everything under way fails, and comes back: all go
 * on at once, though the next try would have been in an hour. */
static void
test_lost_and_back (Lab *lab, gconstpointer data)
{
  g_autofree char *path = NULL;

  restart_with_long_delays (lab);
  path = lab_make_file (lab, "file", SIZE);
  lab_set_faults (lab, &hold_parts, 1);
  lab_add (lab, path);
  lab_wait_until (lab, some_held);

  set_network (lab, &offline);
  /* What travels may go on; here it does not. */
  lab_set_faults (lab, no_server, G_N_ELEMENTS (no_server));
  hoist_fault_proxy_cut (lab->proxy);
  WAIT_FOR_HOLD (lab, 0, HOIST_HOLD_OFFLINE);
  g_assert_cmpuint (lab_get_info (lab, 0)->attempts, ==, 0);

  lab_set_faults (lab, NULL, 0);
  set_network (lab, &online);
  assert_delivered (lab, 0, "file", path);
}

/* It is gone for a moment, and nothing breaks: what travels arrives. */
static void
test_short_loss (Lab *lab, gconstpointer data)
{
  g_autofree char *path = NULL;

  restart_held (lab);
  path = lab_make_file (lab, "file", SIZE);
  lab_set_faults (lab, &hold_parts, 1);
  lab_add (lab, path);
  lab_wait_until (lab, some_held);
  set_network (lab, &offline);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_SENDING);
  set_network (lab, &online);
  lab_release (lab);
  assert_delivered (lab, 0, "file", path);
}

static gboolean
is_waiting (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);

  return info != NULL && info->state == HOIST_UPLOAD_WAITING && info->next_try_us != 0;
}

/* The line broke before the system noticed, and the next try is in an hour. When
 * the network is another one, or is back, it is now. */
static void
test_tried_at_once (Lab *lab, gconstpointer data)
{
  HoistNetworkState moved = online;
  g_autofree char *path = NULL;

  restart_with_long_delays (lab);
  lab_set_faults (lab, no_server, G_N_ELEMENTS (no_server));
  path = lab_make_file (lab, "file", SIZE);
  lab_add (lab, path);
  lab_wait_until (lab, is_waiting);
  g_assert_cmpint (lab_get_info (lab, 0)->hold, ==, HOIST_HOLD_NONE);

  lab_set_faults (lab, NULL, 0);
  if (data != NULL)
    set_network (lab, data);
  moved.address_tag = 7;
  set_network (lab, &moved);
  assert_delivered (lab, 0, "file", path);
}

/* The system is wrong: a network of its own, or a firewall. The destination
 * answers, and that counts. */
static void
test_system_is_wrong (Lab *lab, gconstpointer data)
{
  g_autofree char *path = NULL;

  restart_held (lab);
  set_network (lab, data);
  path = lab_make_file (lab, "file", SIZE);
  lab_add (lab, path);
  assert_delivered (lab, 0, "file", path);
}

/* What answers in its place is no backend. */
static void
test_portal_answers (Lab *lab, gconstpointer data)
{
  static const LabFault login_page = { .operation = LAB_ROOT,
                                       .first = 1,
                                       .last = 1000,
                                       .action = LAB_ANSWER,
                                       .status = 200,
                                       .content_type = "text/html",
                                       .body = "<html>Welcome! Please sign in.</html>" };
  g_autofree char *path = NULL;

  restart_held (lab);
  lab_set_faults (lab, &login_page, 1);
  path = lab_make_file (lab, "file", SIZE);
  lab_add (lab, path);
  /* before the system notices, it is a server that makes no sense */
  while (lab_get_info (lab, 0) == NULL || lab_get_info (lab, 0)->state != HOIST_UPLOAD_FAILED)
    g_main_context_iteration (NULL, TRUE);
  set_network (lab, &portal);
  WAIT_FOR_HOLD (lab, 0, HOIST_HOLD_PORTAL);
  lab_set_faults (lab, NULL, 0);
  set_network (lab, &online);
  assert_delivered (lab, 0, "file", path);
}

/* A metered network stops what travels, until a person says otherwise. */
static void
test_metered (Lab *lab, gconstpointer data)
{
  g_autofree char *path = NULL;

  restart_held (lab);
  path = lab_make_file (lab, "file", SIZE);
  lab_set_faults (lab, &hold_parts, 1);
  lab_add (lab, path);
  lab_wait_until (lab, some_held);
  set_network (lab, &metered);
  WAIT_FOR_HOLD (lab, 0, HOIST_HOLD_METERED);
  lab_release (lab);
  lab_reset_counts (lab);

  hoist_uploader_set_metered (HOIST_UPLOADER (lab->engine), HOIST_ALLOWANCE_THIS_TIME);
  assert_delivered (lab, 0, "file", path);
}

/* «Anyway» means this network and no other one. */
static void
test_metered_this_time (Lab *lab, gconstpointer data)
{
  g_autofree char *path = NULL;

  restart_held (lab);
  set_network (lab, &metered);
  hoist_uploader_set_metered (HOIST_UPLOADER (lab->engine), HOIST_ALLOWANCE_THIS_TIME);
  set_network (lab, &online);
  set_network (lab, &metered);
  path = lab_make_file (lab, "file", SMALL);
  lab_add (lab, path);
  WAIT_FOR_HOLD (lab, 0, HOIST_HOLD_METERED);
  hoist_uploader_set_metered (HOIST_UPLOADER (lab->engine), HOIST_ALLOWANCE_ALWAYS);
  assert_delivered (lab, 0, "file", path);
}

/* A low battery, or a computer that saves power, stops what travels, until a person says
 * otherwise or it is over. */
static void
test_power (Lab *lab, gconstpointer data)
{
  const HoistNetworkState *state = data;
  g_autofree char *path = NULL;
  g_autofree char *later = NULL;

  restart_held (lab);
  path = lab_make_file (lab, "file", SIZE);
  lab_set_faults (lab, &hold_parts, 1);
  lab_add (lab, path);
  lab_wait_until (lab, some_held);
  set_network (lab, state);
  WAIT_FOR_HOLD (lab, 0, state->power);
  lab_release (lab);
  lab_set_faults (lab, NULL, 0);

  hoist_uploader_set_power (HOIST_UPLOADER (lab->engine), HOIST_ALLOWANCE_THIS_TIME);
  assert_delivered (lab, 0, "file", path);

  /* it is over, and comes again: that is another time */
  set_network (lab, &online);
  set_network (lab, state);
  later = lab_make_file (lab, "later", SMALL);
  lab_add (lab, later);
  WAIT_FOR_HOLD (lab, 1, state->power);
  set_network (lab, &online);
  assert_delivered (lab, 1, "later", later);
}

/* What was allowed for the battery holds when the computer begins to save power by
 * itself, as many do then. */
static void
test_power_allowed_once (Lab *lab, gconstpointer data)
{
  g_autofree char *path = NULL;

  restart_held (lab);
  set_network (lab, &low_battery);
  hoist_uploader_set_power (HOIST_UPLOADER (lab->engine), HOIST_ALLOWANCE_THIS_TIME);
  set_network (lab, &saving);
  path = lab_make_file (lab, "file", SMALL);
  lab_add (lab, path);
  assert_delivered (lab, 0, "file", path);
}

/* The destination answers though there was said to be no network; that says nothing of
 * the battery. */
static void
test_answer_is_no_power (Lab *lab, gconstpointer data)
{
  HoistNetworkState offline_and_low = offline;
  g_autofree char *path = NULL;

  restart_held (lab);
  offline_and_low.power = HOIST_HOLD_BATTERY;
  set_network (lab, &offline_and_low);
  path = lab_make_file (lab, "file", SMALL);
  lab_add (lab, path);
  WAIT_FOR_HOLD (lab, 0, HOIST_HOLD_BATTERY);
  set_network (lab, &offline);
  assert_delivered (lab, 0, "file", path);
}

/* Before the computer sleeps nothing travels any more, and what was sent is on
 * disk; afterwards it goes on with that. */
static void
test_sleep (Lab *lab, gconstpointer data)
{
  static const LabFault hold_the_end[] = {
    { .operation = LAB_PART, .part_number = 3, .first = 1, .last = 1000, .action = LAB_HOLD },
    { .operation = LAB_PART, .part_number = 4, .first = 1, .last = 1000, .action = LAB_HOLD },
  };
  g_autofree char *path = lab_make_file (lab, "file", SIZE);

  lab_set_faults (lab, hold_the_end, G_N_ELEMENTS (hold_the_end));
  lab_add (lab, path);
  while (lab_get_info (lab, 0) == NULL || lab_get_info (lab, 0)->parts_done != 2 ||
         lab_count_held (lab) != 2)
    g_main_context_iteration (NULL, TRUE);
  /* comes back when nothing is under way any more */
  set_network (lab, &asleep);
  WAIT_FOR_HOLD (lab, 0, HOIST_HOLD_ASLEEP);
  lab_release (lab);
  g_assert_cmpuint (lab_get_info (lab, 0)->parts_done, ==, 2);

  set_network (lab, &online);
  assert_delivered (lab, 0, "file", path);
  g_assert_cmpuint (lab_count_part (lab, 1), ==, 0);
  g_assert_cmpuint (lab_count_part (lab, 2), ==, 0);
}

/* This machine is always there. */
static void
test_loopback (Lab *lab, gconstpointer data)
{
  g_autofree char *path = lab_make_file (lab, "file", SIZE);

  set_network (lab, &offline);
  lab_add (lab, path);
  assert_delivered (lab, 0, "file", path);
}

/* What needs no server goes without one. */
static void
test_cancel_offline (Lab *lab, gconstpointer data)
{
  g_autofree char *path = NULL;

  restart_with_long_delays (lab);
  set_network (lab, &offline);
  path = lab_make_file (lab, "file", SIZE);
  lab_add (lab, path);
  WAIT_FOR_HOLD (lab, 0, HOIST_HOLD_OFFLINE);
  lab_command (lab, HOIST_COMMAND_CANCEL);
  while (lab_count_uploads (lab) > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* A script must come to an end. */
static void
test_give_up (Lab *lab, gconstpointer data)
{
  HoistEngineConfig config = lab->config;
  g_autofree char *path = NULL;

  config.hold_loopback = TRUE;
  config.retry =
    (HoistRetryPolicy){ .base_us = HOUR_US, .cap_us = HOUR_US, .give_up_us = 50 * 1000 };
  restart_with (lab, &config);
  set_network (lab, &offline);
  path = lab_make_file (lab, "file", SMALL);
  lab_add (lab, path);
  while (lab_get_info (lab, 0) == NULL || lab_get_info (lab, 0)->state != HOIST_UPLOAD_FAILED)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (lab_get_info (lab, 0)->error_code, ==, HOIST_ERROR_NETWORK);
  g_assert_cmpstr (lab_get_info (lab, 0)->error_message, ==, "There was no network.");

  set_network (lab, &online);
  lab_command (lab, HOIST_COMMAND_RETRY);
  while (lab_get_info (lab, 0)->state != HOIST_UPLOAD_DONE)
    g_main_context_iteration (NULL, TRUE);
}

/* --- Time ------------------------------------------------------------------------------------ */

/* A connection that takes nothing is replaced, and only its part is sent again. */
static void
test_stalled_connection (Lab *lab, gconstpointer data)
{
  static const LabFault hold = {
    .operation = LAB_PART, .part_number = 2, .first = 1, .last = 1, .action = LAB_HOLD
  };
  HoistEngineConfig config = lab->config;
  g_autofree char *path = NULL;

  config.stall_us = 400 * 1000;
  restart_with (lab, &config);
  path = lab_make_file (lab, "file", SIZE);
  lab_set_faults (lab, &hold, 1);
  lab_add (lab, path);
  assert_delivered (lab, 0, "file", path);
  g_assert_cmpuint (lab_count_part (lab, 2), >=, 2);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 1);
}

static gboolean
is_finishing (Lab *lab, guint n)
{
  guint n_finishing = 0;
  const HoistUploadInfo *info;

  for (guint i = 0; (info = lab_get_info (lab, i)) != NULL; i++)
    n_finishing += info->state == HOIST_UPLOAD_FINISHING;
  return n_finishing == n;
}

/* Uploads whose server does not say whether it finished keep no others from going. */
static void
test_finishing_holds_no_slot (Lab *lab, gconstpointer data)
{
  static const LabFault hold = {
    .operation = LAB_COMPLETE, .first = 1, .last = 4, .action = LAB_HOLD
  };
  g_autofree char *last = lab_make_file (lab, "last", SIZE);

  lab_set_faults (lab, &hold, 1);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("silent %u", i);
      g_autofree char *path = lab_make_file (lab, name, SIZE);

      lab_add (lab, path);
    }
  while (!is_finishing (lab, 4))
    g_main_context_iteration (NULL, TRUE);
  lab_add (lab, last);
  assert_delivered (lab, 4, "last", last);
  g_assert_true (is_finishing (lab, 4));
  lab_release (lab);
  for (guint i = 0; i < 4; i++)
    lab_wait_for_state (lab, i, HOIST_UPLOAD_DONE);
}

/* The server joined the parts, and its answer was lost on the way: it is asked,
 * and nothing is sent again. */
static void
test_finishing_never_answers (Lab *lab, gconstpointer data)
{
  static const LabFault hold = {
    .operation = LAB_COMPLETE, .first = 1, .last = 2, .action = LAB_HOLD
  };
  HoistEngineConfig config = lab->config;
  g_autofree char *path = NULL;

  config.finish_us = 200 * 1000;
  restart_with (lab, &config);
  path = lab_make_file (lab, "file", SIZE);
  lab_set_faults (lab, &hold, 1);
  lab_add (lab, path);
  assert_delivered (lab, 0, "file", path);
  g_assert_cmpuint (lab_count (lab, LAB_COMPLETE), >=, 3);
  g_assert_cmpuint (lab_count (lab, LAB_STATUS), >=, 1);
  for (guint part = 1; part <= N_PARTS; part++)
    g_assert_cmpuint (lab_count_part (lab, part), ==, 1);
}

/* The same, but the server says that it knows of no upload: it has the object. */
static void
test_finished_unheard (Lab *lab, gconstpointer data)
{
  static const LabFault faults[] = {
    { .operation = LAB_COMPLETE, .first = 1, .last = 1, .action = LAB_HOLD },
    { .operation = LAB_STATUS,
      .first = 1,
      .last = 1,
      .action = LAB_ANSWER,
      .status = 404,
      .content_type = "application/json",
      .body = "{\"error\":{\"code\":\"upload_gone\",\"message\":\"scripted\"}}" },
  };
  HoistEngineConfig config = lab->config;
  g_autofree char *path = NULL;

  config.finish_us = 200 * 1000;
  restart_with (lab, &config);
  path = lab_make_file (lab, "file", SIZE);
  lab_set_faults (lab, faults, G_N_ELEMENTS (faults));
  lab_add (lab, path);
  assert_delivered (lab, 0, "file", path);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 1);
}

/* The URLs' life ends while the upload is paused, as over a night: fresh ones are
 * used, and no part that was sent is sent again. */
static void
test_urls_expire_while_paused (Lab *lab, gconstpointer data)
{
  static const LabFault hold_the_end[] = {
    { .operation = LAB_PART, .part_number = 3, .first = 1, .last = 1000, .action = LAB_HOLD },
    { .operation = LAB_PART, .part_number = 4, .first = 1, .last = 1000, .action = LAB_HOLD },
  };
  static const LabFault expired = {
    .operation = LAB_PART,
    .first = 1,
    .last = 1,
    .action = LAB_ANSWER,
    .status = 403,
    .body = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
  };
  g_autofree char *path = lab_make_file (lab, "file", SIZE);
  guint n_signed;

  lab_set_faults (lab, hold_the_end, G_N_ELEMENTS (hold_the_end));
  lab_add (lab, path);
  while (lab_get_info (lab, 0) == NULL || lab_get_info (lab, 0)->parts_done != 2 ||
         lab_count_held (lab) != 2)
    g_main_context_iteration (NULL, TRUE);
  lab_command (lab, HOIST_COMMAND_PAUSE);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_PAUSED);
  lab_release (lab);
  /* Were an old URL used, this is what the storage would say. */
  lab_set_faults (lab, &expired, 1);
  n_signed = lab_count (lab, LAB_SIGN);
  lab_command (lab, HOIST_COMMAND_RESUME);
  assert_delivered (lab, 0, "file", path);
  g_assert_cmpuint (lab_count (lab, LAB_SIGN), >, n_signed);
  g_assert_cmpuint (lab_count_part (lab, 1), ==, 0);
  g_assert_cmpuint (lab_count_part (lab, 2), ==, 0);
}

/* The storage looks at the time when a part has arrived, and its URL is over: it
 * is signed and sent again, however often. */
static void
test_urls_expire_while_travelling (Lab *lab, gconstpointer data)
{
  static const LabFault expired = {
    .operation = LAB_PART,
    .first = 1,
    .last = 2,
    .action = LAB_ANSWER,
    .status = 403,
    .body = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
  };
  g_autofree char *path = lab_make_file (lab, "file", SIZE);

  lab_set_faults (lab, &expired, 1);
  lab_add (lab, path);
  assert_delivered (lab, 0, "file", path);
  for (guint part = 1; part <= N_PARTS; part++)
    g_assert_cmpuint (lab_count_part (lab, part), ==, 3);
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

#define ADD(name, func, data)                                                                      \
  g_test_add ("/engine/network/" name, Lab, data, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("offline", test_offline, &offline);
  ADD ("portal", test_offline, &portal);
  ADD ("metered-from-the-start", test_offline, &metered);
  ADD ("lost-and-back", test_lost_and_back, NULL);
  ADD ("short-loss", test_short_loss, NULL);
  ADD ("address-change", test_tried_at_once, NULL);
  ADD ("back-after-failure", test_tried_at_once, &offline);
  ADD ("awake-after-failure", test_tried_at_once, &asleep);
  ADD ("system-is-wrong/offline", test_system_is_wrong, &offline);
  ADD ("system-is-wrong/portal", test_system_is_wrong, &portal);
  ADD ("portal-answers", test_portal_answers, NULL);
  ADD ("metered", test_metered, NULL);
  ADD ("metered-this-time", test_metered_this_time, NULL);
  ADD ("low-battery", test_power, &low_battery);
  ADD ("power-saver", test_power, &saving);
  ADD ("power-from-the-start", test_offline, &low_battery);
  ADD ("power-allowed-once", test_power_allowed_once, NULL);
  ADD ("answer-is-no-power", test_answer_is_no_power, NULL);
  ADD ("sleep", test_sleep, NULL);
  ADD ("loopback", test_loopback, NULL);
  ADD ("cancel-offline", test_cancel_offline, NULL);
  ADD ("give-up", test_give_up, NULL);
  ADD ("stalled-connection", test_stalled_connection, NULL);
  ADD ("finishing-holds-no-slot", test_finishing_holds_no_slot, NULL);
  ADD ("finishing-never-answers", test_finishing_never_answers, NULL);
  ADD ("finished-unheard", test_finished_unheard, NULL);
  ADD ("urls-expire-while-paused", test_urls_expire_while_paused, NULL);
  ADD ("urls-expire-while-travelling", test_urls_expire_while_travelling, NULL);
  return g_test_run ();
}
