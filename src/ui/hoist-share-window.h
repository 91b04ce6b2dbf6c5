/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-link-format.h"
#include "hoist-uploader.h"

G_BEGIN_DECLS

/* Makes a link to what was delivered: for how long, as a text, as a QR code. */
#define HOIST_TYPE_SHARE_WINDOW (hoist_share_window_get_type ())
G_DECLARE_FINAL_TYPE (HoistShareWindow, hoist_share_window, HOIST, SHARE_WINDOW, AdwWindow)

GtkWidget *hoist_share_window_new (HoistUploader *uploader, guint64 id);
void hoist_share_window_set_opens_links (HoistShareWindow *self, gboolean opens_links);
HoistLinkFormat hoist_share_window_get_link_format (void);

G_END_DECLS
