/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-api-messages.h"
#include "hoist-json-reader.h"
#include "hoist-net.h"

#define MAX_SIGNED_HEADERS 32
#define MAX_URL_LIFETIME_S (7 * 24 * 3600)
#define MAX_RETRY_AFTER_S (24 * 3600)
/* A URL is not used in the last moments of its life: the request must still get
 * there. */
#define LIFETIME_MARGIN_S 5

static gint64
get_deadline_us (gint64 asked_us, guint64 lifetime_s)
{
  guint64 margin_s = MIN (LIFETIME_MARGIN_S, lifetime_s / 2);

  return asked_us + (gint64) (lifetime_s - margin_s) * G_USEC_PER_SEC;
}

/* Out of what a backend signed, only what may be sent; `Host` is sent anyway. */
static GStrv
read_headers (HoistJsonReader *reader, JsonObject *object)
{
  g_auto (GStrv) pairs =
    hoist_json_reader_dup_pairs (reader, object, "headers", MAX_SIGNED_HEADERS);
  g_autoptr (GStrvBuilder) headers = g_strv_builder_new ();

  for (gsize i = 0; pairs[i] != NULL; i += 2)
    {
      if (g_ascii_strcasecmp (pairs[i], "host") == 0)
        continue;
      if (!hoist_net_header_is_acceptable (pairs[i], pairs[i + 1]))
        hoist_json_reader_fail (reader,
                                _ ("The backend signed a request with a header that cannot be "
                                   "sent"));
      g_strv_builder_add_many (headers, pairs[i], pairs[i + 1], NULL);
    }
  return g_strv_builder_end (headers);
}

static HoistSignedUrl *
read_url (HoistJsonReader *reader, JsonObject *object, gint64 deadline_us)
{
  HoistSignedUrl *url = g_new0 (HoistSignedUrl, 1);
  g_autofree char *method =
    hoist_json_reader_dup_string (reader, object, "method", HOIST_JSON_MAX_NAME);
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) reason = NULL;

  url->part_number =
    (guint) hoist_json_reader_get_integer (reader, object, "partNumber", 1, HOIST_S3_MAX_PARTS);
  url->url = hoist_json_reader_dup_string (reader, object, "url", HOIST_JSON_MAX_URL);
  url->headers = read_headers (reader, object);
  url->deadline_us = deadline_us;
  if (g_strcmp0 (method, "PUT") != 0)
    hoist_json_reader_fail (reader, _ ("The backend signed a request that is no PUT"));
  if (url->url != NULL)
    uri = hoist_net_url_parse (url->url, &reason);
  if (reason != NULL)
    /* Translators: %s says what is wrong with an address */
    hoist_json_reader_fail (reader, _ ("The backend signed an address that nothing is sent to: %s"),
                                       reason->message);
  return url;
}

/**
 * hoist_api_read_refusal: (skip)
 * @reader: of the answer
 * @object: what has an `error`
 * @retry_after_us: (out): how long to wait; 0 = not said
 *
 * Reads the error of one thing among others, which the HTTP status says nothing of.
 *
 * Returns: (transfer full): the error
 */
GError *
hoist_api_read_refusal (HoistJsonReader *reader, JsonObject *object, gint64 *retry_after_us)
{
  JsonObject *refusal = hoist_json_reader_get_object (reader, object, "error");
  g_autofree char *code =
    hoist_json_reader_dup_string (reader, refusal, "code", HOIST_JSON_MAX_NAME);
  g_autofree char *message =
    hoist_json_reader_dup_optional_string (reader, refusal, "message", HOIST_JSON_MAX_TEXT);
  HoistError meaning = hoist_error_from_api_code (400, code);
  g_autofree char *said = hoist_api_tidy_message (message);

  *retry_after_us = (gint64) hoist_json_reader_get_optional_integer (reader, refusal, "retryAfter",
                                                                     0, MAX_RETRY_AFTER_S, 0) *
                    G_USEC_PER_SEC;
  return g_error_new_literal (HOIST_ERROR, meaning,
                              said != NULL ? said : hoist_error_get_phrase (meaning));
}

static void
read_single_url (HoistJsonReader *reader,
                 JsonObject *object,
                 gint64 asked_us,
                 HoistBeginReply *reply)
{
  guint64 lifetime_s =
    hoist_json_reader_get_integer (reader, object, "expiresIn", 1, MAX_URL_LIFETIME_S);
  g_autoptr (GPtrArray) urls = hoist_json_reader_get_objects (reader, object, "urls", 1);

  if (urls->len == 1)
    reply->url = read_url (reader, urls->pdata[0], get_deadline_us (asked_us, lifetime_s));
  if (reply->url == NULL || reply->url->part_number != 1)
    hoist_json_reader_fail (reader, _ ("The backend’s answer to initiate lacks the URL of a file"));
}

