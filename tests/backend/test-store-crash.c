/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hoist-s3-xml.h"
#include "store-fixture.h"

/* Kills a store in a process of its own at moments that the seed gives (`--seed`), in the middle of
 * whatever it does, and looks at what it left. */

#define N_KILLS 30
#define MAX_DELAY_US 150000
#define SMALL_BYTES (40 << 10)
#define LARGE_BYTES (1500 << 10)
#define PART_BYTES (5 << 20)
#define MULTIPART_BYTES (PART_BYTES + (300 << 10))

static const char *self_path;

/* The child: serves until it is killed. */
static int
run_store (const char *dir)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (dir);

  g_print ("%u\n", fixture->port);
  fflush (stdout);
  for (;;)
    pause ();
  return 0;
}

typedef struct
{
  pid_t pid;
  guint16 port;
  gulong delay_us;
} Child;

static Child
start_child (const char *dir)
{
  const char *const argv[] = { self_path, "--serve", dir, NULL };
  g_autoptr (GError) error = NULL;
  Child child = { 0 };
  char line[32] = "";
  int out;
  FILE *stream;

  g_assert_true (g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD,
                                           NULL, NULL, &child.pid, NULL, &out, NULL, &error));
  g_assert_no_error (error);
  stream = fdopen (out, "r");
  g_assert_nonnull (fgets (line, sizeof line, stream));
  child.port = (guint16) strtoul (line, NULL, 10);
  g_assert_cmpuint (child.port, >, 0);
  fclose (stream);
  return child;
}

static void
kill_child (Child *child)
{
  int status;

  g_assert_cmpint (kill (child->pid, SIGKILL), ==, 0);
  while (waitpid (child->pid, &status, 0) < 0)
    g_assert_cmpint (errno, ==, EINTR);
  g_assert_true (WIFSIGNALED (status));
}

/* The moment is the seed's and the scheduler's: whichever it is, nothing may be half. */
static gpointer
kill_in_thread (gpointer data)
{
  Child *child = data;

  g_usleep (child->delay_us);
  kill_child (child);
  return NULL;
}

/* Every object says in each of its eight-byte words which generation of which key it is, so that
 * two that were mixed are seen. */
static GBytes *
make_content (guint key, guint generation, gsize length)
{
  guint32 *words = g_malloc (length);

  for (gsize i = 0; i < length / 8; i++)
    {
      words[2 * i] = key;
      words[2 * i + 1] = generation;
    }
  return g_bytes_new_take (words, length);
}

/* Returns: the generation, after it made sure that it is a whole object. */
static guint
check_content (GBytes *body, guint key, gsize length, const char *etag)
{
  g_autofree char *md5 = store_md5_hex (body);
  g_autofree char *bare = hoist_s3_etag_strip (etag);
  const guint32 *words = g_bytes_get_data (body, NULL);

  g_assert_cmpuint (g_bytes_get_size (body), ==, length);
  if (strchr (bare, '-') == NULL)
    g_assert_cmpstr (bare, ==, md5);
  for (gsize i = 0; i < length / 8; i++)
    {
      g_assert_cmpuint (words[2 * i], ==, key);
      g_assert_cmpuint (words[2 * i + 1], ==, words[1]);
    }
  return words[1];
}

static gsize
get_length (guint key)
{
  if (key % 3 == 0)
    return MULTIPART_BYTES;
  return key % 2 == 0 ? SMALL_BYTES : LARGE_BYTES;
}

/* Returns: FALSE: the store is gone. */
static gboolean
try_send (StoreFixture *fixture, HoistS3Request *request, GBytes *body, GBytes **reply)
{
  g_autoptr (HoistS3Request) owned = request;
  g_autoptr (SoupMessage) message = store_fixture_new_message (fixture, owned, body);
  g_autoptr (GBytes) got = soup_session_send_and_read (fixture->session, message, NULL, NULL);

  if (got == NULL || soup_message_get_status (message) == 0)
    return FALSE;
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  if (reply != NULL)
    *reply = g_steal_pointer (&got);
  return TRUE;
}

static gboolean
try_put (StoreFixture *fixture, const char *name, GBytes *body)
{
  return try_send (fixture, hoist_s3_request_put_object (name, NULL, HOIST_DIGEST_NONE, NULL), body,
                   NULL);
}

