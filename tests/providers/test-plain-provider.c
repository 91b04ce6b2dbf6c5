/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The plain protocol: what goes over the wire, what comes of it, and what servers
 * may answer instead. */

#include <string.h>

#include "hoist-plain-sessions.h"
#include "provider-fixture.h"

#define HASH_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define NOBODY "0000000000000000000000000000000000000000000000000000000000000000"
#define ID HASH_OF_ABC ".2.u1"
#define SIGNED(n) "\"https://s3.example/" #n "?X-Amz-Expires=3600&X-Amz-Signature=secret\""
#define BEGUN "{\"uploadId\":\"u1\",\"urls\":[" SIGNED (0) "," SIGNED (1) "]}"

static void
set_up (ProviderFixture *fixture, gconstpointer unused)
{
  g_autofree char *url = NULL;
  g_autoptr (HoistProviderConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  fixture->server = hoist_test_http_server_new (NULL);
  url = hoist_test_http_server_dup_url (fixture->server, "/up/");
  config = hoist_provider_config_new ("plain", url);
  config->token = g_strdup (TEST_TOKEN);
  config->key_prefix = g_strdup ("from/anna");
  fixture->provider = hoist_provider_new_for_config (config, &error);
  g_assert_no_error (error);
}

static void
answer (ProviderFixture *fixture, guint status, const char *body)
{
  hoist_test_http_server_script_text (fixture->server, status, body);
}

static HoistCapabilities *
probe (ProviderFixture *fixture, GError **error)
{
  hoist_provider_probe_async (fixture->provider, NULL, provider_fixture_got_cb, fixture);
  return hoist_provider_probe_finish (fixture->provider, provider_fixture_wait (fixture), error);
}

static GPtrArray *
begin (ProviderFixture *fixture, GError **error)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_request_free);
  HoistBeginRequest *request = make_begin_request ("dir/a ü.bin", 6000000, TRUE);

  request->plan.part_bytes = HOIST_PLAIN_CHUNK_BYTES;
  request->plan.n_parts = 2;
  request->has_sha256 = TRUE;
  hoist_digest_data (HOIST_DIGEST_SHA256, "abc", 3, request->sha256);
  g_ptr_array_add (requests, request);
  hoist_provider_begin_async (fixture->provider, requests, NULL, provider_fixture_got_cb, fixture);
  return hoist_provider_begin_finish (fixture->provider, provider_fixture_wait (fixture), error);
}

static GPtrArray *
sign (ProviderFixture *fixture, guint part_number, gboolean fresh, GError **error)
{
  const HoistPartRef part = { .part_number = part_number, .wants_fresh_url = fresh };

  hoist_provider_sign_async (fixture->provider, ID, NULL, HOIST_DIGEST_NONE, &part, 1, NULL,
                             provider_fixture_got_cb, fixture);
  return hoist_provider_sign_finish (fixture->provider, provider_fixture_wait (fixture), error);
}

static GPtrArray *
list (ProviderFixture *fixture, GError **error)
{
  hoist_provider_list_async (fixture->provider, ID, NULL, NULL, provider_fixture_got_cb, fixture);
  return hoist_provider_list_finish (fixture->provider, provider_fixture_wait (fixture), error);
}

static HoistObject *
complete (ProviderFixture *fixture, GError **error)
{
  hoist_provider_complete_async (fixture->provider, ID, NULL, HOIST_DIGEST_NONE, NULL, 0, NULL,
                                 provider_fixture_got_cb, fixture);
  return hoist_provider_complete_finish (fixture->provider, provider_fixture_wait (fixture), error);
}

static gboolean
abort_it (ProviderFixture *fixture, GError **error)
{
  hoist_provider_abort_async (fixture->provider, ID, NULL, NULL, provider_fixture_got_cb, fixture);
  return hoist_provider_abort_finish (fixture->provider, provider_fixture_wait (fixture), error);
}

