/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-undo-time.h"

#define UNDO_S 5
#define MAX_UNDO_S 3600

/**
 * hoist_undo_time_get_s:
 *
 * Says for how long a person is offered to take a cancel back. `HOIST_UNDO_S` in the environment is for tests that
 * must not depend on how fast a button is found.
 *
 * Returns: seconds
 */
guint
hoist_undo_time_get_s (void)
{
  const char *text = g_getenv ("HOIST_UNDO_S");
  guint64 seconds;

  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 1, MAX_UNDO_S, &seconds, NULL))
    return (guint) seconds;
  return UNDO_S;
}
