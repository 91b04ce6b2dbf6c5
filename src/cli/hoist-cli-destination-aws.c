/* SPDX-License-Identifier: GPL-3.0-or-later */

/* destination import-aws: profiles of AWS's tools become destinations. */

#include "config.h"

#include "hoist-cli-destination-aws.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-aws-import.h"
#include "hoist-cli-buckets.h"
#include "hoist-cli-json.h"
#include "hoist-cli-options.h"
#include "hoist-cli-text.h"
#include "hoist-error.h"
#include "hoist-secret-call.h"

typedef struct
{
  /* Options */
  GStrv names;      /* (owned) (nullable) profiles */
  char *bucket;     /* (owned) (nullable) without it they are shown */
  char *name;       /* (owned) (nullable) what the destination is to be called */
  char *key_prefix; /* (owned) (nullable) */
  gboolean list_buckets;
  gboolean json;
  GStrv words; /* (owned) (nullable) there must be none */

  /* In progress */
  GPtrArray *profiles;           /* (owned) (nullable) (element-type HoistAwsProfile) */
  guint next;                    /* of @names */
  HoistAwsProfile *profile;      /* of @profiles: the one that is imported */
  HoistDestination *destination; /* (owned) (nullable) */
  int status;
} ImportCall;

static void
import_call_free (ImportCall *call)
{
  g_strfreev (call->names);
  g_free (call->bucket);
  g_free (call->name);
  g_free (call->key_prefix);
  g_strfreev (call->words);
  g_clear_pointer (&call->profiles, g_ptr_array_unref);
  g_clear_object (&call->destination);
  g_free (call);
}

/* --- Showing them ------------------------------------------------------------------------------- */

static void
print_json (HoistCliConsole *console, const HoistAwsProfile *profile)
{
  GString *json = hoist_cli_json_begin (NULL);
  g_autofree char *url = hoist_aws_profile_make_url (profile);
  g_autofree char *line = NULL;

  hoist_cli_json_add_string (json, "profile", profile->name);
  hoist_cli_json_add_string (json, "url", url);
  hoist_cli_json_add_string (json, "region", profile->region);
  hoist_cli_json_add_flag (json, "usable", profile->obstacle == NULL);
  hoist_cli_json_add_flag (json, "temporary", hoist_aws_profile_get_session_note (profile) != NULL);
  hoist_cli_json_add_string (json, "message", profile->obstacle);
  line = hoist_cli_json_end (json);
  hoist_cli_console_print_raw (console, line);
}

static void
print_profile (HoistCliConsole *console, const HoistAwsProfile *profile)
{
  g_autofree char *url = hoist_aws_profile_make_url (profile);
  g_autofree char *safe_name = hoist_cli_text_escape (profile->name);
  g_autofree char *safe_url = hoist_cli_text_escape (url);
  const char *note = hoist_aws_profile_get_session_note (profile);

  if (profile->obstacle != NULL)
    /* Translators: a profile's name, and why it cannot be used */
    hoist_cli_console_print (console, _ ("%s: not supported. %s"), safe_name, profile->obstacle);
  else
    hoist_cli_console_print (console, "%s: %s%s%s", safe_name, safe_url, note != NULL ? ". " : "",
                             note != NULL ? note : "");
}

static void
show_profiles (HoistCliContext *context, ImportCall *call)
{
  HoistCliConsole *console = hoist_cli_context_get_console (context);

  for (guint i = 0; i < call->profiles->len; i++)
    {
      const HoistAwsProfile *profile = g_ptr_array_index (call->profiles, i);

      if (call->names != NULL &&
          !g_strv_contains ((const char *const *) call->names, profile->name))
        continue;
      if (call->json)
        print_json (console, profile);
      else
        print_profile (console, profile);
    }
  if (!call->json)
    hoist_cli_console_print_note (
      console, "%s",
      _ ("To import one: hoistctl destination import-aws --profile NAME --bucket BUCKET"));
}

