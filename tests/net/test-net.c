/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Control calls, and what is read from URLs and headers. */

#include <string.h>

#include "hoist-net.h"
#include "hoist-test-http-server.h"

static void
test_acceptable_urls (void)
{
  static const struct
  {
    const char *url;
    gboolean acceptable;
  } cases[] = {
    { "https://s3.example.org/b/k?X-Amz-Signature=1", TRUE },
    { "https://s3.example.org", TRUE },
    { "HTTPS://S3.EXAMPLE.ORG/", TRUE },
    { "https://192.0.2.1:9000/", TRUE },
    { "https://[2001:db8::1]/", TRUE },
    { "http://localhost/", TRUE },
    { "http://LocalHost:8080/", TRUE },
    { "http://127.0.0.1/", TRUE },
    { "http://127.255.255.254/", TRUE },
    { "http://[::1]:1/", TRUE },
    { "http://s3.example.org/", FALSE },
    { "http://localhost.example.org/", FALSE },
    { "http://127.0.0.1.example.org/", FALSE },
    { "http://128.0.0.1/", FALSE },
    { "http://0.0.0.0/", FALSE },
    { "http://[::2]/", FALSE },
    { "http://10.0.0.1/", FALSE },
    { "https://user@s3.example.org/", FALSE },
    { "https://user:pw@s3.example.org/", FALSE },
    { "http://localhost@evil.example/", FALSE },
    { "https:///path", FALSE },
    { "ftp://s3.example.org/", FALSE },
    { "file:///etc/passwd", FALSE },
    { "s3.example.org", FALSE },
    { "//s3.example.org/", FALSE },
    { "", FALSE },
    { "https://s3.example.org:99999/", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GUri) url = hoist_net_url_parse (cases[i].url, &error);

      g_test_message ("%s", cases[i].url);
      if (cases[i].acceptable)
        g_assert_no_error (error);
      else
        g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
      g_assert_true ((url != NULL) == cases[i].acceptable);
    }
}

static void
test_url_for_people (void)
{
  static const struct
  {
    const char *url;
    const char *shown;
  } cases[] = {
    { "https://s3.example.org:9000/b/k%20x?X-Amz-Signature=secret#f",
      "https://s3.example.org:9000/b/k%20x" },
    { "https://me:secret@s3.example.org/", "https://s3.example.org/" },
    { "https://s3.example.org?secret", "https://s3.example.org/" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GUri) url = g_uri_parse (cases[i].url, SOUP_HTTP_URI_FLAGS, NULL);
      g_autofree char *shown = hoist_net_url_to_string_for_people (url);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_retry_after (void)
{
  static const struct
  {
    const char *retry_after;
    const char *date;
    gint64 seconds;
  } cases[] = {
    { NULL, NULL, 0 },
    { "0", NULL, 0 },
    { "120", NULL, 120 },
    { "99999999", NULL, 86400 },
    { "-1", NULL, 0 },
    { "1.5", NULL, 0 },
    { "soon", NULL, 0 },
    { "", NULL, 0 },
    /* Compared with the server's own clock, whatever ours says. */
    { "Sat, 01 Mar 2025 12:00:30 GMT", "Sat, 01 Mar 2025 12:00:00 GMT", 30 },
    { "Sat, 01 Mar 2025 11:00:00 GMT", "Sat, 01 Mar 2025 12:00:00 GMT", 0 },
    { "Sun, 01 Mar 2026 12:00:00 GMT", "Sat, 01 Mar 2025 12:00:00 GMT", 86400 },
    /* Without it, with ours: 12:00:10. */
    { "Sat, 01 Mar 2025 12:00:30 GMT", NULL, 20 },
    { "Sat, 01 Mar 2025 12:00:30 GMT", "nonsense", 20 },
  };
  const gint64 now_us = G_GINT64_CONSTANT (1740830410) * G_USEC_PER_SEC;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SoupMessageHeaders) headers =
        soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);

      g_test_message ("case %u", i);
      if (cases[i].retry_after != NULL)
        soup_message_headers_append (headers, "Retry-After", cases[i].retry_after);
      if (cases[i].date != NULL)
        soup_message_headers_append (headers, "Date", cases[i].date);
      g_assert_cmpint (hoist_net_get_retry_after_us (headers, now_us), ==,
                       cases[i].seconds * G_USEC_PER_SEC);
    }
}

static void
test_server_time (void)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  gint64 time_us = -1;

  g_assert_false (hoist_net_get_server_time_us (headers, &time_us));
  soup_message_headers_replace (headers, "Date", "not a date");
  g_assert_false (hoist_net_get_server_time_us (headers, &time_us));
  soup_message_headers_replace (headers, "Date", "Sat, 01 Mar 2025 12:00:10 GMT");
  g_assert_true (hoist_net_get_server_time_us (headers, &time_us));
  g_assert_cmpint (time_us, ==, G_GINT64_CONSTANT (1740830410) * G_USEC_PER_SEC);
}

