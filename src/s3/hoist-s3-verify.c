/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-verify.h"

#include <string.h>

#include "hoist-s3-canonical.h"
#include "hoist-s3-sigv4.h"
#include "hoist-s3-xml.h"

/* What a request claims about who signed it. */
typedef struct
{
  gboolean presigned;
  char *access_key;    /* (owned) */
  char *date;          /* (owned) of the scope */
  char *region;        /* (owned) */
  char *service;       /* (owned) */
  char *terminator;    /* (owned) */
  GStrv names;         /* (owned) signed headers */
  char *signature;     /* (owned) */
  char *stamp;         /* (owned) */
  gint64 stamp_s;      /* */
  guint64 expires_s;   /* presigned only */
  char *token;         /* (owned) (nullable) */
  const char *payload; /* borrowed from the request, or static */
} Claim;

static void
claim_clear (Claim *claim)
{
  g_free (claim->access_key);
  g_free (claim->date);
  g_free (claim->region);
  g_free (claim->service);
  g_free (claim->terminator);
  g_strfreev (claim->names);
  g_free (claim->signature);
  g_free (claim->stamp);
  g_free (claim->token);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Claim, claim_clear)

static HoistS3Fault *
malformed (const Claim *claim, const char *message)
{
  return hoist_s3_fault_new (claim->presigned ? "AuthorizationQueryParametersError"
                                              : "AuthorizationHeaderMalformed",
                             message);
}

/* `ID/20130524/us-east-1/s3/aws4_request`, from its end: an id may have slashes in it. */
static gboolean
read_credential (Claim *claim, const char *text)
{
  char **fields[] = { &claim->terminator, &claim->service, &claim->region, &claim->date };
  g_autofree char *rest = g_strdup (text);

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      char *slash = strrchr (rest, '/');

      if (!slash)
        return FALSE;
      *fields[i] = g_strdup (slash + 1);
      *slash = '\0';
    }
  claim->access_key = g_steal_pointer (&rest);
  return claim->access_key[0] != '\0' && strlen (claim->date) == 8;
}

static const char *
lookup_once (const HoistS3Pairs *query, const char *name)
{
  const char *value = NULL;

  for (guint i = 0; i < hoist_s3_pairs_get_length (query); i++)
    {
      if (!g_str_equal (hoist_s3_pairs_get_name (query, i), name))
        continue;
      if (value)
        return NULL;
      value = hoist_s3_pairs_get_value (query, i);
    }
  return value;
}

static HoistS3Fault *
read_expires (Claim *claim, const char *text)
{
  gint64 expires_s;

  if (!g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &expires_s, NULL))
    return malformed (claim, "X-Amz-Expires should be a number");
  if (expires_s < 0)
    return malformed (claim, "X-Amz-Expires must be non-negative");
  if (expires_s > HOIST_S3_MAX_EXPIRES_S)
    return malformed (claim, "X-Amz-Expires must be less than a week (in seconds); that is, the "
                             "given X-Amz-Expires must be less than 604800 seconds");
  claim->expires_s = (guint64) expires_s;
  return NULL;
}

