/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the backend makes of a storage that fails, loses answers or differs from AWS. */

#include <string.h>

#include "backend-fixture.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define FAULT(code) XML "<Error><Code>" code "</Code><Message>secret detail</Message></Error>"
#define CREATED                                                                                    \
  XML "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>t/a</Key><UploadId>U</UploadId>"      \
      "</InitiateMultipartUploadResult>"
#define COMPLETED(etag)                                                                            \
  XML "<CompleteMultipartUploadResult><Location>l</Location><Bucket>b</Bucket><Key>t/a</Key>"      \
      "<ETag>" etag "</ETag></CompleteMultipartUploadResult>"
#define PART(number)                                                                               \
  "<Part><PartNumber>" #number "</PartNumber><ETag>&quot;" MD5 "&quot;</ETag><Size>5</Size></"     \
  "Part>"
#define PARTS(truncated, marker, parts)                                                            \
  XML "<ListPartsResult><Bucket>b</Bucket><Key>t/a</Key><UploadId>U</UploadId>"                    \
      "<NextPartNumberMarker>" marker "</NextPartNumberMarker><MaxParts>1000</MaxParts>"           \
      "<IsTruncated>" truncated "</IsTruncated>" parts "</ListPartsResult>"
#define UPLOADS(more)                                                                              \
  XML "<ListMultipartUploadsResult><Bucket>b</Bucket>" more "</ListMultipartUploadsResult>"
#define UPLOAD                                                                                     \
  "<IsTruncated>false</IsTruncated><Upload><Key>t/b</Key><UploadId>U</UploadId>"                   \
  "<ChecksumAlgorithm>SHA256</ChecksumAlgorithm>"                                                  \
  "<Initiated>2025-03-01T12:00:00.000Z</Initiated></Upload>"
#define MD5 "5d41402abc4b2a76b9719d911017c592"
/* hex (MD5 (two of them, raw)) */
#define ETAG_2 "\"616b22817b80eed9f65c3aa38cd29054-2\""

/* The storage's part: one request that must come, and what it is answered. */
typedef struct
{
  const char *method;
  const char *query; /* a part of it */
  guint status;      /* 0: the connection is closed instead; 1: never answered */
  const char *body;  /* (nullable) */
  const char *etag;  /* (nullable) header */
} Step;

typedef struct
{
  BackendFixture *fixture;
  SoupServer *storage;
  const Step *steps;
  guint n_done;
} Stage;

static void
answer (SoupServerMessage *message, const Step *step)
{
  if (step->status == 0)
    {
      g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

      g_io_stream_close (stream, NULL, NULL);
      return;
    }
  if (step->status == 1)
    {
      soup_server_message_pause (message);
      return;
    }
  soup_server_message_set_status (message, step->status, NULL);
  if (step->etag != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "ETag",
                                  step->etag);
  if (step->status == 200 && strcmp (step->method, "HEAD") == 0)
    soup_message_headers_set_content_length (soup_server_message_get_response_headers (message),
                                             10);
  if (step->body != NULL)
    soup_server_message_set_response (message, "application/xml", SOUP_MEMORY_COPY, step->body,
                                      strlen (step->body));
}

static void
storage_cb (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  Stage *stage = user_data;
  const Step *step = &stage->steps[stage->n_done];
  const char *text = g_uri_get_query (soup_server_message_get_uri (message));
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  g_test_message ("storage: %s %s", soup_server_message_get_method (message), text ? text : "");
  g_assert_nonnull (step->method);
  g_assert_cmpstr (soup_server_message_get_method (message), ==, step->method);
  g_assert_nonnull (strstr (text ? text : "", step->query));
  g_assert_nonnull (soup_message_headers_get_one (headers, "Authorization"));
  g_assert_null (strstr (soup_message_headers_get_one (headers, "Authorization"), "hst_"));
  stage->n_done++;
  answer (message, step);
}

