/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-proxy.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-error.h"

/* More hosts than a session ever talks to at a time. */
#define MAX_REMEMBERED 64

/**
 * HoistProxyResolver:
 *
 * Asks the system which proxy to use, and remembers what it said of each host.
 * libsoup would take a proxy's name and password from there itself only with its
 * authentication for all servers, which Hoist does without; and its errors do not
 * tell whether a proxy or the server is out of reach.
 */
struct _HoistProxyResolver
{
  GObject parent_instance;

  GMutex lock;         /* of what follows: GIO may ask on a thread of its own */
  GHashTable *proxies; /* (owned) `host:port` -> URI of a proxy, which may hold a password */
};

static void resolver_iface_init (GProxyResolverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HoistProxyResolver,
                               hoist_proxy_resolver,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, resolver_iface_init))

static void
wipe_and_free (gpointer data)
{
  char *text = data;

  explicit_bzero (text, strlen (text));
  g_free (text);
}

static char *
make_key (GUri *uri)
{
  int port = g_uri_get_port (uri);
  g_autofree char *host = g_ascii_strdown (g_uri_get_host (uri), -1);

  if (port < 0)
    port = g_strcmp0 (g_uri_get_scheme (uri), "http") == 0 ? 80 : 443;
  return g_strdup_printf ("%s:%d", host, port);
}

static void
remember (HoistProxyResolver *self, const char *text, char **proxies)
{
  g_autoptr (GUri) uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return;
  if (g_hash_table_size (self->proxies) >= MAX_REMEMBERED)
    g_hash_table_remove_all (self->proxies);
  if (proxies == NULL || proxies[0] == NULL || g_str_has_prefix (proxies[0], "direct:"))
    {
      g_autofree char *key = make_key (uri);
      g_hash_table_remove (self->proxies, key);
    }
  else
    g_hash_table_replace (self->proxies, make_key (uri), g_strdup (proxies[0]));
}

/* With its password, if the system has one. */
static GUri *
recall (HoistProxyResolver *self, GUri *uri)
{
  g_autofree char *key = g_uri_get_host (uri) != NULL ? make_key (uri) : NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const char *proxy = key != NULL ? g_hash_table_lookup (self->proxies, key) : NULL;

  return proxy != NULL ? g_uri_parse (proxy, G_URI_FLAGS_HAS_PASSWORD, NULL) : NULL;
}

/* --- The interface ---------------------------------------------------------------------------- */

static gboolean
is_supported (GProxyResolver *resolver)
{
  return g_proxy_resolver_is_supported (g_proxy_resolver_get_default ());
}

static char **
lookup (GProxyResolver *resolver, const char *uri, GCancellable *cancellable, GError **error)
{
  char **proxies =
    g_proxy_resolver_lookup (g_proxy_resolver_get_default (), uri, cancellable, error);

  remember (HOIST_PROXY_RESOLVER (resolver), uri, proxies);
  return proxies;
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char **proxies = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (source), result, &error);

  remember (g_task_get_source_object (task), g_task_get_task_data (task), proxies);
  if (proxies != NULL)
    g_task_return_pointer (task, proxies, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, error);
}

static void
lookup_async (GProxyResolver *resolver,
              const char *uri,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  GTask *task = g_task_new (resolver, cancellable, callback, user_data);

  g_task_set_source_tag (task, lookup_async);
  g_task_set_task_data (task, g_strdup (uri), g_free);
  g_proxy_resolver_lookup_async (g_proxy_resolver_get_default (), uri, cancellable, looked_up_cb,
                                 task);
}

static char **
lookup_finish (GProxyResolver *resolver, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, resolver), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, lookup_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
resolver_iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = is_supported;
  iface->lookup = lookup;
  iface->lookup_async = lookup_async;
  iface->lookup_finish = lookup_finish;
}

static void
hoist_proxy_resolver_finalize (GObject *object)
{
  HoistProxyResolver *self = HOIST_PROXY_RESOLVER (object);

  g_hash_table_unref (self->proxies);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (hoist_proxy_resolver_parent_class)->finalize (object);
}

static void
hoist_proxy_resolver_class_init (HoistProxyResolverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_proxy_resolver_finalize;
}

static void
hoist_proxy_resolver_init (HoistProxyResolver *self)
{
  g_mutex_init (&self->lock);
  self->proxies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, wipe_and_free);
}

/**
 * hoist_proxy_resolver_new: (skip)
 *
 * Returns: (transfer full): a #GProxyResolver for one session
 */
HoistProxyResolver *
hoist_proxy_resolver_new (void)
{
  return g_object_new (HOIST_TYPE_PROXY_RESOLVER, NULL);
}

/* --- Messages --------------------------------------------------------------------------------- */

/* Of a message: the resolver of its session. */
#define RESOLVER_KEY "hoist-proxy-resolver"

