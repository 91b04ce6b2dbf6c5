/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-canonical.h"

#include <string.h>
#include <time.h>

/* All of this: AWS General Reference, «Signature Version 4 signing process», with the two
 * exceptions that the Amazon S3 API Reference makes («Authenticating Requests»): the path is
 * encoded once, and never normalised. */

/**
 * hoist_s3_stamp_format:
 * @unix_s: a time, seconds of real time
 * @stamp: (out caller-allocates): where the text goes, with its end
 *
 * Writes a time as SigV4 does, `20130524T000000Z`.
 */
void
hoist_s3_stamp_format (gint64 unix_s, char stamp[HOIST_S3_STAMP_SIZE])
{
  const time_t time = (time_t) unix_s;
  struct tm utc;

  /* Numbers only, so that no locale changes it. */
  if (gmtime_r (&time, &utc) == NULL ||
      strftime (stamp, HOIST_S3_STAMP_SIZE, "%Y%m%dT%H%M%SZ", &utc) == 0)
    g_strlcpy (stamp, "19700101T000000Z", HOIST_S3_STAMP_SIZE);
}

static int
read_digits (const char *text, int n)
{
  int number = 0;

  for (int i = 0; i < n; i++)
    number = number * 10 + (text[i] - '0');
  return number;
}

/**
 * hoist_s3_stamp_parse:
 * @stamp: what should be a time
 * @unix_s: (out): seconds of real time
 *
 * Reads a time as SigV4 writes it.
 *
 * Returns: whether it is one
 */
gboolean
hoist_s3_stamp_parse (const char *stamp, gint64 *unix_s)
{
  static const char pattern[] = "ddddddddTddddddZ";
  g_autoptr (GDateTime) time = NULL;

  if (strlen (stamp) != strlen (pattern))
    return FALSE;
  for (gsize i = 0; pattern[i]; i++)
    if (pattern[i] == 'd' ? !g_ascii_isdigit (stamp[i]) : stamp[i] != pattern[i])
      return FALSE;
  time = g_date_time_new_utc (read_digits (stamp, 4), read_digits (stamp + 4, 2),
                              read_digits (stamp + 6, 2), read_digits (stamp + 9, 2),
                              read_digits (stamp + 11, 2), read_digits (stamp + 13, 2));
  if (!time)
    return FALSE;
  *unix_s = g_date_time_to_unix (time);
  return TRUE;
}

/**
 * hoist_s3_scope_format:
 * @scope: a scope
 *
 * Writes a credential scope.
 *
 * Returns: (transfer full): `20130524/us-east-1/s3/aws4_request`
 */
char *
hoist_s3_scope_format (const HoistS3Scope *scope)
{
  return g_strdup_printf ("%.8s/%s/%s/aws4_request", scope->date, scope->region, scope->service);
}

static void
hmac_text (const guint8 *key, gsize key_length, const char *text, guint8 result[HOIST_SHA256_BYTES])
{
  hoist_hmac_sha256 (key, key_length, text, strlen (text), result);
}

/**
 * hoist_s3_scope_derive_key:
 * @scope: a scope
 * @secret_key: the secret of an access key
 * @key: (out caller-allocates): the signing key, a secret too
 *
 * Derives the key that signs within a scope.
 */
void
hoist_s3_scope_derive_key (const HoistS3Scope *scope,
                           const char *secret_key,
                           guint8 key[HOIST_SHA256_BYTES])
{
  char *seed = g_strconcat ("AWS4", secret_key, NULL);
  char date[9] = { 0 };

  memcpy (date, scope->date, 8);
  hmac_text ((const guint8 *) seed, strlen (seed), date, key);
  hmac_text (key, HOIST_SHA256_BYTES, scope->region, key);
  hmac_text (key, HOIST_SHA256_BYTES, scope->service, key);
  hmac_text (key, HOIST_SHA256_BYTES, "aws4_request", key);
  explicit_bzero (seed, strlen (seed));
  g_free (seed);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * hoist_s3_canonical_names:
 * @headers: all headers that are to be signed, with `host`
 *
 * Lists the names of headers as they are signed: lower case, sorted, once each.
 *
 * Returns: (transfer full): the names
 */
GStrv
hoist_s3_canonical_names (const HoistS3Pairs *headers)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < hoist_s3_pairs_get_length (headers); i++)
    g_ptr_array_add (names, g_ascii_strdown (hoist_s3_pairs_get_name (headers, i), -1));
  g_ptr_array_sort (names, compare_texts);
  for (guint i = 0; i < names->len; i++)
    if (i == 0 || !g_str_equal (g_ptr_array_index (names, i), g_ptr_array_index (names, i - 1)))
      g_strv_builder_add (builder, g_ptr_array_index (names, i));
  return g_strv_builder_end (builder);
}

