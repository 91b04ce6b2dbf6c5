/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-motion.h"

/* Between two files, and while a server joins parts, nothing moves for a moment. A
 * computer is not left to sleep in that moment, but not kept awake by a silent
 * server either. */
#define LINGER_US (10 * (gint64) G_USEC_PER_SEC)

/**
 * hoist_motion_update:
 * @motion: what is remembered; all zero at first
 * @totals: sums over all uploads, as they are now
 * @now_us: the monotonic time
 *
 * Tells whether bytes move: acknowledged ones, of uploads that are under way. When
 * all are paused, wait or are done nothing moves, at once.
 *
 * Returns: whether they move
 */
gboolean
hoist_motion_update (HoistMotion *motion, const HoistUploadTotals *totals, gint64 now_us)
{
  gboolean changed = totals->sent_bytes != motion->sent_bytes;

  motion->sent_bytes = totals->sent_bytes;
  if (totals->n_active == 0)
    motion->moved_us = 0;
  else if (changed)
    motion->moved_us = now_us;
  else if (motion->moved_us != 0 && now_us - motion->moved_us >= LINGER_US)
    motion->moved_us = 0;
  return motion->moved_us != 0;
}

/**
 * hoist_motion_get_end_us:
 * @motion: what is remembered
 *
 * Tells when to look again though nothing changed.
 *
 * Returns: a monotonic time; 0 if nothing moves
 */
gint64
hoist_motion_get_end_us (const HoistMotion *motion)
{
  return motion->moved_us != 0 ? motion->moved_us + LINGER_US : 0;
}
