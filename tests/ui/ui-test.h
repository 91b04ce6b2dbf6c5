/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef gboolean (*UiTestCondition) (gpointer data);

void ui_test_wait_until (UiTestCondition condition, gpointer data);
void ui_test_settle (void);
GtkWidget *ui_test_child (gpointer widget, const char *name);
GtkWidget *ui_test_find_window (GType type);
gboolean ui_test_shows (GtkWidget *widget, const char *beginning);
void ui_test_close_windows (void);

G_END_DECLS
