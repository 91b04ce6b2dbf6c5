/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A wall clock that is wrong, preloaded (LD_PRELOAD) into a finished program:
 * HOIST_FAULT_CLOCK_S seconds ahead, or behind if negative. The monotonic clock and
 * the times that the kernel gives to files stay right.
 *
 * It asks the kernel directly and links nothing but the C library, so that it may
 * stand before a sanitizer's library as well. */

#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__ ((visibility ("default")))

/* Read each time: the first calls come before any constructor. */
static time_t
get_offset_s (void)
{
  const char *text = getenv ("HOIST_FAULT_CLOCK_S");

  return text != NULL ? (time_t) strtoll (text, NULL, 10) : 0;
}

EXPORT int
clock_gettime (clockid_t clock, struct timespec *now)
{
  int result = (int) syscall (SYS_clock_gettime, clock, now);

  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    now->tv_sec += get_offset_s ();
  return result;
}

EXPORT int
gettimeofday (struct timeval *restrict now, void *restrict zone)
{
  struct timespec exact;

  (void) zone;
  if (clock_gettime (CLOCK_REALTIME, &exact) != 0)
    return -1;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

EXPORT time_t
time (time_t *result)
{
  struct timespec exact;

  if (clock_gettime (CLOCK_REALTIME, &exact) != 0)
    return -1;
  if (result != NULL)
    *result = exact.tv_sec;
  return exact.tv_sec;
}
