/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-limits.h"

G_BEGIN_DECLS

/* Asks for the limits, and how Hoist shows itself. Signal limits-changed (). */
#define HOIST_TYPE_PREFERENCES_WINDOW (hoist_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (HoistPreferencesWindow,
                      hoist_preferences_window,
                      HOIST,
                      PREFERENCES_WINDOW,
                      AdwPreferencesWindow)

GtkWidget *hoist_preferences_window_new (GtkApplication *application, const HoistLimits *limits);
void hoist_preferences_window_read_limits (HoistPreferencesWindow *self, HoistLimits *limits);
void hoist_preferences_window_set_autostart_reason (HoistPreferencesWindow *self,
                                                    const char *reason);

G_END_DECLS
