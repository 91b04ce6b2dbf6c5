/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "stall-meter.h"

static StallMeter meter;
static gint64 woke_us;

static int
poll_and_measure (GPollFD *fds, guint n_fds, int timeout_ms)
{
  gint64 now_us = g_get_monotonic_time ();
  int n_ready;

  if (woke_us != 0)
    {
      meter.n_iterations++;
      meter.n_late += now_us - woke_us > STALL_FRAME_US;
      meter.longest_us = MAX (meter.longest_us, now_us - woke_us);
    }
  n_ready = g_poll (fds, n_fds, timeout_ms);
  woke_us = g_get_monotonic_time ();
  return n_ready;
}

/* Measures the default main context from now on. */
void
stall_meter_install (void)
{
  g_main_context_set_poll_func (NULL, poll_and_measure);
}

/* What was measured since the last time. */
StallMeter
stall_meter_take (void)
{
  StallMeter taken = meter;

  meter = (StallMeter){ 0 };
  return taken;
}
