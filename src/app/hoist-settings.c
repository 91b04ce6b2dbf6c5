/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-settings.h"

#include <unistd.h>

/**
 * hoist_settings_load:
 *
 * Finds the settings that a person makes in the window, which hold for hoistctl, too.
 *
 * Returns: (transfer full) (nullable): the settings; %NULL where their schema is not
 *   installed, as without the window, and where this user has no session
 */
GSettings *
hoist_settings_load (void)
{
  g_autoptr (GSettingsSchema) schema =
    g_settings_schema_source_lookup (g_settings_schema_source_get_default (), HOIST_BASE_ID, TRUE);

  /* Below sudo the session is somebody else's, and dconf would complain on standard error. */
  if (schema == NULL || access (g_get_user_runtime_dir (), W_OK) != 0)
    return NULL;
  return g_settings_new_full (schema, NULL, NULL);
}

/**
 * hoist_settings_load_limits:
 * @settings: the settings
 * @limits: (out caller-allocates): what they say
 *
 * Gets how much of the machine and the line uploads may use. Hours that were written by
 * hand and make no sense are none.
 */
void
hoist_settings_load_limits (GSettings *settings, HoistLimits *limits)
{
  g_autofree char *hours = g_settings_get_string (settings, "limit-hours");
  g_autoptr (GError) error = NULL;

  *limits = (HoistLimits){ 0 };
  limits->parts_in_flight = g_settings_get_uint (settings, "parts-in-flight");
  limits->fixed_parts = !g_settings_get_boolean (settings, "adapt-parts-in-flight");
  g_settings_get (settings, "bytes-per-second", "t", &limits->bytes_per_s);
  if (!hoist_rate_schedule_parse (&limits->schedule, hours, &error))
    g_message ("The setting limit-hours is passed over: %s", error->message);
}

/**
 * hoist_settings_save_limits:
 * @settings: the settings
 * @limits: what a person set
 *
 * Keeps how much of the machine and the line uploads may use.
 */
void
hoist_settings_save_limits (GSettings *settings, const HoistLimits *limits)
{
  g_autofree char *hours = hoist_rate_schedule_to_string (&limits->schedule);

  g_settings_set_uint (settings, "parts-in-flight", limits->parts_in_flight);
  g_settings_set_boolean (settings, "adapt-parts-in-flight", !limits->fixed_parts);
  g_settings_set (settings, "bytes-per-second", "t", limits->bytes_per_s);
  g_settings_set_string (settings, "limit-hours", hours);
}
