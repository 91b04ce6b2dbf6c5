/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-json-reader.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-json-check.h"

/* The API has five. */
#define MAX_DEPTH 32

struct _HoistJsonReader
{
  char *call;         /* (owned) the API's name of the request */
  JsonParser *parser; /* (owned) */
  JsonObject *root;   /* of the parser; an empty one where there is none */
  JsonObject *list;   /* (owned) (nullable) the root instead of an array */
  JsonObject *empty;  /* (owned) */
  GError *error;      /* (owned) (nullable) the first thing that was wrong */
};

/**
 * hoist_json_reader_fail: (skip)
 * @self: a reader
 * @format: what is wrong, for people
 * @...: its arguments
 *
 * Notes that the answer makes no sense, unless something was wrong before.
 */
void
hoist_json_reader_fail (HoistJsonReader *self, const char *format, ...)
{
  va_list args;

  if (self->error != NULL)
    return;
  va_start (args, format);
  self->error = g_error_new_valist (HOIST_ERROR, HOIST_ERROR_PROTOCOL, format, args);
  va_end (args);
}

static gboolean
is_blank (const char *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (data[i]))
      return FALSE;
  return TRUE;
}

/* What it is instead of JSON, as far as that helps a person. */
static void
fail_for_syntax (HoistJsonReader *self, const char *data, gsize length)
{
  while (length > 0 && g_ascii_isspace (*data))
    data++, length--;
  if (length > 0 && *data == '<')
    /* Translators: %s is the API's name of a request, such as initiate */
    hoist_json_reader_fail (self,
                            _ ("The answer to %s is a web page, not an upload API’s. Check the "
                               "destination’s address."),
                               self->call);
  else
    /* Translators: %s is the API's name of a request, such as initiate */
    hoist_json_reader_fail (self, _ ("The backend’s answer to %s is damaged or cut off: no JSON"),
                                     self->call);
}

static HoistJsonReader *
reader_new (const char *call)
{
  HoistJsonReader *self = g_new0 (HoistJsonReader, 1);

  self->call = g_strdup (call);
  self->parser = json_parser_new ();
  self->empty = json_object_new ();
  self->root = self->empty;
  return self;
}

/* What the answer is; NULL after a failure, or for nothing at all. */
static JsonNode *
load (HoistJsonReader *self, GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  if (is_blank (data, length))
    {
      /* Translators: %s is the API's name of a request, such as initiate */
      hoist_json_reader_fail (self, _ ("The backend’s answer to %s is empty"), self->call);
      return NULL;
    }
  if (!hoist_json_check (data, length, MAX_DEPTH, NULL) ||
      !json_parser_load_from_data (self->parser, data, (gssize) length, NULL))
    {
      fail_for_syntax (self, data, length);
      return NULL;
    }
  return json_parser_get_root (self->parser);
}

/**
 * hoist_json_reader_new: (skip)
 * @call: the API's name of the request, for messages
 * @bytes: the answer's body
 *
 * Returns: (transfer full): a reader, that has failed already if that is no JSON object
 */
HoistJsonReader *
hoist_json_reader_new (const char *call, GBytes *bytes)
{
  HoistJsonReader *self = reader_new (call);
  JsonNode *root = load (self, bytes);

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    /* Translators: %s is the API's name of a request, such as initiate */
    hoist_json_reader_fail (self, _ ("The backend’s answer to %s is not an object"), call);
  else
    self->root = json_node_get_object (root);
  return self;
}

/**
 * hoist_json_reader_new_for_list: (skip)
 * @call: the API's name of the request, for messages
 * @member: what to call the array
 * @bytes: the answer's body
 *
 * Returns: (transfer full): a reader of an answer that is an array and nothing around it: its root
 *   is an object that has the array as @member. It has failed already if that is no array
 */
HoistJsonReader *
hoist_json_reader_new_for_list (const char *call, const char *member, GBytes *bytes)
{
  HoistJsonReader *self = reader_new (call);
  JsonNode *root = load (self, bytes);

  if (root == NULL || !JSON_NODE_HOLDS_ARRAY (root))
    {
      /* Translators: %s is the API's name of a request, such as initiate */
      hoist_json_reader_fail (self, _ ("The backend’s answer to %s is not a list"), call);
      return self;
    }
  self->list = json_object_new ();
  json_object_set_member (self->list, member, json_node_copy (root));
  self->root = self->list;
  return self;
}

