/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-s3-checksum.h"
#include "hoist-s3-request.h"
#include "hoist-s3-uri.h"

/* Takes @request. */
static void
assert_request (HoistS3Request *request,
                const char *method,
                const char *key,
                const char *query,
                const char *headers)
{
  g_autoptr (HoistS3Request) owned = request;
  g_autofree char *query_text = hoist_s3_query_format (owned->query);
  g_auto (GStrv) strv = hoist_s3_pairs_to_strv (owned->headers);
  g_autofree char *header_text = g_strjoinv ("|", strv);

  g_assert_cmpstr (owned->method, ==, method);
  g_assert_cmpstr (owned->key, ==, key);
  g_assert_cmpstr (query_text, ==, query);
  g_assert_cmpstr (header_text, ==, headers);
}

static void
test_objects (void)
{
  guint8 zeros[HOIST_DIGEST_MAX_BYTES] = { 0 };

  assert_request (hoist_s3_request_put_object ("a b", NULL, HOIST_DIGEST_NONE, NULL), "PUT", "a b",
                  "", "");
  assert_request (hoist_s3_request_put_object ("k", "text/plain", HOIST_DIGEST_SHA256, zeros),
                  "PUT", "k", "",
                  "content-type|text/plain|x-amz-checksum-sha256|"
                  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  assert_request (hoist_s3_request_put_object ("k", "", HOIST_DIGEST_MD5, zeros), "PUT", "k", "",
                  "content-md5|AAAAAAAAAAAAAAAAAAAAAA==");
  assert_request (hoist_s3_request_head_version ("k", "v 1"), "HEAD", "k", "versionId=v%201",
                  "x-amz-checksum-mode|ENABLED");
  assert_request (hoist_s3_request_head_version ("k", NULL), "HEAD", "k", "",
                  "x-amz-checksum-mode|ENABLED");
  assert_request (hoist_s3_request_head_object ("k"), "HEAD", "k", "",
                  "x-amz-checksum-mode|ENABLED");
  assert_request (hoist_s3_request_get_object ("k"), "GET", "k", "", "");
  assert_request (hoist_s3_request_delete_object ("k"), "DELETE", "k", "", "");
  assert_request (hoist_s3_request_list_objects (NULL, NULL, 0), "GET", NULL,
                  "encoding-type=url&list-type=2", "");
  assert_request (hoist_s3_request_list_objects ("a/", "t+/=", 5000), "GET", NULL,
                  "continuation-token=t%2B%2F%3D&encoding-type=url&list-type=2&max-keys=1000&"
                  "prefix=a%2F",
                  "");
}

static void
test_multipart (void)
{
  guint8 zeros[HOIST_DIGEST_MAX_BYTES] = { 0 };

  assert_request (hoist_s3_request_create_multipart_upload ("k", "image/png", HOIST_DIGEST_SHA256),
                  "POST", "k",
                  "uploads=", "content-type|image/png|x-amz-checksum-algorithm|SHA256");
  assert_request (hoist_s3_request_create_multipart_upload ("k", NULL, HOIST_DIGEST_MD5), "POST",
                  "k", "uploads=", "");
  assert_request (hoist_s3_request_upload_part ("k", "i/d", 10000, HOIST_DIGEST_MD5, zeros), "PUT",
                  "k", "partNumber=10000&uploadId=i%2Fd", "content-md5|AAAAAAAAAAAAAAAAAAAAAA==");
  assert_request (hoist_s3_request_list_parts ("k", "id", 0, 0), "GET", "k", "uploadId=id", "");
  assert_request (hoist_s3_request_list_parts ("k", "id", 1000, 10), "GET", "k",
                  "max-parts=10&part-number-marker=1000&uploadId=id", "");
  assert_request (hoist_s3_request_abort_multipart_upload ("k", "id"), "DELETE", "k", "uploadId=id",
                  "");
  assert_request (hoist_s3_request_list_multipart_uploads (NULL, NULL, NULL, 0), "GET", NULL,
                  "encoding-type=url&uploads=", "");
  assert_request (hoist_s3_request_list_multipart_uploads ("p", "k", "u", 1), "GET", NULL,
                  "encoding-type=url&key-marker=k&max-uploads=1&prefix=p&upload-id-marker=u&"
                  "uploads=",
                  "");
}

static void
test_complete (void)
{
  g_autoptr (GPtrArray) parts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_s3_part_free);
  g_autoptr (HoistS3Request) request = NULL;
  const char *body;
  gsize length;

  g_ptr_array_add (parts, hoist_s3_part_new (10, 0, "c&", NULL));
  g_ptr_array_add (parts, hoist_s3_part_new (2, 0, "b", "Zm9v"));
  g_ptr_array_add (parts, hoist_s3_part_new (1, 0, "a", NULL));
  request = hoist_s3_request_complete_multipart_upload ("k", "id", parts);
  body = g_bytes_get_data (request->body, &length);
  g_assert_cmpuint (length, ==, strlen (body));
  g_assert_cmpstr (body, ==,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                   "<Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag></Part>"
                   "<Part><PartNumber>2</PartNumber><ETag>&quot;b&quot;</ETag>"
                   "<ChecksumSHA256>Zm9v</ChecksumSHA256></Part>"
                   "<Part><PartNumber>10</PartNumber><ETag>&quot;c&amp;&quot;</ETag></Part>"
                   "</CompleteMultipartUpload>\n");
  g_assert_cmpuint (((HoistS3Part *) g_ptr_array_index (parts, 0))->part_number, ==, 10);
  assert_request (g_steal_pointer (&request), "POST", "k", "uploadId=id",
                  "content-type|application/xml");
}

/* The values are those that python3's hashlib gives for the same bytes. */
static void
test_checksums (void)
{
  guint8 digests[3 * HOIST_SHA256_BYTES];
  g_autofree char *sha256 = NULL;
  g_autofree char *etag = NULL;

  for (gsize i = 0; i < sizeof digests; i++)
    digests[i] = (guint8) i;
  sha256 = hoist_s3_composite_sha256 (digests, 3);
  etag = hoist_s3_multipart_etag (digests, 2);
  g_assert_cmpstr (sha256, ==, "CDWbEI+lZ/Xc8xn6NDTaarvB1ZX0JjcmZkR/Ccxah9w=-3");
  g_assert_cmpstr (etag, ==, "b4ffcb23737cec315a4a4d1aa2a620ce-2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/s3/request/objects", test_objects);
  g_test_add_func ("/s3/request/multipart", test_multipart);
  g_test_add_func ("/s3/request/complete", test_complete);
  g_test_add_func ("/s3/checksum", test_checksums);
  return g_test_run ();
}
