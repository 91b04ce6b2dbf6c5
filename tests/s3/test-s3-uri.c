/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-error.h"
#include "hoist-s3-endpoint.h"

static const struct
{
  const char *text;
  const char *path;
  const char *query;
} encodings[] = {
  { "", "", "" },
  { "AZaz09-._~", "AZaz09-._~", "AZaz09-._~" },
  { "a b", "a%20b", "a%20b" },
  { "a+b", "a%2Bb", "a%2Bb" },
  { "a/b", "a/b", "a%2Fb" },
  { "a//b/", "a//b/", "a%2F%2Fb%2F" },
  { "./x/../y", "./x/../y", ".%2Fx%2F..%2Fy" },
  { "~'(%)*!", "~%27%28%25%29%2A%21", "~%27%28%25%29%2A%21" },
  { "a&b=c?d#e", "a%26b%3Dc%3Fd%23e", "a%26b%3Dc%3Fd%23e" },
  { "%2F", "%252F", "%252F" },
  { "über", "%C3%BCber", "%C3%BCber" },
  { "文件", "%E6%96%87%E4%BB%B6", "%E6%96%87%E4%BB%B6" },
  { "\x01\x7f\n", "%01%7F%0A", "%01%7F%0A" },
  { "\xff\xfe", "%FF%FE", "%FF%FE" },
};

static void
test_encode (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      g_autofree char *path = hoist_s3_path_encode (encodings[i].text);
      g_autofree char *query = hoist_s3_query_encode (encodings[i].text);
      g_autofree char *decoded = hoist_s3_path_decode (path, NULL);
      g_autofree char *decoded_query = hoist_s3_path_decode (query, NULL);

      g_assert_cmpstr (path, ==, encodings[i].path);
      g_assert_cmpstr (query, ==, encodings[i].query);
      g_assert_cmpstr (decoded, ==, encodings[i].text);
      g_assert_cmpstr (decoded_query, ==, encodings[i].text);
    }
}

