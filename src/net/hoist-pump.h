/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-pacer.h"
#include "hoist-rate.h"
#include "hoist-transport.h"

G_BEGIN_DECLS

/**
 * HoistPump:
 *
 * A thread with its own main context and session that sends parts. Its
 * functions may be called from any other thread.
 */
typedef struct _HoistPump HoistPump;

HoistPump *hoist_pump_new (HoistRate *rate, HoistPacer *pacer);
guint hoist_pump_get_load (HoistPump *self);
void hoist_pump_put (HoistPump *self, GTask *task);
void hoist_pump_set_stall_timeout_us (HoistPump *self, gint64 stall_us);
void hoist_pump_set_direct (HoistPump *self, gboolean direct);
void hoist_pump_drop_connections (HoistPump *self);
void hoist_pump_stop (HoistPump *self);
void hoist_pump_free (HoistPump *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistPump, hoist_pump_free)

G_END_DECLS
