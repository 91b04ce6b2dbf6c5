/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "frame-meter.h"

#include "stall-meter.h"

static FrameMeter meter;
static gint64 begun_us;    /* the frame before; 0 = none */
static gint64 laid_out_us; /* this one was, and is painted from now on */
static gint64 laid_out_cpu_us;

static gboolean
keep_ticking_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
before_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 interval_us;

  gdk_frame_clock_get_refresh_info (clock, 0, &interval_us, NULL);
  meter.n_frames++;
  if (begun_us != 0)
    {
      meter.n_late += (now_us - begun_us) * 2 > interval_us * 3;
      meter.longest_us = MAX (meter.longest_us, now_us - begun_us);
    }
  begun_us = now_us;
  laid_out_us = now_us;
  laid_out_cpu_us = stall_meter_get_cpu_us ();
}

static void
laid_out_cb (GdkFrameClock *clock, gpointer user_data)
{
  laid_out_us = g_get_monotonic_time ();
  laid_out_cpu_us = stall_meter_get_cpu_us ();
}

/* Nothing but painting is between the last layout and this. */
static void
after_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  stall_meter_note_painting (g_get_monotonic_time () - laid_out_us,
                             stall_meter_get_cpu_us () - laid_out_cpu_us);
}

/* Measures the clock of a window that is realized, and keeps it ticking. */
void
frame_meter_attach (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);

  g_assert_nonnull (clock);
  begun_us = 0;
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), NULL);
  g_signal_connect_after (clock, "update", G_CALLBACK (laid_out_cb), NULL);
  g_signal_connect_after (clock, "layout", G_CALLBACK (laid_out_cb), NULL);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), NULL);
  gtk_widget_add_tick_callback (window, keep_ticking_cb, NULL, NULL);
}

/* What was measured since the last time; the next frame is waited for from now on. */
FrameMeter
frame_meter_take (void)
{
  FrameMeter taken = meter;

  meter = (FrameMeter){ 0 };
  begun_us = g_get_monotonic_time ();
  return taken;
}
