/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a backend may answer instead: each makes an error that names what is
 * wrong, and none holds a secret. */

#include <string.h>

#include "provider-fixture.h"

typedef enum
{
  PROBE,
  BEGIN, /* one multipart file */
  BEGIN_SINGLE,
  SIGN, /* parts 1 and 2 */
  LIST,
  COMPLETE,
  STAT, /* key k and key l */
  ABORT,
  UNFINISHED,
  SHARE,
} Kind;

typedef struct
{
  Kind kind;
  guint status;
  const char *body;
  int code;
  const char *mentions; /* what the message must tell */
} Case;

#define URL(number, more)                                                                          \
  "{\"partNumber\":" #number ",\"method\":\"PUT\",\"url\":\"https://s3/?secret\"" more "}"
#define LIMITS(limits)                                                                             \
  "{\"limits\":{" limits "},\"checksum\":\"sha256\",\"list\":true,\"share\":true}"

#define STATS(objects) "{\"objects\":[" objects "]}"
#define OBJECT(key, more)                                                                          \
  "{\"key\":\"" key "\",\"size\":1,\"serverTime\":\"2025-03-01T12:00:00Z\"" more "}"
#define K(more) OBJECT ("k", more)
#define L(more) OBJECT ("l", more)

static const Case cases[] = {
  /* no JSON at all */
  { PROBE, 200, "", HOIST_ERROR_PROTOCOL, "empty" },
  { PROBE, 200, " \n ", HOIST_ERROR_PROTOCOL, "empty" },
  { SIGN, 200, "<!DOCTYPE html><html>", HOIST_ERROR_PROTOCOL, "web page" },
  { SIGN, 200, "\n <html>", HOIST_ERROR_PROTOCOL, "sign" },
  { SIGN, 200, "{\"urls\":[", HOIST_ERROR_PROTOCOL, "cut off" },
  { SIGN, 200, "{\"urls\":[]} trailing", HOIST_ERROR_PROTOCOL, "sign" },
  { SIGN, 200, "{\"urls\":\"\xff\"}", HOIST_ERROR_PROTOCOL, "sign" },
  { SIGN, 200, "[]", HOIST_ERROR_PROTOCOL, "not an object" },
  { SIGN, 200, "null", HOIST_ERROR_PROTOCOL, "sign" },
  { SIGN, 200, "OK", HOIST_ERROR_PROTOCOL, "sign" },

  /* probe */
  { PROBE, 200, "{}", HOIST_ERROR_PROTOCOL, "limits" },
  { PROBE, 200, "{\"limits\":[]}", HOIST_ERROR_PROTOCOL, "limits" },
  { PROBE, 200, LIMITS ("\"maxParts\":0"), HOIST_ERROR_PROTOCOL, "maxParts" },
  { PROBE, 200, LIMITS ("\"maxParts\":10001"), HOIST_ERROR_PROTOCOL, "maxParts" },
  { PROBE, 200, LIMITS ("\"maxParts\":-1"), HOIST_ERROR_PROTOCOL, "maxParts" },
  { PROBE, 200, LIMITS ("\"maxParts\":1.5"), HOIST_ERROR_PROTOCOL, "maxParts" },
  { PROBE, 200, LIMITS ("\"maxParts\":\"9\""), HOIST_ERROR_PROTOCOL, "maxParts" },
  { PROBE, 200, LIMITS ("\"minPartSize\":9,\"maxPartSize\":8"), HOIST_ERROR_PROTOCOL,
    "contradict" },
  { PROBE, 200, LIMITS ("\"maxFilesPerInitiate\":0"), HOIST_ERROR_PROTOCOL, "maxFilesPerInitiate" },
  { PROBE, 200, "{\"limits\":{},\"checksum\":\"crc\",\"list\":true,\"share\":true}",
    HOIST_ERROR_PROTOCOL, "checksum" },
  { PROBE, 200, "{\"limits\":{},\"checksum\":\"md5\",\"list\":1,\"share\":true}",
    HOIST_ERROR_PROTOCOL, "list" },

  /* begin */
  { BEGIN, 200, "{}", HOIST_ERROR_PROTOCOL, "files" },
  { BEGIN, 200, "{\"files\":[]}", HOIST_ERROR_PROTOCOL, "0 files" },
  { BEGIN, 200, "{\"files\":[{},{}]}", HOIST_ERROR_PROTOCOL, "files" },
  { BEGIN, 200, "{\"files\":[1]}", HOIST_ERROR_PROTOCOL, "files" },
  { BEGIN, 200, "{\"files\":[{\"key\":\"k\",\"multipart\":true}]}", HOIST_ERROR_PROTOCOL,
    "initiate has no “uploadId”" },
  { BEGIN, 200, "{\"files\":[{\"key\":\"k\",\"multipart\":true,\"uploadId\":\"\"}]}",
    HOIST_ERROR_PROTOCOL, "uploadId" },
  { BEGIN, 200, "{\"files\":[{\"uploadId\":\"u\",\"multipart\":true}]}", HOIST_ERROR_PROTOCOL,
    "key" },
  { BEGIN, 200, "{\"files\":[{\"uploadId\":\"u\",\"key\":7,\"multipart\":true}]}",
    HOIST_ERROR_PROTOCOL, "key" },
  { BEGIN, 200, "{\"files\":[{\"uploadId\":\"u\",\"key\":\"k\",\"multipart\":false}]}",
    HOIST_ERROR_PROTOCOL, "another kind" },
  { BEGIN, 200, "{\"files\":[{\"error\":\"no\"}]}", HOIST_ERROR_PROTOCOL, "error" },
  { BEGIN, 200, "{\"files\":[{\"error\":{}}]}", HOIST_ERROR_PROTOCOL, "code" },
  { BEGIN_SINGLE, 200, "{\"files\":[{\"key\":\"k\",\"multipart\":false,\"expiresIn\":9}]}",
    HOIST_ERROR_PROTOCOL, "urls" },
  { BEGIN_SINGLE, 200,
    "{\"files\":[{\"key\":\"k\",\"multipart\":false,\"expiresIn\":9,\"urls\":[]}]}",
    HOIST_ERROR_PROTOCOL, "URL" },
  { BEGIN_SINGLE, 200,
    "{\"files\":[{\"key\":\"k\",\"multipart\":false,\"urls\":[" URL (1, "") "]}]}",
    HOIST_ERROR_PROTOCOL, "expiresIn" },

  /* sign */
  { SIGN, 200, "{\"expiresIn\":9}", HOIST_ERROR_PROTOCOL, "urls" },
  { SIGN, 200, "{\"urls\":[" URL (1, "") "," URL (2, "") "]}", HOIST_ERROR_PROTOCOL, "expiresIn" },
  { SIGN, 200, "{\"expiresIn\":0,\"urls\":[" URL (1, "") "," URL (2, "") "]}", HOIST_ERROR_PROTOCOL,
    "expiresIn" },
  { SIGN, 200, "{\"expiresIn\":9,\"urls\":[" URL (1, "") "]}", HOIST_ERROR_PROTOCOL,
    "other parts" },
  { SIGN, 200, "{\"expiresIn\":9,\"urls\":[" URL (1, "") "," URL (1, "") "]}", HOIST_ERROR_PROTOCOL,
    "other parts" },
  { SIGN, 200, "{\"expiresIn\":9,\"urls\":[" URL (1, "") "," URL (3, "") "]}", HOIST_ERROR_PROTOCOL,
    "other parts" },
  { SIGN, 200, "{\"expiresIn\":9,\"urls\":[" URL (0, "") "," URL (2, "") "]}", HOIST_ERROR_PROTOCOL,
    "partNumber" },
  { SIGN, 200,
    "{\"expiresIn\":9,\"urls\":[{\"partNumber\":1,\"method\":\"POST\",\"url\":\"https://s3\"}]}",
    HOIST_ERROR_PROTOCOL, "no PUT" },
  { SIGN, 200,
    "{\"expiresIn\":9,\"urls\":[{\"partNumber\":1,\"method\":\"PUT\",\"url\":\"http://s3/?secret\"}"
    "]}",
    HOIST_ERROR_PROTOCOL, "HTTPS" },
  { SIGN, 200,
    "{\"expiresIn\":9,\"urls\":[{\"partNumber\":1,\"method\":\"PUT\",\"url\":\"file:///secret\"}]}",
    HOIST_ERROR_PROTOCOL, "address" },
  { SIGN, 200, "{\"expiresIn\":9,\"urls\":[" URL (1, ",\"headers\":{\"a\\r\\nb\":\"c\"}") "]}",
    HOIST_ERROR_PROTOCOL, "header" },
  { SIGN, 200, "{\"expiresIn\":9,\"urls\":[" URL (1, ",\"headers\":{\"a\":\"b\\nc: d\"}") "]}",
    HOIST_ERROR_PROTOCOL, "header" },
  { SIGN, 200,
    "{\"expiresIn\":9,\"urls\":[" URL (1, ",\"headers\":{\"Content-Length\":\"0\"}") "]}",
    HOIST_ERROR_PROTOCOL, "header" },
  { SIGN, 200, "{\"expiresIn\":9,\"urls\":[" URL (1, ",\"headers\":{\"a\":1}") "]}",
    HOIST_ERROR_PROTOCOL, "headers" },
  { SIGN, 200, "{\"expiresIn\":9,\"urls\":[" URL (1, ",\"headers\":[]") "]}", HOIST_ERROR_PROTOCOL,
    "headers" },

  /* list */
  { LIST, 200, "{\"uploadedChunks\":[]}", HOIST_ERROR_PROTOCOL, "parts" },
  { LIST, 200, "{\"parts\":[{\"partNumber\":1,\"etag\":\"e\"}]}", HOIST_ERROR_PROTOCOL, "size" },
  { LIST, 200, "{\"parts\":[{\"partNumber\":1,\"etag\":null,\"size\":1}]}", HOIST_ERROR_PROTOCOL,
    "etag" },
  { LIST, 200, "{\"parts\":[{\"partNumber\":1,\"etag\":\"e\",\"size\":9007199254740993}]}",
    HOIST_ERROR_PROTOCOL, "size" },
  { LIST, 200,
    "{\"parts\":[{\"partNumber\":2,\"etag\":\"e\",\"size\":1},"
    "{\"partNumber\":2,\"etag\":\"e\",\"size\":1}]}",
    HOIST_ERROR_PROTOCOL, "order" },
  { LIST, 200,
    "{\"parts\":[{\"partNumber\":1,\"etag\":\"e\",\"size\":1,\"checksumSha256\":\"Zm9v\"}]}",
    HOIST_ERROR_PROTOCOL, "checksumSha256" },
  { LIST, 200, "{\"parts\":[{\"partNumber\":1,\"etag\":\"e\",\"size\":1,\"checksumSha256\":7}]}",
    HOIST_ERROR_PROTOCOL, "checksumSha256" },

  /* the rest */
  { COMPLETE, 200, "{\"key\":\"k\"}", HOIST_ERROR_PROTOCOL, "size" },
  { COMPLETE, 200, "{\"size\":1}", HOIST_ERROR_PROTOCOL, "key" },
  { COMPLETE, 200, "{\"key\":\"k\",\"size\":1,\"etag\":{}}", HOIST_ERROR_PROTOCOL, "etag" },
  { STAT, 200, "{}", HOIST_ERROR_PROTOCOL, "objects" },
  { STAT, 200, STATS ("{}"), HOIST_ERROR_PROTOCOL, "1 objects" },
  { STAT, 200, STATS (K ("") "," L ("") "," L ("")), HOIST_ERROR_PROTOCOL, "objects" },
  { STAT, 200, STATS (K ("") "," K ("")), HOIST_ERROR_PROTOCOL, "another object" },
  { STAT, 200, STATS (L ("") "," K ("")), HOIST_ERROR_PROTOCOL, "another object" },
  { STAT, 200, STATS (K ("") ",{\"key\":\"x\",\"error\":{\"code\":\"upload_gone\"}}"),
    HOIST_ERROR_PROTOCOL, "another object" },
  { STAT, 200, STATS (K ("") ",{\"error\":{\"code\":\"upload_gone\"}}"), HOIST_ERROR_PROTOCOL,
    "key" },
  { STAT, 200, STATS (K ("") ",{\"key\":\"l\",\"error\":{}}"), HOIST_ERROR_PROTOCOL, "code" },
  { STAT, 200, STATS (K ("") ",{\"key\":\"l\",\"serverTime\":\"2025-03-01T12:00:00Z\"}"),
    HOIST_ERROR_PROTOCOL, "size" },
  { STAT, 200, STATS (K ("") ",{\"key\":\"l\",\"size\":1}"), HOIST_ERROR_PROTOCOL, "serverTime" },
  { STAT, 200, STATS (K ("") ",{\"key\":\"l\",\"size\":1,\"serverTime\":\"noon\"}"),
    HOIST_ERROR_PROTOCOL, "serverTime" },
  { STAT, 200, STATS (K ("") "," L (",\"lastModified\":7")), HOIST_ERROR_PROTOCOL, "lastModified" },
  { STAT, 200, STATS (K ("") "," L (",\"versionId\":[]")), HOIST_ERROR_PROTOCOL, "versionId" },
  { STAT, 200, STATS (K ("") "," L (",\"checksumSha256\":1")), HOIST_ERROR_PROTOCOL,
    "checksumSha256" },
  { STAT, 501, "{\"error\":{\"code\":\"not_supported\",\"message\":\"m\"}}",
    HOIST_ERROR_NOT_SUPPORTED, "m" },
  { ABORT, 200, "{\"remaining\":0}", HOIST_ERROR_PROTOCOL, "aborted" },
  { UNFINISHED, 200, "{\"uploads\":{}}", HOIST_ERROR_PROTOCOL, "uploads" },
  { UNFINISHED, 200, "{\"uploads\":[{\"uploadId\":\"u\",\"key\":\"k\",\"initiated\":\"soon\"}]}",
    HOIST_ERROR_PROTOCOL, "initiated" },
  { UNFINISHED, 200, "{\"uploads\":[],\"next\":\"here\"}", HOIST_ERROR_PROTOCOL, "does not end" },
  { UNFINISHED, 200, "{\"uploads\":[],\"next\":\"\"}", HOIST_ERROR_PROTOCOL, "does not end" },
  { UNFINISHED, 200, "{\"uploads\":[],\"next\":7}", HOIST_ERROR_PROTOCOL, "next" },
  { UNFINISHED, 200, "{\"uploads\":[],\"now\":\"noon\"}", HOIST_ERROR_PROTOCOL, "now" },
  { UNFINISHED, 200, "{\"uploads\":[{\"key\":\"k\"}]}", HOIST_ERROR_PROTOCOL, "uploadId" },
  { UNFINISHED, 200, "{\"uploads\":[{\"uploadId\":\"\",\"key\":\"k\"}]}", HOIST_ERROR_PROTOCOL,
    "uploadId" },
  { UNFINISHED, 200, "{\"uploads\":[{\"uploadId\":\"u\",\"key\":\"k\",\"size\":-1}]}",
    HOIST_ERROR_PROTOCOL, "size" },
  { UNFINISHED, 200, "{\"uploads\":[{\"uploadId\":\"u\",\"key\":\"k\",\"partCount\":10001}]}",
    HOIST_ERROR_PROTOCOL, "partCount" },
  { UNFINISHED, 200, "{\"uploads\":[{\"uploadId\":\"u\",\"key\":\"k\",\"partSize\":0}]}",
    HOIST_ERROR_PROTOCOL, "partSize" },
  { UNFINISHED, 200, "{\"uploads\":[{\"uploadId\":\"u\",\"key\":\"k\",\"path\":[]}]}",
    HOIST_ERROR_PROTOCOL, "path" },
  { SHARE, 200, "{\"expiresAt\":\"x\"}", HOIST_ERROR_PROTOCOL, "url" },
  { SHARE, 200, "{\"url\":\"javascript:alert(1)\"}", HOIST_ERROR_PROTOCOL, "link" },

  /* errors */
  { PROBE, 401, "{\"error\":{\"code\":\"unauthorized\",\"message\":\"Who are you?\"}}",
    HOIST_ERROR_AUTH, "Who are you?" },
  { PROBE, 401, "<html>", HOIST_ERROR_AUTH, "401" },
  { PROBE, 403, "", HOIST_ERROR_FORBIDDEN, "403" },
  { PROBE, 404, "<html>", HOIST_ERROR_PROTOCOL, "no upload API" },
  { PROBE, 405, "nginx", HOIST_ERROR_PROTOCOL, "no upload API" },
  { SIGN, 404, "{\"error\":{\"code\":\"upload_gone\",\"message\":\"m\"}}", HOIST_ERROR_UPLOAD_GONE,
    "m" },
  { SIGN, 500, "<html>", HOIST_ERROR_UNAVAILABLE, "500" },
  { SIGN, 502, "", HOIST_ERROR_UNAVAILABLE, "502" },
  { SIGN, 500, "{\"error\":{\"code\":\"internal\",\"message\":\"m\"}}", HOIST_ERROR_UNAVAILABLE,
    "m" },
  { SIGN, 503, "{\"error\":{\"code\":\"a_new_one\"}}", HOIST_ERROR_UNAVAILABLE, "a_new_one" },
  { SIGN, 418, "{\"error\":{\"code\":\"a_new_one\",\"message\":\"m\"}}", HOIST_ERROR_REJECTED,
    "m" },
  { SIGN, 400, "{\"error\":\"oops\"}", HOIST_ERROR_REJECTED, "400" },
  { SIGN, 507, "{\"error\":{\"code\":\"no_space\",\"message\":\"Quota is full\"}}",
    HOIST_ERROR_NO_SPACE, "Quota" },
  { SHARE, 501, "{\"error\":{\"code\":\"not_supported\",\"message\":\"m\"}}",
    HOIST_ERROR_NOT_SUPPORTED, "m" },
  /* what must not reach a person */
  { SIGN, 403, "{\"error\":{\"code\":\"forbidden\",\"message\":\"bad " TEST_TOKEN "\"}}",
    HOIST_ERROR_FORBIDDEN, "not allowed" },
  { SIGN, 403,
    "{\"error\":{\"code\":\"forbidden\",\"message\":\"https://s3/?X-Amz-Signature=secret\"}}",
    HOIST_ERROR_FORBIDDEN, "forbidden" },
  { SIGN, 400, "{\"error\":{\"code\":\"bad_request\",\"message\":\"a\\nb\\u0007c\"}}",
    HOIST_ERROR_REJECTED, "a b c" },
};

