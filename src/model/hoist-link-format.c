/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-link-format.h"

#include <string.h>

static const char *const nicks[HOIST_N_LINK_FORMATS] = {
  [HOIST_LINK_URL] = "url",
  [HOIST_LINK_MARKDOWN] = "markdown",
  [HOIST_LINK_HTML] = "html",
  [HOIST_LINK_S3] = "s3",
};

/* What no URL may have in it (RFC 3986, appendix A), and what ends one in a text. */
#define NOT_IN_URLS " \"<>\\^`{|}"
/* Besides, what ends one in Markdown's round brackets. */
#define NOT_IN_MARKDOWN NOT_IN_URLS "()"
/* What means something inside of a line of Markdown (CommonMark 0.30, 2.4 and 6). */
#define MARKDOWN_SIGNS "\\`*_[]<>&~|!#"

/**
 * hoist_link_format_get_nick:
 * @format: a format
 *
 * Returns: its name for programs
 */
const char *
hoist_link_format_get_nick (HoistLinkFormat format)
{
  g_return_val_if_fail ((guint) format < HOIST_N_LINK_FORMATS, nicks[0]);

  return nicks[format];
}

/**
 * hoist_link_format_from_nick:
 * @nick: (nullable): a name
 * @format: (out): the format
 *
 * Returns: whether it is one
 */
gboolean
hoist_link_format_from_nick (const char *nick, HoistLinkFormat *format)
{
  for (guint i = 0; i < HOIST_N_LINK_FORMATS; i++)
    if (g_strcmp0 (nicks[i], nick) == 0)
      {
        *format = (HoistLinkFormat) i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
is_control (guchar byte)
{
  return byte < 0x20 || byte == 0x7f;
}

/* Servers tell locations that are not quite URLs. What is one already stays as it is: another
 * byte, and a signature is wrong. */
static char *
escape_url (const char *url, const char *unwanted)
{
  GString *escaped = g_string_sized_new (strlen (url));

  for (const char *p = url; *p != '\0'; p++)
    if (is_control ((guchar) *p) || strchr (unwanted, *p) != NULL)
      g_string_append_printf (escaped, "%%%02X", (guchar) *p);
    else
      g_string_append_c (escaped, *p);
  return g_string_free (escaped, FALSE);
}

/* `&name;` and `&#38;` would be read as a character, even in an address. */
static gboolean
is_entity (const char *text)
{
  gsize length = strspn (text, "&");

  length += strspn (text + length, "#");
  while (g_ascii_isalnum (text[length]))
    length++;
  return *text == '&' && text[length] == ';';
}

static char *
make_markdown (const char *name, const char *url)
{
  g_autofree char *address = escape_url (url, NOT_IN_MARKDOWN);
  GString *text = g_string_new ("[");

  for (const char *p = name; *p != '\0'; p++)
    if (is_control ((guchar) *p))
      g_string_append_c (text, ' ');
    else
      {
        if (strchr (MARKDOWN_SIGNS, *p) != NULL)
          g_string_append_c (text, '\\');
        g_string_append_c (text, *p);
      }
  g_string_append (text, "](");
  for (const char *p = address; *p != '\0'; p++)
    {
      if (is_entity (p))
        g_string_append_c (text, '\\');
      g_string_append_c (text, *p);
    }
  return g_string_free (g_string_append_c (text, ')'), FALSE);
}

static char *
make_html (const char *name, const char *url)
{
  g_autofree char *address = escape_url (url, NOT_IN_URLS);
  g_autofree char *line = g_strdup (name);
  g_autofree char *safe_address = g_markup_escape_text (address, -1);
  g_autofree char *safe_name = NULL;

  for (char *p = line; *p != '\0'; p++)
    if (is_control ((guchar) *p))
      *p = ' ';
  safe_name = g_markup_escape_text (line, -1);
  return g_strdup_printf ("<a href=\"%s\">%s</a>", safe_address, safe_name);
}

/**
 * hoist_link_format_make:
 * @format: any but %HOIST_LINK_S3
 * @name: a file's name, UTF-8
 * @url: a link to it
 *
 * Writes a link so that it can be pasted. Whatever is in the name stays text.
 *
 * Returns: (transfer full): one line; a secret if @url is one
 */
char *
hoist_link_format_make (HoistLinkFormat format, const char *name, const char *url)
{
  g_return_val_if_fail (name != NULL && url != NULL, NULL);
  g_return_val_if_fail (format != HOIST_LINK_S3, NULL);

  switch (format)
    {
    case HOIST_LINK_MARKDOWN:
      return make_markdown (name, url);
    case HOIST_LINK_HTML:
      return make_html (name, url);
    case HOIST_LINK_URL:
    case HOIST_LINK_S3:
      break;
    }
  return escape_url (url, NOT_IN_URLS);
}

/**
 * hoist_link_format_make_s3:
 * @bucket: a bucket
 * @key: an object's key
 *
 * Writes where an object is as programs for S3 take it. They read the key as it is: nothing in it
 * is escaped.
 *
 * Returns: (transfer full): `s3://bucket/key`
 */
char *
hoist_link_format_make_s3 (const char *bucket, const char *key)
{
  g_return_val_if_fail (bucket != NULL && key != NULL, NULL);

  return g_strconcat ("s3://", bucket, "/", key, NULL);
}
