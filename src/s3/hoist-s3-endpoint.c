/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-endpoint.h"

#include <string.h>

#include "hoist-error.h"

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, message);
  return FALSE;
}

/* Wider than Amazon's own rule (3–63, lower case), for other servers' sake, but nothing that
 * could change a host name or a path. */
static gboolean
check_bucket (const char *bucket, gboolean path_style, GError **error)
{
  gsize length = strlen (bucket);

  if (length == 0 || length > 255)
    return fail (error, "The bucket's name must have 1 to 255 characters");
  if (strspn (bucket, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") !=
      length)
    return fail (error, "The bucket's name may have only letters, digits, dots, dashes and _");
  if (g_str_equal (bucket, ".") || g_str_equal (bucket, ".."))
    return fail (error, "The bucket's name cannot be only dots");
  if (!path_style && (bucket[0] == '.' || bucket[length - 1] == '.' || strstr (bucket, "..")))
    return fail (error, "The bucket's name cannot be part of a host name: use path style");
  return TRUE;
}

static gboolean
check_region (const char *region, GError **error)
{
  if (region[0] == '\0' || strlen (region) > 64)
    return fail (error, "The region must have 1 to 64 characters");
  for (const char *p = region; *p; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '_')
      return fail (error, "The region may have only letters, digits, dashes and _");
  return TRUE;
}

static gboolean
check_url (GUri *uri, gboolean path_style, GError **error)
{
  const char *scheme = g_uri_get_scheme (uri);
  const char *host = g_uri_get_host (uri);

  if (!g_str_equal (scheme, "http") && !g_str_equal (scheme, "https"))
    return fail (error, "The S3 endpoint must begin with https:// or http://");
  if (!host || host[0] == '\0')
    return fail (error, "The S3 endpoint has no host name");
  if (g_uri_get_userinfo (uri))
    return fail (error, "The S3 endpoint cannot have a user name or password in it");
  if (g_uri_get_query (uri) || g_uri_get_fragment (uri))
    return fail (error, "The S3 endpoint cannot have a query or a fragment");
  if (!path_style && g_hostname_is_ip_address (host))
    return fail (error, "With an address in place of a host name, use path style");
  return TRUE;
}

/* Encoded anew, so that what is signed and what is sent are one spelling. */
static char *
normalise_base_path (const char *path, GError **error)
{
  g_autofree char *decoded = hoist_s3_path_decode (path, error);
  gsize length = decoded ? strlen (decoded) : 0;

  if (!decoded)
    return NULL;
  while (length > 0 && decoded[length - 1] == '/')
    decoded[--length] = '\0';
  return hoist_s3_path_encode (decoded);
}

/**
 * hoist_s3_endpoint_new:
 * @url: `http://host[:port][/base]` or `https://…`
 * @region: the region that requests are signed for, `us-east-1` where a server
 *   knows none
 * @bucket: the bucket
 * @path_style: %TRUE for `host/bucket/key`, %FALSE for `bucket.host/key`
 * @error: return location for an error
 *
 * Describes where a bucket is.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT
 *
 * Returns: (transfer full) (nullable): the endpoint
 */
HoistS3Endpoint *
hoist_s3_endpoint_new (const char *url,
                       const char *region,
                       const char *bucket,
                       gboolean path_style,
                       GError **error)
{
  g_autoptr (GUri) uri =
    g_uri_parse (url, G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_HAS_PASSWORD, NULL);
  g_autoptr (HoistS3Endpoint) endpoint = NULL;
  int port;

  if (!uri)
    {
      fail (error, "The S3 endpoint is not a valid address");
      return NULL;
    }
  if (!check_url (uri, path_style, error) || !check_region (region, error) ||
      !check_bucket (bucket, path_style, error))
    return NULL;

  endpoint = g_new0 (HoistS3Endpoint, 1);
  endpoint->scheme = g_strdup (g_uri_get_scheme (uri));
  endpoint->host = g_ascii_strdown (g_uri_get_host (uri), -1);
  port = g_uri_get_port (uri);
  if (port > 0 && port != (g_str_equal (endpoint->scheme, "https") ? 443 : 80))
    endpoint->port = (guint16) port;
  endpoint->base_path = normalise_base_path (g_uri_get_path (uri), error);
  if (!endpoint->base_path)
    return NULL;
  endpoint->region = g_strdup (region);
  endpoint->bucket = g_strdup (bucket);
  endpoint->path_style = path_style;
  return g_steal_pointer (&endpoint);
}

/**
 * hoist_s3_endpoint_copy:
 * @endpoint: the endpoint to copy
 *
 * Copies an endpoint.
 *
 * Returns: (transfer full): the copy
 */
HoistS3Endpoint *
hoist_s3_endpoint_copy (const HoistS3Endpoint *endpoint)
{
  HoistS3Endpoint *copy = g_new0 (HoistS3Endpoint, 1);

  copy->scheme = g_strdup (endpoint->scheme);
  copy->host = g_strdup (endpoint->host);
  copy->port = endpoint->port;
  copy->base_path = g_strdup (endpoint->base_path);
  copy->region = g_strdup (endpoint->region);
  copy->bucket = g_strdup (endpoint->bucket);
  copy->path_style = endpoint->path_style;
  return copy;
}

/**
 * hoist_s3_endpoint_copy_for_region:
 * @endpoint: the endpoint to copy
 * @region: the region that requests are to be signed for, not trusted
 * @error: return location for an error
 *
 * Copies an endpoint, but for its region.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT
 *
 * Returns: (transfer full) (nullable): the copy
 */
HoistS3Endpoint *
hoist_s3_endpoint_copy_for_region (const HoistS3Endpoint *endpoint,
                                   const char *region,
                                   GError **error)
{
  HoistS3Endpoint *copy;

  if (!check_region (region, error))
    return NULL;
  copy = hoist_s3_endpoint_copy (endpoint);
  g_free (copy->region);
  copy->region = g_strdup (region);
  return copy;
}

/**
 * hoist_s3_endpoint_copy_without_bucket:
 * @endpoint: the endpoint to copy
 *
 * Describes the service that a bucket is at, for what is asked of the service itself.
 *
 * Returns: (transfer full): the copy
 */
HoistS3Endpoint *
hoist_s3_endpoint_copy_without_bucket (const HoistS3Endpoint *endpoint)
{
  HoistS3Endpoint *copy = hoist_s3_endpoint_copy (endpoint);

  g_free (copy->bucket);
  copy->bucket = g_strdup ("");
  copy->path_style = TRUE;
  return copy;
}

/**
 * hoist_s3_endpoint_free:
 * @endpoint: (nullable): the endpoint
 *
 * Frees an endpoint.
 */
void
hoist_s3_endpoint_free (HoistS3Endpoint *endpoint)
{
  if (!endpoint)
    return;
  g_free (endpoint->scheme);
  g_free (endpoint->host);
  g_free (endpoint->base_path);
  g_free (endpoint->region);
  g_free (endpoint->bucket);
  g_free (endpoint);
}

/**
 * hoist_s3_endpoint_dup_host:
 * @endpoint: the endpoint
 *
 * Writes what the Host header of a request says: with the bucket in
 * virtual-host style, and with a port only where it is not the scheme's own.
 *
 * Returns: (transfer full): host and port
 */
char *
hoist_s3_endpoint_dup_host (const HoistS3Endpoint *endpoint)
{
  GString *host = g_string_new (NULL);

  if (!endpoint->path_style)
    g_string_append_printf (host, "%s.", endpoint->bucket);
  if (strchr (endpoint->host, ':'))
    g_string_append_printf (host, "[%s]", endpoint->host);
  else
    g_string_append (host, endpoint->host);
  if (endpoint->port != 0)
    g_string_append_printf (host, ":%u", endpoint->port);
  return g_string_free (host, FALSE);
}

/**
 * hoist_s3_endpoint_dup_path:
 * @endpoint: the endpoint
 * @key: (nullable): an object's key, or null for the bucket itself
 *
 * Writes the encoded path of an object, exactly as it is signed and sent.
 *
 * Returns: (transfer full): the path, beginning with `/`
 */
char *
hoist_s3_endpoint_dup_path (const HoistS3Endpoint *endpoint, const char *key)
{
  g_autofree char *encoded = key ? hoist_s3_path_encode (key) : NULL;

  if (!endpoint->path_style)
    return g_strconcat (endpoint->base_path, "/", encoded, NULL);
  return g_strconcat (endpoint->base_path, "/", endpoint->bucket, encoded ? "/" : NULL, encoded,
                      NULL);
}

/**
 * hoist_s3_endpoint_dup_url:
 * @endpoint: the endpoint
 * @key: (nullable): an object's key, or null for the bucket itself
 * @query: (nullable): decoded parameters
 *
 * Writes a URL. It must be sent as it is: a client that resolves `.` and `..`
 * in it asks for another object. g_uri_parse() does, and libsoup with it;
 * g_uri_split() and g_uri_build() do not.
 *
 * Returns: (transfer full): the URL
 */
char *
hoist_s3_endpoint_dup_url (const HoistS3Endpoint *endpoint,
                           const char *key,
                           const HoistS3Pairs *query)
{
  g_autofree char *host = hoist_s3_endpoint_dup_host (endpoint);
  g_autofree char *path = hoist_s3_endpoint_dup_path (endpoint, key);
  g_autofree char *parameters = hoist_s3_query_format (query);

  return g_strconcat (endpoint->scheme, "://", host, path, parameters[0] ? "?" : NULL, parameters,
                      NULL);
}
