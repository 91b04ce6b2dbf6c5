/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The provider `s3` against a storage by script: what it sends, and what it makes of good
 * answers. Bad ones are in test-s3-bad-answers.c. */

#include <string.h>

#include "hoist-s3-options.h"
#include "s3-fixture.h"

static const char *
get_header (S3Fixture *fixture, guint index, const char *name)
{
  return g_hash_table_lookup (hoist_test_http_server_get_request (fixture->server, index)->headers,
                              name);
}

static const char *
get_target (S3Fixture *fixture, guint index)
{
  return hoist_test_http_server_get_request (fixture->server, index)->target;
}

static void
test_probe (S3Fixture *fixture, gconstpointer unused)
{
  g_autoptr (HoistCapabilities) capabilities = NULL;
  g_autoptr (GError) error = NULL;

  /* as Swift 2.30 says it */
  s3_fixture_reply (fixture, 200, "Server: lab\r\n", UPLOADS ("<IsTruncated>true</IsTruncated>"));
  hoist_provider_probe_async (fixture->provider, NULL, s3_fixture_got_cb, fixture);
  capabilities = hoist_provider_probe_finish (fixture->provider, s3_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_true (capabilities->can_list);
  g_assert_true (capabilities->can_stat);
  g_assert_true (capabilities->can_share);
  g_assert_cmpint (capabilities->digest_kind, ==, HOIST_DIGEST_SHA256);
  g_assert_cmpstr (capabilities->server, ==, "lab");
  g_assert_cmpstr (get_target (fixture, 0), ==, "/b?encoding-type=url&max-uploads=1&uploads=");
  g_assert_nonnull (
    strstr (get_header (fixture, 0, "authorization"), "/us-east-1/s3/aws4_request"));
  g_assert_null (strstr (get_header (fixture, 0, "authorization"), S3_SECRET));
  g_assert_cmpstr (get_header (fixture, 0, "x-amz-security-token"), ==, S3_SESSION);
}

/* Keys that may only put are good keys. */
static void
test_probe_without_listing (S3Fixture *fixture, gconstpointer unused)
{
  const char *const codes[] = { "AccessDenied", "NotImplemented", "MethodNotAllowed" };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autofree char *body = g_strdup_printf ("<Error><Code>%s</Code></Error>", codes[i]);
      g_autoptr (HoistCapabilities) capabilities = NULL;
      g_autoptr (GError) error = NULL;

      s3_fixture_reply (fixture, 403, NULL, body);
      hoist_provider_probe_async (fixture->provider, NULL, s3_fixture_got_cb, fixture);
      capabilities =
        hoist_provider_probe_finish (fixture->provider, s3_fixture_wait (fixture), &error);
      g_assert_no_error (error);
      g_assert_false (capabilities->can_list);
    }
}

/* Followed once, remembered for what is signed later, and for the provider that comes next. */
static void
test_other_region (S3Fixture *fixture, gconstpointer unused)
{
  const struct
  {
    guint status;
    const char *headers;
    const char *body;
    const char *region;
  } moves[] = {
    { 301, "x-amz-bucket-region: eu-west-1\r\n", "<Error><Code>PermanentRedirect</Code></Error>",
      "eu-west-1" },
    { 400, NULL,
      "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-south-2</Region></Error>",
      "eu-south-2" },
    { 307, "x-amz-bucket-region: us-west-2\r\nLocation: https://elsewhere.example/\r\n", NULL,
      "us-west-2" },
  };
  const HoistPartRef part = { .part_number = 1 };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      g_autofree char *scope = g_strdup_printf ("/%s/s3/", moves[i].region);
      g_autofree char *escaped = g_strdup_printf ("%%2F%s%%2Fs3%%2F", moves[i].region);
      g_autoptr (HoistCapabilities) capabilities = NULL;
      g_autoptr (GPtrArray) urls = NULL;
      g_autoptr (GError) error = NULL;

      s3_fixture_reply (fixture, moves[i].status, moves[i].headers, moves[i].body);
      s3_fixture_reply (fixture, 200, NULL, UPLOADS (""));
      hoist_provider_probe_async (fixture->provider, NULL, s3_fixture_got_cb, fixture);
      capabilities =
        hoist_provider_probe_finish (fixture->provider, s3_fixture_wait (fixture), &error);
      g_assert_no_error (error);
      n += 2;
      g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, n);
      g_assert_nonnull (strstr (get_header (fixture, n - 1, "authorization"), scope));

      s3_fixture_renew (fixture);
      hoist_provider_sign_async (fixture->provider, "u", "k", HOIST_DIGEST_NONE, &part, 1, NULL,
                                 s3_fixture_got_cb, fixture);
      urls = hoist_provider_sign_finish (fixture->provider, s3_fixture_wait (fixture), &error);
      g_assert_no_error (error);
      g_assert_nonnull (strstr (((HoistSignedUrl *) urls->pdata[0])->url, escaped));
    }
}

