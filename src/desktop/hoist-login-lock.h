/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* org.freedesktop.login1(5) */
#define HOIST_LOGIN_NAME "org.freedesktop.login1"
#define HOIST_LOGIN_PATH "/org/freedesktop/login1"
#define HOIST_LOGIN_INTERFACE "org.freedesktop.login1.Manager"

/* A lock against suspending the computer, which logind keeps. */
#define HOIST_TYPE_LOGIN_LOCK (hoist_login_lock_get_type ())
G_DECLARE_FINAL_TYPE (HoistLoginLock, hoist_login_lock, HOIST, LOGIN_LOCK, GObject)

HoistLoginLock *hoist_login_lock_new (GDBusConnection *system_bus,
                                      const char *mode,
                                      const char *why);
void hoist_login_lock_set_wanted (HoistLoginLock *self, gboolean wanted);
gboolean hoist_login_lock_is_held (HoistLoginLock *self);

G_END_DECLS
