/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each call of Companion's S3 endpoints: what goes over the wire and what comes of it. The answers
 * are those of @uppy/companion 6.2.2. */

#include <json-glib/json-glib.h>
#include <string.h>

#include "companion-fixture.h"

#define MD5_HEADER "AQIDAAAAAAAAAAAAAAAAAA=="
#define S3_URL(number)                                                                             \
  "http://127.0.0.1:9/b/k?X-Amz-Expires=100&partNumber=" #number "&X-Amz-Signature=secret"

static void
assert_sent (ProviderFixture *fixture,
             guint index,
             const char *method,
             const char *target,
             const char *json)
{
  const HoistTestRequest *request = hoist_test_http_server_get_request (fixture->server, index);

  g_assert_cmpstr (request->method, ==, method);
  g_assert_cmpstr (request->target, ==, target);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "cookie"), ==,
                   "session=" TEST_COOKIE "; a=b");
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "x-api-key"), ==, TEST_TOKEN);
  g_assert_null (g_hash_table_lookup (request->headers, "authorization"));
  if (json != NULL)
    g_assert_cmpstr (request->body, ==, json);
  else
    g_assert_cmpuint (request->body_bytes, ==, 0);
}

static void
test_probe (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (HoistCapabilities) capabilities = NULL;
  g_autoptr (GError) error = NULL;
  HoistPartPlan plan;

  companion_fixture_script (fixture, 200, "{\"url\":\"" S3_URL (1) "\",\"expires\":800}");
  capabilities = companion_fixture_call (fixture, COMPANION_PROBE, &error);
  g_assert_no_error (error);
  assert_sent (fixture, 0, "GET", "/companion/s3/multipart/hoist-check/1?key=hoist-check", NULL);
  g_assert_cmpint (capabilities->digest_kind, ==, HOIST_DIGEST_MD5);
  g_assert_cmpuint (capabilities->max_begin_files, ==, 1);
  g_assert_true (capabilities->can_list);
  g_assert_true (capabilities->hides_uploads);
  g_assert_false (capabilities->can_stat);
  g_assert_false (capabilities->can_share);
  /* Every file in parts, an empty one too. */
  g_assert_true (hoist_part_plan_init (&plan, &capabilities->limits, 0, 0, NULL));
  g_assert_true (plan.multipart);
  g_assert_cmpuint (plan.n_parts, ==, 1);
}

static void
test_begin (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) replies = NULL;
  g_autoptr (GError) error = NULL;
  HoistBeginReply *reply;

  companion_fixture_script (fixture, 200,
                            "{\"key\":\"uuid-big ü.bin\",\"uploadId\":\"u\",\"bucket\":\"b\"}");
  replies = companion_fixture_call (fixture, COMPANION_BEGIN, &error);
  g_assert_no_error (error);
  assert_sent (fixture, 0, "POST", "/companion/s3/multipart",
               "{\"filename\":\"big ü.bin\",\"type\":\"text/plain\",\"metadata\":{"
               "\"name\":\"big ü.bin\",\"type\":\"text/plain\","
               "\"relativePath\":\"from/anna/dir/big ü.bin\"}}");
  g_assert_cmpuint (replies->len, ==, 1);
  reply = replies->pdata[0];
  g_assert_no_error (reply->error);
  g_assert_cmpstr (reply->key, ==, "uuid-big ü.bin");
  g_assert_cmpstr (reply->upload_id, ==, "u");
}

