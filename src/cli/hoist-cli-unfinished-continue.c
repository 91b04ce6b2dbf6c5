/* SPDX-License-Identifier: GPL-3.0-or-later */

/* unfinished continue: goes on with what another run left. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-follow.h"
#include "hoist-cli-leftovers.h"
#include "hoist-cli-options.h"
#include "hoist-cli-target.h"

#define COMMAND "unfinished continue "

typedef struct
{
  /* Options */
  HoistCliTarget target;
  gboolean json;
  GStrv arguments; /* (owned) (nullable) */

  /* In progress */
  char *path;              /* (owned) (nullable) absolute */
  char *destination_id;    /* (owned) (nullable) */
  HoistUploader *uploader; /* (owned) (nullable) */
} ContinueCall;

static void
continue_call_free (ContinueCall *call)
{
  hoist_cli_target_clear (&call->target);
  g_strfreev (call->arguments);
  g_free (call->path);
  g_free (call->destination_id);
  g_clear_object (&call->uploader);
  g_free (call);
}

static void
followed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  hoist_cli_finish (user_data, hoist_cli_follow_run_finish (HOIST_CLI_FOLLOW (source), result));
}

static void
continued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  ContinueCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistCliFollow) follow = NULL;
  guint64 id = hoist_uploader_continue_unfinished_finish (HOIST_UPLOADER (source), result, &error);

  if (id == 0)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  follow = hoist_cli_follow_new (context, call->uploader, call->json);
  hoist_cli_follow_add_id (follow, id);
  hoist_cli_follow_run_async (follow, followed_cb, task);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  ContinueCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) leftovers = hoist_cli_load_leftovers_finish (context, result, &error);
  const HoistUnfinished *leftover = NULL;

  if (leftovers != NULL)
    leftover = hoist_cli_find_leftover (leftovers, call->arguments[0], &error);
  if (leftover == NULL)
    hoist_cli_finish_error (task, context, error);
  else
    hoist_uploader_continue_unfinished_async (call->uploader, call->destination_id, leftover,
                                              call->path,
                                              hoist_cli_context_get_cancellable (context),
                                              continued_cb, task);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  ContinueCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->uploader = hoist_cli_target_open_finish (context, result, &call->destination_id, &error);
  if (call->uploader == NULL)
    hoist_cli_finish_error (task, context, error);
  else
    hoist_cli_load_leftovers_async (context, call->uploader, call->destination_id, loaded_cb, task);
}

static gboolean
check_options (ContinueCall *call, GError **error)
{
  if (call->arguments == NULL || g_strv_length (call->arguments) != 2)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("Give the name of an upload and its file"));
      return FALSE;
    }
  call->path = hoist_cli_target_make_absolute (call->arguments[1]);
  return hoist_cli_target_check (&call->target, error);
}

static HoistCliParsed
parse (HoistCliContext *context, const char *const *arguments, ContinueCall *call)
{
  const GOptionEntry entries[] = {
    HOIST_CLI_TARGET_OPTIONS (call->target),
    { "json", 0, 0, G_OPTION_ARG_NONE, &call->json, N_ ("Write JSON lines, for programs"), NULL },
      { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &call->arguments, NULL, NULL },
      G_OPTION_ENTRY_NULL,
    };

  return hoist_cli_parse_options (context, arguments, COMMAND,
                                  _ ("[OPTION…] ID FILE"),
                                     _ ("Goes on with an upload that was never completed, if all "
                                     "that the server has of it is this file’s."),
                                        entries);
}

/**
 * hoist_cli_unfinished_continue:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl unfinished continue`: goes on with what another run left.
 */
void
hoist_cli_unfinished_continue (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  ContinueCall *call = g_new0 (ContinueCall, 1);
  const HoistCliLimits limits = { 0 };
  g_autoptr (GError) error = NULL;
  HoistCliParsed parsed;

  g_task_set_task_data (task, call, (GDestroyNotify) continue_call_free);
  parsed = parse (context, arguments, call);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (!check_options (call, &error))
    hoist_cli_finish_usage_error (task, context, COMMAND, error->message);
  else
    hoist_cli_target_open_async (&call->target, context, &limits, TRUE, opened_cb, task);
}
