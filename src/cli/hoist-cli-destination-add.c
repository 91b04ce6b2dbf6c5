/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-destination-add.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-destination-options.h"
#include "hoist-cli-options.h"
#include "hoist-cli-text.h"
#include "hoist-destination-rules.h"
#include "hoist-error.h"
#include "hoist-secret-call.h"

typedef struct
{
  HoistCliDestinationOptions options;
  GStrv words; /* (owned) (nullable) name and URL */

  /* In progress */
  HoistDestination *destination; /* (owned) (nullable) */
  char *token;                   /* (owned) (nullable) */
} AddCall;

static void
add_call_free (AddCall *call)
{
  hoist_cli_destination_options_clear (&call->options);
  g_strfreev (call->words);
  g_clear_object (&call->destination);
  hoist_secret_free (call->token);
  g_free (call);
}

/* Of a service that says its address itself only the name has to be given. */
static gboolean
check_options (AddCall *call, GError **error)
{
  guint n_words = call->words != NULL ? g_strv_length (call->words) : 0;
  g_autofree char *id = NULL;

  if (n_words == 2 || (n_words == 1 && call->options.service != NULL))
    {
      id = hoist_destination_make_id (call->words[0]);
      call->destination = hoist_destination_new (id);
      hoist_destination_set_name (call->destination, call->words[0]);
      return hoist_cli_destination_options_apply (&call->options, call->destination, call->words[1],
                                                  error);
    }
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, _ ("Give a name and an address"));
  return FALSE;
}

static void
tell_added (HoistCliContext *context, HoistDestination *destination)
{
  g_autofree char *name = hoist_cli_text_escape (hoist_destination_get_name (destination));

  hoist_cli_console_print (hoist_cli_context_get_console (context),
                           _ ("Added %s; “hoistctl destination test” shows whether it works"),
                              name);
}

static void
token_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  AddCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  tell_added (context, call->destination);
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
  if (*call->token == '\0')
    {
      tell_added (context, stored);
      hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
      return;
    }
  hoist_cli_host_set_token_async (hoist_cli_context_get_host (context), stored, call->token,
                                  hoist_cli_context_get_cancellable (context), token_stored_cb,
                                  task);
}

static void
add_to_store (GTask *task)
{
  HoistCliContext *context = g_task_get_source_object (task);
  AddCall *call = g_task_get_task_data (task);

  hoist_destination_store_add_async (
    hoist_cli_host_get_destinations (hoist_cli_context_get_host (context)), call->destination,
    hoist_cli_context_get_cancellable (context), added_cb, task);
}

/* --- Which kind it is ------------------------------------------------------------------------- */

static void
tell_bucket (GTask *task, HoistDestination *found)
{
  HoistCliContext *context = g_task_get_source_object (task);
  const char *service = hoist_destination_get_setting (found, HOIST_SETTING_SERVICE);

  hoist_cli_console_print_error (
    hoist_cli_context_get_console (context),
    /* Translators: %s is the id of a service, such as aws */
    _ ("There is S3 at this address. Say which bucket, with “--service %s --bucket BUCKET” instead "
       "of “--type auto”, and give its keys"),
       service);
  hoist_cli_finish (task, HOIST_CLI_EXIT_USAGE);
}

static void
detected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  AddCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistDestination) found =
    hoist_cli_host_detect_finish (HOIST_CLI_HOST (source), result, &error);

  if (found == NULL)
    hoist_cli_finish_error (task, context, error);
  else if (hoist_cli_keys_is_for (found))
    tell_bucket (task, found);
  else
    {
      g_set_object (&call->destination, found);
      /* Translators: %s is a kind of destination: hoist-api, companion or plain */
      hoist_cli_console_print (hoist_cli_context_get_console (context),
                               _ ("It answers as one of the kind “%s” does"),
                                  hoist_destination_get_provider_type (found));
      add_to_store (task);
    }
}

static void
detect (GTask *task)
{
  HoistCliContext *context = g_task_get_source_object (task);
  AddCall *call = g_task_get_task_data (task);

  hoist_cli_host_detect_async (hoist_cli_context_get_host (context), call->destination, call->token,
                               hoist_cli_context_get_cancellable (context), detected_cb, task);
}

static void
token_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  AddCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->token = hoist_cli_keys_read_finish (context, result, &error);
  if (call->token == NULL)
    hoist_cli_finish_error (task, context, error);
  else if (g_strcmp0 (call->options.type, HOIST_CLI_KIND_AUTO) == 0)
    detect (task);
  else
    add_to_store (task);
}

static HoistCliParsed
parse (HoistCliContext *context, const char *const *arguments, AddCall *call)
{
  const GOptionEntry words = { G_OPTION_REMAINING, 0,    0,   G_OPTION_ARG_STRING_ARRAY,
                               &call->words,       NULL, NULL };
  GOptionEntry entries[HOIST_CLI_DESTINATION_N_ENTRIES + 2] = { { 0 } };

  hoist_cli_destination_options_get_entries (&call->options, entries);
  entries[HOIST_CLI_DESTINATION_N_ENTRIES] = words;
  return hoist_cli_parse_options (
    context, arguments, "destination add ",
    _ ("[OPTION…] NAME [URL]"),
       _ ("Sets up a destination. Its token, or its keys, go into the keyring."), entries);
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

  hoist_cli_destination_options_init (&call->options);
  g_task_set_task_data (task, call, (GDestroyNotify) add_call_free);
  parsed = parse (context, arguments, call);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (!check_options (call, &error))
    hoist_cli_finish_usage_error (task, context, "destination add ", error->message);
  else
    hoist_cli_keys_read_async (context, &call->options.keys, call->destination, token_read_cb,
                               task);
}
