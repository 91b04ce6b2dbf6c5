/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a transport delivers when all goes well. */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "put-fixture.h"

static void
test_sizes (PutFixture *fixture, gconstpointer user_data)
{
  static const gsize sizes[] = { 0,     1,     8191,  8192,    8193,
                                 65535, 65536, 65537, 1000003, (17 << 20) + 5 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (PutRun) run = put_run_new (fixture, sizes[i]);

      put_run_to_end (fixture, run);
      put_run_assert_sent (fixture, run, i);
    }
  /* Answers are read to their end, so that the connection stays. */
  g_assert_cmpuint (hoist_test_http_server_count_connections (fixture->server), ==, 1);
}

static void
test_range (PutFixture *fixture, gconstpointer user_data)
{
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (PutRun) run = put_run_new (fixture, 300000);
      guint64 start = (guint64) g_test_rand_int_range (0, 300000);
      guint64 end = (guint64) g_test_rand_int_range ((gint32) start, 300001);

      run->put->offset_bytes = start;
      run->put->length_bytes = end - start;
      put_run_to_end (fixture, run);
      put_run_assert_sent (fixture, run, i);
    }
}

static void
test_headers (PutFixture *fixture, gconstpointer user_data)
{
  const char *const headers[] = { "x-amz-checksum-sha256", "abc=", "Content-Type",
                                  "text/plain; charset=utf-8", NULL };
  HoistTestReply reply = { .status = 200,
                           .read_bytes = -1,
                           .headers = "ETag: \"0123456789abcdef0123456789abcdef\"\r\n"
                                      "x-amz-request-id: REQ1\r\nx-amz-checksum-sha256: abc=\r\n"
                                      "x-amz-version-id: V1\r\n"
                                      "Date: Thu, 01 Jan 1970 00:00:07 GMT\r\n"
                                      "x-amz-server-side-encryption: aws:kms\r\n",
                           .body = "ignored" };
  g_autoptr (PutRun) run = put_run_new (fixture, 100);
  const HoistTestRequest *request;

  run->put->headers = g_strdupv ((char **) headers);
  hoist_test_http_server_script (fixture->server, &reply);
  put_run_to_end (fixture, run);
  put_run_assert_sent (fixture, run, 0);

  request = hoist_test_http_server_get_request (fixture->server, 0);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "x-amz-checksum-sha256"), ==, "abc=");
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "content-type"), ==,
                   "text/plain; charset=utf-8");
  g_assert_true (g_str_has_prefix (g_hash_table_lookup (request->headers, "user-agent"), "Hoist/"));
  g_assert_cmpstr (run->put->etag, ==, "0123456789abcdef0123456789abcdef");
  g_assert_cmpstr (run->put->request_id, ==, "REQ1");
  g_assert_cmpstr (run->put->version_id, ==, "V1");
  g_assert_cmpint (run->put->server_us, ==, 7 * G_USEC_PER_SEC);
  g_assert_cmpstr (run->put->checksum_sha256, ==, "abc=");
  g_assert_true (run->put->sse_kms);
}

/* --- A file in a form --- */

#define FORM_HEAD "--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--x\r\n\r\n"
#define FORM_TAIL "\r\n--x--\r\n"

static PutRun *
form_run_new (PutFixture *fixture, gsize n_bytes)
{
  static const char *const headers[] = { "Content-Type", "multipart/form-data; boundary=x", NULL };
  PutRun *run = put_run_new (fixture, n_bytes);

  run->put->headers = g_strdupv ((char **) headers);
  run->put->form_head = g_bytes_new_static (FORM_HEAD, strlen (FORM_HEAD));
  run->put->form_tail = g_bytes_new_static (FORM_TAIL, strlen (FORM_TAIL));
  return run;
}

