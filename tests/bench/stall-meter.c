/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "stall-meter.h"

#include <time.h>

static StallMeter meter;
static gint64 woke_us;
static gint64 woke_cpu_us;
static gint64 painting_us; /* of this iteration */
static gint64 painting_cpu_us;

static void
count (Stall *stall, gint64 busy_us)
{
  stall->n_late += busy_us > STALL_FRAME_US;
  stall->longest_us = MAX (stall->longest_us, busy_us);
}

static void
begin_iteration (void)
{
  painting_us = painting_cpu_us = 0;
  woke_cpu_us = stall_meter_get_cpu_us ();
  woke_us = g_get_monotonic_time ();
}

static void
end_iteration (void)
{
  gint64 busy_us = g_get_monotonic_time () - woke_us;

  meter.n_iterations++;
  count (&meter.all, busy_us);
  count (&meter.unpainted, busy_us - painting_us);
  count (&meter.cpu, stall_meter_get_cpu_us () - woke_cpu_us - painting_cpu_us);
}

static int
poll_and_measure (GPollFD *fds, guint n_fds, int timeout_ms)
{
  int n_ready;

  end_iteration ();
  n_ready = g_poll (fds, n_fds, timeout_ms);
  begin_iteration ();
  return n_ready;
}

/* Of the calling thread. */
gint64
stall_meter_get_cpu_us (void)
{
  struct timespec taken;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &taken);
  return taken.tv_sec * G_USEC_PER_SEC + taken.tv_nsec / 1000;
}

/* Measures the default main context from now on. */
void
stall_meter_install (void)
{
  begin_iteration ();
  g_main_context_set_poll_func (NULL, poll_and_measure);
}

/* So much of this iteration was spent on painting, which a graphics card does elsewhere. */
void
stall_meter_note_painting (gint64 wall_us, gint64 cpu_us)
{
  painting_us += wall_us;
  painting_cpu_us += cpu_us;
}

/* What was measured since the last time, up to now; what is done from now on counts for the next. */
StallMeter
stall_meter_take (void)
{
  StallMeter taken;

  end_iteration ();
  taken = meter;
  meter = (StallMeter){ 0 };
  begin_iteration ();
  return taken;
}
