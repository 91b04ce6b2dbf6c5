/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A line across the top of a window that stays until what it says is no longer
 * so (libadwaita has none before 1.3). Properties: title, detail (strings);
 * revealed (boolean); button-label, action-name, other-label, other-action-name
 * (strings): up to two buttons. */
#define HOIST_TYPE_BANNER (hoist_banner_get_type ())
G_DECLARE_FINAL_TYPE (HoistBanner, hoist_banner, HOIST, BANNER, GtkWidget)

void hoist_banner_show (HoistBanner *self, const char *title, const char *detail);
void hoist_banner_hide (HoistBanner *self);
gboolean hoist_banner_get_revealed (HoistBanner *self);

G_END_DECLS
