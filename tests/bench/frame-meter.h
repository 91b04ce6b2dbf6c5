/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * FrameMeter:
 * @n_frames: frames that were begun
 * @n_late: of them, those that began more than one and a half intervals of the frame clock after
 *   the one before: it had to leave one out
 * @longest_us: the longest time from one to the next
 *
 * How regularly a window's frame clock ticks, one frame every 16.7 ms of 60 Hz.
 */
typedef struct
{
  guint n_frames;
  guint n_late;
  gint64 longest_us;
} FrameMeter;

void frame_meter_attach (GtkWidget *window);
FrameMeter frame_meter_take (void);

G_END_DECLS
