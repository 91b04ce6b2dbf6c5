/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-backend-server.h"

#include <string.h>

#include "hoist-api-router.h"
#include "hoist-backend-credentials.h"
#include "hoist-backend-embedded.h"
#include "hoist-backend-idle.h"
#include "hoist-error.h"
#include "hoist-store.h"

/* Time without a byte after which a connection is dropped. */
#define IDLE_TIMEOUT_S 120

/**
 * HoistBackendServer:
 *
 * The reference backend: the upload API on libsoup's server, and with
 * `--embedded` the embedded store beside it. Lives in the thread-default
 * context of the thread that makes it.
 */
struct _HoistBackendServer
{
  GObject parent_instance;

  HoistBackendConfig *config; /* (owned) */
  SoupServer *soup_server;    /* (owned) */
  HoistStorage *storage;      /* (owned) (nullable) */
  HoistApiRouter *router;     /* (owned) (nullable) */
  HoistStore *store;          /* (owned) (nullable) */
  char *origin;               /* (owned) (nullable) */
  char *url;                  /* (owned) (nullable) */
  GHashTable *active;         /* (owned) (element-type SoupServerMessage) borrowed requests */

  GTask *stopping;  /* (owned) (nullable) */
  GSource *timeout; /* (owned) (nullable) of the stop */
};

enum
{
  SIGNAL_INCOMING,
  SIGNAL_LOGGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistBackendServer, hoist_backend_server, G_TYPE_OBJECT)

static void
end_stop (HoistBackendServer *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->stopping);

  if (self->timeout != NULL)
    g_source_destroy (self->timeout);
  g_clear_pointer (&self->timeout, g_source_unref);
  if (self->storage != NULL)
    hoist_storage_client_stop (hoist_storage_get_client (self->storage));
  soup_server_disconnect (self->soup_server);
  g_task_return_boolean (task, TRUE);
}

/* In an idle, as libsoup is still busy with the message that ended. */
static gboolean
look_at_active_cb (gpointer user_data)
{
  HoistBackendServer *self = user_data;

  if (self->stopping != NULL && g_hash_table_size (self->active) == 0)
    end_stop (self);
  return G_SOURCE_REMOVE;
}

static void
look_at_active (HoistBackendServer *self)
{
  g_autoptr (GSource) idle = NULL;

  if (self->stopping == NULL)
    return;
  idle = g_idle_source_new ();
  g_source_set_callback (idle, look_at_active_cb, g_object_ref (self), g_object_unref);
  g_source_attach (idle, g_main_context_get_thread_default ());
}

static void
forget (HoistBackendServer *self, SoupServerMessage *message)
{
  if (g_hash_table_remove (self->active, message))
    look_at_active (self);
}

/* Neither a query nor, in the embedded store's paths, a file's name. */
static char *
dup_loggable_path (SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *path = uri ? g_uri_get_path (uri) : "";
  g_auto (GStrv) segments = NULL;

  if (hoist_api_router_is_ours (path) || *path != '/')
    return g_strescape (path, NULL);
  segments = g_strsplit (path + 1, "/", 2);
  if (segments[0] != NULL && segments[1] != NULL)
    {
      g_autofree char *first = g_strescape (segments[0], NULL);

      return g_strdup_printf ("/%s/…", first);
    }
  return g_strescape (path, NULL);
}

static void
log_request (HoistBackendServer *self, SoupServerMessage *message, const char *note)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  const char *method = soup_server_message_get_method (message);
  g_autofree char *path = NULL;
  g_autofree char *line = NULL;
  goffset length = soup_message_headers_get_content_length (headers);

  if (!self->config->log_requests)
    return;
  path = dup_loggable_path (message);
  line =
    g_strdup_printf ("%s %s %u %" G_GOFFSET_FORMAT " %.1f ms %s%s", method ? method : "-", path,
                     soup_server_message_get_status (message), length > 0 ? length : body->length,
                     (double) hoist_api_message_get_elapsed_us (message) / 1000,
                     hoist_api_message_get_id (message), note);
  g_signal_emit (self, signals[SIGNAL_LOGGED], 0, line);
}

static void
disconnected_cb (HoistBackendServer *self, SoupServerMessage *message)
{
  if (g_hash_table_contains (self->active, message))
    log_request (self, message, " (connection closed)");
  forget (self, message);
}

