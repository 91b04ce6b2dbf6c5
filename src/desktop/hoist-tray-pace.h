/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Signals that an item and its menu may send in any one second. Each makes every
 * tray ask for what changed. */
#define HOIST_TRAY_SIGNALS_PER_S 2

#define HOIST_TRAY_MAX_KINDS 8

/* When which of several kinds of signals may be sent. */
typedef struct
{
  guint pending;                            /* a bit a kind */
  gint64 sent_us[HOIST_TRAY_SIGNALS_PER_S]; /* the last ones, oldest first */
  guint64 last_sent[HOIST_TRAY_MAX_KINDS];  /* the number of the last one of a kind */
  guint64 n_sent;
} HoistTrayPace;

void hoist_tray_pace_add (HoistTrayPace *self, guint kind);
int hoist_tray_pace_take (HoistTrayPace *self, gint64 now_us);
gint64 hoist_tray_pace_get_wait_us (HoistTrayPace *self, gint64 now_us);

G_END_DECLS