static void
test_encode_any_bytes (void)
{
  for (int round = 0; round < 500; round++)
    {
      char text[65];
      int length = g_test_rand_int_range (0, 64);
      g_autofree char *path = NULL;
      g_autofree char *decoded = NULL;

      for (int i = 0; i < length; i++)
        text[i] = (char) g_test_rand_int_range (1, 256);
      text[length] = '\0';
      path = hoist_s3_path_encode (text);
      decoded = hoist_s3_path_decode (path, NULL);
      g_assert_cmpstr (decoded, ==, text);
      g_assert_cmpuint (
        strspn (path, "%/-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), ==,
        strlen (path));
    }
}

static void
test_decode_bad (void)
{
  const char *const bad[] = {
    "%", "a%", "%4", "a%4", "%zz", "%4g", "%00", "a%00b", "%%41", "% 41"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (hoist_s3_path_decode (bad[i], &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
    }
}

static const struct
{
  const char *query;
  const char *canonical;
} queries[] = {
  { NULL, "" },
  { "", "" },
  { "lifecycle", "lifecycle=" },
  { "prefix=J&max-keys=2", "max-keys=2&prefix=J" },
  { "b=2&a=1&a=0", "a=0&a=1&b=2" },
  { "a-b=1&a=2", "a=2&a-b=1" },
  { "a=%2F+&&b", "a=%2F%20&b=" },
  { "a=b=c", "a=b%3Dc" },
  { "=x", "=x" },
  { "Param2=value2&Param1=value1", "Param1=value1&Param2=value2" },
  { "k=%c3%bc", "k=%C3%BC" },
};

static void
test_query (void)
{
  g_autoptr (HoistS3Pairs) bad = hoist_s3_query_parse ("a=%0", NULL);

  g_assert_null (bad);
  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistS3Pairs) query = hoist_s3_query_parse (queries[i].query, &error);
      g_autofree char *canonical = NULL;

      g_assert_no_error (error);
      canonical = hoist_s3_query_format (query);
      g_assert_cmpstr (canonical, ==, queries[i].canonical);
    }
}

static void
test_pairs (void)
{
  g_autoptr (HoistS3Pairs) pairs = hoist_s3_query_parse ("a=1&B=2&a=3", NULL);
  g_auto (GStrv) strv = hoist_s3_pairs_to_strv (pairs);
  const char *const wanted[] = { "a", "1", "B", "2", "a", "3", NULL };

  g_assert_cmpuint (hoist_s3_pairs_get_length (pairs), ==, 3);
  g_assert_cmpstr (hoist_s3_pairs_lookup (pairs, "a"), ==, "1");
  g_assert_null (hoist_s3_pairs_lookup (pairs, "b"));
  g_assert_cmpstr (hoist_s3_pairs_lookup_header (pairs, "b"), ==, "2");
  g_assert_cmpstrv (strv, wanted);
}

static void
test_key_check (void)
{
  g_autofree char *longest = g_strnfill (HOIST_S3_MAX_KEY_BYTES, 'x');
  g_autofree char *too_long = g_strnfill (HOIST_S3_MAX_KEY_BYTES + 1, 'x');

  g_assert_true (hoist_s3_key_check ("a/../b\n", NULL));
  g_assert_true (hoist_s3_key_check (longest, NULL));
  g_assert_false (hoist_s3_key_check (too_long, NULL));
  g_assert_false (hoist_s3_key_check ("", NULL));
  g_assert_false (hoist_s3_key_check ("a\xff", NULL));
}

static const struct
{
  const char *url;
  gboolean path_style;
  const char *key;
  const char *host;
  const char *path;
  const char *full;
} endpoints[] = {
  { "https://s3.amazonaws.com", FALSE, "test.txt", "bkt.s3.amazonaws.com", "/test.txt",
    "https://bkt.s3.amazonaws.com/test.txt" },
  { "https://s3.amazonaws.com/", TRUE, "test.txt", "s3.amazonaws.com", "/bkt/test.txt",
    "https://s3.amazonaws.com/bkt/test.txt" },
  { "https://S3.Example.org:443", TRUE, NULL, "s3.example.org", "/bkt",
    "https://s3.example.org/bkt" },
  { "https://s3.example.org:443", FALSE, NULL, "bkt.s3.example.org", "/",
    "https://bkt.s3.example.org/" },
  { "http://s3.example.org:80", TRUE, "k", "s3.example.org", "/bkt/k",
    "http://s3.example.org/bkt/k" },
  { "http://s3.example.org:443", TRUE, "k", "s3.example.org:443", "/bkt/k",
    "http://s3.example.org:443/bkt/k" },
  { "http://127.0.0.1:9000", TRUE, "a b/../ü", "127.0.0.1:9000", "/bkt/a%20b/../%C3%BC",
    "http://127.0.0.1:9000/bkt/a%20b/../%C3%BC" },
  { "http://[::1]:9000", TRUE, "k", "[::1]:9000", "/bkt/k", "http://[::1]:9000/bkt/k" },
  { "https://gw.example.org/s3//", TRUE, "/k", "gw.example.org", "/s3/bkt//k",
    "https://gw.example.org/s3/bkt//k" },
  { "https://gw.example.org/a(b)", FALSE, "k", "bkt.gw.example.org", "/a%28b%29/k",
    "https://bkt.gw.example.org/a%28b%29/k" },
};

static void
test_endpoint (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (endpoints); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistS3Endpoint) made = hoist_s3_endpoint_new (
        endpoints[i].url, "eu-central-1", "bkt", endpoints[i].path_style, &error);
      g_autoptr (HoistS3Endpoint) endpoint = NULL;
      g_autofree char *host = NULL;
      g_autofree char *path = NULL;
      g_autofree char *url = NULL;

      g_assert_no_error (error);
      endpoint = hoist_s3_endpoint_copy (made);
      host = hoist_s3_endpoint_dup_host (endpoint);
      path = hoist_s3_endpoint_dup_path (endpoint, endpoints[i].key);
      url = hoist_s3_endpoint_dup_url (endpoint, endpoints[i].key, NULL);
      g_assert_cmpstr (host, ==, endpoints[i].host);
      g_assert_cmpstr (path, ==, endpoints[i].path);
      g_assert_cmpstr (url, ==, endpoints[i].full);
    }
}

