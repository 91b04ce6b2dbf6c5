/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>

#include "hoist-digest.h"
#include "hoist-s3-fault.h"

#define EXPIRES_S 600

static gpointer
serve_in_thread (gpointer data)
{
  StoreFixture *fixture = data;
  g_autoptr (SoupServer) server = NULL;
  g_autoptr (HoistStore) store = NULL;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  g_main_context_push_thread_default (fixture->context);
  server = soup_server_new ("raw-paths", TRUE, NULL);
  store = hoist_store_new (fixture->dir, STORE_BUCKET, STORE_REGION, fixture->credentials, &error);
  g_assert_no_error (error);
  hoist_store_mount (store, server);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  g_mutex_lock (&fixture->lock);
  fixture->port = (guint16) g_uri_get_port (uris->data);
  g_cond_signal (&fixture->ready);
  g_mutex_unlock (&fixture->lock);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  g_main_loop_run (fixture->loop);
  soup_server_disconnect (server);
  g_main_context_pop_thread_default (fixture->context);
  return NULL;
}

/* The part of the client: also for a store in another process. */
void
store_fixture_open_client (StoreFixture *fixture, guint16 port)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", port);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->signer, hoist_s3_signer_free);
  g_clear_pointer (&fixture->endpoint, hoist_s3_endpoint_free);
  g_clear_object (&fixture->session);
  fixture->port = port;
  fixture->endpoint = hoist_s3_endpoint_new (url, STORE_REGION, STORE_BUCKET, TRUE, &error);
  g_assert_no_error (error);
  fixture->signer = hoist_s3_signer_new (fixture->credentials, fixture->endpoint);
  fixture->session = soup_session_new_with_options ("timeout", 60, NULL);
}

/* @dir: the store's folder, which stays; or null for one of its own. With `-` no store is started:
 * see store_fixture_open_client(). */
StoreFixture *
store_fixture_new (const char *dir)
{
  StoreFixture *fixture = g_new0 (StoreFixture, 1);
  g_autoptr (GError) error = NULL;

  fixture->owns_dir = dir == NULL;
  fixture->dir = dir != NULL ? g_strdup (dir) : g_dir_make_tmp ("hoist-store-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->credentials = hoist_s3_credentials_new (STORE_ACCESS_KEY, STORE_SECRET_KEY, NULL);
  g_mutex_init (&fixture->lock);
  g_cond_init (&fixture->ready);
  if (g_strcmp0 (dir, "-") == 0)
    return fixture;
  fixture->context = g_main_context_new ();
  fixture->loop = g_main_loop_new (fixture->context, FALSE);
  fixture->thread = g_thread_new ("store", serve_in_thread, fixture);
  g_mutex_lock (&fixture->lock);
  while (fixture->port == 0)
    g_cond_wait (&fixture->ready, &fixture->lock);
  g_mutex_unlock (&fixture->lock);
  store_fixture_open_client (fixture, fixture->port);
  return fixture;
}

static void
remove_all (const char *path)
{
  GDir *dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);

  for (const char *name = dir != NULL ? g_dir_read_name (dir) : NULL; name != NULL;
       name = g_dir_read_name (dir))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_assert_cmpint (g_remove (path), ==, 0);
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Until the last worker is done with the folder, which is when the store unlocks it. */
static void
finish_work (StoreFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->dir, ".hoist", "lock", NULL);
  g_autoptr (GSource) waker = g_timeout_source_new (5);
  int fd = open (path, O_RDWR | O_CLOEXEC);

  g_source_set_callback (waker, wake_cb, NULL, NULL);
  g_source_attach (waker, fixture->context);
  g_main_context_push_thread_default (fixture->context);
  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    g_main_context_iteration (fixture->context, TRUE);
  g_main_context_pop_thread_default (fixture->context);
  g_source_destroy (waker);
  g_close (fd, NULL);
}

void
store_fixture_free (StoreFixture *fixture)
{
  g_clear_object (&fixture->session);
  if (fixture->thread != NULL)
    {
      g_main_context_invoke (fixture->context, quit_cb, fixture->loop);
      g_thread_join (fixture->thread);
      finish_work (fixture);
      g_main_loop_unref (fixture->loop);
      g_main_context_unref (fixture->context);
    }
  g_clear_pointer (&fixture->signer, hoist_s3_signer_free);
  g_clear_pointer (&fixture->endpoint, hoist_s3_endpoint_free);
  hoist_s3_credentials_unref (fixture->credentials);
  if (fixture->owns_dir)
    remove_all (fixture->dir);
  g_mutex_clear (&fixture->lock);
  g_cond_clear (&fixture->ready);
  g_free (fixture->dir);
  g_free (fixture);
}

/* Where a person sees the object @name. */
char *
store_fixture_path (StoreFixture *fixture, const char *name)
{
  return g_build_filename (fixture->dir, STORE_BUCKET, name, NULL);
}

char *
store_fixture_presign (StoreFixture *fixture, const HoistS3Request *request)
{
  g_autoptr (GError) error = NULL;
  char *url = hoist_s3_signer_presign (fixture->signer, request,
                                       g_get_real_time () / G_USEC_PER_SEC, EXPIRES_S, &error);

  g_assert_no_error (error);
  return url;
}

