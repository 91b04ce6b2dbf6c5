/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a transport makes of servers, lines and files that fail. Every case runs
 * in the clear and under TLS. */

#include <fcntl.h>
#include <libsoup/soup.h>
#include <string.h>
#include <unistd.h>

#include "put-fixture.h"

/* More than all buffers on the way hold. */
#define BIG (16 << 20)

#define ACCESS_DENIED "<Error><Code>AccessDenied</Code><Message>No</Message></Error>"
#define EXPIRED                                                                                    \
  "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>"                                        \
  "<Message>Request has expired</Message><Expires>x</Expires></Error>"

static void
script (PutFixture *fixture, const HoistTestReply *reply)
{
  hoist_test_http_server_script (fixture->server, reply);
}

/* Makes a connection that the next PUT will use. */
static void
warm_up (PutFixture *fixture)
{
  g_autoptr (PutRun) run = put_run_new (fixture, 1);
  guint before = hoist_test_http_server_count_requests (fixture->server);

  put_run_to_end (fixture, run);
  put_run_assert_sent (fixture, run, before);
}

/* --- the restart without a body --- */

typedef struct
{
  guint status;
  gboolean done;
} PlainRun;

static void
plain_sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PlainRun *run = user_data;
  g_autoptr (GBytes) body = NULL;

  body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);
  run->status =
    soup_message_get_status (soup_session_get_async_result_message (SOUP_SESSION (source), result));
  run->done = TRUE;
}

/* As libsoup's documentation has it: a stream and its length. */
static guint
put_by_plain_libsoup (SoupSession *session, const char *url, gsize n_bytes)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_PUT, url);
  g_autoptr (GInputStream) body =
    g_memory_input_stream_new_from_data (g_malloc0 (n_bytes), (gssize) n_bytes, g_free);
  PlainRun run = { 0 };

  soup_message_set_request_body (message, NULL, body, (gssize) n_bytes);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, plain_sent_cb,
                                    &run);
  while (!run.done)
    g_main_context_iteration (NULL, TRUE);
  return run.status;
}

/* The trap itself: if this one fails, libsoup has mended its ways, and the guard
 * in hoist-put-job.c can be looked at again. */
static void
test_libsoup_restarts_empty (PutFixture *fixture, gconstpointer user_data)
{
  const HoistTestReply cut = { .status = 0, .read_bytes = 65536 };
  g_autofree char *url = hoist_test_http_server_dup_url (fixture->server, "/b/k");
  g_autoptr (SoupSession) session = soup_session_new ();
  const HoistTestRequest *request;

  if (fixture->trust != NULL)
    soup_session_set_tls_database (session, hoist_net_trust_get_database (fixture->trust));
  g_assert_cmpuint (put_by_plain_libsoup (session, url, 1), ==, 200);
  script (fixture, &cut);
  g_assert_cmpuint (put_by_plain_libsoup (session, url, BIG), ==, 200);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 3);
  request = hoist_test_http_server_get_request (fixture->server, 1);
  g_assert_cmpint (request->content_length, ==, BIG);
  request = hoist_test_http_server_get_request (fixture->server, 2);
  g_assert_cmpint (request->content_length, ==, 0);
}

static void
test_restart_is_caught (PutFixture *fixture, gconstpointer user_data)
{
  static const gint64 cuts[] = { 0, 1, 65536, 1000000 };

  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      const HoistTestReply cut = { .status = 0, .read_bytes = cuts[i] };
      g_autoptr (PutRun) run = put_run_new (fixture, BIG);

      warm_up (fixture);
      script (fixture, &cut);
      put_run_to_end (fixture, run);
      g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_NETWORK);
      g_assert_cmpuint (run->put->http_status, ==, 0);
      g_assert_cmpuint (run->put->acked_bytes, <, BIG);
    }
  for (guint i = 0; i < hoist_test_http_server_count_requests (fixture->server); i++)
    g_assert_cmpint (hoist_test_http_server_get_request (fixture->server, i)->content_length, !=,
                     0);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==,
                    2 * G_N_ELEMENTS (cuts));
}

