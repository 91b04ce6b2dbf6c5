/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-json-text.h"

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
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  g_string_append_c (json, '"');
  for (const char *p = valid; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_printf (json, "\\%c", *p);
      else if (*p == '\n')
        g_string_append (json, "\\n");
      else if ((guchar) *p < 0x20 || *p == 0x7f)
        g_string_append_printf (json, "\\u%04x", (guint) *p);
      else
        g_string_append_c (json, *p);
    }
  g_string_append_c (json, '"');
}
