/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each call of docs/upload-api.md: what goes over the wire and what comes of it. */

#include <string.h>

#include "provider-fixture.h"

#define SHA256_OF_ABC "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
#define MD5_OF_ABC "kAFQmDzST7DWlj99KOF/cg=="

static void
answer (ProviderFixture *fixture, const char *json)
{
  hoist_test_http_server_script_text (fixture->server, 200, json);
}

static void
test_probe (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (HoistCapabilities) capabilities = NULL;
  g_autoptr (GError) error = NULL;

  answer (fixture, "{\"name\":\"b\",\"version\":\"1\",\"account\":\"anna\",\"limits\":{"
                   "\"minPartSize\":6,\"maxPartSize\":70,\"maxParts\":80,\"maxObjectSize\":90,"
                   "\"singlePutBelow\":10,\"maxFilesPerInitiate\":11,\"maxPartsPerSign\":12,"
                   "\"maxObjectsPerStat\":13},\"stat\":true,"
                   "\"checksum\":\"md5\",\"list\":true,\"share\":false,\"urlLifetime\":3600,"
                   "\"later\":[{}]}");
  hoist_provider_probe_async (fixture->provider, NULL, provider_fixture_got_cb, fixture);
  capabilities =
    hoist_provider_probe_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  assert_request (fixture, 0, "GET", "/api/v1/", NULL);
  g_assert_cmpstr (capabilities->server, ==, "b 1");
  g_assert_cmpstr (capabilities->account, ==, "anna");
  g_assert_cmpuint (capabilities->limits.min_part_bytes, ==, 6);
  g_assert_cmpuint (capabilities->limits.max_part_bytes, ==, 70);
  g_assert_cmpuint (capabilities->limits.max_parts, ==, 80);
  g_assert_cmpuint (capabilities->limits.max_object_bytes, ==, 90);
  g_assert_cmpuint (capabilities->limits.single_put_bytes, ==, 10);
  g_assert_cmpuint (capabilities->max_begin_files, ==, 11);
  g_assert_cmpuint (capabilities->max_sign_parts, ==, 12);
  g_assert_cmpuint (capabilities->max_stat_objects, ==, 13);
  g_assert_true (capabilities->can_stat);
  g_assert_cmpint (capabilities->digest_kind, ==, HOIST_DIGEST_MD5);
  g_assert_true (capabilities->can_list);
  g_assert_false (capabilities->can_share);
}

static void
test_probe_of_a_sparing_backend (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (HoistCapabilities) capabilities = NULL;
  g_autoptr (GError) error = NULL;

  answer (fixture, "{\"limits\":{},\"checksum\":\"none\",\"list\":false,\"share\":false,"
                   "\"account\":null}");
  hoist_provider_probe_async (fixture->provider, NULL, provider_fixture_got_cb, fixture);
  capabilities =
    hoist_provider_probe_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_false (capabilities->can_stat);
  g_assert_cmpuint (capabilities->max_stat_objects, ==, 1);
  g_assert_cmpuint (capabilities->limits.min_part_bytes, ==, HOIST_S3_MIN_PART_BYTES);
  g_assert_cmpuint (capabilities->limits.max_part_bytes, ==, HOIST_S3_MAX_PART_BYTES);
  g_assert_cmpuint (capabilities->limits.max_parts, ==, HOIST_S3_MAX_PARTS);
  g_assert_cmpuint (capabilities->max_begin_files, ==, 1);
  g_assert_cmpuint (capabilities->max_sign_parts, ==, 100);
  g_assert_null (capabilities->account);
}