/* That the server got the form with exactly these bytes in it. */
static void
assert_form_sent (PutFixture *fixture, PutRun *run, guint request_index)
{
  const HoistTestRequest *request =
    hoist_test_http_server_get_request (fixture->server, request_index);
  gsize n_bytes = run->put->length_bytes;
  gsize all_bytes = strlen (FORM_HEAD) + n_bytes + strlen (FORM_TAIL);
  g_autofree char *all = g_malloc (all_bytes);
  g_autofree char *sha256 = NULL;

  memcpy (all, FORM_HEAD, strlen (FORM_HEAD));
  g_assert_cmpint (pread (run->put->fd, all + strlen (FORM_HEAD), n_bytes,
                          (off_t) run->put->offset_bytes),
                   ==, (gssize) n_bytes);
  memcpy (all + strlen (FORM_HEAD) + n_bytes, FORM_TAIL, strlen (FORM_TAIL));
  sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) all, all_bytes);
  g_assert_no_error (run->error);
  g_assert_cmpstr (request->method, ==, "POST");
  g_assert_cmpint (request->content_length, ==, (gint64) all_bytes);
  g_assert_cmpstr (request->sha256, ==, sha256);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "content-type"), ==,
                   "multipart/form-data; boundary=x");
  g_assert_null (g_hash_table_lookup (request->headers, "transfer-encoding"));
  /* Of the file: what is around it is nobody's progress. */
  g_assert_cmpuint (run->put->acked_bytes, ==, n_bytes);
}

static void
test_form (PutFixture *fixture, gconstpointer user_data)
{
  static const gsize sizes[] = { 0, 1, 8192, 65535, 65536, 1000003, (5 << 20) + 7 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (PutRun) run = form_run_new (fixture, sizes[i] + 10);

      run->put->offset_bytes = 10;
      run->put->length_bytes = sizes[i];
      put_run_to_end (fixture, run);
      assert_form_sent (fixture, run, i);
    }
  g_assert_cmpuint (hoist_test_http_server_count_connections (fixture->server), ==, 1);
}

static void
test_limited_form (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) run = form_run_new (fixture, 200001);

  hoist_transport_set_rate (fixture->transport, 4 << 20);
  put_run_to_end (fixture, run);
  assert_form_sent (fixture, run, 0);
}

/* A form that is longer than what is written at a time. */
static void
test_long_form (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) run = form_run_new (fixture, 100);
  g_autofree char *text = g_strnfill (300000, 'f');
  const HoistTestRequest *request;

  g_clear_pointer (&run->put->form_head, g_bytes_unref);
  run->put->form_head = g_bytes_new_take (g_steal_pointer (&text), 300000);
  put_run_to_end (fixture, run);
  g_assert_no_error (run->error);
  request = hoist_test_http_server_get_request (fixture->server, 0);
  g_assert_cmpuint (request->body_bytes, ==, 300000 + 100 + strlen (FORM_TAIL));
}

/* A file that shrank is told, and not filled up with the end of the form. */
static void
test_form_of_a_shorter_file (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) run = form_run_new (fixture, 100000);

  run->put->length_bytes = 100010;
  put_run_to_end (fixture, run);
  g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED);
}

static void
test_answer_to_form (PutFixture *fixture, gconstpointer user_data)
{
  static const struct
  {
    const char *headers;
    const char *body;
    const char *etag;
    const char *location;
  } cases[] = {
    { "ETag: \"aa\"\r\nLocation: https://s3/b/k\r\n", NULL, "aa", "https://s3/b/k" },
    { NULL,
      "<PostResponse><Location>https://s3/b/k</Location><Key>k</Key><ETag>&quot;bb&quot;</ETag>"
      "</PostResponse>",
      "bb", "https://s3/b/k" },
    { "ETag: \"aa\"\r\nLocation: file:///etc/passwd\r\n",
      "<PostResponse><ETag>\"bb\"</ETag></PostResponse>", "aa", NULL },
    { NULL, "<PostResponse><Location>javascript:x</Location></PostResponse>", NULL, NULL },
    { NULL, "<CopyObjectResult><ETag>cc</ETag></CopyObjectResult>", NULL, NULL },
    { NULL, "no document", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HoistTestReply reply = {
        .status = 201, .read_bytes = -1, .headers = cases[i].headers, .body = cases[i].body
      };
      g_autoptr (PutRun) run = form_run_new (fixture, 100);

      hoist_test_http_server_script (fixture->server, &reply);
      put_run_to_end (fixture, run);
      assert_form_sent (fixture, run, i);
      g_assert_cmpuint (run->put->http_status, ==, 201);
      g_assert_cmpstr (run->put->etag, ==, cases[i].etag);
      g_assert_cmpstr (run->put->location, ==, cases[i].location);
      g_assert_cmpint (run->put->in_doubt, ==, cases[i].etag == NULL);
    }
}

/* Not even to this computer, which plain HTTP is for otherwise. */
static void
test_tls_only (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) run = put_run_new (fixture, 100000);
  gboolean is_tls = g_str_has_prefix (run->put->url, "https:");

  run->put->tls_only = TRUE;
  put_run_to_end (fixture, run);
  if (is_tls)
    g_assert_no_error (run->error);
  else
    g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, is_tls ? 1 : 0);
}

