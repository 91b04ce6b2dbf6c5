/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HOIST_TYPE_APPLICATION (hoist_application_get_type ())
G_DECLARE_FINAL_TYPE (HoistApplication, hoist_application, HOIST, APPLICATION, AdwApplication)

HoistApplication *hoist_application_new (void);

G_END_DECLS
