/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StallMeter:
 * @n_iterations: how often the loop went round
 * @n_late: iterations of more than a frame, STALL_FRAME_US
 * @longest_us: the longest of them
 *
 * How long the default main loop is busy at a time, from the end of one poll to the begin of the
 * next: so long a frame, a click or a key has to wait.
 */
typedef struct
{
  guint n_iterations;
  guint n_late;
  gint64 longest_us;
} StallMeter;

/* DESIGN: no stall of the main thread lasts as long as a frame of 60 Hz. */
#define STALL_FRAME_US 16000

void stall_meter_install (void);
StallMeter stall_meter_take (void);

G_END_DECLS
