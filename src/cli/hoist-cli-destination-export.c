/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-destination-export.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-options.h"
#include "hoist-cli-target.h"
#include "hoist-cli-text.h"
#include "hoist-error.h"

typedef struct
{
  char *output; /* (owned) (nullable) */
  GStrv words;  /* (owned) (nullable) the destinations' names */
} ExportCall;

static void
export_call_free (ExportCall *call)
{
  g_free (call->output);
  g_strfreev (call->words);
  g_free (call);
}

/* Null: all of them. */
static gboolean
find_ids (ExportCall *call, HoistDestinationStore *store, GStrv *ids, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  *ids = NULL;
  for (gsize i = 0; call->words != NULL && call->words[i] != NULL; i++)
    {
      HoistDestination *destination = hoist_destination_store_lookup (store, call->words[i]);

      if (destination == NULL)
        {
          g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                       _ ("There is no destination “%s”; “hoistctl destination list” shows them"),
                          call->words[i]);
          return FALSE;
        }
      g_strv_builder_add (builder, hoist_destination_get_id (destination));
    }
  if (call->words != NULL)
    *ids = g_strv_builder_end (builder);
  return TRUE;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  HoistDestinationStore *store = HOIST_DESTINATION_STORE (source);
  ExportCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = NULL;
  g_autofree char *text = NULL;

  if (hoist_destination_store_load_finish (store, result, &error) &&
      find_ids (call, store, &ids, &error))
    {
      text = hoist_destinations_export (G_LIST_MODEL (store), (const char *const *) ids,
                                        hoist_destination_store_get_default (store));
      if (call->output == NULL)
        hoist_cli_console_print_raw (hoist_cli_context_get_console (context), g_strchomp (text));
      else
        g_file_set_contents (call->output, text, -1, &error);
    }
  if (error != NULL)
    hoist_cli_finish_error (task, context, error);
  else
    hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
}

/**
 * hoist_cli_destination_export:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): `export` and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl destination export`: writes destinations as a file, without secrets.
 */
void
hoist_cli_destination_export (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  ExportCall *call = g_new0 (ExportCall, 1);
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &call->output,
      N_ ("File to write, instead of the terminal"), N_ ("FILE") },
      { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &call->words, NULL, NULL },
      G_OPTION_ENTRY_NULL,
    };
  HoistCliParsed parsed;

  g_task_set_task_data (task, call, (GDestroyNotify) export_call_free);
  parsed = hoist_cli_parse_options (
    context, arguments, "destination export ",
    _ ("[OPTION…] [NAME…]"),
       _ ("Writes destinations as a file for another computer. No token, key or header is in it."),
          entries);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else
    hoist_destination_store_load_async (
      hoist_cli_host_get_destinations (hoist_cli_context_get_host (context)),
      hoist_cli_context_get_cancellable (context), loaded_cb, task);
}

/* --- Import ----------------------------------------------------------------------------------- */

typedef struct
{
  char *existing; /* (owned) (nullable) as given */
  GStrv words;    /* (owned) (nullable) the file */

  /* In progress */
  GPtrArray *outcomes; /* (owned) (nullable) */
  guint n_cleared;     /* of them, whose old secret was looked at */
} ImportCall;

static void
import_call_free (ImportCall *call)
{
  g_free (call->existing);
  g_strfreev (call->words);
  g_clear_pointer (&call->outcomes, g_ptr_array_unref);
  g_free (call);
}

static void
tell (HoistCliConsole *console, const HoistImportOutcome *outcome)
{
  g_autofree char *name = hoist_cli_text_escape (outcome->name);
  g_autofree char *new_name =
    hoist_cli_text_escape (outcome->new_name != NULL ? outcome->new_name : "");
  g_autofree char *file =
    hoist_cli_text_escape (outcome->missing_file != NULL ? outcome->missing_file : "");

  if (outcome->result == HOIST_IMPORT_REFUSED)
    /* Translators: a destination's name, and why */
    hoist_cli_console_print_error (console, _ ("%s is not imported. %s"), name, outcome->reason);
  else if (outcome->result == HOIST_IMPORT_SKIPPED)
    /* Translators: %s is a destination's name */
    hoist_cli_console_print (console, _ ("Skipped %s: there is one already (see --existing)"),
                                         name);
  else if (outcome->result == HOIST_IMPORT_REPLACED)
    /* Translators: %s is a destination's name */
    hoist_cli_console_print (console, _ ("Replaced %s"), name);
  else if (*new_name != '\0')
    /* Translators: two names of a destination */
    hoist_cli_console_print (console, _ ("Added %s as %s"), name, new_name);
  else
    /* Translators: %s is a destination's name */
    hoist_cli_console_print (console, _ ("Added %s"), name);
  if (*file != '\0')
    /* Translators: a destination's name, and a file's path */
    hoist_cli_console_print_note (console, _ ("%s names a file that is not here: %s"), name, file);
}

