/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-places.h"

G_BEGIN_DECLS

/* Stands at the beginning of each file that we wrote, so that no other is touched. */
#define HOIST_ENTRY_MARK "Written by “hoistctl integrate”"

/* A file that puts «Upload to S3» into a file manager. */
typedef struct
{
  char *path; /* (owned) absolute */
  char *text; /* (owned) */
  gboolean executable;
} HoistEntry;

void hoist_entry_free (HoistEntry *entry);
char *hoist_entry_make_command (const HoistPlaces *places, const char *destination_id);
char *hoist_entries_get_folder (const HoistPlaces *places, HoistFileManager manager);
GPtrArray *hoist_entries_make (const HoistPlaces *places,
                               HoistFileManager manager,
                               GPtrArray *destinations);
GPtrArray *hoist_entries_make_uca (const HoistPlaces *places,
                                   GPtrArray *destinations,
                                   gboolean with_submenus);

G_END_DECLS
