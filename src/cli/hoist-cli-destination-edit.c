/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-destination-edit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-cli-destination-options.h"
#include "hoist-cli-options.h"
#include "hoist-cli-text.h"
#include "hoist-error.h"
#include "hoist-secret-call.h"

typedef struct
{
  HoistCliDestinationOptions options;
  char *new_name; /* (owned) (nullable) */
  char *url;      /* (owned) (nullable) */
  gboolean ask;   /* for a new token, or new keys */
  GStrv words;    /* (owned) (nullable) the destination's name */

  /* In progress */
  HoistDestination *destination; /* (owned) (nullable) as it is to be */
  char *token;                   /* (owned) (nullable) */
} EditCall;

static void
edit_call_free (EditCall *call)
{
  hoist_cli_destination_options_clear (&call->options);
  g_free (call->new_name);
  g_free (call->url);
  g_strfreev (call->words);
  g_clear_object (&call->destination);
  hoist_secret_free (call->token);
  g_free (call);
}

static HoistCliHost *
get_host (GTask *task)
{
  return hoist_cli_context_get_host (g_task_get_source_object (task));
}

static void
finish (GTask *task)
{
  EditCall *call = g_task_get_task_data (task);
  HoistCliContext *context = g_task_get_source_object (task);
  g_autofree char *name = hoist_cli_text_escape (hoist_destination_get_name (call->destination));

  hoist_cli_console_print (hoist_cli_context_get_console (context),
                           _ ("Changed %s; “hoistctl destination test” shows whether it works"),
                              name);
  hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
}

static void
token_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GError) error = NULL;

  if (hoist_cli_host_set_token_finish (HOIST_CLI_HOST (source), result, &error))
    finish (task);
  else
    hoist_cli_finish_error (task, g_task_get_source_object (task), error);
}

static void
updated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  EditCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!hoist_destination_store_update_finish (HOIST_DESTINATION_STORE (source), result, &error))
    hoist_cli_finish_error (task, context, error);
  else if (call->token != NULL)
    hoist_cli_host_set_token_async (get_host (task), call->destination,
                                    *call->token != '\0' ? call->token : NULL,
                                    hoist_cli_context_get_cancellable (context), token_stored_cb,
                                    task);
  else
    finish (task);
}

static void
update (GTask *task)
{
  EditCall *call = g_task_get_task_data (task);
  HoistCliContext *context = g_task_get_source_object (task);

  hoist_destination_store_update_async (hoist_cli_host_get_destinations (get_host (task)),
                                        call->destination,
                                        hoist_cli_context_get_cancellable (context), updated_cb,
                                        task);
}

static void
token_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  EditCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->token = hoist_cli_keys_read_finish (HOIST_CLI_CONTEXT (source), result, &error);
  if (call->token == NULL)
    hoist_cli_finish_error (task, HOIST_CLI_CONTEXT (source), error);
  else
    update (task);
}

static gboolean
change (EditCall *call, HoistDestinationStore *store, GError **error)
{
  HoistDestination *known = hoist_destination_store_lookup (store, call->words[0]);

  if (known == NULL)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   _ ("There is no destination “%s”; “hoistctl destination list” shows them"),
                      call->words[0]);
      return FALSE;
    }
  call->destination = hoist_destination_copy (known, hoist_destination_get_id (known));
  if (call->new_name != NULL)
    hoist_destination_set_name (call->destination, call->new_name);
  return hoist_cli_destination_options_apply (&call->options, call->destination, call->url, error);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  HoistDestinationStore *store = HOIST_DESTINATION_STORE (source);
  EditCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!hoist_destination_store_load_finish (store, result, &error) || !change (call, store, &error))
    hoist_cli_finish_error (task, context, error);
  else if (call->ask || hoist_cli_keys_is_given (&call->options.keys))
    hoist_cli_keys_read_async (context, &call->options.keys, call->destination, token_read_cb,
                               task);
  else
    update (task);
}

static HoistCliParsed
parse (HoistCliContext *context, const char *const *arguments, EditCall *call)
{
  const GOptionEntry own[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &call->new_name,
      N_ ("What it is called from now on"), N_ ("NAME") },
      { "url", 0, 0, G_OPTION_ARG_STRING, &call->url, N_ ("Its address from now on"), N_ ("URL") },
        { "new-token", 0, 0, G_OPTION_ARG_NONE, &call->ask,
          N_ ("Ask for a new token, or for new keys"), NULL },
          { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &call->words, NULL, NULL },
       };
  GOptionEntry entries[HOIST_CLI_DESTINATION_N_ENTRIES + G_N_ELEMENTS (own) + 1] = { { 0 } };

  hoist_cli_destination_options_get_entries (&call->options, entries);
  memcpy (entries + HOIST_CLI_DESTINATION_N_ENTRIES, own, sizeof own);
  return hoist_cli_parse_options (
    context, arguments, "destination edit ",
    _ ("[OPTION…] NAME"), _ ("Changes a destination. What is not said stays as it is."), entries);
}

/**
 * hoist_cli_destination_edit:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): `edit` and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl destination edit`: changes a destination.
 */
void
hoist_cli_destination_edit (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  EditCall *call = g_new0 (EditCall, 1);
  HoistCliParsed parsed;

  hoist_cli_destination_options_init (&call->options);
  g_task_set_task_data (task, call, (GDestroyNotify) edit_call_free);
  parsed = parse (context, arguments, call);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (call->words == NULL || g_strv_length (call->words) != 1)
    hoist_cli_finish_usage_error (task, context, "destination edit ",
                                  _ ("Give the name of one destination"));
  else
    hoist_destination_store_load_async (hoist_cli_host_get_destinations (get_host (task)),
                                        hoist_cli_context_get_cancellable (context), loaded_cb,
                                        task);
}