static void
test_probe (ProviderFixture *fixture, gconstpointer unused)
{
  static const struct
  {
    guint status;
    const char *body;
    guint then; /* what a GET of initiate answers; 0 = it is not asked */
    const char *then_body;
    int code; /* -1 = it is one */
  } rows[] = {
    { 404, "{\"error\":\"No such upload\"}", 405, "", -1 },
    { 404, "{\"error\":\"No such upload\"}", 404, "<!doctype html>", -1 },
    { 404, "{\"error\":\"No such upload\"}", 404, "{\"detail\":\"Not Found\"}", -1 },
    { 404, "{\"detail\":\"Not Found\"}", 404, "{\"detail\":\"Not Found\"}", HOIST_ERROR_PROTOCOL },
    { 200, "{\"uploadedChunks\":[]}", 0, NULL, -1 },
    { 404, "<!doctype html>Not Found", 405, "", -1 },
    { 404, "<!doctype html>Not Found", 400, "", -1 },
    { 404, "<!doctype html>Not Found", 404, "", HOIST_ERROR_PROTOCOL },
    { 404, "<!doctype html>Not Found", 200, "", HOIST_ERROR_PROTOCOL },
    { 200, "<!doctype html>Welcome", 0, NULL, HOIST_ERROR_PROTOCOL },
    { 200, "{\"ok\":true}", 0, NULL, HOIST_ERROR_PROTOCOL },
    { 401, "{\"detail\":\"Who are you?\"}", 0, NULL, HOIST_ERROR_AUTH },
    { 403, "", 0, NULL, HOIST_ERROR_FORBIDDEN },
    { 503, "", 0, NULL, HOIST_ERROR_UNAVAILABLE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistCapabilities) capabilities = NULL;

      g_test_message ("%u", i);
      answer (fixture, rows[i].status, rows[i].body);
      if (rows[i].then != 0)
        answer (fixture, rows[i].then, rows[i].then_body);
      capabilities = probe (fixture, &error);
      if (rows[i].code >= 0)
        {
          g_assert_error (error, HOIST_ERROR, rows[i].code);
          continue;
        }
      g_assert_no_error (error);
      g_assert_true (capabilities->needs_sha256_first);
      g_assert_true (capabilities->hides_uploads);
      g_assert_false (capabilities->can_stat);
      g_assert_false (capabilities->can_share);
      g_assert_cmpint (capabilities->digest_kind, ==, HOIST_DIGEST_NONE);
    }
  assert_request (fixture, 0, "GET", "/up/status?fileHash=" NOBODY "&hash=" NOBODY, NULL);
}

static void
test_begin_and_sign (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) replies = NULL;
  g_autoptr (GPtrArray) urls = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GPtrArray) fresh = NULL;
  g_autoptr (GPtrArray) newer = NULL;
  g_autoptr (GError) error = NULL;
  const HoistBeginReply *reply;
  const HoistSignedUrl *url;

  answer (fixture, 200, BEGUN);
  replies = begin (fixture, &error);
  g_assert_no_error (error);
  assert_request (fixture, 0, "POST", "/up/initiate",
                  "{\"fileHash\":\"" HASH_OF_ABC "\",\"hash\":\"" HASH_OF_ABC
                  "\",\"totalChunks\":2,"
                  "\"fileName\":\"a ü.bin\",\"path\":\"from/anna/dir/a ü.bin\",\"size\":6000000,"
                  "\"contentType\":\"text/plain\"}");
  reply = replies->pdata[0];
  g_assert_cmpstr (reply->upload_id, ==, ID);
  g_assert_null (reply->key);
  g_assert_true (reply->may_have_parts);

  /* They are there, and there again after a bad moment of the storage. */
  urls = sign (fixture, 2, FALSE, &error);
  g_assert_no_error (error);
  url = urls->pdata[0];
  g_assert_cmpuint (url->part_number, ==, 2);
  g_assert_nonnull (strstr (url->url, "s3.example/1?"));
  g_assert_cmpstr (url->headers[0], ==, "Content-Type");
  g_assert_cmpstr (url->headers[1], ==, "application/octet-stream");
  g_assert_null (url->headers[2]);
  again = sign (fixture, 2, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 1);

  /* One that was refused is no good any more; the others are new by then. */
  answer (fixture, 200, BEGUN);
  fresh = sign (fixture, 2, TRUE, &error);
  g_assert_no_error (error);
  assert_request (fixture, 1, "POST", "/up/initiate",
                  "{\"fileHash\":\"" HASH_OF_ABC "\",\"hash\":\"" HASH_OF_ABC
                  "\",\"totalChunks\":2}");
  newer = sign (fixture, 1, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 2);
}

