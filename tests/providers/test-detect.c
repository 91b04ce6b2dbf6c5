/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-destination-kind.h"
#include "hoist-detect.h"
#include "hoist-error.h"
#include "hoist-test-http-server.h"

#define TOKEN "t0ken-that-nobody-may-see"

#define API                                                                                        \
  "{\"name\":\"b\",\"version\":\"1\",\"account\":\"anna\",\"limits\":{},\"checksum\":\"none\","    \
  "\"list\":false,\"share\":false}"
#define COMPANION "{\"url\":\"https://s3.example.com/b/k?X-Amz-Signature=s\",\"expires\":800}"
#define S3 "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"

typedef struct
{
  HoistTestHttpServer *server;
  HoistDetection *detection;
  GError *error;
  GString *tried;
  gboolean done;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = hoist_test_http_server_new (NULL);
  fixture->tried = g_string_new (NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hoist_test_http_server_free (fixture->server);
  hoist_detection_free (fixture->detection);
  g_clear_error (&fixture->error);
  g_string_free (fixture->tried, TRUE);
}

static void
answer (Fixture *fixture, guint status, const char *body)
{
  hoist_test_http_server_script_text (fixture->server, status, body);
}

static void
tell (const char *kind, gpointer user_data)
{
  GString *tried = user_data;

  g_string_append_printf (tried, "%s%s", tried->len > 0 ? " " : "", kind);
}

static void
detected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->detection = hoist_detect_finish (result, &fixture->error);
  fixture->done = TRUE;
}

static void
detect (Fixture *fixture, const char *token, GCancellable *cancellable)
{
  g_autofree char *url = hoist_test_http_server_dup_url (fixture->server, "/api");
  g_autoptr (HoistProviderConfig) config = hoist_provider_config_new ("auto", url);

  config->token = g_strdup (token);
  hoist_detect_async (config, tell, fixture->tried, cancellable, detected_cb, fixture);
}

