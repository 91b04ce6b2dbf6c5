/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole uploads, against the embedded store: from initiate to bytes that are equal. */

#include <string.h>

#include "backend-fixture.h"
#include "hoist-s3-checksum.h"
#include "hoist-token-store.h"

#define PART_BYTES (5 << 20)

typedef struct
{
  char *upload_id; /* (owned) (nullable) */
  char *key;       /* (owned) */
} Begun;

static void
begun_clear (Begun *begun)
{
  g_free (begun->upload_id);
  g_free (begun->key);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Begun, begun_clear)

static void
begin (BackendFixture *fixture, const char *path, gsize size, Begun *begun)
{
  g_autofree char *body = g_strdup_printf (
    "{\"fileName\":\"x\",\"path\":\"%s\",\"size\":%" G_GSIZE_FORMAT ",\"multipart\":true,"
    "\"contentType\":\"image/png\",\"partSize\":%d,\"totalChunks\":%" G_GSIZE_FORMAT "}",
    path, size, PART_BYTES, MAX ((size + PART_BYTES - 1) / PART_BYTES, 1));
  g_autoptr (BackendReply) reply = backend_fixture_post (fixture, "/initiate", body);
  JsonObject *object;

  backend_assert_ok (reply);
  object = backend_reply_object (reply);
  g_assert_true (json_object_get_boolean_member (object, "multipart"));
  g_assert_cmpint (json_object_get_int_member (object, "partSize"), ==, PART_BYTES);
  begun->upload_id = g_strdup (json_object_get_string_member (object, "uploadId"));
  begun->key = g_strdup (json_object_get_string_member (object, "key"));
}

static BackendReply *
send_part (BackendFixture *fixture,
           const Begun *begun,
           guint part_number,
           GBytes *signed_bytes,
           GBytes *sent_bytes)
{
  g_autofree char *checksum = backend_sha256 (signed_bytes);
  g_autofree char *body =
    g_strdup_printf ("{\"uploadId\":\"%s\",\"key\":\"%s\",\"parts\":[{\"partNumber\":%u,"
                     "\"checksumSha256\":\"%s\"}]}",
                     begun->upload_id, begun->key, part_number, checksum);
  g_autoptr (BackendReply) reply = backend_fixture_post (fixture, "/sign", body);
  JsonObject *entry;

  backend_assert_ok (reply);
  entry = json_array_get_object_element (
    json_object_get_array_member (backend_reply_object (reply), "urls"), 0);
  g_assert_cmpint (json_object_get_int_member (entry, "partNumber"), ==, part_number);
  return backend_fixture_put (fixture, entry, sent_bytes);
}

static char *
complete_body (const Begun *begun, GPtrArray *parts, GStrv etags)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "{\"uploadId\":\"%s\",\"key\":\"%s\",\"parts\":[", begun->upload_id,
                          begun->key);
  for (guint i = 0; i < parts->len; i++)
    {
      g_autofree char *checksum = backend_sha256 (g_ptr_array_index (parts, i));

      g_string_append_printf (text,
                              "%s{\"partNumber\":%u,\"etag\":\"%s\",\"checksumSha256\":\"%s\"}",
                              i ? "," : "", i + 1, etags[i], checksum);
    }
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

static GPtrArray *
cut (GBytes *bytes)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i * (gsize) PART_BYTES < g_bytes_get_size (bytes); i++)
    g_ptr_array_add (parts, backend_cut (bytes, i, PART_BYTES));
  return parts;
}

static char *
composite_checksum (GPtrArray *parts)
{
  g_autofree guint8 *digests = g_malloc (parts->len * HOIST_SHA256_BYTES);

  for (guint i = 0; i < parts->len; i++)
    hoist_digest_data (HOIST_DIGEST_SHA256, g_bytes_get_data (parts->pdata[i], NULL),
                       g_bytes_get_size (parts->pdata[i]), digests + i * HOIST_SHA256_BYTES);
  return hoist_s3_composite_sha256 (digests, parts->len);
}

