/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A destination, as a menu shows it. */
typedef struct
{
  char *id;   /* (owned) */
  char *name; /* (owned) */
} HoistMenuDestination;

/* The destinations for a file manager's menu. Asking for them costs nothing: they
 * are read beside the file manager, and again when they changed. */
typedef struct _HoistMenuSource HoistMenuSource;

typedef void (*HoistMenuSourceFunc) (gpointer user_data);

GPtrArray *hoist_menu_destinations_parse (const char *text, gsize length);
GPtrArray *hoist_menu_destinations_load (const char *path, GError **error);

HoistMenuSource *hoist_menu_source_new (const char *path,
                                        HoistMenuSourceFunc changed,
                                        gpointer user_data);
void hoist_menu_source_free (HoistMenuSource *self);
GPtrArray *hoist_menu_source_get_destinations (HoistMenuSource *self);
void hoist_menu_source_refresh (HoistMenuSource *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistMenuSource, hoist_menu_source_free)

G_END_DECLS
