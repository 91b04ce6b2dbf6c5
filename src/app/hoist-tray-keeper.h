/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-activation.h"
#include "hoist-link-copier.h"
#include "hoist-window.h"

G_BEGIN_DECLS

/* Keeps the application in the tray, as its settings want it, and does what a
 * person asks for there. Signal: `hosted-changed`. */
#define HOIST_TYPE_TRAY_KEEPER (hoist_tray_keeper_get_type ())
G_DECLARE_FINAL_TYPE (HoistTrayKeeper, hoist_tray_keeper, HOIST, TRAY_KEEPER, GObject)

HoistTrayKeeper *hoist_tray_keeper_new (GtkApplication *application,
                                        GSettings *settings,
                                        HoistActivation *activation,
                                        HoistLinkCopier *copier);
void hoist_tray_keeper_show (HoistTrayKeeper *self, HoistWindow *window, HoistUploader *uploader);
void hoist_tray_keeper_hide (HoistTrayKeeper *self);
gboolean hoist_tray_keeper_is_hosted (HoistTrayKeeper *self);
gboolean hoist_tray_keeper_leads_back (HoistTrayKeeper *self);

G_END_DECLS