static void
wait (Fixture *fixture)
{
  while (!fixture->done)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_api (Fixture *fixture, gconstpointer data)
{
  answer (fixture, 200, API);
  detect (fixture, TOKEN, NULL);
  wait (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpstr (fixture->detection->kind, ==, HOIST_API_KIND);
  g_assert_cmpstr (fixture->detection->capabilities->account, ==, "anna");
  g_assert_cmpstr (fixture->tried->str, ==, "hoist-api");
}

static void
test_companion (Fixture *fixture, gconstpointer data)
{
  answer (fixture, 200, "Welcome to Companion");
  answer (fixture, 200, COMPANION);
  detect (fixture, NULL, NULL);
  wait (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpstr (fixture->detection->kind, ==, HOIST_COMPANION_KIND);
  g_assert_true (fixture->detection->capabilities->hides_uploads);
  g_assert_cmpstr (fixture->tried->str, ==, "hoist-api companion");
}

/* It is known by how it refuses; more is only told to who has keys, and the token is not shown to it. */
static void
test_bucket (Fixture *fixture, gconstpointer data)
{
  const HoistTestRequest *request;

  answer (fixture, 403, S3);
  answer (fixture, 403, S3);
  answer (fixture, 403, S3);
  detect (fixture, TOKEN, NULL);
  wait (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpstr (fixture->detection->kind, ==, HOIST_S3_KIND);
  g_assert_null (fixture->detection->capabilities);
  g_assert_cmpstr (fixture->detection->place->service->id, ==, "other");
  g_assert_cmpstr (fixture->detection->place->bucket, ==, "api");
  request = hoist_test_http_server_get_request (fixture->server, 2);
  g_assert_cmpstr (request->method, ==, "GET");
  g_assert_null (g_hash_table_lookup (request->headers, "authorization"));
}

static void
refuse_all (Fixture *fixture, guint status, const char *body)
{
  for (guint i = 0; i < 5; i++)
    answer (fixture, status, body);
}

/* Swift speaks S3 with those who show a key of S3's, whatever it is; with others it speaks its own
 * protocol. */
static void
test_swift (Fixture *fixture, gconstpointer data)
{
  const char *refusal = data;
  const HoistTestReply own = { .status = 404,
                               .read_bytes = -1,
                               .headers = "X-Trans-Id: tx3f7c00e428e04324afcea-006b0b8eab\r\n",
                               .body = "<html>Not Found</html>" };
  const HoistTestReply words = { .status = 403,
                                 .read_bytes = -1,
                                 .headers = "X-Trans-Id: tx3f7c00e428e04324afcea-006b0b8eac\r\n",
                                 .body = refusal };
  const HoistTestRequest *request;

  for (guint i = 0; i < 3; i++)
    hoist_test_http_server_script (fixture->server, &own);
  hoist_test_http_server_script (fixture->server, &words);
  if (!g_str_equal (refusal, S3))
    refuse_all (fixture, 404, "<html>Not Found</html>");
  detect (fixture, TOKEN, NULL);
  wait (fixture);
  request = hoist_test_http_server_get_request (fixture->server, 2);
  g_assert_null (g_hash_table_lookup (request->headers, "authorization"));
  request = hoist_test_http_server_get_request (fixture->server, 3);
  g_assert_cmpstr (request->method, ==, "GET");
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "authorization"), ==,
                   "AWS hoist-check:none");
  if (g_str_equal (refusal, S3))
    {
      g_assert_no_error (fixture->error);
      g_assert_cmpstr (fixture->detection->kind, ==, HOIST_S3_KIND);
      g_assert_cmpstr (fixture->detection->place->service->id, ==, "swift");
    }
  else
    /* A Swift without S3. */
    g_assert_error (fixture->error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
}

static void
test_plain (Fixture *fixture, gconstpointer data)
{
  answer (fixture, 404, "<html>Not Found</html>");
  answer (fixture, 404, "<html>Not Found</html>");
  answer (fixture, 404, "<html>Not Found</html>");
  answer (fixture, 404, "{\"error\":\"no such upload\"}");
  answer (fixture, 405, "");
  detect (fixture, TOKEN, NULL);
  wait (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpstr (fixture->detection->kind, ==, HOIST_PLAIN_KIND);
  g_assert_true (fixture->detection->capabilities->needs_sha256_first);
  g_assert_cmpstr (fixture->tried->str, ==, "hoist-api companion s3 plain");
}

static void
test_nothing (Fixture *fixture, gconstpointer data)
{
  refuse_all (fixture, 404, "<html>Not Found</html>");
  detect (fixture, TOKEN, NULL);
  wait (fixture);
  g_assert_error (fixture->error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
}

/* Something is there: whose token is wrong, or missing, is told so. */
static void
test_who_asks (Fixture *fixture, gconstpointer data)
{
  refuse_all (fixture, 401, "{\"error\":{\"code\":\"unauthorized\",\"message\":\"who?\"}}");
  detect (fixture, data, NULL);
  wait (fixture);
  g_assert_error (fixture->error, HOIST_ERROR, HOIST_ERROR_AUTH);
  g_assert_null (strstr (fixture->error->message, TOKEN));
  g_assert_true ((strstr (fixture->error->message, "enter the token") != NULL) == (data == NULL));
}

/* One that is not well is not taken for another kind. */
static void
test_not_well (Fixture *fixture, gconstpointer data)
{
  refuse_all (fixture, 503, "<html>Service Unavailable</html>");
  detect (fixture, TOKEN, NULL);
  wait (fixture);
  g_assert_error (fixture->error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE);
}

/* Headers that are no token are not for every kind, and go to those that know them. */
static void
test_headers (Fixture *fixture, gconstpointer data)
{
  const HoistTestRequest *request;

  answer (fixture, 200, COMPANION);
  detect (fixture, "Cookie: a=b\nX-Api-Key: c", NULL);
  wait (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpstr (fixture->detection->kind, ==, HOIST_COMPANION_KIND);
  request = hoist_test_http_server_get_request (fixture->server, 0);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "cookie"), ==, "a=b");
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  const HoistTestReply hang = { .read_bytes = -1, .hang = TRUE };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  hoist_test_http_server_script (fixture->server, &hang);
  detect (fixture, TOKEN, cancellable);
  while (hoist_test_http_server_count_requests (fixture->server) == 0)
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  wait (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (fixture->tried->str, ==, "hoist-api");
  hoist_test_http_server_release (fixture->server);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
    const char *data;
  } tests[] = {
    { "/detect/api", test_api, NULL },
    { "/detect/companion", test_companion, NULL },
    { "/detect/bucket", test_bucket, NULL },
    { "/detect/plain", test_plain, NULL },
    { "/detect/swift", test_swift, S3 },
    { "/detect/swift-without-s3", test_swift, "<html>" },
    { "/detect/nothing", test_nothing, NULL },
    { "/detect/wrong-token", test_who_asks, TOKEN },
    { "/detect/no-token", test_who_asks, NULL },
    { "/detect/not-well", test_not_well, NULL },
    { "/detect/headers", test_headers, NULL },
    { "/detect/cancel", test_cancel, NULL },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, tests[i].data, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
