/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-places.h"

G_BEGIN_DECLS

char *hoist_nautilus_extension_get_folder (const HoistPlaces *places);
GPtrArray *hoist_nautilus_extension_make (const HoistPlaces *places);
gboolean hoist_nautilus_extension_choose (const HoistPlaces *places,
                                          const char *scripts_folder,
                                          gboolean *use_extension,
                                          GError **error);
void hoist_nautilus_extension_remove_traces (const HoistPlaces *places);

G_END_DECLS
