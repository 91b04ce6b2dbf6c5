/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-tray-pace.h"

/**
 * hoist_tray_pace_add:
 * @self: the pace; all zero at first
 * @kind: what is to be told, below %HOIST_TRAY_MAX_KINDS
 *
 * Notes that a signal of a kind is due. One stands for all that are due.
 */
void
hoist_tray_pace_add (HoistTrayPace *self, guint kind)
{
  g_return_if_fail (self != NULL && kind < HOIST_TRAY_MAX_KINDS);

  self->pending |= 1u << kind;
}

/**
 * hoist_tray_pace_get_wait_us:
 * @self: the pace
 * @now_us: the time now, of a clock that never goes back
 *
 * Says how long a signal would have to wait now.
 *
 * Returns: microseconds; 0 = it may be sent
 */
gint64
hoist_tray_pace_get_wait_us (HoistTrayPace *self, gint64 now_us)
{
  g_return_val_if_fail (self != NULL, 0);

  if (self->n_sent < HOIST_TRAY_SIGNALS_PER_S)
    return 0;
  return MAX (self->sent_us[0] + G_USEC_PER_SEC - now_us, 0);
}

/**
 * hoist_tray_pace_take:
 * @self: the pace
 * @now_us: the time now, of a clock that never goes back
 *
 * Takes the signal to send now, of the kind that was not sent for the longest
 * time: so none has to wait for ever, and what changes seldom goes first.
 *
 * Returns: its kind; -1 = none may be sent now
 */
int
hoist_tray_pace_take (HoistTrayPace *self, gint64 now_us)
{
  int next = -1;

  g_return_val_if_fail (self != NULL, -1);

  if (self->pending == 0 || hoist_tray_pace_get_wait_us (self, now_us) > 0)
    return -1;
  for (int kind = 0; kind < HOIST_TRAY_MAX_KINDS; kind++)
    if ((self->pending & (1u << kind)) != 0 &&
        (next < 0 || self->last_sent[kind] < self->last_sent[next]))
      next = kind;
  self->pending &= ~(1u << next);
  self->last_sent[next] = ++self->n_sent;
  self->sent_us[0] = self->sent_us[1];
  self->sent_us[1] = now_us;
  return next;
}