/* S3 takes 2 KB of metadata: what is only nice to know is left out, the file is not refused. */
static void
test_begin_with_long_names (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_request_free);
  g_autofree char *folders = g_strnfill (1800, 'd');
  g_autofree char *name = g_strconcat (folders, "/f", NULL);
  g_autoptr (GPtrArray) replies = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&replies, g_ptr_array_unref);
      g_ptr_array_set_size (requests, 0);
      g_ptr_array_add (requests, make_begin_request (name, 20000000, TRUE));
      companion_fixture_script (fixture, 200, "{\"key\":\"k\",\"uploadId\":\"u\"}");
      hoist_provider_begin_async (fixture->provider, requests, NULL, provider_fixture_got_cb,
                                  fixture);
      replies =
        hoist_provider_begin_finish (fixture->provider, provider_fixture_wait (fixture), &error);
      g_assert_no_error (error);
      g_assert_cmpint (i == 0, ==,
                       strstr (hoist_test_http_server_get_request (fixture->server, i)->body,
                               "relativePath") != NULL);
      /* What is not ASCII gets longer by a third. */
      memcpy (name, "ü", strlen ("ü"));
      memset (name + strlen ("ü"), 'd', 1600);
    }
}

static void
assert_url (HoistSignedUrl *url,
            guint part_number,
            const char *text,
            gint64 life_s,
            gint64 asked_us)
{
  g_assert_cmpuint (url->part_number, ==, part_number);
  g_assert_cmpstr (url->url, ==, text);
  g_assert_cmpuint (g_strv_length (url->headers), ==, 2);
  g_assert_cmpstr (url->headers[0], ==, "Content-MD5");
  g_assert_cmpstr (url->headers[1], ==, MD5_HEADER);
  /* By our own monotonic clock, and a little before its end. */
  g_assert_cmpint (url->deadline_us, >, asked_us + (life_s - 10) * G_USEC_PER_SEC);
  g_assert_cmpint (url->deadline_us, <, g_get_monotonic_time () + life_s * G_USEC_PER_SEC);
}

static void
test_sign_one (ProviderFixture *fixture, gconstpointer unused)
{
  gint64 asked_us = g_get_monotonic_time ();
  g_autoptr (GPtrArray) urls = NULL;
  g_autoptr (GError) error = NULL;

  companion_fixture_script (fixture, 200, "{\"url\":\"" S3_URL (7) "\",\"expires\":800}");
  urls = companion_fixture_call (fixture, COMPANION_SIGN_ONE, &error);
  g_assert_no_error (error);
  assert_sent (fixture, 0, "GET", "/companion/s3/multipart/u%2F1/7?key=k%20%C3%BC", NULL);
  g_assert_cmpuint (urls->len, ==, 1);
  assert_url (urls->pdata[0], 7, S3_URL (7), 800, asked_us);
}

static void
test_sign_batch (ProviderFixture *fixture, gconstpointer unused)
{
  gint64 asked_us = g_get_monotonic_time ();
  g_autoptr (GPtrArray) urls = NULL;
  g_autoptr (GError) error = NULL;

  companion_fixture_script (
    fixture, 200,
    "{\"presignedUrls\":{\"2\":\"" S3_URL (2) "\",\"7\":\"http://127.0.0.1:9/no-life\"}}");
  urls = companion_fixture_call (fixture, COMPANION_SIGN, &error);
  g_assert_no_error (error);
  assert_sent (fixture, 0, "GET",
               "/companion/s3/multipart/u%2F1/batch?key=k%20%C3%BC&partNumbers=7%2C2", NULL);
  g_assert_cmpuint (urls->len, ==, 2);
  /* In the order asked; the URL itself says how long it lives, and else it is the usual. */
  assert_url (urls->pdata[0], 7, "http://127.0.0.1:9/no-life", 800, asked_us);
  assert_url (urls->pdata[1], 2, S3_URL (2), 100, asked_us);
}

