/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A QR code: dark on light in any theme, each module as many whole pixels as any other. */
#define HOIST_TYPE_QR_VIEW (hoist_qr_view_get_type ())
G_DECLARE_FINAL_TYPE (HoistQrView, hoist_qr_view, HOIST, QR_VIEW, GtkWidget)

gboolean hoist_qr_view_set_text (HoistQrView *self, const char *text);

G_END_DECLS
