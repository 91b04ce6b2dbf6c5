/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-destination.h"

G_BEGIN_DECLS

/* Asks for the address of a server that signs, and who we are there. Signal: changed. */
#define HOIST_TYPE_SERVER_FIELDS (hoist_server_fields_get_type ())
G_DECLARE_FINAL_TYPE (HoistServerFields,
                      hoist_server_fields,
                      HOIST,
                      SERVER_FIELDS,
                      AdwPreferencesGroup)

void hoist_server_fields_set_kind (HoistServerFields *self, const char *kind, gboolean is_new);
void hoist_server_fields_set_secret_stored (HoistServerFields *self, gboolean stored);
void hoist_server_fields_show (HoistServerFields *self, HoistDestination *destination);
char *hoist_server_fields_dup_url (HoistServerFields *self);
char *hoist_server_fields_dup_secret (HoistServerFields *self);
gboolean hoist_server_fields_is_complete (HoistServerFields *self);

G_END_DECLS