/* Small enough that all is written before anybody sees that nobody is there. */
static void
test_restart_of_a_small_part (PutFixture *fixture, gconstpointer user_data)
{
  const HoistTestReply cut = { .status = 0, .read_bytes = -1 };
  g_autoptr (PutRun) run = put_run_new (fixture, 1000);

  warm_up (fixture);
  script (fixture, &cut);
  put_run_to_end (fixture, run);
  g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_NETWORK);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 2);
}

/* --- an answer before the end of the body --- */

typedef struct
{
  const char *name;
  HoistTestReply reply;
  int code;
  const char *mentions;
} EarlyCase;

static const EarlyCase early_cases[] = {
  { "closing",
    { .status = 403, .read_bytes = 65536, .body = ACCESS_DENIED, .close = TRUE },
    HOIST_ERROR_FORBIDDEN,
    "AccessDenied" },
  { "at once",
    { .status = 403, .read_bytes = 0, .body = EXPIRED, .close = TRUE },
    HOIST_ERROR_URL_EXPIRED,
    "403" },
  { "half way",
    { .status = 503, .read_bytes = BIG / 2, .headers = "Retry-After: 7\r\n", .close = TRUE },
    HOIST_ERROR_UNAVAILABLE,
    "503" },
  { "staying open and deaf",
    { .status = 403, .read_bytes = 65536, .body = ACCESS_DENIED, .hang_after = TRUE },
    HOIST_ERROR_FORBIDDEN,
    "AccessDenied" },
  { "in chunks",
    { .read_bytes = 65536,
      .raw = "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n"
             "9\r\n<Error><C\r\n2b\r\node>RequestTimeTooSkewed</Code></Error>     \r\n0\r\n\r\n",
      .hang_after = TRUE },
    HOIST_ERROR_CLOCK_SKEW,
    "RequestTimeTooSkewed" },
  { "after a 100",
    { .read_bytes = 65536,
      .raw = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n",
      .hang_after = TRUE },
    HOIST_ERROR_AUTH,
    "401" },
  { "success, of all things",
    { .status = 200, .read_bytes = 65536, .close = TRUE },
    HOIST_ERROR_NETWORK,
    "before everything was sent" },
  { "no HTTP",
    { .read_bytes = 65536, .raw = "SSH-2.0-OpenSSH_9.2\r\n\r\n" },
    HOIST_ERROR_NETWORK,
    "127.0.0.1" },
  { "half an answer",
    { .read_bytes = 65536, .raw = "HTTP/1.1 403 Forb" },
    HOIST_ERROR_NETWORK,
    "127.0.0.1" },
};

static void
test_early_answer (PutFixture *fixture, gconstpointer user_data)
{
  for (guint i = 0; i < 2 * G_N_ELEMENTS (early_cases); i++)
    {
      const EarlyCase *c = &early_cases[i / 2];
      gboolean reused = i % 2 == 1;
      g_autoptr (PutRun) run = put_run_new (fixture, BIG);
      guint before;

      g_test_message ("%s, on a %s connection", c->name, reused ? "reused" : "fresh");
      hoist_transport_drop_connections (fixture->transport);
      if (reused)
        warm_up (fixture);
      before = hoist_test_http_server_count_requests (fixture->server);
      script (fixture, &c->reply);
      put_run_to_end (fixture, run);
      g_assert_error (run->error, HOIST_ERROR, c->code);
      g_assert_nonnull (strstr (run->error->message, c->mentions));
      g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, before + 1);
      if (strcmp (c->name, "half way") == 0)
        g_assert_cmpint (run->put->retry_after_us, ==, 7 * G_USEC_PER_SEC);
    }
}

/* --- answers that are no success --- */

