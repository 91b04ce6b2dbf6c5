/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-destination-backend.h"

G_BEGIN_DECLS

/* Asks which profile of AWS's tools becomes a destination. Signal: saved, as the editor's. */
#define HOIST_TYPE_AWS_WINDOW (hoist_aws_window_get_type ())
G_DECLARE_FINAL_TYPE (HoistAwsWindow, hoist_aws_window, HOIST, AWS_WINDOW, AdwWindow)

GtkWidget *hoist_aws_window_new (HoistDestinationBackend *backend);

G_END_DECLS
