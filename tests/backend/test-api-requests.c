/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the API refuses: who, where, how much, and what. */

#include <string.h>

#include "backend-fixture.h"
#include "hoist-token-store.h"

#define FILE_JSON                                                                                  \
  "\"fileName\":\"a\",\"path\":\"a\",\"size\":1,\"contentType\":\"text/plain\","                   \
  "\"multipart\":false,\"partSize\":1,\"totalChunks\":1"

static void
test_describe (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  const char *const paths[] = { "", "/" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (BackendReply) reply = backend_fixture_get (fixture, paths[i]);
      JsonObject *object;
      JsonObject *limits;

      backend_assert_ok (reply);
      object = backend_reply_object (reply);
      limits = json_object_get_object_member (object, "limits");
      g_assert_cmpstr (json_object_get_string_member (object, "name"), ==, "hoist-backend");
      g_assert_cmpstr (json_object_get_string_member (object, "account"), ==, "embedded");
      g_assert_cmpstr (json_object_get_string_member (object, "checksum"), ==, "sha256");
      g_assert_true (json_object_get_boolean_member (object, "list"));
      g_assert_true (json_object_get_boolean_member (object, "share"));
      g_assert_true (json_object_get_boolean_member (object, "stat"));
      g_assert_cmpint (json_object_get_int_member (limits, "maxObjectsPerStat"), ==, 100);
      g_assert_cmpint (json_object_get_int_member (object, "urlLifetime"), ==, 3600);
      g_assert_cmpint (json_object_get_int_member (limits, "minPartSize"), ==, 5 << 20);
      g_assert_cmpint (json_object_get_int_member (limits, "maxParts"), ==, 10000);
      g_assert_cmpint (json_object_get_int_member (limits, "maxFilesPerInitiate"), ==, 100);
    }
}

static void
test_healthz (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autofree char *url =
    g_strconcat (hoist_backend_server_get_origin (fixture->server), "/healthz", NULL);
  g_autoptr (BackendReply) reply = backend_fixture_send (fixture, soup_message_new ("GET", url));

  backend_assert_ok (reply);
  g_assert_cmpstr (json_object_get_string_member (backend_reply_object (reply), "status"), ==,
                   "ok");
}

static void
test_strangers (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autofree char *longer = g_strconcat (fixture->token, "x", NULL);
  const char *const tokens[] = { NULL, "", "nonsense", longer };
  const char *const calls[][2] = { { "GET", "/" },          { "POST", "/initiate" },
                                   { "POST", "/sign" },     { "GET", "/status" },
                                   { "POST", "/complete" }, { "POST", "/abort" },
                                   { "GET", "/uploads" },   { "POST", "/share" },
                                   { "POST", "/stat" } };

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (tokens); j++)
      {
        g_autoptr (BackendReply) reply = backend_fixture_send (
          fixture, backend_fixture_message (fixture, calls[i][0], calls[i][1], tokens[j]));

        backend_assert_error (reply, 401, "unauthorized");
        g_assert_true (g_str_has_prefix (
          soup_message_headers_get_one (reply->headers, "WWW-Authenticate"), "Bearer"));
      }
}

static void
test_other_schemes (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  SoupMessage *basic = backend_fixture_message (fixture, "GET", "/", NULL);
  SoupMessage *lower = backend_fixture_message (fixture, "GET", "/", NULL);
  g_autofree char *header = g_strconcat ("bearer ", fixture->token, NULL);
  g_autoptr (BackendReply) refused = NULL;
  g_autoptr (BackendReply) taken = NULL;

  soup_message_headers_replace (soup_message_get_request_headers (basic), "Authorization",
                                "Basic YTpi");
  refused = backend_fixture_send (fixture, basic);
  backend_assert_error (refused, 401, "unauthorized");
  /* RFC 9110 section 11.1: the scheme's case does not matter. */
  soup_message_headers_replace (soup_message_get_request_headers (lower), "Authorization", header);
  taken = backend_fixture_send (fixture, lower);
  backend_assert_ok (taken);
}

