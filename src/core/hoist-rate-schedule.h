/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOIST_RATE_SCHEDULE_EVERY_DAY 0x7f
#define HOIST_RATE_SCHEDULE_NEVER G_MAXINT64

/**
 * HoistRateSchedule:
 * @days: when it begins: bit 0 is Monday, bit 6 is Sunday; 0 = there is no schedule
 * @from_minute: of the local day, 0 to 1439
 * @to_minute: of that day, or of the next one if that is not later than @from_minute
 * @bytes_per_s: the limit meanwhile; 0 = none
 *
 * Hours in which another limit holds, such as none at night.
 */
typedef struct
{
  guint days;
  guint from_minute;
  guint to_minute;
  guint64 bytes_per_s;
} HoistRateSchedule;

gboolean hoist_rate_schedule_is_set (const HoistRateSchedule *schedule);
gboolean hoist_rate_schedule_equal (const HoistRateSchedule *a, const HoistRateSchedule *b);
gboolean hoist_rate_schedule_is_on (const HoistRateSchedule *schedule, GDateTime *now);
gint64 hoist_rate_schedule_get_change_us (const HoistRateSchedule *schedule, GDateTime *now);
gboolean hoist_rate_schedule_parse (HoistRateSchedule *schedule, const char *text, GError **error);
char *hoist_rate_schedule_to_string (const HoistRateSchedule *schedule);

G_END_DECLS
