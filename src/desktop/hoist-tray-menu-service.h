/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-tray-menu.h"

G_BEGIN_DECLS

/* The menu on the bus, as com.canonical.dbusmenu. Signals: `about-to-show ()`, before a
 * tray shows it; `clicked (guint command, guint64 upload_id)`. */
#define HOIST_TYPE_TRAY_MENU_SERVICE (hoist_tray_menu_service_get_type ())
G_DECLARE_FINAL_TYPE (HoistTrayMenuService,
                      hoist_tray_menu_service,
                      HOIST,
                      TRAY_MENU_SERVICE,
                      GObject)

HoistTrayMenuService *hoist_tray_menu_service_new (GDBusConnection *connection,
                                                   gboolean right_to_left,
                                                   GError **error);
HoistTrayMenu *hoist_tray_menu_service_get_menu (HoistTrayMenuService *self);
void hoist_tray_menu_service_tell_layout (HoistTrayMenuService *self);
void hoist_tray_menu_service_tell_changes (HoistTrayMenuService *self);

G_END_DECLS
