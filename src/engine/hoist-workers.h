/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _HoistWorkers HoistWorkers;

HoistWorkers *hoist_workers_new (guint n_threads);
HoistWorkers *hoist_workers_new_background (void);
void hoist_workers_free (HoistWorkers *self);
void hoist_workers_run (HoistWorkers *self, guint64 device, GTask *task, GTaskThreadFunc func);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistWorkers, hoist_workers_free)

G_END_DECLS