static void
test_paths (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  const char *const unknown[] = { "/nothing", "/initiate/", "/../v1/", "/sign/x", "/%2e%2e/", "x" };
  const char *const calls[][3] = {
    { "PUT", "/initiate", "POST" }, { "GET", "/initiate", "POST" },     { "DELETE", "/", "GET" },
    { "POST", "/status", "GET" },   { "OPTIONS", "/complete", "POST" }, { "POST", "/", "GET" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      g_autoptr (BackendReply) reply = backend_fixture_get (fixture, unknown[i]);

      /* What leads out of the API is the store's to answer. */
      if (strstr (unknown[i], "..") == NULL && strstr (unknown[i], "%2e%2e") == NULL)
        backend_assert_error (reply, 404, "not_found");
    }
  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr (BackendReply) reply = backend_fixture_send (
        fixture, backend_fixture_message (fixture, calls[i][0], calls[i][1], fixture->token));

      backend_assert_error (reply, 405, "method_not_allowed");
      g_assert_cmpstr (soup_message_headers_get_one (reply->headers, "Allow"), ==, calls[i][2]);
    }
}

static const struct
{
  const char *path;
  const char *body;
  const char *where; /* in the message */
} bad_bodies[] = {
  { "/initiate", "", "no body" },
  { "/initiate", "{", "JSON" },
  { "/initiate", "nul", "nul" },
  { "/initiate", "[]", "object" },
  { "/initiate", "3", "object" },
  { "/initiate", "{\"files\":[[[[[[[[[[[[[]]]]]]]]]]]]]}", "too many levels" },
  { "/initiate", "{\"files\":{}}", "“files”" },
  { "/initiate", "{\"files\":[]}", "“files”" },
  { "/initiate", "{}", "“fileName”" },
  { "/initiate", "{\"fileName\":3}", "“fileName”" },
  { "/initiate", "{\"fileName\":\"a\",\"path\":null}", "“path”" },
  { "/initiate", "{\"fileName\":\"a\",\"path\":\"a\",\"size\":\"1\"}", "“size”" },
  { "/initiate", "{\"fileName\":\"a\",\"path\":\"a\",\"size\":1.5}", "“size”" },
  { "/initiate", "{\"fileName\":\"a\",\"path\":\"a\",\"size\":-1}", "“size”" },
  { "/initiate", "{\"fileName\":\"a\",\"path\":\"a\",\"size\":9007199254740992}", "“size”" },
  { "/initiate", "{\"fileName\":\"a\",\"path\":\"a\",\"size\":1e3}", "“size”" },
  { "/initiate", "{\"fileName\":\"a\",\"path\":\"a\",\"size\":1,\"multipart\":1}", "“multipart”" },
  { "/initiate", "{\"fileName\":\"\\u0000\"}", "NUL" },
  { "/initiate", "{" FILE_JSON ",\"contentType\":\"a/b\\r\\nx: y\"}", "“contentType”" },
  { "/initiate", "{" FILE_JSON ",\"contentType\":\"ü/ü\"}", "“contentType”" },
  { "/initiate", "{" FILE_JSON ",\"contentType\":\"\"}", "“contentType”" },
  { "/initiate", "{" FILE_JSON ",\"contentType\":7}", "“contentType”" },
  { "/initiate", "{" FILE_JSON ",\"totalChunks\":2}", "“totalChunks”" },
  { "/initiate", "{" FILE_JSON ",\"totalChunks\":0}", "“totalChunks”" },
  { "/initiate", "{" FILE_JSON ",\"checksumSha256\":\"abc\"}", "“checksumSha256”" },
  { "/initiate", "{" FILE_JSON ",\"checksumSha256\":[]}", "“checksumSha256”" },
  { "/sign", "{\"uploadId\":\"u\"}", "“key”" },
  { "/sign", "{\"uploadId\":\"\",\"key\":\"a\"}", "“uploadId”" },
  { "/sign", "{\"uploadId\":1,\"key\":\"a\"}", "“uploadId”" },
  { "/sign", "{\"uploadId\":\"u\",\"key\":\"a\"}", "“parts”" },
  { "/sign", "{\"uploadId\":\"u\",\"key\":\"a\",\"parts\":[1]}", "“parts[0]”" },
  { "/sign", "{\"uploadId\":\"u\",\"key\":\"a\",\"parts\":[{\"partNumber\":0}]}",
    "“parts[0].partNumber”" },
  { "/sign", "{\"uploadId\":\"u\",\"key\":\"a\",\"parts\":[{\"partNumber\":10001}]}", "10000" },
  { "/sign", "{\"uploadId\":\"u\",\"key\":\"a\",\"parts\":[{\"partNumber\":1}]}",
    "“parts[0].checksumSha256”" },
  { "/sign", "{\"uploadId\":null,\"key\":\"a\",\"parts\":[{\"partNumber\":2}]}", "from 1 to 1" },
  { "/complete", "{\"uploadId\":\"u\",\"key\":\"a\",\"parts\":[]}", "“parts”" },
  { "/complete", "{\"uploadId\":\"u\",\"key\":\"a\",\"parts\":[{\"partNumber\":1}]}",
    "“parts[0].etag”" },
  { "/complete", "{\"uploadId\":\"u\",\"key\":\"a\",\"parts\":[{\"partNumber\":1,\"etag\":\"e\"}]}",
    "“parts[0].checksumSha256”" },
  { "/complete",
    "{\"uploadId\":null,\"key\":\"a\",\"parts\":[{\"partNumber\":1,\"etag\":\"e\","
    "\"checksumSha256\":\"x\"}]}",
    "“parts[0].checksumSha256”" },
  { "/complete",
    "{\"uploadId\":\"u\",\"key\":\"a\",\"parts\":["
    "{\"partNumber\":2,\"etag\":\"e\",\"checksumSha256\":"
    "\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"},"
    "{\"partNumber\":2,\"etag\":\"e\"}]}",
    "“parts[1].partNumber” is not in ascending order" },
  { "/abort", "{\"uploadId\":\"u\"}", "“key”" },
  { "/share", "{\"key\":\"a\"}", "“expiresIn”" },
  { "/share", "{\"key\":\"a\",\"expiresIn\":0}", "“expiresIn”" },
};