static void
test_begin (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_request_free);
  g_autoptr (GPtrArray) replies = NULL;
  g_autoptr (GError) error = NULL;
  gint64 before_us = g_get_monotonic_time ();
  HoistBeginReply *reply;

  g_ptr_array_add (requests, make_begin_request ("dir/big ü.bin", 20000000, TRUE));
  g_ptr_array_add (requests, make_begin_request ("small", 3, FALSE));
  g_ptr_array_add (requests, make_begin_request ("no", 3, FALSE));
  answer (fixture,
          "{\"files\":["
          "{\"uploadId\":\"u1\",\"key\":\"k1\",\"location\":\"https://s3/k1\",\"multipart\":true,"
          "\"partSize\":16777216},"
          "{\"key\":\"k2\",\"multipart\":false,\"partSize\":3,\"expiresIn\":100,\"urls\":[{"
          "\"partNumber\":1,\"method\":\"PUT\",\"url\":\"https://s3/k2?sig=x\",\"headers\":{"
          "\"Host\":\"s3\",\"x-amz-checksum-sha256\":\"c\",\"content-type\":\"text/plain\"}}]},"
          "{\"error\":{\"code\":\"throttled\",\"message\":\"not now\",\"retryAfter\":7}}]}");
  hoist_provider_begin_async (fixture->provider, requests, NULL, provider_fixture_got_cb, fixture);
  replies =
    hoist_provider_begin_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  assert_request (fixture, 0, "POST", "/api/v1/initiate",
                  "{\"files\":[{\"fileName\":\"big ü.bin\",\"path\":\"from/anna/dir/big ü.bin\","
                  "\"size\":20000000,\"contentType\":\"text/plain\",\"multipart\":true,"
                  "\"partSize\":8388608,\"totalChunks\":3},"
                  "{\"fileName\":\"small\",\"path\":\"from/anna/small\",\"size\":3,"
                  "\"contentType\":\"text/plain\",\"multipart\":false,\"partSize\":3,"
                  "\"totalChunks\":1,\"checksumSha256\":\"" SHA256_OF_ABC "\"},"
                  "{\"fileName\":\"no\",\"path\":\"from/anna/no\",\"size\":3,"
                  "\"contentType\":\"text/plain\",\"multipart\":false,\"partSize\":3,"
                  "\"totalChunks\":1,\"checksumSha256\":\"" SHA256_OF_ABC "\"}]}");

  g_assert_cmpuint (replies->len, ==, 3);
  reply = replies->pdata[0];
  g_assert_no_error (reply->error);
  g_assert_cmpstr (reply->upload_id, ==, "u1");
  g_assert_cmpstr (reply->key, ==, "k1");
  g_assert_cmpstr (reply->location, ==, "https://s3/k1");
  g_assert_cmpuint (reply->part_bytes, ==, 16777216);
  g_assert_null (reply->url);

  reply = replies->pdata[1];
  g_assert_no_error (reply->error);
  g_assert_null (reply->upload_id);
  g_assert_cmpuint (reply->part_bytes, ==, 0);
  g_assert_cmpstr (reply->url->url, ==, "https://s3/k2?sig=x");
  g_assert_cmpuint (g_strv_length (reply->url->headers), ==, 4);
  g_assert_cmpstr (reply->url->headers[0], ==, "x-amz-checksum-sha256");
  g_assert_cmpstr (reply->url->headers[3], ==, "text/plain");
  /* By our own monotonic clock, and a little before its end. */
  g_assert_cmpint (reply->url->deadline_us, >, before_us + 90 * G_USEC_PER_SEC);
  g_assert_cmpint (reply->url->deadline_us, <, g_get_monotonic_time () + 100 * G_USEC_PER_SEC);

  reply = replies->pdata[2];
  g_assert_error (reply->error, HOIST_ERROR, HOIST_ERROR_THROTTLED);
  g_assert_cmpstr (reply->error->message, ==, "not now");
  g_assert_cmpint (reply->retry_after_us, ==, 7 * G_USEC_PER_SEC);
}

static void
test_sign (ProviderFixture *fixture, gconstpointer unused)
{
  guint8 sha256[HOIST_DIGEST_MAX_BYTES];
  const HoistPartRef parts[] = { { .part_number = 7, .digest = sha256 }, { .part_number = 2 } };
  g_autoptr (GPtrArray) urls = NULL;
  g_autoptr (GError) error = NULL;
  HoistSignedUrl *url;

  hoist_digest_data (HOIST_DIGEST_SHA256, "abc", 3, sha256);
  answer (fixture, "{\"expiresIn\":60,\"urls\":["
                   "{\"partNumber\":2,\"method\":\"PUT\",\"url\":\"http://127.0.0.1/2\"},"
                   "{\"partNumber\":7,\"method\":\"PUT\",\"url\":\"http://127.0.0.1/7\","
                   "\"headers\":{\"a\":\"b\"}}]}");
  hoist_provider_sign_async (fixture->provider, "u", "k", HOIST_DIGEST_SHA256, parts, 2, NULL,
                             provider_fixture_got_cb, fixture);
  urls = hoist_provider_sign_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  assert_request (fixture, 0, "POST", "/api/v1/sign",
                  "{\"uploadId\":\"u\",\"key\":\"k\",\"parts\":[{\"partNumber\":7,"
                  "\"checksumSha256\":\"" SHA256_OF_ABC "\"},{\"partNumber\":2}]}");
  g_assert_cmpuint (urls->len, ==, 2);
  url = urls->pdata[0];
  g_assert_cmpuint (url->part_number, ==, 7);
  g_assert_cmpstr (url->url, ==, "http://127.0.0.1/7");
  g_assert_cmpstr (url->headers[1], ==, "b");
  url = urls->pdata[1];
  g_assert_cmpuint (url->part_number, ==, 2);
  g_assert_cmpuint (g_strv_length (url->headers), ==, 0);
}

