/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "hoist-digest.h"
#include "hoist-s3-xml.h"
#include "hoist-store-objects.h"
#include "store-fixture.h"

#define MIB (1 << 20)

static void
assert_content (StoreReply *reply, GBytes *expected)
{
  g_autoptr (StoreReply) owned = reply;

  g_assert_cmpuint (owned->status, ==, 200);
  g_assert_true (g_bytes_equal (owned->body, expected));
}

/* What is put is there: over the wire, and as a file that a person can look at. */
static void
test_round_trip (void)
{
  static const gsize sizes[] = { 0, 1, 8191, 256 << 10, (256 << 10) + 1, 3 * MIB + 17 };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *path = store_fixture_path (fixture, "folder/ein größeres Ding.bin");
  const char *key = "folder/ein größeres Ding.bin";

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) body = store_random_bytes (sizes[i]);
      g_autofree char *md5 = store_md5_hex (body);
      g_autofree char *quoted = g_strdup_printf ("\"%s\"", md5);
      g_autofree char *size = g_strdup_printf ("%" G_GSIZE_FORMAT, sizes[i]);
      g_autofree char *content = NULL;
      g_autoptr (StoreReply) put = store_fixture_send (
        fixture, hoist_s3_request_put_object (key, NULL, HOIST_DIGEST_NONE, NULL), body);
      g_autoptr (StoreReply) head = store_fixture_head (fixture, key);
      gsize length;

      g_assert_cmpuint (put->status, ==, 200);
      g_assert_cmpstr (store_reply_header (put, "ETag"), ==, quoted);
      g_assert_cmpuint (head->status, ==, 200);
      g_assert_cmpstr (store_reply_header (head, "ETag"), ==, quoted);
      g_assert_cmpstr (store_reply_header (head, "Content-Length"), ==, size);
      assert_content (store_fixture_get (fixture, key), body);
      g_assert_true (g_file_get_contents (path, &content, &length, NULL));
      g_assert_cmpmem (content, length, g_bytes_get_data (body, NULL), sizes[i]);
    }
}

static void
test_delete (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *folder = store_fixture_path (fixture, "a");
  g_autofree char *bucket = store_fixture_path (fixture, NULL);

  store_assert_ok (store_fixture_put (fixture, "a/b/c", "1"));
  store_assert_ok (store_fixture_put (fixture, "a/d", "2"));
  store_assert_ok (store_fixture_delete (fixture, "a/b/c"));
  store_assert_fault (store_fixture_get (fixture, "a/b/c"), 404, "NoSuchKey");
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  store_assert_ok (store_fixture_delete (fixture, "a/d"));
  /* S3 has no folders, so none is left over to be in the way of the key «a». */
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (bucket, G_FILE_TEST_IS_DIR));
  store_assert_ok (store_fixture_put (fixture, "a", "3"));
  /* Again, or what never was: as S3, no error. */
  store_assert_ok (store_fixture_delete (fixture, "a/b/c"));
  store_assert_ok (store_fixture_delete (fixture, "never/was"));
  store_assert_ok (store_fixture_delete (fixture, "a"));
  g_assert_cmpuint (store_count_files (bucket), ==, 0);
}

static StoreReply *
get_with_header (StoreFixture *fixture, const char *key, const char *name, const char *value)
{
  g_autoptr (HoistS3Request) request = hoist_s3_request_get_object (key);
  g_autoptr (SoupMessage) message = store_fixture_new_message (fixture, request, NULL);

  soup_message_headers_append (soup_message_get_request_headers (message), name, value);
  return store_fixture_send_message (fixture, message);
}

