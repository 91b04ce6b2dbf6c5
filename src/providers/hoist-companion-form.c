/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `GET /s3/params`: where a small file goes in one request, and what goes with it. Companion itself
 * signs a form for S3's POST Object; deployments may answer with a URL for a PUT. */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "hoist-companion-messages.h"
#include "hoist-json-reader.h"
#include "hoist-net.h"

/* Of the address: proxies refuse some 4 KB and more. What is longer goes in parts, whose names travel
 * in a body. */
#define MAX_QUERY_BYTES 3000
/* Amazon S3 User Guide, «POST Object»: the form without the file has at most 20 KB. */
#define MAX_FORM_BYTES 20480
#define MAX_FIELDS 100
#define MAX_HEADERS 20

static void
append_pair (GString *query, const char *name, const char *value)
{
  if (query->len > 0)
    g_string_append_c (query, '&');
  g_string_append_uri_escaped (query, name, NULL, FALSE);
  g_string_append_c (query, '=');
  g_string_append_uri_escaped (query, value, NULL, FALSE);
}

/**
 * hoist_companion_build_params_query: (skip)
 * @request: a file that goes in one request
 * @key_prefix: (nullable): put before its path
 *
 * Returns: (transfer full) (nullable): the query of the call that signs it, or %NULL if its names are
 *   too long for an address
 */
char *
hoist_companion_build_params_query (const HoistBeginRequest *request, const char *key_prefix)
{
  g_auto (GStrv) metadata = hoist_companion_make_metadata (request, key_prefix);
  g_autoptr (GString) query = g_string_new (NULL);

  append_pair (query, "filename", hoist_provider_get_base_name (request->name));
  append_pair (query, "type", request->content_type);
  for (gsize i = 0; metadata[i] != NULL; i += 2)
    {
      g_autofree char *name = g_strdup_printf ("metadata[%s]", metadata[i]);

      append_pair (query, name, metadata[i + 1]);
    }
  if (query->len > MAX_QUERY_BYTES)
    return NULL;
  return g_string_free (g_steal_pointer (&query), FALSE);
}

/* --- The form -------------------------------------------------------------------------------- */

static void
wipe_and_free_string (gpointer data)
{
  GString *string = data;

  explicit_bzero (string->str, string->len);
  g_string_free (string, TRUE);
}

/* It has a signature in it. */
static GBytes *
steal_bytes (GString *string)
{
  return g_bytes_new_with_free_func (string->str, string->len, wipe_and_free_string, string);
}

static gboolean
is_field_name (const char *name)
{
  gsize length = strlen (name);

  for (const char *c = name; *c != '\0'; c++)
    if ((guchar) *c < 0x20 || *c == 0x7f || *c == '"')
      return FALSE;
  /* What comes after the file is not read (POST Object): there is one file, and it is the last. */
  return length > 0 && length <= HOIST_JSON_MAX_NAME && g_ascii_strcasecmp (name, "file") != 0;
}

/* To be sent elsewhere instead of an answer: nothing is proved by that. */
static gboolean
is_redirection (const char *name)
{
  return g_ascii_strcasecmp (name, "success_action_redirect") == 0 ||
         g_ascii_strcasecmp (name, "redirect") == 0;
}

/* HTML, «Multipart form data»: what a file's name may not have in it as it is. */
static char *
escape_file_name (const char *name)
{
  GString *escaped = g_string_new (name);

  g_string_replace (escaped, "\"", "%22", 0);
  g_string_replace (escaped, "\r", "%0D", 0);
  g_string_replace (escaped, "\n", "%0A", 0);
  return g_string_free (escaped, FALSE);
}

static const char *
find (GStrv pairs, const char *name)
{
  for (gsize i = 0; pairs[i] != NULL; i += 2)
    if (g_ascii_strcasecmp (pairs[i], name) == 0)
      return pairs[i + 1];
  return NULL;
}

/* POST Object: the storage puts the file's name, without its folders, in its place. */
static char *
make_key (HoistJsonReader *reader, const char *field, const char *file_name)
{
  GString *key;

  if (field == NULL || *field == '\0')
    return NULL;
  key = g_string_new (field);
  g_string_replace (key, "${filename}", file_name, 0);
  if (key->len > HOIST_JSON_MAX_KEY)
    hoist_json_reader_fail (reader, _ ("The backend chose a key that is too long"));
  return g_string_free (key, FALSE);
}

