/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-options.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-cli-text.h"
#include "hoist-error.h"

/**
 * hoist_cli_print_usage_error:
 * @context: the run
 * @command: (nullable): the command that was called wrongly
 * @message: what is wrong
 *
 * Prints what is wrong with the arguments, and where help is.
 */
void
hoist_cli_print_usage_error (HoistCliContext *context, const char *command, const char *message)
{
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  g_autofree char *escaped = hoist_cli_text_escape (message);

  hoist_cli_console_print_error (console, "%s", escaped);
  /* Translators: %s is a command such as “hoistctl upload”. */
  hoist_cli_console_print_note (console, _ ("Try “hoistctl %s--help”."), command ? command : "");
}

/* GOption writes a first paragraph with the program's name only: the command belongs to it. */
static void
print_help (HoistCliContext *context,
            GOptionContext *options,
            const char *command,
            const char *synopsis)
{
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  g_autofree char *text = g_strchomp (g_option_context_get_help (options, TRUE, NULL));
  const char *rest = strstr (text, "\n\n");

  /* Translators: before a command line, in the help. */
  hoist_cli_console_print (console, "%s\n  hoistctl %s%s%s",
                           _ ("Usage:"), command, synopsis, rest != NULL ? rest : "");
}

/**
 * hoist_cli_parse_options:
 * @context: the run
 * @arguments: (array zero-terminated=1): the command's name and its arguments
 * @command: the command with all its words, and a blank: `destination add `
 * @synopsis: what follows the command: `[OPTION…] PATH…`
 * @summary: what the command does
 * @entries: its options
 *
 * Reads the arguments of a command into its options.
 *
 * Returns: what became of it
 */
HoistCliParsed
hoist_cli_parse_options (HoistCliContext *context,
                         const char *const *arguments,
                         const char *command,
                         const char *synopsis,
                         const char *summary,
                         const GOptionEntry *entries)
{
  gboolean help = FALSE;
  const GOptionEntry help_entries[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, N_ ("Show this help"), NULL }, G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) left = g_strdupv ((char **) arguments);

  /* GOption's own help goes to the process' standard output and ends it. */
  g_option_context_set_help_enabled (options, FALSE);
  g_option_context_set_summary (options, summary);
  g_option_context_add_main_entries (options, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (options, help_entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse_strv (options, &left, &error))
    {
      hoist_cli_print_usage_error (context, command, error->message);
      return HOIST_CLI_PARSED_BAD;
    }
  if (help)
    {
      print_help (context, options, command, synopsis);
      return HOIST_CLI_PARSED_HELP;
    }
  return HOIST_CLI_PARSED_OK;
}

/**
 * hoist_cli_finish:
 * @task: (transfer full): a command's task
 * @status: its exit status
 *
 * Ends a command.
 */
void
hoist_cli_finish (GTask *task, int status)
{
  g_task_return_int (task, status);
  g_object_unref (task);
}

/**
 * hoist_cli_finish_parsed:
 * @task: (transfer full): a command's task
 * @parsed: what became of its arguments; not %HOIST_CLI_PARSED_OK
 *
 * Ends a command of which nothing is to be carried out.
 */
void
hoist_cli_finish_parsed (GTask *task, HoistCliParsed parsed)
{
  hoist_cli_finish (task,
                    parsed == HOIST_CLI_PARSED_HELP ? HOIST_CLI_EXIT_OK : HOIST_CLI_EXIT_USAGE);
}

/**
 * hoist_cli_finish_usage_error:
 * @task: (transfer full): a command's task
 * @context: the run
 * @command: (nullable): the command that was called wrongly, and a blank
 * @message: what is wrong
 *
 * Prints what is wrong with the arguments, and where help is, and ends the command.
 */
void
hoist_cli_finish_usage_error (GTask *task,
                              HoistCliContext *context,
                              const char *command,
                              const char *message)
{
  hoist_cli_print_usage_error (context, command, message);
  hoist_cli_finish (task, HOIST_CLI_EXIT_USAGE);
}

/**
 * hoist_cli_finish_error:
 * @task: (transfer full): a command's task
 * @context: the run
 * @error: why it cannot be carried out
 *
 * Prints the error and ends the command. An interruption is no error and is
 * not printed; a setting or an argument that is wrong ends it like wrong usage.
 */
void
hoist_cli_finish_error (GTask *task, HoistCliContext *context, const GError *error)
{
  g_autofree char *escaped = hoist_cli_text_escape (error->message);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      hoist_cli_finish (task, HOIST_CLI_EXIT_INTERRUPTED);
      return;
    }
  hoist_cli_console_print_error (hoist_cli_context_get_console (context), "%s", escaped);
  hoist_cli_finish (task, g_error_matches (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT)
                            ? HOIST_CLI_EXIT_USAGE
                            : HOIST_CLI_EXIT_FAILED);
}
