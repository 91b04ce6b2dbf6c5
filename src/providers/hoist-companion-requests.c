/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-companion-messages.h"
#include "hoist-json-body.h"

/* Of the body of `complete`: `express.json({ limit: '1mb' })`. */
#define MAX_COMPLETE_BYTES (1 << 20)
/* Amazon S3 User Guide, «Working with object metadata»: 2 KB of user-defined metadata, names
 * included; Companion encodes what is not ASCII. */
#define MAX_METADATA_BYTES 2048

/* RFC 2047, as Companion itself does it for multipart uploads (helpers/utils.js). */
static char *
encode_word (const char *text)
{
  g_autofree char *base64 = NULL;

  if (g_str_is_ascii (text))
    return g_strdup (text);
  base64 = g_base64_encode ((const guchar *) text, strlen (text));
  return g_strdup_printf ("=?UTF-8?B?%s?=", base64);
}

static void
add_metadata (GStrvBuilder *metadata, gsize *left_bytes, const char *name, const char *value)
{
  g_autofree char *encoded = encode_word (value);
  gsize n_bytes = strlen (name) + strlen (encoded);

  /* Told if there is room for it: an upload is not refused for what is nice to know. */
  if (n_bytes > *left_bytes)
    return;
  *left_bytes -= n_bytes;
  g_strv_builder_add_many (metadata, name, value, NULL);
}

/**
 * hoist_companion_make_metadata: (skip)
 * @request: a file
 * @key_prefix: (nullable): put before its path
 *
 * What Uppy sends: the name, the type, and of a file in a folder where it was. The server may make
 * its key of it.
 *
 * Returns: (transfer full): name, value, name, value, …
 */
GStrv
hoist_companion_make_metadata (const HoistBeginRequest *request, const char *key_prefix)
{
  g_autoptr (GStrvBuilder) metadata = g_strv_builder_new ();
  const char *base_name = hoist_provider_get_base_name (request->name);
  g_autofree char *path = hoist_provider_build_path (key_prefix, request->name);
  gsize left_bytes = MAX_METADATA_BYTES;

  add_metadata (metadata, &left_bytes, "name", base_name);
  add_metadata (metadata, &left_bytes, "type", request->content_type);
  if (strcmp (path, base_name) != 0)
    add_metadata (metadata, &left_bytes, "relativePath", path);
  return g_strv_builder_end (metadata);
}

/**
 * hoist_companion_build_path: (skip)
 * @upload_id: an upload
 * @rest: what of it, with its `/`, or nothing
 *
 * Returns: (transfer full): the path of a call about @upload_id, escaped
 */
char *
hoist_companion_build_path (const char *upload_id, const char *rest)
{
  g_autofree char *escaped = g_uri_escape_string (upload_id, NULL, FALSE);

  return g_strconcat ("/s3/multipart/", escaped, rest, NULL);
}

/**
 * hoist_companion_build_query: (skip)
 * @key: the object's key
 * @part_numbers: (array length=n_parts) (nullable): the parts of a batch
 * @n_parts: how many; 0 = it is no batch
 *
 * Returns: (transfer full): the query of a call about an upload
 */
char *
hoist_companion_build_query (const char *key, const guint *part_numbers, gsize n_parts)
{
  GString *query = g_string_new ("key=");

  g_string_append_uri_escaped (query, key, NULL, FALSE);
  for (gsize i = 0; i < n_parts; i++)
    g_string_append_printf (query, "%s%u", i == 0 ? "&partNumbers=" : "%2C", part_numbers[i]);
  return g_string_free (query, FALSE);
}

/**
 * hoist_companion_build_create: (skip)
 * @request: a file that goes in parts
 * @key_prefix: (nullable): put before its path
 *
 * Returns: (transfer full): the body of the call that creates an upload
 */
GBytes *
hoist_companion_build_create (const HoistBeginRequest *request, const char *key_prefix)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (GStrv) metadata = hoist_companion_make_metadata (request, key_prefix);

  json_builder_begin_object (builder);
  hoist_json_body_add_string (builder, "filename", hoist_provider_get_base_name (request->name));
  hoist_json_body_add_string (builder, "type", request->content_type);
  json_builder_set_member_name (builder, "metadata");
  json_builder_begin_object (builder);
  for (gsize i = 0; metadata[i] != NULL; i += 2)
    hoist_json_body_add_string (builder, metadata[i], metadata[i + 1]);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  return hoist_json_body_finish (builder);
}

/**
 * hoist_companion_build_complete: (skip)
 * @parts: (array length=n_parts): all parts
 * @n_parts: how many
 * @error: return location
 *
 * Part numbers are numbers: a string is refused. Nothing else of a part is told, so that 10,000 of
 * them stay below the 1 MB that Companion reads.
 *
 * Errors: %HOIST_ERROR_NOT_SUPPORTED if it reads no such long body.
 *
 * Returns: (transfer full): the body of `complete`, or %NULL
 */
GBytes *
hoist_companion_build_complete (const HoistPartRef *parts, gsize n_parts, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GBytes) body = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "parts");
  json_builder_begin_array (builder);
  for (gsize i = 0; i < n_parts; i++)
    {
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "PartNumber");
      json_builder_add_int_value (builder, parts[i].part_number);
      hoist_json_body_add_string (builder, "ETag", parts[i].etag);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  body = hoist_json_body_finish (builder);
  if (g_bytes_get_size (body) <= MAX_COMPLETE_BYTES)
    return g_steal_pointer (&body);
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED,
               _ ("The list of the %u parts is longer than the 1 MB that Companion reads. Choose "
                  "another destination for this file."),
                  (guint) n_parts);
  return NULL;
}
