/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* When the computer is suspended. Signals: `going`, `woke`. */
#define HOIST_TYPE_SLEEP_WATCH (hoist_sleep_watch_get_type ())
G_DECLARE_FINAL_TYPE (HoistSleepWatch, hoist_sleep_watch, HOIST, SLEEP_WATCH, GObject)

HoistSleepWatch *hoist_sleep_watch_new (GDBusConnection *system_bus);
void hoist_sleep_watch_ready (HoistSleepWatch *self);
gboolean hoist_sleep_watch_has_lock (HoistSleepWatch *self);

G_END_DECLS
