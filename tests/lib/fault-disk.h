/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FaultDiskMode:
 * @FAULT_DISK_ONCE: the call fails, the next one works
 * @FAULT_DISK_FROM_THEN_ON: that call and all later ones fail
 * @FAULT_DISK_DIE: the process ends in the middle of the call, as by SIGKILL
 */
typedef enum
{
  FAULT_DISK_ONCE,
  FAULT_DISK_FROM_THEN_ON,
  FAULT_DISK_DIE,
} FaultDiskMode;

/* A disk that fails at one call of all that touch files of one folder: open for
 * writing, pwrite, fdatasync, fsync, ftruncate, rename, link. A write that fails
 * has written a half of it. The real fdatasync is left out: who is to be
 * convinced is the program, not the disk.
 *
 * As a preloaded library (LD_PRELOAD) it takes its orders from a file instead,
 * which is read at each call and may come and go:
 *   HOIST_FAULT_FOLDER  below which files fail
 *   HOIST_FAULT_RULES   the file: lines «CALL ERRNO», such as «pwrite ENOSPC» */
void fault_disk_arm (const char *folder, guint nth, FaultDiskMode mode, int errno_value);
void fault_disk_disarm (void);
guint fault_disk_get_n_calls (void);

/* Apart from all that, a disk may hang: reading files of one folder comes to no end. */
void fault_disk_hang (const char *folder);
guint fault_disk_count_hanging (void);

G_END_DECLS