/* Not for ever. */
static void
test_regions_without_end (S3Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  s3_fixture_reply (fixture, 301, "x-amz-bucket-region: one\r\n", NULL);
  s3_fixture_reply (fixture, 301, "x-amz-bucket-region: two\r\n", NULL);
  hoist_provider_probe_async (fixture->provider, NULL, s3_fixture_got_cb, fixture);
  g_assert_null (
    hoist_provider_probe_finish (fixture->provider, s3_fixture_wait (fixture), &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 2);
}

/* By the storage's clock, and never by the local one. */
static void
test_clock (S3Fixture *fixture, gconstpointer unused)
{
  const HoistPartRef part = { .part_number = 1 };
  const char *date = "Date: Fri, 24 May 2013 00:00:00 GMT\r\n";
  g_autoptr (HoistCapabilities) capabilities = NULL;
  g_autoptr (GPtrArray) urls = NULL;
  g_autoptr (GError) error = NULL;

  s3_fixture_reply (fixture, 403, date, "<Error><Code>RequestTimeTooSkewed</Code></Error>");
  s3_fixture_reply (fixture, 200, date, UPLOADS (""));
  hoist_provider_probe_async (fixture->provider, NULL, s3_fixture_got_cb, fixture);
  capabilities = hoist_provider_probe_finish (fixture->provider, s3_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (get_header (fixture, 1, "x-amz-date"), "20130524T0"));
  hoist_provider_sign_async (fixture->provider, "u", "k", HOIST_DIGEST_NONE, &part, 1, NULL,
                             s3_fixture_got_cb, fixture);
  urls = hoist_provider_sign_finish (fixture->provider, s3_fixture_wait (fixture), &error);
  g_assert_nonnull (strstr (((HoistSignedUrl *) urls->pdata[0])->url, "X-Amz-Date=20130524T0"));
}

/* A URL that was refused as too old may have been signed by a clock that is wrong by now. */
static void
test_clock_that_was_set (S3Fixture *fixture, gconstpointer unused)
{
  HoistPartRef parts[] = { { .part_number = 1 }, { .part_number = 2 } };
  g_autoptr (GPtrArray) urls = NULL;
  g_autoptr (GPtrArray) fresh = NULL;
  g_autoptr (GError) error = NULL;

  hoist_provider_sign_async (fixture->provider, "u", "k", HOIST_DIGEST_NONE, parts, 2, NULL,
                             s3_fixture_got_cb, fixture);
  urls = hoist_provider_sign_finish (fixture->provider, s3_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_null (strstr (((HoistSignedUrl *) urls->pdata[0])->url, "X-Amz-Date=2013"));
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 0);

  /* Whatever it answers, it tells the time. */
  s3_fixture_reply (fixture, 403, "Date: Fri, 24 May 2013 00:00:00 GMT\r\n",
                    "<Error><Code>AccessDenied</Code></Error>");
  parts[1].wants_fresh_url = TRUE;
  hoist_provider_sign_async (fixture->provider, "u", "k", HOIST_DIGEST_NONE, parts, 2, NULL,
                             s3_fixture_got_cb, fixture);
  fresh = hoist_provider_sign_finish (fixture->provider, s3_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fresh->len, ==, 2);
  for (guint i = 0; i < fresh->len; i++)
    g_assert_nonnull (strstr (((HoistSignedUrl *) fresh->pdata[i])->url, "X-Amz-Date=20130524T0"));
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 1);
}

static HoistBeginReply *
begin_one (S3Fixture *fixture, gboolean multipart, GPtrArray **replies)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_request_free);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (requests, s3_make_begin_request ("d/ä.txt", multipart));
  hoist_provider_begin_async (fixture->provider, requests, NULL, s3_fixture_got_cb, fixture);
  *replies = hoist_provider_begin_finish (fixture->provider, s3_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_cmpuint ((*replies)->len, ==, 1);
  return (*replies)->pdata[0];
}

