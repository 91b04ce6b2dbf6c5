/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the rules say and read. Their words are for whoever writes a backend, beside
 * docs/upload-api.md, and like it are not translated. */

#include "config.h"

#include "hoist-conformance-private.h"

/**
 * hoist_conformance_fail: (skip)
 * @run: a run
 * @format: what is wrong
 * @...: for @format
 *
 * Returns: that the rule failed
 */
HoistConformanceVerdict
hoist_conformance_fail (HoistConformanceRun *run, const char *format, ...)
{
  va_list arguments;

  g_free (run->detail);
  va_start (arguments, format);
  run->detail = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return HOIST_CONFORMANCE_FAILED;
}

/**
 * hoist_conformance_fail_by: (skip)
 * @run: a run
 * @error: what went wrong
 *
 * Returns: that the rule failed
 */
HoistConformanceVerdict
hoist_conformance_fail_by (HoistConformanceRun *run, const GError *error)
{
  return hoist_conformance_fail (run, "%s", error->message);
}

/**
 * hoist_conformance_skip: (skip)
 * @run: a run
 * @why: why the rule does not apply
 *
 * Returns: that the rule was skipped
 */
HoistConformanceVerdict
hoist_conformance_skip (HoistConformanceRun *run, const char *why)
{
  g_free (run->detail);
  run->detail = g_strdup (why);
  return HOIST_CONFORMANCE_SKIPPED;
}

/**
 * hoist_conformance_is_success: (skip)
 * @run: a run
 * @answer: (nullable): an answer; without one a failure was noted already
 *
 * Returns: whether it is 200 with a JSON object; if not, a failure was noted
 */
gboolean
hoist_conformance_is_success (HoistConformanceRun *run, const HoistConformanceAnswer *answer)
{
  JsonObject *error;

  if (answer == NULL)
    return FALSE;
  if (answer->status == SOUP_STATUS_OK && answer->object != NULL)
    return TRUE;
  error = hoist_conformance_get_item (answer->object, "error", 0);
  hoist_conformance_fail (
    run, "200 with a JSON object was expected; the answer is %u %s", answer->status,
    error != NULL ? hoist_conformance_get_text (error, "code") : "without JSON");
  return FALSE;
}

/**
 * hoist_conformance_expect_error: (skip)
 * @run: a run
 * @answer: (nullable): an answer; without one a failure was noted already
 * @status: what its status must be
 * @code: what its `error.code` must be
 *
 * Returns: whether it is that error, in the shape that the API says
 */
HoistConformanceVerdict
hoist_conformance_expect_error (HoistConformanceRun *run,
                                const HoistConformanceAnswer *answer,
                                guint status,
                                const char *code)
{
  JsonObject *error;
  const char *found;

  if (answer == NULL)
    return HOIST_CONFORMANCE_FAILED;
  error = hoist_conformance_get_item (answer->object, "error", 0);
  found = hoist_conformance_get_text (error, "code");
  if (answer->status != status || g_strcmp0 (found, code) != 0)
    return hoist_conformance_fail (run, "%u %s was expected; the answer is %u %s", status, code,
                                   answer->status, found != NULL ? found : "without a code");
  if (hoist_conformance_get_text (error, "message") == NULL)
    return hoist_conformance_fail (run, "The error has no “message”");
  if (answer->request_id == NULL ||
      g_strcmp0 (hoist_conformance_get_text (error, "requestId"), answer->request_id) != 0)
    return hoist_conformance_fail (run,
                                   "“requestId” and the header X-Request-Id differ, or are not "
                                   "there");
  return HOIST_CONFORMANCE_PASSED;
}

/**
 * hoist_conformance_get_item: (skip)
 * @object: (nullable): an object
 * @member: its member, an array of objects or an object
 * @index: which one of the array
 *
 * Returns: (transfer none) (nullable): it, if it is there
 */
JsonObject *
hoist_conformance_get_item (JsonObject *object, const char *member, guint index)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;
  JsonArray *array;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  array = json_node_get_array (node);
  if (index >= json_array_get_length (array) ||
      !JSON_NODE_HOLDS_OBJECT (json_array_get_element (array, index)))
    return NULL;
  return json_array_get_object_element (array, index);
}

static JsonNode *
get_value (JsonObject *object, const char *member, GType type)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type
           ? node
           : NULL;
}

/**
 * hoist_conformance_get_text: (skip)
 * @object: (nullable): an object
 * @member: its member
 *
 * Returns: (transfer none) (nullable): the string, if it is one
 */
const char *
hoist_conformance_get_text (JsonObject *object, const char *member)
{
  JsonNode *node = get_value (object, member, G_TYPE_STRING);

  return node != NULL ? json_node_get_string (node) : NULL;
}

/**
 * hoist_conformance_get_number: (skip)
 * @object: (nullable): an object
 * @member: its member
 *
 * Returns: the integer; -1 if it is none
 */
gint64
hoist_conformance_get_number (JsonObject *object, const char *member)
{
  JsonNode *node = get_value (object, member, G_TYPE_INT64);

  return node != NULL ? json_node_get_int (node) : -1;
}

/**
 * hoist_conformance_quote: (skip)
 * @text: (nullable): text
 *
 * Returns: (transfer full): it as JSON
 */
char *
hoist_conformance_quote (const char *text)
{
  g_autoptr (JsonNode) node = json_node_new (text != NULL ? JSON_NODE_VALUE : JSON_NODE_NULL);

  if (text != NULL)
    json_node_set_string (node, text);
  return json_to_string (node, FALSE);
}

/**
 * hoist_conformance_digest_member: (skip)
 * @run: a run
 * @data: what is sent
 *
 * Returns: (transfer full): `, "checksumSha256": "…"`, or what else the backend wants
 */
char *
hoist_conformance_digest_member (HoistConformanceRun *run, GBytes *data)
{
  HoistDigestKind kind = run->capabilities->digest_kind;
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
  g_autofree char *base64 = NULL;

  if (kind == HOIST_DIGEST_NONE)
    return g_strdup ("");
  hoist_digest_data (kind, g_bytes_get_data (data, NULL), g_bytes_get_size (data), digest);
  base64 = hoist_digest_to_base64 (digest, hoist_digest_kind_get_length (kind));
  return g_strdup_printf (", \"%s\": \"%s\"",
                          kind == HOIST_DIGEST_MD5 ? "contentMd5" : "checksumSha256", base64);
}
