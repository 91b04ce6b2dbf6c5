/* SPDX-License-Identifier: GPL-3.0-or-later */

/* unfinished: what other runs left on the server, and its list. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-commands.h"
#include "hoist-cli-json.h"
#include "hoist-cli-leftovers.h"
#include "hoist-cli-options.h"
#include "hoist-cli-target.h"
#include "hoist-unfinished-format.h"

typedef struct
{
  HoistCliTarget target;
  gboolean json;
  char *destination_id;    /* (owned) (nullable) */
  HoistUploader *uploader; /* (owned) (nullable) */
} ListCall;

static void
list_call_free (ListCall *call)
{
  hoist_cli_target_clear (&call->target);
  g_free (call->destination_id);
  g_clear_object (&call->uploader);
  g_free (call);
}

static void
print_json (HoistCliConsole *console, const ListCall *call, const HoistUnfinished *leftover)
{
  GString *json = hoist_cli_json_begin (NULL);
  g_autofree char *id = hoist_unfinished_dup_id (leftover);
  g_autofree char *line = NULL;

  hoist_cli_json_add_string (json, "id", id);
  hoist_cli_json_add_string (json, "name", hoist_unfinished_get_name (leftover));
  hoist_cli_json_add_string (json, "key", leftover->key);
  hoist_cli_json_add_string (json, "uploadId", leftover->upload_id);
  hoist_cli_json_add_string (json, "destination", call->destination_id);
  if (leftover->has_size)
    {
      hoist_cli_json_add_number (json, "size", leftover->size_bytes);
      hoist_cli_json_add_number (json, "parts", leftover->n_parts);
    }
  if (leftover->part_bytes > 0)
    hoist_cli_json_add_number (json, "partSize", leftover->part_bytes);
  hoist_cli_json_add_time (json, "initiated", leftover->initiated_us);
  hoist_cli_json_add_time (json, "modified", leftover->modified_us);
  line = hoist_cli_json_end (json);
  hoist_cli_console_print_raw (console, line);
}

static void
print_sum (HoistCliConsole *console, GPtrArray *leftovers)
{
  g_autofree char *sum = hoist_unfinished_format_sum (leftovers, FALSE);

  if (leftovers->len == 0)
    hoist_cli_console_print_note (console, "%s",
                                  _ ("No other run left an unfinished upload there."));
  else
    /* Translators: %s is an amount of data, such as “12.4 GB” or “more than 12.4 GB” */
    hoist_cli_console_print_note (console,
                                  ngettext ("%u unfinished upload holds %s",
                                            "%u unfinished uploads hold %s", leftovers->len),
                                  leftovers->len, sum);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  ListCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) leftovers = hoist_cli_load_leftovers_finish (context, result, &error);

  if (leftovers == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  for (guint i = 0; i < leftovers->len; i++)
    {
      g_autofree char *line = hoist_cli_describe_leftover (leftovers->pdata[i]);

      if (call->json)
        print_json (console, call, leftovers->pdata[i]);
      else
        hoist_cli_console_print (console, "%s", line);
    }
  if (!call->json)
    print_sum (console, leftovers);
  hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  ListCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->uploader = hoist_cli_target_open_finish (context, result, &call->destination_id, &error);
  if (call->uploader == NULL)
    hoist_cli_finish_error (task, context, error);
  else
    hoist_cli_load_leftovers_async (context, call->uploader, call->destination_id, loaded_cb, task);
}

static void
list (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  ListCall *call = g_new0 (ListCall, 1);
  const HoistCliLimits limits = { 0 };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rest = NULL;
  const GOptionEntry entries[] = {
    HOIST_CLI_TARGET_OPTIONS (call->target),
    { "json", 0, 0, G_OPTION_ARG_NONE, &call->json, N_ ("Write JSON lines, for programs"), NULL },
      { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, NULL },
      G_OPTION_ENTRY_NULL,
    };
  HoistCliParsed parsed;

  g_task_set_task_data (task, call, (GDestroyNotify) list_call_free);
  parsed = hoist_cli_parse_options (
    context, arguments, "unfinished list ",
    _ ("[OPTION…]"), _ ("Shows the uploads that a server began, that were never completed "
                                       "and that no list here has, the oldest first: how much each "
                                       "holds, when the last part came, and its name."),
                        entries);
  if (parsed == HOIST_CLI_PARSED_OK && rest != NULL)
    g_set_error_literal (&error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                         _ ("This command takes no arguments"));
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (error != NULL || !hoist_cli_target_check (&call->target, &error))
    hoist_cli_finish_usage_error (task, context, "unfinished list ", error->message);
  else
    hoist_cli_target_open_async (&call->target, context, &limits, TRUE, opened_cb, task);
}

static void
print_overview (HoistCliContext *context)
{
  HoistCliConsole *console = hoist_cli_context_get_console (context);

  hoist_cli_console_print (console, "%s", _ ("Usage:"));
  hoist_cli_console_print (console, "  hoistctl unfinished list");
  hoist_cli_console_print (console, "  hoistctl unfinished clear ID…|--all|--older-than 7d");
  hoist_cli_console_print (console, "  hoistctl unfinished continue ID FILE");
}

/**
 * hoist_cli_unfinished:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl unfinished`: what other runs left on the server.
 */
void
hoist_cli_unfinished (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  const char *verb = arguments[1] != NULL ? arguments[1] : "";

  if (g_str_equal (verb, "list"))
    list (context, arguments + 1, task);
  else if (g_str_equal (verb, "clear"))
    hoist_cli_unfinished_clear (context, arguments + 1, task);
  else if (g_str_equal (verb, "continue"))
    hoist_cli_unfinished_continue (context, arguments + 1, task);
  else if (g_str_equal (verb, "--help") || g_str_equal (verb, "-h"))
    {
      print_overview (context);
      hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
    }
  else
    hoist_cli_finish_usage_error (task, context, "unfinished ",
                                  _ ("Say what to do: list, clear or continue"));
}
