/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a storage, or something that is none, may answer instead: each makes an error that says
 * what is wrong, in bounded memory, and none holds a secret. */

#include <string.h>

#include "s3-fixture.h"

typedef enum
{
  PROBE,
  BEGIN, /* one multipart file */
  LIST,
  COMPLETE,
  STAT,
  ABORT,
  UNFINISHED,
} Kind;

typedef struct
{
  Kind kind;
  guint status;
  const char *body;
  int code;
  const char *mentions;
} Case;

#define ERROR_OF(code) "<Error><Code>" code "</Code></Error>"
#define PART(number, more) "<Part><PartNumber>" number "</PartNumber>" more "</Part>"
#define BOMB                                                                                       \
  "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">"     \
  "<!ENTITY c \"&b;&b;&b;&b;\">]><ListPartsResult><UploadId>&c;</UploadId></ListPartsResult>"
#define FILE_ENTITY                                                                                \
  "<!DOCTYPE a [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><ListPartsResult>"                      \
  "<UploadId>&a;</UploadId></ListPartsResult>"

static const Case cases[] = {
  /* no S3 at all */
  { PROBE, 200, "", HOIST_ERROR_PROTOCOL, "not what S3 answers" },
  { PROBE, 200, "<html><body>Hello</body></html>", HOIST_ERROR_PROTOCOL, "not what S3 answers" },
  { PROBE, 200, "{\"name\":\"hoist-backend\"}", HOIST_ERROR_PROTOCOL, "not what S3 answers" },
  { PROBE, 200, "<ListMultipartUploadsResult>", HOIST_ERROR_PROTOCOL, "not what S3 answers" },
  { PROBE, 404, "<html>", HOIST_ERROR_PROTOCOL, "no S3 at this address" },
  { PROBE, 404, ERROR_OF ("NoSuchBucket"), HOIST_ERROR_REJECTED, "no bucket “b”" },
  { PROBE, 403, ERROR_OF ("InvalidAccessKeyId"), HOIST_ERROR_AUTH, "InvalidAccessKeyId" },
  { PROBE, 403, ERROR_OF ("SignatureDoesNotMatch"), HOIST_ERROR_AUTH, "SignatureDoesNotMatch" },
  { PROBE, 403,
    "<Error><Code>SignatureDoesNotMatch</Code><Message>s3cret</Message>"
    "<StringToSign>" S3_SESSION "</StringToSign></Error>",
    HOIST_ERROR_AUTH, "403" },
  { PROBE, 403, "<html>Forbidden by the proxy", HOIST_ERROR_FORBIDDEN, "403" },
  { PROBE, 503, ERROR_OF ("SlowDown"), HOIST_ERROR_THROTTLED, "SlowDown" },
  { PROBE, 500, "", HOIST_ERROR_UNAVAILABLE, "500" },
  { PROBE, 301, ERROR_OF ("PermanentRedirect"), HOIST_ERROR_PROTOCOL, "redirects" },

  /* begin: its own error is told of the file */
  { BEGIN, 200, "", HOIST_ERROR_PROTOCOL, "" },
  { BEGIN, 200, "<InitiateMultipartUploadResult/>", HOIST_ERROR_PROTOCOL, "" },
  { BEGIN, 200,
    "<InitiateMultipartUploadResult><UploadId></UploadId></InitiateMultipartUploadResult>",
    HOIST_ERROR_PROTOCOL, "" },
  { BEGIN, 200, ERROR_OF ("InternalError"), HOIST_ERROR_UNAVAILABLE, "InternalError" },
  { BEGIN, 400, ERROR_OF ("InvalidStorageClass"), HOIST_ERROR_REJECTED, "InvalidStorageClass" },

  /* parts */
  { LIST, 200, "", HOIST_ERROR_PROTOCOL, "" },
  { LIST, 200, "<ListPartsResult><Part>", HOIST_ERROR_PROTOCOL, "" },
  { LIST, 200, BOMB, HOIST_ERROR_PROTOCOL, "" },
  { LIST, 200, FILE_ENTITY, HOIST_ERROR_PROTOCOL, "" },
  { LIST, 200, PARTS (PART ("0", "<Size>1</Size>")), HOIST_ERROR_PROTOCOL, "" },
  { LIST, 200, PARTS (PART ("-1", "<Size>1</Size>")), HOIST_ERROR_PROTOCOL, "" },
  { LIST, 200, PARTS (PART ("10001", "<Size>1</Size>")), HOIST_ERROR_PROTOCOL, "" },
  { LIST, 200, PARTS (PART ("one", "<Size>1</Size>")), HOIST_ERROR_PROTOCOL, "" },
  { LIST, 200, PARTS (PART ("1", "<Size>-1</Size>")), HOIST_ERROR_PROTOCOL, "" },
  { LIST, 200, PARTS (PART ("1", "<Size>99999999999999999999</Size>")), HOIST_ERROR_PROTOCOL, "" },
  { LIST, 200, PARTS (PART ("1", "<Size>1</Size>") PART ("1", "<Size>1</Size>")),
    HOIST_ERROR_PROTOCOL, "no sense" },
  { LIST, 200, PARTS ("<IsTruncated>true</IsTruncated>"), HOIST_ERROR_PROTOCOL, "" },
  { LIST, 404, ERROR_OF ("NoSuchUpload"), HOIST_ERROR_UPLOAD_GONE, "" },
  { LIST, 404, ERROR_OF ("NoSuchKey"), HOIST_ERROR_UPLOAD_GONE, "" },

  /* complete */
  { COMPLETE, 200, "", HOIST_ERROR_PROTOCOL, "" },
  { COMPLETE, 200, "   \n ", HOIST_ERROR_PROTOCOL, "" },
  { COMPLETE, 200, " \n\n" ERROR_OF ("InvalidPart"), HOIST_ERROR_REJECTED, "InvalidPart" },
  { COMPLETE, 200, ERROR_OF ("Something.New"), HOIST_ERROR_UNAVAILABLE, "Something.New" },
  { COMPLETE, 400, ERROR_OF ("EntityTooSmall"), HOIST_ERROR_REJECTED, "EntityTooSmall" },

  { STAT, 500, "", HOIST_ERROR_UNAVAILABLE, "500" },
  { ABORT, 500, ERROR_OF ("InternalError"), HOIST_ERROR_UNAVAILABLE, "InternalError" },
  { UNFINISHED, 200, "", HOIST_ERROR_PROTOCOL, "" },
  { UNFINISHED, 200, UPLOADS ("<IsTruncated>true</IsTruncated>"), HOIST_ERROR_PROTOCOL, "" },
  { UNFINISHED, 200,
    UPLOADS ("<IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker>"
             "<NextUploadIdMarker>b</NextUploadIdMarker>"),
    HOIST_ERROR_PROTOCOL, "does not end" },
};

