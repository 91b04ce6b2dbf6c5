/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-tray-menu.h"

G_BEGIN_DECLS

/* Ids of entries that are always there. Those of deliveries are made as they come
 * and never used again: a click that arrives late never hits another one. */
enum
{
  ID_ROOT,
  ID_STATE,
  ID_OPEN_SEPARATOR,
  ID_OPEN,
  ID_UPLOAD_FILES,
  ID_PAUSE_SEPARATOR,
  ID_PAUSE_ALL,
  ID_RESUME_ALL,
  ID_DELIVERED_SEPARATOR,
  ID_DELIVERED,
  ID_END_SEPARATOR,
  ID_PREFERENCES,
  ID_QUIT,
  N_FIXED,
  ID_FIRST_DELIVERY = 100,
};

typedef struct
{
  int id;
  gboolean separator;
  gboolean enabled;
  gboolean visible;
  char *label; /* (owned) (nullable) */
  HoistTrayCommand command;
  guint64 upload_id; /* of a delivery */
  gboolean changed;  /* since the last hoist_tray_menu_take_changes() */
} HoistTrayEntry;

/**
 * HoistTrayMenu:
 *
 * What is in the menu. A change of the words, or of what can be clicked, is a
 * change of an entry's properties; only deliveries that come and go make a new
 * layout, and with it a new revision.
 */
struct _HoistTrayMenu
{
  HoistTrayEntry fixed[N_FIXED];                       /* by their ids; in the menu's order */
  HoistTrayEntry deliveries[HOIST_TRAY_MAX_DELIVERED]; /* newest first, after %ID_DELIVERED */
  guint n_deliveries;
  int next_id;
  guint revision;
};

HoistTrayEntry *_hoist_tray_menu_find (HoistTrayMenu *self, int id);

G_END_DECLS
