/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOIST_TRAY_WATCHER_NAME "org.kde.StatusNotifierWatcher"
#define HOIST_TRAY_WATCHER_PATH "/StatusNotifierWatcher"
#define HOIST_TRAY_ITEM_PATH "/StatusNotifierItem"
#define HOIST_TRAY_MENU_PATH "/StatusNotifierItem/Menu"

/* Registers the item of a connection with the watcher, whenever there is one.
 * Property: hosted (boolean), whether a tray shows it. */
#define HOIST_TYPE_TRAY_WATCHER (hoist_tray_watcher_get_type ())
G_DECLARE_FINAL_TYPE (HoistTrayWatcher, hoist_tray_watcher, HOIST, TRAY_WATCHER, GObject)

HoistTrayWatcher *hoist_tray_watcher_new (GDBusConnection *connection);
gboolean hoist_tray_watcher_is_hosted (HoistTrayWatcher *self);

G_END_DECLS