static GError *
ask (S3Fixture *fixture, Kind kind)
{
  HoistProvider *provider = fixture->provider;
  const HoistPartRef part = { .part_number = 1, .etag = "e" };
  const HoistStatRef ref = { .key = "k" };
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_request_free);
  g_autoptr (GPtrArray) replies = NULL;
  GError *error = NULL;

  g_ptr_array_add (requests, s3_make_begin_request ("n", TRUE));
  switch (kind)
    {
    case PROBE:
      hoist_provider_probe_async (provider, NULL, s3_fixture_got_cb, fixture);
      hoist_capabilities_free (
        hoist_provider_probe_finish (provider, s3_fixture_wait (fixture), &error));
      break;
    case BEGIN:
      hoist_provider_begin_async (provider, requests, NULL, s3_fixture_got_cb, fixture);
      replies = hoist_provider_begin_finish (provider, s3_fixture_wait (fixture), &error);
      g_assert_no_error (error);
      error = g_steal_pointer (&((HoistBeginReply *) replies->pdata[0])->error);
      break;
    case LIST:
      hoist_provider_list_async (provider, "u", "k", NULL, s3_fixture_got_cb, fixture);
      replies = hoist_provider_list_finish (provider, s3_fixture_wait (fixture), &error);
      break;
    case COMPLETE:
      hoist_provider_complete_async (provider, "u", "k", HOIST_DIGEST_NONE, &part, 1, NULL,
                                     s3_fixture_got_cb, fixture);
      hoist_object_free (
        hoist_provider_complete_finish (provider, s3_fixture_wait (fixture), &error));
      break;
    case STAT:
      hoist_provider_stat_async (provider, &ref, 1, NULL, s3_fixture_got_cb, fixture);
      replies = hoist_provider_stat_finish (provider, s3_fixture_wait (fixture), &error);
      error = g_steal_pointer (&((HoistStatReply *) replies->pdata[0])->error);
      break;
    case ABORT:
      hoist_provider_abort_async (provider, "u", "k", NULL, s3_fixture_got_cb, fixture);
      hoist_provider_abort_finish (provider, s3_fixture_wait (fixture), &error);
      break;
    case UNFINISHED:
      hoist_provider_unfinished_async (provider, "YQ==.Yg==", FALSE, NULL, s3_fixture_got_cb,
                                       fixture);
      hoist_unfinished_page_free (
        hoist_provider_unfinished_finish (provider, s3_fixture_wait (fixture), &error));
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
  g_assert_null (strstr (error->message, "s3cret"));
  g_assert_null (strstr (error->message, S3_SESSION));
  g_assert_null (strstr (error->message, "X-Amz"));
  g_assert_cmpuint (strlen (error->message), <, 600);
}