static void
test_begin (S3Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) replies = NULL;
  HoistBeginReply *reply;

  s3_fixture_reply (fixture, 200, NULL,
                    "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>in/d/ä.txt</Key>"
                    "<UploadId>id 1</UploadId></InitiateMultipartUploadResult>");
  reply = begin_one (fixture, TRUE, &replies);
  g_assert_no_error (reply->error);
  g_assert_cmpstr (reply->upload_id, ==, "id 1");
  g_assert_cmpstr (reply->key, ==, "in/d/ä.txt");
  g_assert_true (g_str_has_suffix (reply->location, "/b/in/d/%C3%A4.txt"));
  g_assert_cmpstr (get_target (fixture, 0), ==, "/b/in/d/%C3%A4.txt?uploads=");
  g_assert_cmpstr (get_header (fixture, 0, "x-amz-storage-class"), ==, "STANDARD_IA");
  g_assert_cmpstr (get_header (fixture, 0, "x-amz-checksum-algorithm"), ==, "SHA256");
  g_assert_cmpstr (get_header (fixture, 0, "content-type"), ==, "text/plain");
}

/* Only signed here: no call, and all that the object is created with is in the URL. */
static void
test_begin_single (S3Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) replies = NULL;
  HoistBeginReply *reply = begin_one (fixture, FALSE, &replies);
  g_autofree char *headers = NULL;

  g_assert_no_error (reply->error);
  g_assert_null (reply->upload_id);
  g_assert_nonnull (reply->url);
  g_assert_nonnull (
    strstr (reply->url->url, "content-type%3Bhost%3Bx-amz-checksum-sha256%3Bx-amz-storage-class"));
  headers = g_strjoinv (" ", reply->url->headers);
  g_assert_nonnull (strstr (headers, "x-amz-storage-class STANDARD_IA"));
  g_assert_cmpint (reply->url->deadline_us, >, g_get_monotonic_time ());
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 0);
}

/* One that fails is told by itself; the others are begun. */
static void
test_begin_many (S3Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_request_free);
  g_autoptr (GPtrArray) replies = NULL;
  g_autoptr (GError) error = NULL;
  guint n_failed = 0;

  for (guint i = 0; i < 30; i++)
    {
      g_ptr_array_add (requests, s3_make_begin_request ("f", TRUE));
      s3_fixture_reply (fixture, i == 3 ? 503 : 200, NULL,
                        i == 3 ? "<Error><Code>SlowDown</Code></Error>"
                               : "<InitiateMultipartUploadResult><UploadId>u</UploadId>"
                                 "</InitiateMultipartUploadResult>");
    }
  g_ptr_array_add (requests, s3_make_begin_request ("../f", TRUE));
  hoist_provider_begin_async (fixture->provider, requests, NULL, s3_fixture_got_cb, fixture);
  replies = hoist_provider_begin_finish (fixture->provider, s3_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (replies->len, ==, 31);
  for (guint i = 0; i < 30; i++)
    {
      HoistBeginReply *reply = replies->pdata[i];

      n_failed += reply->error != NULL;
      g_assert_true ((reply->error != NULL) != (reply->upload_id != NULL));
      if (reply->error != NULL)
        g_assert_error (reply->error, HOIST_ERROR, HOIST_ERROR_THROTTLED);
    }
  g_assert_cmpuint (n_failed, ==, 1);
  g_assert_error (((HoistBeginReply *) replies->pdata[30])->error, HOIST_ERROR,
                  HOIST_ERROR_FILE_UNSUITABLE);
}

static HoistObject *
complete (S3Fixture *fixture, GError **error)
{
  guint8 digest[HOIST_DIGEST_MAX_BYTES] = { 0 };
  const HoistPartRef parts[] = { { 1, "0123456789abcdef0123456789abcdef", digest },
                                 { 2, "0123456789abcdef0123456789abcdef", digest } };

  hoist_provider_complete_async (fixture->provider, "u", "k", HOIST_DIGEST_SHA256, parts, 2, NULL,
                                 s3_fixture_got_cb, fixture);
  return hoist_provider_complete_finish (fixture->provider, s3_fixture_wait (fixture), error);
}

