/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The name of an upload is the end of its file's path, nearly always: of a million
 * queued files it then costs nothing. */

#include "hoist-path-name.h"

#include <string.h>

static gboolean
lies_in (const char *path, const char *name)
{
  return path != NULL && (guintptr) name >= (guintptr) path &&
         (guintptr) name - (guintptr) path <= strlen (path);
}

/**
 * hoist_path_name_new:
 * @path: (nullable): a #GRefString
 * @name: (nullable): a name for what is there
 *
 * Keeps a name beside its path: as a place in @path where that ends with it, else
 * as a #GRefString of its own.
 *
 * Returns: (transfer full) (nullable): what to give to [func@path_name_release]
 *   before @path goes
 */
const char *
hoist_path_name_new (const char *path, const char *name)
{
  if (name == NULL)
    return NULL;
  if (path != NULL && g_str_has_suffix (path, name))
    return path + strlen (path) - strlen (name);
  return g_ref_string_new (name);
}

/**
 * hoist_path_name_ref:
 * @path: (nullable): a #GRefString, of which the caller takes a reference as well
 * @name: (nullable): its name
 *
 * Keeps what [func@path_name_new] made once more, without a copy.
 *
 * Returns: (transfer full) (nullable): @name
 */
const char *
hoist_path_name_ref (const char *path, const char *name)
{
  if (name == NULL || lies_in (path, name))
    return name;
  return g_ref_string_acquire ((char *) name);
}

/**
 * hoist_path_name_release:
 * @path: (nullable): a #GRefString, not released yet
 * @name: (nullable): its name
 *
 * Lets go of a name.
 */
void
hoist_path_name_release (const char *path, const char *name)
{
  if (name != NULL && !lies_in (path, name))
    g_ref_string_release ((char *) name);
}