static HoistS3Fault *
read_presigned_claim (Claim *claim, const HoistS3Pairs *query)
{
  const char *algorithm = lookup_once (query, "X-Amz-Algorithm");
  const char *credential = lookup_once (query, "X-Amz-Credential");
  const char *stamp = lookup_once (query, "X-Amz-Date");
  const char *expires = lookup_once (query, "X-Amz-Expires");
  const char *names = lookup_once (query, "X-Amz-SignedHeaders");
  const char *signature = lookup_once (query, "X-Amz-Signature");

  claim->presigned = TRUE;
  if (!algorithm || !credential || !stamp || !expires || !names || !signature)
    return malformed (claim, "Query-string authentication version 4 requires the X-Amz-Algorithm, "
                             "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, "
                             "and X-Amz-Expires parameters.");
  if (!g_str_equal (algorithm, HOIST_S3_ALGORITHM))
    return malformed (claim, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
  if (!read_credential (claim, credential))
    return malformed (claim, "Error parsing the X-Amz-Credential parameter; the Credential is "
                             "mal-formed; expecting "
                             "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
  claim->stamp = g_strdup (stamp);
  claim->names = g_strsplit (names, ";", -1);
  claim->signature = g_strdup (signature);
  claim->token = g_strdup (lookup_once (query, "X-Amz-Security-Token"));
  return read_expires (claim, expires);
}

/* The value of `Name=` in `Credential=…, SignedHeaders=…, Signature=…`. */
static char *
dup_field (const char *const *fields, const char *name)
{
  for (guint i = 0; fields[i]; i++)
    {
      const char *field = fields[i] + strspn (fields[i], " ");
      gsize length = strlen (name);

      if (strncmp (field, name, length) == 0 && field[length] == '=')
        return g_strchomp (g_strdup (field + length + 1));
    }
  return NULL;
}

static HoistS3Fault *
read_header_claim (Claim *claim, const HoistS3Pairs *headers)
{
  const char *authorization = hoist_s3_pairs_lookup_header (headers, "authorization");
  const char *stamp = hoist_s3_pairs_lookup_header (headers, "x-amz-date");
  gsize prefix = strlen (HOIST_S3_ALGORITHM " ");
  g_auto (GStrv) fields = NULL;
  g_autofree char *credential = NULL;
  g_autofree char *names = NULL;

  if (strncmp (authorization, HOIST_S3_ALGORITHM " ", prefix) != 0)
    return hoist_s3_fault_new ("InvalidArgument", "Unsupported Authorization Type");
  fields = g_strsplit (authorization + prefix, ",", 8);
  credential = dup_field ((const char *const *) fields, "Credential");
  names = dup_field ((const char *const *) fields, "SignedHeaders");
  claim->signature = dup_field ((const char *const *) fields, "Signature");
  if (!credential || !names || !claim->signature || !read_credential (claim, credential))
    return malformed (claim, "The authorization header is malformed.");
  if (!stamp)
    return hoist_s3_fault_new ("AccessDenied", "AWS authentication requires a valid Date or "
                                               "x-amz-date header");
  claim->stamp = g_strdup (stamp);
  claim->names = g_strsplit (names, ";", -1);
  claim->token = g_strdup (hoist_s3_pairs_lookup_header (headers, "x-amz-security-token"));
  return NULL;
}

static HoistS3Fault *
read_claim (Claim *claim, const HoistS3Incoming *incoming, const HoistS3Pairs *query)
{
  gboolean in_query = hoist_s3_pairs_lookup (query, "X-Amz-Algorithm") ||
                      hoist_s3_pairs_lookup (query, "X-Amz-Signature");
  gboolean in_header = hoist_s3_pairs_lookup_header (incoming->headers, "authorization") != NULL;

  if (in_query && in_header)
    return hoist_s3_fault_new ("InvalidArgument", "Only one auth mechanism allowed");
  if (in_query)
    return read_presigned_claim (claim, query);
  if (in_header)
    return read_header_claim (claim, incoming->headers);
  return hoist_s3_fault_new ("AccessDenied", "Access Denied");
}

static HoistS3Fault *
check_scope (Claim *claim, const char *region)
{
  g_autofree char *message = NULL;

  if (!hoist_s3_stamp_parse (claim->stamp, &claim->stamp_s))
    return malformed (claim, "X-Amz-Date must be in the ISO8601 Long Format "
                             "\"yyyyMMdd'T'HHmmss'Z'\"");
  if (strncmp (claim->stamp, claim->date, 8) != 0)
    return malformed (claim, "The date of the credential is not that of the request");
  if (!g_str_equal (claim->service, "s3"))
    return malformed (claim, "The service of the credential must be \"s3\"");
  if (!g_str_equal (claim->terminator, "aws4_request"))
    return malformed (claim, "The credential must end with \"aws4_request\"");
  if (!g_str_equal (claim->region, region))
    {
      HoistS3Fault *fault;

      message = g_strdup_printf ("the region of the credential is wrong; expecting '%s'", region);
      fault = malformed (claim, message);
      hoist_s3_pairs_add (fault->details, "Region", region);
      return fault;
    }
  return NULL;
}

static HoistS3Fault *
time_fault (const char *code, const char *message, gint64 expires_s, gint64 now_s)
{
  HoistS3Fault *fault = hoist_s3_fault_new (code, message);
  g_autofree char *expires = expires_s ? hoist_s3_format_time (expires_s) : NULL;
  g_autofree char *server_time = hoist_s3_format_time (now_s);

  if (expires)
    hoist_s3_pairs_add (fault->details, "Expires", expires);
  hoist_s3_pairs_add (fault->details, "ServerTime", server_time);
  return fault;
}

static HoistS3Fault *
check_time (const Claim *claim, gint64 now_s)
{
  gint64 age_s = now_s - claim->stamp_s;

  if (!claim->presigned)
    {
      if (ABS (age_s) <= HOIST_S3_MAX_SKEW_S)
        return NULL;
      return time_fault ("RequestTimeTooSkewed",
                         "The difference between the request time and the current time is too "
                         "large.",
                         0, now_s);
    }
  if (age_s < -HOIST_S3_MAX_SKEW_S)
    return time_fault ("AccessDenied", "Request is not valid yet", 0, now_s);
  if (age_s > (gint64) claim->expires_s)
    return time_fault ("AccessDenied", "Request has expired",
                       claim->stamp_s + (gint64) claim->expires_s, now_s);
  return NULL;
}

/* «You must include the host header and any x-amz-* headers in the signature» (S3 API
 * Reference): what is not signed could have been added by whoever got hold of the URL. */
static HoistS3Fault *
check_signed_names (const Claim *claim, const HoistS3Pairs *headers)
{
  g_autoptr (GString) missing = g_string_new (NULL);
  HoistS3Fault *fault;

  if (!g_strv_contains ((const char *const *) claim->names, "host"))
    return malformed (claim, "The Host header must be signed");
  for (guint i = 0; i < hoist_s3_pairs_get_length (headers); i++)
    {
      g_autofree char *name = g_ascii_strdown (hoist_s3_pairs_get_name (headers, i), -1);

      if (g_str_has_prefix (name, "x-amz-") &&
          !g_strv_contains ((const char *const *) claim->names, name))
        g_string_append_printf (missing, "%s%s", missing->len ? ", " : "", name);
    }
  if (missing->len == 0)
    return NULL;
  fault = hoist_s3_fault_new ("AccessDenied", "There were headers present in the request which "
                                              "were not signed");
  hoist_s3_pairs_add (fault->details, "HeadersNotSigned", missing->str);
  return fault;
}

/* What the signer said that the body's hash is. */
static HoistS3Fault *
read_payload (Claim *claim, const HoistS3Incoming *incoming, const HoistS3Pairs *query)
{
  guint8 digest[HOIST_SHA256_BYTES];

  claim->payload = hoist_s3_pairs_lookup_header (incoming->headers, "x-amz-content-sha256");
  if (!claim->payload && claim->presigned)
    claim->payload = hoist_s3_pairs_lookup (query, "X-Amz-Content-Sha256");
  if (!claim->payload && !claim->presigned)
    return hoist_s3_fault_new ("InvalidRequest", "Missing required header for this request: "
                                                 "x-amz-content-sha256");
  if (!claim->payload)
    claim->payload = HOIST_S3_UNSIGNED_PAYLOAD;
  if (g_str_has_prefix (claim->payload, "STREAMING-"))
    return hoist_s3_fault_new ("NotImplemented", "Bodies that are signed in chunks are not "
                                                 "supported");
  if (!g_str_equal (claim->payload, HOIST_S3_UNSIGNED_PAYLOAD) &&
      !hoist_digest_from_hex (claim->payload, digest, sizeof digest))
    return hoist_s3_fault_new ("InvalidArgument", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD "
                                                  "or a valid sha256 value.");
  return NULL;
}

static HoistS3Fault *
check_token (const Claim *claim, const HoistS3Credentials *credentials)
{
  const char *wanted = hoist_s3_credentials_get_session_token (credentials);
  const char *given = claim->token;

  if (!wanted && !given)
    return NULL;
  if (wanted && given && strlen (wanted) == strlen (given) &&
      hoist_digest_equal ((const guint8 *) wanted, (const guint8 *) given, strlen (wanted)))
    return NULL;
  return hoist_s3_fault_new ("InvalidToken",
                             "The provided token is malformed or otherwise invalid.");
}

/* The query without its signature, in canonical form. */
static char *
format_signed_query (const HoistS3Pairs *query)
{
  g_autoptr (HoistS3Pairs) rest = hoist_s3_pairs_new ();

  for (guint i = 0; i < hoist_s3_pairs_get_length (query); i++)
    if (!g_str_equal (hoist_s3_pairs_get_name (query, i), "X-Amz-Signature"))
      hoist_s3_pairs_add (rest, hoist_s3_pairs_get_name (query, i),
                          hoist_s3_pairs_get_value (query, i));
  return hoist_s3_query_format (rest);
}

static HoistS3Fault *
check_signature (const Claim *claim,
                 const HoistS3Incoming *incoming,
                 const char *path,
                 const HoistS3Pairs *query,
                 const HoistS3Credentials *credentials)
{
  HoistS3Scope scope = { claim->date, claim->region, claim->service };
  g_autofree char *query_text = format_signed_query (query);
  g_autofree char *encoded_path = hoist_s3_path_encode (path);
  g_autofree char *canonical =
    hoist_s3_canonical_request (incoming->method, encoded_path, query_text, incoming->headers,
                                (const char *const *) claim->names, claim->payload);
  guint8 key[HOIST_SHA256_BYTES];
  guint8 wanted[HOIST_SHA256_BYTES];
  guint8 given[HOIST_SHA256_BYTES];

  hoist_s3_scope_derive_key (&scope, hoist_s3_credentials_get_secret_key (credentials), key);
  hoist_s3_canonical_sign (key, &scope, claim->stamp, canonical, wanted);
  explicit_bzero (key, sizeof key);
  if (hoist_digest_from_hex (claim->signature, given, sizeof given) &&
      hoist_digest_equal (wanted, given, sizeof wanted))
    return NULL;
  return hoist_s3_fault_new ("SignatureDoesNotMatch",
                             "The request signature we calculated does not match the signature you "
                             "provided. Check your key and signing method.");
}

static HoistS3Fault *
check_claim (Claim *claim,
             const HoistS3Incoming *incoming,
             const HoistS3Pairs *query,
             const char *region,
             gint64 now_s)
{
  HoistS3Fault *fault = read_claim (claim, incoming, query);

  if (!fault)
    fault = check_scope (claim, region);
  if (!fault)
    fault = check_time (claim, now_s);
  if (!fault)
    fault = check_signed_names (claim, incoming->headers);
  if (!fault)
    fault = read_payload (claim, incoming, query);
  return fault;
}

/**
 * hoist_s3_verify:
 * @incoming: the request, as it came in
 * @region: the region that requests must be signed for
 * @lookup: (scope call): finds an access key's credentials
 * @user_data: for @lookup
 * @now_s: the present time, seconds of real time
 * @verified: (out caller-allocates): who sent it; only without an error, to be
 *   cleared with [func@hoist_s3_verified_clear]
 *
 * Checks who signed a request, presigned or with an Authorization header, and
 * that it is still good. The body is not looked at: where
 * `verified->payload_sha256` is set, who reads it must compare.
 *
 * Returns: (transfer full) (nullable): the error to answer with, or null where
 *   the request is authentic
 */
HoistS3Fault *
hoist_s3_verify (const HoistS3Incoming *incoming,
                 const char *region,
                 HoistS3Lookup lookup,
                 gpointer user_data,
                 gint64 now_s,
                 HoistS3Verified *verified)
{
  g_autoptr (HoistS3Pairs) query = hoist_s3_query_parse (incoming->query, NULL);
  g_autofree char *path = hoist_s3_path_decode (incoming->path, NULL);
  g_autoptr (HoistS3Credentials) credentials = NULL;
  g_auto (Claim) claim = { 0 };
  HoistS3Fault *fault;

  if (!query || !path)
    return hoist_s3_fault_new ("InvalidURI", "Couldn't parse the specified URI.");
  fault = check_claim (&claim, incoming, query, region, now_s);
  if (fault)
    return fault;
  credentials = lookup (claim.access_key, user_data);
  if (!credentials)
    return hoist_s3_fault_new ("InvalidAccessKeyId", "The AWS Access Key Id you provided does not "
                                                     "exist in our records.");
  fault = check_token (&claim, credentials);
  if (!fault)
    fault = check_signature (&claim, incoming, path, query, credentials);
  if (fault)
    return fault;

  verified->credentials = g_steal_pointer (&credentials);
  verified->presigned = claim.presigned;
  verified->payload_sha256 = g_str_equal (claim.payload, HOIST_S3_UNSIGNED_PAYLOAD)
                               ? NULL
                               : g_ascii_strdown (claim.payload, -1);
  return NULL;
}

/**
 * hoist_s3_verified_clear:
 * @verified: what [func@hoist_s3_verify] filled
 *
 * Frees what is in it.
 */
void
hoist_s3_verified_clear (HoistS3Verified *verified)
{
  g_clear_pointer (&verified->credentials, hoist_s3_credentials_unref);
  g_clear_pointer (&verified->payload_sha256, g_free);
}
