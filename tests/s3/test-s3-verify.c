/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-s3-sigv4.h"
#include "hoist-s3-verify.h"

#define NOW_S 1700000000
#define REGION "eu-central-1"
#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* A request between the signer and the verifier: what the tests tamper with. */
typedef struct
{
  char *method;
  char *path;
  char *query; /* (nullable) */
  HoistS3Pairs *headers;
} Wire;

static void
wire_clear (Wire *wire)
{
  g_free (wire->method);
  g_free (wire->path);
  g_free (wire->query);
  hoist_s3_pairs_free (wire->headers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wire, wire_clear)

static HoistS3Signer *
make_signer (const char *access_key, const char *secret, const char *token, gboolean path_style)
{
  g_autoptr (HoistS3Credentials) credentials = hoist_s3_credentials_new (access_key, secret, token);
  g_autoptr (HoistS3Endpoint) endpoint =
    hoist_s3_endpoint_new ("http://s3.localhost:9000/base", REGION, "bucket", path_style, NULL);

  return hoist_s3_signer_new (credentials, endpoint);
}

static HoistS3Credentials *
lookup (const char *access_key, gpointer user_data)
{
  if (g_str_equal (access_key, "lab:lab/x"))
    return hoist_s3_credentials_new (access_key, "geheim/+ü", NULL);
  if (g_str_equal (access_key, "temporary"))
    return hoist_s3_credentials_new (access_key, "secret", "token+/=");
  return NULL;
}

static void
wire_init_presigned (Wire *wire, HoistS3Signer *signer, const HoistS3Request *request)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *url = hoist_s3_signer_presign (signer, request, NOW_S, 3600, &error);
  g_autofree char *host = hoist_s3_endpoint_dup_host (hoist_s3_signer_get_endpoint (signer));
  const char *path, *question;

  g_assert_no_error (error);
  path = strchr (url + strlen ("http://"), '/');
  question = strchr (path, '?');
  wire->method = g_strdup (request->method);
  wire->path = g_strndup (path, (gsize) (question - path));
  wire->query = g_strdup (question + 1);
  wire->headers = hoist_s3_pairs_copy (request->headers);
  hoist_s3_pairs_add (wire->headers, "Host", host);
}

static void
wire_init_signed (Wire *wire,
                  HoistS3Signer *signer,
                  const HoistS3Request *request,
                  const char *payload)
{
  const HoistS3Endpoint *endpoint = hoist_s3_signer_get_endpoint (signer);
  g_autofree char *host = hoist_s3_endpoint_dup_host (endpoint);

  wire->method = g_strdup (request->method);
  wire->path = hoist_s3_endpoint_dup_path (endpoint, request->key);
  wire->query = hoist_s3_query_format (request->query);
  wire->headers = hoist_s3_signer_sign (signer, request, payload, NOW_S);
  hoist_s3_pairs_add (wire->headers, "Host", host);
}

static char *
verify_at (const Wire *wire, gint64 now_s, HoistS3Verified *verified)
{
  HoistS3Incoming incoming = { wire->method, wire->path, wire->query, wire->headers };
  g_autoptr (HoistS3Fault) fault =
    hoist_s3_verify (&incoming, REGION, lookup, NULL, now_s, verified);

  return g_strdup (fault ? fault->code : "OK");
}

static void
assert_code (const Wire *wire, gint64 now_s, const char *wanted)
{
  g_auto (HoistS3Verified) verified = { 0 };
  g_autofree char *code = verify_at (wire, now_s, &verified);

  g_assert_cmpstr (code, ==, wanted);
  g_assert_true ((verified.credentials != NULL) == g_str_equal (wanted, "OK"));
}

static const char *const odd_keys[] = {
  "a",
  "a b",
  "a+b",
  "~'(%)*!$,;:@[]{}|\\^`\"<>",
  "a//b/",
  "/a",
  "./a/../b",
  "a&b=c?d#e",
  "100%",
  "%2F%2f%00",
  "über",
  "u\xcc\x88"
  "ber",
  "文件/名.txt",
  "😀",
  "\x01\x1f\x7f",
  "a\nb\tc",
  " lead",
  "trail ",
  "..",
  "index.html?X-Amz-Signature=0",
};

