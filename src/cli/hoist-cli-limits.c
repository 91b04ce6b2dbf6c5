/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-limits.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-values.h"
#include "hoist-error.h"

#define MAX_PARTS_IN_FLIGHT 32

/**
 * hoist_cli_limit_options_read:
 * @options: the options, as given
 * @limits: (out caller-allocates): what they say
 * @error: return location for an error
 *
 * Returns: whether they make sense. Errors: %HOIST_ERROR_BAD_INPUT
 */
gboolean
hoist_cli_limit_options_read (const HoistCliLimitOptions *options,
                              HoistCliLimits *limits,
                              GError **error)
{
  *limits = (HoistCliLimits){ 0 };
  if (options->parallel < 0 || options->parallel > MAX_PARTS_IN_FLIGHT)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   _ ("--parallel takes a number from 1 to %d"), MAX_PARTS_IN_FLIGHT);
      return FALSE;
    }
  limits->transfer.parts_in_flight = (guint) options->parallel;
  limits->transfer.fixed_parts = options->parallel != 0;
  limits->no_sha256 = options->no_sha256;
  limits->metered = options->metered;
  limits->low_power = options->low_power;
  return (options->limit == NULL ||
          hoist_cli_parse_rate (options->limit, &limits->transfer.bytes_per_s, error)) &&
         (options->hours == NULL ||
          hoist_rate_schedule_parse (&limits->transfer.schedule, options->hours, error)) &&
         (options->retry_for == NULL ||
          hoist_cli_parse_duration (options->retry_for, &limits->give_up_us, error));
}

/**
 * hoist_cli_limit_options_tell:
 * @options: the options, as given
 * @context: the run, with its engine open
 *
 * Says so if they have no effect, because another process uploads.
 */
void
hoist_cli_limit_options_tell (const HoistCliLimitOptions *options, HoistCliContext *context)
{
  if (hoist_cli_host_is_remote (hoist_cli_context_get_host (context)) &&
      (options->limit != NULL || options->hours != NULL || options->retry_for != NULL ||
       options->parallel != 0 || options->no_sha256))
    hoist_cli_console_print_note (hoist_cli_context_get_console (context), "%s",
                                  _ ("Hoist is running and uploads this with its own limits."));
}

/**
 * hoist_cli_limit_options_clear:
 * @options: the options
 *
 * Frees what they hold.
 */
void
hoist_cli_limit_options_clear (HoistCliLimitOptions *options)
{
  g_clear_pointer (&options->limit, g_free);
  g_clear_pointer (&options->hours, g_free);
  g_clear_pointer (&options->retry_for, g_free);
}