static void
test_sign_a_single_put (ProviderFixture *fixture, gconstpointer unused)
{
  guint8 md5[HOIST_DIGEST_MAX_BYTES];
  const HoistPartRef part = { .part_number = 1, .digest = md5 };
  g_autoptr (GPtrArray) urls = NULL;
  g_autoptr (GError) error = NULL;

  hoist_digest_data (HOIST_DIGEST_MD5, "abc", 3, md5);
  answer (fixture, "{\"expiresIn\":60,\"urls\":[{\"partNumber\":1,\"method\":\"PUT\",\"url\":"
                   "\"http://127.0.0.1/\"}]}");
  hoist_provider_sign_async (fixture->provider, NULL, "k", HOIST_DIGEST_MD5, &part, 1, NULL,
                             provider_fixture_got_cb, fixture);
  urls = hoist_provider_sign_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  assert_request (fixture, 0, "POST", "/api/v1/sign",
                  "{\"uploadId\":null,\"key\":\"k\",\"parts\":[{\"partNumber\":1,"
                  "\"contentMd5\":\"" MD5_OF_ABC "\"}]}");
}

static void
test_list (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (GError) error = NULL;
  HoistServerPart *part;

  answer (fixture, "{\"uploadedChunks\":[1,9],\"parts\":["
                   "{\"partNumber\":1,\"etag\":\"\\\"e1\\\"\",\"size\":8388608,\"checksumSha256\":"
                   "\"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\"},"
                   "{\"partNumber\":9,\"etag\":\"e9\",\"size\":0}]}");
  hoist_provider_list_async (fixture->provider, "u/1 +", "a b/ü&c", NULL, provider_fixture_got_cb,
                             fixture);
  parts = hoist_provider_list_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  assert_request (fixture, 0, "GET", "/api/v1/status?uploadId=u%2F1%20%2B&key=a%20b%2F%C3%BC%26c",
                  NULL);
  g_assert_cmpuint (parts->len, ==, 2);
  part = parts->pdata[0];
  g_assert_cmpuint (part->part_number, ==, 1);
  g_assert_cmpuint (part->size_bytes, ==, 8388608);
  g_assert_cmpstr (part->etag, ==, "e1");
  g_assert_true (part->has_sha256);
  g_assert_cmphex (part->sha256[0], ==, 0xba);
  g_assert_cmphex (part->sha256[31], ==, 0xad);
  part = parts->pdata[1];
  g_assert_cmpuint (part->part_number, ==, 9);
  g_assert_false (part->has_sha256);
}

static void
test_complete (ProviderFixture *fixture, gconstpointer unused)
{
  guint8 sha256[HOIST_DIGEST_MAX_BYTES];
  const HoistPartRef parts[] = { { .part_number = 1, .etag = "e1", .digest = sha256 },
                                 { .part_number = 2, .etag = "e2", .digest = sha256 } };
  g_autoptr (HoistObject) object = NULL;
  g_autoptr (GError) error = NULL;

  hoist_digest_data (HOIST_DIGEST_SHA256, "abc", 3, sha256);
  answer (fixture, "{\"location\":\"https://s3/k\",\"key\":\"k\",\"etag\":\"\\\"e-2\\\"\","
                   "\"size\":12,\"checksumSha256\":\"c-2\",\"versionId\":\"v\"}");
  hoist_provider_complete_async (fixture->provider, "u", "k", HOIST_DIGEST_SHA256, parts, 2, NULL,
                                 provider_fixture_got_cb, fixture);
  object =
    hoist_provider_complete_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  assert_request (fixture, 0, "POST", "/api/v1/complete",
                  "{\"uploadId\":\"u\",\"key\":\"k\",\"parts\":["
                  "{\"partNumber\":1,\"etag\":\"e1\",\"checksumSha256\":\"" SHA256_OF_ABC "\"},"
                  "{\"partNumber\":2,\"etag\":\"e2\",\"checksumSha256\":\"" SHA256_OF_ABC "\"}]}");
  g_assert_cmpstr (object->key, ==, "k");
  g_assert_cmpstr (object->location, ==, "https://s3/k");
  g_assert_cmpstr (object->etag, ==, "e-2");
  g_assert_cmpstr (object->checksum_sha256, ==, "c-2");
  g_assert_cmpstr (object->version_id, ==, "v");
  g_assert_true (object->has_size);
  g_assert_cmpuint (object->size_bytes, ==, 12);
}