static void
test_round_trip (void)
{
  for (guint i = 0; i < 2 * G_N_ELEMENTS (odd_keys); i++)
    {
      g_autoptr (HoistS3Signer) signer = make_signer ("lab:lab/x", "geheim/+ü", NULL, i % 2 == 0);
      g_autoptr (HoistS3Request) request = hoist_s3_request_upload_part (
        odd_keys[i / 2], "2~x+y/z=&ü", 7, HOIST_DIGEST_MD5, (const guint8 *) "0123456789abcdef");
      g_auto (Wire) presigned = { 0 };
      g_auto (Wire) header_signed = { 0 };

      wire_init_presigned (&presigned, signer, request);
      assert_code (&presigned, NOW_S, "OK");
      wire_init_signed (&header_signed, signer, request, HOIST_S3_UNSIGNED_PAYLOAD);
      assert_code (&header_signed, NOW_S, "OK");
    }
}

static void
test_random_keys (void)
{
  g_autoptr (HoistS3Signer) signer = make_signer ("lab:lab/x", "geheim/+ü", NULL, TRUE);

  for (int round = 0; round < 300; round++)
    {
      g_autoptr (GString) key = g_string_new (NULL);
      g_autoptr (HoistS3Request) request = NULL;
      g_auto (Wire) wire = { 0 };

      for (int i = g_test_rand_int_range (1, 40); i > 0; i--)
        g_string_append_unichar (key, (gunichar) (g_test_rand_bit ()
                                                    ? g_test_rand_int_range (1, 128)
                                                    : g_test_rand_int_range (0x80, 0xd800)));
      request = hoist_s3_request_get_object (key->str);
      wire_init_presigned (&wire, signer, request);
      assert_code (&wire, NOW_S, "OK");
    }
}

/* A proxy or a client may spell the same request differently. */
static void
test_other_spelling (void)
{
  g_autoptr (HoistS3Signer) signer = make_signer ("lab:lab/x", "geheim/+ü", NULL, TRUE);
  g_autoptr (HoistS3Request) request = hoist_s3_request_put_object (
    "a/ü (1)", "text/plain", HOIST_DIGEST_MD5, (const guint8 *) "0123456789abcdef");
  g_auto (Wire) wire = { 0 };
  g_auto (GStrv) items = NULL;

  wire_init_presigned (&wire, signer, request);
  g_free (wire.path);
  wire.path = g_strdup ("/base/bucket/a/%c3%bc%20(1)");
  items = g_strsplit (wire.query, "&", -1);
  g_free (wire.query);
  for (guint i = 0, n = g_strv_length (items); i < n / 2; i++)
    {
      char *item = items[i];

      items[i] = items[n - 1 - i];
      items[n - 1 - i] = item;
    }
  wire.query = g_strjoinv ("&", items);
  hoist_s3_pairs_add (wire.headers, "User-Agent", "x");
  assert_code (&wire, NOW_S, "OK");
}

static void
test_time (void)
{
  g_autoptr (HoistS3Signer) signer = make_signer ("lab:lab/x", "geheim/+ü", NULL, TRUE);
  g_autoptr (HoistS3Request) request = hoist_s3_request_get_object ("k");
  g_auto (Wire) presigned = { 0 };
  g_auto (Wire) header_signed = { 0 };

  wire_init_presigned (&presigned, signer, request);
  assert_code (&presigned, NOW_S + 3600, "OK");
  assert_code (&presigned, NOW_S + 3601, "AccessDenied");
  assert_code (&presigned, NOW_S - 900, "OK");
  assert_code (&presigned, NOW_S - 901, "AccessDenied");
  wire_init_signed (&header_signed, signer, request, NULL);
  assert_code (&header_signed, NOW_S + 900, "OK");
  assert_code (&header_signed, NOW_S + 901, "RequestTimeTooSkewed");
  assert_code (&header_signed, NOW_S - 901, "RequestTimeTooSkewed");
}

static void
test_expired_details (void)
{
  g_autoptr (HoistS3Signer) signer = make_signer ("lab:lab/x", "geheim/+ü", NULL, TRUE);
  g_autoptr (HoistS3Request) request = hoist_s3_request_get_object ("k");
  g_auto (HoistS3Verified) verified = { 0 };
  g_autoptr (HoistS3Fault) fault = NULL;
  g_auto (Wire) wire = { 0 };

  wire_init_presigned (&wire, signer, request);
  fault = hoist_s3_verify (&(HoistS3Incoming){ wire.method, wire.path, wire.query, wire.headers },
                           REGION, lookup, NULL, NOW_S + 4000, &verified);
  g_assert_cmpstr (fault->message, ==, "Request has expired");
  g_assert_cmpstr (hoist_s3_pairs_lookup (fault->details, "Expires"), ==,
                   "2023-11-14T23:13:20.000Z");
  g_assert_cmpstr (hoist_s3_pairs_lookup (fault->details, "ServerTime"), ==,
                   "2023-11-14T23:20:00.000Z");
}

