/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-provider.h"

G_BEGIN_DECLS

#define HOIST_TYPE_S3_PROVIDER (hoist_s3_provider_get_type ())
G_DECLARE_FINAL_TYPE (HoistS3Provider, hoist_s3_provider, HOIST, S3_PROVIDER, GObject)

HoistProvider *hoist_s3_provider_new (HoistProviderConfig *config, GError **error);

G_END_DECLS
