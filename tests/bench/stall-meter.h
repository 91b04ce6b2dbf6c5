/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Stall:
 * @n_late: iterations of more than a frame, STALL_FRAME_US
 * @longest_us: the longest of all
 */
typedef struct
{
  guint n_late;
  gint64 longest_us;
} Stall;

/**
 * StallMeter:
 * @n_iterations: how often the loop went round
 * @all: by the clock: so long a frame, a click or a key has to wait
 * @unpainted: without what was noted as painting
 * @cpu: the processor time of what is not painting: on a machine that is busy the rest is waiting for
 *   a processor
 *
 * How long the default main loop is busy at a time, from the end of one poll to the begin of the
 * next.
 */
typedef struct
{
  guint n_iterations;
  Stall all;
  Stall unpainted;
  Stall cpu;
} StallMeter;

/* DESIGN: no stall of the main thread lasts as long as a frame of 60 Hz. */
#define STALL_FRAME_US 16000

void stall_meter_install (void);
gint64 stall_meter_get_cpu_us (void);
void stall_meter_note_painting (gint64 wall_us, gint64 cpu_us);
StallMeter stall_meter_take (void);

G_END_DECLS
