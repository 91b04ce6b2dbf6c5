/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-tray-keeper.h"

G_BEGIN_DECLS

/* Runs on without a window: when that is closed with work left, and when Hoist is started
 * with the session. Property: stay (boolean), whether to run on with nothing left to do. */
#define HOIST_TYPE_BACKGROUND_KEEPER (hoist_background_keeper_get_type ())
G_DECLARE_FINAL_TYPE (HoistBackgroundKeeper,
                      hoist_background_keeper,
                      HOIST,
                      BACKGROUND_KEEPER,
                      GObject)

HoistBackgroundKeeper *hoist_background_keeper_new (GtkApplication *application,
                                                    GSettings *settings,
                                                    HoistTrayKeeper *tray);
void hoist_background_keeper_follow (HoistBackgroundKeeper *self,
                                     HoistWindow *window,
                                     HoistUploader *uploader);
void hoist_background_keeper_forget (HoistBackgroundKeeper *self);
void hoist_background_keeper_go_on (HoistBackgroundKeeper *self);
gboolean hoist_background_keeper_close_window (HoistBackgroundKeeper *self);

G_END_DECLS