/* After a restart there are none; and the id of the server may be a new one. */
static void
test_sign_first (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) urls = NULL;
  g_autoptr (HoistObject) object = NULL;
  g_autoptr (GError) error = NULL;

  answer (fixture, 200, "{\"uploadId\":17,\"urls\":[" SIGNED (0) "," SIGNED (1) "]}");
  urls = sign (fixture, 1, FALSE, &error);
  g_assert_no_error (error);
  answer (fixture, 200, "{\"status\":\"completed\",\"key\":\"k\",\"size\":6000000}");
  object = complete (fixture, &error);
  g_assert_no_error (error);
  assert_request (fixture, 1, "POST", "/up/complete",
                  "{\"uploadId\":\"17\",\"fileHash\":\"" HASH_OF_ABC "\",\"hash\":\"" HASH_OF_ABC
                  "\"}");
  g_assert_cmpstr (object->key, ==, "k");
  g_assert_true (object->has_size);
  g_assert_cmpuint (object->size_bytes, ==, 6000000);
}

static void
test_list_and_missing (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (GPtrArray) fewer = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) refusal = NULL;

  answer (fixture, 200, "{\"uploadedChunks\":[\"1\",0,1]}");
  parts = list (fixture, &error);
  g_assert_no_error (error);
  assert_request (fixture, 0, "GET", "/up/status?fileHash=" HASH_OF_ABC "&hash=" HASH_OF_ABC, NULL);
  g_assert_cmpuint (parts->len, ==, 2);
  g_assert_cmpuint (((HoistServerPart *) parts->pdata[1])->part_number, ==, 2);

  /* What the completion lacks is not there, whatever status says. */
  answer (fixture, 409, "{\"error\":\"missing chunks\",\"missing\":[\"1\"]}");
  g_assert_null (complete (fixture, &refusal));
  g_assert_error (refusal, HOIST_ERROR, HOIST_ERROR_REJECTED);
  g_assert_nonnull (strstr (refusal->message, "missing chunks"));
  answer (fixture, 200, "{\"uploadedChunks\":[0,1]}");
  fewer = list (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fewer->len, ==, 1);
  g_assert_cmpuint (((HoistServerPart *) fewer->pdata[0])->part_number, ==, 1);
}

