/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-rate.h"

G_BEGIN_DECLS

/**
 * HoistPacer:
 *
 * Tells each connection how fast it may send, so that all together keep to the limits
 * without waiting for each other. Shared by all pumps; every function may be called
 * from any thread.
 */
typedef struct _HoistPacer HoistPacer;

/**
 * HoistPacerFlow:
 *
 * One body on its way.
 */
typedef struct _HoistPacerFlow HoistPacerFlow;

HoistPacer *hoist_pacer_new (HoistRate *shared);
HoistPacer *hoist_pacer_ref (HoistPacer *self);
void hoist_pacer_unref (HoistPacer *self);
HoistPacerFlow *hoist_pacer_join (HoistPacer *self,
                                  HoistRate *own,
                                  guint64 length_bytes,
                                  gboolean paceable,
                                  gint64 now_us);
void hoist_pacer_leave (HoistPacer *self, HoistPacerFlow *flow);
void hoist_pacer_report (HoistPacer *self,
                         HoistPacerFlow *flow,
                         guint64 acked_bytes,
                         gint64 now_us);
guint64 hoist_pacer_get_rate (HoistPacer *self, HoistPacerFlow *flow);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistPacer, hoist_pacer_unref)

G_END_DECLS