static gboolean
try_multipart (StoreFixture *fixture, const char *name, GBytes *body)
{
  g_autoptr (GBytes) created = NULL;
  g_autoptr (HoistS3CreateResult) result = NULL;
  g_autoptr (GPtrArray) parts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_s3_part_free);
  gsize total = g_bytes_get_size (body);
  guint number = 0;

  if (!try_send (fixture, hoist_s3_request_create_multipart_upload (name, NULL, HOIST_DIGEST_NONE),
                 NULL, &created))
    return FALSE;
  result = hoist_s3_create_result_parse (g_bytes_get_data (created, NULL),
                                         g_bytes_get_size (created), NULL);
  g_assert_nonnull (result);
  for (gsize offset = 0; offset < total; offset += PART_BYTES)
    {
      gsize length = MIN (PART_BYTES, total - offset);
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (body, offset, length);
      g_autofree char *md5 = store_md5_hex (part);

      number++;
      g_ptr_array_add (parts, hoist_s3_part_new (number, 0, md5, NULL));
      if (!try_send (fixture,
                     hoist_s3_request_upload_part (name, result->upload_id, number,
                                                   HOIST_DIGEST_NONE, NULL),
                     part, NULL))
        return FALSE;
    }
  return try_send (fixture,
                   hoist_s3_request_complete_multipart_upload (name, result->upload_id, parts),
                   NULL, NULL);
}

/* Writes until the store is gone. @acknowledged: for each key the last generation that the store
 * said it has. */
static void
write_until_killed (StoreFixture *fixture, guint *acknowledged, guint *attempted, guint n_keys)
{
  for (;;)
    {
      guint key = (guint) g_test_rand_int_range (0, (gint32) n_keys);
      g_autofree char *name = g_strdup_printf ("folder %u/object", key);
      guint generation = attempted[key] + 1;
      g_autoptr (GBytes) body = make_content (key, generation, get_length (key));
      gboolean is_done;

      attempted[key] = generation;
      is_done = key % 3 == 0 ? try_multipart (fixture, name, body) : try_put (fixture, name, body);
      if (!is_done)
        return;
      acknowledged[key] = generation;
    }
}

/* What the successor in the folder has. */
static void
check_store (StoreFixture *fixture, const guint *acknowledged, const guint *attempted, guint n_keys)
{
  for (guint key = 0; key < n_keys; key++)
    {
      g_autofree char *name = g_strdup_printf ("folder %u/object", key);
      g_autoptr (StoreReply) reply = store_fixture_get (fixture, name);
      guint generation;

      if (reply->status == 404)
        {
          g_assert_cmpuint (acknowledged[key], ==, 0);
          continue;
        }
      g_assert_cmpuint (reply->status, ==, 200);
      generation =
        check_content (reply->body, key, get_length (key), store_reply_header (reply, "ETag"));
      g_assert_cmpuint (generation, >=, acknowledged[key]);
      g_assert_cmpuint (generation, <=, attempted[key]);
    }
}

static void
test_kill (void)
{
  enum
  {
    N_KEYS = 6
  };
  g_autofree char *dir = g_dir_make_tmp ("hoist-crash-XXXXXX", NULL);
  g_autofree char *tmp = g_build_filename (dir, ".hoist", "tmp", NULL);
  StoreFixture *client = store_fixture_new ("-");
  guint acknowledged[N_KEYS] = { 0 };
  guint attempted[N_KEYS] = { 0 };
  guint n_leftovers = 0;

  for (guint round = 0; round < N_KILLS; round++)
    {
      Child child = start_child (dir);
      GThread *killer;

      /* The start has cleared what the last kill left. */
      g_assert_cmpuint (store_count_files (tmp), ==, 0);
      store_fixture_open_client (client, child.port);
      check_store (client, acknowledged, attempted, N_KEYS);
      child.delay_us = (gulong) g_test_rand_int_range (0, MAX_DELAY_US);
      killer = g_thread_new ("killer", kill_in_thread, &child);
      write_until_killed (client, acknowledged, attempted, N_KEYS);
      g_thread_join (killer);
      n_leftovers += store_count_files (tmp);
    }
  g_test_message ("%u files were left half done by %u kills", n_leftovers, N_KILLS);
  client->owns_dir = TRUE;
  g_free (client->dir);
  client->dir = g_steal_pointer (&dir);
  store_fixture_free (client);
}

int
main (int argc, char *argv[])
{
  if (argc == 3 && g_str_equal (argv[1], "--serve"))
    return run_store (argv[2]);
  self_path = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/crash/kill", test_kill);
  return g_test_run ();
}
