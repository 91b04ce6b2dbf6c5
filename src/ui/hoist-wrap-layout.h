/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Children side by side while all have their natural width, the first one
 * taking what is left; below each other when the room is too narrow for that.
 * Property: spacing (int, pixels). */
#define HOIST_TYPE_WRAP_LAYOUT (hoist_wrap_layout_get_type ())
G_DECLARE_FINAL_TYPE (HoistWrapLayout, hoist_wrap_layout, HOIST, WRAP_LAYOUT, GtkLayoutManager)

GtkLayoutManager *hoist_wrap_layout_new (void);

G_END_DECLS