static HoistBeginReply *
read_begin_reply (HoistJsonReader *reader,
                  JsonObject *object,
                  const HoistBeginRequest *request,
                  gint64 asked_us)
{
  HoistBeginReply *reply = g_new0 (HoistBeginReply, 1);

  if (hoist_json_reader_has (object, "error"))
    {
      reply->error = hoist_api_read_refusal (reader, object, &reply->retry_after_us);
      return reply;
    }
  reply->key = hoist_json_reader_dup_string (reader, object, "key", HOIST_JSON_MAX_KEY);
  reply->location =
    hoist_json_reader_dup_optional_string (reader, object, "location", HOIST_JSON_MAX_URL);
  reply->part_bytes = hoist_json_reader_get_optional_integer (reader, object, "partSize", 0,
                                                              HOIST_JSON_MAX_INTEGER, 0);
  if (reply->part_bytes == request->plan.part_bytes)
    reply->part_bytes = 0;
  if (hoist_json_reader_get_boolean (reader, object, "multipart") != request->plan.multipart)
    hoist_json_reader_fail (reader, _ ("The backend began an upload of another kind than was asked "
                                       "for"));
  if (request->plan.multipart)
    reply->upload_id =
      hoist_json_reader_dup_string (reader, object, "uploadId", HOIST_JSON_MAX_UPLOAD_ID);
  else
    read_single_url (reader, object, asked_us, reply);
  return reply;
}

/**
 * hoist_api_parse_initiate: (skip)
 * @answer: the answer to `initiate`
 * @requests: (element-type HoistBeginRequest): what was asked
 * @asked_us: monotonic; when it was asked
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full) (element-type HoistBeginReply): as many as requests, or %NULL
 */
GPtrArray *
hoist_api_parse_initiate (GBytes *answer, GPtrArray *requests, gint64 asked_us, GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("initiate", answer);
  g_autoptr (GPtrArray) files = hoist_json_reader_get_objects (
    reader, hoist_json_reader_get_root (reader), "files", requests->len);
  GPtrArray *replies = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_reply_free);

  if (files->len != requests->len)
    hoist_json_reader_fail (reader, _ ("The backend’s answer to initiate has %u files instead of "
                                       "%u"),
                                       files->len, requests->len);
  for (guint i = 0; i < files->len && !hoist_json_reader_has_failed (reader); i++)
    g_ptr_array_add (replies,
                     read_begin_reply (reader, files->pdata[i], requests->pdata[i], asked_us));
  return hoist_json_reader_give (reader, replies, (GDestroyNotify) g_ptr_array_unref, error);
}

/* In the order of @part_numbers: each exactly once. */
static void
sort_urls (HoistJsonReader *reader, GPtrArray *urls, const guint *part_numbers, gsize n_parts)
{
  g_autoptr (GHashTable) by_number = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < urls->len; i++)
    {
      HoistSignedUrl *url = urls->pdata[i];

      g_hash_table_insert (by_number, GUINT_TO_POINTER (url->part_number), url);
    }
  if (urls->len != n_parts || g_hash_table_size (by_number) != n_parts)
    hoist_json_reader_fail (reader, _ ("The backend signed other parts than was asked for"));
  for (gsize i = 0; i < n_parts; i++)
    if (!g_hash_table_contains (by_number, GUINT_TO_POINTER (part_numbers[i])))
      hoist_json_reader_fail (reader, _ ("The backend signed other parts than was asked for"));
  if (hoist_json_reader_has_failed (reader))
    return;
  for (gsize i = 0; i < n_parts; i++)
    urls->pdata[i] = g_hash_table_lookup (by_number, GUINT_TO_POINTER (part_numbers[i]));
}

/**
 * hoist_api_parse_sign: (skip)
 * @answer: the answer to `sign`
 * @part_numbers: (array length=n_parts): what was asked; each once
 * @n_parts: how many
 * @asked_us: monotonic; when it was asked
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full) (element-type HoistSignedUrl): in the order asked, or %NULL
 */
GPtrArray *
hoist_api_parse_sign (GBytes *answer,
                      const guint *part_numbers,
                      gsize n_parts,
                      gint64 asked_us,
                      GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("sign", answer);
  JsonObject *root = hoist_json_reader_get_root (reader);
  guint64 lifetime_s =
    hoist_json_reader_get_integer (reader, root, "expiresIn", 1, MAX_URL_LIFETIME_S);
  g_autoptr (GPtrArray) objects =
    hoist_json_reader_get_objects (reader, root, "urls", HOIST_S3_MAX_PARTS);
  GPtrArray *urls = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_signed_url_free);

  for (guint i = 0; i < objects->len && !hoist_json_reader_has_failed (reader); i++)
    g_ptr_array_add (urls,
                     read_url (reader, objects->pdata[i], get_deadline_us (asked_us, lifetime_s)));
  sort_urls (reader, urls, part_numbers, n_parts);
  return hoist_json_reader_give (reader, urls, (GDestroyNotify) g_ptr_array_unref, error);
}