/* An address with too many numbers in it, and a server that knows no batches. */
static void
test_sign_with_less (ProviderFixture *fixture, gconstpointer unused)
{
  static const guint refusals[] = { 431, 414, 404, 501 };

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autoptr (GPtrArray) urls = NULL;
      g_autoptr (GPtrArray) again = NULL;
      g_autoptr (GError) error = NULL;
      guint first = hoist_test_http_server_count_requests (fixture->server);

      companion_fixture_script (fixture, refusals[i], "");
      for (guint j = 0; j < 2; j++)
        companion_fixture_script (fixture, 200, "{\"url\":\"" S3_URL (1) "\"}");
      urls = companion_fixture_call (fixture, COMPANION_SIGN, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (urls->len, ==, 2);
      assert_sent (fixture, first + 1, "GET", "/companion/s3/multipart/u%2F1/7?key=k%20%C3%BC",
                   NULL);
      assert_sent (fixture, first + 2, "GET", "/companion/s3/multipart/u%2F1/2?key=k%20%C3%BC",
                   NULL);

      /* It is remembered. */
      for (guint j = 0; j < 2; j++)
        companion_fixture_script (fixture, 200, "{\"url\":\"" S3_URL (1) "\"}");
      again = companion_fixture_call (fixture, COMPANION_SIGN, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, first + 5);
      provider_fixture_tear_down (fixture, NULL);
      companion_fixture_set_up (fixture, NULL);
    }
}