static void
test_bad_bodies (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();

  for (gsize i = 0; i < G_N_ELEMENTS (bad_bodies); i++)
    {
      g_autoptr (BackendReply) reply =
        backend_fixture_post (fixture, bad_bodies[i].path, bad_bodies[i].body);
      JsonObject *error;

      g_test_message ("%s %s", bad_bodies[i].path, bad_bodies[i].body);
      backend_assert_error (reply, 400, "bad_request");
      error = json_object_get_object_member (backend_reply_object (reply), "error");
      g_assert_nonnull (
        strstr (json_object_get_string_member (error, "message"), bad_bodies[i].where));
    }
}

static void
test_bad_queries (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  const char *const queries[] = {
    "", "?", "?uploadId=u", "?key=a", "?uploadId=&key=a", "?uploadId=u&key=%ff"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autofree char *path = g_strconcat ("/status", queries[i], NULL);
      g_autoptr (BackendReply) reply = backend_fixture_get (fixture, path);

      g_test_message ("%s", path);
      backend_assert_error (reply, 400, "bad_request");
    }
}

static const struct
{
  const char *key;
  guint status;
  const char *code;
} foreign_keys[] = {
  { "ben/a", 403, "forbidden" },       { "annas/a", 403, "forbidden" },
  { "anna", 403, "forbidden" },        { "anna/", 400, "key_invalid" },
  { "a", 403, "forbidden" },           { "ANNA/a", 403, "forbidden" },
  { "anna/../b", 400, "key_invalid" }, { "/anna/a", 400, "key_invalid" },
  { "anna//a", 400, "key_invalid" },   { "anna/./a", 400, "key_invalid" },
  { "", 400, "key_invalid" },
};

