/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The application's action `autostart`: whether it is started with the session. Its state
 * is what is really there. */
#define HOIST_TYPE_AUTOSTART_SWITCH (hoist_autostart_switch_get_type ())
G_DECLARE_FINAL_TYPE (HoistAutostartSwitch,
                      hoist_autostart_switch,
                      HOIST,
                      AUTOSTART_SWITCH,
                      GObject)

HoistAutostartSwitch *hoist_autostart_switch_new (GtkApplication *application, GSettings *settings);

G_END_DECLS
