/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every way in which the proxy misbehaves, as client and server see it. */

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "hoist-fault-proxy.h"
#include "hoist-test-http-server.h"

#define BODY_BYTES 300000
#define ANSWERED "HTTP/1.1 200"

typedef struct
{
  HoistTestHttpServer *server;
  HoistFaultProxy *proxy;
  GSocketConnection *client; /* (nullable) */
} Fixture;

static void
connect_client (Fixture *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autofree char *url = hoist_fault_proxy_dup_url (self->proxy);
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->client);
  self->client = g_socket_client_connect_to_uri (client, url, 80, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  self->server = hoist_test_http_server_new (NULL);
  self->proxy = hoist_fault_proxy_new ();
  hoist_fault_proxy_listen (self->proxy, "127.0.0.1:0", &error);
  g_assert_no_error (error);
  address = g_strdup_printf ("127.0.0.1:%u", hoist_test_http_server_get_port (self->server));
  hoist_fault_proxy_set_servers (self->proxy, address, address, &error);
  g_assert_no_error (error);
  connect_client (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->client);
  hoist_fault_proxy_free (self->proxy);
  hoist_test_http_server_free (self->server);
}

static void
set_script (Fixture *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  guint64 seed;
  g_autoptr (GPtrArray) rules = hoist_fault_rules_parse (text, &seed, &error);

  g_assert_no_error (error);
  hoist_fault_proxy_set_rules (self->proxy, rules, seed);
}

static void
send_part (Fixture *self)
{
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (self->client));
  g_autofree char *body = g_malloc (BODY_BYTES);
  g_autofree char *head =
    g_strdup_printf ("PUT /b/k?partNumber=2&uploadId=u&X-Amz-Signature=secret HTTP/1.1\r\n"
                     "Host: somewhere:1\r\nContent-Length: %u\r\n\r\n",
                     BODY_BYTES);

  memset (body, 'x', BODY_BYTES);
  /* It may be cut off: whether all of it went is told by the answer. */
  g_output_stream_write_all (out, head, strlen (head), NULL, NULL, NULL);
  g_output_stream_write_all (out, body, BODY_BYTES, NULL, NULL, NULL);
}

/* All that comes until the connection ends, or, with @enough, until that came. */
static char *
receive (Fixture *self, const char *enough)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (self->client));
  GString *text = g_string_new (NULL);
  char buffer[4096];
  gssize n;

  while ((enough == NULL || strstr (text->str, enough) == NULL) &&
         (n = g_input_stream_read (in, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_string_append_len (text, buffer, n);
  return g_string_free (text, FALSE);
}

/* How the connection ended, after all that came was read. */
static gboolean
was_reset (Fixture *self)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (self->client));
  g_autoptr (GError) error = NULL;
  char buffer[4096];
  gssize n;

  while ((n = g_input_stream_read (in, buffer, sizeof buffer, NULL, &error)) > 0)
    ;
  return n < 0;
}

static char *
get_sha256 (char byte, gsize flipped_at)
{
  g_autofree char *body = g_malloc (BODY_BYTES);

  memset (body, byte, BODY_BYTES);
  if (flipped_at < BODY_BYTES)
    body[flipped_at] ^= 1;
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guint8 *) body, BODY_BYTES);
}

static void
assert_arrived (Fixture *self, guint index, gsize flipped_at)
{
  const HoistTestRequest *request;
  g_autofree char *expected = get_sha256 ('x', flipped_at);

  hoist_test_http_server_wait_for_requests (self->server, index + 1);
  request = hoist_test_http_server_get_request (self->server, index);
  g_assert_cmpuint (request->body_bytes, ==, BODY_BYTES);
  g_assert_cmpstr (request->sha256, ==, expected);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "host"), ==, "somewhere:1");
}

static void
send_and_receive (Fixture *self, const char *enough)
{
  g_autofree char *answer = NULL;

  send_part (self);
  answer = receive (self, "\r\n\r\n");
  g_assert_nonnull (strstr (answer, enough));
}

static void
test_pass (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      send_and_receive (self, ANSWERED);
      assert_arrived (self, i, G_MAXSIZE);
    }
  g_assert_cmpuint (hoist_test_http_server_count_connections (self->server), ==, 1);
  g_assert_cmpuint (hoist_fault_proxy_count (self->proxy, 0, HOIST_FAULT_UPLOAD_PART, "u", 2), ==,
                    3);
  g_assert_cmpuint (hoist_fault_proxy_count (self->proxy, 1, HOIST_FAULT_UPLOAD_PART, NULL, 0), ==,
                    2);
  g_assert_cmpuint (hoist_fault_proxy_count (self->proxy, 0, HOIST_FAULT_UPLOAD_PART, "v", 0), ==,
                    0);
}