/* Ceph's ETag is empty; MD5s of parts are not sent. */
static void
test_complete_sparing (ProviderFixture *fixture, gconstpointer unused)
{
  guint8 md5[HOIST_DIGEST_MAX_BYTES] = { 0 };
  const HoistPartRef part = { .part_number = 1, .etag = "e1", .digest = md5 };
  g_autoptr (HoistObject) object = NULL;
  g_autoptr (GError) error = NULL;

  answer (fixture, "{\"key\":\"k\",\"etag\":\"\",\"size\":0}");
  hoist_provider_complete_async (fixture->provider, NULL, "k", HOIST_DIGEST_MD5, &part, 1, NULL,
                                 provider_fixture_got_cb, fixture);
  object =
    hoist_provider_complete_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  assert_request (
    fixture, 0, "POST", "/api/v1/complete",
    "{\"uploadId\":null,\"key\":\"k\",\"parts\":[{\"partNumber\":1,\"etag\":\"e1\"}]}");
  g_assert_cmpstr (object->etag, ==, "");
  g_assert_null (object->checksum_sha256);
}

static void
test_stat (ProviderFixture *fixture, gconstpointer unused)
{
  static const HoistStatRef objects[] = { { "k", "v" }, { "l", NULL } };
  g_autoptr (GPtrArray) replies = NULL;
  g_autoptr (GError) error = NULL;
  const HoistStatReply *reply;

  answer (fixture,
          "{\"objects\":[{\"key\":\"k\",\"size\":12,\"etag\":\"\\\"e\\\"\","
          "\"checksumSha256\":\"c-2\",\"versionId\":\"v\",\"serverTime\":\"1970-01-01T00:00:02Z\","
          "\"lastModified\":\"1970-01-01T00:00:01Z\"},"
          "{\"key\":\"l\",\"error\":{\"code\":\"upload_gone\",\"message\":\"none\","
          "\"retryAfter\":3}}]}");
  hoist_provider_stat_async (fixture->provider, objects, 2, NULL, provider_fixture_got_cb, fixture);
  replies = hoist_provider_stat_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  assert_request (fixture, 0, "POST", "/api/v1/stat",
                  "{\"objects\":[{\"key\":\"k\",\"versionId\":\"v\"},{\"key\":\"l\"}]}");
  g_assert_cmpuint (replies->len, ==, 2);
  reply = replies->pdata[0];
  g_assert_no_error (reply->error);
  g_assert_cmpstr (reply->object->etag, ==, "e");
  g_assert_cmpstr (reply->object->checksum_sha256, ==, "c-2");
  g_assert_cmpstr (reply->object->version_id, ==, "v");
  g_assert_cmpuint (reply->object->size_bytes, ==, 12);
  g_assert_cmpint (reply->object->modified_us, ==, G_USEC_PER_SEC);
  g_assert_cmpint (reply->object->server_us, ==, 2 * G_USEC_PER_SEC);
  reply = replies->pdata[1];
  g_assert_null (reply->object);
  g_assert_error (reply->error, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE);
  g_assert_cmpstr (reply->error->message, ==, "none");
  g_assert_cmpint (reply->retry_after_us, ==, 3 * G_USEC_PER_SEC);
}

