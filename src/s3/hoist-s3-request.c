/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-request.h"

#include <string.h>

#include "hoist-s3-xml.h"

/**
 * hoist_s3_request_new:
 * @method: the HTTP method
 * @key: (nullable): the object's key, or null for the bucket itself
 *
 * Makes a request without parameters, headers and body.
 *
 * Returns: (transfer full): the request
 */
HoistS3Request *
hoist_s3_request_new (const char *method, const char *key)
{
  HoistS3Request *request = g_new0 (HoistS3Request, 1);

  request->method = g_strdup (method);
  request->key = g_strdup (key);
  request->query = hoist_s3_pairs_new ();
  request->headers = hoist_s3_pairs_new ();
  return request;
}

/**
 * hoist_s3_request_free:
 * @request: (nullable): the request
 *
 * Frees a request.
 */
void
hoist_s3_request_free (HoistS3Request *request)
{
  if (!request)
    return;
  g_free (request->method);
  g_free (request->key);
  hoist_s3_pairs_free (request->query);
  hoist_s3_pairs_free (request->headers);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_free (request);
}

static void
add_number (HoistS3Pairs *query, const char *name, guint number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);

  hoist_s3_pairs_add (query, name, text);
}

static void
add_page_size (HoistS3Pairs *query, const char *name, guint size)
{
  if (size != 0)
    add_number (query, name, MIN (size, HOIST_S3_MAX_PAGE));
}

static void
add_optional (HoistS3Pairs *pairs, const char *name, const char *value)
{
  if (value && value[0])
    hoist_s3_pairs_add (pairs, name, value);
}

static void
add_digest (HoistS3Pairs *headers, HoistDigestKind kind, const guint8 *digest)
{
  g_autofree char *base64 =
    digest ? hoist_digest_to_base64 (digest, hoist_digest_kind_get_length (kind)) : NULL;

  if (base64 && kind == HOIST_DIGEST_SHA256)
    hoist_s3_pairs_add (headers, "x-amz-checksum-sha256", base64);
  else if (base64 && kind == HOIST_DIGEST_MD5)
    hoist_s3_pairs_add (headers, "content-md5", base64);
}

/**
 * hoist_s3_request_put_object:
 * @key: the object's key
 * @content_type: (nullable): its MIME type
 * @kind: the kind of @digest
 * @digest: (nullable): the checksum of the body
 *
 * PutObject. The body is sent by whoever sends the request.
 *
 * Returns: (transfer full): the request
 */
HoistS3Request *
hoist_s3_request_put_object (const char *key,
                             const char *content_type,
                             HoistDigestKind kind,
                             const guint8 *digest)
{
  HoistS3Request *request = hoist_s3_request_new ("PUT", key);

  add_optional (request->headers, "content-type", content_type);
  add_digest (request->headers, kind, digest);
  return request;
}

/**
 * hoist_s3_request_create_multipart_upload:
 * @key: the key of the object to be
 * @content_type: (nullable): its MIME type
 * @kind: %HOIST_DIGEST_SHA256 where the parts will carry that checksum: S3
 *   refuses them otherwise
 *
 * CreateMultipartUpload.
 *
 * Returns: (transfer full): the request
 */
HoistS3Request *
hoist_s3_request_create_multipart_upload (const char *key,
                                          const char *content_type,
                                          HoistDigestKind kind)
{
  HoistS3Request *request = hoist_s3_request_new ("POST", key);

  hoist_s3_pairs_add (request->query, "uploads", "");
  add_optional (request->headers, "content-type", content_type);
  if (kind == HOIST_DIGEST_SHA256)
    hoist_s3_pairs_add (request->headers, "x-amz-checksum-algorithm", "SHA256");
  return request;
}

static HoistS3Request *
upload_request_new (const char *method, const char *key, const char *upload_id)
{
  HoistS3Request *request = hoist_s3_request_new (method, key);

  hoist_s3_pairs_add (request->query, "uploadId", upload_id);
  return request;
}

/**
 * hoist_s3_request_upload_part:
 * @key: the key of the object to be
 * @upload_id: the upload
 * @part_number: 1 to 10,000
 * @kind: the kind of @digest
 * @digest: (nullable): the checksum of the part
 *
 * UploadPart. The body is sent by whoever sends the request.
 *
 * Returns: (transfer full): the request
 */
HoistS3Request *
hoist_s3_request_upload_part (const char *key,
                              const char *upload_id,
                              guint part_number,
                              HoistDigestKind kind,
                              const guint8 *digest)
{
  HoistS3Request *request = upload_request_new ("PUT", key, upload_id);

  add_number (request->query, "partNumber", part_number);
  add_digest (request->headers, kind, digest);
  return request;
}

/**
 * hoist_s3_request_list_parts:
 * @key: the key of the object to be
 * @upload_id: the upload
 * @part_number_marker: the last part of the page before; 0 = from the first
 * @max_parts: size of the page; 0 = the server's
 *
 * ListParts: one page.
 *
 * Returns: (transfer full): the request
 */
