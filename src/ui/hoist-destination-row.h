/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-destination.h"

G_BEGIN_DECLS

/* A destination in the destinations window. Activates destinations.edit,
 * .remove and .make-default with its id. */
#define HOIST_TYPE_DESTINATION_ROW (hoist_destination_row_get_type ())
G_DECLARE_FINAL_TYPE (HoistDestinationRow,
                      hoist_destination_row,
                      HOIST,
                      DESTINATION_ROW,
                      AdwActionRow)

GtkWidget *hoist_destination_row_new (HoistDestination *destination, GtkCheckButton *group);
HoistDestination *hoist_destination_row_get_destination (HoistDestinationRow *self);
void hoist_destination_row_set_default (HoistDestinationRow *self, gboolean is_default);
void hoist_destination_row_set_default_locked (HoistDestinationRow *self, gboolean locked);
void hoist_destination_row_set_movable (HoistDestinationRow *self, gboolean movable);
void hoist_destination_row_set_with_colours (HoistDestinationRow *self, gboolean with_colours);

G_END_DECLS
