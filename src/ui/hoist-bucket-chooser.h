/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-destination-backend.h"

G_BEGIN_DECLS

/**
 * HoistBucketSource:
 * @owner: what the chooser was made for
 * @keys: (out) (transfer full) (nullable): keys to show, a secret; null for those that are stored
 *
 * Returns: (transfer full) (nullable): where to ask; null if that is not entered yet
 */
typedef HoistDestination *(*HoistBucketSource) (gpointer owner, char **keys);

/* A list of the buckets that keys can see, behind a button of the row that takes one. */
#define HOIST_TYPE_BUCKET_CHOOSER (hoist_bucket_chooser_get_type ())
G_DECLARE_FINAL_TYPE (HoistBucketChooser, hoist_bucket_chooser, HOIST, BUCKET_CHOOSER, GtkPopover)

void hoist_bucket_chooser_attach (AdwEntryRow *row,
                                  HoistDestinationBackend *backend,
                                  HoistBucketSource source,
                                  gpointer owner);

G_END_DECLS
