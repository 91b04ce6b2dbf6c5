/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-destination-group.h"

#include <glib/gi18n-lib.h>

#include "hoist-destination-rules.h"
#include "hoist-error.h"

#define KEY_NAME "name"
#define KEY_TYPE "type"
#define KEY_URL "url"
#define KEY_KEY_PREFIX "key-prefix"
#define KEY_CA_FILE "ca-file"
#define KEY_CONCURRENCY "concurrency"

/* The others are the settings. */
static const char *const keys[] = { KEY_NAME,       KEY_TYPE,    KEY_URL,
                                    KEY_KEY_PREFIX, KEY_CA_FILE, KEY_CONCURRENCY };

/**
 * hoist_destination_group_get_key: (skip)
 * @index: from 0
 *
 * Walks the keys that a destination has in a file.
 *
 * Returns: (transfer none) (nullable): the key; %NULL past the last one
 */
const char *
hoist_destination_group_get_key (guint index)
{
  return index < G_N_ELEMENTS (keys)
           ? keys[index]
           : hoist_destination_settings_get_name (index - G_N_ELEMENTS (keys));
}

/**
 * hoist_destination_group_dup_value: (skip)
 * @destination: a destination
 * @key: one of its keys
 *
 * Returns: (transfer full) (nullable): what a file has under the key; never empty
 */
char *
hoist_destination_group_dup_value (HoistDestination *destination, const char *key)
{
  const char *value;

  if (g_str_equal (key, KEY_CONCURRENCY))
    {
      guint parts = hoist_destination_get_concurrency (destination);
      return parts > 0 ? g_strdup_printf ("%u", parts) : NULL;
    }
  if (g_str_equal (key, KEY_NAME))
    value = hoist_destination_get_name (destination);
  else if (g_str_equal (key, KEY_TYPE))
    value = hoist_destination_get_provider_type (destination);
  else if (g_str_equal (key, KEY_URL))
    value = hoist_destination_get_url (destination);
  else if (g_str_equal (key, KEY_KEY_PREFIX))
    value = hoist_destination_get_key_prefix (destination);
  else if (g_str_equal (key, KEY_CA_FILE))
    value = hoist_destination_get_ca_file (destination);
  else
    value = hoist_destination_get_setting (destination, key);
  return value != NULL && *value != '\0' ? g_strdup (value) : NULL;
}

static char *
get_string (GKeyFile *key_file, const char *group, const char *key)
{
  g_autofree char *value = g_key_file_get_string (key_file, group, key, NULL);

  return value != NULL && *value != '\0' ? g_steal_pointer (&value) : NULL;
}

/**
 * hoist_destination_group_parse: (skip)
 * @key_file: a file
 * @group: which group of it
 * @id: the destination's id
 * @error: (out) (optional): what is wrong with it, for people
 *
 * Reads a destination and checks it. Keys that are not ours are passed over.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT.
 *
 * Returns: (transfer full) (nullable): the destination
 */
HoistDestination *
hoist_destination_group_parse (GKeyFile *key_file,
                               const char *group,
                               const char *id,
                               GError **error)
{
  g_autofree char *name = get_string (key_file, group, KEY_NAME);
  g_autofree char *type = get_string (key_file, group, KEY_TYPE);
  g_autofree char *url = get_string (key_file, group, KEY_URL);
  g_autofree char *key_prefix = get_string (key_file, group, KEY_KEY_PREFIX);
  g_autofree char *ca_file = get_string (key_file, group, KEY_CA_FILE);
  g_autofree char *concurrency = get_string (key_file, group, KEY_CONCURRENCY);
  guint64 parts = 0;

  if (!hoist_destination_check_id (id))
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("Its id must be of lower-case letters, digits and dashes."));
      return NULL;
    }
  if (concurrency != NULL && !g_ascii_string_to_unsigned (
                               concurrency, 10, 0, HOIST_DESTINATION_MAX_CONCURRENCY, &parts, NULL))
    /* Is refused below. */
    parts = HOIST_DESTINATION_MAX_CONCURRENCY + 1;

  g_autoptr (HoistDestination) destination = hoist_destination_new (id);

  hoist_destination_set_name (destination, name);
  if (type != NULL)
    hoist_destination_set_provider_type (destination, type);
  hoist_destination_set_url (destination, url);
  hoist_destination_set_key_prefix (destination, key_prefix);
  hoist_destination_set_ca_file (destination, ca_file);
  hoist_destination_set_concurrency (destination, (guint) parts);
  for (guint i = 0; hoist_destination_settings_get_name (i) != NULL; i++)
    {
      g_autofree char *value =
        get_string (key_file, group, hoist_destination_settings_get_name (i));

      hoist_destination_set_setting (destination, hoist_destination_settings_get_name (i), value);
    }

  if (!hoist_destination_check (destination, error))
    return NULL;
  return g_steal_pointer (&destination);
}

/**
 * hoist_destination_group_store: (skip)
 * @key_file: a file
 * @group: which group of it
 * @destination: what is to be there
 *
 * Writes what is known of a destination; keys that are not ours stay.
 */
void
hoist_destination_group_store (GKeyFile *key_file, const char *group, HoistDestination *destination)
{
  for (guint i = 0; hoist_destination_group_get_key (i) != NULL; i++)
    {
      const char *key = hoist_destination_group_get_key (i);
      g_autofree char *value = hoist_destination_group_dup_value (destination, key);

      if (value != NULL)
        g_key_file_set_string (key_file, group, key, value);
      else
        g_key_file_remove_key (key_file, group, key, NULL);
    }
}
