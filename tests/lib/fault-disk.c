/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stands between a program and the C library; see fault-disk.h. Only names that
 * the program and GLib call are here. */

#undef _FILE_OFFSET_BITS
#define _LARGEFILE64_SOURCE

#include "fault-disk.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXPORT __attribute__ ((visibility ("default")))

typedef struct
{
  char folder[PATH_MAX]; /* empty: nothing fails */
  guint nth;             /* from 1; 0 = only count */
  FaultDiskMode mode;
  int errno_value;
  guint n_calls;
} Orders;

static Orders orders;
static GMutex lock;

static struct
{
  char folder[PATH_MAX]; /* empty: nothing hangs */
  guint n_hanging;
  GCond changed;
} hung;

/* The next one behind this library. */
#define REAL(function) ((__typeof__ (function) *) dlsym (RTLD_NEXT, #function))

static const struct
{
  const char *name;
  int value;
} errnos[] = {
  { "ENOSPC", ENOSPC }, { "EIO", EIO },       { "EROFS", EROFS },
  { "EDQUOT", EDQUOT }, { "EACCES", EACCES }, { "ENODEV", ENODEV },
};

/* --- Orders ----------------------------------------------------------------------------------- */

/**
 * fault_disk_arm:
 * @folder: the folder below which a call fails
 * @nth: which one, from 1; 0 lets all work, and counts
 * @mode: what happens then
 * @errno_value: the error
 *
 * Begins to count.
 */
EXPORT void
fault_disk_arm (const char *folder, guint nth, FaultDiskMode mode, int errno_value)
{
  g_mutex_lock (&lock);
  g_strlcpy (orders.folder, folder, sizeof orders.folder);
  orders.nth = nth;
  orders.mode = mode;
  orders.errno_value = errno_value;
  orders.n_calls = 0;
  g_mutex_unlock (&lock);
}

/**
 * fault_disk_disarm:
 *
 * The disk works again.
 */
EXPORT void
fault_disk_disarm (void)
{
  g_mutex_lock (&lock);
  orders.folder[0] = '\0';
  g_mutex_unlock (&lock);
}

/**
 * fault_disk_get_n_calls:
 *
 * Returns: calls that could have failed since fault_disk_arm()
 */
EXPORT guint
fault_disk_get_n_calls (void)
{
  guint n_calls;

  g_mutex_lock (&lock);
  n_calls = orders.n_calls;
  g_mutex_unlock (&lock);
  return n_calls;
}

/**
 * fault_disk_hang:
 * @folder: (nullable): the folder below which files are; %NULL = the disk works again
 *
 * From now on who reads a file there hangs until told otherwise, as with a disk that sleeps or a
 * network file system whose server is gone.
 */
EXPORT void
fault_disk_hang (const char *folder)
{
  g_mutex_lock (&lock);
  g_strlcpy (hung.folder, folder != NULL ? folder : "", sizeof hung.folder);
  g_cond_broadcast (&hung.changed);
  g_mutex_unlock (&lock);
}

/**
 * fault_disk_count_hanging:
 *
 * Returns: how many threads hang
 */
EXPORT guint
fault_disk_count_hanging (void)
{
  guint n_hanging;

  g_mutex_lock (&lock);
  n_hanging = hung.n_hanging;
  g_mutex_unlock (&lock);
  return n_hanging;
}

/* The error of a line such as «pwrite ENOSPC»; 0 if it is for another call. */
static int
read_rule (const char *line, const char *call)
{
  gsize length = strlen (call);

  if (strncmp (line, call, length) != 0 || line[length] != ' ')
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (errnos); i++)
    if (strcmp (line + length + 1, errnos[i].name) == 0)
      return errnos[i].value;
  return 0;
}

