/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-sandbox.h"

/* flatpak-run(1), «FLATPAK-INFO»: there in each sandbox, and nowhere else. */
#define SANDBOX_INFO "/.flatpak-info"

/**
 * hoist_sandbox_is_flatpak:
 *
 * Tells whether this process is in a sandbox of Flatpak.
 *
 * Returns: whether it is
 */
gboolean
hoist_sandbox_is_flatpak (void)
{
  return g_file_test (SANDBOX_INFO, G_FILE_TEST_EXISTS);
}
