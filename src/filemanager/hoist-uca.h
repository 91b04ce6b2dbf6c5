/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One of Thunar's custom actions. */
typedef struct
{
  char *id;      /* (owned) begins with the application's id */
  char *name;    /* (owned) */
  char *submenu; /* (owned) (nullable) null where Thunar does not know submenus */
  char *comment; /* (owned) */
  char *icon;    /* (owned) */
  char *command; /* (owned) */
} HoistUcaAction;

void hoist_uca_action_free (HoistUcaAction *action);
gboolean hoist_uca_has_submenus (const char *text);
char *hoist_uca_merge (const char *text, GPtrArray *actions, GError **error);
char *hoist_uca_remove (const char *text, gboolean *had_any, GError **error);
gboolean hoist_uca_is_empty (const char *text);

G_END_DECLS