/* Every call that takes a key, as the bearer of a token for anna/. */
static void
test_foreign_keys (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autofree char *anna = backend_fixture_add_token (fixture, "anna", "anna");
  static const char *const bodies[][2] = {
    { "/sign", "{\"uploadId\":\"u\",\"key\":\"%s\",\"parts\":[{\"partNumber\":1}]}" },
    { "/sign", "{\"uploadId\":null,\"key\":\"%s\",\"parts\":[{\"partNumber\":1}]}" },
    { "/complete",
      "{\"uploadId\":\"u\",\"key\":\"%s\",\"parts\":[{\"partNumber\":1,\"etag\":\"e\"}]}" },
    { "/complete",
      "{\"uploadId\":null,\"key\":\"%s\",\"parts\":[{\"partNumber\":1,\"etag\":\"e\"}]}" },
    { "/abort", "{\"uploadId\":\"u\",\"key\":\"%s\"}" },
    { "/abort", "{\"uploadId\":null,\"key\":\"%s\"}" },
    { "/share", "{\"key\":\"%s\",\"expiresIn\":60}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (foreign_keys); i++)
    {
      g_autofree char *escaped = g_uri_escape_string (foreign_keys[i].key, NULL, FALSE);
      g_autofree char *path = g_strdup_printf ("/status?uploadId=u&key=%s", escaped);
      g_autoptr (BackendReply) status =
        backend_fixture_send (fixture, backend_fixture_message (fixture, "GET", path, anna));

      if (*escaped != '\0')
        backend_assert_error (status, foreign_keys[i].status, foreign_keys[i].code);
      for (gsize j = 0; j < G_N_ELEMENTS (bodies); j++)
        {
          g_autofree char *body = g_strdup_printf (bodies[j][1], foreign_keys[i].key);
          g_autoptr (BackendReply) reply =
            backend_fixture_post_as (fixture, anna, bodies[j][0], body);

          g_test_message ("%s %s", bodies[j][0], body);
          backend_assert_error (reply, foreign_keys[i].status, foreign_keys[i].code);
        }
    }
}

static void
test_long_body (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  gsize limit = (gsize) fixture->config->max_body_bytes;
  g_autofree char *fits = g_strnfill (limit, ' ');
  g_autofree char *longer = g_strnfill (limit + 1, ' ');
  g_autoptr (BackendReply) read = backend_fixture_post (fixture, "/initiate", fits);
  g_autoptr (BackendReply) refused = backend_fixture_post (fixture, "/initiate", longer);
  g_autoptr (BackendReply) elsewhere = backend_fixture_post (fixture, "/nothing", longer);
  g_autoptr (BackendReply) stranger = backend_fixture_post_as (fixture, NULL, "/initiate", longer);
  g_autoptr (BackendReply) after = NULL;

  backend_assert_error (read, 400, "bad_request");
  backend_assert_error (refused, 413, "too_large");
  backend_assert_error (elsewhere, 413, "too_large");
  backend_assert_error (stranger, 413, "too_large");
  g_assert_cmpuint (hoist_backend_server_get_n_active (fixture->server), ==, 0);
  after = backend_fixture_get (fixture, "/");
  backend_assert_ok (after);
}

static void
test_unknown_length (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  SoupMessage *message = backend_fixture_message (fixture, "POST", "/initiate", fixture->token);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data ("{}", 2, NULL);
  g_autoptr (BackendReply) reply = NULL;

  soup_message_set_request_body (message, "application/json", stream, -1);
  reply = backend_fixture_send (fixture, message);
  backend_assert_error (reply, 411, "bad_request");
}

static void
test_rate (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new ();
  guint n_throttled = 0;

  fixture->config->embedded_dir = g_strdup (fixture->dir);
  fixture->config->max_requests_per_s = 1;
  backend_fixture_start (fixture);
  fixture->token = backend_fixture_add_token (fixture, "t", "");
  /* More in one second than the machine may need for as many requests. */
  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (BackendReply) reply = backend_fixture_get (fixture, "/");

      if (reply->status == 200)
        continue;
      backend_assert_error (reply, 429, "throttled");
      g_assert_cmpstr (soup_message_headers_get_one (reply->headers, "Retry-After"), ==, "1");
      n_throttled++;
    }
  g_assert_cmpuint (n_throttled, >, 0);
}

static void
test_revoked (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autofree char *secret = backend_fixture_add_token (fixture, "anna", "");
  g_autoptr (HoistTokenStore) store = hoist_token_store_new (fixture->config->tokens_file);
  g_autoptr (BackendReply) before =
    backend_fixture_send (fixture, backend_fixture_message (fixture, "GET", "/", secret));
  g_autoptr (BackendReply) after = NULL;

  backend_assert_ok (before);
  g_assert_true (hoist_token_store_remove (store, "anna", NULL));
  after = backend_fixture_send (fixture, backend_fixture_message (fixture, "GET", "/", secret));
  backend_assert_error (after, 401, "unauthorized");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api-requests/describe", test_describe);
  g_test_add_func ("/api-requests/healthz", test_healthz);
  g_test_add_func ("/api-requests/strangers", test_strangers);
  g_test_add_func ("/api-requests/other-schemes", test_other_schemes);
  g_test_add_func ("/api-requests/paths", test_paths);
  g_test_add_func ("/api-requests/bad-bodies", test_bad_bodies);
  g_test_add_func ("/api-requests/bad-queries", test_bad_queries);
  g_test_add_func ("/api-requests/foreign-keys", test_foreign_keys);
  g_test_add_func ("/api-requests/long-body", test_long_body);
  g_test_add_func ("/api-requests/unknown-length", test_unknown_length);
  g_test_add_func ("/api-requests/rate", test_rate);
  g_test_add_func ("/api-requests/revoked", test_revoked);
  return g_test_run ();
}
