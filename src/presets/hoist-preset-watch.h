/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Notices that an administrator's files change, come or go, while something runs. */
typedef struct _HoistPresetWatch HoistPresetWatch;

typedef void (*HoistPresetWatchFunc) (gpointer user_data);

HoistPresetWatch *hoist_preset_watch_new (const char *const *folders,
                                          HoistPresetWatchFunc changed,
                                          gpointer user_data);
void hoist_preset_watch_free (HoistPresetWatch *self);
gboolean hoist_preset_watch_follow (HoistPresetWatch *self, const char *const *watched);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistPresetWatch, hoist_preset_watch_free)

G_END_DECLS