/* What another signature may cure, and what it may not. */
static void
test_doubts (PutFixture *fixture, gconstpointer user_data)
{
  static const struct
  {
    guint status;
    const char *body;
    gboolean in_doubt;
  } cases[] = {
    { 400, "<Error><Code>AuthorizationQueryParametersError</Code></Error>", TRUE },
    { 301, "<Error><Code>PermanentRedirect</Code></Error>", TRUE },
    { 307, "<Error><Code>TemporaryRedirect</Code></Error>", TRUE },
    { 403, "<Error><Code>RequestTimeTooSkewed</Code></Error>", TRUE },
    { 403, "<Error><Code>AccessDenied</Code></Error>", TRUE },
    { 403, "<Error><Code>AccessDenied</Code><Message>No.</Message></Error>", FALSE },
    { 403, NULL, TRUE },
    { 301, NULL, FALSE },
    { 400, "<Error><Code>InvalidArgument</Code></Error>", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const HoistTestReply reply = { .status = cases[i].status,
                                     .body = cases[i].body,
                                     .read_bytes = -1 };
      g_autoptr (PutRun) run = put_run_new (fixture, 100000);

      g_test_message ("case %u", i);
      hoist_test_http_server_script (fixture->server, &reply);
      put_run_to_end (fixture, run);
      g_assert_nonnull (run->error);
      g_assert_cmpint (run->put->in_doubt, ==, cases[i].in_doubt);
    }
}

/* The digest is that of the file, not of the form. */
static void
test_checksum_of_form (PutFixture *fixture, gconstpointer user_data)
{
  static const char *const etags[] = { "d41d8cd98f00b204e9800998ecf8427e",
                                       "0cc175b9c0f1b6a831c399e269772661" };

  for (guint i = 0; i < G_N_ELEMENTS (etags); i++)
    {
      g_autofree char *headers = g_strdup_printf ("ETag: \"%s\"\r\n", etags[i]);
      HoistTestReply reply = { .status = 204, .read_bytes = -1, .headers = headers };
      g_autoptr (PutRun) run = form_run_new (fixture, 0);

      run->put->digest_kind = HOIST_DIGEST_MD5;
      g_assert_true (hoist_digest_from_hex (etags[0], run->put->digest, HOIST_MD5_BYTES));
      hoist_test_http_server_script (fixture->server, &reply);
      put_run_to_end (fixture, run);
      if (i == 0)
        g_assert_no_error (run->error);
      else
        g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_CHECKSUM);
    }
}

static void
test_no_content_type_of_its_own (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) run = put_run_new (fixture, 100);
  const HoistTestRequest *request;

  put_run_to_end (fixture, run);
  request = hoist_test_http_server_get_request (fixture->server, 0);
  /* It would not be among what the URL signs. */
  g_assert_null (g_hash_table_lookup (request->headers, "content-type"));
}

/* GIO shakes hands in a pool of ten threads that the server of this test shares:
 * with more clients than that at once, all of them would wait for a server that
 * gets no thread. */
#define MAX_AT_ONCE 6

