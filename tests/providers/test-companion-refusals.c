/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a Companion, or whatever is in its place, may answer instead: each makes an error that tells
 * what to do, none holds a secret, and none is asked again for ever. */

#include <string.h>

#include "companion-fixture.h"
#include "hoist-companion-messages.h"

typedef struct
{
  CompanionKind kind;
  guint status;
  const char *body;
  int code;
  const char *mentions; /* what the message must tell */
} Case;

/* As Express hands out an error of the AWS SDK (v3), when it is not in production. */
#define S3_ERROR(name, status)                                                                     \
  "{\"message\":\"m\",\"requestId\":\"r1\",\"error\":{\"$fault\":\"client\",\"$metadata\":{"       \
  "\"httpStatusCode\":" #status ",\"attempts\":1},\"name\":\"" name "\",\"Code\":\"" name "\"}}"
#define NODE_ERROR(code)                                                                           \
  "{\"message\":\"m\",\"error\":{\"errno\":-111,\"code\":\"" code "\",\"$metadata\":{"             \
  "\"attempts\":3}}}"
#define S(text) text, strlen (text)
#define SILENCE "{\"message\":\"Something went wrong\",\"requestId\":\"r2\"}"

#define ONE(url) "{\"url\":\"" url "\",\"expires\":800}"
#define PART(number, etag, size) "{\"PartNumber\":" number ",\"ETag\":" etag ",\"Size\":" size "}"

