/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server itself: starting, logging, TLS, stopping, and the program. */

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "backend-fixture.h"
#include "hoist-error.h"

static gboolean
count_cb (HoistBackendServer *server, SoupServerMessage *message, gpointer user_data)
{
  guint *n_requests = user_data;

  (*n_requests)++;
  return FALSE;
}

static gboolean
refuse_store_cb (HoistBackendServer *server, SoupServerMessage *message, gpointer user_data)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));

  if (!g_str_has_prefix (path, "/hoist/"))
    return FALSE;
  soup_server_message_set_status (message, 503, NULL);
  return TRUE;
}

/* What tests of others rely on. */
static void
test_incoming (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autofree char *url =
    g_strconcat (hoist_backend_server_get_origin (fixture->server), "/hoist/a", NULL);
  guint n_requests = 0;
  g_autoptr (BackendReply) api = NULL;
  g_autoptr (BackendReply) before = NULL;
  g_autoptr (BackendReply) disturbed = NULL;

  g_signal_connect (fixture->server, "incoming", G_CALLBACK (count_cb), &n_requests);
  api = backend_fixture_get (fixture, "/");
  backend_assert_ok (api);
  before = backend_fixture_send (fixture, soup_message_new ("GET", url));
  g_assert_cmpuint (before->status, ==, 403);
  g_assert_cmpuint (n_requests, ==, 2);
  g_signal_connect (fixture->server, "incoming", G_CALLBACK (refuse_store_cb), NULL);
  disturbed = backend_fixture_send (fixture, soup_message_new ("GET", url));
  g_assert_cmpuint (disturbed->status, ==, 503);
}

static void
logged_cb (HoistBackendServer *server, const char *line, gpointer user_data)
{
  g_string_append_printf (user_data, "%s\n", line);
}

static void
test_log (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (BackendReply) status = NULL;
  g_autoptr (BackendReply) plain = NULL;
  g_autoptr (BackendReply) put = NULL;
  g_autoptr (BackendReply) lost = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new ("x", 1);
  JsonObject *file;

  fixture->config->embedded_dir = g_strdup (fixture->dir);
  fixture->config->log_requests = TRUE;
  backend_fixture_start (fixture);
  g_signal_connect (fixture->server, "logged", G_CALLBACK (logged_cb), log);
  fixture->token = backend_fixture_add_token (fixture, "t", "");
  status = backend_fixture_get (fixture, "/status?uploadId=hidden-id&key=hidden-key");
  plain = backend_fixture_post (fixture, "/initiate",
                                "{\"fileName\":\"x\",\"path\":\"hidden-name\",\"size\":1,"
                                "\"multipart\":false,\"partSize\":1,\"totalChunks\":1}");
  backend_assert_ok (plain);
  file = backend_reply_object (plain);
  put = backend_fixture_put (
    fixture, json_array_get_object_element (json_object_get_array_member (file, "urls"), 0), bytes);
  g_assert_cmpuint (put->status, ==, 200);
  lost = backend_fixture_get (fixture, "/hidden%0a%1b-path");

  g_test_message ("%s", log->str);
  g_assert_nonnull (strstr (log->str, "GET /api/v1/status 404 "));
  g_assert_nonnull (strstr (log->str, "POST /api/v1/initiate 200 "));
  g_assert_nonnull (strstr (log->str, "PUT /hoist/… 200 "));
  g_assert_nonnull (
    strstr (log->str, soup_message_headers_get_one (status->headers, "X-Request-Id")));
  g_assert_null (strstr (log->str, "hidden"));
  g_assert_null (strstr (log->str, "X-Amz"));
  g_assert_null (strstr (log->str, fixture->token));
}

