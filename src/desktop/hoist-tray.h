/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-tray-menu.h"
#include "hoist-tray-style.h"
#include "hoist-uploader.h"

G_BEGIN_DECLS

/* Hoist in the tray, as a StatusNotifierItem with its menu. Property: hosted (boolean),
 * whether a tray shows it. Signal: `command (guint command, guint64 upload_id)`, what a person
 * asked for there; pausing and resuming is done already. */
#define HOIST_TYPE_TRAY (hoist_tray_get_type ())
G_DECLARE_FINAL_TYPE (HoistTray, hoist_tray, HOIST, TRAY, GObject)

HoistTray *hoist_tray_new (HoistUploader *uploader,
                           GDBusConnection *connection,
                           const HoistTrayStyle *style,
                           GError **error);
gboolean hoist_tray_is_hosted (HoistTray *self);
void hoist_tray_set_style (HoistTray *self, const HoistTrayStyle *style);
void hoist_tray_set_window_shown (HoistTray *self, gboolean shown);
char *hoist_tray_take_token (HoistTray *self);

G_END_DECLS
