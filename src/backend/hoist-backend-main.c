/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-backend-main.h"

#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "hoist-backend-server.h"
#include "hoist-error.h"

#define EXIT_USAGE 2

typedef struct
{
  char *config_file;     /* (owned) (nullable) */
  char *listen;          /* (owned) (nullable) */
  char *tls_certificate; /* (owned) (nullable) */
  char *tls_key;         /* (owned) (nullable) */
  char *public_url;      /* (owned) (nullable) */
  char *embedded_dir;    /* (owned) (nullable) */
  gboolean insecure;
  gboolean log_requests;
  gboolean version;
} Options;

typedef struct
{
  GMainLoop *loop;            /* (owned) */
  HoistBackendServer *server; /* (owned) */
  guint term_source;
  guint int_source;
} Run;

static void
options_clear (Options *options)
{
  g_free (options->config_file);
  g_free (options->listen);
  g_free (options->tls_certificate);
  g_free (options->tls_key);
  g_free (options->public_url);
  g_free (options->embedded_dir);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (GStrv *arguments, Options *options, GError **error)
{
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config_file,
      "Read the settings from FILE instead of " HOIST_BACKEND_CONFIG_FILE, "FILE" },
    { "listen", 'l', 0, G_OPTION_ARG_STRING, &options->listen,
      "Where to listen, instead of " HOIST_BACKEND_LISTEN "; port 0 takes a free one",
      "ADDRESS:PORT" },
    { "tls-certificate", 0, 0, G_OPTION_ARG_FILENAME, &options->tls_certificate,
      "Serve HTTPS with this certificate (PEM)", "FILE" },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &options->tls_key, "Its private key (PEM)", "FILE" },
    { "public-url", 0, 0, G_OPTION_ARG_STRING, &options->public_url,
      "How others reach this server, such as https://upload.example.org", "URL" },
    { "embedded", 0, 0, G_OPTION_ARG_FILENAME, &options->embedded_dir,
      "Serve a small S3 of its own below DIR besides, and write a token to DIR/token", "DIR" },
    { "insecure", 0, 0, G_OPTION_ARG_NONE, &options->insecure,
      "Allow plain HTTP on an address that others reach", NULL },
    { "log-requests", 0, 0, G_OPTION_ARG_NONE, &options->log_requests,
      "Write a line per request to standard error", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Say the version and stop", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- reference backend of Hoist");

  g_option_context_set_description (context,
                                    "Tokens: hoist-backend token add|list|remove --help\n");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error))
    return FALSE;
  if (g_strv_length (*arguments) == 1)
    return TRUE;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               "“%s” is not understood; see hoist-backend --help", (*arguments)[1]);
  return FALSE;
}

static void
override (char **setting, const char *option)
{
  if (option == NULL)
    return;
  g_free (*setting);
  *setting = g_strdup (option);
}

static HoistBackendConfig *
make_config (const Options *options, GError **error)
{
  g_autoptr (HoistBackendConfig) config = hoist_backend_config_new ();
  const char *file = options->config_file;

  if (file == NULL && options->embedded_dir == NULL)
    file = HOIST_BACKEND_CONFIG_FILE;
  if (file != NULL && !hoist_backend_config_load_file (config, file, error))
    return NULL;
  override (&config->listen, options->listen);
  override (&config->tls_certificate, options->tls_certificate);
  override (&config->tls_key, options->tls_key);
  override (&config->public_url, options->public_url);
  override (&config->embedded_dir, options->embedded_dir);
  config->insecure |= options->insecure;
  config->log_requests |= options->log_requests;
  return g_steal_pointer (&config);
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;

  hoist_backend_server_stop_finish (HOIST_BACKEND_SERVER (source), result, NULL);
  g_main_loop_quit (run->loop);
}

/* Once: the second signal ends the program at once, as without a handler. */
static gboolean
signal_cb (gpointer user_data)
{
  Run *run = user_data;

  g_clear_handle_id (&run->term_source, g_source_remove);
  g_clear_handle_id (&run->int_source, g_source_remove);
  hoist_backend_server_stop_async (run->server, NULL, stopped_cb, run);
  return G_SOURCE_CONTINUE;
}

static void
logged_cb (HoistBackendServer *server, const char *line, gpointer user_data)
{
  g_printerr ("%s\n", line);
}

/* libsoup's listener stops for good when a connection comes and no descriptor is left. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static gboolean
serve (HoistBackendConfig *config, GError **error)
{
  Run run = { 0 };

  raise_descriptor_limit ();
  run.server = hoist_backend_server_new (config);
  g_signal_connect (run.server, "logged", G_CALLBACK (logged_cb), NULL);
  if (!hoist_backend_server_listen (run.server, error))
    {
      g_object_unref (run.server);
      return FALSE;
    }
  run.loop = g_main_loop_new (NULL, FALSE);
  run.term_source = g_unix_signal_add (SIGTERM, signal_cb, &run);
  run.int_source = g_unix_signal_add (SIGINT, signal_cb, &run);
  /* Behind something else the address of the port is not the one that others use. */
  if (config->public_url != NULL)
    g_print ("listening at %s\n", hoist_backend_server_get_origin (run.server));
  g_print ("listening on %s\n", hoist_backend_server_get_url (run.server));
  fflush (stdout);
  g_main_loop_run (run.loop);
  g_main_loop_unref (run.loop);
  g_object_unref (run.server);
  return TRUE;
}

/**
 * hoist_backend_main:
 * @arguments: the arguments, with the program's name
 *
 * Runs the server until SIGTERM or SIGINT.
 *
 * Returns: the exit status: 0, 1 where it cannot serve, 2 for wrong usage
 */
int
hoist_backend_main (GStrv arguments)
{
  g_auto (Options) options = { 0 };
  g_autoptr (HoistBackendConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rest = g_strdupv (arguments);

  if (!parse_options (&rest, &options, &error))
    {
      g_printerr ("hoist-backend: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (options.version)
    {
      g_print ("hoist-backend %s\n", HOIST_VERSION);
      return EXIT_SUCCESS;
    }
  config = make_config (&options, &error);
  if (config == NULL || !serve (config, &error))
    {
      g_printerr ("hoist-backend: %s\n", error->message);
      return EXIT_FAILURE;
    }
  return EXIT_SUCCESS;
}
