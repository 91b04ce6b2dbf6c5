/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-destination-entry.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-error.h"

/* Bounds of what is ours to choose. They keep every message and row readable;
 * the prefix leaves room for a name within S3's 1,024 bytes of a key
 * (Amazon S3 User Guide, «Naming Amazon S3 objects»). */
#define MAX_NAME_CHARS 100
#define MAX_URL_BYTES 2048
#define MAX_PREFIX_BYTES 512

static gboolean
has_control_characters (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

/**
 * hoist_destination_check_name:
 * @name: (nullable): what a person entered
 * @error: (out) (optional): what is wrong with it, for people
 *
 * Checks a destination's name: some text, in one line, of at most 100
 * characters, without blanks around it.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT.
 *
 * Returns: whether it can be a name
 */
gboolean
hoist_destination_check_name (const char *name, GError **error)
{
  if (name == NULL || *name == '\0')
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("The destination needs a name."));
      return FALSE;
    }
  if (!g_utf8_validate (name, -1, NULL) || has_control_characters (name) ||
      g_unichar_isspace (g_utf8_get_char (name)) || g_ascii_isspace (name[strlen (name) - 1]))
    {
      g_set_error_literal (
        error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
        _ ("The destination’s name must be one line of text without blanks around it."));
      return FALSE;
    }
  if (g_utf8_strlen (name, -1) > MAX_NAME_CHARS)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   /* Translators: %d is a number of characters, 100. */
                   _ ("The destination’s name must not have more than %d characters."),
                      MAX_NAME_CHARS);
      return FALSE;
    }
  return TRUE;
}

static gboolean
has_blanks (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_isspace (*p) || g_ascii_iscntrl (*p))
      return TRUE;
  return FALSE;
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  /* RFC 6761, section 6.3: these names never leave the machine. */
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

static gboolean
is_host (const char *host)
{
  g_autofree char *ascii = NULL;

  if (g_hostname_is_ip_address (host))
    return TRUE;
  ascii = g_hostname_to_ascii (host);
  return ascii != NULL && *ascii != '\0' &&
         ascii[strspn (ascii, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-._")] == '\0';
}

/* What is wrong with @uri, for people; null = nothing. */
static const char *
find_url_fault (GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);
  const char *host = g_uri_get_host (uri);

  if (g_strcmp0 (scheme, "https") != 0 && g_strcmp0 (scheme, "http") != 0)
    return _ ("The address must begin with “https://”.");
  if (host == NULL || !is_host (host))
    return _ ("The address names no server. Enter it like “https://upload.example.org”.");
  if (g_str_equal (scheme, "http") && !is_loopback (host))
    return _ ("The address must begin with “https://”: without it anybody on the way could read "
              "the token. “http://” is accepted for this computer itself only.");
  if (g_uri_get_userinfo (uri) != NULL)
    return _ ("The address must not hold a user name or password. The token is entered by itself.");
  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return _ ("The address must end before “?” and “#”.");
  return NULL;
}

/**
 * hoist_destination_complete_url:
 * @typed: what a person typed or pasted
 *
 * Makes a URL of it: without blanks around it, and with `https://` if it has no
 * scheme.
 *
 * Returns: (transfer full) (nullable): the URL; %NULL if it cannot be a backend's
 */
char *
hoist_destination_complete_url (const char *typed)
{
  g_autofree char *stripped = g_strstrip (g_strdup (typed));
  g_autofree char *text = NULL;
  g_autoptr (GUri) uri = NULL;
  const char *scheme;

  /* g_uri_parse() lets blanks through. */
  if (*stripped == '\0' || strpbrk (stripped, " \t\r\n") != NULL)
    return NULL;
  text = strstr (stripped, "://") != NULL ? g_steal_pointer (&stripped)
                                          : g_strconcat ("https://", stripped, NULL);
  uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return NULL;
  scheme = g_uri_get_scheme (uri);
  if (!g_str_equal (scheme, "https") && !g_str_equal (scheme, "http"))
    return NULL;
  return g_steal_pointer (&text);
}

/**
 * hoist_destination_check_url:
 * @url: (nullable): what a person entered
 * @error: (out) (optional): what is wrong with it, for people; never the URL
 *   itself, which may hold a secret that was pasted
 *
 * Checks a backend's base URL: HTTPS, or HTTP to this computer; a server; no
 * user, password, query or fragment.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT.
 *
 * Returns: whether it can be a base URL
 */
gboolean
hoist_destination_check_url (const char *url, GError **error)
{
  const char *fault = NULL;
  g_autoptr (GUri) uri = NULL;

  if (url == NULL || *url == '\0')
    fault = _ ("The destination needs an address.");
  else if (strlen (url) > MAX_URL_BYTES)
    fault = _ ("The address is too long.");
  else if (has_blanks (url) || (uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL)) == NULL)
    fault = _ ("This is not an address. Enter it like “https://upload.example.org”.");
  else
    fault = find_url_fault (uri);

  if (fault == NULL)
    return TRUE;
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, fault);
  return FALSE;
}

/**
 * hoist_destination_check_key_prefix:
 * @key_prefix: (nullable): what a person entered
 * @error: (out) (optional): what is wrong with it, for people
 *
 * Checks what is put before every object's name: nothing, or folders as in
 * `photos/2024/`, without `.` and `..`, a leading or double slash, and control
 * characters.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT.
 *
 * Returns: whether it can be a prefix
 */
gboolean
hoist_destination_check_key_prefix (const char *key_prefix, GError **error)
{
  if (key_prefix == NULL || *key_prefix == '\0')
    return TRUE;

  gboolean good = strlen (key_prefix) <= MAX_PREFIX_BYTES &&
                  g_utf8_validate (key_prefix, -1, NULL) && !has_control_characters (key_prefix);
  g_auto (GStrv) components = good ? g_strsplit (key_prefix, "/", -1) : g_new0 (char *, 1);

  for (guint i = 0; components[i] != NULL; i++)
    {
      gboolean is_last = components[i + 1] == NULL;

      if (g_str_equal (components[i], ".") || g_str_equal (components[i], "..") ||
          (*components[i] == '\0' && !is_last))
        good = FALSE;
    }

  if (!good)
    g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                         _ ("The folder at the destination must be like “photos/2024/”: no “..”, "
                            "no slash at the beginning, not too long."));
  return good;
}
