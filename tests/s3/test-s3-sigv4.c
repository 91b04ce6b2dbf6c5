/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-error.h"
#include "hoist-s3-canonical.h"
#include "hoist-s3-sigv4.h"

/* 2013-05-24T00:00:00Z */
#define EXAMPLE_S 1369353600

static HoistS3Signer *
example_signer (void)
{
  g_autoptr (HoistS3Credentials) credentials = hoist_s3_credentials_new (
    "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", NULL);
  g_autoptr (HoistS3Endpoint) endpoint =
    hoist_s3_endpoint_new ("https://s3.amazonaws.com", "us-east-1", "examplebucket", FALSE, NULL);

  return hoist_s3_signer_new (credentials, endpoint);
}

/* Amazon S3 API Reference, «Authenticating Requests: Using Query Parameters», its example. */
static void
test_published_presigned (void)
{
  g_autoptr (HoistS3Signer) signer = example_signer ();
  g_autoptr (HoistS3Request) request = hoist_s3_request_get_object ("test.txt");
  g_autoptr (GError) error = NULL;
  g_autofree char *url = hoist_s3_signer_presign (signer, request, EXAMPLE_S, 86400, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (url, ==,
                   "https://examplebucket.s3.amazonaws.com/test.txt"
                   "?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                   "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2F"
                   "aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
                   "&X-Amz-SignedHeaders=host&X-Amz-Signature="
                   "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

/* Amazon S3 API Reference, «Signature Calculations for the Authorization Header», examples. */
static const struct
{
  const char *method;
  const char *key;
  const char *query;
  const char *headers;
  const char *body;
  const char *signed_names;
  const char *signature;
} published[] = {
  { "GET", "test.txt", "", "range=bytes=0-9", "", "host;range;x-amz-content-sha256;x-amz-date",
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41" },
  { "PUT", "test$file.text", "",
    "date=Fri, 24 May 2013 00:00:00 GMT&x-amz-storage-class=REDUCED_REDUNDANCY",
    "Welcome to Amazon S3.", "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd" },
  { "GET", NULL, "lifecycle", "", "", "host;x-amz-content-sha256;x-amz-date",
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543" },
  { "GET", NULL, "prefix=J&max-keys=2", "", "", "host;x-amz-content-sha256;x-amz-date",
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7" },
};

static void
test_published_headers (void)
{
  g_autoptr (HoistS3Signer) signer = example_signer ();

  for (gsize i = 0; i < G_N_ELEMENTS (published); i++)
    {
      g_autoptr (HoistS3Request) request =
        hoist_s3_request_new (published[i].method, published[i].key);
      g_autoptr (HoistS3Pairs) headers = NULL;
      g_autofree char *wanted = g_strdup_printf (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
        "SignedHeaders=%s, Signature=%s",
        published[i].signed_names, published[i].signature);

      hoist_s3_pairs_free (request->query);
      request->query = hoist_s3_query_parse (published[i].query, NULL);
      hoist_s3_pairs_free (request->headers);
      request->headers = hoist_s3_query_parse (published[i].headers, NULL);
      request->body = g_bytes_new_static (published[i].body, strlen (published[i].body));
      headers = hoist_s3_signer_sign (signer, request, NULL, EXAMPLE_S);
      g_assert_cmpstr (hoist_s3_pairs_lookup_header (headers, "authorization"), ==, wanted);
      g_assert_cmpstr (hoist_s3_pairs_lookup (headers, "x-amz-date"), ==, "20130524T000000Z");
      g_assert_null (hoist_s3_pairs_lookup_header (headers, "host"));
    }
}

/* AWS Signature Version 4 test suite (`aws-sig-v4-test-suite`), those of its requests whose
 * paths S3 would canonicalise the same way. */
static const struct
{
  const char *name;
  const char *method;
  const char *path;
  const char *query;
  const char *headers;
  const char *signature;
} suite[] = {
  { "get-vanilla", "GET", "/", "", "",
    "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
  { "post-vanilla", "POST", "/", "", "",
    "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" },
  { "get-vanilla-query-order-key-case", "GET", "/", "Param2=value2&Param1=value1", "",
    "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500" },
  { "get-vanilla-query-unreserved", "GET", "/",
    "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz="
    "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "", "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197" },
  { "get-unreserved", "GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "", "", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f" },
  { "get-utf8", "GET", "/ሴ", "", "",
    "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85" },
  { "get-header-key-duplicate", "GET", "/", "",
    "My-Header1=value2&My-Header1=value2&My-Header1=value1",
    "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea" },
  { "get-header-value-trim", "GET", "/", "",
    "My-Header1=%20value1&My-Header2=%20%22a%20%20%20b%20%20%20c%22",
    "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736" },
};

static void
test_suite_example (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  HoistS3Scope scope = { "20150830", "us-east-1", "service" };
  g_autoptr (HoistS3Pairs) headers = hoist_s3_query_parse (suite[i].headers, NULL);
  g_autoptr (HoistS3Pairs) query = hoist_s3_query_parse (suite[i].query, NULL);
  g_autofree char *query_text = hoist_s3_query_format (query);
  g_autofree char *path = hoist_s3_path_encode (suite[i].path);
  g_auto (GStrv) names = NULL;
  g_autofree char *canonical = NULL;
  g_autofree char *hex = NULL;
  guint8 key[HOIST_SHA256_BYTES];
  guint8 signature[HOIST_SHA256_BYTES];

  hoist_s3_pairs_add (headers, "Host", "example.amazonaws.com");
  hoist_s3_pairs_add (headers, "X-Amz-Date", "20150830T123600Z");
  names = hoist_s3_canonical_names (headers);
  canonical =
    hoist_s3_canonical_request (suite[i].method, path, query_text, headers,
                                (const char *const *) names,
                                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  hoist_s3_scope_derive_key (&scope, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", key);
  hoist_s3_canonical_sign (key, &scope, "20150830T123600Z", canonical, signature);
  hex = hoist_digest_to_hex (signature, sizeof signature);
  g_assert_cmpstr (hex, ==, suite[i].signature);
}

/* AWS General Reference, «Examples of how to derive a signing key». */
static void
test_published_key (void)
{
  HoistS3Scope scope = { "20150830", "us-east-1", "iam" };
  guint8 key[HOIST_SHA256_BYTES];
  g_autofree char *hex = NULL;

  hoist_s3_scope_derive_key (&scope, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", key);
  hex = hoist_digest_to_hex (key, sizeof key);
  g_assert_cmpstr (hex, ==, "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

static void
test_stamp (void)
{
  const char *const bad[] = { "",
                              "20130524T000000",
                              "20130524T000000z",
                              "20131324T000000Z",
                              "20130230T000000Z",
                              "20130524 000000Z",
                              "20130524T250000Z",
                              "-0130524T000000Z",
                              "20130524T000000Z " };
  const gint64 times[] = { 0, EXAMPLE_S, 951782400, 4102444799 };
  char stamp[HOIST_S3_STAMP_SIZE];
  gint64 unix_s;

  hoist_s3_stamp_format (EXAMPLE_S + 3661, stamp);
  g_assert_cmpstr (stamp, ==, "20130524T010101Z");
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      hoist_s3_stamp_format (times[i], stamp);
      g_assert_true (hoist_s3_stamp_parse (stamp, &unix_s));
      g_assert_cmpint (unix_s, ==, times[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (hoist_s3_stamp_parse (bad[i], &unix_s));
}

static void
test_presign_limits (void)
{
  const guint bad_expiries[] = { 0, HOIST_S3_MAX_EXPIRES_S + 1, G_MAXUINT };
  g_autoptr (HoistS3Signer) signer = example_signer ();
  g_autoptr (HoistS3Request) request = hoist_s3_request_get_object ("k");
  g_autoptr (HoistS3Request) not_utf8 = hoist_s3_request_get_object ("\xff");
  g_autofree char *longest =
    hoist_s3_signer_presign (signer, request, EXAMPLE_S, HOIST_S3_MAX_EXPIRES_S, NULL);

  g_assert_nonnull (longest);
  g_assert_null (hoist_s3_signer_presign (signer, not_utf8, EXAMPLE_S, 60, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (bad_expiries); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (hoist_s3_signer_presign (signer, request, EXAMPLE_S, bad_expiries[i], &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
    }
}

/* A cached key must not outlive its day, whichever way the clock goes. */
static void
test_key_follows_day (void)
{
  const gint64 times[] = { EXAMPLE_S, EXAMPLE_S + 86399, EXAMPLE_S + 86400, EXAMPLE_S - 1 };
  g_autoptr (HoistS3Signer) signer = example_signer ();
  g_autoptr (HoistS3Request) request = hoist_s3_request_get_object ("test.txt");

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autoptr (HoistS3Signer) fresh = example_signer ();
      g_autofree char *cached = hoist_s3_signer_presign (signer, request, times[i], 60, NULL);
      g_autofree char *wanted = hoist_s3_signer_presign (fresh, request, times[i], 60, NULL);

      g_assert_cmpstr (cached, ==, wanted);
    }
}

static void
test_credentials (void)
{
  g_autoptr (HoistS3Credentials) credentials = hoist_s3_credentials_new ("id", "secret", "token");
  HoistS3Credentials *copy = g_boxed_copy (HOIST_TYPE_S3_CREDENTIALS, credentials);

  g_assert_cmpstr (hoist_s3_credentials_get_access_key (copy), ==, "id");
  g_assert_cmpstr (hoist_s3_credentials_get_secret_key (copy), ==, "secret");
  g_assert_cmpstr (hoist_s3_credentials_get_session_token (copy), ==, "token");
  g_boxed_free (HOIST_TYPE_S3_CREDENTIALS, copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/s3/sigv4/published/presigned", test_published_presigned);
  g_test_add_func ("/s3/sigv4/published/headers", test_published_headers);
  g_test_add_func ("/s3/sigv4/published/key", test_published_key);
  for (gsize i = 0; i < G_N_ELEMENTS (suite); i++)
    {
      g_autofree char *path = g_strconcat ("/s3/sigv4/suite/", suite[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_suite_example);
    }
  g_test_add_func ("/s3/sigv4/stamp", test_stamp);
  g_test_add_func ("/s3/sigv4/presign-limits", test_presign_limits);
  g_test_add_func ("/s3/sigv4/key-follows-day", test_key_follows_day);
  g_test_add_func ("/s3/sigv4/credentials", test_credentials);
  return g_test_run ();
}
