/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-token.h"

#include <string.h>

/**
 * hoist_token_skip_scheme:
 * @token: what a person was given as a token
 *
 * A token may come with the scheme that its server wants before it: «Token …» is
 * that of many frameworks, «Bearer …» is RFC 6750's, and what is meant without any.
 *
 * Returns: (transfer none): @token from behind the scheme on, if it has one
 */
const char *
hoist_token_skip_scheme (const char *token)
{
  static const char *const schemes[] = { "Bearer ", "Token " };

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (token, schemes[i], strlen (schemes[i])) == 0)
      return token + strlen (schemes[i]);
  return token;
}
