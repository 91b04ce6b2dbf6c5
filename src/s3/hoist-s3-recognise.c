/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-recognise.h"

#include <gio/gio.h>
#include <string.h>

#include "hoist-s3-element.h"
#include "hoist-s3-fault.h"

/* What stands for a part of a host's name in a service's address. */
static const char *const wildcards[] = { "{region}", "ACCOUNT" };

/* The host of @address, with its wildcard. */
static char *
dup_pattern (const char *address)
{
  const char *host = strstr (address, "://") + strlen ("://");

  return g_strndup (host, strcspn (host, ":/"));
}

/* The last place in @host where @label stands at the beginning of a label; null if there is none. */
static const char *
find_label (const char *host, const char *label)
{
  const char *found = NULL;

  for (const char *p = host; p != NULL; p = strchr (p, '.') != NULL ? strchr (p, '.') + 1 : NULL)
    if (g_str_has_prefix (p, label))
      found = p;
  return found;
}

/* Takes `bucket.` off the front of a host whose own name begins at @own. */
static gboolean
take_bucket (const char *host, const char *own, char **bucket)
{
  if (own == host)
    return TRUE;
  if (own - host < 2 || own[-1] != '.')
    return FALSE;
  *bucket = g_strndup (host, (gsize) (own - host) - 1);
  return TRUE;
}

/* @pattern is `before{region}after`; what stands for the wildcard is one label. */
static gboolean
match_wildcard (const char *host,
                const char *pattern,
                const char *wildcard,
                char **word,
                char **bucket)
{
  const char *at = strstr (pattern, wildcard);
  g_autofree char *before = g_strndup (pattern, (gsize) (at - pattern));
  const char *after = at + strlen (wildcard);
  g_autofree char *rest = NULL;
  const char *own;
  const char *last;

  if (!g_str_has_suffix (host, after) || strlen (host) <= strlen (after))
    return FALSE;
  rest = g_strndup (host, strlen (host) - strlen (after));
  last = strrchr (rest, '.');
  own = *before != '\0' ? find_label (rest, before) : last != NULL ? last + 1 : rest;
  if (own == NULL)
    return FALSE;
  *word = g_strdup (own + strlen (before));
  return **word != '\0' && strchr (*word, '.') == NULL && take_bucket (rest, own, bucket);
}

static gboolean
match (const char *host, const HoistS3Service *service, HoistS3Place *place)
{
  const char *address = service->address != NULL ? service->address : service->example;
  g_autofree char *pattern = address != NULL ? dup_pattern (address) : NULL;
  g_autofree char *word = NULL;
  g_autofree char *bucket = NULL;
  gboolean good = FALSE;

  for (gsize i = 0; pattern != NULL && i < G_N_ELEMENTS (wildcards); i++)
    if (strstr (pattern, wildcards[i]) != NULL)
      good = match_wildcard (host, pattern, wildcards[i], &word, &bucket);
  if (service->address != NULL && strstr (pattern, "{region}") == NULL &&
      g_str_has_suffix (host, pattern))
    good = take_bucket (host, host + strlen (host) - strlen (pattern), &bucket);
  if (!good)
    return FALSE;
  place->service = service;
  place->bucket = g_steal_pointer (&bucket);
  if (service->address != NULL)
    place->region = g_steal_pointer (&word);
  return TRUE;
}

/* docs.aws.amazon.com, «Virtual hosting of buckets»: the host without a region is us-east-1's. */
static gboolean
match_legacy (const char *host, HoistS3Place *place)
{
  static const char own[] = "s3.amazonaws.com";

  if (!g_str_has_suffix (host, own) ||
      !take_bucket (host, host + strlen (host) - strlen (own), &place->bucket))
    return FALSE;
  place->service = hoist_s3_service_lookup ("aws");
  place->region = g_strdup (place->service->region);
  return TRUE;
}

/* China has a domain of its own. */
static gboolean
match_china (const char *host, HoistS3Place *place)
{
  g_autofree char *rest = NULL;

  if (!g_str_has_suffix (host, ".amazonaws.com.cn"))
    return FALSE;
  rest = g_strndup (host, strlen (host) - strlen (".cn"));
  return match (rest, hoist_s3_service_lookup ("aws"), place);
}

/* Where the bucket is no part of the host it begins the path. */
static void
take_path (HoistS3Place *place, GUri *uri)
{
  const char *path = g_uri_get_path (uri);

  path += strspn (path, "/");
  if (place->bucket == NULL && *path != '\0')
    place->bucket = g_strndup (path, strcspn (path, "/"));
}