/* RFC 7617. Only for a tunnel: what opens one goes to the proxy and to nobody else. */
static void
authorize (SoupMessage *message, GUri *proxy)
{
  const char *password = g_uri_get_password (proxy);
  g_autofree char *both = NULL;
  g_autofree char *encoded = NULL;
  g_autofree char *value = NULL;

  if (g_uri_get_user (proxy) == NULL)
    return;
  both = g_strdup_printf ("%s:%s", g_uri_get_user (proxy), password != NULL ? password : "");
  encoded = g_base64_encode ((const guchar *) both, strlen (both));
  value = g_strconcat ("Basic ", encoded, NULL);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Proxy-Authorization",
                                value);
  explicit_bzero (both, strlen (both));
  explicit_bzero (encoded, strlen (encoded));
  explicit_bzero (value, strlen (value));
}

/**
 * hoist_proxy_resolver_prepare: (skip)
 * @self: the resolver of a session
 * @message: what was just queued in the session: a request, or what libsoup sends
 *   a proxy to open a tunnel for one
 *
 * Gives a proxy the name and password that the system has for it.
 */
void
hoist_proxy_resolver_prepare (HoistProxyResolver *self, SoupMessage *message)
{
  g_object_set_data_full (G_OBJECT (message), RESOLVER_KEY, g_object_ref (self), g_object_unref);
  if (g_strcmp0 (soup_message_get_method (message), SOUP_METHOD_CONNECT) == 0)
    {
      g_autoptr (GUri) proxy = recall (self, soup_message_get_uri (message));

      if (proxy != NULL)
        authorize (message, proxy);
    }
}

static GUri *
get_proxy (SoupMessage *message)
{
  HoistProxyResolver *resolver = g_object_get_data (G_OBJECT (message), RESOLVER_KEY);

  return resolver != NULL ? recall (resolver, soup_message_get_uri (message)) : NULL;
}

static GError *
new_password_error (void)
{
  return g_error_new_literal (
    HOIST_ERROR, HOIST_ERROR_NETWORK,
    _ ("The proxy wants a name and a password, or does not accept those that it was given: check "
       "them in the system’s proxy settings."));
}

/**
 * hoist_proxy_refusal_new: (skip)
 * @message: a request that was answered
 *
 * libsoup gives the word of a proxy that opens no tunnel as the answer to the
 * request. It came without TLS, so it is nobody else's.
 *
 * Returns: (transfer full) (nullable): why there is no tunnel, %HOIST_ERROR_NETWORK;
 *   %NULL if it is the server's own answer
 */
GError *
hoist_proxy_refusal_new (SoupMessage *message)
{
  GUri *uri = soup_message_get_uri (message);
  guint status = soup_message_get_status (message);

  if (status == SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED)
    return new_password_error ();
  if (g_strcmp0 (g_uri_get_scheme (uri), "https") != 0 || SOUP_STATUS_IS_SUCCESSFUL (status) ||
      status == 0 || soup_message_get_tls_peer_certificate (message) != NULL)
    return NULL;
  return g_error_new (HOIST_ERROR, HOIST_ERROR_NETWORK,
                      /* Translators: a host name, and the number of an HTTP status */
                      _ ("The proxy does not connect Hoist to %s: it said %u. Ask whoever runs "
                         "it, or check the system’s proxy settings."),
                         g_uri_get_host (uri), status);
}

static gboolean
is_about_connecting (const GError *error)
{
  static const int codes[] = { G_IO_ERROR_CONNECTION_REFUSED,  G_IO_ERROR_HOST_UNREACHABLE,
                               G_IO_ERROR_NETWORK_UNREACHABLE, G_IO_ERROR_TIMED_OUT,
                               G_IO_ERROR_HOST_NOT_FOUND,      G_IO_ERROR_PROXY_FAILED };

  if (error->domain == G_RESOLVER_ERROR)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, G_IO_ERROR, codes[i]))
      return TRUE;
  return FALSE;
}

/**
 * hoist_proxy_failure_new: (skip)
 * @message: a request that was not answered
 * @error: what libsoup said
 *
 * Returns: (transfer full) (nullable): what is wrong with the proxy, %HOIST_ERROR_NETWORK;
 *   %NULL if it is not the proxy's affair
 */
GError *
hoist_proxy_failure_new (SoupMessage *message, const GError *error)
{
  g_autoptr (GUri) proxy = get_proxy (message);
  const char *host = g_uri_get_host (soup_message_get_uri (message));

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NEED_AUTH) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_AUTH_FAILED))
    return new_password_error ();
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NOT_ALLOWED))
    return g_error_new (HOIST_ERROR, HOIST_ERROR_NETWORK,
                        /* Translators: a host name */
                        _ ("The proxy does not let Hoist connect to %s. Ask whoever runs it, or "
                           "check the system’s proxy settings."),
                           host);
  if (proxy == NULL || !is_about_connecting (error) ||
      soup_message_get_tls_peer_certificate (message) != NULL)
    return NULL;
  return g_error_new (HOIST_ERROR, HOIST_ERROR_NETWORK,
                      /* Translators: the host name of a proxy, that of a server, and the system's
                       * words for what went wrong */
                      _ ("The proxy %s, by which %s is reached, cannot be reached: %s. Check the "
                         "system’s proxy settings."),
                         g_uri_get_host (proxy), host, error->message);
}
