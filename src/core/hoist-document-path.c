/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-document-path.h"

#include <string.h>

/* Where the documents portal lends files to sandboxes: `/run/user/UID/doc/ID/NAME`,
 * and NAME may be a folder with more below it (xdg-desktop-portal, «Documents»).
 * `/run/flatpak/doc` is what the former leads to inside. Returns what follows. */
static const char *
skip_root (const char *path)
{
  const char *rest;

  if (g_str_has_prefix (path, "/run/flatpak/doc/"))
    return path + strlen ("/run/flatpak/doc/");
  if (!g_str_has_prefix (path, "/run/user/"))
    return NULL;
  rest = path + strlen ("/run/user/");
  if (!g_ascii_isdigit (*rest))
    return NULL;
  rest += strspn (rest, "0123456789");
  return g_str_has_prefix (rest, "/doc/") ? rest + strlen ("/doc/") : NULL;
}

/**
 * hoist_document_path_get_name:
 * @path: an absolute path
 *
 * Gets what is lent by a document's path: a name, and maybe what is below it.
 *
 * Returns: (transfer none) (nullable): the rest of @path; %NULL if that is no
 *   document's path
 */
const char *
hoist_document_path_get_name (const char *path)
{
  const char *id = skip_root (path);
  const char *end = id != NULL ? strchr (id, '/') : NULL;

  return end != NULL && end > id && end[1] != '\0' ? end + 1 : NULL;
}

/**
 * hoist_document_path_check:
 * @path: an absolute path
 *
 * Finds out whether a path is one that a sandbox was lent a file by. Such a path
 * works until the person logs out, unless a file chooser made it.
 *
 * Returns: whether it is
 */
gboolean
hoist_document_path_check (const char *path)
{
  return hoist_document_path_get_name (path) != NULL;
}

/**
 * hoist_document_path_dup_id:
 * @path: an absolute path
 *
 * Gets what names the loan: all files below one folder have the same.
 *
 * Returns: (transfer full) (nullable): the id
 */
char *
hoist_document_path_dup_id (const char *path)
{
  const char *name = hoist_document_path_get_name (path);
  const char *id = skip_root (path);

  return name != NULL ? g_strndup (id, (gsize) (name - id) - 1) : NULL;
}
