/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-buckets.h"
#include "hoist-cli-commands.h"
#include "hoist-cli-conformance.h"
#include "hoist-cli-destination-add.h"
#include "hoist-cli-destination-aws.h"
#include "hoist-cli-destination-edit.h"
#include "hoist-cli-destination-export.h"
#include "hoist-cli-destination-move.h"
#include "hoist-cli-json.h"
#include "hoist-cli-options.h"
#include "hoist-cli-text.h"
#include "hoist-cli-token.h"
#include "hoist-destination-limits.h"
#include "hoist-error.h"
#include "hoist-secret-call.h"

typedef enum
{
  VERB_LIST,
  VERB_TEST,
  VERB_BUCKETS,
  VERB_REMOVE,
} Verb;

typedef struct
{
  Verb verb;

  /* Options */
  gboolean json;
  char *token_file; /* (owned) (nullable) */
  GStrv names;      /* (owned) (nullable) as given */

  /* In progress */
  char *token;                   /* (owned) (nullable) */
  HoistDestination *destination; /* (owned) (nullable) */
} DestinationCall;

static void
destination_call_free (DestinationCall *call)
{
  g_free (call->token_file);
  g_strfreev (call->names);
  hoist_secret_free (call->token);
  g_clear_object (&call->destination);
  g_free (call);
}

static HoistCliHost *
get_host (GTask *task)
{
  return hoist_cli_context_get_host (g_task_get_source_object (task));
}

static HoistCliConsole *
get_console (GTask *task)
{
  return hoist_cli_context_get_console (g_task_get_source_object (task));
}

static void
print_destination (HoistCliConsole *console, HoistDestination *destination, gboolean is_default)
{
  g_autofree char *name = hoist_cli_text_escape (hoist_destination_get_name (destination));
  g_autofree char *url = hoist_cli_text_escape (hoist_destination_get_url (destination));
  const char *prefix = hoist_destination_get_key_prefix (destination);
  const char *bucket = hoist_destination_get_setting (destination, HOIST_SETTING_BUCKET);
  g_autofree char *safe_bucket = hoist_cli_text_escape (bucket != NULL ? bucket : "");
  g_autofree char *safe_prefix = hoist_cli_text_escape (prefix != NULL ? prefix : "");

  /* Translators: behind the destination that is used when none is named. */
  hoist_cli_console_print (
    console, "%s  %s%s%s%s%s%s%s", name, url, safe_bucket[0] != '\0' ? "  " : "", safe_bucket,
    safe_prefix[0] != '\0' ? "  " : "", safe_prefix,
    is_default ? _ ("  (default)") : "",
                    /* Translators: behind a destination that somebody else set up. */
                    hoist_destination_is_preset (destination) ? _ ("  (set by your administrator)")
                                                              : "");
}

/* `storage-class` is `storageClass` there. */
static void
add_settings (GString *json, HoistDestination *destination)
{
  for (guint i = 0; hoist_destination_settings_get_name (i) != NULL; i++)
    {
      const char *setting = hoist_destination_settings_get_name (i);
      g_autofree char *name = g_strdup (setting);
      char *to = name;

      /* Numbers, which follow. */
      if (g_str_equal (setting, HOIST_SETTING_FILES) ||
          g_str_equal (setting, HOIST_SETTING_BYTES_PER_SECOND))
        continue;
      for (const char *from = setting; *from != '\0'; from++)
        {
          if (*from == '-')
            from++;
          *to++ = from > setting && from[-1] == '-' ? g_ascii_toupper (*from) : *from;
        }
      *to = '\0';
      hoist_cli_json_add_string (json, name, hoist_destination_get_setting (destination, setting));
    }
}

static void
print_destination_json (HoistCliConsole *console,
                        HoistDestination *destination,
                        gboolean is_default)
{
  GString *json = hoist_cli_json_begin (NULL);
  HoistDestinationLimits limits = { 0 };
  g_autofree char *line = NULL;

  hoist_destination_limits_read (&limits, hoist_destination_get_settings (destination), NULL);
  hoist_cli_json_add_string (json, "id", hoist_destination_get_id (destination));
  hoist_cli_json_add_string (json, "name", hoist_destination_get_name (destination));
  hoist_cli_json_add_string (json, "type", hoist_destination_get_provider_type (destination));
  hoist_cli_json_add_string (json, "url", hoist_destination_get_url (destination));
  hoist_cli_json_add_string (json, "keyPrefix", hoist_destination_get_key_prefix (destination));
  hoist_cli_json_add_string (json, "caFile", hoist_destination_get_ca_file (destination));
  add_settings (json, destination);
  hoist_cli_json_add_number (json, "concurrency", hoist_destination_get_concurrency (destination));
  hoist_cli_json_add_number (json, "files", limits.files);
  hoist_cli_json_add_number (json, "bytesPerSecond", limits.bytes_per_s);
  hoist_cli_json_add_flag (json, "default", is_default);
  if (hoist_destination_is_preset (destination))
    hoist_cli_json_add_flag (json, "preset", TRUE);
  line = hoist_cli_json_end (json);
  hoist_cli_console_print_raw (console, line);
}