static void
test_many (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) put_run_free);
  g_autoptr (GHashTable) sent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const PutSetup *setup = user_data;
  const guint n_runs = 60;
  const guint n_at_once = setup->certificate_name != NULL ? MAX_AT_ONCE : n_runs;

  for (guint i = 0; i < n_runs; i++)
    {
      PutRun *run = put_run_new (fixture, (gsize) g_test_rand_int_range (0, 400000));

      g_ptr_array_add (runs, run);
      put_run_start (fixture, run);
      if (i + 1 >= n_at_once)
        put_run_wait (runs->pdata[i + 1 - n_at_once]);
    }
  for (guint i = 0; i < n_runs; i++)
    {
      PutRun *run = runs->pdata[i];

      put_run_wait (run);
      g_assert_no_error (run->error);
      g_hash_table_add (sent, hash_file (run->put->fd, 0, run->put->length_bytes));
    }
  g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, n_runs);
  for (guint i = 0; i < n_runs; i++)
    g_assert_true (g_hash_table_contains (
      sent, hoist_test_http_server_get_request (fixture->server, i)->sha256));
  g_assert_cmpuint (hoist_test_http_server_count_connections (fixture->server), <=, 32);
}

static void
test_limited (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) a = put_run_new (fixture, 300001);
  g_autoptr (PutRun) b = put_run_new (fixture, 300001);

  /* Slow enough that most chunks wait for their leave. */
  hoist_transport_set_rate (fixture->transport, 4 << 20);
  put_run_start (fixture, a);
  put_run_wait (a);
  put_run_assert_sent (fixture, a, 0);

  put_run_start (fixture, b);
  hoist_transport_set_rate (fixture->transport, 0);
  put_run_wait (b);
  put_run_assert_sent (fixture, b, 1);
}

/* A file system from which the kernel may not send by itself. */
static void
test_odd_file_system (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) run = put_run_new (fixture, 0);
  char buffer[1000];
  gssize length;

  close (run->put->fd);
  run->put->fd = open ("/proc/version", O_RDONLY | O_CLOEXEC);
  length = pread (run->put->fd, buffer, sizeof buffer, 0);
  g_assert_cmpint (length, >, 0);
  run->put->length_bytes = (guint64) length;
  put_run_to_end (fixture, run);
  put_run_assert_sent (fixture, run, 0);
}

typedef struct
{
  PutFixture *fixture;
  PutRun *run;
} ThreadData;

static gpointer
put_in_thread (gpointer user_data)
{
  ThreadData *data = user_data;
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  put_run_start (data->fixture, data->run);
  while (!data->run->done)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_from_another_thread (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) run = put_run_new (fixture, 70000);
  ThreadData data = { fixture, run };

  g_thread_join (g_thread_new ("caller", put_in_thread, &data));
  put_run_assert_sent (fixture, run, 0);
}

static void
test_drop_connections (PutFixture *fixture, gconstpointer user_data)
{
  g_autoptr (PutRun) a = put_run_new (fixture, 10);
  g_autoptr (PutRun) b = put_run_new (fixture, 10);
  g_autoptr (PutRun) c = put_run_new (fixture, 5000000);
  HoistTestReply hanging = { .status = 200, .read_bytes = -1, .hang = TRUE };

  put_run_to_end (fixture, a);
  hoist_transport_drop_connections (fixture->transport);
  put_run_to_end (fixture, b);
  put_run_assert_sent (fixture, b, 1);
  g_assert_cmpuint (hoist_test_http_server_get_request (fixture->server, 1)->connection, ==, 2);

  /* What is on its way is left alone. */
  hoist_test_http_server_script (fixture->server, &hanging);
  put_run_start (fixture, c);
  hoist_test_http_server_wait_for_requests (fixture->server, 3);
  hoist_transport_drop_connections (fixture->transport);
  hoist_test_http_server_release (fixture->server);
  put_run_wait (c);
  put_run_assert_sent (fixture, c, 2);
}