static const Case cases[] = {
  /* what its storage says, inside a 500 */
  { COMPANION_LIST, 500, S3_ERROR ("NoSuchUpload", 404), HOIST_ERROR_UPLOAD_GONE, "upload" },
  { COMPANION_COMPLETE, 500, S3_ERROR ("NoSuchUpload", 404), HOIST_ERROR_UPLOAD_GONE, "upload" },
  { COMPANION_LIST, 500, S3_ERROR ("NoSuchKey", 404), HOIST_ERROR_UPLOAD_GONE, "upload" },
  { COMPANION_COMPLETE, 500, S3_ERROR ("InvalidPart", 400), HOIST_ERROR_REJECTED, "InvalidPart" },
  { COMPANION_BEGIN, 500, S3_ERROR ("NoSuchBucket", 404), HOIST_ERROR_REJECTED, "NoSuchBucket" },
  { COMPANION_BEGIN, 500, S3_ERROR ("SlowDown", 503), HOIST_ERROR_THROTTLED, "SlowDown" },
  { COMPANION_BEGIN, 500, S3_ERROR ("InternalError", 500), HOIST_ERROR_UNAVAILABLE, "Internal" },
  { COMPANION_BEGIN, 500, S3_ERROR ("NewError", 503), HOIST_ERROR_UNAVAILABLE, "NewError" },
  { COMPANION_BEGIN, 500, S3_ERROR ("NewError", 400), HOIST_ERROR_REJECTED, "NewError" },
  /* its keys and its clock are not ours: no new token helps */
  { COMPANION_BEGIN, 500, S3_ERROR ("InvalidAccessKeyId", 403), HOIST_ERROR_REJECTED,
    "storage behind 127.0.0.1" },
  { COMPANION_BEGIN, 500, S3_ERROR ("SignatureDoesNotMatch", 403), HOIST_ERROR_REJECTED,
    "SignatureDoesNotMatch" },
  { COMPANION_BEGIN, 500, S3_ERROR ("AccessDenied", 403), HOIST_ERROR_REJECTED, "AccessDenied" },
  { COMPANION_BEGIN, 500, S3_ERROR ("ExpiredToken", 400), HOIST_ERROR_REJECTED, "ExpiredToken" },
  { COMPANION_BEGIN, 500, S3_ERROR ("RequestTimeTooSkewed", 403), HOIST_ERROR_REJECTED, "Skewed" },
  { COMPANION_BEGIN, 500, S3_ERROR ("CredentialsProviderError", 0), HOIST_ERROR_REJECTED,
    "CredentialsProviderError" },
  /* it does not reach its storage */
  { COMPANION_BEGIN, 500, NODE_ERROR ("ECONNREFUSED"), HOIST_ERROR_UNAVAILABLE, "ECONNREFUSED" },
  { COMPANION_BEGIN, 500, NODE_ERROR ("ENOTFOUND"), HOIST_ERROR_UNAVAILABLE, "ENOTFOUND" },
  { COMPANION_LIST, 500, "{\"message\":\"m\",\"error\":{\"name\":\"TimeoutError\"}}",
    HOIST_ERROR_UNAVAILABLE, "TimeoutError" },
  /* it says nothing, or next to nothing */
  { COMPANION_BEGIN, 500, SILENCE, HOIST_ERROR_UNAVAILABLE, "Something went wrong" },
  { COMPANION_BEGIN, 500, "", HOIST_ERROR_UNAVAILABLE, "500" },
  { COMPANION_BEGIN, 500, "<h1>Oops</h1>", HOIST_ERROR_UNAVAILABLE, "500" },
  { COMPANION_BEGIN, 500, "{\"error\":{}}", HOIST_ERROR_UNAVAILABLE, "500" },
  { COMPANION_SIGN, 500, "{\"error\":{\"name\":7,\"$metadata\":[],\"Code\":{}}}",
    HOIST_ERROR_UNAVAILABLE, "500" },
  { COMPANION_SIGN, 500, "{\"error\":{\"$metadata\":{\"httpStatusCode\":\"404\"}}}",
    HOIST_ERROR_UNAVAILABLE, "500" },
  { COMPANION_SIGN, 500, "{\"error\":{\"$metadata\":{\"httpStatusCode\":-1}}}",
    HOIST_ERROR_UNAVAILABLE, "500" },
  { COMPANION_BEGIN, 500, "{\"error\":\"S3 uploads are misconfigured\"}", HOIST_ERROR_REJECTED,
    "misconfigured" },
  /* what it refuses itself */
  { COMPANION_BEGIN, 400, "{\"error\":\"s3: the object key must be passed\"}", HOIST_ERROR_REJECTED,
    "object key" },
  { COMPANION_BEGIN, 400, "{\"error\":\"This Companion server does not support uploading to S3\"}",
    HOIST_ERROR_REJECTED, "does not support uploading to S3" },
  { COMPANION_SIGN_ONE, 431, "", HOIST_ERROR_REJECTED, "431" },
  { COMPANION_COMPLETE, 413, "{\"message\":\"request entity too large\"}", HOIST_ERROR_REJECTED,
    "too large" },
  { COMPANION_PROBE, 404, "{\"message\":\"Not Found\"}", HOIST_ERROR_PROTOCOL, "no Companion" },
  { COMPANION_PROBE, 404, "<html>", HOIST_ERROR_PROTOCOL, "no Companion" },
  { COMPANION_PROBE, 405, "", HOIST_ERROR_PROTOCOL, "no Companion" },
  /* whoever guards it */
  { COMPANION_PROBE, 401, "Who are you?", HOIST_ERROR_AUTH, "headers or cookies" },
  { COMPANION_PROBE, 403, "<html>", HOIST_ERROR_FORBIDDEN, "headers or cookies" },
  { COMPANION_PROBE, 429, "", HOIST_ERROR_THROTTLED, "429" },
  { COMPANION_PROBE, 502, "<html>", HOIST_ERROR_UNAVAILABLE, "502" },
  { COMPANION_PROBE, 503, "", HOIST_ERROR_UNAVAILABLE, "503" },
  { COMPANION_PROBE, 504, "", HOIST_ERROR_UNAVAILABLE, "504" },
  /* it repeats what it was sent */
  { COMPANION_BEGIN, 400, "{\"error\":\"bad " TEST_TOKEN "\"}", HOIST_ERROR_REJECTED, "refused" },
  { COMPANION_BEGIN, 400, "{\"error\":\"no session " TEST_COOKIE "\"}", HOIST_ERROR_REJECTED,
    "refused" },
  { COMPANION_BEGIN, 400, "{\"error\":\"https://s3/?X-Amz-Signature=secret\"}",
    HOIST_ERROR_REJECTED, "400" },

  /* a success that is none */
  { COMPANION_PROBE, 200, "", HOIST_ERROR_PROTOCOL, "empty" },
  { COMPANION_PROBE, 200, "<html>Sign in</html>", HOIST_ERROR_PROTOCOL, "web page" },
  { COMPANION_PROBE, 200, "{}", HOIST_ERROR_PROTOCOL, "url" },
  { COMPANION_BEGIN, 200, "[]", HOIST_ERROR_PROTOCOL, "not an object" },
  { COMPANION_BEGIN, 200, "{\"key\":\"k\"}", HOIST_ERROR_PROTOCOL, "uploadId" },
  { COMPANION_BEGIN, 200, "{\"uploadId\":\"u\"}", HOIST_ERROR_PROTOCOL, "key" },
  { COMPANION_BEGIN, 200, "{\"uploadId\":7,\"key\":\"k\"}", HOIST_ERROR_PROTOCOL, "uploadId" },
  { COMPANION_BEGIN, 200, "{\"uploadId\":\"\",\"key\":\"k\"}", HOIST_ERROR_PROTOCOL, "uploadId" },
  { COMPANION_SIGN_ONE, 200, "{\"url\":7}", HOIST_ERROR_PROTOCOL, "url" },
  { COMPANION_SIGN_ONE, 200, ONE ("file:///etc/secret"), HOIST_ERROR_PROTOCOL, "address" },
  { COMPANION_SIGN_ONE, 200, ONE ("http://evil.example/secret"), HOIST_ERROR_PROTOCOL, "address" },
  { COMPANION_SIGN_ONE, 200, ONE ("ftp://evil.example/"), HOIST_ERROR_PROTOCOL, "address" },
  { COMPANION_SIGN_ONE, 200, ONE ("https://secret@evil.example/"), HOIST_ERROR_PROTOCOL,
    "address" },
  { COMPANION_SIGN_ONE, 200, "{\"url\":\"https://s3/\",\"expires\":-1}", HOIST_ERROR_PROTOCOL,
    "expires" },
  { COMPANION_SIGN_ONE, 200, "{\"url\":\"https://s3/\",\"expires\":\"1\"}", HOIST_ERROR_PROTOCOL,
    "expires" },
  { COMPANION_SIGN, 200, "{}", HOIST_ERROR_PROTOCOL, "presignedUrls" },
  { COMPANION_SIGN, 200, "{\"presignedUrls\":[]}", HOIST_ERROR_PROTOCOL, "presignedUrls" },
  { COMPANION_SIGN, 200, "{\"presignedUrls\":{\"7\":\"https://s3/\"}}", HOIST_ERROR_PROTOCOL, "2" },
  { COMPANION_SIGN, 200, "{\"presignedUrls\":{\"7\":\"https://s3/\",\"2\":null}}",
    HOIST_ERROR_PROTOCOL, "2" },
  { COMPANION_SIGN, 200,
    "{\"presignedUrls\":{\"7\":\"https://s3/\",\"2\":\"https://s3/\",\"3\":\"https://s3/\"}}",
    HOIST_ERROR_PROTOCOL, "other parts" },
  { COMPANION_LIST, 200, "{}", HOIST_ERROR_PROTOCOL, "not a list" },
  { COMPANION_LIST, 200, "[1]", HOIST_ERROR_PROTOCOL, "parts" },
  { COMPANION_LIST, 200, "[" PART ("0", "\"e\"", "1") "]", HOIST_ERROR_PROTOCOL, "PartNumber" },
  { COMPANION_LIST, 200, "[" PART ("10001", "\"e\"", "1") "]", HOIST_ERROR_PROTOCOL, "PartNumber" },
  { COMPANION_LIST, 200, "[" PART ("-1", "\"e\"", "1") "]", HOIST_ERROR_PROTOCOL, "PartNumber" },
  { COMPANION_LIST, 200, "[" PART ("\"1\"", "\"e\"", "1") "]", HOIST_ERROR_PROTOCOL, "PartNumber" },
  { COMPANION_LIST, 200, "[" PART ("1", "\"\"", "1") "]", HOIST_ERROR_PROTOCOL, "ETag" },
  { COMPANION_LIST, 200, "[" PART ("1", "7", "1") "]", HOIST_ERROR_PROTOCOL, "ETag" },
  { COMPANION_LIST, 200, "[" PART ("1", "\"e\"", "-1") "]", HOIST_ERROR_PROTOCOL, "Size" },
  { COMPANION_LIST, 200, "[" PART ("1", "\"e\"", "1e99") "]", HOIST_ERROR_PROTOCOL, "Size" },
  { COMPANION_LIST, 200, "[" PART ("1", "\"e\"", "1") "," PART ("1", "\"e\"", "1") "]",
    HOIST_ERROR_PROTOCOL, "twice" },
  { COMPANION_COMPLETE, 200, "[]", HOIST_ERROR_PROTOCOL, "not an object" },
  { COMPANION_COMPLETE, 200, "{\"key\":\"another\"}", HOIST_ERROR_PROTOCOL, "another object" },
  { COMPANION_COMPLETE, 200, "{\"location\":7}", HOIST_ERROR_PROTOCOL, "location" },
};