static void
assert_downloads (BackendFixture *fixture, const char *key, GBytes *bytes)
{
  g_autofree char *body = g_strdup_printf ("{\"key\":\"%s\",\"expiresIn\":60}", key);
  g_autoptr (BackendReply) reply = backend_fixture_post (fixture, "/share", body);
  g_autoptr (BackendReply) got = NULL;

  backend_assert_ok (reply);
  got = backend_fixture_send (
    fixture,
    soup_message_new ("GET", json_object_get_string_member (backend_reply_object (reply), "url")));
  g_assert_cmpuint (got->status, ==, 200);
  g_assert_true (g_bytes_equal (got->body, bytes));
}

/* What is read back after a delivery: the same as the storage was given. */
static void
assert_stat (BackendFixture *fixture, const char *key, gsize size, const char *checksum)
{
  g_autofree char *body = g_strdup_printf ("{\"key\":\"%s\",\"versionId\":null}", key);
  g_autoptr (BackendReply) reply = backend_fixture_post (fixture, "/stat", body);
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  static const char *const times[] = { "lastModified", "serverTime" };
  JsonObject *object;

  backend_assert_ok (reply);
  object = backend_reply_object (reply);
  g_assert_cmpstr (json_object_get_string_member (object, "key"), ==, key);
  g_assert_cmpint (json_object_get_int_member (object, "size"), ==, (gint64) size);
  g_assert_cmpstr (json_object_get_string_member (object, "checksumSha256"), ==, checksum);
  g_assert_cmpstr (json_object_get_string_member (object, "etag"), !=, "");
  g_assert_false (json_object_has_member (object, "versionId"));
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autoptr (GDateTime) time =
        g_date_time_new_from_iso8601 (json_object_get_string_member (object, times[i]), NULL);

      g_assert_nonnull (time);
      g_assert_cmpint (ABS (g_date_time_to_unix (time) - now_s), <, 300);
    }
}

static void
test_multipart (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autoptr (GBytes) bytes = backend_random_bytes (2 * PART_BYTES + 4711);
  g_autoptr (GPtrArray) parts = cut (bytes);
  g_auto (GStrv) etags = g_new0 (char *, parts->len + 1);
  g_auto (Begun) begun = { NULL, NULL };
  g_autofree char *body = NULL;
  g_autofree char *checksum = composite_checksum (parts);
  g_autofree char *file = NULL;
  g_autofree char *stored = NULL;
  gsize n_stored;

  begin (fixture, "dir/ü %&+#?.bin", g_bytes_get_size (bytes), &begun);
  g_assert_cmpstr (begun.key, ==, "dir/ü %&+#?.bin");
  for (guint i = 0; i < parts->len; i++)
    {
      g_autoptr (BackendReply) put =
        send_part (fixture, &begun, i + 1, parts->pdata[i], parts->pdata[i]);

      g_assert_cmpuint (put->status, ==, 200);
      etags[i] = g_strdup (soup_message_headers_get_one (put->headers, "ETag"));
      g_strdelimit (etags[i], "\"", ' ');
      g_strstrip (etags[i]);
    }
  body = complete_body (&begun, parts, etags);
  /* The second time as if the first answer had got lost. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (BackendReply) reply = backend_fixture_post (fixture, "/complete", body);
      JsonObject *object;

      backend_assert_ok (reply);
      object = backend_reply_object (reply);
      g_assert_cmpint (json_object_get_int_member (object, "size"), ==,
                       (gint64) g_bytes_get_size (bytes));
      g_assert_cmpstr (json_object_get_string_member (object, "checksumSha256"), ==, checksum);
      g_assert_true (g_str_has_suffix (json_object_get_string_member (object, "etag"), "-3"));
      g_assert_true (g_str_has_suffix (json_object_get_string_member (object, "location"),
                                       "/hoist/dir/%C3%BC%20%25%26%2B%23%3F.bin"));
    }
  assert_downloads (fixture, begun.key, bytes);
  assert_stat (fixture, begun.key, g_bytes_get_size (bytes), checksum);
  file = g_build_filename (fixture->dir, "hoist", begun.key, NULL);
  g_assert_true (g_file_get_contents (file, &stored, &n_stored, NULL));
  g_assert_cmpmem (stored, n_stored, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
assert_status (BackendFixture *fixture, const Begun *begun, const char *chunks)
{
  g_autofree char *escaped = g_uri_escape_string (begun->key, NULL, FALSE);
  g_autofree char *path = g_strdup_printf ("/status?uploadId=%s&key=%s", begun->upload_id, escaped);
  g_autoptr (BackendReply) reply = backend_fixture_get (fixture, path);
  g_autofree char *found = NULL;

  if (chunks == NULL)
    {
      backend_assert_error (reply, 404, "upload_gone");
      return;
    }
  backend_assert_ok (reply);
  found =
    json_to_string (json_object_get_member (backend_reply_object (reply), "uploadedChunks"), FALSE);
  g_assert_cmpstr (found, ==, chunks);
}

static void
test_resume_and_abort (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autoptr (GBytes) part = backend_random_bytes (PART_BYTES);
  g_autoptr (GBytes) other = backend_random_bytes (PART_BYTES);
  g_auto (Begun) begun = { NULL, NULL };
  g_autofree char *abort_body = NULL;
  g_autoptr (BackendReply) uploads = NULL;
  g_autoptr (BackendReply) damaged = NULL;
  g_autoptr (BackendReply) sent = NULL;

  begin (fixture, "a", 3 * PART_BYTES, &begun);
  assert_status (fixture, &begun, "[]");
  /* Damaged on the way: the storage refuses what is not what was signed. */
  damaged = send_part (fixture, &begun, 2, part, other);
  g_assert_cmpuint (damaged->status, ==, 400);
  assert_status (fixture, &begun, "[]");
  sent = send_part (fixture, &begun, 2, part, part);
  g_assert_cmpuint (sent->status, ==, 200);
  assert_status (fixture, &begun, "[2]");
  uploads = backend_fixture_get (fixture, "/uploads");
  backend_assert_ok (uploads);
  g_assert_cmpuint (json_array_get_length (
                      json_object_get_array_member (backend_reply_object (uploads), "uploads")),
                    ==, 1);
  abort_body = g_strdup_printf ("{\"uploadId\":\"%s\",\"key\":\"%s\"}", begun.upload_id, begun.key);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (BackendReply) reply = backend_fixture_post (fixture, "/abort", abort_body);

      backend_assert_ok (reply);
      g_assert_cmpint (json_object_get_int_member (backend_reply_object (reply), "remaining"), ==,
                       0);
      assert_status (fixture, &begun, NULL);
    }
}

