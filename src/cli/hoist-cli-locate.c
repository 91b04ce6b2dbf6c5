/* SPDX-License-Identifier: GPL-3.0-or-later */

/* locate: says where a file is now. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-commands.h"
#include "hoist-cli-follow.h"
#include "hoist-cli-options.h"
#include "hoist-cli-target.h"
#include "hoist-cli-values.h"

#define COMMAND "locate "

typedef struct
{
  /* Options */
  HoistCliTarget target;
  gboolean json;
  GStrv arguments; /* (owned) (nullable) */

  /* In progress */
  guint64 id;
  char *path;              /* (owned) (nullable) absolute */
  HoistUploader *uploader; /* (owned) (nullable) */
} LocateCall;

static void
locate_call_free (LocateCall *call)
{
  hoist_cli_target_clear (&call->target);
  g_strfreev (call->arguments);
  g_free (call->path);
  g_clear_object (&call->uploader);
  g_free (call);
}

static void
followed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  hoist_cli_finish (user_data, hoist_cli_follow_run_finish (HOIST_CLI_FOLLOW (source), result));
}

static void
relocated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  LocateCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistCliFollow) follow = NULL;

  if (!hoist_uploader_relocate_finish (HOIST_UPLOADER (source), result, &error))
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  follow = hoist_cli_follow_new (context, call->uploader, call->json);
  hoist_cli_follow_add_id (follow, call->id);
  hoist_cli_follow_run_async (follow, followed_cb, task);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  LocateCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->uploader = hoist_cli_target_open_finish (context, result, NULL, &error);
  if (call->uploader == NULL)
    hoist_cli_finish_error (task, context, error);
  else
    hoist_uploader_relocate_async (call->uploader, call->id, call->path,
                                   hoist_cli_context_get_cancellable (context), relocated_cb, task);
}

static gboolean
check_options (LocateCall *call, GError **error)
{
  if (call->arguments == NULL || g_strv_length (call->arguments) != 2)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("Give the number of an upload and its file"));
      return FALSE;
    }
  call->path = hoist_cli_target_make_absolute (call->arguments[1]);
  return hoist_cli_parse_id (call->arguments[0], &call->id, error) &&
         hoist_cli_target_check (&call->target, error);
}

static HoistCliParsed
parse (HoistCliContext *context, const char *const *arguments, LocateCall *call)
{
  const GOptionEntry entries[] = {
    HOIST_CLI_TARGET_OPTIONS (call->target),
    { "json", 0, 0, G_OPTION_ARG_NONE, &call->json, N_ ("Write JSON lines, for programs"), NULL },
      { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &call->arguments, NULL, NULL },
      G_OPTION_ENTRY_NULL,
    };

  return hoist_cli_parse_options (context, arguments, COMMAND,
                                  _ ("[OPTION…] NUMBER FILE"),
                                     _ ("Goes on with a file that is elsewhere now, if it is the "
                                     "same: what was sent of it is compared."),
                                        entries);
}

/**
 * hoist_cli_locate:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl locate`: says where an upload's file is now, and follows it.
 */
void
hoist_cli_locate (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  LocateCall *call = g_new0 (LocateCall, 1);
  const HoistCliLimits limits = { 0 };
  g_autoptr (GError) error = NULL;
  HoistCliParsed parsed;

  g_task_set_task_data (task, call, (GDestroyNotify) locate_call_free);
  parsed = parse (context, arguments, call);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (!check_options (call, &error))
    hoist_cli_finish_usage_error (task, context, COMMAND, error->message);
  else
    hoist_cli_target_open_async (&call->target, context, &limits, FALSE, opened_cb, task);
}
