/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Limits of one destination beside those of all: what the servers see of it. */

#include "await.h"
#include "engine-lab.h"

#define MIB (1024 * 1024)
#define PARTS(n) ((n) *8 * MIB)

/* Two servers. The engine of the first one sends to the second one as well, as «other». */
typedef struct
{
  Lab lab;
  Lab other;
} Pair;

static const LabFault hold_all[] = {
  { .operation = LAB_PART, .first = 1, .last = G_MAXUINT, .action = LAB_HOLD },
  { .operation = LAB_PUT, .first = 1, .last = G_MAXUINT, .action = LAB_HOLD },
};

static void
set_destination (Pair *pair, Lab *to, const char *id, const HoistDestinationLimits *limits)
{
  g_autoptr (HoistProviderConfig) config = hoist_provider_config_new ("hoist-api", to->url);

  config->token = g_strdup (to->token);
  config->limits = *limits;
  hoist_engine_set_destination (pair->lab.engine, id, config);
}

/* Answers nothing until it is told to: what is under way stays under way. */
static void
set_up (Pair *pair, guint parts_in_flight, const HoistDestinationLimits *limits)
{
  *pair = (Pair){ 0 };
  lab_set_up (&pair->other);
  lab_set_up (&pair->lab);
  lab_stop_engine (&pair->lab);
  pair->lab.config.limits.parts_in_flight = parts_in_flight;
  lab_start_engine (&pair->lab);
  lab_set_faults (&pair->lab, hold_all, G_N_ELEMENTS (hold_all));
  lab_set_faults (&pair->other, hold_all, G_N_ELEMENTS (hold_all));
  set_destination (pair, &pair->lab, "lab", limits);
  set_destination (pair, &pair->other, "other", &(HoistDestinationLimits){ 0 });
}

static void
tear_down (Pair *pair)
{
  lab_tear_down (&pair->lab);
  lab_tear_down (&pair->other);
}

