/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-menu-destinations.h"

G_BEGIN_DECLS

/* The destinations for a file manager's menu. Asking for them costs nothing: they
 * are read beside the file manager, and again when they changed. */
typedef struct _HoistMenuSource HoistMenuSource;

typedef void (*HoistMenuSourceFunc) (gpointer user_data);

HoistMenuSource *hoist_menu_source_new (const char *path,
                                        const char *const *preset_folders,
                                        HoistMenuSourceFunc changed,
                                        gpointer user_data);
void hoist_menu_source_free (HoistMenuSource *self);
GPtrArray *hoist_menu_source_get_destinations (HoistMenuSource *self);
void hoist_menu_source_refresh (HoistMenuSource *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistMenuSource, hoist_menu_source_free)

G_END_DECLS
