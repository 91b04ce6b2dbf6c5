/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-error.h"
#include "hoist-s3-fault.h"
#include "hoist-store-keys.h"
#include "store-fixture.h"

#define NOW_S (g_get_real_time () / G_USEC_PER_SEC)

static StoreReply *
send_url (StoreFixture *fixture, const char *method, const char *url, GBytes *body)
{
  g_autoptr (SoupMessage) message = soup_message_new (method, url);

  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, NULL, body);
  return store_fixture_send_message (fixture, message);
}

static char *
presign_get (HoistS3Signer *signer, const char *key, gint64 now_s, guint expires_s)
{
  g_autoptr (HoistS3Request) request = hoist_s3_request_new ("GET", key);
  g_autoptr (GError) error = NULL;
  char *url = hoist_s3_signer_presign (signer, request, now_s, expires_s, &error);

  g_assert_no_error (error);
  return url;
}

static void
test_strangers (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (HoistS3Credentials) wrong_secret =
    hoist_s3_credentials_new (STORE_ACCESS_KEY, "wrong", NULL);
  g_autoptr (HoistS3Credentials) unknown =
    hoist_s3_credentials_new ("AKIDOTHER", STORE_SECRET_KEY, NULL);
  g_autoptr (HoistS3Signer) wrong_signer = hoist_s3_signer_new (wrong_secret, fixture->endpoint);
  g_autoptr (HoistS3Signer) unknown_signer = hoist_s3_signer_new (unknown, fixture->endpoint);
  g_autofree char *good = presign_get (fixture->signer, "k", NOW_S, 60);
  g_autofree char *wrong = presign_get (wrong_signer, "k", NOW_S, 60);
  g_autofree char *other_key = presign_get (unknown_signer, "k", NOW_S, 60);
  g_autofree char *bare = g_strndup (good, strcspn (good, "?"));
  g_autofree char *host = g_strdup_printf ("http://127.0.0.1:%u", fixture->port);
  g_autoptr (HoistS3Endpoint) longer =
    hoist_s3_endpoint_new (host, STORE_REGION, STORE_BUCKET "ing", TRUE, NULL);
  g_autoptr (HoistS3Signer) longer_signer = hoist_s3_signer_new (fixture->credentials, longer);
  g_autofree char *other_bucket = presign_get (longer_signer, "k", NOW_S, 60);
  g_autoptr (HoistS3Endpoint) elsewhere =
    hoist_s3_endpoint_new (host, STORE_REGION, "elsewhere", TRUE, NULL);
  g_autoptr (HoistS3Signer) elsewhere_signer =
    hoist_s3_signer_new (fixture->credentials, elsewhere);
  g_autofree char *no_bucket = presign_get (elsewhere_signer, "k", NOW_S, 60);

  store_assert_ok (store_fixture_put (fixture, "k", "text"));
  store_assert_ok (send_url (fixture, "GET", good, NULL));
  store_assert_fault (send_url (fixture, "GET", bare, NULL), 403, "AccessDenied");
  store_assert_fault (send_url (fixture, "GET", wrong, NULL), 403, "SignatureDoesNotMatch");
  store_assert_fault (send_url (fixture, "GET", other_key, NULL), 403, "InvalidAccessKeyId");
  /* Signed for another method. */
  store_assert_fault (send_url (fixture, "DELETE", good, NULL), 403, "SignatureDoesNotMatch");
  store_assert_ok (store_fixture_get (fixture, "k"));
  store_assert_fault (send_url (fixture, "GET", other_bucket, NULL), 404, "NoSuchBucket");
  store_assert_fault (send_url (fixture, "GET", no_bucket, NULL), 404, "NoSuchBucket");
  store_assert_fault (send_url (fixture, "GET", host, NULL), 403, "AccessDenied");
}

static void
test_expired (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *old = presign_get (fixture->signer, "k", NOW_S - 120, 60);
  g_autoptr (StoreReply) reply = send_url (fixture, "GET", old, NULL);
  g_autoptr (HoistS3Fault) fault =
    hoist_s3_fault_parse (g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body));

  g_assert_cmpuint (reply->status, ==, 403);
  g_assert_cmpstr (fault->code, ==, "AccessDenied");
  g_assert_cmpstr (fault->message, ==, "Request has expired");
  g_assert_nonnull (hoist_s3_pairs_lookup (fault->details, "Expires"));
  g_assert_nonnull (hoist_s3_pairs_lookup (fault->details, "ServerTime"));
  g_assert_nonnull (fault->request_id);
  g_assert_cmpstr (fault->resource, ==, "/hoist-test/k");
}

