/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-json-text.h"

static gsize
count_plain (const char *text)
{
  gsize n = 0;

  while ((guchar) text[n] >= 0x20 && text[n] != 0x7f && text[n] != '"' && text[n] != '\\')
    n++;
  return n;
}

/**
 * hoist_json_append_text:
 * @json: where to
 * @text: any bytes; what is no UTF-8 is replaced
 *
 * Writes a string of JSON, with its quotes (RFC 8259, section 7).
 */
void
hoist_json_append_text (GString *json, const char *text)
{
  g_autofree char *valid = g_utf8_validate (text, -1, NULL) ? NULL : g_utf8_make_valid (text, -1);
  const char *p = valid != NULL ? valid : text;

  g_string_append_c (json, '"');
  while (TRUE)
    {
      gsize n_plain = count_plain (p);

      g_string_append_len (json, p, (gssize) n_plain);
      p += n_plain;
      if (*p == '\0')
        break;
      if (*p == '"' || *p == '\\')
        g_string_append_printf (json, "\\%c", *p);
      else if (*p == '\n')
        g_string_append (json, "\\n");
      else
        g_string_append_printf (json, "\\u%04x", (guint) *p);
      p++;
    }
  g_string_append_c (json, '"');
}
