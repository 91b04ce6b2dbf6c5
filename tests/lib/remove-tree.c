/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "remove-tree.h"

#include <glib/gstdio.h>

/* Removes what a test made: a file, or a folder with all that is in it, whether it may be read or not.
 * Never through a link: one of them leads to /dev/null. */
void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_chmod (path, 0700);
      dir = g_dir_open (path, 0, NULL);
    }
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}
