/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "hoist-upload-list.h"

G_BEGIN_DECLS

/* How far all uploads together are, at the bottom of the window. */
#define HOIST_TYPE_TOTALS_BAR (hoist_totals_bar_get_type ())
G_DECLARE_FINAL_TYPE (HoistTotalsBar, hoist_totals_bar, HOIST, TOTALS_BAR, GtkWidget)

void hoist_totals_bar_update (HoistTotalsBar *self,
                              const HoistUploadTotals *totals,
                              gboolean counting,
                              const char *limit);

G_END_DECLS
