/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-plain-messages.h"

#include <glib/gi18n-lib.h>

#include "hoist-api-messages.h"
#include "hoist-json-body.h"
#include "hoist-json-reader.h"

#define MAX_RETRY_AFTER_S (24 * 3600)

/* --- Upload ids ------------------------------------------------------------------------------- */

/**
 * hoist_plain_upload_free: (skip)
 * @upload: (transfer full): an upload
 */
void
hoist_plain_upload_free (HoistPlainUpload *upload)
{
  g_free (upload->server_id);
  g_free (upload);
}

/**
 * hoist_plain_upload_to_id: (skip)
 * @upload: an upload
 *
 * Returns: (transfer full): the id that the engine keeps
 */
char *
hoist_plain_upload_to_id (const HoistPlainUpload *upload)
{
  return g_strdup_printf ("%s.%u.%s", upload->hash, upload->n_chunks, upload->server_id);
}

/**
 * hoist_plain_upload_from_id: (skip)
 * @upload_id: what hoist_plain_upload_to_id() made, maybe long ago
 * @error: return location
 *
 * Errors: %HOIST_ERROR_UPLOAD_GONE if it is another kind of id: the destination was
 * of another kind when it was begun.
 *
 * Returns: (transfer full): the upload, or %NULL
 */
HoistPlainUpload *
hoist_plain_upload_from_id (const char *upload_id, GError **error)
{
  g_auto (GStrv) words = g_strsplit (upload_id, ".", 3);
  guint8 sha256[HOIST_SHA256_BYTES];
  guint64 n_chunks;
  HoistPlainUpload *upload;

  if (g_strv_length (words) != 3 || !hoist_digest_from_hex (words[0], sha256, sizeof sha256) ||
      !g_ascii_string_to_unsigned (words[1], 10, 1, HOIST_S3_MAX_PARTS, &n_chunks, NULL) ||
      *words[2] == '\0')
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE,
                           hoist_error_get_phrase (HOIST_ERROR_UPLOAD_GONE));
      return NULL;
    }
  upload = g_new0 (HoistPlainUpload, 1);
  g_strlcpy (upload->hash, words[0], sizeof upload->hash);
  upload->n_chunks = (guint) n_chunks;
  upload->server_id = g_steal_pointer (&words[2]);
  return upload;
}

/* --- Requests --------------------------------------------------------------------------------- */

/* Some call it so and some so; who knows one passes the other over. */
static void
add_hash (JsonBuilder *builder, const char *hash)
{
  hoist_json_body_add_string (builder, "fileHash", hash);
  hoist_json_body_add_string (builder, "hash", hash);
}

/**
 * hoist_plain_build_initiate: (skip)
 * @upload: the upload; its id on the server need not be known
 * @request: (nullable): the file; %NULL when only fresh URLs are wanted
 * @key_prefix: (nullable): put before its name
 *
 * Returns: (transfer full): the request's body
 */
GBytes *
hoist_plain_build_initiate (const HoistPlainUpload *upload,
                            const HoistBeginRequest *request,
                            const char *key_prefix)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_hash (builder, upload->hash);
  hoist_json_body_add_integer (builder, "totalChunks", upload->n_chunks);
  /* Not part of the protocol: for a backend that likes to know. */
  if (request != NULL)
    hoist_json_body_add_file (builder, request, key_prefix);
  json_builder_end_object (builder);
  return hoist_json_body_finish (builder);
}

/**
 * hoist_plain_build_end: (skip)
 * @upload: the upload
 *
 * Returns: (transfer full): the body of a request that completes or aborts it
 */
GBytes *
hoist_plain_build_end (const HoistPlainUpload *upload)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  hoist_json_body_add_string (builder, "uploadId", upload->server_id);
  add_hash (builder, upload->hash);
  json_builder_end_object (builder);
  return hoist_json_body_finish (builder);
}

/**
 * hoist_plain_build_status_query: (skip)
 * @hash: the file's SHA-256
 *
 * Returns: (transfer full): the query of `status`
 */
char *
hoist_plain_build_status_query (const char *hash)
{
  return g_strdup_printf ("fileHash=%s&hash=%s", hash, hash);
}

/* --- Answers ---------------------------------------------------------------------------------- */

/**
 * hoist_plain_begun_free: (skip)
 * @begun: (transfer full): what `initiate` said
 */
void
hoist_plain_begun_free (HoistPlainBegun *begun)
{
  g_free (begun->server_id);
  g_free (begun->key);
  g_clear_pointer (&begun->urls, hoist_plain_urls_free);
  g_free (begun);
}

/* A database's number will do as well as a text. */
static char *
read_server_id (HoistJsonReader *reader, JsonObject *root)
{
  JsonNode *node = json_object_get_member (root, "uploadId");

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
      json_node_get_value_type (node) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  return hoist_json_reader_dup_string (reader, root, "uploadId", HOIST_JSON_MAX_UPLOAD_ID);
}

/**
 * hoist_plain_parse_initiate: (skip)
 * @answer: the answer to `initiate`
 * @n_chunks: how many URLs there must be
 * @asked_us: monotonic; when it was asked
 * @server_us: real time of the answer by the server's clock; 0 = not known
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full): what it says, or %NULL
 */