static void
test_cannot_start (void)
{
  g_autoptr (BackendFixture) first = backend_fixture_new_embedded ();
  g_autoptr (BackendFixture) second = backend_fixture_new ();
  g_autoptr (HoistBackendServer) server = NULL;
  g_autoptr (HoistBackendServer) without_keys = NULL;
  g_autoptr (GError) busy = NULL;
  g_autoptr (GError) keys = NULL;

  second->config->embedded_dir = g_strdup (second->dir);
  g_free (second->config->listen);
  second->config->listen =
    g_strdup (strstr (hoist_backend_server_get_origin (first->server), "127.0.0.1"));
  server = hoist_backend_server_new (second->config);
  g_assert_false (hoist_backend_server_listen (server, &busy));
  g_assert_error (busy, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);

  g_clear_pointer (&second->config->embedded_dir, g_free);
  g_free (second->config->listen);
  second->config->listen = g_strdup ("127.0.0.1:0");
  second->config->bucket = g_strdup ("b");
  second->config->region = g_strdup ("r");
  second->config->credentials_file = g_strdup ("/nonexistent/keys");
  without_keys = hoist_backend_server_new (second->config);
  g_assert_false (hoist_backend_server_listen (without_keys, &keys));
  g_assert_error (keys, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
}

/* The token and the keys of an embedded store stay what they were. */
static void
test_embedded_again (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autofree char *file = g_build_filename (fixture->dir, "token", NULL);
  g_autofree char *tokens = g_build_filename (fixture->dir, ".hoist", "tokens", NULL);
  g_autofree char *again = NULL;
  g_autoptr (BackendReply) reply = NULL;
  GStatBuf status;

  g_assert_cmpint (g_stat (file, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  backend_fixture_stop (fixture);
  g_clear_object (&fixture->server);
  /* Also when only the token is left. */
  g_assert_cmpint (g_remove (tokens), ==, 0);
  g_free (fixture->config->listen);
  fixture->config->listen = g_strdup ("127.0.0.1:0");
  backend_fixture_start (fixture);
  g_assert_true (g_file_get_contents (file, &again, NULL, NULL));
  g_assert_cmpstr (g_strstrip (again), ==, fixture->token);
  reply = backend_fixture_get (fixture, "/uploads");
  backend_assert_ok (reply);
}

/* The embedded store is reached over the server's own certificate, which is nobody's else. */
static void
test_tls (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new ();
  g_autofree char *authority = g_test_build_filename (G_TEST_DIST, "lib", "tls", "ca.pem", NULL);
  g_autofree char *file = g_test_build_filename (G_TEST_DIST, "lib", "tls", "localhost.pem", NULL);
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (authority, NULL);
  g_autoptr (BackendReply) begun = NULL;
  g_autoptr (BackendReply) put = NULL;
  g_autoptr (BackendReply) done = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new ("hello", 5);

  fixture->config->embedded_dir = g_strdup (fixture->dir);
  fixture->config->tls_certificate = g_strdup (file);
  fixture->config->tls_key = g_strdup (file);
  backend_fixture_start (fixture);
  g_assert_true (
    g_str_has_prefix (hoist_backend_server_get_url (fixture->server), "https://127.0.0.1:"));
  soup_session_set_tls_database (fixture->session, database);
  fixture->token = backend_fixture_add_token (fixture, "t", "");
  begun = backend_fixture_post (fixture, "/initiate",
                                "{\"fileName\":\"x\",\"path\":\"x\",\"size\":5,"
                                "\"multipart\":false,\"partSize\":5,\"totalChunks\":1}");
  backend_assert_ok (begun);
  put =
    backend_fixture_put (fixture,
                         json_array_get_object_element (
                           json_object_get_array_member (backend_reply_object (begun), "urls"), 0),
                         bytes);
  g_assert_cmpuint (put->status, ==, 200);
  done = backend_fixture_post (fixture, "/complete",
                               "{\"uploadId\":null,\"key\":\"x\",\"parts\":[{\"partNumber\":1,"
                               "\"etag\":\"5d41402abc4b2a76b9719d911017c592\"}]}");
  backend_assert_ok (done);
}

typedef struct
{
  SoupServerMessage *held;
  gboolean stopped;
  GBytes *body;
} Stop;

static gboolean
hold_cb (HoistBackendServer *server, SoupServerMessage *message, gpointer user_data)
{
  Stop *stop = user_data;

  stop->held = g_object_ref (message);
  soup_server_message_pause (message);
  return FALSE;
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Stop *stop = user_data;

  g_assert_true (hoist_backend_server_stop_finish (HOIST_BACKEND_SERVER (source), result, NULL));
  stop->stopped = TRUE;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Stop *stop = user_data;
  g_autoptr (GError) error = NULL;

  stop->body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
}

/* A stop takes nothing new, and lets what runs come to its end. */
static void
test_stop (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autoptr (SoupMessage) message = backend_fixture_message (fixture, "GET", "/", fixture->token);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autofree char *origin = g_strdup (hoist_backend_server_get_origin (fixture->server));
  Stop stop = { NULL, FALSE, NULL };
  g_autoptr (GError) error = NULL;

  g_signal_connect (fixture->server, "incoming", G_CALLBACK (hold_cb), &stop);
  soup_session_send_and_read_async (fixture->session, message, G_PRIORITY_DEFAULT, NULL,
                                    answered_cb, &stop);
  while (stop.held == NULL)
    g_main_context_iteration (NULL, TRUE);
  hoist_backend_server_stop_async (fixture->server, NULL, stopped_cb, &stop);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_false (stop.stopped);
  g_assert_null (g_socket_client_connect_to_uri (client, origin, 80, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  soup_server_message_unpause (stop.held);
  while (stop.body == NULL || !stop.stopped)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  g_object_unref (stop.held);
  g_bytes_unref (stop.body);
}

/* … but not for ever. */
static void
test_stop_bound (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new ();
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Stop stop = { NULL, FALSE, NULL };

  fixture->config->embedded_dir = g_strdup (fixture->dir);
  fixture->config->stop_timeout_s = 0;
  backend_fixture_start (fixture);
  message = backend_fixture_message (fixture, "GET", "/", NULL);
  g_signal_connect (fixture->server, "incoming", G_CALLBACK (hold_cb), &stop);
  soup_session_send_async (fixture->session, message, G_PRIORITY_DEFAULT, cancellable, NULL, NULL);
  while (stop.held == NULL)
    g_main_context_iteration (NULL, TRUE);
  hoist_backend_server_stop_async (fixture->server, NULL, stopped_cb, &stop);
  while (!stop.stopped)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  g_object_unref (stop.held);
}

static char *
read_line (GSubprocess *process)
{
  g_autoptr (GDataInputStream) lines =
    g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));

  return g_data_input_stream_read_line (lines, NULL, NULL, NULL);
}

static char *
run_program (const char *const *arguments, int expected_status)
{
  g_autofree char *program =
    g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "..", "src", "backend", "hoist-backend", NULL);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  g_ptr_array_add (all, program);
  for (gsize i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (all, (char *) arguments[i]);
  g_ptr_array_add (all, NULL);
  process =
    g_subprocess_newv ((const char *const *) all->pdata,
                       G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, NULL));
  g_test_message ("%s", output);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, expected_status);
  return output;
}

static void
test_program (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new ();
  g_autofree char *program =
    g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "..", "src", "backend", "hoist-backend", NULL);
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, program, "--embedded", fixture->dir,
                      "--listen", "127.0.0.1:0", NULL);
  const char *const add[] = { "token",      "add",        "anna", "--embedded",
                              fixture->dir, "--max-size", "1G",   NULL };
  const char *const list[] = { "token", "list", "--embedded", fixture->dir, NULL };
  g_autofree char *line = read_line (process);
  g_autofree char *secret = NULL;
  g_autofree char *listed = NULL;
  g_autofree char *bearer = NULL;
  SoupMessage *message;
  g_autoptr (BackendReply) reply = NULL;

  g_assert_true (g_str_has_prefix (line, "listening on http://127.0.0.1:"));
  g_assert_true (g_str_has_suffix (line, "/api/v1"));
  secret = g_strstrip (run_program (add, 0));
  g_assert_true (g_str_has_prefix (secret, "hst_"));
  listed = run_program (list, 0);
  g_assert_nonnull (strstr (listed, "anna\tprefix “anna/”\tmax size 1.0"));
  g_assert_null (strstr (listed, secret));

  message = soup_message_new ("GET", line + strlen ("listening on "));
  bearer = g_strconcat ("Bearer ", secret, NULL);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                bearer);
  reply = backend_fixture_send (fixture, message);
  backend_assert_ok (reply);
  g_assert_cmpstr (json_object_get_string_member (backend_reply_object (reply), "account"), ==,
                   "anna");
  soup_session_abort (fixture->session);
  g_subprocess_send_signal (process, SIGTERM);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
}

