/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-cli-text.h"

#include <string.h>

/* Characters that would drive the terminal, break the line, or reorder what
 * stands around them (Unicode Standard Annex #9: embeddings, overrides and
 * isolates). A file's name may have them all. */
static gboolean
is_harmful (gunichar c)
{
  if (c < 0x20 || (c >= 0x7f && c < 0xa0))
    return TRUE;
  if (c == 0x061c || c == 0x200e || c == 0x200f || c == 0x2028 || c == 0x2029 || c == 0xfeff)
    return TRUE;
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/**
 * hoist_cli_text_escape:
 * @text: text from outside, such as a file's name
 *
 * Makes text safe to print on one line of a terminal: what is harmful is
 * written as `\n`, `\x1b` or `\u202e`, what is no UTF-8 as a replacement
 * character.
 *
 * Returns: (transfer full): the text to print
 */
char *
hoist_cli_text_escape (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *escaped = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!is_harmful (c))
        g_string_append_unichar (escaped, c);
      else if (c == '\n')
        g_string_append (escaped, "\\n");
      else if (c == '\t')
        g_string_append (escaped, "\\t");
      else if (c < 0x100)
        g_string_append_printf (escaped, "\\x%02x", c);
      else
        g_string_append_printf (escaped, "\\u%04x", c);
    }
  return g_string_free (escaped, FALSE);
}

static guint
get_width (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

/**
 * hoist_cli_text_get_columns:
 * @text: text without harmful characters
 *
 * Counts how many columns of a terminal a text takes.
 *
 * Returns: their number
 */
guint
hoist_cli_text_get_columns (const char *text)
{
  guint columns = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    columns += get_width (g_utf8_get_char (p));
  return columns;
}

/* The longest beginning of @text that fits. */
static gsize
measure_head (const char *text, guint columns)
{
  const char *p = text;
  guint used = 0;

  while (*p != '\0' && used + get_width (g_utf8_get_char (p)) <= columns)
    {
      used += get_width (g_utf8_get_char (p));
      p = g_utf8_next_char (p);
    }
  return (gsize) (p - text);
}

/* The longest end of @text that fits. */
static const char *
find_tail (const char *text, guint columns)
{
  const char *tail = text + strlen (text);
  guint used = 0;

  while (tail > text)
    {
      const char *previous = g_utf8_prev_char (tail);
      guint width = get_width (g_utf8_get_char (previous));

      if (used + width > columns)
        break;
      used += width;
      tail = previous;
    }
  return tail;
}

/**
 * hoist_cli_text_fit:
 * @text: text without harmful characters
 * @columns: how many it may take
 *
 * Shortens a text in its middle: the beginning and the end of a file's name
 * say most.
 *
 * Returns: (transfer full): a text of at most @columns columns
 */
char *
hoist_cli_text_fit (const char *text, guint columns)
{
  if (hoist_cli_text_get_columns (text) <= columns)
    return g_strdup (text);
  if (columns < 5)
    return g_strndup (text, measure_head (text, columns));

  guint tail_columns = (columns - 1) / 2;
  g_autofree char *head = g_strndup (text, measure_head (text, columns - 1 - tail_columns));

  return g_strconcat (head, "…", find_tail (text, tail_columns), NULL);
}

/**
 * hoist_cli_text_pad:
 * @text: text without harmful characters
 * @columns: how many it is to take
 *
 * Shortens or fills a text, so that what follows stands in one column.
 *
 * Returns: (transfer full): a text of exactly @columns columns
 */
char *
hoist_cli_text_pad (const char *text, guint columns)
{
  g_autofree char *fitted = hoist_cli_text_fit (text, columns);
  g_autofree char *blanks = g_strnfill (columns - hoist_cli_text_get_columns (fitted), ' ');

  return g_strconcat (fitted, blanks, NULL);
}
