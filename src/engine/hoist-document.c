/* SPDX-License-Identifier: GPL-3.0-or-later */

/* In a Flatpak, what is dropped or opened is lent: it comes as a document, by a
 * path that is gone at the next login. Where the sandbox may read the person's
 * files by itself, the original is what to remember. */

#include "hoist-document.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "hoist-document-path.h"
#include "hoist-sandbox.h"

/* Of xdg-desktop-portal 1.19 and later (document-portal/document-portal-fuse.c). */
#define HOST_PATH_ATTRIBUTE "user.document-portal.host-path"
#define MAX_PATH_BYTES 4096
#define DOCUMENTS_INSIDE "/run/flatpak/doc"

static gboolean
is_same (const struct stat *a, const struct stat *b)
{
  if ((a->st_mode & S_IFMT) != (b->st_mode & S_IFMT))
    return FALSE;
  /* Device and inode of a document are those of the portal's file system. A folder
   * has no size of its own there. */
  return a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
         (S_ISDIR (a->st_mode) || a->st_size == b->st_size);
}

/**
 * hoist_document_check_original:
 * @path: what was lent
 * @original: where the portal says that it is
 *
 * Finds out whether a file can be read where it really is, and is the same one:
 * of the same kind, size and time of the last write, to the nanosecond. May block.
 *
 * Returns: (transfer full) (nullable): @original, if so
 */
char *
hoist_document_check_original (const char *path, const char *original)
{
  struct stat lent;
  struct stat there;

  if (!g_path_is_absolute (original) || hoist_document_path_check (original))
    return NULL;
  if (stat (path, &lent) != 0 || stat (original, &there) != 0 || !is_same (&lent, &there))
    return NULL;
  if (access (original, S_ISDIR (there.st_mode) ? R_OK | X_OK : R_OK) != 0)
    return NULL;
  return g_strdup (original);
}

/**
 * hoist_document_find_original:
 * @path: an absolute path
 *
 * Finds out where a document really is. May block.
 *
 * Returns: (transfer full) (nullable): a path that lasts; %NULL where @path is
 *   no document's, the portal does not tell, or it cannot be read there
 */
char *
hoist_document_find_original (const char *path)
{
  char original[MAX_PATH_BYTES + 1];
  ssize_t length;

  if (!hoist_document_path_check (path))
    return NULL;
  length = getxattr (path, HOST_PATH_ATTRIBUTE, original, MAX_PATH_BYTES);
  if (length <= 0)
    return NULL;
  original[length] = '\0';
  return hoist_document_check_original (path, original);
}

/**
 * hoist_document_judge_unseen:
 * @path: the absolute path of a file that is not there
 * @sandboxed: whether this process is in a Flatpak
 * @can_lend: whether documents are lent to it
 *
 * Finds out why. A sandbox leaves out whole folders; where the folder is there,
 * the file is gone.
 *
 * Returns: why
 */
HoistUnseen
hoist_document_judge_unseen (const char *path, gboolean sandboxed, gboolean can_lend)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (hoist_document_path_check (path))
    return HOIST_UNSEEN_LENT;
  if (!sandboxed || access (folder, F_OK) == 0)
    return HOIST_UNSEEN_GONE;
  return can_lend ? HOIST_UNSEEN_OUTSIDE : HOIST_UNSEEN_NOT_LENT;
}

/**
 * hoist_document_why_unseen:
 * @path: the absolute path of a file that is not there
 *
 * As [func@hoist_document_judge_unseen], for this process.
 *
 * Returns: why
 */
HoistUnseen
hoist_document_why_unseen (const char *path)
{
  return hoist_document_judge_unseen (path, hoist_sandbox_is_flatpak (),
                                      access (DOCUMENTS_INSIDE, F_OK) == 0);
}
