/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-fault-request.h"

#include <string.h>

/* NULL where a header is not there. */
static char *
dup_header (GStrv lines, const char *name)
{
  gsize length = strlen (name);

  for (gsize i = 1; lines[i] != NULL; i++)
    if (g_ascii_strncasecmp (lines[i], name, length) == 0 && lines[i][length] == ':')
      return g_strstrip (g_strdup (lines[i] + length + 1));
  return NULL;
}

static GStrv
split_lines (GBytes *head)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (head, NULL), g_bytes_get_size (head));

  return g_strsplit (text, "\r\n", -1);
}

static HoistFaultOperation
classify_api (const char *method, const char *rest)
{
  static const struct
  {
    const char *path;
    HoistFaultOperation operation;
  } paths[] = {
    { "/initiate", HOIST_FAULT_INITIATE }, { "/sign", HOIST_FAULT_SIGN },
    { "/status", HOIST_FAULT_STATUS },     { "/complete", HOIST_FAULT_COMPLETE },
    { "/abort", HOIST_FAULT_ABORT },       { "/uploads", HOIST_FAULT_UPLOADS },
    { "/stat", HOIST_FAULT_STAT },         { "/share", HOIST_FAULT_SHARE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    if (g_str_equal (rest, paths[i].path))
      return paths[i].operation;
  if (g_str_equal (method, "GET") && (*rest == '\0' || g_str_equal (rest, "/")))
    return HOIST_FAULT_ROOT;
  return HOIST_FAULT_API_OTHER;
}

/* Amazon S3 API Reference: what a request is follows from its method and its query. */
static HoistFaultOperation
classify_s3 (const char *method, const char *path, GHashTable *query)
{
  gboolean has_upload = g_hash_table_contains (query, "uploadId");
  const char *slash = strchr (path + 1, '/');
  gboolean has_key = slash != NULL;
  gboolean is_bucket = !has_key || slash[1] == '\0';

  if (g_str_equal (method, "PUT") && has_key)
    return g_hash_table_contains (query, "partNumber") ? HOIST_FAULT_UPLOAD_PART
                                                       : HOIST_FAULT_PUT_OBJECT;
  if (g_str_equal (method, "POST") && has_upload)
    return HOIST_FAULT_COMPLETE_UPLOAD;
  if (g_str_equal (method, "POST") && g_hash_table_contains (query, "uploads"))
    return HOIST_FAULT_CREATE_UPLOAD;
  if (g_str_equal (method, "POST") && is_bucket && g_hash_table_size (query) == 0)
    return HOIST_FAULT_POST_OBJECT;
  if (g_str_equal (method, "DELETE") && has_upload)
    return HOIST_FAULT_ABORT_UPLOAD;
  if (g_str_equal (method, "GET") && has_upload)
    return HOIST_FAULT_LIST_PARTS;
  if (g_str_equal (method, "GET") && g_hash_table_contains (query, "uploads"))
    return HOIST_FAULT_LIST_UPLOADS;
  if (g_str_equal (method, "HEAD") && has_key)
    return HOIST_FAULT_HEAD_OBJECT;
  if (g_str_equal (method, "GET") && has_key)
    return HOIST_FAULT_GET_OBJECT;
  return HOIST_FAULT_S3_OTHER;
}

/* A parameter may come without a value, which g_uri_parse_params() refuses. */
static GHashTable *
parse_query (const char *text)
{
  GHashTable *query = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) pairs = g_strsplit (text != NULL ? text : "", "&", -1);

  for (gsize i = 0; pairs[i] != NULL; i++)
    {
      char *equals = strchr (pairs[i], '=');
      char *value = equals != NULL ? g_uri_unescape_string (equals + 1, NULL) : g_strdup ("");

      if (equals != NULL)
        *equals = '\0';
      g_hash_table_insert (query, g_strdup (pairs[i]), value != NULL ? value : g_strdup (""));
    }
  return query;
}

/**
 * hoist_fault_request_parse:
 * @head: a request's head with its empty line
 * @api_path: where the upload API is; all else is S3's
 *
 * Returns: (transfer full) (nullable): the request; null if it is none
 */
HoistFaultRequest *
hoist_fault_request_parse (GBytes *head, const char *api_path)
{
  g_auto (GStrv) lines = split_lines (head);
  g_auto (GStrv) words = g_strsplit (lines[0], " ", 3);
  g_autoptr (GHashTable) query = NULL;
  g_autofree char *length = NULL;
  HoistFaultRequest *request;
  const char *number;
  const char *upload_id;
  char *question;

  if (g_strv_length (words) != 3 || *words[1] != '/')
    return NULL;
  question = strchr (words[1], '?');
  if (question != NULL)
    *question = '\0';
  query = parse_query (question != NULL ? question + 1 : NULL);
  number = g_hash_table_lookup (query, "partNumber");
  upload_id = g_hash_table_lookup (query, "uploadId");
  length = dup_header (lines, "content-length");

  request = g_new0 (HoistFaultRequest, 1);
  request->method = g_strdup (words[0]);
  request->subject = g_strdup (words[1]);
  request->is_api = g_str_has_prefix (words[1], api_path);
  request->operation = request->is_api ? classify_api (words[0], words[1] + strlen (api_path))
                                       : classify_s3 (words[0], words[1], query);
  request->upload_id = g_strdup (upload_id != NULL ? upload_id : "");
  request->part_number = number != NULL ? (guint) g_ascii_strtoull (number, NULL, 10) : 0;
  request->length_bytes = length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0;
  request->head = g_bytes_ref (head);
  return request;
}

void
hoist_fault_request_free (HoistFaultRequest *request)
{
  g_free (request->method);
  g_free (request->subject);
  g_free (request->upload_id);
  g_bytes_unref (request->head);
  g_free (request);
}

/**
 * hoist_fault_answer_parse:
 * @head: an answer's head with its empty line
 * @method: what was asked
 *
 * Returns: (transfer full) (nullable): the answer; null if it is none
 */
HoistFaultAnswer *
hoist_fault_answer_parse (GBytes *head, const char *method)
{
  g_auto (GStrv) lines = split_lines (head);
  g_auto (GStrv) words = g_strsplit (lines[0], " ", 3);
  g_autofree char *length = dup_header (lines, "content-length");
  g_autofree char *coding = dup_header (lines, "transfer-encoding");
  g_autofree char *connection = dup_header (lines, "connection");
  HoistFaultAnswer *answer;

  if (g_strv_length (words) < 2 || !g_str_has_prefix (words[0], "HTTP/1."))
    return NULL;
  answer = g_new0 (HoistFaultAnswer, 1);
  answer->head = g_bytes_ref (head);
  answer->status = (guint) g_ascii_strtoull (words[1], NULL, 10);
  answer->close = connection != NULL && g_ascii_strcasecmp (connection, "close") == 0;
  if (answer->status < 200 || answer->status == 204 || answer->status == 304 ||
      g_str_equal (method, "HEAD"))
    return answer;
  answer->chunked = coding != NULL && g_ascii_strcasecmp (coding, "chunked") == 0;
  answer->until_end = !answer->chunked && length == NULL;
  answer->length_bytes = length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0;
  return answer;
}

void
hoist_fault_answer_free (HoistFaultAnswer *answer)
{
  g_bytes_unref (answer->head);
  g_free (answer);
}

/**
 * hoist_fault_head_with:
 *
 * Returns: (transfer full): @head, with one header replaced or added
 */
GBytes *
hoist_fault_head_with (GBytes *head, const char *name, const char *value)
{
  g_auto (GStrv) lines = split_lines (head);
  GString *text = g_string_new (lines[0]);
  gsize length = strlen (name);

  g_string_append (text, "\r\n");
  for (gsize i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    if (g_ascii_strncasecmp (lines[i], name, length) != 0 || lines[i][length] != ':')
      g_string_append_printf (text, "%s\r\n", lines[i]);
  g_string_append_printf (text, "%s: %s\r\n\r\n", name, value);
  return g_string_free_to_bytes (text);
}