static void
test_ranges (void)
{
  static const struct
  {
    const char *header;
    guint status;
    const char *content_range;
    gsize offset;
    gsize length;
  } cases[] = {
    { "bytes=0-0", 206, "bytes 0-0/1000", 0, 1 },
    { "bytes=10-19", 206, "bytes 10-19/1000", 10, 10 },
    { "bytes=990-", 206, "bytes 990-999/1000", 990, 10 },
    { "bytes=990-5000", 206, "bytes 990-999/1000", 990, 10 },
    { "bytes=-1", 206, "bytes 999-999/1000", 999, 1 },
    { "bytes=-5000", 206, "bytes 0-999/1000", 0, 1000 },
    { "bytes=0-", 206, "bytes 0-999/1000", 0, 1000 },
    { "bytes=1000-", 416, "bytes */1000", 0, 0 },
    { "bytes=-0", 416, "bytes */1000", 0, 0 },
    /* No single range of bytes: the whole. */
    { "bytes=5-4", 200, NULL, 0, 1000 },
    { "bytes=-", 200, NULL, 0, 1000 },
    { "bytes=a-b", 200, NULL, 0, 1000 },
    { "bytes=0-1,4-5", 200, NULL, 0, 1000 },
    { "lines=0-1", 200, NULL, 0, 1000 },
    { "bytes=99999999999999999999-", 200, NULL, 0, 1000 },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (GBytes) body = store_random_bytes (1000);

  store_assert_ok (store_fixture_send (
    fixture, hoist_s3_request_put_object ("r", NULL, HOIST_DIGEST_NONE, NULL), body));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StoreReply) reply = get_with_header (fixture, "r", "Range", cases[i].header);
      g_autoptr (GBytes) expected = g_bytes_new_from_bytes (body, cases[i].offset, cases[i].length);

      g_test_message ("%s", cases[i].header);
      g_assert_cmpuint (reply->status, ==, cases[i].status);
      g_assert_cmpstr (store_reply_header (reply, "Content-Range"), ==, cases[i].content_range);
      if (cases[i].status != 416)
        g_assert_true (g_bytes_equal (reply->body, expected));
    }
  store_assert_ok (store_fixture_put (fixture, "empty", ""));
  store_assert_fault (get_with_header (fixture, "empty", "Range", "bytes=0-"), 416, "InvalidRange");
}

