/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks for the limits. Signal
 * limits-changed (guint parts_in_flight, guint64 bytes_per_s). */
#define HOIST_TYPE_PREFERENCES_WINDOW (hoist_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (HoistPreferencesWindow,
                      hoist_preferences_window,
                      HOIST,
                      PREFERENCES_WINDOW,
                      AdwPreferencesWindow)

GtkWidget *hoist_preferences_window_new (GtkApplication *application,
                                         guint parts_in_flight,
                                         guint64 bytes_per_s);
void hoist_preferences_window_set_autostart_reason (HoistPreferencesWindow *self,
                                                    const char *reason);

G_END_DECLS