static void
assert_says (const GError *error, int code, const char *mentions)
{
  g_assert_error (error, HOIST_ERROR, code);
  if (strstr (error->message, mentions) == NULL)
    g_error ("“%s” does not tell of “%s”", error->message, mentions);
  g_assert_null (strstr (error->message, "secret"));
  g_assert_null (strstr (error->message, TEST_TOKEN));
  g_assert_null (strstr (error->message, TEST_COOKIE));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_table (ProviderFixture *fixture, gconstpointer unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%u: %u %s", i, cases[i].status, cases[i].body);
      companion_fixture_script (fixture, cases[i].status, cases[i].body);
      error = companion_fixture_call_in_vain (fixture, cases[i].kind);
      assert_says (error, cases[i].code, cases[i].mentions);
      /* Each by itself: how often it said nothing counts. */
      provider_fixture_tear_down (fixture, NULL);
      companion_fixture_set_up (fixture, NULL);
    }
}

static void
test_reply (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  companion_fixture_script (fixture, 500, S3_ERROR ("NoSuchBucket", 404));
  error = companion_fixture_call_in_vain (fixture, COMPANION_BEGIN);
  g_assert_cmpuint (hoist_error_get_http_status (error), ==, 404);
  g_assert_cmpstr (hoist_error_get_reply_code (error), ==, "NoSuchBucket");
  g_assert_cmpstr (hoist_error_get_request_id (error), ==, "r1");
}

