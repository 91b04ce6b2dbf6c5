/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-journal-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-error.h"

#define JOURNAL "journal"
#define JOURNAL_NEW "journal.new"
#define LOCK "lock"

const HoistJournalIo hoist_journal_system_io = { pwrite, fdatasync };

/**
 * hoist_journal_set_error:
 * @error: return location for an error
 * @errno_value: what the system said
 *
 * Sets the error of a failed write.
 *
 * Errors: %HOIST_ERROR_NO_SPACE or %HOIST_ERROR_STORE_DAMAGED.
 */
void
hoist_journal_set_error (GError **error, int errno_value)
{
  gboolean full = errno_value == ENOSPC || errno_value == EDQUOT || errno_value == EFBIG;

  g_set_error (
    error, HOIST_ERROR, full ? HOIST_ERROR_NO_SPACE : HOIST_ERROR_STORE_DAMAGED,
    full
    /* Translators: the system's own message */
    ? _ ("The list of uploads cannot be saved: %s. Free some space, and the uploads go on.")
    : _ ("The list of uploads cannot be saved: %s. Check the disk that your home "
                      "folder is on. The uploads go on when it works."),
         g_strerror (errno_value));
}

/**
 * hoist_journal_write_all:
 * @io: how to write
 * @fd: an open file
 * @data: (array length=length): the bytes
 * @length: how many
 * @offset_bytes: where to in the file
 * @error: return location for an error
 *
 * Writes all of it, however often that takes.
 *
 * Errors: %HOIST_ERROR_NO_SPACE or %HOIST_ERROR_STORE_DAMAGED; then a part of it
 * may be written.
 *
 * Returns: whether all is written, but not yet on disk
 */
gboolean
hoist_journal_write_all (const HoistJournalIo *io,
                         int fd,
                         const guint8 *data,
                         gsize length,
                         guint64 offset_bytes,
                         GError **error)
{
  while (length > 0)
    {
      gssize n_written = io->pwrite (fd, data, length, (goffset) offset_bytes);

      if (n_written < 0 && errno == EINTR)
        continue;
      if (n_written <= 0)
        {
          hoist_journal_set_error (error, n_written < 0 ? errno : EIO);
          return FALSE;
        }
      data += n_written;
      length -= (gsize) n_written;
      offset_bytes += (guint64) n_written;
    }
  return TRUE;
}

static gboolean
fail_to_open (const HoistJournalFolder *folder, int errno_value, GError **error)
{
  g_autofree char *display_name = g_filename_display_name (folder->path);
  gboolean full = errno_value == ENOSPC || errno_value == EDQUOT;

  g_set_error (error, HOIST_ERROR, full ? HOIST_ERROR_NO_SPACE : HOIST_ERROR_STORE_DAMAGED,
               full
               /* Translators: a folder, and the system's own message */
               ? _ ("The list of uploads in “%s” cannot be opened: %s. Free some space, then try "
                      "again.")
               /* Translators: a folder, and the system's own message */
               : _ ("The list of uploads in “%s” cannot be opened: %s. Check the disk and the "
                      "folder’s permissions, then try again."),
                    display_name, g_strerror (errno_value));
  return FALSE;
}

/* flock(2): ends with the process, however that ends. */
static gboolean
lock_folder (HoistJournalFolder *folder, GError **error)
{
  folder->lock_fd =
    openat (folder->fd, LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (folder->lock_fd < 0)
    return fail_to_open (folder, errno, error);
  if (flock (folder->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno != EWOULDBLOCK)
    return fail_to_open (folder, errno, error);
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_STORE_BUSY,
                       hoist_error_get_phrase (HOIST_ERROR_STORE_BUSY));
  return FALSE;
}

/**
 * hoist_journal_folder_open:
 * @path: a folder; it is made, with its parents, if it is not there
 * @io: how to write; must outlive the folder
 * @error: return location for an error
 *
 * Opens and locks the folder, for this user alone.
 *
 * Errors: %HOIST_ERROR_STORE_BUSY if another process, or another journal in this
 * one, has it; %HOIST_ERROR_STORE_DAMAGED or %HOIST_ERROR_NO_SPACE if it cannot
 * be opened.
 *
 * Returns: (transfer full) (nullable): the folder
 */
HoistJournalFolder *
hoist_journal_folder_open (const char *path, const HoistJournalIo *io, GError **error)
{
  g_autoptr (HoistJournalFolder) folder = g_new0 (HoistJournalFolder, 1);

  folder->path = g_strdup (path);
  folder->io = io;
  folder->lock_fd = -1;
  folder->fd = -1;
  if (g_mkdir_with_parents (path, 0700) == 0)
    folder->fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder->fd < 0 || fchmod (folder->fd, 0700) != 0)
    {
      fail_to_open (folder, errno, error);
      return NULL;
    }
  if (!lock_folder (folder, error))
    return NULL;
  /* of a compaction that was cut short */
  unlinkat (folder->fd, JOURNAL_NEW, 0);
  return g_steal_pointer (&folder);
}

/**
 * hoist_journal_folder_free:
 * @folder: (transfer full): a folder
 *
 * Unlocks and closes the folder.
 */
