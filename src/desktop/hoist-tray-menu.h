/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-tray-delivered.h"
#include "hoist-upload-tally.h"

G_BEGIN_DECLS

/**
 * HoistTrayCommand:
 * @HOIST_TRAY_COMMAND_NONE: nothing
 * @HOIST_TRAY_COMMAND_TOGGLE: show the window, or hide it
 * @HOIST_TRAY_COMMAND_OPEN: show the window
 * @HOIST_TRAY_COMMAND_UPLOAD_FILES: ask for files
 * @HOIST_TRAY_COMMAND_PAUSE_ALL: pause all uploads
 * @HOIST_TRAY_COMMAND_RESUME_ALL: resume all uploads
 * @HOIST_TRAY_COMMAND_DELIVERED: copy the link of what was delivered
 * @HOIST_TRAY_COMMAND_PREFERENCES: show the preferences
 * @HOIST_TRAY_COMMAND_QUIT: quit
 *
 * What a person asked for in the tray.
 */
typedef enum
{
  HOIST_TRAY_COMMAND_NONE,
  HOIST_TRAY_COMMAND_TOGGLE,
  HOIST_TRAY_COMMAND_OPEN,
  HOIST_TRAY_COMMAND_UPLOAD_FILES,
  HOIST_TRAY_COMMAND_PAUSE_ALL,
  HOIST_TRAY_COMMAND_RESUME_ALL,
  HOIST_TRAY_COMMAND_DELIVERED,
  HOIST_TRAY_COMMAND_PREFERENCES,
  HOIST_TRAY_COMMAND_QUIT,
} HoistTrayCommand;

/* The menu's entries and their revision, without D-Bus. */
typedef struct _HoistTrayMenu HoistTrayMenu;

HoistTrayMenu *hoist_tray_menu_new (void);
void hoist_tray_menu_free (HoistTrayMenu *self);
gboolean hoist_tray_menu_update (HoistTrayMenu *self,
                                 const HoistUploadTotals *totals,
                                 gboolean counting,
                                 GPtrArray *delivered);
guint hoist_tray_menu_get_revision (HoistTrayMenu *self);
gboolean hoist_tray_menu_has_changes (HoistTrayMenu *self);
GVariant *hoist_tray_menu_take_changes (HoistTrayMenu *self);
gboolean hoist_tray_menu_has (HoistTrayMenu *self, int id);
GVariant *hoist_tray_menu_get_layout (HoistTrayMenu *self,
                                      int parent_id,
                                      int depth,
                                      const char *const *names);
GVariant *hoist_tray_menu_get_properties (HoistTrayMenu *self,
                                          const int *ids,
                                          gsize n_ids,
                                          const char *const *names);
GVariant *hoist_tray_menu_get_property (HoistTrayMenu *self, int id, const char *name);
HoistTrayCommand hoist_tray_menu_click (HoistTrayMenu *self, int id, guint64 *upload_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistTrayMenu, hoist_tray_menu_free)

G_END_DECLS
