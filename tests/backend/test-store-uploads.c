/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>
#include <sys/stat.h>

#include "hoist-digest.h"
#include "hoist-s3-checksum.h"
#include "hoist-s3-xml.h"
#include "store-fixture.h"

#define PART_BYTES (5 << 20)

static const char *const gone_id = "00000000000000000000000000000000";

static char *
create (StoreFixture *fixture, const char *key, HoistDigestKind kind)
{
  g_autoptr (StoreReply) reply = store_fixture_send (
    fixture, hoist_s3_request_create_multipart_upload (key, "text/x-test", kind), NULL);
  g_autoptr (HoistS3CreateResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (reply->body, &length);

  g_assert_cmpuint (reply->status, ==, 200);
  result = hoist_s3_create_result_parse (data, length, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (result->key, ==, key);
  g_assert_cmpstr (result->bucket, ==, STORE_BUCKET);
  return g_strdup (result->upload_id);
}

static StoreReply *
send_part (StoreFixture *fixture,
           const char *key,
           const char *id,
           guint number,
           HoistDigestKind kind,
           GBytes *body)
{
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
  gsize length;
  const void *data = g_bytes_get_data (body, &length);

  if (kind != HOIST_DIGEST_NONE)
    hoist_digest_data (kind, data, length, digest);
  return store_fixture_send (fixture, hoist_s3_request_upload_part (key, id, number, kind, digest),
                             body);
}

/* Sends a part, and adds it to the list for Complete. */
static void
add_part (StoreFixture *fixture,
          GPtrArray *parts,
          const char *key,
          const char *id,
          guint number,
          HoistDigestKind kind,
          GBytes *body)
{
  g_autoptr (StoreReply) reply = send_part (fixture, key, id, number, kind, body);
  g_autofree char *etag = NULL;
  g_autofree char *md5 = store_md5_hex (body);
  g_autofree char *sha256 = store_sha256_base64 (body);

  g_assert_cmpuint (reply->status, ==, 200);
  etag = hoist_s3_etag_strip (store_reply_header (reply, "ETag"));
  g_assert_cmpstr (etag, ==, md5);
  if (kind == HOIST_DIGEST_SHA256)
    g_assert_cmpstr (store_reply_header (reply, "x-amz-checksum-sha256"), ==, sha256);
  g_ptr_array_add (parts, hoist_s3_part_new (number, g_bytes_get_size (body), etag,
                                             kind == HOIST_DIGEST_SHA256 ? sha256 : NULL));
}

static GPtrArray *
new_parts (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_s3_part_free);
}

/* A Complete with the list in the order given, which the writer would sort. */
static StoreReply *
complete_in_order (StoreFixture *fixture, const char *key, const char *id, GPtrArray *parts)
{
  HoistS3Request *request = hoist_s3_request_new ("POST", key);
  GString *xml = g_string_new ("<CompleteMultipartUpload>");
  g_autoptr (GBytes) body = NULL;

  for (guint i = 0; i < parts->len; i++)
    {
      const HoistS3Part *part = g_ptr_array_index (parts, i);

      g_string_append_printf (xml, "<Part><PartNumber>%u</PartNumber><ETag>%s</ETag></Part>",
                              part->part_number, part->etag);
    }
  g_string_append (xml, "</CompleteMultipartUpload>");
  body = g_string_free_to_bytes (xml);
  hoist_s3_pairs_add (request->query, "uploadId", id);
  return store_fixture_send (fixture, request, body);
}

static StoreReply *
complete (StoreFixture *fixture, const char *key, const char *id, GPtrArray *parts)
{
  return store_fixture_send (fixture, hoist_s3_request_complete_multipart_upload (key, id, parts),
                             NULL);
}

static StoreReply *
abort_upload (StoreFixture *fixture, const char *key, const char *id)
{
  return store_fixture_send (fixture, hoist_s3_request_abort_multipart_upload (key, id), NULL);
}

static HoistS3PartsResult *
list_parts (StoreFixture *fixture, const char *key, const char *id, guint marker, guint max)
{
  g_autoptr (StoreReply) reply =
    store_fixture_send (fixture, hoist_s3_request_list_parts (key, id, marker, max), NULL);
  g_autoptr (GError) error = NULL;
  HoistS3PartsResult *result;
  gsize length;
  const char *data = g_bytes_get_data (reply->body, &length);

  g_assert_cmpuint (reply->status, ==, 200);
  result = hoist_s3_parts_result_parse (data, length, &error);
  g_assert_no_error (error);
  return result;
}

static void
assert_completed (StoreReply *reply, const char *key, GPtrArray *parts, HoistDigestKind kind)
{
  g_autoptr (StoreReply) owned = reply;
  g_autoptr (HoistS3CompleteResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) md5s = g_byte_array_new ();
  g_autoptr (GByteArray) sha256s = g_byte_array_new ();
  g_autofree char *etag = NULL;
  g_autofree char *composite = NULL;
  gsize length;
  const char *data = g_bytes_get_data (owned->body, &length);

  for (guint i = 0; i < parts->len; i++)
    {
      const HoistS3Part *part = g_ptr_array_index (parts, i);
      guint8 digest[HOIST_DIGEST_MAX_BYTES];

      g_assert_true (hoist_digest_from_hex (part->etag, digest, HOIST_MD5_BYTES));
      g_byte_array_append (md5s, digest, HOIST_MD5_BYTES);
      if (kind != HOIST_DIGEST_SHA256)
        continue;
      g_assert_true (hoist_digest_from_base64 (part->checksum_sha256, digest, HOIST_SHA256_BYTES));
      g_byte_array_append (sha256s, digest, HOIST_SHA256_BYTES);
    }
  g_assert_cmpuint (owned->status, ==, 200);
  result = hoist_s3_complete_result_parse (data, length, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (result->key, ==, key);
  etag = hoist_s3_multipart_etag (md5s->data, parts->len);
  g_assert_cmpstr (result->etag, ==, etag);
  if (kind == HOIST_DIGEST_SHA256)
    composite = hoist_s3_composite_sha256 (sha256s->data, parts->len);
  g_assert_cmpstr (result->checksum_sha256, ==, composite);
  g_assert_true (g_str_has_prefix (result->location, "http://127.0.0.1:"));
  g_assert_true (g_str_has_suffix (result->location, "/hoist-test/folder/big%20one"));
}

static void
test_life (gconstpointer data)
{
  HoistDigestKind kind = GPOINTER_TO_INT (data);
  const char *key = "folder/big one";
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *uploads = g_build_filename (fixture->dir, ".hoist", "uploads", NULL);
  g_autofree char *id = create (fixture, key, kind);
  g_autoptr (GPtrArray) parts = new_parts ();
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  g_autoptr (StoreReply) got = NULL;
  g_autoptr (StoreReply) head = NULL;
  HoistS3Request *request = hoist_s3_request_head_object (key);

  for (guint number = 1; number <= 3; number++)
    {
      g_autoptr (GBytes) body = store_random_bytes (number < 3 ? PART_BYTES + number * 7 : 12345);
      gsize length;
      const guint8 *bytes = g_bytes_get_data (body, &length);

      g_byte_array_append (whole, bytes, (guint) length);
      add_part (fixture, parts, key, id, number, kind, body);
    }
  store_assert_fault (store_fixture_get (fixture, key), 404, "NoSuchKey");
  assert_completed (complete (fixture, key, id, parts), key, parts, kind);
  got = store_fixture_get (fixture, key);
  g_assert_cmpmem (g_bytes_get_data (got->body, NULL), g_bytes_get_size (got->body), whole->data,
                   whole->len);
  g_assert_cmpstr (soup_message_headers_get_content_type (got->headers, NULL), ==, "text/x-test");
  if (hoist_s3_pairs_lookup_header (request->headers, "x-amz-checksum-mode") == NULL)
    hoist_s3_pairs_add (request->headers, "x-amz-checksum-mode", "ENABLED");
  head = store_fixture_send (fixture, request, NULL);
  g_assert_cmpstr (store_reply_header (head, "ETag"), ==, store_reply_header (got, "ETag"));
  g_assert_true (g_str_has_suffix (store_reply_header (head, "ETag"), "-3\""));
  g_assert_cmpstr (store_reply_header (head, "x-amz-checksum-type"), ==,
                   kind == HOIST_DIGEST_SHA256 ? "COMPOSITE" : NULL);
  g_assert_cmpuint (store_count_files (uploads), ==, 0);
  /* The answer got lost: the same again, and nothing is done twice. */
  store_assert_ok (store_fixture_put (fixture, key, "newer"));
  assert_completed (complete (fixture, key, id, parts), key, parts, kind);
  g_clear_pointer (&got, store_reply_free);
  got = store_fixture_get (fixture, key);
  g_assert_cmpuint (g_bytes_get_size (got->body), ==, 5);
  store_assert_fault (abort_upload (fixture, key, id), 404, "NoSuchUpload");
  store_assert_fault (complete (fixture, "other", id, parts), 404, "NoSuchUpload");
}

typedef struct
{
  guint number;
  gsize length;
} Sent;

enum
{
  MAX_SENT = 6
};

typedef struct
{
  const char *name;
  gboolean is_copied;
  Sent sent[MAX_SENT];
} Layout;

/* Sends the parts of a layout. Returns: what each number came to, for Complete, and all bytes. */
static GPtrArray *
send_layout (StoreFixture *fixture, const char *id, const Layout *layout, GByteArray *whole)
{
  GPtrArray *parts = new_parts ();
  g_autoptr (GHashTable) bodies =
    g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < MAX_SENT && layout->sent[i].number > 0; i++)
    {
      guint number = layout->sent[i].number;
      GBytes *body = store_random_bytes (layout->sent[i].length);

      store_assert_ok (send_part (fixture, "k", id, number, HOIST_DIGEST_SHA256, body));
      g_hash_table_replace (bodies, GUINT_TO_POINTER (number), body);
    }
  for (guint number = 1; number <= 10000; number++)
    {
      GBytes *body = g_hash_table_lookup (bodies, GUINT_TO_POINTER (number));
      g_autofree char *md5 = body != NULL ? store_md5_hex (body) : NULL;
      g_autofree char *sha256 = body != NULL ? store_sha256_base64 (body) : NULL;
      gsize length;
      const guint8 *data;

      if (body == NULL)
        continue;
      data = g_bytes_get_data (body, &length);
      g_ptr_array_add (parts, hoist_s3_part_new (number, length, md5, sha256));
      if (length > 0)
        g_byte_array_append (whole, data, (guint) length);
    }
  return parts;
}

/* However the parts are cut, and in whatever order they come: the object is what was sent last of
 * each, and it is copied only where it must be. */
static void
test_layouts (void)
{
  static const Layout layouts[] = {
    { "one size", FALSE, { { 1, PART_BYTES }, { 2, PART_BYTES }, { 3, PART_BYTES } } },
    { "short last", FALSE, { { 1, PART_BYTES }, { 2, PART_BYTES }, { 3, 1 } } },
    { "any order", FALSE, { { 3, PART_BYTES }, { 1, PART_BYTES }, { 4, 77 }, { 2, PART_BYTES } } },
    { "single", FALSE, { { 1, PART_BYTES + 5 } } },
    { "single, short", TRUE, { { 1, 5 } } },
    { "single, empty", TRUE, { { 1, 0 } } },
    { "short last first", TRUE, { { 2, 100 }, { 1, PART_BYTES } } },
    { "growing", TRUE, { { 1, PART_BYTES }, { 2, PART_BYTES + 1 }, { 3, PART_BYTES } } },
    { "shrinking", TRUE, { { 1, PART_BYTES + 9 }, { 2, PART_BYTES }, { 3, PART_BYTES } } },
    { "gaps", TRUE, { { 2, PART_BYTES }, { 5, PART_BYTES }, { 9, 3 } } },
    { "sent again", TRUE, { { 1, PART_BYTES }, { 2, PART_BYTES }, { 1, PART_BYTES } } },
    { "far away", TRUE, { { 1, PART_BYTES }, { 10000, PART_BYTES } } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    {
      g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
      g_autofree char *id = create (fixture, "k", HOIST_DIGEST_SHA256);
      g_autofree char *slots =
        g_build_filename (fixture->dir, ".hoist", "uploads", id, "data", NULL);
      g_autofree char *object = store_fixture_path (fixture, "k");
      g_autoptr (GByteArray) whole = g_byte_array_new ();
      g_autoptr (GPtrArray) parts = send_layout (fixture, id, &layouts[i], whole);
      g_autoptr (StoreReply) got = NULL;
      struct stat before = { 0 };
      struct stat after;
      gboolean has_slots = stat (slots, &before) == 0;

      g_test_message ("%s", layouts[i].name);
      store_assert_ok (complete (fixture, "k", id, parts));
      g_assert_cmpint (stat (object, &after), ==, 0);
      g_assert_true ((has_slots && before.st_ino == after.st_ino) == !layouts[i].is_copied);
      got = store_fixture_get (fixture, "k");
      g_assert_cmpmem (g_bytes_get_data (got->body, NULL), g_bytes_get_size (got->body),
                       whole->data, whole->len);
      store_assert_ok (complete (fixture, "k", id, parts));
    }
}

/* A part that came damaged is in nobody's way: not in that of the good one, and not behind the end
 * of the object. */
static void
test_damaged_part (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *id = create (fixture, "k", HOIST_DIGEST_SHA256);
  g_autoptr (GPtrArray) parts = new_parts ();
  g_autoptr (GBytes) first = store_random_bytes (PART_BYTES);
  g_autoptr (GBytes) second = store_random_bytes (PART_BYTES);
  g_autoptr (GBytes) damaged = store_random_bytes (PART_BYTES);
  g_autoptr (StoreReply) got = NULL;
  const guint8 *data;
  guint8 digest[HOIST_SHA256_BYTES];

  add_part (fixture, parts, "k", id, 1, HOIST_DIGEST_SHA256, first);
  hoist_digest_data (HOIST_DIGEST_SHA256, g_bytes_get_data (second, NULL), PART_BYTES, digest);
  for (guint number = 2; number < 4; number++)
    store_assert_fault (store_fixture_send (fixture,
                                            hoist_s3_request_upload_part (
                                              "k", id, number, HOIST_DIGEST_SHA256, digest),
                                            damaged),
                        400, "BadDigest");
  add_part (fixture, parts, "k", id, 2, HOIST_DIGEST_SHA256, second);
  store_assert_ok (complete (fixture, "k", id, parts));
  got = store_fixture_get (fixture, "k");
  data = g_bytes_get_data (got->body, NULL);
  g_assert_cmpuint (g_bytes_get_size (got->body), ==, 2 * PART_BYTES);
  g_assert_cmpmem (data, PART_BYTES, g_bytes_get_data (first, NULL), PART_BYTES);
  g_assert_cmpmem (data + PART_BYTES, PART_BYTES, g_bytes_get_data (second, NULL), PART_BYTES);
}

static void
test_abort (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *hoist = g_build_filename (fixture->dir, ".hoist", NULL);
  g_autofree char *id = create (fixture, "k", HOIST_DIGEST_NONE);
  g_autoptr (GPtrArray) parts = new_parts ();
  g_autoptr (GBytes) body = store_random_bytes (100);
  g_autofree char *bad_id = g_strdup ("../../etc");

  add_part (fixture, parts, "k", id, 1, HOIST_DIGEST_NONE, body);
  store_assert_fault (abort_upload (fixture, "other", id), 404, "NoSuchUpload");
  store_assert_fault (abort_upload (fixture, "k", bad_id), 404, "NoSuchUpload");
  store_assert_ok (abort_upload (fixture, "k", id));
  store_assert_fault (abort_upload (fixture, "k", id), 404, "NoSuchUpload");
  store_assert_fault (send_part (fixture, "k", id, 2, HOIST_DIGEST_NONE, body), 404,
                      "NoSuchUpload");
  store_assert_fault (complete (fixture, "k", id, parts), 404, "NoSuchUpload");
  store_assert_fault (complete (fixture, "k", gone_id, parts), 404, "NoSuchUpload");
  store_assert_fault (store_fixture_send (fixture, hoist_s3_request_list_parts ("k", id, 0, 0),
                                          NULL),
                      404, "NoSuchUpload");
  /* The lock alone. */
  g_assert_cmpuint (store_count_files (hoist), ==, 1);
}

static void
test_part_rules (void)
{
  static const char *const numbers[] = { "0", "10001", "-1", "1x", "", "99999999999999999999" };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *plain = create (fixture, "k", HOIST_DIGEST_NONE);
  g_autofree char *summed = create (fixture, "s", HOIST_DIGEST_SHA256);
  g_autoptr (GBytes) body = store_random_bytes (300 << 10);
  g_autoptr (GBytes) other = store_random_bytes (300 << 10);
  guint8 digest[HOIST_SHA256_BYTES];

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      HoistS3Request *request = hoist_s3_request_new ("PUT", "k");

      hoist_s3_pairs_add (request->query, "partNumber", numbers[i]);
      hoist_s3_pairs_add (request->query, "uploadId", plain);
      store_assert_fault (store_fixture_send (fixture, request, body), 400, "InvalidArgument");
    }
  store_assert_ok (send_part (fixture, "k", plain, 10000, HOIST_DIGEST_NONE, body));
  store_assert_ok (send_part (fixture, "k", plain, 1, HOIST_DIGEST_MD5, body));
  /* The upload and the part must agree on the checksum. */
  store_assert_fault (send_part (fixture, "k", plain, 1, HOIST_DIGEST_SHA256, body), 400,
                      "InvalidRequest");
  store_assert_fault (send_part (fixture, "s", summed, 1, HOIST_DIGEST_NONE, body), 400,
                      "InvalidRequest");
  store_assert_ok (send_part (fixture, "s", summed, 1, HOIST_DIGEST_SHA256, body));
  hoist_digest_data (HOIST_DIGEST_SHA256, g_bytes_get_data (body, NULL), 300 << 10, digest);
  store_assert_fault (
    store_fixture_send (
      fixture, hoist_s3_request_upload_part ("s", summed, 2, HOIST_DIGEST_SHA256, digest), other),
    400, "BadDigest");
}

/* Amazon's rules for the list, in Amazon's words (S3 API Reference, CompleteMultipartUpload). */
static void
test_complete_rules (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *id = create (fixture, "k", HOIST_DIGEST_NONE);
  g_autoptr (GPtrArray) parts = new_parts ();
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (GBytes) large = store_random_bytes (PART_BYTES);
  g_autoptr (GBytes) almost = store_random_bytes (PART_BYTES - 1);
  g_autoptr (GBytes) garbage = g_bytes_new_static ("<Complete", 9);
  g_autoptr (HoistS3Part) missing = hoist_s3_part_new (7, 1, "0", NULL);
  g_autoptr (HoistS3Part) wrong = NULL;
  HoistS3Request *request = hoist_s3_request_new ("POST", "k");

  add_part (fixture, parts, "k", id, 1, HOIST_DIGEST_NONE, large);
  add_part (fixture, parts, "k", id, 2, HOIST_DIGEST_NONE, almost);
  add_part (fixture, parts, "k", id, 3, HOIST_DIGEST_NONE, large);
  wrong = hoist_s3_part_new (2, 0, ((HoistS3Part *) parts->pdata[0])->etag, NULL);

  hoist_s3_pairs_add (request->query, "uploadId", id);
  store_assert_fault (store_fixture_send (fixture, request, garbage), 400, "MalformedXML");
  store_assert_fault (complete_in_order (fixture, "k", id, list), 400, "MalformedXML");
  store_assert_fault (complete_in_order (fixture, "k", id, parts), 400, "EntityTooSmall");

  g_ptr_array_add (list, parts->pdata[0]);
  g_ptr_array_add (list, missing);
  store_assert_fault (complete_in_order (fixture, "k", id, list), 400, "InvalidPart");
  list->pdata[1] = wrong;
  store_assert_fault (complete_in_order (fixture, "k", id, list), 400, "InvalidPart");
  list->pdata[1] = parts->pdata[0];
  store_assert_fault (complete_in_order (fixture, "k", id, list), 400, "InvalidPartOrder");
  list->pdata[0] = parts->pdata[2];
  store_assert_fault (complete_in_order (fixture, "k", id, list), 400, "InvalidPartOrder");
  store_assert_fault (store_fixture_head (fixture, "k"), 404, NULL);

  /* Some of the parts, with the short one last. */
  list->pdata[0] = parts->pdata[0];
  list->pdata[1] = parts->pdata[1];
  store_assert_ok (complete_in_order (fixture, "k", id, list));
}

/* A part that was sent again counts with its last bytes only. */
static void
test_replaced_part (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *id = create (fixture, "k", HOIST_DIGEST_NONE);
  g_autoptr (GPtrArray) first = new_parts ();
  g_autoptr (GPtrArray) second = new_parts ();
  g_autoptr (GBytes) old = g_bytes_new_static ("old", 3);
  g_autoptr (GBytes) new = g_bytes_new_static ("newer", 5);
  g_autoptr (StoreReply) got = NULL;

  add_part (fixture, first, "k", id, 1, HOIST_DIGEST_NONE, old);
  add_part (fixture, second, "k", id, 1, HOIST_DIGEST_NONE, new);
  store_assert_fault (complete (fixture, "k", id, first), 400, "InvalidPart");
  store_assert_ok (complete (fixture, "k", id, second));
  got = store_fixture_get (fixture, "k");
  g_assert_true (g_bytes_equal (got->body, new));
}

static void
test_checksummed_list (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *id = create (fixture, "k", HOIST_DIGEST_SHA256);
  g_autoptr (GPtrArray) parts = new_parts ();
  g_autoptr (GBytes) body = g_bytes_new_static ("text", 4);
  HoistS3Part *part;
  g_autofree char *sha256 = NULL;

  add_part (fixture, parts, "k", id, 1, HOIST_DIGEST_SHA256, body);
  part = g_ptr_array_index (parts, 0);
  sha256 = g_steal_pointer (&part->checksum_sha256);
  store_assert_fault (complete (fixture, "k", id, parts), 400, "InvalidRequest");
  part->checksum_sha256 = g_strdup ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  store_assert_fault (complete (fixture, "k", id, parts), 400, "InvalidPart");
  g_free (part->checksum_sha256);
  part->checksum_sha256 = g_steal_pointer (&sha256);
  store_assert_ok (complete (fixture, "k", id, parts));
}

static void
test_exclusive (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *id = create (fixture, "k", HOIST_DIGEST_NONE);
  g_autoptr (GPtrArray) parts = new_parts ();
  g_autoptr (GBytes) body = store_random_bytes (PART_BYTES);
  HoistS3Request *request;
  g_autoptr (StoreReply) got = NULL;

  add_part (fixture, parts, "k", id, 1, HOIST_DIGEST_NONE, body);
  store_assert_ok (store_fixture_put (fixture, "k", "first"));
  request = hoist_s3_request_complete_multipart_upload ("k", id, parts);
  hoist_s3_pairs_add (request->headers, "If-None-Match", "*");
  store_assert_fault (store_fixture_send (fixture, request, NULL), 412, "PreconditionFailed");
  /* Which says neither that the upload is gone nor that it is done. */
  store_assert_ok (complete (fixture, "k", id, parts));
  got = store_fixture_get (fixture, "k");
  g_assert_true (g_bytes_equal (got->body, body));
}

static void
test_part_pages (void)
{
  enum
  {
    N_PARTS = 53
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *id = create (fixture, "k", HOIST_DIGEST_SHA256);
  g_autoptr (GPtrArray) parts = new_parts ();
  guint marker = 0;
  guint n_listed = 0;
  guint n_pages = 0;
  gboolean is_truncated = TRUE;

  for (guint i = N_PARTS; i > 0; i--)
    {
      g_autoptr (GBytes) body = store_random_bytes (i);

      add_part (fixture, parts, "k", id, i * 180, HOIST_DIGEST_SHA256, body);
    }
  while (is_truncated)
    {
      g_autoptr (HoistS3PartsResult) page = list_parts (fixture, "k", id, marker, 10);

      for (guint i = 0; i < page->parts->len; i++)
        {
          const HoistS3Part *part = g_ptr_array_index (page->parts, i);
          const HoistS3Part *sent = g_ptr_array_index (parts, N_PARTS - 1 - n_listed);

          n_listed++;
          g_assert_cmpuint (part->part_number, ==, n_listed * 180);
          g_assert_cmpuint (part->size_bytes, ==, n_listed);
          g_assert_cmpstr (part->etag, ==, sent->etag);
          g_assert_cmpstr (part->checksum_sha256, ==, sent->checksum_sha256);
          g_assert_cmpint (part->modified_s, >, 0);
        }
      marker = page->next_part_number_marker;
      is_truncated = page->is_truncated;
      n_pages++;
    }
  g_assert_cmpuint (n_listed, ==, N_PARTS);
  g_assert_cmpuint (n_pages, ==, 6);
}

static void
test_upload_pages (void)
{
  static const char *const keys[] = { "b/2", "a", "b/1", "b/1", "ü ?&/x", "b/1", "c" };
  static const char *const sorted[] = { "b/1", "b/1", "b/1", "b/2" };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *key_marker = NULL;
  g_autofree char *id_marker = NULL;
  g_autofree char *last_id = NULL;
  gboolean is_truncated = TRUE;
  guint n_listed = 0;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *id = create (fixture, keys[i], HOIST_DIGEST_NONE);
    }
  while (is_truncated)
    {
      g_autoptr (StoreReply) reply = store_fixture_send (
        fixture, hoist_s3_request_list_multipart_uploads ("b/", key_marker, id_marker, 3), NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistS3UploadsResult) page = hoist_s3_uploads_result_parse (
        g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body), &error);

      g_assert_no_error (error);
      for (guint i = 0; i < page->uploads->len; i++)
        {
          const HoistS3Unfinished *upload = g_ptr_array_index (page->uploads, i);

          g_assert_cmpstr (upload->key, ==, sorted[n_listed]);
          g_assert_cmpint (upload->initiated_s, >, 0);
          g_assert_cmpstr (upload->upload_id, !=, last_id);
          g_free (last_id);
          last_id = g_strdup (upload->upload_id);
          n_listed++;
        }
      is_truncated = page->is_truncated;
      g_free (key_marker);
      g_free (id_marker);
      key_marker = g_strdup (page->next_key_marker);
      id_marker = g_strdup (page->next_upload_id_marker);
    }
  g_assert_cmpuint (n_listed, ==, G_N_ELEMENTS (sorted));
}

/* What a store knew, its successor in the same folder knows. */
static void
test_restart (void)
{
  g_autoptr (StoreFixture) first = store_fixture_new (NULL);
  g_autofree char *id = create (first, "k", HOIST_DIGEST_SHA256);
  g_autofree char *done_id = create (first, "d", HOIST_DIGEST_NONE);
  g_autoptr (GPtrArray) parts = new_parts ();
  g_autoptr (GPtrArray) done_parts = new_parts ();
  g_autoptr (GBytes) large = store_random_bytes (PART_BYTES);
  g_autoptr (GBytes) small = store_random_bytes (99);
  g_autofree char *dir = g_strdup (first->dir);
  StoreFixture *second;

  add_part (first, done_parts, "d", done_id, 1, HOIST_DIGEST_NONE, small);
  store_assert_ok (complete (first, "d", done_id, done_parts));
  add_part (first, parts, "k", id, 1, HOIST_DIGEST_SHA256, large);
  first->owns_dir = FALSE;
  store_fixture_free (g_steal_pointer (&first));

  second = store_fixture_new (dir);
  second->owns_dir = TRUE;
  add_part (second, parts, "k", id, 2, HOIST_DIGEST_SHA256, small);
  store_assert_ok (complete (second, "k", id, parts));
  store_assert_ok (complete (second, "d", done_id, done_parts));
  store_fixture_free (second);
}

static gpointer
complete_in_thread (gpointer data)
{
  g_autoptr (SoupMessage) message = data;
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = soup_session_send_and_read (session, message, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  return g_steal_pointer (&body);
}

/* A client that is impatient asks several times at once: once is done, all are told the same. */
static void
test_together (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *id = create (fixture, "k", HOIST_DIGEST_NONE);
  g_autoptr (GPtrArray) parts = new_parts ();
  g_autoptr (GBytes) large = store_random_bytes (PART_BYTES);
  g_autoptr (HoistS3Request) request = NULL;
  GThread *threads[4];
  GBytes *bodies[G_N_ELEMENTS (threads)];

  add_part (fixture, parts, "k", id, 1, HOIST_DIGEST_NONE, large);
  request = hoist_s3_request_complete_multipart_upload ("k", id, parts);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("complete", complete_in_thread,
                               store_fixture_new_message (fixture, request, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    bodies[i] = g_thread_join (threads[i]);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_assert_true (g_bytes_equal (bodies[i], bodies[0]));
      if (i > 0)
        g_bytes_unref (bodies[i]);
    }
  g_bytes_unref (bodies[0]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/store/uploads/life", GINT_TO_POINTER (HOIST_DIGEST_NONE), test_life);
  g_test_add_data_func ("/store/uploads/life-sha256", GINT_TO_POINTER (HOIST_DIGEST_SHA256),
                        test_life);
  g_test_add_func ("/store/uploads/layouts", test_layouts);
  g_test_add_func ("/store/uploads/damaged-part", test_damaged_part);
  g_test_add_func ("/store/uploads/abort", test_abort);
  g_test_add_func ("/store/uploads/part-rules", test_part_rules);
  g_test_add_func ("/store/uploads/complete-rules", test_complete_rules);
  g_test_add_func ("/store/uploads/replaced-part", test_replaced_part);
  g_test_add_func ("/store/uploads/checksummed-list", test_checksummed_list);
  g_test_add_func ("/store/uploads/exclusive", test_exclusive);
  g_test_add_func ("/store/uploads/part-pages", test_part_pages);
  g_test_add_func ("/store/uploads/upload-pages", test_upload_pages);
  g_test_add_func ("/store/uploads/restart", test_restart);
  g_test_add_func ("/store/uploads/together", test_together);
  return g_test_run ();
}
