/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks for a file by its path. Signal: changed. */
#define HOIST_TYPE_FILE_ROW (hoist_file_row_get_type ())
G_DECLARE_FINAL_TYPE (HoistFileRow, hoist_file_row, HOIST, FILE_ROW, AdwActionRow)

const char *hoist_file_row_get_path (HoistFileRow *self);
void hoist_file_row_set_path (HoistFileRow *self, const char *path);

G_END_DECLS