static void
test_abort (ProviderFixture *fixture, gconstpointer unused)
{
  static const struct
  {
    guint status;
    const char *json;
    int code; /* -1 = success */
  } cases[] = {
    { 200, "{\"aborted\":true,\"remaining\":0}", -1 },
    { 200, "{\"aborted\":true}", -1 },
    { 404, "{\"error\":{\"code\":\"upload_gone\",\"message\":\"x\"}}", -1 },
    { 200, "{\"aborted\":true,\"remaining\":3}", HOIST_ERROR_UNAVAILABLE },
    { 200, "{\"aborted\":false,\"remaining\":0}", HOIST_ERROR_PROTOCOL },
    { 403, "{\"error\":{\"code\":\"forbidden\",\"message\":\"x\"}}", HOIST_ERROR_FORBIDDEN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean aborted;

      hoist_test_http_server_script_text (fixture->server, cases[i].status, cases[i].json);
      hoist_provider_abort_async (fixture->provider, "u", "k", NULL, provider_fixture_got_cb,
                                  fixture);
      aborted =
        hoist_provider_abort_finish (fixture->provider, provider_fixture_wait (fixture), &error);
      assert_request (fixture, i, "POST", "/api/v1/abort", "{\"uploadId\":\"u\",\"key\":\"k\"}");
      g_assert_true (aborted == (cases[i].code < 0));
      if (cases[i].code < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, HOIST_ERROR, cases[i].code);
    }
}

static void
test_abort_a_single_put (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  hoist_provider_abort_async (fixture->provider, NULL, "k", NULL, provider_fixture_got_cb, fixture);
  g_assert_true (
    hoist_provider_abort_finish (fixture->provider, provider_fixture_wait (fixture), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 0);
}

/* A backend of the first hour: everything at once. */
static void
test_unfinished (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (HoistUnfinishedPage) page = NULL;
  g_autoptr (GError) error = NULL;
  HoistUnfinished *upload;

  answer (fixture, "{\"uploads\":[{\"uploadId\":\"u\",\"key\":\"k\",\"initiated\":"
                   "\"2025-03-01T12:00:00Z\"}]}");
  hoist_provider_unfinished_async (fixture->provider, NULL, FALSE, NULL, provider_fixture_got_cb,
                                   fixture);
  page =
    hoist_provider_unfinished_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  assert_request (fixture, 0, "GET", "/api/v1/uploads?limit=1000", NULL);
  g_assert_cmpuint (page->uploads->len, ==, 1);
  g_assert_null (page->next);
  upload = page->uploads->pdata[0];
  g_assert_cmpstr (upload->upload_id, ==, "u");
  g_assert_cmpstr (upload->key, ==, "k");
  g_assert_cmpint (upload->initiated_us, ==, G_GINT64_CONSTANT (1740830400) * G_USEC_PER_SEC);
  g_assert_false (upload->has_size);
  g_assert_null (upload->path);
  g_assert_cmpstr (hoist_unfinished_get_name (upload), ==, "k");
}

static void
test_unfinished_page (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (HoistUnfinishedPage) page = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now_us = g_get_real_time ();
  HoistUnfinished *upload;

  /* The backend's clock is years behind: it is an hour and a minute that count. */
  answer (fixture, "{\"now\":\"2001-01-01T13:00:00Z\",\"next\":\"b+/\",\"uploads\":[{"
                   "\"uploadId\":\"u\",\"key\":\"p/b/a\",\"initiated\":\"2001-01-01T12:00:00Z\","
                   "\"path\":\"b/a\",\"fileName\":\"a\",\"checksum\":\"sha256\",\"size\":17,"
                   "\"partCount\":2,\"partSize\":16,\"modified\":\"2001-01-01T12:59:00Z\"}]}");
  hoist_provider_unfinished_async (fixture->provider, "a+&", TRUE, NULL, provider_fixture_got_cb,
                                   fixture);
  page =
    hoist_provider_unfinished_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  assert_request (fixture, 0, "GET", "/api/v1/uploads?details=true&after=a%2B%26", NULL);
  g_assert_cmpstr (page->next, ==, "b+/");
  upload = page->uploads->pdata[0];
  g_assert_cmpstr (hoist_unfinished_get_name (upload), ==, "b/a");
  g_assert_cmpstr (upload->file_name, ==, "a");
  g_assert_true (upload->with_sha256);
  g_assert_true (upload->has_size);
  g_assert_cmpuint (upload->size_bytes, ==, 17);
  g_assert_cmpuint (upload->n_parts, ==, 2);
  g_assert_cmpuint (upload->part_bytes, ==, 16);
  g_assert_cmpint (upload->modified_us - upload->initiated_us, ==,
                   G_GINT64_CONSTANT (59) * 60 * G_USEC_PER_SEC);
  g_assert_cmpint (upload->modified_us, >=, now_us - G_GINT64_CONSTANT (61) * G_USEC_PER_SEC);
  g_assert_cmpint (upload->modified_us, <=,
                   g_get_real_time () - G_GINT64_CONSTANT (60) * G_USEC_PER_SEC);
}

static void
test_share (ProviderFixture *fixture, gconstpointer unused)
{
  g_autoptr (HoistShare) share = NULL;
  g_autoptr (HoistShare) timeless = NULL;
  g_autoptr (GError) error = NULL;

  answer (fixture, "{\"url\":\"https://s3/k?sig\",\"expiresAt\":\"2025-03-01T12:00:00Z\"}");
  hoist_provider_share_async (fixture->provider, "k", 86400, NULL, provider_fixture_got_cb,
                              fixture);
  share = hoist_provider_share_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  assert_request (fixture, 0, "POST", "/api/v1/share", "{\"key\":\"k\",\"expiresIn\":86400}");
  g_assert_cmpstr (share->url, ==, "https://s3/k?sig");
  g_assert_true (share->is_signed);
  g_assert_cmpint (share->expires_us, ==, G_GINT64_CONSTANT (1740830400) * G_USEC_PER_SEC);
  answer (fixture, "{\"url\":\"https://s3/k?sig\"}");
  hoist_provider_share_async (fixture->provider, "k", 1, NULL, provider_fixture_got_cb, fixture);
  timeless =
    hoist_provider_share_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_cmpint (timeless->expires_us, ==, 0);
}

/* Calls that may be repeated use the connection that is there. */
static void
test_keeps_the_connection (ProviderFixture *fixture, gconstpointer unused)
{
  for (guint i = 0; i < 5; i++)
    {
      answer (fixture, "{\"aborted\":true}");
      hoist_provider_abort_async (fixture->provider, "u", "k", NULL, provider_fixture_got_cb,
                                  fixture);
      g_assert_true (
        hoist_provider_abort_finish (fixture->provider, provider_fixture_wait (fixture), NULL));
    }
  g_assert_cmpuint (hoist_test_http_server_count_connections (fixture->server), ==, 1);
}

/* libsoup repeats a GET on a new connection when the old one turns out to be
 * dead; a POST it does not, so that this is told. */
static void
test_dead_connection (ProviderFixture *fixture, gconstpointer unused)
{
  const HoistTestReply dead = { .status = 0, .read_bytes = -1 };
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (GError) error = NULL;

  answer (fixture, "{\"parts\":[]}");
  hoist_provider_list_async (fixture->provider, "u", "k", NULL, provider_fixture_got_cb, fixture);
  parts = hoist_provider_list_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);

  hoist_test_http_server_script (fixture->server, &dead);
  answer (fixture, "{\"parts\":[]}");
  g_clear_pointer (&parts, g_ptr_array_unref);
  hoist_provider_list_async (fixture->provider, "u", "k", NULL, provider_fixture_got_cb, fixture);
  parts = hoist_provider_list_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 3);

  hoist_test_http_server_script (fixture->server, &dead);
  hoist_provider_abort_async (fixture->provider, "u", "k", NULL, provider_fixture_got_cb, fixture);
  g_assert_false (
    hoist_provider_abort_finish (fixture->provider, provider_fixture_wait (fixture), &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_NETWORK);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 4);
  assert_request (fixture, 3, "POST", "/api/v1/abort", "{\"uploadId\":\"u\",\"key\":\"k\"}");
}

