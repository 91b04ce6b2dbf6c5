/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-places.h"

G_BEGIN_DECLS

/**
 * HoistIntegrationState:
 * @HOIST_INTEGRATION_NONE: it has no entry that we wrote
 * @HOIST_INTEGRATION_WRITTEN: it has one
 * @HOIST_INTEGRATION_MODULE: our module is installed, so that it needs none
 *
 * What a file manager has of ours.
 */
typedef enum
{
  HOIST_INTEGRATION_NONE,
  HOIST_INTEGRATION_WRITTEN,
  HOIST_INTEGRATION_MODULE,
} HoistIntegrationState;

/* What became of a file. */
typedef struct
{
  char *path; /* (owned) */
  enum
  {
    HOIST_CHANGE_WRITTEN,
    HOIST_CHANGE_SAME, /* it was so already */
    HOIST_CHANGE_REMOVED,
  } kind;
} HoistChange;

HoistIntegrationState hoist_integration_get_state (const HoistPlaces *places,
                                                   HoistFileManager manager);
GPtrArray *hoist_integration_install (const HoistPlaces *places,
                                      HoistFileManager manager,
                                      GPtrArray *destinations,
                                      GError **error);
GPtrArray *hoist_integration_remove (const HoistPlaces *places,
                                     HoistFileManager manager,
                                     GError **error);

G_END_DECLS