static void
add_to (Pair *pair, const char *destination, const char *name, gsize size_bytes)
{
  g_autofree char *path = lab_make_file (&pair->lab, name, size_bytes);
  const char *paths[] = { path, NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hoist_uploader_add_async (HOIST_UPLOADER (pair->lab.engine), paths, destination, NULL,
                            await_take_cb, &result);
  await_result (&result);
  hoist_uploader_add_finish (HOIST_UPLOADER (pair->lab.engine), result, &error);
  g_assert_no_error (error);
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* The servers count on threads of their own, and nothing else may wake us. */
static void
wait_held (Pair *pair, guint n_lab, guint n_other)
{
  guint wake = g_timeout_add (10, wake_cb, NULL);

  while (lab_count_held (&pair->lab) < n_lab || lab_count_held (&pair->other) < n_other)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  g_assert_cmpuint (lab_count_held (&pair->lab), ==, n_lab);
  g_assert_cmpuint (lab_count_held (&pair->other), ==, n_other);
}

static void
deliver_all (Pair *pair)
{
  lab_release (&pair->lab);
  lab_release (&pair->other);
  for (guint i = 0; i < lab_count_uploads (&pair->lab); i++)
    lab_wait_for_state (&pair->lab, i, HOIST_UPLOAD_DONE);
}

/* Since the lab was set up. */
static guint
count_requests (Lab *lab, HoistFaultOperation operation, guint part_number)
{
  return hoist_fault_proxy_count (lab->proxy, 0, operation, NULL, part_number);
}

/* Two parts go to the one, and the other has all that is left. Then the limit is another one,
 * which nothing is interrupted for. */
static void
test_parts (void)
{
  Pair pair;

  set_up (&pair, 8, &(HoistDestinationLimits){ .parts = 2 });
  add_to (&pair, "lab", "limited", PARTS (6));
  wait_held (&pair, 2, 0);
  add_to (&pair, "other", "free", PARTS (6));
  wait_held (&pair, 2, 6);

  set_destination (&pair, &pair.lab, "lab", &(HoistDestinationLimits){ .parts = 1 });
  deliver_all (&pair);
  for (guint number = 1; number <= 6; number++)
    g_assert_cmpuint (count_requests (&pair.lab, HOIST_FAULT_UPLOAD_PART, number), ==, 1);
  tear_down (&pair);
}

/* One file at a time, large or small, whatever the other one does. */
static void
test_files (void)
{
  Pair pair;

  set_up (&pair, 8, &(HoistDestinationLimits){ .files = 1 });
  add_to (&pair, "lab", "a", 1000);
  add_to (&pair, "lab", "b", 1000);
  add_to (&pair, "lab", "c", PARTS (3));
  wait_held (&pair, 1, 0);
  add_to (&pair, "other", "d", 1000);
  add_to (&pair, "other", "e", 1000);
  add_to (&pair, "other", "f", PARTS (3));
  wait_held (&pair, 1, 5);
  deliver_all (&pair);
  g_assert_cmpuint (count_requests (&pair.lab, HOIST_FAULT_PUT_OBJECT, 0), ==, 2);
  tear_down (&pair);
}

/* A file that waits for its turn goes at once when nobody wants it any more. */
static void
test_cancel_is_not_held_up (void)
{
  Pair pair;
  guint64 id;

  set_up (&pair, 8, &(HoistDestinationLimits){ .files = 1 });
  add_to (&pair, "lab", "c", PARTS (3));
  wait_held (&pair, 3, 0);
  add_to (&pair, "lab", "d", 1000);
  lab_wait_for_state (&pair.lab, 1, HOIST_UPLOAD_QUEUED);
  id = lab_get_info (&pair.lab, 1)->id;
  hoist_uploader_command (HOIST_UPLOADER (pair.lab.engine), HOIST_COMMAND_CANCEL, &id, 1);
  while (lab_count_uploads (&pair.lab) > 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (lab_count_held (&pair.lab), ==, 3);
  deliver_all (&pair);
  tear_down (&pair);
}

/* Parts that are slow on purpose leave the others a slot, and places among the files. */
static void
test_slow_leaves_room (void)
{
  Pair pair;

  set_up (&pair, 4, &(HoistDestinationLimits){ .bytes_per_s = 1000 * 1000 * 1000 });
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("slow-%u", i);
      add_to (&pair, "lab", name, PARTS (3));
    }
  wait_held (&pair, 3, 0);
  add_to (&pair, "other", "free", PARTS (3));
  wait_held (&pair, 3, 1);
  deliver_all (&pair);
  tear_down (&pair);
}

/* --- Many small files ------------------------------------------------------------------------- */

/* As many as are worked on at a time with two slots: four for each, and eight. */
#define N_SMALL 16

static guint
count_in_state (Lab *lab, HoistUploadState state)
{
  guint n = 0;

  for (guint i = 0; i < lab_count_uploads (lab); i++)
    n += lab_get_info (lab, i)->state == state;
  return n;
}

static gboolean
all_are_starting (Lab *lab)
{
  return count_in_state (lab, HOIST_UPLOAD_STARTING) == N_SMALL;
}

static gboolean
all_are_done (Lab *lab)
{
  return count_in_state (lab, HOIST_UPLOAD_DONE) == N_SMALL;
}

static void
add_small (Lab *lab, guint n_files)
{
  g_autofree char *folder = g_build_filename (lab->files, "small", NULL);

  for (guint i = 0; i < n_files; i++)
    {
      g_autofree char *name = g_strdup_printf ("small/%u", i);
      g_autofree char *path = lab_make_file (lab, name, 1);
    }
  lab_add (lab, folder);
}

static void
set_up_small (Lab *lab)
{
  lab_set_up (lab);
  lab_stop_engine (lab);
  lab->config.limits.parts_in_flight = 2;
  lab_start_engine (lab);
}

/* What is ready while one call is under way shares the next one, which signs as well; nothing but
 * the PUTs follows. */
static void
test_requests (void)
{
  static const LabFault hold_first = { LAB_INITIATE, 0, 1, 1, LAB_HOLD };
  Lab lab = { 0 };

  set_up_small (&lab);
  lab_set_faults (&lab, &hold_first, 1);
  add_small (&lab, N_SMALL);
  lab_wait_until (&lab, all_are_starting);
  hoist_fault_proxy_release (lab.proxy);
  lab_wait_until (&lab, all_are_done);

  g_assert_cmpuint (lab_count (&lab, LAB_INITIATE), <=, 2);
  g_assert_cmpuint (lab_count (&lab, LAB_PUT), ==, N_SMALL);
  g_assert_cmpuint (lab_count (&lab, LAB_SIGN), ==, 0);
  g_assert_cmpuint (lab_count (&lab, LAB_COMPLETE) + lab_count (&lab, LAB_STATUS) +
                      lab_count (&lab, LAB_STAT) + lab_count (&lab, LAB_PART),
                    ==, 0);
  lab_tear_down (&lab);
}

/* --- Many uploads that change at once --------------------------------------------------------- */

#define N_QUEUED 2500

static void
note_size_cb (HoistUploadList *list, const HoistChangeSet *changes, guint *largest)
{
  *largest = MAX (*largest, changes->infos->len);
}

static gboolean
all_are_queued (Lab *lab)
{
  return lab_count_uploads (lab) == N_QUEUED;
}

static gboolean
all_are_paused (Lab *lab)
{
  return count_in_state (lab, HOIST_UPLOAD_PAUSED) == N_QUEUED;
}

/* A word to all of them comes back in sets that no frame waits for. */
static void
test_sets (void)
{
  static const LabFault hold = { LAB_INITIATE, 0, 1, G_MAXUINT, LAB_HOLD };
  HoistUploadList *list;
  Lab lab = { 0 };
  guint largest = 0;

  set_up_small (&lab);
  lab_set_faults (&lab, &hold, 1);
  list = hoist_uploader_get_list (HOIST_UPLOADER (lab.engine));
  g_signal_connect (list, "applied", G_CALLBACK (note_size_cb), &largest);
  add_small (&lab, N_QUEUED);
  lab_wait_until (&lab, all_are_queued);
  lab_command (&lab, HOIST_COMMAND_PAUSE);
  lab_wait_until (&lab, all_are_paused);
  g_assert_cmpuint (largest, <=, 1000);
  lab_tear_down (&lab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine-limits/parts", test_parts);
  g_test_add_func ("/engine-limits/files", test_files);
  g_test_add_func ("/engine-limits/cancel-is-not-held-up", test_cancel_is_not_held_up);
  g_test_add_func ("/engine-limits/slow-leaves-room", test_slow_leaves_room);
  g_test_add_func ("/engine-limits/requests", test_requests);
  g_test_add_func ("/engine-limits/sets", test_sets);
  return g_test_run ();
}