static char *
replace (const char *text, const char *old, const char *new)
{
  g_autoptr (GString) replaced = g_string_new (text);

  g_assert_cmpuint (g_string_replace (replaced, old, new, 1), ==, 1);
  return g_string_free (g_steal_pointer (&replaced), FALSE);
}

/* A presigned query with one thing wrong. */
static const struct
{
  const char *old;
  const char *new;
  const char *code;
} query_faults[] = {
  { "partNumber=7", "partNumber=8", "SignatureDoesNotMatch" },
  { "partNumber=7&", "", "SignatureDoesNotMatch" },
  { "partNumber=7", "partNumber=7&x=y", "SignatureDoesNotMatch" },
  { "X-Amz-Expires=3600", "X-Amz-Expires=3601", "SignatureDoesNotMatch" },
  { "X-Amz-Signature=", "X-Amz-Signature=0", "SignatureDoesNotMatch" },
  { "X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=accept%3Bhost", "SignatureDoesNotMatch" },
  { "X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=", "AuthorizationQueryParametersError" },
  { "X-Amz-Credential=lab", "X-Amz-Credential=Lab", "InvalidAccessKeyId" },
  { "X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=AWS3",
    "AuthorizationQueryParametersError" },
  { "X-Amz-Algorithm=AWS4-HMAC-SHA256&", "", "AuthorizationQueryParametersError" },
  { "X-Amz-Date=20231114", "X-Amz-Date=20231113", "AuthorizationQueryParametersError" },
  { "X-Amz-Date=2", "X-Amz-Date=x", "AuthorizationQueryParametersError" },
  { "X-Amz-Expires=3600", "X-Amz-Expires=604801", "AuthorizationQueryParametersError" },
  { "X-Amz-Expires=3600", "X-Amz-Expires=-1", "AuthorizationQueryParametersError" },
  { "X-Amz-Expires=3600", "X-Amz-Expires=x", "AuthorizationQueryParametersError" },
  { "X-Amz-Expires=3600", "X-Amz-Expires=99999999999999999999",
    "AuthorizationQueryParametersError" },
  { "X-Amz-Expires=3600", "X-Amz-Expires=3600&X-Amz-Expires=3600",
    "AuthorizationQueryParametersError" },
  { "%2Feu-central-1%2F", "%2Feu-west-1%2F", "AuthorizationQueryParametersError" },
  { "%2Fs3%2F", "%2Fsqs%2F", "AuthorizationQueryParametersError" },
  { "aws4_request", "aws5_request", "AuthorizationQueryParametersError" },
  { "lab%3Alab%2Fx%2F20231114%2F", "", "AuthorizationQueryParametersError" },
  { "uploadId=", "uploadId=%", "InvalidURI" },
};

static void
test_query_faults (void)
{
  g_autoptr (HoistS3Signer) signer = make_signer ("lab:lab/x", "geheim/+ü", NULL, TRUE);
  g_autoptr (HoistS3Request) request =
    hoist_s3_request_upload_part ("k", "id", 7, HOIST_DIGEST_NONE, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (query_faults); i++)
    {
      g_auto (Wire) wire = { 0 };
      char *query;

      wire_init_presigned (&wire, signer, request);
      query = replace (wire.query, query_faults[i].old, query_faults[i].new);
      g_free (wire.query);
      wire.query = query;
      g_test_message ("%s -> %s", query_faults[i].old, query_faults[i].new);
      assert_code (&wire, NOW_S, query_faults[i].code);
    }
}

/* The same for an Authorization header. */
static const struct
{
  const char *old;
  const char *new;
  const char *code;
} header_faults[] = {
  { "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256  ", "OK" },
  { ", SignedHeaders", ",SignedHeaders", "OK" },
  { "Signature=", "Signature=0", "SignatureDoesNotMatch" },
  { "Signature=", "Sig=", "AuthorizationHeaderMalformed" },
  { "Credential=", "Credentials=", "AuthorizationHeaderMalformed" },
  { "SignedHeaders=", "Headers=", "AuthorizationHeaderMalformed" },
  { "Credential=lab", "Credential=bal", "InvalidAccessKeyId" },
  { "AWS4-HMAC-SHA256", "AWS", "InvalidArgument" },
  { "AWS4-HMAC-SHA256", "Bearer", "InvalidArgument" },
  { "/20231114/", "/20231113/", "AuthorizationHeaderMalformed" },
  { "/s3/", "/iam/", "AuthorizationHeaderMalformed" },
  { "host;", "", "AuthorizationHeaderMalformed" },
  { ";x-amz-date", "", "AccessDenied" },
};

