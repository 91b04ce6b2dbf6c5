/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-values.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-error.h"

typedef struct
{
  const char *name;
  double factor;
} Unit;

/* SI and IEC units mean what they say; a letter alone is SI, as in the rest of Hoist. */
static const Unit rate_units[] = {
  { "", 1 },       { "b", 1 },    { "k", 1e3 },          { "kb", 1e3 },
  { "kib", 1024 }, { "m", 1e6 },  { "mb", 1e6 },         { "mib", 1048576 },
  { "g", 1e9 },    { "gb", 1e9 }, { "gib", 1073741824 },
};

static const Unit duration_units[] = {
  { "", 1 }, { "s", 1 }, { "sec", 1 }, { "m", 60 }, { "min", 60 }, { "h", 3600 }, { "d", 86400 },
};

/* Reads `1.5 MiB`: digits, perhaps a point and more digits, perhaps blanks, a unit. */
static gboolean
parse_quantity (const char *text, const Unit *units, gsize n_units, double *value)
{
  const char *number_end = text + strspn (text, "0123456789.");
  g_autofree char *unit = g_ascii_strdown (number_end + strspn (number_end, " "), -1);
  char *parsed_end;

  *value = g_ascii_strtod (text, &parsed_end);
  if (number_end == text || parsed_end != number_end)
    return FALSE;
  for (gsize i = 0; i < n_units; i++)
    if (g_str_equal (unit, units[i].name))
      {
        *value *= units[i].factor;
        return TRUE;
      }
  return FALSE;
}

/**
 * hoist_cli_parse_rate:
 * @text: `500k`, `2.5 MB/s`, `10MiB`, …
 * @bytes_per_s: (out): bytes a second; 0 = no limit
 * @error: return location for an error
 *
 * Reads a speed.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT
 *
 * Returns: whether it is one
 */
gboolean
hoist_cli_parse_rate (const char *text, guint64 *bytes_per_s, GError **error)
{
  gboolean per_second = g_str_has_suffix (text, "/s");
  g_autofree char *amount = g_strndup (text, strlen (text) - (per_second ? 2 : 0));
  double value;

  /* Slower than 1 kB/s is no upload but a mistake, such as a forgotten unit. */
  if (parse_quantity (amount, rate_units, G_N_ELEMENTS (rate_units), &value) && value < 1e15 &&
      (value == 0 || value >= 1000))
    {
      *bytes_per_s = (guint64) value;
      return TRUE;
    }
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               _ ("“%s” is not a speed of at least 1k, such as 500k, 2M or 1.5MiB, in bytes a "
                  "second"),
                  text);
  return FALSE;
}

/**
 * hoist_cli_parse_duration:
 * @text: `30s`, `10m`, `1.5h`, `2d`; seconds without a unit
 * @duration_us: (out): microseconds
 * @error: return location for an error
 *
 * Reads a length of time.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT
 *
 * Returns: whether it is one
 */
gboolean
hoist_cli_parse_duration (const char *text, gint64 *duration_us, GError **error)
{
  double value;

  if (parse_quantity (text, duration_units, G_N_ELEMENTS (duration_units), &value) && value > 0 &&
      value <= 3650.0 * 86400)
    {
      *duration_us = MAX ((gint64) (value * G_USEC_PER_SEC), 1);
      return TRUE;
    }
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               _ ("“%s” is not a length of time, such as 30s, 10m, 2h or 1d"), text);
  return FALSE;
}

/**
 * hoist_cli_parse_id:
 * @text: digits
 * @id: (out): an upload's id
 * @error: return location for an error
 *
 * Reads the id of an upload.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT
 *
 * Returns: whether it is one
 */
gboolean
hoist_cli_parse_id (const char *text, guint64 *id, GError **error)
{
  if (g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT64, id, NULL))
    return TRUE;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               _ ("“%s” is not the number of an upload, as “hoistctl list” shows them"), text);
  return FALSE;
}
