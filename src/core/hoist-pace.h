/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistPace:
 *
 * A token bucket in bytes a second, with the clock passed in. Not thread-safe;
 * its users share it under their own lock.
 */
typedef struct
{
  /*< private >*/
  guint64 rate_bytes_per_s; /* 0 = no limit */
  guint64 burst_bytes;
  gint64 tokens_bytes; /* what may be sent now */
  gint64 refilled_us;
  guint64 remainder; /* byte-microseconds not yet turned into a token */
} HoistPace;

void hoist_pace_init (HoistPace *pace, guint64 rate_bytes_per_s, gint64 now_us);
void hoist_pace_set_rate (HoistPace *pace, guint64 rate_bytes_per_s, gint64 now_us);
guint64 hoist_pace_get_rate (const HoistPace *pace);
gsize hoist_pace_take (HoistPace *pace, gsize wanted_bytes, gint64 now_us);
void hoist_pace_give_back (HoistPace *pace, gsize n_bytes);
gint64 hoist_pace_get_wait_us (HoistPace *pace, gsize wanted_bytes, gint64 now_us);

G_END_DECLS