static void
make_form (HoistJsonReader *reader, HoistSignedUrl *signed_url, GStrv fields, GHashTable *asked)
{
  /* Not to be foreseen, so that nothing in a field or in the file can end it. */
  g_autofree char *boundary = g_strdup_printf ("hoist-%08x%08x%08x%08x", g_random_int (),
                                               g_random_int (), g_random_int (), g_random_int ());
  g_autofree char *file_name = escape_file_name (g_hash_table_lookup (asked, "filename"));
  GString *head = g_string_new (NULL);
  GString *tail = g_string_new (NULL);

  for (gsize i = 0; fields[i] != NULL; i += 2)
    {
      if (!is_field_name (fields[i]) || is_redirection (fields[i]))
        hoist_json_reader_fail (reader, _ ("The backend signed a form that cannot be sent"));
      g_string_append_printf (head,
                              "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n",
                              boundary, fields[i], fields[i + 1]);
    }
  g_string_append_printf (head,
                          "--%s\r\nContent-Disposition: form-data; name=\"file\"; "
                          "filename=\"%s\"\r\nContent-Type: %s\r\n\r\n",
                          boundary, file_name, (char *) g_hash_table_lookup (asked, "type"));
  g_string_append_printf (tail, "\r\n--%s--\r\n", boundary);
  if (signed_url->key == NULL || head->len > MAX_FORM_BYTES)
    hoist_json_reader_fail (reader, _ ("The backend signed a form that cannot be sent"));
  signed_url->form_head = steal_bytes (head);
  signed_url->form_tail = steal_bytes (tail);
  g_strfreev (signed_url->headers);
  signed_url->headers = g_new0 (char *, 3);
  signed_url->headers[0] = g_strdup ("Content-Type");
  signed_url->headers[1] = g_strdup_printf ("multipart/form-data; boundary=%s", boundary);
}

/* Content-MD5 needs no signature: the storage compares it with what arrives. */
static void
make_put (HoistJsonReader *reader, HoistSignedUrl *signed_url, GStrv headers, const guint8 *md5)
{
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

  for (gsize i = 0; headers[i] != NULL; i += 2)
    {
      if (!hoist_net_header_is_acceptable (headers[i], headers[i + 1]))
        hoist_json_reader_fail (reader, _ ("The signed request has a header that cannot be sent"));
      g_strv_builder_add_many (all, headers[i], headers[i + 1], NULL);
    }
  if (md5 != NULL && find (headers, "Content-MD5") == NULL)
    {
      g_autofree char *text = hoist_digest_to_base64 (md5, HOIST_MD5_BYTES);

      g_strv_builder_add_many (all, "Content-MD5", text, NULL);
    }
  g_strfreev (signed_url->headers);
  signed_url->headers = g_strv_builder_end (all);
}

/**
 * hoist_companion_parse_params: (skip)
 * @answer: the answer to the call that signs a small file
 * @base: the server's address
 * @query: what was asked, by hoist_companion_build_params_query()
 * @md5: (nullable): of the file
 * @asked_us: monotonic; when it was asked
 * @error: return location
 *
 * A form must have a key among its fields; of a URL for a PUT it may be missing.
 *
 * Errors: %HOIST_ERROR_PROTOCOL, also for what is no form that can be sent.
 *
 * Returns: (transfer full): where to send it and what with it, with the key that the server chose
 */
HoistSignedUrl *
hoist_companion_parse_params (GBytes *answer,
                              GUri *base,
                              const char *query,
                              const guint8 *md5,
                              gint64 asked_us,
                              GError **error)
{
  g_autoptr (HoistJsonReader) reader = hoist_json_reader_new ("params", answer);
  JsonObject *root = hoist_json_reader_get_root (reader);
  g_autoptr (GHashTable) asked = soup_form_decode (query);
  g_autofree char *method =
    hoist_json_reader_dup_optional_string (reader, root, "method", HOIST_JSON_MAX_NAME);
  g_auto (GStrv) fields = hoist_json_reader_dup_pairs (reader, root, "fields", MAX_FIELDS);
  g_auto (GStrv) headers = hoist_json_reader_dup_pairs (reader, root, "headers", MAX_HEADERS);
  HoistSignedUrl *signed_url = hoist_companion_read_signed (reader, root, base, 1, asked_us);

  signed_url->key =
    make_key (reader, find (fields, "key"), g_hash_table_lookup (asked, "filename"));
  /* @uppy/aws-s3 takes it for a POST if it does not say. */
  if (method == NULL || g_ascii_strcasecmp (method, "POST") == 0)
    make_form (reader, signed_url, fields, asked);
  else if (g_ascii_strcasecmp (method, "PUT") == 0)
    make_put (reader, signed_url, headers, md5);
  else
    hoist_json_reader_fail (reader, _ ("The backend wants a file to be sent by a method that is "
                                       "not known"));
  return hoist_json_reader_give (reader, signed_url, (GDestroyNotify) hoist_signed_url_free, error);
}
