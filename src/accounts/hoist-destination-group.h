/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination.h"

G_BEGIN_DECLS

/* A destination as a group of a keyfile. */
const char *hoist_destination_group_get_key (guint index);
char *hoist_destination_group_dup_value (HoistDestination *destination, const char *key);
HoistDestination *hoist_destination_group_parse (GKeyFile *key_file,
                                                 const char *group,
                                                 const char *id,
                                                 GError **error);
void hoist_destination_group_store (GKeyFile *key_file,
                                    const char *group,
                                    HoistDestination *destination);

G_END_DECLS
