/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistApiRate:
 *
 * How many requests each token may send in a second, and as many at once.
 */
typedef struct _HoistApiRate HoistApiRate;

HoistApiRate *hoist_api_rate_new (guint64 requests_per_s);
void hoist_api_rate_free (HoistApiRate *self);
gboolean hoist_api_rate_take (HoistApiRate *self, const char *name, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistApiRate, hoist_api_rate_free)

G_END_DECLS
