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