static void
test_endless (ProviderFixture *fixture, gconstpointer unused)
{
  const HoistTestReply endless = { .status = 500, .read_bytes = -1, .endless = TRUE };
  g_autofree char *deep = g_strnfill (1000000, '[');
  g_autoptr (GError) long_error = NULL;
  g_autoptr (GError) deep_error = NULL;

  hoist_test_http_server_script (fixture->server, &endless);
  long_error = companion_fixture_call_in_vain (fixture, COMPANION_LIST);
  assert_says (long_error, HOIST_ERROR_PROTOCOL, "too long");
  companion_fixture_script (fixture, 200, deep);
  deep_error = companion_fixture_call_in_vain (fixture, COMPANION_LIST);
  assert_says (deep_error, HOIST_ERROR_PROTOCOL, "list");
}

/* A session that has ended shows as a way to a page to sign in. */
static void
test_redirect (ProviderFixture *fixture, gconstpointer unused)
{
  const HoistTestReply reply = { .status = 302,
                                 .read_bytes = -1,
                                 .headers = "Location: /login\r\n" };
  g_autofree char *url = NULL;
  g_autoptr (HoistProviderConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) without = NULL;

  hoist_test_http_server_script (fixture->server, &reply);
  error = companion_fixture_call_in_vain (fixture, COMPANION_PROBE);
  assert_says (error, HOIST_ERROR_AUTH, "sign in");
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 1);

  /* Who shows nothing has no session that could have ended. */
  url = hoist_test_http_server_dup_url (fixture->server, "/");
  config = hoist_provider_config_new ("companion", url);
  g_clear_object (&fixture->result);
  g_clear_object (&fixture->provider);
  fixture->provider = hoist_provider_new_for_config (config, NULL);
  hoist_test_http_server_script (fixture->server, &reply);
  without = companion_fixture_call_in_vain (fixture, COMPANION_PROBE);
  assert_says (without, HOIST_ERROR_PROTOCOL, "redirects");
}

