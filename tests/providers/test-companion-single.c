/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small files go in one request: a form that Companion signs, or a URL; and in parts where it signs
 * none that can be sent. The answers are those of @uppy/companion 6.2.2. */

#include <string.h>

#include "companion-fixture.h"

#define QUERY                                                                                      \
  "filename=a%20%C3%BC%22.txt&type=text%2Fplain&metadata%5Bname%5D=a%20%C3%BC%22.txt&"             \
  "metadata%5Btype%5D=text%2Fplain&metadata%5BrelativePath%5D=from%2Fanna%2Fdir%2Fa%20%C3%BC%22."  \
  "txt"
#define TARGET "/companion/s3/params?" QUERY
#define FORM(key)                                                                                  \
  "{\"method\":\"POST\",\"url\":\"http://127.0.0.1:9/b\",\"fields\":{\"success_action_status\":"   \
  "\"201\",\"content-type\":\"text/plain\",\"key\":\"" key "\",\"X-Amz-Signature\":\"secret\","    \
  "\"Policy\":\"e30=\"},\"expires\":800}"
#define CREATED "{\"key\":\"uuid-a\",\"uploadId\":\"u\"}"
/* MD5 of «abc» */
#define MD5_TEXT "kAFQmDzST7DWlj99KOF/cg=="

static HoistBeginReply *
begin (ProviderFixture *fixture, gboolean form_refused, GError **error)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_request_free);
  HoistBeginRequest *request = make_begin_request ("dir/a ü\".txt", 3, FALSE);
  g_autoptr (GPtrArray) replies = NULL;

  request->digest_kind = HOIST_DIGEST_MD5;
  hoist_digest_data (HOIST_DIGEST_MD5, "abc", 3, request->digest);
  request->form_refused = form_refused;
  g_ptr_array_add (requests, request);
  hoist_provider_begin_async (fixture->provider, requests, NULL, provider_fixture_got_cb, fixture);
  replies = hoist_provider_begin_finish (fixture->provider, provider_fixture_wait (fixture), error);
  return replies != NULL ? g_ptr_array_steal_index (replies, 0) : NULL;
}

static HoistSignedUrl *
sign_again (ProviderFixture *fixture, const HoistBeginReply *begun, gboolean fresh, GError **error)
{
  static const guint8 digest[HOIST_DIGEST_MAX_BYTES] = { 1, 2, 3 };
  const HoistPartRef part = { .part_number = 1, .digest = digest, .wants_fresh_url = fresh };
  g_autoptr (GPtrArray) urls = NULL;

  hoist_provider_sign_async (fixture->provider, begun->upload_id, begun->key, HOIST_DIGEST_MD5,
                             &part, 1, NULL, provider_fixture_got_cb, fixture);
  urls = hoist_provider_sign_finish (fixture->provider, provider_fixture_wait (fixture), error);
  g_assert_true (urls == NULL || urls->len == 1);
  return urls != NULL ? g_ptr_array_steal_index (urls, 0) : NULL;
}

static const char *
get_target (ProviderFixture *fixture, guint index)
{
  return hoist_test_http_server_get_request (fixture->server, index)->target;
}