static void
test_usage (void)
{
  static const struct
  {
    const char *arguments[6];
    int status;
    const char *says;
  } cases[] = {
    { { "--version" }, 0, "hoist-backend 0" },
    { { "--help" }, 0, "--embedded" },
    { { "--nonsense" }, 2, "nonsense" },
    { { "serve" }, 2, "“serve”" },
    { { "--config", "/nonexistent" }, 1, "/nonexistent" },
    { { "token" }, 2, "add NAME" },
    { { "token", "add" }, 2, "add NAME" },
    { { "token", "add", "a b", "--tokens-file", "/tmp/x" }, 1, "cannot be a token's name" },
    { { "token", "list", "--config", "/nonexistent" }, 1, "/nonexistent" },
    { { "--embedded", "/nonexistent/x", "--listen", "0.0.0.0:0" }, 1, "Refusing plain HTTP" },
    { { "--embedded", "/nonexistent/x", "--public-url", "https://x.org/y" }, 1, "a path" },
    { { "--embedded", "/nonexistent/x", "--listen", "0.0.0.0:0", "--insecure" },
      1,
      "--public-url" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *output = run_program (cases[i].arguments, cases[i].status);

      g_assert_nonnull (strstr (output, cases[i].says));
    }
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  *(gssize *) user_data = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);
  g_assert_no_error (error);
}