/* --- Importing them ----------------------------------------------------------------------------- */

static void import_next (GTask *task);

static void
tell_imported (HoistCliContext *context, const ImportCall *call)
{
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  g_autofree char *name = hoist_cli_text_escape (hoist_destination_get_name (call->destination));
  const char *note = hoist_aws_profile_get_session_note (call->profile);

  hoist_cli_console_print (
    console, _ ("Added %s; “hoistctl destination test” shows whether it works"), name);
  if (note != NULL)
    hoist_cli_console_print_note (console, "%s", note);
}

static void
keys_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  ImportCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  tell_imported (context, call);
  if (!hoist_cli_host_set_token_finish (HOIST_CLI_HOST (source), result, &error))
    {
      if (!g_error_matches (error, HOIST_ERROR, HOIST_ERROR_NO_KEYRING))
        {
          hoist_cli_finish_error (task, context, error);
          return;
        }
      hoist_cli_console_print_error (
        hoist_cli_context_get_console (context), "%s",
        _ ("There is no keyring, or it is locked, so the keys are not stored: give them with "
           "--token-file each time"));
    }
  import_next (task);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  ImportCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistDestination) stored =
    hoist_destination_store_add_finish (HOIST_DESTINATION_STORE (source), result, &error);
  char *keys;

  if (stored == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  g_set_object (&call->destination, stored);
  keys = hoist_s3_credentials_to_text (call->profile->credentials);
  hoist_cli_host_set_token_async (hoist_cli_context_get_host (context), stored, keys,
                                  hoist_cli_context_get_cancellable (context), keys_stored_cb,
                                  task);
  hoist_secret_free (keys);
}

static void
import_profile (GTask *task)
{
  HoistCliContext *context = g_task_get_source_object (task);
  ImportCall *call = g_task_get_task_data (task);
  g_autoptr (HoistDestination) destination = hoist_aws_import_make_destination (
    call->profile, call->bucket, call->name != NULL ? call->name : call->profile->name);

  if (call->key_prefix != NULL)
    hoist_destination_set_key_prefix (destination, call->key_prefix);
  hoist_destination_store_add_async (
    hoist_cli_host_get_destinations (hoist_cli_context_get_host (context)), destination,
    hoist_cli_context_get_cancellable (context), added_cb, task);
}

static void
list_buckets (GTask *task)
{
  const ImportCall *call = g_task_get_task_data (task);
  /* Which bucket it has does not matter: it is not kept. */
  g_autoptr (HoistDestination) destination =
    hoist_aws_import_make_destination (call->profile, "bucket", call->profile->name);
  char *keys = hoist_s3_credentials_to_text (call->profile->credentials);

  hoist_cli_list_buckets (g_task_get_source_object (task), destination, keys, task);
  hoist_secret_free (keys);
}

/* One that cannot be is told, and the others are imported all the same. */
static void
import_next (GTask *task)
{
  HoistCliContext *context = g_task_get_source_object (task);
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  ImportCall *call = g_task_get_task_data (task);

  for (; call->names[call->next] != NULL; call->status = HOIST_CLI_EXIT_FAILED)
    {
      const char *wanted = call->names[call->next++];
      g_autofree char *name = hoist_cli_text_escape (wanted);

      call->profile = hoist_aws_profiles_find (call->profiles, wanted);
      if (call->profile == NULL)
        /* Translators: %s is the name of a profile */
        hoist_cli_console_print_error (console, _ ("There is no profile “%s”"), name);
      else if (call->profile->obstacle != NULL)
        hoist_cli_console_print_error (console, "%s: %s", name, call->profile->obstacle);
      else if (call->list_buckets)
        {
          list_buckets (task);
          return;
        }
      else
        {
          import_profile (task);
          return;
        }
    }
  hoist_cli_finish (task, call->status);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GError) error = NULL;

  if (hoist_destination_store_load_finish (HOIST_DESTINATION_STORE (source), result, &error))
    import_next (task);
  else
    hoist_cli_finish_error (task, g_task_get_source_object (task), error);
}

