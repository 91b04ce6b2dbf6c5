/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Children side by side in as many lines as it takes, each as wide as it likes to
 * be. What a line has left goes to the last of its children that expands.
 * Properties: spacing, line-spacing (int, pixels). */
#define HOIST_TYPE_WRAP_LAYOUT (hoist_wrap_layout_get_type ())
G_DECLARE_FINAL_TYPE (HoistWrapLayout, hoist_wrap_layout, HOIST, WRAP_LAYOUT, GtkLayoutManager)

GtkLayoutManager *hoist_wrap_layout_new (void);

G_END_DECLS
