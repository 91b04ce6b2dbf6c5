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

GPtrArray *hoist_menu_destinations_parse (const char *text, gsize length);
GPtrArray *hoist_menu_destinations_load (const char *path,
                                         const char *const *preset_folders,
                                         GError **error);
gboolean hoist_menu_destinations_are_equal (GPtrArray *destinations, GPtrArray *others);

G_END_DECLS
