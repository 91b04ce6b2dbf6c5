/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

#include "hoist-s3-credentials.h"

G_BEGIN_DECLS

#define HOIST_TYPE_STORE (hoist_store_get_type ())
G_DECLARE_FINAL_TYPE (HoistStore, hoist_store, HOIST, STORE, GObject)

/* A small S3 of its own below the folder @dir, for trying, developing and testing: objects are the
 * ordinary files of @dir/@bucket, everything else is in @dir/.hoist (docs/embedded-store.md). */
HoistStore *hoist_store_new (const char *dir,
                             const char *bucket,
                             const char *region,
                             HoistS3Credentials *credentials,
                             GError **error);

/* Amazon's 5 MiB if it is not said. */
void hoist_store_set_min_part_bytes (HoistStore *self, guint64 min_part_bytes);

/* Serves `/{bucket}` and all below it, path-style, and says of others that they are not there.
 * Make @server with `raw-paths`: TRUE, else libsoup itself answers some bad paths. */
void hoist_store_mount (HoistStore *self, SoupServer *server);

G_END_DECLS
