/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "hoist-bucket-chooser.h"
#include "hoist-destination.h"

G_BEGIN_DECLS

/* Asks for a bucket and its keys. Signal: changed. */
#define HOIST_TYPE_BUCKET_FIELDS (hoist_bucket_fields_get_type ())
G_DECLARE_FINAL_TYPE (HoistBucketFields, hoist_bucket_fields, HOIST, BUCKET_FIELDS, GtkBox)

void hoist_bucket_fields_show (HoistBucketFields *self,
                               HoistDestination *destination,
                               gboolean is_new);
void hoist_bucket_fields_set_keys_stored (HoistBucketFields *self, gboolean stored);
gboolean hoist_bucket_fields_is_untouched (HoistBucketFields *self);
void hoist_bucket_fields_apply (HoistBucketFields *self, HoistDestination *destination);
char *hoist_bucket_fields_dup_keys (HoistBucketFields *self);
void hoist_bucket_fields_offer_buckets (HoistBucketFields *self,
                                        HoistDestinationBackend *backend,
                                        HoistBucketSource source,
                                        gpointer owner);
gboolean hoist_bucket_fields_can_list (HoistBucketFields *self);
gboolean hoist_bucket_fields_is_complete (HoistBucketFields *self);

G_END_DECLS