static const HoistPartRef two_parts[] = { { .part_number = 1, .etag = "e" },
                                          { .part_number = 2, .etag = "e" } };

static const HoistStatRef two_objects[] = { { .key = "k" }, { .key = "l" } };

static void
start (ProviderFixture *fixture, Kind kind)
{
  HoistProvider *provider = fixture->provider;
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_request_free);

  g_ptr_array_add (requests, make_begin_request ("n", 20000000, kind == BEGIN));
  switch (kind)
    {
    case PROBE:
      hoist_provider_probe_async (provider, NULL, provider_fixture_got_cb, fixture);
      break;
    case BEGIN:
    case BEGIN_SINGLE:
      hoist_provider_begin_async (provider, requests, NULL, provider_fixture_got_cb, fixture);
      break;
    case SIGN:
      hoist_provider_sign_async (provider, "u", "k", HOIST_DIGEST_NONE, two_parts, 2, NULL,
                                 provider_fixture_got_cb, fixture);
      break;
    case LIST:
      hoist_provider_list_async (provider, "u", "k", NULL, provider_fixture_got_cb, fixture);
      break;
    case COMPLETE:
      hoist_provider_complete_async (provider, "u", "k", HOIST_DIGEST_NONE, two_parts, 2, NULL,
                                     provider_fixture_got_cb, fixture);
      break;
    case STAT:
      hoist_provider_stat_async (provider, two_objects, 2, NULL, provider_fixture_got_cb, fixture);
      break;
    case ABORT:
      hoist_provider_abort_async (provider, "u", "k", NULL, provider_fixture_got_cb, fixture);
      break;
    case UNFINISHED:
      hoist_provider_unfinished_async (provider, "here", TRUE, NULL, provider_fixture_got_cb,
                                       fixture);
      break;
    case SHARE:
      hoist_provider_share_async (provider, "k", 60, NULL, provider_fixture_got_cb, fixture);
      break;
    }
}