HoistPlainBegun *
hoist_plain_parse_initiate (GBytes *answer,
                            guint n_chunks,
                            gint64 asked_us,
                            gint64 server_us,
                            GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("initiate", answer);
  JsonObject *root = hoist_json_reader_get_root (reader);
  g_autoptr (GPtrArray) urls =
    hoist_json_reader_get_strings (reader, root, "urls", HOIST_S3_MAX_PARTS, HOIST_JSON_MAX_URL);
  HoistPlainBegun *begun = g_new0 (HoistPlainBegun, 1);
  guint64 lifetime_s = 1;

  begun->server_id = read_server_id (reader, root);
  begun->key = hoist_json_reader_dup_optional_string (reader, root, "key", HOIST_JSON_MAX_KEY);
  if (urls->len != n_chunks)
    hoist_json_reader_fail (reader,
                            _ ("The backend’s answer to initiate has %u URLs instead of %u"),
                               urls->len, n_chunks);
  if (!hoist_json_reader_has_failed (reader))
    lifetime_s = hoist_plain_url_get_lifetime_s (urls->pdata[0], server_us);
  begun->urls = hoist_plain_urls_new (urls, asked_us + (gint64) lifetime_s * G_USEC_PER_SEC);
  return hoist_json_reader_give (reader, begun, (GDestroyNotify) hoist_plain_begun_free, error);
}

static int
compare_indexes (gconstpointer a, gconstpointer b)
{
  guint left = *(const guint *) a;
  guint right = *(const guint *) b;

  return left < right ? -1 : left > right;
}

/**
 * hoist_plain_parse_status: (skip)
 * @answer: the answer to `status`
 * @n_chunks: how many the file has
 * @error: return location
 *
 * The same chunk twice is the same as once.
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full) (element-type HoistServerPart): ascending, or %NULL
 */
GPtrArray *
hoist_plain_parse_status (GBytes *answer, guint n_chunks, GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("status", answer);
  g_autoptr (GArray) indexes =
    hoist_json_reader_get_indexes (reader, hoist_json_reader_get_root (reader), "uploadedChunks",
                                   2 * HOIST_S3_MAX_PARTS, n_chunks);
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_server_part_free);

  g_array_sort (indexes, compare_indexes);
  for (guint i = 0; i < indexes->len; i++)
    {
      guint index = g_array_index (indexes, guint, i);

      if (i == 0 || index != g_array_index (indexes, guint, i - 1))
        g_ptr_array_add (parts, hoist_server_part_new (index + 1, 0, NULL));
    }
  return hoist_json_reader_give (reader, parts, (GDestroyNotify) g_ptr_array_unref, error);
}

/* What is said in passing: something else than a text says nothing. */
static const char *
peek_text (JsonObject *root, const char *member)
{
  JsonNode *node = json_object_get_member (root, member);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
             json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

/* Where it says of which file the object is. */
static void
check_hash (HoistJsonReader *reader, JsonObject *root, const char *member, const char *hash)
{
  const char *said = peek_text (root, member);

  if (said != NULL && g_ascii_strcasecmp (said, hash) != 0)
    hoist_json_reader_fail (reader, _ ("The backend completed another file than was sent"));
}

static gboolean
is_one_of (const char *word, const char *const *words)
{
  for (; word != NULL && *words != NULL; words++)
    if (g_ascii_strcasecmp (word, *words) == 0)
      return TRUE;
  return FALSE;
}

/* A completion may be accepted and go on; that is not one yet. */
static GError *
read_end (JsonObject *root)
{
  static const char *const under_way[] = { "accepted", "assembling", "joining",     "merging",
                                           "pending",  "processing", "in_progress", NULL };
  static const char *const refused[] = { "error", "failed", "failure", NULL };
  const char *status = peek_text (root, "status");

  if (is_one_of (status, under_way))
    return g_error_new_literal (HOIST_ERROR, HOIST_ERROR_UNAVAILABLE,
                                _ ("The backend is still joining the file’s chunks."));
  if (is_one_of (status, refused))
    return g_error_new_literal (HOIST_ERROR, HOIST_ERROR_REJECTED,
                                _ ("The backend could not join the file’s chunks."));
  return NULL;
}

/**
 * hoist_plain_parse_complete: (skip)
 * @answer: the answer to `complete`
 * @upload: what was completed
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL; %HOIST_ERROR_UNAVAILABLE if it says that it is not
 * finished; %HOIST_ERROR_REJECTED if it says that it failed.
 *
 * Returns: (transfer full): the object, of which not even the key need be known, or %NULL
 */
HoistObject *
hoist_plain_parse_complete (GBytes *answer, const HoistPlainUpload *upload, GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("complete", answer);
  JsonObject *root = hoist_json_reader_get_root (reader);
  HoistObject *object = g_new0 (HoistObject, 1);
  GError *end = read_end (root);

  if (end != NULL)
    {
      hoist_object_free (object);
      g_propagate_error (error, end);
      return NULL;
    }
  check_hash (reader, root, "fileHash", upload->hash);
  check_hash (reader, root, "hash", upload->hash);
  object->key = hoist_json_reader_dup_optional_string (reader, root, "key", HOIST_JSON_MAX_KEY);
  object->location =
    hoist_json_reader_dup_optional_string (reader, root, "location", HOIST_JSON_MAX_URL);
  object->etag = hoist_api_strip_quotes (
    hoist_json_reader_dup_optional_string (reader, root, "etag", HOIST_JSON_MAX_KEY));
  object->has_size = hoist_json_reader_has (root, "size");
  object->size_bytes =
    hoist_json_reader_get_optional_integer (reader, root, "size", 0, HOIST_JSON_MAX_INTEGER, 0);
  return hoist_json_reader_give (reader, object, (GDestroyNotify) hoist_object_free, error);
}

/**
 * hoist_plain_parse_missing: (skip)
 * @answer: a refusal of `complete`
 * @n_chunks: how many chunks the file has
 *
 * Returns: (transfer full) (nullable) (element-type guint): the indexes of the chunks
 *   that it says are missing, if it says so
 */
GArray *
hoist_plain_parse_missing (GBytes *answer, guint n_chunks)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("complete", answer);
  g_autoptr (GArray) indexes = hoist_json_reader_get_indexes (
    reader, hoist_json_reader_get_root (reader), "missing", 2 * HOIST_S3_MAX_PARTS, n_chunks);

  return hoist_json_reader_has_failed (reader) ? NULL : g_steal_pointer (&indexes);
}