static void
test_refusals (PutFixture *fixture, gconstpointer user_data)
{
  static const struct
  {
    HoistTestReply reply;
    int code;
    const char *mentions;
  } refusals[] = {
    { { .status = 503, .body = "<Error><Code>SlowDown</Code></Error>", .read_bytes = -1 },
      HOIST_ERROR_THROTTLED,
      "SlowDown" },
    { { .status = 500, .read_bytes = -1 }, HOIST_ERROR_UNAVAILABLE, "500" },
    { { .status = 400, .body = "<Error><Code>BadDigest</Code></Error>", .read_bytes = -1 },
      HOIST_ERROR_CHECKSUM,
      "BadDigest" },
    { { .status = 404, .body = "<Error><Code>NoSuchUpload</Code></Error>", .read_bytes = -1 },
      HOIST_ERROR_UPLOAD_GONE,
      "NoSuchUpload" },
    { { .status = 403, .body = EXPIRED, .read_bytes = -1 }, HOIST_ERROR_URL_EXPIRED, "403" },
    { { .status = 403, .body = "<html>?secret", .read_bytes = -1 }, HOIST_ERROR_FORBIDDEN, "403" },
    /* Part of the error document was lost, not the status. */
    { { .status = 403,
        .body = "<Error><Co",
        .promise_bytes = 500,
        .close = TRUE,
        .read_bytes = -1 },
      HOIST_ERROR_FORBIDDEN,
      "403" },
    { { .status = 307, .headers = "Location: https://evil.example/?secret\r\n", .read_bytes = -1 },
      HOIST_ERROR_PROTOCOL,
      "evil.example" },
    { { .status = 301, .body = "<Error><Code>PermanentRedirect</Code></Error>", .read_bytes = -1 },
      HOIST_ERROR_PROTOCOL,
      "redirects" },
    { { .raw = "not HTTP at all\r\n\r\n", .read_bytes = -1 }, -1, "127.0.0.1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autoptr (PutRun) run = put_run_new (fixture, 100000);

      g_test_message ("case %u", i);
      script (fixture, &refusals[i].reply);
      put_run_to_end (fixture, run);
      g_assert_nonnull (run->error);
      if (refusals[i].code >= 0)
        g_assert_error (run->error, HOIST_ERROR, refusals[i].code);
      g_assert_nonnull (strstr (run->error->message, refusals[i].mentions));
      g_assert_cmpuint (run->put->http_status, ==, refusals[i].reply.status);
    }
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==,
                    G_N_ELEMENTS (refusals));
}

/* Never taken for an answer: the part may not be there. */
static void
test_head_cut_off (PutFixture *fixture, gconstpointer user_data)
{
  static const char *const heads[] = {
    "HTTP/1.1 200 OK",
    "HTTP/1.1 200 OK\r\nServer: s3\r\nETag: \"0123",
    "HTTP/1.1 200 OK\r\nETag: \"01234567\"\r\nContent-Len",
  };

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      const HoistTestReply cut = { .raw = heads[i], .read_bytes = -1, .close = TRUE };
      g_autoptr (PutRun) run = put_run_new (fixture, 100000);

      script (fixture, &cut);
      put_run_to_end (fixture, run);
      g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_NETWORK);
    }
}

/* The connection ended between two headers: was there no ETag, or did it not arrive? */
static void
test_no_etag (PutFixture *fixture, gconstpointer user_data)
{
  const HoistTestReply cut = { .raw = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
                               .read_bytes = -1,
                               .close = TRUE };
  g_autoptr (PutRun) run = put_run_new (fixture, 100000);

  script (fixture, &cut);
  put_run_to_end (fixture, run);
  g_assert_no_error (run->error);
  g_assert_null (run->put->etag);
  g_assert_true (run->put->in_doubt);
}

static void
test_endless_answer (PutFixture *fixture, gconstpointer user_data)
{
  const HoistTestReply endless = { .status = 500, .read_bytes = -1, .endless = TRUE };
  g_autoptr (PutRun) run = put_run_new (fixture, 10);

  script (fixture, &endless);
  put_run_to_end (fixture, run);
  g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE);
}

