/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is unfinished, against the embedded store: pages, details, and whose they are. */

#include <string.h>

#include "backend-fixture.h"
#include "hoist-token-store.h"

#define PART_BYTES (5 << 20)

/* Begins one and gives its id. */
static char *
begin (BackendFixture *fixture, const char *token, const char *path)
{
  g_autofree char *body = g_strdup_printf (
    "{\"fileName\":\"x\",\"path\":\"%s\",\"size\":%d,\"multipart\":true,\"partSize\":%d,"
    "\"totalChunks\":3}",
    path, 2 * PART_BYTES + 1, PART_BYTES);
  g_autoptr (BackendReply) reply = backend_fixture_post_as (fixture, token, "/initiate", body);

  backend_assert_ok (reply);
  return g_strdup (json_object_get_string_member (backend_reply_object (reply), "uploadId"));
}

static void
send_part (BackendFixture *fixture, const char *id, const char *key, guint number, gsize length)
{
  g_autoptr (GBytes) bytes = backend_random_bytes (length);
  g_autofree char *checksum = backend_sha256 (bytes);
  g_autofree char *body =
    g_strdup_printf ("{\"uploadId\":\"%s\",\"key\":\"%s\",\"parts\":[{\"partNumber\":%u,"
                     "\"checksumSha256\":\"%s\"}]}",
                     id, key, number, checksum);
  g_autoptr (BackendReply) reply = backend_fixture_post (fixture, "/sign", body);
  g_autoptr (BackendReply) put = NULL;
  g_autoptr (BackendReply) status = NULL;
  g_autofree char *query = g_strdup_printf ("/status?uploadId=%s&key=%s", id, key);
  JsonArray *parts;

  backend_assert_ok (reply);
  put =
    backend_fixture_put (fixture,
                         json_array_get_object_element (
                           json_object_get_array_member (backend_reply_object (reply), "urls"), 0),
                         bytes);
  g_assert_cmpuint (put->status, ==, 200);

  /* By this another computer knows whether it has the same. */
  status = backend_fixture_get (fixture, query);
  backend_assert_ok (status);
  parts = json_object_get_array_member (backend_reply_object (status), "parts");
  g_assert_cmpstr (json_object_get_string_member (
                     json_array_get_object_element (parts, json_array_get_length (parts) - 1),
                     "checksumSha256"),
                   ==, checksum);
}

static BackendReply *
get_uploads (BackendFixture *fixture, const char *token, const char *query)
{
  g_autofree char *path = g_strconcat ("/uploads", query, NULL);

  return backend_fixture_send (fixture, backend_fixture_message (fixture, "GET", path, token));
}

static void
test_pages (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  const guint expected[] = { 2, 2, 1 };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *query = g_strdup ("?limit=2");

  for (guint i = 0; i < 5; i++)
    {
      /* Two of them have the same key: a page may end between them. */
      g_autofree char *path = g_strdup_printf ("d/%u", i / 2);
      g_autofree char *id = begin (fixture, fixture->token, path);
    }
  for (gsize page = 0; page < G_N_ELEMENTS (expected); page++)
    {
      g_autoptr (BackendReply) reply = get_uploads (fixture, fixture->token, query);
      JsonObject *object;
      JsonArray *uploads;
      gboolean last = page + 1 == G_N_ELEMENTS (expected);

      backend_assert_ok (reply);
      object = backend_reply_object (reply);
      uploads = json_object_get_array_member (object, "uploads");
      g_assert_cmpuint (json_array_get_length (uploads), ==, expected[page]);
      for (guint i = 0; i < expected[page]; i++)
        g_assert_true (
          g_hash_table_add (seen, g_strdup (json_object_get_string_member (
                                    json_array_get_object_element (uploads, i), "uploadId"))));
      g_assert_true (json_object_has_member (object, "next") == !last);
      if (!last)
        {
          g_autofree char *escaped =
            g_uri_escape_string (json_object_get_string_member (object, "next"), NULL, FALSE);

          g_free (query);
          query = g_strdup_printf ("?limit=2&after=%s", escaped);
        }
    }
}

