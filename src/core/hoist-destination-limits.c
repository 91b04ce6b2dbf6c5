/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-destination-limits.h"

#include <glib/gi18n-lib.h>

#include "hoist-error.h"

static gboolean
read_number (const HoistDestinationSettings *settings,
             const char *name,
             guint64 least,
             guint64 most,
             guint64 *value)
{
  const char *text = hoist_destination_settings_get (settings, name);

  *value = 0;
  return text == NULL || g_ascii_string_to_unsigned (text, 10, least, most, value, NULL);
}

/**
 * hoist_destination_limits_read:
 * @limits: (inout): what is read is set in it; the parts are left as they are
 * @settings: a destination's settings
 * @error: (out) (optional): which of them is none, for people
 *
 * Reads the limits that a destination's settings say.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT; what could not be read is no limit then.
 *
 * Returns: whether they make sense
 */
gboolean
hoist_destination_limits_read (HoistDestinationLimits *limits,
                               const HoistDestinationSettings *settings,
                               GError **error)
{
  guint64 files;
  gboolean good_files =
    read_number (settings, HOIST_SETTING_FILES, 1, HOIST_LIMITS_MAX_FILES, &files);
  gboolean good_rate =
    read_number (settings, HOIST_SETTING_BYTES_PER_SECOND, HOIST_LIMITS_MIN_BYTES_PER_S,
                 HOIST_LIMITS_MAX_BYTES_PER_S, &limits->bytes_per_s);

  limits->files = (guint) files;
  if (!good_files)
    g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                 /* Translators: %d is a number of files, 32. */
                 _ ("A destination takes from 1 to %d files at a time."), HOIST_LIMITS_MAX_FILES);
  else if (!good_rate)
    g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                         _ ("The speed that a destination is limited to is a number of bytes a "
                            "second, at least 1000."));
  return good_files && good_rate;
}

/**
 * hoist_destination_limits_equal:
 * @a: limits
 * @b: limits
 *
 * Compares limits.
 *
 * Returns: whether they are the same
 */
gboolean
hoist_destination_limits_equal (const HoistDestinationLimits *a, const HoistDestinationLimits *b)
{
  return a->parts == b->parts && a->files == b->files && a->bytes_per_s == b->bytes_per_s;
}