/**
 * hoist_json_reader_free: (skip)
 * @self: (transfer full): a reader
 */
void
hoist_json_reader_free (HoistJsonReader *self)
{
  g_free (self->call);
  g_object_unref (self->parser);
  json_object_unref (self->empty);
  g_clear_pointer (&self->list, json_object_unref);
  g_clear_error (&self->error);
  g_free (self);
}

/**
 * hoist_json_reader_has_failed: (skip)
 * @self: a reader
 *
 * Returns: whether anything was wrong so far
 */
gboolean
hoist_json_reader_has_failed (HoistJsonReader *self)
{
  return self->error != NULL;
}

/**
 * hoist_json_reader_dup_error: (skip)
 * @self: a reader
 *
 * Returns: (transfer full) (nullable): the first thing that was wrong
 */
GError *
hoist_json_reader_dup_error (HoistJsonReader *self)
{
  return self->error != NULL ? g_error_copy (self->error) : NULL;
}

/**
 * hoist_json_reader_get_root: (skip)
 * @self: a reader
 *
 * Returns: (transfer none): the answer, empty if it is none
 */
JsonObject *
hoist_json_reader_get_root (HoistJsonReader *self)
{
  return self->root;
}

/* NULL where it is missing: `null` is the same. */
static JsonNode *
find (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static JsonNode *
require (HoistJsonReader *self, JsonObject *object, const char *member)
{
  JsonNode *node = find (object, member);

  if (node == NULL)
    /* Translators: the API's name of a request, and of a part of its answer */
    hoist_json_reader_fail (self, _ ("The backend’s answer to %s has no “%s”"), self->call, member);
  return node;
}

static void
fail_for_type (HoistJsonReader *self, const char *member)
{
  /* Translators: the API's name of a part of an answer, and of the request */
  hoist_json_reader_fail (self, _ ("“%s” in the backend’s answer to %s is not what it must be"),
                                   member, self->call);
}

/**
 * hoist_json_reader_has: (skip)
 * @object: an object of the answer
 * @member: a name
 *
 * Returns: whether it is there and not `null`
 */
gboolean
hoist_json_reader_has (JsonObject *object, const char *member)
{
  return find (object, member) != NULL;
}

static char *
dup_string (HoistJsonReader *self, JsonNode *node, const char *member, gsize max_bytes)
{
  const char *text;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    {
      fail_for_type (self, member);
      return NULL;
    }
  text = json_node_get_string (node);
  if (strlen (text) > max_bytes)
    {
      /* Translators: the API's name of a part of an answer, and of the request */
      hoist_json_reader_fail (self, _ ("“%s” in the backend’s answer to %s is too long"), member,
                                       self->call);
      return NULL;
    }
  return g_strdup (text);
}

/**
 * hoist_json_reader_dup_string: (skip)
 * @self: a reader
 * @object: an object of the answer
 * @member: a name
 * @max_bytes: its longest value
 *
 * Returns: (transfer full): a string that must be there and not be empty; %NULL only
 *   after a failure
 */
char *
hoist_json_reader_dup_string (HoistJsonReader *self,
                              JsonObject *object,
                              const char *member,
                              gsize max_bytes)
{
  JsonNode *node = require (self, object, member);
  char *text = node != NULL ? dup_string (self, node, member, max_bytes) : NULL;

  if (text != NULL && *text == '\0')
    {
      fail_for_type (self, member);
      g_clear_pointer (&text, g_free);
    }
  return text;
}

/**
 * hoist_json_reader_dup_optional_string: (skip)
 * @self: a reader
 * @object: an object of the answer
 * @member: a name
 * @max_bytes: its longest value
 *
 * Returns: (transfer full) (nullable): a string that may be missing or empty
 */
char *
hoist_json_reader_dup_optional_string (HoistJsonReader *self,
                                       JsonObject *object,
                                       const char *member,
                                       gsize max_bytes)
{
  JsonNode *node = find (object, member);

  return node != NULL ? dup_string (self, node, member, max_bytes) : NULL;
}

static guint64
get_integer (HoistJsonReader *self,
             JsonNode *node,
             const char *member,
             guint64 minimum,
             guint64 maximum)
{
  gint64 value;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    {
      fail_for_type (self, member);
      return minimum;
    }
  value = json_node_get_int (node);
  if (value < 0 || (guint64) value < minimum || (guint64) value > maximum)
    {
      /* Translators: the API's name of a part of an answer, and of the request */
      hoist_json_reader_fail (self, _ ("“%s” in the backend’s answer to %s is out of range"),
                                       member, self->call);
      return minimum;
    }
  return (guint64) value;
}

/**
 * hoist_json_reader_get_integer: (skip)
 * @self: a reader
 * @object: an object of the answer
 * @member: a name
 * @minimum: its smallest value
 * @maximum: its largest value
 *
 * Returns: an integer that must be there; @minimum after a failure
 */
guint64
hoist_json_reader_get_integer (HoistJsonReader *self,
                               JsonObject *object,
                               const char *member,
                               guint64 minimum,
                               guint64 maximum)
{
  JsonNode *node = require (self, object, member);

  return node != NULL ? get_integer (self, node, member, minimum, maximum) : minimum;
}

/**
 * hoist_json_reader_get_optional_integer: (skip)
 * @self: a reader
 * @object: an object of the answer
 * @member: a name
 * @minimum: its smallest value
 * @maximum: its largest value
 * @fallback: what a missing one means
 *
 * Returns: an integer that may be missing
 */
guint64
hoist_json_reader_get_optional_integer (HoistJsonReader *self,
                                        JsonObject *object,
                                        const char *member,
                                        guint64 minimum,
                                        guint64 maximum,
                                        guint64 fallback)
{
  JsonNode *node = find (object, member);

  return node != NULL ? get_integer (self, node, member, minimum, maximum) : fallback;
}

/**
 * hoist_json_reader_get_boolean: (skip)
 * @self: a reader
 * @object: an object of the answer
 * @member: a name
 *
 * Returns: a boolean that must be there; %FALSE after a failure
 */
gboolean
hoist_json_reader_get_boolean (HoistJsonReader *self, JsonObject *object, const char *member)
{
  JsonNode *node = require (self, object, member);

  if (node == NULL)
    return FALSE;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return json_node_get_boolean (node);
  fail_for_type (self, member);
  return FALSE;
}

/**
 * hoist_json_reader_get_object: (skip)
 * @self: a reader
 * @object: an object of the answer
 * @member: a name
 *
 * Returns: (transfer none): an object that must be there; an empty one after a failure
 */
JsonObject *
hoist_json_reader_get_object (HoistJsonReader *self, JsonObject *object, const char *member)
{
  JsonNode *node = require (self, object, member);

  if (node == NULL)
    return self->empty;
  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);
  fail_for_type (self, member);
  return self->empty;
}