static void
test_abort (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  answer (fixture, 200, "{\"status\":\"aborted\",\"deleted\":1}");
  g_assert_true (abort_it (fixture, &error));
  answer (fixture, 404, "<html>"); /* gone already */
  g_assert_true (abort_it (fixture, &error));
  g_assert_no_error (error);
  answer (fixture, 500, "{\"error\":\"m\"}");
  g_assert_false (abort_it (fixture, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE);
}

typedef enum
{
  BEGIN,
  SIGN,
  LIST,
  COMPLETE,
} Kind;

static const struct
{
  Kind kind;
  guint status;
  const char *body;
  int code;
  const char *mentions;
} bad_answers[] = {
  { BEGIN, 200, "", HOIST_ERROR_PROTOCOL, "empty" },
  { BEGIN, 200, "[]", HOIST_ERROR_PROTOCOL, "not an object" },
  { BEGIN, 200, "{\"uploadId\":\"u\"}", HOIST_ERROR_PROTOCOL, "urls" },
  { BEGIN, 200, "{\"urls\":[" SIGNED (0) "," SIGNED (1) "]}", HOIST_ERROR_PROTOCOL, "uploadId" },
  { BEGIN, 200, "{\"uploadId\":{},\"urls\":[" SIGNED (0) "," SIGNED (1) "]}", HOIST_ERROR_PROTOCOL,
    "uploadId" },
  { BEGIN, 200, "{\"uploadId\":\"u\",\"urls\":[" SIGNED (0) "]}", HOIST_ERROR_PROTOCOL, "1 URLs" },
  { BEGIN, 200, "{\"uploadId\":\"u\",\"urls\":[" SIGNED (0) "," SIGNED (1) "," SIGNED (2) "]}",
    HOIST_ERROR_PROTOCOL, "3 URLs" },
  { BEGIN, 200, "{\"uploadId\":\"u\",\"urls\":[" SIGNED (0) ",1]}", HOIST_ERROR_PROTOCOL, "urls" },
  { BEGIN, 200, "{\"uploadId\":\"u\",\"urls\":[" SIGNED (0) ",\"\"]}", HOIST_ERROR_PROTOCOL,
    "urls" },
  { BEGIN, 200, "{\"uploadId\":\"u\",\"urls\":{}}", HOIST_ERROR_PROTOCOL, "urls" },
  { BEGIN, 404, "{\"error\":\"m\"}", HOIST_ERROR_PROTOCOL, "no upload API" },
  { BEGIN, 405, "", HOIST_ERROR_PROTOCOL, "no upload API" },
  { BEGIN, 400, "{\"error\":\"totalChunks is wrong\"}", HOIST_ERROR_REJECTED, "totalChunks" },
  { BEGIN, 401, "{\"detail\":\"Invalid token.\"}", HOIST_ERROR_AUTH, "Invalid token" },
  { BEGIN, 429, "{\"error\":{\"code\":\"throttled\",\"message\":\"m\"}}", HOIST_ERROR_THROTTLED,
    "m" },
  { SIGN, 200, "{\"uploadId\":\"u\",\"urls\":[\"file:///secret\",\"file:///secret\"]}",
    HOIST_ERROR_PROTOCOL, "address" },
  { SIGN, 200, "{\"uploadId\":\"u\",\"urls\":[\"http://s3/?secret\",\"http://s3/?secret\"]}",
    HOIST_ERROR_PROTOCOL, "HTTPS" },
  { SIGN, 200, "{\"uploadId\":\"u\",\"urls\":[\"secret\",\"secret\"]}", HOIST_ERROR_PROTOCOL,
    "address" },
  { LIST, 200, "{}", HOIST_ERROR_PROTOCOL, "uploadedChunks" },
  { LIST, 200, "{\"uploadedChunks\":[-1]}", HOIST_ERROR_PROTOCOL, "uploadedChunks" },
  { LIST, 200, "{\"uploadedChunks\":[2]}", HOIST_ERROR_PROTOCOL, "uploadedChunks" },
  { LIST, 200, "{\"uploadedChunks\":[\"2\"]}", HOIST_ERROR_PROTOCOL, "uploadedChunks" },
  { LIST, 200, "{\"uploadedChunks\":[\"-0\"]}", HOIST_ERROR_PROTOCOL, "uploadedChunks" },
  { LIST, 200, "{\"uploadedChunks\":[0.5]}", HOIST_ERROR_PROTOCOL, "uploadedChunks" },
  { LIST, 200, "{\"uploadedChunks\":[null]}", HOIST_ERROR_PROTOCOL, "uploadedChunks" },
  { LIST, 200, "{\"uploadedChunks\":\"0\"}", HOIST_ERROR_PROTOCOL, "uploadedChunks" },
  { LIST, 404, "{\"error\":\"m\"}", HOIST_ERROR_UPLOAD_GONE, "m" },
  { COMPLETE, 200, "OK", HOIST_ERROR_PROTOCOL, "complete" },
  { COMPLETE, 200, "{\"size\":-1}", HOIST_ERROR_PROTOCOL, "size" },
  { COMPLETE, 200, "{\"key\":7}", HOIST_ERROR_PROTOCOL, "key" },
  { COMPLETE, 200, "{\"fileHash\":\"" NOBODY "\"}", HOIST_ERROR_PROTOCOL, "another file" },
  { COMPLETE, 200, "{\"status\":\"processing\"}", HOIST_ERROR_UNAVAILABLE, "still" },
  { COMPLETE, 200, "{\"status\":\"failed\"}", HOIST_ERROR_REJECTED, "could not" },
  { COMPLETE, 404, "<html>", HOIST_ERROR_UPLOAD_GONE, "404" },
  { COMPLETE, 500, "{\"error\":\"" TEST_TOKEN "\"}", HOIST_ERROR_UNAVAILABLE, "" },
  { COMPLETE, 400, "{\"error\":\"https://s3/?X-Amz-Signature=secret\"}", HOIST_ERROR_REJECTED,
    "400" },
};

static void
ask (ProviderFixture *fixture, Kind kind, GError **error)
{
  switch (kind)
    {
    case BEGIN:
      g_clear_pointer (&(GPtrArray *){ begin (fixture, error) }, g_ptr_array_unref);
      break;
    case SIGN:
      g_clear_pointer (&(GPtrArray *){ sign (fixture, 1, TRUE, error) }, g_ptr_array_unref);
      break;
    case LIST:
      g_clear_pointer (&(GPtrArray *){ list (fixture, error) }, g_ptr_array_unref);
      break;
    case COMPLETE:
    default:
      hoist_object_free (complete (fixture, error));
      break;
    }
}

static void
test_bad_answers (ProviderFixture *fixture, gconstpointer unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_answers); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%u: %s", i, bad_answers[i].body);
      answer (fixture, bad_answers[i].status, bad_answers[i].body);
      ask (fixture, bad_answers[i].kind, &error);
      g_assert_error (error, HOIST_ERROR, bad_answers[i].code);
      if (strstr (error->message, bad_answers[i].mentions) == NULL)
        g_error ("“%s” does not tell of “%s”", error->message, bad_answers[i].mentions);
      g_assert_null (strstr (error->message, "secret"));
      g_assert_null (strstr (error->message, TEST_TOKEN));
    }
}

