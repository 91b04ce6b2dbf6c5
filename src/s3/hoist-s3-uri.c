/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-uri.h"

#include <string.h>

#include "hoist-error.h"

/* RFC 3986, 2.3: these are never encoded, everything else always is, so that the signer, the
 * wire and the server's own encoding of the key are the same bytes. */
static gboolean
is_unreserved (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static gsize
count_kept (const char *text, gboolean keep_slashes)
{
  gsize n = 0;

  while (is_unreserved (text[n]) || (keep_slashes && text[n] == '/'))
    n++;
  return n;
}

/* In most of what is signed there is little to encode. */
static char *
encode (const char *text, gboolean keep_slashes)
{
  static const char digits[] = "0123456789ABCDEF";
  GString *encoded = g_string_sized_new (strlen (text) + 16);

  while (TRUE)
    {
      gsize n_kept = count_kept (text, keep_slashes);

      g_string_append_len (encoded, text, (gssize) n_kept);
      text += n_kept;
      if (*text == '\0')
        return g_string_free (encoded, FALSE);
      g_string_append_c (encoded, '%');
      g_string_append_c (encoded, digits[(guchar) *text >> 4]);
      g_string_append_c (encoded, digits[(guchar) *text & 15]);
      text++;
    }
}

static char *
decode (const char *encoded, gsize length, gboolean plus_is_blank, GError **error)
{
  g_autoptr (GString) text = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      int high, low;

      if (encoded[i] != '%')
        {
          g_string_append_c (text, plus_is_blank && encoded[i] == '+' ? ' ' : encoded[i]);
          continue;
        }
      high = i + 2 < length ? g_ascii_xdigit_value (encoded[i + 1]) : -1;
      low = i + 2 < length ? g_ascii_xdigit_value (encoded[i + 2]) : -1;
      if (high < 0 || low < 0 || (high == 0 && low == 0))
        {
          g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                               "The address has a percent sign that begins no character");
          return NULL;
        }
      g_string_append_c (text, (char) (high << 4 | low));
      i += 2;
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * hoist_s3_key_check:
 * @key: an object's key
 * @error: return location for an error
 *
 * Checks that S3 can take a key: 1 to 1024 bytes of UTF-8 (Amazon S3 User
 * Guide, «Creating object key names»).
 *
 * Errors: %HOIST_ERROR_BAD_INPUT
 *
 * Returns: whether the key can be used
 */
gboolean
hoist_s3_key_check (const char *key, GError **error)
{
  gsize length = strlen (key);

  if (length == 0)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "The object's name is empty");
      return FALSE;
    }
  if (length > HOIST_S3_MAX_KEY_BYTES)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   "The object's name is %" G_GSIZE_FORMAT " bytes long; S3 takes %d", length,
                   HOIST_S3_MAX_KEY_BYTES);
      return FALSE;
    }
  if (!g_utf8_validate (key, (gssize) length, NULL))
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           "The object's name is not valid UTF-8");
      return FALSE;
    }
  return TRUE;
}

/**
 * hoist_s3_path_encode:
 * @text: a key, or a path
 *
 * Percent-encodes a path as S3 signs it: RFC 3986's unreserved characters and
 * `/` stay, a blank is `%20`, the digits are upper case. Nothing is normalised:
 * `a/../b` and `a//b` are keys like any other.
 *
 * Returns: (transfer full): the encoded path
 */
char *
hoist_s3_path_encode (const char *text)
{
  return encode (text, TRUE);
}

/**
 * hoist_s3_path_decode:
 * @encoded: an encoded path
 * @error: return location for an error
 *
 * Decodes a path. A `+` is a plus sign. The result may be any bytes but zero:
 * use [func@hoist_s3_key_check] for a key.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT for a broken escape or `%00`
 *
 * Returns: (transfer full) (nullable): the path
 */
char *
hoist_s3_path_decode (const char *encoded, GError **error)
{
  return decode (encoded, strlen (encoded), FALSE, error);
}

/**
 * hoist_s3_query_encode:
 * @text: a parameter's name or value
 *
 * Percent-encodes a name or value of a query: only RFC 3986's unreserved
 * characters stay.
 *
 * Returns: (transfer full): the encoded text
 */
char *
hoist_s3_query_encode (const char *text)
{
  return encode (text, FALSE);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * hoist_s3_query_format:
 * @query: (nullable): decoded parameters
 *
 * Writes a query string as SigV4 canonicalises it: encoded, sorted by name and
 * then by value, each name followed by `=`, also without a value.
 *
 * Returns: (transfer full): the query string, without `?`, may be empty
 */
char *
hoist_s3_query_format (const HoistS3Pairs *query)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; query && i < hoist_s3_pairs_get_length (query); i++)
    {
      g_autofree char *name = encode (hoist_s3_pairs_get_name (query, i), FALSE);
      g_autofree char *value = encode (hoist_s3_pairs_get_value (query, i), FALSE);

      /* \001 sorts below every character that can be in a name, unlike `=`, so that `a` comes
       * before `a-b` whatever their values are. */
      g_ptr_array_add (items, g_strconcat (name, "\001", value, NULL));
    }
  g_ptr_array_sort (items, compare_texts);
  for (guint i = 0; i < items->len; i++)
    *strchr (g_ptr_array_index (items, i), '\001') = '=';
  g_ptr_array_add (items, NULL);
  return g_strjoinv ("&", (char **) items->pdata);
}

/**
 * hoist_s3_query_parse:
 * @query: (nullable): a query string, without `?`
 * @error: return location for an error
 *
 * Splits and decodes a query string, in its order. A `+` is a blank, as S3
 * reads it; a name without `=` has an empty value.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT for a broken escape or `%00`
 *
 * Returns: (transfer full) (nullable): the parameters
 */
HoistS3Pairs *
hoist_s3_query_parse (const char *query, GError **error)
{
  g_autoptr (HoistS3Pairs) pairs = hoist_s3_pairs_new ();
  const char *item = query ? query : "";

  while (*item)
    {
      gsize length = strcspn (item, "&");
      const char *equals = memchr (item, '=', length);
      gsize name_length = equals ? (gsize) (equals - item) : length;
      gsize value_length = equals ? length - name_length - 1 : 0;
      g_autofree char *name = decode (item, name_length, TRUE, error);
      g_autofree char *value = name ? decode (equals ? equals + 1 : "", value_length, TRUE, error)
                                    : NULL;

      if (!value)
        return NULL;
      if (length > 0)
        hoist_s3_pairs_add (pairs, name, value);
      item += length;
      if (*item == '&')
        item++;
    }
  return g_steal_pointer (&pairs);
}