/* No secret is in such a file: who has none for it must enter one. */
static void
tell_secrets (HoistCliConsole *console, GPtrArray *outcomes)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < outcomes->len; i++)
    {
      const HoistImportOutcome *outcome = g_ptr_array_index (outcomes, i);
      g_autofree char *name =
        hoist_cli_text_escape (outcome->new_name != NULL ? outcome->new_name : outcome->name);

      if (outcome->needs_secret)
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", name);
    }
  if (names->len > 0)
    hoist_cli_console_print (
      console,
      /* Translators: %s are names of destinations */
      _ ("Their tokens or keys are not in the file; enter them with “hoistctl destination edit "
         "--new-token NAME”: %s"),
         names->str);
}

static void
finish_import (GTask *task)
{
  HoistCliContext *context = g_task_get_source_object (task);
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  ImportCall *call = g_task_get_task_data (task);
  int status = HOIST_CLI_EXIT_OK;

  for (guint i = 0; i < call->outcomes->len; i++)
    {
      const HoistImportOutcome *outcome = g_ptr_array_index (call->outcomes, i);

      tell (console, outcome);
      if (outcome->result == HOIST_IMPORT_REFUSED)
        status = HOIST_CLI_EXIT_FAILED;
    }
  tell_secrets (console, call->outcomes);
  hoist_cli_finish (task, status);
}

static void clear_next_secret (GTask *task);

static void
secret_cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  /* Where there is no keyring, nothing is in it. */
  hoist_cli_host_set_token_finish (HOIST_CLI_HOST (source), result, NULL);
  clear_next_secret (user_data);
}

/* Of a destination that gave way to one at another server. */
static void
clear_next_secret (GTask *task)
{
  HoistCliContext *context = g_task_get_source_object (task);
  ImportCall *call = g_task_get_task_data (task);

  while (call->n_cleared < call->outcomes->len)
    {
      const HoistImportOutcome *outcome = g_ptr_array_index (call->outcomes, call->n_cleared++);

      if (outcome->dropped_id != NULL)
        {
          g_autoptr (HoistDestination) dropped = hoist_destination_new (outcome->dropped_id);

          hoist_destination_set_name (dropped, outcome->name);
          hoist_cli_host_set_token_async (hoist_cli_context_get_host (context), dropped, NULL,
                                          hoist_cli_context_get_cancellable (context),
                                          secret_cleared_cb, task);
          return;
        }
    }
  finish_import (task);
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  ImportCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->outcomes =
    hoist_destination_store_import_finish (HOIST_DESTINATION_STORE (source), result, &error);
  if (call->outcomes != NULL)
    clear_next_secret (task);
  else
    hoist_cli_finish_error (task, g_task_get_source_object (task), error);
}

static gboolean
read_policy (const char *text, HoistImportPolicy *policy)
{
  static const char *const names[] = { [HOIST_IMPORT_SKIP] = "skip",
                                       [HOIST_IMPORT_REPLACE] = "replace",
                                       [HOIST_IMPORT_RENAME] = "rename" };

  *policy = HOIST_IMPORT_SKIP;
  for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (text, names[i]))
      {
        *policy = (HoistImportPolicy) i;
        return TRUE;
      }
  return text == NULL;
}

static const char *
find_import_fault (const ImportCall *call, HoistImportPolicy *policy)
{
  if (call->words == NULL || g_strv_length (call->words) != 1)
    return _ ("Give one file");
  if (!read_policy (call->existing, policy))
    return _ ("--existing takes skip, replace or rename");
  return NULL;
}

/**
 * hoist_cli_destination_import:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): `import` and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl destination import`: sets up what another computer exported.
 */
void
hoist_cli_destination_import (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  ImportCall *call = g_new0 (ImportCall, 1);
  const GOptionEntry entries[] = {
    { "existing", 0, 0, G_OPTION_ARG_STRING, &call->existing,
      N_ ("What to do where there is one of that name: skip (as without this), replace or rename"),
          N_ ("HOW") },
      { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &call->words, NULL, NULL },
      G_OPTION_ENTRY_NULL,
    };
  HoistImportPolicy policy = HOIST_IMPORT_SKIP;
  HoistCliParsed parsed;
  const char *fault = NULL;

  g_task_set_task_data (task, call, (GDestroyNotify) import_call_free);
  parsed = hoist_cli_parse_options (
    context, arguments, "destination import ",
    _ ("[OPTION…] FILE"), _ ("Sets up what “hoistctl destination export” wrote."), entries);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if ((fault = find_import_fault (call, &policy)) != NULL)
    hoist_cli_finish_usage_error (task, context, "destination import ", fault);
  else
    {
      g_autofree char *path = hoist_cli_target_make_absolute (call->words[0]);

      hoist_destination_store_import_async (
        hoist_cli_host_get_destinations (hoist_cli_context_get_host (context)), path, policy,
        hoist_cli_context_get_cancellable (context), imported_cb, task);
    }
}
