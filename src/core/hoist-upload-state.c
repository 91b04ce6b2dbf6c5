/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-upload-state.h"

static const char *const state_nicks[HOIST_N_UPLOAD_STATES] = {
  "queued", "preparing", "starting", "sending", "finishing",
  "done",   "paused",    "waiting",  "failed",  "cancelling",
};

#define BIT(state) (1u << (state))

#define PENDING_STATES                                                                             \
  (BIT (HOIST_UPLOAD_QUEUED) | BIT (HOIST_UPLOAD_PREPARING) | BIT (HOIST_UPLOAD_STARTING) |        \
   BIT (HOIST_UPLOAD_SENDING) | BIT (HOIST_UPLOAD_FINISHING) | BIT (HOIST_UPLOAD_WAITING))

/* In which states a command says something, and where it leads. */
static const struct
{
  guint states;
  HoistUploadState result;
} commands[HOIST_N_COMMANDS] = {
  [HOIST_COMMAND_PAUSE] = { PENDING_STATES, HOIST_UPLOAD_PAUSED },
  [HOIST_COMMAND_RESUME] = { BIT (HOIST_UPLOAD_PAUSED) | BIT (HOIST_UPLOAD_WAITING),
                             HOIST_UPLOAD_QUEUED },
  [HOIST_COMMAND_RETRY] = { BIT (HOIST_UPLOAD_FAILED) | BIT (HOIST_UPLOAD_WAITING),
                            HOIST_UPLOAD_QUEUED },
  [HOIST_COMMAND_CANCEL] = { PENDING_STATES | BIT (HOIST_UPLOAD_PAUSED) | BIT (HOIST_UPLOAD_FAILED),
                             HOIST_UPLOAD_CANCELLING },
  [HOIST_COMMAND_UNDO_CANCEL] = { BIT (HOIST_UPLOAD_CANCELLING), HOIST_UPLOAD_QUEUED },
  [HOIST_COMMAND_ABANDON] = { BIT (HOIST_UPLOAD_CANCELLING), HOIST_UPLOAD_CANCELLING },
  [HOIST_COMMAND_FORGET] = { BIT (HOIST_UPLOAD_DONE) | BIT (HOIST_UPLOAD_FAILED),
                             HOIST_UPLOAD_CANCELLING },
};

/**
 * hoist_upload_next_step:
 * @facts: what is known of the upload
 *
 * Says what to do next for an upload. A pure function: the engine carries out
 * the answer, records what came of it and asks again.
 *
 * At most one step other than [enum@HoistStep.SEND_PART] runs at a time; parts
 * may be sent while nothing else runs, as many as the limiter allows.
 *
 * Returns: the next step
 */
HoistStep
hoist_upload_next_step (const HoistUploadFacts *facts)
{
  g_return_val_if_fail (facts != NULL, HOIST_STEP_NONE);

  if (facts->step_running)
    return HOIST_STEP_NONE;

  if (facts->state == HOIST_UPLOAD_CANCELLING)
    {
      if (facts->parts_in_flight > 0)
        return HOIST_STEP_NONE;
      /* A single PUT leaves nothing on the server that could be aborted. */
      return facts->begun && facts->multipart && !facts->completed && !facts->abandoned
               ? HOIST_STEP_ABORT
               : HOIST_STEP_REMOVE;
    }

  if (!hoist_upload_state_is_active (facts->state) || facts->completed)
    return HOIST_STEP_NONE;
  if (!facts->checked)
    return HOIST_STEP_CHECK_FILE;
  if (!facts->begun && facts->needs_content && !facts->content_known)
    return HOIST_STEP_READ;
  /* A single PUT leaves nothing behind that could go on. */
  if (!facts->begun)
    return facts->multipart && !facts->searched ? HOIST_STEP_ADOPT : HOIST_STEP_BEGIN;
  if (!facts->reconciled)
    return HOIST_STEP_LIST;
  if (facts->parts_done + facts->parts_in_flight < facts->parts_total)
    return HOIST_STEP_SEND_PART;
  if (facts->parts_in_flight > 0)
    return HOIST_STEP_NONE;
  return HOIST_STEP_COMPLETE;
}

/**
 * hoist_upload_state_for_step:
 * @step: a step that is about to run
 *
 * Returns: the state that an active upload shows while @step runs
 */
HoistUploadState
hoist_upload_state_for_step (HoistStep step)
{
  switch (step)
    {
    case HOIST_STEP_CHECK_FILE:
    case HOIST_STEP_READ:
    case HOIST_STEP_ADOPT:
      return HOIST_UPLOAD_PREPARING;
    case HOIST_STEP_BEGIN:
    case HOIST_STEP_LIST:
      return HOIST_UPLOAD_STARTING;
    case HOIST_STEP_SEND_PART:
      return HOIST_UPLOAD_SENDING;
    case HOIST_STEP_COMPLETE:
      return HOIST_UPLOAD_FINISHING;
    case HOIST_STEP_ABORT:
    case HOIST_STEP_REMOVE:
      return HOIST_UPLOAD_CANCELLING;
    case HOIST_STEP_NONE:
    default:
      return HOIST_UPLOAD_QUEUED;
    }
}

/**
 * hoist_upload_state_is_active:
 * @state: a state
 *
 * Returns: whether the engine works, or would work, on an upload in @state now
 */
gboolean
hoist_upload_state_is_active (HoistUploadState state)
{
  return state <= HOIST_UPLOAD_FINISHING;
}

/**
 * hoist_upload_state_is_terminal:
 * @state: a state
 *
 * Returns: whether nothing more happens in @state unless a person acts
 */
gboolean
hoist_upload_state_is_terminal (HoistUploadState state)
{
  return state == HOIST_UPLOAD_DONE || state == HOIST_UPLOAD_FAILED;
}

/**
 * hoist_upload_state_get_nick:
 * @state: a state
 *
 * Returns: (transfer none): the name of @state for machines, such as `waiting`
 */
const char *
hoist_upload_state_get_nick (HoistUploadState state)
{
  g_return_val_if_fail ((guint) state < HOIST_N_UPLOAD_STATES, "queued");
  return state_nicks[state];
}

/**
 * hoist_upload_state_from_nick:
 * @nick: a name as [func@hoist_upload_state_get_nick] gives it
 * @state: (out): the state
 *
 * Returns: whether @nick names a state; @state is untouched if not
 */
gboolean
hoist_upload_state_from_nick (const char *nick, HoistUploadState *state)
{
  for (guint i = 0; i < HOIST_N_UPLOAD_STATES; i++)
    if (g_strcmp0 (nick, state_nicks[i]) == 0)
      {
        *state = (HoistUploadState) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * hoist_command_applies:
 * @command: what a person says
 * @state: the state of the upload
 *
 * Returns: whether @command means something in @state
 */
gboolean
hoist_command_applies (HoistCommand command, HoistUploadState state)
{
  g_return_val_if_fail ((guint) command < HOIST_N_COMMANDS, FALSE);
  return (commands[command].states & BIT (state)) != 0;
}

/**
 * hoist_command_get_result:
 * @command: what a person says
 * @state: the state of the upload
 *
 * Returns: the state that @command leads to; @state itself if it does not apply
 */
HoistUploadState
hoist_command_get_result (HoistCommand command, HoistUploadState state)
{
  return hoist_command_applies (command, state) ? commands[command].result : state;
}