static void
test_answer (Fixture *self, gconstpointer data)
{
  g_autofree char *answer = NULL;

  set_script (self, "[x]\noperation=UploadPart\nlast=1\naction=answer\npreset=slow-down\n");
  send_part (self);
  answer = receive (self, "</Error>");
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 503"));
  g_assert_nonnull (strstr (answer, "Retry-After: 1\r\n"));
  g_assert_cmpuint (hoist_test_http_server_count_requests (self->server), ==, 0);
  send_and_receive (self, ANSWERED);
  assert_arrived (self, 0, G_MAXSIZE);
}

static void
test_early_answer (Fixture *self, gconstpointer data)
{
  g_autofree char *answer = NULL;

  set_script (self, "[x]\noperation=UploadPart\naction=answer\nearly=true\npreset=expired\n");
  send_part (self);
  answer = receive (self, NULL);
  g_assert_nonnull (strstr (answer, "Request has expired"));
  g_assert_nonnull (strstr (answer, "Connection: close"));
  g_assert_cmpuint (hoist_test_http_server_count_requests (self->server), ==, 0);
}

static void
test_replace (Fixture *self, gconstpointer data)
{
  set_script (self, "[x]\noperation=UploadPart\naction=replace\npreset=internal-error\n");
  send_and_receive (self, "HTTP/1.1 500");
  assert_arrived (self, 0, G_MAXSIZE);
}

static void
test_cut_request (Fixture *self, gconstpointer data)
{
  const char *how = data;
  g_autofree char *script =
    g_strdup_printf ("[x]\noperation=UploadPart\naction=cut-request\nafter=100000\nhow=%s\n", how);

  set_script (self, script);
  send_part (self);
  g_assert_true (was_reset (self) == g_str_equal (how, "rst"));
  hoist_test_http_server_wait_for_requests (self->server, 1);
  g_assert_cmpuint (hoist_test_http_server_get_request (self->server, 0)->body_bytes, ==, 100000);
}

static void
test_cut_answer (Fixture *self, gconstpointer data)
{
  const char *how = data;
  g_autofree char *script =
    g_strdup_printf ("[x]\noperation=UploadPart\naction=cut-answer\nhow=%s\n", how);

  set_script (self, script);
  send_part (self);
  g_assert_true (was_reset (self) == g_str_equal (how, "rst"));
  assert_arrived (self, 0, G_MAXSIZE);
}

static void
test_half_an_answer (Fixture *self, gconstpointer data)
{
  g_autofree char *answer = NULL;

  hoist_test_http_server_script_text (self->server, 200, "0123456789");
  set_script (self, "[x]\noperation=UploadPart\naction=cut-answer\nafter=half\n");
  send_part (self);
  answer = receive (self, NULL);
  g_assert_true (g_str_has_suffix (answer, "\r\n\r\n01234"));
}

/* The client gives up, not the proxy. */
static void
test_black_hole (Fixture *self, gconstpointer data)
{
  set_script (self, "[x]\noperation=UploadPart\naction=black-hole\nafter=290000\n");
  send_part (self);
  while (hoist_fault_proxy_count_requests (self->proxy) == 0)
    g_thread_yield ();
  g_clear_object (&self->client);
  hoist_fault_proxy_wait_until_idle (self->proxy);
  hoist_test_http_server_wait_for_requests (self->server, 1);
  g_assert_cmpuint (hoist_test_http_server_get_request (self->server, 0)->body_bytes, ==, 290000);
}

static void
test_silence (Fixture *self, gconstpointer data)
{
  set_script (self, "[x]\noperation=UploadPart\naction=silence\n");
  send_part (self);
  assert_arrived (self, 0, G_MAXSIZE);
  g_clear_object (&self->client);
  hoist_fault_proxy_wait_until_idle (self->proxy);
}

static void
test_hold (Fixture *self, gconstpointer data)
{
  g_autofree char *answer = NULL;

  send_and_receive (self, ANSWERED);
  set_script (self, "[x]\noperation=UploadPart\naction=hold\n");
  send_part (self);
  while (hoist_fault_proxy_count_held (self->proxy) == 0)
    g_thread_yield ();
  g_assert_cmpuint (hoist_test_http_server_count_requests (self->server), ==, 1);
  hoist_fault_proxy_release (self->proxy);
  answer = receive (self, "\r\n\r\n");
  g_assert_nonnull (strstr (answer, ANSWERED));
  assert_arrived (self, 1, G_MAXSIZE);
  /* The server may be another one by then. */
  g_assert_cmpuint (hoist_test_http_server_count_connections (self->server), ==, 2);
}

static void
test_corrupt (Fixture *self, gconstpointer data)
{
  set_script (self, "[x]\noperation=UploadPart\naction=corrupt\nafter=123456\n");
  send_and_receive (self, ANSWERED);
  assert_arrived (self, 0, 123456);
}