/* --- silence --- */

static void
test_cut (PutFixture *fixture, gconstpointer user_data)
{
  static const gint64 cuts[] = { 0, 1, 65536, 1000000, -1 };

  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      const HoistTestReply cut = { .status = 0, .read_bytes = cuts[i] };
      g_autoptr (PutRun) run = put_run_new (fixture, BIG);

      script (fixture, &cut);
      put_run_to_end (fixture, run);
      g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_NETWORK);
      g_assert_cmpuint (run->put->http_status, ==, 0);
    }
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==,
                    G_N_ELEMENTS (cuts));
}

static void
test_black_hole (PutFixture *fixture, gconstpointer user_data)
{
  static const HoistTestReply holes[] = {
    { .read_bytes = 0, .hang = TRUE },      /* takes nothing */
    { .read_bytes = 100000, .hang = TRUE }, /* stops taking */
    { .read_bytes = -1, .hang = TRUE },     /* takes all, and does not answer */
    { .raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12345",
      .read_bytes = -1,
      .hang_after = TRUE }, /* stops answering */
  };

  for (guint i = 0; i < G_N_ELEMENTS (holes); i++)
    {
      g_autoptr (PutRun) run = put_run_new (fixture, BIG);

      hoist_transport_set_stall_timeout_us (fixture->transport, 30 * G_USEC_PER_SEC);
      script (fixture, &holes[i]);
      put_run_start (fixture, run);
      hoist_test_http_server_wait_for_requests (fixture->server, i + 1);
      hoist_transport_set_stall_timeout_us (fixture->transport, 100000);
      put_run_wait (run);
      g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_TIMED_OUT);
    }
  /* None of those connections is used again. */
  hoist_transport_set_stall_timeout_us (fixture->transport, 30 * G_USEC_PER_SEC);
  warm_up (fixture);
  g_assert_cmpuint (hoist_test_http_server_count_connections (fixture->server), ==,
                    G_N_ELEMENTS (holes) + 1);
}

static void
test_held_back_is_no_stall (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) run = put_run_new (fixture, 65536 + 8192);

  warm_up (fixture);
  /* The bucket gives 64 KiB at once, and then 4 KiB a second. */
  hoist_transport_set_stall_timeout_us (fixture->transport, G_USEC_PER_SEC / 2);
  hoist_transport_set_rate (fixture->transport, 4096);
  put_run_to_end (fixture, run);
  put_run_assert_sent (fixture, run, 1);
}

static void
test_nobody_there (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) run = put_run_new (fixture, 10);

  g_clear_pointer (&fixture->server, hoist_test_http_server_free);
  put_run_to_end (fixture, run);
  g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_NETWORK);
}

/* --- the file --- */

static void
test_short_file (PutFixture *fixture, gconstpointer user_data)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PutRun) run = put_run_new (fixture, 1000000);

      if (i == 1)
        warm_up (fixture);
      g_assert_cmpint (ftruncate (run->put->fd, 999999), ==, 0);
      put_run_to_end (fixture, run);
      g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED);
      /* The headers went out before the file was read. */
      hoist_test_http_server_wait_for_requests (fixture->server, i == 0 ? 1 : 3);
    }
  /* The server saw no whole part, and no part twice. */
  for (guint i = 0; i < hoist_test_http_server_count_requests (fixture->server); i++)
    {
      const HoistTestRequest *request = hoist_test_http_server_get_request (fixture->server, i);

      if (request->content_length == 1000000)
        g_assert_cmpuint (request->body_bytes, <, 1000000);
    }
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 3);
}

static void
test_unreadable_file (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) run = put_run_new (fixture, 1000);

  close (run->put->fd);
  run->put->fd = open ("/", O_RDONLY | O_CLOEXEC);
  put_run_to_end (fixture, run);
  g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_FILE_UNSUITABLE);
}

