/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-activation-token.h"

#include <string.h>

/* Compositors make tokens of some dozen characters. */
#define MAX_BYTES 512

/**
 * hoist_activation_token_is_valid:
 * @token: (nullable): what another program said that it is
 *
 * Tells whether it can be an activation token or a startup id: what a desktop gives along with a
 * click, so that the window which it opens may come to the front.
 *
 * Returns: whether it can
 */
gboolean
hoist_activation_token_is_valid (const char *token)
{
  if (token == NULL || *token == '\0' || strlen (token) > MAX_BYTES)
    return FALSE;
  for (const char *p = token; *p != '\0'; p++)
    if (!g_ascii_isprint (*p))
      return FALSE;
  return TRUE;
}

/**
 * hoist_activation_token_from_platform_data:
 * @platform_data: (nullable): of a call of org.freedesktop.Application, as anybody on the bus
 *   can have sent it
 *
 * Finds the token in it. Desktops send one that is for Wayland as either of two keys.
 *
 * Returns: (transfer full) (nullable): the token
 */
char *
hoist_activation_token_from_platform_data (GVariant *platform_data)
{
  static const char *const keys[] = { HOIST_ACTIVATION_TOKEN, HOIST_STARTUP_ID };

  if (platform_data == NULL || !g_variant_is_of_type (platform_data, G_VARIANT_TYPE_VARDICT))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *token = NULL;

      if (g_variant_lookup (platform_data, keys[i], "&s", &token) &&
          hoist_activation_token_is_valid (token))
        return g_strdup (token);
    }
  return NULL;
}
