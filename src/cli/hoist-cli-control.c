/* SPDX-License-Identifier: GPL-3.0-or-later */

/* pause, resume, retry, cancel: what a person says of uploads that are there. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-clearing.h"
#include "hoist-cli-commands.h"
#include "hoist-cli-follow.h"
#include "hoist-cli-ids.h"
#include "hoist-cli-limits.h"
#include "hoist-cli-options.h"
#include "hoist-cli-target.h"
#include "hoist-cli-text.h"

typedef struct
{
  HoistCommand command;
  const char *name; /* and a blank */
  const char *summary;
  const char *does_not_fit; /* a format: the upload's name, its state */
} Verb;

static const Verb verbs[] = {
  { HOIST_COMMAND_PAUSE, "pause ",
    N_ ("Stops uploads. What was sent is kept."),
        /* Translators: the first %s is a file's name, the second its state, such as “Uploaded”. */
        N_ ("%s cannot be paused: %s") },
    { HOIST_COMMAND_RESUME, "resume ",
      N_ ("Goes on with paused uploads, and with those that an earlier run left, to their end."),
        /* Translators: the first %s is a file's name, the second its state, such as “Uploaded”. */
        N_ ("%s cannot be resumed: %s") },
      { HOIST_COMMAND_RETRY, "retry ",
        N_ ("Tries failed uploads again, to their end."),
          /* Translators: the first %s is a file's name, the second its state, such as “Uploaded”. */
          N_ ("%s cannot be tried again: %s") },
        { HOIST_COMMAND_CANCEL, "cancel ",
          N_ ("Ends uploads and clears what was sent."),
            /* Translators: the first %s is a file's name, the second its state, such as “Uploaded”. */
            N_ ("%s cannot be cancelled: %s") },
          { HOIST_COMMAND_ABANDON, "leave ",
            N_ ("Takes cancelled uploads off the list that cannot be cleared, because their server is "
                "gone. What was sent stays there."),
              /* Translators: the first %s is a file's name, the second its state, such as “Uploaded”. */
              N_ ("%s is not being cancelled: %s") },
          };

typedef struct
{
  const Verb *verb;

  /* Options */
  HoistCliTarget target;
  HoistCliLimitOptions limit_options; /* of verbs that upload */
  gboolean all;
  gboolean json;
  GStrv texts; /* (owned) (nullable) ids as given */

  /* In progress */
  HoistCliLimits limits;
  GArray *ids;             /* (owned) (element-type guint64) as given */
  HoistUploader *uploader; /* (owned) (nullable) */
  int status;
} ControlCall;

/* Whether what it goes on with is followed to its end. */
static gboolean
uploads (const Verb *verb)
{
  return verb->command == HOIST_COMMAND_RESUME || verb->command == HOIST_COMMAND_RETRY;
}

static void
control_call_free (ControlCall *call)
{
  hoist_cli_target_clear (&call->target);
  hoist_cli_limit_options_clear (&call->limit_options);
  g_strfreev (call->texts);
  g_array_unref (call->ids);
  g_clear_object (&call->uploader);
  g_free (call);
}

static gboolean
check_options (ControlCall *call, GError **error)
{
  return hoist_cli_read_ids ((const char *const *) call->texts, call->all, call->ids, error) &&
         hoist_cli_target_check (&call->target, error) &&
         hoist_cli_limit_options_read (&call->limit_options, &call->limits, error);
}

/* Why an upload that was named is left out; %FALSE where it is not. */
static gboolean
print_misfit (HoistCliContext *context, ControlCall *call, guint64 id, const HoistUploadInfo *info)
{
  HoistCliConsole *console = hoist_cli_context_get_console (context);

  if (info == NULL)
    {
      g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, id);

      /* Translators: %s is the number of an upload. */
      hoist_cli_console_print_error (console, _ ("There is no upload %s"), number);
      return TRUE;
    }
  if (!hoist_command_applies (call->verb->command, info->state))
    {
      g_autofree char *name = hoist_cli_text_escape (info->name);
      g_autofree char *status = hoist_upload_format_status (info, g_get_monotonic_time ());
      g_autofree char *safe_status = hoist_cli_text_escape (status);
      g_autofree char *line = g_strdup_printf (_ (call->verb->does_not_fit), name, safe_status);

      hoist_cli_console_print_error (console, "%s", line);
      return TRUE;
    }
  return FALSE;
}