static void
test_endless (ProviderFixture *fixture, gconstpointer unused)
{
  const HoistTestReply endless = { .status = 200, .read_bytes = -1, .endless = TRUE };
  g_autoptr (GError) error = NULL;

  hoist_test_http_server_script (fixture->server, &endless);
  ask (fixture, BEGIN, &error);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (error->message, "too long"));
}

/* An id of another kind of destination, or one that was damaged. */
static void
test_foreign_ids (ProviderFixture *fixture, gconstpointer unused)
{
  static const char *const ids[] = {
    "",        "u1",          "..", NOBODY, NOBODY ".2.", NOBODY ".0.u", NOBODY ".10001.u",
    "xyz.2.u", NOBODY ".-1.u"
  };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (hoist_plain_upload_from_id (ids[i], &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE);
    }
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 0);
}

static HoistPlainBegun *
make_begun (guint n_urls)
{
  g_autofree char *more = g_strnfill (300, 'x');
  g_autoptr (GString) json = g_string_new ("{\"uploadId\":\"u\",\"urls\":[");
  g_autoptr (GBytes) answer_bytes = NULL;
  g_autoptr (GError) error = NULL;
  HoistPlainBegun *begun;

  for (guint i = 0; i < n_urls; i++)
    g_string_append_printf (json, "%s\"https://s3.example/%u?X-Amz-Expires=60&%s\"",
                            i > 0 ? "," : "", i, more);
  g_string_append (json, "]}");
  answer_bytes = g_bytes_new (json->str, json->len);
  begun = hoist_plain_parse_initiate (answer_bytes, n_urls, 0, 0, &error);
  g_assert_no_error (error);
  return begun;
}

