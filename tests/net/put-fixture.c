/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "put-fixture.h"

#include <sys/mman.h>
#include <unistd.h>

#include "hoist-net.h"

/* A file in memory with bytes that do not repeat at any power of two. */
int
make_file (gsize n_bytes)
{
  int fd = memfd_create ("test", MFD_CLOEXEC);
  g_autofree guint8 *block = g_malloc (65521);
  gsize left = n_bytes;

  g_assert_cmpint (fd, >=, 0);
  for (gsize i = 0; i < 65521; i++)
    block[i] = (guint8) g_test_rand_int ();
  while (left > 0)
    {
      gssize n_written = write (fd, block, MIN (left, 65521));

      g_assert_cmpint (n_written, >, 0);
      left -= (gsize) n_written;
    }
  return fd;
}

char *
hash_file (int fd, guint64 offset_bytes, guint64 length_bytes)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *block = g_malloc (65536);

  while (length_bytes > 0)
    {
      gssize n_read = pread (fd, block, MIN (length_bytes, 65536), (off_t) offset_bytes);

      g_assert_cmpint (n_read, >, 0);
      g_checksum_update (checksum, block, n_read);
      offset_bytes += (guint64) n_read;
      length_bytes -= (guint64) n_read;
    }
  return g_strdup (g_checksum_get_string (checksum));
}

HoistNetTrust *
make_trust (const char *ca_name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "lib", "tls", ca_name, NULL);
  g_autoptr (GError) error = NULL;
  HoistNetTrust *trust = hoist_net_trust_new (path, NULL, NULL, &error);

  g_assert_no_error (error);
  return trust;
}

void
put_fixture_set_up (PutFixture *fixture, gconstpointer user_data)
{
  const PutSetup *setup = user_data;

  if (setup->certificate_name != NULL)
    fixture->trust = make_trust ("ca.pem");
  fixture->server = hoist_test_http_server_new (setup->certificate_name);
  fixture->transport = hoist_transport_new (1);
  hoist_transport_set_direct (fixture->transport, !setup->through_libsoup);
}

void
put_fixture_tear_down (PutFixture *fixture, gconstpointer user_data)
{
  g_clear_object (&fixture->transport);
  g_clear_object (&fixture->trust);
  g_clear_pointer (&fixture->server, hoist_test_http_server_free);
}

/* In each setup: what holds for one way must hold for all. */
void
put_fixture_add (const char *suite, const char *name, void (*test) (PutFixture *, gconstpointer))
{
  static const PutSetup setups[] = { { "plain", NULL, FALSE },
                                     { "tls", "localhost", FALSE },
                                     { "plain-through-libsoup", NULL, TRUE },
                                     { "tls-through-libsoup", "localhost", TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (setups); i++)
    {
      g_autofree char *path = g_strdup_printf ("/net/%s/%s/%s", suite, setups[i].name, name);

      g_test_add (path, PutFixture, &setups[i], put_fixture_set_up, test, put_fixture_tear_down);
    }
}

PutRun *
put_run_new (PutFixture *fixture, gsize n_bytes)
{
  PutRun *run = g_new0 (PutRun, 1);

  run->put = hoist_put_new ();
  run->put->url = hoist_test_http_server_dup_url (fixture->server, "/b/k?X-Amz-Signature=secret");
  g_set_object (&run->put->trust, fixture->trust);
  run->put->fd = make_file (n_bytes);
  run->put->length_bytes = n_bytes;
  run->cancellable = g_cancellable_new ();
  return run;
}

void
put_run_free (PutRun *run)
{
  close (run->put->fd);
  hoist_put_unref (run->put);
  g_clear_object (&run->cancellable);
  g_clear_error (&run->error);
  g_free (run);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PutRun *run = user_data;
  gboolean sent = hoist_transport_put_finish (HOIST_TRANSPORT (source), result, &run->error);

  g_assert_true (sent == (run->error == NULL));
  /* Never a secret, whatever happened. */
  if (run->error != NULL)
    g_assert_null (strstr (run->error->message, "secret"));
  run->done = TRUE;
}

void
put_run_start (PutFixture *fixture, PutRun *run)
{
  hoist_transport_put_async (fixture->transport, run->put, run->cancellable, done_cb, run);
}

void
put_run_wait (PutRun *run)
{
  while (!run->done)
    g_main_context_iteration (NULL, TRUE);
}

void
put_run_to_end (PutFixture *fixture, PutRun *run)
{
  put_run_start (fixture, run);
  put_run_wait (run);
}

/* That the server got exactly these bytes, and we know it. */
void
put_run_assert_sent (PutFixture *fixture, PutRun *run, guint request_index)
{
  const HoistTestRequest *request =
    hoist_test_http_server_get_request (fixture->server, request_index);
  g_autofree char *sha256 =
    hash_file (run->put->fd, run->put->offset_bytes, run->put->length_bytes);

  g_assert_no_error (run->error);
  g_assert_cmpstr (request->method, ==, "PUT");
  g_assert_cmpstr (request->target, ==, "/b/k?X-Amz-Signature=secret");
  g_assert_cmpint (request->content_length, ==, (gint64) run->put->length_bytes);
  g_assert_cmpuint (request->body_bytes, ==, run->put->length_bytes);
  g_assert_cmpstr (request->sha256, ==, sha256);
  g_assert_null (g_hash_table_lookup (request->headers, "transfer-encoding"));
  g_assert_null (g_hash_table_lookup (request->headers, "expect"));
  g_assert_null (g_hash_table_lookup (request->headers, "cookie"));
  g_assert_null (g_hash_table_lookup (request->headers, "authorization"));
  g_assert_cmpuint (run->put->http_status, ==, 200);
  g_assert_cmpuint (run->put->acked_bytes, ==, run->put->length_bytes);
}
