/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-api-router.h"

#include <string.h>

#include "hoist-api-handlers.h"
#include "hoist-api-rate.h"
#include "hoist-api-refusal.h"

#define TOKEN_KEY "hoist-api-token"
#define BEARER "Bearer "
#define HEALTH_PATH "/healthz"

struct _HoistApiRouter
{
  HoistBackendConfig *config;     /* (owned) */
  HoistStorage *storage;          /* (owned) */
  HoistTokenStore *tokens;        /* (owned) */
  HoistKeyTemplate *key_template; /* (owned) */
  HoistApiRate *rate;             /* (owned) */
  GObject *keeper;                /* borrowed: it owns this */
};

static const struct
{
  const char *path;
  const char *method;
  HoistApiHandler handler; /* null: needs no token */
} routes[] = {
  { HEALTH_PATH, "GET", NULL },
  { HOIST_API_BASE_PATH, "GET", hoist_api_handle_describe },
  { HOIST_API_BASE_PATH "/", "GET", hoist_api_handle_describe },
  { HOIST_API_BASE_PATH "/initiate", "POST", hoist_api_handle_initiate },
  { HOIST_API_BASE_PATH "/sign", "POST", hoist_api_handle_sign },
  { HOIST_API_BASE_PATH "/status", "GET", hoist_api_handle_status },
  { HOIST_API_BASE_PATH "/complete", "POST", hoist_api_handle_complete },
  { HOIST_API_BASE_PATH "/stat", "POST", hoist_api_handle_stat },
  { HOIST_API_BASE_PATH "/abort", "POST", hoist_api_handle_abort },
  { HOIST_API_BASE_PATH "/uploads", "GET", hoist_api_handle_uploads },
  { HOIST_API_BASE_PATH "/share", "POST", hoist_api_handle_share },
};

static int
find_route (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    if (strcmp (routes[i].path, path) == 0)
      return (int) i;
  return -1;
}

/**
 * hoist_api_router_is_ours:
 * @path: path of a request
 *
 * Looks whether a path is one of the API, which has no name of a file in it.
 *
 * Returns: whether it is
 */
gboolean
hoist_api_router_is_ours (const char *path)
{
  return find_route (path) >= 0;
}

static gboolean
refuse (GError **error, HoistApiError code, const char *message)
{
  g_set_error_literal (error, HOIST_API_ERROR, (int) code, message);
  return FALSE;
}

/* What must not be read is refused at once, whatever else is wrong with it. */
static gboolean
check_length (HoistApiRouter *self, SoupServerMessage *message, GError **error)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  goffset length;

  switch (soup_message_headers_get_encoding (headers))
    {
    case SOUP_ENCODING_NONE:
      return TRUE;
    case SOUP_ENCODING_CONTENT_LENGTH:
      length = soup_message_headers_get_content_length (headers);
      if (length >= 0 && (guint64) length <= self->config->max_body_bytes)
        return TRUE;
      g_set_error (error, HOIST_API_ERROR, HOIST_API_ERROR_TOO_LARGE,
                   "The request is longer than %" G_GUINT64_FORMAT " bytes",
                   self->config->max_body_bytes);
      return FALSE;
    default:
      return refuse (error, HOIST_API_ERROR_LENGTH_REQUIRED,
                     "The request must say its length (Content-Length)");
    }
}

static gboolean
check_route (SoupServerMessage *message, const char *path, int *route, GError **error)
{
  const char *method = soup_server_message_get_method (message);

  *route = find_route (path);
  if (*route < 0)
    return refuse (error, HOIST_API_ERROR_NOT_FOUND, "There is no such path in this API");
  if (strcmp (method, routes[*route].method) == 0)
    return TRUE;
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow",
                                routes[*route].method);
  g_set_error (error, HOIST_API_ERROR, HOIST_API_ERROR_METHOD_NOT_ALLOWED,
               "This path takes %s only", routes[*route].method);
  return FALSE;
}

static HoistToken *
authenticate (HoistApiRouter *self, SoupServerMessage *message, GError **error)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *header = soup_message_headers_get_one (headers, "Authorization");
  g_autoptr (GError) unreadable = NULL;
  HoistToken *token;

  /* Tokens that were added or removed meanwhile count from now on. */
  if (!hoist_token_store_load (self->tokens, &unreadable))
    g_warning ("Keeping the tokens that are known: %s", unreadable->message);
  if (header == NULL || g_ascii_strncasecmp (header, BEARER, strlen (BEARER)) != 0)
    {
      refuse (error, HOIST_API_ERROR_UNAUTHORIZED, "A token is needed (Authorization: Bearer …)");
      return NULL;
    }
  token = hoist_token_store_lookup (self->tokens, header + strlen (BEARER));
  if (token == NULL)
    refuse (error, HOIST_API_ERROR_UNAUTHORIZED, "This token is not known here, or was revoked");
  return token;
}

