/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bodies of requests in JSON, as more than one kind of backend wants them. */

#include "hoist-json-body.h"

/**
 * hoist_json_body_add_string: (skip)
 * @builder: in an object
 * @member: its name
 * @value: (nullable): the text; `null` if there is none
 *
 * Adds a member.
 */
void
hoist_json_body_add_string (JsonBuilder *builder, const char *member, const char *value)
{
  json_builder_set_member_name (builder, member);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

/**
 * hoist_json_body_add_integer: (skip)
 * @builder: in an object
 * @member: its name
 * @value: the number, below 2^63
 *
 * Adds a member.
 */
void
hoist_json_body_add_integer (JsonBuilder *builder, const char *member, guint64 value)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_int_value (builder, (gint64) value);
}

/**
 * hoist_json_body_add_file: (skip)
 * @builder: in an object
 * @request: the file
 * @key_prefix: (nullable): put before its path
 *
 * Adds what is to be known of a file: `fileName`, `path`, `size` and `contentType`.
 */
void
hoist_json_body_add_file (JsonBuilder *builder,
                          const HoistBeginRequest *request,
                          const char *key_prefix)
{
  g_autofree char *path = hoist_provider_build_path (key_prefix, request->name);

  hoist_json_body_add_string (builder, "fileName", hoist_provider_get_base_name (request->name));
  hoist_json_body_add_string (builder, "path", path);
  hoist_json_body_add_integer (builder, "size", request->plan.size_bytes);
  hoist_json_body_add_string (builder, "contentType", request->content_type);
}

/**
 * hoist_json_body_finish: (skip)
 * @builder: with a whole document
 *
 * Returns: (transfer full): the document's text, without a zero at its end
 */
GBytes *
hoist_json_body_finish (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  gsize length;
  char *text;

  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, &length);
  return g_bytes_new_take (text, length);
}
