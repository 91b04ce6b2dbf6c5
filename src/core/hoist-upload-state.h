/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-error.h"

G_BEGIN_DECLS

/**
 * HoistUploadState:
 * @HOIST_UPLOAD_QUEUED: waits for its turn
 * @HOIST_UPLOAD_PREPARING: the file is looked at, or hashed
 * @HOIST_UPLOAD_STARTING: the server is asked to begin, or what it already has
 * @HOIST_UPLOAD_SENDING: parts travel
 * @HOIST_UPLOAD_FINISHING: all parts are there; the server joins and confirms
 * @HOIST_UPLOAD_DONE: confirmed by the server
 * @HOIST_UPLOAD_PAUSED: a person said so, or an earlier run ended with it unfinished
 * @HOIST_UPLOAD_WAITING: an error that will pass; the next try has a time
 * @HOIST_UPLOAD_FAILED: an error that needs a person
 * @HOIST_UPLOAD_CANCELLING: a person ended it; what was sent is being cleared
 *
 * Where an upload is in its life. The numbers are stored in the journal and
 * go over D-Bus: append only.
 */
typedef enum
{
  HOIST_UPLOAD_QUEUED = 0,
  HOIST_UPLOAD_PREPARING = 1,
  HOIST_UPLOAD_STARTING = 2,
  HOIST_UPLOAD_SENDING = 3,
  HOIST_UPLOAD_FINISHING = 4,
  HOIST_UPLOAD_DONE = 5,
  HOIST_UPLOAD_PAUSED = 6,
  HOIST_UPLOAD_WAITING = 7,
  HOIST_UPLOAD_FAILED = 8,
  HOIST_UPLOAD_CANCELLING = 9,
} HoistUploadState;

#define HOIST_N_UPLOAD_STATES 10

/**
 * HoistCommand:
 * @HOIST_COMMAND_PAUSE: stop, keep what was sent
 * @HOIST_COMMAND_RESUME: go on, from %HOIST_UPLOAD_PAUSED or %HOIST_UPLOAD_WAITING
 * @HOIST_COMMAND_RETRY: go on, from %HOIST_UPLOAD_FAILED or %HOIST_UPLOAD_WAITING
 * @HOIST_COMMAND_CANCEL: end it; what was sent is cleared after the undo time
 * @HOIST_COMMAND_UNDO_CANCEL: take a cancel back, while its undo time runs
 * @HOIST_COMMAND_FORGET: take a finished or failed upload off the list; a failed
 *   one that had begun is cleared on the server like a cancelled one, without undo
 * @HOIST_COMMAND_ABANDON: take a cancelled upload off the list without clearing
 *   what was sent: for one whose server is gone for good
 *
 * What a person may say of an upload. A command that does not fit the state is
 * ignored. The numbers go over D-Bus: append only.
 */
typedef enum
{
  HOIST_COMMAND_PAUSE = 0,
  HOIST_COMMAND_RESUME = 1,
  HOIST_COMMAND_RETRY = 2,
  HOIST_COMMAND_CANCEL = 3,
  HOIST_COMMAND_UNDO_CANCEL = 4,
  HOIST_COMMAND_FORGET = 5,
  HOIST_COMMAND_ABANDON = 6,
} HoistCommand;

#define HOIST_N_COMMANDS 7

/**
 * HoistUploadFacts:
 * @checked: the file was looked at in this run and is the one that was begun
 * @needs_content: it cannot be begun before the SHA-256 of the whole file is known
 * @content_known: it is
 * @begun: the server gave an upload id (or, for a single PUT, a key)
 * @searched: the server has nothing of it that another run began, or was not to be asked
 * @reconciled: what the server has is known in this run
 * @parts_total: parts of the plan; 0 = not planned
 * @parts_done: parts that the server acknowledged and the journal has
 * @parts_in_flight: parts being hashed, signed or sent
 * @step_running: a step other than sending a part is under way
 * @completed: the server confirmed completion
 * @abandoned: what is on the server stays there
 *
 * All that [func@hoist_upload_next_step] looks at.
 */
typedef struct
{
  HoistUploadState state;
  gboolean multipart;
  gboolean checked;
  gboolean needs_content;
  gboolean content_known;
  gboolean begun;
  gboolean searched;
  gboolean reconciled;
  guint parts_total;
  guint parts_done;
  guint parts_in_flight;
  gboolean step_running;
  gboolean completed;
  gboolean abandoned;
} HoistUploadFacts;

/**
 * HoistStep:
 * @HOIST_STEP_NONE: nothing to do now
 * @HOIST_STEP_CHECK_FILE: open and identify the file
 * @HOIST_STEP_READ: compute the SHA-256 of the whole file
 * @HOIST_STEP_ADOPT: look whether the server has some of it that another run began
 * @HOIST_STEP_BEGIN: ask the server for an upload
 * @HOIST_STEP_LIST: ask the server which parts it has
 * @HOIST_STEP_SEND_PART: send one more part
 * @HOIST_STEP_COMPLETE: ask the server to join the parts and confirm
 * @HOIST_STEP_ABORT: clear what was sent
 * @HOIST_STEP_REMOVE: nothing is left on the server: take it off the list
 */
typedef enum
{
  HOIST_STEP_NONE,
  HOIST_STEP_CHECK_FILE,
  HOIST_STEP_READ,
  HOIST_STEP_ADOPT,
  HOIST_STEP_BEGIN,
  HOIST_STEP_LIST,
  HOIST_STEP_SEND_PART,
  HOIST_STEP_COMPLETE,
  HOIST_STEP_ABORT,
  HOIST_STEP_REMOVE,
} HoistStep;

HoistStep hoist_upload_next_step (const HoistUploadFacts *facts);
HoistUploadState hoist_upload_state_for_step (HoistStep step);
gboolean hoist_upload_state_is_active (HoistUploadState state);
gboolean hoist_upload_state_is_terminal (HoistUploadState state);
const char *hoist_upload_state_get_nick (HoistUploadState state);
gboolean hoist_upload_state_from_nick (const char *nick, HoistUploadState *state);
gboolean hoist_command_applies (HoistCommand command, HoistUploadState state);
HoistUploadState hoist_command_get_result (HoistCommand command, HoistUploadState state);

G_END_DECLS