static gboolean
admit (HoistApiRouter *self, SoupServerMessage *message, const char *path, GError **error)
{
  HoistToken *token;
  int route;

  if (!check_route (message, path, &route, error))
    return FALSE;
  if (routes[route].handler == NULL)
    return TRUE;
  token = authenticate (self, message, error);
  if (token == NULL)
    return FALSE;
  g_object_set_data_full (G_OBJECT (message), TOKEN_KEY, token, (GDestroyNotify) hoist_token_unref);
  if (hoist_api_rate_take (self->rate, token->name, g_get_monotonic_time ()))
    return TRUE;
  return refuse (error, HOIST_API_ERROR_THROTTLED, "Too many requests with this token");
}

static void
early_cb (SoupServer *server,
          SoupServerMessage *message,
          const char *path,
          GHashTable *query,
          gpointer user_data)
{
  HoistApiRouter *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!check_length (self, message, &error))
    {
      hoist_api_refuse_body (message, error);
      return;
    }
  if (admit (self, message, path, &error))
    return;
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  hoist_api_message_fail (message, error);
}

static void
reply_healthy (SoupServerMessage *message)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "status");
  json_builder_add_string_value (builder, "ok");
  json_builder_end_object (builder);
  hoist_api_message_reply (message, SOUP_STATUS_OK, builder);
}

static void
handle_cb (SoupServer *server,
           SoupServerMessage *message,
           const char *path,
           GHashTable *query,
           gpointer user_data)
{
  HoistApiRouter *self = user_data;
  HoistToken *token = g_object_get_data (G_OBJECT (message), TOKEN_KEY);
  int route = find_route (path);
  g_autoptr (GError) error = NULL;
  HoistApiCall *call;

  if (token == NULL)
    {
      reply_healthy (message);
      return;
    }
  soup_server_message_pause (message);
  call = hoist_api_call_new (self->config, self->key_template, self->storage, message, token,
                             self->keeper);
  call->query = query ? g_hash_table_ref (query) : NULL;
  if (strcmp (routes[route].method, "POST") == 0)
    {
      SoupMessageBody *body = soup_server_message_get_request_body (message);
      g_autoptr (GBytes) bytes = soup_message_body_flatten (body);

      call->body =
        hoist_api_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
      if (call->body == NULL)
        {
          hoist_api_call_fail (call, g_steal_pointer (&error));
          return;
        }
    }
  routes[route].handler (call);
}

/**
 * hoist_api_router_new:
 * @config: the configuration
 * @storage: where the files go
 * @tokens: (transfer full): who may send them
 * @keeper: who owns the router; kept alive by the calls that run
 * @error: return location for an error
 *
 * Makes what lets requests in.
 *
 * Errors: as hoist_key_template_new().
 *
 * Returns: (transfer full) (nullable): it, or null with @error set
 */
HoistApiRouter *
hoist_api_router_new (HoistBackendConfig *config,
                      HoistStorage *storage,
                      HoistTokenStore *tokens,
                      GObject *keeper,
                      GError **error)
{
  g_autoptr (HoistTokenStore) owned = tokens;
  HoistKeyTemplate *key_template = hoist_key_template_new (config->key_template, error);
  HoistApiRouter *self;

  if (key_template == NULL)
    return NULL;
  self = g_new0 (HoistApiRouter, 1);
  self->config = hoist_backend_config_ref (config);
  self->storage = g_object_ref (storage);
  self->tokens = g_steal_pointer (&owned);
  self->key_template = key_template;
  self->rate = hoist_api_rate_new (config->max_requests_per_s);
  self->keeper = keeper;
  return self;
}

/**
 * hoist_api_router_free:
 * @self: (transfer full): the router; its server handles no request any more
 *
 * Frees it.
 */
void
hoist_api_router_free (HoistApiRouter *self)
{
  hoist_backend_config_unref (self->config);
  g_object_unref (self->storage);
  hoist_token_store_free (self->tokens);
  hoist_key_template_free (self->key_template);
  hoist_api_rate_free (self->rate);
  g_free (self);
}

/**
 * hoist_api_router_mount:
 * @self: the router
 * @server: where requests come in, made with `raw-paths`
 * @alone: whether nobody else answers there
 *
 * Answers the API's calls, and 404 for the others: all of them if it is alone, else those below
 * the API's own path.
 */
void
hoist_api_router_mount (HoistApiRouter *self, SoupServer *server, gboolean alone)
{
  const char *const paths[] = { alone ? NULL : HOIST_API_BASE_PATH, HEALTH_PATH };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      soup_server_add_early_handler (server, paths[i], early_cb, self, NULL);
      soup_server_add_handler (server, paths[i], handle_cb, self, NULL);
    }
}
