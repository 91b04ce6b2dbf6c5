/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-destination.h"

G_BEGIN_DECLS

/* Asks for the colour and the limits of a destination. */
#define HOIST_TYPE_LIMITS_ROW (hoist_limits_row_get_type ())
G_DECLARE_FINAL_TYPE (HoistLimitsRow, hoist_limits_row, HOIST, LIMITS_ROW, AdwExpanderRow)

void hoist_limits_row_show (HoistLimitsRow *self, HoistDestination *destination);
void hoist_limits_row_apply (HoistLimitsRow *self, HoistDestination *destination);

G_END_DECLS
