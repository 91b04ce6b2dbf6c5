/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _HoistRate HoistRate;

HoistRate *hoist_rate_new (void);
HoistRate *hoist_rate_ref (HoistRate *self);
void hoist_rate_unref (HoistRate *self);
void hoist_rate_set (HoistRate *self, guint64 bytes_per_s);
guint64 hoist_rate_get (HoistRate *self);
gsize hoist_rate_take (HoistRate *self, gsize wanted_bytes, gint64 now_us, gint64 *wait_us);
gsize hoist_rate_take_of_both (HoistRate *own,
                               HoistRate *shared,
                               gsize wanted_bytes,
                               gint64 now_us,
                               gint64 *wait_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistRate, hoist_rate_unref)

G_END_DECLS
