/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-s3-fault.h"
#include "hoist-store-tree.h"

G_BEGIN_DECLS

/* Linux, NAME_MAX: bytes of one component of a path. */
#define HOIST_STORE_MAX_COMPONENT_BYTES 255

HoistS3Fault *hoist_store_key_check (const char *key);
HoistS3Fault *hoist_store_key_check_room (HoistStoreTree *tree, const char *key);
int hoist_store_key_open (HoistStoreTree *tree, const char *key);
int hoist_store_key_open_folder (HoistStoreTree *tree, const char *path);
HoistS3Fault *hoist_store_key_place (HoistStoreTree *tree,
                                     int at_fd,
                                     const char *name,
                                     const char *key,
                                     gboolean exclusive);
HoistS3Fault *hoist_store_key_remove (HoistStoreTree *tree, const char *key);

G_END_DECLS
