/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-commands.h"
#include "hoist-cli-follow.h"
#include "hoist-cli-json.h"
#include "hoist-cli-limits.h"
#include "hoist-cli-options.h"
#include "hoist-cli-target.h"

/* Processes that end just as they are to take the files, one after another. */
#define MAX_REOPENED 3

typedef struct
{
  /* Options */
  HoistCliTarget target;
  HoistCliLimitOptions limit_options;
  gboolean json;
  GStrv paths; /* (owned) (nullable) as given */

  /* In progress */
  HoistCliLimits limits;
  char *destination_id;    /* (owned) (nullable) */
  HoistUploader *uploader; /* (owned) (nullable) */
  GStrv absolute_paths;    /* (owned) (nullable) */
  guint n_reopened;
} UploadCall;

static void
upload_call_free (UploadCall *call)
{
  hoist_cli_target_clear (&call->target);
  hoist_cli_limit_options_clear (&call->limit_options);
  g_strfreev (call->paths);
  g_free (call->destination_id);
  g_clear_object (&call->uploader);
  g_strfreev (call->absolute_paths);
  g_free (call);
}

static gboolean
check_options (UploadCall *call, GError **error)
{
  if (call->paths == NULL || call->paths[0] == NULL)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, _ ("Say what to upload"));
      return FALSE;
    }
  return hoist_cli_target_check (&call->target, error) &&
         hoist_cli_limit_options_read (&call->limit_options, &call->limits, error);
}

static void
followed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  hoist_cli_finish (user_data, hoist_cli_follow_run_finish (HOIST_CLI_FOLLOW (source), result));
}

static void
print_added (HoistCliContext *context, UploadCall *call, guint64 batch)
{
  GString *json = hoist_cli_json_begin ("added");
  g_autofree char *line = NULL;

  hoist_cli_json_add_number (json, "batch", batch);
  hoist_cli_json_add_string (json, "destination", call->destination_id);
  line = hoist_cli_json_end (json);
  hoist_cli_console_print_raw (hoist_cli_context_get_console (context), line);
}

static void add (HoistCliContext *context, GTask *task);

static void
opened_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  UploadCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  HoistUploader *uploader = hoist_cli_host_open_finish (HOIST_CLI_HOST (source), result, &error);

  if (uploader == NULL)
    {
      hoist_cli_finish_error (g_steal_pointer (&task), context, error);
      return;
    }
  g_set_object (&call->uploader, uploader);
  add (context, g_steal_pointer (&task));
}

static void
lost_cb (gpointer user_data)
{
  /* The call that is under way says so, too. */
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  UploadCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistCliFollow) follow = NULL;
  guint64 batch = hoist_uploader_add_finish (HOIST_UPLOADER (source), result, &error);

  hoist_cli_context_set_lost_func (context, NULL, NULL);
  if (g_error_matches (error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE) &&
      call->n_reopened++ < MAX_REOPENED)
    {
      /* The process that was to take the files has just ended. */
      hoist_cli_host_open_async (hoist_cli_context_get_host (context), NULL,
                                 hoist_cli_context_get_cancellable (context), opened_again_cb,
                                 g_steal_pointer (&task));
      return;
    }
  if (batch == 0)
    {
      hoist_cli_finish_error (g_steal_pointer (&task), context, error);
      return;
    }
  if (call->json)
    print_added (context, call, batch);
  follow = hoist_cli_follow_new (context, call->uploader, call->json);
  hoist_cli_follow_set_batch (follow, batch);
  hoist_cli_follow_set_source (follow, (const char *const *) call->absolute_paths,
                               call->destination_id);
  hoist_cli_follow_run_async (follow, followed_cb, g_steal_pointer (&task));
}

static GStrv
make_absolute_paths (char **paths)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *path = hoist_cli_target_make_absolute (paths[i]);

      g_strv_builder_add (builder, path);
    }
  return g_strv_builder_end (builder);
}

static void
add (HoistCliContext *context, GTask *task)
{
  UploadCall *call = g_task_get_task_data (task);

  hoist_cli_context_set_lost_func (context, lost_cb, NULL);
  hoist_uploader_add_async (call->uploader, (const char *const *) call->absolute_paths,
                            call->destination_id, hoist_cli_context_get_cancellable (context),
                            added_cb, task);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  UploadCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->uploader = hoist_cli_target_open_finish (context, result, &call->destination_id, &error);
  if (call->uploader == NULL)
    {
      hoist_cli_finish_error (g_steal_pointer (&task), context, error);
      return;
    }
  hoist_cli_limit_options_tell (&call->limit_options, context);
  call->absolute_paths = make_absolute_paths (call->paths);
  add (context, g_steal_pointer (&task));
}

static HoistCliParsed
parse (HoistCliContext *context, const char *const *arguments, UploadCall *call)
{
  const GOptionEntry entries[] = {
    HOIST_CLI_TARGET_OPTIONS (call->target),
    HOIST_CLI_LIMIT_OPTIONS (call->limit_options),
    { "json", 0, 0, G_OPTION_ARG_NONE, &call->json, N_ ("Write JSON lines, for programs"), NULL },
      { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &call->paths, NULL, NULL },
      G_OPTION_ENTRY_NULL,
    };

  return hoist_cli_parse_options (context, arguments, "upload ",
                                  _ ("[OPTION…] PATH…"),
                                     _ ("Uploads files, and folders with all that is in them, and "
                                     "says where each one is then."),
                                        entries);
}

/**
 * hoist_cli_upload:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl upload`: uploads files and folders and follows them to their end.
 */
void
hoist_cli_upload (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  UploadCall *call = g_new0 (UploadCall, 1);
  g_autoptr (GError) error = NULL;
  HoistCliParsed parsed;

  g_task_set_task_data (task, call, (GDestroyNotify) upload_call_free);
  parsed = parse (context, arguments, call);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (!check_options (call, &error))
    hoist_cli_finish_usage_error (task, context, "upload ", error->message);
  else
    hoist_cli_target_open_async (&call->target, context, &call->limits, TRUE, opened_cb, task);
}