static void
test_details (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autofree char *id = begin (fixture, fixture->token, "d/a");
  g_autofree char *empty_id = begin (fixture, fixture->token, "d/b");
  g_autoptr (BackendReply) plain = NULL;
  g_autoptr (BackendReply) reply = NULL;
  JsonObject *upload;

  send_part (fixture, id, "d/a", 1, PART_BYTES);
  plain = get_uploads (fixture, fixture->token, "");
  backend_assert_ok (plain);
  upload = json_array_get_object_element (
    json_object_get_array_member (backend_reply_object (plain), "uploads"), 0);
  g_assert_false (json_object_has_member (upload, "size"));

  /* One part alone may be the last one: it does not tell how long the others are. */
  reply = get_uploads (fixture, fixture->token, "?details=true");
  backend_assert_ok (reply);
  upload = json_array_get_object_element (
    json_object_get_array_member (backend_reply_object (reply), "uploads"), 0);
  g_assert_cmpint (json_object_get_int_member (upload, "size"), ==, PART_BYTES);
  g_assert_false (json_object_has_member (upload, "partSize"));

  g_clear_pointer (&reply, backend_reply_free);
  send_part (fixture, id, "d/a", 3, 1);
  reply = get_uploads (fixture, fixture->token, "?details=true");
  backend_assert_ok (reply);
  g_assert_true (json_object_has_member (backend_reply_object (reply), "now"));
  upload = json_array_get_object_element (
    json_object_get_array_member (backend_reply_object (reply), "uploads"), 0);
  g_assert_cmpstr (json_object_get_string_member (upload, "uploadId"), ==, id);
  g_assert_cmpstr (json_object_get_string_member (upload, "path"), ==, "d/a");
  g_assert_cmpstr (json_object_get_string_member (upload, "fileName"), ==, "a");
  g_assert_cmpstr (json_object_get_string_member (upload, "checksum"), ==, "sha256");
  g_assert_cmpint (json_object_get_int_member (upload, "size"), ==, PART_BYTES + 1);
  g_assert_cmpint (json_object_get_int_member (upload, "partCount"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (upload, "partSize"), ==, PART_BYTES);
  g_assert_true (json_object_has_member (upload, "modified"));
  upload = json_array_get_object_element (
    json_object_get_array_member (backend_reply_object (reply), "uploads"), 1);
  g_assert_cmpstr (json_object_get_string_member (upload, "uploadId"), ==, empty_id);
  g_assert_cmpint (json_object_get_int_member (upload, "size"), ==, 0);
  g_assert_cmpint (json_object_get_int_member (upload, "partCount"), ==, 0);
  g_assert_false (json_object_has_member (upload, "modified"));
}

/* A token sees what is below its own prefix, wherever it asks to begin. */
static void
test_whose (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autofree char *anna = backend_fixture_add_token (fixture, "anna", "anna/");
  g_autofree char *mine = begin (fixture, anna, "a");
  g_autofree char *other = begin (fixture, fixture->token, "zoe/a");
  /* base64 of «a» and of «zoe/a» */
  const char *const queries[] = { "", "?after=YQ==.", "?details=true" };
  g_autoptr (BackendReply) behind = get_uploads (fixture, anna, "?after=em9lL2E=.");

  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (BackendReply) reply = get_uploads (fixture, anna, queries[i]);
      JsonArray *uploads;

      backend_assert_ok (reply);
      uploads = json_object_get_array_member (backend_reply_object (reply), "uploads");
      g_assert_cmpuint (json_array_get_length (uploads), ==, 1);
      g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (uploads, 0),
                                                      "uploadId"),
                       ==, mine);
    }
  backend_assert_ok (behind);
  g_assert_cmpuint (
    json_array_get_length (json_object_get_array_member (backend_reply_object (behind), "uploads")),
    ==, 0);
}

static void
test_bad_questions (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autofree char *long_one = g_strnfill (5000, 'Y');
  g_autofree char *too_long = g_strconcat ("?after=", long_one, ".", NULL);
  const char *const queries[] = {
    "?limit=0",       "?limit=1001",    "?limit=x",     "?limit=-1",    "?limit=",
    "?details=1",     "?details=",      "?after=",      "?after=.",     "?after=YQ==",
    "?after=YQ==.a.", "?after=%2F.%2F", "?after=AA==.", "?after=/w==.", too_long,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (BackendReply) reply = get_uploads (fixture, fixture->token, queries[i]);

      g_test_message ("%.40s", queries[i]);
      backend_assert_error (reply, 400, "bad_request");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api-uploads/pages", test_pages);
  g_test_add_func ("/api-uploads/details", test_details);
  g_test_add_func ("/api-uploads/whose", test_whose);
  g_test_add_func ("/api-uploads/bad-questions", test_bad_questions);
  return g_test_run ();
}
