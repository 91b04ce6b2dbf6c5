/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-net.h"

#include <glib/gi18n-lib.h>

#include "hoist-net-session.h"

/* A server that wants more patience than this is treated as one that is down:
 * the person may always say «try now». */
#define MAX_RETRY_AFTER_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)

/**
 * hoist_net_control_session_new:
 * @trust: (nullable): whom to trust; %NULL = the system's roots
 *
 * Makes a session for control calls: small requests and answers. It is used in
 * the thread-default main context in which it is made.
 *
 * Returns: (transfer full): the session
 */
SoupSession *
hoist_net_control_session_new (HoistNetTrust *trust)
{
  return hoist_net_session_new (16, trust);
}

static gboolean
host_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;

  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

/**
 * hoist_net_url_is_acceptable:
 * @url: where a request would go
 * @error: return location
 *
 * Whether anything may be sent there: over HTTPS, or over HTTP to this very
 * machine (127.0.0.0/8, ::1, localhost). An address with a user name or a
 * password in it is refused, because it would end up in lists and logs.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT.
 *
 * Returns: whether it is acceptable
 */
gboolean
hoist_net_url_is_acceptable (GUri *url, GError **error)
{
  const char *host = g_uri_get_host (url);

  if (host == NULL || *host == '\0')
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("The address has no host name"));
      return FALSE;
    }
  if (g_uri_get_userinfo (url) != NULL)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("The address must not contain a user name or password"));
      return FALSE;
    }
  if (g_str_equal (g_uri_get_scheme (url), "https"))
    return TRUE;
  if (g_str_equal (g_uri_get_scheme (url), "http"))
    {
      if (host_is_loopback (host))
        return TRUE;
      /* Translators: %s is a host name */
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   _ ("%s must be reached by HTTPS: over plain HTTP anybody on the way could read "
                    "along"),
                      host);
      return FALSE;
    }
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                       _ ("The address must begin with https://"));
  return FALSE;
}

/**
 * hoist_net_is_web_address:
 * @text: what a server says of where something is
 *
 * Looks whether it is an address that a person may be shown. Nothing is sent there.
 *
 * Returns: whether it is an absolute one, of http or https
 */
gboolean
hoist_net_is_web_address (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);

  return uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
         (g_str_equal (g_uri_get_scheme (uri), "https") ||
          g_str_equal (g_uri_get_scheme (uri), "http"));
}

/**
 * hoist_net_url_parse:
 * @url: an absolute URL
 * @error: return location
 *
 * Reads a URL, leaving the escapes in its path and query as they are, because
 * a signature covers them, and checks it by [func@hoist_net_url_is_acceptable].
 *
 * Errors: %HOIST_ERROR_BAD_INPUT; the message never has the URL in it.
 *
 * Returns: (transfer full): the URL, or %NULL
 */
GUri *
hoist_net_url_parse (const char *url, GError **error)
{
  g_autoptr (GUri) parsed = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);

  if (parsed == NULL)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("This is not an address such as https://uploads.example.org/api"));
      return NULL;
    }
  if (!hoist_net_url_is_acceptable (parsed, error))
    return NULL;
  return g_steal_pointer (&parsed);
}

/**
 * hoist_net_url_to_string_for_people:
 * @url: a URL
 *
 * Tells where a request goes without anything that may be a secret: no user, no
 * query, no fragment.
 *
 * Returns: (transfer full): `scheme://host[:port]/path`
 */
char *
hoist_net_url_to_string_for_people (GUri *url)
{
  return g_uri_to_string_partial (url,
                                  G_URI_HIDE_USERINFO | G_URI_HIDE_QUERY | G_URI_HIDE_FRAGMENT);
}

static gboolean
parse_http_date_us (const char *text, gint64 *real_us)
{
  g_autoptr (GDateTime) time = NULL;

  if (text == NULL)
    return FALSE;
  time = soup_date_time_new_from_http_string (text);
  if (time == NULL)
    return FALSE;
  *real_us = g_date_time_to_unix (time) * G_USEC_PER_SEC;
  return TRUE;
}

/**
 * hoist_net_get_server_time_us:
 * @headers: an answer's headers
 * @server_real_us: (out): the time on the server's clock, real time
 *
 * Reads the header `Date` (RFC 9110, section 6.6.1).
 *
 * Returns: whether there was one that can be read
 */
gboolean
hoist_net_get_server_time_us (SoupMessageHeaders *headers, gint64 *server_real_us)
{
  return parse_http_date_us (soup_message_headers_get_one (headers, "Date"), server_real_us);
}

/**
 * hoist_net_get_retry_after_us:
 * @headers: an answer's headers
 * @now_real_us: the local real time
 *
 * Reads the header `Retry-After` (RFC 9110, section 10.2.3). A date is compared
 * with the server's own `Date` where there is one, so that a local clock that is
 * wrong does no harm.
 *
 * Returns: how long to wait, at most a day; 0 = not said, or already over
 */
gint64
hoist_net_get_retry_after_us (SoupMessageHeaders *headers, gint64 now_real_us)
{
  const char *text = soup_message_headers_get_one (headers, "Retry-After");
  guint64 seconds;
  gint64 then_us;

  if (text == NULL)
    return 0;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &seconds, NULL))
    return MIN ((gint64) seconds * G_USEC_PER_SEC, MAX_RETRY_AFTER_US);
  if (!parse_http_date_us (text, &then_us))
    return 0;
  hoist_net_get_server_time_us (headers, &now_real_us);
  return CLAMP (then_us - now_real_us, 0, MAX_RETRY_AFTER_US);
}

/* RFC 9110, section 5.6.2: token */
static gboolean
is_token (const char *text)
{
  if (*text == '\0')
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr ("!#$%&'*+-.^_`|~", *text) == NULL)
      return FALSE;
  return TRUE;
}

/**
 * hoist_net_header_is_acceptable:
 * @name: a header's name, from outside
 * @value: its value
 *
 * Whether a header that came from elsewhere may be put into a request: a token
 * and a value without control characters, and none of those that frame the
 * message or name its connection, which are the transport's own.
 *
 * Returns: whether it may be sent
 */
gboolean
hoist_net_header_is_acceptable (const char *name, const char *value)
{
  static const char *const own[] = { "Connection", "Content-Length", "Expect",
                                     "Host",       "Keep-Alive",     "Proxy-Authorization",
                                     "TE",         "Trailer",        "Transfer-Encoding",
                                     "Upgrade" };

  if (!is_token (name))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    if (g_ascii_strcasecmp (name, own[i]) == 0)
      return FALSE;
  for (; *value != '\0'; value++)
    if ((guchar) *value < 0x20 || (guchar) *value == 0x7f)
      return FALSE;
  return TRUE;
}