/* Without blanks around it, and with runs of blanks inside it made one. */
static void
append_trimmed (GString *text, const char *value)
{
  gboolean pending_blank = FALSE, begun = FALSE;

  for (const char *p = value; *p; p++)
    {
      if (*p == ' ' || *p == '\t')
        {
          pending_blank = begun;
          continue;
        }
      if (pending_blank)
        g_string_append_c (text, ' ');
      g_string_append_c (text, *p);
      pending_blank = FALSE;
      begun = TRUE;
    }
}

static void
append_header (GString *text, const HoistS3Pairs *headers, const char *name)
{
  gboolean first = TRUE;

  g_string_append (text, name);
  g_string_append_c (text, ':');
  for (guint i = 0; i < hoist_s3_pairs_get_length (headers); i++)
    {
      if (g_ascii_strcasecmp (hoist_s3_pairs_get_name (headers, i), name) != 0)
        continue;
      if (!first)
        g_string_append_c (text, ',');
      append_trimmed (text, hoist_s3_pairs_get_value (headers, i));
      first = FALSE;
    }
  g_string_append_c (text, '\n');
}

/**
 * hoist_s3_canonical_request:
 * @method: the HTTP method
 * @path: the path, encoded
 * @query: the query string, as [func@hoist_s3_query_format] writes it
 * @headers: headers, at least those that are signed
 * @signed_names: names of the signed ones, lower case, in their order
 * @payload_sha256: hex, or `UNSIGNED-PAYLOAD`
 *
 * Writes the canonical form of a request. A signed header that is not there
 * counts as empty.
 *
 * Returns: (transfer full): the canonical request
 */
char *
hoist_s3_canonical_request (const char *method,
                            const char *path,
                            const char *query,
                            const HoistS3Pairs *headers,
                            const char *const *signed_names,
                            const char *payload_sha256)
{
  g_autofree char *joined_names = g_strjoinv (";", (char **) signed_names);
  g_autoptr (GString) header_lines = g_string_sized_new (256);

  for (guint i = 0; signed_names[i]; i++)
    append_header (header_lines, headers, signed_names[i]);
  return g_strjoin ("\n", method, path, query, header_lines->str, joined_names, payload_sha256,
                    NULL);
}

/**
 * hoist_s3_canonical_sign:
 * @key: the scope's signing key
 * @scope: the scope
 * @stamp: the time of signing
 * @canonical_request: the request's canonical form
 * @signature: (out caller-allocates): the signature
 *
 * Signs a request.
 */
void
hoist_s3_canonical_sign (const guint8 key[HOIST_SHA256_BYTES],
                         const HoistS3Scope *scope,
                         const char *stamp,
                         const char *canonical_request,
                         guint8 signature[HOIST_SHA256_BYTES])
{
  guint8 digest[HOIST_SHA256_BYTES];
  g_autofree char *scope_text = hoist_s3_scope_format (scope);
  g_autofree char *hex = NULL;
  g_autofree char *to_sign = NULL;

  hoist_digest_data (HOIST_DIGEST_SHA256, canonical_request, strlen (canonical_request), digest);
  hex = hoist_digest_to_hex (digest, sizeof digest);
  to_sign = g_strjoin ("\n", HOIST_S3_ALGORITHM, stamp, scope_text, hex, NULL);
  hmac_text (key, HOIST_SHA256_BYTES, to_sign, signature);
}