static void
profiles_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  ImportCall *call = g_task_get_task_data (task);
  const char *chosen = g_getenv ("AWS_PROFILE");
  g_autoptr (GError) error = NULL;

  call->profiles = hoist_aws_import_load_finish (result, &error);
  if (call->profiles == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  if (call->bucket == NULL && !call->list_buckets)
    {
      show_profiles (context, call);
      hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
      return;
    }
  if (call->names == NULL)
    call->names = g_strdupv ((char *[]){ (char *) (chosen != NULL ? chosen : "default"), NULL });
  hoist_destination_store_load_async (
    hoist_cli_host_get_destinations (hoist_cli_context_get_host (context)),
    hoist_cli_context_get_cancellable (context), loaded_cb, task);
}

static const char *
find_fault (const ImportCall *call)
{
  if (call->words != NULL)
    return _ ("This command takes no arguments; name profiles with --profile");
  if (call->bucket == NULL && (call->name != NULL || call->key_prefix != NULL))
    return _ ("Say with --bucket where files are to go");
  if (call->list_buckets && (call->bucket != NULL || call->json ||
                             (call->names != NULL && g_strv_length (call->names) != 1)))
    return _ ("--list-buckets goes with one profile, and with nothing else");
  if (call->bucket != NULL && call->json)
    return _ ("--json shows profiles, and does not go with --bucket");
  if (call->name != NULL && call->names != NULL && g_strv_length (call->names) != 1)
    return _ ("--name goes with one profile");
  return NULL;
}

/**
 * hoist_cli_destination_import_aws:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): `import-aws` and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl destination import-aws`: shows the profiles of AWS's tools, or makes destinations of
 * them.
 */
void
hoist_cli_destination_import_aws (HoistCliContext *context,
                                  const char *const *arguments,
                                  GTask *task)
{
  ImportCall *call = g_new0 (ImportCall, 1);
  g_auto (GStrv) environment = g_get_environ ();
  const GOptionEntry entries[] = {
    { "profile", 0, 0, G_OPTION_ARG_STRING_ARRAY, &call->names,
      N_ ("Profile, may be given several times; without it AWS_PROFILE or “default”"),
          N_ ("NAME") },
      { "bucket", 0, 0, G_OPTION_ARG_STRING, &call->bucket,
        N_ ("Bucket that files go to; without it the profiles are shown"), N_ ("BUCKET") },
        { "name", 0, 0, G_OPTION_ARG_STRING, &call->name,
          N_ ("What the destination is called; without it as the profile"), N_ ("NAME") },
          { "key-prefix", 0, 0, G_OPTION_ARG_STRING, &call->key_prefix,
            N_ ("Folder that the files go to"), N_ ("PREFIX") },
            { "list-buckets", 0, 0, G_OPTION_ARG_NONE, &call->list_buckets,
              N_ ("List the buckets that the profile’s keys can see"), NULL },
              { "json", 0, 0, G_OPTION_ARG_NONE, &call->json,
                N_ ("Write JSON lines, for programs"), NULL },
                { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &call->words, NULL, NULL },
                G_OPTION_ENTRY_NULL,
            };
  HoistCliParsed parsed;

  g_task_set_task_data (task, call, (GDestroyNotify) import_call_free);
  parsed = hoist_cli_parse_options (
    context, arguments, "destination import-aws ",
    _ ("[OPTION…]"),
       _ ("Makes destinations of profiles in ~/.aws. Their keys go into the keyring."), entries);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (find_fault (call) != NULL)
    hoist_cli_finish_usage_error (task, context, "destination import-aws ", find_fault (call));
  else
    hoist_aws_import_load_async ((const char *const *) environment,
                                 hoist_cli_context_get_cancellable (context), profiles_read_cb,
                                 task);
}