/* Of at most @max_items; NULL after a failure, or where it is missing. */
static JsonArray *
get_array (HoistJsonReader *self, JsonObject *object, const char *member, guint max_items)
{
  JsonNode *node = require (self, object, member);

  if (node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_ARRAY (node) &&
      json_array_get_length (json_node_get_array (node)) <= max_items)
    return json_node_get_array (node);
  fail_for_type (self, member);
  return NULL;
}

/**
 * hoist_json_reader_get_objects: (skip)
 * @self: a reader
 * @object: an object of the answer
 * @member: a name
 * @max_items: its greatest length
 *
 * Returns: (transfer container) (element-type JsonObject): the items of an array of
 *   objects that must be there; none after a failure
 */
GPtrArray *
hoist_json_reader_get_objects (HoistJsonReader *self,
                               JsonObject *object,
                               const char *member,
                               guint max_items)
{
  JsonArray *array = get_array (self, object, member, max_items);
  GPtrArray *objects = g_ptr_array_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_OBJECT (item))
        {
          fail_for_type (self, member);
          g_ptr_array_set_size (objects, 0);
          return objects;
        }
      g_ptr_array_add (objects, json_node_get_object (item));
    }
  return objects;
}

static const char *
peek_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

/**
 * hoist_json_reader_get_strings: (skip)
 * @self: a reader
 * @object: an object of the answer
 * @member: a name
 * @max_items: its greatest length
 * @max_bytes: the longest of its strings
 *
 * Returns: (transfer container) (element-type utf8): the items of an array of strings,
 *   which must be there and none of which is empty; none after a failure
 */