/* Returns: what comes next, while the server runs; 0 where it closed the connection */
static gssize
read_some (GIOStream *stream, char *buffer, gsize size)
{
  gssize length = -1;

  g_input_stream_read_async (g_io_stream_get_input_stream (stream), buffer, size,
                             G_PRIORITY_DEFAULT, NULL, read_cb, &length);
  while (length < 0)
    g_main_context_iteration (NULL, TRUE);
  return length;
}

/* libsoup 3.2 keeps such a connection for good. */
static void
test_client_goes (void)
{
  static const char REQUEST[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autoptr (GUri) uri =
    g_uri_parse (hoist_backend_server_get_origin (fixture->server), G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[1024];

  connection = g_socket_client_connect_to_host (client, g_uri_get_host (uri),
                                                (guint16) g_uri_get_port (uri), NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      gssize length;

      g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), REQUEST,
                                 strlen (REQUEST), NULL, NULL, &error);
      g_assert_no_error (error);
      length = read_some (G_IO_STREAM (connection), buffer, sizeof buffer - 1);
      buffer[length] = '\0';
      g_assert_true (g_str_has_prefix (buffer, "HTTP/1.1 200"));
      /* The head and the body may come one by one. */
      while (g_str_has_suffix (buffer, "\r\n\r\n"))
        buffer[read_some (G_IO_STREAM (connection), buffer, sizeof buffer - 1)] = '\0';
    }
  g_socket_shutdown (g_socket_connection_get_socket (connection), FALSE, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read_some (G_IO_STREAM (connection), buffer, sizeof buffer), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backend-server/incoming", test_incoming);
  g_test_add_func ("/backend-server/log", test_log);
  g_test_add_func ("/backend-server/cannot-start", test_cannot_start);
  g_test_add_func ("/backend-server/embedded-again", test_embedded_again);
  g_test_add_func ("/backend-server/tls", test_tls);
  g_test_add_func ("/backend-server/client-goes", test_client_goes);
  g_test_add_func ("/backend-server/stop", test_stop);
  g_test_add_func ("/backend-server/stop-bound", test_stop_bound);
  g_test_add_func ("/backend-server/program", test_program);
  g_test_add_func ("/backend-server/usage", test_usage);
  return g_test_run ();
}