/* 10,000 URLs are 3 MB, and no more than what they are; those that were used least
 * lately go first when all uploads together have too many. */
static void
test_many_urls (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (HoistPlainSessions) sessions = hoist_plain_sessions_new (8 << 20);
  static const char *const hashes[] = { "a", "b", "c", "d" };

  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++)
    {
      g_autoptr (HoistPlainBegun) begun = make_begun (HOIST_S3_MAX_PARTS);

      hoist_plain_sessions_take (sessions, hashes[i], begun);
      g_assert_cmpuint (hoist_plain_sessions_get_bytes (sessions), <=, 8 << 20);
    }
  g_assert_null (hoist_plain_sessions_lookup (sessions, "a")->urls);
  g_assert_null (hoist_plain_sessions_lookup (sessions, "b")->urls);
  g_assert_nonnull (hoist_plain_sessions_lookup (sessions, "c")->urls);
  g_assert_nonnull (hoist_plain_sessions_lookup (sessions, "d")->urls);
}

static void
test_lifetime (ProviderFixture *fixture, gconstpointer unused)
{
  const gint64 noon_us = G_GINT64_CONSTANT (1740830400) * G_USEC_PER_SEC; /* 2025-03-01T12:00Z */
  static const struct
  {
    const char *url;
    gboolean with_time;
    guint64 seconds;
  } rows[] = {
    { "https://s3/?X-Amz-Expires=3600", FALSE, 3595 },
    { "https://s3/?x-amz-expires=3600&X-Amz-Date=20250301T120000Z", TRUE, 3595 },
    { "https://s3/?X-Amz-Expires=3600&X-Amz-Date=20250301T113000Z", TRUE, 1795 }, /* kept */
    { "https://s3/?X-Amz-Expires=3600&X-Amz-Date=20250301T100000Z", TRUE, 1 },
    { "https://s3/?X-Amz-Expires=3600&X-Amz-Date=20250301T130000Z", TRUE, 3595 },
    { "https://s3/?X-Amz-Expires=2", FALSE, 1 },
    { "https://s3/?X-Amz-Expires=99999999999", FALSE, 604795 },
    { "https://s3/?AWSAccessKeyId=k&Signature=s&Expires=1740830500", TRUE, 95 },
    { "https://s3/?AWSAccessKeyId=k&Signature=s&Expires=1740830500", FALSE, 595 },
    { "https://s3/?Expires=1", TRUE, 1 },
    { "https://s3/?X-Amz-Expires=soon", FALSE, 595 },
    { "https://s3/", TRUE, 595 },
    { "nonsense", TRUE, 595 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].url);
      g_assert_cmpuint (hoist_plain_url_get_lifetime_s (rows[i].url,
                                                        rows[i].with_time ? noon_us : 0),
                        ==, rows[i].seconds);
    }
}

static void
add (const char *name, void (*test) (ProviderFixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/providers/plain/%s", name);

  g_test_add (path, ProviderFixture, NULL, set_up, test, provider_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("probe", test_probe);
  add ("begin-and-sign", test_begin_and_sign);
  add ("sign-first", test_sign_first);
  add ("list-and-missing", test_list_and_missing);
  add ("abort", test_abort);
  add ("bad-answers", test_bad_answers);
  add ("endless", test_endless);
  add ("foreign-ids", test_foreign_ids);
  add ("many-urls", test_many_urls);
  add ("lifetime", test_lifetime);
  return g_test_run ();
}