/* --- Something went wrong --- */

static void
assert_silence (ProviderFixture *fixture, CompanionKind kind)
{
  g_autoptr (GError) error = NULL;

  companion_fixture_script (fixture, 500, SILENCE);
  error = companion_fixture_call_in_vain (fixture, kind);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE);
}

static void
test_silent_begin (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) replies = NULL;
  g_autoptr (GError) error = NULL;

  for (guint round = 0; round < 2; round++)
    {
      g_clear_error (&error);
      g_clear_pointer (&replies, g_ptr_array_unref);
      for (guint i = 0; i < 5; i++)
        assert_silence (fixture, COMPANION_BEGIN);
      companion_fixture_script (fixture, 500, SILENCE);
      error = companion_fixture_call_in_vain (fixture, COMPANION_BEGIN);
      assert_says (error, HOIST_ERROR_REJECTED, "again and again");
      g_assert_cmpstr (hoist_error_get_request_id (error), ==, "r2");
      g_clear_error (&error);
      /* A success is a new beginning. */
      companion_fixture_script (fixture, 200, "{\"uploadId\":\"u\",\"key\":\"k\"}");
      replies = companion_fixture_call (fixture, COMPANION_BEGIN, &error);
      g_assert_no_error (error);
    }
}

typedef struct
{
  const char *name;
  CompanionKind kind;
  guint created; /* the answers to the check: with an upload that is surely there */
  guint listed;
  guint aborted;
  guint again;  /* then the answer to the same once more; 0 = it does not come to that */
  guint parts;  /* and to the look for ours; 0 = likewise */
  int code;     /* -1 = success */
  guint n_sent; /* requests in the end */
} Silent;

static const Silent silents[] = {
  { "list-gone", COMPANION_LIST, 200, 200, 200, 500, 0, HOIST_ERROR_UPLOAD_GONE, 5 },
  { "list-not-allowed", COMPANION_LIST, 200, 500, 200, 500, 0, HOIST_ERROR_NOT_SUPPORTED, 5 },
  { "list-after-all", COMPANION_LIST, 200, 200, 200, 200, 0, -1, 5 },
  { "list-storage-down", COMPANION_LIST, 500, 0, 0, 0, 0, HOIST_ERROR_UNAVAILABLE, 2 },
  { "list-storage-goes", COMPANION_LIST, 200, 503, 200, 0, 0, HOIST_ERROR_UNAVAILABLE, 4 },
  { "abort-gone", COMPANION_ABORT, 200, 200, 200, 500, 0, -1, 5 },
  { "abort-not-allowed", COMPANION_ABORT, 200, 200, 500, 500, 0, HOIST_ERROR_REJECTED, 5 },
  { "complete-gone", COMPANION_COMPLETE, 200, 200, 200, 500, 500, HOIST_ERROR_UPLOAD_GONE, 6 },
  { "complete-refused", COMPANION_COMPLETE, 200, 200, 200, 500, 200, HOIST_ERROR_REJECTED, 6 },
  { "complete-unknown", COMPANION_COMPLETE, 200, 500, 200, 500, 0, HOIST_ERROR_REJECTED, 5 },
  { "complete-after-all", COMPANION_COMPLETE, 200, 200, 200, 200, 0, -1, 5 },
};

static void
script_if (ProviderFixture *fixture, guint status, const char *good)
{
  if (status != 0)
    companion_fixture_script (fixture, status, status == 200 ? good : status == 500 ? SILENCE : "");
}

