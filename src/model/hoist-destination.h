/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "hoist-destination-abilities.h"
#include "hoist-destination-settings.h"

G_BEGIN_DECLS

/* A place that files are sent to, without its secret. Properties: id (construct
 * only), name, type, url, key-prefix, ca-file (strings), concurrency (uint, 0 =
 * default), settings (HoistDestinationSettings). Ids are made from the name once and never change. */
#define HOIST_TYPE_DESTINATION (hoist_destination_get_type ())
G_DECLARE_FINAL_TYPE (HoistDestination, hoist_destination, HOIST, DESTINATION, GObject)

HoistDestination *hoist_destination_new (const char *id);
HoistDestination *hoist_destination_copy (HoistDestination *self, const char *id);
gboolean hoist_destination_assign (HoistDestination *self, HoistDestination *other);
const char *hoist_destination_get_id (HoistDestination *self);
const char *hoist_destination_get_name (HoistDestination *self);
void hoist_destination_set_name (HoistDestination *self, const char *name);
const char *hoist_destination_get_provider_type (HoistDestination *self);
void hoist_destination_set_provider_type (HoistDestination *self, const char *type);
const char *hoist_destination_get_url (HoistDestination *self);
void hoist_destination_set_url (HoistDestination *self, const char *url);
const char *hoist_destination_get_key_prefix (HoistDestination *self);
void hoist_destination_set_key_prefix (HoistDestination *self, const char *key_prefix);
const char *hoist_destination_get_ca_file (HoistDestination *self);
void hoist_destination_set_ca_file (HoistDestination *self, const char *ca_file);
guint hoist_destination_get_concurrency (HoistDestination *self);
void hoist_destination_set_concurrency (HoistDestination *self, guint concurrency);

gboolean hoist_destination_is_preset (HoistDestination *self);
gboolean hoist_destination_is_locked (HoistDestination *self, const char *key);
void hoist_destination_set_locks (HoistDestination *self, const char *const *keys);

const HoistDestinationSettings *hoist_destination_get_settings (HoistDestination *self);
const char *hoist_destination_get_setting (HoistDestination *self, const char *name);
void hoist_destination_set_setting (HoistDestination *self, const char *name, const char *value);
const HoistDestinationAbilities *hoist_destination_get_abilities (HoistDestination *self);
void hoist_destination_set_abilities (HoistDestination *self,
                                      const HoistDestinationAbilities *abilities);

G_END_DECLS