/* --- Refusals --------------------------------------------------------------------------------- */

/* `{"error": "text"}`, `{"error": {"code", "message"}}`, `{"detail": "text"}`. */
static char *
read_refusal (HoistJsonReader *reader, char **code, guint64 *retry_after_s)
{
  JsonObject *root = hoist_json_reader_get_root (reader);
  JsonNode *node = json_object_get_member (root, "error");
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node)
                                                                     : root;
  const char *text = peek_text (object, "message");

  if (text == NULL)
    text = peek_text (root, "error");
  if (text == NULL)
    text = peek_text (root, "detail");
  *code = g_strdup (peek_text (object, "code"));
  *retry_after_s = 0;
  if (hoist_json_reader_has (object, "retryAfter"))
    *retry_after_s = hoist_json_reader_get_optional_integer (reader, object, "retryAfter", 0,
                                                             MAX_RETRY_AFTER_S, 0);
  if (text == NULL)
    text = *code;
  return hoist_api_tidy_message (text);
}

/**
 * hoist_plain_read_refusal: (skip)
 * @answer: the body of a refusal, that may be anything
 *
 * Returns: (transfer full) (nullable): what it says, if it says something that can be read
 */
char *
hoist_plain_read_refusal (GBytes *answer)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("status", answer);
  g_autofree char *code = NULL;
  guint64 unused;

  return read_refusal (reader, &code, &unused);
}

/* What `status`, `complete` and `abort` do not find is an upload; what is not found
 * by `initiate`, or may not be asked for like this, is the protocol. */
static HoistError
judge_status (guint http_status, const char *code, const char *call)
{
  gboolean begins = g_str_equal (call, "initiate");

  if (http_status == 404)
    return begins ? HOIST_ERROR_PROTOCOL : HOIST_ERROR_UPLOAD_GONE;
  return http_status == 405 ? HOIST_ERROR_PROTOCOL : hoist_error_from_api_code (http_status, code);
}

/**
 * hoist_plain_parse_error: (skip)
 * @http_status: the status of an answer that is no success
 * @answer: its body, that may be anything
 * @call: the protocol's name of the request
 * @host: who said it, for messages
 * @retry_after_us: (inout): the longer of what it says and of what was there
 *
 * Returns: (transfer full): what the answer means
 */
GError *
hoist_plain_parse_error (guint http_status,
                         GBytes *answer,
                         const char *call,
                         const char *host,
                         gint64 *retry_after_us)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new (call, answer);
  g_autofree char *api_code = NULL;
  guint64 retry_after_s;
  g_autofree char *said = read_refusal (reader, &api_code, &retry_after_s);
  HoistError code = judge_status (http_status, api_code, call);
  GError *error;

  *retry_after_us = MAX (*retry_after_us, (gint64) retry_after_s * G_USEC_PER_SEC);
  if (code == HOIST_ERROR_PROTOCOL)
    /* Translators: a host name, the API's name of a request, an HTTP status */
    error = g_error_new (HOIST_ERROR, code,
                         _ ("There is no upload API at this address: %s answered %s with %u. Check "
                            "the destination’s address."),
                            host, call, http_status);
  else if (said != NULL)
    /* Translators: what happened, then a host name and what it said */
    error = g_error_new (HOIST_ERROR, code,
                         _ ("%s (%s said “%s”)"), hoist_error_get_phrase (code), host, said);
  else
    /* Translators: what happened, then a host name and an HTTP status */
    error = g_error_new (HOIST_ERROR, code,
                         _ ("%s (%s said %u)"), hoist_error_get_phrase (code), host, http_status);
  hoist_error_set_reply (error, http_status, api_code, NULL);
  return error;
}
