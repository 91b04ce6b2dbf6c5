/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-writer.h"

#include "hoist-s3-uri.h"
#include "hoist-s3-xml.h"

#define S3_NAMESPACE "http://s3.amazonaws.com/doc/2006-03-01/"

/**
 * hoist_s3_writer_begin:
 * @root: the root element's name
 * @with_namespace: whether it is in S3's namespace, as all but errors are
 *
 * Begins a document.
 *
 * Returns: (transfer full): the document so far
 */
GString *
hoist_s3_writer_begin (const char *root, gboolean with_namespace)
{
  GString *xml = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");

  g_string_append (xml, root);
  if (with_namespace)
    g_string_append (xml, " xmlns=\"" S3_NAMESPACE "\"");
  g_string_append_c (xml, '>');
  return xml;
}

/**
 * hoist_s3_writer_end:
 * @xml: (transfer full): the document so far
 * @root: the root element's name
 *
 * Ends a document.
 *
 * Returns: (transfer full): the document
 */
char *
hoist_s3_writer_end (GString *xml, const char *root)
{
  g_string_append_printf (xml, "</%s>\n", root);
  return g_string_free (xml, FALSE);
}

/* Tab, line feed and carriage return are written as references, or else a reader would fold
 * them (XML 1.0, 2.11). The other control characters have no place in XML 1.0 at all; Amazon
 * writes references for them too, and so do we: `encoding-type=url` is there for who minds. */
static void
append_escaped (GString *xml, const char *text)
{
  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '&')
        g_string_append (xml, "&amp;");
      else if (c == '<')
        g_string_append (xml, "&lt;");
      else if (c == '>')
        g_string_append (xml, "&gt;");
      else if (c == '"')
        g_string_append (xml, "&quot;");
      else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0xfffe || c == 0xffff)
        g_string_append_printf (xml, "&#x%X;", c);
      else
        g_string_append_unichar (xml, c);
    }
}

/**
 * hoist_s3_writer_text:
 * @xml: the document so far
 * @name: an element's name
 * @text: (nullable): its text; null is written as an empty element
 *
 * Writes an element.
 */
void
hoist_s3_writer_text (GString *xml, const char *name, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);

  g_string_append_printf (xml, "<%s>", name);
  append_escaped (xml, valid);
  g_string_append_printf (xml, "</%s>", name);
}

/**
 * hoist_s3_writer_optional_text:
 * @xml: the document so far
 * @name: an element's name
 * @text: (nullable): its text
 *
 * Writes an element, or nothing where @text is null.
 */
void
hoist_s3_writer_optional_text (GString *xml, const char *name, const char *text)
{
  if (text)
    hoist_s3_writer_text (xml, name, text);
}

/**
 * hoist_s3_writer_number:
 * @xml: the document so far
 * @name: an element's name
 * @number: its value
 *
 * Writes a number.
 */
void
hoist_s3_writer_number (GString *xml, const char *name, guint64 number)
{
  g_string_append_printf (xml, "<%s>%" G_GUINT64_FORMAT "</%s>", name, number, name);
}

/**
 * hoist_s3_writer_flag:
 * @xml: the document so far
 * @name: an element's name
 * @flag: its value
 *
 * Writes a truth value.
 */
void
hoist_s3_writer_flag (GString *xml, const char *name, gboolean flag)
{
  hoist_s3_writer_text (xml, name, flag ? "true" : "false");
}

/**
 * hoist_s3_writer_etag:
 * @xml: the document so far
 * @etag: (nullable): an ETag without quotes
 *
 * Writes an ETag, with the quotes that belong to it.
 */
void
hoist_s3_writer_etag (GString *xml, const char *etag)
{
  g_autofree char *quoted = g_strconcat ("\"", etag ? etag : "", "\"", NULL);

  hoist_s3_writer_text (xml, "ETag", quoted);
}

/**
 * hoist_s3_writer_time:
 * @xml: the document so far
 * @name: an element's name
 * @unix_s: a time, seconds of real time
 *
 * Writes a time.
 */
void
hoist_s3_writer_time (GString *xml, const char *name, gint64 unix_s)
{
  g_autofree char *text = hoist_s3_format_time (unix_s);

  hoist_s3_writer_text (xml, name, text);
}

/**
 * hoist_s3_writer_key:
 * @xml: the document so far
 * @name: an element's name
 * @key: (nullable): a key, a prefix or a marker
 * @url_encoded: whether the request asked for `encoding-type=url`
 *
 * Writes a key.
 */
void
hoist_s3_writer_key (GString *xml, const char *name, const char *key, gboolean url_encoded)
{
  g_autofree char *encoded = url_encoded && key ? hoist_s3_path_encode (key) : NULL;

  hoist_s3_writer_text (xml, name, encoded ? encoded : key);
}