HoistS3Request *
hoist_s3_request_list_parts (const char *key,
                             const char *upload_id,
                             guint part_number_marker,
                             guint max_parts)
{
  HoistS3Request *request = upload_request_new ("GET", key, upload_id);

  if (part_number_marker != 0)
    add_number (request->query, "part-number-marker", part_number_marker);
  add_page_size (request->query, "max-parts", max_parts);
  return request;
}

/**
 * hoist_s3_request_complete_multipart_upload:
 * @key: the key of the object to be
 * @upload_id: the upload
 * @parts: (element-type HoistS3Part): all parts, in any order
 *
 * CompleteMultipartUpload. Every part that was sent must be named (Ceph
 * insists), and its checksum where it was sent with one.
 *
 * Returns: (transfer full): the request
 */
HoistS3Request *
hoist_s3_request_complete_multipart_upload (const char *key,
                                            const char *upload_id,
                                            GPtrArray *parts)
{
  HoistS3Request *request = upload_request_new ("POST", key, upload_id);
  char *body = hoist_s3_complete_request_to_xml (parts);

  hoist_s3_pairs_add (request->headers, "content-type", "application/xml");
  request->body = g_bytes_new_take (body, strlen (body));
  return request;
}

/**
 * hoist_s3_request_abort_multipart_upload:
 * @key: the key that the upload is for
 * @upload_id: the upload
 *
 * AbortMultipartUpload.
 *
 * Returns: (transfer full): the request
 */
HoistS3Request *
hoist_s3_request_abort_multipart_upload (const char *key, const char *upload_id)
{
  return upload_request_new ("DELETE", key, upload_id);
}

/**
 * hoist_s3_request_list_multipart_uploads:
 * @prefix: (nullable): only uploads whose keys begin so
 * @key_marker: (nullable): where the page before ended
 * @upload_id_marker: (nullable): where the page before ended, within a key
 * @max_uploads: size of the page; 0 = the server's
 *
 * ListMultipartUploads: one page.
 *
 * Returns: (transfer full): the request
 */
HoistS3Request *
hoist_s3_request_list_multipart_uploads (const char *prefix,
                                         const char *key_marker,
                                         const char *upload_id_marker,
                                         guint max_uploads)
{
  HoistS3Request *request = hoist_s3_request_new ("GET", NULL);

  hoist_s3_pairs_add (request->query, "uploads", "");
  hoist_s3_pairs_add (request->query, "encoding-type", "url");
  add_optional (request->query, "prefix", prefix);
  add_optional (request->query, "key-marker", key_marker);
  add_optional (request->query, "upload-id-marker", upload_id_marker);
  add_page_size (request->query, "max-uploads", max_uploads);
  return request;
}

/**
 * hoist_s3_request_head_object:
 * @key: the object's key
 *
 * HeadObject, asking for the checksum too.
 *
 * Returns: (transfer full): the request
 */
HoistS3Request *
hoist_s3_request_head_object (const char *key)
{
  HoistS3Request *request = hoist_s3_request_new ("HEAD", key);

  hoist_s3_pairs_add (request->headers, "x-amz-checksum-mode", "ENABLED");
  return request;
}

/**
 * hoist_s3_request_head_version:
 * @key: the object's key
 * @version_id: (nullable): one of its versions; %NULL = the current one
 *
 * HeadObject of one version, asking for the checksum too.
 *
 * Returns: (transfer full): the request
 */
HoistS3Request *
hoist_s3_request_head_version (const char *key, const char *version_id)
{
  HoistS3Request *request = hoist_s3_request_head_object (key);

  if (version_id != NULL)
    hoist_s3_pairs_add (request->query, "versionId", version_id);
  return request;
}

/**
 * hoist_s3_request_get_object:
 * @key: the object's key
 *
 * GetObject. No header is signed but Host, so that anybody's browser can use a
 * URL that is presigned from it.
 *
 * Returns: (transfer full): the request
 */
HoistS3Request *
hoist_s3_request_get_object (const char *key)
{
  return hoist_s3_request_new ("GET", key);
}

/**
 * hoist_s3_request_delete_object:
 * @key: the object's key
 *
 * DeleteObject.
 *
 * Returns: (transfer full): the request
 */
HoistS3Request *
hoist_s3_request_delete_object (const char *key)
{
  return hoist_s3_request_new ("DELETE", key);
}

/**
 * hoist_s3_request_list_objects:
 * @prefix: (nullable): only objects whose keys begin so
 * @continuation_token: (nullable): where the page before ended
 * @max_keys: size of the page; 0 = the server's
 *
 * ListObjectsV2: one page.
 *
 * Returns: (transfer full): the request
 */
HoistS3Request *
hoist_s3_request_list_objects (const char *prefix, const char *continuation_token, guint max_keys)
{
  HoistS3Request *request = hoist_s3_request_new ("GET", NULL);

  hoist_s3_pairs_add (request->query, "list-type", "2");
  hoist_s3_pairs_add (request->query, "encoding-type", "url");
  add_optional (request->query, "prefix", prefix);
  add_optional (request->query, "continuation-token", continuation_token);
  add_page_size (request->query, "max-keys", max_keys);
  return request;
}
