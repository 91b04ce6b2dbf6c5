/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* All uploads can have a limit, a destination one, and an upload one. */
#define HOIST_PORTION_LIMITS 3
#define HOIST_PORTION_NO_LIMIT G_MAXUINT

/**
 * HoistPortionLimit:
 * @bytes_per_s: for all that are under it together; 0 = no limit
 *
 * A limit that several connections share.
 */
typedef struct
{
  guint64 bytes_per_s;

  /*< private >*/
  guint64 left_bytes_per_s;
  guint n_open;
} HoistPortionLimit;

/**
 * HoistPortion:
 * @limits: the indexes of the limits that it is under, or %HOIST_PORTION_NO_LIMIT
 * @bytes_per_s: (out): what it gets; 0 = as much as it likes
 *
 * What one connection gets.
 */
typedef struct
{
  guint limits[HOIST_PORTION_LIMITS];
  guint64 bytes_per_s;
} HoistPortion;

void hoist_portions_share_out (HoistPortionLimit *limits,
                               gsize n_limits,
                               HoistPortion *portions,
                               gsize n_portions);

G_END_DECLS