static void
test_probe (ProviderFixture *fixture, gconstpointer unused)
{
  static const struct
  {
    guint status;
    const char *answer;
    gboolean signs;
  } cases[] = {
    { 200, FORM ("k"), TRUE },
    { 200, "{\"method\":\"put\",\"url\":\"http://127.0.0.1:9/b/k\",\"fields\":{}}", TRUE },
    { 200, "{}", FALSE },
    { 404, "{\"message\":\"Not Found\"}", FALSE },
    { 503, "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistCapabilities) capabilities = NULL;
      g_autoptr (GError) error = NULL;
      HoistPartPlan plan;

      companion_fixture_script (fixture, 200, "{\"url\":\"http://127.0.0.1:9/b/k\"}");
      companion_fixture_script (fixture, cases[i].status, cases[i].answer);
      capabilities = companion_fixture_call (fixture, COMPANION_PROBE, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (get_target (fixture, 2 * i + 1), ==,
                       "/companion/s3/params?filename=hoist-check&type=application%2Foctet-stream&"
                       "metadata%5Bname%5D=hoist-check&metadata%5Btype%5D="
                       "application%2Foctet-stream");
      g_assert_true (hoist_part_plan_init (&plan, &capabilities->limits, 0, 0, NULL));
      g_assert_cmpint (plan.multipart, ==, !cases[i].signs);
      g_assert_cmpint (capabilities->digest_kind, ==, HOIST_DIGEST_MD5);
    }
}

static void
assert_text (GBytes *bytes, const char *text)
{
  g_autofree char *got = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  g_assert_cmpstr (got, ==, text);
}

static void
test_form (ProviderFixture *fixture, gconstpointer unused)
{
  gint64 asked_us = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistBeginReply) reply = NULL;
  g_autofree char *head = NULL;
  g_autofree char *tail = NULL;
  const char *boundary;

  companion_fixture_script (fixture, 200, FORM ("uuid-${filename}"));
  reply = begin (fixture, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 1);
  g_assert_cmpstr (get_target (fixture, 0), ==, TARGET);
  g_assert_cmpstr (reply->key, ==, "uuid-a ü\".txt");
  g_assert_false (reply->in_parts);
  g_assert_null (reply->location);
  g_assert_cmpstr (reply->url->url, ==, "http://127.0.0.1:9/b");
  g_assert_cmpint (reply->url->deadline_us, >, asked_us + 790 * G_USEC_PER_SEC);
  g_assert_cmpuint (g_strv_length (reply->url->headers), ==, 2);
  g_assert_cmpstr (reply->url->headers[0], ==, "Content-Type");
  g_assert_true (g_str_has_prefix (reply->url->headers[1], "multipart/form-data; boundary=hoist-"));
  boundary = strchr (reply->url->headers[1], '=') + 1;
  /* In the order of the answer, and the file last. */
  head = g_strdup_printf (
    "--%1$s\r\nContent-Disposition: form-data; name=\"success_action_status\"\r\n\r\n201\r\n"
    "--%1$s\r\nContent-Disposition: form-data; name=\"content-type\"\r\n\r\ntext/plain\r\n"
    "--%1$s\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nuuid-${filename}\r\n"
    "--%1$s\r\nContent-Disposition: form-data; name=\"X-Amz-Signature\"\r\n\r\nsecret\r\n"
    "--%1$s\r\nContent-Disposition: form-data; name=\"Policy\"\r\n\r\ne30=\r\n"
    "--%1$s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a ü%%22.txt\"\r\n"
    "Content-Type: text/plain\r\n\r\n",
    boundary);
  tail = g_strdup_printf ("\r\n--%s--\r\n", boundary);
  assert_text (reply->url->form_head, head);
  assert_text (reply->url->form_tail, tail);
}

static void
test_put (ProviderFixture *fixture, gconstpointer unused)
{
  const char *const headers[] = { "x-amz-acl", "private", "Content-MD5", MD5_TEXT, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistBeginReply) reply = NULL;

  companion_fixture_script (fixture, 200,
                            "{\"method\":\"PUT\",\"url\":\"http://127.0.0.1:9/b/"
                            "k?X-Amz-Expires=60&X-Amz-Signature=secret\",\"fields\":{},"
                            "\"headers\":{\"x-amz-acl\":\"private\"}}");
  reply = begin (fixture, FALSE, &error);
  g_assert_no_error (error);
  g_assert_null (reply->url->form_head);
  g_assert_null (reply->key);
  g_assert_cmpstr (reply->location, ==, "http://127.0.0.1:9/b/k");
  g_assert_true (g_strv_equal ((const char *const *) reply->url->headers, headers));
  g_assert_cmpint (reply->url->deadline_us, <, g_get_monotonic_time () + 60 * G_USEC_PER_SEC);
}

/* What is sent again makes the same object, unless the form itself was refused. */
static void
test_sign_again (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistBeginReply) reply = NULL;
  g_autoptr (HoistSignedUrl) same = NULL;
  g_autoptr (HoistSignedUrl) fresh = NULL;

  companion_fixture_script (fixture, 200, FORM ("first"));
  reply = begin (fixture, FALSE, &error);
  g_assert_no_error (error);
  same = sign_again (fixture, reply, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 1);
  g_assert_cmpstr (same->key, ==, "first");
  g_assert_true (g_bytes_equal (same->form_head, reply->url->form_head));
  g_assert_true (g_bytes_equal (same->form_tail, reply->url->form_tail));
  g_assert_cmpstr (same->headers[1], ==, reply->url->headers[1]);

  companion_fixture_script (fixture, 200, FORM ("second"));
  fresh = sign_again (fixture, reply, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (get_target (fixture, 1), ==, TARGET);
  g_assert_cmpuint (fresh->part_number, ==, 1);
  g_assert_cmpstr (fresh->key, ==, "second");
  g_assert_false (g_bytes_equal (fresh->form_head, reply->url->form_head));
}

/* Answers of `params` with which nothing can be begun: the file goes in parts. */
static void
test_in_parts_instead (ProviderFixture *fixture, gconstpointer unused)
{
  g_autofree char *long_field = g_strnfill (4000, 'f');
  g_autofree char *long_form = g_strdup_printf (
    "{\"url\":\"http://127.0.0.1:9/b\",\"fields\":{\"key\":\"k\",\"a\":\"%1$s\",\"b\":\"%1$s\","
    "\"c\":\"%1$s\",\"d\":\"%1$s\",\"e\":\"%1$s\"}}",
    long_field);
  g_autofree char *long_key = g_strdup_printf (
    "{\"url\":\"http://127.0.0.1:9/b\",\"fields\":{\"key\":\"%.1020s${filename}\"}}", long_field);
#define WITH(members) "{\"url\":\"http://127.0.0.1:9/b\"," members "}"
  const struct
  {
    guint status;
    const char *answer;
  } cases[] = {
    { 200, "{}" },
    { 200, "[]" },
    { 200, "<html>" },
    { 200, "{\"url\":\"file:///etc/passwd\",\"fields\":{\"key\":\"k\"}}" },
    { 200, "{\"url\":\"http://example.org/b\",\"fields\":{\"key\":\"k\"}}" },
    { 200, WITH ("\"fields\":{}") },
    { 200, WITH ("\"fields\":{\"key\":\"\"}") },
    { 200, WITH ("\"fields\":[\"key\"]") },
    { 200, WITH ("\"fields\":{\"key\":{\"a\":1}}") },
    { 200, WITH ("\"method\":\"DELETE\",\"fields\":{\"key\":\"k\"}") },
    { 200, WITH ("\"method\":7,\"fields\":{\"key\":\"k\"}") },
    { 200, WITH ("\"fields\":{\"key\":\"k\",\"file\":\"mine\"}") },
    { 200, WITH ("\"fields\":{\"key\":\"k\",\"a\\\"; filename=\\\"b\":\"c\"}") },
    { 200, WITH ("\"fields\":{\"key\":\"k\",\"a\\r\\nb\":\"c\"}") },
    { 200, WITH ("\"fields\":{\"key\":\"k\",\"success_action_redirect\":\"https://a/\"}") },
    { 200, WITH ("\"method\":\"PUT\",\"headers\":{\"Content-Length\":\"5\"}") },
    { 200, WITH ("\"method\":\"PUT\",\"headers\":{\"x\":\"a\\r\\nHost: b\"}") },
    { 200, long_form },
    { 200, long_key },
    { 400, "{\"error\":\"s3: no\"}" },
    { 500, "{\"message\":\"Something went wrong\"}" },
    { 404, "{\"message\":\"Not Found\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistBeginReply) reply = NULL;

      companion_fixture_script (fixture, cases[i].status, cases[i].answer);
      companion_fixture_script (fixture, 200, CREATED);
      reply = begin (fixture, FALSE, &error);
      g_assert_no_error (error);
      g_assert_true (reply->in_parts);
      g_assert_cmpstr (reply->upload_id, ==, "u");
      g_assert_cmpstr (reply->key, ==, "uuid-a");
      g_assert_null (reply->url);
      g_assert_cmpstr (get_target (fixture, 2 * i), ==, TARGET);
      g_assert_cmpstr (get_target (fixture, 2 * i + 1), ==, "/companion/s3/multipart");
    }
}

/* Neither way leads further then. */
static void
test_not_in_parts_instead (ProviderFixture *fixture, gconstpointer unused)
{
  static const struct
  {
    guint status;
    int code;
  } cases[] = { { 401, HOIST_ERROR_AUTH },
                { 403, HOIST_ERROR_FORBIDDEN },
                { 503, HOIST_ERROR_UNAVAILABLE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      companion_fixture_script (fixture, cases[i].status, "");
      g_assert_null (begin (fixture, FALSE, &error));
      g_assert_error (error, HOIST_ERROR, cases[i].code);
      g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, i + 1);
    }
}

/* Where there is no such thing, or the storage takes none, that is not asked for any more. */
static void
test_never_again (ProviderFixture *fixture, gconstpointer unused)
{
  for (guint by_storage = 0; by_storage < 2; by_storage++)
    {
      guint n_requests = 0;

      for (guint i = 0; i < 2; i++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (HoistBeginReply) reply = NULL;

          if (i == 0 && !by_storage)
            companion_fixture_script (fixture, 404, "");
          companion_fixture_script (fixture, 200, CREATED);
          reply = begin (fixture, by_storage && i == 0, &error);
          g_assert_no_error (error);
          g_assert_true (reply->in_parts);
          n_requests += i == 0 && !by_storage ? 2 : 1;
          g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==,
                            n_requests);
        }
      provider_fixture_tear_down (fixture, NULL);
      companion_fixture_set_up (fixture, NULL);
    }
}

/* An address has no room for such a name. */
static void
test_long_name (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_request_free);
  g_autofree char *name = g_strnfill (1500, 'n');
  g_autoptr (GPtrArray) replies = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (requests, make_begin_request (name, 3, FALSE));
  companion_fixture_script (fixture, 200, CREATED);
  hoist_provider_begin_async (fixture->provider, requests, NULL, provider_fixture_got_cb, fixture);
  replies =
    hoist_provider_begin_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_true (((HoistBeginReply *) replies->pdata[0])->in_parts);
  g_assert_cmpstr (get_target (fixture, 0), ==, "/companion/s3/multipart");
}

/* It would be taken for a small file's. */
static void
test_upload_id_that_looks_like_a_form (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  companion_fixture_script (fixture, 200, "{\"key\":\"k\",\"uploadId\":\"?filename=a\"}");
  error = companion_fixture_call_in_vain (fixture, COMPANION_BEGIN);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
}

static void
add (const char *name, void (*test) (ProviderFixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/providers/companion-single/%s", name);

  g_test_add (path, ProviderFixture, NULL, companion_fixture_set_up, test,
              provider_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("probe", test_probe);
  add ("form", test_form);
  add ("put", test_put);
  add ("sign-again", test_sign_again);
  add ("in-parts-instead", test_in_parts_instead);
  add ("not-in-parts-instead", test_not_in_parts_instead);
  add ("never-again", test_never_again);
  add ("long-name", test_long_name);
  add ("upload-id-that-looks-like-a-form", test_upload_id_that_looks_like_a_form);
  return g_test_run ();
}