/* An upload id only works with its own key. */
static void
test_swapped_keys (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_auto (Begun) first = { NULL, NULL };
  g_auto (Begun) second = { NULL, NULL };
  Begun mixed;

  begin (fixture, "a", PART_BYTES, &first);
  begin (fixture, "b", PART_BYTES, &second);
  mixed = (Begun){ first.upload_id, second.key };
  assert_status (fixture, &mixed, NULL);
  assert_status (fixture, &first, "[]");
}

static void
put_plain (BackendFixture *fixture, const char *path, GBytes *bytes)
{
  g_autofree char *checksum = backend_sha256 (bytes);
  g_autofree char *md5 = g_compute_checksum_for_bytes (G_CHECKSUM_MD5, bytes);
  gsize size = g_bytes_get_size (bytes);
  g_autofree char *body = g_strdup_printf (
    "{\"files\":[{\"fileName\":\"x\",\"path\":\"%s\",\"size\":%" G_GSIZE_FORMAT ","
    "\"multipart\":false,\"contentType\":\"text/plain\",\"partSize\":%" G_GSIZE_FORMAT ","
    "\"totalChunks\":1,\"checksumSha256\":\"%s\"}]}",
    path, size, size, checksum);
  g_autofree char *complete =
    g_strdup_printf ("{\"uploadId\":null,\"key\":\"%s\",\"parts\":[{\"partNumber\":1,"
                     "\"etag\":\"%s\"}]}",
                     path, md5);
  g_autoptr (BackendReply) begun = backend_fixture_post (fixture, "/initiate", body);
  g_autoptr (BackendReply) early = backend_fixture_post (fixture, "/complete", complete);
  g_autoptr (BackendReply) put = NULL;
  g_autoptr (BackendReply) done = NULL;
  JsonObject *file;

  backend_assert_ok (begun);
  backend_assert_error (early, 404, "upload_gone");
  file = json_array_get_object_element (
    json_object_get_array_member (backend_reply_object (begun), "files"), 0);
  g_assert_false (json_object_has_member (file, "uploadId"));
  g_assert_cmpint (json_object_get_int_member (file, "expiresIn"), ==, 3600);
  put = backend_fixture_put (
    fixture, json_array_get_object_element (json_object_get_array_member (file, "urls"), 0), bytes);
  g_assert_cmpuint (put->status, ==, 200);
  done = backend_fixture_post (fixture, "/complete", complete);
  backend_assert_ok (done);
  g_assert_cmpint (json_object_get_int_member (backend_reply_object (done), "size"), ==,
                   (gint64) size);
  assert_downloads (fixture, path, bytes);
  assert_stat (fixture, path, size, checksum);
}

