/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-destination-backend.h"
#include "hoist-uploader.h"

G_BEGIN_DECLS

/* The main window. Signals: limits-changed, when there are others, which the application
 * keeps; documents-chosen, when there are more lasting documents to be kept. */
#define HOIST_TYPE_WINDOW (hoist_window_get_type ())
G_DECLARE_FINAL_TYPE (HoistWindow, hoist_window, HOIST, WINDOW, AdwApplicationWindow)

GtkWidget *hoist_window_new (GtkApplication *application,
                             HoistUploader *uploader,
                             HoistDestinationBackend *backend);
void hoist_window_install_accels (GtkApplication *application);
void hoist_window_add_paths (HoistWindow *self, const char *destination, const char *const *paths);
void hoist_window_ask_to_add_files (HoistWindow *self, GSList *files);
gboolean hoist_window_add_files (HoistWindow *self, const char *destination, GSList *files);
void hoist_window_set_problem (HoistWindow *self, const char *title, const char *detail);
void hoist_window_set_keyring_problem (HoistWindow *self, const char *why);
void hoist_window_set_opens_links (HoistWindow *self, gboolean opens_links);
void hoist_window_set_lasting_documents (HoistWindow *self, const char *const *ids);
char **hoist_window_dup_lasting_documents (HoistWindow *self);
void hoist_window_set_limits (HoistWindow *self, const HoistLimits *limits);
const HoistLimits *hoist_window_get_limits (HoistWindow *self);

G_END_DECLS
