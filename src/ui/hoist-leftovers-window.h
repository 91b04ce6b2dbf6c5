/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-leftovers.h"

G_BEGIN_DECLS

/* Shows what other runs left on the servers: to be gone on with, or cleared. */
#define HOIST_TYPE_LEFTOVERS_WINDOW (hoist_leftovers_window_get_type ())
G_DECLARE_FINAL_TYPE (HoistLeftoversWindow,
                      hoist_leftovers_window,
                      HOIST,
                      LEFTOVERS_WINDOW,
                      AdwWindow)

GtkWidget *hoist_leftovers_window_new (HoistLeftovers *leftovers,
                                       HoistUploader *uploader,
                                       HoistDestinationBackend *backend);
void hoist_leftovers_window_continue_with (HoistLeftoversWindow *self,
                                           const char *id,
                                           const char *path);

G_END_DECLS