/* g_uri_parse() resolves dotted segments, and libsoup uses it; taken apart and put together, a URL
 * stays what was signed. */
static void
test_url_survives_guri (void)
{
  g_autoptr (HoistS3Endpoint) endpoint =
    hoist_s3_endpoint_new ("http://localhost:9000", "us-east-1", "bkt", TRUE, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      g_autofree char *key = g_strconcat ("k/", encodings[i].text, NULL);
      g_autofree char *url = hoist_s3_endpoint_dup_url (endpoint, key, NULL);
      g_autofree char *scheme = NULL;
      g_autofree char *host = NULL;
      g_autofree char *path = NULL;
      g_autoptr (GUri) uri = NULL;
      g_autofree char *again = NULL;
      int port;

      g_assert_true (g_uri_split (url, G_URI_FLAGS_ENCODED, &scheme, NULL, &host, &port, &path,
                                  NULL, NULL, NULL));
      uri = g_uri_build (G_URI_FLAGS_ENCODED, scheme, NULL, host, port, path, NULL, NULL);
      again = g_uri_to_string (uri);
      g_assert_cmpstr (again, ==, url);
    }
}

static const struct
{
  const char *url;
  const char *region;
  const char *bucket;
  gboolean path_style;
} bad_endpoints[] = {
  { "s3.example.org", "r", "b", TRUE },
  { "ftp://s3.example.org", "r", "b", TRUE },
  { "https://", "r", "b", TRUE },
  { "https://user@s3.example.org", "r", "b", TRUE },
  { "https://s3.example.org/?a=b", "r", "b", TRUE },
  { "https://s3.example.org/#a", "r", "b", TRUE },
  { "https://s3.example.org:0x1", "r", "b", TRUE },
  { "https://s3.example.org/%zz", "r", "b", TRUE },
  { "https://s3.example.org", "", "b", TRUE },
  { "https://s3.example.org", "a/b", "b", TRUE },
  { "https://s3.example.org", "r", "", TRUE },
  { "https://s3.example.org", "r", "a/b", TRUE },
  { "https://s3.example.org", "r", "..", TRUE },
  { "https://s3.example.org", "r", "a b", TRUE },
  { "https://s3.example.org", "r", "a..b", FALSE },
  { "https://s3.example.org", "r", ".b", FALSE },
  { "https://127.0.0.1", "r", "b", FALSE },
  { "https://[::1]", "r", "b", FALSE },
};

static void
test_bad_endpoint (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_endpoints); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (hoist_s3_endpoint_new (bad_endpoints[i].url, bad_endpoints[i].region,
                                            bad_endpoints[i].bucket, bad_endpoints[i].path_style,
                                            &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/s3/uri/encode", test_encode);
  g_test_add_func ("/s3/uri/encode-any-bytes", test_encode_any_bytes);
  g_test_add_func ("/s3/uri/decode-bad", test_decode_bad);
  g_test_add_func ("/s3/uri/query", test_query);
  g_test_add_func ("/s3/uri/pairs", test_pairs);
  g_test_add_func ("/s3/uri/key-check", test_key_check);
  g_test_add_func ("/s3/endpoint/addresses", test_endpoint);
  g_test_add_func ("/s3/endpoint/survives-guri", test_url_survives_guri);
  g_test_add_func ("/s3/endpoint/bad", test_bad_endpoint);
  return g_test_run ();
}