static int
get_ruled_errno (const char *path, const char *call)
{
  const char *folder = getenv ("HOIST_FAULT_FOLDER");
  const char *rules = getenv ("HOIST_FAULT_RULES");
  char text[1024];
  char *rest = text;
  char *line;
  ssize_t length;
  int fd;
  int ruled = 0;

  if (folder == NULL || rules == NULL || strncmp (path, folder, strlen (folder)) != 0)
    return 0;
  fd = REAL (open64) (rules, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return 0;
  length = read (fd, text, sizeof text - 1);
  close (fd);
  text[MAX (length, 0)] = '\0';
  while (ruled == 0 && (line = strsep (&rest, "\n")) != NULL)
    ruled = read_rule (line, call);
  return ruled;
}

/* 0: the call goes on; -1: the process is to end in it; else its errno. */
static int
judge (const char *path, const char *call)
{
  int verdict = 0;

  g_mutex_lock (&lock);
  if (orders.folder[0] != '\0' && strncmp (path, orders.folder, strlen (orders.folder)) == 0)
    {
      gboolean now = ++orders.n_calls == orders.nth;

      if (now && orders.mode == FAULT_DISK_DIE)
        verdict = -1;
      else if (now || (orders.nth != 0 && orders.mode == FAULT_DISK_FROM_THEN_ON &&
                       orders.n_calls > orders.nth))
        verdict = orders.errno_value;
    }
  g_mutex_unlock (&lock);
  return verdict != 0 ? verdict : get_ruled_errno (path, call);
}

static void
get_path (int fd, char path[PATH_MAX])
{
  char link[32];
  ssize_t length;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink (link, path, PATH_MAX - 1);
  path[MAX (length, 0)] = '\0';
}

static void
get_path_at (int folder_fd, const char *name, char path[PATH_MAX])
{
  char folder[PATH_MAX] = "";

  if (name[0] != '/' && folder_fd != AT_FDCWD)
    get_path (folder_fd, folder);
  g_snprintf (path, PATH_MAX, "%s%s%s", folder, folder[0] != '\0' ? "/" : "", name);
}

/* Whether the call is to fail; does not come back where the process is to end. */
static gboolean
fails (const char *path, const char *call)
{
  int verdict = judge (path, call);

  if (verdict == 0)
    return FALSE;
  if (verdict < 0)
    _exit (9);
  errno = verdict;
  return TRUE;
}

static gboolean
fd_fails (int fd, const char *call)
{
  char path[PATH_MAX];

  get_path (fd, path);
  return fails (path, call);
}

/* --- Calls ------------------------------------------------------------------------------------ */

static gboolean
open_fails (int folder_fd, const char *name, int flags)
{
  char path[PATH_MAX];

  if ((flags & O_ACCMODE) == O_RDONLY)
    return FALSE;
  get_path_at (folder_fd, name, path);
  return fails (path, "open");
}

static mode_t
get_mode (int flags, va_list arguments)
{
  return (flags & O_CREAT) != 0 ? (mode_t) va_arg (arguments, int) : 0;
}

#define DEFINE_OPEN(name)                                                                          \
  EXPORT int name (const char *path, int flags, ...)                                               \
  {                                                                                                \
    va_list arguments;                                                                             \
    mode_t mode;                                                                                   \
                                                                                                   \
    va_start (arguments, flags);                                                                   \
    mode = get_mode (flags, arguments);                                                            \
    va_end (arguments);                                                                            \
    return open_fails (AT_FDCWD, path, flags) ? -1 : REAL (name) (path, flags, mode);              \
  }

#define DEFINE_OPENAT(name)                                                                        \
  EXPORT int name (int folder_fd, const char *path, int flags, ...)                                \
  {                                                                                                \
    va_list arguments;                                                                             \
    mode_t mode;                                                                                   \
                                                                                                   \
    va_start (arguments, flags);                                                                   \
    mode = get_mode (flags, arguments);                                                            \
    va_end (arguments);                                                                            \
    return open_fails (folder_fd, path, flags) ? -1 : REAL (name) (folder_fd, path, flags, mode);  \
  }

DEFINE_OPEN (open)
DEFINE_OPEN (open64)
DEFINE_OPENAT (openat)
DEFINE_OPENAT (openat64)

static void
hang_with (int fd)
{
  char path[PATH_MAX];

  g_mutex_lock (&lock);
  if (hung.folder[0] != '\0')
    {
      get_path (fd, path);
      hung.n_hanging++;
      while (hung.folder[0] != '\0' && strncmp (path, hung.folder, strlen (hung.folder)) == 0)
        g_cond_wait (&hung.changed, &lock);
      hung.n_hanging--;
    }
  g_mutex_unlock (&lock);
}

EXPORT ssize_t
pread64 (int fd, void *data, size_t length, off64_t offset)
{
  hang_with (fd);
  return REAL (pread64) (fd, data, length, offset);
}

EXPORT ssize_t
pread (int fd, void *data, size_t length, off_t offset)
{
  return pread64 (fd, data, length, offset);
}

/* Half of it is written, as by a disk that fills up or a process that dies. */
EXPORT ssize_t
pwrite64 (int fd, const void *data, size_t length, off64_t offset)
{
  char path[PATH_MAX];
  int verdict;

  get_path (fd, path);
  verdict = judge (path, "pwrite");
  if (verdict == 0)
    return REAL (pwrite64) (fd, data, length, offset);
  if (REAL (pwrite64) (fd, data, length / 2, offset) < 0)
    return -1;
  if (verdict < 0)
    _exit (9);
  errno = verdict;
  return -1;
}

EXPORT ssize_t
pwrite (int fd, const void *data, size_t length, off_t offset)
{
  return pwrite64 (fd, data, length, offset);
}

EXPORT int
fdatasync (int fd)
{
  char path[PATH_MAX];

  get_path (fd, path);
  if (fails (path, "fdatasync"))
    return -1;
  return orders.folder[0] != '\0' ? 0 : REAL (fdatasync) (fd);
}

EXPORT int
fsync (int fd)
{
  if (fd_fails (fd, "fsync"))
    return -1;
  return orders.folder[0] != '\0' ? 0 : REAL (fsync) (fd);
}

EXPORT int
ftruncate (int fd, off_t length)
{
  return fd_fails (fd, "ftruncate") ? -1 : REAL (ftruncate) (fd, length);
}

EXPORT int
ftruncate64 (int fd, off64_t length)
{
  return fd_fails (fd, "ftruncate") ? -1 : REAL (ftruncate64) (fd, length);
}

EXPORT int
renameat (int old_folder_fd, const char *old_name, int new_folder_fd, const char *new_name)
{
  char path[PATH_MAX];

  get_path_at (new_folder_fd, new_name, path);
  return fails (path, "rename")
           ? -1
           : REAL (renameat) (old_folder_fd, old_name, new_folder_fd, new_name);
}

EXPORT int
linkat (int old_folder_fd, const char *old_name, int new_folder_fd, const char *new_name, int flags)
{
  char path[PATH_MAX];

  get_path_at (new_folder_fd, new_name, path);
  return fails (path, "link")
           ? -1
           : REAL (linkat) (old_folder_fd, old_name, new_folder_fd, new_name, flags);
}

EXPORT int
mkdir (const char *path, mode_t mode)
{
  return fails (path, "mkdir") ? -1 : REAL (mkdir) (path, mode);
}
