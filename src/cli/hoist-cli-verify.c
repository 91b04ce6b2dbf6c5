/* SPDX-License-Identifier: GPL-3.0-or-later */

/* verify: asks the storages what they have of deliveries now. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-commands.h"
#include "hoist-cli-ids.h"
#include "hoist-cli-json.h"
#include "hoist-cli-options.h"
#include "hoist-cli-target.h"
#include "hoist-cli-text.h"
#include "hoist-receipt-format.h"

typedef struct
{
  /* Options */
  HoistCliTarget target;
  gboolean all;
  gboolean json;
  gboolean with_files;
  GStrv texts; /* (owned) (nullable) ids as given */

  /* In progress */
  GArray *ids;             /* (owned) (element-type guint64) */
  guint n_asked;           /* of @ids */
  HoistUploader *uploader; /* (owned) (nullable) */
  guint n_bad;             /* something is not what was delivered */
  guint n_unknown;         /* something could not be looked at */
  gboolean some_missing;
} VerifyCall;

static void
verify_call_free (VerifyCall *call)
{
  hoist_cli_target_clear (&call->target);
  g_strfreev (call->texts);
  g_array_unref (call->ids);
  g_clear_object (&call->uploader);
  g_free (call);
}

static void
count (VerifyCall *call, const HoistVerification *result)
{
  if (result->object == HOIST_OBJECT_GONE || result->object == HOIST_OBJECT_REPLACED ||
      result->file == HOIST_FILE_DIFFERS)
    call->n_bad++;
  else if (result->object == HOIST_OBJECT_UNKNOWN || result->file == HOIST_FILE_UNREADABLE ||
           result->file == HOIST_FILE_NO_CHECKSUM)
    call->n_unknown++;
}

static void
print_json (HoistCliConsole *console, const HoistVerification *result, const char *name)
{
  GString *json = hoist_cli_json_begin (NULL);
  g_autoptr (GPtrArray) differences = hoist_difference_get_nicks (result->differences);
  g_autofree char *joined = NULL;
  g_autofree char *line = NULL;

  g_ptr_array_add (differences, NULL);
  joined = g_strjoinv (",", (char **) differences->pdata);
  hoist_cli_json_add_number (json, "id", result->id);
  hoist_cli_json_add_string (json, "name", name);
  hoist_cli_json_add_string (json, "object", hoist_object_verdict_get_nick (result->object));
  hoist_cli_json_add_string (json, "differs", *joined != '\0' ? joined : NULL);
  hoist_cli_json_add_time (json, "time", result->time_us);
  hoist_cli_json_add_time (json, "modified", result->modified_us);
  if (result->error_code >= 0)
    hoist_cli_json_add_string (json, "code",
                               hoist_error_get_nick ((HoistError) result->error_code));
  hoist_cli_json_add_string (json, "message", result->message);
  if (result->file != HOIST_FILE_NOT_ASKED)
    hoist_cli_json_add_string (json, "file", hoist_file_verdict_get_nick (result->file));
  hoist_cli_json_add_string (json, "fileMessage", result->file_message);
  line = hoist_cli_json_end (json);
  hoist_cli_console_print_raw (console, line);
}

static void
print_text (HoistCliConsole *console, const HoistVerification *result, const char *name)
{
  g_autofree char *safe_name = hoist_cli_text_escape (name);
  g_autofree char *object =
    hoist_verification_format_object (result->object, result->differences, result->message);
  g_autofree char *safe_object = hoist_cli_text_escape (object);
  g_autofree char *file = hoist_verification_format_file (result->file, result->file_message);
  g_autofree char *safe_file = file != NULL ? hoist_cli_text_escape (file) : NULL;

  /* Translators: a file's name, and what was found out about it */
  hoist_cli_console_print (console, _ ("%s: %s"), safe_name, safe_object);
  if (safe_file != NULL)
    /* Translators: a file's name, and what was found out about it */
    hoist_cli_console_print (console, _ ("%s: %s"), safe_name, safe_file);
}

static void
print_result (HoistCliContext *context, VerifyCall *call, const HoistVerification *result)
{
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  const HoistUploadInfo *info =
    hoist_upload_list_lookup_info (hoist_uploader_get_list (call->uploader), result->id);
  const char *name = info != NULL ? info->name : "";

  count (call, result);
  if (call->json)
    print_json (console, result, name);
  else
    print_text (console, result, name);
}

static void
finish_verify (GTask *task)
{
  const VerifyCall *call = g_task_get_task_data (task);
  int status = HOIST_CLI_EXIT_OK;

  if (call->n_bad > 0)
    status = HOIST_CLI_EXIT_FAILED;
  else if (call->n_unknown > 0 || call->some_missing)
    status = HOIST_CLI_EXIT_UNKNOWN;
  hoist_cli_finish (task, status);
}

static void ask_more (GTask *task);

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  VerifyCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results =
    hoist_uploader_verify_finish (HOIST_UPLOADER (source), result, &error);

  if (results == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  for (guint i = 0; i < results->len; i++)
    print_result (context, call, g_ptr_array_index (results, i));
  ask_more (task);
}

static void
ask_more (GTask *task)
{
  HoistCliContext *context = g_task_get_source_object (task);
  VerifyCall *call = g_task_get_task_data (task);
  guint n = MIN (call->ids->len - call->n_asked, HOIST_UPLOADER_MAX_RECEIPTS);
  const guint64 *first = &g_array_index (call->ids, guint64, call->n_asked);

  if (n == 0)
    {
      finish_verify (task);
      return;
    }
  call->n_asked += n;
  hoist_uploader_verify_async (call->uploader, first, n, call->with_files,
                               hoist_cli_context_get_cancellable (context), verified_cb, task);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  VerifyCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GArray *chosen;

  call->uploader = hoist_cli_target_open_finish (context, result, NULL, &error);
  if (call->uploader == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  chosen = hoist_cli_choose_delivered (context, hoist_uploader_get_list (call->uploader), call->ids,
                                       call->all, &call->some_missing);
  g_array_unref (call->ids);
  call->ids = chosen;
  ask_more (task);
}

/**
 * hoist_cli_verify:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl verify`: asks the storages what they have of deliveries now.
 */
void
hoist_cli_verify (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  VerifyCall *call = g_new0 (VerifyCall, 1);
  const HoistCliLimits limits = { 0 };
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "all", 'a', 0, G_OPTION_ARG_NONE, &call->all, N_ ("Every finished upload"), NULL },
      { "file", 'f', 0, G_OPTION_ARG_NONE, &call->with_files,
        N_ ("Compare the local files as well"), NULL },
        HOIST_CLI_TARGET_OPTIONS (call->target),
        { "json", 0, 0, G_OPTION_ARG_NONE, &call->json,
          N_ ("Write JSON lines, for programs"), NULL },
          { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &call->texts, NULL, NULL },
          G_OPTION_ENTRY_NULL,
      };
  HoistCliParsed parsed;

  call->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_task_set_task_data (task, call, (GDestroyNotify) verify_call_free);
  parsed = hoist_cli_parse_options (
    context, arguments, "verify ",
    _ ("[OPTION…] NUMBER…|--all"),
       _ ("Asks the storage whether delivered files are still there, unchanged."), entries);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (!hoist_cli_read_ids ((const char *const *) call->texts, call->all, call->ids, &error) ||
           !hoist_cli_target_check (&call->target, &error))
    hoist_cli_finish_usage_error (task, context, "verify ", error->message);
  else
    hoist_cli_target_open_async (&call->target, context, &limits, FALSE, opened_cb, task);
}