/* The other way to sign, which the SDKs use for what they do themselves. */
static void
test_header_signature (void)
{
  static const struct
  {
    gint64 age_s;
    guint status;
    const char *code;
  } cases[] = {
    { 0, 200, NULL },
    { 800, 200, NULL },
    { 3600, 403, "RequestTimeTooSkewed" },
    { -3600, 403, "RequestTimeTooSkewed" },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistS3Request) request = hoist_s3_request_new ("PUT", "a/ü b");
      g_autoptr (HoistS3Pairs) headers = NULL;
      g_autoptr (SoupMessage) message = NULL;
      g_autofree char *url = hoist_s3_endpoint_dup_url (fixture->endpoint, "a/ü b", NULL);
      StoreReply *reply;

      request->body = g_bytes_new_static ("text", 4);
      headers = hoist_s3_signer_sign (fixture->signer, request, NULL, NOW_S - cases[i].age_s);
      message = soup_message_new ("PUT", url);
      for (guint j = 0; j < hoist_s3_pairs_get_length (headers); j++)
        soup_message_headers_append (soup_message_get_request_headers (message),
                                     hoist_s3_pairs_get_name (headers, j),
                                     hoist_s3_pairs_get_value (headers, j));
      soup_message_set_request_body_from_bytes (message, NULL, request->body);
      reply = store_fixture_send_message (fixture, message);
      if (cases[i].code != NULL)
        store_assert_fault (reply, cases[i].status, cases[i].code);
      else
        store_assert_ok (reply);
    }
}

/* Keys that no file can have get a clear answer, and nothing leads out of the folder. */
static void
test_odd_keys (void)
{
  static const struct
  {
    const char *key;
    gboolean is_good;
  } cases[] = {
    { "a b+c~d'e(f)%g//", FALSE },
    { "a b+c~d'e(f)%g&h=i?j#k;l:m@n,o$p!q*r", TRUE },
    { "ümlaut/日本語/emoji 🙂.bin", TRUE },
    { "e\xcc\x81 decomposed", TRUE },
    { "%2e%2e/%2F", TRUE },
    { ".hidden", TRUE },
    { "...", TRUE },
    { "-rf *", TRUE },
    { "back\\slash", TRUE },
    { ".hoist/tmp/x", TRUE },
    { "a//b", FALSE },
    { "/a", FALSE },
    { "a/", FALSE },
    { "line\nbreak", FALSE },
    { "bell\a", FALSE },
    { "del\x7f", FALSE },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *long_name = g_strnfill (255, 'n');
  g_autofree char *too_long_name = g_strnfill (256, 'n');
  GString *long_key = g_string_new ("k");
  g_autofree char *bucket = store_fixture_path (fixture, NULL);
  guint n_good = 0;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      StoreReply *put = store_fixture_put (fixture, cases[i].key, cases[i].key);
      g_autofree char *path = store_fixture_path (fixture, cases[i].key);

      g_test_message ("«%s»", cases[i].key);
      if (cases[i].is_good)
        {
          g_autoptr (StoreReply) got = NULL;

          store_assert_ok (put);
          got = store_fixture_get (fixture, cases[i].key);
          g_assert_cmpmem (g_bytes_get_data (got->body, NULL), g_bytes_get_size (got->body),
                           cases[i].key, strlen (cases[i].key));
          g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
          n_good++;
          continue;
        }
      store_assert_fault (put, 400, "InvalidArgument");
      store_assert_fault (store_fixture_get (fixture, cases[i].key), 404, "NoSuchKey");
      store_assert_ok (store_fixture_delete (fixture, cases[i].key));
      store_assert_fault (store_fixture_send (fixture,
                                              hoist_s3_request_create_multipart_upload (
                                                cases[i].key, NULL, HOIST_DIGEST_NONE),
                                              NULL),
                          400, "InvalidArgument");
    }
  g_assert_cmpuint (store_count_files (bucket), ==, n_good);
  store_assert_ok (store_fixture_put (fixture, long_name, "1"));
  store_assert_fault (store_fixture_put (fixture, too_long_name, "1"), 400, "InvalidArgument");
  while (long_key->len < 1024)
    g_string_append (long_key, long_key->len % 100 == 99 && long_key->len < 1000 ? "/" : "k");
  store_assert_ok (store_fixture_put (fixture, long_key->str, "1"));
  g_string_free (long_key, TRUE);
}

