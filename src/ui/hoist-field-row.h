/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What all rows that ask for a text share. */
char *hoist_field_row_dup_text (GtkEditable *row);
void hoist_field_row_set_text (GtkEditable *row, const char *text);
void hoist_field_row_set_title (GtkEditable *row, const char *title);
void hoist_field_row_set_fault (GtkWidget *row, const char *fault);
void hoist_field_row_set_locked (GtkWidget *row, gboolean locked);
const char *hoist_field_row_get_fault (GtkWidget *row);

G_END_DECLS
