/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-destination-backend.h"

G_BEGIN_DECLS

/* Asks for a destination, tests it and saves it. Signal
 * saved (HoistDestination *, const char *not_kept, const char *verdict). */
#define HOIST_TYPE_DESTINATION_EDITOR (hoist_destination_editor_get_type ())
G_DECLARE_FINAL_TYPE (HoistDestinationEditor,
                      hoist_destination_editor,
                      HOIST,
                      DESTINATION_EDITOR,
                      AdwWindow)

GtkWidget *hoist_destination_editor_new (HoistDestinationBackend *backend,
                                         HoistDestination *destination);

G_END_DECLS