static void
test_complete (S3Fixture *fixture, gconstpointer unused)
{
  g_autoptr (HoistObject) object = NULL;
  g_autoptr (GError) error = NULL;

  s3_fixture_reply (fixture, 200, "x-amz-version-id: v1\r\n",
                    "\n \n<CompleteMultipartUploadResult><Location>somewhere</Location>"
                    "<ETag>&quot;e-2&quot;</ETag></CompleteMultipartUploadResult>");
  object = complete (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (object->key, ==, "k");
  g_assert_cmpstr (object->etag, ==, "e-2");
  g_assert_cmpstr (object->version_id, ==, "v1");
  g_assert_true (g_str_has_suffix (object->location, "/b/k"));
  g_assert_nonnull (
    strstr (hoist_test_http_server_get_request (fixture->server, 0)->body, "<ChecksumSHA256>AAAA"));
}

#define NO_SUCH_UPLOAD "<Error><Code>NoSuchUpload</Code></Error>"
#define NO_SUCH_KEY "<Error><Code>NoSuchKey</Code></Error>"
#define INTERNAL "<Error><Code>InternalError</Code></Error>"

/* The answer got lost, or the upload did: what is there decides. */
static void
test_settled (S3Fixture *fixture, gconstpointer unused)
{
  const struct
  {
    const char *completed; /* what the completion says */
    guint completed_status;
    const char *listed; /* and then the listing; null: it is not asked */
    guint listed_status;
    guint head_status; /* 0: not asked */
    const char *head;
    int code; /* -1: done */
  } cases[] = {
    { NO_SUCH_UPLOAD, 404, NO_SUCH_UPLOAD, 404, 200, NULL, -1 },
    { INTERNAL, 500, NO_SUCH_KEY, 404, 200, NULL, -1 },
    { INTERNAL, 200, NULL, 0, 0, NULL, HOIST_ERROR_UNAVAILABLE },
    { INTERNAL, 500, PARTS (""), 200, 0, NULL, HOIST_ERROR_UNAVAILABLE },
    { NO_SUCH_UPLOAD, 404, NO_SUCH_UPLOAD, 404, 404, "", HOIST_ERROR_UPLOAD_GONE },
    { NO_SUCH_UPLOAD, 200, NO_SUCH_UPLOAD, 404, 200, "ETag: \"x-3\"\r\n", HOIST_ERROR_UPLOAD_GONE },
    { NO_SUCH_UPLOAD, 404, NO_SUCH_UPLOAD, 404, 403, "", HOIST_ERROR_FORBIDDEN },
    { "<Error><Code>InvalidPart</Code></Error>", 400, NULL, 0, 0, NULL, HOIST_ERROR_REJECTED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistObject) object = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("case %u", (guint) i);
      s3_fixture_reply (fixture, cases[i].completed_status, NULL, cases[i].completed);
      if (cases[i].listed != NULL)
        s3_fixture_reply (fixture, cases[i].listed_status, NULL, cases[i].listed);
      if (cases[i].head_status != 0)
        s3_fixture_reply_head (fixture, cases[i].head_status,
                               cases[i].head != NULL ? cases[i].head : s3_made_etag ());
      object = complete (fixture, &error);
      if (cases[i].code >= 0)
        {
          g_assert_error (error, HOIST_ERROR, cases[i].code);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpuint (object->size_bytes, ==, 7);
    }
}

static void
test_abort (S3Fixture *fixture, gconstpointer unused)
{
  const struct
  {
    guint status;
    const char *body;
    const char *listed; /* null: not asked */
    guint listed_status;
    int code; /* -1: nothing is left */
  } cases[] = {
    { 204, "", NO_SUCH_UPLOAD, 404, -1 },
    { 204, "", NO_SUCH_KEY, 404, -1 },
    { 204, "", PARTS (""), 200, -1 },
    { 404, NO_SUCH_UPLOAD, NULL, 0, -1 },
    { 204, "", PARTS ("<Part><PartNumber>1</PartNumber><Size>5</Size></Part>"), 200,
      HOIST_ERROR_UNAVAILABLE },
    { 204, "", INTERNAL, 500, HOIST_ERROR_UNAVAILABLE },
    { 403, "<Error><Code>AccessDenied</Code></Error>", NULL, 0, HOIST_ERROR_FORBIDDEN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      s3_fixture_reply (fixture, cases[i].status, NULL, cases[i].body);
      if (cases[i].listed != NULL)
        s3_fixture_reply (fixture, cases[i].listed_status, NULL, cases[i].listed);
      hoist_provider_abort_async (fixture->provider, "u", "k", NULL, s3_fixture_got_cb, fixture);
      if (hoist_provider_abort_finish (fixture->provider, s3_fixture_wait (fixture), &error))
        g_assert_cmpint (cases[i].code, ==, -1);
      else
        g_assert_error (error, HOIST_ERROR, cases[i].code);
    }
}

static void
test_list_in_pages (S3Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (GError) error = NULL;
  const HoistServerPart *part;

  s3_fixture_reply (fixture, 200, NULL,
                    PARTS ("<IsTruncated>true</IsTruncated>"
                           "<NextPartNumberMarker>2</NextPartNumberMarker>"
                           "<Part><PartNumber>2</PartNumber><Size>5</Size><ETag>f</ETag></Part>"
                           "<Part><PartNumber>1</PartNumber><Size>5</Size><ETag>e</ETag></Part>"));
  s3_fixture_reply (fixture, 200, NULL,
                    PARTS ("<Part><PartNumber>3</PartNumber><Size>5</Size><ETag>g</ETag>"
                           "<ChecksumSHA256>ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
                           "</ChecksumSHA256></Part>"));
  hoist_provider_list_async (fixture->provider, "u", "k", NULL, s3_fixture_got_cb, fixture);
  parts = hoist_provider_list_finish (fixture->provider, s3_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (parts->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      part = parts->pdata[i];
      g_assert_cmpuint (part->part_number, ==, i + 1);
      g_assert_cmpint (part->has_sha256, ==, i == 2);
    }
  g_assert_nonnull (strstr (get_target (fixture, 1), "part-number-marker=2"));
}

static void
test_stat (S3Fixture *fixture, gconstpointer unused)
{
  const HoistStatRef refs[] = { { "k", "v1" }, { "l", NULL } };
  g_autoptr (GPtrArray) replies = NULL;
  g_autoptr (GError) error = NULL;
  guint n_found = 0;

  /* An old version may not be looked at: the current one is shown. */
  s3_fixture_reply_head (fixture, 403, "");
  s3_fixture_reply_head (fixture, 404, "");
  s3_fixture_reply_head (fixture, 200,
                         "Content-Length: 5000000000\r\nETag: \"e\"\r\nx-amz-version-id: v2\r\n"
                         "Last-Modified: Fri, 24 May 2013 00:00:00 GMT\r\n");
  hoist_provider_stat_async (fixture->provider, refs, 1, NULL, s3_fixture_got_cb, fixture);
  replies = hoist_provider_stat_finish (fixture->provider, s3_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_error (((HoistStatReply *) replies->pdata[0])->error, HOIST_ERROR,
                  HOIST_ERROR_UPLOAD_GONE);
  g_clear_pointer (&replies, g_ptr_array_unref);
  hoist_provider_stat_async (fixture->provider, refs + 1, 1, NULL, s3_fixture_got_cb, fixture);
  replies = hoist_provider_stat_finish (fixture->provider, s3_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < replies->len; i++)
    {
      const HoistStatReply *reply = replies->pdata[i];

      g_assert_no_error (reply->error);
      g_assert_cmpuint (reply->object->size_bytes, ==, G_GUINT64_CONSTANT (5000000000));
      g_assert_cmpstr (reply->object->version_id, ==, "v2");
      g_assert_cmpint (reply->object->modified_us, ==, 1369353600 * (gint64) G_USEC_PER_SEC);
      n_found++;
    }
  g_assert_cmpuint (n_found, ==, 1);
  g_assert_cmpstr (get_target (fixture, 0), ==, "/b/k?versionId=v1");
  g_assert_cmpstr (get_target (fixture, 1), ==, "/b/k");
}

static void
test_unfinished (S3Fixture *fixture, gconstpointer unused)
{
  g_autoptr (HoistUnfinishedPage) page = NULL;
  g_autoptr (GError) error = NULL;
  const HoistUnfinished *upload;

  s3_fixture_reply (fixture, 200, NULL,
                    UPLOADS ("<IsTruncated>true</IsTruncated><NextKeyMarker>in/z</NextKeyMarker>"
                             "<NextUploadIdMarker>u9</NextUploadIdMarker>"
                             "<Upload><Key>in/d/f</Key><UploadId>u1</UploadId>"
                             "<Initiated>2013-05-24T00:00:00.000Z</Initiated>"
                             "<ChecksumAlgorithm>SHA256</ChecksumAlgorithm></Upload>"
                             "<Upload><Key>elsewhere</Key><UploadId>u2</UploadId></Upload>"
                             "<Upload><Key>in/no-id</Key></Upload>"
                             "<Upload><Key>in/../f</Key><UploadId>u3</UploadId></Upload>"));
  hoist_provider_unfinished_async (fixture->provider, NULL, FALSE, NULL, s3_fixture_got_cb,
                                   fixture);
  page = hoist_provider_unfinished_finish (fixture->provider, s3_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (page->uploads->len, ==, 1);
  upload = page->uploads->pdata[0];
  g_assert_cmpstr (upload->path, ==, "in/d/f");
  g_assert_cmpstr (upload->file_name, ==, "f");
  g_assert_true (upload->with_sha256);
  g_assert_nonnull (page->next);

  s3_fixture_reply (fixture, 200, NULL,
                    UPLOADS ("<Upload><Key>in/a</Key><UploadId>u</UploadId>"
                             "</Upload>"));
  s3_fixture_reply (fixture, 404, NULL, NO_SUCH_UPLOAD);
  hoist_provider_unfinished_async (fixture->provider, page->next, TRUE, NULL, s3_fixture_got_cb,
                                   fixture);
  g_clear_pointer (&page, hoist_unfinished_page_free);
  page = hoist_provider_unfinished_finish (fixture->provider, s3_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (page->uploads->len, ==, 0);
  g_assert_null (page->next);
  g_assert_nonnull (strstr (get_target (fixture, 1), "key-marker=in%2Fz"));
  g_assert_nonnull (strstr (get_target (fixture, 1), "upload-id-marker=u9"));
}

static void
test_share (S3Fixture *fixture, gconstpointer unused)
{
  g_autoptr (HoistShare) share = NULL;
  g_autoptr (GError) error = NULL;
  gint64 before_us = g_get_real_time ();

  /* A week has more microseconds than 32 bits. */
  hoist_provider_share_async (fixture->provider, "k", 604800, NULL, s3_fixture_got_cb, fixture);
  share = hoist_provider_share_finish (fixture->provider, s3_fixture_wait (fixture), &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (share->url, "/b/k?X-Amz-Algorithm="));
  g_assert_nonnull (strstr (share->url, "X-Amz-Expires=604800"));
  g_assert_true (share->is_signed);
  /* The keys of this bucket have a session token. */
  g_assert_true (share->temporary);
  g_assert_cmpint (share->expires_us, >=, before_us + G_GINT64_CONSTANT (604800) * G_USEC_PER_SEC);
  hoist_provider_share_async (fixture->provider, "k", 8 * 86400, NULL, s3_fixture_got_cb, fixture);
  g_assert_null (
    hoist_provider_share_finish (fixture->provider, s3_fixture_wait (fixture), &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
}

static void
test_without_keys (S3Fixture *fixture, gconstpointer unused)
{
  const char *const tokens[] = { NULL, "", "one-line", "a\nb c" };

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      g_autoptr (HoistProviderConfig) config = hoist_provider_config_new ("s3", "https://s3.lab");
      g_autoptr (GError) error = NULL;

      hoist_destination_settings_set (config->settings, HOIST_SETTING_BUCKET, "b");
      config->token = g_strdup (tokens[i]);
      g_assert_null (hoist_provider_new_for_config (config, &error));
      if (tokens[i] == NULL)
        g_assert_error (error, HOIST_ERROR, HOIST_ERROR_AUTH);
      else
        g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
    }
}

#define ADD(name, test)                                                                            \
  g_test_add ("/s3-provider/" name, S3Fixture, NULL, s3_fixture_set_up, test, s3_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("probe", test_probe);
  ADD ("probe-without-listing", test_probe_without_listing);
  ADD ("other-region", test_other_region);
  ADD ("regions-without-end", test_regions_without_end);
  ADD ("clock", test_clock);
  ADD ("clock-that-was-set", test_clock_that_was_set);
  ADD ("begin", test_begin);
  ADD ("begin-single", test_begin_single);
  ADD ("begin-many", test_begin_many);
  ADD ("complete", test_complete);
  ADD ("settled", test_settled);
  ADD ("abort", test_abort);
  ADD ("list-in-pages", test_list_in_pages);
  ADD ("stat", test_stat);
  ADD ("unfinished", test_unfinished);
  ADD ("share", test_share);
  ADD ("without-keys", test_without_keys);
  return g_test_run ();
}