/* Talks by hand, for what libsoup's client does not do. */
static GSocketConnection *
open_raw (StoreFixture *fixture)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  g_socket_client_set_timeout (client, 30);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", fixture->port, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static void
write_raw (GSocketConnection *connection, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text,
                             strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
}

/* The first line of what comes. */
static char *
read_status (GSocketConnection *connection)
{
  g_autoptr (GDataInputStream) stream =
    g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_autoptr (GError) error = NULL;
  char *line;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (stream), FALSE);
  line = g_data_input_stream_read_line (stream, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  return g_strchomp (line);
}

static char *
format_put (StoreFixture *fixture, const char *key, gboolean tamper, const char *headers)
{
  g_autoptr (HoistS3Request) request =
    hoist_s3_request_put_object (key, NULL, HOIST_DIGEST_NONE, NULL);
  g_autofree char *url = store_fixture_presign (fixture, request);
  GString *text = g_string_new ("PUT ");

  g_string_append (text, strstr (url + 7, "/"));
  if (tamper)
    text->str[text->len - 1] = text->str[text->len - 1] == '0' ? '1' : '0';
  g_string_append_printf (text, " HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n", fixture->port);
  for (guint i = 0; i < hoist_s3_pairs_get_length (request->headers); i++)
    g_string_append_printf (text, "%s: %s\r\n", hoist_s3_pairs_get_name (request->headers, i),
                            hoist_s3_pairs_get_value (request->headers, i));
  g_string_append_printf (text, "%s\r\n", headers);
  return g_string_free (text, FALSE);
}

/* GLib resolves «.» and «..» in URLs on both sides of the wire, so that such keys come to the store
 * by other ways only. */
static void
test_dots (void)
{
  static const char *const keys[] = { "..", "../x", "a/../../x", "a/..", "a/./b", ".", "./a", "" };
  static const char *const paths[] = { "/hoist-test/%2e%2e/x", "/hoist-test/a%2F..%2F..%2Fx",
                                       "/hoist-test/../x",     "/hoist-test/..%2Fx",
                                       "/hoist-test/a%00b",    "/hoist-test/%zz" };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (HoistS3Fault) fault = hoist_store_key_check (keys[i]);

      g_assert_nonnull (fault);
      g_assert_cmpstr (fault->code, ==, "InvalidArgument");
    }
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GSocketConnection) connection = open_raw (fixture);
      g_autofree char *good = format_put (fixture, "k", FALSE, "Content-Length: 1\r\n");
      g_autofree char *text = g_strconcat ("PUT ", paths[i], strchr (good, '?'), "x", NULL);
      g_autofree char *status = NULL;

      write_raw (connection, text);
      status = read_status (connection);
      g_test_message ("%s: %s", paths[i], status);
      g_assert_true (g_str_has_prefix (status, "HTTP/1.1 4"));
    }
  g_assert_cmpuint (store_count_files (fixture->dir), ==, 1);
}

static void
test_file_and_folder (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (GBytes) large = store_random_bytes (1 << 20);

  store_assert_ok (store_fixture_put (fixture, "a", "1"));
  store_assert_fault (store_fixture_put (fixture, "a/b", "2"), 400, "InvalidArgument");
  store_assert_fault (
    store_fixture_send (fixture, hoist_s3_request_put_object ("a/b", NULL, HOIST_DIGEST_NONE, NULL),
                        large),
    400, "InvalidArgument");
  store_assert_fault (store_fixture_get (fixture, "a/b"), 404, "NoSuchKey");
  store_assert_ok (store_fixture_put (fixture, "c/d", "3"));
  store_assert_fault (store_fixture_put (fixture, "c", "4"), 400, "InvalidArgument");
  store_assert_fault (store_fixture_get (fixture, "c"), 404, "NoSuchKey");
  store_assert_ok (store_fixture_delete (fixture, "c"));
  store_assert_ok (store_fixture_get (fixture, "c/d"));
}

