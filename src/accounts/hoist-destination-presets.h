/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination.h"

G_BEGIN_DECLS

/**
 * HoistDestinationPresets:
 *
 * What an administrator set up for everybody on this computer. Used on one thread
 * at a time; its functions block.
 */
typedef struct
{
  GKeyFile *key_file;      /* (owned) the groups of all files, under the ids that they have here */
  char *default_id;        /* (owned) (nullable) */
  gboolean default_locked; /* nobody may choose another one */
  GError *problem;         /* (owned) (nullable) why something was left out */
} HoistDestinationPresets;

HoistDestinationPresets *hoist_destination_presets_read (const char *const *folders);
void hoist_destination_presets_free (HoistDestinationPresets *self);
gboolean hoist_destination_presets_has (HoistDestinationPresets *self, const char *group);
gboolean hoist_destination_presets_own_group (HoistDestinationPresets *self,
                                              GKeyFile *own,
                                              const char *group);
void hoist_destination_presets_apply (HoistDestinationPresets *self,
                                      GKeyFile *own,
                                      GPtrArray *destinations,
                                      GError **problem);
void hoist_destination_presets_store (HoistDestinationPresets *self,
                                      GKeyFile *own,
                                      const char *group,
                                      HoistDestination *destination);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistDestinationPresets, hoist_destination_presets_free)

G_END_DECLS