static void
test_list (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GError) error = NULL;
  HoistServerPart *part;

  companion_fixture_script (fixture, 200,
                            "[{\"PartNumber\":1,\"LastModified\":\"2025-03-01T12:00:00.000Z\","
                            "\"ETag\":\"\\\"abc\\\"\",\"Size\":5242880},"
                            "{\"PartNumber\":3,\"ETag\":\"def\",\"Size\":0}]");
  parts = companion_fixture_call (fixture, COMPANION_LIST, &error);
  g_assert_no_error (error);
  assert_sent (fixture, 0, "GET", "/companion/s3/multipart/u%2F1?key=k%20%C3%BC", NULL);
  g_assert_cmpuint (parts->len, ==, 2);
  part = parts->pdata[0];
  g_assert_cmpuint (part->part_number, ==, 1);
  g_assert_cmpuint (part->size_bytes, ==, 5242880);
  g_assert_cmpstr (part->etag, ==, "abc");
  part = parts->pdata[1];
  g_assert_cmpuint (part->part_number, ==, 3);
  g_assert_cmpstr (part->etag, ==, "def");

  companion_fixture_script (fixture, 200, "[]");
  none = companion_fixture_call (fixture, COMPANION_LIST, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_complete (ProviderFixture *fixture, gconstpointer unused)
{
  static const struct
  {
    const char *answer;
    const char *location;
  } cases[] = {
    { "{\"location\":\"https://s3/b/k\",\"key\":\"k ü\",\"bucket\":\"b\"}", "https://s3/b/k" },
    { "{\"location\":\"127.0.0.1:7480/b/k\",\"key\":\"k ü\"}", NULL }, /* Ceph 16 */
    { "{\"location\":\"javascript:alert(1)\"}", NULL },
    { "{}", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistObject) object = NULL;
      g_autoptr (GError) error = NULL;

      companion_fixture_script (fixture, 200, cases[i].answer);
      object = companion_fixture_call (fixture, COMPANION_COMPLETE, &error);
      g_assert_no_error (error);
      /* Numbers are numbers, and nothing more than must be is told. */
      assert_sent (fixture, i, "POST", "/companion/s3/multipart/u%2F1/complete?key=k%20%C3%BC",
                   "{\"parts\":[{\"PartNumber\":7,\"ETag\":\"e7\"},{\"PartNumber\":2,\"ETag\":"
                   "\"e2\"}]}");
      g_assert_cmpstr (object->location, ==, cases[i].location);
      g_assert_cmpstr (object->key, ==, "k ü");
      g_assert_false (object->has_size);
      g_assert_null (object->etag);
    }
}

/* 10,000 parts make 620 KB; with ETags of 100 bytes more than Companion reads. */
static void
test_complete_of_many_parts (ProviderFixture *fixture, gconstpointer unused)
{
  g_autofree HoistPartRef *parts = g_new0 (HoistPartRef, HOIST_S3_MAX_PARTS);
  static const struct
  {
    gsize etag_bytes;
    gboolean fits;
  } cases[] = { { 32, TRUE }, { 100, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *etag = g_strnfill (cases[i].etag_bytes, 'a');
      g_autoptr (HoistObject) object = NULL;
      g_autoptr (GError) error = NULL;

      for (guint j = 0; j < HOIST_S3_MAX_PARTS; j++)
        {
          parts[j].part_number = j + 1;
          parts[j].etag = etag;
        }
      companion_fixture_script (fixture, 200, "{}");
      hoist_provider_complete_async (fixture->provider, "u", "k", HOIST_DIGEST_MD5, parts,
                                     HOIST_S3_MAX_PARTS, NULL, provider_fixture_got_cb, fixture);
      object =
        hoist_provider_complete_finish (fixture->provider, provider_fixture_wait (fixture), &error);
      if (cases[i].fits)
        g_assert_no_error (error);
      else
        g_assert_error (error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED);
    }
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 1);
  g_assert_cmpuint (hoist_test_http_server_get_request (fixture->server, 0)->body_bytes, <,
                    1000000);
}

static void
test_abort (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  companion_fixture_script (fixture, 200, "{}");
  g_assert_nonnull (companion_fixture_call (fixture, COMPANION_ABORT, &error));
  g_assert_no_error (error);
  assert_sent (fixture, 0, "DELETE", "/companion/s3/multipart/u%2F1?key=k%20%C3%BC", NULL);

  /* Once more: there is nothing left of it. */
  companion_fixture_script (fixture, 500,
                            "{\"message\":\"The specified upload does not exist\",\"error\":{"
                            "\"name\":\"NoSuchUpload\",\"$metadata\":{\"httpStatusCode\":404}}}");
  g_assert_nonnull (companion_fixture_call (fixture, COMPANION_ABORT, &error));
  g_assert_no_error (error);
}

static void
test_what_it_cannot_do (ProviderFixture *fixture, gconstpointer unused)
{
  const HoistStatRef ref = { "k", NULL };
  g_autoptr (GError) stat_error = NULL;
  g_autoptr (GError) unfinished_error = NULL;
  g_autoptr (GError) share_error = NULL;

  hoist_provider_stat_async (fixture->provider, &ref, 1, NULL, provider_fixture_got_cb, fixture);
  g_assert_null (
    hoist_provider_stat_finish (fixture->provider, provider_fixture_wait (fixture), &stat_error));
  g_assert_error (stat_error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED);
  hoist_provider_unfinished_async (fixture->provider, NULL, FALSE, NULL, provider_fixture_got_cb,
                                   fixture);
  g_assert_null (hoist_provider_unfinished_finish (
    fixture->provider, provider_fixture_wait (fixture), &unfinished_error));
  g_assert_error (unfinished_error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED);
  hoist_provider_share_async (fixture->provider, "k", 60, NULL, provider_fixture_got_cb, fixture);
  g_assert_null (
    hoist_provider_share_finish (fixture->provider, provider_fixture_wait (fixture), &share_error));
  g_assert_error (share_error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 0);
}

static void
add (const char *name, void (*test) (ProviderFixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/providers/companion/%s", name);

  g_test_add (path, ProviderFixture, NULL, companion_fixture_set_up, test,
              provider_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("probe", test_probe);
  add ("begin", test_begin);
  add ("begin-with-long-names", test_begin_with_long_names);
  add ("sign-one", test_sign_one);
  add ("sign-batch", test_sign_batch);
  add ("sign-with-less", test_sign_with_less);
  add ("list", test_list);
  add ("complete", test_complete);
  add ("complete-of-many-parts", test_complete_of_many_parts);
  add ("abort", test_abort);
  add ("what-it-cannot-do", test_what_it_cannot_do);
  return g_test_run ();
}
