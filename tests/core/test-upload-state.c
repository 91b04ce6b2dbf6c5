/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-upload-state.h"

typedef struct
{
  const char *name;
  HoistUploadFacts facts;
  HoistStep expected;
} StepCase;

/* What an upload is at some moment, and the one right thing to do then. */
static const StepCase step_cases[] = {
  { "new", { .state = HOIST_UPLOAD_QUEUED }, HOIST_STEP_CHECK_FILE },
  { "checked", { .state = HOIST_UPLOAD_QUEUED, .checked = TRUE }, HOIST_STEP_BEGIN },
  { "checked, large",
    { .state = HOIST_UPLOAD_QUEUED, .multipart = TRUE, .checked = TRUE },
    HOIST_STEP_ADOPT },
  { "checked, and its contents must be known",
    { .state = HOIST_UPLOAD_QUEUED, .multipart = TRUE, .checked = TRUE, .needs_content = TRUE },
    HOIST_STEP_READ },
  { "read as a whole",
    { .state = HOIST_UPLOAD_QUEUED,
      .multipart = TRUE,
      .checked = TRUE,
      .needs_content = TRUE,
      .content_known = TRUE },
    HOIST_STEP_ADOPT },
  { "begun without",
    { .state = HOIST_UPLOAD_QUEUED,
      .multipart = TRUE,
      .checked = TRUE,
      .needs_content = TRUE,
      .begun = TRUE },
    HOIST_STEP_LIST },
  { "nothing of it was there",
    { .state = HOIST_UPLOAD_QUEUED, .multipart = TRUE, .checked = TRUE, .searched = TRUE },
    HOIST_STEP_BEGIN },
  { "begun before",
    { .state = HOIST_UPLOAD_QUEUED, .multipart = TRUE, .checked = TRUE, .begun = TRUE },
    HOIST_STEP_LIST },
  { "known",
    { .state = HOIST_UPLOAD_QUEUED,
      .checked = TRUE,
      .begun = TRUE,
      .reconciled = TRUE,
      .parts_total = 3 },
    HOIST_STEP_SEND_PART },
  { "one more fits",
    { .state = HOIST_UPLOAD_QUEUED,
      .checked = TRUE,
      .begun = TRUE,
      .reconciled = TRUE,
      .parts_total = 3,
      .parts_done = 1,
      .parts_in_flight = 1 },
    HOIST_STEP_SEND_PART },
  { "all under way",
    { .state = HOIST_UPLOAD_QUEUED,
      .checked = TRUE,
      .begun = TRUE,
      .reconciled = TRUE,
      .parts_total = 3,
      .parts_done = 1,
      .parts_in_flight = 2 },
    HOIST_STEP_NONE },
  { "all there",
    { .state = HOIST_UPLOAD_QUEUED,
      .checked = TRUE,
      .begun = TRUE,
      .reconciled = TRUE,
      .parts_total = 3,
      .parts_done = 3 },
    HOIST_STEP_COMPLETE },
  { "confirmed",
    { .state = HOIST_UPLOAD_QUEUED,
      .checked = TRUE,
      .begun = TRUE,
      .reconciled = TRUE,
      .parts_total = 3,
      .parts_done = 3,
      .completed = TRUE },
    HOIST_STEP_NONE },
  { "busy", { .state = HOIST_UPLOAD_QUEUED, .step_running = TRUE }, HOIST_STEP_NONE },
  { "paused", { .state = HOIST_UPLOAD_PAUSED }, HOIST_STEP_NONE },
  { "waiting", { .state = HOIST_UPLOAD_WAITING }, HOIST_STEP_NONE },
  { "failed", { .state = HOIST_UPLOAD_FAILED }, HOIST_STEP_NONE },
  { "done", { .state = HOIST_UPLOAD_DONE, .completed = TRUE }, HOIST_STEP_NONE },
  { "cancelled before it began", { .state = HOIST_UPLOAD_CANCELLING }, HOIST_STEP_REMOVE },
  { "cancelled single PUT",
    { .state = HOIST_UPLOAD_CANCELLING, .begun = TRUE },
    HOIST_STEP_REMOVE },
  { "cancelled",
    { .state = HOIST_UPLOAD_CANCELLING, .multipart = TRUE, .begun = TRUE },
    HOIST_STEP_ABORT },
  { "cancelled, a part still travels",
    { .state = HOIST_UPLOAD_CANCELLING, .multipart = TRUE, .begun = TRUE, .parts_in_flight = 1 },
    HOIST_STEP_NONE },
  { "cancelled, and its server is gone",
    { .state = HOIST_UPLOAD_CANCELLING, .multipart = TRUE, .begun = TRUE, .abandoned = TRUE },
    HOIST_STEP_REMOVE },
  { "forgotten after it was done",
    { .state = HOIST_UPLOAD_CANCELLING, .multipart = TRUE, .begun = TRUE, .completed = TRUE },
    HOIST_STEP_REMOVE },
};