static void
test_not_there (void)
{
  static const struct
  {
    const char *method;
    const char *key;
    const char *parameter;
    guint status;
    const char *code;
  } cases[] = {
    { "PUT", "k", "tagging", 501, "NotImplemented" },
    { "PUT", "k", "acl", 501, "NotImplemented" },
    { "PUT", "k", "partNumber", 501, "NotImplemented" },
    { "GET", "k", "versionId", 501, "NotImplemented" },
    { "GET", "k", "partNumber", 501, "NotImplemented" },
    { "DELETE", "k", "versionId", 501, "NotImplemented" },
    { "DELETE", NULL, NULL, 501, "NotImplemented" },
    { "POST", NULL, "delete", 501, "NotImplemented" },
    { "PATCH", "k", NULL, 405, "MethodNotAllowed" },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("<x/>", 4);
  HoistS3Request *location = hoist_s3_request_new ("GET", NULL);
  g_autoptr (StoreReply) where = NULL;

  store_assert_ok (store_fixture_put (fixture, "k", "text"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HoistS3Request *request = hoist_s3_request_new (cases[i].method, cases[i].key);
      gboolean has_body = cases[i].method[0] == 'P';

      g_test_message ("%s %s?%s", cases[i].method, cases[i].key, cases[i].parameter);
      if (cases[i].parameter != NULL)
        hoist_s3_pairs_add (request->query, cases[i].parameter, "");
      store_assert_fault (store_fixture_send (fixture, request, has_body ? body : NULL),
                          cases[i].status, cases[i].code);
    }
  store_assert_ok (store_fixture_send (fixture, hoist_s3_request_new ("HEAD", NULL), NULL));
  hoist_s3_pairs_add (location->query, "location", "");
  where = store_fixture_send (fixture, location, NULL);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (where->body, NULL),
                                  (gssize) g_bytes_get_size (where->body), STORE_REGION));
}

/* Who asks first is answered before a byte of the body is sent. */
static void
test_expect (void)
{
  static const struct
  {
    const char *key;
    gboolean tamper;
    const char *status;
  } cases[] = {
    { "k", FALSE, "HTTP/1.1 100 Continue" },
    { "k", TRUE, "HTTP/1.1 403 Forbidden" },
    { "taken/by/a/file", FALSE, "HTTP/1.1 400 Bad Request" },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);

  store_assert_ok (store_fixture_put (fixture, "taken", "1"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GSocketConnection) connection = open_raw (fixture);
      g_autofree char *head = format_put (fixture, cases[i].key, cases[i].tamper,
                                          "Expect: 100-continue\r\nContent-Length: 4\r\n");
      g_autofree char *status = NULL;

      write_raw (connection, head);
      status = read_status (connection);
      g_assert_cmpstr (status, ==, cases[i].status);
      if (i == 0)
        write_raw (connection, "text");
    }
}

/* Nor is a long body waited for of who does not ask. The answer ends the connection. */
static void
test_early_refusal (void)
{
  static const struct
  {
    const char *key;
    gboolean tamper;
    const char *status;
  } cases[] = {
    { "k", TRUE, "HTTP/1.1 403 Forbidden" },
    { "taken/by/a/file", FALSE, "HTTP/1.1 400 Bad Request" },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);

  store_assert_ok (store_fixture_put (fixture, "taken", "1"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GSocketConnection) connection = open_raw (fixture);
      g_autofree char *head =
        format_put (fixture, cases[i].key, cases[i].tamper, "Content-Length: 1000000000\r\n");
      g_autofree char *status = NULL;
      char rest[4096];
      gssize length;

      write_raw (connection, head);
      write_raw (connection, "the first bytes of the body");
      status = read_status (connection);
      g_assert_cmpstr (status, ==, cases[i].status);
      /* To its end. */
      do
        length = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), rest,
                                      sizeof rest, NULL, NULL);
      while (length > 0);
      g_assert_cmpint (length, ==, 0);
      store_assert_ok (store_fixture_get (fixture, "taken"));
    }
}

static void
test_lengths (void)
{
  static const struct
  {
    const char *headers;
    const char *status;
  } cases[] = {
    { "Content-Length: 5368709121\r\nExpect: 100-continue\r\n", "HTTP/1.1 400 Bad Request" },
    { "Content-Length: 5368709120\r\nExpect: 100-continue\r\n", "HTTP/1.1 100 Continue" },
    { "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n", "HTTP/1.1 411 Length Required" },
    { "Expect: 100-continue\r\n", "HTTP/1.1 411 Length Required" },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GSocketConnection) connection = open_raw (fixture);
      g_autofree char *head = format_put (fixture, "k", FALSE, cases[i].headers);
      g_autofree char *status = NULL;

      write_raw (connection, head);
      status = read_status (connection);
      g_assert_cmpstr (status, ==, cases[i].status);
    }
}

/* The store answers other requests while one body does not come on, and keeps nothing of a body
 * that was cut. */
