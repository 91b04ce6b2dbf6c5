/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks for headers that go with every request, one a row, as many as are wanted. They are
 * secrets. Signal: changed. */
#define HOIST_TYPE_HEADERS_ROW (hoist_headers_row_get_type ())
G_DECLARE_FINAL_TYPE (HoistHeadersRow, hoist_headers_row, HOIST, HEADERS_ROW, AdwExpanderRow)

GtkWidget *hoist_headers_row_new (void);
GtkWidget *hoist_headers_row_get_row (HoistHeadersRow *self, guint index);
char *hoist_headers_row_dup_text (HoistHeadersRow *self);

G_END_DECLS
