/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HoistDestinationSettings:
 *
 * What else is said of a destination, much of it for some kinds only: names and
 * texts, none of them secret. Whoever reads one checks it.
 */
typedef struct _HoistSettings HoistDestinationSettings;

/* Of every kind: a PEM file with a certificate to show to servers, and its key or, if that is in a
 * file of its own, the file that has it. */
#define HOIST_SETTING_CLIENT_CERTIFICATE "client-certificate"
#define HOIST_SETTING_CLIENT_KEY "client-key"
/* Of every kind, and never the provider's affair: a name of [struct@DestinationColour];
 * most files at a time; most bytes a second. */
#define HOIST_SETTING_COLOUR "colour"
#define HOIST_SETTING_FILES "files"
#define HOIST_SETTING_BYTES_PER_SECOND "bytes-per-second"
/* Of `s3`: docs/destinations.md has what they mean. */
#define HOIST_SETTING_SERVICE "service"
#define HOIST_SETTING_REGION "region"
#define HOIST_SETTING_BUCKET "bucket"
#define HOIST_SETTING_ADDRESSING "addressing"
#define HOIST_SETTING_CHECKSUM "checksum"
#define HOIST_SETTING_STORAGE_CLASS "storage-class"
#define HOIST_SETTING_ENCRYPTION "encryption"
#define HOIST_SETTING_KMS_KEY "kms-key"
#define HOIST_SETTING_ACL "acl"
#define HOIST_SETTING_TAGS "tags"
#define HOIST_SETTING_METADATA "metadata"
#define HOIST_SETTING_KEY_TEMPLATE "key-template"
#define HOIST_SETTING_PART_SIZE "part-size"

/* Longer is none of them. */
#define HOIST_SETTING_MAX_BYTES 4096

#define HOIST_TYPE_DESTINATION_SETTINGS (hoist_destination_settings_get_type ())
GType hoist_destination_settings_get_type (void);
const char *hoist_destination_settings_get_name (guint index);
HoistDestinationSettings *hoist_destination_settings_new (void);
HoistDestinationSettings *hoist_destination_settings_copy (
  const HoistDestinationSettings *settings);
void hoist_destination_settings_free (HoistDestinationSettings *settings);
const char *hoist_destination_settings_get (const HoistDestinationSettings *settings,
                                            const char *name);
gboolean hoist_destination_settings_set (HoistDestinationSettings *settings,
                                         const char *name,
                                         const char *value);
gboolean hoist_destination_settings_equal (const HoistDestinationSettings *a,
                                           const HoistDestinationSettings *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistDestinationSettings, hoist_destination_settings_free)

G_END_DECLS
