/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-tally.h"

G_BEGIN_DECLS

/**
 * HoistTrayLook:
 * @HOIST_TRAY_LOOK_IDLE: nothing to do
 * @HOIST_TRAY_LOOK_PROGRESS_0: less than an eighth of what is under way is there
 * @HOIST_TRAY_LOOK_PROGRESS_7: seven eighths are there
 * @HOIST_TRAY_LOOK_PAUSED: nothing is under way, something is paused
 * @HOIST_TRAY_LOOK_ATTENTION: nothing is under way, something failed
 *
 * The pictures of the tray's icon. Between progress 0 and 7 there is one for each
 * eighth: few enough that it changes seldom, with nothing that moves.
 */
typedef enum
{
  HOIST_TRAY_LOOK_IDLE = 0,
  HOIST_TRAY_LOOK_PROGRESS_0 = 1,
  HOIST_TRAY_LOOK_PROGRESS_7 = 8,
  HOIST_TRAY_LOOK_PAUSED = 9,
  HOIST_TRAY_LOOK_ATTENTION = 10,
} HoistTrayLook;

#define HOIST_TRAY_N_LOOKS 11

HoistTrayLook hoist_tray_look_from_totals (const HoistUploadTotals *totals, gboolean counting);
const char *hoist_tray_look_get_icon_name (HoistTrayLook look);
const char *hoist_tray_look_get_status (HoistTrayLook look, gboolean window_shown);

G_END_DECLS
