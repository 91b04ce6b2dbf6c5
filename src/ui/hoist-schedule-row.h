/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-rate-schedule.h"

G_BEGIN_DECLS

/* Asks for hours with another bandwidth. Signal changed (), when a person has changed it. */
#define HOIST_TYPE_SCHEDULE_ROW (hoist_schedule_row_get_type ())
G_DECLARE_FINAL_TYPE (HoistScheduleRow, hoist_schedule_row, HOIST, SCHEDULE_ROW, AdwExpanderRow)

void hoist_schedule_row_show (HoistScheduleRow *self, const HoistRateSchedule *schedule);
void hoist_schedule_row_read (HoistScheduleRow *self, HoistRateSchedule *schedule);

G_END_DECLS