static void
free_value (CompanionKind kind, gpointer value)
{
  if (kind == COMPANION_LIST)
    g_clear_pointer ((GPtrArray **) &value, g_ptr_array_unref);
  else if (kind == COMPANION_COMPLETE)
    hoist_object_free (value);
}

/* Two answers that say nothing are a bad moment; the third is looked into. */
static void
test_silent_upload (ProviderFixture *fixture, gconstpointer data)
{
  const Silent *silent = data;
  const char *good = silent->kind == COMPANION_LIST ? "[]" : "{}";
  g_autoptr (GError) error = NULL;
  gpointer value;

  assert_silence (fixture, silent->kind);
  assert_silence (fixture, silent->kind);
  companion_fixture_script (fixture, 500, SILENCE);
  script_if (fixture, silent->created, "{\"uploadId\":\"new\",\"key\":\"k\"}");
  script_if (fixture, silent->listed, "[]");
  script_if (fixture, silent->aborted, "{}");
  script_if (fixture, silent->again, good);
  script_if (fixture, silent->parts, "[]");
  value = companion_fixture_call (fixture, silent->kind, &error);
  if (silent->code < 0)
    {
      g_assert_no_error (error);
      g_assert_nonnull (value);
      free_value (silent->kind, value);
    }
  else
    g_assert_error (error, HOIST_ERROR, silent->code);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==,
                    2 + silent->n_sent);
}

/* Nothing is sent in the open for whom is asked under TLS, not even to this computer. */
static void
test_in_the_open (void)
{
  g_autoptr (GUri) base = g_uri_parse ("https://u.example/", G_URI_FLAGS_NONE, NULL);
  g_autoptr (GBytes) open = g_bytes_new_static (S (ONE ("http://127.0.0.1/b/k?secret")));
  g_autoptr (GBytes) good = g_bytes_new_static (S (ONE ("https://s3.example/b/k?secret")));
  g_autoptr (HoistSignedUrl) url = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (hoist_companion_parse_signed (open, base, 1, 0, &error));
  assert_says (error, HOIST_ERROR_PROTOCOL, "without encryption");
  url = hoist_companion_parse_signed (good, base, 1, 0, NULL);
  g_assert_nonnull (url);
}

static void
test_bad_config (void)
{
  static const struct
  {
    const char *url;
    const char *token;
    int code;
  } configs[] = {
    { "https://u.example/", NULL, -1 },
    { "https://u.example/", "", -1 },
    { "https://u.example/", "token", -1 },
    { "https://u.example/", "Cookie: a=b", -1 },
    { "https://u.example/", "two words", HOIST_ERROR_BAD_INPUT },
    { "https://u.example/", "Host: evil.example", HOIST_ERROR_BAD_INPUT },
    { "http://u.example/", "token", HOIST_ERROR_BAD_INPUT },
    { "https://u.example/?a", "token", HOIST_ERROR_BAD_INPUT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (configs); i++)
    {
      g_autoptr (HoistProviderConfig) config =
        hoist_provider_config_new ("companion", configs[i].url);
      g_autoptr (HoistProvider) provider = NULL;
      g_autoptr (GError) error = NULL;

      config->token = g_strdup (configs[i].token);
      provider = hoist_provider_new_for_config (config, &error);
      if (configs[i].code < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, HOIST_ERROR, configs[i].code);
    }
}

static void
add (const char *name, gconstpointer data, void (*test) (ProviderFixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/providers/companion-refusals/%s", name);

  g_test_add (path, ProviderFixture, data, companion_fixture_set_up, test,
              provider_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("table", NULL, test_table);
  add ("reply", NULL, test_reply);
  add ("endless", NULL, test_endless);
  add ("redirect", NULL, test_redirect);
  add ("silent-begin", NULL, test_silent_begin);
  for (guint i = 0; i < G_N_ELEMENTS (silents); i++)
    {
      g_autofree char *name = g_strconcat ("silent/", silents[i].name, NULL);

      add (name, &silents[i], test_silent_upload);
    }
  g_test_add_func ("/providers/companion-refusals/in-the-open", test_in_the_open);
  g_test_add_func ("/providers/companion-refusals/bad-config", test_bad_config);
  return g_test_run ();
}
