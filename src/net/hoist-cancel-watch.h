/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistCancelWatch:
 *
 * Tells a thread that a cancellable was cancelled by another one.
 */
typedef struct _HoistCancelWatch HoistCancelWatch;

typedef void (*HoistCancelled) (gpointer user_data);

HoistCancelWatch *hoist_cancel_watch_new (GCancellable *cancellable,
                                          HoistCancelled callback,
                                          gpointer user_data);
void hoist_cancel_watch_free (HoistCancelWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistCancelWatch, hoist_cancel_watch_free)

G_END_DECLS
