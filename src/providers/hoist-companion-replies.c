/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "hoist-api-messages.h"
#include "hoist-companion-messages.h"
#include "hoist-json-reader.h"
#include "hoist-net.h"

#define MAX_URL_LIFETIME_S (7 * 24 * 3600)
/* COMPANION_AWS_EXPIRES, where the answer does not say it. */
#define DEFAULT_LIFETIME_S 800
/* A URL is not used in the last moments of its life: the request must still get there. */
#define LIFETIME_MARGIN_S 5

static gint64
get_deadline_us (gint64 asked_us, guint64 lifetime_s)
{
  return asked_us +
         (gint64) (lifetime_s - MIN (LIFETIME_MARGIN_S, lifetime_s / 2)) * G_USEC_PER_SEC;
}

/* A batch does not say how long its URLs live; they do themselves (Amazon S3 API Reference,
 * «Authenticating Requests: Using Query Parameters»). */
static guint64
get_signed_lifetime_s (GUri *uri)
{
  const char *query = g_uri_get_query (uri);
  g_autoptr (GHashTable) values = query != NULL ? soup_form_decode (query) : NULL;
  const char *text = values != NULL ? g_hash_table_lookup (values, "X-Amz-Expires") : NULL;
  guint64 lifetime_s;

  if (text != NULL &&
      g_ascii_string_to_unsigned (text, 10, 1, MAX_URL_LIFETIME_S, &lifetime_s, NULL))
    return lifetime_s;
  return DEFAULT_LIFETIME_S;
}

/* Where the server's answer sends a file: never in the open if we talk to it under TLS. */
static GUri *
check_url (HoistJsonReader *reader, const char *url, GUri *base)
{
  g_autoptr (GError) reason = NULL;
  GUri *uri;

  if (url == NULL)
    return NULL;
  uri = hoist_net_url_parse (url, &reason);
  if (uri == NULL)
    /* Translators: %s says what is wrong with an address */
    hoist_json_reader_fail (reader, _ ("The backend signed an address that nothing is sent to: %s"),
                                       reason->message);
  else if (g_str_equal (g_uri_get_scheme (base), "https") &&
           !g_str_equal (g_uri_get_scheme (uri), "https"))
    {
      hoist_json_reader_fail (reader, _ ("The backend signed an address without encryption, though "
                                         "it has encryption itself"));
      g_clear_pointer (&uri, g_uri_unref);
    }
  return uri;
}

/* Takes over @url. */
static HoistSignedUrl *
make_signed (HoistJsonReader *reader,
             char *url,
             GUri *base,
             guint part_number,
             guint64 lifetime_s,
             gint64 asked_us)
{
  HoistSignedUrl *signed_url = g_new0 (HoistSignedUrl, 1);
  g_autoptr (GUri) uri = check_url (reader, url, base);

  signed_url->part_number = part_number;
  signed_url->url = url;
  signed_url->headers = g_new0 (char *, 1);
  if (lifetime_s == 0 && uri != NULL)
    lifetime_s = get_signed_lifetime_s (uri);
  signed_url->deadline_us = get_deadline_us (asked_us, lifetime_s);
  return signed_url;
}

/**
 * hoist_companion_parse_created: (skip)
 * @answer: the answer to the call that creates an upload
 * @upload_id: (out): its id
 * @key: (out): the key that the server chose
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: whether it could be read
 */
gboolean
hoist_companion_parse_created (GBytes *answer, char **upload_id, char **key, GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("multipart", answer);
  JsonObject *root = hoist_json_reader_get_root (reader);
  g_autofree char *id =
    hoist_json_reader_dup_string (reader, root, "uploadId", HOIST_JSON_MAX_UPLOAD_ID);
  g_autofree char *chosen = hoist_json_reader_dup_string (reader, root, "key", HOIST_JSON_MAX_KEY);

  /* It would be taken for that of a form. */
  if (id != NULL && *id == HOIST_COMPANION_FORM_MARK)
    hoist_json_reader_fail (reader, _ ("The backend’s number of the upload cannot be used"));
  if (hoist_json_reader_has_failed (reader))
    {
      g_propagate_error (error, hoist_json_reader_dup_error (reader));
      return FALSE;
    }
  *upload_id = g_steal_pointer (&id);
  *key = g_steal_pointer (&chosen);
  return TRUE;
}

static guint64
read_expires (HoistJsonReader *reader, JsonObject *object)
{
  return hoist_json_reader_get_optional_integer (reader, object, "expires", 1, MAX_URL_LIFETIME_S,
                                                 0);
}

/**
 * hoist_companion_read_signed: (skip)
 * @reader: reads the answer
 * @object: with `url` and perhaps `expires`
 * @base: the server's address
 * @part_number: which part
 * @asked_us: monotonic; when it was asked
 *
 * Returns: (transfer full): the URL, which is none to use if @reader failed
 */
HoistSignedUrl *
hoist_companion_read_signed (HoistJsonReader *reader,
                             JsonObject *object,
                             GUri *base,
                             guint part_number,
                             gint64 asked_us)
{
  char *url = hoist_json_reader_dup_string (reader, object, "url", HOIST_JSON_MAX_URL);

  return make_signed (reader, url, base, part_number, read_expires (reader, object), asked_us);
}

