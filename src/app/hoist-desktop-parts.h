/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-window.h"

G_BEGIN_DECLS

/* What of Hoist is on the desktop beside its window: the tray, notifications, the launcher's
 * icon; what it does without a window, and what brings that to the front. */
typedef struct _HoistDesktopParts HoistDesktopParts;

HoistDesktopParts *hoist_desktop_parts_new (GtkApplication *application, GSettings *settings);
void hoist_desktop_parts_free (HoistDesktopParts *self);
void hoist_desktop_parts_enter (HoistDesktopParts *self,
                                HoistWindow *window,
                                HoistUploader *uploader);
void hoist_desktop_parts_leave (HoistDesktopParts *self);
void hoist_desktop_parts_go_on (HoistDesktopParts *self);
gboolean hoist_desktop_parts_close_window (HoistDesktopParts *self);
void hoist_desktop_parts_present (HoistDesktopParts *self, GtkWindow *window);
void hoist_desktop_parts_take_platform_data (HoistDesktopParts *self, GVariant *platform_data);
void hoist_desktop_parts_add_platform_data (GVariantBuilder *builder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistDesktopParts, hoist_desktop_parts_free)

G_END_DECLS