/* Ends the call; whatever came of it is thrown away. */
static GError *
finish (ProviderFixture *fixture, Kind kind)
{
  HoistProvider *provider = fixture->provider;
  GAsyncResult *result = provider_fixture_wait (fixture);
  GError *error = NULL;

  switch (kind)
    {
    case PROBE:
      hoist_capabilities_free (hoist_provider_probe_finish (provider, result, &error));
      break;
    case BEGIN:
    case BEGIN_SINGLE:
      g_clear_pointer (&(GPtrArray *){ hoist_provider_begin_finish (provider, result, &error) },
                       g_ptr_array_unref);
      break;
    case SIGN:
      g_clear_pointer (&(GPtrArray *){ hoist_provider_sign_finish (provider, result, &error) },
                       g_ptr_array_unref);
      break;
    case LIST:
      g_clear_pointer (&(GPtrArray *){ hoist_provider_list_finish (provider, result, &error) },
                       g_ptr_array_unref);
      break;
    case COMPLETE:
      hoist_object_free (hoist_provider_complete_finish (provider, result, &error));
      break;
    case STAT:
      g_clear_pointer (&(GPtrArray *){ hoist_provider_stat_finish (provider, result, &error) },
                       g_ptr_array_unref);
      break;
    case ABORT:
      hoist_provider_abort_finish (provider, result, &error);
      break;
    case UNFINISHED:
      hoist_unfinished_page_free (hoist_provider_unfinished_finish (provider, result, &error));
      break;
    case SHARE:
      hoist_share_free (hoist_provider_share_finish (provider, result, &error));
      break;
    }
  return error;
}

