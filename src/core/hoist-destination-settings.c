/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-destination-settings.h"

#include <string.h>

static const char *const names[] = {
  HOIST_SETTING_SERVICE,
  HOIST_SETTING_REGION,
  HOIST_SETTING_BUCKET,
  HOIST_SETTING_ADDRESSING,
  HOIST_SETTING_CHECKSUM,
  HOIST_SETTING_STORAGE_CLASS,
  HOIST_SETTING_ENCRYPTION,
  HOIST_SETTING_KMS_KEY,
  HOIST_SETTING_ACL,
  HOIST_SETTING_TAGS,
  HOIST_SETTING_METADATA,
  HOIST_SETTING_KEY_TEMPLATE,
  HOIST_SETTING_CLIENT_CERTIFICATE,
  HOIST_SETTING_COLOUR,
  HOIST_SETTING_FILES,
  HOIST_SETTING_BYTES_PER_SECOND,
  HOIST_SETTING_CLIENT_KEY,
  HOIST_SETTING_PART_SIZE,
};

struct _HoistSettings
{
  char *values[G_N_ELEMENTS (names)]; /* (owned) (nullable) */
};

G_DEFINE_BOXED_TYPE (HoistDestinationSettings,
                     hoist_destination_settings,
                     hoist_destination_settings_copy,
                     hoist_destination_settings_free)

/**
 * hoist_destination_settings_get_name:
 * @index: from 0
 *
 * Walks the names of the settings that there are.
 *
 * Returns: (transfer none) (nullable): the name, or null past the last one
 */
const char *
hoist_destination_settings_get_name (guint index)
{
  return index < G_N_ELEMENTS (names) ? names[index] : NULL;
}

/**
 * hoist_destination_settings_new:
 *
 * Makes settings of which none is set.
 *
 * Returns: (transfer full): them
 */
HoistDestinationSettings *
hoist_destination_settings_new (void)
{
  return g_new0 (HoistDestinationSettings, 1);
}

/**
 * hoist_destination_settings_copy:
 * @settings: settings
 *
 * Copies settings.
 *
 * Returns: (transfer full): the copy
 */
HoistDestinationSettings *
hoist_destination_settings_copy (const HoistDestinationSettings *settings)
{
  HoistDestinationSettings *copy = hoist_destination_settings_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    copy->values[i] = g_strdup (settings->values[i]);
  return copy;
}

/**
 * hoist_destination_settings_free:
 * @settings: (transfer full) (nullable): settings
 *
 * Frees settings.
 */
void
hoist_destination_settings_free (HoistDestinationSettings *settings)
{
  if (settings == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_free (settings->values[i]);
  g_free (settings);
}

static gsize
find (const char *name)
{
  gsize i = 0;

  while (i < G_N_ELEMENTS (names) && strcmp (names[i], name) != 0)
    i++;
  return i;
}

/**
 * hoist_destination_settings_get:
 * @settings: settings
 * @name: one of their names
 *
 * Gets a setting.
 *
 * Returns: (transfer none) (nullable): its text, never empty; null where it is not set
 */
const char *
hoist_destination_settings_get (const HoistDestinationSettings *settings, const char *name)
{
  gsize i = find (name);

  g_return_val_if_fail (i < G_N_ELEMENTS (names), NULL);
  return settings->values[i];
}

/**
 * hoist_destination_settings_set:
 * @settings: settings
 * @name: one of their names
 * @value: (nullable): its text; empty or null to take it away
 *
 * Sets a setting.
 *
 * Returns: whether it differed
 */
gboolean
hoist_destination_settings_set (HoistDestinationSettings *settings,
                                const char *name,
                                const char *value)
{
  gsize i = find (name);
  char *old;

  g_return_val_if_fail (i < G_N_ELEMENTS (names), FALSE);
  if (value != NULL && *value == '\0')
    value = NULL;
  if (g_strcmp0 (settings->values[i], value) == 0)
    return FALSE;
  old = settings->values[i];
  settings->values[i] = g_strdup (value);
  g_free (old);
  return TRUE;
}

/**
 * hoist_destination_settings_equal:
 * @a: settings
 * @b: settings
 *
 * Compares settings.
 *
 * Returns: whether they say the same
 */
gboolean
hoist_destination_settings_equal (const HoistDestinationSettings *a,
                                  const HoistDestinationSettings *b)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (a->values[i], b->values[i]) != 0)
      return FALSE;
  return TRUE;
}