static void
write_keys (BackendFixture *fixture)
{
  fixture->config->credentials_file = g_build_filename (fixture->dir, "keys", NULL);
  g_assert_true (g_file_set_contents_full (fixture->config->credentials_file,
                                           "aws_access_key_id=AK\n"
                                           "aws_secret_access_key=very-secret\n",
                                           -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static Stage *
stage_new (HoistDigestKind checksum)
{
  Stage *stage = g_new0 (Stage, 1);
  HoistBackendConfig *config;
  GSList *uris;

  stage->storage = soup_server_new ("raw-paths", TRUE, NULL);
  soup_server_add_handler (stage->storage, NULL, storage_cb, stage, NULL);
  g_assert_true (soup_server_listen_local (stage->storage, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (stage->storage);
  stage->fixture = backend_fixture_new ();
  config = stage->fixture->config;
  config->endpoint = g_uri_to_string (uris->data);
  config->region = g_strdup ("r");
  config->bucket = g_strdup ("b");
  config->path_style = TRUE;
  config->checksum = checksum;
  config->timeout_s = 1;
  write_keys (stage->fixture);
  backend_fixture_start (stage->fixture);
  stage->fixture->token = backend_fixture_add_token (stage->fixture, "t", "t");
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return stage;
}

static void
stage_free (Stage *stage)
{
  backend_fixture_free (stage->fixture);
  soup_server_disconnect (stage->storage);
  g_object_unref (stage->storage);
  g_free (stage);
}

typedef struct
{
  const char *name;
  const char *path;
  const char *body; /* null: GET */
  guint status;
  const char *code;  /* null: 200 */
  const char *where; /* (nullable) part of the answer */
  Step steps[8];
} Case;

#define INITIATE                                                                                   \
  "/initiate", "{\"fileName\":\"a\",\"path\":\"a\",\"size\":10000000,\"multipart\":true,"          \
               "\"partSize\":5242880,\"totalChunks\":2}"
#define COMPLETE                                                                                   \
  "/complete", "{\"uploadId\":\"U\",\"key\":\"t/a\",\"parts\":["                                   \
               "{\"partNumber\":1,\"etag\":\"" MD5 "\"},"                                          \
               "{\"partNumber\":2,\"etag\":\"\\\"" MD5 "\\\"\"}]}"
#define STATUS "/status?uploadId=U&key=t/a", NULL
#define STAT "/stat", "{\"key\":\"t/a\",\"versionId\":\"v 1\"}"
#define ABORT "/abort", "{\"uploadId\":\"U\",\"key\":\"t/a\"}"
#define PLAIN                                                                                      \
  "/complete",                                                                                     \
    "{\"uploadId\":null,\"key\":\"t/a\",\"parts\":[{\"partNumber\":1,\"etag\":\"" MD5 "\"}]}"

static const Case cases[] = {
  { "initiate",
    INITIATE,
    200,
    NULL,
    "\"uploadId\":\"U\"",
    { { "POST", "uploads", 200, CREATED } } },
  { "initiate-busy-then-well",
    INITIATE,
    200,
    NULL,
    "\"uploadId\":\"U\"",
    { { "POST", "uploads", 503, FAULT ("SlowDown") },
      { "POST", "uploads", 500, NULL },
      { "POST", "uploads", 200, CREATED } } },
  { "initiate-busy",
    INITIATE,
    429,
    "throttled",
    "503 SlowDown",
    { { "POST", "uploads", 503, FAULT ("SlowDown") },
      { "POST", "uploads", 503, FAULT ("SlowDown") },
      { "POST", "uploads", 503, FAULT ("SlowDown") },
      { "POST", "uploads", 503, FAULT ("SlowDown") } } },
  { "initiate-cut",
    INITIATE,
    200,
    NULL,
    "\"uploadId\":\"U\"",
    { { "POST", "uploads", 0, NULL }, { "POST", "uploads", 200, CREATED } } },
  { "initiate-no-answer",
    INITIATE,
    504,
    "storage_timeout",
    "within 1 seconds",
    { { "POST", "uploads", 1, NULL } } },
  { "initiate-wrong-keys",
    INITIATE,
    502,
    "storage_error",
    "refuses the backend's keys (403 InvalidAccessKeyId)",
    { { "POST", "uploads", 403, FAULT ("InvalidAccessKeyId") } } },
  { "initiate-skew",
    INITIATE,
    403,
    "clock_skew",
    NULL,
    { { "POST", "uploads", 403, FAULT ("RequestTimeTooSkewed") } } },
  { "initiate-wrong-region",
    INITIATE,
    502,
    "storage_error",
    "endpoint or region is wrong",
    { { "POST", "uploads", 301, FAULT ("PermanentRedirect") } } },
  { "initiate-no-bucket",
    INITIATE,
    502,
    "storage_error",
    "404 NoSuchBucket",
    { { "POST", "uploads", 404, FAULT ("NoSuchBucket") } } },
  { "initiate-html",
    INITIATE,
    502,
    "storage_error",
    NULL,
    { { "POST", "uploads", 200, "<html><body>Welcome</body></html>" } } },
  { "initiate-empty", INITIATE, 502, "storage_error", NULL, { { "POST", "uploads", 200, "" } } },
  { "complete",
    COMPLETE,
    200,
    NULL,
    "\"size\":10",
    { { "POST", "uploadId=U", 200, COMPLETED ("&quot;x-2&quot;") },
      { "HEAD", "", 200, NULL, "\"x-2\"" } } },
  { "complete-empty-etag",
    COMPLETE,
    200,
    NULL,
    "\"etag\":\"y-2\"",
    { { "POST", "uploadId=U", 200, COMPLETED ("") }, { "HEAD", "", 200, NULL, "\"y-2\"" } } },
  { "complete-etag-only-there",
    COMPLETE,
    200,
    NULL,
    "\"etag\":\"z-2\"",
    { { "POST", "uploadId=U", 200, COMPLETED ("&quot;z-2&quot;") }, { "HEAD", "", 200 } } },
  { "complete-error-inside",
    COMPLETE,
    200,
    NULL,
    "\"etag\":\"x-2\"",
    { { "POST", "uploadId=U", 200,
        XML "          "
            "<Error><Code>InternalError</Code></Error>" },
      { "POST", "uploadId=U", 200, COMPLETED ("x-2") },
      { "HEAD", "", 200, NULL, "\"x-2\"" } } },
  { "complete-incomplete-inside",
    COMPLETE,
    409,
    "incomplete",
    "InvalidPart",
    { { "POST", "uploadId=U", 200, FAULT ("InvalidPart") } } },
  { "complete-incomplete",
    COMPLETE,
    409,
    "incomplete",
    NULL,
    { { "POST", "uploadId=U", 400, FAULT ("InvalidPartOrder") } } },
  { "complete-too-small",
    COMPLETE,
    400,
    "bad_request",
    "EntityTooSmall",
    { { "POST", "uploadId=U", 400, FAULT ("EntityTooSmall") } } },
  { "complete-damaged",
    COMPLETE,
    409,
    "checksum_mismatch",
    NULL,
    { { "POST", "uploadId=U", 400, FAULT ("XAmzContentChecksumMismatch") } } },
  { "complete-again",
    COMPLETE,
    200,
    NULL,
    "\"size\":10",
    { { "POST", "uploadId=U", 404, FAULT ("NoSuchUpload") }, { "HEAD", "", 200, NULL, ETAG_2 } } },
  { "complete-again-no-such-key",
    COMPLETE,
    200,
    NULL,
    "\"size\":10",
    { { "POST", "uploadId=U", 404, FAULT ("NoSuchKey") }, { "HEAD", "", 200, NULL, ETAG_2 } } },
  { "complete-again-encrypted",
    COMPLETE,
    200,
    NULL,
    "\"size\":10",
    { { "POST", "uploadId=U", 404, FAULT ("NoSuchUpload") },
      { "HEAD", "", 200, NULL, "\"opaque-2\"" } } },
  { "complete-other-object",
    COMPLETE,
    404,
    "upload_gone",
    "another one",
    { { "POST", "uploadId=U", 404, FAULT ("NoSuchUpload") },
      { "HEAD", "", 200, NULL, "\"" MD5 "-2\"" } } },
  { "complete-other-count",
    COMPLETE,
    404,
    "upload_gone",
    "another one",
    { { "POST", "uploadId=U", 404, FAULT ("NoSuchUpload") },
      { "HEAD", "", 200, NULL, "\"opaque-3\"" } } },
  { "complete-gone",
    COMPLETE,
    404,
    "upload_gone",
    NULL,
    { { "POST", "uploadId=U", 404, FAULT ("NoSuchUpload") }, { "HEAD", "", 404 } } },
  { "complete-dead-id-is-500",
    COMPLETE,
    200,
    NULL,
    "\"size\":10",
    { { "POST", "uploadId=U", 500, FAULT ("InternalError") },
      { "POST", "uploadId=U", 500, FAULT ("InternalError") },
      { "POST", "uploadId=U", 500, FAULT ("InternalError") },
      { "POST", "uploadId=U", 500, FAULT ("InternalError") },
      { "GET", "uploadId=U", 404, FAULT ("NoSuchKey") },
      { "HEAD", "", 200, NULL, ETAG_2 } } },
  { "complete-broken",
    COMPLETE,
    503,
    "unavailable",
    NULL,
    { { "POST", "uploadId=U", 500, FAULT ("InternalError") },
      { "POST", "uploadId=U", 500, FAULT ("InternalError") },
      { "POST", "uploadId=U", 500, FAULT ("InternalError") },
      { "POST", "uploadId=U", 500, FAULT ("InternalError") },
      { "GET", "uploadId=U", 200, PARTS ("false", "2", PART (1) PART (2)) } } },
  { "complete-vanished",
    COMPLETE,
    502,
    "storage_error",
    "does not show the object",
    { { "POST", "uploadId=U", 200, COMPLETED ("x-2") }, { "HEAD", "", 404 } } },
  { "plain", PLAIN, 200, NULL, "\"size\":10", { { "HEAD", "", 200, NULL, "\"" MD5 "\"" } } },
  { "plain-other", PLAIN, 409, "checksum_mismatch", NULL, { { "HEAD", "", 200, NULL, "\"x\"" } } },
  { "plain-gone", PLAIN, 404, "upload_gone", NULL, { { "HEAD", "", 404 } } },
  { "stat", STAT, 200, NULL, "\"size\":10", { { "HEAD", "versionId=v%201", 200, NULL, "\"x\"" } } },
  { "stat-sparing", STAT, 200, NULL, "\"etag\":\"\"", { { "HEAD", "versionId", 200 } } },
  { "stat-gone", STAT, 404, "upload_gone", NULL, { { "HEAD", "versionId", 404 } } },
  { "stat-no-right-to-versions",
    STAT,
    200,
    NULL,
    "\"size\":10",
    { { "HEAD", "versionId", 403 }, { "HEAD", "", 200, NULL, "\"x\"" } } },
  { "stat-refused",
    STAT,
    502,
    "storage_error",
    "keys",
    { { "HEAD", "versionId", 403 }, { "HEAD", "", 403 } } },
  { "stat-busy-then-well",
    STAT,
    200,
    NULL,
    "\"serverTime\":\"2",
    { { "HEAD", "versionId", 503 }, { "HEAD", "versionId", 200 } } },
  { "status",
    STATUS,
    200,
    NULL,
    "\"uploadedChunks\":[1,2]",
    { { "GET", "uploadId=U", 200, PARTS ("true", "1", PART (1)) },
      { "GET", "part-number-marker=1", 200, PARTS ("false", "2", PART (2)) } } },
  { "status-out-of-order",
    STATUS,
    200,
    NULL,
    "\"uploadedChunks\":[1,2,3]",
    { { "GET", "uploadId=U", 200, PARTS ("false", "0", PART (3) PART (1) PART (2)) } } },
  { "status-none",
    STATUS,
    200,
    NULL,
    "\"uploadedChunks\":[]",
    { { "GET", "uploadId=U", 200, PARTS ("false", "0", "") } } },
  { "status-gone",
    STATUS,
    404,
    "upload_gone",
    NULL,
    { { "GET", "uploadId=U", 404, FAULT ("NoSuchKey") } } },
  { "status-endless",
    STATUS,
    502,
    "storage_error",
    "not forward",
    { { "GET", "uploadId=U", 200, PARTS ("true", "0", PART (1)) } } },
  { "status-half",
    STATUS,
    502,
    "storage_error",
    NULL,
    { { "GET", "uploadId=U", 200, XML "<ListPartsResult><Part><PartNumber>1" } } },
  { "abort",
    ABORT,
    200,
    NULL,
    "\"remaining\":0",
    { { "DELETE", "uploadId=U", 204 }, { "GET", "uploadId=U", 404, FAULT ("NoSuchUpload") } } },
  { "abort-in-flight",
    ABORT,
    200,
    NULL,
    "\"remaining\":2",
    { { "DELETE", "uploadId=U", 204 },
      { "GET", "uploadId=U", 200, PARTS ("false", "2", PART (1) PART (2)) } } },
  { "abort-gone",
    ABORT,
    200,
    NULL,
    "\"remaining\":0",
    { { "DELETE", "uploadId=U", 404, FAULT ("NoSuchUpload") } } },
  { "uploads",
    "/uploads",
    NULL,
    200,
    NULL,
    "\"uploads\":[{\"uploadId\":\"2\",\"key\":\"t/b\","
    "\"initiated\":\"2025-03-01T12:00:00Z\",\"path\":\"b\",\"fileName\":\"b\"}]",
    { { "GET", "prefix=t%2F", 200,
        XML "<ListMultipartUploadsResult><Bucket>b</Bucket><IsTruncated>false</IsTruncated>"
            "<Upload><Key>other/a</Key><UploadId>1</UploadId>"
            "<Initiated>2025-03-01T12:00:00.000Z</Initiated></Upload>"
            "<Upload><Key>t/b</Key><UploadId>2</UploadId>"
            "<Initiated>2025-03-01T12:00:00.000Z</Initiated></Upload>"
            "</ListMultipartUploadsResult>" } } },
  { "uploads-endless",
    "/uploads",
    NULL,
    502,
    "storage_error",
    "does not say from where",
    { { "GET", "prefix=t%2F", 200, UPLOADS ("<IsTruncated>true</IsTruncated>") } } },
  { "uploads-in-circles",
    "/uploads?after=dC9h.MQ==",
    NULL,
    502,
    "storage_error",
    "does not end",
    { { "GET", "key-marker=t%2Fa", 200,
        UPLOADS ("<IsTruncated>true</IsTruncated><NextKeyMarker>t/a</NextKeyMarker>"
                 "<NextUploadIdMarker>1</NextUploadIdMarker>") } } },
  { "uploads-next",
    "/uploads?after=dC9h.MQ==&limit=7",
    NULL,
    200,
    NULL,
    "\"next\":\"dC9i.Mg==\"",
    { { "GET", "max-uploads=7", 200,
        UPLOADS ("<IsTruncated>true</IsTruncated><NextKeyMarker>t/b</NextKeyMarker>"
                 "<NextUploadIdMarker>2</NextUploadIdMarker>") } } },
  { "uploads-half",
    "/uploads",
    NULL,
    502,
    "storage_error",
    NULL,
    { { "GET", "prefix=t%2F", 200, XML "<ListMultipartUploadsResult><Upload><Key>t" } } },
  { "uploads-finished-meanwhile",
    "/uploads?details=true",
    NULL,
    200,
    NULL,
    "\"uploads\":[]}",
    { { "GET", "max-uploads=100", 200, UPLOADS (UPLOAD) },
      { "GET", "uploadId=U", 404, FAULT ("NoSuchUpload") } } },
  /* Its size is not known then. */
  { "uploads-without-parts",
    "/uploads?details=true",
    NULL,
    200,
    NULL,
    "\"uploads\":[{\"uploadId\":\"U\",\"key\":\"t/b\",\"initiated\":\"2025-03-01T12:00:00Z\","
    "\"path\":\"b\",\"fileName\":\"b\",\"checksum\":\"sha256\"}]}",
    { { "GET", "max-uploads=100", 200, UPLOADS (UPLOAD) },
      { "GET", "uploadId=U", 403, FAULT ("AccessDenied") } } },
  { "status-checksums",
    STATUS,
    200,
    NULL,
    "\"size\":5,\"checksumSha256\":\"Zm9v\"}",
    { { "GET", "uploadId=U", 200,
        PARTS ("false",
               "1",
               "<Part><PartNumber>1</PartNumber><ETag>e</ETag><Size>5</Size>"
               "<ChecksumSHA256>Zm9v</ChecksumSHA256></Part>") } } },
};

static void
test_case (gconstpointer data)
{
  const Case *one = data;
  Stage *stage = stage_new (HOIST_DIGEST_MD5);
  g_autoptr (BackendReply) reply = NULL;
  const char *text;

  stage->steps = one->steps;
  reply = one->body ? backend_fixture_post (stage->fixture, one->path, one->body)
                    : backend_fixture_get (stage->fixture, one->path);
  text = g_bytes_get_data (reply->body, NULL);
  if (one->code == NULL)
    backend_assert_ok (reply);
  else
    backend_assert_error (reply, one->status, one->code);
  if (one->where != NULL)
    g_assert_nonnull (g_strstr_len (text, (gssize) g_bytes_get_size (reply->body), one->where));
  g_assert_null (g_strstr_len (text, (gssize) g_bytes_get_size (reply->body), "secret"));
  /* Everything that was to be asked was asked, and nothing besides. */
  g_assert_null (one->steps[stage->n_done].method);
  stage_free (stage);
}

/* One that is refused does not stop the others. */
static void
test_batch (void)
{
  static const Step steps[] = { { "POST", "uploads", 200, CREATED },
                                { "POST", "uploads", 403, FAULT ("AccessDenied") },
                                { NULL } };
  Stage *stage = stage_new (HOIST_DIGEST_NONE);
  g_autoptr (BackendReply) reply = NULL;
  JsonArray *files;
  guint n_begun = 0;

  stage->steps = steps;
  reply = backend_fixture_post (
    stage->fixture, "/initiate",
    "{\"files\":["
    "{\"fileName\":\"a\",\"path\":\"a\",\"size\":10000000,\"multipart\":true,"
    "\"partSize\":5242880,\"totalChunks\":2},"
    "{\"fileName\":\"b\",\"path\":\"../b\",\"size\":0,\"multipart\":false,\"partSize\":0,"
    "\"totalChunks\":1},"
    "{\"fileName\":\"c\",\"path\":\"c\",\"size\":10000000,\"multipart\":true,"
    "\"partSize\":5242880,\"totalChunks\":2},"
    "{\"fileName\":\"d\",\"path\":\"d\",\"size\":0,\"multipart\":false,\"partSize\":0,"
    "\"totalChunks\":1}]}");
  backend_assert_ok (reply);
  files = json_object_get_array_member (backend_reply_object (reply), "files");
  g_assert_cmpuint (json_array_get_length (files), ==, 4);
  n_begun += json_object_has_member (json_array_get_object_element (files, 0), "uploadId");
  n_begun += json_object_has_member (json_array_get_object_element (files, 2), "uploadId");
  g_assert_cmpuint (n_begun, ==, 1);
  g_assert_true (json_object_has_member (json_array_get_object_element (files, 1), "error"));
  g_assert_true (json_object_has_member (json_array_get_object_element (files, 3), "urls"));
  stage_free (stage);
}

/* Signing and sharing never ask the storage. */
static void
test_local (void)
{
  static const Step steps[] = { { NULL } };
  Stage *stage = stage_new (HOIST_DIGEST_NONE);
  g_autoptr (BackendReply) sign = NULL;
  g_autoptr (BackendReply) share = NULL;

  stage->steps = steps;
  sign = backend_fixture_post (stage->fixture, "/sign",
                               "{\"uploadId\":\"U\",\"key\":\"t/a\","
                               "\"parts\":[{\"partNumber\":1},{\"partNumber\":10000}]}");
  backend_assert_ok (sign);
  share = backend_fixture_post (stage->fixture, "/share", "{\"key\":\"t/a\",\"expiresIn\":60}");
  backend_assert_ok (share);
  g_assert_cmpuint (stage->n_done, ==, 0);
  stage_free (stage);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *ended = user_data;
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);

  *ended = TRUE;
}

/* A stop does not wait for the storage beyond its bound, and what then ends is thrown away. */
static void
test_stop (void)
{
  static const Step steps[] = { { "GET", "uploadId=U", 1, NULL }, { NULL } };
  Stage *stage = stage_new (HOIST_DIGEST_NONE);
  g_autoptr (SoupMessage) message = NULL;
  gboolean ended = FALSE;

  stage->steps = steps;
  stage->fixture->config->stop_timeout_s = 0;
  message = backend_fixture_message (stage->fixture, "GET", "/status?uploadId=U&key=t/a",
                                     stage->fixture->token);
  soup_session_send_and_read_async (stage->fixture->session, message, G_PRIORITY_DEFAULT, NULL,
                                    sent_cb, &ended);
  while (stage->n_done == 0)
    g_main_context_iteration (NULL, TRUE);
  backend_fixture_stop (stage->fixture);
  while (!ended)
    g_main_context_iteration (NULL, TRUE);
  stage_free (stage);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/storage-faults/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/storage-faults/batch", test_batch);
  g_test_add_func ("/storage-faults/local", test_local);
  g_test_add_func ("/storage-faults/stop", test_stop);
  return g_test_run ();
}