static void
test_header_faults (void)
{
  g_autoptr (HoistS3Signer) signer = make_signer ("lab:lab/x", "geheim/+ü", NULL, TRUE);
  g_autoptr (HoistS3Request) request = hoist_s3_request_get_object ("k");

  for (gsize i = 0; i < G_N_ELEMENTS (header_faults); i++)
    {
      g_auto (Wire) wire = { 0 };
      g_autoptr (HoistS3Pairs) headers = hoist_s3_pairs_new ();

      wire_init_signed (&wire, signer, request, NULL);
      for (guint j = 0; j < hoist_s3_pairs_get_length (wire.headers); j++)
        {
          const char *name = hoist_s3_pairs_get_name (wire.headers, j);
          const char *value = hoist_s3_pairs_get_value (wire.headers, j);
          g_autofree char *changed = g_str_equal (name, "Authorization")
                                       ? replace (value, header_faults[i].old, header_faults[i].new)
                                       : g_strdup (value);

          hoist_s3_pairs_add (headers, name, changed);
        }
      hoist_s3_pairs_free (wire.headers);
      wire.headers = g_steal_pointer (&headers);
      g_test_message ("%s -> %s", header_faults[i].old, header_faults[i].new);
      assert_code (&wire, NOW_S, header_faults[i].code);
    }
}

static void
test_unsigned_header (void)
{
  g_autoptr (HoistS3Signer) signer = make_signer ("lab:lab/x", "geheim/+ü", NULL, TRUE);
  g_autoptr (HoistS3Request) request =
    hoist_s3_request_put_object ("k", "text/plain", HOIST_DIGEST_NONE, NULL);
  g_auto (HoistS3Verified) verified = { 0 };
  g_autoptr (HoistS3Fault) fault = NULL;
  g_auto (Wire) wire = { 0 };

  wire_init_presigned (&wire, signer, request);
  hoist_s3_pairs_add (wire.headers, "X-Amz-Meta-A", "b");
  hoist_s3_pairs_add (wire.headers, "x-amz-checksum-sha256", "c");
  fault = hoist_s3_verify (&(HoistS3Incoming){ wire.method, wire.path, wire.query, wire.headers },
                           REGION, lookup, NULL, NOW_S, &verified);
  g_assert_cmpstr (fault->code, ==, "AccessDenied");
  g_assert_cmpstr (hoist_s3_pairs_lookup (fault->details, "HeadersNotSigned"), ==,
                   "x-amz-meta-a, x-amz-checksum-sha256");
}

static void
test_changed_request (void)
{
  g_autoptr (HoistS3Signer) signer = make_signer ("lab:lab/x", "geheim/+ü", NULL, TRUE);
  g_autoptr (HoistS3Request) request =
    hoist_s3_request_put_object ("k", "text/plain", HOIST_DIGEST_NONE, NULL);

  for (int what = 0; what < 4; what++)
    {
      g_auto (Wire) wire = { 0 };

      wire_init_presigned (&wire, signer, request);
      if (what == 0)
        *wire.method = 'G';
      else if (what == 1)
        wire.path[strlen (wire.path) - 1] = 'K';
      else
        hoist_s3_pairs_add (wire.headers, what == 2 ? "Host" : "Content-Type", "other");
      assert_code (&wire, NOW_S, "SignatureDoesNotMatch");
    }
}

static void
test_mechanism (void)
{
  g_autoptr (HoistS3Signer) signer = make_signer ("lab:lab/x", "geheim/+ü", NULL, TRUE);
  g_autoptr (HoistS3Request) request = hoist_s3_request_get_object ("k");
  g_auto (Wire) wire = { 0 };
  g_auto (Wire) anonymous = { 0 };

  wire_init_presigned (&wire, signer, request);
  hoist_s3_pairs_add (wire.headers, "Authorization", "AWS4-HMAC-SHA256 x");
  assert_code (&wire, NOW_S, "InvalidArgument");
  wire_init_presigned (&anonymous, signer, request);
  g_clear_pointer (&anonymous.query, g_free);
  assert_code (&anonymous, NOW_S, "AccessDenied");
}

