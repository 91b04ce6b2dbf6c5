/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-activation.h"
#include "hoist-link-copier.h"

G_BEGIN_DECLS

/* Tells by a notification what became of the uploads while nobody looked, and does what its
 * buttons say. Properties: in-tray (boolean), whether an icon in the tray shows the uploads; clickable
 * (boolean), whether somebody may soon press a button that needs this process. */
#define HOIST_TYPE_BATCH_NOTIFIER (hoist_batch_notifier_get_type ())
G_DECLARE_FINAL_TYPE (HoistBatchNotifier, hoist_batch_notifier, HOIST, BATCH_NOTIFIER, GObject)

HoistBatchNotifier *hoist_batch_notifier_new (GtkApplication *application, HoistLinkCopier *copier);
void hoist_batch_notifier_show (HoistBatchNotifier *self,
                                HoistWindow *window,
                                HoistUploader *uploader);
void hoist_batch_notifier_hide (HoistBatchNotifier *self);

G_END_DECLS
