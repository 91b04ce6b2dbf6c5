/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-destination-backend.h"

G_BEGIN_DECLS

/* Lists the destinations, to add, change and remove them. Signal
 * saved (HoistDestination *, const char *not_kept, const char *capabilities)
 * as that of HoistDestinationEditor. */
#define HOIST_TYPE_DESTINATIONS_WINDOW (hoist_destinations_window_get_type ())
G_DECLARE_FINAL_TYPE (HoistDestinationsWindow,
                      hoist_destinations_window,
                      HOIST,
                      DESTINATIONS_WINDOW,
                      AdwWindow)

GtkWidget *hoist_destinations_window_new (HoistDestinationBackend *backend);

G_END_DECLS
