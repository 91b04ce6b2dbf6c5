/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-net-session.h"
#include "hoist-net.h"
#include "hoist-proxy.h"

/* What is wrong and what to do. Several may hold: the first one that a person can act on is said. */
static GError *
make_certificate_error (const char *host, GTlsCertificateFlags flags)
{
  const char *format;

  if (flags & G_TLS_CERTIFICATE_BAD_IDENTITY)
    /* Translators: %s is a host name */
    format = _ ("The certificate of %s is not accepted: it belongs to another host. Check the "
                "address; if it is right, somebody else may be answering.");
  else if (flags & G_TLS_CERTIFICATE_EXPIRED)
    /* Translators: %s is a host name */
    format = _ ("The certificate of %s is not accepted: it has expired. Whoever runs the server "
                "must renew it; if they did, check this computer’s clock.");
  else if (flags & G_TLS_CERTIFICATE_NOT_ACTIVATED)
    /* Translators: %s is a host name */
    format = _ ("The certificate of %s is not accepted: it is not valid yet. Check this computer’s "
                "clock.");
  else if (flags & G_TLS_CERTIFICATE_REVOKED)
    /* Translators: %s is a host name */
    format = _ ("The certificate of %s is not accepted: it was revoked. Ask whoever runs the "
                "server.");
  else if (flags & G_TLS_CERTIFICATE_INSECURE)
    /* Translators: %s is a host name */
    format = _ ("The certificate of %s is not accepted: it uses an algorithm that is no longer "
                "safe. Whoever runs the server must renew it.");
  else
    /* Translators: %s is a host name */
    format = _ ("The certificate of %s is not accepted: nobody that this computer trusts issued "
                "it. If the server has an authority of its own, set its certificate as the "
                "destination’s certificate file.");
  return g_error_new (HOIST_ERROR, HOIST_ERROR_CERTIFICATE, format, host);
}

/* On the message of a server that nothing was heard of yet. */
#define STRANGER_KEY "hoist-stranger"

/**
 * hoist_net_message_set_stranger:
 * @message: a request that was not sent yet
 *
 * Says that it is not known whether there is a web server at all: if the answer
 * is no HTTP it is %HOIST_ERROR_PROTOCOL. From a server that is known it is the
 * rest of an answer that was cut off, %HOIST_ERROR_NETWORK.
 */
void
hoist_net_message_set_stranger (SoupMessage *message)
{
  g_object_set_data (G_OBJECT (message), STRANGER_KEY, GINT_TO_POINTER (TRUE));
}

static HoistError
code_of (SoupMessage *message, const GError *error)
{
  if (error->domain != SOUP_SESSION_ERROR)
    return hoist_error_from_gerror (error);
  switch (error->code)
    {
    case SOUP_SESSION_ERROR_PARSING:
      return g_object_get_data (G_OBJECT (message), STRANGER_KEY) != NULL ? HOIST_ERROR_PROTOCOL
                                                                          : HOIST_ERROR_NETWORK;
    case SOUP_SESSION_ERROR_TOO_MANY_RESTARTS:
      return HOIST_ERROR_NETWORK;
    default:
      return HOIST_ERROR_PROTOCOL;
    }
}

/**
 * hoist_net_head_is_cut_off:
 * @message: a request that was answered
 *
 * When the connection ends within the answer's headers, libsoup takes those that
 * came for all of them (libsoup 3, `soup-client-message-io-http1.c`), and a 200
 * with nothing in it for the answer. A server that says 200 and not how long its
 * body is says that the connection's end will tell (RFC 9112, section 6.3).
 *
 * Returns: whether headers are missing
 */
gboolean
hoist_net_head_is_cut_off (SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *connection = soup_message_headers_get_list (headers, "Connection");

  return soup_message_get_http_version (message) == SOUP_HTTP_1_1 &&
         soup_message_get_status (message) == SOUP_STATUS_OK &&
         soup_message_headers_get_encoding (headers) == SOUP_ENCODING_EOF &&
         (connection == NULL || g_ascii_strcasecmp (connection, "close") != 0);
}

/**
 * hoist_net_error_from_message:
 * @message: a request that failed without an answer
 * @error: what libsoup said
 *
 * Turns a failure on the way into one that says which host it was and what can
 * be done. Cancellation stays %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the error
 */
GError *
hoist_net_error_from_message (SoupMessage *message, const GError *error)
{
  const char *host = g_uri_get_host (soup_message_get_uri (message));
  GTlsCertificateFlags flags = soup_message_get_tls_peer_certificate_errors (message);
  HoistError code;
  GError *by_proxy;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || error->domain == HOIST_ERROR)
    return g_error_copy (error);

  code = code_of (message, error);
  if (error->domain == G_TLS_ERROR && hoist_session_was_asked_for_certificate (message))
    /* Translators: %s is a host name */
    return g_error_new (HOIST_ERROR, HOIST_ERROR_AUTH,
                        _ ("%s wants a client certificate that it knows: set one for the "
                           "destination"),
                           host);
  if (code == HOIST_ERROR_CERTIFICATE)
    return make_certificate_error (host, flags);
  by_proxy = hoist_proxy_failure_new (message, error);
  if (by_proxy != NULL)
    return by_proxy;
  /* Translators: a host name, and what the system said */
  return g_error_new (HOIST_ERROR, code,
                      _ ("The connection to %s failed: %s"), host, error->message);
}

static char *
get_redirect_target (SoupMessage *message, SoupMessageHeaders *headers)
{
  const char *location = soup_message_headers_get_one (headers, "Location");
  g_autoptr (GUri) target = NULL;
  const char *host;

  if (location != NULL)
    target =
      g_uri_parse_relative (soup_message_get_uri (message), location, SOUP_HTTP_URI_FLAGS, NULL);
  host = target != NULL ? g_uri_get_host (target) : NULL;
  if (host == NULL || *host == '\0')
    return NULL;
  if (g_strcmp0 (host, g_uri_get_host (soup_message_get_uri (message))) == 0)
    return hoist_net_url_to_string_for_people (target);
  return g_strdup (host);
}

/**
 * hoist_net_redirect_error_new:
 * @message: a request that was answered by a redirection
 * @headers: of the answer, which may have been read past libsoup
 *
 * A redirection is not followed: a token or a file would go to somebody whom
 * nobody chose. The error tells the address, so that a person can.
 *
 * Returns: (transfer full): a %HOIST_ERROR_PROTOCOL
 */
GError *
hoist_net_redirect_error_new (SoupMessage *message, SoupMessageHeaders *headers)
{
  const char *host = g_uri_get_host (soup_message_get_uri (message));
  g_autofree char *target = get_redirect_target (message, headers);

  if (target == NULL)
    /* Translators: %s is a host name */
    return g_error_new (HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                        _ ("%s redirects, but does not say where to"), host);
  /* Translators: two host names */
  return g_error_new (HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                      _ ("%s redirects to %s; enter that address if you trust it"), host, target);
}
