/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-sigv4.h"

#include <string.h>

#include "hoist-error.h"
#include "hoist-s3-canonical.h"

struct _HoistS3Signer
{
  HoistS3Credentials *credentials; /* (owned) */
  HoistS3Endpoint *endpoint;       /* (owned) */
  char *host;                      /* (owned) what the Host header says */
  char key_date[9];                /* the day of @key; empty = none yet */
  guint8 key[HOIST_SHA256_BYTES];  /* a secret */
};

/**
 * hoist_s3_signer_new:
 * @credentials: who signs
 * @endpoint: the bucket that the requests are for
 *
 * Makes a signer.
 *
 * Returns: (transfer full): the signer
 */
HoistS3Signer *
hoist_s3_signer_new (HoistS3Credentials *credentials, const HoistS3Endpoint *endpoint)
{
  HoistS3Signer *signer = g_new0 (HoistS3Signer, 1);

  signer->credentials = hoist_s3_credentials_ref (credentials);
  signer->endpoint = hoist_s3_endpoint_copy (endpoint);
  signer->host = hoist_s3_endpoint_dup_host (endpoint);
  return signer;
}

/**
 * hoist_s3_signer_free:
 * @signer: (nullable): the signer
 *
 * Frees a signer and wipes its key.
 */
void
hoist_s3_signer_free (HoistS3Signer *signer)
{
  if (!signer)
    return;
  hoist_s3_credentials_unref (signer->credentials);
  hoist_s3_endpoint_free (signer->endpoint);
  g_free (signer->host);
  explicit_bzero (signer->key, sizeof signer->key);
  g_free (signer);
}

/**
 * hoist_s3_signer_get_endpoint:
 * @signer: the signer
 *
 * Gets the endpoint that it signs for.
 *
 * Returns: (transfer none): the endpoint
 */
const HoistS3Endpoint *
hoist_s3_signer_get_endpoint (const HoistS3Signer *signer)
{
  return signer->endpoint;
}

static HoistS3Scope
get_scope (HoistS3Signer *signer, const char *stamp)
{
  HoistS3Scope scope = { stamp, signer->endpoint->region, "s3" };

  if (strncmp (signer->key_date, stamp, 8) != 0)
    {
      hoist_s3_scope_derive_key (&scope, hoist_s3_credentials_get_secret_key (signer->credentials),
                                 signer->key);
      memcpy (signer->key_date, stamp, 8);
    }
  return scope;
}

/* Signs @headers, all of them. */
static char *
sign_hex (HoistS3Signer *signer,
          const HoistS3Request *request,
          const char *query,
          const HoistS3Pairs *headers,
          const char *const *names,
          const char *payload_sha256,
          const char *stamp)
{
  HoistS3Scope scope = get_scope (signer, stamp);
  g_autofree char *path = hoist_s3_endpoint_dup_path (signer->endpoint, request->key);
  g_autofree char *canonical =
    hoist_s3_canonical_request (request->method, path, query, headers, names, payload_sha256);
  guint8 signature[HOIST_SHA256_BYTES];

  hoist_s3_canonical_sign (signer->key, &scope, stamp, canonical, signature);
  return hoist_digest_to_hex (signature, sizeof signature);
}

static char *
dup_credential (HoistS3Signer *signer, const char *stamp)
{
  HoistS3Scope scope = get_scope (signer, stamp);
  g_autofree char *scope_text = hoist_s3_scope_format (&scope);

  return g_strconcat (hoist_s3_credentials_get_access_key (signer->credentials), "/", scope_text,
                      NULL);
}

static HoistS3Pairs *
make_presign_query (HoistS3Signer *signer,
                    const HoistS3Request *request,
                    const char *const *names,
                    const char *stamp,
                    guint expires_s)
{
  HoistS3Pairs *query = hoist_s3_pairs_copy (request->query);
  const char *token = hoist_s3_credentials_get_session_token (signer->credentials);
  g_autofree char *credential = dup_credential (signer, stamp);
  g_autofree char *joined_names = g_strjoinv (";", (char **) names);
  g_autofree char *expires = g_strdup_printf ("%u", expires_s);

  hoist_s3_pairs_add (query, "X-Amz-Algorithm", HOIST_S3_ALGORITHM);
  hoist_s3_pairs_add (query, "X-Amz-Credential", credential);
  hoist_s3_pairs_add (query, "X-Amz-Date", stamp);
  hoist_s3_pairs_add (query, "X-Amz-Expires", expires);
  if (token)
    hoist_s3_pairs_add (query, "X-Amz-Security-Token", token);
  hoist_s3_pairs_add (query, "X-Amz-SignedHeaders", joined_names);
  return query;
}

