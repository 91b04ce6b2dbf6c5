/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-secret-headers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-token.h"

/* A shorter piece of a value is in many a message by chance. */
#define MIN_PIECE_BYTES 8

/* What every request says itself. */
static const char *const own[] = {
  "Accept",         "Accept-Encoding",     "Connection", "Content-Encoding",
  "Content-Length", "Content-Type",        "Expect",     "Host",
  "Keep-Alive",     "Proxy-Authorization", "Range",      "TE",
  "Trailer",        "Transfer-Encoding",   "Upgrade",
};

/* RFC 9110, section 5.6.2: token */
static gboolean
is_name (const char *text)
{
  if (*text == '\0')
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr ("!#$%&'*+-.^_`|~", *text) == NULL)
      return FALSE;
  return TRUE;
}

/* RFC 9110, section 5.5: no control characters; beyond ASCII no two servers agree. */
static gboolean
is_value (const char *text)
{
  if (*text == '\0')
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isprint (*text))
      return FALSE;
  return TRUE;
}

static gboolean
is_own (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    if (g_ascii_strcasecmp (name, own[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, message);
  return FALSE;
}

/* Messages name no part of a line: it may be a secret that was pasted wrongly. */
static gboolean
add_header (GPtrArray *headers, char *line, GError **error)
{
  char *colon = strchr (line, ':');
  char *value;

  if (colon == NULL)
    return fail (error, _ ("A header is a line such as “Cookie: session=…” or “X-Api-Key: …”"));
  *colon = '\0';
  value = g_strstrip (colon + 1);
  g_strchomp (line);
  if (!is_name (line) || !is_value (value))
    return fail (error,
                 _ ("A header has characters in it that no header has. Was it copied whole?"));
  if (is_own (line))
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   /* Translators: %s is the name of an HTTP header, such as Host */
                   _ ("The header “%s” is the program’s own and cannot be set"), line);
      return FALSE;
    }
  if (headers->len >= 2 * HOIST_SECRET_HEADERS_MAX)
    return fail (error, _ ("That are too many headers"));
  g_ptr_array_add (headers, g_strdup (line));
  g_ptr_array_add (headers, g_strdup (value));
  return TRUE;
}

/* RFC 6750, section 2.1, but for what only some servers take. */
static gboolean
add_token (GPtrArray *headers, const char *token, GError **error)
{
  const char *bare = hoist_token_skip_scheme (token);

  for (const char *c = bare; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c))
      return fail (error, _ ("The token has a character in it that no token has, such as a "
                             "blank. Was it copied whole?"));
  g_ptr_array_add (headers, g_strdup ("Authorization"));
  g_ptr_array_add (headers,
                   bare != token ? g_strdup (token) : g_strconcat ("Bearer ", token, NULL));
  return TRUE;
}

static void
wipe_and_free (gpointer text)
{
  explicit_bzero (text, strlen (text));
  g_free (text);
}

/* Takes over @headers. */
static GStrv
give (GPtrArray *headers)
{
  g_ptr_array_set_free_func (headers, NULL);
  g_ptr_array_add (headers, NULL);
  return (GStrv) g_ptr_array_free (headers, FALSE);
}

/**
 * hoist_secret_headers_parse:
 * @text: (nullable): what a person entered, or the keyring has
 * @error: return location
 *
 * Reads what goes with every request to a server that wants to know who we are: lines such as
 * `Cookie: session=…` and `X-Api-Key: …`, in any number, or a single token without a colon, which is
 * `Authorization: Bearer` then. Nothing at all is fine.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT; the message holds nothing of @text but a header's name.
 *
 * Returns: (transfer full): name, value, …, for hoist_secret_headers_free(); %NULL on error
 */
GStrv
hoist_secret_headers_parse (const char *text, GError **error)
{
  g_autoptr (GPtrArray) headers = g_ptr_array_new_with_free_func (wipe_and_free);
  GStrv lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  guint n_lines = 0;
  gboolean good = TRUE;

  if (text != NULL && strlen (text) > HOIST_SECRET_HEADERS_MAX_BYTES)
    good =
      fail (error, _ ("That is too long: servers take no more than a few kilobytes of headers"));
  for (gsize i = 0; lines[i] != NULL; i++)
    n_lines += *g_strstrip (lines[i]) != '\0';
  for (gsize i = 0; good && lines[i] != NULL; i++)
    {
      if (*lines[i] == '\0')
        continue;
      if (n_lines == 1 && strchr (lines[i], ':') == NULL)
        good = add_token (headers, lines[i], error);
      else
        good = add_header (headers, lines[i], error);
    }
  hoist_secret_headers_free (lines);
  return good ? give (g_steal_pointer (&headers)) : NULL;
}

/**
 * hoist_secret_headers_new_for_token:
 * @token: (nullable): a token
 * @error: return location
 *
 * Errors: %HOIST_ERROR_BAD_INPUT for what is no token.
 *
 * Returns: (transfer full): the header that shows @token, if there is one; %NULL on error
 */
GStrv
hoist_secret_headers_new_for_token (const char *token, GError **error)
{
  g_autoptr (GPtrArray) headers = g_ptr_array_new_with_free_func (wipe_and_free);

  if (token != NULL && !add_token (headers, token, error))
    return NULL;
  return give (g_steal_pointer (&headers));
}

/**
 * hoist_secret_headers_free:
 * @headers: (transfer full) (nullable): headers
 *
 * Wipes and frees them.
 */
void
hoist_secret_headers_free (GStrv headers)
{
  for (gsize i = 0; headers != NULL && headers[i] != NULL; i++)
    explicit_bzero (headers[i], strlen (headers[i]));
  g_strfreev (headers);
}

/**
 * hoist_secret_headers_are_in:
 * @headers: name, value, …
 * @text: something that is going to be shown
 *
 * A server may repeat what it was sent. Of a value with several pieces, such as cookies, any long
 * one counts.
 *
 * Returns: whether @text has a secret in it
 */
gboolean
hoist_secret_headers_are_in (const char *const *headers, const char *text)
{
  for (gsize i = 0; headers[i] != NULL; i += 2)
    {
      GStrv pieces = g_strsplit_set (headers[i + 1], " ;,=\"", -1);
      gboolean found = strstr (text, headers[i + 1]) != NULL;

      for (gsize j = 0; pieces[j] != NULL && !found; j++)
        found = strlen (pieces[j]) >= MIN_PIECE_BYTES && strstr (text, pieces[j]) != NULL;
      hoist_secret_headers_free (pieces);
      if (found)
        return TRUE;
    }
  return FALSE;
}