static void
test_plain (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) one = backend_random_bytes (1);
  g_autoptr (GBytes) more = backend_random_bytes (100000);

  put_plain (fixture, "empty", empty);
  put_plain (fixture, "d/one", one);
  put_plain (fixture, "d/more", more);
}

/* Many at once, each with its own answer: what is there, what is not, what is not this token's, and
 * a version that a store without versions does not have. */
static void
test_stat_of_many (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  g_autoptr (GBytes) bytes = backend_random_bytes (1000);
  g_autofree char *stranger = backend_fixture_add_token (fixture, "anna", "anna");
  g_autoptr (BackendReply) reply = NULL;
  g_autoptr (BackendReply) alone = NULL;
  GString *body = g_string_new ("{\"objects\":[");
  JsonArray *objects;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *path = g_strdup_printf ("anna/%u", i);

      if (i % 2 == 0)
        put_plain (fixture, path, bytes);
      g_string_append_printf (body, "{\"key\":\"anna/%u\"},", i);
    }
  g_string_append (body, "{\"key\":\"bert/1\"},{\"key\":\"../x\"}]}");
  reply = backend_fixture_post_as (fixture, stranger, "/stat", body->str);
  backend_assert_ok (reply);
  objects = json_object_get_array_member (backend_reply_object (reply), "objects");
  g_assert_cmpuint (json_array_get_length (objects), ==, 22);
  for (guint i = 0; i < 22; i++)
    {
      JsonObject *object = json_array_get_object_element (objects, i);
      const char *code =
        json_object_has_member (object, "error")
          ? json_object_get_string_member (json_object_get_object_member (object, "error"), "code")
          : NULL;

      g_assert_cmpstr (code, ==,
                       i == 21      ? "key_invalid"
                       : i == 20    ? "forbidden"
                       : i % 2 == 1 ? "upload_gone"
                                    : NULL);
      if (code == NULL)
        g_assert_cmpint (json_object_get_int_member (object, "size"), ==, 1000);
    }
  alone = backend_fixture_post (fixture, "/stat", "{\"key\":\"anna/1\"}");
  backend_assert_error (alone, 404, "upload_gone");
  g_string_free (body, TRUE);
}

static void
test_bad_stats (void)
{
  static const char *const bodies[] = {
    "{}",
    "{\"key\":7}",
    "{\"key\":\"a\",\"versionId\":7}",
    "{\"objects\":[]}",
    "{\"objects\":7}",
    "{\"objects\":[7]}",
    "{\"objects\":[{\"key\":\"a\"},{}]}",
  };
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();
  GString *many = g_string_new ("{\"objects\":[{\"key\":\"a\"}");
  g_autoptr (BackendReply) too_many = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (BackendReply) reply = backend_fixture_post (fixture, "/stat", bodies[i]);

      g_test_message ("%s", bodies[i]);
      backend_assert_error (reply, 400, "bad_request");
    }
  for (guint i = 0; i < 100; i++)
    g_string_append (many, ",{\"key\":\"a\"}");
  g_string_append (many, "]}");
  too_many = backend_fixture_post (fixture, "/stat", many->str);
  backend_assert_error (too_many, 400, "bad_request");
  g_string_free (many, TRUE);
}