GPtrArray *
hoist_json_reader_get_strings (HoistJsonReader *self,
                               JsonObject *object,
                               const char *member,
                               guint max_items,
                               gsize max_bytes)
{
  JsonArray *array = get_array (self, object, member, max_items);
  GPtrArray *strings = g_ptr_array_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      const char *text = peek_string (json_array_get_element (array, i));

      if (text == NULL || *text == '\0' || strlen (text) > max_bytes)
        {
          fail_for_type (self, member);
          g_ptr_array_set_size (strings, 0);
          break;
        }
      g_ptr_array_add (strings, (gpointer) text);
    }
  return strings;
}

static gboolean
read_index (JsonNode *node, guint limit, guint *index)
{
  const char *text = peek_string (node);
  guint64 number;

  if (limit == 0)
    return FALSE;
  if (text != NULL)
    {
      if (!g_ascii_string_to_unsigned (text, 10, 0, limit - 1, &number, NULL))
        return FALSE;
    }
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64 &&
           json_node_get_int (node) >= 0 && json_node_get_int (node) < limit)
    number = (guint64) json_node_get_int (node);
  else
    return FALSE;
  *index = (guint) number;
  return TRUE;
}

/**
 * hoist_json_reader_get_indexes: (skip)
 * @self: a reader
 * @object: an object of the answer
 * @member: a name
 * @max_items: its greatest length
 * @limit: what every index is below
 *
 * Reads an array of numbers from 0, which some servers send as strings.
 *
 * Returns: (transfer full) (element-type guint): the array, which must be there, as it
 *   came; empty after a failure
 */
GArray *
hoist_json_reader_get_indexes (HoistJsonReader *self,
                               JsonObject *object,
                               const char *member,
                               guint max_items,
                               guint limit)
{
  JsonArray *array = get_array (self, object, member, max_items);
  GArray *indexes = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      guint index;

      if (!read_index (json_array_get_element (array, i), limit, &index))
        {
          fail_for_type (self, member);
          g_array_set_size (indexes, 0);
          break;
        }
      g_array_append_val (indexes, index);
    }
  return indexes;
}

/**
 * hoist_json_reader_dup_pairs: (skip)
 * @self: a reader
 * @object: an object of the answer
 * @member: a name
 * @max_pairs: its greatest size
 *
 * Reads an object whose members are strings; a missing one is an empty one.
 *
 * Returns: (transfer full): name, value, name, value, …
 */
GStrv
hoist_json_reader_dup_pairs (HoistJsonReader *self,
                             JsonObject *object,
                             const char *member,
                             guint max_pairs)
{
  g_autoptr (GStrvBuilder) pairs = g_strv_builder_new ();
  JsonNode *node = find (object, member);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (node == NULL)
    return g_strv_builder_end (pairs);
  if (!JSON_NODE_HOLDS_OBJECT (node) ||
      json_object_get_size (json_node_get_object (node)) > max_pairs)
    {
      fail_for_type (self, member);
      return g_strv_builder_end (pairs);
    }
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      g_autofree char *text = dup_string (self, value, member, HOIST_JSON_MAX_TEXT);

      if (text == NULL)
        break;
      g_strv_builder_add_many (pairs, name, text, NULL);
    }
  return g_strv_builder_end (pairs);
}

/**
 * hoist_json_reader_give: (skip)
 * @self: a reader
 * @value: (transfer full): what was read by it
 * @destroy: frees @value
 * @error: return location
 *
 * Ends reading: hands over what was read, or throws it away with the first thing
 * that was wrong.
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full): @value, or %NULL
 */
gpointer
hoist_json_reader_give (HoistJsonReader *self,
                        gpointer value,
                        GDestroyNotify destroy,
                        GError **error)
{
  if (self->error == NULL)
    return value;
  g_propagate_error (error, g_error_copy (self->error));
  destroy (value);
  return NULL;
}