static void
assert_says (const GError *error, int code, const char *mentions)
{
  g_assert_error (error, HOIST_ERROR, code);
  if (strstr (error->message, mentions) == NULL)
    g_error ("“%s” does not tell of “%s”", error->message, mentions);
  g_assert_null (strstr (error->message, "secret"));
  g_assert_null (strstr (error->message, TEST_TOKEN));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_table (ProviderFixture *fixture, gconstpointer unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *printable = g_utf8_make_valid (cases[i].body, -1);
      g_autoptr (GError) error = NULL;

      g_test_message ("%u: %u %s", i, cases[i].status, printable);
      hoist_test_http_server_script_text (fixture->server, cases[i].status, cases[i].body);
      start (fixture, cases[i].kind);
      error = finish (fixture, cases[i].kind);
      assert_says (error, cases[i].code, cases[i].mentions);
    }
}

static void
test_deep (ProviderFixture *fixture, gconstpointer unused)
{
  g_autofree char *brackets = g_strnfill (1000000, '[');
  g_autoptr (GError) error = NULL;

  hoist_test_http_server_script_text (fixture->server, 200, brackets);
  start (fixture, LIST);
  error = finish (fixture, LIST);
  assert_says (error, HOIST_ERROR_PROTOCOL, "status");
}

static void
test_endless (ProviderFixture *fixture, gconstpointer unused)
{
  const HoistTestReply endless = { .status = 200,
                                   .read_bytes = -1,
                                   .headers = "Content-Type: application/json\r\n",
                                   .endless = TRUE };
  g_autoptr (GError) error = NULL;

  hoist_test_http_server_script (fixture->server, &endless);
  start (fixture, LIST);
  error = finish (fixture, LIST);
  assert_says (error, HOIST_ERROR_PROTOCOL, "too long");
}

