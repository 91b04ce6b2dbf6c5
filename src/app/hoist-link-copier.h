/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-activation.h"
#include "hoist-window.h"

G_BEGIN_DECLS

/* Copies the links of uploads when a person asks for it outside the window. */
#define HOIST_TYPE_LINK_COPIER (hoist_link_copier_get_type ())
G_DECLARE_FINAL_TYPE (HoistLinkCopier, hoist_link_copier, HOIST, LINK_COPIER, GObject)

HoistLinkCopier *hoist_link_copier_new (HoistActivation *activation);
void hoist_link_copier_set_window (HoistLinkCopier *self,
                                   HoistWindow *window,
                                   HoistUploader *uploader);
void hoist_link_copier_copy (HoistLinkCopier *self, guint64 upload_id);

G_END_DECLS
