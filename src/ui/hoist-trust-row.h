/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-destination.h"

G_BEGIN_DECLS

/* Asks for the certificates of a destination. Signal: changed. */
#define HOIST_TYPE_TRUST_ROW (hoist_trust_row_get_type ())
G_DECLARE_FINAL_TYPE (HoistTrustRow, hoist_trust_row, HOIST, TRUST_ROW, AdwExpanderRow)

void hoist_trust_row_show (HoistTrustRow *self, HoistDestination *destination);
void hoist_trust_row_apply (HoistTrustRow *self, HoistDestination *destination);
gboolean hoist_trust_row_is_good (HoistTrustRow *self);

G_END_DECLS
