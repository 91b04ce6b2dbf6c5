/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-uploader.h"

G_BEGIN_DECLS

/* Progress and count on the application's icon in docks and launchers
 * (com.canonical.Unity.LauncherEntry): Ubuntu's and KDE's, and many others. */
#define HOIST_TYPE_LAUNCHER_ENTRY (hoist_launcher_entry_get_type ())
G_DECLARE_FINAL_TYPE (HoistLauncherEntry, hoist_launcher_entry, HOIST, LAUNCHER_ENTRY, GObject)

HoistLauncherEntry *hoist_launcher_entry_new (HoistUploader *uploader,
                                              GDBusConnection *connection,
                                              GError **error);

G_END_DECLS