/* A part size that cannot be is answered by one that can. */
static void
test_part_size (void)
{
  static const struct
  {
    guint64 size;
    guint64 asked;
    const char *code; /* (nullable) */
  } cases[] = {
    { 100 << 20, 1 << 20, NULL },
    { 100 << 20, G_GUINT64_CONSTANT (6) << 30, NULL },
    { G_GUINT64_CONSTANT (1) << 40, 5 << 20, NULL },
    { G_GUINT64_CONSTANT (50) << 40, G_GUINT64_CONSTANT (5) << 30, "too_large" },
  };
  g_autoptr (BackendFixture) fixture = backend_fixture_new_embedded ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body = g_strdup_printf (
        "{\"fileName\":\"x\",\"path\":\"x\",\"size\":%" G_GUINT64_FORMAT ",\"multipart\":true,"
        "\"partSize\":%" G_GUINT64_FORMAT ",\"totalChunks\":%" G_GUINT64_FORMAT "}",
        cases[i].size, cases[i].asked, (cases[i].size + cases[i].asked - 1) / cases[i].asked);
      g_autoptr (BackendReply) reply = backend_fixture_post (fixture, "/initiate", body);
      guint64 answered;

      if (cases[i].code != NULL)
        {
          backend_assert_error (reply, 413, cases[i].code);
          continue;
        }
      backend_assert_ok (reply);
      answered = (guint64) json_object_get_int_member (backend_reply_object (reply), "partSize");
      g_assert_cmpuint (answered, >=, 5 << 20);
      g_assert_cmpuint (answered, <=, G_GUINT64_CONSTANT (5) << 30);
      g_assert_cmpuint ((cases[i].size + answered - 1) / answered, <=, 10000);
    }
}

/* Prefix, template, and what a token may. */
static void
test_rights (void)
{
  g_autoptr (BackendFixture) fixture = backend_fixture_new ();
  g_autoptr (HoistTokenStore) store = NULL;
  g_autoptr (HoistToken) token = hoist_token_new ("anna");
  g_autofree char *secret = NULL;
  g_autoptr (BackendReply) initiate = NULL;
  g_autoptr (BackendReply) large = NULL;
  g_autoptr (BackendReply) uploads = NULL;
  g_autoptr (BackendReply) share = NULL;
  const char *key;

  fixture->config->embedded_dir = g_strdup (fixture->dir);
  g_free (fixture->config->key_template);
  fixture->config->key_template = g_strdup ("{prefix}{account}-{yyyy}/{name}");
  backend_fixture_start (fixture);
  store = hoist_token_store_new (fixture->config->tokens_file);
  token->may_list = FALSE;
  token->may_share = FALSE;
  token->max_object_bytes = 10 << 20;
  secret = hoist_token_store_add (store, token, NULL);

#define FILE_OF(size)                                                                              \
  "{\"fileName\":\"x\",\"path\":\"d/x\",\"size\":" size ",\"multipart\":true,"                     \
  "\"partSize\":10485760,\"totalChunks\":1}"
  initiate = backend_fixture_post_as (fixture, secret, "/initiate", FILE_OF ("10485760"));
  backend_assert_ok (initiate);
  key = json_object_get_string_member (backend_reply_object (initiate), "key");
  g_assert_true (g_str_has_prefix (key, "anna/anna-20"));
  g_assert_true (g_str_has_suffix (key, "/x"));
  large = backend_fixture_post_as (fixture, secret, "/initiate",
                                   "{\"fileName\":\"x\",\"path\":\"d/x\",\"size\":10485761,"
                                   "\"multipart\":true,\"partSize\":10485760,\"totalChunks\":2}");
  backend_assert_error (large, 413, "too_large");
  uploads =
    backend_fixture_send (fixture, backend_fixture_message (fixture, "GET", "/uploads", secret));
  backend_assert_error (uploads, 403, "forbidden");
  share =
    backend_fixture_post_as (fixture, secret, "/share", "{\"key\":\"anna/x\",\"expiresIn\":60}");
  backend_assert_error (share, 501, "not_supported");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api-cycle/multipart", test_multipart);
  g_test_add_func ("/api-cycle/resume-and-abort", test_resume_and_abort);
  g_test_add_func ("/api-cycle/swapped-keys", test_swapped_keys);
  g_test_add_func ("/api-cycle/plain", test_plain);
  g_test_add_func ("/api-cycle/stat-of-many", test_stat_of_many);
  g_test_add_func ("/api-cycle/bad-stats", test_bad_stats);
  g_test_add_func ("/api-cycle/part-size", test_part_size);
  g_test_add_func ("/api-cycle/rights", test_rights);
  return g_test_run ();
}