static void
test_token (void)
{
  const struct
  {
    const char *access_key;
    const char *token;
    const char *code;
  } cases[] = {
    { "temporary", "token+/=", "OK" },        { "temporary", "token+/-", "InvalidToken" },
    { "temporary", "token", "InvalidToken" }, { "temporary", NULL, "InvalidToken" },
    { "lab:lab/x", "token", "InvalidToken" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistS3Signer) signer =
        make_signer (cases[i].access_key, "secret", cases[i].token, FALSE);
      g_autoptr (HoistS3Request) request = hoist_s3_request_get_object ("k");
      g_auto (Wire) presigned = { 0 };
      g_auto (Wire) header_signed = { 0 };

      wire_init_presigned (&presigned, signer, request);
      assert_code (&presigned, NOW_S, cases[i].code);
      wire_init_signed (&header_signed, signer, request, NULL);
      assert_code (&header_signed, NOW_S, cases[i].code);
    }
}

static void
test_payload (void)
{
  const struct
  {
    const char *payload;
    const char *code;
    const char *verified;
  } cases[] = {
    { EMPTY_SHA256, "OK", EMPTY_SHA256 },
    { HOIST_S3_UNSIGNED_PAYLOAD, "OK", NULL },
    { "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "NotImplemented", NULL },
    { "e3b0", "InvalidArgument", NULL },
  };
  g_autoptr (HoistS3Signer) signer = make_signer ("lab:lab/x", "geheim/+ü", NULL, TRUE);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistS3Request) request = hoist_s3_request_get_object ("k");
      g_auto (HoistS3Verified) verified = { 0 };
      g_auto (HoistS3Verified) verified_url = { 0 };
      g_auto (Wire) wire = { 0 };
      g_auto (Wire) presigned = { 0 };
      g_autofree char *code = NULL;
      g_autofree char *code_url = NULL;

      wire_init_signed (&wire, signer, request, cases[i].payload);
      code = verify_at (&wire, NOW_S, &verified);
      g_assert_cmpstr (code, ==, cases[i].code);
      g_assert_cmpstr (verified.payload_sha256, ==, cases[i].verified);
      g_assert_false (verified.presigned);

      hoist_s3_pairs_add (request->headers, "x-amz-content-sha256", cases[i].payload);
      wire_init_presigned (&presigned, signer, request);
      code_url = verify_at (&presigned, NOW_S, &verified_url);
      g_assert_cmpstr (code_url, ==, cases[i].code);
      g_assert_cmpstr (verified_url.payload_sha256, ==, cases[i].verified);
      g_assert_true (verified_url.presigned == g_str_equal (code_url, "OK"));
    }
}

/* Whatever comes in is answered. */
static void
test_random_queries (void)
{
  g_autoptr (HoistS3Signer) signer = make_signer ("lab:lab/x", "geheim/+ü", NULL, TRUE);
  g_autoptr (HoistS3Request) request = hoist_s3_request_get_object ("k");

  for (int round = 0; round < 2000; round++)
    {
      g_auto (HoistS3Verified) verified = { 0 };
      g_auto (Wire) wire = { 0 };
      g_autofree char *code = NULL;
      char *where;

      wire_init_presigned (&wire, signer, request);
      where = wire.query + g_test_rand_int_range (0, (int) strlen (wire.query));
      if (g_test_rand_bit ())
        *where = (char) g_test_rand_int_range (1, 256);
      else
        *where = '\0';
      code = verify_at (&wire, NOW_S, &verified);
      g_assert_nonnull (code);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/s3/verify/round-trip", test_round_trip);
  g_test_add_func ("/s3/verify/random-keys", test_random_keys);
  g_test_add_func ("/s3/verify/other-spelling", test_other_spelling);
  g_test_add_func ("/s3/verify/time", test_time);
  g_test_add_func ("/s3/verify/expired-details", test_expired_details);
  g_test_add_func ("/s3/verify/query-faults", test_query_faults);
  g_test_add_func ("/s3/verify/header-faults", test_header_faults);
  g_test_add_func ("/s3/verify/unsigned-header", test_unsigned_header);
  g_test_add_func ("/s3/verify/changed-request", test_changed_request);
  g_test_add_func ("/s3/verify/mechanism", test_mechanism);
  g_test_add_func ("/s3/verify/token", test_token);
  g_test_add_func ("/s3/verify/payload", test_payload);
  g_test_add_func ("/s3/verify/random-queries", test_random_queries);
  return g_test_run ();
}
