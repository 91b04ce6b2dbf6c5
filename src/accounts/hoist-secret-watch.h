/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Hears when a keyring comes, is unlocked, or gets another item. */
#define HOIST_TYPE_SECRET_WATCH (hoist_secret_watch_get_type ())
G_DECLARE_FINAL_TYPE (HoistSecretWatch, hoist_secret_watch, HOIST, SECRET_WATCH, GObject)

HoistSecretWatch *hoist_secret_watch_new (GDBusConnection *bus);

G_END_DECLS
