/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <json-glib/json-glib.h>
#include <string.h>

#include "hoist-api-messages.h"

static void
add_string (JsonBuilder *builder, const char *member, const char *value)
{
  json_builder_set_member_name (builder, member);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_integer (JsonBuilder *builder, const char *member, guint64 value)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_int_value (builder, (gint64) value);
}

static void
add_digest (JsonBuilder *builder, HoistDigestKind kind, const guint8 *digest)
{
  g_autofree char *base64 = NULL;

  if (kind == HOIST_DIGEST_NONE || digest == NULL)
    return;
  base64 = hoist_digest_to_base64 (digest, hoist_digest_kind_get_length (kind));
  add_string (builder, kind == HOIST_DIGEST_MD5 ? "contentMd5" : "checksumSha256", base64);
}

static GBytes *
finish (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  gsize length;
  char *text;

  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, &length);
  return g_bytes_new_take (text, length);
}

static void
add_file (JsonBuilder *builder, const HoistBeginRequest *request, const char *key_prefix)
{
  const char *slash = strrchr (request->name, '/');
  g_autofree char *path = key_prefix != NULL && *key_prefix != '\0'
                            ? g_build_path ("/", key_prefix, request->name, NULL)
                            : g_strdup (request->name);

  json_builder_begin_object (builder);
  add_string (builder, "fileName", slash != NULL ? slash + 1 : request->name);
  add_string (builder, "path", path);
  add_integer (builder, "size", request->plan.size_bytes);
  add_string (builder, "contentType", request->content_type);
  json_builder_set_member_name (builder, "multipart");
  json_builder_add_boolean_value (builder, request->plan.multipart);
  add_integer (builder, "partSize", request->plan.part_bytes);
  add_integer (builder, "totalChunks", request->plan.n_parts);
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
  return finish (builder);
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
  add_string (builder, "uploadId", upload_id);
  add_string (builder, "key", key);
  json_builder_set_member_name (builder, "parts");
  json_builder_begin_array (builder);
  for (gsize i = 0; i < n_parts; i++)
    {
      json_builder_begin_object (builder);
      add_integer (builder, "partNumber", parts[i].part_number);
      if (parts[i].etag != NULL)
        add_string (builder, "etag", parts[i].etag);
      add_digest (builder, digest_kind, parts[i].digest);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return finish (builder);
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
      add_string (builder, "key", objects[i].key);
      if (objects[i].version_id != NULL)
        add_string (builder, "versionId", objects[i].version_id);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return finish (builder);
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
  add_string (builder, "uploadId", upload_id);
  add_string (builder, "key", key);
  json_builder_end_object (builder);
  return finish (builder);
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
  add_string (builder, "key", key);
  add_integer (builder, "expiresIn", expires_in_s);
  json_builder_end_object (builder);
  return finish (builder);
}