static void
request_started_cb (HoistBackendServer *self, SoupServerMessage *message)
{
  GSocket *socket = soup_server_message_get_socket (message);

  if (socket != NULL)
    {
      hoist_backend_idle_end (socket);
      g_socket_set_timeout (socket, IDLE_TIMEOUT_S);
    }
  hoist_api_message_begin (message);
  g_hash_table_add (self->active, message);
  g_signal_connect_object (message, "disconnected", G_CALLBACK (disconnected_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
request_finished_cb (HoistBackendServer *self, SoupServerMessage *message)
{
  GSocket *socket = soup_server_message_get_socket (message);

  if (socket != NULL)
    hoist_backend_idle_begin (socket);
  log_request (self, message, "");
  forget (self, message);
}

static void
request_aborted_cb (HoistBackendServer *self, SoupServerMessage *message)
{
  if (g_hash_table_contains (self->active, message))
    log_request (self, message, " (aborted)");
  forget (self, message);
}

/* Covers nothing: libsoup asks it about every request, once its headers are there and before any
 * handler, those of the embedded store included. */
static gboolean
incoming_filter (SoupAuthDomain *domain, SoupServerMessage *message, gpointer user_data)
{
  HoistBackendServer *self = user_data;
  gboolean handled = FALSE;

  g_signal_emit (self, signals[SIGNAL_INCOMING], 0, message, &handled);
  return FALSE;
}

static void
hoist_backend_server_constructed (GObject *object)
{
  HoistBackendServer *self = HOIST_BACKEND_SERVER (object);
  g_autoptr (SoupAuthDomain) gate = NULL;

  G_OBJECT_CLASS (hoist_backend_server_parent_class)->constructed (object);

  /* Raw paths: a key may have %2F and the like, and libsoup must not judge it. */
  self->soup_server = soup_server_new ("raw-paths", TRUE, "server-header", "hoist-backend", NULL);
  self->active = g_hash_table_new (NULL, NULL);
  g_signal_connect_object (self->soup_server, "request-started", G_CALLBACK (request_started_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->soup_server, "request-finished", G_CALLBACK (request_finished_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->soup_server, "request-aborted", G_CALLBACK (request_aborted_cb),
                           self, G_CONNECT_SWAPPED);
  gate = soup_auth_domain_basic_new ("realm", "hoist", NULL);
  soup_auth_domain_add_path (gate, "/");
  soup_auth_domain_set_filter (gate, incoming_filter, self, NULL);
  soup_server_add_auth_domain (self->soup_server, gate);
}

static void
hoist_backend_server_dispose (GObject *object)
{
  HoistBackendServer *self = HOIST_BACKEND_SERVER (object);

  if (self->soup_server != NULL)
    soup_server_disconnect (self->soup_server);
  g_clear_object (&self->soup_server);
  g_clear_object (&self->store);
  g_clear_pointer (&self->router, hoist_api_router_free);
  g_clear_object (&self->storage);

  G_OBJECT_CLASS (hoist_backend_server_parent_class)->dispose (object);
}

static void
hoist_backend_server_finalize (GObject *object)
{
  HoistBackendServer *self = HOIST_BACKEND_SERVER (object);

  g_clear_pointer (&self->active, g_hash_table_unref);
  g_clear_pointer (&self->config, hoist_backend_config_unref);
  g_free (self->origin);
  g_free (self->url);

  G_OBJECT_CLASS (hoist_backend_server_parent_class)->finalize (object);
}

static void
hoist_backend_server_class_init (HoistBackendServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = hoist_backend_server_constructed;
  object_class->dispose = hoist_backend_server_dispose;
  object_class->finalize = hoist_backend_server_finalize;

  /**
   * HoistBackendServer::incoming:
   * @self: the server
   * @message: a request: its headers were read, its body was not
   *
   * Emitted for every request, of the API and of the embedded store, before
   * any handler sees it. A listener may answer it: once @message has a status,
   * no handler is called. Tests count and disturb requests here.
   *
   * Returns: whether it was answered: then no further listener is asked
   */
  signals[SIGNAL_INCOMING] = g_signal_new ("incoming", HOIST_TYPE_BACKEND_SERVER, G_SIGNAL_RUN_LAST,
                                           0, g_signal_accumulator_true_handled, NULL, NULL,
                                           G_TYPE_BOOLEAN, 1, SOUP_TYPE_SERVER_MESSAGE);

  /**
   * HoistBackendServer::logged:
   * @self: the server
   * @line: method, path, status, bytes, duration and request id
   *
   * Emitted for every request that ended, where the configuration asks for it.
   * There is no token, no query and no file's name in @line.
   */
  signals[SIGNAL_LOGGED] = g_signal_new ("logged", HOIST_TYPE_BACKEND_SERVER, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hoist_backend_server_init (HoistBackendServer *self)
{
}

/**
 * hoist_backend_server_new:
 * @config: the configuration; not to be changed any more
 *
 * Makes a server. It does nothing before hoist_backend_server_listen().
 *
 * Returns: (transfer full): it
 */
HoistBackendServer *
hoist_backend_server_new (HoistBackendConfig *config)
{
  HoistBackendServer *self = g_object_new (HOIST_TYPE_BACKEND_SERVER, NULL);

  self->config = hoist_backend_config_ref (config);
  return self;
}

static gboolean
load_certificate (HoistBackendServer *self, GTlsCertificate **certificate, GError **error)
{
  HoistBackendConfig *config = self->config;

  if (config->tls_certificate == NULL)
    return TRUE;
  *certificate = g_tls_certificate_new_from_files (config->tls_certificate, config->tls_key, error);
  if (*certificate == NULL)
    {
      g_prefix_error (error, "Cannot use %s: ", config->tls_certificate);
      return FALSE;
    }
  soup_server_set_tls_certificate (self->soup_server, *certificate);
  return TRUE;
}

static char *
strip_slash (const char *url)
{
  gsize length = strlen (url);

  return g_strndup (url, length > 0 && url[length - 1] == '/' ? length - 1 : length);
}

static gboolean
open_port (HoistBackendServer *self, gboolean tls, GError **error)
{
  g_autoptr (GSocketAddress) address = hoist_backend_parse_listen (self->config->listen, error);
  g_autofree char *local = NULL;
  GSList *uris;

  if (address == NULL)
    return FALSE;
  if (!soup_server_listen (self->soup_server, address, tls ? SOUP_SERVER_LISTEN_HTTPS : 0, error))
    {
      g_prefix_error (error, "Cannot listen on %s: ", self->config->listen);
      return FALSE;
    }
  uris = soup_server_get_uris (self->soup_server);
  local = g_uri_to_string (uris->data);
  self->origin = strip_slash (local);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return TRUE;
}

/* The same server is S3: at its own address for us, at the public one for others. */
static HoistS3Credentials *
set_up_embedded (HoistBackendServer *self, GError **error)
{
  HoistBackendConfig *config = self->config;
  g_autoptr (HoistS3Credentials) credentials =
    hoist_backend_embedded_ensure_credentials (config->embedded_dir, error);

  if (credentials == NULL)
    return NULL;
  g_free (config->tokens_file);
  config->tokens_file = hoist_backend_embedded_dup_tokens_file (config->embedded_dir);
  g_free (config->region);
  config->region = g_strdup (HOIST_BACKEND_EMBEDDED_REGION);
  g_free (config->bucket);
  config->bucket = g_strdup (HOIST_BACKEND_EMBEDDED_BUCKET);
  g_free (config->endpoint);
  config->endpoint = g_strdup (self->origin);
  g_free (config->public_endpoint);
  config->public_endpoint = config->public_url ? strip_slash (config->public_url) : NULL;
  config->path_style = TRUE;
  self->store =
    hoist_store_new (config->embedded_dir, config->bucket, config->region, credentials, error);
  if (self->store == NULL)
    return NULL;
  hoist_store_set_min_part_bytes (self->store, config->min_part_bytes);
  hoist_store_mount (self->store, self->soup_server);
  return g_steal_pointer (&credentials);
}

static HoistTokenStore *
open_tokens (HoistBackendServer *self, const char *const *environment, GError **error)
{
  HoistBackendConfig *config = self->config;
  g_autofree char *file = config->embedded_dir
                            ? g_strdup (config->tokens_file)
                            : hoist_backend_find_tokens_file (config, environment);
  g_autoptr (HoistTokenStore) tokens = hoist_token_store_new (file);

  if (config->embedded_dir != NULL &&
      !hoist_backend_embedded_ensure_token (config->embedded_dir, tokens, error))
    return NULL;
  return hoist_token_store_load (tokens, error) ? g_steal_pointer (&tokens) : NULL;
}

static gboolean
set_up (HoistBackendServer *self, GTlsCertificate *certificate, GError **error)
{
  g_auto (GStrv) variables = g_get_environ ();
  const char *const *environment = (const char *const *) variables;
  HoistBackendConfig *config = self->config;
  g_autoptr (HoistS3Credentials) credentials = NULL;
  HoistTokenStore *tokens;

  credentials = config->embedded_dir ? set_up_embedded (self, error)
                                     : hoist_backend_credentials_load (config, environment, error);
  if (credentials == NULL)
    return FALSE;
  self->storage = hoist_storage_new (config, credentials, error);
  if (self->storage == NULL)
    return FALSE;
  if (config->embedded_dir != NULL && certificate != NULL)
    hoist_storage_client_trust (hoist_storage_get_client (self->storage), certificate);
  tokens = open_tokens (self, environment, error);
  if (tokens == NULL)
    return FALSE;
  self->router = hoist_api_router_new (config, self->storage, tokens, G_OBJECT (self), error);
  if (self->router == NULL)
    return FALSE;
  hoist_api_router_mount (self->router, self->soup_server, config->embedded_dir == NULL);
  return TRUE;
}

/* Its URLs are signed for the address and the path that others use. */
static gboolean
check_embedded (HoistBackendConfig *config, GError **error)
{
  g_autoptr (GSocketAddress) address = hoist_backend_parse_listen (config->listen, error);
  const char *why = NULL;

  if (address == NULL)
    return FALSE;
  if (config->embedded_dir == NULL)
    return TRUE;
  if (config->public_url != NULL)
    {
      g_autoptr (GUri) url = g_uri_parse (config->public_url, G_URI_FLAGS_NONE, NULL);

      if (strlen (g_uri_get_path (url)) > 1)
        why = "With the embedded store, public-url must not have a path";
    }
  else if (g_inet_address_get_is_any (
             g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address))))
    why = "Listening on every address, the embedded store does not know by which one others "
          "reach it: give --public-url";
  if (why == NULL)
    return TRUE;
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, why);
  return FALSE;
}

/**
 * hoist_backend_server_listen:
 * @self: the server
 * @error: return location for an error
 *
 * Reads keys and tokens, opens the port and begins to serve. Blocks on disk.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT where the configuration, the keys or the
 * tokens are wrong; a #GIOError where the port cannot be had.
 *
 * Returns: whether it serves
 */
gboolean
hoist_backend_server_listen (HoistBackendServer *self, GError **error)
{
  HoistBackendConfig *config = self->config;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autofree char *base = NULL;

  if (config->embedded_dir == NULL && config->region == NULL)
    {
      g_auto (GStrv) environment = g_get_environ ();

      config->region = hoist_backend_find_region (config, (const char *const *) environment);
    }
  if (!hoist_backend_config_check (config, error) || !check_embedded (config, error) ||
      !load_certificate (self, &certificate, error) ||
      !open_port (self, certificate != NULL, error))
    return FALSE;
  if (!set_up (self, certificate, error))
    {
      soup_server_disconnect (self->soup_server);
      return FALSE;
    }
  base = config->public_url ? strip_slash (config->public_url) : g_strdup (self->origin);
  self->url = g_strconcat (base, HOIST_API_BASE_PATH, NULL);
  return TRUE;
}

/**
 * hoist_backend_server_get_url:
 * @self: a server that listens
 *
 * Gives the API's base URL, as people reach it.
 *
 * Returns: (transfer none) (nullable): it, without a slash at its end
 */
const char *
hoist_backend_server_get_url (HoistBackendServer *self)
{
  return self->url;
}

/**
 * hoist_backend_server_get_origin:
 * @self: a server that listens
 *
 * Gives where the server itself is: `http://127.0.0.1:8017`.
 *
 * Returns: (transfer none) (nullable): it, without a slash at its end
 */
const char *
hoist_backend_server_get_origin (HoistBackendServer *self)
{
  return self->origin;
}

/**
 * hoist_backend_server_get_soup_server:
 * @self: the server
 *
 * Gives libsoup's server, to count and to disturb requests in tests. A handler
 * for a path takes that path away from the API: see [signal@HoistBackendServer::incoming].
 *
 * Returns: (transfer none): it
 */
SoupServer *
hoist_backend_server_get_soup_server (HoistBackendServer *self)
{
  return self->soup_server;
}

/**
 * hoist_backend_server_get_n_active:
 * @self: the server
 *
 * Counts the requests that run.
 *
 * Returns: their number
 */
guint
hoist_backend_server_get_n_active (HoistBackendServer *self)
{
  return g_hash_table_size (self->active);
}

static gboolean
stop_timeout_cb (gpointer user_data)
{
  end_stop (user_data);
  return G_SOURCE_REMOVE;
}

/**
 * hoist_backend_server_stop_async:
 * @self: a server that listens
 * @cancellable: (nullable): not looked at: stopping ends within its bound anyway
 * @callback: (scope async): called when it is stopped
 * @user_data: for @callback
 *
 * Stops: takes no connection any more, lets the requests that run end, for as
 * long as the configuration's stop time-out, and closes the rest.
 */
void
hoist_backend_server_stop_async (HoistBackendServer *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GSList *listeners = soup_server_get_listeners (self->soup_server);

  g_return_if_fail (self->stopping == NULL);

  self->stopping = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->stopping, hoist_backend_server_stop_async);
  /* soup_server_disconnect() would close running connections too. */
  for (GSList *at = listeners; at != NULL; at = at->next)
    g_socket_close (at->data, NULL);
  g_slist_free (listeners);
  self->timeout = g_timeout_source_new ((guint) self->config->stop_timeout_s * 1000);
  g_source_set_callback (self->timeout, stop_timeout_cb, self, NULL);
  g_source_attach (self->timeout, g_main_context_get_thread_default ());
  look_at_active (self);
}

/**
 * hoist_backend_server_stop_finish:
 * @self: the server
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends hoist_backend_server_stop_async().
 *
 * Errors: none.
 *
 * Returns: %TRUE
 */
gboolean
hoist_backend_server_stop_finish (HoistBackendServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_backend_server_stop_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