static char *
make_root (GUri *uri)
{
  return g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                     g_uri_get_port (uri), "", NULL, NULL);
}

/**
 * hoist_s3_place_new_from_url:
 * @url: an address that a person entered
 *
 * Looks whether it is that of a service that is known, with or without a bucket.
 *
 * Returns: (transfer full) (nullable): which service it is, and what the address tells besides
 */
HoistS3Place *
hoist_s3_place_new_from_url (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (HoistS3Place) place = g_new0 (HoistS3Place, 1);
  g_autofree char *host = NULL;
  const char *own_host;
  gboolean found = FALSE;

  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_port (uri) != -1)
    return NULL;
  host = g_ascii_strdown (g_uri_get_host (uri), -1);
  found = match_legacy (host, place) || match_china (host, place);
  for (guint i = 0; !found && hoist_s3_service_get (i) != NULL; i++)
    found = match (host, hoist_s3_service_get (i), place);
  if (!found)
    return NULL;
  own_host = place->bucket != NULL ? host + strlen (place->bucket) + 1 : host;
  take_path (place, uri);
  place->url = hoist_s3_service_make_address (place->service, place->region);
  if (place->url == NULL)
    place->url = g_strconcat ("https://", own_host, NULL);
  return g_steal_pointer (&place);
}

/* Ceph, src/rgw/services/svc_zone_utils.cc: `tx…-time-instance-zone`. Swift's own has no more than the time,
 * and what an operator puts behind it. */
static gboolean
is_ceph_request (const char *request_id)
{
  guint n_dashes = 0;

  if (request_id == NULL || !g_str_has_prefix (request_id, "tx"))
    return FALSE;
  for (const char *c = request_id; *c != '\0'; c++)
    n_dashes += *c == '-' ? 1 : 0;
  return n_dashes >= 3;
}

static const HoistS3Service *
guess_service (const char *server,
               gboolean has_transaction,
               const char *request_id,
               const HoistS3Element *answer)
{
  static const struct
  {
    const char *server;
    const char *service;
  } names[] = {
    { "MinIO", "minio" }, { "AmazonS3", "aws" }, { "Ceph", "ceph" }, { "Garage", "garage" }
  };

  for (gsize i = 0; server != NULL && i < G_N_ELEMENTS (names); i++)
    if (strstr (server, names[i].server) != NULL)
      return hoist_s3_service_lookup (names[i].service);
  /* Garage says in a refusal which region it is. */
  if (g_strcmp0 (hoist_s3_element_lookup (answer, "Region"), "garage") == 0)
    return hoist_s3_service_lookup ("garage");
  if (has_transaction)
    return hoist_s3_service_lookup ("swift");
  return hoist_s3_service_lookup (is_ceph_request (request_id) ? "ceph" : NULL);
}

/**
 * hoist_s3_place_new_from_answer:
 * @url: what was asked, without keys
 * @server: (nullable): its `Server`
 * @has_transaction: whether it has an `X-Trans-Id`, as OpenStack Swift does
 * @request_id: (nullable): its `x-amz-request-id`
 * @body: its answer
 * @length: of @body
 *
 * Looks whether an answer is one of S3: nobody else refuses in its words.
 *
 * Returns: (transfer full) (nullable): what it is, if it is S3
 */
HoistS3Place *
hoist_s3_place_new_from_answer (const char *url,
                                const char *server,
                                gboolean has_transaction,
                                const char *request_id,
                                const char *body,
                                gsize length)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (HoistS3Element) root = hoist_s3_element_parse (body, length, NULL);
  g_autoptr (HoistS3Fault) fault = hoist_s3_fault_parse (body, length);
  HoistS3Place *place;

  if (uri == NULL || root == NULL ||
      (fault == NULL && strcmp (hoist_s3_element_get_name (root), "ListAllMyBucketsResult") != 0 &&
       strcmp (hoist_s3_element_get_name (root), "ListBucketResult") != 0))
    return NULL;
  place = g_new0 (HoistS3Place, 1);
  place->service = guess_service (server, has_transaction, request_id, root);
  take_path (place, uri);
  place->url = make_root (uri);
  return place;
}

/**
 * hoist_s3_place_free:
 * @place: (nullable): a place
 *
 * Frees it.
 */
void
hoist_s3_place_free (HoistS3Place *place)
{
  if (place == NULL)
    return;
  g_free (place->url);
  g_free (place->region);
  g_free (place->bucket);
  g_free (place);
}
