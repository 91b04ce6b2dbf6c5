/* SPDX-License-Identifier: GPL-3.0-or-later */

/* On fresh and on reused connections: which way a body goes, and answers of a server that are not the
 * last word, or not the right place: interim ones and redirections. */

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "put-fixture.h"

/* More than all buffers on the way hold. */
#define LONG_BYTES (16 << 20)

static void
warm_up (PutFixture *fixture)
{
  g_autoptr (PutRun) run = put_run_new (fixture, 1);

  put_run_to_end (fixture, run);
  g_assert_no_error (run->error);
}

/* --- The way ----------------------------------------------------------------------------------- */

static atomic_uint n_sendfiles;
static atomic_uint n_corks;

/* Stand before those of the C library. */
ssize_t
sendfile (int out_fd, int in_fd, off_t *offset, size_t count)
{
  n_sendfiles++;
  return syscall (SYS_sendfile, out_fd, in_fd, offset, count);
}

int
setsockopt (int fd, int level, int name, const void *value, socklen_t length)
{
  n_corks += level == IPPROTO_TCP && name == TCP_CORK;
  return (int) syscall (SYS_setsockopt, fd, level, name, value, length);
}

/* Whoever does not know a connection sends through libsoup, and all is well but slow: with a
 * libsoup that tells of connections otherwise nobody would see it. */
static void
test_way (PutFixture *fixture, gconstpointer user_data)
{
  const PutSetup *setup = user_data;
  gboolean tls = setup->certificate_name != NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (PutRun) run = put_run_new (fixture, 1000000);

      n_sendfiles = 0;
      n_corks = 0;
      put_run_to_end (fixture, run);
      put_run_assert_sent (fixture, run, i);
      g_assert_cmpint (n_sendfiles > 0, ==, !setup->through_libsoup && !tls);
      g_assert_cmpint (n_corks > 0, ==, !setup->through_libsoup && tls);
    }
  g_assert_cmpuint (hoist_test_http_server_count_connections (fixture->server), ==, 1);
}

/* --- Interim answers -------------------------------------------------------------------------- */

#define CONTINUE "HTTP/1.1 100 Continue\r\n\r\n"
#define HINTS "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"

/* Nobody asked for them, and proxies send them all the same. The part goes on, and so does the
 * connection. */
static void
test_interim_answers (PutFixture *fixture, gconstpointer user_data)
{
  static const struct
  {
    const char *name;
    gsize n_bytes;
    HoistTestReply reply;
  } cases[] = {
    { "before the body", 1000000, { .interim = CONTINUE } },
    { "in the middle", LONG_BYTES, { .interim = CONTINUE HINTS, .interim_bytes = LONG_BYTES / 2 } },
    { "in two pieces", LONG_BYTES, { .interim = CONTINUE, .interim_cut = 12 } },
    { "again and again",
      LONG_BYTES,
      { .interim = CONTINUE HINTS,
        .interim_bytes = 100000,
        .interim_again = 2,
        .interim_cut = 30 } },
    { "after the body", 1000000, { .interim = CONTINUE, .interim_bytes = 1000000 } },
    { "after a small one", 100, { .interim = CONTINUE HINTS, .interim_bytes = 100 } },
    { "without a body", 0, { .interim = CONTINUE } },
  };

  /* Each on a connection of its own, and on one that was used before. */
  for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      HoistTestReply reply = cases[i / 2].reply;
      g_autoptr (PutRun) run = put_run_new (fixture, cases[i / 2].n_bytes);

      g_test_message ("%s, on a %s connection", cases[i / 2].name, i % 2 ? "reused" : "fresh");
      if (i % 2 == 0)
        hoist_transport_drop_connections (fixture->transport);
      reply.status = 200;
      reply.read_bytes = -1;
      reply.headers = "ETag: \"0123\"\r\n";
      hoist_test_http_server_script (fixture->server, &reply);
      put_run_to_end (fixture, run);
      put_run_assert_sent (fixture, run, i);
      g_assert_cmpstr (run->put->etag, ==, "0123");
    }
  g_assert_cmpuint (hoist_test_http_server_count_connections (fixture->server), ==,
                    G_N_ELEMENTS (cases));
}

/* --- Redirections ------------------------------------------------------------------------------ */

/* A part goes to whom its URL names, and to nobody else: neither to another host, nor to
 * another place of the same one; not when all was sent, and not while it is on its way. */
static void
test_redirections (PutFixture *fixture, gconstpointer user_data)
{
  static const struct
  {
    guint status;
    gboolean elsewhere;
    gboolean early;
  } cases[] = {
    { 307, TRUE, FALSE },  { 307, FALSE, FALSE }, { 308, TRUE, FALSE }, { 301, FALSE, FALSE },
    { 303, FALSE, FALSE }, { 307, TRUE, TRUE },   { 307, FALSE, TRUE }, { 301, TRUE, TRUE },
  };
  const PutSetup *setup = user_data;
  g_autoptr (HoistTestHttpServer) other = hoist_test_http_server_new (setup->certificate_name);

  for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      gboolean early = cases[i / 2].early;
      g_autofree char *address = g_strdup_printf (
        "%s:%u", cases[i / 2].elsewhere ? "localhost" : "127.0.0.1",
        hoist_test_http_server_get_port (cases[i / 2].elsewhere ? other : fixture->server));
      g_autofree char *headers =
        g_strdup_printf ("Location: %s://%s/there?X-Amz-Signature=secret\r\n",
                         setup->certificate_name != NULL ? "https" : "http", address);
      HoistTestReply reply = { .status = cases[i / 2].status,
                               .headers = headers,
                               .read_bytes = early ? 65536 : -1,
                               .close = early };
      g_autoptr (PutRun) run = put_run_new (fixture, early ? LONG_BYTES : 100000);
      guint before;

      g_test_message ("case %u, on a %s connection", i / 2, i % 2 ? "reused" : "fresh");
      hoist_transport_drop_connections (fixture->transport);
      if (i % 2 == 1)
        warm_up (fixture);
      before = hoist_test_http_server_count_requests (fixture->server);
      hoist_test_http_server_script (fixture->server, &reply);
      put_run_to_end (fixture, run);
      g_assert_error (run->error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
      g_assert_nonnull (
        strstr (run->error->message, cases[i / 2].elsewhere ? "localhost" : address));
      g_assert_cmpuint (hoist_test_http_server_count_requests (fixture->server), ==, before + 1);
    }
  g_assert_cmpuint (hoist_test_http_server_count_connections (other), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  put_fixture_add ("transport-answers", "way", test_way);
  put_fixture_add ("transport-answers", "interim", test_interim_answers);
  put_fixture_add ("transport-answers", "redirections", test_redirections);
  return g_test_run ();
}