static void
test_acceptable_headers (void)
{
  static const struct
  {
    const char *name;
    const char *value;
    gboolean acceptable;
  } cases[] = {
    { "x-amz-checksum-sha256", "abc=", TRUE },
    { "Content-Type", "text/plain; charset=\"utf-8\"", TRUE },
    { "x-amz-meta-ü", "a", FALSE },
    { "x-amz-meta-u", "\xc3\xbc", TRUE },
    { "x", "", TRUE },
    { "", "a", FALSE },
    { "a b", "a", FALSE },
    { "a:", "a", FALSE },
    { "a\r\nb", "a", FALSE },
    { "a", "b\r\nHost: evil", FALSE },
    { "a", "b\nc", FALSE },
    { "a", "b\tc", FALSE },
    { "host", "a", FALSE },
    { "Content-length", "0", FALSE },
    { "TRANSFER-ENCODING", "chunked", FALSE },
    { "Connection", "close", FALSE },
    { "Expect", "100-continue", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s: %s", cases[i].name, cases[i].value);
      g_assert_true (hoist_net_header_is_acceptable (cases[i].name, cases[i].value) ==
                     cases[i].acceptable);
    }
}

/* --- calls --- */

typedef struct
{
  HoistTestHttpServer *server;
  SoupSession *session;
} Fixture;

typedef struct
{
  GBytes *body;
  GError *error;
  gboolean done;
} Answer;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->server = hoist_test_http_server_new (NULL);
  fixture->session = hoist_net_control_session_new (NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&fixture->session));
  hoist_test_http_server_free (fixture->server);
}

static void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->body, g_bytes_unref);
  g_clear_error (&answer->error);
  answer->done = FALSE;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->body = hoist_net_send_and_read_finish (SOUP_SESSION (source), result, &answer->error);
  g_assert_true ((answer->body == NULL) == (answer->error != NULL));
  answer->done = TRUE;
}

static SoupMessage *
message_new (Fixture *fixture, const char *method)
{
  g_autofree char *url = hoist_test_http_server_dup_url (fixture->server, "/x?secret");

  return soup_message_new (method, url);
}

static void
send (Fixture *fixture, SoupMessage *message, guint timeout_s, Answer *answer)
{
  answer_clear (answer);
  hoist_net_send_and_read_async (fixture->session, message, 1000, timeout_s, NULL, answered_cb,
                                 answer);
  while (!answer->done)
    g_main_context_iteration (NULL, TRUE);
  if (answer->error != NULL)
    g_assert_null (strstr (answer->error->message, "secret"));
}

static void
test_answer (Fixture *fixture, gconstpointer unused)
{
  g_auto (Answer) answer = { 0 };
  g_autofree char *longest = g_strnfill (1000, 'x');

  for (guint i = 0; i < 3; i++)
    {
      const char *bodies[] = { "", "hello", longest };
      g_autoptr (SoupMessage) message = message_new (fixture, "GET");

      hoist_test_http_server_script_text (fixture->server, 404, bodies[i]);
      send (fixture, message, 60, &answer);
      g_assert_no_error (answer.error);
      g_assert_cmpuint (soup_message_get_status (message), ==, 404);
      g_assert_cmpmem (g_bytes_get_data (answer.body, NULL), g_bytes_get_size (answer.body),
                       bodies[i], strlen (bodies[i]));
    }
  g_assert_cmpuint (hoist_test_http_server_count_connections (fixture->server), ==, 1);
}

