/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * HoistJournalIo:
 * @pwrite: pwrite(2)
 * @fdatasync: fdatasync(2)
 *
 * The two system calls that a full or broken disk makes fail, so that a test
 * can do the same.
 */
typedef struct
{
  ssize_t (*pwrite) (int fd, const void *data, size_t length, off_t offset);
  int (*fdatasync) (int fd);
} HoistJournalIo;

extern const HoistJournalIo hoist_journal_system_io;

/**
 * HoistJournalFolder:
 *
 * The folder that the journal lies in, locked.
 */
typedef struct
{
  char *path;               /* (owned) */
  int fd;                   /* of the folder */
  int lock_fd;              /* the lock lasts as long as it is open */
  const HoistJournalIo *io; /* unowned */
} HoistJournalFolder;

HoistJournalFolder *hoist_journal_folder_open (const char *path,
                                               const HoistJournalIo *io,
                                               GError **error);
void hoist_journal_folder_free (HoistJournalFolder *folder);
gboolean hoist_journal_folder_open_file (HoistJournalFolder *folder, int *fd, GError **error);
gboolean hoist_journal_folder_write_file (HoistJournalFolder *folder,
                                          const guint8 *data,
                                          gsize length,
                                          int *fd,
                                          GError **error);
gboolean hoist_journal_folder_sync (HoistJournalFolder *folder, GError **error);
char *hoist_journal_folder_keep_aside (HoistJournalFolder *folder, GError **error);

gboolean hoist_journal_write_all (const HoistJournalIo *io,
                                  int fd,
                                  const guint8 *data,
                                  gsize length,
                                  guint64 offset_bytes,
                                  GError **error);
void hoist_journal_set_error (GError **error, int errno_value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistJournalFolder, hoist_journal_folder_free)

G_END_DECLS
