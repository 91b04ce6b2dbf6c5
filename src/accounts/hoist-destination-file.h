/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-presets.h"

G_BEGIN_DECLS

/**
 * HoistDestinationFile:
 *
 * The file of destinations as it is on disk. Used on one thread at a time; its
 * functions block.
 */
typedef struct
{
  GKeyFile *key_file;               /* (owned) */
  GPtrArray *destinations;          /* (owned) (element-type HoistDestination) the good ones */
  HoistDestinationPresets *presets; /* (owned) */
  char *default_id;                 /* (owned) (nullable) as in the file, or as it is preset */
  GError *problem;                  /* (owned) (nullable) why a destination was left out */
} HoistDestinationFile;

int hoist_destination_file_lock (const char *path);
HoistDestinationFile *hoist_destination_file_read (const char *path,
                                                   HoistDestinationPresets *presets,
                                                   GError **error);
gboolean hoist_destination_file_write (HoistDestinationFile *self,
                                       const char *path,
                                       GError **error);
void hoist_destination_file_free (HoistDestinationFile *self);
const char *hoist_destination_file_add (HoistDestinationFile *self,
                                        HoistDestination *destination,
                                        GError **error);
gboolean hoist_destination_file_update (HoistDestinationFile *self,
                                        HoistDestination *destination,
                                        GError **error);
gboolean hoist_destination_file_remove (HoistDestinationFile *self, const char *id, GError **error);
gboolean hoist_destination_file_move (HoistDestinationFile *self,
                                      const char *id,
                                      const char *before_id,
                                      GError **error);
gboolean hoist_destination_file_set_default (HoistDestinationFile *self,
                                             const char *id,
                                             GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistDestinationFile, hoist_destination_file_free)

G_END_DECLS