SoupMessage *
store_fixture_new_message (StoreFixture *fixture, const HoistS3Request *request, GBytes *body)
{
  g_autofree char *url = store_fixture_presign (fixture, request);
  SoupMessage *message = soup_message_new (request->method, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  for (guint i = 0; i < hoist_s3_pairs_get_length (request->headers); i++)
    soup_message_headers_append (headers, hoist_s3_pairs_get_name (request->headers, i),
                                 hoist_s3_pairs_get_value (request->headers, i));
  if (body == NULL)
    body = request->body;
  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, NULL, body);
  return message;
}

StoreReply *
store_fixture_send_message (StoreFixture *fixture, SoupMessage *message)
{
  StoreReply *reply = g_new0 (StoreReply, 1);
  g_autoptr (GError) error = NULL;

  reply->body = soup_session_send_and_read (fixture->session, message, NULL, &error);
  g_assert_no_error (error);
  reply->status = soup_message_get_status (message);
  reply->headers = soup_message_headers_ref (soup_message_get_response_headers (message));
  return reply;
}

/* Presigns and sends. @request: (transfer full) */
StoreReply *
store_fixture_send (StoreFixture *fixture, HoistS3Request *request, GBytes *body)
{
  g_autoptr (HoistS3Request) owned = request;
  g_autoptr (SoupMessage) message = store_fixture_new_message (fixture, owned, body);

  return store_fixture_send_message (fixture, message);
}

StoreReply *
store_fixture_put (StoreFixture *fixture, const char *key, const char *text)
{
  g_autoptr (GBytes) body = g_bytes_new_static (text, strlen (text));

  return store_fixture_send (
    fixture, hoist_s3_request_put_object (key, NULL, HOIST_DIGEST_NONE, NULL), body);
}

StoreReply *
store_fixture_get (StoreFixture *fixture, const char *key)
{
  return store_fixture_send (fixture, hoist_s3_request_get_object (key), NULL);
}

StoreReply *
store_fixture_head (StoreFixture *fixture, const char *key)
{
  return store_fixture_send (fixture, hoist_s3_request_head_object (key), NULL);
}

StoreReply *
store_fixture_delete (StoreFixture *fixture, const char *key)
{
  return store_fixture_send (fixture, hoist_s3_request_delete_object (key), NULL);
}

void
store_reply_free (StoreReply *reply)
{
  soup_message_headers_unref (reply->headers);
  g_bytes_unref (reply->body);
  g_free (reply);
}

const char *
store_reply_header (const StoreReply *reply, const char *name)
{
  return soup_message_headers_get_one (reply->headers, name);
}

/* Returns: (nullable): the code of an error document */
char *
store_reply_code (const StoreReply *reply)
{
  gsize length;
  const char *data = g_bytes_get_data (reply->body, &length);
  g_autoptr (HoistS3Fault) fault = length > 0 ? hoist_s3_fault_parse (data, length) : NULL;

  return fault != NULL ? g_strdup (fault->code) : NULL;
}

/* @reply: (transfer full) */
void
store_assert_fault (StoreReply *reply, guint status, const char *code)
{
  g_autoptr (StoreReply) owned = reply;
  g_autofree char *found = store_reply_code (owned);

  g_assert_cmpstr (found, ==, code);
  g_assert_cmpuint (owned->status, ==, status);
  g_assert_cmpstr (soup_message_headers_get_content_type (owned->headers, NULL), ==,
                   "application/xml");
  g_assert_nonnull (store_reply_header (owned, "x-amz-request-id"));
}

/* @reply: (transfer full) */
void
store_assert_ok (StoreReply *reply)
{
  g_autoptr (StoreReply) owned = reply;
  g_autofree char *found = store_reply_code (owned);

  g_assert_cmpstr (found, ==, NULL);
  g_assert_cmpuint (owned->status / 100, ==, 2);
}

GBytes *
store_random_bytes (gsize length)
{
  guint32 *data = g_malloc (length + sizeof (guint32));

  for (gsize i = 0; i <= length / sizeof (guint32); i++)
    data[i] = (guint32) g_test_rand_int ();
  return g_bytes_new_take (data, length);
}

char *
store_sha256_base64 (GBytes *bytes)
{
  guint8 digest[HOIST_SHA256_BYTES];
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  hoist_digest_data (HOIST_DIGEST_SHA256, data, length, digest);
  return hoist_digest_to_base64 (digest, sizeof digest);
}

char *
store_md5_hex (GBytes *bytes)
{
  guint8 digest[HOIST_MD5_BYTES];
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  hoist_digest_data (HOIST_DIGEST_MD5, data, length, digest);
  return hoist_digest_to_hex (digest, sizeof digest);
}

/* The regular files below a folder, also in its folders. */
guint
store_count_files (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n_files = 0;

  for (const char *name = dir != NULL ? g_dir_read_name (dir) : NULL; name != NULL;
       name = g_dir_read_name (dir))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        n_files += store_count_files (child);
      else
        n_files++;
    }
  return n_files;
}