static void
test_redirect (ProviderFixture *fixture, gconstpointer unused)
{
  HoistTestReply reply = { .status = 302,
                           .read_bytes = -1,
                           .headers = "Location: https://evil.example/steal?secret\r\n" };
  g_autoptr (GError) elsewhere = NULL;
  g_autoptr (GError) nowhere = NULL;

  hoist_test_http_server_script (fixture->server, &reply);
  start (fixture, SIGN);
  elsewhere = finish (fixture, SIGN);
  assert_says (elsewhere, HOIST_ERROR_PROTOCOL, "evil.example");

  reply.headers = NULL;
  hoist_test_http_server_script (fixture->server, &reply);
  start (fixture, SIGN);
  nowhere = finish (fixture, SIGN);
  assert_says (nowhere, HOIST_ERROR_PROTOCOL, "redirects");
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 2);
}

static void
test_retry_after (ProviderFixture *fixture, gconstpointer unused)
{
  static const struct
  {
    const char *headers;
    const char *body;
    gint64 seconds;
  } waits[] = {
    { NULL, "{\"error\":{\"code\":\"throttled\",\"message\":\"m\",\"retryAfter\":4}}", 4 },
    { "Retry-After: 9\r\n", "{\"error\":{\"code\":\"throttled\",\"retryAfter\":4}}", 9 },
    { "Retry-After: 3\r\n", "{\"error\":{\"code\":\"throttled\",\"retryAfter\":4}}", 4 },
    { "Retry-After: 5\r\n", "<html>", 5 },
    { "Date: Sat, 01 Mar 2025 12:00:00 GMT\r\nRetry-After: Sat, 01 Mar 2025 12:01:00 GMT\r\n", "",
      60 },
    { NULL, "", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      HoistTestReply reply = {
        .status = 429, .read_bytes = -1, .headers = waits[i].headers, .body = waits[i].body
      };
      g_autoptr (GError) error = NULL;

      hoist_test_http_server_script (fixture->server, &reply);
      start (fixture, SIGN);
      error = finish (fixture, SIGN);
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_THROTTLED);
      g_assert_cmpint (hoist_provider_error_get_retry_after_us (fixture->result), ==,
                       waits[i].seconds * G_USEC_PER_SEC);
    }
}

