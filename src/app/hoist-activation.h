/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Brings windows to the front, with what the desktop gave along with the click that asks for it. */
#define HOIST_TYPE_ACTIVATION (hoist_activation_get_type ())
G_DECLARE_FINAL_TYPE (HoistActivation, hoist_activation, HOIST, ACTIVATION, GObject)

HoistActivation *hoist_activation_new (void);
void hoist_activation_listen (HoistActivation *self, GDBusConnection *connection);
void hoist_activation_take_token (HoistActivation *self, char *token);
void hoist_activation_present (HoistActivation *self, GtkWindow *window);

G_END_DECLS