/* --- what must not be sent --- */

static void
test_bad_orders (PutFixture *fixture, gconstpointer user_data)
{
  const char *const header[] = { "x-a", "b\r\nHost: evil", NULL };
  const char *const odd[] = { "x-a", NULL };
  const char *const framing[] = { "Transfer-Encoding", "chunked", NULL };
  const char *const *const headers[] = { header, framing };
  static const char *const urls[] = { "", "k?secret", "http://s3.example.org/k?secret",
                                      "https://u:secret@s3.example.org/k", "file:///etc/passwd" };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (PutRun) run = put_run_new (fixture, 10);

      run->put->headers = g_strdupv ((char **) headers[i]);
      put_run_to_end (fixture, run);
      g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
    }
  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (PutRun) run = put_run_new (fixture, 10);

      g_free (run->put->url);
      run->put->url = g_strdup (urls[i]);
      put_run_to_end (fixture, run);
      g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
    }
  {
    g_autoptr (PutRun) run = put_run_new (fixture, 10);

    run->put->headers = g_strdupv ((char **) odd);
    put_run_to_end (fixture, run);
    g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
  }
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 0);
}

/* --- ending it --- */

static void
test_cancel (PutFixture *fixture, gconstpointer user_data)
{
  static const HoistTestReply moments[] = {
    { .read_bytes = 0, .hang = TRUE },
    { .read_bytes = 1000000, .hang = TRUE },
    { .read_bytes = -1, .hang = TRUE },
    { .raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12345",
      .read_bytes = -1,
      .hang_after = TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_autoptr (PutRun) run = put_run_new (fixture, BIG);

      script (fixture, &moments[i]);
      put_run_start (fixture, run);
      hoist_test_http_server_wait_for_requests (fixture->server, i + 1);
      g_cancellable_cancel (run->cancellable);
      put_run_wait (run);
      g_assert_error (run->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

static void
test_cancel_at_once (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) before = put_run_new (fixture, BIG);
  g_autoptr (PutRun) just_after = put_run_new (fixture, BIG);

  g_cancellable_cancel (before->cancellable);
  put_run_to_end (fixture, before);
  g_assert_error (before->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  put_run_start (fixture, just_after);
  g_cancellable_cancel (just_after->cancellable);
  put_run_wait (just_after);
  g_assert_error (just_after->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancel_many (PutFixture *fixture, gconstpointer user_data)
{
  const HoistTestReply hanging = { .read_bytes = 0, .hang = TRUE };
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) put_run_free);

  /* In the clear more than there are connections, so that some wait for one; under
   * TLS fewer than GIO's pool has threads, which the server needs as well. */
  const PutSetup *setup = user_data;
  const guint n_runs = setup->certificate_name != NULL ? 6 : 40;

  for (guint i = 0; i < n_runs; i++)
    {
      PutRun *run = put_run_new (fixture, 1000000);

      script (fixture, &hanging);
      g_ptr_array_add (runs, run);
      put_run_start (fixture, run);
    }
  hoist_test_http_server_wait_for_requests (fixture->server, n_runs / 2);
  for (guint i = 0; i < runs->len; i++)
    g_cancellable_cancel (((PutRun *) runs->pdata[i])->cancellable);
  for (guint i = 0; i < runs->len; i++)
    {
      put_run_wait (runs->pdata[i]);
      g_assert_error (((PutRun *) runs->pdata[i])->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

static void
test_stop (PutFixture *fixture, gconstpointer user_data)
{
  const HoistTestReply hanging = { .read_bytes = 100000, .hang = TRUE };
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) put_run_free);
  g_autoptr (PutRun) late = put_run_new (fixture, 10);

  for (guint i = 0; i < 6; i++)
    {
      script (fixture, &hanging);
      g_ptr_array_add (runs, put_run_new (fixture, BIG));
      put_run_start (fixture, runs->pdata[i]);
    }
  hoist_test_http_server_wait_for_requests (fixture->server, 3);
  hoist_transport_stop (fixture->transport);
  put_run_start (fixture, late);
  for (guint i = 0; i < runs->len; i++)
    {
      put_run_wait (runs->pdata[i]);
      g_assert_error (((PutRun *) runs->pdata[i])->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  put_run_wait (late);
  g_assert_error (late->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  hoist_transport_stop (fixture->transport);
}

/* --- certificates --- */

static void
assert_certificate_error (PutFixture *fixture, const char *mentions)
{
  g_autoptr (PutRun) run = put_run_new (fixture, 10);

  put_run_to_end (fixture, run);
  g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_CERTIFICATE);
  g_assert_nonnull (strstr (run->error->message, "127.0.0.1"));
  g_assert_nonnull (strstr (run->error->message, mentions));
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, 0);
}

static void
test_other_host (PutFixture *fixture, gconstpointer user_data)
{
  assert_certificate_error (fixture, "another host");
}

static void
test_stranger (PutFixture *fixture, gconstpointer user_data)
{
  assert_certificate_error (fixture, "nobody");
}

static void
test_tls_to_a_plain_server (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) run = put_run_new (fixture, 10);

  g_free (run->put->url);
  run->put->url =
    g_strdup_printf ("https://127.0.0.1:%u/", hoist_test_http_server_get_port (fixture->server));
  /* Each waits for the other to say something that makes sense. */
  hoist_transport_set_stall_timeout_us (fixture->transport, 100000);
  put_run_to_end (fixture, run);
  g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_TIMED_OUT);
}

static void
test_plain_to_a_tls_server (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) run = put_run_new (fixture, 10);

  g_free (run->put->url);
  run->put->url =
    g_strdup_printf ("http://127.0.0.1:%u/", hoist_test_http_server_get_port (fixture->server));
  put_run_to_end (fixture, run);
  g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_NETWORK);
}

static void
add (const char *name, void (*test) (PutFixture *, gconstpointer))
{
  put_fixture_add ("transport-faults", name, test);
}

static const struct
{
  const char *path;
  PutSetup setup;
  void (*test) (PutFixture *, gconstpointer);
} certificates[] = {
  { "/net/transport-faults/certificate/other-host",
    { .certificate_name = "other-host" },
    test_other_host },
  { "/net/transport-faults/certificate/stranger",
    { .certificate_name = "stranger" },
    test_stranger },
  { "/net/transport-faults/certificate/tls-to-a-plain-server",
    { .certificate_name = NULL },
    test_tls_to_a_plain_server },
  { "/net/transport-faults/certificate/plain-to-a-tls-server",
    { .certificate_name = "localhost" },
    test_plain_to_a_tls_server },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("libsoup-restarts-empty", test_libsoup_restarts_empty);
  add ("restart-is-caught", test_restart_is_caught);
  add ("restart-of-a-small-part", test_restart_of_a_small_part);
  add ("early-answer", test_early_answer);
  add ("refusals", test_refusals);
  add ("endless-answer", test_endless_answer);
  add ("head-cut-off", test_head_cut_off);
  add ("no-etag", test_no_etag);
  add ("cut", test_cut);
  add ("black-hole", test_black_hole);
  add ("held-back-is-no-stall", test_held_back_is_no_stall);
  add ("nobody-there", test_nobody_there);
  add ("short-file", test_short_file);
  add ("unreadable-file", test_unreadable_file);
  add ("bad-orders", test_bad_orders);
  add ("cancel", test_cancel);
  add ("cancel-at-once", test_cancel_at_once);
  add ("cancel-many", test_cancel_many);
  add ("stop", test_stop);
  for (guint i = 0; i < G_N_ELEMENTS (certificates); i++)
    g_test_add (certificates[i].path, PutFixture, &certificates[i].setup, put_fixture_set_up,
                certificates[i].test, put_fixture_tear_down);
  return g_test_run ();
}