static void
test_progress (PutFixture *fixture, gconstpointer user_data)
{
  /* More than the kernel's buffers take while the server reads nothing. */
  g_autoptr (PutRun) run = put_run_new (fixture, 64 << 20);
  HoistTestReply hanging = { .status = 200, .read_bytes = 1 << 20, .hang = TRUE, .close = TRUE };
  guint64 acked;

  hoist_test_http_server_script (fixture->server, &hanging);
  put_run_start (fixture, run);
  hoist_test_http_server_wait_for_requests (fixture->server, 1);
  /* It read one mebibyte, so that at least as much was acknowledged, but for what
   * TLS adds and is counted as part of what was not; the sample comes within a tenth
   * of a second. */
  do
    {
      acked = run->put->acked_bytes;
      g_main_context_iteration (NULL, FALSE);
      g_thread_yield ();
      g_assert_no_error (run->error);
    }
  while (acked < (1 << 20) / 100 * 98);
  g_assert_cmpuint (acked, <, 64 << 20);
  g_cancellable_cancel (run->cancellable);
  put_run_wait (run);
  g_assert_error (run->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_checksum_of_the_answer (PutFixture *fixture, gconstpointer user_data)
{
  static const struct
  {
    HoistDigestKind kind;
    const char *headers;
    gboolean intact;
  } cases[] = {
    { HOIST_DIGEST_MD5, "ETag: \"900150983cd24fb0d6963f7d28e17f72\"\r\n", TRUE },
    { HOIST_DIGEST_MD5, "ETag: \"900150983cd24fb0d6963f7d28e17f73\"\r\n", FALSE },
    { HOIST_DIGEST_MD5, "ETag: \"not-an-md5\"\r\n", TRUE },
    { HOIST_DIGEST_MD5, NULL, TRUE },
    { HOIST_DIGEST_MD5,
      "ETag: \"900150983cd24fb0d6963f7d28e17f73\"\r\nx-amz-server-side-encryption: aws:kms\r\n",
      TRUE },
    { HOIST_DIGEST_SHA256,
      "x-amz-checksum-sha256: ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\r\n", TRUE },
    { HOIST_DIGEST_SHA256,
      "x-amz-checksum-sha256: vngWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\r\n", FALSE },
    { HOIST_DIGEST_SHA256, "ETag: \"900150983cd24fb0d6963f7d28e17f73\"\r\n", TRUE },
    { HOIST_DIGEST_NONE, "ETag: \"900150983cd24fb0d6963f7d28e17f73\"\r\n", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PutRun) run = put_run_new (fixture, 3);
      HoistTestReply reply = { .status = 200, .read_bytes = -1, .headers = cases[i].headers };

      g_test_message ("case %u", i);
      run->put->digest_kind = cases[i].kind;
      if (cases[i].kind != HOIST_DIGEST_NONE)
        hoist_digest_data (cases[i].kind, "abc", 3, run->put->digest);
      hoist_test_http_server_script (fixture->server, &reply);
      put_run_to_end (fixture, run);
      if (cases[i].intact)
        g_assert_no_error (run->error);
      else
        g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_CHECKSUM);
    }
}

static void
add (const char *name, void (*test) (PutFixture *, gconstpointer))
{
  put_fixture_add ("transport", name, test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("sizes", test_sizes);
  add ("range", test_range);
  add ("headers", test_headers);
  add ("no-content-type-of-its-own", test_no_content_type_of_its_own);
  add ("form", test_form);
  add ("limited-form", test_limited_form);
  add ("long-form", test_long_form);
  add ("form-of-a-shorter-file", test_form_of_a_shorter_file);
  add ("answer-to-form", test_answer_to_form);
  add ("checksum-of-form", test_checksum_of_form);
  add ("doubts", test_doubts);
  add ("tls-only", test_tls_only);
  add ("many", test_many);
  add ("limited", test_limited);
  add ("odd-file-system", test_odd_file_system);
  add ("from-another-thread", test_from_another_thread);
  add ("drop-connections", test_drop_connections);
  add ("progress", test_progress);
  add ("checksum-of-the-answer", test_checksum_of_the_answer);
  return g_test_run ();
}