static void
list (GTask *task, HoistDestinationStore *store)
{
  DestinationCall *call = g_task_get_task_data (task);
  HoistCliConsole *console = get_console (task);
  HoistDestination *by_default = hoist_destination_store_get_default (store);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HoistDestination) destination = g_list_model_get_item (G_LIST_MODEL (store), i);

      if (call->json)
        print_destination_json (console, destination, destination == by_default);
      else
        print_destination (console, destination, destination == by_default);
    }
  if (n == 0 && !call->json)
    hoist_cli_console_print_note (
      console, "%s",
      _ ("There is no destination yet: add one with “hoistctl destination add NAME URL”."));
  hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  DestinationCall *call = g_task_get_task_data (task);
  g_autofree char *name = hoist_cli_text_escape (hoist_destination_get_name (call->destination));
  g_autoptr (GError) error = NULL;
  g_autofree char *who = hoist_cli_host_probe_finish (HOIST_CLI_HOST (source), result, &error);
  g_autofree char *safe_who = NULL;

  if (who == NULL)
    {
      hoist_cli_finish_error (task, g_task_get_source_object (task), error);
      return;
    }
  safe_who = hoist_cli_text_escape (who);
  if (safe_who[0] != '\0')
    /* Translators: a destination's name; its program and the account there. */
    hoist_cli_console_print (get_console (task), _ ("%s works: %s"), name, safe_who);
  else
    /* Translators: %s is a destination's name. */
    hoist_cli_console_print (get_console (task), _ ("%s works"), name);
  hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
}

static void
token_removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  DestinationCall *call = g_task_get_task_data (task);
  g_autofree char *name = hoist_cli_text_escape (hoist_destination_get_name (call->destination));
  g_autoptr (GError) error = NULL;

  hoist_cli_console_print (get_console (task), _ ("Removed %s"), name);
  if (!hoist_cli_host_set_token_finish (HOIST_CLI_HOST (source), result, &error))
    hoist_cli_finish_error (task, g_task_get_source_object (task), error);
  else
    hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  DestinationCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!hoist_destination_store_remove_finish (HOIST_DESTINATION_STORE (source), result, &error))
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  hoist_cli_host_set_token_async (get_host (task), call->destination, NULL,
                                  hoist_cli_context_get_cancellable (context), token_removed_cb,
                                  task);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  GCancellable *cancellable = hoist_cli_context_get_cancellable (context);
  HoistDestinationStore *store = HOIST_DESTINATION_STORE (source);
  DestinationCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!hoist_destination_store_load_finish (store, result, &error))
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  if (hoist_destination_store_get_preset_problem (store) != NULL)
    hoist_cli_console_print_error (get_console (task), "%s",
                                   hoist_destination_store_get_preset_problem (store));
  if (call->verb == VERB_LIST)
    {
      list (task, store);
      return;
    }
  g_set_object (&call->destination, hoist_destination_store_lookup (store, call->names[0]));
  if (call->destination == NULL)
    {
      g_autofree char *name = hoist_cli_text_escape (call->names[0]);

      hoist_cli_console_print_error (
        get_console (task),
        _ ("There is no destination “%s”; “hoistctl destination list” shows them"), name);
      hoist_cli_finish (task, HOIST_CLI_EXIT_USAGE);
    }
  else if (call->verb == VERB_TEST)
    hoist_cli_host_probe_async (get_host (task), call->destination, call->token, cancellable,
                                probed_cb, task);
  else if (call->verb == VERB_BUCKETS)
    hoist_cli_list_buckets (context, call->destination, call->token, task);
  else
    hoist_destination_store_remove_async (store, hoist_destination_get_id (call->destination),
                                          cancellable, removed_cb, task);
}

static void
load (GTask *task)
{
  HoistCliContext *context = g_task_get_source_object (task);

  hoist_destination_store_load_async (hoist_cli_host_get_destinations (get_host (task)),
                                      hoist_cli_context_get_cancellable (context), loaded_cb, task);
}

static void
token_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  DestinationCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->token = hoist_cli_token_read_finish (context, result, &error);
  if (call->token == NULL)
    hoist_cli_finish_error (task, context, error);
  else
    load (task);
}

