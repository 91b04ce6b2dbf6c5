/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A lock against suspending the computer, which the desktop keeps for a sandbox. */
#define HOIST_TYPE_PORTAL_LOCK (hoist_portal_lock_get_type ())
G_DECLARE_FINAL_TYPE (HoistPortalLock, hoist_portal_lock, HOIST, PORTAL_LOCK, GObject)

HoistPortalLock *hoist_portal_lock_new (GDBusConnection *session_bus, const char *why);
void hoist_portal_lock_set_wanted (HoistPortalLock *self, gboolean wanted);

G_END_DECLS