static void
test_bad_answers (S3Fixture *fixture, gconstpointer unused)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%d: %u %s", cases[i].kind, cases[i].status, cases[i].body);
      if (cases[i].kind == STAT)
        s3_fixture_reply_head (fixture, cases[i].status, "Content-Length: 0\r\n");
      else
        s3_fixture_reply (fixture, cases[i].status, NULL, cases[i].body);
      error = ask (fixture, cases[i].kind);
      assert_says (error, cases[i].code, cases[i].mentions);
    }
}

/* Blanks before the result are allowed; not for ever. */
static void
test_endless (S3Fixture *fixture, gconstpointer unused)
{
  const HoistTestReply reply = { .status = 200, .endless = TRUE, .read_bytes = -1 };

  for (Kind kind = PROBE; kind <= UNFINISHED; kind++)
    {
      g_autoptr (GError) error = NULL;

      if (kind == STAT)
        continue;
      hoist_test_http_server_script (fixture->server, &reply);
      error = ask (fixture, kind);
      assert_says (error, HOIST_ERROR_PROTOCOL, "too long");
    }
}

/* Pages that go on and on. */
static void
test_endless_pages (S3Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    s3_fixture_reply (fixture, 200, NULL,
                      PARTS ("<IsTruncated>true</IsTruncated>"
                             "<NextPartNumberMarker>7</NextPartNumberMarker>"));
  error = ask (fixture, LIST);
  assert_says (error, HOIST_ERROR_PROTOCOL, "does not end");
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 2);
}

static void
test_cut_off (S3Fixture *fixture, gconstpointer unused)
{
  const HoistTestReply none = { .status = 0, .read_bytes = -1 };
  const HoistTestReply half = { .status = 200,
                                .body = "<ListPartsResult>",
                                .promise_bytes = 1000,
                                .close = TRUE,
                                .read_bytes = -1 };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      hoist_test_http_server_script (fixture->server, i == 0 ? &none : &half);
      /* libsoup asks once more where a connection that was used before turns out to be dead. */
      hoist_test_http_server_script (fixture->server, i == 0 ? &none : &half);
      error = ask (fixture, COMPLETE);
      assert_says (error, HOIST_ERROR_NETWORK, "127.0.0.1");
    }
}

#define ADD(name, test)                                                                            \
  g_test_add ("/s3-bad-answers/" name, S3Fixture, NULL, s3_fixture_set_up, test,                   \
              s3_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("answers", test_bad_answers);
  ADD ("endless", test_endless);
  ADD ("endless-pages", test_endless_pages);
  ADD ("cut-off", test_cut_off);
  return g_test_run ();
}