static void
test_nobody_there (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/api", port);
  g_autoptr (HoistProviderConfig) config = hoist_provider_config_new ("hoist-api", url);
  g_autoptr (GError) error = NULL;

  /* The port was free a moment ago, and nobody listens on it now. */
  g_socket_listener_close (listener);
  g_clear_object (&fixture->provider);
  fixture->provider = hoist_provider_new_for_config (config, NULL);
  start (fixture, PROBE);
  error = finish (fixture, PROBE);
  assert_says (error, HOIST_ERROR_NETWORK, "127.0.0.1");
}

static void
test_bad_config (void)
{
  static const struct
  {
    const char *type;
    const char *url;
    const char *token;
    const char *ca_file;
    int code;
  } configs[] = {
    { "no-such", "https://u.example/", "t", NULL, HOIST_ERROR_NOT_SUPPORTED },
    { "hoist-api", "", "t", NULL, HOIST_ERROR_BAD_INPUT },
    { "hoist-api", "uploads", "t", NULL, HOIST_ERROR_BAD_INPUT },
    { "hoist-api", "http://u.example/", "t", NULL, HOIST_ERROR_BAD_INPUT },
    { "hoist-api", "ftp://u.example/", "t", NULL, HOIST_ERROR_BAD_INPUT },
    { "hoist-api", "https:///api", "t", NULL, HOIST_ERROR_BAD_INPUT },
    { "hoist-api", "https://me:pw@u.example/", "t", NULL, HOIST_ERROR_BAD_INPUT },
    { "hoist-api", "https://u.example/?a=b", "t", NULL, HOIST_ERROR_BAD_INPUT },
    { "hoist-api", "https://u.example/#a", "t", NULL, HOIST_ERROR_BAD_INPUT },
    { "hoist-api", "https://u.example/", "two words", NULL, HOIST_ERROR_BAD_INPUT },
    { "hoist-api", "https://u.example/", "line\n", NULL, HOIST_ERROR_BAD_INPUT },
    { "hoist-api", "https://u.example/", "t", "/nonexistent.pem", HOIST_ERROR_BAD_INPUT },
    { "hoist-api", "https://u.example/", "t", "/dev/null", HOIST_ERROR_BAD_INPUT },
    { "hoist-api", "https://u.example/", "t", NULL, -1 },
    { "hoist-api", "https://u.example", NULL, NULL, -1 },
    { "hoist-api", "http://localhost:80/api", NULL, NULL, -1 },
    { "hoist-api", "http://[::1]/api", NULL, NULL, -1 },
    { "hoist-api", "http://127.9.9.9/api", NULL, NULL, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (configs); i++)
    {
      g_autoptr (HoistProviderConfig) config =
        hoist_provider_config_new (configs[i].type, configs[i].url);
      g_autoptr (HoistProvider) provider = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%u: %s", i, configs[i].url);
      config->token = g_strdup (configs[i].token);
      config->ca_file = g_strdup (configs[i].ca_file);
      provider = hoist_provider_new_for_config (config, &error);
      if (configs[i].code < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, HOIST_ERROR, configs[i].code);
    }
}

static void
add (const char *name, void (*test) (ProviderFixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/providers/api-bad-answers/%s", name);

  g_test_add (path, ProviderFixture, NULL, provider_fixture_set_up, test,
              provider_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("table", test_table);
  add ("deep", test_deep);
  add ("endless", test_endless);
  add ("redirect", test_redirect);
  add ("retry-after", test_retry_after);
  add ("nobody-there", test_nobody_there);
  g_test_add_func ("/providers/api-bad-answers/bad-config", test_bad_config);
  return g_test_run ();
}
