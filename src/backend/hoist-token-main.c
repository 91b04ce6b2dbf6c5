/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-backend-config.h"
#include "hoist-backend-embedded.h"
#include "hoist-backend-main.h"
#include "hoist-error.h"
#include "hoist-token-store.h"

#define EXIT_USAGE 2

typedef struct
{
  char *config_file;  /* (owned) (nullable) */
  char *tokens_file;  /* (owned) (nullable) */
  char *embedded_dir; /* (owned) (nullable) */
  char *prefix;       /* (owned) (nullable) */
  char *max_size;     /* (owned) (nullable) */
  gboolean no_share;
  gboolean no_list;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->config_file);
  g_free (options->tokens_file);
  g_free (options->embedded_dir);
  g_free (options->prefix);
  g_free (options->max_size);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (GStrv *arguments, Options *options, GError **error)
{
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config_file,
      "Settings that name the tokens file, instead of " HOIST_BACKEND_CONFIG_FILE, "FILE" },
    { "tokens-file", 0, 0, G_OPTION_ARG_FILENAME, &options->tokens_file, "The tokens file",
      "FILE" },
    { "embedded", 0, 0, G_OPTION_ARG_FILENAME, &options->embedded_dir,
      "Tokens of the embedded store below DIR", "DIR" },
    { "prefix", 0, 0, G_OPTION_ARG_STRING, &options->prefix,
      "add: below which keys it may work; the default is NAME/, '' is the whole bucket", "PREFIX" },
    { "max-size", 0, 0, G_OPTION_ARG_STRING, &options->max_size,
      "add: the largest file, such as 50G", "SIZE" },
    { "no-share", 0, 0, G_OPTION_ARG_NONE, &options->no_share, "add: it may not make links", NULL },
    { "no-list", 0, 0, G_OPTION_ARG_NONE, &options->no_list,
      "add: it may not list unfinished uploads", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context =
    g_option_context_new ("add NAME | list | remove NAME - who may use the backend");

  g_option_context_set_description (context,
                                    "“add” prints the new token once; only its hash is kept.\n");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse_strv (context, arguments, error);
}

static HoistTokenStore *
open_store (const Options *options, GError **error)
{
  g_autoptr (HoistBackendConfig) config = hoist_backend_config_new ();
  g_autofree char *file = g_strdup (options->tokens_file);

  if (file == NULL && options->embedded_dir != NULL)
    file = hoist_backend_embedded_dup_tokens_file (options->embedded_dir);
  if (file == NULL)
    {
      const char *config_file = options->config_file ? options->config_file
                                                     : HOIST_BACKEND_CONFIG_FILE;

      if (!hoist_backend_config_load_file (config, config_file, error))
        return NULL;
      file = g_strdup (config->tokens_file);
    }
  return hoist_token_store_new (file);
}

static gboolean
add (HoistTokenStore *store, const char *name, const Options *options, GError **error)
{
  g_autoptr (HoistToken) token = hoist_token_new (name);
  g_autofree char *secret = NULL;

  if (options->prefix != NULL && !hoist_token_set_prefix (token, options->prefix, error))
    return FALSE;
  if (options->max_size != NULL &&
      !hoist_backend_parse_bytes (options->max_size, &token->max_object_bytes))
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   "“%s” is not a size: write 500M, 50G and the like", options->max_size);
      return FALSE;
    }
  token->may_share = !options->no_share;
  token->may_list = !options->no_list;
  secret = hoist_token_store_add (store, token, error);
  if (secret == NULL)
    return FALSE;
  g_print ("%s\n", secret);
  return TRUE;
}

static gboolean
list (HoistTokenStore *store, GError **error)
{
  GPtrArray *tokens;

  if (!hoist_token_store_load (store, error))
    return FALSE;
  tokens = hoist_token_store_list (store);
  for (guint i = 0; i < tokens->len; i++)
    {
      const HoistToken *token = g_ptr_array_index (tokens, i);
      g_autofree char *size =
        token->max_object_bytes > 0
          ? g_format_size_full (token->max_object_bytes, G_FORMAT_SIZE_IEC_UNITS)
          : g_strdup ("no limit");

      g_print ("%s\tprefix “%s”\tmax size %s%s%s\n", token->name, token->prefix, size,
               token->may_share ? "" : "\tno sharing", token->may_list ? "" : "\tno listing");
    }
  return TRUE;
}

static gboolean
run (GStrv arguments, const Options *options, GError **error)
{
  guint length = g_strv_length (arguments);
  const char *verb = arguments[1];
  g_autoptr (HoistTokenStore) store = open_store (options, error);

  if (store == NULL)
    return FALSE;
  if (strcmp (verb, "add") == 0 && length == 3)
    return add (store, arguments[2], options, error);
  if (strcmp (verb, "remove") == 0 && length == 3)
    return hoist_token_store_remove (store, arguments[2], error);
  return list (store, error);
}

static gboolean
is_right (GStrv arguments)
{
  guint length = g_strv_length (arguments);

  if (length == 2)
    return strcmp (arguments[1], "list") == 0;
  return length == 3 && (strcmp (arguments[1], "add") == 0 || strcmp (arguments[1], "remove") == 0);
}

/**
 * hoist_token_main:
 * @arguments: `token`, then what to do
 *
 * Adds, lists or removes tokens. Blocks.
 *
 * Returns: the exit status: 0, 1 where it failed, 2 for wrong usage
 */
int
hoist_token_main (GStrv arguments)
{
  g_auto (Options) options = { 0 };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rest = g_strdupv (arguments);

  if (!parse_options (&rest, &options, &error) || !is_right (rest))
    {
      g_printerr ("hoist-backend token: %s\n",
                  error ? error->message : "use: add NAME | list | remove NAME; see --help");
      return EXIT_USAGE;
    }
  if (run (rest, &options, &error))
    return EXIT_SUCCESS;
  g_printerr ("hoist-backend token: %s\n", error->message);
  return EXIT_FAILURE;
}
