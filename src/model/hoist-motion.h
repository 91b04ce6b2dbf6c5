/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-tally.h"

G_BEGIN_DECLS

/**
 * HoistMotion:
 *
 * Whether bytes move.
 */
typedef struct
{
  guint64 sent_bytes; /* as it was the last time */
  gint64 moved_us;    /* monotonic; when it was another number than before; 0 = not now */
} HoistMotion;

gboolean hoist_motion_update (HoistMotion *motion, const HoistUploadTotals *totals, gint64 now_us);
gint64 hoist_motion_get_end_us (const HoistMotion *motion);

G_END_DECLS
