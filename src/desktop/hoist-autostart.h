/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Starts without a window and goes on with what was not finished. */
#define HOIST_BACKGROUND_OPTION "background"

/**
 * HoistAutostart:
 * @HOIST_AUTOSTART_OFF: Hoist is not started with the session
 * @HOIST_AUTOSTART_ON: it is
 * @HOIST_AUTOSTART_FOREIGN: somebody else's file decides that
 *
 * What is in the folder of what is started with the session.
 */
typedef enum
{
  HOIST_AUTOSTART_OFF,
  HOIST_AUTOSTART_ON,
  HOIST_AUTOSTART_FOREIGN,
} HoistAutostart;

char *hoist_autostart_get_path (void);
char *hoist_autostart_find_program (void);
char *hoist_autostart_make_entry (const char *program);
HoistAutostart hoist_autostart_read (const char *path);
HoistAutostart hoist_autostart_write (const char *path,
                                      const char *program,
                                      gboolean on,
                                      GError **error);

void hoist_autostart_read_async (GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
void hoist_autostart_write_async (gboolean on,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean hoist_autostart_finish (GAsyncResult *result, HoistAutostart *state, GError **error);

G_END_DECLS