/* (element-type guint64) the uploads that the command is for */
static GArray *
choose (HoistCliContext *context, ControlCall *call)
{
  HoistUploadList *list = hoist_uploader_get_list (call->uploader);
  GArray *chosen = g_array_new (FALSE, FALSE, sizeof (guint64));
  const HoistUploadInfo *info;

  for (guint i = 0; call->all && (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if (hoist_command_applies (call->verb->command, info->state))
      g_array_append_val (chosen, info->id);
  for (guint i = 0; i < call->ids->len; i++)
    {
      guint64 id = g_array_index (call->ids, guint64, i);

      if (print_misfit (context, call, id, hoist_upload_list_lookup_info (list, id)))
        call->status = HOIST_CLI_EXIT_FAILED;
      else
        g_array_append_val (chosen, id);
    }
  return chosen;
}

static void
finish_control (GTask *task, int status)
{
  ControlCall *call = g_task_get_task_data (task);

  hoist_cli_finish (task, status != HOIST_CLI_EXIT_OK ? status : call->status);
}

static void
followed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  finish_control (user_data, hoist_cli_follow_run_finish (HOIST_CLI_FOLLOW (source), result));
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  finish_control (user_data, hoist_cli_await_clearing_finish (HOIST_CLI_CONTEXT (source), result));
}

/* What lies on a server then, and that nobody clears it. */
static void
print_left (HoistCliContext *context, ControlCall *call, GArray *ids)
{
  for (guint i = 0; i < ids->len; i++)
    {
      const HoistUploadInfo *info = hoist_upload_list_lookup_info (
        hoist_uploader_get_list (call->uploader), g_array_index (ids, guint64, i));
      g_autofree char *name = hoist_cli_text_escape (info->name);
      g_autofree char *key = hoist_cli_text_escape (info->key != NULL ? info->key : info->name);
      g_autofree char *size = g_format_size (info->sent_bytes);

      /* Translators: a file's name, an amount of data, and what the server calls the file */
      hoist_cli_console_print_note (hoist_cli_context_get_console (context),
                                    _ ("%s: up to %s may stay on the server, as “%s”"), name, size,
                                       key);
    }
}

static void
give_command (HoistCliContext *context, GTask *task, GArray *ids)
{
  ControlCall *call = g_task_get_task_data (task);
  HoistCommand command = call->verb->command;
  const guint64 *first = (const guint64 *) ids->data;

  if (uploads (call->verb))
    {
      g_autoptr (HoistCliFollow) follow =
        hoist_cli_follow_new (context, call->uploader, call->json);

      for (guint i = 0; i < ids->len; i++)
        hoist_cli_follow_add_id (follow, first[i]);
      hoist_cli_limit_options_tell (&call->limit_options, context);
      hoist_cli_follow_run_async (follow, followed_cb, task);
      hoist_uploader_command (call->uploader, command, first, ids->len);
    }
  else if (command == HOIST_COMMAND_CANCEL)
    {
      hoist_cli_await_clearing_async (context, call->uploader, ids, FALSE, cleared_cb, task);
      hoist_uploader_command (call->uploader, command, first, ids->len);
    }
  else
    {
      if (command == HOIST_COMMAND_ABANDON)
        print_left (context, call, ids);
      hoist_uploader_command (call->uploader, command, first, ids->len);
      finish_control (task, HOIST_CLI_EXIT_OK);
    }
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  ControlCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids = NULL;

  call->uploader = hoist_cli_target_open_finish (context, result, NULL, &error);
  if (call->uploader == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  ids = choose (context, call);
  if (ids->len > 0)
    {
      give_command (context, task, ids);
      return;
    }
  if (call->all)
    hoist_cli_console_print_note (hoist_cli_context_get_console (context), "%s",
                                  _ ("There is no upload that this can be done with."));
  finish_control (task, HOIST_CLI_EXIT_OK);
}

static HoistCliParsed
parse (HoistCliContext *context, const char *const *arguments, ControlCall *call)
{
  /* Those of verbs that upload come last, so that the list can end before them. */
  GOptionEntry entries[] = {
    { "all", 'a', 0, G_OPTION_ARG_NONE, &call->all,
      N_ ("Each upload that it can be done with"), NULL },
      HOIST_CLI_TARGET_OPTIONS (call->target),
      { "json", 0, 0, G_OPTION_ARG_NONE, &call->json, N_ ("Write JSON lines, for programs"), NULL },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &call->texts, NULL, NULL },
        HOIST_CLI_LIMIT_OPTIONS (call->limit_options), G_OPTION_ENTRY_NULL,
    };

  if (!uploads (call->verb))
    entries[G_N_ELEMENTS (entries) - 1 - HOIST_CLI_N_LIMIT_OPTIONS] =
      (GOptionEntry) G_OPTION_ENTRY_NULL;
  return hoist_cli_parse_options (context, arguments, call->verb->name,
                                  _ ("[OPTION…] NUMBER…|--all"), _ (call->verb->summary), entries);
}

static void
run (HoistCliContext *context, const char *const *arguments, GTask *task, HoistCommand command)
{
  ControlCall *call = g_new0 (ControlCall, 1);
  g_autoptr (GError) error = NULL;
  HoistCliParsed parsed;

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (verbs[i].command == command)
      call->verb = &verbs[i];
  call->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_task_set_task_data (task, call, (GDestroyNotify) control_call_free);
  parsed = parse (context, arguments, call);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (!check_options (call, &error))
    hoist_cli_finish_usage_error (task, context, call->verb->name, error->message);
  else
    hoist_cli_target_open_async (&call->target, context, &call->limits, FALSE, opened_cb, task);
}

/**
 * hoist_cli_pause:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl pause`: stops uploads of the running application.
 */
void
hoist_cli_pause (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  run (context, arguments, task, HOIST_COMMAND_PAUSE);
}

/**
 * hoist_cli_resume:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl resume`: goes on with uploads and follows them to their end.
 */
void
hoist_cli_resume (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  run (context, arguments, task, HOIST_COMMAND_RESUME);
}

/**
 * hoist_cli_retry:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl retry`: tries failed uploads again and follows them to their end.
 */
void
hoist_cli_retry (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  run (context, arguments, task, HOIST_COMMAND_RETRY);
}

/**
 * hoist_cli_cancel:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl cancel`: ends uploads and waits until what was sent is cleared.
 */
void
hoist_cli_cancel (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  run (context, arguments, task, HOIST_COMMAND_CANCEL);
}

/**
 * hoist_cli_leave:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl leave`: gives up to clear cancelled uploads.
 */
void
hoist_cli_leave (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  run (context, arguments, task, HOIST_COMMAND_ABANDON);
}
