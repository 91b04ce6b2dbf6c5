/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-conformance.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-json.h"
#include "hoist-cli-options.h"
#include "hoist-cli-target.h"
#include "hoist-cli-text.h"
#include "hoist-cli-token.h"
#include "hoist-conformance.h"
#include "hoist-error.h"
#include "hoist-secret-call.h"

typedef struct
{
  /* Options */
  gboolean conformance; /* what brought us here */
  gboolean json;
  char *token_file; /* (owned) (nullable) */
  char *ca_file;    /* (owned) (nullable) */
  GStrv urls;       /* (owned) (nullable) as given */

  /* In progress */
  char *token; /* (owned) (nullable) */

  /* Output, by verdict */
  guint n_rules[HOIST_CONFORMANCE_SKIPPED + 1];
} ConformanceCall;

static void
conformance_call_free (ConformanceCall *call)
{
  g_free (call->token_file);
  g_free (call->ca_file);
  g_strfreev (call->urls);
  hoist_secret_free (call->token);
  g_free (call);
}

static void
tell_json (HoistCliConsole *console,
           const char *rule,
           HoistConformanceVerdict verdict,
           const char *detail)
{
  static const char *const names[] = { "passed", "failed", "skipped" };
  GString *json = hoist_cli_json_begin ("rule");
  g_autofree char *line = NULL;

  hoist_cli_json_add_string (json, "rule", rule);
  hoist_cli_json_add_string (json, "verdict", names[verdict]);
  hoist_cli_json_add_string (json, "detail", detail);
  line = hoist_cli_json_end (json);
  hoist_cli_console_print_raw (console, line);
}

static void
rule_cb (const char *rule, HoistConformanceVerdict verdict, const char *detail, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliConsole *console = hoist_cli_context_get_console (g_task_get_source_object (task));
  ConformanceCall *call = g_task_get_task_data (task);
  /* Translators: what became of a rule, before the rule itself */
  const char *const words[] = { _ ("ok"), _ ("FAILED"), _ ("skipped") };
  g_autofree char *safe_detail = hoist_cli_text_escape (detail != NULL ? detail : "");

  call->n_rules[verdict]++;
  if (call->json)
    {
      tell_json (console, rule, verdict, detail);
      return;
    }
  hoist_cli_console_print (console, "%-8s %s", words[verdict], rule);
  if (*safe_detail != '\0')
    hoist_cli_console_print (console, "         %s", safe_detail);
}

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  ConformanceCall *call = g_task_get_task_data (task);
  guint n_failed = call->n_rules[HOIST_CONFORMANCE_FAILED];
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = hoist_conformance_run_finish (result, &error);

  if (folder == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  if (!call->json)
    {
      hoist_cli_console_print (hoist_cli_context_get_console (context),
                               _ ("%u rules kept, %u broken, %u skipped. What was sent is in the "
                                  "folder %s: delete it in the storage."),
                                  call->n_rules[HOIST_CONFORMANCE_PASSED], n_failed,
                                  call->n_rules[HOIST_CONFORMANCE_SKIPPED], folder);
    }
  hoist_cli_finish (task, n_failed == 0 ? HOIST_CLI_EXIT_OK : HOIST_CLI_EXIT_FAILED);
}

static void
token_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  ConformanceCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->token = hoist_cli_token_read_finish (context, result, &error);
  if (call->token == NULL)
    hoist_cli_finish_error (task, context, error);
  else
    hoist_conformance_run_async (call->urls[0], call->token, call->ca_file, rule_cb, task,
                                 hoist_cli_context_get_cancellable (context), ended_cb, task);
}

static gboolean
check_options (const ConformanceCall *call, GError **error)
{
  HoistCliTarget target = { .token_file = call->token_file, .ca_file = call->ca_file };

  if (call->urls == NULL || g_strv_length (call->urls) != 1)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("Give the address of one backend"));
      return FALSE;
    }
  target.url = call->urls[0];
  return hoist_cli_target_check (&target, error);
}

/**
 * hoist_cli_conformance:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): `test` and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl destination test --conformance`: tries a backend against the rules of the
 * upload API, for whoever writes one.
 */
void
hoist_cli_conformance (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  ConformanceCall *call = g_new0 (ConformanceCall, 1);
  const GOptionEntry entries[] = {
    { "conformance", 0, 0, G_OPTION_ARG_NONE, &call->conformance,
      N_ ("Try every rule of the upload API; uploads some MiB"), NULL },
      { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &call->token_file,
        N_ ("File with the token; “-” for standard input"), N_ ("FILE") },
        { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &call->ca_file,
          N_ ("Further trusted certificates (PEM)"), N_ ("FILE") },
          { "json", 0, 0, G_OPTION_ARG_NONE, &call->json,
            N_ ("Write JSON lines, for programs"), NULL },
            { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &call->urls, NULL, NULL },
            G_OPTION_ENTRY_NULL,
         };
  g_autoptr (GError) error = NULL;
  HoistCliParsed parsed;

  g_task_set_task_data (task, call, (GDestroyNotify) conformance_call_free);
  parsed = hoist_cli_parse_options (context, arguments, "destination test ",
                                    _ ("--conformance [OPTION…] URL"),
                                       _ ("Tries a backend of your own against the rules of the "
                                          "upload API."),
                                          entries);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (!check_options (call, &error))
    hoist_cli_finish_usage_error (task, context, "destination ", error->message);
  else
    hoist_cli_token_read_async (context, call->token_file, "", token_read_cb, task);
}