static void
test_cancel (ProviderFixture *fixture, gconstpointer unused)
{
  const HoistTestReply hanging = { .read_bytes = -1, .hang = TRUE };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (HoistCapabilities) capabilities = NULL;
  g_autoptr (GError) error = NULL;

  hoist_test_http_server_script (fixture->server, &hanging);
  hoist_provider_probe_async (fixture->provider, cancellable, provider_fixture_got_cb, fixture);
  while (hoist_test_http_server_count_requests (fixture->server) == 0)
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  capabilities =
    hoist_provider_probe_finish (fixture->provider, provider_fixture_wait (fixture), &error);
  g_assert_null (capabilities);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
add (const char *name, void (*test) (ProviderFixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/providers/api/%s", name);

  g_test_add (path, ProviderFixture, NULL, provider_fixture_set_up, test,
              provider_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("probe", test_probe);
  add ("probe-of-a-sparing-backend", test_probe_of_a_sparing_backend);
  add ("begin", test_begin);
  add ("sign", test_sign);
  add ("sign-a-single-put", test_sign_a_single_put);
  add ("list", test_list);
  add ("complete", test_complete);
  add ("complete-sparing", test_complete_sparing);
  add ("stat", test_stat);
  add ("abort", test_abort);
  add ("abort-a-single-put", test_abort_a_single_put);
  add ("unfinished", test_unfinished);
  add ("unfinished-page", test_unfinished_page);
  add ("share", test_share);
  add ("keeps-the-connection", test_keeps_the_connection);
  add ("dead-connection", test_dead_connection);
  add ("cancel", test_cancel);
  return g_test_run ();
}
