/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "hoist-destination.h"

G_BEGIN_DECLS

/* A dot in the colour of a destination; nothing where it has none. What it stands for is
 * always said in words beside it. Property: destination (HoistDestination). */
#define HOIST_TYPE_DESTINATION_DOT (hoist_destination_dot_get_type ())
G_DECLARE_FINAL_TYPE (HoistDestinationDot, hoist_destination_dot, HOIST, DESTINATION_DOT, GtkWidget)

void hoist_destination_dot_set_destination (HoistDestinationDot *self,
                                            HoistDestination *destination);

G_END_DECLS