void
hoist_journal_folder_free (HoistJournalFolder *folder)
{
  if (folder->lock_fd >= 0)
    close (folder->lock_fd);
  if (folder->fd >= 0)
    close (folder->fd);
  g_free (folder->path);
  g_free (folder);
}

/**
 * hoist_journal_folder_open_file:
 * @folder: a folder
 * @fd: (out): the journal, open for reading and writing; -1 if there is none
 * @error: return location for an error
 *
 * Opens the journal's file.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED if there is something that cannot be opened.
 *
 * Returns: whether @fd is set
 */
gboolean
hoist_journal_folder_open_file (HoistJournalFolder *folder, int *fd, GError **error)
{
  struct stat info;

  *fd = openat (folder->fd, JOURNAL, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (*fd < 0)
    return errno == ENOENT ? TRUE : fail_to_open (folder, errno, error);
  if (fstat (*fd, &info) == 0 && S_ISREG (info.st_mode))
    return TRUE;
  close (*fd);
  *fd = -1;
  return fail_to_open (folder, EINVAL, error);
}

/**
 * hoist_journal_folder_sync:
 * @folder: a folder
 * @error: return location for an error
 *
 * Brings the names in the folder to the disk.
 *
 * Errors: %HOIST_ERROR_NO_SPACE or %HOIST_ERROR_STORE_DAMAGED.
 *
 * Returns: whether that is done
 */
gboolean
hoist_journal_folder_sync (HoistJournalFolder *folder, GError **error)
{
  /* EINVAL: a file system that has nothing to do for it */
  if (fsync (folder->fd) == 0 || errno == EINVAL)
    return TRUE;
  hoist_journal_set_error (error, errno);
  return FALSE;
}

/**
 * hoist_journal_folder_write_file:
 * @folder: a folder
 * @data: (array length=length): all that shall be in the journal
 * @length: how many bytes
 * @fd: (out): the new journal, open for reading and writing
 * @error: return location for an error
 *
 * Puts a new journal in the place of the old one: written beside it, brought to
 * the disk, renamed. At every moment one of the two is there as a whole. The
 * name is on disk only after [func@hoist_journal_folder_sync].
 *
 * Errors: %HOIST_ERROR_NO_SPACE or %HOIST_ERROR_STORE_DAMAGED; then the old one
 * is there as it was.
 *
 * Returns: whether the new one is there
 */
gboolean
hoist_journal_folder_write_file (HoistJournalFolder *folder,
                                 const guint8 *data,
                                 gsize length,
                                 int *fd,
                                 GError **error)
{
  int new_fd =
    openat (folder->fd, JOURNAL_NEW, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (new_fd < 0)
    {
      hoist_journal_set_error (error, errno);
      return FALSE;
    }
  if (hoist_journal_write_all (folder->io, new_fd, data, length, 0, error))
    {
      if (folder->io->fdatasync (new_fd) == 0 &&
          renameat (folder->fd, JOURNAL_NEW, folder->fd, JOURNAL) == 0)
        {
          *fd = new_fd;
          return TRUE;
        }
      hoist_journal_set_error (error, errno);
    }
  unlinkat (folder->fd, JOURNAL_NEW, 0);
  close (new_fd);
  return FALSE;
}

static char *
make_aside_name (guint attempt)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%dT%H%M%SZ");

  if (attempt == 0)
    return g_strdup_printf (JOURNAL ".damaged-%s", time);
  return g_strdup_printf (JOURNAL ".damaged-%s-%u", time, attempt);
}

/* For file systems without hard links. */
static gboolean
copy_aside (const char *from, const char *to, GError **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);
  g_autoptr (GError) inner = NULL;

  if (g_file_copy (source, target, G_FILE_COPY_NONE, NULL, NULL, NULL, &inner))
    return TRUE;
  g_set_error (error, HOIST_ERROR,
               g_error_matches (inner, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? HOIST_ERROR_NO_SPACE
                                                                        : HOIST_ERROR_STORE_DAMAGED,
               /* Translators: the system's own message */
               _ ("The damaged list of uploads cannot be kept aside: %s"), inner->message);
  return FALSE;
}

/**
 * hoist_journal_folder_keep_aside:
 * @folder: a folder with a damaged journal
 * @error: return location for an error
 *
 * Gives the damaged file a second name, `journal.damaged-` and the time, so that
 * a new journal can take the first one. Where that is not possible it is copied.
 *
 * Errors: %HOIST_ERROR_NO_SPACE or %HOIST_ERROR_STORE_DAMAGED.
 *
 * Returns: (transfer full) (nullable): the path of what is kept
 */
char *
hoist_journal_folder_keep_aside (HoistJournalFolder *folder, GError **error)
{
  g_autofree char *from = g_build_filename (folder->path, JOURNAL, NULL);

  for (guint attempt = 0;; attempt++)
    {
      g_autofree char *name = make_aside_name (attempt);
      g_autofree char *to = g_build_filename (folder->path, name, NULL);

      if (linkat (folder->fd, JOURNAL, folder->fd, name, 0) == 0)
        return g_steal_pointer (&to);
      if (errno == EEXIST && attempt < 1000)
        continue;
      return copy_aside (from, to, error) ? g_steal_pointer (&to) : NULL;
    }
}
