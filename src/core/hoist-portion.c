/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-portion.h"

static gboolean
is_under (const HoistPortion *portion, gsize limit)
{
  for (guint i = 0; i < HOIST_PORTION_LIMITS; i++)
    if (portion->limits[i] == limit)
      return TRUE;
  return FALSE;
}

static void
open_limits (HoistPortionLimit *limits, gsize n_limits, HoistPortion *portions, gsize n_portions)
{
  for (gsize i = 0; i < n_limits; i++)
    {
      limits[i].left_bytes_per_s = limits[i].bytes_per_s;
      limits[i].n_open = 0;
      for (gsize j = 0; limits[i].bytes_per_s > 0 && j < n_portions; j++)
        limits[i].n_open += is_under (&portions[j], i);
    }
  for (gsize j = 0; j < n_portions; j++)
    portions[j].bytes_per_s = 0;
}

/* The limit that leaves the least for each of those that have nothing yet. */
static gsize
find_tightest (const HoistPortionLimit *limits, gsize n_limits)
{
  gsize best = n_limits;

  for (gsize i = 0; i < n_limits; i++)
    if (limits[i].n_open > 0 &&
        (best == n_limits || limits[i].left_bytes_per_s * limits[best].n_open <
                               limits[best].left_bytes_per_s * limits[i].n_open))
      best = i;
  return best;
}

static void
give (HoistPortionLimit *limits, gsize n_limits, HoistPortion *portion, guint64 bytes_per_s)
{
  for (gsize i = 0; i < n_limits; i++)
    if (is_under (portion, i) && limits[i].bytes_per_s > 0)
      bytes_per_s = MIN (bytes_per_s, limits[i].left_bytes_per_s);
  /* 0 would be no limit; so slow a limit is none that anybody can set. */
  portion->bytes_per_s = MAX (bytes_per_s, 1);
  for (gsize i = 0; i < n_limits; i++)
    if (is_under (portion, i) && limits[i].bytes_per_s > 0)
      {
        limits[i].left_bytes_per_s -= MIN (portion->bytes_per_s, limits[i].left_bytes_per_s);
        limits[i].n_open--;
      }
}

/**
 * hoist_portions_share_out:
 * @limits: (array length=n_limits): the limits, below 64 TiB a second
 * @n_limits: how many
 * @portions: (array length=n_portions): the connections that send
 * @n_portions: how many
 *
 * Shares limits out, fairly: nobody gets more while another one that could have it gets
 * less, and each limit that holds anybody back is given out to the last byte.
 */
void
hoist_portions_share_out (HoistPortionLimit *limits,
                          gsize n_limits,
                          HoistPortion *portions,
                          gsize n_portions)
{
  gsize tightest;

  open_limits (limits, n_limits, portions, n_portions);
  while ((tightest = find_tightest (limits, n_limits)) < n_limits)
    for (gsize j = 0; j < n_portions; j++)
      if (portions[j].bytes_per_s == 0 && is_under (&portions[j], tightest))
        give (limits, n_limits, &portions[j],
              limits[tightest].left_bytes_per_s / limits[tightest].n_open);
}