static void
test_next_step (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (step_cases); i++)
    {
      g_test_message ("%s", step_cases[i].name);
      g_assert_cmpint (hoist_upload_next_step (&step_cases[i].facts), ==, step_cases[i].expected);
    }
}

/* Carries out whatever is asked for, in a random order of answers, and must
 * come to the end with each part sent once. */
static void
test_next_step_reaches_the_end (void)
{
  for (guint round = 0; round < 200; round++)
    {
      HoistUploadFacts facts = { .state = HOIST_UPLOAD_QUEUED, .multipart = TRUE };
      guint parts_total = (guint) g_test_rand_int_range (1, 40);
      guint sent = 0;

      for (guint turns = 0; !facts.completed; turns++)
        {
          HoistStep step = hoist_upload_next_step (&facts);

          g_assert_cmpuint (turns, <, 10 * parts_total + 10);
          if (step == HOIST_STEP_CHECK_FILE)
            facts.checked = TRUE;
          else if (step == HOIST_STEP_ADOPT)
            facts.searched = TRUE;
          else if (step == HOIST_STEP_BEGIN)
            {
              facts.begun = facts.reconciled = TRUE;
              facts.parts_total = parts_total;
            }
          else if (step == HOIST_STEP_SEND_PART &&
                   (facts.parts_in_flight == 0 || g_test_rand_bit ()))
            {
              facts.parts_in_flight++;
              sent++;
            }
          else if (step == HOIST_STEP_COMPLETE)
            facts.completed = TRUE;
          else
            {
              g_assert_cmpuint (facts.parts_in_flight, >, 0);
              facts.parts_in_flight--;
              facts.parts_done++;
            }
        }
      g_assert_cmpuint (sent, ==, parts_total);
      g_assert_cmpuint (facts.parts_done, ==, parts_total);
    }
}

static void
test_nicks (void)
{
  for (guint i = 0; i < HOIST_N_UPLOAD_STATES; i++)
    {
      HoistUploadState state = HOIST_N_UPLOAD_STATES;

      g_assert_true (hoist_upload_state_from_nick (hoist_upload_state_get_nick (i), &state));
      g_assert_cmpuint (state, ==, i);
    }
  g_assert_false (hoist_upload_state_from_nick ("none such", NULL));
  g_assert_false (hoist_upload_state_from_nick (NULL, NULL));
}

typedef struct
{
  HoistCommand command;
  const char *applies_to; /* nicks */
  HoistUploadState result;
} CommandCase;

static const CommandCase command_cases[] = {
  { HOIST_COMMAND_PAUSE, "queued preparing starting sending finishing waiting",
    HOIST_UPLOAD_PAUSED },
  { HOIST_COMMAND_RESUME, "paused waiting", HOIST_UPLOAD_QUEUED },
  { HOIST_COMMAND_RETRY, "failed waiting", HOIST_UPLOAD_QUEUED },
  { HOIST_COMMAND_CANCEL, "queued preparing starting sending finishing waiting paused failed",
    HOIST_UPLOAD_CANCELLING },
  { HOIST_COMMAND_UNDO_CANCEL, "cancelling", HOIST_UPLOAD_QUEUED },
  { HOIST_COMMAND_FORGET, "done failed", HOIST_UPLOAD_CANCELLING },
  { HOIST_COMMAND_ABANDON, "cancelling", HOIST_UPLOAD_CANCELLING },
};

static void
test_commands (void)
{
  G_STATIC_ASSERT (G_N_ELEMENTS (command_cases) == HOIST_N_COMMANDS);

  for (guint i = 0; i < G_N_ELEMENTS (command_cases); i++)
    for (guint state = 0; state < HOIST_N_UPLOAD_STATES; state++)
      {
        const CommandCase *c = &command_cases[i];
        g_auto (GStrv) nicks = g_strsplit (c->applies_to, " ", -1);
        gboolean expected =
          g_strv_contains ((const char *const *) nicks, hoist_upload_state_get_nick (state));

        g_assert_cmpint (hoist_command_applies (c->command, state), ==, expected);
        g_assert_cmpint (hoist_command_get_result (c->command, state), ==,
                         expected ? c->result : (HoistUploadState) state);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/upload-state/next-step", test_next_step);
  g_test_add_func ("/upload-state/next-step-reaches-the-end", test_next_step_reaches_the_end);
  g_test_add_func ("/upload-state/nicks", test_nicks);
  g_test_add_func ("/upload-state/commands", test_commands);
  return g_test_run ();
}
