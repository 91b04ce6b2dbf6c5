/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-net-session.h"

#include "hoist-proxy.h"

/* HTTP/2 would put all parts on one connection, and while it might be chosen
 * libsoup opens connections one after another. libsoup 3.2 has no other public
 * switch (soup_message_set_force_http1() came with 3.4), and the environment may
 * only be changed while there is one thread. */
__attribute__ ((constructor)) static void
force_http1 (void)
{
  g_setenv ("SOUP_FORCE_HTTP1", "1", FALSE);
}

/* Of the session: id -> HoistConnection. */
#define CONNECTIONS_KEY "hoist-connections"

static gboolean
is_dead (gpointer id, gpointer connection, gpointer user_data)
{
  return !hoist_connection_is_alive (connection);
}

static void
network_event_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *io, gpointer user_data)
{
  GHashTable *connections = user_data;
  guint64 id = soup_message_get_connection_id (message);

  /* The last event that comes is the one with TLS, if there is any. */
  if (io == NULL || id == 0 || event < G_SOCKET_CLIENT_CONNECTED)
    return;
  g_hash_table_foreach_remove (connections, is_dead, NULL);
  g_hash_table_replace (connections, GSIZE_TO_POINTER (id), hoist_connection_new (io));
}

/* On the message whose server wants to know who we are, and was not told. */
#define ASKED_KEY "hoist-asked-for-certificate"

static gboolean
request_certificate_cb (SoupMessage *message, GTlsClientConnection *connection, gpointer user_data)
{
  g_object_set_data (G_OBJECT (message), ASKED_KEY, GINT_TO_POINTER (TRUE));
  return FALSE;
}

static void
unref_connections (gpointer connections, GClosure *closure)
{
  g_hash_table_unref (connections);
}

/* A connection tells about itself to the message that it is made for, and is
 * only known by its number to those that use it later. */
static void
request_queued_cb (SoupSession *session, SoupMessage *message, gpointer user_data)
{
  GHashTable *connections = user_data;

  g_signal_connect_data (message, "network-event", G_CALLBACK (network_event_cb),
                         g_hash_table_ref (connections), unref_connections, 0);
  g_signal_connect (message, "request-certificate", G_CALLBACK (request_certificate_cb), NULL);
}

static void
prepare_for_proxy_cb (SoupSession *session, SoupMessage *message, gpointer user_data)
{
  hoist_proxy_resolver_prepare (user_data, message);
}

/* The session keeps it; it is the one that the session asks. */
static void
use_proxies (SoupSession *session)
{
  g_autoptr (HoistProxyResolver) resolver = hoist_proxy_resolver_new ();

  soup_session_set_proxy_resolver (session, G_PROXY_RESOLVER (resolver));
  g_signal_connect_object (session, "request-queued", G_CALLBACK (prepare_for_proxy_cb), resolver,
                           0);
}

static void
show_certificate_cb (SoupSession *session, SoupMessage *message, gpointer user_data)
{
  soup_message_set_tls_client_certificate (message, user_data);
}

static void
use_trust (SoupSession *session, HoistNetTrust *trust)
{
  GTlsDatabase *database = hoist_net_trust_get_database (trust);
  GTlsCertificate *certificate = hoist_net_trust_get_certificate (trust);

  if (database != NULL)
    soup_session_set_tls_database (session, database);
  if (certificate != NULL)
    g_signal_connect_object (session, "request-queued", G_CALLBACK (show_certificate_cb),
                             certificate, 0);
}

/**
 * hoist_net_session_new: (skip)
 * @max_connections_per_host: connections to one host at a time
 * @trust: (nullable): whom to trust; %NULL = the system's roots
 *
 * Makes a session that sends what it is given and nothing else: no cookies, no
 * authentication, no decompression. Its own time-outs are off, because they
 * count time between packets and know nothing of what was acknowledged. It is
 * for the thread-default main context in which it is made.
 *
 * Returns: (transfer full): the session
 */
SoupSession *
hoist_net_session_new (guint max_connections_per_host, HoistNetTrust *trust)
{
  g_autoptr (SoupSession) session = NULL;
  GHashTable *connections =
    g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) hoist_connection_unref);

  /* libsoup's own limits, 10 connections in all and 2 a host, are meant for
   * browsing and can only be set here. */
  session = soup_session_new_with_options ("user-agent", "Hoist/" HOIST_VERSION, "max-conns",
                                           (int) max_connections_per_host * 4, "max-conns-per-host",
                                           (int) max_connections_per_host, "timeout", 0,
                                           "idle-timeout", 30, NULL);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  use_proxies (session);
  if (trust != NULL)
    use_trust (session, trust);
  g_object_set_data_full (G_OBJECT (session), CONNECTIONS_KEY, connections,
                          (GDestroyNotify) g_hash_table_unref);
  g_signal_connect_data (session, "request-queued", G_CALLBACK (request_queued_cb),
                         g_hash_table_ref (connections), unref_connections, 0);
  return g_steal_pointer (&session);
}

/**
 * hoist_session_was_asked_for_certificate: (skip)
 * @message: a message that was sent by a session of hoist_net_session_new()
 *
 * Returns: whether the server asked for a client certificate, and there was none to show
 */
gboolean
hoist_session_was_asked_for_certificate (SoupMessage *message)
{
  return g_object_get_data (G_OBJECT (message), ASKED_KEY) != NULL;
}

/**
 * hoist_session_get_connection: (skip)
 * @session: one by hoist_net_session_new()
 * @message: a message that is being sent on it
 *
 * Returns: (transfer none) (nullable): the connection that @message was given
 */
HoistConnection *
hoist_session_get_connection (SoupSession *session, SoupMessage *message)
{
  GHashTable *connections = g_object_get_data (G_OBJECT (session), CONNECTIONS_KEY);
  guint64 id = soup_message_get_connection_id (message);

  return g_hash_table_lookup (connections, GSIZE_TO_POINTER (id));
}
