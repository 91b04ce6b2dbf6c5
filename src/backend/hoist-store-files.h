/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* A file descriptor that closes itself: g_auto (HoistStoreFd) fd = -1; */
typedef int HoistStoreFd;

static inline void
hoist_store_fd_close (HoistStoreFd fd)
{
  g_close (fd, NULL);
}

static inline int
hoist_store_fd_steal (HoistStoreFd *fd)
{
  int stolen = *fd;

  *fd = -1;
  return stolen;
}

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (HoistStoreFd, hoist_store_fd_close, -1)

char *hoist_store_new_name (void);
int hoist_store_open_folder (int at_fd, const char *name);
int hoist_store_make_folder (int at_fd, const char *name, mode_t mode);
GPtrArray *hoist_store_list_names (int at_fd, const char *folder);
int hoist_store_remove_all (int at_fd, const char *name);
int hoist_store_write_file (int at_fd, const char *name, const char *data, gsize length);
GBytes *hoist_store_read_file (int at_fd, const char *name, gsize max_bytes);

G_END_DECLS
