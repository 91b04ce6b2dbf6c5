/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks whether a stored secret is to be removed. Signal changed. */
#define HOIST_TYPE_FORGET_ROW (hoist_forget_row_get_type ())
G_DECLARE_FINAL_TYPE (HoistForgetRow, hoist_forget_row, HOIST, FORGET_ROW, AdwActionRow)

gboolean hoist_forget_row_is_on (HoistForgetRow *self);
void hoist_forget_row_offer (HoistForgetRow *self, gboolean offered);

G_END_DECLS
