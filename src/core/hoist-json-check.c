/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-json-check.h"

#include <string.h>

/* All that RFC 8259 allows outside of strings, but for the quotation mark. */
#define OUTSIDE_STRINGS "{}[]:,+-.0123456789eEtrufalsn \t\r\n"
#define WHITE_SPACE " \t\r\n"

/* A parsed value takes some 80 bytes, however short its text. The most that any answer needs are
 * four fields of each of 10,000 parts. */
#define MAX_VALUES 200000

typedef struct
{
  const char *data;
  gsize length;
  gsize at;
  guint depth;
  guint n_values; /* at most */
  gboolean ended; /* the one value is over */
} Scan;

static gboolean
refuse (GError **error, const Scan *scan, const char *why)
{
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
               "Not valid JSON: %s at byte %" G_GSIZE_FORMAT, why, scan->at);
  return FALSE;
}

/* @scan is behind the opening quotation mark; then behind the closing one. */
static gboolean
skip_string (Scan *scan, GError **error)
{
  for (; scan->at < scan->length; scan->at++)
    {
      const char *at = scan->data + scan->at;

      if (*at == '"')
        {
          scan->at++;
          return TRUE;
        }
      if ((guchar) *at < 0x20)
        return refuse (error, scan, "a control character in a string");
      if (*at != '\\')
        continue;
      if (scan->length - scan->at >= 6 && strncmp (at, "\\u0000", 6) == 0)
        return refuse (error, scan, "a NUL character");
      scan->at++;
    }
  scan->at = scan->length;
  return refuse (error, scan, "a string without an end");
}

static gboolean
step (Scan *scan, guint max_depth, GError **error)
{
  char c = scan->data[scan->at];

  if (scan->ended && strchr (WHITE_SPACE, c) == NULL)
    return refuse (error, scan, "more than one value");
  if (strchr (",{[", c) != NULL && ++scan->n_values > MAX_VALUES)
    return refuse (error, scan, "too many values");
  if (c == '{' || c == '[')
    {
      if (++scan->depth > max_depth)
        return refuse (error, scan, "too many levels");
    }
  else if (c == '}' || c == ']')
    {
      if (scan->depth == 0)
        return refuse (error, scan, "a closing bracket too many");
      scan->ended = --scan->depth == 0;
    }
  scan->at++;
  return c == '"' ? skip_string (scan, error) : TRUE;
}

/**
 * hoist_json_check:
 * @data: what came over the wire, not trusted
 * @length: of it, in bytes
 * @max_depth: how many levels of objects and arrays are allowed
 * @error: return location for an error
 *
 * Looks at what a lenient, recursive JSON parser would not refuse: nesting
 * that exhausts its stack, more values than memory should hold, NUL characters that cut strings, comments, more
 * than one value, text that is not UTF-8. json-glib before 1.10 is such a
 * parser. This does not replace it: what passes may still be wrong.
 *
 * Errors: %HOIST_ERROR_PROTOCOL with what is wrong, and where.
 *
 * Returns: whether it may be given to the parser
 */
gboolean
hoist_json_check (const char *data, gsize length, guint max_depth, GError **error)
{
  Scan scan = { .data = data, .length = length };
  const char *end;

  if (!g_utf8_validate (data, (gssize) length, &end))
    {
      scan.at = (gsize) (end - data);
      return refuse (error, &scan, "not UTF-8");
    }
  while (scan.at < length)
    {
      char c = data[scan.at];

      if (c != '"' && (c == '\0' || strchr (OUTSIDE_STRINGS, c) == NULL))
        return refuse (error, &scan, "an unexpected character");
      if (!step (&scan, max_depth, error))
        return FALSE;
    }
  if (scan.depth > 0)
    return refuse (error, &scan, "it ends too early");
  return TRUE;
}