static void
test_too_long (Fixture *fixture, gconstpointer unused)
{
  g_auto (Answer) answer = { 0 };
  g_autofree char *body = g_strnfill (1001, 'x');
  g_autoptr (SoupMessage) message = message_new (fixture, "GET");

  hoist_test_http_server_script_text (fixture->server, 200, body);
  send (fixture, message, 60, &answer);
  g_assert_error (answer.error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
}

static void
test_cut_off (Fixture *fixture, gconstpointer unused)
{
  const HoistTestReply cut = {
    .status = 200, .read_bytes = -1, .body = "12345", .promise_bytes = 500, .close = TRUE
  };
  g_auto (Answer) answer = { 0 };
  g_autoptr (SoupMessage) message = message_new (fixture, "GET");

  hoist_test_http_server_script (fixture->server, &cut);
  send (fixture, message, 60, &answer);
  g_assert_error (answer.error, HOIST_ERROR, HOIST_ERROR_NETWORK);
}

/* libsoup takes what there is of the headers for all of them. */
static void
test_head_cut_off (Fixture *fixture, gconstpointer unused)
{
  static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                             "Content-Length: 2\r\n\r\n";

  for (gsize length = 1; length < sizeof head - 1; length++)
    {
      g_autofree char *part = g_strndup (head, length);
      const HoistTestReply cut = { .read_bytes = -1, .raw = part, .close = TRUE };
      g_auto (Answer) answer = { 0 };
      g_autoptr (SoupMessage) message = message_new (fixture, "GET");

      hoist_test_http_server_script (fixture->server, &cut);
      send (fixture, message, 60, &answer);
      g_test_message ("%zu", length);
      g_assert_error (answer.error, HOIST_ERROR, HOIST_ERROR_NETWORK);
    }
}

/* What is no web server at all will not become one. */
static void
test_stranger (Fixture *fixture, gconstpointer unused)
{
  const HoistTestReply ssh = { .read_bytes = -1, .raw = "SSH-2.0-x\r\n\r\n", .close = TRUE };
  g_auto (Answer) answer = { 0 };
  g_autoptr (SoupMessage) message = message_new (fixture, "GET");

  hoist_test_http_server_script (fixture->server, &ssh);
  hoist_net_message_set_stranger (message);
  send (fixture, message, 60, &answer);
  g_assert_error (answer.error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
}

static void
test_redirect (Fixture *fixture, gconstpointer unused)
{
  static const struct
  {
    const char *location;
    const char *mentions;
  } cases[] = {
    { "Location: https://evil.example/a?secret\r\n", "evil.example" },
    { "Location: //evil.example/a?secret\r\n", "evil.example" },
    { "Location: /login?secret\r\n", "/login" },
    { "Location: \r\n", "redirects" },
    { NULL, "does not say" },
  };
  static const guint statuses[] = { 301, 302, 303, 307, 308 };

  for (guint i = 0; i < G_N_ELEMENTS (cases) * G_N_ELEMENTS (statuses); i++)
    {
      const HoistTestReply reply = { .status = statuses[i % G_N_ELEMENTS (statuses)],
                                     .read_bytes = -1,
                                     .headers = cases[i / G_N_ELEMENTS (statuses)].location };
      g_auto (Answer) answer = { 0 };
      g_autoptr (SoupMessage) message = message_new (fixture, "GET");

      hoist_test_http_server_script (fixture->server, &reply);
      send (fixture, message, 60, &answer);
      g_assert_error (answer.error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
      g_assert_nonnull (
        strstr (answer.error->message, cases[i / G_N_ELEMENTS (statuses)].mentions));
    }
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==,
                    G_N_ELEMENTS (cases) * G_N_ELEMENTS (statuses));
}

static void
test_timeout (Fixture *fixture, gconstpointer unused)
{
  const HoistTestReply silent = { .read_bytes = -1, .hang = TRUE };
  const HoistTestReply stuck = { .read_bytes = -1,
                                 .raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123",
                                 .hang_after = TRUE };
  const HoistTestReply *const replies[] = { &silent, &stuck };

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_auto (Answer) answer = { 0 };
      g_autoptr (SoupMessage) message = message_new (fixture, "GET");

      hoist_test_http_server_script (fixture->server, replies[i]);
      send (fixture, message, 1, &answer);
      g_assert_error (answer.error, HOIST_ERROR, HOIST_ERROR_TIMED_OUT);
    }
}

/* A PUT is what libsoup sends again by itself, without its body. */
static void
test_body_survives_a_restart (Fixture *fixture, gconstpointer unused)
{
  const HoistTestReply dead = { .status = 0, .read_bytes = -1 };
  g_autoptr (GBytes) body = g_bytes_new_static ("hello", 5);
  g_auto (Answer) answer = { 0 };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (SoupMessage) message = message_new (fixture, "PUT");

      hoist_net_message_set_body (message, "text/plain", body);
      if (i == 1)
        hoist_test_http_server_script (fixture->server, &dead);
      send (fixture, message, 60, &answer);
      g_assert_no_error (answer.error);
    }
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const HoistTestRequest *request = hoist_test_http_server_get_request (fixture->server, i);

      g_assert_cmpstr (request->body, ==, "hello");
      g_assert_cmpstr (g_hash_table_lookup (request->headers, "content-type"), ==, "text/plain");
    }
}

static void
add (const char *name, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/net/control/%s", name);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/acceptable-urls", test_acceptable_urls);
  g_test_add_func ("/net/url-for-people", test_url_for_people);
  g_test_add_func ("/net/retry-after", test_retry_after);
  g_test_add_func ("/net/server-time", test_server_time);
  g_test_add_func ("/net/acceptable-headers", test_acceptable_headers);
  add ("answer", test_answer);
  add ("too-long", test_too_long);
  add ("cut-off", test_cut_off);
  add ("head-cut-off", test_head_cut_off);
  add ("stranger", test_stranger);
  add ("redirect", test_redirect);
  add ("timeout", test_timeout);
  add ("body-survives-a-restart", test_body_survives_a_restart);
  return g_test_run ();
}