/* Any range of any size is a range of the object. */
static void
test_range_property (void)
{
  for (guint i = 0; i < 2000; i++)
    {
      guint64 size = (guint64) g_test_rand_int_range (0, 50);
      guint64 first = (guint64) g_test_rand_int_range (0, 60);
      guint64 last = first + (guint64) g_test_rand_int_range (0, 60);
      g_autofree char *header =
        g_strdup_printf ("bytes=%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, first, last);
      guint64 offset;
      guint64 length;
      HoistStoreRange range = hoist_store_range_parse (header, size, &offset, &length);

      g_assert_cmpuint (offset + length, <=, size);
      g_assert_cmpint (range, ==,
                       first < size ? HOIST_STORE_RANGE_PART : HOIST_STORE_RANGE_UNSATISFIABLE);
      if (range == HOIST_STORE_RANGE_PART)
        {
          g_assert_cmpuint (offset, ==, first);
          g_assert_cmpuint (offset + length, ==, MIN (last + 1, size));
        }
    }
}

static void
test_conditions (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (StoreReply) put = store_fixture_put (fixture, "c", "text");
  const char *etag = store_reply_header (put, "ETag");
  g_autoptr (StoreReply) same = get_with_header (fixture, "c", "If-None-Match", etag);
  g_autoptr (StoreReply) other = get_with_header (fixture, "c", "If-None-Match", "\"0\"");

  g_assert_cmpuint (same->status, ==, 304);
  g_assert_cmpuint (g_bytes_get_size (same->body), ==, 0);
  g_assert_cmpstr (store_reply_header (same, "ETag"), ==, etag);
  g_assert_cmpuint (other->status, ==, 200);
  store_assert_ok (get_with_header (fixture, "c", "If-Match", etag));
  store_assert_fault (get_with_header (fixture, "c", "If-Match", "\"0\""), 412,
                      "PreconditionFailed");
}

static HoistS3Request *
new_put (const char *key, const char *name, const char *value)
{
  HoistS3Request *request = hoist_s3_request_put_object (key, NULL, HOIST_DIGEST_NONE, NULL);

  hoist_s3_pairs_add (request->headers, name, value);
  return request;
}

static void
test_exclusive (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (GBytes) small = g_bytes_new_static ("new", 3);
  g_autoptr (GBytes) large = store_random_bytes (MIB);
  g_autoptr (GBytes) old = g_bytes_new_static ("old", 3);

  store_assert_ok (store_fixture_send (fixture, new_put ("x", "If-None-Match", "*"), old));
  store_assert_fault (store_fixture_send (fixture, new_put ("x", "If-None-Match", "*"), small), 412,
                      "PreconditionFailed");
  store_assert_fault (store_fixture_send (fixture, new_put ("x", "If-None-Match", "*"), large), 412,
                      "PreconditionFailed");
  assert_content (store_fixture_get (fixture, "x"), old);
  store_assert_fault (store_fixture_send (fixture, new_put ("x", "If-None-Match", "\"1\""), small),
                      501, "NotImplemented");
}

/* What came is what was sent, or nothing is kept. */
static void
test_checksums (void)
{
  static const struct
  {
    const char *name;
    const char *value;
    guint status;
    const char *code;
  } cases[] = {
    /* of «hello» */
    { "Content-MD5", "XUFAKrxLKna5cZ2REBfFkg==", 200, NULL },
    { "x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", 200, NULL },
    { "x-amz-content-sha256", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
      200, NULL },
    { "Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==", 400, "BadDigest" },
    { "Content-MD5", "XUFAKrxLKna5cZ2REBfF", 400, "InvalidDigest" },
    { "Content-MD5", "***", 400, "InvalidDigest" },
    { "x-amz-checksum-sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 400, "BadDigest" },
    { "x-amz-checksum-sha256", "AAAA", 400, "InvalidRequest" },
    { "x-amz-content-sha256", "0cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
      400, "XAmzContentSHA256Mismatch" },
    { "x-amz-checksum-crc32", "NhCmhg==", 200, NULL },
    { "x-amz-checksum-crc32c", "mnG7TA==", 200, NULL },
    { "x-amz-checksum-sha1", "qvTGHdzF6KLavt4PO0gs2a6pQ00=", 200, NULL },
    { "x-amz-checksum-crc32", "NhCmhw==", 400, "BadDigest" },
    { "x-amz-checksum-crc32c", "NhCmhg==", 400, "BadDigest" },
    { "x-amz-checksum-sha1", "avTGHdzF6KLavt4PO0gs2a6pQ00=", 400, "BadDigest" },
    { "x-amz-checksum-crc32", "NhCmhgA=", 400, "InvalidRequest" },
    /* What it cannot verify it does not take. */
    { "x-amz-checksum-crc64nvme", "AAAAAAAAAAA=", 501, "NotImplemented" },
    { "x-amz-copy-source", "/hoist-test/y", 501, "NotImplemented" },
    { "x-amz-server-side-encryption", "AES256", 501, "NotImplemented" },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("hello", 5);
  g_autofree char *tmp = g_build_filename (fixture->dir, ".hoist", "tmp", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);
      StoreReply *reply =
        store_fixture_send (fixture, new_put (key, cases[i].name, cases[i].value), body);

      g_test_message ("%s: %s", cases[i].name, cases[i].value);
      if (cases[i].code == NULL)
        {
          store_assert_ok (reply);
          assert_content (store_fixture_get (fixture, key), body);
          continue;
        }
      store_assert_fault (reply, cases[i].status, cases[i].code);
      store_assert_fault (store_fixture_get (fixture, key), 404, "NoSuchKey");
    }
}

static void
test_checksum_mode (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("hello", 5);
  g_autofree char *sha256 = store_sha256_base64 (body);
  g_autoptr (HoistS3Request) request = hoist_s3_request_head_object ("k");
  g_autoptr (StoreReply) put =
    store_fixture_send (fixture, new_put ("k", "x-amz-checksum-sha256", sha256), body);
  g_autoptr (StoreReply) head = NULL;
  g_autoptr (StoreReply) plain = store_fixture_get (fixture, "k");

  g_assert_cmpstr (store_reply_header (put, "x-amz-checksum-sha256"), ==, sha256);
  g_assert_cmpstr (store_reply_header (plain, "x-amz-checksum-sha256"), ==, NULL);
  if (hoist_s3_pairs_lookup_header (request->headers, "x-amz-checksum-mode") == NULL)
    hoist_s3_pairs_add (request->headers, "x-amz-checksum-mode", "ENABLED");
  head = store_fixture_send (fixture, g_steal_pointer (&request), NULL);
  g_assert_cmpstr (store_reply_header (head, "x-amz-checksum-sha256"), ==, sha256);
  g_assert_cmpstr (store_reply_header (head, "x-amz-checksum-type"), ==, "FULL_OBJECT");
}

static void
test_kept_headers (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("hello", 5);
  HoistS3Request *request = new_put ("k", "x-amz-meta-who", "Jürgen \"x\"");
  g_autoptr (StoreReply) head = NULL;
  g_autofree char *long_value = g_strnfill (2049, 'x');

  hoist_s3_pairs_add (request->headers, "Content-Type", "text/x-test; charset=utf-8");
  hoist_s3_pairs_add (request->headers, "Cache-Control", "no-cache");
  hoist_s3_pairs_add (request->headers, "Content-Disposition", "attachment; filename=\"a.b\"");
  store_assert_ok (store_fixture_send (fixture, request, body));
  head = store_fixture_head (fixture, "k");
  g_assert_cmpstr (store_reply_header (head, "Content-Type"), ==, "text/x-test; charset=utf-8");
  g_assert_cmpstr (store_reply_header (head, "Cache-Control"), ==, "no-cache");
  g_assert_cmpstr (store_reply_header (head, "Content-Disposition"), ==,
                   "attachment; filename=\"a.b\"");
  g_assert_cmpstr (store_reply_header (head, "x-amz-meta-who"), ==, "Jürgen \"x\"");
  g_assert_nonnull (store_reply_header (head, "Last-Modified"));
  store_assert_fault (store_fixture_send (fixture, new_put ("l", "x-amz-meta-a", long_value), body),
                      400, "MetadataTooLarge");
}

/* More names than a file's extended attributes can hold on ext4. */
static void
test_many_headers (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("hello", 5);
  HoistS3Request *request = new_put ("k", "x-amz-meta-first", "1");
  g_autofree char *meta = g_build_filename (fixture->dir, ".hoist", "meta", NULL);
  g_autoptr (StoreReply) head = NULL;

  for (guint i = 0; i < 250; i++)
    {
      g_autofree char *name = g_strdup_printf ("x-amz-meta-n%u", i);

      hoist_s3_pairs_add (request->headers, name, "v");
    }
  store_assert_ok (store_fixture_send (fixture, request, body));
  head = store_fixture_head (fixture, "k");
  g_assert_cmpstr (store_reply_header (head, "x-amz-meta-first"), ==, "1");
  g_assert_cmpstr (store_reply_header (head, "x-amz-meta-n249"), ==, "v");
  g_assert_cmpstr (store_reply_header (head, "ETag"), ==, "\"5d41402abc4b2a76b9719d911017c592\"");
  store_assert_ok (store_fixture_put (fixture, "k", "other"));
  g_assert_cmpuint (store_count_files (meta), ==, 0);
}

static void
test_overrides (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  HoistS3Request *request = hoist_s3_request_get_object ("k");
  HoistS3Request *bad = hoist_s3_request_get_object ("k");
  g_autoptr (StoreReply) reply = NULL;

  store_assert_ok (store_fixture_put (fixture, "k", "text"));
  hoist_s3_pairs_add (request->query, "response-content-disposition", "attachment");
  hoist_s3_pairs_add (request->query, "response-content-type", "text/x-y");
  reply = store_fixture_send (fixture, request, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (store_reply_header (reply, "Content-Disposition"), ==, "attachment");
  g_assert_cmpstr (store_reply_header (reply, "Content-Type"), ==, "text/x-y");
  hoist_s3_pairs_add (bad->query, "response-content-type", "text/x\r\nSet-Cookie: a=b");
  store_assert_fault (store_fixture_send (fixture, bad, NULL), 400, "InvalidArgument");
}

/* Files that a person put there, changed or linked. */
static void
test_by_hand (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *mine = store_fixture_path (fixture, "mine.txt");
  g_autofree char *link = store_fixture_path (fixture, "link");
  g_autofree char *folder_link = store_fixture_path (fixture, "out");
  g_autoptr (StoreReply) head = NULL;
  g_autoptr (StoreReply) put = NULL;
  g_autoptr (StoreReply) changed = NULL;
  g_autoptr (GBytes) body = g_bytes_new_static ("by hand", 7);

  g_assert_true (g_file_set_contents (mine, "by hand", -1, NULL));
  head = store_fixture_head (fixture, "mine.txt");
  g_assert_cmpuint (head->status, ==, 200);
  g_assert_true (g_str_has_suffix (store_reply_header (head, "ETag"), "-1\""));
  assert_content (store_fixture_get (fixture, "mine.txt"), body);

  put = store_fixture_put (fixture, "k", "stored");
  g_free (mine);
  mine = store_fixture_path (fixture, "k");
  g_assert_true (
    g_file_set_contents_full (mine, "edited!", -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
  changed = store_fixture_head (fixture, "k");
  g_assert_cmpstr (store_reply_header (changed, "ETag"), !=, store_reply_header (put, "ETag"));

  g_assert_cmpint (symlink ("/etc/hostname", link), ==, 0);
  g_assert_cmpint (symlink ("/etc", folder_link), ==, 0);
  store_assert_fault (store_fixture_get (fixture, "link"), 404, "NoSuchKey");
  store_assert_fault (store_fixture_get (fixture, "out/hostname"), 404, "NoSuchKey");
  store_assert_fault (store_fixture_put (fixture, "out/x", "1"), 400, "InvalidArgument");
  store_assert_ok (store_fixture_put (fixture, "link", "1"));
  g_assert_false (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
}

/* An object that becomes shorter while it is sent ends in an error, not in a short file. */
static void
test_truncated (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (GBytes) body = store_random_bytes (32 * MIB);
  g_autofree char *path = store_fixture_path (fixture, "t");
  g_autoptr (HoistS3Request) request = hoist_s3_request_get_object ("t");
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *buffer = g_malloc (MIB);
  gsize total = 0;
  gssize got;

  store_assert_ok (store_fixture_send (
    fixture, hoist_s3_request_put_object ("t", NULL, HOIST_DIGEST_NONE, NULL), body));
  message = store_fixture_new_message (fixture, request, NULL);
  stream = soup_session_send (fixture->session, message, NULL, &error);
  g_assert_no_error (error);
  /* What is buffered on the way is less than what is cut off. */
  g_assert_cmpint (truncate (path, MIB), ==, 0);
  while ((got = g_input_stream_read (stream, buffer, MIB, NULL, &error)) > 0)
    total += (gsize) got;
  g_assert_cmpint (got, <, 0);
  g_assert_cmpuint (total, <, 32 * MIB);
  store_assert_ok (store_fixture_head (fixture, "t"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/objects/round-trip", test_round_trip);
  g_test_add_func ("/store/objects/delete", test_delete);
  g_test_add_func ("/store/objects/ranges", test_ranges);
  g_test_add_func ("/store/objects/range-property", test_range_property);
  g_test_add_func ("/store/objects/conditions", test_conditions);
  g_test_add_func ("/store/objects/exclusive", test_exclusive);
  g_test_add_func ("/store/objects/checksums", test_checksums);
  g_test_add_func ("/store/objects/checksum-mode", test_checksum_mode);
  g_test_add_func ("/store/objects/kept-headers", test_kept_headers);
  g_test_add_func ("/store/objects/many-headers", test_many_headers);
  g_test_add_func ("/store/objects/overrides", test_overrides);
  g_test_add_func ("/store/objects/by-hand", test_by_hand);
  g_test_add_func ("/store/objects/truncated", test_truncated);
  return g_test_run ();
}
