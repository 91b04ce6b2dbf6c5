/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-file.h"
#include "hoist-destination-import.h"

G_BEGIN_DECLS

#define HOIST_DESTINATION_FILE_GROUP "hoist"
#define HOIST_DESTINATION_FILE_KEY_ORDER "order"
#define HOIST_DESTINATION_FILE_KEY_DEFAULT "default"
#define HOIST_DESTINATION_FILE_KEY_VERSION "version"
#define HOIST_DESTINATION_FILE_VERSION 1
#define HOIST_DESTINATION_FILE_GROUP_PREFIX "destination "

/* hoist-destination-key-file.c */
GKeyFile *hoist_destination_key_file_read (const char *path, GError **error);

/* hoist-destination-file.c */
HoistDestination *hoist_destination_file_require (HoistDestinationFile *self,
                                                  const char *id,
                                                  GError **error);

/* hoist-destination-import.c */
GPtrArray *hoist_destination_file_import (HoistDestinationFile *self,
                                          const char *path,
                                          HoistImportPolicy policy,
                                          GError **error);

/* hoist-destination-order.c */
void hoist_destination_file_sort (HoistDestinationFile *self);

G_END_DECLS