static HoistCliParsed
parse (HoistCliContext *context, const char *const *arguments, DestinationCall *call)
{
  const GOptionEntry name_entry = { G_OPTION_REMAINING, 0,    0,   G_OPTION_ARG_STRING_ARRAY,
                                    &call->names,       NULL, NULL };
  const GOptionEntry list_entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &call->json, N_ ("Write JSON lines, for programs"), NULL },
      name_entry, G_OPTION_ENTRY_NULL,
  };
  const GOptionEntry test_entries[] = {
    /* A command of its own (hoist_cli_conformance()), which --help tells of here. */
    { "conformance", 0, 0, G_OPTION_ARG_NONE, &call->json,
      N_ ("Try every rule of the upload API on a backend of your own; takes its URL"), NULL },
      { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &call->token_file,
        N_ ("File with a token to test with; “-” for standard input"), N_ ("FILE") }, name_entry,
        G_OPTION_ENTRY_NULL,
      };
  const GOptionEntry bucket_entries[] = {
    { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &call->token_file,
      N_ ("File with the keys to ask with; “-” for standard input"), N_ ("FILE") }, name_entry,
      G_OPTION_ENTRY_NULL,
    };
  const GOptionEntry remove_entries[] = { name_entry, G_OPTION_ENTRY_NULL };

  switch (call->verb)
    {
    case VERB_LIST:
      return hoist_cli_parse_options (
        context, arguments, "destination list ",
        _ ("[OPTION…]"), _ ("Shows the destinations that are set up."), list_entries);
    case VERB_TEST:
      return hoist_cli_parse_options (context, arguments, "destination test ",
                                      _ ("[OPTION…] NAME"),
                                         _ ("Asks a destination whether it works."), test_entries);
    case VERB_BUCKETS:
      return hoist_cli_parse_options (
        context, arguments, "destination buckets ",
        _ ("[OPTION…] NAME"), _ ("Lists the buckets that the keys of a destination can see."),
                                 bucket_entries);
    case VERB_REMOVE:
    default:
      return hoist_cli_parse_options (
        context, arguments, "destination remove ",
        _ ("NAME"), _ ("Forgets a destination and its token. What was uploaded "
                                         "stays."),
                       remove_entries);
    }
}

static void
run (HoistCliContext *context, const char *const *arguments, GTask *task, Verb verb)
{
  DestinationCall *call = g_new0 (DestinationCall, 1);
  guint n_wanted = verb == VERB_LIST ? 0 : 1;
  HoistCliParsed parsed;

  call->verb = verb;
  g_task_set_task_data (task, call, (GDestroyNotify) destination_call_free);
  parsed = parse (context, arguments, call);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if ((call->names != NULL ? g_strv_length (call->names) : 0) != n_wanted)
    hoist_cli_finish_usage_error (task, context, "destination ",
                                  n_wanted == 0 ? _ ("This command takes no arguments")
                                                : _ ("Give the name of one destination"));
  else if (call->token_file != NULL)
    hoist_cli_token_read_async (context, call->token_file, "", token_read_cb, task);
  else
    load (task);
}

static void
print_overview (HoistCliContext *context)
{
  HoistCliConsole *console = hoist_cli_context_get_console (context);

  hoist_cli_console_print (console, "%s", _ ("Usage:"));
  hoist_cli_console_print (console, "  hoistctl destination add NAME URL");
  hoist_cli_console_print (console,
                           "  hoistctl destination add --type s3 --bucket BUCKET NAME URL");
  hoist_cli_console_print (console, "  hoistctl destination edit NAME");
  hoist_cli_console_print (console, "  hoistctl destination import-aws --bucket BUCKET");
  hoist_cli_console_print (console, "  hoistctl destination list");
  hoist_cli_console_print (console, "  hoistctl destination move NAME --before NAME");
  hoist_cli_console_print (console, "  hoistctl destination export [NAME…]");
  hoist_cli_console_print (console, "  hoistctl destination import FILE");
  hoist_cli_console_print (console, "  hoistctl destination test NAME");
  hoist_cli_console_print (console, "  hoistctl destination test --conformance URL");
  hoist_cli_console_print (console, "  hoistctl destination buckets NAME");
  hoist_cli_console_print (console, "  hoistctl destination remove NAME");
}

/**
 * hoist_cli_destination:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl destination`: sets up where files go.
 */
void
hoist_cli_destination (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  const char *verb = arguments[1] != NULL ? arguments[1] : "";

  if (g_str_equal (verb, "add"))
    hoist_cli_destination_add (context, arguments + 1, task);
  else if (g_str_equal (verb, "edit"))
    hoist_cli_destination_edit (context, arguments + 1, task);
  else if (g_str_equal (verb, "move"))
    hoist_cli_destination_move (context, arguments + 1, task);
  else if (g_str_equal (verb, "import-aws"))
    hoist_cli_destination_import_aws (context, arguments + 1, task);
  else if (g_str_equal (verb, "export"))
    hoist_cli_destination_export (context, arguments + 1, task);
  else if (g_str_equal (verb, "import"))
    hoist_cli_destination_import (context, arguments + 1, task);
  else if (g_str_equal (verb, "list"))
    run (context, arguments + 1, task, VERB_LIST);
  else if (g_str_equal (verb, "test") && g_strv_contains (arguments, "--conformance"))
    hoist_cli_conformance (context, arguments + 1, task);
  else if (g_str_equal (verb, "test"))
    run (context, arguments + 1, task, VERB_TEST);
  else if (g_str_equal (verb, "buckets"))
    run (context, arguments + 1, task, VERB_BUCKETS);
  else if (g_str_equal (verb, "remove"))
    run (context, arguments + 1, task, VERB_REMOVE);
  else if (g_str_equal (verb, "--help") || g_str_equal (verb, "-h"))
    {
      print_overview (context);
      hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
    }
  else
    hoist_cli_finish_usage_error (
      task, context, "destination ",
      _ ("Say what to do: add, edit, move, import-aws, list, test, buckets, remove, export or "
           "import"));
}
