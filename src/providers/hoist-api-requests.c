/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-api-messages.h"
#include "hoist-json-body.h"

static void
add_digest (JsonBuilder *builder, HoistDigestKind kind, const guint8 *digest)
{
  g_autofree char *base64 = NULL;

  if (kind == HOIST_DIGEST_NONE || digest == NULL)
    return;
  base64 = hoist_digest_to_base64 (digest, hoist_digest_kind_get_length (kind));
  hoist_json_body_add_string (builder, kind == HOIST_DIGEST_MD5 ? "contentMd5" : "checksumSha256",
                              base64);
}

static void
add_file (JsonBuilder *builder, const HoistBeginRequest *request, const char *key_prefix)
{
  json_builder_begin_object (builder);
  hoist_json_body_add_file (builder, request, key_prefix);
  json_builder_set_member_name (builder, "multipart");
  json_builder_add_boolean_value (builder, request->plan.multipart);
  hoist_json_body_add_integer (builder, "partSize", request->plan.part_bytes);
  hoist_json_body_add_integer (builder, "totalChunks", request->plan.n_parts);
  if (!request->plan.multipart)
    add_digest (builder, request->digest_kind, request->digest);
  json_builder_end_object (builder);
}

/**
 * hoist_api_build_initiate: (skip)
 * @requests: (element-type HoistBeginRequest): the files
 * @key_prefix: (nullable): put before every name
 *
 * Returns: (transfer full): the request's body
 */
GBytes *
hoist_api_build_initiate (GPtrArray *requests, const char *key_prefix)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < requests->len; i++)
    add_file (builder, g_ptr_array_index (requests, i), key_prefix);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return hoist_json_body_finish (builder);
}

static GBytes *
build_parts (const char *upload_id,
             const char *key,
             HoistDigestKind digest_kind,
             const HoistPartRef *parts,
             gsize n_parts)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  hoist_json_body_add_string (builder, "uploadId", upload_id);
  hoist_json_body_add_string (builder, "key", key);
  json_builder_set_member_name (builder, "parts");
  json_builder_begin_array (builder);
  for (gsize i = 0; i < n_parts; i++)
    {
      json_builder_begin_object (builder);
      hoist_json_body_add_integer (builder, "partNumber", parts[i].part_number);
      if (parts[i].etag != NULL)
        hoist_json_body_add_string (builder, "etag", parts[i].etag);
      add_digest (builder, digest_kind, parts[i].digest);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return hoist_json_body_finish (builder);
}

/**
 * hoist_api_build_sign: (skip)
 * @upload_id: (nullable): the upload; %NULL = a single PUT
 * @key: the object's key
 * @digest_kind: of the parts' digests
 * @parts: (array length=n_parts): the parts
 * @n_parts: how many
 *
 * Returns: (transfer full): the request's body
 */
GBytes *
hoist_api_build_sign (const char *upload_id,
                      const char *key,
                      HoistDigestKind digest_kind,
                      const HoistPartRef *parts,
                      gsize n_parts)
{
  return build_parts (upload_id, key, digest_kind, parts, n_parts);
}

/**
 * hoist_api_build_complete: (skip)
 * @upload_id: (nullable): the upload; %NULL = a single PUT
 * @key: the object's key
 * @digest_kind: of the parts' digests; only SHA-256 is sent
 * @parts: (array length=n_parts): the parts with their ETags
 * @n_parts: how many
 *
 * Returns: (transfer full): the request's body
 */
GBytes *
hoist_api_build_complete (const char *upload_id,
                          const char *key,
                          HoistDigestKind digest_kind,
                          const HoistPartRef *parts,
                          gsize n_parts)
{
  if (digest_kind != HOIST_DIGEST_SHA256)
    digest_kind = HOIST_DIGEST_NONE;
  return build_parts (upload_id, key, digest_kind, parts, n_parts);
}

/**
 * hoist_api_build_stat: (skip)
 * @objects: (array length=n_objects): what to look up
 * @n_objects: how many
 *
 * Returns: (transfer full): the request's body
 */
GBytes *
hoist_api_build_stat (const HoistStatRef *objects, gsize n_objects)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "objects");
  json_builder_begin_array (builder);
  for (gsize i = 0; i < n_objects; i++)
    {
      json_builder_begin_object (builder);
      hoist_json_body_add_string (builder, "key", objects[i].key);
      if (objects[i].version_id != NULL)
        hoist_json_body_add_string (builder, "versionId", objects[i].version_id);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return hoist_json_body_finish (builder);
}

/**
 * hoist_api_build_abort: (skip)
 * @upload_id: the upload
 * @key: the object's key
 *
 * Returns: (transfer full): the request's body
 */
GBytes *
hoist_api_build_abort (const char *upload_id, const char *key)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  hoist_json_body_add_string (builder, "uploadId", upload_id);
  hoist_json_body_add_string (builder, "key", key);
  json_builder_end_object (builder);
  return hoist_json_body_finish (builder);
}

/**
 * hoist_api_build_share: (skip)
 * @key: the object's key
 * @expires_in_s: seconds for which the link is good
 *
 * Returns: (transfer full): the request's body
 */
GBytes *
hoist_api_build_share (const char *key, guint expires_in_s)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  hoist_json_body_add_string (builder, "key", key);
  hoist_json_body_add_integer (builder, "expiresIn", expires_in_s);
  json_builder_end_object (builder);
  return hoist_json_body_finish (builder);
}