static void
test_cut (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (GSocketConnection) connection = open_raw (fixture);
  g_autofree char *head = format_put (fixture, "k", FALSE, "Content-Length: 4000000\r\n");
  g_autofree char *tmp = g_build_filename (fixture->dir, ".hoist", "tmp", NULL);
  g_autofree char *half = g_strnfill (2000000, 'x');
  gint64 deadline_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  store_assert_ok (store_fixture_put (fixture, "other", "1"));
  write_raw (connection, head);
  write_raw (connection, half);
  while (store_count_files (tmp) == 0 && g_get_monotonic_time () < deadline_us)
    store_assert_ok (store_fixture_get (fixture, "other"));
  g_assert_cmpuint (store_count_files (tmp), ==, 1);
  g_assert_true (g_io_stream_close (G_IO_STREAM (connection), NULL, NULL));
  while (store_count_files (tmp) > 0 && g_get_monotonic_time () < deadline_us)
    store_assert_ok (store_fixture_get (fixture, "other"));
  g_assert_cmpuint (store_count_files (tmp), ==, 0);
  store_assert_fault (store_fixture_get (fixture, "k"), 404, "NoSuchKey");
}

/* A store that is stopped in the middle of everything. */
static void
test_stop (void)
{
  StoreFixture *fixture = store_fixture_new (NULL);
  g_autoptr (GSocketConnection) sending = open_raw (fixture);
  g_autoptr (GSocketConnection) waiting = open_raw (fixture);
  g_autoptr (GSocketConnection) refused = open_raw (fixture);
  g_autofree char *large = format_put (fixture, "a", FALSE, "Content-Length: 4000000\r\n");
  g_autofree char *small = format_put (fixture, "b", FALSE, "Content-Length: 4\r\n");
  g_autofree char *bad = format_put (fixture, "c", TRUE, "Content-Length: 4000000\r\n");
  g_autofree char *half = g_strnfill (2000000, 'x');
  g_autoptr (GBytes) body = store_random_bytes (8 << 20);
  g_autoptr (HoistS3Request) request = hoist_s3_request_get_object ("o");
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  store_assert_ok (store_fixture_send (
    fixture, hoist_s3_request_put_object ("o", NULL, HOIST_DIGEST_NONE, NULL), body));
  message = store_fixture_new_message (fixture, request, NULL);
  stream = soup_session_send (fixture->session, message, NULL, &error);
  g_assert_no_error (error);
  write_raw (sending, large);
  write_raw (sending, half);
  write_raw (refused, bad);
  write_raw (waiting, small);
  write_raw (waiting, "text");
  store_fixture_free (fixture);
}

/* A document is held in memory, so it may not be long. */
static void
test_long_document (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (GBytes) body = store_random_bytes ((2 << 20) + 1);
  HoistS3Request *request = hoist_s3_request_new ("POST", "k");

  hoist_s3_pairs_add (request->query, "uploadId", "00000000000000000000000000000000");
  store_assert_fault (store_fixture_send (fixture, request, body), 400, "MaxMessageLengthExceeded");
}

/* Only one store at a time works in a folder. */
static void
test_lock (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistStore) second =
    hoist_store_new (fixture->dir, STORE_BUCKET, STORE_REGION, fixture->credentials, &error);

  g_assert_null (second);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_BUSY);
}

static void
test_bad_bucket (void)
{
  static const char *const names[] = { "ab",     "Upper",       "a/b", "..",
                                       ".hoist", "under_score", "a..", "" };
  g_autoptr (HoistS3Credentials) credentials = hoist_s3_credentials_new ("a", "b", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistStore) store =
        hoist_store_new ("/nonexistent/store", names[i], STORE_REGION, credentials, &error);

      g_assert_null (store);
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/access/strangers", test_strangers);
  g_test_add_func ("/store/access/expired", test_expired);
  g_test_add_func ("/store/access/header-signature", test_header_signature);
  g_test_add_func ("/store/access/odd-keys", test_odd_keys);
  g_test_add_func ("/store/access/dots", test_dots);
  g_test_add_func ("/store/access/file-and-folder", test_file_and_folder);
  g_test_add_func ("/store/access/not-there", test_not_there);
  g_test_add_func ("/store/access/expect", test_expect);
  g_test_add_func ("/store/access/early-refusal", test_early_refusal);
  g_test_add_func ("/store/access/lengths", test_lengths);
  g_test_add_func ("/store/access/cut", test_cut);
  g_test_add_func ("/store/access/stop", test_stop);
  g_test_add_func ("/store/access/long-document", test_long_document);
  g_test_add_func ("/store/access/lock", test_lock);
  g_test_add_func ("/store/access/bad-bucket", test_bad_bucket);
  return g_test_run ();
}