/**
 * hoist_s3_signer_presign:
 * @signer: the signer
 * @request: what the URL is to do; its body is not looked at
 * @now_s: the time of signing, seconds of real time
 * @expires_s: for how long the URL is good, 1 to %HOIST_S3_MAX_EXPIRES_S
 * @error: return location for an error
 *
 * Makes a URL that does one thing for who has it. Every header of @request is
 * signed: who uses the URL must send exactly these, and no further `x-amz-`
 * header. The body is not signed, unless there is an `x-amz-content-sha256`
 * header. The URL is a secret.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT
 *
 * Returns: (transfer full) (nullable): the URL
 */
char *
hoist_s3_signer_presign (HoistS3Signer *signer,
                         const HoistS3Request *request,
                         gint64 now_s,
                         guint expires_s,
                         GError **error)
{
  g_autoptr (HoistS3Pairs) headers = hoist_s3_pairs_copy (request->headers);
  g_autoptr (HoistS3Pairs) query = NULL;
  g_auto (GStrv) names = NULL;
  g_autofree char *query_text = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *url = NULL;
  const char *payload = hoist_s3_pairs_lookup_header (headers, "x-amz-content-sha256");
  char stamp[HOIST_S3_STAMP_SIZE];

  if (expires_s < 1 || expires_s > HOIST_S3_MAX_EXPIRES_S)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   "A presigned address can be good for 1 to %d seconds, not %u",
                   HOIST_S3_MAX_EXPIRES_S, expires_s);
      return NULL;
    }
  if (request->key && !hoist_s3_key_check (request->key, error))
    return NULL;

  hoist_s3_stamp_format (now_s, stamp);
  hoist_s3_pairs_add (headers, "host", signer->host);
  names = hoist_s3_canonical_names (headers);
  query = make_presign_query (signer, request, (const char *const *) names, stamp, expires_s);
  query_text = hoist_s3_query_format (query);
  signature = sign_hex (signer, request, query_text, headers, (const char *const *) names,
                        payload ? payload : HOIST_S3_UNSIGNED_PAYLOAD, stamp);
  url = hoist_s3_endpoint_dup_url (signer->endpoint, request->key, NULL);
  return g_strconcat (url, "?", query_text, "&X-Amz-Signature=", signature, NULL);
}

static char *
hash_body (GBytes *body)
{
  guint8 digest[HOIST_SHA256_BYTES];
  gsize length = 0;
  const void *data = body ? g_bytes_get_data (body, &length) : NULL;

  hoist_digest_data (HOIST_DIGEST_SHA256, data, length, digest);
  return hoist_digest_to_hex (digest, sizeof digest);
}

/**
 * hoist_s3_signer_sign:
 * @signer: the signer
 * @request: the request
 * @payload_sha256: (nullable): hex SHA-256 of the body, or
 *   %HOIST_S3_UNSIGNED_PAYLOAD; null = that of @request's own body
 * @now_s: the time of signing, seconds of real time
 *
 * Signs a request that is sent now, within fifteen minutes.
 *
 * Returns: (transfer full): all headers to send: those of @request and
 *   `x-amz-date`, `x-amz-content-sha256`, `Authorization`, but not `Host`,
 *   which must be [func@hoist_s3_endpoint_dup_host]
 */
HoistS3Pairs *
hoist_s3_signer_sign (HoistS3Signer *signer,
                      const HoistS3Request *request,
                      const char *payload_sha256,
                      gint64 now_s)
{
  HoistS3Pairs *headers = hoist_s3_pairs_copy (request->headers);
  g_autoptr (HoistS3Pairs) signed_headers = NULL;
  g_autofree char *body_hash = payload_sha256 ? NULL : hash_body (request->body);
  const char *payload = payload_sha256 ? payload_sha256 : body_hash;
  const char *token = hoist_s3_credentials_get_session_token (signer->credentials);
  g_auto (GStrv) names = NULL;
  g_autofree char *joined_names = NULL;
  g_autofree char *query = hoist_s3_query_format (request->query);
  g_autofree char *signature = NULL;
  g_autofree char *credential = NULL;
  g_autofree char *authorization = NULL;
  char stamp[HOIST_S3_STAMP_SIZE];

  hoist_s3_stamp_format (now_s, stamp);
  hoist_s3_pairs_add (headers, "x-amz-content-sha256", payload);
  hoist_s3_pairs_add (headers, "x-amz-date", stamp);
  if (token)
    hoist_s3_pairs_add (headers, "x-amz-security-token", token);
  signed_headers = hoist_s3_pairs_copy (headers);
  hoist_s3_pairs_add (signed_headers, "host", signer->host);
  names = hoist_s3_canonical_names (signed_headers);
  joined_names = g_strjoinv (";", names);

  signature =
    sign_hex (signer, request, query, signed_headers, (const char *const *) names, payload, stamp);
  credential = dup_credential (signer, stamp);
  authorization = g_strconcat (HOIST_S3_ALGORITHM " Credential=", credential,
                               ", SignedHeaders=", joined_names, ", Signature=", signature, NULL);
  hoist_s3_pairs_add (headers, "Authorization", authorization);
  return headers;
}
