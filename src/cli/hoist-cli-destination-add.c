/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-destination-add.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-options.h"
#include "hoist-cli-target.h"
#include "hoist-cli-text.h"
#include "hoist-cli-token.h"
#include "hoist-destination-rules.h"
#include "hoist-error.h"
#include "hoist-secret-call.h"

typedef struct
{
  /* Options */
  char *type;       /* (owned) (nullable) */
  char *key_prefix; /* (owned) (nullable) */
  char *token_file; /* (owned) (nullable) */
  char *ca_file;    /* (owned) (nullable) */
  int concurrency;  /* 0 = default */
  GStrv words;      /* (owned) (nullable) name and URL */

  /* In progress */
  HoistDestination *destination; /* (owned) (nullable) */
  char *token;                   /* (owned) (nullable) */
} AddCall;

static void
add_call_free (AddCall *call)
{
  g_free (call->type);
  g_free (call->key_prefix);
  g_free (call->token_file);
  g_free (call->ca_file);
  g_strfreev (call->words);
  g_clear_object (&call->destination);
  hoist_secret_free (call->token);
  g_free (call);
}

static HoistDestination *
make_destination (const AddCall *call)
{
  const char *name = call->words[0];
  g_autofree char *id = hoist_destination_make_id (name);
  g_autofree char *ca_file = call->ca_file != NULL ? hoist_cli_target_make_absolute (call->ca_file)
                                                   : NULL;
  HoistDestination *destination = hoist_destination_new (id);

  hoist_destination_set_name (destination, name);
  hoist_destination_set_url (destination, call->words[1]);
  if (call->type != NULL)
    hoist_destination_set_provider_type (destination, call->type);
  hoist_destination_set_key_prefix (destination, call->key_prefix);
  hoist_destination_set_ca_file (destination, ca_file);
  hoist_destination_set_concurrency (destination, (guint) call->concurrency);
  return destination;
}

static gboolean
check_options (AddCall *call, GError **error)
{
  if (call->words == NULL || g_strv_length (call->words) != 2)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("Give a name and an address"));
      return FALSE;
    }
  if (call->concurrency < 0 || call->concurrency > HOIST_DESTINATION_MAX_CONCURRENCY)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   _ ("--concurrency takes a number from 1 to %d"),
                      HOIST_DESTINATION_MAX_CONCURRENCY);
      return FALSE;
    }
  call->destination = make_destination (call);
  return hoist_destination_check (call->destination, error);
}

static void
token_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  AddCall *call = g_task_get_task_data (task);
  g_autofree char *name = hoist_cli_text_escape (hoist_destination_get_name (call->destination));
  g_autoptr (GError) error = NULL;

  hoist_cli_console_print (
    console, _ ("Added %s; “hoistctl destination test” shows whether it works"), name);
  if (hoist_cli_host_set_token_finish (HOIST_CLI_HOST (source), result, &error))
    {
      hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
      return;
    }
  /* The destination is of use without a keyring: nothing is put anywhere else in its place. */
  if (g_error_matches (error, HOIST_ERROR, HOIST_ERROR_NO_KEYRING))
    {
      hoist_cli_console_print_error (
        console, "%s",
        _ ("There is no keyring, or it is locked, so the token is not stored: give it with "
           "--token-file each time"));
      hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
      return;
    }
  hoist_cli_finish_error (task, context, error);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  AddCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistDestination) stored =
    hoist_destination_store_add_finish (HOIST_DESTINATION_STORE (source), result, &error);

  if (stored == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  g_set_object (&call->destination, stored);
  hoist_cli_host_set_token_async (hoist_cli_context_get_host (context), stored, call->token,
                                  hoist_cli_context_get_cancellable (context), token_stored_cb,
                                  task);
}

static void
token_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  AddCall *call = g_task_get_task_data (task);
  HoistDestinationStore *store =
    hoist_cli_host_get_destinations (hoist_cli_context_get_host (context));
  g_autoptr (GError) error = NULL;

  call->token = hoist_cli_token_read_finish (context, result, &error);
  if (call->token == NULL)
    hoist_cli_finish_error (task, context, error);
  else
    hoist_destination_store_add_async (store, call->destination,
                                       hoist_cli_context_get_cancellable (context), added_cb, task);
}

static HoistCliParsed
parse (HoistCliContext *context, const char *const *arguments, AddCall *call)
{
  const GOptionEntry entries[] = {
    { "type", 0, 0, G_OPTION_ARG_STRING, &call->type,
      N_ ("Kind of destination: hoist-api"), N_ ("TYPE") },
      { "key-prefix", 0, 0, G_OPTION_ARG_STRING, &call->key_prefix,
        N_ ("Folder that the files go to"), N_ ("PREFIX") },
        { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &call->token_file,
          N_ ("File with the token; “-” for standard input; without it you are asked"),
              N_ ("FILE") },
          { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &call->ca_file,
            N_ ("Further trusted certificates (PEM)"), N_ ("FILE") },
            { "concurrency", 0, 0, G_OPTION_ARG_INT, &call->concurrency,
              N_ ("Parts that travel at a time, 1 to 32"), N_ ("N") },
              { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &call->words, NULL, NULL },
              G_OPTION_ENTRY_NULL,
            };

  return hoist_cli_parse_options (context, arguments, "destination add ",
                                  _ ("[OPTION…] NAME URL"),
                                     _ ("Sets up a destination. Its token goes into the keyring."),
                                        entries);
}

/**
 * hoist_cli_destination_add:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): `add` and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl destination add`: sets up a destination.
 */
void
hoist_cli_destination_add (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  AddCall *call = g_new0 (AddCall, 1);
  g_autoptr (GError) error = NULL;
  HoistCliParsed parsed;

  g_task_set_task_data (task, call, (GDestroyNotify) add_call_free);
  parsed = parse (context, arguments, call);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish (task,
                      parsed == HOIST_CLI_PARSED_HELP ? HOIST_CLI_EXIT_OK : HOIST_CLI_EXIT_USAGE);
  else if (!check_options (call, &error))
    {
      hoist_cli_print_usage_error (context, "destination add ", error->message);
      hoist_cli_finish (task, HOIST_CLI_EXIT_USAGE);
    }
  else
    hoist_cli_token_read_async (context, call->token_file, _ ("Token: "), token_read_cb, task);
}