static void
test_alter (Fixture *self, gconstpointer data)
{
  set_script (self, "[x]\noperation=UploadPart\naction=alter\nheader-name=ETag\n"
                    "header-value=\"wrong\"\n");
  send_and_receive (self, "ETag: \"wrong\"");
}

static void
assert_refused (Fixture *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autofree char *url = hoist_fault_proxy_dup_url (self->proxy);
  g_autoptr (GError) error = NULL;

  g_assert_null (g_socket_client_connect_to_uri (client, url, 80, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

static void
test_down (Fixture *self, gconstpointer data)
{
  hoist_fault_proxy_set_down (self->proxy, TRUE);
  assert_refused (self);
  hoist_fault_proxy_set_down (self->proxy, FALSE);
  connect_client (self);
  send_and_receive (self, ANSWERED);
}

static void
test_restart (Fixture *self, gconstpointer data)
{
  set_script (self, "[x]\noperation=UploadPart\nlast=1\naction=restart\ndown-ms=100000000\n");
  send_part (self);
  was_reset (self);
  assert_refused (self);
  hoist_fault_proxy_set_down (self->proxy, FALSE);
  set_script (self, "[x]\noperation=UploadPart\nlast=1\naction=restart\ndown-ms=0\n");
  connect_client (self);
  send_part (self);
  was_reset (self);
  for (gboolean up = FALSE; !up;)
    {
      g_autoptr (GSocketClient) client = g_socket_client_new ();
      g_autofree char *url = hoist_fault_proxy_dup_url (self->proxy);
      g_autoptr (GSocketConnection) connection =
        g_socket_client_connect_to_uri (client, url, 80, NULL, NULL);

      up = connection != NULL;
    }
}

/* Never faster than it may be; how much slower depends on the machine. */
static void
test_rate (Fixture *self, gconstpointer data)
{
  gint64 begin_us = g_get_monotonic_time ();

  set_script (self, "[x]\noperation=UploadPart\nbytes-per-s=1000000\nlatency-ms=100\n");
  send_and_receive (self, ANSWERED);
  g_assert_cmpint (g_get_monotonic_time () - begin_us, >=, 380 * 1000);
  assert_arrived (self, 0, G_MAXSIZE);
}

static void
tripped_cb (gpointer user_data)
{
  HoistFaultProxy **proxy = user_data;

  hoist_fault_proxy_cut (*proxy);
}

static void
test_trip (Fixture *self, gconstpointer data)
{
  hoist_fault_proxy_trip (self->proxy, 150000, tripped_cb, &self->proxy);
  send_part (self);
  was_reset (self);
  hoist_test_http_server_wait_for_requests (self->server, 1);
  g_assert_cmpuint (hoist_test_http_server_get_request (self->server, 0)->body_bytes, <,
                    BODY_BYTES);
}

static void
test_log (Fixture *self, gconstpointer data)
{
  char *text = NULL;
  size_t length;
  FILE *file = open_memstream (&text, &length);

  set_script (self, "[gone]\noperation=UploadPart\naction=cut-answer\n");
  hoist_fault_proxy_set_log (self->proxy, file);
  send_part (self);
  was_reset (self);
  g_clear_object (&self->client);
  hoist_fault_proxy_wait_until_idle (self->proxy);
  hoist_fault_proxy_set_log (self->proxy, NULL);
  fclose (file);
  g_assert_nonnull (strstr (text, "{\"number\":1,\"operation\":\"UploadPart\",\"subject\":\"/b/k\","
                                  "\"upload\":\"u\",\"part\":2,\"attempt\":1,"));
  g_assert_nonnull (strstr (text, "\"request_bytes\":300000,\"answer_bytes\":0,"
                                  "\"server_status\":200,\"status\":0,\"whole\":false,"
                                  "\"fault\":\"gone\"}\n"));
  g_assert_null (strstr (text, "secret"));
  free (text);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
    const char *data;
  } tests[] = {
    { "pass", test_pass },
    { "answer", test_answer },
    { "early-answer", test_early_answer },
    { "replace", test_replace },
    { "cut-request/fin", test_cut_request, "fin" },
    { "cut-request/rst", test_cut_request, "rst" },
    { "cut-answer/fin", test_cut_answer, "fin" },
    { "cut-answer/rst", test_cut_answer, "rst" },
    { "half-an-answer", test_half_an_answer },
    { "black-hole", test_black_hole },
    { "silence", test_silence },
    { "hold", test_hold },
    { "corrupt", test_corrupt },
    { "alter", test_alter },
    { "down", test_down },
    { "restart", test_restart },
    { "rate", test_rate },
    { "trip", test_trip },
    { "log", test_log },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/faults/proxy/", tests[i].name, NULL);

      g_test_add (path, Fixture, tests[i].data, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
