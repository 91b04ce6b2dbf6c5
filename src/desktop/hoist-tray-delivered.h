/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-list.h"

G_BEGIN_DECLS

#define HOIST_TRAY_MAX_DELIVERED 5

/* The uploads that were delivered last, newest first: an array of HoistUploadInfo. */
GPtrArray *hoist_tray_delivered_new (void);
void hoist_tray_delivered_load (GPtrArray *delivered, HoistUploadList *list);
void hoist_tray_delivered_apply (GPtrArray *delivered,
                                 HoistUploadList *list,
                                 const HoistChangeSet *changes);

G_END_DECLS