/**
 * hoist_companion_parse_signed: (skip)
 * @answer: the answer to the signing of one part
 * @base: the server's address
 * @part_number: which
 * @asked_us: monotonic; when it was asked
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full): the URL, or %NULL
 */
HoistSignedUrl *
hoist_companion_parse_signed (GBytes *answer,
                              GUri *base,
                              guint part_number,
                              gint64 asked_us,
                              GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("sign", answer);
  JsonObject *root = hoist_json_reader_get_root (reader);

  return hoist_json_reader_give (
    reader, hoist_companion_read_signed (reader, root, base, part_number, asked_us),
    (GDestroyNotify) hoist_signed_url_free, error);
}

/**
 * hoist_companion_parse_batch: (skip)
 * @answer: the answer to the signing of several parts
 * @base: the server's address
 * @part_numbers: (array length=n_parts): which, each once
 * @n_parts: how many
 * @asked_us: monotonic; when it was asked
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full) (element-type HoistSignedUrl): in the order asked, or %NULL
 */
GPtrArray *
hoist_companion_parse_batch (GBytes *answer,
                             GUri *base,
                             const guint *part_numbers,
                             gsize n_parts,
                             gint64 asked_us,
                             GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("sign", answer);
  JsonObject *object =
    hoist_json_reader_get_object (reader, hoist_json_reader_get_root (reader), "presignedUrls");
  GPtrArray *urls = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_signed_url_free);

  for (gsize i = 0; i < n_parts && !hoist_json_reader_has_failed (reader); i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", part_numbers[i]);
      char *url = hoist_json_reader_dup_string (reader, object, number, HOIST_JSON_MAX_URL);

      g_ptr_array_add (urls, make_signed (reader, url, base, part_numbers[i], 0, asked_us));
    }
  if (json_object_get_size (object) != n_parts)
    hoist_json_reader_fail (reader, _ ("The backend signed other parts than was asked for"));
  return hoist_json_reader_give (reader, urls, (GDestroyNotify) g_ptr_array_unref, error);
}

/**
 * hoist_companion_parse_list: (skip)
 * @answer: the answer to the listing of an upload's parts
 * @error: return location
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full) (element-type HoistServerPart): ascending, or %NULL
 */
GPtrArray *
hoist_companion_parse_list (GBytes *answer, GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new_for_list ("list", "parts", answer);
  g_autoptr (GPtrArray) objects = hoist_json_reader_get_objects (
    reader, hoist_json_reader_get_root (reader), "parts", HOIST_S3_MAX_PARTS);
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_server_part_free);
  guint before = 0;

  for (guint i = 0; i < objects->len && !hoist_json_reader_has_failed (reader); i++)
    {
      JsonObject *object = objects->pdata[i];
      guint number =
        (guint) hoist_json_reader_get_integer (reader, object, "PartNumber", 1, HOIST_S3_MAX_PARTS);
      guint64 size =
        hoist_json_reader_get_integer (reader, object, "Size", 0, HOIST_S3_MAX_PART_BYTES);
      g_autofree char *etag = hoist_api_strip_quotes (
        hoist_json_reader_dup_string (reader, object, "ETag", HOIST_JSON_MAX_KEY));

      if (number <= before)
        hoist_json_reader_fail (reader,
                                _ ("The backend lists the parts of an upload in disorder, or "
                                           "one of them twice"));
      before = number;
      g_ptr_array_add (parts, hoist_server_part_new (number, size, etag));
    }
  return hoist_json_reader_give (reader, parts, (GDestroyNotify) g_ptr_array_unref, error);
}

/* Ceph 16 says it without its scheme, which is no address. */
static char *
read_location (HoistJsonReader *reader, JsonObject *object)
{
  g_autofree char *location =
    hoist_json_reader_dup_optional_string (reader, object, "location", HOIST_JSON_MAX_URL);

  if (location == NULL || !hoist_net_is_web_address (location))
    return NULL;
  return g_steal_pointer (&location);
}

/**
 * hoist_companion_parse_completed: (skip)
 * @answer: the answer to `complete`
 * @key: the object's key
 * @error: return location
 *
 * It tells neither the object's size nor its checksum.
 *
 * Errors: %HOIST_ERROR_PROTOCOL.
 *
 * Returns: (transfer full): the object, or %NULL
 */
HoistObject *
hoist_companion_parse_completed (GBytes *answer, const char *key, GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("complete", answer);
  JsonObject *root = hoist_json_reader_get_root (reader);
  HoistObject *object = g_new0 (HoistObject, 1);
  g_autofree char *answered =
    hoist_json_reader_dup_optional_string (reader, root, "key", HOIST_JSON_MAX_KEY);

  object->key = g_strdup (key);
  object->location = read_location (reader, root);
  if (answered != NULL && strcmp (answered, key) != 0)
    hoist_json_reader_fail (reader, _ ("The backend completed another object than was asked for"));
  return hoist_json_reader_give (reader, object, (GDestroyNotify) hoist_object_free, error);
}
