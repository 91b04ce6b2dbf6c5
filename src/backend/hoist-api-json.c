/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-api-json.h"

#include <string.h>

#include "hoist-json-check.h"

#define MAX_DEPTH 8

static gboolean
refuse (GError **error, const HoistApiObject *from, const char *name, const char *must_be)
{
  g_set_error (error, HOIST_API_ERROR, HOIST_API_ERROR_BAD_REQUEST, "“%s%s” must be %s",
               from->where, name, must_be);
  return FALSE;
}

/**
 * hoist_api_json_parse:
 * @data: body of a request, not trusted
 * @length: of it, in bytes
 * @error: return location for an error
 *
 * Reads a request's JSON, which must be an object.
 *
 * Errors: %HOIST_API_ERROR_BAD_REQUEST with what is wrong, and where.
 *
 * Returns: (transfer full) (nullable): it, or null with @error set
 */
JsonNode *
hoist_api_json_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) bad = NULL;
  JsonNode *root;

  if (length == 0)
    {
      g_set_error_literal (error, HOIST_API_ERROR, HOIST_API_ERROR_BAD_REQUEST,
                           "The request has no body: a JSON object is needed");
      return NULL;
    }
  if (!hoist_json_check (data, length, MAX_DEPTH, &bad) ||
      !json_parser_load_from_data (parser, data, (gssize) length, &bad))
    {
      g_set_error_literal (error, HOIST_API_ERROR, HOIST_API_ERROR_BAD_REQUEST, bad->message);
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, HOIST_API_ERROR, HOIST_API_ERROR_BAD_REQUEST,
                           "The request must be a JSON object");
      return NULL;
    }
  return json_node_ref (root);
}

/* `null` is the same as missing. */
static JsonNode *
find (const HoistApiObject *from, const char *name)
{
  JsonNode *node = json_object_get_member (from->object, name);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

/**
 * hoist_api_has:
 * @from: where to look
 * @name: of the member
 *
 * Looks whether a member is there and not `null`.
 *
 * Returns: whether it is
 */
gboolean
hoist_api_has (const HoistApiObject *from, const char *name)
{
  return find (from, name) != NULL;
}

/**
 * hoist_api_get_string:
 * @from: where to look
 * @name: of the member
 * @max_bytes: longest value allowed
 * @value: (out) (transfer none): the value
 * @error: return location for an error
 *
 * Reads a member that must be there and a string.
 *
 * Errors: %HOIST_API_ERROR_BAD_REQUEST naming the member.
 *
 * Returns: whether it is right
 */
gboolean
hoist_api_get_string (const HoistApiObject *from,
                      const char *name,
                      gsize max_bytes,
                      const char **value,
                      GError **error)
{
  if (!hoist_api_has (from, name))
    return refuse (error, from, name, "there, and a string");
  return hoist_api_get_optional_string (from, name, max_bytes, value, error);
}

/**
 * hoist_api_get_optional_string:
 * @from: where to look
 * @name: of the member
 * @max_bytes: longest value allowed
 * @value: (out) (transfer none) (nullable): the value, or null where it is missing
 * @error: return location for an error
 *
 * Reads a member that may be missing, and else must be a string.
 *
 * Errors: %HOIST_API_ERROR_BAD_REQUEST naming the member.
 *
 * Returns: whether it is right
 */
gboolean
hoist_api_get_optional_string (const HoistApiObject *from,
                               const char *name,
                               gsize max_bytes,
                               const char **value,
                               GError **error)
{
  JsonNode *node = find (from, name);
  g_autofree char *shorter = NULL;

  *value = NULL;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return refuse (error, from, name, "a string");
  *value = json_node_get_string (node);
  if (strlen (*value) <= max_bytes)
    return TRUE;
  shorter = g_strdup_printf ("at most %" G_GSIZE_FORMAT " bytes long", max_bytes);
  return refuse (error, from, name, shorter);
}

/**
 * hoist_api_get_integer:
 * @from: where to look
 * @name: of the member
 * @min: smallest value allowed, at least 0
 * @max: largest value allowed
 * @value: (out): the value
 * @error: return location for an error
 *
 * Reads a member that must be there and an integer.
 *
 * Errors: %HOIST_API_ERROR_BAD_REQUEST naming the member and the range.
 *
 * Returns: whether it is right
 */
gboolean
hoist_api_get_integer (const HoistApiObject *from,
                       const char *name,
                       gint64 min,
                       gint64 max,
                       guint64 *value,
                       GError **error)
{
  JsonNode *node = find (from, name);
  g_autofree char *range = NULL;
  gint64 number;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
      json_node_get_value_type (node) == G_TYPE_INT64)
    {
      number = json_node_get_int (node);
      if (number >= min && number <= max)
        {
          *value = (guint64) number;
          return TRUE;
        }
    }
  range = g_strdup_printf ("an integer from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, min, max);
  return refuse (error, from, name, range);
}

/**
 * hoist_api_get_boolean:
 * @from: where to look
 * @name: of the member
 * @value: (out): the value
 * @error: return location for an error
 *
 * Reads a member that must be there and a boolean.
 *
 * Errors: %HOIST_API_ERROR_BAD_REQUEST naming the member.
 *
 * Returns: whether it is right
 */
gboolean
hoist_api_get_boolean (const HoistApiObject *from,
                       const char *name,
                       gboolean *value,
                       GError **error)
{
  JsonNode *node = find (from, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return refuse (error, from, name, "true or false");
  *value = json_node_get_boolean (node);
  return TRUE;
}

/**
 * hoist_api_get_array:
 * @from: where to look
 * @name: of the member
 * @max_elements: most elements allowed
 * @value: (out) (transfer none): the array, with one element at least
 * @error: return location for an error
 *
 * Reads a member that must be there and an array that is not empty.
 *
 * Errors: %HOIST_API_ERROR_BAD_REQUEST naming the member and the limit.
 *
 * Returns: whether it is right
 */
gboolean
hoist_api_get_array (const HoistApiObject *from,
                     const char *name,
                     guint max_elements,
                     JsonArray **value,
                     GError **error)
{
  JsonNode *node = find (from, name);
  g_autofree char *limits = NULL;

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    {
      *value = json_node_get_array (node);
      if (json_array_get_length (*value) >= 1 && json_array_get_length (*value) <= max_elements)
        return TRUE;
    }
  limits = g_strdup_printf ("an array of 1 to %u elements", max_elements);
  return refuse (error, from, name, limits);
}

/**
 * hoist_api_get_element:
 * @array: an array of a request
 * @index: which element, from 0
 * @where: how messages call it, such as `parts[0]`; a dot at its end is left out
 * @error: return location for an error
 *
 * Reads an element that must be an object.
 *
 * Errors: %HOIST_API_ERROR_BAD_REQUEST naming the element.
 *
 * Returns: (transfer none) (nullable): it, or null with @error set
 */
JsonObject *
hoist_api_get_element (JsonArray *array, guint index, const char *where, GError **error)
{
  JsonNode *node = json_array_get_element (array, index);
  gsize length = strlen (where);

  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);
  g_set_error (error, HOIST_API_ERROR, HOIST_API_ERROR_BAD_REQUEST, "“%.*s” must be an object",
               (int) (length > 0 && where[length - 1] == '.' ? length - 1 : length), where);
  return NULL;
}
